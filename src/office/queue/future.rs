//! Pure. The next minutes, played through some two hundred times (spec/hunt-groups.md §8).
//!
//! Everybody's present state, those ahead, and the talk times of the last 30 days go in; the wait that one in
//! five stays below and the one that four in five stay below come out. Bounded in steps, with dice of its own.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::time::Duration;

/// Fewer talks than this say nothing.
const SAMPLES_MIN: usize = 15;
const ROUNDS: usize = 200;
/// With a long line fewer rounds do.
const ROUNDS_MIN: usize = 20;
const STEPS_MAX: usize = 60_000;
/// So many before the one who waits are played one by one, or twice the crew where it is larger; what those
/// before them take is drawn in one go.
const ONE_BY_ONE: usize = 10;
/// From the first ring to the answer.
const ANSWERS_AFTER: Duration = Duration::from_secs(6);
/// Somebody who talks longer than anybody did before goes on for another while.
const STILL_TALKS: Duration = Duration::from_secs(60);

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
    /// How many more stand before these, by group.
    pub(super) crowd: Vec<u32>,
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
    let crowd = scene.crowd.iter().any(|many| *many > 0).then(|| Crowd::of(scene));
    let rounds = (STEPS_MAX / scene.steps().max(1)).clamp(ROUNDS_MIN, ROUNDS);
    let left: Vec<Left<'_>> = (0..scene.people.len()).map(|person| scene.left_of(person)).collect();
    let certain = scene.ahead.is_empty() && !left.iter().any(|left| matches!(left, Left::OneOf { .. }));
    let rounds = if certain { 1 } else { rounds };
    let mut dice = Dice(seed);
    let mut free = Vec::with_capacity(left.len());
    let mut waits: Vec<u64> =
        (0..rounds).map(|_| play(scene, &left, crowd.as_ref(), &mut dice, &mut free)).collect();
    let mut below = |rank: usize| Duration::from_nanos(*waits.select_nth_unstable(rank).1);
    Some((below(rounds / 5), below(rounds * 4 / 5)))
}

/// Nanoseconds: a round adds and compares hundreds of times, and a number costs a quarter of a `Duration`.
fn nanos(length: Duration) -> u64 {
    length.as_secs() * 1_000_000_000 + u64::from(length.subsec_nanos())
}

/// One possible future, in nanoseconds: when is somebody free for the one who waits? `free` is room to work it
/// out in.
fn play(
    scene: &Scene<'_>,
    left: &[Left<'_>],
    crowd: Option<&Crowd>,
    dice: &mut Dice,
    free: &mut Vec<u64>,
) -> u64 {
    let served = |talk: &Duration| nanos(ANSWERS_AFTER) + nanos(*talk) + nanos(scene.wrap_up);
    free.clear();
    free.extend(left.iter().map(|left| left.draw(dice)));
    if let Some(crowd) = crowd {
        for (crew, many) in scene.crews.iter().zip(&scene.crowd).filter(|(_, many)| **many > 0) {
            work_off(free, crew, nanos(crowd.takes(*many, dice)));
        }
    }
    for group in &scene.ahead {
        if let Some(first) = first_free(free, &scene.crews[*group]) {
            free[first] += served(dice.one_of(scene.talks));
        }
    }
    let own = &scene.crews[scene.group];
    first_free(free, own).map_or(0, |first| free[first]) + nanos(ANSWERS_AFTER)
}

fn first_free(free: &[u64], crew: &[usize]) -> Option<usize> {
    crew.iter().copied().min_by_key(|person| free[*person])
}

/// A crew works something off: who is free first begins, and in the end all are done at about the same time.
fn work_off(free: &mut [u64], crew: &[usize], work: u64) {
    let mut hands = crew.to_vec();
    hands.sort_unstable_by_key(|person| free[*person]);
    let (mut sum, mut done) = (work, u64::MAX);
    for (person, at_work) in hands.into_iter().zip(1..) {
        if free[person] >= done {
            break;
        }
        sum += free[person];
        done = sum / at_work;
    }
    for person in crew {
        free[*person] = free[*person].max(done);
    }
}

/// What many callers take together: by the law of large numbers near the average, as far as talks differ.
struct Crowd {
    average: f64,
    spread: f64,
}

impl Crowd {
    fn of(scene: &Scene<'_>) -> Crowd {
        let each = |talk: &Duration| (ANSWERS_AFTER + *talk + scene.wrap_up).as_secs_f64();
        let many = scene.talks.len() as f64;
        let average = scene.talks.iter().map(each).sum::<f64>() / many;
        let squares = scene.talks.iter().map(|talk| (each(talk) - average).powi(2));
        Crowd { average, spread: (squares.sum::<f64>() / many).sqrt() }
    }

    fn takes(&self, many: u32, dice: &mut Dice) -> Duration {
        let many = f64::from(many);
        let seconds = many * self.average + many.sqrt() * self.spread * dice.bell();
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }
}

/// When somebody is free, as far as that can be known before the dice fall.
enum Left<'a> {
    In(u64),
    /// One of these talks, of which `since` is over; then after-call work.
    OneOf {
        talks: &'a [Duration],
        since: u64,
        wrap_up: u64,
    },
}

