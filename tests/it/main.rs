//! The one test binary: one link for SQLite and TLS instead of twelve.
#![allow(clippy::unwrap_used)]

mod cards;
mod cli;
mod doctor;
mod fuzz;
mod mailbox;
mod media;
mod office;
mod settings;
mod sim;
mod sip;
mod sounds;
mod speaker;
mod speech;
mod store;
mod tidy;
mod units;
mod web;
mod whole;
