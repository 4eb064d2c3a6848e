//! The rate of a phone and the day's ceiling, counted on running calls (spec/reliability.md §2).

use super::script::check_with;
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::settings::{Settings, Strategy};

fn office() -> Settings {
    settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])])
}

#[test]
fn the_rate_is_that_of_the_phone_and_comes_back_after_a_minute() {
    let mut settings = office();
    settings.outbound.new_calls_per_minute = 2;
    check_with(
        settings,
        "09:00:00 anna dials +4520304050
         09:00:01 anna hangs-up
         09:00:20 anna dials +4520304050
         09:00:21 anna hangs-up
         09:00:30 anna dials +4520304050
         09:00:31 anna hangs-up
         09:00:32 bo dials +4520304050
         09:00:33 bo hangs-up
         09:01:01 anna dials +4520304050",
        expect![[r#"
            09:00:00 call out +4520304050 as +4533445567
            09:00:00 anna hears it ring
            09:00:01 hang up outside CallerGone
            09:00:01 end of anna: Unreached waited 0ns talked 0ns held 0ns
            09:00:20 call out +4520304050 as +4533445567
            09:00:20 anna hears it ring
            09:00:21 hang up outside CallerGone
            09:00:21 end of anna: Unreached waited 0ns talked 0ns held 0ns
            09:00:30 accept anna
            09:00:30 play anna not-allowed
            09:00:31 end of anna: Rejected waited 0ns talked 0ns held 0ns
            09:00:32 call out +4520304050 as +4533445566
            09:00:32 bo hears it ring
            09:00:33 hang up outside CallerGone
            09:00:33 end of bo: Unreached waited 0ns talked 0ns held 0ns
            09:01:01 call out +4520304050 as +4533445567
            09:01:01 anna hears it ring
        "#]],
    );
}

#[test]
fn a_paid_call_ends_when_the_day_has_cost_enough() {
    let mut settings = office();
    settings.outbound.daily_cost_limit.hundredths = 200;
    check_with(
        settings,
        "09:00:00 anna dials +46701234567
         09:00:10 outside answers
         09:02:14 anna hears-the-end
         09:05:00 bo dials +46701234567
         09:05:10 bo hangs-up
         09:06:00 bo dials +4520304050",
        expect![[r#"
            09:00:00 call out +46701234567 as +4533445567
            09:00:00 anna hears it ring
            09:00:10 accept anna
            09:00:10 join anna outside
            09:02:10 hang up outside Normal
            09:02:10 play anna not-allowed
            09:02:14 hang up anna Normal
            09:05:00 accept bo
            09:05:00 play bo not-allowed
            09:05:10 end of bo: Rejected waited 0ns talked 0ns held 0ns
            09:06:00 call out +4520304050 as +4533445566
            09:06:00 bo hears it ring
        "#]],
    );
}

#[test]
fn two_calls_abroad_at_once_and_no_third() {
    check_with(
        office(),
        "09:00:00 anna dials +46701234567
         09:00:10 bo dials +46701234568
         09:00:20 cy dials +46701234569
         09:00:22 cy hangs-up
         09:00:30 anna hangs-up
         09:00:40 cy dials +46701234569",
        expect![[r#"
            09:00:00 call out +46701234567 as +4533445567
            09:00:00 anna hears it ring
            09:00:10 call out +46701234568 as +4533445566
            09:00:10 bo hears it ring
            09:00:20 accept cy
            09:00:20 play cy not-allowed
            09:00:22 end of cy: Rejected waited 0ns talked 0ns held 0ns
            09:00:30 hang up outside CallerGone
            09:00:30 end of anna: Unreached waited 0ns talked 0ns held 0ns
            09:00:40 call out +46701234569 as +4533445566
            09:00:40 cy hears it ring
        "#]],
    );
}
