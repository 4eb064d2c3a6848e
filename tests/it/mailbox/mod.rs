//! The mailbox's tasks against our own mail provider, which can be told what to do wrong.

mod chaos;
pub mod desk;
mod fetching;
mod reading;
mod sending;
pub mod tokens;
