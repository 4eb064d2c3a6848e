//! Pure. The fraud airbag: which calls may go out, through which trunk, at what price
//! (spec/reliability.md §2).
//!
//! Emergency numbers pass every limit, always, and take a channel from another call if none is free.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::call::Phase;
use super::contact::{Contact, Device, Happened, Kind, LegRecord, Outcome};
use super::timers::Timer;
use super::{hours, prompts};
use crate::ids::{CallId, LegId, PhoneId, TrunkId};
use crate::number::{Class, Country, Number};
use crate::settings::Trunk;
use crate::sip::HangupReason;
use crate::time::Tick;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// Hundredths of a currency unit a minute, until a table is set.
const HOME_PRICE: u64 = 5;
const PAID_PRICE: u64 = 100;
const MINUTE: Duration = Duration::from_secs(60);

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
    /// At home, at a price both ends share.
    Shared,
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
    /// When each phone's latest calls began.
    started: BTreeMap<PhoneId, VecDeque<Tick>>,
    /// Legs on each trunk.
    pub(super) channels: BTreeMap<TrunkId, BTreeSet<LegId>>,
}

impl Price {
    /// Held back at night and by the day's ceiling.
    fn is_paid(self) -> bool {
        matches!(self, Price::Shared | Price::Foreign)
    }

    fn a_minute(self) -> u64 {
        match self {
            Price::Emergency => 0,
            Price::Home => HOME_PRICE,
            Price::Shared | Price::Foreign => PAID_PRICE,
        }
    }
}

