//! Pure. How long it takes, as it is told to callers and shown on the board (spec/hunt-groups.md §8); worked
//! out by [`super::future`].
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, GroupId, PersonId};
use crate::office::Office;
use crate::office::contact::Happened;
use crate::office::people::{Duty, Staff};
use crate::office::queue::Place;
use crate::office::queue::future::{Scene, State, Wait, simulate};
use crate::settings::Group;
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Nobody wants to know more exactly than "many".
const AHEAD_MAX: usize = 1_000;
/// Who is back later than this is not counted on.
const BACK_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// What is told in minutes.
const MINUTES: [u32; 14] = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120];
/// Below this a wait is short, whatever its spread.
const SHORT: Duration = Duration::from_secs(20);
/// Figures on the board are not older than this while anything happens.
const FRESH: Duration = Duration::from_secs(5);

/// A range as it is spoken: steps of [`MINUTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::office) struct Spoken {
    low: usize,
    high: usize,
}

impl Spoken {
    /// Rounded outwards; nothing where it is too vague or too long to be said.
    pub(super) fn of((low, high): Wait) -> Option<Spoken> {
        if high > low.max(SHORT) * 3 {
            return None;
        }
        let minutes = |step: u32| Duration::from_secs(60 * u64::from(step));
        let below = MINUTES.iter().rposition(|step| minutes(*step) <= low).unwrap_or(0);
        let above = MINUTES.iter().position(|step| minutes(*step) >= high)?;
        Some(Spoken { low: below, high: above })
    }

    /// From–to in minutes.
    pub(super) fn minutes(self) -> (u32, u32) {
        (MINUTES[self.low], MINUTES[self.high])
    }

    /// More than one step longer than what was said before?
    pub(super) fn jumped_from(self, before: &Spoken) -> bool {
        self.high > before.high + 1
    }

    /// Did a wait come out as told? "About one minute" is kept by any that is shorter.
    pub(super) fn held(self, waited: Duration) -> bool {
        let (low, high) = self.minutes();
        let from = if self.low == 0 { 0 } else { u64::from(low) * 60 };
        (from..=u64::from(high) * 60).contains(&waited.as_secs())
    }
}

impl Office {
    /// How long the one at this place of a group waits, or whoever calls next; `None`: nobody can tell.
    fn estimate(&self, group: &GroupId, place: Option<Place>, seed: u64) -> Option<Wait> {
        let together = self.directory.neighbours(group)?;
        if together.iter().map(|other| self.ahead_in(other, place.as_ref())).sum::<usize>() > AHEAD_MAX {
            return None;
        }
        let mut numbers: BTreeMap<&PersonId, Option<usize>> = BTreeMap::new();
        let settings = self.directory.group(group)?;
        let mut scene = Scene { talks: self.talks.of(group), wrap_up: settings.wrap_up, ..Scene::default() };
        for (number, other) in together.iter().enumerate() {
            if other == group {
                scene.group = number;
            }
            let members = self.directory.group(other).map_or(&[][..], |group| &group.members);
            let crew = members.iter().filter_map(|member| {
                *numbers.entry(&member.person).or_insert_with(|| {
                    let state = self.state_of(self.people.get(&member.person)?)?;
                    scene.people.push(state);
                    Some(scene.people.len() - 1)
                })
            });
            scene.crews.push(crew.collect());
        }
        self.place_ahead(&mut scene, together, place.as_ref());
        simulate(&scene, seed)
    }

    /// Those ahead: the last of them one by one, the others counted.
    fn place_ahead(&self, scene: &mut Scene<'_>, together: &BTreeSet<GroupId>, place: Option<&Place>) {
        let one_by_one = scene.one_by_one();
        let mut last: Vec<(Place, usize)> = Vec::new();
        for (number, group) in together.iter().enumerate() {
            last.extend(self.line.back_from(group, place).take(one_by_one).map(|place| (place, number)));
            scene.crowd.push(self.ahead_in(group, place) as u32);
        }
        last.sort_unstable();
        scene.ahead = last.drain(last.len().saturating_sub(one_by_one)..).map(|(_, number)| number).collect();
        for number in &scene.ahead {
            scene.crowd[*number] -= 1;
        }
    }

    /// How many of a group stand before a place, or at all.
    fn ahead_in(&self, group: &GroupId, place: Option<&Place>) -> usize {
        place.map_or_else(|| self.line.len(group), |place| self.line.before(group, place))
    }

