//! One dial in progress for a number in the whole box (spec/callback.md §1).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::{First, Group, Strategy};

fn sales_and_support() -> Vec<Group> {
    let own = |name, person| group(name, Strategy::Everyone, &[(person, 0)]);
    vec![own("sales", "bo"), own("support", "dan")]
}

/// Two groups owe one number a call, and a member of each said yes: the second one is told, and tries later.
#[test]
fn two_promises_to_one_number_are_one_dial() {
    check(
        sales_and_support(),
        "10:00:00 anna promises +4520000001 sales
         10:00:01 anna promises +4520000001 support
         10:01:00 bo arrives
         10:01:00 dan arrives
         10:01:01 bo answers
         10:01:03 dan answers
         10:01:09 dan hears-the-end
         10:01:15 outside answers
         10:01:20 dan waits",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:00:01 keep first anna: Some(Waiting)
            10:00:01 reply Ok(Call(C-2))
            10:01:00 ring bo-desk "↩ 20 00 00 01 (1 min)"
            10:01:00 ring dan-desk "↩ 20 00 00 01 (0 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:03 play dan callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:05 keep first anna: Some(Dialing)
            10:01:05 play bo ringback
            10:01:05 call out +4520000001 as +4533445566
            10:01:07 play dan callback-not-now
            10:01:09 hang up dan Normal
            10:01:15 join outside bo
        "#]],
    );
}

/// The same where customers are rung first, and two members are free at once for both.
#[test]
fn two_promises_to_one_number_that_is_rung_first() {
    let both = |name| {
        let mut both = group(name, Strategy::TakeTurns, &[("bo", 0), ("dan", 0)]);
        both.callback.first = First::Customer;
        both
    };
    check(
        vec![both("sales"), both("support")],
        "10:00:00 provider fails-to-log-in
         10:00:00 bo arrives
         10:00:00 dan arrives
         10:00:10 anna promises +4520000001 sales
         10:00:11 anna promises +4520000001 support
         10:01:00 provider logs-in
         10:01:10 dan waits",
        expect![[r#"
            10:00:10 keep first anna: Some(Waiting)
            10:00:10 reply Ok(Call(C-1))
            10:00:11 keep first anna: Some(Waiting)
            10:00:11 reply Ok(Call(C-2))
            10:01:00 keep first anna: Some(Dialing)
            10:01:00 call out +4520000001 as +4533445566
        "#]],
    );
}

/// The customer calls another group while a member hears what it is about: nobody dials them.
#[test]
fn a_customer_on_the_line_is_not_dialled() {
    check(
        sales_and_support(),
        "10:00:00 anna promises +4520000001 sales
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:03 kim calls +4533445568
         10:01:09 bo hears-the-end
         10:01:10 kim hangs-up
         10:01:45 bo waits",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 ring bo-desk "↩ 20 00 00 01 (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:03 accept kim
            10:01:03 play kim music
            10:01:03 chime
            10:01:05 play bo callback-not-now
            10:01:09 hang up bo Normal
            10:01:10 end of kim: Abandoned waited 7s talked 0ns held 0ns
            10:01:30 ring bo-desk "↩ 20 00 00 01 (1 min)"
        "#]],
    );
}

/// The same while the dial is being written down.
#[test]
fn a_customer_who_calls_while_the_dial_is_written_is_not_dialled() {
    check(
        sales_and_support(),
        "10:00:00 anna promises +4520000001 sales
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 store stalls
         10:01:03 bo presses 1
         10:01:04 kim calls +4533445568
         10:01:05 store stores
         10:01:09 bo hears-the-end",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 ring bo-desk "↩ 20 00 00 01 (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:03 keep first anna: Some(Dialing)
            10:01:03 play bo ringback
            10:01:04 accept kim
            10:01:04 play kim music
            10:01:04 chime
            10:01:05 play bo callback-not-now
            10:01:09 hang up bo Normal
        "#]],
    );
}