impl Left<'_> {
    fn draw(&self, dice: &mut Dice) -> u64 {
        match self {
            Left::In(wait) => *wait,
            Left::OneOf { talks, since, wrap_up } => nanos(*dice.one_of(talks)) - *since + *wrap_up,
        }
    }
}

impl Scene<'_> {
    /// What one future costs.
    fn steps(&self) -> usize {
        (self.ahead.len() + 1) * self.widest() + self.people.len()
    }

    /// How many of those ahead are played one by one.
    pub(super) fn one_by_one(&self) -> usize {
        ONE_BY_ONE.max(2 * self.widest())
    }

    fn widest(&self) -> usize {
        self.crews.iter().map(Vec::len).max().unwrap_or(1)
    }

    /// One who talks goes on like those who talked at least as long.
    fn left_of(&self, person: usize) -> Left<'_> {
        let since = match self.people[person] {
            State::FreeIn(wait) => return Left::In(nanos(wait)),
            State::TalksSince(since) => since,
        };
        let longer = &self.talks[self.talks.partition_point(|talk| *talk <= since)..];
        match longer {
            [] => Left::In(nanos(STILL_TALKS + self.wrap_up)),
            talks => Left::OneOf { talks, since: nanos(since), wrap_up: nanos(self.wrap_up) },
        }
    }
}

/// SplitMix64: the same call gets the same answer.
struct Dice(u64);

impl Dice {
    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[(self.roll() % all.len() as u64) as usize]
    }

    /// How far from the average, in standard deviations.
    fn bell(&mut self) -> f64 {
        let roll = |_| (self.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        (0..12).map(roll).sum::<f64>() - 6.0
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
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
        Scene {
            people,
            crews: vec![crew],
            ahead: vec![0; ahead],
            crowd: vec![0],
            group: 0,
            talks,
            wrap_up: MINUTE,
        }
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

    /// Drawn in one go, those far ahead take as long as one by one.
    #[test]
    fn a_long_line_is_worked_off_in_one_go() {
        let talks: Vec<Duration> = (1..=40).map(|n| Duration::from_secs(15 * n)).collect();
        let people = vec![State::FreeIn(MINUTE), State::TalksSince(MINUTE), State::FreeIn(30 * MINUTE)];
        let one_by_one = office(people, 220, &talks);
        let in_one_go = Scene { ahead: vec![0; 10], crowd: vec![210], ..one_by_one.clone() };
        let (expected, wait) = (simulate(&one_by_one, 1).unwrap(), simulate(&in_one_go, 1).unwrap());
        for (expected, wait) in [(expected.0, wait.0), (expected.1, wait.1)] {
            assert!(wait.abs_diff(expected) < expected / 50, "{wait:?}, one by one {expected:?}");
        }
        assert!(wait.1 - wait.0 > Duration::from_secs(600), "{wait:?}");
    }

    #[test]
    fn who_is_free_late_does_not_work_off_what_is_done_before() {
        let minutes = |all: [u64; 3]| all.map(|n| n * nanos(MINUTE));
        let mut free = minutes([0, 2, 30]);
        work_off(&mut free, &[0, 1, 2], 4 * nanos(MINUTE));
        assert_eq!(free, minutes([3, 3, 30]));
        work_off(&mut free, &[0, 1, 2], 60 * nanos(MINUTE));
        assert_eq!(free, minutes([32, 32, 32]));
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
        let (low, high) = simulate(&scene, 1).map(|(low, high)| (nanos(low), nanos(high))).unwrap();
        let mut dice = Dice(99);
        let left: Vec<Left<'_>> = (0..2).map(|person| scene.left_of(person)).collect();
        let inside = (0..1_000)
            .map(|_| play(&scene, &left, None, &mut dice, &mut Vec::new()))
            .filter(|w| (low..=high).contains(w))
            .count();
        assert!((500..=700).contains(&inside), "{inside} of 1000 within {low:?}..{high:?}");
    }
}
