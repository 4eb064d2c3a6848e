//! Shell. The legs and who hears whom; what the thread of `engine` does with each packet, command and beat.

mod leg;

use super::LATE;
use super::loader::{Loaded, Loader};
use super::recorder::{Goes, Recorder};
use crate::ids::{LegId, PlayId};
use crate::media::hearing::Heard;
use crate::media::player::Player;
use crate::media::ports::{Pair, Ports};
use crate::media::shelf::{Recording, Shelf, SoundKey};
use crate::media::speaking::PACKET_BYTES_MAX;
use crate::media::{Codec, Counters, MediaCommand, MediaEvent, Plan, Playlist, g711, rtcp};
use crate::time::Tick;
use leg::Leg;
use rustix::event::epoll;
use rustix::fd::OwnedFd;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tracing::{debug, error, warn};

const BEAT: Duration = Duration::from_millis(20);
/// A beat this far behind is not caught up with: the machine slept.
const BEATS_LOST: Duration = Duration::from_millis(200);
const ROUND_EVERY: Duration = Duration::from_millis(250);
/// Recordings kept ready, in bytes: music in both codecs and some forty prompts.
const SHELF_BYTES_MAX: usize = 3 << 20;
/// The longest datagram taken: a packet of sound is 172 bytes, a network's frame 1,500.
const DATAGRAM_BYTES_MAX: usize = 2048;

/// What is needed of the configuration.
#[derive(Debug)]
pub struct Setup {
    pub bind: IpAddr,
    pub ports: RangeInclusive<u16>,
    pub silent_after: Duration,
    pub counters: Arc<Counters>,
}

/// Which descriptor epoll speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readable {
    slot: u32,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    Rtp,
    Rtcp,
}

/// The descriptor that means "there are commands".
pub const WAKE: Readable = Readable { slot: u32::MAX, port: Port::Rtp };

impl Readable {
    /// As epoll carries it.
    pub fn data(self) -> epoll::EventData {
        let port = if self.port == Port::Rtp { 0 } else { 1 };
        epoll::EventData::new_u64(u64::from(self.slot) << 1 | port)
    }

    /// As epoll gave it back.
    pub fn from_data(data: epoll::EventData) -> Self {
        let data = data.u64();
        Readable { slot: (data >> 1) as u32, port: if data & 1 == 0 { Port::Rtp } else { Port::Rtcp } }
    }
}

/// All legs.
#[derive(Debug)]
pub struct Exchange {
    legs: Vec<Option<Leg>>,
    slots: BTreeMap<LegId, usize>,
    ports: Ports,
    epoll: OwnedFd,
    events: mpsc::Sender<MediaEvent>,
    loader: Loader,
    recorder: Recorder,
    shelf: Shelf,
    edition: u64,
    silent_after: Duration,
    counters: Arc<Counters>,
    totals: Totals,
    buffer: Box<[u8; DATAGRAM_BYTES_MAX]>,
    beat_at: Option<Tick>,
    round_at: Tick,
}

/// Counted without atomics, published once a wake-up.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    packets_in: u64,
    packets_out: u64,
    late: u64,
    strangers_of_closed: u64,
}

