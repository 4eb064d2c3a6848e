//! Pure. The place in the line on the axis of the monotonic clock (spec/callback.md §1).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::Tick;
use std::time::Duration;

/// When somebody joined the line, in milliseconds since the start of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::office) struct Order(i64);

impl Order {
    /// Joined now.
    pub(in crate::office) fn at(tick: Tick) -> Order {
        Order(milliseconds(tick.0))
    }

    /// How long ago that was.
    pub(in crate::office) fn waited(self, tick: Tick) -> Duration {
        let waited = milliseconds(tick.0).saturating_sub(self.0);
        Duration::from_millis(u64::try_from(waited).unwrap_or(0))
    }
}

fn milliseconds(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}
