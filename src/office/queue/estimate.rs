//! Pure. How long it takes: the next minutes played through some two hundred times (spec/hunt-groups.md §8).
//!
//! Everybody's present state, those ahead, and the talk times of the last 30 days go in; the wait that one in
//! five stays below and the one that four in five stay below come out. Bounded in steps, with dice of its own.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, GroupId, PersonId};
use crate::office::Office;
use crate::office::contact::Happened;
use crate::office::people::{Duty, Staff};
use crate::office::queue::Place;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::time::Duration;

/// Fewer talks than this say nothing.
const SAMPLES_MIN: usize = 15;
const ROUNDS: usize = 200;
/// With a long line fewer rounds do.
const ROUNDS_MIN: usize = 20;
const STEPS_MAX: usize = 60_000;
/// Nobody wants to know more exactly than "many".
const AHEAD_MAX: usize = 1_000;
/// From the first ring to the answer.
const ANSWERS_AFTER: Duration = Duration::from_secs(6);
/// Somebody who talks longer than anybody did before goes on for another while.
const STILL_TALKS: Duration = Duration::from_secs(60);
/// Who is back later than this is not counted on.
const BACK_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// What is told in minutes.
const MINUTES: [u32; 14] = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120];
/// Below this a wait is short, whatever its spread.
const SHORT: Duration = Duration::from_secs(20);
/// Figures on the board are not older than this while anything happens.
const FRESH: Duration = Duration::from_secs(5);

/// From–to: one in five waits less, one in five longer.
pub(in crate::office) type Wait = (Duration, Duration);

/// The office as far as waiting goes. People and groups are small numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene<'a> {
    pub(super) people: Vec<State>,
    /// Who answers for each group.
    pub(super) crews: Vec<Vec<usize>>,
    /// The groups of those ahead, oldest first.
    pub(super) ahead: Vec<usize>,
    /// The group waited for.
    pub(super) group: usize,
    /// Talk times, shortest first.
    pub(super) talks: &'a [Duration],
    pub(super) wrap_up: Duration,
}

/// What somebody is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    FreeIn(Duration),
    TalksSince(Duration),
}

/// Plays the scene; `None` where nobody answers or nothing is known.
pub(super) fn simulate(scene: &Scene<'_>, seed: u64) -> Option<Wait> {
    let crew = scene.crews.get(scene.group)?;
    if crew.is_empty() || scene.talks.len() < SAMPLES_MIN {
        return None;
    }
    // Nobody ahead and somebody free: every future is the same.
    if scene.ahead.is_empty()
        && crew.iter().any(|person| scene.people[*person] == State::FreeIn(Duration::ZERO))
    {
        return Some((ANSWERS_AFTER, ANSWERS_AFTER));
    }
    let widest = scene.crews.iter().map(Vec::len).max().unwrap_or(1);
    let steps = (scene.ahead.len() + 1) * widest + scene.people.len();
    let rounds = (STEPS_MAX / steps.max(1)).clamp(ROUNDS_MIN, ROUNDS);
    let mut dice = Dice(seed);
    let mut free = Vec::with_capacity(scene.people.len());
    let mut waits: Vec<Duration> = (0..rounds).map(|_| play(scene, &mut dice, &mut free)).collect();
    waits.sort_unstable();
    Some((waits[rounds / 5], waits[rounds * 4 / 5]))
}

/// One possible future: when is somebody free for the one who waits? `free` is room to work it out in.
fn play(scene: &Scene<'_>, dice: &mut Dice, free: &mut Vec<Duration>) -> Duration {
    free.clear();
    free.extend(scene.people.iter().map(|state| free_in(scene, *state, dice)));
    for group in &scene.ahead {
        if let Some(first) = first_free(free, &scene.crews[*group]) {
            free[first] += ANSWERS_AFTER + *dice.one_of(scene.talks) + scene.wrap_up;
        }
    }
    let own = &scene.crews[scene.group];
    first_free(free, own).map_or(Duration::ZERO, |first| free[first]) + ANSWERS_AFTER
}

fn first_free(free: &[Duration], crew: &[usize]) -> Option<usize> {
    crew.iter().copied().min_by_key(|person| free[*person])
}

/// One who talks goes on like those who talked at least as long.
fn free_in(scene: &Scene<'_>, state: State, dice: &mut Dice) -> Duration {
    match state {
        State::FreeIn(wait) => wait,
        State::TalksSince(since) => {
            let longer = &scene.talks[scene.talks.partition_point(|talk| *talk <= since)..];
            let left = if longer.is_empty() { STILL_TALKS } else { *dice.one_of(longer) - since };
            left + scene.wrap_up
        }
    }
}

