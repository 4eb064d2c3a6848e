//! Pure. The two server transactions: a request of theirs until our answer has surely arrived.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{PATIENCE, Reliability, Repetition, Send, Step, T2, T4, Tell, Turn};
use crate::time::Tick;

/// Their INVITE (RFC 3261 §17.2.1, RFC 6026 §7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInvite {
    reliability: Reliability,
    state: InviteState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum InviteState {
    /// The user has not decided; a provisional is out.
    Proceeding,
    /// Refused; timers G and H until the ACK.
    Completed(Repetition),
    /// Refused and acknowledged; timer I soaks up further ACKs.
    Confirmed(Tick),
    /// Accepted; the user repeats its 2xx itself; timer L.
    Accepted(Tick),
    Terminated,
}

impl ServerInvite {
    /// The INVITE came; a 100 goes out at once, so there is something to repeat.
    pub fn start(reliability: Reliability) -> Self {
        ServerInvite { reliability, state: InviteState::Proceeding }
    }

    /// The INVITE came again.
    pub fn request(&mut self) -> Step {
        match self.state {
            InviteState::Proceeding | InviteState::Completed(_) => Step::sending(Send::Response),
            InviteState::Confirmed(_) | InviteState::Accepted(_) | InviteState::Terminated => Step::NOTHING,
        }
    }

    /// An ACK of our refusal came.
    pub fn ack(&mut self, now: Tick) -> Step {
        if let InviteState::Completed(_) = self.state {
            self.state = InviteState::Confirmed(now + self.reliability.linger(T4));
        }
        Step::NOTHING
    }

    /// The user answers; sends it unless the transaction has moved beyond it.
    pub fn respond(&mut self, now: Tick, status: u16) -> Step {
        match (&self.state, status) {
            (InviteState::Proceeding, 100..=199) | (InviteState::Accepted(_), 200..=299) => {
                Step::sending(Send::Response)
            }
            (InviteState::Proceeding, 200..=299) => {
                self.state = InviteState::Accepted(now + PATIENCE);
                Step::sending(Send::Response)
            }
            (InviteState::Proceeding, 300..) => {
                self.state = InviteState::Completed(Repetition::start(now, self.reliability, T2));
                Step::sending(Send::Response)
            }
            _ => Step::NOTHING,
        }
    }

    /// Time has come to `now`.
    pub fn wake(&mut self, now: Tick) -> Step {
        match &mut self.state {
            InviteState::Completed(repetition) => match repetition.wake(now) {
                Turn::Wait => Step::NOTHING,
                Turn::Again => Step::sending(Send::Response),
                Turn::GiveUp => {
                    self.state = InviteState::Terminated;
                    Step { send: Send::Nothing, tell: Tell::TimedOut }
                }
            },
            InviteState::Confirmed(end) | InviteState::Accepted(end) if now >= *end => {
                self.state = InviteState::Terminated;
                Step::NOTHING
            }
            _ => Step::NOTHING,
        }
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Option<Tick> {
        match &self.state {
            InviteState::Completed(repetition) => Some(repetition.due()),
            InviteState::Confirmed(end) | InviteState::Accepted(end) => Some(*end),
            InviteState::Proceeding | InviteState::Terminated => None,
        }
    }

    /// The user has not given a final answer.
    pub fn is_proceeding(&self) -> bool {
        matches!(self.state, InviteState::Proceeding)
    }

    /// A 2xx is out: its ACK belongs to the dialog, not to the transaction.
    pub fn is_accepted(&self) -> bool {
        matches!(self.state, InviteState::Accepted(_))
    }

    /// Nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(self.state, InviteState::Terminated)
    }
}

/// Any other request of theirs (RFC 3261 §17.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRequest {
    reliability: Reliability,
    state: RequestState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RequestState {
    /// Not answered yet: repetitions are soaked up.
    Trying,
    /// A provisional is out.
    Proceeding,
    /// Answered; timer J.
    Completed(Tick),
    Terminated,
}

impl ServerRequest {
    /// The request came.
    pub fn start(reliability: Reliability) -> Self {
        ServerRequest { reliability, state: RequestState::Trying }
    }

    /// The request came again.
    pub fn request(&mut self) -> Step {
        match self.state {
            RequestState::Proceeding | RequestState::Completed(_) => Step::sending(Send::Response),
            RequestState::Trying | RequestState::Terminated => Step::NOTHING,
        }
    }

    /// The user answers.
    pub fn respond(&mut self, now: Tick, status: u16) -> Step {
        match (&self.state, status) {
            (RequestState::Trying | RequestState::Proceeding, 100..=199) => {
                self.state = RequestState::Proceeding;
                Step::sending(Send::Response)
            }
            (RequestState::Trying | RequestState::Proceeding, 200..) => {
                self.state = RequestState::Completed(now + self.reliability.linger(PATIENCE));
                Step::sending(Send::Response)
            }
            _ => Step::NOTHING,
        }
    }

    /// Time has come to `now`.
    pub fn wake(&mut self, now: Tick) -> Step {
        if let RequestState::Completed(end) = self.state
            && now >= end
        {
            self.state = RequestState::Terminated;
        }
        Step::NOTHING
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Option<Tick> {
        match self.state {
            RequestState::Completed(end) => Some(end),
            _ => None,
        }
    }

    /// Nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(self.state, RequestState::Terminated)
    }
}
