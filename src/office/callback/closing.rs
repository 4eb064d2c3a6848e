//! Pure. After closing, on another day, and too old (spec/callback.md §8).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Promised, Step};
use crate::ids::{CallId, GroupId};
use crate::office::Office;
use crate::office::call::Call;
use crate::office::contact::{Happened, Kind};
use crate::office::hours::{Plan, State};
use crate::office::promise::{Callback, CallbackState};
use crate::office::queue::Place;
use crate::settings::AfterClose;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is left of another day waits so long after opening.
const MORNING: SignedDuration = SignedDuration::from_mins(10);
/// Older than so many business days it is a person's task.
const DAYS_MAX: usize = 2;
/// A task stays on the list so long.
const TASK_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Changes of hours looked at between a request and now; a promise is not that old.
const CHANGES_MAX: usize = 40;
/// Days looked at for the last one of a promise.
const DAYS_AHEAD: i64 = 40;

/// Does a group keep promises at present?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Open,
    /// It closed a moment ago, and somebody is there.
    Draining,
    Closed,
}

/// What the hours of a group have been, as far as its promises ask: worked out once for all of them, and
/// anew when the hours change.
#[derive(Debug)]
pub(super) struct Past {
    /// It says nothing about what was asked for before.
    since: Timestamp,
    worked_out: Timestamp,
    /// The first change to come.
    until: Timestamp,
    /// The latest opening.
    opened: Option<Timestamp>,
    /// The last day of promises asked for on a date.
    last_days: BTreeMap<Date, Option<Date>>,
}

impl Past {
    fn of(plan: &Plan<'_>, since: Timestamp, now: Timestamp) -> Past {
        let until = next_change(plan, &now).unwrap_or(Timestamp::MAX);
        let opened = opened_since(plan, since, now);
        Past { since, worked_out: now, until, opened, last_days: BTreeMap::new() }
    }

    fn holds(&self, now: Timestamp) -> bool {
        self.worked_out <= now && now < self.until
    }
}

impl Promised {
    /// One that was carried over an opening is not kept before.
    pub(super) fn served_from(&self) -> Option<Timestamp> {
        self.opened?.checked_add(MORNING).ok()
    }
}

impl Office {
    /// Does the group keep promises now?
    pub(super) fn service(&self, group: &GroupId) -> Service {
        match () {
            () if self.is_group_open(group) => Service::Open,
            () if self.anybody_here(group) && self.is_draining(group) => Service::Draining,
            () => Service::Closed,
        }
    }

    /// Does the group keep this promise now: one of an earlier day only while it is open, and when the
    /// morning's first callers were served?
    pub(super) fn is_served_now(&self, promised: &Promised, service: Service) -> bool {
        match service {
            Service::Open => promised.served_from().is_none_or(|at| at <= self.now.wall),
            Service::Draining => promised.opened.is_none(),
            Service::Closed => false,
        }
    }

    /// The settings changed, and with them what the hours were.
    pub(in crate::office) fn forget_past_hours(&mut self) {
        self.callbacks.past.clear();
    }

    /// The hours of a group since something was asked for.
    fn past_of(&mut self, group: &GroupId, asked: Timestamp) -> Option<&mut Past> {
        let wall = self.now.wall;
        let known = self.callbacks.past.get(group).filter(|past| past.holds(wall));
        if known.is_none_or(|past| asked < past.since) {
            let past = Past::of(&self.plan_without_words(group), asked, wall);
            self.callbacks.past.insert(group.clone(), past);
        }
        self.callbacks.past.get_mut(group)
    }

    /// Did the group close, by its hours, so short a time ago that its promises are still kept?
    fn is_draining(&self, group: &GroupId) -> bool {
        let drains = self.directory.group(group).is_some_and(|group| !group.callback.drain.is_zero());
        drains && self.is_day(group, self.now.wall)
    }

    /// Was the group open at this time by its hours, or so short a time before that its promises were still kept?
    fn is_day(&self, group: &GroupId, at: Timestamp) -> bool {
        let drain = self.directory.group(group).map_or(Duration::ZERO, |group| group.callback.drain);
        let plan = self.plan_without_words(group);
        plan.is_open(at) || plan.is_open(at.checked_sub(drain).unwrap_or(at))
    }

