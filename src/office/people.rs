//! Pure. Who is here, on which phones, busy with what (spec/hunt-groups.md §2, §4–§6).
//!
//! Busy is a matter of the person, not of the device: whoever has any leg is rung on none.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::board::PersonState;
use super::call::{Leg, LegState, Origin};
use super::contact::Happened;
use super::memory::{Change, Memory, PersonMemory};
use super::timers::Timer;
use super::{Action, Office};
use crate::ids::{CallId, GroupId, LegId, PersonId, PhoneId};
use crate::settings::{Phone, Strategy};
use crate::time::{Now, Tick};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// Rung shorter than this and not answered is no miss (§4).
const MISS_AFTER: Duration = Duration::from_secs(10);
/// An automatic pause ends by itself after this (§4).
const RETEST_AFTER: Duration = Duration::from_secs(15 * 60);
/// A phone that failed at once is left in peace so long.
const REST: Duration = Duration::from_secs(10);
/// The owner's phone joins when the last member does not answer (§4).
const OWNER_AFTER: Duration = Duration::from_secs(60);
/// The reason of an automatic pause.
pub(super) const DID_NOT_ANSWER: &str = "did not answer";
/// The reason of the pause after the second extension of wrap-up.
pub(super) const AFTER_CALL_WORK: &str = "after-call work";

/// One person as the office knows them.
#[derive(Debug)]
pub(super) struct Staff {
    pub(super) duty: Duty,
    pub(super) since: Timestamp,
    /// Registered phones, and mobiles while a trunk is up.
    pub(super) online: BTreeSet<PhoneId>,
    /// Legs that make the person busy: answered ones, and calls of their own from the first ring.
    pub(super) legs: BTreeSet<LegId>,
    /// Legs that ring.
    pub(super) ringing: BTreeSet<LegId>,
    pub(super) wrap: Option<WrapUp>,
    /// A customer of a group was spoken to: after-call work follows the last leg.
    owes_wrap: Option<(CallId, Duration)>,
    pub(super) misses: u32,
    pub(super) idle_since: Option<Tick>,
    /// When the last conversation ended: the earlier, the longer idle.
    pub(super) last_talked_at: Option<Timestamp>,
    resting: Option<Tick>,
}

/// What a person chose, or came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    Available,
    Paused { reason: String, until: Option<Timestamp>, by: PausedBy },
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PausedBy {
    Hand,
    /// Missed calls; comes back by itself.
    Misses,
}

/// After-call work.
#[derive(Clone, Debug)]
pub(super) struct WrapUp {
    pub(super) call: CallId,
    since: Tick,
    pub(super) since_at: Timestamp,
    pub(super) until: Tick,
    extended: u8,
}

impl Staff {
    fn new(wall: Timestamp) -> Staff {
        Staff {
            duty: Duty::Available,
            since: wall,
            online: BTreeSet::new(),
            legs: BTreeSet::new(),
            ringing: BTreeSet::new(),
            wrap: None,
            owes_wrap: None,
            misses: 0,
            idle_since: None,
            last_talked_at: None,
            resting: None,
        }
    }

    fn restore(memory: &PersonMemory) -> Staff {
        let duty = match memory.state {
            PersonState::Off => Duty::Off,
            PersonState::Paused => {
                let reason = memory.reason.clone().unwrap_or_default();
                let by = if reason == DID_NOT_ANSWER { PausedBy::Misses } else { PausedBy::Hand };
                Duty::Paused { reason, until: memory.until, by }
            }
            _ => Duty::Available,
        };
        let (last_talked_at, misses) = (memory.last_talked_at, memory.misses);
        Staff { duty, last_talked_at, misses, ..Staff::new(memory.since) }
    }

    /// Signed in with a phone that can ring; may be in a call.
    pub(super) fn is_here(&self) -> bool {
        self.duty == Duty::Available && !self.online.is_empty()
    }

    /// In a call, on any phone.
    pub(super) fn is_busy(&self) -> bool {
        !self.legs.is_empty()
    }

    /// Could ring for a caller of a group, or does.
    pub(super) fn can_take(&self) -> bool {
        self.is_here() && !self.is_busy() && self.wrap.is_none() && self.resting.is_none()
    }

