//! Pure. The outgoing half of a leg: everything the far end hears, on one timeline.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::events::{EVENT_BYTES, KeyEvent, Press, code_of, frequencies};
use super::player::{Filled, Player};
use super::rtcp::Sent;
use super::rtp::{HEADER_BYTES, Header, Packet};
use super::shelf::{Recording, SoundKey};
use super::timeline::{Origin, Timeline};
use super::{Codec, Plan, g711, tone};
use crate::ids::PlayId;
use crate::time::Tick;
use std::collections::VecDeque;
use std::ops::Range;

/// Samples in one beat of 20 ms.
pub const BEAT_SAMPLES: usize = 160;
/// The most beats in one packet, for far ends that ask for long ones.
const BEATS_MAX: usize = 3;
/// Bytes a packet of our own needs at most.
pub const PACKET_BYTES_MAX: usize = HEADER_BYTES + BEATS_MAX * BEAT_SAMPLES;

const DIGITS_MAX: usize = 32;
/// A key we send lasts 100 ms and is followed by a pause of 60 ms (Q.24: at least 40 and 40).
const KEY_BEATS: u16 = 5;
const KEY_PAUSE_BEATS: u16 = 3;
/// The release is sent three times (RFC 4733 §2.5.1.4).
const RELEASES: u16 = 3;
/// The most sound one event packet may stand for when it is played as a tone, in samples.
const TONE_SAMPLES_MAX: u16 = 480;

/// One leg's mouth.
#[derive(Debug)]
pub struct Speaking {
    timeline: Timeline,
    agreed: Option<Agreed>,
    playback: Option<Player>,
    /// Beats until the next packet of the playback is due.
    beats_left: usize,
    digits: VecDeque<u8>,
    key: Option<Key>,
    packets: u64,
    octets: u64,
    relayed_tone: Option<RelayedTone>,
}

#[derive(Clone, Copy, Debug)]
struct Agreed {
    codec: Codec,
    payload_type: u8,
    events: Option<u8>,
    beats: usize,
    sends: Sends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sends {
    Yes,
    No,
}

/// A key of ours on its way.
#[derive(Clone, Copy, Debug)]
struct Key {
    code: u8,
    beat: u16,
}

/// A partner's key that this far end hears as a tone: how much of it was played.
#[derive(Clone, Copy, Debug)]
struct RelayedTone {
    timestamp: u32,
    played: u16,
}

/// What a beat came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// Bytes to send, from the start of the buffer.
    pub bytes: Option<usize>,
    /// A playback that reached its end.
    pub ended: Option<PlayId>,
}

impl Speaking {
    /// Nothing to say yet.
    pub fn new(origin: Origin) -> Self {
        Speaking {
            timeline: Timeline::new(origin),
            agreed: None,
            playback: None,
            beats_left: 0,
            digits: VecDeque::new(),
            key: None,
            packets: 0,
            octets: 0,
            relayed_tone: None,
        }
    }

    /// Follows a new session description.
    pub fn connect(&mut self, plan: &Plan) {
        let may_send = plan.direction.sends() && plan.remote.is_some();
        self.agreed = Some(Agreed {
            codec: plan.codec.codec,
            payload_type: plan.codec.payload_type,
            events: plan.events,
            beats: (plan.ptime.as_millis() / 20).clamp(1, BEATS_MAX as u128) as usize,
            sends: if may_send { Sends::Yes } else { Sends::No },
        });
    }

    /// Begins a playback, in place of any other.
    pub fn play(&mut self, player: Player) {
        self.playback = Some(player);
        self.beats_left = 0;
    }

    /// Ends the playback without telling.
    pub fn stop(&mut self) {
        self.playback = None;
    }

    /// Sends a key when those before it are through; more than 32 waiting are left out.
    pub fn press(&mut self, digit: char) {
        let code = code_of(digit).filter(|_| self.digits.len() < DIGITS_MAX);
        self.digits.extend(code);
    }

