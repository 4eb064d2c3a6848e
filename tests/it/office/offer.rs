//! Asking to be called back, by key (spec/callback.md §2, §3).

use super::script::{check, check_with};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::office::contact::Outcome;
use frontdesk::settings::{Group, ReadBack, Settings, Strategy};

fn main_group() -> Group {
    group("main", Strategy::Everyone, &[("anna", 0)])
}

/// Key 1 in the welcome; the number is read back; what is promised is spoken once it is kept.
#[test]
fn the_key_works_in_the_welcome_and_the_promise_is_spoken_once_it_is_kept() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:16 kim presses 1
         09:00:26 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:16 play kim (4s)
            09:00:16 keep first kim: Some(Waiting)
            09:00:16 hang up anna AnsweredElsewhere
            09:00:16 play kim place-in-line-1 number n-1 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
            09:00:26 hang up kim Normal
            09:00:26 end of kim: CallbackRequested, callback of kim: Waiting
            09:00:26 ring anna-desk "↩ kim (0 min)"
            09:00:26 callback of kim: Reserved
        "#]],
    );
}

/// A disk that takes no promises is no reason to ask for another number (spec/reliability.md §3): the caller
/// stays on the line and is answered. Who had heard the number read back and hangs up has asked all the same.
#[test]
fn while_the_disk_refuses_promises_who_asks_stays_on_the_line() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 lee calls
         09:00:14 lee presses 1
         09:00:15 disk is-full
         09:00:16 kim presses 1
         09:00:20 lee hangs-up
         09:00:30 anna answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 accept lee
            09:00:12 play lee welcome
            09:00:12 chime
            09:00:14 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            09:00:16 play kim stay-on-line
            09:00:20 keep first lee: Some(Waiting)
            09:00:20 end of lee: CallbackRequested, callback of lee: Waiting
            09:00:30 join kim anna
        "#]],
    );
}

#[test]
fn another_number_is_typed_read_back_and_confirmed() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:14 kim presses 2
         09:00:15 kim presses 3
         09:00:15 kim presses 3
         09:00:16 kim presses 1
         09:00:16 kim presses 2
         09:00:17 kim presses 3
         09:00:17 kim presses 4
         09:00:18 kim presses 5
         09:00:18 kim presses 6
         09:00:19 kim presses #
         09:00:23 kim presses 1",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:14 play kim type-number (8s)
            09:00:15 play kim (8s)
            09:00:15 play kim (8s)
            09:00:16 play kim (8s)
            09:00:16 play kim (8s)
            09:00:17 play kim (8s)
            09:00:17 play kim (8s)
            09:00:18 play kim (8s)
            09:00:18 play kim (3s)
            09:00:19 play kim call-you-on-1 n-3 n-3 (300ms) n-1 n-2 (300ms) n-3 n-4 (300ms) n-5 n-6 confirm-number (6s)
            09:00:23 play kim (4s)
            09:00:23 keep first kim: Some(Waiting)
            09:00:23 hang up anna AnsweredElsewhere
            09:00:23 play kim place-in-line-1 number n-1 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
        "#]],
    );
}

/// Three seconds after the last digit the number is taken as it is.
#[test]
fn silence_after_a_whole_number_ends_it() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls-as -
         09:00:12 kim presses 1
         09:00:13 kim presses 3
         09:00:13 kim presses 3
         09:00:13 kim presses 1
         09:00:13 kim presses 2
         09:00:13 kim presses 3
         09:00:13 kim presses 4
         09:00:13 kim presses 5
         09:00:13 kim presses 6
         09:00:16 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim type-number (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (3s)
            09:00:16 play kim call-you-on-1 n-3 n-3 (300ms) n-1 n-2 (300ms) n-3 n-4 (300ms) n-5 n-6 confirm-number (6s)
        "#]],
    );
}

