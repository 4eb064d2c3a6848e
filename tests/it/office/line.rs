//! The line and the three strategies (spec/hunt-groups.md §1, §3).

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::Strategy;

#[test]
fn everyone_rings_and_the_first_answer_wins() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 bo answers
         09:01:15 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:15 hang up anna AnsweredElsewhere
            09:00:15 join kim bo
            09:01:15 hang up bo Normal
            09:01:15 remember bo Available
            09:01:15 end of kim: Answered waited 5s talked 60s held 0ns
        "#]],
    );
}

#[test]
fn a_second_caller_gets_the_lowest_ranked_phone_and_the_first_keeps_the_rest() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0), ("cy", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:15 lee calls",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:10 ring cy-desk "kim · main"
            09:00:15 accept lee
            09:00:15 play lee welcome
            09:00:15 hang up cy AnsweredElsewhere
            09:00:15 ring cy-desk "lee · main"
        "#]],
    );
}

#[test]
fn in_order_the_second_joins_later_while_the_first_rings_on() {
    check(
        vec![group("main", Strategy::InOrder, &[("anna", 0), ("bo", 10)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:25 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:20 ring bo-desk "kim · main 0:10"
            09:00:25 hang up anna CallerGone
            09:00:25 hang up bo CallerGone
            09:00:25 end of kim: Abandoned waited 15s talked 0ns held 0ns
            09:00:25 remember anna Available
        "#]],
    );
}

#[test]
fn in_order_the_second_rings_at_once_when_the_first_is_not_there() {
    check(
        vec![group("main", Strategy::InOrder, &[("anna", 0), ("bo", 10)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 hang up bo CallerGone
            09:00:12 end of kim: AbandonedShort waited 2s talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn turns_go_round_one_phone_at_a_time() {
    check(
        vec![group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:30 bo answers
         09:00:40 bo hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:25 remember anna Available
            09:00:25 hang up anna AnsweredElsewhere
            09:00:25 ring bo-desk "kim · main 0:15"
            09:00:30 join kim bo
            09:00:40 remember bo Available
            09:00:40 hang up kim Normal
            09:00:40 end of kim: Answered waited 20s talked 10s held 0ns
        "#]],
    );
}

#[test]
fn a_group_of_one_rings_without_a_gap() {
    check(
        vec![group("main", Strategy::TakeTurns, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:01:00 bo answers
         09:01:10 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:25 remember bo Available
            09:00:40 remember bo Available
            09:00:55 remember bo Available
            09:01:00 remember bo Available
            09:01:00 join kim bo
            09:01:10 hang up bo Normal
            09:01:10 remember bo Available
            09:01:10 end of kim: Answered waited 50s talked 10s held 0ns
        "#]],
    );
}

#[test]
fn nobody_there_is_said_after_twenty_seconds_and_the_first_phone_rings() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:10 kim calls
         09:00:40 bo arrives
         09:00:45 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:30 play kim nobody-here choice (6s)
            09:00:40 ring bo-desk "kim · main 0:30"
            09:00:45 join kim bo
        "#]],
    );
}

#[test]
fn a_caller_whose_line_breaks_did_not_give_up() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:13 kim vanishes
         09:00:30 lou calls
         09:00:33 lou hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:13 hang up bo CallerGone
            09:00:13 end of kim: FailedTechnical waited 3s talked 0ns held 0ns
            09:00:30 accept lou
            09:00:30 play lou welcome
            09:00:30 ring bo-desk "lou · main"
            09:00:33 hang up bo CallerGone
            09:00:33 end of lou: AbandonedShort waited 3s talked 0ns held 0ns
        "#]],
    );
}
