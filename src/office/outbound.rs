//! Pure. The fraud airbag: which calls may go out, through which trunk, at what price
//! (spec/reliability.md §2).
//!
//! Emergency numbers pass every limit, always, and take a channel from another call if none is free.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::call::Phase;
use super::contact::{Device, Kind, Outcome};
use super::hours;
use super::timers::Timer;
use crate::ids::{CallId, LegId, PersonId, TrunkId};
use crate::number::{Country, Number};
use crate::settings::Trunk;
use crate::sip::HangupReason;
use crate::time::Tick;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// Hundredths of a currency unit a minute, until a table is set.
const HOME_PRICE: u64 = 5;
const FOREIGN_PRICE: u64 = 100;
const MINUTE: Duration = Duration::from_secs(60);

/// Calling codes of the countries whose plan is known; elsewhere only `+` numbers of the list pass.
const CODES: &[(&[u8; 2], &str)] = &[
    (b"DK", "45"),
    (b"SE", "46"),
    (b"NO", "47"),
    (b"FI", "358"),
    (b"IS", "354"),
    (b"NL", "31"),
    (b"BE", "32"),
    (b"DE", "49"),
    (b"AT", "43"),
    (b"CH", "41"),
    (b"FR", "33"),
    (b"ES", "34"),
    (b"IT", "39"),
    (b"PT", "351"),
    (b"PL", "48"),
    (b"GB", "44"),
    (b"IE", "353"),
    (b"TW", "886"),
    (b"US", "1"),
];
/// Emergency numbers by country; 112 works from every network here.
const EMERGENCY: &[(&[u8; 2], &[&str])] = &[
    (b"DK", &["112", "114"]),
    (b"SE", &["112", "11414"]),
    (b"NO", &["110", "112", "113"]),
    (b"NL", &["112"]),
    (b"TW", &["110", "112", "119"]),
    (b"GB", &["112", "999"]),
    (b"DE", &["110", "112"]),
    (b"US", &["911", "112"]),
];
/// Premium ranges: national digits by calling code.
const PREMIUM: &[(&str, &[&str])] = &[
    ("45", &["90"]),
    ("46", &["900", "939", "944"]),
    ("47", &["820", "829"]),
    ("31", &["900", "906", "909"]),
    ("49", &["900", "137"]),
    ("44", &["9", "871", "872", "873"]),
    ("33", &["89"]),
    ("886", &["203", "204"]),
    ("32", &["90"]),
    ("43", &["900", "930"]),
    ("41", &["900", "901", "906"]),
    ("1", &["900", "976"]),
    ("979", &[""]),
    ("881", &[""]),
    ("882", &[""]),
    ("883", &[""]),
];

/// How a number is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) trunk: TrunkId,
    pub(super) number: Number,
    pub(super) price: Price,
}

/// What a minute costs, by where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Price {
    Emergency,
    Home,
    Foreign,
}

/// Why a number cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum No {
    /// A rule of the policy, by its code.
    Rule(&'static str),
    /// No trunk is up, or all channels are taken.
    NoTrunk,
}

/// What the policy remembers.
#[derive(Debug, Default)]
pub(super) struct Spending {
    day: Option<Date>,
    hundredths: u64,
    started: BTreeMap<PersonId, VecDeque<Tick>>,
    /// Legs on each trunk.
    pub(super) channels: BTreeMap<TrunkId, BTreeSet<LegId>>,
}

impl Price {
    fn a_minute(self) -> u64 {
        match self {
            Price::Emergency => 0,
            Price::Home => HOME_PRICE,
            Price::Foreign => FOREIGN_PRICE,
        }
    }
}

impl Office {
    /// May this person call this number, and how? Counts as a new call when it may.
    pub(super) fn way_out(&mut self, person: &PersonId, number: &Number) -> Result<Way, No> {
        let price = price_of(number, self.directory.country(), &self.directory.settings.outbound.countries)?;
        if price != Price::Emergency {
            self.within_limits(person, price)?;
        }
        let trunk = match self.free_trunk() {
            Some(trunk) => trunk,
            None if price == Price::Emergency => self.make_room().ok_or(No::NoTrunk)?,
            None => return Err(No::NoTrunk),
        };
        Ok(Way { trunk, number: number.clone(), price })
    }

