//! Pure. Is the phone still there? Asked about twice a minute along every way a phone registered by.
//!
//! The question also keeps the way open through a NAT. Silence counts only against a phone that has
//! answered regularly: some never answer, and one that answers now and then proves nothing.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Flow;
use super::timers::Timers;
use crate::time::Tick;
use std::collections::BTreeMap;
use std::time::Duration;

/// Between two questions; with two silences an unplugged phone is found in 44 s, of the 60 s allowed
/// (spec/hunt-groups.md §4, §13), and a NAT that forgets after 30 s is kept awake.
const PERIOD: Duration = Duration::from_secs(28);
/// The longest time taken off the period, so that the phones of a house do not answer in step.
pub const JITTER: Duration = Duration::from_secs(4);
/// The first questions come sooner, so that a new phone is soon known as one that answers.
const QUICK: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// One question waits this long; it is repeated meanwhile.
const PATIENCE: Duration = Duration::from_secs(8);
/// Silences in a row until a phone is gone.
const MISSES: u8 = 2;
/// Answers in a row until silence means something.
const ANSWERS: u8 = 3;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Ask.
    Ask,
    /// Nobody answered, which says nothing; the next question comes in its time.
    Rest,
    /// It is gone: [`Pulses::give_up`], and go on asking.
    Gone,
}

/// All ways that are watched.
#[derive(Debug, Default)]
pub struct Pulses {
    beats: BTreeMap<Flow, Beat>,
    timers: Timers<Flow>,
    gone: usize,
}

#[derive(Debug, Default)]
struct Beat {
    phase: Phase,
    asked: usize,
    answers: u8,
    misses: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Resting,
    Asking,
    /// Asked without a pause.
    Gone,
}

impl Pulses {
    /// A phone registered by this way.
    pub fn watch(&mut self, now: Tick, flow: Flow, jitter: Duration) {
        if !self.beats.contains_key(&flow) {
            let beat = Beat::default();
            self.timers.set(&flow, Some(now + beat.pause(jitter)));
            self.beats.insert(flow, beat);
        }
    }

    /// No phone is registered by this way any more.
    pub fn forget(&mut self, flow: Flow) {
        self.gone -= usize::from(self.is_gone(flow));
        self.timers.set(&flow, None);
        self.beats.remove(&flow);
    }

    /// Nobody answers there who used to.
    pub fn is_gone(&self, flow: Flow) -> bool {
        self.beats.get(&flow).is_some_and(|beat| beat.phase == Phase::Gone)
    }

    /// Every phone that used to answer does.
    pub fn is_complete(&self) -> bool {
        self.gone == 0
    }

    /// The next deadline.
    pub fn due(&self) -> Option<Tick> {
        self.timers.first().map(|(due, _)| due)
    }

    /// A way whose time has come; [`Pulses::turn`] or [`Pulses::forget`] must follow.
    pub fn pop_due(&mut self, now: Tick) -> Option<Flow> {
        self.timers.pop_due(now)
    }

    /// What to do there.
    pub fn turn(&mut self, now: Tick, flow: Flow, jitter: Duration) -> Turn {
        let Some(beat) = self.beats.get_mut(&flow) else { return Turn::Rest };
        let turn = beat.turn();
        let wait = if beat.phase == Phase::Resting { beat.pause(jitter) } else { PATIENCE };
        self.timers.set(&flow, Some(now + wait));
        turn
    }

    /// Nobody answers there any more.
    pub fn give_up(&mut self, flow: Flow) {
        if let Some(beat) = self.beats.get_mut(&flow).filter(|beat| beat.phase != Phase::Gone) {
            beat.phase = Phase::Gone;
            self.gone += 1;
        }
    }

    /// The phone answered, or did something else that proves it is there.
    pub fn heard(&mut self, now: Tick, flow: Flow, jitter: Duration) {
        let Some(beat) = self.beats.get_mut(&flow) else { return };
        let was = std::mem::take(&mut beat.phase);
        beat.misses = 0;
        if was == Phase::Asking {
            beat.answers = ANSWERS.min(beat.answers + 1);
        }
        if was != Phase::Resting {
            self.timers.set(&flow, Some(now + beat.pause(jitter)));
        }
        self.gone -= usize::from(was == Phase::Gone);
    }
}

