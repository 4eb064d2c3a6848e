//! The rate of a phone and the day's ceiling, counted on running calls (spec/reliability.md §2).

use super::owed::contact;
use super::script::check_with;
use crate::sim::town::{group, number, settings};
use expect_test::expect;
use frontdesk::ids::{CallId, LegId, PersonId, PhoneId, Ticket};
use frontdesk::office::contact::{Device, Kind, LegRecord, Outcome};
use frontdesk::office::desk::{Actor, Command, Done, Refusal};
use frontdesk::office::memory::Memory;
use frontdesk::office::{Action, Input, Office};
use frontdesk::settings::{Role, Settings, Strategy};
use frontdesk::time::{Now, Tick};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;

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
            09:02:14 remember anna Available
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

#[test]
fn a_consultation_outside_costs_by_the_minute_and_ends_at_the_ceiling() {
    let mut settings = office();
    settings.outbound.daily_cost_limit.hundredths = 200;
    check_with(
        settings,
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo consults kim +46701234567
         09:00:25 outside answers
         09:03:00 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 call out +46701234567 as +4533445566
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play bo ringback
            09:00:20 reply Ok(Ok)
            09:00:25 join bo outside
            09:02:25 hang up outside Normal
            09:02:25 join kim bo
            09:03:00 hang up bo Normal
            09:03:00 remember bo Available
        "#]],
    );
}

#[test]
fn a_leg_keeps_its_price_in_the_call_it_is_moved_to() {
    let mut settings = office();
    settings.outbound.daily_cost_limit.hundredths = 200;
    settings.outbound.foreign_at_once = 1;
    check_with(
        settings,
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo holds
         09:00:22 bo dials +46701234567
         09:00:25 outside answers
         09:00:40 bo refers joined
         09:01:00 anna dials +46701234568
         09:01:05 anna hangs-up
         09:03:00 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 play kim music
            09:00:22 call out +46701234567 as +4533445566
            09:00:22 bo hears it ring
            09:00:25 accept bo
            09:00:25 join bo outside
            09:00:40 tell bo 200
            09:00:40 part outside
            09:00:40 part kim
            09:00:40 join kim outside
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of bo: Answered waited 0ns talked 15s held 0ns
            09:01:00 accept anna
            09:01:00 play anna not-allowed
            09:01:05 end of anna: Rejected waited 0ns talked 0ns held 0ns
            09:02:25 hang up outside Normal
            09:02:25 play kim transfer-failed
            09:03:00 hang up kim Normal
        "#]],
    );
}

/// What the desk says to a call abroad after a restart on a day on which an outside caller was passed on
/// abroad for so long.
#[track_caller]
fn after_restart(talked: Duration, wanted: Result<Done, Refusal>) {
    let mut call = contact(1, 0, Kind::Inbound, Outcome::Answered, Some(number("+4520304050")));
    let leg = |leg, person: Option<&str>, price| LegRecord {
        leg: LegId(leg),
        device: Device::Trunk("provider".into()),
        person: person.map(PersonId::from),
        began_at: call.started_at,
        answered_at: Some(call.started_at),
        ended_at: Some(call.started_at + talked),
        price,
        verdict: None,
    };
    call.legs = vec![leg(2, None, None), leg(3, Some("anna"), None), leg(5, None, Some(100))];
    let wall = call.started_at + SignedDuration::from_hours(2);
    let now = Now { tick: Tick::ZERO, wall };
    let memory = Memory { today: vec![call], last_call: 1, ..Memory::default() };
    let mut office = Office::new(Arc::new(self::office()), memory, now);
    let who = Actor { person: Some(PersonId::from("anna")), role: Role::Owner };
    let command = Command::Dial { from: PersonId::from("anna"), to: "+46701234567".into() };
    let mut out = Vec::new();
    office.handle(now, Input::Registered { phone: PhoneId::from("anna-desk"), contacts: 1 }, &mut out);
    office.handle(now, Input::Desk { ticket: Ticket(1), who, command }, &mut out);
    assert!(out.contains(&Action::Reply { ticket: Ticket(1), result: wanted }), "{out:?}");
}

#[test]
fn a_restart_does_not_forget_what_the_day_has_cost() {
    after_restart(Duration::from_secs(18 * 60 + 59), Ok(Done::Call(CallId(2))));
    after_restart(Duration::from_secs(19 * 60), Err(Refusal::Policy { rule: "daily-cost" }));
}
