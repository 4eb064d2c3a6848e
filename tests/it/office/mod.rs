//! Scenarios: an afternoon's script in, what the office did out. One file per feature.
//!
//! Every scenario is also judged by the simulator's laws.

mod calls;
mod line;
mod people;
mod race;
mod script;
mod transfer;
