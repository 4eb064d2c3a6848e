//! Pure. Opening hours: is it open, until when, and why not (spec/hunt-groups.md §10).
//!
//! A span names civil times. An hour that the clock skips in spring is not there; one that comes twice
//! in autumn counts both times: what the clock on the wall shows decides. The owner's word ("closed now
//! until") goes before the hours and always ends by itself.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod closed;
mod code;
mod countries;
mod holidays;
mod lunar;
mod overrides;
pub mod preview;

pub use holidays::{Holiday, has_holidays, holiday, is_holiday};
pub(super) use overrides::Word;

use super::memory::{Override, OverrideKind};
use crate::ids::GroupId;
use crate::number::Country;
use crate::settings::{Goal, Hours, Settings, Span};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// A change is looked for so many weeks ahead; what comes later is "not within a year".
const WEEKS: i64 = 53;

/// Open or closed, and when that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// `None`: it does not close within a year.
    Open { closes_at: Option<Timestamp> },
    /// `None`: it does not open within a year.
    Closed { opens_at: Option<Timestamp>, why: Why },
}

/// Why it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Outside the week's hours.
    Hours,
    Holiday(Holiday),
    /// A day the owner wrote down, with the reason given.
    ClosedDay(String),
    /// The owner's word.
    Override,
}

/// What decides whether a group, or the office, is open.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    pub hours: &'a Hours,
    /// Where callers go meanwhile: what the group says, else what the office does.
    pub after: Option<&'a Goal>,
    pub country: Country,
    pub zone: &'a TimeZone,
    /// The owner's words that hold for it, the one that counts first.
    pub words: [Option<&'a Override>; 2],
}

impl State {
    /// Is it open?
    pub fn is_open(&self) -> bool {
        matches!(self, State::Open { .. })
    }
}

