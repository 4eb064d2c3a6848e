//! Pure. Bytes and commands in, bytes and events out.
//!
//! The owner calls one of `receive`, `flow_lost`, `command`, `resolved`, `wake`, then takes everything
//! `poll_…` has, then sleeps until `next_wake`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod api;
mod arriving;
mod auth;
mod compose;
mod exchange;
mod leg;
mod offers;
mod orphans;
mod phones;
mod placing;
mod pulses;
mod receive;
mod talking;
mod transfer;
mod trunks;
mod watching;

pub use api::{Acquaintance, Config, Drop, Figures, Lookup, Toward};

use self::exchange::{ClientKey, Exchange, ServerKey};
use self::leg::Leg;
use super::Lamps;
use super::digest::ability::Abilities;
use super::digest::nonce::Nonces;
use super::guard::Guard;
use super::lamp::Watches;
use super::pulse::Pulses;
use super::random::Random;
use super::registrar::Registrar;
use super::timers::Timers;
use super::wire::Message;
use super::{Command, Destination, Event, Flow, Outgoing};
use crate::ids::{LegId, PhoneId, TrunkId};
use crate::settings::{Secret, Settings};
use crate::time::{Now, Tick};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

/// The telephone side of the office.
pub struct Stack {
    config: Config,
    phones: BTreeMap<PhoneId, Secret>,
    providers: BTreeMap<TrunkId, trunks::Provider>,
    registrar: Registrar,
    pulses: Pulses,
    /// Our OPTIONS to phones that wait for an answer.
    questions: BTreeMap<Flow, ClientKey>,
    lamps: Lamps,
    watches: Watches,
    guard: Guard,
    nonces: Nonces,
    abilities: Abilities,
    random: Random,
    exchange: Exchange,
    legs: BTreeMap<LegId, Box<Leg>>,
    by_tag: BTreeMap<u64, LegId>,
    last_leg: u64,
    door_is_closed: bool,
    timers: Timers<Timer>,
    dropped: BTreeMap<Drop, u64>,
    events: VecDeque<Event>,
    outgoing: VecDeque<Outgoing>,
    lookups: VecDeque<Lookup>,
    acquaintances: VecDeque<Acquaintance>,
}

/// Whose deadline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Client(ClientKey),
    Server(ServerKey),
    Leg(LegId),
    Trunk(TrunkId),
    Watch(u64),
    Registrations,
    Pulses,
}

impl Stack {
    /// A stack that has sent nothing yet; lookups for the trunks are waiting.
    pub fn new(config: Config) -> Stack {
        let mut random = Random::new(config.seed);
        let mut stack = Stack {
            phones: phones::phones(&config.settings),
            providers: BTreeMap::new(),
            registrar: Registrar::default(),
            pulses: Pulses::default(),
            questions: BTreeMap::new(),
            lamps: Lamps::new(),
            watches: Watches::default(),
            guard: Guard::default(),
            nonces: Nonces::new(random.bytes()),
            abilities: Abilities::default(),
            random,
            exchange: Exchange::default(),
            legs: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            last_leg: 0,
            door_is_closed: false,
            timers: Timers::default(),
            dropped: BTreeMap::new(),
            events: VecDeque::new(),
            outgoing: VecDeque::new(),
            lookups: VecDeque::new(),
            acquaintances: VecDeque::new(),
            config,
        };
        stack.take_trunks(Tick::ZERO, None);
        stack
    }

    /// A stream closed, or could not be opened (then `flow.connection` is 0).
    pub fn flow_lost(&mut self, now: Now, flow: Flow) {
        self.lose_registrations(flow);
        self.lose_watches(flow);
        self.fail_clients(now.tick, flow);
        self.orphan(now.tick, flow);
    }