    /// Is it left over from a day that ended, in a group that carries nothing over? What was put off until a time,
    /// or asked for while it was closed, was not.
    fn is_left_over(
        &self,
        call: &Call,
        group: &GroupId,
        opened: Option<Timestamp>,
        lived_to: Timestamp,
    ) -> bool {
        let Some(callback) = call.open_promise() else { return false };
        let by_staff = call.contact.kind == Kind::Outbound && self.is_day(group, callback.requested_at);
        let while_closed = call.contact.entered_at.is_none() && !by_staff;
        let policy = self.directory.group(group).map(|group| group.callback.after_close);
        let put_off = callback.not_before.is_some_and(|at| at > self.now.wall);
        let over = || opened.is_some() || !self.is_group_open(group) && !self.is_day(group, lived_to);
        policy.is_some_and(|policy| policy != AfterClose::Carry) && !while_closed && !put_off && over()
    }

    /// Are so many promises open that no more are made for the next opening (§8)?
    pub(in crate::office) fn has_carried_enough(&self, group: &GroupId) -> bool {
        let max = self.directory.group(group).map_or(0, |group| group.callback.carry_max);
        let own = self.open_promises().filter(|(call, _)| call.contact.group.as_ref() == Some(group));
        own.count() >= max as usize
    }

    /// The hours alone: what somebody said about today does not hold for the days before.
    fn plan_without_words(&self, group: &GroupId) -> Plan<'_> {
        Plan::of(&self.directory.settings, Some(group), &[])
    }

    /// Too old for the line, of a group that is gone, or settled and beyond recall.
    pub(super) fn look_at_age(&mut self, id: CallId) {
        let Some((call, promised, callback)) = self.promise(id) else { return };
        let lived_to = self.lived_to(call, callback);
        match &promised.step {
            Step::Settled { since } => {
                let task = callback.state.is_task();
                let old = lived_to.duration_since(callback.requested_at) >= TASK_FOR;
                let recallable = self.now.tick.since(*since) < super::outcome::RECALLABLE_FOR;
                if if task { old } else { !recallable } {
                    self.close_promise(id);
                }
            }
            Step::InLine => {
                let since = promised.taken_up.unwrap_or(callback.requested_at);
                // Not the place in the line: minutes of importance do not reach back over an opening.
                let came = promised.taken_up.or(call.contact.entered_at).unwrap_or(since);
                let is_wanted = promised.wanted_by.is_some();
                let group = call.contact.group.clone().filter(|group| self.directory.group(group).is_some());
                match group {
                    // Somebody makes this call now.
                    Some(_) if is_wanted => {}
                    Some(group) if !self.is_expired(&group, since, lived_to) => {
                        self.see_day_out(id, &group, came, lived_to)
                    }
                    _ => self.expire(id, Happened::CallbackExpired),
                }
            }
            _ => {}
        }
    }

    /// Was it carried over an opening, or is it left to the group's people? A clock that is not trusted ends no day,
    /// and one that was set forward ends it when the time has passed.
    fn see_day_out(&mut self, id: CallId, group: &GroupId, came: Timestamp, lived_to: Timestamp) {
        if !self.is_clock_trusted() {
            return;
        }
        let opened = self.past_of(group, came).and_then(|past| past.opened).filter(|opened| *opened > came);
        let lived = opened.filter(|opened| *opened <= lived_to);
        let left = self.calls.get(&id).is_some_and(|call| self.is_left_over(call, group, lived, lived_to));
        match left {
            true => self.leave_over(id, group),
            false => self.carry(id, opened),
        }
    }

    /// It is a person's task; until a mail that says so is on its way, where the owner wants that and we know whom to
    /// write to. Whoever took it up again writes themselves.
    fn leave_over(&mut self, id: CallId, group: &GroupId) {
        let policy = self.directory.group(group).map(|group| group.callback.after_close);
        let taken_up = self.promised(id).is_some_and(|promised| promised.taken_up.is_some());
        self.expire(id, Happened::CallbackLeft);
        if policy == Some(AfterClose::Expire) && !taken_up {
            self.write_off(id);
        }
    }

    fn carry(&mut self, id: CallId, opened: Option<Timestamp>) {
        if let Some(promised) = self.promised_mut(id) {
            promised.opened = opened;
        }
    }

    fn expire(&mut self, id: CallId, why: Happened) {
        self.stop_ringing_for(id);
        self.tell(id, why);
        if let Some(callback) = self.callback_mut(id) {
            callback.state = CallbackState::Expired;
            callback.not_before = None;
        }
        self.leave_promise(id);
        self.save(id);
    }

    /// The time on the wall up to which a promise has grown old. What the clock is set forward by makes none
    /// older (spec/reliability.md §4): as much must have passed on the clock that is never set, since the
    /// request or the start of the program. One that is not trusted makes nothing old.
    fn lived_to(&self, call: &Call, callback: &Callback) -> Timestamp {
        if !self.is_clock_trusted() {
            return callback.requested_at;
        }
        let lived = call.order.and_then(|order| SignedDuration::try_from(order.waited(self.now.tick)).ok());
        let by_ticks = lived.and_then(|lived| callback.order_at.checked_add(lived).ok());
        by_ticks.map_or(self.now.wall, |by_ticks| by_ticks.min(self.now.wall))
    }

    /// Two business days have passed: days on which the group opens.
    fn is_expired(&mut self, group: &GroupId, requested_at: Timestamp, lived_to: Timestamp) -> bool {
        let zone = &self.directory.settings.office.time_zone;
        let (asked, now) = (zone.to_datetime(requested_at), zone.to_datetime(lived_to));
        let is_past = |day: Date| now >= day.to_datetime(asked.time());
        asked.date() < now.date() && self.last_day_of(group, requested_at, asked.date()).is_some_and(is_past)
    }

    fn last_day_of(&mut self, group: &GroupId, requested_at: Timestamp, asked: Date) -> Option<Date> {
        let known = self.past_of(group, requested_at)?.last_days.get(&asked).copied();
        known.unwrap_or_else(|| {
            let last = last_day(&self.plan_without_words(group), asked);
            self.past_of(group, requested_at)?.last_days.insert(asked, last);
            last
        })
    }

    /// Promises of earlier days take turns with the others, one for one, in their own order (§8).
    pub(in crate::office) fn in_turns(&self, places: Vec<Place>) -> Vec<CallId> {
        let is_carried = |id: &CallId| self.promised(*id).is_some_and(|promised| promised.opened.is_some());
        let (carried, others): (Vec<CallId>, Vec<CallId>) =
            places.into_iter().map(|(_, id)| id).partition(is_carried);
        let last = |id: &CallId| {
            let group = self.calls.get(id).and_then(|call| call.contact.group.as_ref());
            group.is_some_and(|group| self.callbacks.carried_last.contains(group))
        };
        let carried_first = carried.first().is_some_and(|id| !last(id));
        one_for_one(carried, others, carried_first)
    }

    /// Who was connected last decides whose turn is next.
    pub(in crate::office) fn note_carried(&mut self, id: CallId) {
        let Some(group) = self.calls.get(&id).and_then(|call| call.contact.group.clone()) else { return };
        match self.promised(id).is_some_and(|promised| promised.opened.is_some()) {
            true => self.callbacks.carried_last.insert(group),
            false => self.callbacks.carried_last.remove(&group),
        };
    }
}

