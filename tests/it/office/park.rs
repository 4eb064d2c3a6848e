//! Parked calls: fetched by a screen, not fetched, hung up (spec/hunt-groups.md §13).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

#[test]
fn a_colleague_fetches_it_and_a_second_one_comes_too_late() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo parks kim
         09:00:30 anna picks-up kim
         09:00:33 anna answers
         09:00:35 dan picks-up kim
         09:00:50 kim hangs-up",
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
            09:00:30 ring anna-desk "kim"
            09:00:30 play kim music
            09:00:30 reply Ok(Ok)
            09:00:33 join kim anna
            09:00:35 reply Err(AlreadyAnswered { by: anna })
            09:00:50 hang up anna Normal
            09:00:50 remember anna Available
        "#]],
    );
}

#[test]
fn fetched_and_not_answered_it_stays_parked_and_returns_to_the_parker() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo parks kim
         09:00:30 anna picks-up kim
         09:00:35 anna declines
         09:02:45 bo answers",
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
            09:00:30 ring anna-desk "kim"
            09:00:30 play kim music
            09:00:30 reply Ok(Ok)
            09:02:20 ring bo-desk "from 70: kim"
            09:02:20 play kim music
            09:02:45 join kim bo
        "#]],
    );
}

#[test]
fn the_parked_one_hangs_up_and_the_slot_is_free() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo parks kim
         09:00:25 kim hangs-up
         09:00:40 lee calls
         09:00:42 bo answers
         09:00:45 bo parks lee",
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
            09:00:40 accept lee
            09:00:40 play lee welcome
            09:00:40 ring bo-desk "lee · main"
            09:00:42 join lee bo
            09:00:45 part lee
            09:00:45 play lee music
            09:00:45 hang up bo Normal
            09:00:45 remember bo Available
            09:00:45 reply Ok(Slot(70))
        "#]],
    );
}

/// A phone without a park key transfers to `*70`: parked. A slot that is taken is refused, and the two talk on.
#[test]
fn a_transfer_to_a_slot_parks() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])],
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo refers *71
         09:00:30 lee calls
         09:00:36 cy answers
         09:00:40 cy refers *71
         09:00:45 cy refers *72
         09:00:50 bo dials *71
         09:01:00 kim hangs-up
         09:01:01 lee hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:10 ring cy-desk "kim · main"
            09:00:12 hang up cy AnsweredElsewhere
            09:00:12 join kim bo
            09:00:20 tell bo 200
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:30 accept lee
            09:00:30 play lee welcome
            09:00:30 ring cy-desk "lee · main"
            09:00:35 ring bo-desk "lee · main 0:05"
            09:00:36 hang up bo AnsweredElsewhere
            09:00:36 join lee cy
            09:00:40 tell cy 486
            09:00:45 tell cy 200
            09:00:45 part lee
            09:00:45 play lee music
            09:00:45 hang up cy Normal
            09:00:45 remember cy Available
            09:00:50 accept bo
            09:00:50 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:50 join kim bo
            09:01:00 hang up bo Normal
            09:01:00 remember bo Available
        "#]],
    );
}
