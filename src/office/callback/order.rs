//! Pure. The place in the line on the axis of the monotonic clock (spec/callback.md §1).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::{Now, Tick};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// When somebody joined the line, in milliseconds since the start of the program; a promise that is
/// older than the program lies before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::office) struct Order(i64);

impl Order {
    /// Joined now.
    pub(in crate::office) fn at(tick: Tick) -> Order {
        Order(milliseconds(tick.0))
    }

    /// Joined at an instant that was written down; one that lies ahead is now.
    pub(in crate::office) fn remembered(now: Now, joined_at: Timestamp) -> Order {
        let ago = now.wall.duration_since(joined_at).max(SignedDuration::ZERO);
        let nanoseconds = signed(now.tick).saturating_sub(ago).as_nanos();
        Order(i64::try_from(nanoseconds.div_euclid(1_000_000)).unwrap_or(i64::MIN))
    }

    /// When that was by the clock on the wall: what is written down, to be [remembered](Self::remembered).
    pub(in crate::office) fn joined_at(self, now: Now) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.0).saturating_sub(signed(now.tick));
        now.wall.checked_add(ahead).unwrap_or(now.wall)
    }

    /// As if so much earlier: weight and importance (spec/hunt-groups.md §7).
    pub(in crate::office) fn earlier(self, by: Duration) -> Order {
        Order(self.0.saturating_sub(milliseconds(by)))
    }

    /// How long ago that was.
    pub(in crate::office) fn waited(self, tick: Tick) -> Duration {
        let waited = milliseconds(tick.0).saturating_sub(self.0);
        Duration::from_millis(u64::try_from(waited).unwrap_or(0))
    }
}

fn signed(tick: Tick) -> SignedDuration {
    SignedDuration::try_from(tick.0).unwrap_or(SignedDuration::MAX)
}

fn milliseconds(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_promised_before_the_start_comes_before_it_in_its_old_order() {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let now = Now { tick: Tick(Duration::from_secs(5)), wall: start };
        let order = |text: &str| Order::remembered(now, text.parse().unwrap());
        let (older, younger) = (order("2026-11-20T15:00:00Z"), order("2026-11-23T09:00:00Z"));
        assert!(older < younger && younger < Order::at(Tick::ZERO));
        assert_eq!(younger.waited(now.tick), Duration::from_secs(3600));
        assert_eq!(order("2026-11-23T11:00:00Z"), Order::at(now.tick), "the clock was set back");
    }

    #[test]
    fn what_is_written_down_is_remembered_as_it_was() {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let now = Now { tick: Tick(Duration::from_micros(5_000_700)), wall: start };
        for order in [Order::at(Tick::ZERO), Order::at(now.tick).earlier(Duration::from_secs(600))] {
            assert_eq!(Order::remembered(now, order.joined_at(now)), order);
        }
    }
}
