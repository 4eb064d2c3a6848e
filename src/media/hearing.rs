//! Pure. The incoming half of a leg: whose packets are taken (spec/reliability.md §1), what they are, and
//! how well they came.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod reception;

use super::dtmf::Detector;
use super::events::{KeyEvent, KeyReader};
use super::negotiate::EVENTS_PAYLOAD_TYPE;
use super::rtcp::{HeardSoFar, TheirReport};
use super::rtp::Packet;
use super::{Codec, Plan, g711};
use crate::barrier::shielded;
use crate::time::Tick;
use reception::Reception;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Valid packets after a session description in which the source's port may be learnt.
const LEARNING_PACKETS: u8 = 5;
/// A locked source that was silent this long may continue from another port of its address.
const SILENT_BEFORE_MOVE: Duration = Duration::from_secs(2);

/// What a datagram was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Sound in this codec.
    Sound(Packet, Codec),
    /// An RFC 4733 event.
    Key(Packet, KeyEvent),
    /// Nothing for anybody.
    Nothing,
}

/// One leg's ear.
#[derive(Debug, Default)]
pub struct Hearing {
    agreed: Option<Agreed>,
    source: Option<SocketAddr>,
    latch: Latch,
    keys: KeyReader,
    detector: Option<Box<Detector>>,
    reception: Reception,
    their_report: Option<TheirReport>,
    strangers: u64,
    heard_at: Option<Tick>,
    expected: Duration,
    silence: Silence,
}

/// What the plan says, as far as hearing goes.
#[derive(Clone, Copy, Debug)]
struct Agreed {
    remote: Option<SocketAddr>,
    signalling: IpAddr,
    codec: Codec,
    payload_type: u8,
    events: Option<u8>,
    expects: Expects,
}

/// Whether sound is to come, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    Sound { since: Tick },
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Latch {
    Learning { left: u8 },
    Locked,
}

