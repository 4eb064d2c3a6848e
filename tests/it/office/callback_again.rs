//! The customer shows up before we call (spec/callback.md §7, §13).

use super::script::{check, check_with, play};
use crate::sim::town::{group, number, settings};
use expect_test::expect;
use frontdesk::office::contact::Outcome;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Group, Span, Strategy};
use std::time::Duration;

fn one() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

/// §13.4: calls the same group: same place, one contact; hangs up again, and the promise stands.
#[test]
fn a_caller_who_waits_for_a_call_back_calls() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 max calls
         10:02:00 lee calls
         10:02:20 lee hangs-up
         10:03:00 lee calls
         10:03:10 bo arrives
         10:03:15 bo answers
         10:04:15 lee hangs-up",
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
            10:01:00 accept max
            10:01:00 play max welcome
            10:01:00 chime
            10:01:20 play max nobody-here choice (6s)
            10:02:00 accept lee
            10:02:00 play lee welcome-back place-in-line-1 number n-1 welcome-back-keys
            10:02:00 callback of lee: Merged
            10:02:00 chime
            10:02:20 play lee nobody-here choice (6s)
            10:02:20 callback of lee: Waiting
            10:03:00 accept lee
            10:03:00 play lee welcome-back place-in-line-1 number n-1 welcome-back-keys
            10:03:00 callback of lee: Merged
            10:03:00 chime
            10:03:10 ring bo-desk "lee · main 3:10"
            10:03:15 join lee bo
            10:03:15 callback of lee: Connected
            10:04:00 chime
            10:04:15 hang up bo Normal
            10:04:15 remember bo Available
            10:04:15 callback of lee: Done by CustomerCalled
        "#]],
    );
}

/// §13.5: calls while we dial: our leg ends, the call goes straight to the member who waits.
#[test]
fn a_caller_calls_while_we_dial() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:03 bo answers
         10:01:04 bo presses 1
         10:01:10 lee calls
         10:02:10 lee hangs-up",
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
            10:01:10 hang up outside Normal
            10:01:10 accept lee
            10:01:10 join lee bo
            10:01:10 callback of lee: Connected
            10:02:10 hang up bo Normal
            10:02:10 remember bo Available
            10:02:10 callback of lee: Done by CustomerCalled
        "#]],
    );
}

/// §7: calls while a phone rings for them: it rings on, and the first answer connects.
#[test]
fn a_caller_calls_while_a_phone_rings_for_them() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:03 lee calls
         10:01:05 bo answers",
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
            10:01:03 accept lee
            10:01:03 play lee welcome-back place-in-line-1 number n-1 welcome-back-keys
            10:01:03 callback of lee: Merged
            10:01:05 join lee bo
            10:01:05 callback of lee: Connected
        "#]],
    );
}

/// §7: reached another way, long enough: settled; taken up again within ten minutes it stands where it stood.
#[test]
fn reached_another_way() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 anna arrives
         10:02:00 lee calls +4533445567
         10:02:05 anna answers
         10:02:45 lee hangs-up
         10:05:00 anna puts-off C-1 60
         10:06:00 bo arrives
         10:06:10 bo answers",
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
            10:02:00 ring anna-desk "lee"
            10:02:00 lee hears it ring
            10:02:05 accept lee
            10:02:05 join lee anna
            10:02:45 hang up anna Normal
            10:02:45 remember anna Available
            10:02:45 callback of lee: Done by OtherCall
            10:02:45 end of lee: Answered waited 0ns talked 40s held 0ns
            10:05:00 callback of lee: Snoozed not before 10:06:00
            10:05:00 reply Ok(Ok)
            10:06:00 ring bo-desk "↩ lee (6 min)"
            10:06:10 play bo callback-preview-1 n-6 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// §7: too short a talk settles nothing; nobody is dialled while they speak with us.
#[test]
fn a_short_talk_settles_nothing() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 anna arrives
         10:02:00 lee calls +4533445567
         10:02:05 anna answers
         10:02:06 bo arrives
         10:02:20 lee hangs-up",
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
            10:02:00 ring anna-desk "lee"
            10:02:00 lee hears it ring
            10:02:05 accept lee
            10:02:05 join lee anna
            10:02:20 hang up anna Normal
            10:02:20 remember anna Available
            10:02:20 end of lee: Answered waited 0ns talked 15s held 0ns
        "#]],
    );
}

