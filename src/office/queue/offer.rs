//! Pure. When calling back is offered, what is promised, and how the promise is worded (spec/callback.md §2, §3).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, GroupId};
use crate::number::Number;
use crate::office::call::Waiting;
use crate::office::contact::Device;
use crate::office::people::{Duty, Staff};
use crate::office::promise::Window;
use crate::office::{Office, prompts};
use crate::speech::Saying;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// A phone that has rung so long is about to be answered: nothing is offered to the one it rings for.
const ABOUT_TO_ANSWER: Duration = Duration::from_secs(3);
/// Whoever has so long to wait is offered to be called back with the first word about the place.
const LONG: Duration = Duration::from_secs(90);
/// Before closing there must be so much more time than the wait takes.
const BEFORE_CLOSING: Duration = Duration::from_secs(5 * 60);
/// Somebody who is back within this is here.
const BACK_SOON: SignedDuration = SignedDuration::from_mins(15);
/// A promised window is not wider, and ends on a multiple of five minutes.
const WINDOW_MAX: SignedDuration = SignedDuration::from_mins(30);
const WINDOW_MIN: SignedDuration = SignedDuration::from_mins(10);
const FIVE_MINUTES: i64 = 300;

impl Office {
    /// The offer in words; empty where none may be made.
    pub(super) fn words_of_offer(&mut self, id: CallId) -> Vec<Saying> {
        let Some(waiting) = self.waiting(id).filter(|_| self.can_promise(id)) else {
            return Vec::new();
        };
        let group = self.directory.group(&waiting.entry.group);
        let hang_up = group.is_some_and(|group| group.callback.just_hang_up);
        let prompt = match () {
            () if !self.in_turn(&waiting.entry.group, id) => prompts::OFFER_LATER,
            () if hang_up && self.usable_number(id).is_some() => prompts::OFFER_HANG_UP,
            () => prompts::OFFER_CALLBACK,
        };
        if prompt == prompts::OFFER_HANG_UP
            && let Some(waiting) = self.waiting_mut(id)
        {
            waiting.told.may_hang_up = true;
        }
        vec![Saying::Prompt(prompt)]
    }

    /// Not first, or a wait of more than 90 s: the offer comes with the place already.
    pub(super) fn is_offered_early(&self, id: CallId, place: u32) -> bool {
        place >= 2 || self.waiting_estimate(id).is_some_and(|(_, high)| high >= LONG)
    }

    /// Does a phone ring that is likely to be answered before the caller has decided? A younger caller's
    /// chance may go to an older one, so this is about the first in line.
    pub(super) fn is_about_to_be_answered(&self, id: CallId) -> bool {
        let tick = self.now.tick;
        let rings = |since: crate::time::Tick| tick.since(since) >= ABOUT_TO_ANSWER;
        self.waiting(id).is_some_and(|waiting| {
            waiting.entry.offers.values().any(|offer| offer.rang.is_some_and(rings))
                && self.place_of_call(id) == 1
        })
    }

    /// Could we call this caller back at all: can it be promised, and is there room for one more?
    pub(super) fn can_promise(&self, id: CallId) -> bool {
        self.takes_promises() && self.has_room_for(id)
    }

    /// Is there room on a line to call out, and today or with those who are left for the next opening?
    fn has_room_for(&self, id: CallId) -> bool {
        let Some(waiting) = self.waiting(id) else { return false };
        let group = &waiting.entry.group;
        self.has_room_to_call(waiting) && !(self.closes_before(group, id) && self.has_carried_enough(group))
    }

    /// Besides the caller's own channel there is one to dial on, and one stays free for the next caller.
    fn has_room_to_call(&self, waiting: &Waiting) -> bool {
        let own = match self.legs.get(&waiting.caller).map(|leg| &leg.device) {
            Some(Device::Trunk(trunk)) => Some(trunk),
            _ => None,
        };
        self.directory.settings.trunks.iter().any(|trunk| {
            let used = self.spending.channels.get(&trunk.id).map_or(0, std::collections::BTreeSet::len);
            let others = used - usize::from(own == Some(&trunk.id)).min(used);
            self.trunks_up.contains(&trunk.id) && others + 2 <= trunk.channels as usize
        })
    }

    /// The caller's own number, if we can and may call it.
    pub(in crate::office) fn usable_number(&self, id: CallId) -> Option<Number> {
        let number = self.calls.get(&id)?.contact.from.number.clone()?;
        self.may_be_called_back(&number).ok().map(|()| number)
    }

    /// A number as typed, if we can and may call it.
    pub(in crate::office) fn callable(&self, digits: &str) -> Option<Number> {
        let number = Number::parse(digits, self.directory.country())?;
        self.may_be_called_back(&number).ok().map(|()| number)
    }

    /// Is it our turn to promise "in turn": open long enough, and somebody here or back soon?
    fn in_turn(&self, group: &GroupId, id: CallId) -> bool {
        !self.closes_before(group, id) && self.anybody_soon(group)
    }

