//! Pure. Which numbers are called back, how often, and at what hours (spec/callback.md §8, §12).
//!
//! A call back can be asked for with a number that is not one's own: the list of what is dialled is short,
//! every number has its measure, and the box has one.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, GroupId};
use crate::number::{Class, Country, Number};
use crate::office::call::{Call, Phase};
use crate::office::promise::{Callback, CallbackState, SettledBy};
use crate::office::{Office, hours};
use crate::time::Tick;
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A number is promised so many calls a day.
const A_DAY: usize = 4;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The box dials so many times an hour by itself.
const AN_HOUR: usize = 20;
const HOUR: Duration = Duration::from_secs(3600);
/// A number is left in peace so long after a dial, whatever was promised to it.
const COOL: Duration = Duration::from_secs(150);
/// Promises kept at once; further callers stay on the line.
const OPEN_MAX: usize = 500;
/// Numbers remembered for the measures above.
const NUMBERS_MAX: usize = 5_000;
/// So often "no longer needed" means: do not call again.
const NO_MEANS_NO: usize = 2;
/// And so long.
const NO_FOR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Why a number is not called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::office) enum NoCallback {
    /// Not a number of this country that costs what a call costs: premium, abroad, a short code.
    NotAllowed,
    /// Our own.
    Own,
    /// Promised as often as a day allows.
    TooOften,
    /// Its owner does not want to be called.
    NotWanted,
    /// More promises than we can keep.
    TooMany,
    /// The disk does not take promises.
    NotKept,
    /// There is an open promise to it in the group: never a second (§1).
    Open,
    /// Who asks by mail waits for a call they asked for so: one at a time.
    Asked,
}

impl NoCallback {
    /// The rule's code, for screens.
    pub(in crate::office) fn rule(self) -> &'static str {
        match self {
            NoCallback::NotAllowed => "callback-not-allowed",
            NoCallback::Own => "callback-own-number",
            NoCallback::TooOften => "callback-too-often",
            NoCallback::NotWanted => "callback-not-wanted",
            NoCallback::TooMany => "callback-too-many",
            NoCallback::NotKept => "callback-not-kept",
            NoCallback::Open => "callback-open",
            NoCallback::Asked => "callback-asked",
        }
    }
}

/// What the measures count.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// When each number asked.
    asked: BTreeMap<Number, VecDeque<Timestamp>>,
    /// When the box dialled.
    dials: VecDeque<Tick>,
    /// When each number was dialled last.
    dialled: BTreeMap<Number, Tick>,
    /// Who said that it is not needed, and how often.
    no: BTreeMap<Number, usize>,
}

impl Rules {
    fn asked(&mut self, number: &Number, at: Timestamp) {
        if self.asked.len() >= NUMBERS_MAX {
            self.asked.retain(|_, times| times.back().is_some_and(|last| at.duration_since(*last) < DAY));
        }
        let times = self.asked.entry(number.clone()).or_default();
        times.push_back(at);
        while times.len() > A_DAY {
            times.pop_front();
        }
    }

    fn asked_lately(&self, number: &Number, now: Timestamp) -> usize {
        let lately = |at: &&Timestamp| now.duration_since(**at) < DAY;
        self.asked.get(number).map_or(0, |times| times.iter().filter(lately).count())
    }

    fn said_no(&mut self, number: &Number) {
        if self.no.len() < NUMBERS_MAX {
            *self.no.entry(number.clone()).or_default() += 1;
        }
    }
}

impl Call {
    /// Is this the customer's number, or the one they want to be called on?
    fn has_number(&self, number: &Number) -> bool {
        let promised = self.contact.callback.as_ref().is_some_and(|callback| callback.number == *number);
        promised || self.customer().number.as_ref() == Some(number)
    }
}

impl Office {
    /// May this number be promised a call? Typed or shown, it is somebody's claim (§12).
    pub(in crate::office) fn may_be_called_back(&self, number: &Number) -> Result<(), NoCallback> {
        self.is_callable(number)?;
        let rules = &self.callbacks.rules;
        match () {
            () if self.alarms.refuses_promises() => Err(NoCallback::NotKept),
            () if rules.no.get(number).is_some_and(|n| *n >= NO_MEANS_NO) => Err(NoCallback::NotWanted),
            () if rules.asked_lately(number, self.now.wall) >= A_DAY => Err(NoCallback::TooOften),
            () if self.promises_open() >= OPEN_MAX => Err(NoCallback::TooMany),
            () => Ok(()),
        }
    }

    /// Is it a number of this country, or of one the owner allows, that costs what a call costs?
    pub(super) fn is_callable(&self, number: &Number) -> Result<(), NoCallback> {
        let settings = &self.directory.settings;
        let own = settings.trunks.iter().any(|trunk| trunk.numbers.contains(number));
        if own || self.directory.plan(number).is_some() {
            return Err(NoCallback::Own);
        }
        match number.class(self.directory.country()) {
            Class::Home => Ok(()),
            Class::Foreign(Some(country)) if settings.outbound.countries.contains(&country) => Ok(()),
            _ => Err(NoCallback::NotAllowed),
        }
    }

    /// Every promise that is ours to keep, by the age of its call.
    pub(in crate::office) fn open_promises(&self) -> impl Iterator<Item = (&Call, &Callback)> {
        let calls = self.register.promised().filter_map(|id| self.calls.get(&id));
        calls.filter_map(|call| Some((call, call.open_promise()?)))
    }

