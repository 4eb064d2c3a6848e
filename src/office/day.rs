//! Pure. Today's counts for the board (spec/metrics.md M1, M2), and how many are owed a call.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::contact::{Contact, Kind, Outcome};
use super::owed::{Owing, meaning};
use super::queue::talks::Talk;
use crate::ids::{CallId, GroupId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::time::Duration;

/// Today, and its neighbours while calls run over midnight or the clock is set.
const DATES_KEPT: usize = 3;

/// What the board counts.
#[derive(Debug, Default)]
pub(super) struct Day {
    /// By the date a contact started on, as the day page has it.
    dates: BTreeMap<Date, BTreeMap<GroupId, Tally>>,
    pub(super) owing: Owing,
}

/// One group's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) answered: usize,
    pub(super) abandoned: usize,
    in_time: usize,
    counted: usize,
}

impl Tally {
    /// M1: answered within the target ÷ (answered + abandoned + later than the target otherwise), in per cent.
    pub(super) fn service_level(self) -> Option<f64> {
        (self.counted > 0).then(|| self.in_time as f64 * 100.0 / self.counted as f64)
    }

    fn count(&mut self, outcome: Outcome, waited: Duration, within: Duration) {
        match outcome {
            Outcome::Answered => {
                self.answered += 1;
                self.counted += 1;
                self.in_time += usize::from(waited <= within);
            }
            Outcome::Abandoned => {
                self.abandoned += 1;
                self.counted += 1;
            }
            Outcome::CallbackRequested | Outcome::Voicemail | Outcome::Overflowed if waited > within => {
                self.counted += 1;
            }
            _ => {}
        }
    }
}

impl Day {
    /// Today's tally of a group.
    pub(super) fn of(&self, group: &GroupId, today: Date) -> Tally {
        self.dates.get(&today).and_then(|groups| groups.get(group)).copied().unwrap_or_default()
    }

    /// How many callers were missed and not reached since.
    pub(super) fn owed(&self, now: Timestamp) -> usize {
        self.owing.count(now)
    }

    /// Counts an ended contact.
    pub(super) fn count(&mut self, contact: &Contact, zone: &TimeZone, within: Duration) {
        let (Some(outcome), Some(group)) = (contact.outcome, &contact.group) else { return };
        if contact.kind != Kind::Inbound || contact.entered_at.is_none() {
            return;
        }
        let date = zone.to_datetime(contact.started_at).date();
        let tally = self.dates.entry(date).or_default().entry(group.clone()).or_default();
        tally.count(outcome, contact.waited, within);
        if self.dates.len() > DATES_KEPT {
            self.dates.pop_first();
        }
    }
}

impl Office {
    /// Counts a call that just ended.
    pub(super) fn count_day(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        let within = self.target_of(call.contact.group.as_ref());
        self.day.count(&call.contact, &self.directory.settings.office.time_zone, within);
        self.day.owing.take(&call.contact, &self.customers);
        let talk = Talk::of(&call.contact);
        let (id, means) = (call.contact.id, meaning(&call.contact));
        self.answer_messages(id, &means);
        self.talks.extend(talk);
    }

    /// The service target of a group; 20 s where there is none.
    pub(super) fn target_of(&self, group: Option<&GroupId>) -> Duration {
        let group = group.and_then(|group| self.directory.group(group));
        group.map_or(Duration::from_secs(20), |group| group.target.within)
    }
}
