//! Pure. When a promise is due, and what keeps it back (spec/callback.md §4, §9).
//!
//! Due is what is first in the line for somebody free, exactly as a live caller would be. What depends on
//! the clock is looked at twice a minute, so that a clock that is set does no harm.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::closing::Service;
use super::{Promised, Step};
use crate::ids::{CallId, GroupId, PersonId};
use crate::number::Number;
use crate::office::Office;
use crate::office::call::{Call, Entry};
use crate::office::promise::Callback;
use crate::office::queue::Place;
use crate::office::timers::Timer;
use crate::settings::{First, Group, Strategy};
use crate::time::Tick;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// A member is rung so long before the time of a call, where the owner wants that (§4).
const HEAD_START: SignedDuration = SignedDuration::from_secs(20);
/// Nothing is dialled by itself so soon after the start: phones and providers log in first (§9).
const QUIET: Duration = Duration::from_secs(60);
/// What depends on the clock is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// A clock that shows an earlier year was never set: there was no such program.
const FIRST_YEAR: i16 = 2025;
/// No member said yes for so long: a round (§6).
const ROUND: Duration = Duration::from_secs(60);
/// Phones are silent so long after a round; the entry stays first.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(60);

impl Promised {
    /// A minute without a yes: the phones rest. Not if none rang, because who asked to make the call was not
    /// there for it: then the others are rung.
    fn end_round(&mut self, tick: Tick) {
        self.round = None;
        let nobody_rung = self.wanted_by.take().is_some() && self.entry.offers.is_empty();
        if !nobody_rung {
            self.rounds = self.rounds.saturating_add(1);
            self.rests = Some(tick + BETWEEN_ROUNDS);
        }
    }
}

impl Office {
    /// The shell says whether the clock on the wall can be believed (spec/reliability.md §4).
    pub(in crate::office) fn on_clock(&mut self, trusted: bool) {
        if self.callbacks.clock_trusted != Some(trusted) {
            self.callbacks.clock_trusted = Some(trusted);
            self.changed();
            self.look_at_promises();
        }
    }

    pub(super) fn is_clock_trusted(&self) -> bool {
        let year = self.directory.settings.office.time_zone.to_datetime(self.now.wall).year();
        self.callbacks.clock_trusted.unwrap_or(true) && year >= FIRST_YEAR
    }

    /// What may have made any promise due, or too old, is looked at; and when that is to be done again.
    pub(in crate::office) fn look_at_promises(&mut self) {
        let ids: Vec<CallId> = self.register.promised().collect();
        ids.into_iter().for_each(|id| self.age(id));
        self.look_again();
    }

    /// The same for one promise. What was done about it may leave room for another's.
    pub(in crate::office) fn look_at_promise(&mut self, id: CallId) {
        self.age(id);
        self.look_again();
    }

    /// Time has passed for a promise: is it too old, does it rest?
    fn age(&mut self, id: CallId) {
        if self.promised(id).is_some() {
            self.look_at_age(id);
            self.let_rest(id);
            self.dirty_group_of(id);
        }
    }

    /// Who rings for promises is worked out anew. All of them are looked at twice a minute, and when the
    /// quiet after the start is over.
    fn look_again(&mut self) {
        let kept = self.line.groups().filter(|group| self.line.ready(group).next().is_some());
        self.dirty.extend(kept.cloned());
        let (now, quiet) = (self.now.tick, self.callbacks.started + QUIET);
        let next = now + LOOK_EVERY;
        let next = if quiet > now { next.min(quiet) } else { next };
        let any = self.register.promised().next().is_some();
        if any && self.callbacks.looks_at.is_none_or(|at| at <= now || next < at) {
            self.callbacks.looks_at = Some(next);
            self.timers.set(next, Timer::LookAtPromises);
        }
    }

    /// A promise that is kept back by the clock is not looked at for everybody who is free: when its own
    /// hour comes, or with all the others.
    fn let_rest(&mut self, id: CallId) {
        let Some((call, promised, callback)) = self.promise(id) else { return };
        let Some(order) = call.order else { return };
        let (group, wanted) = (promised.entry.group.clone(), promised.wanted_by.is_some());
        let until = self.rests_until(id);
        let rests = until.is_some() || !self.is_hour_to_call(&callback.number);
        self.line.rest(&group, (order, id), rests && !wanted);
        if let Some(until) = until.filter(|until| *until < self.now.tick + LOOK_EVERY) {
            self.timers.set(until, Timer::LookAtPromise { call: id });
        }
    }

    /// The time to look again has come, unless somebody looked in between.
    pub(in crate::office) fn on_look_at_promises(&mut self) {
        if self.callbacks.looks_at.is_some_and(|at| at <= self.now.tick) {
            self.look_at_promises();
        }
    }