    /// What is left of today for calling this caller back: until the group closes, or the hours to call at end.
    fn time_left(&self, group: &GroupId, id: CallId) -> Option<Duration> {
        let number = self.calls.get(&id).and_then(|call| call.contact.from.number.as_ref());
        let country = number.and_then(Number::country).unwrap_or(self.directory.country());
        [self.time_to_close(group), self.time_to_call(country)].into_iter().flatten().min()
    }

    /// Is it closed, or will it be, or the hours to call at over, before this caller's turn?
    fn closes_before(&self, group: &GroupId, id: CallId) -> bool {
        let wait = self.waiting_estimate(id).map_or(Duration::ZERO, |(_, high)| high);
        let long_enough = self.time_left(group, id).is_none_or(|left| left > wait + BEFORE_CLOSING);
        !self.is_group_open(group) || !long_enough
    }

    fn anybody_soon(&self, group: &GroupId) -> bool {
        let soon = |staff: &Staff| match &staff.duty {
            Duty::Available => !staff.online.is_empty() || staff.is_busy(),
            Duty::Paused { until: Some(until), .. } => until.duration_since(self.now.wall) <= BACK_SOON,
            _ => staff.is_busy(),
        };
        let members = self.directory.group(group).map_or(&[][..], |group| &group.members);
        members.iter().any(|member| self.people.get(&member.person).is_some_and(soon))
    }

    /// What can be promised: a window of at most half an hour where there is an estimate, until we close
    /// where there is none, and nothing but "when we are in again" where nobody is.
    pub(super) fn window_for(&self, id: CallId) -> Option<Window> {
        let group = &self.waiting(id)?.entry.group;
        if !self.in_turn(group, id) {
            return None;
        }
        let closes = self.closes_at(group, id);
        let Some((low, high)) = self.waiting_estimate(id) else {
            return Some(Window { from: self.now.wall, to: closes });
        };
        let at = |wait: Duration| self.now.wall.checked_add(wait).unwrap_or(Timestamp::MAX);
        let from = rounded_down(at(low));
        let to = rounded_up(at(high)).max(from + WINDOW_MIN).min(from + WINDOW_MAX);
        Some(Window { from, to: to.min(closes) })
    }

    /// When the promise to call in turn ends: at closing, with the hours to call at, at the latest with the day.
    fn closes_at(&self, group: &GroupId, id: CallId) -> Timestamp {
        let zone = &self.directory.settings.office.time_zone;
        let midnight = zone.to_datetime(self.now.wall).date().tomorrow().ok();
        let midnight = midnight.and_then(|day| day.to_zoned(zone.clone()).ok()).map(|day| day.timestamp());
        let midnight = midnight.unwrap_or(self.now.wall);
        let left = self.time_left(group, id);
        let closes = left.and_then(|left| self.now.wall.checked_add(left).ok());
        closes.map_or(midnight, |closes| closes.min(midnight))
    }

    /// The closing sentence: place, window, attempts, what if it fails. A window that has passed is not
    /// promised once more.
    pub(in crate::office) fn words_of_promise(&self, id: CallId) -> Vec<Saying> {
        let place = self.place_of_call(id);
        let callback = self.calls.get(&id).and_then(|call| call.contact.callback.as_ref());
        let window = callback.and_then(|callback| callback.promised);
        let window = window.filter(|window| window.to > self.now.wall);
        let mut what = vec![Saying::Filled(prompts::PLACE_IN_LINE, vec![Saying::Place(place)])];
        what.push(match window {
            None => Saying::Prompt(prompts::CALL_WHEN_IN),
            Some(window) => self.words_of_window(window),
        });
        let group = self.calls.get(&id).and_then(|call| call.contact.group.as_ref());
        let attempts = group.and_then(|group| self.directory.group(group));
        let attempts = attempts.map_or(1, |group| usize::from(group.callback.attempts));
        let left = callback.map_or(attempts, |callback| callback.attempts_left(attempts));
        match u32::try_from(left).unwrap_or(1) {
            0 | 1 => {}
            2 => what.push(Saying::Prompt(prompts::TRY_ONCE_MORE)),
            n => what.push(Saying::Filled(prompts::TRY_MORE, vec![Saying::Number(n - 1)])),
        }
        what.push(Saying::Prompt(prompts::GOODBYE));
        what
    }

    fn words_of_window(&self, window: Window) -> Saying {
        let zone = &self.directory.settings.office.time_zone;
        let time = |at: Timestamp| Saying::Time(zone.to_datetime(at).time());
        if window.to.duration_since(window.from) > WINDOW_MAX {
            return Saying::Filled(prompts::CALL_BEFORE, vec![time(window.to)]);
        }
        Saying::Filled(prompts::EXPECT_BETWEEN, vec![time(window.from), time(window.to)])
    }
}

fn rounded_down(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(FIVE_MINUTES)).unwrap_or(at)
}

fn rounded_up(at: Timestamp) -> Timestamp {
    let second = at.as_second() + FIVE_MINUTES - 1;
    Timestamp::from_second(second - second.rem_euclid(FIVE_MINUTES)).unwrap_or(at)
}