impl Default for Latch {
    fn default() -> Self {
        Latch::Learning { left: LEARNING_PACKETS }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Silence {
    #[default]
    NotTold,
    Told,
}

impl Hearing {
    /// Follows a new session description: the source is learnt anew.
    pub fn connect(&mut self, plan: &Plan, now: Tick) {
        self.settle_expected(now);
        let moved = self.agreed.is_none_or(|agreed| agreed.remote != plan.remote);
        if moved {
            self.source = None;
        }
        self.latch = Latch::default();
        let hears = plan.direction.hears() && plan.remote.is_some();
        self.agreed = Some(Agreed {
            remote: plan.remote,
            signalling: plan.signalling.to_canonical(),
            codec: plan.codec.codec,
            payload_type: plan.codec.payload_type,
            events: plan.events,
            expects: if hears { Expects::Sound { since: now } } else { Expects::Nothing },
        });
        self.silence = Silence::NotTold;
        let in_band = plan.events.is_none();
        self.detector = in_band.then(|| self.detector.take().unwrap_or_default());
    }

    /// Where the far end really sends from; before it is known, where it said it listens.
    pub fn far_end(&self) -> Option<SocketAddr> {
        let remote = self.agreed?.remote?;
        Some(self.source.unwrap_or(remote))
    }

    /// Takes a datagram from the RTP port.
    pub fn hear(&mut self, datagram: &[u8], from: SocketAddr, now: Tick) -> Heard {
        let Some(agreed) = self.agreed else { return Heard::Nothing };
        let is_ours = self.source == Some(from) || agreed.allows(from.ip());
        let Some(packet) = shielded(|| Packet::read(datagram)).flatten().filter(|_| is_ours) else {
            self.strangers += u64::from(!is_ours);
            return Heard::Nothing;
        };
        let heard = agreed.kind(packet, datagram);
        if heard == Heard::Nothing || !self.admit(&packet, from, agreed, now) {
            return Heard::Nothing;
        }
        self.heard_at = Some(now);
        self.silence = Silence::NotTold;
        self.reception.take(&packet.header, now);
        if agreed.expects == Expects::Nothing { Heard::Nothing } else { heard }
    }

    /// The digit of an event packet, once a press.
    pub fn key(&mut self, packet: &Packet, event: KeyEvent) -> Option<char> {
        self.keys.hear(packet.header.timestamp, event)
    }

    /// The digit that ends within this sound, where no events were agreed.
    pub fn key_in(&mut self, sound: &[u8], codec: Codec) -> Option<char> {
        let detector = self.detector.as_mut()?;
        sound.iter().fold(None, |told, &byte| detector.hear(g711::decode(codec, byte)).or(told))
    }

    /// Takes a datagram from the RTCP port; strangers' are not read.
    pub fn hear_report(&mut self, datagram: &[u8], from: SocketAddr, now: Tick) {
        if self.agreed.is_some_and(|agreed| agreed.allows(from.ip())) {
            let report = shielded(|| super::rtcp::read(datagram, now)).flatten();
            self.their_report = report.or(self.their_report);
        }
    }

    /// How long nothing came although it should have; once per silence.
    pub fn silence(&mut self, at_least: Duration, now: Tick) -> Option<Duration> {
        let Expects::Sound { since } = self.agreed?.expects else { return None };
        let lasting = now.since(self.heard_at.map_or(since, |at| at.max(since)));
        let told = self.silence == Silence::Told || lasting < at_least;
        if told {
            return None;
        }
        self.silence = Silence::Told;
        Some(lasting)
    }

    /// For our next report.
    pub fn report(&mut self) -> Option<HeardSoFar> {
        let last_report = self.their_report;
        self.reception.report().map(|so_far| HeardSoFar { last_report, ..so_far })
    }

    /// Packets taken, lost, from strangers; jitter; how long sound was expected.
    pub fn verdict(&mut self, now: Tick) -> super::Verdict {
        self.settle_expected(now);
        super::Verdict {
            packets_in: self.reception.packets(),
            packets_out: 0,
            lost: self.reception.lost(),
            strangers: self.strangers,
            jitter: self.reception.jitter(),
            expected: self.expected,
        }
    }

    /// Strangers' packets so far.
    pub fn strangers(&self) -> u64 {
        self.strangers
    }

    fn settle_expected(&mut self, now: Tick) {
        if let Some(Agreed { expects: Expects::Sound { since }, .. }) = &mut self.agreed {
            self.expected += now.since(*since);
            *since = now;
        }
    }

    /// Whether a valid packet from an allowed address is the far end's; learns its port where that is due.
    fn admit(&mut self, packet: &Packet, from: SocketAddr, agreed: Agreed, now: Tick) -> bool {
        match self.latch {
            Latch::Locked if self.source == Some(from) => {}
            Latch::Locked if self.may_move(packet, from, now) => self.source = Some(from),
            Latch::Locked => {
                self.strangers += 1;
                return false;
            }
            Latch::Learning { left } => {
                self.source = Some(from);
                let done = left <= 1 || agreed.remote == Some(from);
                self.latch = if done { Latch::Locked } else { Latch::Learning { left: left - 1 } };
            }
        }
        self.follow(packet.header.ssrc);
        true
    }

    fn may_move(&self, packet: &Packet, from: SocketAddr, now: Tick) -> bool {
        let same_address = self.source.is_some_and(|source| source.ip() == from.ip());
        let silent = self.heard_at.is_some_and(|at| now.since(at) >= SILENT_BEFORE_MOVE);
        same_address && silent && self.reception.ssrc() == Some(packet.header.ssrc)
    }

    /// A new timeline has its own events.
    fn follow(&mut self, ssrc: u32) {
        if self.reception.ssrc() != Some(ssrc) {
            self.keys = KeyReader::default();
        }
    }
}

impl Agreed {
    fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address == self.signalling || self.remote.is_some_and(|remote| remote.ip().to_canonical() == address)
    }

    /// By payload type. The two static types are taken whatever was agreed: phones that answered with both
    /// codecs may change between them at any moment (RFC 3264 §6.1).
    fn kind(&self, packet: Packet, datagram: &[u8]) -> Heard {
        let payload_type = packet.header.payload_type;
        let is_event = |agreed| payload_type == agreed || payload_type == EVENTS_PAYLOAD_TYPE;
        match payload_type {
            own if own == self.payload_type => Heard::Sound(packet, self.codec),
            _ if self.events.is_some_and(is_event) => {
                let event = shielded(|| KeyEvent::read(&datagram[packet.payload()])).flatten();
                event.map_or(Heard::Nothing, |event| Heard::Key(packet, event))
            }
            0 => Heard::Sound(packet, Codec::Pcmu),
            8 => Heard::Sound(packet, Codec::Pcma),
            _ => Heard::Nothing,
        }
    }
}
