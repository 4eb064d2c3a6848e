//! The customer is rung before the member (spec/callback.md §5).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::{First, Group, Strategy};

fn customer_first() -> Vec<Group> {
    let mut main = group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)]);
    main.callback.first = First::Customer;
    vec![main]
}

/// A key says that a person is there; then the member who was kept free rings.
#[test]
fn a_customer_who_answers_is_connected() {
    check(
        customer_first(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:10 outside answers
         10:01:14 outside presses 1
         10:01:17 bo answers
         10:02:17 outside hangs-up",
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
            10:01:00 keep first lee: Some(Dialing)
            10:01:00 call out +4520000002 as +4533445566
            10:01:10 callback of lee: Reached [Nothing]
            10:01:10 play outside callback-greeting
            10:01:14 play outside music
            10:01:14 callback of lee: Reached [Reached]
            10:01:14 ring bo-desk "lee · main 1:14"
            10:01:17 join outside bo
            10:01:17 callback of lee: Connected [Reached]
            10:02:17 hang up bo Normal
            10:02:17 remember bo Available
            10:02:17 callback of lee: Done [Reached] by Callback
        "#]],
    );
}

/// No key, after the greeting was said twice: a machine.
#[test]
fn nobody_presses_a_key() {
    check(
        customer_first(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:10 outside answers
         10:02:00 clock jumps 0",
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
            10:01:00 keep first lee: Some(Dialing)
            10:01:00 call out +4520000002 as +4533445566
            10:01:10 callback of lee: Reached [Nothing]
            10:01:10 play outside callback-greeting
            10:01:16 play outside callback-greeting
            10:01:22 hang up outside Normal
            10:01:22 callback of lee: Waiting [Voicemail] not before 10:31:22
        "#]],
    );
}

/// Two: later, when the customer says.
#[test]
fn the_customer_wants_it_later() {
    check(
        customer_first(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:10 outside answers
         10:01:12 outside presses 2
         10:01:15 outside presses 1
         10:01:18 outside hears-the-end
         10:11:20 outside answers",
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
            10:01:00 keep first lee: Some(Dialing)
            10:01:00 call out +4520000002 as +4533445566
            10:01:10 callback of lee: Reached [Nothing]
            10:01:10 play outside callback-greeting
            10:01:12 play outside callback-when
            10:01:15 callback of lee: Snoozed [Reached] not before 10:11:15
            10:01:15 play outside callback-then
            10:01:18 hang up outside Normal
            10:11:15 keep first lee: Some(Dialing)
            10:11:15 call out +4520000002 as +4533445566
            10:11:20 callback of lee: Reached [Reached Nothing] not before 10:11:15
            10:11:20 play outside callback-greeting
        "#]],
    );
}

/// Three: no longer needed; said twice, the number is not called again (§12).
#[test]
fn said_twice_it_is_not_called_again() {
    check(
        customer_first(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:10 outside answers
         10:01:12 outside presses 3
         10:01:15 outside hears-the-end
         11:00:00 lee calls
         11:00:05 lee presses 11
         11:00:09 lee hears-the-end
         11:00:20 outside answers
         11:00:22 outside presses 3
         11:00:25 outside hears-the-end
         12:00:00 anna promises +4520000002 main",
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
            10:01:00 keep first lee: Some(Dialing)
            10:01:00 call out +4520000002 as +4533445566
            10:01:10 callback of lee: Reached [Nothing]
            10:01:10 play outside callback-greeting
            10:01:12 play outside callback-cancelled
            10:01:12 callback of lee: Cancelled [Reached] by Customer
            10:01:15 hang up outside Normal
            11:00:00 accept lee
            11:00:00 play lee welcome
            11:00:00 ring bo-desk "lee · main"
            11:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            11:00:05 play lee (4s)
            11:00:05 keep first lee: Some(Waiting)
            11:00:05 hang up bo AnsweredElsewhere
            11:00:05 play lee place-in-line-1 number n-1 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
            11:00:09 hang up lee Normal
            11:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            11:00:09 keep first lee: Some(Dialing)
            11:00:09 callback of lee: Dialing [Nothing]
            11:00:09 call out +4520000002 as +4533445566
            11:00:20 callback of lee: Reached [Nothing]
            11:00:20 play outside callback-greeting
            11:00:22 play outside callback-cancelled
            11:00:22 callback of lee: Cancelled [Reached] by Customer
            11:00:25 hang up outside Normal
            12:00:00 reply Err(Policy { rule: "callback-not-wanted" })
        "#]],
    );
}

/// Nobody answers for a customer whom we called: an apology, first in line, live.
#[test]
fn nobody_answers_for_the_customer() {
    check(
        customer_first(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:10 outside answers
         10:01:14 outside presses 1
         10:01:40 outside hangs-up",
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
            10:01:00 keep first lee: Some(Dialing)
            10:01:00 call out +4520000002 as +4533445566
            10:01:10 callback of lee: Reached [Nothing]
            10:01:10 play outside callback-greeting
            10:01:14 play outside music
            10:01:14 callback of lee: Reached [Reached]
            10:01:14 ring bo-desk "lee · main 1:14"
            10:01:29 remember bo Available
            10:01:34 play outside place-in-line-1 number n-1
            10:01:34 play outside callback-sorry
            10:01:40 hang up bo CallerGone
            10:01:40 callback of lee: Waiting [Reached] not before 10:06:40
            10:01:40 remember bo Available
        "#]],
    );
}

/// "No longer needed": with the last word it is over, and there is nothing left to do about it.
#[test]
fn who_needs_it_no_longer_is_gone() {
    check(
        customer_first(),
        "10:00:00 anna promises +4520000002 main
         10:01:00 bo arrives
         10:01:10 outside answers
         10:01:14 outside presses 3
         10:01:17 outside hears-the-end
         10:02:00 anna has-done anna",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 keep first anna: Some(Dialing)
            10:01:00 call out +4520000002 as +4533445566
            10:01:10 play outside callback-greeting
            10:01:14 play outside callback-cancelled
            10:01:14 end of anna: Unreached, callback of anna: Cancelled [Reached] by Customer
            10:01:17 hang up outside Normal
            10:01:17 end of anna: Unreached waited 0ns talked 0ns held 0ns
            10:02:00 reply Err(NoSuchCall)
        "#]],
    );
}