/// §7: key 3 in the welcome back: no longer needed.
#[test]
fn no_longer_needed_says_the_caller_who_is_back() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:02:00 lee calls
         10:02:05 lee presses 3
         10:02:10 lee hears-the-end",
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
            10:02:00 accept lee
            10:02:00 play lee welcome-back place-in-line-1 number n-1 welcome-back-keys
            10:02:00 callback of lee: Merged
            10:02:00 chime
            10:02:05 callback of lee: Cancelled by Customer
            10:02:05 play lee callback-cancelled
            10:02:10 hang up lee Normal
        "#]],
    );
}

/// §10: the live part of the contact ended with the request, five seconds after it began. What its caller does
/// later neither lengthens that wait nor makes it a late one.
#[test]
fn keys_of_the_caller_who_is_back_leave_the_counted_wait_alone() {
    for later in ["presses 3", "presses 1", "hangs-up"] {
        let script = format!(
            "10:00:00 lee calls
             10:00:05 lee presses 11
             10:00:09 lee hears-the-end
             10:02:00 lee calls
             10:02:25 lee {later}
             10:03:00 bo arrives"
        );
        let played = play(settings(one()), Memory::default(), &script);
        let row = &played.contacts["lee"];
        assert_eq!(row.outcome, Some(Outcome::CallbackRequested), "{later}");
        assert_eq!(row.waited, Duration::from_secs(5), "{later}");
        assert_eq!(row.ended_at.unwrap().to_string(), "2026-11-23T10:00:09Z", "{later}");
        let main = &played.board.groups[0];
        assert_eq!((main.service_level_today, main.abandoned_today), (None, 0), "{later}");
    }
}

/// §7: a caller who is back and would rather be called back hears the promise that stands, and has their place
/// again; there is no second one.
#[test]
fn key_1_of_the_caller_who_is_back_says_the_promise_once_more() {
    check(
        one(),
        "10:00:00 max calls
         10:00:05 lee calls
         10:00:10 lee presses 11
         10:00:14 lee hears-the-end
         10:02:00 lee calls
         10:02:05 lee presses 1
         10:02:09 lee hears-the-end
         10:02:30 max hangs-up
         10:03:00 nia calls
         10:03:10 bo arrives",
        expect![[r#"
            10:00:00 accept max
            10:00:00 play max welcome
            10:00:00 chime
            10:00:05 accept lee
            10:00:05 play lee welcome
            10:00:10 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:10 play lee (4s)
            10:00:10 keep first lee: Some(Waiting)
            10:00:10 play lee place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:14 hang up lee Normal
            10:00:14 end of lee: CallbackRequested, callback of lee: Waiting
            10:00:20 play max nobody-here choice (6s)
            10:01:00 chime
            10:02:00 accept lee
            10:02:00 play lee welcome-back place-in-line-1 number n-2 welcome-back-keys
            10:02:00 callback of lee: Merged
            10:02:00 chime
            10:02:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:02:09 hang up lee Normal
            10:02:09 callback of lee: Waiting
            10:02:30 end of max: Abandoned waited 150s talked 0ns held 0ns
            10:03:00 accept nia
            10:03:00 play nia welcome
            10:03:00 chime
            10:03:10 ring bo-desk "↩ lee (3 min)"
        "#]],
    );
}

/// §7: several people call from a switchboard's number: who calls is asked. Phones ring meanwhile; whoever does
/// not wait for a call back has a place of their own, and to speak with them settles nothing.
#[test]
fn a_switchboard_is_asked_who_it_is() {
    let mut office = settings(one());
    office.callback.switchboard.push(number("+4520000002"));
    check_with(
        office,
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 max calls-as +4520000002
         10:01:05 max presses 2
         10:01:10 nia calls-as +4520000002
         10:01:16 nia hears-the-end
         10:01:18 nia hangs-up
         10:02:00 bo arrives
         10:02:05 bo answers
         10:03:00 max hangs-up
         10:03:05 lee calls
         10:03:08 lee presses 1
         10:03:12 lee hangs-up",
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
            10:01:00 accept max
            10:01:00 play max are-you-back (6s)
            10:01:00 chime
            10:01:05 play max stay-on-line
            10:01:10 accept nia
            10:01:10 play nia are-you-back (6s)
            10:01:16 play nia stay-on-line
            10:01:18 end of nia: Abandoned waited 8s talked 0ns held 0ns
            10:01:20 play max nobody-here choice (6s)
            10:02:00 ring bo-desk "max · main 1:00"
            10:02:05 join max bo
            10:03:00 hang up bo Normal
            10:03:00 remember bo Available
            10:03:00 end of max: Answered waited 65s talked 55s held 0ns
            10:03:05 accept lee
            10:03:05 play lee are-you-back (6s)
            10:03:05 chime
            10:03:08 end of lee: CallbackRequested waited 0ns talked 0ns held 0ns
            10:03:08 play lee welcome-back place-in-line-1 number n-1 welcome-back-keys
            10:03:08 callback of lee: Merged
            10:03:12 callback of lee: Waiting
        "#]],
    );
}

/// spec/hunt-groups.md §13: who did not want to make the call rings for the customer who holds the line; and
/// does not for the promise, once they have hung up again.
#[test]
fn who_put_a_promise_off_rings_for_the_customer_on_the_line() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:05 bo declines
         10:03:00 lee calls
         10:03:10 lee hangs-up
         10:10:00 bo waits
         10:12:00 bo waits",
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
            10:03:00 accept lee
            10:03:00 play lee welcome-back place-in-line-1 number n-1 welcome-back-keys
            10:03:00 callback of lee: Merged
            10:03:00 ring bo-desk "lee · main 3:00"
            10:03:10 hang up bo CallerGone
            10:03:10 callback of lee: Waiting
            10:03:10 remember bo Available
            10:11:05 ring bo-desk "↩ lee (11 min)"
        "#]],
    );
}

