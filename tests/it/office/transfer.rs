//! Hold, transfer, park (spec/hunt-groups.md §13).

use super::script::{check, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Group, Language, Strategy};

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

#[test]
fn a_blind_transfer_that_nobody_answers_comes_back() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo refers 11
         09:00:21 bo hangs-up
         09:00:55 bo answers
         09:01:00 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 tell bo 100
            09:00:20 ring anna-desk "kim"
            09:00:20 play kim music
            09:00:20 tell bo 180
            09:00:21 remember bo Available
            09:00:50 hang up anna CallerGone
            09:00:50 ring bo-desk "from anna: kim"
            09:00:50 play kim music
            09:00:55 join kim bo
            09:01:00 hang up bo Normal
            09:01:00 remember bo Available
            09:01:00 end of kim: Answered waited 2s talked 13s held 35s
        "#]],
    );
}

/// The words on the display are the office's.
#[test]
fn a_call_that_comes_back_says_so_in_the_offices_language() {
    for (language, shown) in [
        (Language::En, "from anna: kim"),
        (Language::Da, "fra anna: kim"),
        (Language::Sv, "från anna: kim"),
        (Language::Nl, "van anna: kim"),
        (Language::ZhHant, "從 anna 轉回：kim"),
    ] {
        let mut office = settings(main_line());
        office.office.language = language;
        let script = "09:00:00 anna arrives
             09:00:00 bo arrives
             09:00:10 kim calls
             09:00:12 bo answers
             09:00:20 bo refers 11
             09:00:21 bo hangs-up
             09:00:51 bo waits";
        let played = play(office, Memory::default(), script);
        let line = format!("09:00:50 ring bo-desk \"{shown}\"\n");
        assert!(played.transcript.contains(&line), "{}", played.transcript);
    }
}

#[test]
fn an_attended_transfer_joins_the_far_parties() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo holds
         09:00:22 bo dials 11
         09:00:25 anna answers
         09:00:30 bo refers joined",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 play kim music
            09:00:22 ring anna-desk "bo"
            09:00:22 bo hears it ring
            09:00:25 accept bo
            09:00:25 join bo anna
            09:00:30 tell bo 200
            09:00:30 part anna
            09:00:30 part kim
            09:00:30 join kim anna
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 end of bo: Internal waited 0ns talked 5s held 0ns
        "#]],
    );
}

#[test]
fn a_parked_call_waits_with_music_and_returns_to_the_parker() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo parks kim
         09:02:25 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:20 reply Ok(Slot(70))
            09:02:20 ring bo-desk "from 70: kim"
            09:02:20 play kim music
            09:02:25 join kim bo
        "#]],
    );
}

#[test]
fn a_screen_consults_and_hanging_up_completes_the_transfer() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo consults kim 11
         09:00:25 anna answers
         09:00:30 bo hangs-up
         09:00:40 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 ring anna-desk "kim"
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo ringback
            09:00:20 reply Ok(Ok)
            09:00:25 join bo anna
            09:00:30 remember bo Available
            09:00:30 join kim anna
            09:00:40 hang up anna Normal
            09:00:40 remember anna Available
            09:00:40 end of kim: Answered waited 2s talked 18s held 10s
        "#]],
    );
}

#[test]
fn a_click_rings_ones_own_phone_first() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 bo clicks +4520304050
         09:00:12 bo answers
         09:00:15 outside answers
         09:00:20 outside hangs-up",
        expect![[r#"
            09:00:10 ring bo-desk ""
            09:00:10 reply Ok(Call(C-1))
            09:00:12 call out +4520304050 as +4533445566
            09:00:12 play bo ringback
            09:00:15 join bo outside
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:20 end of bo: Answered waited 0ns talked 5s held 0ns
        "#]],
    );
}

#[test]
fn a_phone_that_vanishes_does_not_lose_its_customer() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo vanishes
         09:00:40 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 remember bo Available
            09:00:20 play kim music
            09:00:20 chime
            09:00:35 ring bo-desk "kim · main 0:25"
            09:00:40 play kim place-in-line-1 number n-1
            09:00:40 join kim bo
        "#]],
    );
}

#[test]
fn a_second_phone_takes_a_talk_over() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 anna replaces bo
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 accept anna
            09:00:20 join kim anna
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:30 hang up anna Normal
            09:00:30 remember anna Available
        "#]],
    );
}

#[test]
fn transferring_before_the_consulted_one_answers() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo holds
         09:00:22 bo dials 11
         09:00:25 bo refers joined
         09:00:30 anna answers
         09:00:40 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 play kim music
            09:00:22 ring anna-desk "bo"
            09:00:22 bo hears it ring
            09:00:25 tell bo 200
            09:00:25 part kim
            09:00:25 play kim music
            09:00:25 hang up bo Normal
            09:00:25 remember bo Available
            09:00:25 hang up bo Normal
            09:00:25 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:30 join kim anna
            09:00:40 hang up anna Normal
            09:00:40 remember anna Available
        "#]],
    );
}

#[test]
fn a_consulted_one_who_never_answers_gives_the_caller_back() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo consults kim 11
         09:00:25 bo hangs-up
         09:01:00 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 ring anna-desk "kim"
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo ringback
            09:00:20 reply Ok(Ok)
            09:00:25 remember bo Available
            09:00:55 hang up anna CallerGone
            09:00:55 ring bo-desk "from anna: kim"
            09:00:55 play kim music
            09:01:00 join kim bo
        "#]],
    );
}

#[test]
fn a_consulted_one_who_declines_gives_the_caller_back_at_once() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo consults kim 11
         09:00:25 anna declines
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 ring anna-desk "kim"
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo ringback
            09:00:20 reply Ok(Ok)
            09:00:25 join kim bo
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 end of kim: Answered waited 2s talked 13s held 5s
        "#]],
    );
}
