//! Calls out: channels, emergencies, the rate of a phone, running costs (spec/reliability.md §2).

use super::script::check_with;
use crate::sim::town::{group, number, settings};
use expect_test::expect;
use frontdesk::settings::{Settings, Strategy};

fn office(channels: u32) -> Settings {
    let mut settings = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    settings.trunks[0].channels = channels;
    settings
}

#[test]
fn a_trunk_carries_no_more_calls_than_it_has_channels() {
    check_with(
        office(2),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:20 anna dials +4520304050
         09:00:30 cy dials +4520304051
         09:00:40 kim hangs-up
         09:00:50 cy dials +4520304051",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:20 call out +4520304050 as +4533445567
            09:00:20 anna hears it ring
            09:00:30 refuse cy Overloaded
            09:00:30 end of cy: FailedTechnical waited 0ns talked 0ns held 0ns
            09:00:40 hang up bo CallerGone
            09:00:40 end of kim: Abandoned waited 30s talked 0ns held 0ns
            09:00:40 remember bo Available
            09:00:50 call out +4520304051 as +4533445566
            09:00:50 cy hears it ring
        "#]],
    );
}

#[test]
fn an_emergency_call_takes_the_channel_of_the_youngest_call_out() {
    check_with(
        office(2),
        "09:00:10 anna dials +4520304050
         09:00:12 outside answers
         09:00:20 cy dials +4520304051
         09:00:30 dan dials 112
         09:00:35 outside answers",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445567
            09:00:10 anna hears it ring
            09:00:12 accept anna
            09:00:12 join anna outside
            09:00:20 call out +4520304051 as +4533445566
            09:00:20 cy hears it ring
            09:00:30 hang up cy Fault
            09:00:30 hang up outside Fault
            09:00:30 end of cy: FailedTechnical waited 0ns talked 0ns held 0ns
            09:00:30 call out 112 as +4533445566
            09:00:30 dan hears it ring
            09:00:35 accept dan
            09:00:35 join dan outside
        "#]],
    );
}

#[test]
fn an_emergency_call_takes_the_channel_of_a_waiting_caller_before_that_of_a_talk() {
    check_with(
        office(2),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 lee calls
         09:00:30 dan dials 112",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 accept lee
            09:00:20 play lee welcome
            09:00:20 chime
            09:00:30 hang up lee Fault
            09:00:30 end of lee: FailedTechnical waited 10s talked 0ns held 0ns
            09:00:30 call out 112 as +4533445566
            09:00:30 dan hears it ring
        "#]],
    );
}

#[test]
fn an_emergency_call_takes_the_channel_of_a_talk_when_there_is_nothing_else() {
    check_with(
        office(1),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:30 dan dials 112
         09:00:40 anna dials 112",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:30 hang up kim Fault
            09:00:30 hang up bo Fault
            09:00:30 remember bo Available
            09:00:30 end of kim: FailedTechnical waited 2s talked 18s held 0ns
            09:00:30 call out 112 as +4533445566
            09:00:30 dan hears it ring
            09:00:40 call out 112 as +4533445567
            09:00:40 anna hears it ring
        "#]],
    );
}

#[test]
fn an_emergency_call_passes_the_rate_the_night_and_a_trunk_that_seems_dead() {
    let mut settings = office(4);
    settings.outbound.new_calls_per_minute = 1;
    check_with(
        settings,
        "23:00:10 dan dials +4520304050
         23:00:12 dan hangs-up
         23:00:14 dan dials +4520304050
         23:00:16 dan hangs-up
         23:00:18 provider fails-to-log-in
         23:00:20 dan dials 112",
        expect![[r#"
            23:00:10 call out +4520304050 as +4533445566
            23:00:10 dan hears it ring
            23:00:12 hang up outside CallerGone
            23:00:12 end of dan: Unreached waited 0ns talked 0ns held 0ns
            23:00:14 accept dan
            23:00:14 play dan not-allowed
            23:00:16 end of dan: Rejected waited 0ns talked 0ns held 0ns
            23:00:20 call out 112 as +4533445566
            23:00:20 dan hears it ring
        "#]],
    );
}

#[test]
fn no_extension_takes_the_place_of_an_emergency_number() {
    let mut settings = office(2);
    settings.people[1].extension = Some(number("112"));
    check_with(
        settings,
        "09:00:00 bo arrives
         09:00:10 anna dials 112",
        expect![[r#"
            09:00:10 call out 112 as +4533445567
            09:00:10 anna hears it ring
        "#]],
    );
}