    /// Would the policy let this number pass? Counts nothing.
    pub(super) fn may_call_out(&mut self, number: &Number) -> Result<(), No> {
        let price = price_of(number, self.directory.country(), &self.directory.settings.outbound.countries)?;
        self.affordable(price)
    }

    /// The way of a forward set by the owner: countries and cost hold, the rate of a phone does not.
    pub(super) fn way_for_office(&mut self, number: &Number) -> Result<Way, No> {
        let price = price_of(number, self.directory.country(), &self.directory.settings.outbound.countries)?;
        self.affordable(price)?;
        let trunk = self.free_trunk().ok_or(No::NoTrunk)?;
        Ok(Way { trunk, number: number.clone(), price })
    }

    fn within_limits(&mut self, person: &PersonId, price: Price) -> Result<(), No> {
        self.affordable(price)?;
        let tick = self.now.tick;
        let limit = self.directory.settings.outbound.new_calls_per_minute as usize;
        let started = self.spending.started.entry(person.clone()).or_default();
        while started.front().is_some_and(|at| tick.since(*at) >= MINUTE) {
            started.pop_front();
        }
        if started.len() >= limit {
            return Err(No::Rule("too-many-calls"));
        }
        started.push_back(tick);
        Ok(())
    }

    fn affordable(&mut self, price: Price) -> Result<(), No> {
        if price != Price::Foreign {
            return Ok(());
        }
        let rules = &self.directory.settings.outbound;
        let zone = &self.directory.settings.office.time_zone;
        if rules.night.is_some_and(|night| hours::is_night(night, zone, self.now.wall)) {
            return Err(No::Rule("night"));
        }
        let (at_once, limit) = (rules.foreign_at_once as usize, rules.daily_cost_limit.hundredths);
        let foreign = self.paid.iter().filter(|id| self.price_of_call(**id) == Some(Price::Foreign)).count();
        if foreign >= at_once {
            return Err(No::Rule("foreign-at-once"));
        }
        self.turn_spending_day();
        if self.spending.hundredths + FOREIGN_PRICE > limit {
            return Err(No::Rule("daily-cost"));
        }
        Ok(())
    }

    fn price_of_call(&self, id: CallId) -> Option<Price> {
        self.calls.get(&id).and_then(|call| call.price)
    }

    fn turn_spending_day(&mut self) {
        let today = self.directory.settings.office.time_zone.to_datetime(self.now.wall).date();
        if self.spending.day != Some(today) {
            self.spending.day = Some(today);
            self.spending.hundredths = 0;
        }
    }

    /// A call to this price runs: it counts among the running ones.
    pub(super) fn price_call(&mut self, id: CallId, price: Price) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.price = Some(price);
            self.paid.insert(id);
        }
    }

    /// It was answered: its first minute begins.
    pub(super) fn start_meter(&mut self, id: CallId) {
        if self.price_of_call(id).is_some_and(|price| price != Price::Emergency) {
            self.on_minute(id);
        }
    }

    /// A minute of a running call begins: it is counted, and a paid call over the ceiling ends.
    pub(super) fn on_minute(&mut self, id: CallId) {
        let running = self.calls.get(&id).is_some_and(|call| !matches!(call.phase, Phase::Over));
        let Some(price) = self.price_of_call(id).filter(|_| running) else { return };
        self.turn_spending_day();
        let limit = self.directory.settings.outbound.daily_cost_limit.hundredths;
        if price == Price::Foreign && self.spending.hundredths + FOREIGN_PRICE > limit {
            let why = "daily-cost".to_owned();
            self.tell(id, super::contact::Happened::RefusedByPolicy { why });
            let outcome = self.outcome_of_leaving(id);
            self.finish(id, outcome, &HangupReason::Normal);
            return;
        }
        self.spending.hundredths += price.a_minute();
        self.timers.set(self.now.tick + MINUTE, Timer::MinuteBegins { call: id });
    }

    /// One that is up; else any: that it does not answer our pings is no proof that it carries no call.
    fn free_trunk(&self) -> Option<TrunkId> {
        let free = || self.directory.settings.trunks.iter().filter(|trunk| self.has_channel(trunk));
        free().find(|trunk| self.trunks_up.contains(&trunk.id)).or(free().next()).map(|t| t.id.clone())
    }

    fn has_channel(&self, trunk: &Trunk) -> bool {
        let taken = self.spending.channels.get(&trunk.id).map_or(0, BTreeSet::len);
        taken < trunk.channels as usize
    }

    /// Ends the youngest outbound, else the youngest waiting call, so that an emergency call has a channel.
    fn make_room(&mut self) -> Option<TrunkId> {
        let victim = self.victim()?;
        let trunk = self.calls.get(&victim)?.contact.legs.iter().find_map(|leg| match &leg.device {
            Device::Trunk(trunk) => Some(trunk.clone()),
            _ => None,
        })?;
        self.finish(victim, Outcome::FailedTechnical, &HangupReason::Fault);
        Some(trunk)
    }

    fn victim(&self) -> Option<CallId> {
        let takes =
            |id: &&CallId| self.spending.channels.values().flatten().any(|leg| self.is_leg_of(*leg, **id));
        let outbound = |id: &&CallId| {
            let call = &self.calls[*id];
            call.contact.kind == Kind::Outbound && call.price != Some(Price::Emergency)
        };
        let waiting = |id: &&CallId| matches!(self.calls[*id].phase, Phase::Waiting(_));
        let youngest =
            |which: &dyn Fn(&&CallId) -> bool| self.calls.keys().rev().filter(takes).find(which).copied();
        youngest(&outbound).or_else(|| youngest(&waiting))
    }

    fn is_leg_of(&self, leg: LegId, call: CallId) -> bool {
        self.legs.get(&leg).is_some_and(|leg| leg.call == call)
    }
}

