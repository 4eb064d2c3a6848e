//! Office life from a seed: callers with patience, people with coffee breaks, flaky phones, restarts.
//!
//! `SIM_SEED=n` runs that seed alone, `SIM_DAYS=n` sets the days. A debug build runs fewer than the
//! release build: the laws cost more than the office.

pub mod laws;
mod run;
pub mod world;