/// SplitMix64: the same call gets the same answer.
struct Dice(u64);

impl Dice {
    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        &all[((mixed ^ (mixed >> 31)) % all.len() as u64) as usize]
    }
}

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
        let before = |other| match &place {
            Some(place) => self.line.before(other, place),
            None => self.line.len(other),
        };
        if together.iter().map(before).sum::<usize>() > AHEAD_MAX {
            return None;
        }
        let mut numbers: BTreeMap<&PersonId, Option<usize>> = BTreeMap::new();
        let settings = self.directory.group(group)?;
        let mut scene = Scene { talks: self.talks.of(group), wrap_up: settings.wrap_up, ..Scene::default() };
        let mut places = Vec::new();
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
            places.extend(self.line.all(other).take(before(other)).map(|place| (place, number)));
        }
        places.sort_unstable();
        scene.ahead = places.into_iter().map(|(_, number)| number).collect();
        simulate(&scene, seed)
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

    /// Keeps the figures of the board fresh: what somebody who calls now would wait.
    pub(in crate::office) fn estimate_for_board(&mut self) {
        let tick = self.now.tick;
        let fresh = self.estimated.is_some_and(|at| tick.since(at) < FRESH);
        if fresh {
            return;
        }
        self.estimated = Some(tick);
        self.talks.forget_old(self.now.wall);
        let groups: Vec<GroupId> =
            self.directory.settings.groups.iter().map(|group| group.id.clone()).collect();
        let mut estimates = BTreeMap::new();
        for (number, group) in groups.into_iter().enumerate() {
            if let Some(wait) = self.estimate(&group, None, number as u64) {
                let seconds = |wait: Duration| Duration::from_secs(wait.as_secs());
                estimates.insert(group, (seconds(wait.0), seconds(wait.1)));
            }
        }
        if self.estimates != estimates {
            self.estimates = estimates;
            self.changed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn talks(minutes: u64) -> Vec<Duration> {
        vec![Duration::from_secs(minutes * 60); SAMPLES_MIN]
    }

    fn office(people: Vec<State>, ahead: usize, talks: &[Duration]) -> Scene<'_> {
        let crew = (0..people.len()).collect();
        Scene { people, crews: vec![crew], ahead: vec![0; ahead], group: 0, talks, wrap_up: MINUTE }
    }

    /// One person, talks of exactly four minutes, a minute of after-call work: two ahead are ten minutes.
    #[test]
    fn a_wait_that_can_be_reckoned_by_hand() {
        let talks = talks(4);
        let scene = office(vec![State::FreeIn(Duration::ZERO)], 2, &talks);
        let expected = 2 * (4 * MINUTE + MINUTE + ANSWERS_AFTER) + ANSWERS_AFTER;
        assert_eq!(simulate(&scene, 7), Some((expected, expected)));
    }

    #[test]
    fn two_people_halve_the_line_and_a_running_talk_counts_for_its_rest() {
        let talks = talks(4);
        let people = vec![State::TalksSince(3 * MINUTE), State::FreeIn(Duration::ZERO)];
        let expected = MINUTE + MINUTE + ANSWERS_AFTER;
        assert_eq!(simulate(&office(people, 1, &talks), 7), Some((expected, expected)));
    }

    #[test]
    fn without_samples_or_people_nothing_is_said() {
        let few = vec![MINUTE; SAMPLES_MIN - 1];
        assert_eq!(simulate(&office(vec![State::FreeIn(MINUTE)], 1, &few), 7), None);
        assert_eq!(simulate(&office(Vec::new(), 1, &talks(4)), 7), None);
    }

    /// The range holds for about three in five of the waits it was made of.
    #[test]
    fn the_range_covers_what_it_says() {
        let talks: Vec<Duration> = (1..=40).map(|n| Duration::from_secs(15 * n)).collect();
        let scene = office(vec![State::FreeIn(MINUTE), State::TalksSince(MINUTE)], 6, &talks);
        let (low, high) = simulate(&scene, 1).unwrap();
        let mut dice = Dice(99);
        let inside = (0..1_000)
            .map(|_| play(&scene, &mut dice, &mut Vec::new()))
            .filter(|w| (low..=high).contains(w))
            .count();
        assert!((500..=700).contains(&inside), "{inside} of 1000 within {low:?}..{high:?}");
    }

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