impl<'a> Plan<'a> {
    /// The plan of a group: its own hours, else the office's; a word about it before one about the office.
    /// `None`: the office as a whole.
    pub fn of(settings: &'a Settings, group: Option<&GroupId>, words: &'a [Override]) -> Plan<'a> {
        let known = group.and_then(|id| settings.groups.iter().find(|group| group.id == *id));
        let hours = known.and_then(|group| group.hours.as_ref()).unwrap_or(&settings.hours);
        let own = group.and_then(|_| words.iter().find(|word| word.group.as_ref() == group));
        let office = words.iter().find(|word| word.group.is_none());
        let (country, zone) = (settings.office.country, &settings.office.time_zone);
        let after = hours.after.as_ref().or(settings.hours.after.as_ref());
        Plan { hours, after, country, zone, words: [own, office] }
    }

    /// Is it open at this instant?
    pub fn is_open(&self, at: Timestamp) -> bool {
        match self.word(at) {
            Some(word) => word.kind == OverrideKind::Open,
            None => self.is_open_by_hours(at),
        }
    }

    /// Open until when, or closed until when and why.
    pub fn state_at(&self, at: Timestamp) -> State {
        let Some(word) = self.word(at) else { return self.by_hours(at) };
        let then = self.without(word).state_at(word.until);
        match (word.kind, then) {
            (OverrideKind::Open, State::Open { closes_at }) => State::Open { closes_at },
            (OverrideKind::Open, State::Closed { .. }) => State::Open { closes_at: Some(word.until) },
            (OverrideKind::Closed, State::Open { .. }) => {
                State::Closed { opens_at: Some(word.until), why: Why::Override }
            }
            (OverrideKind::Closed, State::Closed { opens_at, .. }) => {
                State::Closed { opens_at, why: Why::Override }
            }
        }
    }

    fn word(&self, at: Timestamp) -> Option<&'a Override> {
        self.words.into_iter().flatten().find(|word| word.until > at)
    }

    fn without(self, gone: &Override) -> Plan<'a> {
        let words = self.words.map(|word| word.filter(|word| *word != gone));
        Plan { words, ..self }
    }

    fn by_hours(&self, at: Timestamp) -> State {
        let change = self.next_change(at);
        match self.is_open_by_hours(at) {
            true => State::Open { closes_at: change },
            false => {
                let why = self.why_closed(self.zone.to_datetime(at).date()).unwrap_or(Why::Hours);
                State::Closed { opens_at: change, why }
            }
        }
    }

    fn is_open_by_hours(&self, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        self.spans_of(local.date()).iter().any(|span| covers(span, local.time()))
    }

    /// The spans of a day; none on a day that is closed.
    fn spans_of(&self, day: Date) -> &'a [Span] {
        let monday_first = usize::try_from(day.weekday().to_monday_zero_offset()).ok();
        let spans = monday_first.and_then(|place| self.hours.week.get(place)).map_or(&[][..], Vec::as_slice);
        if spans.is_empty() || self.why_closed(day).is_some() { &[] } else { spans }
    }

    fn why_closed(&self, day: Date) -> Option<Why> {
        if let Some(closed) = self.hours.closed.iter().find(|closed| closed.date == day) {
            return Some(Why::ClosedDay(closed.why.clone()));
        }
        holiday(self.country, day).filter(|_| self.hours.holidays).map(Why::Holiday)
    }

    /// When the hours next open or close, if they do within a year.
    pub(in crate::office) fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        if self.never_changes() {
            return None;
        }
        let is_open = self.is_open_by_hours(at);
        let today = self.zone.to_datetime(at).date();
        (0..WEEKS).find_map(|week| {
            let moments = self.moments(today.saturating_add((week * 7).days()));
            moments.into_iter().find(|moment| *moment > at && self.is_open_by_hours(*moment) != is_open)
        })
    }

    /// Day and night without an exception, or never at all: no need to look through a year.
    fn never_changes(&self) -> bool {
        let all_day =
            |day: &Vec<Span>| day.iter().any(|span| span.from == Time::midnight() && span.to.is_none());
        let exceptions = self.hours.holidays || !self.hours.closed.is_empty();
        let week = &self.hours.week;
        week.iter().all(Vec::is_empty) || (!exceptions && week.iter().all(all_day))
    }

    /// Every instant of a week at which something may change, in order: the ends of spans, each time the
    /// clock shows them, and the instants at which the clock is put.
    fn moments(&self, first: Date) -> Vec<Timestamp> {
        // A day more on either side: the clock may be put over midnight.
        let (from, to) = (first.saturating_sub(1.day()), first.saturating_add(8.days()));
        let days = from.series(1.day()).take_while(|day| *day < to);
        let ends = days.flat_map(|day| self.spans_of(day).iter().flat_map(move |span| ends_of(day, span)));
        let mut moments: Vec<Timestamp> = ends.flat_map(|civil| instants(self.zone, civil)).collect();
        let limits = (instants(self.zone, start_of(from)).next(), instants(self.zone, start_of(to)).next());
        if let (Some(from), Some(to)) = limits {
            let put = self.zone.following(from).map(|put| put.timestamp());
            moments.extend(put.take_while(|at| *at < to));
        }
        moments.sort_unstable();
        moments
    }
}

/// Is this time within a span of the night lock, which may run over midnight?
pub fn is_night(night: (Time, Time), zone: &TimeZone, at: Timestamp) -> bool {
    let now = zone.to_datetime(at).time();
    let (from, to) = night;
    if from <= to { from <= now && now < to } else { now >= from || now < to }
}

/// A time as a person or a program writes it: an instant (`2026-12-24T13:00:00Z`), or what the office's clock
/// shows (`2026-12-24T14:00`); the first of two where an hour comes twice.
pub fn instant_of(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let local = || {
        let civil: DateTime = text.parse().ok()?;
        zone.to_ambiguous_timestamp(civil).compatible().ok()
    };
    text.parse().ok().or_else(local)
}

fn covers(span: &Span, time: Time) -> bool {
    span.from <= time && span.to.is_none_or(|to| time < to)
}

fn start_of(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}

fn ends_of(day: Date, span: &Span) -> [DateTime; 2] {
    let end = span.to.map_or_else(|| start_of(day.saturating_add(1.day())), |to| day.to_datetime(to));
    [day.to_datetime(span.from), end]
}

/// The instants at which the clock on the wall shows this; two where an hour comes twice. For a time the
/// clock skips, those just around.
fn instants(zone: &TimeZone, civil: DateTime) -> impl Iterator<Item = Timestamp> {
    let (first, second) = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, None),
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
            (before, Some(after))
        }
    };
    [Some(first), second].into_iter().flatten().filter_map(move |offset| offset.to_timestamp(civil).ok())
}

#[cfg(test)]
mod tests;