/// A premium number is none we call; after two tries the caller goes on waiting.
#[test]
fn a_number_we_do_not_call_is_refused_and_two_tries_are_enough() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls-as -
         09:00:12 kim presses 1
         09:00:13 kim presses 9
         09:00:13 kim presses 0
         09:00:13 kim presses 1
         09:00:13 kim presses 2
         09:00:13 kim presses 3
         09:00:13 kim presses 4
         09:00:13 kim presses 5
         09:00:13 kim presses 6
         09:00:14 kim presses #
         09:00:20 kim presses 1
         09:00:21 kim presses #
         09:00:25 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim type-number (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:13 play kim (8s)
            09:00:14 play kim not-a-number (8s)
            09:00:20 play kim (8s)
            09:00:21 play kim stay-on-line
            09:00:25 play kim music
        "#]],
    );
}

#[test]
fn silence_star_and_three_go_on_waiting() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:25 kim hears-the-end
         09:00:28 kim hears-the-end
         09:00:30 kim presses 1
         09:00:32 kim presses 3
         09:00:35 kim hears-the-end
         09:00:36 kim presses 1
         09:00:37 kim presses 2
         09:00:38 kim presses *",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:25 play kim stay-on-line
            09:00:28 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:30 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:32 play kim stay-on-line
            09:00:35 play kim music
            09:00:36 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:37 play kim type-number (8s)
            09:00:38 play kim stay-on-line
        "#]],
    );
}

/// Hanging up after key 1 is yes, too; before it, it is giving up.
#[test]
fn hanging_up_after_the_key_is_a_request() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:14 kim hangs-up
         09:00:20 lee calls
         09:00:40 lee hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:14 keep first kim: Some(Waiting)
            09:00:14 hang up anna CallerGone
            09:00:14 end of kim: CallbackRequested, callback of kim: Waiting
            09:00:14 ring anna-desk "↩ kim (0 min)"
            09:00:20 accept lee
            09:00:20 play lee welcome
            09:00:20 chime
            09:00:40 end of lee: Abandoned waited 20s talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn where_hanging_up_keeps_the_place_it_is_said_and_holds() {
    let mut main = main_group();
    main.callback.just_hang_up = true;
    check(
        vec![main],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:18 kim hears-the-end
         09:00:33 kim hears-the-end
         09:00:45 kim hangs-up
         09:00:50 lee calls
         09:01:05 lee hangs-up",
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
            09:00:40 play kim offer-hang-up
            09:00:45 keep first kim: Some(Waiting)
            09:00:45 end of kim: CallbackRequested, callback of kim: Waiting
            09:00:50 accept lee
            09:00:50 play lee welcome
            09:01:05 end of lee: Abandoned waited 15s talked 0ns held 0ns
        "#]],
    );
}

/// Nothing was promised: the caller hears so and keeps the place.
#[test]
fn what_cannot_be_kept_is_not_promised() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:05 store fails
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:14 kim presses 1
         09:00:17 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:14 play kim (4s)
            09:00:14 keep first kim: Some(Waiting)
            09:00:14 play kim stay-on-line
            09:00:17 play kim music
        "#]],
    );
}

