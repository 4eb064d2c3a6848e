//! Shell. The shared mailbox: what is said about it, and the tasks that fetch and send.

pub mod address;
pub mod message;
pub mod oauth;
pub mod place;
mod wire;

pub use wire::*;