    /// Whether beats are needed.
    pub fn is_busy(&self) -> bool {
        self.playback.is_some() || self.key.is_some() || !self.digits.is_empty()
    }

    /// Whose recordings are awaited.
    pub fn player(&self) -> Option<&Player> {
        self.playback.as_ref()
    }

    /// The codec of this leg, once agreed.
    pub fn codec(&self) -> Option<Codec> {
        self.agreed.map(|agreed| agreed.codec)
    }

    /// A recording was read.
    pub fn take(&mut self, key: &SoundKey, recording: &Recording) {
        if let Some(player) = &mut self.playback {
            player.take(key, recording);
        }
    }

    /// Turns a partner's packet into ours, in place; what to send of the buffer.
    pub fn relay(
        &mut self,
        packet: &Packet,
        codec: Codec,
        datagram: &mut [u8],
        now: Tick,
    ) -> Option<Range<usize>> {
        let agreed = self.open_for_partner()?;
        let payload = packet.payload();
        let span = payload.len() as u32;
        let header = self.timeline.relay(&packet.header, agreed.payload_type, span, now)?;
        if codec != agreed.codec {
            g711::transcode(&mut datagram[payload], codec, agreed.codec);
        }
        self.count(span);
        Some(packet.rewrite(header, datagram))
    }

    /// Turns a partner's key into ours: as an event where the far end takes them, else as a tone.
    pub fn relay_key(
        &mut self,
        packet: &Packet,
        event: KeyEvent,
        datagram: &mut [u8],
        now: Tick,
    ) -> Option<Range<usize>> {
        let agreed = self.open_for_partner()?;
        let Some(events) = agreed.events else {
            return self.relay_tone(packet, event, agreed, datagram, now);
        };
        let header = self.timeline.relay(&packet.header, events, u32::from(event.lasted), now)?;
        self.count(packet.payload().len() as u32);
        Some(packet.rewrite(header, datagram))
    }

    /// One beat of 20 ms: the next packet of a key or of the playback, written to `packet`.
    pub fn beat(&mut self, packet: &mut [u8; PACKET_BYTES_MAX], now: Tick) -> Beat {
        let Some(agreed) = self.agreed else { return Beat::default() };
        if self.key.is_none() {
            self.key = self.digits.pop_front().map(|code| Key { code, beat: 0 });
        }
        match self.key {
            Some(key) => Beat { bytes: self.key_beat(key, agreed, packet, now), ended: None },
            None => self.play_beat(agreed, packet, now),
        }
    }

    /// For our next report; `None` as long as nothing was sent.
    pub fn report(&self, now: Tick) -> Option<Sent> {
        let timestamp = self.timeline.timestamp_at(now)?;
        Some(Sent { timestamp, packets: self.packets as u32, octets: self.octets as u32 })
    }

    /// Packets sent.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// The identity of the timeline.
    pub fn ssrc(&self) -> u32 {
        self.timeline.ssrc()
    }

    /// A partner is heard while nothing of our own is.
    fn open_for_partner(&self) -> Option<Agreed> {
        self.agreed.filter(|agreed| agreed.sends == Sends::Yes && !self.is_busy())
    }

    /// An event packet tells how long the key has lasted; what is new of that is played.
    fn relay_tone(
        &mut self,
        packet: &Packet,
        event: KeyEvent,
        agreed: Agreed,
        datagram: &mut [u8],
        now: Tick,
    ) -> Option<Range<usize>> {
        let tones = frequencies(event.code)?;
        let begun = self.relayed_tone.filter(|tone| tone.timestamp == packet.header.timestamp);
        let played = begun.map_or(0, |tone| tone.played);
        let length = event.lasted.saturating_sub(played).min(TONE_SAMPLES_MAX);
        let length = usize::from(length).min(datagram.len() - HEADER_BYTES) as u16;
        if length == 0 {
            return None;
        }
        self.relayed_tone = Some(RelayedTone { timestamp: packet.header.timestamp, played: played + length });
        // Behind what was sent, not shifted like the partner's own: repeats of the event send nothing.
        let header = self.timeline.own(agreed.payload_type, u32::from(length), now);
        let end = HEADER_BYTES + usize::from(length);
        header.write(datagram);
        write_key_tone(tones, agreed.codec, u32::from(played), &mut datagram[HEADER_BYTES..end]);
        self.count(u32::from(length));
        Some(0..end)
    }