impl Beat {
    fn pause(&self, jitter: Duration) -> Duration {
        QUICK.get(self.asked).copied().unwrap_or(PERIOD.saturating_sub(jitter))
    }

    fn turn(&mut self) -> Turn {
        let is_regular = self.answers >= ANSWERS;
        match self.phase {
            Phase::Resting => self.asked += 1,
            Phase::Asking if is_regular && self.misses + 1 >= MISSES => return Turn::Gone,
            Phase::Asking if is_regular => self.misses += 1,
            Phase::Asking => {
                (self.phase, self.answers) = (Phase::Resting, 0);
                return Turn::Rest;
            }
            Phase::Gone => return Turn::Ask,
        }
        self.phase = Phase::Asking;
        Turn::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    const NO_JITTER: Duration = Duration::ZERO;

    fn flow(port: u16) -> Flow {
        let local = "127.0.0.1:5060".parse().unwrap();
        Flow { transport: Transport::Udp, local, peer: ([10, 0, 0, 7], port).into(), connection: 0 }
    }

    /// Lives until `seconds`; the phone answers from `from` until `to`. Returns when it was found gone.
    fn live(pulses: &mut Pulses, answers: std::ops::Range<u64>, seconds: u64) -> (Option<u64>, usize) {
        let (mut gone, mut asked) = (None, 0);
        while let Some(due) = pulses.due().filter(|due| due.0.as_secs() <= seconds) {
            let flow = pulses.pop_due(due).unwrap();
            match pulses.turn(due, flow, NO_JITTER) {
                Turn::Rest => continue,
                Turn::Gone => {
                    pulses.give_up(flow);
                    gone = Some(due.0.as_secs());
                }
                Turn::Ask => {}
            }
            asked += 1;
            if answers.contains(&due.0.as_secs()) {
                pulses.heard(due, flow, NO_JITTER);
            }
        }
        (gone, asked)
    }

    #[test]
    fn an_unplugged_phone_is_gone_within_a_minute_and_comes_back() {
        for unplugged in 20..120 {
            let mut pulses = Pulses::default();
            pulses.watch(Tick::ZERO, flow(1), NO_JITTER);
            let (gone, _) = live(&mut pulses, 0..unplugged, 200);
            assert!(gone.unwrap() - unplugged <= 44, "{unplugged} {gone:?}");
            assert!(pulses.is_gone(flow(1)) && !pulses.is_complete());
            live(&mut pulses, 200..300, 220);
            assert!(!pulses.is_gone(flow(1)) && pulses.is_complete());
        }
    }

    #[test]
    fn a_phone_that_never_answers_or_seldom_is_not_judged() {
        let mut pulses = Pulses::default();
        pulses.watch(Tick::ZERO, flow(1), NO_JITTER);
        assert_eq!(live(&mut pulses, 0..0, 3600).0, None);
        assert_eq!(live(&mut pulses, 3600..3640, 4000).0, None, "answered twice");
        assert!(pulses.is_complete());
    }

    #[test]
    fn one_lost_answer_costs_nothing_and_asking_is_cheap() {
        let mut pulses = Pulses::default();
        pulses.watch(Tick::ZERO, flow(1), NO_JITTER);
        live(&mut pulses, 0..50, 50);
        let due = pulses.due().unwrap();
        assert_eq!(live(&mut pulses, due.0.as_secs() + 1..3600, 3600).0, None);
        let mut calm = Pulses::default();
        calm.watch(Tick::ZERO, flow(1), NO_JITTER);
        let (_, asked) = live(&mut calm, 0..3600, 3600);
        assert!((120..135).contains(&asked), "{asked} in an hour");
    }

    #[test]
    fn what_is_forgotten_is_not_gone() {
        let mut pulses = Pulses::default();
        pulses.watch(Tick::ZERO, flow(1), NO_JITTER);
        live(&mut pulses, 0..40, 200);
        assert!(!pulses.is_complete());
        pulses.forget(flow(1));
        assert!(pulses.is_complete() && pulses.due().is_none());
    }
}