    /// Could anybody be promised a call now, whatever the number?
    pub(in crate::office) fn takes_promises(&self) -> bool {
        self.keeps_promises() && self.promises_open() < OPEN_MAX
    }

    /// Counted no further than to the measure.
    fn promises_open(&self) -> usize {
        self.open_promises().take(OPEN_MAX).count()
    }

    /// The open promise to this number in this group, if there is one: never a second (§1).
    pub(in crate::office) fn promise_to(&self, number: &Number, group: &GroupId) -> Option<CallId> {
        let mut promises = self.register.promised_to(number);
        promises.find(|id| {
            self.calls.get(id).is_some_and(|call| {
                call.contact.group.as_ref() == Some(group)
                    && call.open_promise().is_some_and(|open| open.number == *number)
            })
        })
    }

    /// A number asked.
    pub(super) fn count_request(&mut self, number: &Number) {
        self.callbacks.rules.asked(number, self.now.wall);
    }

    /// A number said that it is not needed.
    pub(super) fn count_no(&mut self, number: &Number) {
        self.callbacks.rules.said_no(number);
    }

    /// The box dials.
    pub(super) fn count_dial(&mut self, number: &Number) {
        let tick = self.now.tick;
        let rules = &mut self.callbacks.rules;
        rules.dials.push_back(tick);
        while rules.dials.len() > AN_HOUR {
            rules.dials.pop_front();
        }
        if rules.dialled.len() >= NUMBERS_MAX {
            rules.dialled.retain(|_, at| tick.since(*at) < COOL);
        }
        rules.dialled.insert(number.clone(), tick);
    }

    /// Has the box dialled as often as an hour allows?
    pub(super) fn has_dialled_enough(&self) -> bool {
        let dials = &self.callbacks.rules.dials;
        dials.len() >= AN_HOUR && dials.front().is_some_and(|first| self.now.tick.since(*first) < HOUR)
    }

    /// Was this number dialled a moment ago?
    pub(super) fn is_cooling(&self, number: &Number) -> bool {
        self.callbacks.rules.dialled.get(number).is_some_and(|at| self.now.tick.since(*at) < COOL)
    }

    /// Is it an hour to call somebody at? Never on Sundays and holidays of the number's country (§8). The
    /// clock is the office's: what we may dial lies in our time zone, or next to it.
    pub(super) fn is_hour_to_call(&self, number: &Number) -> bool {
        self.is_hour_in(number.country().unwrap_or(self.directory.country()))
    }

    fn is_hour_in(&self, country: Country) -> bool {
        let local = self.directory.settings.office.time_zone.to_datetime(self.now.wall);
        let day_off =
            local.weekday() == Weekday::Sunday || hours::is_holiday(country, local.date()).is_some();
        let hours = &self.directory.settings.callback.calling_hours;
        let within = hours.from <= local.time() && hours.to.is_none_or(|to| local.time() < to);
        self.callbacks.any_time || !day_off && within
    }

    /// How long customers of a country may still be called today; zero: not at this hour. `None`: without an end.
    pub(in crate::office) fn time_to_call(&self, country: Country) -> Option<Duration> {
        if self.callbacks.any_time {
            return None;
        }
        if !self.is_hour_in(country) {
            return Some(Duration::ZERO);
        }
        let zone = &self.directory.settings.office.time_zone;
        let today = zone.to_datetime(self.now.wall).date();
        let end = today.to_datetime(self.directory.settings.callback.calling_hours.to?);
        Duration::try_from(zone.to_timestamp(end).ok()?.duration_since(self.now.wall)).ok()
    }

    /// Is somebody of this number on a line with us, or being dialled? One dial a number in the whole box (§1).
    pub(super) fn is_number_live(&self, except: CallId, number: &Number) -> bool {
        let filed = self.register.promised_to(number).chain(self.register.of_customer(number));
        let mut others = filed.filter(|id| *id != except).filter_map(|id| self.calls.get(&id));
        others.any(|call| match &call.phase {
            Phase::Promised(promised) => promised.step.dials(),
            Phase::Over => false,
            _ => call.has_number(number),
        })
    }

    /// What the store remembers of the measures.
    pub(in crate::office) fn restore_rules(&mut self, measured: &[Callback]) {
        for callback in measured {
            self.callbacks.rules.asked(&callback.number, callback.requested_at);
            if is_no(callback) {
                self.callbacks.rules.said_no(&callback.number);
            }
        }
    }
}

/// Contacts that began before this say nothing any more of whether a number may be promised a call: who did not
/// want to be called is asked again after a year.
pub fn measured_since(now: Timestamp) -> Timestamp {
    now.checked_sub(NO_FOR).unwrap_or(Timestamp::MIN)
}

/// Does this one say something of it: of the last day, or taken back by its customer?
pub fn is_measured(callback: &Callback, now: Timestamp) -> bool {
    now.duration_since(callback.requested_at) < DAY || is_no(callback)
}

fn is_no(callback: &Callback) -> bool {
    let by_customer = callback.settled.as_ref().is_some_and(|settled| settled.by == SettledBy::Customer);
    callback.state == CallbackState::Cancelled && by_customer
}
