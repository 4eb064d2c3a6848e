//! Pure. One provider: when to ask it (REGISTER or OPTIONS), where, and what its silence means.
//!
//! The machine knows answers and time; the stack writes the messages and looks up the names.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Flow, TrunkFault, TrunkState};
use crate::time::Tick;
use std::time::Duration;

/// How often a living address trunk is pinged.
const PING: Duration = Duration::from_secs(30);
/// One question waits this long before the next address is tried.
const PATIENCE: Duration = Duration::from_secs(8);
/// A lookup that never comes back is asked again.
const LOOKUP_PATIENCE: Duration = Duration::from_secs(30);
/// The first wait after a failure; it doubles.
const BACK_OFF_MIN: Duration = Duration::from_secs(5);
/// The longest.
const BACK_OFF_MAX: Duration = Duration::from_secs(300);
/// After a refusal: a wrong password does not become right by asking often.
const REFUSED_MIN: Duration = Duration::from_secs(60);
/// The registration we ask for.
pub const EXPIRES: Duration = Duration::from_secs(3600);
/// Answers to one REGISTER with its challenges and 423.
const TRIES_MAX: u8 = 4;
/// Silences in a row until a trunk that answered is said to be down: one lost ping is no alarm.
const MISSES: u32 = 3;

/// What a trunk wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Nothing until its deadline.
    Nothing,
    /// The name looked up.
    Lookup,
    /// REGISTER or OPTIONS to [`Line::flow`].
    Ask,
}

/// The life of one trunk.
#[derive(Debug)]
pub struct Line {
    /// All known addresses, best first.
    flows: Vec<Flow>,
    at: usize,
    phase: Phase,
    state: TrunkState,
    failures: u32,
    tries: u8,
    due: Option<Tick>,
    registered_until: Option<Tick>,
    /// What the provider wants at least (423).
    pub expires: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Resolving,
    Asking,
    Resting,
    /// Unregistered for good.
    Left,
}

/// An answer of the provider, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// 2xx to REGISTER, valid so long.
    Registered(Duration),
    /// Any answer to OPTIONS.
    Alive,
    /// A refusal to register, and how long it asks us to wait.
    Refused { status: u16, retry_after: Option<Duration> },
    /// Silence.
    Nothing,
}