fn one_for_one(carried: Vec<CallId>, others: Vec<CallId>, carried_first: bool) -> Vec<CallId> {
    let (first, second) = if carried_first { (carried, others) } else { (others, carried) };
    let mut both = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = (first.next(), second.next());
        if pair == (None, None) {
            return both;
        }
        both.extend(pair.0);
        both.extend(pair.1);
    }
}

/// The latest opening between the request and now: a promise that has seen one was carried over. `None`:
/// it is open, or closed, as it was.
fn opened_since(plan: &Plan<'_>, asked: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let change = |at: &Timestamp| next_change(plan, at);
    let changes = std::iter::successors(change(&asked), change).take(CHANGES_MAX);
    changes.take_while(|at| *at <= now).filter(|at| plan.is_open(*at)).last()
}

/// When it opens or closes next.
fn next_change(plan: &Plan<'_>, at: &Timestamp) -> Option<Timestamp> {
    match plan.state_at(*at) {
        State::Open { closes_at } => closes_at,
        State::Closed { opens_at, .. } => opens_at,
    }
}

/// The last day of a promise asked for on this date: the second business day after it.
fn last_day(plan: &Plan<'_>, asked: Date) -> Option<Date> {
    let opens = |day: &Date| {
        let Ok(start) = day.to_zoned(plan.zone.clone()) else { return false };
        match plan.state_at(start.timestamp()) {
            State::Open { .. } => true,
            State::Closed { opens_at, .. } => {
                opens_at.is_some_and(|at| plan.zone.to_datetime(at).date() == *day)
            }
        }
    };
    let days = (1..DAYS_AHEAD).map(|ahead| asked.saturating_add(ahead.days()));
    days.filter(opens).nth(DAYS_MAX - 1)
}
