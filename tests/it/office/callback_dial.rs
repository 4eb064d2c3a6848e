//! A member is rung, says yes, and the customer is dialled (spec/callback.md §4–§6, §13).

use super::script::check;
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn one() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

fn two() -> Vec<Group> {
    vec![group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])]
}

/// Agent first: the phone says whom and how long, silence is yes, the dial is kept before it leaves (§5, §9).
#[test]
fn the_member_is_rung_then_the_customer() {
    check(
        one(),
        "09:00:10 kim calls
         09:00:20 kim presses 11
         09:00:24 kim hears-the-end
         09:12:00 bo arrives
         09:12:03 bo answers
         09:12:15 outside answers
         09:13:15 outside hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:20 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:20 play kim (4s)
            09:00:20 keep first kim: Some(Waiting)
            09:00:20 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            09:00:24 hang up kim Normal
            09:00:24 end of kim: CallbackRequested, callback of kim: Waiting
            09:12:00 ring bo-desk "↩ kim (11 min)"
            09:12:03 play bo callback-preview-1 n-12 minutes (180ms) callback-preview-2
            09:12:07 keep first kim: Some(Dialing)
            09:12:07 play bo ringback
            09:12:07 call out +4520000001 as +4533445566
            09:12:15 join outside bo
            09:12:15 callback of kim: Connected [Reached]
            09:13:15 hang up bo Normal
            09:13:15 remember bo Available
            09:13:15 callback of kim: Done [Reached] by Callback
        "#]],
    );
}

/// §13.1: a live caller, a promise, a live caller: served in the order they came.
#[test]
fn live_callers_and_promises_are_served_in_one_order() {
    check(
        one(),
        "10:00:00 kim calls
         10:01:00 lee calls
         10:01:05 lee presses 11
         10:01:09 lee hears-the-end
         10:02:00 max calls
         10:03:00 bo arrives
         10:03:05 bo answers
         10:04:05 kim hangs-up
         10:04:25 bo answers
         10:04:26 bo presses 1
         10:04:40 outside answers
         10:05:40 outside hangs-up
         10:06:00 bo answers
         10:07:00 max hangs-up",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:20 play kim nobody-here choice (6s)
            10:01:00 accept lee
            10:01:00 play lee welcome
            10:01:00 chime
            10:01:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:01:05 play lee (4s)
            10:01:05 keep first lee: Some(Waiting)
            10:01:05 play lee place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:01:09 hang up lee Normal
            10:01:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:02:00 accept max
            10:02:00 play max welcome
            10:02:00 chime
            10:02:20 play max nobody-here choice (6s)
            10:03:00 ring bo-desk "kim · main 3:00"
            10:03:00 chime
            10:03:05 join kim bo
            10:04:00 chime
            10:04:05 hang up bo Normal
            10:04:05 remember bo Available
            10:04:05 end of kim: Answered waited 185s talked 60s held 0ns
            10:04:20 ring bo-desk "↩ lee (3 min)"
            10:04:25 play bo callback-preview-1 n-3 minutes (180ms) callback-preview-2
            10:04:26 keep first lee: Some(Dialing)
            10:04:26 play bo ringback
            10:04:26 call out +4520000002 as +4533445566
            10:04:40 join outside bo
            10:04:40 callback of lee: Connected [Reached]
            10:05:00 chime
            10:05:40 hang up bo Normal
            10:05:40 remember bo Available
            10:05:40 callback of lee: Done [Reached] by Callback
            10:05:55 ring bo-desk "max · main 3:55"
            10:06:00 join max bo
            10:07:00 hang up bo Normal
            10:07:00 remember bo Available
            10:07:00 end of max: Answered waited 240s talked 60s held 0ns
        "#]],
    );
}

/// §13.2: five promises and two members: never more than two are rung for.
#[test]
fn no_more_are_rung_for_than_members_are_free() {
    check(
        two(),
        "10:00:00 anna promises +4520000011 main
         10:01:00 anna promises +4520000012 main
         10:02:00 anna promises +4520000013 main
         10:03:00 anna promises +4520000014 main
         10:04:00 anna promises +4520000015 main
         10:05:00 anna arrives
         10:05:00 bo arrives
         10:05:03 anna answers
         10:05:04 bo answers
         10:05:20 outside answers",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 keep first anna: Some(Waiting)
            10:01:00 reply Ok(Call(C-2))
            10:02:00 keep first anna: Some(Waiting)
            10:02:00 reply Ok(Call(C-3))
            10:03:00 keep first anna: Some(Waiting)
            10:03:00 reply Ok(Call(C-4))
            10:04:00 keep first anna: Some(Waiting)
            10:04:00 reply Ok(Call(C-5))
            10:05:00 ring anna-desk "↩ 20 00 00 11 (5 min)"
            10:05:00 ring bo-desk "↩ 20 00 00 12 (4 min)"
            10:05:03 play anna callback-preview-1 n-5 minutes (180ms) callback-preview-2
            10:05:04 play bo callback-preview-1 n-4 minutes (180ms) callback-preview-2
            10:05:07 keep first anna: Some(Dialing)
            10:05:07 play anna ringback
            10:05:07 call out +4520000011 as +4533445566
            10:05:08 keep first anna: Some(Dialing)
            10:05:08 play bo ringback
            10:05:08 call out +4520000012 as +4533445566
            10:05:20 join outside bo
        "#]],
    );
}

