//! The last one to leave says where callers go (spec/hunt-groups.md §6).

use super::script::{check, check_with, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::GroupId;
use frontdesk::office::Callers;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Goal, Group, Strategy};

fn two() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])]
}

fn alone() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

#[test]
fn words_are_read_as_they_are_written() {
    for one in [Callers::Callback, Callers::Voicemail, Callers::Owner, Callers::Wait] {
        assert_eq!(Callers::of(one.word()), Some(one));
    }
    assert_eq!(Callers::of("nowhere"), None);
}

/// The owner is offered only while there is one to ring; `wait` is an answer, too.
#[test]
fn the_last_one_is_asked_also_while_nobody_waits() {
    check(
        two(),
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 cy goes
         09:00:20 bo goes
         09:00:30 bo goes owner
         09:00:40 anna arrives
         09:00:50 bo goes
         09:01:00 bo goes wait
         09:02:00 kim calls
         09:02:25 kim hangs-up",
        expect![[r#"
            09:00:10 remember cy Off
            09:00:10 reply Ok(Ok)
            09:00:20 reply Err(LastPerson { choices: [Callback, Voicemail, Wait] })
            09:00:30 reply Err(LastPerson { choices: [Callback, Voicemail, Wait] })
            09:00:50 reply Err(LastPerson { choices: [Callback, Voicemail, Owner, Wait] })
            09:01:00 remember bo Off
            09:01:00 reply Ok(Ok)
            09:02:00 accept kim
            09:02:00 play kim welcome
            09:02:00 chime
            09:02:20 play kim nobody-here choice (6s)
            09:02:25 end of kim: Abandoned waited 25s talked 0ns held 0ns
        "#]],
    );
}

/// A closed group needs nobody.
#[test]
fn after_closing_nobody_is_asked() {
    check(
        alone(),
        "09:00:00 bo arrives
         09:00:10 anna closed-until 2026-11-23T12:00:00Z
         09:00:20 bo goes",
        expect![[r#"
            09:00:10 keep first the hours: the office Closed until 2026-11-23T12:00:00Z
            09:00:10 reply Ok(Ok)
            09:00:20 remember bo Off
            09:00:20 reply Ok(Ok)
        "#]],
    );
}

#[test]
fn callers_leave_messages_until_somebody_is_there_again() {
    check(
        two(),
        "09:00:00 bo arrives
         09:00:05 kim calls
         09:00:10 bo goes voicemail
         09:00:20 lee calls
         09:00:30 lee hangs-up
         09:01:00 cy arrives
         09:01:10 max calls",
        expect![[r#"
            09:00:05 accept kim
            09:00:05 play kim welcome
            09:00:05 ring bo-desk "kim · main"
            09:00:10 remember where callers go: main Voicemail
            09:00:10 remember bo Off
            09:00:10 reply Ok(Ok)
            09:00:10 hang up bo AnsweredElsewhere
            09:00:10 chime
            09:00:10 play kim nobody-now leave-message tone
            09:00:20 accept lee
            09:00:20 play lee nobody-now leave-message tone
            09:00:30 end of lee: Abandoned waited 0ns talked 0ns held 0ns
            09:01:00 remember where callers go: to the phones
            09:01:10 accept max
            09:01:10 play max welcome
            09:01:10 ring cy-desk "max · main"
        "#]],
    );
}

/// A power cut in the night: what was said holds until somebody is there.
#[test]
fn what_the_last_one_said_outlives_a_restart() {
    check(
        alone(),
        "09:00:00 bo arrives
         09:00:10 bo goes voicemail
         09:05:00 office restarts
         09:05:00 bo arrives
         09:06:00 kim calls
         09:06:05 kim hangs-up
         09:07:00 bo available
         09:08:00 lee calls",
        expect![[r#"
            09:00:10 remember where callers go: main Voicemail
            09:00:10 remember bo Off
            09:00:10 reply Ok(Ok)
            -- restart
            09:06:00 accept kim
            09:06:00 play kim nobody-now leave-message tone
            09:06:05 end of kim: Abandoned waited 0ns talked 0ns held 0ns
            09:07:00 remember bo Available
            09:07:00 reply Ok(Ok)
            09:07:00 remember where callers go: to the phones
            09:08:00 accept lee
            09:08:00 play lee welcome
            09:08:00 ring bo-desk "lee · main"
        "#]],
    );
}

#[test]
fn callers_are_offered_a_call_back_and_may_wait_all_the_same() {
    check(
        two(),
        "09:00:00 bo arrives
         09:00:05 kim calls
         09:00:10 bo goes callback
         09:00:15 lee calls
         09:00:16 lee presses 1
         09:00:20 lee presses 1
         09:00:21 kim hears-the-end
         09:00:40 cy arrives",
        expect![[r#"
            09:00:05 accept kim
            09:00:05 play kim welcome
            09:00:05 ring bo-desk "kim · main"
            09:00:10 remember where callers go: main Callback
            09:00:10 remember bo Off
            09:00:10 reply Ok(Ok)
            09:00:10 hang up bo AnsweredElsewhere
            09:00:10 chime
            09:00:10 play kim nobody-now choice (6s)
            09:00:15 accept lee
            09:00:15 play lee nobody-now choice (6s)
            09:00:16 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            09:00:20 play lee (4s)
            09:00:20 keep first lee: Some(Waiting)
            09:00:20 play lee place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            09:00:21 play kim stay-on-line
            09:00:40 remember where callers go: to the phones
            09:00:40 ring cy-desk "kim · main 0:35"
        "#]],
    );
}

#[test]
fn the_owners_phone_rings_for_callers_who_were_left_to_them() {
    check(
        alone(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:05 kim calls
         09:00:10 bo goes owner
         09:00:15 lee calls
         09:00:20 anna answers
         09:00:40 kim hangs-up
         09:00:56 bo available
         09:01:00 bo answers",
        expect![[r#"
            09:00:05 accept kim
            09:00:05 play kim welcome
            09:00:05 ring bo-desk "kim · main"
            09:00:10 remember where callers go: main Owner
            09:00:10 remember bo Off
            09:00:10 reply Ok(Ok)
            09:00:10 hang up bo AnsweredElsewhere
            09:00:10 ring anna-desk "kim · main 0:05"
            09:00:15 accept lee
            09:00:15 play lee welcome
            09:00:15 chime
            09:00:20 join kim anna
            09:00:40 hang up anna Normal
            09:00:40 remember anna Available
            09:00:40 end of kim: Answered waited 15s talked 20s held 0ns
            09:00:55 ring anna-desk "lee · main 0:40"
            09:00:56 remember bo Available
            09:00:56 reply Ok(Ok)
            09:00:56 remember where callers go: to the phones
            09:00:56 hang up anna AnsweredElsewhere
            09:00:56 ring bo-desk "lee · main 0:41"
            09:01:00 join lee bo
        "#]],
    );
}

/// Two groups that share nobody, and one owner for both: one caller at a time.
#[test]
fn one_owner_rings_once_for_two_groups() {
    let mut office = settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("other", Strategy::Everyone, &[("cy", 0)]),
    ]);
    office.numbers[1].to = Goal::Group(GroupId::from("other"));
    check_with(
        office,
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:05 bo goes owner
         09:00:06 cy goes owner
         09:00:10 kim calls
         09:00:12 lee calls +4533445567
         09:00:20 anna answers
         09:00:40 kim hangs-up
         09:01:00 anna answers",
        expect![[r#"
            09:00:05 remember where callers go: main Owner
            09:00:05 remember bo Off
            09:00:05 reply Ok(Ok)
            09:00:06 remember where callers go: main Owner, other Owner
            09:00:06 remember cy Off
            09:00:06 reply Ok(Ok)
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 accept lee
            09:00:12 play lee music
            09:00:12 chime
            09:00:20 join kim anna
            09:00:32 play lee place-in-line-1 number n-1
            09:00:40 hang up anna Normal
            09:00:40 remember anna Available
            09:00:40 end of kim: Answered waited 10s talked 20s held 0ns
            09:00:55 ring anna-desk "lee · other 0:43"
            09:01:00 join lee anna
        "#]],
    );
}

/// What the screens show, and to whom it concerns.
#[test]
fn the_board_says_where_callers_go_and_stops_when_somebody_is_there() {
    let alarms = |more: &str| {
        let script = format!("09:00:00 anna arrives\n09:00:00 bo arrives\n{more}");
        let alarms = play(settings(two()), Memory::default(), &script).board.alarms;
        alarms.into_iter().map(|alarm| alarm.code).collect::<Vec<_>>()
    };
    assert_eq!(alarms("09:00:10 bo goes callback"), ["callers-to-callback"]);
    assert_eq!(alarms("09:00:10 bo goes voicemail"), ["callers-to-voicemail"]);
    assert_eq!(alarms("09:00:10 bo goes owner"), ["callers-to-owner"]);
    assert_eq!(alarms("09:00:10 bo goes wait"), ["nobody-signed-in"]);
    assert_eq!(alarms("09:00:10 bo goes voicemail\n09:05:00 bo available"), [""; 0]);
    assert_eq!(alarms("09:00:10 bo goes voicemail\n09:05:00 cy arrives"), [""; 0]);
}

/// By code the question is spoken, and silence changes nothing.
#[test]
fn by_code_the_last_one_hears_the_choices_and_presses_a_key() {
    check(
        alone(),
        "09:00:00 bo arrives
         09:00:05 kim calls
         09:00:10 bo dials *10
         09:00:14 bo presses 3
         09:00:16 bo presses 2
         09:00:20 bo hears-the-end
         09:01:00 bo dials *13
         09:01:05 bo hears-the-end
         09:02:00 bo dials *1230
         09:02:12 bo hears-the-end
         09:02:15 bo hears-the-end
         09:03:00 anna arrives
         09:03:10 bo dials *1230
         09:03:14 bo presses 3
         09:03:20 bo hears-the-end",
        expect![[r#"
            09:00:05 accept kim
            09:00:05 play kim welcome
            09:00:05 ring bo-desk "kim · main"
            09:00:10 accept bo
            09:00:10 play bo last-person (10s)
            09:00:10 hang up bo AnsweredElsewhere
            09:00:10 chime
            09:00:14 play bo last-person (10s)
            09:00:16 remember where callers go: main Voicemail
            09:00:16 remember bo Off
            09:00:16 play bo off-duty
            09:00:16 play kim nobody-now leave-message tone
            09:00:20 hang up bo Normal
            09:00:20 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:01:00 remember bo Available
            09:01:00 accept bo
            09:01:00 play bo on-duty
            09:01:00 remember where callers go: to the phones
            09:01:05 hang up bo Normal
            09:01:05 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:02:00 accept bo
            09:02:00 play bo last-person (10s)
            09:02:12 play bo on-duty
            09:02:15 hang up bo Normal
            09:02:15 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:03:10 accept bo
            09:03:10 play bo last-person last-person-owner (10s)
            09:03:14 remember where callers go: main Owner
            09:03:14 remember bo Paused (other)
            09:03:14 play bo paused-for-1 n-30 minutes
            09:03:20 hang up bo Normal
            09:03:20 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}