/// What a number costs, or why it is never called.
fn price_of(number: &Number, home: Country, allowed: &[Country]) -> Result<Price, No> {
    let text = number.as_str();
    if is_emergency(text, home) {
        return Ok(Price::Emergency);
    }
    let (code, national) = split(text, home);
    if is_premium(code, national) {
        return Err(No::Rule("premium"));
    }
    if Some(code) == code_of(home) || code.is_empty() {
        return Ok(Price::Home);
    }
    let is_allowed = allowed.iter().any(|country| code_of(*country) == Some(code));
    if is_allowed { Ok(Price::Foreign) } else { Err(No::Rule("country")) }
}

pub(super) fn is_emergency(text: &str, home: Country) -> bool {
    let known =
        EMERGENCY.iter().find(|(country, _)| **country == home.0).map_or(&["112"][..], |(_, all)| all);
    known.contains(&text)
}

fn code_of(country: Country) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| **known == country.0).map(|(_, code)| *code)
}

/// Calling code and the rest; what has no `+` or `00` is a number at home.
fn split(text: &str, home: Country) -> (&str, &str) {
    let Some(digits) = text.strip_prefix('+').or_else(|| text.strip_prefix("00")) else {
        return (code_of(home).unwrap_or(""), text.strip_prefix('0').unwrap_or(text));
    };
    let known = CODES.iter().map(|(_, code)| *code).chain(PREMIUM.iter().map(|(code, _)| *code));
    let code = known.filter(|code| digits.starts_with(code)).max_by_key(|code| code.len());
    let length = code.map_or(digits.len().min(3), str::len);
    digits.split_at(length)
}

fn is_premium(code: &str, national: &str) -> bool {
    PREMIUM
        .iter()
        .any(|(known, ranges)| *known == code && ranges.iter().any(|range| national.starts_with(range)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DK: Country = Country(*b"DK");

    #[track_caller]
    fn check(text: &str, wanted: Result<Price, No>) {
        let number = Number::parse(text, DK).unwrap();
        assert_eq!(price_of(&number, DK, &[DK, Country(*b"SE")]), wanted, "{text}");
    }

    #[test]
    fn emergency_home_foreign_and_never() {
        check("112", Ok(Price::Emergency));
        check("114", Ok(Price::Emergency));
        check("33445566", Ok(Price::Home));
        check("+4533445566", Ok(Price::Home));
        check("+46701234567", Ok(Price::Foreign));
        check("004670123456", Ok(Price::Foreign));
        check("+49301234567", Err(No::Rule("country")));
        check("+2521234567", Err(No::Rule("country")));
        check("90123456", Err(No::Rule("premium")));
        check("+4590123456", Err(No::Rule("premium")));
        check("+46900123456", Err(No::Rule("premium")));
        check("+88213000000", Err(No::Rule("premium")));
    }
}
