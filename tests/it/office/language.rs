//! The language of the number dialled, or of the menu chosen; and of the callback (spec/callback.md §13.14).

use super::script::check_with;
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::MenuId;
use frontdesk::settings::{First, Goal, Language, Menu, Settings, Strategy};
use std::time::Duration;

/// An English office with a Swedish number, where the customer is rung first.
fn swedish_number() -> Settings {
    let mut main = group("main", Strategy::TakeTurns, &[("bo", 0)]);
    main.callback.first = First::Customer;
    let mut settings = settings(vec![main]);
    settings.numbers[0].language = Some(Language::Sv);
    settings
}

/// §13.14: the language of the first call is that of the callback, over a restart too. Bo hears the office's.
#[test]
fn the_language_of_the_first_call_is_that_of_the_callback() {
    check_with(
        swedish_number(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:01:00 office restarts
         10:02:10 bo arrives
         10:02:15 outside answers
         10:02:18 outside presses 2
         10:02:20 outside presses 1
         10:02:25 bo dials *43",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim sv/welcome
            10:00:00 chime
            10:00:05 play kim sv/call-you-on-1 sv/n-2 sv/n-0 (300ms) sv/n-0 sv/n-0 (300ms) sv/n-0 sv/n-0 (300ms) sv/n-0 sv/n-1 sv/confirm-number (6s)
            10:00:05 play kim (4s)
            10:00:05 keep first kim: Some(Waiting)
            10:00:05 play kim sv/place-in-line-1 sv/number sv/n-1 sv/place-in-line-2 sv/call-when-in sv/try-more-1 sv/n-2 sv/try-more-2 sv/goodbye
            10:00:09 hang up kim Normal
            10:00:09 end of kim: CallbackRequested, callback of kim: Waiting
            -- restart
            10:02:10 keep first kim: Some(Dialing)
            10:02:10 call out +4520000001 as +4533445566
            10:02:15 callback of kim: Reached [Nothing]
            10:02:15 play outside sv/callback-greeting
            10:02:18 play outside sv/callback-when
            10:02:20 callback of kim: Snoozed [Reached] not before 10:12:20
            10:02:20 play outside sv/callback-then
            10:02:25 accept bo
            10:02:25 play bo echo-test
        "#]],
    );
}

/// Who is cut off is called back in the language of the menu they heard.
#[test]
fn who_was_cut_is_called_back_in_the_language_of_the_menu() {
    let mut office = swedish_number();
    let menu = |id: &str, language, keys: &[(char, Goal)]| Menu {
        id: MenuId::from(id),
        prompt: format!("{id}-menu"),
        keys: keys.iter().cloned().collect(),
        timeout: Duration::from_secs(6),
        language,
        otherwise: Goal::Group("main".into()),
    };
    let english = menu("english", Some(Language::En), &[]);
    let danish = menu("danish", Some(Language::Da), &[('1', Goal::Group("main".into()))]);
    let chosen = [('4', Goal::Menu("english".into())), ('5', Goal::Menu("danish".into()))];
    office.menus = vec![menu("front", None, &chosen), english, danish];
    office.numbers[0].to = Goal::Menu("front".into());
    check_with(
        office,
        "10:00:00 kim calls
         10:00:03 kim presses 5
         10:00:06 kim presses 1
         10:00:26 kim waits
         10:00:40 office restarts
         10:02:10 bo arrives
         10:02:15 outside answers",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim sv/welcome sv/front-menu (6s)
            10:00:03 play kim da/danish-menu (6s)
            10:00:06 play kim music
            10:00:06 chime
            10:00:26 play kim da/nobody-here da/choice (6s)
            -- restart
            10:00:40 end of kim: FailedTechnical, callback of kim: Waiting
            10:02:10 keep first kim: Some(Dialing)
            10:02:10 call out +4520000001 as +4533445566
            10:02:15 callback of kim: Reached [Nothing]
            10:02:15 play outside da/callback-greeting-cut
        "#]],
    );
}
