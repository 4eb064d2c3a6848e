//! Scenarios: an afternoon's script in, what the office did out. One file per feature.
//!
//! Every scenario is also judged by the simulator's laws.

mod after_hours;
mod callback;
mod callback_again;
mod callback_customer;
mod callback_dial;
mod callback_figures;
mod callback_hours;
mod callback_never;
mod callback_once;
mod callback_outcomes;
mod callback_restart;
mod callback_staff;
mod calls;
mod changes;
mod choice;
mod codes;
mod codes_inside;
mod cost;
mod customer_blocks;
mod customer_forgotten;
mod customers;
mod estimate;
mod hours;
mod inbox;
mod ladder;
mod lamps;
mod language;
mod line;
mod menu;
mod mobile;
mod offer;
mod outbound;
mod owed;
mod park;
mod people;
mod phones;
mod pick_up;
mod queue;
mod race;
pub mod script;
mod script_words;
mod transfer;
mod voicemail;
mod whisper;
