//! Pure. The shared mailbox: what is said about it; its tasks fetch and send.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod address;
pub mod auto;
pub mod compose;
pub mod desk;
pub mod grams;
mod https;
pub mod imap;
pub mod message;
pub mod oauth;
pub mod outbox;
pub mod place;
pub mod room;
pub mod safe;
mod shelf;
pub mod signature;
pub mod smtp;
pub mod socket;
mod task;
pub mod thread;
mod wire;

pub use task::{Mailbox, Pace, World};
pub use wire::*;