    fn key_beat(&mut self, key: Key, agreed: Agreed, packet: &mut [u8], now: Tick) -> Option<usize> {
        let next = Key { beat: key.beat + 1, ..key };
        self.key = (next.beat < KEY_BEATS + KEY_PAUSE_BEATS.max(RELEASES)).then_some(next);
        if agreed.sends == Sends::No {
            return None;
        }
        let payload = match agreed.events {
            Some(events) => self.event_packet(key, events, packet, now)?,
            None => self.tone_packet(key, agreed, packet, now)?,
        };
        self.count(payload as u32);
        Some(HEADER_BYTES + payload)
    }

    fn event_packet(&mut self, key: Key, events: u8, packet: &mut [u8], now: Tick) -> Option<usize> {
        let lasted = (key.beat + 1).min(KEY_BEATS) * BEAT_SAMPLES as u16;
        let header = if key.beat == 0 {
            self.timeline.begin_event(events, now)
        } else {
            self.timeline.go_on_with_event(events, u32::from(lasted), now)
        };
        let press = if key.beat < KEY_BEATS { Press::Down } else { Press::Released };
        header.write(packet);
        let payload = KeyEvent { code: key.code, press, lasted }.bytes();
        packet[HEADER_BYTES..HEADER_BYTES + EVENT_BYTES].copy_from_slice(&payload);
        Some(EVENT_BYTES)
    }

    fn tone_packet(&mut self, key: Key, agreed: Agreed, packet: &mut [u8], now: Tick) -> Option<usize> {
        let header = self.timeline.own(agreed.payload_type, BEAT_SAMPLES as u32, now);
        header.write(packet);
        let sound = &mut packet[HEADER_BYTES..HEADER_BYTES + BEAT_SAMPLES];
        if key.beat < KEY_BEATS {
            let place = u32::from(key.beat) * BEAT_SAMPLES as u32;
            write_key_tone(frequencies(key.code)?, agreed.codec, place, sound);
        } else {
            sound.fill(g711::silence(agreed.codec));
        }
        Some(BEAT_SAMPLES)
    }

    fn play_beat(&mut self, agreed: Agreed, packet: &mut [u8], now: Tick) -> Beat {
        let Some(player) = &mut self.playback else { return Beat::default() };
        self.beats_left = self.beats_left.saturating_sub(1);
        if self.beats_left > 0 {
            return Beat::default();
        }
        let length = agreed.beats * BEAT_SAMPLES;
        let frame = &mut packet[HEADER_BYTES..HEADER_BYTES + length];
        let filled = player.fill(agreed.codec, frame);
        let id = player.id;
        let over = matches!(filled, Filled::Last | Filled::Nothing);
        if over {
            self.playback = None;
        }
        let ended = over.then_some(id);
        let silent = agreed.sends == Sends::No || matches!(filled, Filled::Nothing | Filled::Waiting);
        if filled != Filled::Waiting {
            self.beats_left = agreed.beats;
        }
        if silent {
            return Beat { bytes: None, ended };
        }
        let header: Header = self.timeline.own(agreed.payload_type, length as u32, now);
        header.write(packet);
        self.count(length as u32);
        Beat { bytes: Some(HEADER_BYTES + length), ended }
    }

    fn count(&mut self, octets: u32) {
        self.packets += 1;
        self.octets += u64::from(octets);
    }
}

fn write_key_tone((low, high): (u16, u16), codec: Codec, place: u32, sound: &mut [u8]) {
    for (at, byte) in (place..).zip(sound) {
        *byte = g711::encode(codec, tone::sample(low, at).saturating_add(tone::sample(high, at)));
    }
}
