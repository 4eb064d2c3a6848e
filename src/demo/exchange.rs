//! Shell. A telephone exchange of the town: one socket, one SIP stack, any number of calls with a tone
//! each. Registered at an office it is a staff phone; with an office registered at it, a provider.

use super::talk::Talk;
use crate::ids::LegId;
use crate::settings::Settings;
use crate::sip::stack::{Config, Lookup, Stack};
use crate::sip::{
    Arrival, Command, Destination, Event, Flow, HangupReason, Outgoing, Placement, Refusal, Sdp, Transport,
    TrunkState,
};
use crate::switchboard::clock::Clock;
use crate::time::{Now, Tick};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

/// What a phone shows before the name of somebody to be called back.
const CALLS_BACK: char = '↩';
/// The key that says yes to that, and when it is pressed.
const SAYS_YES: (Duration, char) = (Duration::from_millis(1_200), '1');

/// How an exchange treats calls that come in.
#[derive(Debug, Clone)]
pub struct Manner {
    /// The tone it speaks.
    pub hz: u16,
    /// Its name in reports.
    pub name: String,
    /// How long it lets a call ring.
    pub rings: Duration,
    /// Hangs up after this long; `None` leaves it to the other end.
    pub talks: Option<Duration>,
    /// Says yes by key to calling somebody back, and talks so long then.
    pub calls_back: Option<Duration>,
    /// The tones it listens for.
    pub listens: Vec<u16>,
}

/// A call to make.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where to.
    pub to: Destination,
    /// The number shown.
    pub caller: String,
    /// The tone spoken.
    pub hz: u16,
    /// Gives up after this long without an answer tone.
    pub patience: Duration,
    /// Hangs up this long after somebody's tone is heard.
    pub talks: Duration,
    /// Keys, each pressed so long after the answer.
    pub keys: Vec<(Duration, char)>,
}

/// What an exchange tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is registered, or lost its registration.
    Registered { name: String, usable: bool },
    /// A call was answered, by this end or the other.
    Answered { name: String },
    /// A call is over.
    CallOver(CallReport),
}

/// How one end of a call saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReport {
    /// Which exchange tells it.
    pub by: String,
    /// The customer's number: who called, or who was called back.
    pub customer: String,
    /// It was a call back, to a number this exchange had called from.
    pub back: bool,
    /// The tone this end spoke.
    pub spoke: u16,
    /// Signalling said answered.
    pub answered: bool,
    /// The tone of the other end that was clearly heard.
    pub heard: Option<u16>,
}

/// One exchange, to be run as a task.
pub struct Exchange {
    clock: Clock,
    stack: Stack,
    socket: UdpSocket,
    local: SocketAddr,
    manner: Manner,
    calls: BTreeMap<LegId, Call>,
    /// The tone of everybody who called from here: they may be called back.
    callers: BTreeMap<String, u16>,
    placed: u64,
    told: mpsc::UnboundedSender<Told>,
}

#[derive(Debug)]
struct Call {
    talk: Talk,
    customer: String,
    back: bool,
    hz: u16,
    answered: bool,
    /// Keys to press after the answer; then those that are due.
    keys: Vec<(Duration, char)>,
    due_keys: VecDeque<(Tick, char)>,
    /// Answers an arriving call then.
    answers: Option<(Tick, Sdp)>,
    /// Hangs up then.
    ends: Option<Tick>,
    /// Hangs up this long after the other end is heard.
    talks: Option<Duration>,
}

impl Exchange {
    /// Listens on a loopback address. `seed` makes its tags its own.
    pub async fn open(
        at: SocketAddr,
        settings: Arc<Settings>,
        manner: Manner,
        seed: [u8; 32],
        told: mpsc::UnboundedSender<Told>,
    ) -> io::Result<Exchange> {
        let socket = UdpSocket::bind(at).await?;
        let local = socket.local_addr()?;
        let listening = vec![(Transport::Udp, local)];
        let stack = Stack::new(Config { settings, listening, advertise: Some(local.ip()), seed });
        let clock = Clock::start();
        Ok(Exchange {
            clock,
            stack,
            socket,
            local,
            manner,
            calls: BTreeMap::new(),
            callers: BTreeMap::new(),
            placed: 0,
            told,
        })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.local
    }