    fn pause_is_over(&self, wall: Timestamp) -> bool {
        matches!(&self.duty, Duty::Paused { until: Some(until), .. } if *until <= wall)
    }

    /// What the screens show.
    pub(super) fn shown(&self) -> PersonState {
        match () {
            () if self.is_busy() => PersonState::Talking,
            () if !self.ringing.is_empty() => PersonState::Ringing,
            () if self.wrap.is_some() => PersonState::WrapUp,
            () if self.duty == Duty::Off => PersonState::Off,
            () if matches!(self.duty, Duty::Paused { .. }) => PersonState::Paused,
            () if self.online.is_empty() => PersonState::PhoneOffline,
            () => PersonState::Available,
        }
    }

    fn memory(&self) -> PersonMemory {
        let (state, until, reason) = match &self.duty {
            Duty::Available => (PersonState::Available, None, None),
            Duty::Paused { reason, until, .. } => (PersonState::Paused, *until, Some(reason.clone())),
            Duty::Off => (PersonState::Off, None, None),
        };
        let (last_talked_at, misses) = (self.last_talked_at, self.misses);
        PersonMemory { state, since: self.since, until, reason, last_talked_at, misses }
    }
}

/// Everybody of the settings, as the store remembers them.
pub(super) fn restore(office: &mut Office, memory: &Memory, now: Now) {
    for (id, memory) in &memory.people {
        office.last_talk = office.last_talk.max(memory.last_talked_at);
        if office.directory.person(id).is_some() {
            let staff = Staff::restore(memory);
            if let Duty::Paused { until: Some(until), .. } = &staff.duty {
                office.returns.insert((*until, id.clone()));
            }
            office.people.insert(id.clone(), staff);
        }
    }
    office.know_everybody(now);
}

impl Office {
    /// People of the settings who are new get a state; those who left lose it once they hang up.
    pub(super) fn know_everybody(&mut self, now: Now) {
        for person in &self.directory.settings.people {
            if !self.people.contains_key(&person.id) {
                let duty = self.first_duty(&person.id);
                self.people.insert(person.id.clone(), Staff { duty, ..Staff::new(now.wall) });
            }
            let Some(staff) = self.people.get_mut(&person.id) else { continue };
            staff.online = reachable_phones(person, &self.registered, !self.trunks_up.is_empty());
        }
        let directory = &self.directory;
        self.people
            .retain(|id, staff| directory.person(id).is_some() || staff.is_busy() || staff.wrap.is_some());
        self.last_missed.retain(|id, _| directory.person(id).is_some());
        self.know_shifts();
    }

    /// The phones of a person that can be rung.
    pub(super) fn phones_online(&self, person: &PersonId) -> Vec<PhoneId> {
        let Some(staff) = self.people.get(person) else { return Vec::new() };
        let phones = self.directory.person(person).map_or(&[][..], |p| &p.phones);
        phones
            .iter()
            .filter_map(|phone| match phone {
                Phone::Sip { id, .. } if staff.online.contains(id) => Some(id.clone()),
                _ => None,
            })
            .collect()
    }

    /// A trunk came or went, or a channel is free: mobiles can ring, or cannot.
    pub(super) fn look_at_mobiles(&mut self) {
        if self.directory.has_mobiles() {
            self.dirty.extend(self.line.groups().cloned());
        }
    }

    /// A phone's bindings changed. An absent phone stops ringing at once.
    pub(super) fn on_registered(&mut self, phone: &PhoneId, contacts: usize) {
        match contacts {
            0 => self.registered.remove(phone),
            _ => self.registered.insert(phone.clone()),
        };
        let Some(person) = self.directory.phone_owner(phone).cloned() else { return };
        let Some(staff) = self.people.get_mut(&person) else { return };
        let changed =
            if contacts == 0 { staff.online.remove(phone) } else { staff.online.insert(phone.clone()) };
        if !changed {
            return;
        }
        staff.resting = None;
        if contacts == 0 {
            self.silence_phone(&person, phone);
        }
        self.look_at_groups_of(&person);
        self.changed();
    }