    /// Until when this promise rests.
    fn rests_until(&self, id: CallId) -> Option<Tick> {
        let (call, promised, callback) = self.promise(id)?;
        let not_before = self.begins_at(call, callback).and_then(|at| self.tick_of(at));
        let morning = promised.served_from().and_then(|at| self.tick_of(at));
        let ahead = |at: &Tick| *at > self.now.tick;
        [not_before, morning, promised.rests].into_iter().flatten().filter(ahead).max()
    }

    /// When members may be rung for it: with a head start a little before it may be dialled. Not where the customer
    /// is rung first: they were promised their time.
    fn begins_at(&self, call: &Call, callback: &Callback) -> Option<Timestamp> {
        let group = call.contact.group.as_ref().and_then(|group| self.directory.group(group));
        let early = |group: &Group| group.callback.head_start && group.callback.first == First::Agent;
        let ahead = if group.is_some_and(early) { HEAD_START } else { SignedDuration::ZERO };
        callback.not_before?.checked_sub(ahead).ok()
    }

    /// The tick at which the clock on the wall will show this; `None`: it has.
    fn tick_of(&self, at: Timestamp) -> Option<Tick> {
        let left = Duration::try_from(at.duration_since(self.now.wall)).ok()?;
        Some(self.now.tick + left)
    }

    /// May the box dial by itself? A line is up, the clock is right, everybody had time to log in.
    fn may_dial_by_itself(&self) -> bool {
        let up = self.trunks_up.iter().any(|trunk| self.directory.trunk(trunk).is_some());
        let quiet = self.now.tick.since(self.callbacks.started) < QUIET;
        up && (self.callbacks.any_time || !quiet && self.is_clock_trusted())
    }

    /// May members be rung for this promise now?
    fn is_due(&self, id: CallId, service: Service) -> bool {
        let Some((call, promised, callback)) = self.promise(id) else { return false };
        let wall = self.now.wall;
        let asked_for = promised.wanted_by.is_some();
        let by_itself = || {
            self.begins_at(call, callback).is_none_or(|at| at <= wall)
                && promised.rests.is_none_or(|at| at <= self.now.tick)
                && self.is_served_now(promised, service)
                && !self.has_dialled_enough()
                && !self.is_cooling(&callback.number)
        };
        promised.step == Step::InLine
            && callback.is_open()
            && (asked_for || by_itself())
            && !self.is_number_live(id, &callback.number)
            && self.is_hour_to_call(&callback.number)
    }

    /// The promises of these groups that may be kept now, oldest first, as many as the lines carry.
    pub(in crate::office) fn promises_due(&self, groups: &BTreeSet<GroupId>) -> BTreeSet<CallId> {
        if !self.may_dial_by_itself() {
            return BTreeSet::new();
        }
        // A member's mobile takes a channel itself: who rings for a promise already needs no more room, or
        // the phone would fall silent for want of the channel it rings through, and ring again without end.
        let rings = |id: &CallId| self.entry(*id).is_some_and(|entry| !entry.offers.is_empty());
        let room = self.room_to_dial();
        let (mut rung, mut next): (BTreeSet<CallId>, Vec<Place>) = (BTreeSet::new(), Vec::new());
        for group in groups.iter().filter(|group| self.line.has(group)) {
            let service = self.service(group);
            let due = self.line.ready(group).filter(|(_, id)| self.is_due(*id, service));
            let (ringing, silent): (Vec<Place>, Vec<Place>) = due.partition(|(_, id)| rings(id));
            rung.extend(ringing.into_iter().map(|(_, id)| id));
            next.extend(silent.into_iter().take(room));
        }
        next.sort_unstable();
        rung.extend(next.into_iter().take(room).map(|(_, id)| id));
        rung
    }

    /// Dials the trunks have room for; one channel of each stays free for the next caller (§2), and one is
    /// kept for every member who has said yes.
    fn room_to_dial(&self) -> usize {
        let up = self.directory.settings.trunks.iter().filter(|trunk| self.trunks_up.contains(&trunk.id));
        let room = up.map(|trunk| {
            let used = self.spending.channels.get(&trunk.id).map_or(0, BTreeSet::len);
            let ours = (trunk.channels as usize).saturating_sub(1).max(1);
            ours.saturating_sub(used)
        });
        let spoken_for = self
            .callbacks
            .spoken_for
            .iter()
            .filter(|id| self.promised(**id).is_some_and(|promised| promised.step.awaits_dial()));
        room.sum::<usize>().saturating_sub(spoken_for.count())
    }

    /// The places of these promises in a group.
    pub(in crate::office) fn places_in(&self, group: &GroupId, due: &BTreeSet<CallId>) -> Vec<Place> {
        let place = |id: &CallId| {
            let call = self.calls.get(id).filter(|call| call.phase.group() == Some(group))?;
            Some((call.order?, *id))
        };
        let mut places: Vec<Place> = due.iter().filter_map(place).collect();
        places.sort_unstable();
        places
    }

