//! Pure. The four transactions of RFC 3261 §17 with the corrections of RFC 6026.
//!
//! The machines know kinds of messages and time, nothing of headers or bytes: each input yields at most
//! one thing to send (the owner keeps the bytes) and at most one thing to tell the transaction user.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod client;
mod server;

pub use client::{ClientInvite, ClientRequest};
pub use server::{ServerInvite, ServerRequest};

use crate::time::Tick;
use std::time::Duration;

/// Round-trip estimate (RFC 3261 §17.1.1.1).
pub const T1: Duration = Duration::from_millis(500);
/// Longest interval between repetitions of non-INVITE requests and INVITE responses.
pub const T2: Duration = Duration::from_secs(4);
/// Longest time a message stays in the network.
pub const T4: Duration = Duration::from_secs(5);
/// Timers B, F, H, J, L and M: 64·T1.
pub const PATIENCE: Duration = Duration::from_secs(32);

/// Whether the transport repeats for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reliability {
    /// UDP: repeat until answered.
    Unreliable,
    /// TCP, TLS.
    Reliable,
}

impl Reliability {
    /// `wait` over UDP, nothing over a stream (timers D, I, J, K).
    fn linger(self, wait: Duration) -> Duration {
        match self {
            Reliability::Unreliable => wait,
            Reliability::Reliable => Duration::ZERO,
        }
    }
}

/// What to send now; the owner of the machine keeps the bytes of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Send {
    #[default]
    Nothing,
    /// The request, again.
    Request,
    /// The ACK of a failed INVITE.
    Ack,
    /// The latest response, again.
    Response,
}

/// What the transaction user learns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tell {
    #[default]
    Nothing,
    /// The message just put in is news.
    Message,
    /// Timer B or F: nobody answered; timer H: nobody acknowledged.
    TimedOut,
}

/// What one input led to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// To the far end.
    pub send: Send,
    /// To the transaction user.
    pub tell: Tell,
}

impl Step {
    const NOTHING: Step = Step { send: Send::Nothing, tell: Tell::Nothing };
    const NEWS: Step = Step { send: Send::Nothing, tell: Tell::Message };
    const TIMED_OUT: Step = Step { send: Send::Nothing, tell: Tell::TimedOut };

    const fn sending(send: Send) -> Step {
        Step { send, tell: Tell::Nothing }
    }
}

/// A message repeated at growing intervals until a deadline (timers A/B, E/F, G/H, and 2xx of §13.3.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repetition {
    next: Option<Tick>,
    interval: Duration,
    longest: Duration,
    deadline: Tick,
}

/// What a [`Repetition`] asks for when it is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Too early.
    Wait,
    /// Send once more.
    Again,
    /// The deadline has passed.
    GiveUp,
}

impl Repetition {
    /// Starts after the first sending at `now`; a reliable transport has only the deadline.
    pub fn start(now: Tick, reliability: Reliability, longest: Duration) -> Self {
        let next = (reliability == Reliability::Unreliable).then(|| now + T1);
        Repetition { next, interval: T1, longest, deadline: now + PATIENCE }
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Tick {
        self.next.map_or(self.deadline, |next| next.min(self.deadline))
    }

    /// Time has come to `now`; a late waking repeats once, not once for every interval missed.
    pub fn wake(&mut self, now: Tick) -> Turn {
        if now >= self.deadline {
            return Turn::GiveUp;
        }
        match self.next {
            Some(next) if now >= next => {
                self.interval = (self.interval * 2).min(self.longest);
                self.next = Some(now + self.interval);
                Turn::Again
            }
            _ => Turn::Wait,
        }
    }

    /// A provisional answer came: repeat at the longest interval only (timer E in Proceeding).
    fn slow_down(&mut self, now: Tick) {
        self.interval = self.longest;
        self.next = self.next.map(|_| now + self.longest);
    }
}

#[cfg(test)]
mod tests;