impl Exchange {
    /// No legs yet.
    pub fn new(
        setup: Setup,
        epoll: OwnedFd,
        desks: (Loader, Recorder),
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<Self, getrandom::Error> {
        let random = random::<2>()?;
        let (loader, recorder) = desks;
        Ok(Exchange {
            legs: Vec::new(),
            slots: BTreeMap::new(),
            ports: Ports::new(setup.bind, &setup.ports, u16::from_ne_bytes(random)),
            epoll,
            events,
            loader,
            recorder,
            shelf: Shelf::new(SHELF_BYTES_MAX),
            edition: 0,
            silent_after: setup.silent_after,
            counters: setup.counters,
            totals: Totals::default(),
            buffer: Box::new([0; DATAGRAM_BYTES_MAX]),
            beat_at: None,
            round_at: Tick::ZERO,
        })
    }

    /// What to wait on.
    pub fn epoll(&self) -> &OwnedFd {
        &self.epoll
    }

    /// When time must pass at the latest; `None` while nothing is open.
    pub fn wake_at(&self) -> Option<Tick> {
        let round = (!self.slots.is_empty()).then_some(self.round_at);
        self.beat_at.into_iter().chain(round).min()
    }

    /// Packets sent so far.
    pub fn packets_out(&self) -> u64 {
        self.totals.packets_out
    }

    /// So many packets went out late.
    pub fn count_late(&mut self, packets: u64) {
        self.totals.late += packets;
    }

    /// Takes one datagram of a descriptor that has one.
    pub fn receive(&mut self, readable: Readable, now: Tick) {
        let slot = readable.slot as usize;
        match readable.port {
            Port::Rtp => self.receive_sound(slot, now),
            Port::Rtcp => self.receive_report(slot, now),
        }
    }

    /// Carries out a command; one for a leg that is gone does nothing.
    pub fn command(&mut self, command: MediaCommand, now: Tick) {
        match command {
            MediaCommand::Open { leg } => self.open(leg, now),
            MediaCommand::Connect { leg, plan } => self.connect(leg, &plan, now),
            MediaCommand::Bridge { a, b } => self.bridge(a, b),
            MediaCommand::Unbridge { leg } => self.with(leg, |exchange, slot| exchange.part(slot)),
            MediaCommand::Play { leg, id, what } => self.play(leg, id, &what, now),
            MediaCommand::Stop { leg } => {
                self.with(leg, |exchange, slot| exchange.change(slot, |leg| leg.speaking.stop()));
            }
            MediaCommand::Record { leg, file, at_most } => self.record(leg, file, at_most, now),
            MediaCommand::StopRecording { leg } => {
                self.with(leg, |exchange, slot| exchange.change(slot, |leg| leg.recording = None));
            }
            MediaCommand::Echo { leg } => self.with(leg, |exchange, slot| exchange.echo(slot)),
            MediaCommand::SendDigit { leg, digit } => {
                self.with(leg, |exchange, slot| exchange.change(slot, |leg| leg.speaking.press(digit)));
                self.begin_beat(now);
            }
            MediaCommand::Close { leg } => self.close(leg, now),
            MediaCommand::ReloadSounds => self.reload(),
            MediaCommand::Quit => {}
        }
    }

    /// A recording was read: whoever waits for it plays it.
    pub fn loaded(&mut self, loaded: Loaded) {
        let Loaded { key, recording, edition } = loaded;
        for leg in self.legs.iter_mut().flatten() {
            leg.speaking.take(&key, &recording);
        }
        // A message is long, and rarely heard twice: it would drive out every prompt.
        if edition == self.edition && !matches!(key, SoundKey::File(_)) {
            self.shelf.keep(key, recording);
        }
    }

    /// The beat, when it is due, and every quarter of a second a round over all legs.
    pub fn pass_time(&mut self, now: Tick) {
        while let Some(due) = self.beat_at.filter(|due| *due <= now) {
            self.beat(due, now);
        }
        if now >= self.round_at && !self.slots.is_empty() {
            self.round_at = now + ROUND_EVERY;
            self.round(now);
        }
    }

    /// Makes the figures visible to others.
    pub fn publish(&self) {
        let Totals { packets_in, packets_out, late, .. } = self.totals;
        self.counters.packets_in.store(packets_in, Ordering::Relaxed);
        self.counters.packets_out.store(packets_out, Ordering::Relaxed);
        self.counters.late.store(late, Ordering::Relaxed);
    }

    fn receive_sound(&mut self, slot: usize, now: Tick) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        let Ok((length, from)) = leg.pair.rtp.recv_from(&mut self.buffer[..]) else { return };
        let heard = leg.hearing.hear(&self.buffer[..length], from, now);
        let digit = match &heard {
            Heard::Nothing => return,
            Heard::Key(packet, event) => leg.hearing.key(packet, *event),
            Heard::Sound(packet, codec) => {
                let sound = &self.buffer[packet.payload()];
                leg.record(&packet.header, *codec, sound, now);
                leg.hearing.key_in(sound, *codec)
            }
        };
        self.totals.packets_in += 1;
        let (id, partner) = (leg.id, leg.partner);
        if let Some(slot) = partner {
            self.forward(slot, &heard, now);
        }
        if let Some(digit) = digit {
            self.tell(MediaEvent::Digit { leg: id, digit });
        }
    }

