//! Shell. One leg: its ports, its ear, its mouth, and what becomes of what it sends.

use crate::ids::LegId;
use crate::media::engine::recorder::{Goes, Recording};
use crate::media::hearing::Hearing;
use crate::media::ports::Pair;
use crate::media::rtp::Header;
use crate::media::speaking::Speaking;
use crate::media::timeline::Origin;
use crate::media::{Codec, rtcp};
use crate::time::Tick;
use base64::Engine as _;
use std::net::SocketAddr;
use std::time::Duration;

const REPORT_EVERY: Duration = Duration::from_secs(5); // RFC 3550 §6.2

/// One leg.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: LegId,
    pub(super) pair: Pair,
    name: String,
    pub(super) hearing: Hearing,
    pub(super) speaking: Speaking,
    /// Whom it hears; itself in an echo test.
    pub(super) partner: Option<usize>,
    pub(super) recording: Option<Recording>,
    report_at: Tick,
}

impl Leg {
    pub(super) fn new(id: LegId, pair: Pair, now: Tick) -> Option<Leg> {
        let random = super::random::<22>().ok()?;
        let [a, b, c, d, e, f, g, h, i, j, name @ ..] = random;
        let origin = Origin {
            ssrc: u32::from_ne_bytes([a, b, c, d]),
            sequence: u16::from_ne_bytes([e, f]),
            timestamp: u32::from_ne_bytes([g, h, i, j]),
        };
        Some(Leg {
            id,
            pair,
            name: base64::engine::general_purpose::STANDARD_NO_PAD.encode(name), // RFC 7022 §4.2
            hearing: Hearing::default(),
            speaking: Speaking::new(origin),
            partner: None,
            recording: None,
            report_at: now + REPORT_EVERY,
        })
    }

    /// A recording gets what the far end sends, until it has enough.
    pub(super) fn record(&mut self, header: &Header, codec: Codec, sound: &[u8], now: Tick) {
        if let Some(recording) = &mut self.recording
            && recording.hear(header, codec, sound, now) == Goes::Over
        {
            self.recording = None;
        }
    }

    pub(super) fn report_when_due(&mut self, now: Tick) {
        if now >= self.report_at {
            self.report_at = now + REPORT_EVERY;
            self.send_report(None, now);
        }
    }

    /// A port that nobody listens on, or a full send buffer, is a lost packet and no error.
    pub(super) fn send(&self, packet: &[u8]) {
        if let Some(far_end) = self.hearing.far_end() {
            let _ = self.pair.rtp.send_to(packet, far_end);
        }
    }

    pub(super) fn send_report(&mut self, last: Option<[u8; 8]>, now: Tick) {
        let Some(mut to) = self.hearing.far_end() else { return };
        let Some(port) = to.port().checked_add(1) else { return };
        to.set_port(port);
        let sent = self.speaking.report(now);
        let mut report = rtcp::report(self.speaking.ssrc(), &self.name, sent, self.hearing.report(), now);
        report.extend(last.iter().flatten());
        let _ = self.pair.rtcp.send_to(&report, to);
    }

    /// An IPv4 address as an IPv6 socket knows it.
    pub(super) fn reachable(&self, remote: SocketAddr) -> SocketAddr {
        match (self.pair.address, remote) {
            (SocketAddr::V6(_), SocketAddr::V4(v4)) => (v4.ip().to_ipv6_mapped(), v4.port()).into(),
            _ => remote,
        }
    }
}
