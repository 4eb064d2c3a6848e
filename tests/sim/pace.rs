//! How busy the town is, by the clock on the wall.

use super::world::{Event, World};
use frontdesk::ids::LegId;
use frontdesk::office::Input;
use jiff::civil::Weekday;
use std::time::Duration;

/// Every input of it is followed by a look at the board.
const FIRST_DAY: Duration = Duration::from_secs(86_400);

/// How often callers call and people do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Day and night without a rest: every corner is met within hours.
    Rush,
    /// An office from eight to four on weekdays, where hardly anybody calls at night.
    Office,
}

impl World {
    pub(super) fn until_next_call(&mut self) -> Duration {
        match (self.pace, self.is_working_hour()) {
            (Pace::Rush, _) => self.between(5, 400),
            (Pace::Office, true) => self.between(20, 800),
            (Pace::Office, false) => self.between(1800, 4 * 3600),
        }
    }

    pub(super) fn until_next_act(&mut self) -> Duration {
        match (self.pace, self.is_working_hour()) {
            (Pace::Rush, _) => self.between(5, 150),
            (Pace::Office, true) => self.between(10, 360),
            (Pace::Office, false) => self.between(1800, 4 * 3600),
        }
    }

    /// An office loses its power twice a week.
    pub(super) fn until_next_cut(&mut self) -> Duration {
        match self.pace {
            Pace::Rush => self.between(40_000, 160_000),
            Pace::Office => self.between(100_000, 500_000),
        }
    }

    /// In an office people press keys while they talk, and hold; a rush has its own.
    pub(super) fn may_fidget(&mut self, leg: LegId) {
        if self.pace == Pace::Office {
            let (soon, times) = (self.between(2, 15), self.roll(30));
            self.plan(soon, Event::Fidgets(leg, times));
        }
    }

    pub(super) fn fidgets(&mut self, leg: LegId, more: u64) -> Result<(), String> {
        if !self.alive.contains_key(&leg) || more == 0 {
            return Ok(());
        }
        let soon = self.between(3, 20);
        self.plan(soon, Event::Fidgets(leg, more - 1));
        if self.one_in(4) {
            self.plan(soon / 2, Event::Resumes(leg));
            return self.step(Input::Held { leg });
        }
        let digit = char::from(b'0' + u8::try_from(self.roll(10)).unwrap_or(0));
        self.step(Input::Digit { leg, digit })
    }

    /// A board costs more than the input it follows; after a town's first day most are not looked at.
    pub(super) fn looks_at_the_board(&self) -> bool {
        let every = match self.pace {
            Pace::Rush if self.tick < FIRST_DAY => 1,
            Pace::Rush => 8,
            Pace::Office => 24,
        };
        self.inputs.is_multiple_of(every)
    }

    fn is_working_hour(&self) -> bool {
        let local = jiff::tz::TimeZone::UTC.to_datetime(self.now().wall);
        let weekend = matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday);
        !weekend && (8..16).contains(&local.hour())
    }
}