    fn forward(&mut self, slot: usize, heard: &Heard, now: Tick) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        let buffer = &mut self.buffer[..];
        let ours = match heard {
            Heard::Nothing => None,
            Heard::Sound(packet, codec) => leg.speaking.relay(packet, *codec, buffer, now),
            Heard::Key(packet, event) => leg.speaking.relay_key(packet, *event, buffer, now),
        };
        if let Some(range) = ours {
            leg.send(&self.buffer[range]);
            self.totals.packets_out += 1;
        }
    }

    fn receive_report(&mut self, slot: usize, now: Tick) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        let Ok((length, from)) = leg.pair.rtcp.recv_from(&mut self.buffer[..]) else { return };
        leg.hearing.hear_report(&self.buffer[..length], from, now);
    }

    fn open(&mut self, id: LegId, now: Tick) {
        if self.slots.contains_key(&id) {
            return error!(leg = %id, "a leg's ports were asked for twice");
        }
        let Some(leg) = self.ports.open().and_then(|pair| Leg::new(id, pair, now)) else {
            warn!(leg = %id, "no free port for sound");
            return self.tell(MediaEvent::NoPort { leg: id });
        };
        let rtp = leg.pair.address;
        let slot = self.free_slot();
        if self.watch(&leg.pair, slot).is_err() {
            error!(leg = %id, "could not watch a leg's ports");
            return self.tell(MediaEvent::NoPort { leg: id });
        }
        self.legs[slot] = Some(leg);
        self.slots.insert(id, slot);
        self.counters.legs.store(self.slots.len() as u64, Ordering::Relaxed);
        self.tell(MediaEvent::Ready { leg: id, rtp });
    }

    fn free_slot(&mut self) -> usize {
        self.legs.iter().position(Option::is_none).unwrap_or_else(|| {
            self.legs.push(None);
            self.legs.len() - 1
        })
    }

    fn watch(&self, pair: &Pair, slot: usize) -> rustix::io::Result<()> {
        let readable = |port| Readable { slot: slot as u32, port }.data();
        epoll::add(&self.epoll, &pair.rtp, readable(Port::Rtp), epoll::EventFlags::IN)?;
        epoll::add(&self.epoll, &pair.rtcp, readable(Port::Rtcp), epoll::EventFlags::IN)
    }

    fn connect(&mut self, id: LegId, plan: &Plan, now: Tick) {
        self.with(id, |exchange, slot| {
            exchange.change(slot, |leg| {
                let plan = Plan { remote: plan.remote.map(|remote| leg.reachable(remote)), ..plan.clone() };
                leg.hearing.connect(&plan, now);
                leg.speaking.connect(&plan);
            });
            exchange.fetch(slot);
        });
    }

    fn bridge(&mut self, a: LegId, b: LegId) {
        let (Some(&a), Some(&b)) = (self.slots.get(&a), self.slots.get(&b)) else {
            return debug!(%a, %b, "a bridge to a leg that is gone");
        };
        if a == b {
            return;
        }
        for (slot, partner) in [(a, b), (b, a)] {
            if self.legs[slot].as_ref().is_some_and(|leg| leg.partner != Some(partner)) {
                self.part(slot);
            }
        }
        for (slot, partner) in [(a, b), (b, a)] {
            self.change(slot, |leg| {
                leg.partner = Some(partner);
                leg.speaking.stop();
            });
        }
    }

    /// A leg that is its own partner hears itself.
    fn echo(&mut self, slot: usize) {
        self.part(slot);
        self.change(slot, |leg| {
            leg.partner = Some(slot);
            leg.speaking.stop();
        });
    }

    /// In place of a recording that still runs.
    fn record(&mut self, id: LegId, file: Arc<str>, at_most: Duration, now: Tick) {
        let Some(&slot) = self.slots.get(&id) else {
            return self.tell(MediaEvent::Recorded { leg: id, length: None });
        };
        self.change(slot, |leg| leg.recording = None);
        let recording = self.recorder.begin(id, file, at_most, now);
        self.change(slot, |leg| leg.recording = Some(recording));
    }

    fn part(&mut self, slot: usize) {
        let partner = self.legs[slot].as_mut().and_then(|leg| leg.partner.take());
        if let Some(partner) = partner {
            self.change(partner, |leg| leg.partner = None);
        }
    }

    fn play(&mut self, id: LegId, play: PlayId, what: &Playlist, now: Tick) {
        self.with(id, |exchange, slot| {
            if exchange.legs[slot].as_ref().is_some_and(|leg| leg.partner == Some(slot)) {
                exchange.part(slot);
            }
            exchange.change(slot, |leg| leg.speaking.play(Player::new(play, what)));
            exchange.fetch(slot);
        });
        self.begin_beat(now);
    }

    /// Gives a leg's playback the recordings it awaits, or has them read.
    fn fetch(&mut self, slot: usize) {
        let Some(leg) = self.legs[slot].as_mut() else { return };
        let (Some(player), Some(codec)) = (leg.speaking.player(), leg.speaking.codec()) else { return };
        let awaited: Vec<SoundKey> = player.awaits().cloned().collect();
        for key in awaited {
            if let Some(recording) = self.shelf.find(&key, codec) {
                leg.speaking.take(&key, &recording);
            } else if self.loader.read(key.clone(), codec, self.edition).is_err() {
                error!("too many recordings are asked for, one is left out");
                leg.speaking.take(&key, &nothing(codec));
            }
        }
    }

    fn reload(&mut self) {
        self.edition += 1;
        self.shelf.clear();
        self.loader.reload();
    }

    fn close(&mut self, id: LegId, now: Tick) {
        let Some(slot) = self.slots.remove(&id) else {
            return debug!(leg = %id, "a leg that is gone was closed");
        };
        self.part(slot);
        let Some(mut leg) = self.legs[slot].take() else { return };
        leg.send_report(Some(rtcp::goodbye(leg.speaking.ssrc())), now);
        let mut verdict = leg.hearing.verdict(now);
        verdict.packets_out = leg.speaking.packets();
        self.totals.strangers_of_closed += verdict.strangers;
        self.counters.legs.store(self.slots.len() as u64, Ordering::Relaxed);
        self.tell(MediaEvent::Closed { leg: id, verdict });
    }

    fn begin_beat(&mut self, now: Tick) {
        self.beat_at = self.beat_at.or(Some(now));
    }

    fn beat(&mut self, due: Tick, now: Tick) {
        let behind = now.since(due);
        let mut packet = [0; PACKET_BYTES_MAX];
        let (mut sent, mut busy) = (0, 0);
        for slot in 0..self.legs.len() {
            let Some(leg) = self.legs[slot].as_mut().filter(|leg| leg.speaking.is_busy()) else { continue };
            let beat = leg.speaking.beat(&mut packet, now);
            busy += u64::from(leg.speaking.is_busy());
            let id = leg.id;
            if let Some(bytes) = beat.bytes {
                leg.send(&packet[..bytes]);
                sent += 1;
            }
            if let Some(play) = beat.ended {
                self.tell(MediaEvent::Played { leg: id, id: play });
            }
        }
        self.totals.packets_out += sent;
        self.totals.late += if behind > LATE { sent } else { 0 };
        let next = if behind > BEATS_LOST { now + BEAT } else { due + BEAT };
        self.beat_at = (busy > 0).then_some(next);
    }

    fn round(&mut self, now: Tick) {
        let mut strangers = self.totals.strangers_of_closed;
        for slot in 0..self.legs.len() {
            let Some(leg) = self.legs[slot].as_mut() else { continue };
            strangers += leg.hearing.strangers();
            leg.recording = leg.recording.take().filter(|recording| recording.pass_time(now) == Goes::On);
            leg.report_when_due(now);
            if let Some(lasting) = leg.hearing.silence(self.silent_after, now) {
                let leg = leg.id;
                self.tell(MediaEvent::Silent { leg, lasting });
            }
        }
        self.counters.strangers.store(strangers, Ordering::Relaxed);
    }

    fn with(&mut self, id: LegId, act: impl FnOnce(&mut Exchange, usize)) {
        match self.slots.get(&id) {
            Some(&slot) => act(self, slot),
            None => debug!(leg = %id, "a command for a leg that is gone"),
        }
    }

    fn change(&mut self, slot: usize, change: impl FnOnce(&mut Leg)) {
        if let Some(Some(leg)) = self.legs.get_mut(slot) {
            change(leg);
        }
    }

    fn tell(&self, event: MediaEvent) {
        if self.events.try_send(event).is_err() {
            self.counters.events_lost.fetch_add(1, Ordering::Relaxed);
            error!("nobody takes the sound thread's events, one is lost");
        }
    }
}

fn nothing(codec: Codec) -> Recording {
    Recording { codec, sound: [g711::silence(codec)].into() }
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
