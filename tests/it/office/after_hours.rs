//! Where callers go outside opening hours.

use super::script::check_with;
use crate::sim::town::{group, number, settings};
use expect_test::{Expect, expect};
use frontdesk::ids::{GroupId, PersonId};
use frontdesk::settings::{Goal, Settings, Strategy};

fn office() -> Settings {
    settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("night", Strategy::Everyone, &[("cy", 0)]),
    ])
}

#[track_caller]
fn closed_to(after: Goal, script: &str, expect: Expect) {
    let mut settings = office();
    settings.hours.week[0] = Vec::new();
    settings.hours.after = Some(after);
    check_with(settings, script, expect);
}

#[test]
fn to_a_number_outside() {
    closed_to(
        Goal::Number(number("+4520304050")),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 outside answers
         09:00:25 kim hangs-up
         09:01:00 lee calls
         09:01:10 outside fails
         09:01:15 lee hears-the-end",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445566
            09:00:10 kim hears it ring
            09:00:15 accept kim
            09:00:15 join kim outside
            09:00:25 hang up outside Normal
            09:00:25 end of kim: Overflowed waited 0ns talked 10s held 0ns
            09:01:00 call out +4520304050 as +4533445566
            09:01:00 lee hears it ring
            09:01:10 accept lee
            09:01:10 play lee transfer-failed
            09:01:15 hang up lee Normal
            09:01:15 end of lee: Overflowed waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn to_a_group_that_answers_then() {
    closed_to(
        Goal::Group(GroupId::from("night")),
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:15 cy answers
         09:00:25 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim music
            09:00:10 ring cy-desk "kim · night"
            09:00:15 join kim cy
            09:00:25 hang up cy Normal
            09:00:25 remember cy Available
            09:00:25 end of kim: Answered waited 5s talked 10s held 0ns
        "#]],
    );
}

#[test]
fn to_a_person() {
    closed_to(
        Goal::Person(PersonId::from("anna")),
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:15 anna answers
         09:00:25 kim hangs-up
         09:01:00 lee calls
         09:01:10 anna declines
         09:01:15 lee hears-the-end",
        expect![[r#"
            09:00:10 ring anna-desk "kim"
            09:00:10 kim hears it ring
            09:00:15 accept kim
            09:00:15 join kim anna
            09:00:25 hang up anna Normal
            09:00:25 remember anna Available
            09:00:25 end of kim: Answered waited 0ns talked 10s held 0ns
            09:01:00 ring anna-desk "lee"
            09:01:00 lee hears it ring
            09:01:10 accept lee
            09:01:10 play lee busy
            09:01:15 hang up lee Normal
            09:01:15 end of lee: Abandoned waited 0ns talked 0ns held 0ns
        "#]],
    );
}