/// §1, §9: the disk refused the promise of somebody who had hung up: it stands. When they are back and ask for
/// it again, it is spoken once it is on the disk, and not before.
#[test]
fn what_the_disk_refused_is_not_spoken_of_to_the_caller_who_is_back() {
    let heard = |disk: &str| {
        let script = format!(
            "10:00:00 lee calls
             10:00:05 lee presses 1
             10:00:06 store fails
             10:00:07 lee hangs-up
             10:01:00 store {disk}
             10:02:00 lee calls
             10:02:05 lee presses 1"
        );
        let transcript = play(settings(one()), Memory::default(), &script).transcript;
        let later = transcript.lines().filter(|line| line.starts_with("10:02:05")).map(str::to_owned);
        later.collect::<Vec<String>>()
    };
    let kept = heard("keeps");
    assert_eq!(kept[0], "10:02:05 keep first lee: Some(Merged)");
    assert!(kept[1].starts_with("10:02:05 play lee call-you-on-1"), "{kept:#?}");
    let refused = heard("fails");
    assert!(refused.iter().any(|line| line.ends_with("play lee stay-on-line")), "{refused:#?}");
    assert!(!refused.iter().any(|line| line.contains("call-you-on")), "{refused:#?}");
}

/// The same at a closed door: they hear nothing of it, and can leave a message.
#[test]
fn what_the_disk_refused_is_not_spoken_of_at_a_closed_door() {
    let heard = |disk: &str| {
        let mut office = settings(one());
        let day = Span { from: jiff::civil::time(8, 0, 0, 0), to: Some(jiff::civil::time(16, 0, 0, 0)) };
        office.hours.week = std::array::from_fn(|_| vec![day]);
        let script = format!(
            "15:58:00 lee calls
             15:58:05 lee presses 1
             15:58:06 store {disk}
             15:58:07 lee hangs-up
             15:58:30 store keeps
             16:30:00 lee calls"
        );
        let transcript = play(office, Memory::default(), &script).transcript;
        let later = transcript.lines().find(|line| line.starts_with("16:30:00 play lee"));
        later.unwrap_or_default().to_owned()
    };
    let (kept, refused) = (heard("keeps"), heard("fails"));
    assert!(kept.contains("call-you-on-1"), "{kept}");
    assert!(refused.contains("leave-message") && !refused.contains("call-you-on"), "{refused}");
}
