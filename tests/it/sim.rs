//! The laws of the simulator (`tests/sim`) and its town, in which scenarios are played, too.
#![allow(dead_code)] // the simulator asks more of them

#[path = "../sim/laws.rs"]
pub mod laws;
#[path = "../sim/promises.rs"]
mod promises;
#[path = "../sim/sound.rs"]
mod sound;
#[path = "../sim/town.rs"]
pub mod town;
#[path = "../sim/whispers.rs"]
mod whispers;