impl Line {
    /// A trunk that is to be looked up first.
    pub fn start(now: Tick) -> Line {
        Line {
            flows: Vec::new(),
            at: 0,
            phase: Phase::Resolving,
            state: TrunkState::Down(TrunkFault::Starting),
            failures: 0,
            tries: 0,
            due: Some(now + LOOKUP_PATIENCE),
            registered_until: None,
            expires: EXPIRES,
        }
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Option<Tick> {
        self.due
    }

    /// As the office was told.
    pub fn state(&self) -> &TrunkState {
        &self.state
    }

    /// Where it lives, the address in use first.
    pub fn flows(&self) -> impl Iterator<Item = Flow> {
        let (before, from) = self.flows.split_at(self.at.min(self.flows.len()));
        from.iter().chain(before).copied()
    }

    /// The address to ask.
    pub fn flow(&self) -> Option<Flow> {
        self.flows.get(self.at).copied()
    }

    /// It is registered, so it must be told when we leave.
    pub fn is_registered(&self) -> bool {
        self.registered_until.is_some()
    }

    /// The name was looked up. A name server that fails does not take away addresses that work.
    pub fn resolved(&mut self, now: Tick, flows: Vec<Flow>, jitter: Duration) -> Want {
        if self.phase != Phase::Resolving {
            return Want::Nothing;
        }
        if !flows.is_empty() {
            let current = self.flow();
            self.at = flows.iter().position(|flow| Some(*flow) == current).unwrap_or(0);
            self.flows = flows;
        }
        if self.flows.is_empty() {
            self.fail(now, TrunkFault::UnknownHost, BACK_OFF_MIN, jitter);
            return Want::Nothing;
        }
        self.tries = 0;
        self.ask(now)
    }

    /// One more REGISTER, with credentials or a longer interval; `false` when that was tried enough.
    pub fn may_try_again(&mut self, now: Tick) -> bool {
        self.tries += 1;
        if self.phase == Phase::Asking {
            self.due = Some(now + PATIENCE);
        }
        self.tries < TRIES_MAX
    }

    /// The provider answered, or did not. `jitter` keeps a street of offices from asking at once.
    pub fn answered(&mut self, now: Tick, reply: Reply, jitter: Duration) -> Want {
        if self.phase != Phase::Asking {
            return Want::Nothing;
        }
        match reply {
            Reply::Registered(valid) => {
                self.registered_until = Some(now + valid);
                // Early enough that a few lost messages do not cost the registration.
                self.rest_well(now, valid.mul_f32(0.85).saturating_sub(jitter), TrunkState::Up);
            }
            Reply::Alive => self.rest_well(now, PING.saturating_sub(jitter), TrunkState::Up),
            Reply::Refused { status, retry_after } => {
                let least = retry_after.unwrap_or(if status >= 500 { BACK_OFF_MIN } else { REFUSED_MIN });
                // An overloaded provider keeps the registration; one that says no has ended it.
                if !(500..600).contains(&status) {
                    self.registered_until = Some(now);
                }
                self.fail(now, TrunkFault::Rejected(status), least, jitter);
            }
            Reply::Nothing if self.at + 1 < self.flows.len() => {
                self.at += 1;
                return self.ask(now);
            }
            Reply::Nothing => {
                self.at = 0;
                self.fail(now, TrunkFault::Unreachable, BACK_OFF_MIN, jitter);
            }
        }
        Want::Nothing
    }

    /// A call came from it: it lives.
    pub fn heard(&mut self) {
        if matches!(self.state, TrunkState::Down(TrunkFault::Unreachable | TrunkFault::Starting)) {
            self.state = TrunkState::Up;
            self.failures = 0;
        }
    }

    /// Time has come to `now`.
    pub fn wake(&mut self, now: Tick, jitter: Duration) -> Want {
        if self.due.is_none_or(|due| now < due) {
            return Want::Nothing;
        }
        match self.phase {
            Phase::Asking => self.answered(now, Reply::Nothing, jitter),
            Phase::Resting | Phase::Resolving => {
                self.phase = Phase::Resolving;
                self.due = Some(now + LOOKUP_PATIENCE);
                Want::Lookup
            }
            Phase::Left => Want::Nothing,
        }
    }

    /// It has been told that we leave.
    pub fn has_left(&self) -> bool {
        self.phase == Phase::Left
    }

    /// We leave: nothing is asked any more.
    pub fn leave(&mut self) {
        (self.phase, self.due, self.registered_until) = (Phase::Left, None, None);
    }

    fn ask(&mut self, now: Tick) -> Want {
        self.phase = Phase::Asking;
        self.due = Some(now + PATIENCE);
        Want::Ask
    }

    fn rest_well(&mut self, now: Tick, wait: Duration, state: TrunkState) {
        self.failures = 0;
        self.state = state;
        self.phase = Phase::Resting;
        self.due = Some(now + wait.max(Duration::from_secs(5)));
    }

    fn fail(&mut self, now: Tick, fault: TrunkFault, least: Duration, jitter: Duration) {
        let doubled = least.saturating_mul(1 << self.failures.min(6));
        self.failures += 1;
        // What the provider asks for is honoured in full, also beyond our own longest wait.
        let wait = doubled.min(BACK_OFF_MAX).max(least);
        self.phase = Phase::Resting;
        self.due = Some(now + wait + jitter);
        let still_holds = match self.registered_until {
            Some(until) => now < until,
            None => self.state == TrunkState::Up && self.failures < MISSES,
        };
        if !still_holds {
            self.registered_until = None;
            self.state = TrunkState::Down(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    fn at(seconds: u64) -> Tick {
        Tick(Duration::from_secs(seconds))
    }

    fn flow(port: u16) -> Flow {
        let local = "127.0.0.1:5060".parse().unwrap();
        Flow { transport: Transport::Udp, local, peer: ([192, 0, 2, 1], port).into(), connection: 0 }
    }

    const NO_JITTER: Duration = Duration::ZERO;

    #[test]
    fn registers_refreshes_early_and_looks_up_anew() {
        let mut line = Line::start(at(0));
        assert_eq!(line.resolved(at(0), vec![flow(1)], NO_JITTER), Want::Ask);
        line.answered(at(1), Reply::Registered(Duration::from_secs(600)), NO_JITTER);
        assert_eq!(line.state(), &TrunkState::Up);
        let due = line.due().unwrap();
        assert!(due > at(500) && due < at(520), "{due:?}");
        assert_eq!(line.wake(due, NO_JITTER), Want::Lookup);
        assert_eq!(line.resolved(due, vec![], NO_JITTER), Want::Ask, "old addresses serve");
    }

    #[test]
    fn a_failed_refresh_is_told_only_when_the_registration_ends() {
        let mut line = Line::start(at(0));
        line.resolved(at(0), vec![flow(1)], NO_JITTER);
        line.answered(at(0), Reply::Registered(Duration::from_secs(100)), NO_JITTER);
        line.wake(at(85), NO_JITTER);
        line.resolved(at(85), vec![flow(1)], NO_JITTER);
        line.wake(at(93), NO_JITTER);
        assert_eq!(line.state(), &TrunkState::Up);
        line.wake(at(98), NO_JITTER);
        line.resolved(at(98), vec![flow(1)], NO_JITTER);
        line.wake(at(106), NO_JITTER);
        assert_eq!(line.state(), &TrunkState::Down(TrunkFault::Unreachable));
    }

    #[test]
    fn silence_tries_the_next_address_then_backs_off_ever_longer() {
        let mut line = Line::start(at(0));
        line.resolved(at(0), vec![flow(1), flow(2)], NO_JITTER);
        assert_eq!(line.wake(at(8), NO_JITTER), Want::Ask);
        assert_eq!(line.flow(), Some(flow(2)));
        assert_eq!(line.wake(at(16), NO_JITTER), Want::Nothing);
        assert_eq!(line.due(), Some(at(21)));
        line.wake(at(21), NO_JITTER);
        line.resolved(at(21), vec![flow(1)], NO_JITTER);
        line.wake(at(29), NO_JITTER);
        assert_eq!(line.due(), Some(at(39)), "10 s the second time");
    }

    #[test]
    fn a_refusal_waits_long_and_retry_after_is_honoured() {
        let mut line = Line::start(at(0));
        line.resolved(at(0), vec![flow(1)], NO_JITTER);
        line.answered(at(0), Reply::Refused { status: 403, retry_after: None }, NO_JITTER);
        assert_eq!(line.state(), &TrunkState::Down(TrunkFault::Rejected(403)));
        assert_eq!(line.due(), Some(at(60)));
        let mut busy = Line::start(at(0));
        busy.resolved(at(0), vec![flow(1)], NO_JITTER);
        let retry_after = Some(Duration::from_secs(1200));
        busy.answered(at(0), Reply::Refused { status: 503, retry_after }, NO_JITTER);
        assert_eq!(busy.due(), Some(at(1200)));
    }

    #[test]
    fn one_lost_ping_is_no_alarm_three_are_and_one_answer_ends_it() {
        let mut line = Line::start(at(0));
        let mut told = Vec::new();
        let mut now = at(0);
        for reply in "A-A--A---A".chars() {
            line.wake(now, NO_JITTER);
            line.resolved(now, vec![flow(1)], NO_JITTER);
            match reply {
                'A' => line.answered(now, Reply::Alive, NO_JITTER),
                _ => line.answered(now, Reply::Nothing, NO_JITTER),
            };
            told.push(if *line.state() == TrunkState::Up { 'U' } else { 'd' });
            now = line.due().unwrap();
        }
        assert_eq!(told.iter().collect::<String>(), "UUUUUUUUdU");
    }

    #[test]
    fn an_unknown_host_is_said_so() {
        let mut line = Line::start(at(0));
        assert_eq!(line.resolved(at(0), vec![], NO_JITTER), Want::Nothing);
        assert_eq!(line.state(), &TrunkState::Down(TrunkFault::UnknownHost));
        assert_eq!(line.wake(at(5), NO_JITTER), Want::Lookup);
    }
}