    /// Does what the office wants.
    pub fn command(&mut self, now: Now, command: Command) {
        let now = now.tick;
        match command {
            Command::Progress { leg, sdp } => self.progress(now, leg, sdp.as_ref()),
            Command::Answer { leg, sdp } => self.answer_call(now, leg, sdp),
            Command::Refuse { leg, refusal } => self.refuse(now, leg, refusal),
            Command::Place(placement) => self.place(now, *placement),
            Command::Hangup { leg, because } => self.hangup(now, leg, because),
            Command::Reoffer { leg, sdp } => self.reoffer(now, leg, sdp),
            Command::Reanswer { leg, result } => self.reanswer(now, leg, result),
            Command::TransferProgress { leg, status } => self.transfer_progress(now, leg, status),
            Command::SendDigit { leg, digit } => self.send_digit(now, leg, digit),
            Command::Configure(settings) => self.configure(now, settings),
            Command::CloseDoor { closed } => self.door_is_closed = closed,
            Command::Light(lamps) => self.light(now, lamps),
            Command::SignOff => {
                self.end_watches(now);
                self.sign_off(now);
            }
        }
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Now) {
        let now = now.tick;
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::Client(key) => self.wake_client(now, key),
                Timer::Server(key) => self.wake_server(now, &key),
                Timer::Leg(leg) => self.with_leg(leg, |stack, leg| {
                    stack.wake_forks(now, leg);
                    stack.wake_session(now, leg);
                    stack.wake_orphan(now, leg);
                }),
                Timer::Trunk(trunk) => self.wake_trunk(now, &trunk),
                Timer::Watch(tag) => self.wake_watch(now, tag),
                Timer::Registrations => self.expire_registrations(now),
                Timer::Pulses => self.wake_pulses(now),
            }
        }
    }

    /// After hanging up and signing off: everybody has answered.
    pub fn has_parted(&self) -> bool {
        self.legs.is_empty() && !self.providers.values().any(trunks::Provider::is_parting)
    }

    /// When to call [`Stack::wake`], and why.
    pub fn next_wake(&self) -> Option<(Tick, &'static str)> {
        self.timers.first().map(|(due, timer)| match timer {
            Timer::Client(_) => (due, "a request of ours"),
            Timer::Server(_) => (due, "an answer of ours"),
            Timer::Leg(_) => (due, "a leg"),
            Timer::Trunk(_) => (due, "a trunk"),
            Timer::Watch(_) => (due, "a key is watched no longer"),
            Timer::Registrations => (due, "a registration expires"),
            Timer::Pulses => (due, "is the phone still there"),
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
        Figures {
            transactions: self.exchange.len(),
            dialogs: self.legs.len(),
            registered_phones: self.reachable_phones(),
            dropped: self.dropped.clone(),
        }
    }

    /// Our address as that far end sees it, for a session description; `None` when the leg is gone, the
    /// phone is not registered or the trunk is not resolved.
    pub fn local_ip_for(&self, toward: Toward<'_>) -> Option<IpAddr> {
        let flow = match toward {
            Toward::Leg(leg) => {
                let leg = self.legs.get(&leg)?;
                leg.dialog().map(|dialog| dialog.flow).or(leg.forks.first().map(|fork| fork.flow))?
            }
            Toward::Destination(Destination::Phone(phone)) => self.reachable(phone).next()?.flow,
            Toward::Destination(Destination::Trunk { trunk, .. }) => {
                self.providers.get(trunk)?.line.flow()?
            }
        };
        Some(self.public_ip(flow))
    }

    fn configure(&mut self, now: Tick, settings: Arc<Settings>) {
        let before = std::mem::replace(&mut self.config.settings, settings.clone());
        self.reconfigure_phones(now, &settings);
        self.take_trunks(now, Some(&before));
    }

    fn drop(&mut self, why: Drop) {
        *self.dropped.entry(why).or_default() += 1;
    }

    /// Takes a leg out of the table while it acts, and puts it back unless it is over.
    fn with_leg(&mut self, id: LegId, act: impl FnOnce(&mut Stack, &mut Leg)) {
        let Some(mut leg) = self.legs.remove(&id) else { return };
        act(self, &mut leg);
        self.legs.insert(id, leg);
        self.settle_leg(id);
    }

    /// Sets a leg's deadline, or forgets a leg that is over.
    fn settle_leg(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        self.timers.set(&Timer::Leg(id), leg.due());
        if !leg.is_gone() {
            return;
        }
        for tag in self.legs.remove(&id).map(|leg| leg.tags).unwrap_or_default() {
            self.by_tag.remove(&tag);
        }
    }
}

/// The CSeq number of a message that was read or written by us.
fn cseq_of(message: &Message) -> u32 {
    message.cseq().map_or(0, |cseq| cseq.number)
}