    fn silence_phone(&mut self, person: &PersonId, phone: &PhoneId) {
        let rings = self.people.get(person).map(|staff| staff.ringing.clone()).unwrap_or_default();
        for leg in rings {
            let on_it = self
                .legs
                .get(&leg)
                .is_some_and(|l| matches!(&l.device, super::contact::Device::Phone(id) if id == phone));
            if on_it {
                self.act(Action::Hangup { leg, because: crate::sip::HangupReason::Normal });
                self.on_failed(leg, crate::sip::Failure { status: 480, cause: None });
            }
        }
    }

    /// A leg of a person begins: calls of one's own make busy at once, rung ones ring.
    pub(super) fn leg_belongs(&mut self, id: LegId, leg: &Leg) {
        let Some(person) = &leg.person else { return };
        let Some(staff) = self.people.get_mut(person) else { return };
        match leg.origin {
            Origin::Arrived => {
                staff.legs.insert(id);
                let person = person.clone();
                self.own_call(&person);
            }
            // A code is answered by us: the person is on the phone, and ends nothing by it.
            Origin::Code => {
                staff.legs.insert(id);
            }
            Origin::Placed | Origin::Mobile => {
                staff.ringing.insert(id);
            }
        }
    }

    /// A person's leg is answered.
    pub(super) fn person_takes(&mut self, person: &PersonId, leg: LegId) {
        if let Some(staff) = self.people.get_mut(person) {
            staff.ringing.remove(&leg);
            staff.legs.insert(leg);
            self.last_missed.remove(person);
            if std::mem::take(&mut staff.misses) > 0 {
                self.remember(person);
            }
        }
        self.look_at_groups_of(person);
    }

    /// A person's leg is gone; after the last one comes after-call work, or the next caller.
    pub(super) fn leg_leaves(&mut self, id: LegId, leg: &Leg) {
        if leg.state != LegState::Closed {
            return;
        }
        let Some(person) = leg.person.clone() else { return };
        let now = self.now;
        // A call of one's own that nobody answered was no conversation: it costs no turn.
        let answered = self.calls.get(&leg.call).is_some_and(|call| call.answered.is_some());
        let at = self.end_of_talk();
        let Some(staff) = self.people.get_mut(&person) else { return };
        staff.ringing.remove(&id);
        let busy = staff.legs.remove(&id);
        if busy && answered {
            staff.last_talked_at = Some(at);
            self.last_talk = Some(at);
        }
        if busy && staff.legs.is_empty() {
            staff.idle_since = Some(now.tick);
            self.begin_wrap_up(&person);
        }
        if busy && answered {
            // Whose turn it is outlives a restart, whoever they talked to.
            self.remember(&person);
        }
        if busy {
            self.follow_plan(&person);
        }
        self.look_at_groups_of(&person);
    }

    /// No two talks end at once, nor does one before another that was over: whose turn it is stays as it
    /// was over a restart and a clock that is set back.
    fn end_of_talk(&self) -> Timestamp {
        let wall = self.now.wall;
        let next = self.last_talk.and_then(|last| last.checked_add(SignedDuration::from_millis(1)).ok());
        next.map_or(wall, |next| next.max(wall))
    }

    /// A customer of a group is being spoken to.
    pub(super) fn owe_wrap_up(&mut self, person: &PersonId, call: CallId, length: Duration) {
        if let Some(staff) = self.people.get_mut(person) {
            staff.owes_wrap = Some((call, length));
        }
    }

    fn begin_wrap_up(&mut self, person: &PersonId) {
        let now = self.now;
        let Some(staff) = self.people.get_mut(person) else { return };
        let Some((call, length)) = staff.owes_wrap.take() else { return };
        if !length.is_zero() {
            let until = now.tick + length;
            staff.wrap = Some(WrapUp { call, since: now.tick, since_at: now.wall, until, extended: 0 });
            self.timers.set(until, Timer::WrapUpEnds { person: person.clone() });
            if let Some(call) = self.calls.get_mut(&call) {
                call.wrapping = true;
            }
        }
    }

