//! Pure. The two client transactions: a request of ours until its last answer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{PATIENCE, Reliability, Repetition, Send, Step, T2, T4, Turn};
use crate::time::Tick;
use std::time::Duration;

/// Timer D: how long a refusal of an INVITE may be repeated to us.
const TIMER_D: Duration = Duration::from_secs(32);

/// Our INVITE (RFC 3261 §17.1.1, RFC 6026 §7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInvite {
    reliability: Reliability,
    state: InviteState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum InviteState {
    /// Timers A and B.
    Calling(Repetition),
    /// A provisional came; the user decides how long to wait.
    Proceeding,
    /// Refused and acknowledged; timer D.
    Completed(Tick),
    /// Accepted; further 2xx go to the user; timer M.
    Accepted(Tick),
    Terminated,
}

impl ClientInvite {
    /// The INVITE was sent at `now`.
    pub fn start(now: Tick, reliability: Reliability) -> Self {
        // Timer A doubles without a ceiling; B ends it.
        let state = InviteState::Calling(Repetition::start(now, reliability, PATIENCE));
        ClientInvite { reliability, state }
    }

    /// A response with this status came.
    pub fn response(&mut self, now: Tick, status: u16) -> Step {
        match (&self.state, status) {
            (InviteState::Calling(_) | InviteState::Proceeding, 100..=199) => {
                self.state = InviteState::Proceeding;
                Step::NEWS
            }
            (InviteState::Calling(_) | InviteState::Proceeding, 200..=299) => {
                self.state = InviteState::Accepted(now + PATIENCE);
                Step::NEWS
            }
            (InviteState::Calling(_) | InviteState::Proceeding, 300..) => {
                self.state = InviteState::Completed(now + self.reliability.linger(TIMER_D));
                Step { send: Send::Ack, ..Step::NEWS }
            }
            (InviteState::Completed(_), 300..) => Step::sending(Send::Ack),
            (InviteState::Accepted(_), 200..=299) => Step::NEWS,
            _ => Step::NOTHING,
        }
    }

    /// Time has come to `now`.
    pub fn wake(&mut self, now: Tick) -> Step {
        match &mut self.state {
            InviteState::Calling(repetition) => match repetition.wake(now) {
                Turn::Wait => Step::NOTHING,
                Turn::Again => Step::sending(Send::Request),
                Turn::GiveUp => {
                    self.state = InviteState::Terminated;
                    Step::TIMED_OUT
                }
            },
            InviteState::Completed(end) | InviteState::Accepted(end) if now >= *end => {
                self.state = InviteState::Terminated;
                Step::NOTHING
            }
            _ => Step::NOTHING,
        }
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Option<Tick> {
        match &self.state {
            InviteState::Calling(repetition) => Some(repetition.due()),
            InviteState::Completed(end) | InviteState::Accepted(end) => Some(*end),
            InviteState::Proceeding | InviteState::Terminated => None,
        }
    }

    /// A provisional has come, so a CANCEL may be sent (RFC 3261 §9.1).
    pub fn is_proceeding(&self) -> bool {
        matches!(self.state, InviteState::Proceeding)
    }

    /// Nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(self.state, InviteState::Terminated)
    }
}

/// Any other request of ours (RFC 3261 §17.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRequest {
    reliability: Reliability,
    state: RequestState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RequestState {
    /// Timers E and F (Trying and Proceeding differ in the interval only).
    Waiting(Repetition),
    /// Timer K.
    Completed(Tick),
    Terminated,
}

impl ClientRequest {
    /// The request was sent at `now`.
    pub fn start(now: Tick, reliability: Reliability) -> Self {
        ClientRequest { reliability, state: RequestState::Waiting(Repetition::start(now, reliability, T2)) }
    }

    /// A response with this status came.
    pub fn response(&mut self, now: Tick, status: u16) -> Step {
        match (&mut self.state, status) {
            (RequestState::Waiting(repetition), 100..=199) => {
                repetition.slow_down(now);
                Step::NEWS
            }
            (RequestState::Waiting(_), 200..) => {
                self.state = RequestState::Completed(now + self.reliability.linger(T4));
                Step::NEWS
            }
            _ => Step::NOTHING,
        }
    }

    /// Time has come to `now`.
    pub fn wake(&mut self, now: Tick) -> Step {
        match &mut self.state {
            RequestState::Waiting(repetition) => match repetition.wake(now) {
                Turn::Wait => Step::NOTHING,
                Turn::Again => Step::sending(Send::Request),
                Turn::GiveUp => {
                    self.state = RequestState::Terminated;
                    Step::TIMED_OUT
                }
            },
            RequestState::Completed(end) if now >= *end => {
                self.state = RequestState::Terminated;
                Step::NOTHING
            }
            _ => Step::NOTHING,
        }
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Option<Tick> {
        match &self.state {
            RequestState::Waiting(repetition) => Some(repetition.due()),
            RequestState::Completed(end) => Some(*end),
            RequestState::Terminated => None,
        }
    }

    /// Nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(self.state, RequestState::Terminated)
    }
}
