//! Pure. Bytes and commands in, bytes and events out.
//!
//! The owner calls one of `receive`, `flow_lost`, `command`, `resolved`, `wake`, then takes everything
//! `poll_…` has, then sleeps until `next_wake`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod api;

pub use api::{Acquaintance, Config, Drop, Figures, Lookup, Toward};

use super::registrar::Registrar;
use super::timers::Timers;
use super::{Command, Event, Flow, Outgoing};
use crate::ids::TrunkId;
use crate::time::{Now, Tick};
use std::collections::VecDeque;
use std::net::IpAddr;

/// The telephone side of the office.
#[derive(Debug)]
pub struct Stack {
    config: Config,
    registrar: Registrar,
    timers: Timers<Timer>,
    events: VecDeque<Event>,
    outgoing: VecDeque<Outgoing>,
    lookups: VecDeque<Lookup>,
    acquaintances: VecDeque<Acquaintance>,
}

/// Whose deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Registrations,
}

impl Stack {
    /// A stack that has sent nothing yet; lookups for the trunks are waiting.
    pub fn new(config: Config) -> Stack {
        Stack {
            config,
            registrar: Registrar::default(),
            timers: Timers::default(),
            events: VecDeque::new(),
            outgoing: VecDeque::new(),
            lookups: VecDeque::new(),
            acquaintances: VecDeque::new(),
        }
    }

    /// One datagram, or one framed message of a stream.
    pub fn receive(&mut self, _now: Now, _flow: Flow, _bytes: &[u8]) {}

    /// A stream closed, or could not be opened (then `flow.connection` is 0).
    pub fn flow_lost(&mut self, _now: Now, flow: Flow) {
        self.registrar.flow_lost(flow);
        self.timers.set(&Timer::Registrations, self.registrar.due());
    }

    /// Does what the office wants.
    pub fn command(&mut self, _now: Now, _command: Command) {}

    /// The answer to a [`Lookup`]: flows to try, best first, each with the local address that reaches
    /// it; empty for an unknown host.
    pub fn resolved(&mut self, _now: Now, _trunk: &TrunkId, _flows: Vec<Flow>) {}

    /// Time has passed.
    pub fn wake(&mut self, _now: Now) {}

    /// When to call [`Stack::wake`], and why.
    pub fn next_wake(&self) -> Option<(Tick, &'static str)> {
        self.timers.first().map(|(due, timer)| match timer {
            Timer::Registrations => (due, "a registration expires"),
        })
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The next bytes to send.
    pub fn poll_outgoing(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    /// The next name to look up.
    pub fn poll_lookup(&mut self) -> Option<Lookup> {
        self.lookups.pop_front()
    }

    /// The next change of whom the transport lets in first; hand it to the transport.
    pub fn poll_acquaintance(&mut self) -> Option<Acquaintance> {
        self.acquaintances.pop_front()
    }

    /// Figures for `/metrics`.
    pub fn figures(&self) -> Figures {
        Figures { registered_phones: self.registrar.registered(), ..Figures::default() }
    }

    /// Our address as that far end sees it, for a session description; `None` when the leg is gone, the
    /// phone is not registered or the trunk is not resolved.
    pub fn local_ip_for(&self, _toward: Toward<'_>) -> Option<IpAddr> {
        self.config.advertise
    }
}
