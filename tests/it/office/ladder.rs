//! What happens to those who wait long (spec/hunt-groups.md §9).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::ids::PersonId;
use frontdesk::settings::{Group, Strategy};

fn main_group() -> Group {
    group("main", Strategy::Everyone, &[("anna", 0)])
}

#[test]
fn the_backup_joins_after_25_seconds_while_the_members_ring_on() {
    let mut main = main_group();
    main.overflow.backup = vec![PersonId::from("dan")];
    check(
        vec![main],
        "09:00:00 anna arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:40 dan answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:35 ring dan-desk "kim · main 0:25"
            09:00:40 hang up anna AnsweredElsewhere
            09:00:40 join kim dan
        "#]],
    );
}

/// The backup is rung for nobody else, and not while it talks.
#[test]
fn a_backup_who_talks_is_not_rung() {
    let mut main = main_group();
    main.overflow.backup = vec![PersonId::from("dan")];
    check(
        vec![main],
        "09:00:00 anna arrives
         09:00:00 dan arrives
         09:00:00 bo arrives
         09:00:05 dan dials 12
         09:00:07 bo answers
         09:00:10 kim calls
         09:00:40 dan hangs-up
         09:00:45 kim hangs-up",
        expect![[r#"
            09:00:05 ring bo-desk "dan"
            09:00:05 dan hears it ring
            09:00:07 accept dan
            09:00:07 join dan bo
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:40 remember dan Available
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of dan: Internal waited 0ns talked 33s held 0ns
            09:00:40 ring dan-desk "kim · main 0:30"
            09:00:45 hang up anna CallerGone
            09:00:45 hang up dan CallerGone
            09:00:45 end of kim: Abandoned waited 35s talked 0ns held 0ns
            09:00:45 remember anna Available
        "#]],
    );
}

/// Five minutes: keep waiting, callback or message; silence keeps waiting.
#[test]
fn after_five_minutes_the_caller_chooses_and_silence_is_to_wait() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:18 kim hears-the-end
         09:00:33 kim hears-the-end
         09:00:43 kim hears-the-end
         09:01:43 kim hears-the-end
         09:02:43 kim hears-the-end
         09:05:30 kim hears-the-end
         09:05:33 kim hears-the-end
         09:05:40 kim hangs-up",
        expect![[r#"
            09:00:00 ring bo-desk "anna"
            09:00:00 anna hears it ring
            09:00:02 accept anna
            09:00:02 join anna bo
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:14 play kim please-wait
            09:00:18 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:33 play kim music
            09:00:40 play kim offer-callback
            09:00:43 play kim music
            09:01:10 chime
            09:01:40 play kim offer-message
            09:01:43 play kim music
            09:02:10 chime
            09:02:40 play kim place-in-line-1 number n-1
            09:02:43 play kim music
            09:03:10 chime
            09:03:40 play kim offer-callback
            09:04:10 chime
            09:05:10 chime
            09:05:30 play kim long-wait choice (6s)
            09:05:33 play kim stay-on-line
            09:05:40 end of kim: Abandoned waited 330s talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn before_a_full_line_the_caller_is_asked_at_once() {
    let mut main = main_group();
    main.overflow.max = Some(1);
    check(
        vec![main],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:11 lee calls
         09:00:15 lee hears-the-end
         09:00:18 lee presses 1
         09:00:19 lee hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:11 accept lee
            09:00:11 play lee welcome
            09:00:11 chime
            09:00:15 play lee many-waiting choice (6s)
            09:00:18 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            09:00:19 keep first lee: Some(Waiting)
            09:00:19 end of lee: CallbackRequested, callback of lee: Waiting
        "#]],
    );
}

/// Nobody at the phones for 20 s: the caller hears so and may choose; nobody is sent away.
#[test]
fn where_nobody_is_at_the_phones_the_caller_hears_so_and_chooses() {
    check(
        vec![main_group()],
        "09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:40 kim hears-the-end
         09:00:43 kim hears-the-end
         09:01:00 anna arrives
         09:01:05 anna answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:14 play kim music
            09:00:30 play kim nobody-here choice (6s)
            09:00:40 play kim stay-on-line
            09:00:43 play kim place-in-line-1 number n-1
            09:01:00 ring anna-desk "kim · main 0:50"
            09:01:05 join kim anna
        "#]],
    );
}

/// Everybody declines: the ladder goes on, phones come back, nothing loops.
#[test]
fn a_storm_of_refusals_ends_at_the_ladder() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 anna declines
         09:00:13 bo declines
         09:00:14 kim hears-the-end
         09:00:35 kim hears-the-end
         09:00:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:13 chime
            09:00:14 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:35 play kim music
            09:00:40 play kim offer-callback
            09:00:50 end of kim: Abandoned waited 40s talked 0ns held 0ns
        "#]],
    );
}

/// Key 2 after the offer of a message: the line is left, and phones fall silent.
#[test]
fn a_message_is_left_by_key_two_once_it_was_offered() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:20 kim presses 2
         09:00:33 kim hears-the-end
         09:01:43 kim hears-the-end
         09:01:45 kim presses 2
         09:01:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:14 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:33 play kim music
            09:01:40 play kim offer-message
            09:01:43 play kim music
            09:01:45 hang up anna AnsweredElsewhere
            09:01:45 play kim leave-message tone
            09:01:50 end of kim: Abandoned waited 95s talked 0ns held 0ns
        "#]],
    );
}
