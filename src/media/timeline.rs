//! Pure. The one outgoing timeline of a leg (RFC 3550 §5.1): one SSRC, sequence and timestamp that go on
//! across prompts, music, bridges and transfers, whoever is heard.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::rtp::{Header, Marker, RATE};
use crate::time::Tick;

/// A partner's sequence may jump this far ahead or lie this far behind (RFC 3550 §A.1) and still be followed.
const AHEAD_MAX: i32 = 3000;
const BEHIND_MAX: i32 = 100;
/// A partner's clock may differ this much from ours since its last packet, in samples.
const CLOCK_SLACK: u32 = 2 * RATE;
/// Own sound that comes later than this has paused, in samples.
const PAUSE: u32 = RATE / 10;

/// Where a new timeline begins: at random (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The identity of the timeline.
    pub ssrc: u32,
    /// The first sequence number.
    pub sequence: u16,
    /// The first timestamp.
    pub timestamp: u32,
}

/// What a leg is sent, in order.
#[derive(Clone, Debug)]
pub struct Timeline {
    ssrc: u32,
    next_sequence: u16,
    /// Of the last packet, and how much sound was in it.
    timestamp: u32,
    span: u32,
    sent_at: Option<Tick>,
    follows: Follows,
}

/// Whose sound the last packet was.
#[derive(Clone, Debug)]
enum Follows {
    Nobody,
    Ourselves,
    Partner(Partner),
}

#[derive(Clone, Debug)]
struct Partner {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    at: Tick,
    sequence_shift: u16,
    timestamp_shift: u32,
    /// Packets since it was joined, up to `BEHIND_MAX`: nothing older than the join is let through.
    age: i32,
}

impl Timeline {
    /// A timeline that has not sent yet.
    pub fn new(origin: Origin) -> Self {
        let Origin { ssrc, sequence: next_sequence, timestamp } = origin;
        Timeline { ssrc, next_sequence, timestamp, span: 0, sent_at: None, follows: Follows::Nobody }
    }

    /// The identity.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The timestamp that belongs to `now`, for sender reports; `None` before the first packet.
    pub fn timestamp_at(&self, now: Tick) -> Option<u32> {
        self.sent_at.map(|at| self.timestamp.wrapping_add(samples(at, now)))
    }

    /// Places a partner's packet that holds `span` samples; `None` for one that is older than the moment
    /// the partner was joined. Losses and reordering of the partner stay visible to the far end.
    pub fn relay(&mut self, packet: &Header, payload_type: u8, span: u32, now: Tick) -> Option<Header> {
        let Follows::Partner(partner) = &mut self.follows else {
            return Some(self.join(packet, payload_type, span, now));
        };
        let ahead = i32::from(packet.sequence.wrapping_sub(partner.sequence) as i16);
        if !partner.continues(packet, ahead, now) {
            return Some(self.join(packet, payload_type, span, now));
        }
        if ahead < -partner.age {
            return None;
        }
        let header = Header {
            marker: packet.marker,
            payload_type,
            sequence: packet.sequence.wrapping_add(partner.sequence_shift),
            timestamp: packet.timestamp.wrapping_add(partner.timestamp_shift),
            ssrc: self.ssrc,
        };
        if ahead > 0 {
            partner.advance(packet, ahead, now);
            self.next_sequence = header.sequence.wrapping_add(1);
            (self.timestamp, self.span, self.sent_at) = (header.timestamp, span, Some(now));
        }
        Some(header)
    }

    /// Places a packet of our own with `span` samples behind what was sent before.
    pub fn own(&mut self, payload_type: u8, span: u32, now: Tick) -> Header {
        let goes_on = matches!(self.follows, Follows::Ourselves)
            && self.sent_at.is_some_and(|at| samples(at, now) < self.span + PAUSE);
        let timestamp =
            if goes_on { self.timestamp.wrapping_add(self.span) } else { self.resume_timestamp(now) };
        let marker = if goes_on { Marker::Clear } else { Marker::Set };
        self.follows = Follows::Ourselves;
        self.place(marker, payload_type, timestamp, span, now)
    }

    /// Places the first packet of an RFC 4733 event.
    pub fn begin_event(&mut self, payload_type: u8, now: Tick) -> Header {
        let timestamp = self.resume_timestamp(now);
        self.follows = Follows::Ourselves;
        self.place(Marker::Set, payload_type, timestamp, 0, now)
    }

    /// Places a further packet of that event: the same timestamp, `lasted` samples so far.
    pub fn go_on_with_event(&mut self, payload_type: u8, lasted: u32, now: Tick) -> Header {
        let begun_at = self.sent_at;
        let header = self.place(Marker::Clear, payload_type, self.timestamp, lasted, now);
        (self.sent_at, self.follows) = (begun_at, Follows::Nobody);
        header
    }

    fn join(&mut self, packet: &Header, payload_type: u8, span: u32, now: Tick) -> Header {
        let timestamp = self.resume_timestamp(now);
        self.follows = Follows::Partner(Partner {
            ssrc: packet.ssrc,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            at: now,
            sequence_shift: self.next_sequence.wrapping_sub(packet.sequence),
            timestamp_shift: timestamp.wrapping_sub(packet.timestamp),
            age: 0,
        });
        self.place(Marker::Set, payload_type, timestamp, span, now)
    }

    /// Real time passed, and never less than the sound that was sent.
    fn resume_timestamp(&self, now: Tick) -> u32 {
        let passed = self.sent_at.map_or(0, |at| samples(at, now).max(self.span));
        self.timestamp.wrapping_add(passed)
    }

    fn place(&mut self, marker: Marker, payload_type: u8, timestamp: u32, span: u32, now: Tick) -> Header {
        let sequence = self.next_sequence;
        self.next_sequence = sequence.wrapping_add(1);
        (self.timestamp, self.span, self.sent_at) = (timestamp, span, Some(now));
        Header { marker, payload_type, sequence, timestamp, ssrc: self.ssrc }
    }
}

impl Partner {
    fn continues(&self, packet: &Header, ahead: i32, now: Tick) -> bool {
        let drift = packet.timestamp.wrapping_sub(self.timestamp) as i32;
        packet.ssrc == self.ssrc
            && (-BEHIND_MAX..=AHEAD_MAX).contains(&ahead)
            && drift.unsigned_abs() <= samples(self.at, now).saturating_add(CLOCK_SLACK)
    }

    fn advance(&mut self, packet: &Header, ahead: i32, now: Tick) {
        (self.sequence, self.timestamp, self.at) = (packet.sequence, packet.timestamp, now);
        self.age = (self.age + ahead).min(BEHIND_MAX);
    }
}

fn samples(from: Tick, to: Tick) -> u32 {
    (to.since(from).as_micros() * u128::from(RATE) / 1_000_000) as u32
}