    /// After-call work is over: by time, by "ready", or by a call of one's own.
    pub(super) fn end_wrap_up(&mut self, person: &PersonId) {
        let tick = self.now.tick;
        let Some(wrap) = self.people.get_mut(person).and_then(|staff| staff.wrap.take()) else { return };
        if let Some(call) = self.calls.get_mut(&wrap.call) {
            call.contact.wrapped += tick.since(wrap.since);
            call.wrapping = false;
        }
        self.settle(wrap.call);
        self.follow_plan(person);
        self.look_at_groups_of(person);
        self.changed();
    }

    /// The deadline of after-call work; an extended one ends later.
    pub(super) fn on_wrap_up_due(&mut self, person: &PersonId) {
        let due = self.people.get(person).and_then(|staff| staff.wrap.as_ref()).map(|wrap| wrap.until);
        if due.is_some_and(|until| until <= self.now.tick) {
            self.end_wrap_up(person);
        }
    }

    /// +30 s, then +2 min, then a pause (§5). `false`: there is nothing to extend.
    pub(super) fn extend_wrap_up(&mut self, person: &PersonId) -> Extended {
        let Some(wrap) = self.people.get_mut(person).and_then(|staff| staff.wrap.as_mut()) else {
            return Extended::Nothing;
        };
        let more = match wrap.extended {
            0 => Duration::from_secs(30),
            1 => Duration::from_secs(120),
            _ => {
                let reason = AFTER_CALL_WORK.to_owned();
                self.set_duty(person, Duty::Paused { reason, until: None, by: PausedBy::Hand });
                self.end_wrap_up(person);
                return Extended::Paused;
            }
        };
        wrap.extended += 1;
        wrap.until = wrap.until + more;
        self.timers.set(wrap.until, Timer::WrapUpEnds { person: person.clone() });
        self.changed();
        Extended::Longer
    }

    /// A call of one's own ends after-call work, and a pause that came by itself.
    pub(super) fn own_call(&mut self, person: &PersonId) {
        self.end_wrap_up(person);
        self.shows_up(person);
        self.look_at_groups_of(person);
    }

    /// A code, a click, a call: who did not answer is there after all, and rings again (§4).
    pub(super) fn shows_up(&mut self, person: &PersonId) {
        let auto = self
            .people
            .get(person)
            .is_some_and(|staff| matches!(&staff.duty, Duty::Paused { by: PausedBy::Misses, .. }));
        if auto {
            self.set_duty(person, Duty::Available);
        }
    }

    fn remember(&mut self, person: &PersonId) {
        let Some(memory) = self.people.get(person).map(Staff::memory) else { return };
        self.act(Action::Save(Change::Person { person: person.clone(), memory }));
    }

    /// Puts a person into a state and remembers it.
    pub(super) fn set_duty(&mut self, person: &PersonId, duty: Duty) {
        let (wall, is_planned) = (self.now.wall, self.is_planned(person));
        let Some(staff) = self.people.get_mut(person) else { return };
        self.returns.retain(|(_, other)| other != person);
        if let Duty::Paused { until: Some(until), .. } = &duty {
            self.returns.insert((*until, person.clone()));
        }
        staff.misses = 0;
        // Said once more, it holds against the week plan from now on.
        if staff.duty != duty || is_planned {
            staff.duty = duty;
            staff.since = wall;
        }
        self.remember(person);
        self.last_missed.remove(person);
        self.look_at_groups_of(person);
        self.changed();
    }

    /// Pauses whose end has come by the clock on the wall.
    pub(super) fn end_pauses(&mut self) {
        while let Some((at, person)) = self.returns.first().cloned() {
            if at > self.now.wall {
                return;
            }
            self.returns.pop_first();
            let staff = self.people.get(&person).filter(|staff| staff.pause_is_over(self.now.wall));
            let duty = staff.map(|staff| self.duty_after_pause(&person, staff.since));
            duty.into_iter().for_each(|duty| self.set_duty(&person, duty));
        }
    }

