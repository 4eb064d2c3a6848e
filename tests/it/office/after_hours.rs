//! Where callers go outside opening hours.

use super::script::{check_with, play};
use crate::sim::town::{group, number, settings};
use expect_test::{Expect, expect};
use frontdesk::ids::{GroupId, PersonId};
use frontdesk::office::contact::Outcome;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Goal, Settings, Span, Strategy};
use jiff::civil::Time;

fn office() -> Settings {
    settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("night", Strategy::Everyone, &[("cy", 0)]),
    ])
}

fn span(from: &str, to: &str) -> Span {
    let time = |text: &str| -> Time { text.parse().unwrap() };
    Span { from: time(from), to: Some(time(to)) }
}

#[track_caller]
fn closed_to(after: Goal, script: &str, expect: Expect) {
    let mut settings = office();
    settings.hours.week[0] = Vec::new();
    settings.hours.after = Some(after);
    check_with(settings, script, expect);
}

#[test]
fn to_a_number_outside() {
    closed_to(
        Goal::Number(number("+4520304050")),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 outside answers
         09:00:25 kim hangs-up
         09:01:00 lee calls
         09:01:10 outside fails
         09:01:15 lee hears-the-end",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445566
            09:00:10 kim hears it ring
            09:00:15 accept kim
            09:00:15 join kim outside
            09:00:25 hang up outside Normal
            09:00:25 end of kim: Overflowed waited 0ns talked 10s held 0ns
            09:01:00 call out +4520304050 as +4533445566
            09:01:00 lee hears it ring
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:15 record lee to voicemail/C-2.wav
            09:01:15 play lee (183s)
        "#]],
    );
}

/// Whatever became of it there, it was sent to a number (INTERFACES.md §3); who reached nobody is owed a call.
#[test]
fn who_is_sent_on_and_reaches_nobody_is_owed() {
    let mut settings = office();
    settings.hours.week[0] = Vec::new();
    settings.hours.after = Some(Goal::Number(number("+4520304050")));
    let played = play(
        settings,
        Memory::default(),
        "09:00:00 kim calls
         09:00:10 kim hangs-up
         09:01:00 lee calls
         09:01:10 outside fails
         09:01:15 lee hears-the-end
         09:01:16 lee hangs-up
         09:01:16 lee speaks 00
         09:02:00 max calls
         09:02:10 outside fails
         09:02:15 max hears-the-end
         09:02:30 max hangs-up
         09:02:30 max speaks 12",
    );
    let outcome = |who| played.contacts[who].outcome.unwrap();
    assert_eq!(
        ["kim", "lee", "max"].map(outcome),
        [Outcome::Overflowed, Outcome::Overflowed, Outcome::Voicemail]
    );
    assert_eq!(played.board.owed, 3);
}

#[test]
fn to_a_group_that_answers_then() {
    closed_to(
        Goal::Group(GroupId::from("night")),
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:15 cy answers
         09:00:25 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim music
            09:00:10 ring cy-desk "kim · night"
            09:00:15 join kim cy
            09:00:25 hang up cy Normal
            09:00:25 remember cy Available
            09:00:25 end of kim: Answered waited 5s talked 10s held 0ns
        "#]],
    );
}