/// The same second: the person who answered is better than any promise.
#[test]
fn a_live_answer_wins_over_the_key() {
    check(
        vec![main_group()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:12 anna answers
         09:00:12 kim presses 1
         09:01:12 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:12 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:12 join kim anna
            09:01:12 hang up anna Normal
            09:01:12 remember anna Available
            09:01:12 end of kim: Answered waited 2s talked 60s held 0ns
        "#]],
    );
}

/// One channel for the caller, one to dial on, one free: with less nothing is offered.
#[test]
fn without_a_channel_to_dial_on_nothing_is_offered() {
    let mut one = settings(vec![main_group()]);
    one.trunks[0].channels = 1;
    check_with(
        one,
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:18 kim hears-the-end
         09:00:33 kim hears-the-end
         09:00:45 kim presses 1
         09:00:48 kim hears-the-end",
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
            09:00:45 play kim stay-on-line
            09:00:48 play kim music
        "#]],
    );
}

/// Key 1 was pressed and the number read back: that the lines fill up meanwhile takes nothing of it back (§3).
#[test]
fn what_was_taken_stands_though_the_lines_fill_up() {
    let mut few = settings(vec![main_group()]);
    few.trunks[0].channels = 3;
    let script = "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 kim calls
         09:00:45 kim presses 1
         09:00:46 lee calls
         09:00:47 max calls
         09:00:49 kim hangs-up
         09:00:50 bo waits";
    let played = super::script::play(few, Default::default(), script);
    let kim = &played.contacts["kim"];
    assert_eq!(kim.outcome, Some(Outcome::CallbackRequested), "{}", played.transcript);
    assert!(kim.callback.is_some(), "{}", played.transcript);
}

/// At 15:58 nobody promises "in turn" before 16:00.
#[test]
fn shortly_before_closing_the_promise_is_for_later() {
    check_with(
        closing_at_four(),
        "15:55:00 anna arrives
         15:55:00 bo arrives
         15:55:00 anna dials 12
         15:55:02 bo answers
         15:55:10 kim calls
         15:55:14 kim hears-the-end
         15:55:18 kim hears-the-end
         15:55:33 kim hears-the-end
         15:55:45 kim presses 1
         15:55:50 kim presses 1",
        expect![[r#"
            15:55:00 ring bo-desk "anna"
            15:55:00 anna hears it ring
            15:55:02 accept anna
            15:55:02 join anna bo
            15:55:10 accept kim
            15:55:10 play kim welcome
            15:55:10 chime
            15:55:14 play kim please-wait
            15:55:18 play kim music
            15:55:30 play kim place-in-line-1 number n-1
            15:55:33 play kim music
            15:55:40 play kim offer-later
            15:55:45 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            15:55:50 play kim (4s)
            15:55:50 keep first kim: Some(Waiting)
            15:55:50 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
        "#]],
    );
}

fn closing_at_four() -> Settings {
    let mut office = settings(vec![main_group()]);
    let day = frontdesk::settings::Span {
        from: jiff::civil::time(8, 0, 0, 0),
        to: Some(jiff::civil::time(16, 0, 0, 0)),
    };
    office.hours.week = std::array::from_fn(|_| vec![day]);
    office
}

/// §3: where others may hear, the last four digits are enough; the whole number is called.
#[test]
fn only_the_last_four_digits_are_read_back_where_the_owner_says_so() {
    let mut office = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    office.callback.read_back = ReadBack::LastFour;
    check_with(
        office,
        "10:00:00 kim calls
         10:00:05 kim presses 1
         10:00:08 kim presses 1
         10:00:12 kim hears-the-end
         10:01:10 bo arrives
         10:01:12 bo answers
         10:01:13 bo presses 1",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:08 play kim (4s)
            10:00:08 keep first kim: Some(Waiting)
            10:00:08 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:12 hang up kim Normal
            10:00:12 end of kim: CallbackRequested, callback of kim: Waiting
            10:01:10 ring bo-desk "↩ kim (1 min)"
            10:01:12 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:13 keep first kim: Some(Dialing)
            10:01:13 play bo ringback
            10:01:13 call out +4520000001 as +4533445566
        "#]],
    );
}

/// §2.2: who is back within a quarter of an hour is as good as here; with nobody so near nothing is said of a turn.
#[test]
fn who_is_back_soon_counts_as_signed_in() {
    for (until, in_turn) in
        [("2026-11-23T09:15:05Z", true), ("2026-11-23T09:15:06Z", false), ("2026-11-23T10:00:00Z", false)]
    {
        let script = format!(
            "09:00:00 bo arrives\n09:00:00 bo pauses bo {until}\n09:00:01 kim calls\n09:00:05 kim presses 11"
        );
        let office = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
        let played = super::script::play(office, Default::default(), &script);
        assert_eq!(played.transcript.contains(" call-before-1"), in_turn, "{until}: {}", played.transcript);
        assert_eq!(played.transcript.contains(" call-when-in"), !in_turn, "{until}");
    }
}