    /// May this person be rung for the entry, as far as its promise goes?
    pub(in crate::office) fn may_keep_promise(&self, id: CallId, person: &PersonId) -> bool {
        let Some((_, promised, callback)) = self.promise(id) else { return true };
        let willing = promised.entry.put_off.get(person).is_none_or(|until| *until <= self.now.tick);
        let group = &promised.entry.group;
        let given = || callback.given_to.as_ref().filter(|given| self.is_there_for(given, group));
        willing && promised.wanted_by.as_ref().or_else(given).is_none_or(|only| only == person)
    }

    /// Is what was given to this person kept for them? Not while they are gone: no phone would ring for it.
    fn is_there_for(&self, person: &PersonId, group: &GroupId) -> bool {
        let here = self.people.get(person).is_some_and(|staff| staff.is_here() || staff.is_busy());
        here && self.is_rung_for(person, group)
    }

    /// May this group's calls ring this person's phones?
    pub(super) fn is_rung_for(&self, person: &PersonId, group: &GroupId) -> bool {
        self.directory.groups_rung_for(person).contains(group)
    }

    /// Can only some of the group be rung for this entry, or does it take turns with the others?
    pub(in crate::office) fn is_choosy(&self, id: CallId, entry: &Entry) -> bool {
        let narrowed = self.promise(id).is_some_and(|(_, promised, callback)| {
            promised.wanted_by.is_some()
                || callback.given_to.is_some()
                || promised.opened.is_some()
                || !promised.entry.put_off.is_empty()
        });
        narrowed || !entry.declined.is_empty()
    }

    /// Is the customer of this promise rung before the member?
    pub(in crate::office) fn customer_is_first(&self, id: CallId) -> bool {
        let Some((call, promised, _)) = self.promise(id) else { return false };
        let group = call.contact.group.as_ref().and_then(|group| self.directory.group(group));
        // Who asked to make the call is at a phone: they are rung.
        promised.wanted_by.is_none() && group.is_some_and(|group| group.callback.first == First::Customer)
    }

    /// Could a phone be rung for this promise at once, were it the first in the line?
    pub(super) fn could_dial_now(&self, id: CallId, number: &Number) -> bool {
        self.may_dial_by_itself() && self.room_to_dial() > 0 && !self.is_number_live(id, number)
    }

    /// Somebody asked to make the call: for a minute nobody else is rung for it.
    pub(super) fn begin_round_of(&mut self, id: CallId, person: &PersonId) {
        let tick = self.now.tick;
        if let Some(promised) = self.promised_mut(id) {
            promised.entry.declined.remove(person);
            promised.entry.put_off.remove(person);
            promised.wanted_by = Some(person.clone());
            promised.round = Some(tick);
        }
        self.timers.set(tick + ROUND, Timer::CallbackRound { call: id });
    }

    /// A member is rung for a promise: a minute later somebody should have said yes.
    pub(in crate::office) fn begin_round(&mut self, id: CallId) {
        let tick = self.now.tick;
        let Some(promised) = self.promised_mut(id) else { return };
        if promised.round.is_none() {
            promised.round = Some(tick);
            self.timers.set(tick + ROUND, Timer::CallbackRound { call: id });
        }
        if let Some(callback) = self.callback_mut(id) {
            callback.state = crate::office::promise::CallbackState::Reserved;
        }
    }

    /// The last phone that rang for a promise fell silent: nobody is reserved for it.
    pub(in crate::office) fn look_for_ringers(&mut self, id: CallId) {
        use crate::office::promise::CallbackState as S;
        let silent = self
            .promised(id)
            .is_some_and(|promised| promised.step == Step::InLine && promised.entry.offers.is_empty());
        if let Some(callback) =
            self.callback_mut(id).filter(|callback| silent && callback.state == S::Reserved)
        {
            callback.state = S::Waiting;
        }
    }

    /// A minute of ringing and nobody said yes: the phones rest, the entry stays first, the board says so (§6).
    pub(in crate::office) fn on_callback_round(&mut self, id: CallId) {
        let tick = self.now.tick;
        let Some(promised) = self.promised_mut(id).filter(|promised| promised.step == Step::InLine) else {
            return;
        };
        if promised.round.is_none_or(|since| tick.since(since) < ROUND) {
            return;
        }
        promised.end_round(tick);
        let rung: Vec<(PersonId, Duration)> = promised
            .entry
            .offers
            .iter()
            .filter_map(|(person, offer)| Some((person.clone(), tick.since(offer.rang?))))
            .collect();
        let strategy = promised.entry.group.clone();
        let strategy = self.directory.group(&strategy).map_or(Strategy::Everyone, |group| group.strategy);
        self.stop_ringing_for(id);
        for (person, rang) in rung {
            self.count_miss(&person, rang, strategy);
        }
        self.wait_again(id);
    }

    /// Back in the line, to be looked at anew.
    pub(super) fn wait_again(&mut self, id: CallId) {
        use crate::office::promise::CallbackState as S;
        if let Some(callback) = self.callback_mut(id).filter(|callback| callback.is_open()) {
            callback.state = S::Waiting;
        }
        self.set_step(id, Step::InLine, Tick::ZERO);
        self.look_at_promise(id);
        self.changed();
    }
}
