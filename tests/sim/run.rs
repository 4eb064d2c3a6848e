//! Lives from fifty seeds, and the mutants that prove the laws can fail.

use super::pace::Pace;
use super::world::{Mutant, World};
use frontdesk::settings::Strategy;
use std::time::Duration;

const SEEDS: u64 = 50;
/// The small office from each seed.
const OFFICE_DAYS: u64 = 30;
/// The busy town from each seed: a day of it is fifteen of the office.
const TOWN_DAYS: u64 = 3;

pub(super) fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A third of the seeds have each strategy.
fn strategy(seed: u64) -> Strategy {
    match seed % 3 {
        0 => Strategy::Everyone,
        1 => Strategy::InOrder,
        _ => Strategy::TakeTurns,
    }
}

fn live(pace: Pace, seed: u64, days: u64, mutant: Mutant) -> Result<usize, String> {
    let mut world = World::at_pace(pace, seed, strategy(seed), mutant);
    world.live(Duration::from_secs(days * 86_400))?;
    Ok(world.laws.calls())
}

/// Every seed of this strategy: a test for each, so that all cores live.
fn live_all(pace: Pace, days: u64, chosen: Strategy) {
    let days = from_environment("SIM_DAYS").unwrap_or(days);
    let many = from_environment("SIM_SEEDS").unwrap_or(SEEDS);
    let seeds = from_environment("SIM_SEED").map_or(1..=many, |seed| seed..=seed);
    let a_day = if pace == Pace::Rush { 100 } else { 60 };
    for seed in seeds.filter(|seed| strategy(*seed) == chosen) {
        match live(pace, seed, days, Mutant::None) {
            Ok(calls) => assert!(calls as u64 > a_day * days, "{pace:?}, seed {seed}: only {calls} calls"),
            Err(law) => panic!("{pace:?}, SIM_SEED={seed} SIM_DAYS={days}: {law}"),
        }
    }
}

#[test]
fn an_office_where_everyone_rings() {
    live_all(Pace::Office, OFFICE_DAYS, Strategy::Everyone);
}

#[test]
fn an_office_that_rings_in_order() {
    live_all(Pace::Office, OFFICE_DAYS, Strategy::InOrder);
}

#[test]
fn an_office_that_takes_turns() {
    live_all(Pace::Office, OFFICE_DAYS, Strategy::TakeTurns);
}

#[test]
fn a_town_where_everyone_rings() {
    live_all(Pace::Rush, TOWN_DAYS, Strategy::Everyone);
}

#[test]
fn a_town_that_rings_in_order() {
    live_all(Pace::Rush, TOWN_DAYS, Strategy::InOrder);
}

#[test]
fn a_town_that_takes_turns() {
    live_all(Pace::Rush, TOWN_DAYS, Strategy::TakeTurns);
}

#[track_caller]
fn caught(mutant: Mutant, law: &str) {
    let mut others = Vec::new();
    for seed in 1..=12 {
        match live(Pace::Rush, seed, 1, mutant) {
            Err(verdict) if verdict.starts_with(law) => return,
            Err(verdict) => others.push(verdict),
            Ok(_) => {}
        }
    }
    panic!("{mutant:?} is not caught: {law}; but {others:#?}");
}

#[test]
fn every_law_catches_its_mutant() {
    caught(Mutant::DroppedHangup, "no leg outlives its call");
    caught(Mutant::DoubleRing, "nobody has two calls");
    caught(Mutant::SwallowedOutcome, "exactly one outcome");
    caught(Mutant::SecondOutcome, "exactly one outcome");
    caught(Mutant::ReversedLine, "first in, first served");
    caught(Mutant::SilentPhones, "no idle phone silent");
    caught(Mutant::RingsTheAbsent, "nothing rings an absent person");
    caught(Mutant::Storm, "bounded actions");
    caught(Mutant::NeverSleeps, "next_wake in the past twice");
    caught(Mutant::Silence, "no customer hears silence");
    caught(Mutant::StuckPause, "a pause ends at its end");
    caught(Mutant::ForgetsPeople, "what is remembered agrees");
    caught(Mutant::ForgetsTheDay, "what is remembered agrees");
    caught(Mutant::ForgetsDebts, "what is remembered agrees");
}

#[test]
fn every_law_of_promises_catches_its_mutants() {
    caught(Mutant::SpeaksUnstored, "promised is stored before it is spoken");
    caught(Mutant::DialsUnstored, "a dial is stored before it leaves");
    caught(Mutant::SavesUnstored, "a message is stored before it is said to be saved");
    caught(Mutant::SavesUnrecorded, "a message is stored before it is said to be saved");
    caught(Mutant::PromisesTwice, "one open promise a number and group");
    caught(Mutant::RetriesFromNow, "a promise keeps its place");
    caught(Mutant::RetriesLast, "nobody in line is overtaken");
    caught(Mutant::DialsAtNight, "nobody is dialled outside calling hours");
    caught(Mutant::ExpiresEarly, "a promise lives its days");
    caught(Mutant::DialsTwice, "one dial a number");
    caught(Mutant::DialsForNobody, "no more callbacks than members");
}

#[test]
fn every_law_of_whispers_catches_its_mutant() {
    caught(Mutant::WhisperSilences, "other phones ring on in a whisper");
    caught(Mutant::EndlessWhisper, "a whisper is short");
    caught(Mutant::WhisperDrops, "who is left in a whisper keeps the place");
}
