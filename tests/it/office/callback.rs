//! Asking to be called back (spec/callback.md §1, §3, §9).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

/// Stored first, spoken then, and the phones fall silent with the goodbye.
#[test]
fn a_promise_is_spoken_when_it_is_on_the_disk() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:05 store stalls
         09:00:10 kim calls
         09:00:18 kim presses 1
         09:00:20 kim presses 1
         09:00:21 store stores
         09:00:25 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:18 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:20 play kim (4s)
            09:00:20 keep first kim: Some(Waiting)
            09:00:21 hang up bo AnsweredElsewhere
            09:00:21 play kim place-in-line-1 number n-1 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
            09:00:25 hang up kim Normal
            09:00:25 end of kim: CallbackRequested, callback of kim: Waiting
            09:00:25 ring bo-desk "↩ kim (0 min)"
            09:00:25 callback of kim: Reserved
        "#]],
    );
}

/// 3 s without the receipt: the caller stays on the line, and a late one makes no second entry.
#[test]
fn a_late_receipt_finds_nothing() {
    check(
        main_line(),
        "09:00:05 store stalls
         09:00:10 kim calls
         09:00:18 kim presses 1
         09:00:20 kim presses 1
         09:00:25 store stores
         09:00:40 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:18 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:20 play kim (4s)
            09:00:20 keep first kim: Some(Waiting)
            09:00:23 play kim stay-on-line
            09:00:30 play kim nobody-here choice (6s)
            09:00:40 end of kim: Abandoned waited 30s talked 0ns held 0ns
        "#]],
    );
}

/// Hung up after the key: the request stands, stored or not.
#[test]
fn who_hangs_up_after_the_key_is_promised() {
    check(
        main_line(),
        "09:00:05 store stalls
         09:00:10 kim calls
         09:00:20 kim presses 1
         09:00:21 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:20 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:21 keep first kim: Some(Waiting)
            09:00:21 end of kim: CallbackRequested, callback of kim: Waiting
        "#]],
    );
}

/// An agent who answers in the same second wins (§2), and nothing is left to call back.
#[test]
fn the_live_connection_wins() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:05 store stalls
         09:00:10 kim calls
         09:00:18 kim presses 1
         09:00:20 kim presses 1
         09:00:20 bo answers
         09:00:21 store stores
         09:01:20 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:18 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:20 play kim (4s)
            09:00:20 keep first kim: Some(Waiting)
            09:00:20 join kim bo
            09:01:20 hang up bo Normal
            09:01:20 remember bo Available
            09:01:20 end of kim: Answered waited 10s talked 60s held 0ns
        "#]],
    );
}
