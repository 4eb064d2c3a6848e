//! Shell. Reads the time: the only file beside the media beat that does.

use crate::time::{Now, Tick};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// The clock of the switchboard: monotonic, and counting while the machine is suspended.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Duration,
}

impl Clock {
    /// Starts at tick zero.
    pub fn start() -> Clock {
        Clock { start: boot_time() }
    }

    /// Both times at once.
    #[allow(clippy::disallowed_methods)] // this is where time enters
    pub fn now(&self) -> Now {
        Now { tick: Tick(boot_time().saturating_sub(self.start)), wall: jiff::Timestamp::now() }
    }
}

fn boot_time() -> Duration {
    let read = clock_gettime(ClockId::Boottime);
    Duration::new(read.tv_sec.unsigned_abs(), read.tv_nsec.unsigned_abs() as u32)
}
