//! Picking up a waiting or ringing call from a screen.

use super::script::check;
use crate::sim::town::group;
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

#[test]
fn a_waiting_call_by_somebody_who_is_in_no_group() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:10 kim calls
         09:00:12 dan picks-up kim
         09:00:14 dan answers
         09:00:16 bo picks-up kim",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 ring dan-desk "kim · main 0:02"
            09:00:12 reply Ok(Ok)
            09:00:14 hang up bo AnsweredElsewhere
            09:00:14 join kim dan
            09:00:16 reply Err(AlreadyAnswered { by: dan })
        "#]],
    );
}

#[test]
fn a_colleagues_ringing_phone() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 dan arrives
         09:00:10 kim calls +4533445567
         09:00:15 dan picks-up kim
         09:00:18 dan answers
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 ring anna-desk "kim"
            09:00:10 kim hears it ring
            09:00:15 ring dan-desk "kim"
            09:00:15 reply Ok(Ok)
            09:00:15 kim hears it ring
            09:00:18 hang up anna AnsweredElsewhere
            09:00:18 accept kim
            09:00:18 join kim dan
            09:00:30 hang up dan Normal
            09:00:30 remember dan Available
            09:00:30 end of kim: Answered waited 0ns talked 12s held 0ns
        "#]],
    );
}

#[test]
fn not_while_talking_and_not_without_a_phone() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 dan arrives
         09:00:10 anna dials 14
         09:00:12 dan answers
         09:00:20 kim calls
         09:00:30 dan picks-up kim
         09:00:40 bo picks-up kim",
        expect![[r#"
            09:00:10 ring dan-desk "anna"
            09:00:10 anna hears it ring
            09:00:12 accept anna
            09:00:12 join anna dan
            09:00:20 accept kim
            09:00:20 play kim welcome
            09:00:20 chime
            09:00:30 reply Err(Busy)
            09:00:40 play kim nobody-here choice (6s)
            09:00:40 reply Err(NoPhone)
        "#]],
    );
}

#[test]
fn a_colleagues_own_call_out_is_not_there_to_be_picked_up() {
    check(
        main_line(),
        "09:00:00 dan arrives
         09:00:10 anna dials +4520304050
         09:00:12 dan picks-up anna
         09:00:15 outside answers",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445567
            09:00:10 anna hears it ring
            09:00:12 reply Err(NotNow)
            09:00:15 accept anna
            09:00:15 join anna outside
        "#]],
    );
}