impl Office {
    /// May the phone of this leg call this number, and how? Counts as a new call when it may.
    pub(super) fn way_out(&mut self, by: LegId, number: &Number) -> Result<Way, No> {
        let price = price_of(number, self.directory.country(), &self.directory.settings.outbound.countries)?;
        if price != Price::Emergency {
            self.within_limits(by, price)?;
        }
        let trunk = match self.free_trunk() {
            Some(trunk) => trunk,
            None if price == Price::Emergency => {
                self.make_room().or_else(|| self.any_trunk()).ok_or(No::NoTrunk)?
            }
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

    /// The way to a mobile of one of us: through a trunk that is up, and one channel stays free for a
    /// caller. Counts nothing; the rate of a phone does not hold.
    pub(super) fn way_to_mobile(&self, number: &Number) -> Option<Way> {
        let settings = &self.directory.settings;
        let price = price_of(number, self.directory.country(), &settings.outbound.countries).ok()?;
        if price == Price::Emergency || self.affordable(price).is_err() {
            return None;
        }
        let mut trunks = settings.trunks.iter().filter(|trunk| self.trunks_up.contains(&trunk.id));
        let trunk = trunks.find(|trunk| self.free_channels(trunk) >= 2)?.id.clone();
        Some(Way { trunk, number: number.clone(), price })
    }

    fn within_limits(&mut self, by: LegId, price: Price) -> Result<(), No> {
        self.affordable(price)?;
        let Some(Device::Phone(phone)) = self.legs.get(&by).map(|leg| leg.device.clone()) else {
            return Ok(());
        };
        let tick = self.now.tick;
        let limit = self.directory.settings.outbound.new_calls_per_minute as usize;
        let started = self.spending.started.entry(phone).or_default();
        while started.front().is_some_and(|at| tick.since(*at) >= MINUTE) {
            started.pop_front();
        }
        if started.len() >= limit {
            return Err(No::Rule("too-many-calls"));
        }
        started.push_back(tick);
        Ok(())
    }

    fn affordable(&self, price: Price) -> Result<(), No> {
        if !price.is_paid() {
            return Ok(());
        }
        let rules = &self.directory.settings.outbound;
        let zone = &self.directory.settings.office.time_zone;
        if rules.night.is_some_and(|night| hours::is_night(night, zone, self.now.wall)) {
            return Err(No::Rule("night"));
        }
        let (at_once, limit) = (rules.foreign_at_once as usize, rules.daily_cost_limit.hundredths);
        let foreign = self.prices.values().filter(|price| **price == Price::Foreign).count();
        if price == Price::Foreign && foreign >= at_once {
            return Err(No::Rule("foreign-at-once"));
        }
        if self.spent_today() + PAID_PRICE > limit {
            return Err(No::Rule("daily-cost"));
        }
        Ok(())
    }

    fn spent_today(&self) -> u64 {
        let today = self.directory.settings.office.time_zone.to_datetime(self.now.wall).date();
        if self.spending.day == Some(today) { self.spending.hundredths } else { 0 }
    }

    fn turn_spending_day(&mut self) {
        let today = self.directory.settings.office.time_zone.to_datetime(self.now.wall).date();
        if self.spending.day != Some(today) {
            self.spending.day = Some(today);
            self.spending.hundredths = 0;
        }
    }

    /// What a leg costs a minute, until it is over and in its contact's row.
    pub(super) fn set_price(&mut self, leg: LegId, price: Price) {
        self.prices.insert(leg, price);
        let Some(call) = self.legs.get(&leg).and_then(|leg| self.calls.get_mut(&leg.call)) else { return };
        if let Some(record) = call.contact.legs.iter_mut().find(|record| record.leg == leg) {
            record.price = Some(price.a_minute());
        }
    }

    /// What today's calls out have cost before the start, leg by leg: transfers and forwards, too.
    pub(super) fn restore_spending(&mut self, today: &[Contact]) {
        self.turn_spending_day();
        let zone = &self.directory.settings.office.time_zone;
        let is_of_today =
            |contact: &&Contact| Some(zone.to_datetime(contact.started_at).date()) == self.spending.day;
        let legs = today.iter().filter(is_of_today).flat_map(|contact| &contact.legs);
        self.spending.hundredths = legs.map(cost_of).sum();
    }

    /// A minute of an answered leg begins, the first at once: it is counted, and a paid leg over the
    /// ceiling ends.
    pub(super) fn on_minute(&mut self, leg: LegId) {
        let Some(price) = self.prices.get(&leg).copied().filter(|price| *price != Price::Emergency) else {
            return;
        };
        self.turn_spending_day();
        let limit = self.directory.settings.outbound.daily_cost_limit.hundredths;
        if price.is_paid() && self.spending.hundredths + PAID_PRICE > limit {
            self.cut(leg);
            return;
        }
        self.spending.hundredths += price.a_minute();
        self.timers.set(self.now.tick + MINUTE, Timer::MinuteBegins { leg });
    }

    /// Ends a leg that has become too dear; who stays is told why, or has the party put aside back.
    fn cut(&mut self, dear: LegId) {
        let Some(id) = self.legs.get(&dear).map(|leg| leg.call) else { return };
        self.tell(id, Happened::RefusedByPolicy { why: "daily-cost".to_owned() });
        let outcome = self.outcome_of_leaving(id);
        let stays = match self.calls.get(&id).map(|call| &call.phase) {
            Some(Phase::Talking(talking)) => talking.other(dear),
            Some(Phase::Consulting(consulting)) if consulting.answered == Some(dear) => {
                return self.consult_back(id);
            }
            _ => return self.finish(id, outcome, &HangupReason::Normal),
        };
        let ours = self.legs.get(&stays).is_some_and(|leg| leg.person.is_some());
        let prompt = if ours { prompts::NOT_ALLOWED } else { prompts::TRANSFER_FAILED };
        self.hang_up(dear, HangupReason::Normal);
        self.say_goodbye(id, stays, prompt, outcome);
    }

    /// One that is up; else any: that it does not answer our pings is no proof that it carries no call.
    fn free_trunk(&self) -> Option<TrunkId> {
        let free = || self.directory.settings.trunks.iter().filter(|trunk| self.has_channel(trunk));
        free().find(|trunk| self.trunks_up.contains(&trunk.id)).or(free().next()).map(|t| t.id.clone())
    }

    fn has_channel(&self, trunk: &Trunk) -> bool {
        self.free_channels(trunk) > 0
    }

    fn free_channels(&self, trunk: &Trunk) -> usize {
        let taken = self.spending.channels.get(&trunk.id).map_or(0, BTreeSet::len);
        (trunk.channels as usize).saturating_sub(taken)
    }

    /// All channels carry emergency calls: one more is tried all the same.
    fn any_trunk(&self) -> Option<TrunkId> {
        self.directory.settings.trunks.first().map(|trunk| trunk.id.clone())
    }

    /// Ends the youngest outbound, else the youngest waiting, else the youngest call of any kind, so that
    /// an emergency call has a channel.
    fn make_room(&mut self) -> Option<TrunkId> {
        let (victim, trunk) = self.victim()?;
        self.finish(victim, Outcome::FailedTechnical, &HangupReason::Fault);
        Some(trunk)
    }

    fn victim(&self) -> Option<(CallId, TrunkId)> {
        let known = self.spending.channels.iter().filter(|(trunk, _)| self.directory.trunk(trunk).is_some());
        let taken = known.flat_map(|(trunk, legs)| legs.iter().map(move |leg| (trunk, leg)));
        let mut calls: Vec<(u8, CallId, &TrunkId)> = taken
            .filter_map(|(trunk, leg)| {
                let id = self.legs.get(leg)?.call;
                Some((self.claim_of(id)?, id, trunk))
            })
            .collect();
        calls.sort_unstable_by_key(|(claim, id, _)| (*claim, std::cmp::Reverse(*id)));
        calls.first().map(|(_, id, trunk)| (*id, (*trunk).clone()))
    }

    /// How strong a call's claim to its channel is; `None`: it is an emergency call itself.
    fn claim_of(&self, id: CallId) -> Option<u8> {
        let call = self.calls.get(&id)?;
        let legs_to_help = self.prices.iter().filter(|(_, price)| **price == Price::Emergency);
        let mut calls_for_help = legs_to_help.filter_map(|(leg, _)| Some(self.legs.get(leg)?.call));
        if calls_for_help.any(|other| other == id) {
            return None;
        }
        match (call.contact.kind, &call.phase) {
            (Kind::Outbound, _) => Some(0),
            // A callback being dialled is a call out, whoever called first.
            (_, Phase::Promised(_)) => Some(0),
            (_, Phase::Waiting(_)) => Some(1),
            _ => Some(2),
        }
    }
}

/// What a leg that is over has cost.
fn cost_of(leg: &LegRecord) -> u64 {
    let (Some(price), Some(answered_at), Some(ended_at)) = (leg.price, leg.answered_at, leg.ended_at) else {
        return 0;
    };
    price * minutes_begun(Duration::try_from(ended_at.duration_since(answered_at)).unwrap_or_default())
}

/// Minutes that have begun, the first with the answer.
fn minutes_begun(connected: Duration) -> u64 {
    connected.as_secs() / MINUTE.as_secs() + 1
}

/// What a number costs, or why it is never called.
fn price_of(number: &Number, home: Country, allowed: &[Country]) -> Result<Price, No> {
    match number.class(home) {
        Class::Emergency => Ok(Price::Emergency),
        Class::Short | Class::Home => Ok(Price::Home),
        Class::SharedCost => Ok(Price::Shared),
        Class::Premium => Err(No::Rule("premium")),
        Class::Foreign(Some(country)) if allowed.contains(&country) => Ok(Price::Foreign),
        Class::Foreign(_) => Err(No::Rule("country")),
    }
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