#[test]
fn to_a_person() {
    closed_to(
        Goal::Person(PersonId::from("anna")),
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:15 anna answers
         09:00:25 kim hangs-up
         09:01:00 lee calls
         09:01:10 anna declines
         09:01:15 lee hears-the-end",
        expect![[r#"
            09:00:10 ring anna-desk "kim"
            09:00:10 kim hears it ring
            09:00:15 accept kim
            09:00:15 join kim anna
            09:00:25 hang up anna Normal
            09:00:25 remember anna Available
            09:00:25 end of kim: Answered waited 0ns talked 10s held 0ns
            09:01:00 ring anna-desk "lee"
            09:01:00 lee hears it ring
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:15 record lee to voicemail/C-2.wav
            09:01:15 play lee (183s)
        "#]],
    );
}

/// §8: asked by key, promised for the next opening: nobody is dialled before, though somebody is still there
/// within the quarter of an hour after closing. Ten minutes after opening the phones ring for it.
#[test]
fn to_be_called_back_when_we_open() {
    let mut settings = office();
    settings.hours.week[0] = vec![span("08:00", "09:00"), span("10:00", "16:00")];
    settings.hours.after = Some(Goal::Callback(GroupId::from("main")));
    check_with(
        settings,
        "08:50:00 bo arrives
         09:05:00 kim calls
         09:05:04 kim presses 1
         09:05:06 kim presses 1
         09:05:10 kim hears-the-end
         09:06:00 lee calls
         09:06:04 lee presses 1
         09:06:06 lee hangs-up
         10:10:05 bo answers",
        expect![[r#"
            09:05:00 accept kim
            09:05:00 play kim closed-until-1 today at n-10 am offer-at-opening offer-message (6s)
            09:05:04 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-at-door (6s)
            09:05:06 play kim (4s)
            09:05:06 keep first kim: Some(Waiting)
            09:05:06 play kim call-at-opening goodbye
            09:05:10 hang up kim Normal
            09:05:10 end of kim: CallbackRequested, callback of kim: Waiting not before 10:00:00
            09:06:00 accept lee
            09:06:00 play lee closed-until-1 today at n-10 am offer-at-opening offer-message (6s)
            09:06:04 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-at-door (6s)
            09:06:06 keep first lee: Some(Waiting)
            09:06:06 end of lee: CallbackRequested, callback of lee: Waiting not before 10:00:00
            10:10:00 ring bo-desk "↩ kim (64 min)"
            10:10:05 play bo callback-preview-1 one-hour and n-5 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// Silence promises nothing; a withheld caller types; one who calls again hears that the promise stands.
#[test]
fn what_else_happens_at_the_door() {
    let mut settings = office();
    settings.hours.week[0] = vec![span("10:00", "16:00")];
    settings.hours.after = Some(Goal::Callback(GroupId::from("main")));
    check_with(
        settings,
        "07:00:00 max calls
         07:00:14 max hears-the-end
         07:00:20 max hears-the-end
         07:01:00 nia calls-as -
         07:01:04 nia presses 1
         07:01:08 nia presses 20000009#
         07:01:12 nia presses 1
         07:01:16 nia hears-the-end
         07:02:00 kim calls
         07:02:02 kim presses 11
         07:02:04 kim hears-the-end
         07:03:00 kim calls
         07:03:10 kim hears-the-end
         07:04:00 pim calls
         07:04:02 store fails
         07:04:04 pim presses 11
         07:04:08 pim hears-the-end",
        expect![[r#"
            07:00:00 accept max
            07:00:00 play max closed-until-1 today at n-10 am offer-at-opening offer-message (6s)
            07:00:14 play max closed-until-1 today at n-10 am call-again-then
            07:00:20 hang up max Normal
            07:00:20 end of max: AfterHours waited 0ns talked 0ns held 0ns
            07:01:00 accept nia
            07:01:00 play nia closed-until-1 today at n-10 am offer-at-opening offer-message (6s)
            07:01:04 play nia type-at-door (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (8s)
            07:01:08 play nia (3s)
            07:01:08 play nia call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-9 confirm-at-door (6s)
            07:01:12 play nia (4s)
            07:01:12 keep first nia: Some(Waiting)
            07:01:12 play nia call-at-opening goodbye
            07:01:16 hang up nia Normal
            07:01:16 end of nia: CallbackRequested, callback of nia: Waiting not before 10:00:00
            07:02:00 accept kim
            07:02:00 play kim closed-until-1 today at n-10 am offer-at-opening offer-message (6s)
            07:02:02 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-at-door (6s)
            07:02:02 play kim (4s)
            07:02:02 keep first kim: Some(Waiting)
            07:02:02 play kim call-at-opening goodbye
            07:02:04 hang up kim Normal
            07:02:04 end of kim: CallbackRequested, callback of kim: Waiting not before 10:00:00
            07:03:00 accept kim
            07:03:00 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            07:03:10 hang up kim Normal
            07:04:00 accept pim
            07:04:00 play pim closed-until-1 today at n-10 am offer-at-opening offer-message (6s)
            07:04:04 play pim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-6 confirm-at-door (6s)
            07:04:04 play pim (4s)
            07:04:04 keep first pim: Some(Waiting)
            07:04:04 play pim closed-until-1 today at n-10 am call-again-then
            07:04:08 hang up pim Normal
            07:04:08 end of pim: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// hunt-groups §9, §10: nobody is sent away who was offered nothing, though the owner says no way on: by the hours,
/// or closed by a word. Only what the disk does not take is not offered.
#[test]
fn without_a_way_on_callers_are_offered_a_call_or_a_message() {
    check_with(
        office(),
        "09:00:00 anna closed-until 2026-11-23T12:00:00Z
         09:01:00 kim calls
         09:01:05 kim presses 2
         09:01:10 kim hears-the-end
         09:01:20 kim speaks 10
         09:01:24 kim hears-the-end
         09:02:00 lee calls
         09:02:05 lee presses 11
         09:02:10 lee hears-the-end
         09:03:00 max calls
         09:03:05 max hangs-up
         09:04:00 disk is-full
         09:04:10 pim calls
         09:04:20 pim hears-the-end",
        expect![[r#"
            09:00:00 keep first the hours: the office Closed until 2026-11-23T12:00:00Z
            09:00:00 reply Ok(Ok)
            09:01:00 accept kim
            09:01:00 play kim closed-until-1 today at noon offer-at-opening offer-message (6s)
            09:01:05 play kim leave-message tone
            09:01:10 record kim to voicemail/C-1.wav
            09:01:10 play kim (183s)
            09:01:20 play kim (5s)
            09:01:20 keep first kim: None
            09:01:20 play kim message-saved
            09:01:24 hang up kim Normal
            09:01:24 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:02:00 accept lee
            09:02:00 play lee closed-until-1 today at noon offer-at-opening offer-message (6s)
            09:02:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-at-door (6s)
            09:02:05 play lee (4s)
            09:02:05 keep first lee: Some(Waiting)
            09:02:05 play lee call-at-opening goodbye
            09:02:10 hang up lee Normal
            09:02:10 end of lee: CallbackRequested, callback of lee: Waiting not before 12:00:00
            09:03:00 accept max
            09:03:00 play max closed-until-1 today at noon offer-at-opening offer-message (6s)
            09:03:05 end of max: AfterHours waited 0ns talked 0ns held 0ns
            09:04:10 accept pim
            09:04:10 play pim closed-until-1 today at noon call-again-then
            09:04:20 hang up pim Normal
            09:04:20 end of pim: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}
