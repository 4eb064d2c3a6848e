//! Runs the town, and the mutants that prove the laws can fail.

use super::world::{Mutant, World};
use frontdesk::settings::Strategy;
use std::time::Duration;

const STRATEGIES: [Strategy; 3] = [Strategy::Everyone, Strategy::InOrder, Strategy::TakeTurns];
/// A debug build lives shorter, so that `cargo test` stays quick.
const SEEDS: u64 = if cfg!(debug_assertions) { 3 } else { 50 };
const DAYS: u64 = if cfg!(debug_assertions) { 1 } else { 30 };

pub(super) fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn live(seed: u64, days: u64, mutant: Mutant) -> Result<usize, String> {
    let strategy = STRATEGIES[(seed % 3) as usize];
    let mut world = World::new(seed, strategy, mutant);
    world.live(Duration::from_secs(days * 86_400))?;
    Ok(world.laws.calls())
}

#[test]
fn the_laws_hold() {
    let days = from_environment("SIM_DAYS").unwrap_or(DAYS);
    let many = from_environment("SIM_SEEDS").unwrap_or(SEEDS);
    let seeds = from_environment("SIM_SEED").map_or(1..=many, |seed| seed..=seed);
    for seed in seeds {
        match live(seed, days, Mutant::None) {
            Ok(calls) => assert!(calls as u64 > 100 * days, "seed {seed}: only {calls} calls"),
            Err(law) => panic!("SIM_SEED={seed} SIM_DAYS={days}: {law}"),
        }
    }
}

#[track_caller]
fn caught(mutant: Mutant, law: &str) {
    let mut others = Vec::new();
    for seed in 1..=12 {
        match live(seed, 1, mutant) {
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
    caught(Mutant::DialsTwice, "one dial a number");
    caught(Mutant::DialsForNobody, "no more callbacks than members");
}

#[test]
fn every_law_of_whispers_catches_its_mutant() {
    caught(Mutant::WhisperSilences, "other phones ring on in a whisper");
    caught(Mutant::EndlessWhisper, "a whisper is short");
    caught(Mutant::WhisperDrops, "who is left in a whisper keeps the place");
}
