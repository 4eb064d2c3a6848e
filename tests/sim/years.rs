//! Years of a small office: weekdays from eight to four, nights without anybody, holidays, a clock that is
//! stepped, phones that flap, power cuts.

use super::pace::Pace;
use super::world::{Mutant, World};
use frontdesk::settings::{Goal, Settings, Span, Strategy};
use jiff::civil::time;
use std::time::Duration;

/// `SIM_YEARS_DAYS=n` lives as long as it says.
const DAYS: u64 = 60;
const TEN_YEARS: u64 = 3652;
/// Of a core.
const TEN_YEARS_TAKE: Duration = Duration::from_secs(60);

/// Open from eight to four on weekdays that are no holiday.
pub(super) fn small_office(mut settings: Settings) -> Settings {
    let day = vec![Span { from: time(8, 0, 0, 0), to: Some(time(16, 0, 0, 0)) }];
    settings.hours.week = std::array::from_fn(|place| if place < 5 { day.clone() } else { Vec::new() });
    settings.hours.holidays = true;
    settings.hours.after = settings.groups.first().map(|group| Goal::Voicemail(group.id.clone()));
    settings
}

/// Time this thread was on a core: what else the machine does is left out.
fn spent() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[test]
fn years_of_a_small_office() {
    let days = super::run::from_environment("SIM_YEARS_DAYS").unwrap_or(DAYS);
    let began = spent();
    let mut world = World::at_pace(Pace::Office, 10, Strategy::Everyone, Mutant::None);
    if let Err(law) = world.live(Duration::from_secs(days * 86_400)) {
        panic!("SIM_YEARS_DAYS={days}: {law}");
    }
    let (calls, inputs, took) = (world.laws.calls() as u64, world.inputs, spent() - began);
    let (each, twins) = (inputs / calls.max(1), world.twins());
    println!("{days} days: {calls} calls, {each} inputs a call, {twins} restarts compared, {took:?}");
    assert!(calls * TEN_YEARS >= days * 250_000, "{calls} calls in {days} days are too few");
    assert!(each >= 20, "{each} inputs a call are too few");
    assert!(twins > 0, "no restart was compared in {inputs} inputs");
    assert!(days < TEN_YEARS || took <= TEN_YEARS_TAKE, "{took:?}, at most {TEN_YEARS_TAKE:?}");
}

#[test]
fn a_restart_that_forgets_whose_turn_it_is_is_caught() {
    let mut world = World::at_pace(Pace::Office, 2, Strategy::TakeTurns, Mutant::ForgetsTheOrder);
    let verdict = world.live(Duration::from_secs(30 * 86_400)).unwrap_err();
    assert!(verdict.starts_with("the future after a restart is the same"), "{verdict}");
}
