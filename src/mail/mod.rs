//! Shell. The shared mailbox: what is said about it, and the tasks that fetch and send.

pub mod address;
pub mod auto;
pub mod compose;
pub mod message;
pub mod oauth;
pub mod outbox;
pub mod place;
pub mod safe;
pub mod signature;
pub mod thread;
mod wire;

pub use wire::*;
