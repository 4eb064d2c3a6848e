//! Pure. How well a far end's packets come: loss and jitter (RFC 3550 §A.3, §A.8).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::media::rtcp::HeardSoFar;
use crate::media::rtp::{Header, RATE};
use crate::time::Tick;
use std::time::Duration;

const AHEAD_MAX: u16 = 3000; // a greater jump is a new beginning, not a loss (RFC 3550 §A.1)
const BEHIND_MAX: u16 = 100;

/// The figures of a leg, over all the timelines its far end used.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    stream: Option<Stream>,
    packets: u64,
    /// Of timelines that are over.
    lost_before: u64,
}

#[derive(Clone, Debug)]
struct Stream {
    ssrc: u32,
    first: u32,
    /// With its cycles above the lower 16 bits.
    highest: u32,
    received: u32,
    transit: u32,
    /// In samples, times 16.
    jitter: u32,
    reported: Reported,
}

/// What the last report covered.
#[derive(Clone, Copy, Debug, Default)]
struct Reported {
    expected: u32,
    received: u32,
}

impl Reception {
    /// Counts a packet.
    pub fn take(&mut self, header: &Header, now: Tick) {
        self.packets += 1;
        let transit = arrival(now).wrapping_sub(header.timestamp);
        if let Some(stream) = self.stream.as_mut().filter(|stream| stream.continues(header)) {
            return stream.take(header.sequence, transit);
        }
        self.lost_before = self.lost();
        self.stream = Some(Stream::new(header, transit));
    }

    /// Packets taken.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Packets missing by their sequence numbers.
    pub fn lost(&self) -> u64 {
        self.lost_before + self.stream.as_ref().map_or(0, |stream| u64::from(stream.lost()))
    }

    /// Interarrival jitter.
    pub fn jitter(&self) -> Duration {
        let samples = self.stream.as_ref().map_or(0, |stream| stream.jitter >> 4);
        Duration::from_micros(u64::from(samples) * 1_000_000 / u64::from(RATE))
    }

    /// The timeline heard now.
    pub fn ssrc(&self) -> Option<u32> {
        self.stream.as_ref().map(|stream| stream.ssrc)
    }

    /// The report block on the timeline heard now, and a new interval for the fraction lost.
    pub fn report(&mut self) -> Option<HeardSoFar> {
        let stream = self.stream.as_mut()?;
        let (expected, received) = (stream.expected(), stream.received);
        let recently = expected.wrapping_sub(stream.reported.expected);
        let lost = recently.saturating_sub(received.wrapping_sub(stream.reported.received));
        stream.reported = Reported { expected, received };
        Some(HeardSoFar {
            ssrc: stream.ssrc,
            lost_fraction: (lost.min(recently) * 256).checked_div(recently).unwrap_or(0).min(255) as u8,
            lost: stream.lost(),
            highest: stream.highest,
            jitter: stream.jitter >> 4,
            last_report: None,
        })
    }
}

impl Stream {
    fn new(header: &Header, transit: u32) -> Self {
        let first = u32::from(header.sequence);
        let reported = Reported::default();
        Stream { ssrc: header.ssrc, first, highest: first, received: 1, transit, jitter: 0, reported }
    }

    fn continues(&self, header: &Header) -> bool {
        let ahead = header.sequence.wrapping_sub(self.highest as u16);
        header.ssrc == self.ssrc && (ahead <= AHEAD_MAX || ahead.wrapping_neg() <= BEHIND_MAX)
    }

    fn take(&mut self, sequence: u16, transit: u32) {
        let ahead = sequence.wrapping_sub(self.highest as u16);
        if ahead <= AHEAD_MAX {
            self.highest = self.highest.wrapping_add(u32::from(ahead));
        }
        self.received = self.received.wrapping_add(1);
        let change = (transit.wrapping_sub(self.transit) as i32).unsigned_abs();
        self.transit = transit;
        if change < 10 * RATE {
            self.jitter = self.jitter + change - ((self.jitter + 8) >> 4);
        }
    }

    fn expected(&self) -> u32 {
        self.highest.wrapping_sub(self.first).wrapping_add(1)
    }

    fn lost(&self) -> u32 {
        self.expected().saturating_sub(self.received)
    }
}

fn arrival(now: Tick) -> u32 {
    (now.0.as_micros() * u128::from(RATE) / 1_000_000) as u32
}
