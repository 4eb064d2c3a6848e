//! Shell. Reads the time: the only file beside the media beat that does.

use crate::time::{Now, Tick};
use rustix::time::{ClockId, clock_gettime};
use std::path::Path;
use std::time::Duration;

/// While systemd's time client runs it keeps this folder, and the file in it once the clock is right.
const TIME_CLIENT: &str = "/run/systemd/timesync";
const RIGHT: &str = "synchronized";

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

/// Can the clock on the wall be believed? Only where a time client runs and has not reached its server yet
/// is it known to be wrong: a Pi has no clock of its own (spec/reliability.md §4).
pub fn is_trusted() -> bool {
    is_trusted_in(Path::new(TIME_CLIENT))
}

fn is_trusted_in(client: &Path) -> bool {
    !client.is_dir() || client.join(RIGHT).exists()
}

fn boot_time() -> Duration {
    let read = clock_gettime(ClockId::Boottime);
    Duration::new(read.tv_sec.unsigned_abs(), read.tv_nsec.unsigned_abs() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_believed_unless_a_time_client_still_looks_for_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let client = folder.path().join("timesync");
        assert!(is_trusted_in(&client), "nobody says that it is wrong");
        std::fs::create_dir(&client).unwrap();
        assert!(!is_trusted_in(&client));
        std::fs::write(client.join(RIGHT), "").unwrap();
        assert!(is_trusted_in(&client));
    }
}
