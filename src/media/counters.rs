//! Pure. The engine's figures for `/metrics`, written by its thread and read by any other.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::sync::atomic::AtomicU64;

/// All of them only rise, but for `legs`.
#[derive(Debug, Default)]
pub struct Counters {
    /// RTP packets taken from far ends.
    pub packets_in: AtomicU64,
    /// RTP packets sent.
    pub packets_out: AtomicU64,
    /// Packets sent more than 5 ms after they should have been.
    pub late: AtomicU64,
    /// Packets dropped because a stranger sent them.
    pub strangers: AtomicU64,
    /// Open legs.
    pub legs: AtomicU64,
    /// Commands not taken because 4,096 were waiting; their legs were ended.
    pub commands_lost: AtomicU64,
    /// Events lost because 4,096 were waiting: a fault of the program.
    pub events_lost: AtomicU64,
}