    /// Carries calls until the orders end; then hangs up what is left.
    pub async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut beat = interval(Duration::from_millis(20));
        beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut datagram = vec![0; 65_536];
        loop {
            tokio::select! {
                got = self.socket.recv_from(&mut datagram) => {
                    if let Ok((length, peer)) = got { self.receive(peer, &datagram[..length]); }
                }
                order = orders.recv() => match order {
                    Some(order) => self.place(order).await,
                    None => break,
                },
                _ = beat.tick() => self.beat(),
            }
            self.settle().await;
        }
        let legs: Vec<LegId> = self.calls.keys().copied().collect();
        legs.into_iter().for_each(|leg| self.hang_up(leg));
        self.settle().await;
    }

    fn receive(&mut self, peer: SocketAddr, bytes: &[u8]) {
        let flow = Flow { transport: Transport::Udp, local: self.local, peer, connection: 0 };
        self.stack.receive(self.clock.now(), flow, bytes);
    }

    async fn place(&mut self, order: Order) {
        let Ok(talk) = Talk::open(order.hz, &self.manner.listens).await else { return };
        let Ok(sdp) = talk.offer() else { return };
        self.placed += 1;
        let leg = LegId(self.placed * 2 + 1);
        let now = self.clock.now();
        let call = Call {
            talk,
            customer: order.caller.clone(),
            back: false,
            hz: order.hz,
            answered: false,
            keys: order.keys,
            due_keys: VecDeque::new(),
            answers: None,
            ends: Some(now.tick + order.patience),
            talks: Some(order.talks),
        };
        self.calls.insert(leg, call);
        self.callers.insert(order.caller.clone(), order.hz);
        let placement = Placement {
            leg,
            to: order.to,
            caller: order.caller,
            caller_name: String::new(),
            sdp,
            max_forwards: 70,
        };
        self.stack.command(now, Command::Place(Box::new(placement)));
    }

    /// One beat of 20 ms: sound, and whatever is due.
    fn beat(&mut self) {
        let now = self.clock.now();
        self.stack.wake(now);
        let mut due = Vec::new();
        for (leg, call) in &mut self.calls {
            call.press_keys(now.tick);
            call.talk.beat();
            if let (Some(talks), Some(_)) = (call.talks, call.talk.heard()) {
                call.talks = None;
                call.ends = Some(now.tick + talks);
            }
            if call.answers.as_ref().is_some_and(|(at, _)| *at <= now.tick)
                || call.ends.is_some_and(|at| at <= now.tick)
            {
                due.push(*leg);
            }
        }
        due.into_iter().for_each(|leg| self.due(now, leg));
    }

    fn due(&mut self, now: Now, leg: LegId) {
        let Some(call) = self.calls.get_mut(&leg) else { return };
        match call.answers.take() {
            Some((_, sdp)) => {
                call.is_answered(now.tick);
                self.stack.command(now, Command::Answer { leg, sdp });
            }
            None => self.hang_up(leg),
        }
    }

    fn hang_up(&mut self, leg: LegId) {
        let because = HangupReason::Normal;
        self.stack.command(self.clock.now(), Command::Hangup { leg, because });
        self.over(leg);
    }

    fn over(&mut self, leg: LegId) {
        let Some(call) = self.calls.remove(&leg) else { return };
        let _ = self.told.send(Told::CallOver(CallReport {
            by: self.manner.name.clone(),
            customer: call.customer,
            back: call.back,
            spoke: call.hz,
            answered: call.answered,
            heard: call.talk.heard(),
        }));
    }

    async fn settle(&mut self) {
        while let Some(event) = self.stack.poll_event() {
            self.happened(event).await;
        }
        while let Some(lookup) = self.stack.poll_lookup() {
            self.look_up(&lookup);
        }
        while let Some(Outgoing { flow, bytes }) = self.stack.poll_outgoing() {
            let _ = self.socket.send_to(&bytes, flow.peer).await; // SIP sends again what is lost
        }
    }

    /// The town has no names: every host is an address on loopback.
    fn look_up(&mut self, lookup: &Lookup) {
        let address = lookup.host.parse().map(|ip| SocketAddr::new(ip, lookup.port.unwrap_or(5060)));
        let flow = |peer| Flow { transport: Transport::Udp, local: self.local, peer, connection: 0 };
        let flows = address.into_iter().map(flow).collect();
        self.stack.resolved(self.clock.now(), &lookup.trunk, flows);
    }

    async fn happened(&mut self, event: Event) {
        match event {
            Event::Arrived(arrival) => self.arrived(*arrival).await,
            Event::Answered { leg, sdp, .. } => {
                let now = self.clock.now();
                let Some(call) = self.calls.get_mut(&leg) else { return };
                call.is_answered(now.tick);
                sdp.iter().for_each(|sdp| call.talk.settle(sdp));
                let _ = self.told.send(Told::Answered { name: self.manner.name.clone() });
            }
            Event::Failed { leg, .. } | Event::Ended { leg, .. } => self.over(leg),
            Event::Reoffered { leg, sdp: Some(offer) } => {
                let answer = self.calls.get_mut(&leg).and_then(|call| call.talk.answer(&offer)).ok_or(488);
                self.stack.command(self.clock.now(), Command::Reanswer { leg, result: answer });
            }
            Event::Trunk { state, .. } => {
                let name = self.manner.name.clone();
                let _ = self.told.send(Told::Registered { name, usable: state == TrunkState::Up });
            }
            Event::Registered { phone, contacts } => {
                let name = phone.to_string();
                let _ = self.told.send(Told::Registered { name, usable: contacts > 0 });
            }
            _ => {}
        }
    }

    async fn arrived(&mut self, arrival: Arrival) {
        let now = self.clock.now();
        let leg = arrival.leg;
        let called_back = self.callers.get(&arrival.dialled).copied();
        let hz = called_back.unwrap_or(self.manner.hz);
        let Some((talk, sdp)) = self.prepare(hz, &arrival).await else {
            return self.stack.command(now, Command::Refuse { leg, refusal: Refusal::NotAcceptable });
        };
        let keeps = self.manner.calls_back.filter(|_| arrival.caller_name.starts_with(CALLS_BACK));
        let call = Call {
            talk,
            customer: if called_back.is_some() { arrival.dialled } else { arrival.caller },
            back: called_back.is_some(),
            hz,
            answered: false,
            keys: keeps.iter().map(|_| SAYS_YES).collect(),
            due_keys: VecDeque::new(),
            answers: Some((now.tick + self.manner.rings, sdp)),
            ends: None,
            talks: keeps.or(self.manner.talks),
        };
        self.calls.insert(leg, call);
        self.stack.command(now, Command::Progress { leg, sdp: None });
    }

    async fn prepare(&self, hz: u16, arrival: &Arrival) -> Option<(Talk, Sdp)> {
        let mut talk = Talk::open(hz, &self.manner.listens).await.ok()?;
        let sdp = talk.answer(arrival.sdp.as_deref()?)?;
        Some((talk, sdp))
    }
}

impl Call {
    fn is_answered(&mut self, now: Tick) {
        self.answered = true;
        self.due_keys.extend(self.keys.drain(..).map(|(after, key)| (now + after, key)));
    }

    fn press_keys(&mut self, now: Tick) {
        while let Some((_, key)) = self.due_keys.pop_front_if(|(at, _)| *at <= now) {
            self.talk.press(key);
        }
    }
}