    /// What somebody who can be counted on is doing; `None` for those who are away.
    fn state_of(&self, staff: &Staff) -> Option<State> {
        let tick = self.now.tick;
        if let Some(leg) = staff.legs.first() {
            let call = self.legs.get(leg).and_then(|leg| self.calls.get(&leg.call));
            let answered = call.and_then(|call| call.answered);
            return Some(State::TalksSince(answered.map_or(Duration::ZERO, |at| tick.since(at))));
        }
        match (&staff.wrap, &staff.duty) {
            (Some(wrap), Duty::Available) => Some(State::FreeIn(wrap.until.since(tick))),
            (_, Duty::Paused { until: Some(until), .. }) => {
                let left = until.duration_since(self.now.wall);
                let left = Some(left).filter(|left| *left <= BACK_WITHIN)?;
                Some(State::FreeIn(Duration::try_from(left).unwrap_or_default()))
            }
            (None, Duty::Available) if !staff.online.is_empty() => Some(State::FreeIn(Duration::ZERO)),
            _ => None,
        }
    }

    /// Works out the wait of one who waits, for all that is said about it now.
    pub(super) fn look_ahead(&mut self, id: CallId) {
        self.talks.forget_old(self.now.wall);
        let Some(waiting) = self.waiting(id) else { return };
        let place = self.calls.get(&id).and_then(|call| Some((call.order?, id)));
        let wait = self.estimate(&waiting.entry.group, place, id.0);
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.told.wait = wait;
        }
    }

    /// The wait as it was worked out last.
    pub(super) fn waiting_estimate(&self, id: CallId) -> Option<Wait> {
        self.waiting(id)?.told.wait
    }

    /// The same as it is spoken, if it can be.
    pub(super) fn spoken_estimate(&self, id: CallId) -> Option<Spoken> {
        self.waiting_estimate(id).and_then(Spoken::of)
    }

    /// A caller who was told how long it takes is answered: was it true? (The figure of the estimate.)
    pub(super) fn compare_with_told(&mut self, id: CallId) {
        let told = self.waiting(id).and_then(|waiting| waiting.told.first_spoken);
        if let Some((at, spoken)) = told {
            let as_told = spoken.held(self.now.tick.since(at));
            self.tell(id, Happened::WaitCame { as_told });
        }
    }

    /// What somebody who calls now would wait changes with the clock while anybody waits or is busy: the
    /// screens get a new picture of it now and then.
    pub(in crate::office) fn move_estimates(&mut self) {
        let resting = |staff| matches!(self.state_of(staff), None | Some(State::FreeIn(Duration::ZERO)));
        let stand = self.line.is_empty() && self.people.values().all(resting);
        if !self.are_estimates_fresh() && !stand && self.talks.are_known() {
            self.changed();
        }
    }

    fn are_estimates_fresh(&self) -> bool {
        self.estimated.is_some_and(|at| self.now.tick.since(at) < FRESH)
    }

    /// Works them out for a new picture, unless they are fresh.
    pub(in crate::office) fn estimate_for_board(&mut self) {
        if self.are_estimates_fresh() {
            return;
        }
        self.estimated = Some(self.now.tick);
        self.talks.forget_old(self.now.wall);
        let groups = self.directory.settings.groups.iter().zip(0..);
        let estimate = |(group, number): (&Group, u64)| {
            let (low, high) = self.estimate(&group.id, None, number)?;
            let seconds = |wait: Duration| Duration::from_secs(wait.as_secs());
            Some((group.id.clone(), (seconds(low), seconds(high))))
        };
        self.estimates = groups.filter_map(estimate).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken_is_rounded_outwards_and_silent_when_vague() {
        let spoken = |low, high| {
            Spoken::of((Duration::from_secs(low), Duration::from_secs(high))).map(Spoken::minutes)
        };
        assert_eq!(spoken(190, 290), Some((3, 5)));
        assert_eq!(spoken(6, 40), Some((1, 1)));
        assert_eq!(spoken(60, 181), None, "wider than three times");
        assert_eq!(spoken(60, 180), Some((1, 3)));
        assert_eq!(spoken(7_000, 7_300), None, "more than two hours");
    }

    #[test]
    fn one_step_more_needs_no_reason() {
        let spoken = |high: usize| Spoken { low: 0, high };
        assert!(!spoken(3).jumped_from(&spoken(2)) && !spoken(0).jumped_from(&spoken(5)));
        assert!(spoken(4).jumped_from(&spoken(2)));
    }
}
