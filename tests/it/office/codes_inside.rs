//! Codes dialled inside a call: park, blind and attended transfer (INTERFACES.md §4).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 60)])]
}

#[test]
fn park_by_code_and_fetch_from_another_phone() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 kim presses *73
         09:00:22 bo presses *73
         09:00:25 dan dials *72
         09:00:27 dan hears-the-end
         09:00:30 dan dials *73
         09:00:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:22 part kim
            09:00:22 play kim music
            09:00:22 hang up bo Normal
            09:00:22 remember bo Available
            09:00:25 accept dan
            09:00:25 play dan nobody-parked
            09:00:27 hang up dan Normal
            09:00:27 end of dan: Internal waited 0ns talked 0ns held 0ns
            09:00:30 accept dan
            09:00:30 end of dan: Internal waited 0ns talked 0ns held 0ns
            09:00:30 join kim dan
            09:00:50 hang up dan Normal
            09:00:50 remember dan Available
        "#]],
    );
}

#[test]
fn a_taken_slot_and_an_unknown_code_inside_a_call() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo presses *70
         09:00:40 lee calls
         09:00:42 bo answers
         09:00:45 bo presses *70
         09:00:47 bo presses *9
         09:00:50 bo presses 1
         09:00:55 bo presses *
         09:01:05 bo presses 70",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:40 accept lee
            09:00:40 play lee welcome
            09:00:40 ring bo-desk "lee · main"
            09:00:42 join lee bo
            09:00:45 play bo slot-taken
            09:00:47 play bo code-not-known
        "#]],
    );
}

#[test]
fn blind_transfer_by_code_and_back_when_nobody_answers() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo presses *214#
         09:00:25 dan declines
         09:00:30 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo dial-number
            09:00:20 part kim
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:20 ring dan-desk "kim"
            09:00:20 play kim music
            09:00:25 ring bo-desk "from dan: kim"
            09:00:25 play kim music
            09:00:30 join kim bo
        "#]],
    );
}

#[test]
fn attended_transfer_by_code_handed_over_by_hanging_up() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo presses *314
         09:00:28 dan answers
         09:00:40 bo hangs-up
         09:00:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo dial-number
            09:00:24 ring dan-desk "kim"
            09:00:24 part kim
            09:00:24 play kim music
            09:00:24 play bo ringback
            09:00:28 join bo dan
            09:00:40 remember bo Available
            09:00:40 join kim dan
            09:00:50 hang up dan Normal
            09:00:50 remember dan Available
            09:00:50 end of kim: Answered waited 2s talked 18s held 20s
        "#]],
    );
}

#[test]
fn an_attended_transfer_is_taken_back_by_the_same_code() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo presses *314#
         09:00:28 dan answers
         09:00:40 bo presses *3
         09:00:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo dial-number
            09:00:20 ring dan-desk "kim"
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo ringback
            09:00:28 join bo dan
            09:00:40 hang up dan Normal
            09:00:40 remember dan Available
            09:00:40 join kim bo
            09:00:50 hang up bo Normal
            09:00:50 remember bo Available
        "#]],
    );
}

#[test]
fn a_transfer_that_cannot_be_begun_says_why_and_the_two_talk_on() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo presses *299#
         09:00:30 bo presses *290123456#
         09:00:40 bo presses *2*
         09:00:50 bo presses *3
         09:01:10 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo dial-number
            09:00:20 join kim bo
            09:00:20 play bo number-not-known
            09:00:30 part kim
            09:00:30 play kim music
            09:00:30 play bo dial-number
            09:00:30 join kim bo
            09:00:30 play bo not-allowed
            09:00:40 part kim
            09:00:40 play kim music
            09:00:40 play bo dial-number
            09:00:40 join kim bo
            09:00:50 part kim
            09:00:50 play kim music
            09:00:50 play bo dial-number
            09:01:00 join kim bo
            09:01:10 hang up bo Normal
            09:01:10 remember bo Available
            09:01:10 end of kim: Answered waited 2s talked 48s held 10s
        "#]],
    );
}