    /// Rung long enough and not answered: a miss, and too many of them a pause, never of the last one.
    pub(super) fn count_miss(&mut self, person: &PersonId, rang: Duration, strategy: Strategy) {
        if rang < MISS_AFTER {
            return;
        }
        let Some(staff) = self.people.get_mut(person) else { return };
        staff.misses += 1;
        let limit = if strategy == Strategy::TakeTurns { 2 } else { 3 };
        if staff.misses < limit {
            // In a row also over a restart (§4).
            return self.remember(person);
        }
        if self.is_last(person) {
            self.remember(person);
            self.last_missed.entry(person.clone()).or_insert((self.now.tick, self.now.wall));
            self.timers.set(self.now.tick + OWNER_AFTER, Timer::OwnerJoins);
            self.changed();
            return;
        }
        let until = self.now.wall.checked_add(RETEST_AFTER).ok();
        let reason = DID_NOT_ANSWER.to_owned();
        self.set_duty(person, Duty::Paused { reason, until, by: PausedBy::Misses });
    }

    /// Is nobody else here in one of this person's groups?
    pub(super) fn is_last(&self, person: &PersonId) -> bool {
        self.directory.groups_of(person).iter().any(|group| self.is_last_in(person, group))
    }

    /// Is nobody else of this group here?
    pub(super) fn is_last_in(&self, person: &PersonId, group: &GroupId) -> bool {
        let members = self.directory.group(group).map_or(&[][..], |group| &group.members);
        let here = |id: &PersonId| self.people.get(id).is_some_and(Staff::is_here);
        !members.iter().any(|member| member.person != *person && here(&member.person))
    }

    /// Do owners ring for this group, because its last member has not answered for a minute, or has left its
    /// callers to them?
    pub(super) fn owners_join(&self, group: &GroupId) -> bool {
        let mut missed = self.last_missed.iter();
        let missed = missed.any(|(person, (since, _))| {
            self.now.tick.since(*since) >= OWNER_AFTER && self.directory.groups_of(person).contains(group)
        });
        missed || self.is_sent_to_owner(group)
    }

    /// A phone failed at once: nobody is rung on it for a while.
    pub(super) fn rest(&mut self, person: &PersonId) {
        self.rest_for(person, REST);
    }

    /// Nobody rings a person for a while.
    pub(super) fn rest_for(&mut self, person: &PersonId, length: Duration) {
        let until = self.now.tick + length;
        if let Some(staff) = self.people.get_mut(person) {
            let until = staff.resting.map_or(until, |before| before.max(until));
            staff.resting = Some(until);
            self.timers.set(until, Timer::RestEnds { person: person.clone() });
        }
    }

    /// It may be tried again.
    pub(super) fn end_rest(&mut self, person: &PersonId) {
        let tick = self.now.tick;
        if let Some(staff) = self.people.get_mut(person)
            && staff.resting.is_some_and(|until| until <= tick)
        {
            staff.resting = None;
            self.look_at_groups_of(person);
        }
    }

    /// The people of these groups changed: who rings for whom is looked at after this input.
    pub(super) fn look_at_groups_of(&mut self, person: &PersonId) {
        for group in self.directory.groups_rung_for(person) {
            if !self.dirty.contains(group) {
                self.dirty.insert(group.clone());
            }
        }
        if self.directory.bosses().contains(person) {
            self.dirty.extend(self.groups_of_owners());
        }
    }

    /// How long a person has been free, for the story.
    pub(super) fn free_for(&self, person: &PersonId) -> Option<Duration> {
        let since = self.people.get(person)?.idle_since?;
        Some(self.now.tick.since(since))
    }

    /// Says in the story that a person's phones could not be reached.
    pub(super) fn tell_unreachable(&mut self, call: CallId, person: &PersonId) {
        self.tell(call, Happened::PhoneUnreachable { person: person.clone() });
    }
}

fn reachable_phones(
    person: &crate::settings::Person,
    registered: &BTreeSet<PhoneId>,
    trunk_up: bool,
) -> BTreeSet<PhoneId> {
    let reachable = |phone: &Phone| match phone {
        Phone::Sip { id, .. } => registered.get(id).cloned(),
        Phone::Mobile { id, .. } => trunk_up.then(|| id.clone()),
    };
    person.phones.iter().filter_map(reachable).collect()
}

/// What became of an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extended {
    Longer,
    Paused,
    Nothing,
}
