//! Pure. Two clocks in one value: `tick` for "twenty seconds", `wall` for "at nine".
//!
//! Nothing here reads a clock; `switchboard/clock.rs` and the media beat do.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::Timestamp;
use std::time::Duration;

/// Monotonic time since the program started; never stepped, counts while suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub Duration);

impl Tick {
    /// The start of the program.
    pub const ZERO: Tick = Tick(Duration::ZERO);

    /// Time passed since `earlier`; zero when `earlier` lies ahead.
    pub fn since(self, earlier: Tick) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl std::ops::Add<Duration> for Tick {
    type Output = Tick;
    fn add(self, wait: Duration) -> Tick {
        Tick(self.0.saturating_add(wait))
    }
}

/// What a pure machine is told about time with every input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// For waits and ring times.
    pub tick: Tick,
    /// For office hours and for everything stored.
    pub wall: Timestamp,
}
