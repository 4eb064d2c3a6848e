//! Pure. The week plans of people: who is on duty by it, and what follows when that changes
//! (spec/hunt-groups.md §2, §4, §6).
//!
//! Nothing is kept for it. Whether the plan has changed since a person's state began says what it may do to
//! that state, so what a person chose holds until the plan's next change, and a restart finds what would
//! have been.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::hours::Plan;
use super::people::{AFTER_CALL_WORK, Duty, PausedBy};
use crate::ids::PersonId;
use jiff::Timestamp;

impl Office {
    fn week_plan(&self, person: &PersonId) -> Option<Plan<'_>> {
        let hours = self.directory.person(person)?.hours.as_ref()?;
        let office = &self.directory.settings.office;
        let (country, zone) = (office.country, &office.time_zone);
        Some(Plan { hours, after: None, country, zone, words: [None, None] })
    }

    /// Does this person have a week plan?
    pub(super) fn is_planned(&self, person: &PersonId) -> bool {
        self.week_plan(person).is_some()
    }

    /// What somebody is whom nobody has heard of before.
    pub(super) fn first_duty(&self, person: &PersonId) -> Duty {
        let is_off = self.week_plan(person).is_some_and(|plan| !plan.is_open(self.now.wall));
        if is_off { Duty::Off } else { Duty::Available }
    }

    /// Every plan is looked at with the next input: at the start, when the settings changed, and when the clock
    /// was set back, for the same change comes again.
    pub(super) fn know_shifts(&mut self) {
        let planned = self.directory.settings.people.iter().filter(|person| person.hours.is_some());
        self.shifts = planned.map(|person| (self.now.wall, person.id.clone())).collect();
    }

    /// Plans that have changed by the clock on the wall.
    pub(super) fn change_shifts(&mut self) {
        while let Some((at, person)) = self.shifts.first().cloned().filter(|(at, _)| *at <= self.now.wall) {
            self.shifts.remove(&(at, person.clone()));
            self.follow_plan(&person);
            let next = self.week_plan(&person).and_then(|plan| plan.next_change(self.now.wall));
            self.shifts.extend(next.map(|next| (next, person)));
        }
    }

    /// When a plan changes next.
    pub(super) fn next_shift(&self) -> Option<Timestamp> {
        self.shifts.first().map(|(at, _)| *at)
    }

    /// Puts a person on or off duty whose plan has changed since their state began. Who talks or works after
    /// a call goes off duty afterwards. A pause by hand ends as it was meant to.
    pub(super) fn follow_plan(&mut self, person: &PersonId) {
        let Some(staff) = self.people.get(person) else { return };
        let Some(is_on) = self.turned_since(person, staff.since) else { return };
        let is_held = staff.is_busy() || staff.wrap.is_some();
        let duty = match &staff.duty {
            Duty::Off if is_on => Duty::Available,
            Duty::Paused { .. } if is_on && came_by_itself(&staff.duty) => Duty::Available,
            Duty::Available if !is_on && !is_held => Duty::Off,
            Duty::Paused { .. } if !is_on && !is_held && came_by_itself(&staff.duty) => Duty::Off,
            _ => return,
        };
        self.set_duty(person, duty);
    }

    /// What a person is after a pause: off duty when the plan has ended meanwhile.
    pub(super) fn duty_after_pause(&self, person: &PersonId, since: Timestamp) -> Duty {
        match self.turned_since(person, since) {
            Some(false) => Duty::Off,
            _ => Duty::Available,
        }
    }

    /// The plan has changed since then: is the person on duty by it?
    fn turned_since(&self, person: &PersonId, since: Timestamp) -> Option<bool> {
        let plan = self.week_plan(person)?;
        let has_turned = plan.next_change(since).is_some_and(|at| at <= self.now.wall);
        has_turned.then(|| plan.is_open(self.now.wall))
    }
}

/// Nobody chose this pause: it ends with the next shift.
fn came_by_itself(duty: &Duty) -> bool {
    let Duty::Paused { reason, by, .. } = duty else { return false };
    *by == PausedBy::Misses || reason == AFTER_CALL_WORK
}