/// §5: "later": the next member; nobody else there, and it waits for ten minutes.
#[test]
fn put_off_by_a_member() {
    check(
        two(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 anna arrives
         10:01:00 bo arrives
         10:01:03 anna answers
         10:01:05 anna presses 2
         10:01:09 bo declines
         10:05:00 kim calls
         10:05:02 anna answers",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring anna-desk "↩ lee (1 min)"
            10:01:03 play anna callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:05 hang up anna Normal
            10:01:05 ring bo-desk "↩ lee (1 min)"
            10:01:05 callback of lee: Reserved
            10:05:00 accept kim
            10:05:00 play kim welcome
            10:05:00 ring anna-desk "kim · main"
            10:05:02 join kim anna
        "#]],
    );
}

/// §5: done, with a reason.
#[test]
fn done_with_a_reason() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:03 bo answers
         10:01:05 bo presses 3
         10:01:07 bo presses 2",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:03 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:05 play bo callback-reason
            10:01:07 hang up bo Normal
            10:01:07 callback of lee: Done by Person(bo)
        "#]],
    );
}

/// §5: the member gives up: within five seconds it was no attempt.
#[test]
fn the_member_gives_up_while_it_rings() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:03 bo answers
         10:01:04 bo presses 1
         10:01:07 bo hangs-up
         10:11:10 bo answers
         10:11:11 bo presses 1
         10:11:20 bo hangs-up",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:03 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:04 keep first lee: Some(Dialing)
            10:01:04 play bo ringback
            10:01:04 call out +4520000002 as +4533445566
            10:01:07 hang up outside Normal
            10:11:07 ring bo-desk "↩ lee (11 min)"
            10:11:10 play bo callback-preview-1 n-11 minutes (180ms) callback-preview-2
            10:11:11 keep first lee: Some(Dialing)
            10:11:11 play bo ringback
            10:11:11 call out +4520000002 as +4533445566
            10:11:20 hang up outside Normal
            10:11:20 callback of lee: Waiting [NoAnswer] not before 10:16:20
        "#]],
    );
}

/// §6: a minute and nobody says yes: the phones rest, the entry stays first.
#[test]
fn nobody_takes_it() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:02:30 kim calls
         10:02:40 bo answers",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:02:00 hang up bo AnsweredElsewhere
            10:02:00 remember bo Available
            10:02:30 accept kim
            10:02:30 play kim welcome
            10:02:30 ring bo-desk "kim · main"
            10:02:40 remember bo Available
            10:02:40 join kim bo
        "#]],
    );
}

/// One person is never rung twice at once: a phone that rings for somebody far behind is moved to the one
/// who is due again further ahead.
#[test]
fn a_phone_that_rings_far_behind_is_moved_not_rung_twice() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:00:10 lee calls
         10:00:15 lee presses 11
         10:00:19 lee hears-the-end
         10:01:00 bo arrives
         10:01:03 bo answers
         10:01:04 bo presses 1
         10:01:10 outside fails-with 480
         10:01:20 bo hangs-up
         10:01:40 bo declines
         10:05:50 max calls
         10:05:55 max presses 11
         10:05:59 max hears-the-end
         10:06:30 bo answers",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:05 play kim (4s)
            10:00:05 keep first kim: Some(Waiting)
            10:00:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up kim Normal
            10:00:09 end of kim: CallbackRequested, callback of kim: Waiting
            10:00:10 accept lee
            10:00:10 play lee welcome
            10:00:15 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:15 play lee (4s)
            10:00:15 keep first lee: Some(Waiting)
            10:00:15 play lee place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:19 hang up lee Normal
            10:00:19 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ kim (1 min)"
            10:01:03 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:04 keep first kim: Some(Dialing)
            10:01:04 play bo ringback
            10:01:04 call out +4520000001 as +4533445566
            10:01:10 play bo callback-no-answer
            10:01:10 callback of kim: Waiting [NoAnswer] not before 10:06:10
            10:01:20 ring bo-desk "↩ lee (1 min)"
            10:05:50 accept max
            10:05:50 play max welcome
            10:05:50 ring bo-desk "max · main"
            10:05:55 play max call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-3 confirm-number (6s)
            10:05:55 play max (4s)
            10:05:55 keep first max: Some(Waiting)
            10:05:55 hang up bo AnsweredElsewhere
            10:05:55 play max place-in-line-1 number n-3 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
            10:05:59 hang up max Normal
            10:05:59 end of max: CallbackRequested, callback of max: Waiting
            10:05:59 ring bo-desk "↩ max (0 min)"
            10:05:59 callback of max: Reserved
            10:06:10 hang up bo AnsweredElsewhere
            10:06:10 ring bo-desk "↩ kim (6 min)"
            10:06:30 play bo callback-preview-1 n-7 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// §6: three times nobody said yes, and it is for the owner to look.
#[test]
fn after_three_rounds_the_owner_is_told() {
    let alarms = |until: &str| {
        let script = format!(
            "10:00:00 anna promises +4520000009 main
             10:01:00 bo arrives
             {until} bo waits"
        );
        let played = super::script::play(settings(one()), Default::default(), &script);
        played
            .board
            .alarms
            .iter()
            .map(|alarm| alarm.code)
            .filter(|code| code.starts_with("callback"))
            .collect::<Vec<_>>()
    };
    assert_eq!(alarms("10:01:50"), [""; 0]);
    assert_eq!(alarms("10:02:10"), ["callback-not-taken"]);
    assert_eq!(alarms("10:06:10"), ["callback-owner-needed"]);
}
