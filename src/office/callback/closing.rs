//! Pure. After closing, on another day, and too old (spec/callback.md §8).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Promised, Step};
use crate::ids::{CallId, GroupId};
use crate::office::Office;
use crate::office::call::Call;
use crate::office::contact::{Happened, Kind};
use crate::office::hours::{Plan, State};
use crate::office::promise::CallbackState;
use crate::office::queue::Place;
use crate::settings::AfterClose;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
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

impl Office {
    /// Does the group keep this promise now: open, or closed a moment ago with somebody there; one of an
    /// earlier day only when the morning's first callers were served?
    pub(super) fn is_served_now(&self, promised: &Promised, group: &GroupId) -> bool {
        let wall = self.now.wall;
        if !self.is_group_open(group) {
            return promised.opened.is_none() && self.is_draining(group) && self.anybody_here(group);
        }
        promised.opened.is_none_or(|opened| wall.duration_since(opened) >= MORNING)
    }

    /// Did the group close, by its hours, so short a time ago that its promises are still kept?
    fn is_draining(&self, group: &GroupId) -> bool {
        let drain = self.directory.group(group).map_or(Duration::ZERO, |group| group.callback.drain);
        let before = self.now.wall.checked_sub(drain).unwrap_or(self.now.wall);
        !drain.is_zero() && self.plan_without_words(group).is_open(before)
    }

    /// Is it left over from a day that ended, in a group whose people then decide themselves? What was put off
    /// until a time, or asked for while it was closed, was not.
    fn is_left_to_staff(&self, call: &Call, group: &GroupId, opened: Option<Timestamp>) -> bool {
        let Some(callback) = call.open_promise() else { return false };
        let at_door = call.contact.kind == Kind::Inbound && call.contact.entered_at.is_none();
        let policy = self.directory.group(group).map(|group| group.callback.after_close);
        let put_off = callback.not_before.is_some_and(|at| at > self.now.wall);
        let over = || opened.is_some() || !self.is_group_open(group) && !self.is_draining(group);
        policy == Some(AfterClose::Staff) && !at_door && !put_off && over()
    }

    /// Are so many promises open that no more are made for the next opening (§8)?
    pub(in crate::office) fn has_carried_enough(&self, group: &GroupId) -> bool {
        let max = self.directory.group(group).map_or(0, |group| group.callback.carry_max);
        let own = |call: &&Call| call.contact.group.as_ref() == Some(group) && call.open_promise().is_some();
        self.calls.values().filter(own).count() >= max as usize
    }

    /// The hours alone: what somebody said about today does not hold for the days before.
    fn plan_without_words(&self, group: &GroupId) -> Plan<'_> {
        Plan::of(&self.directory.settings, Some(group), &[])
    }

    /// Too old for the line, of a group that is gone, or settled and beyond recall.
    pub(super) fn look_at_age(&mut self, id: CallId) {
        let (wall, tick) = (self.now.wall, self.now.tick);
        let Some((call, promised, callback)) = self.promise(id) else { return };
        let group = call.contact.group.clone();
        match &promised.step {
            Step::Settled { since } => {
                let task = callback.state.is_task();
                let old = wall.duration_since(callback.requested_at) >= TASK_FOR;
                let recallable = tick.since(*since) < super::outcome::RECALLABLE_FOR;
                if if task { old } else { !recallable } {
                    self.close_promise(id);
                }
            }
            Step::InLine => {
                let known = group.as_ref().filter(|group| self.directory.group(group).is_some());
                let expired = known.is_none_or(|group| self.is_expired(group, callback.requested_at));
                // Not the place in the line: minutes of importance do not reach back over an opening.
                let came = call.contact.entered_at.unwrap_or(callback.requested_at);
                let opened =
                    known.and_then(|group| opened_since(&self.plan_without_words(group), came, wall));
                let left = known.is_some_and(|group| self.is_left_to_staff(call, group, opened));
                match (expired, left) {
                    (true, _) => self.expire(id, Happened::CallbackExpired),
                    (false, true) => self.expire(id, Happened::CallbackLeft),
                    (false, false) => self.carry(id, opened),
                }
            }
            _ => {}
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

    /// Two business days have passed: days on which the group opens.
    fn is_expired(&self, group: &GroupId, requested_at: Timestamp) -> bool {
        let zone = &self.directory.settings.office.time_zone;
        let (asked, now) = (zone.to_datetime(requested_at), zone.to_datetime(self.now.wall));
        let is_past = |day: Date| now >= day.to_datetime(asked.time());
        asked.date() < now.date()
            && last_day(&self.plan_without_words(group), asked.date()).is_some_and(is_past)
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
    let change = |at: &Timestamp| match plan.state_at(*at) {
        State::Open { closes_at } => closes_at,
        State::Closed { opens_at, .. } => opens_at,
    };
    let changes = std::iter::successors(change(&asked), change).take(CHANGES_MAX);
    changes.take_while(|at| *at <= now).filter(|at| plan.is_open(*at)).last()
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
