//! Pure. RTCP: the reports we send (RFC 3550 §6.4) and the one thing we read, when theirs left.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::Tick;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
const VERSION: u8 = 0x80;
const CNAME: u8 = 1;

/// What we sent so far, for a sender report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The RTP timestamp that belongs to the moment of the report.
    pub timestamp: u32,
    /// Packets.
    pub packets: u32,
    /// Bytes of payload.
    pub octets: u32,
}

/// What we heard so far, for the report block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeardSoFar {
    /// Whose.
    pub ssrc: u32,
    /// Lost since the last report, of 256.
    pub lost_fraction: u8,
    /// Lost in all.
    pub lost: u32,
    /// Highest sequence number with its cycles.
    pub highest: u32,
    /// In samples.
    pub jitter: u32,
    /// Their last sender report.
    pub last_report: Option<TheirReport>,
}

/// A sender report of the far end: the middle of its NTP time, and when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TheirReport {
    /// RFC 3550 §6.4.1 "LSR".
    pub ntp_middle: u32,
    /// When it came.
    pub at: Tick,
}

/// Reads the sender report a datagram begins with.
pub fn read(datagram: &[u8], now: Tick) -> Option<TheirReport> {
    let report = datagram.first_chunk::<28>()?;
    if report[0] >> 6 != 2 || report[1] != SENDER_REPORT {
        return None;
    }
    Some(TheirReport {
        ntp_middle: u32::from_be_bytes([report[10], report[11], report[12], report[13]]),
        at: now,
    })
}

/// A compound packet: sender or receiver report, and the name of the timeline (RFC 7022: linked to nobody).
pub fn report(ssrc: u32, name: &str, sent: Option<Sent>, heard: Option<HeardSoFar>, now: Tick) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96);
    let blocks = u8::from(heard.is_some());
    let kind = if sent.is_some() { SENDER_REPORT } else { RECEIVER_REPORT };
    bytes.extend([VERSION | blocks, kind, 0, 0]);
    bytes.extend(ssrc.to_be_bytes());
    if let Some(sent) = sent {
        bytes.extend(ntp(now).to_be_bytes());
        for field in [sent.timestamp, sent.packets, sent.octets] {
            bytes.extend(field.to_be_bytes());
        }
    }
    if let Some(heard) = heard {
        push_block(&mut bytes, heard, now);
    }
    close(&mut bytes, 0);
    push_description(&mut bytes, ssrc, name);
    bytes
}

/// The last packet of a timeline, behind a report (RFC 3550 §6.6).
pub fn goodbye(ssrc: u32) -> [u8; 8] {
    let [a, b, c, d] = ssrc.to_be_bytes();
    [VERSION | 1, GOODBYE, 0, 1, a, b, c, d]
}

fn push_block(bytes: &mut Vec<u8>, heard: HeardSoFar, now: Tick) {
    bytes.extend(heard.ssrc.to_be_bytes());
    let lost = heard.lost.min(0x7F_FFFF);
    bytes.extend((u32::from(heard.lost_fraction) << 24 | lost).to_be_bytes());
    bytes.extend(heard.highest.to_be_bytes());
    bytes.extend(heard.jitter.to_be_bytes());
    let (middle, delay) = heard.last_report.map_or((0, 0), |report| {
        (report.ntp_middle, (now.since(report.at).as_micros() * 65_536 / 1_000_000) as u32)
    });
    bytes.extend(middle.to_be_bytes());
    bytes.extend(delay.to_be_bytes());
}

fn push_description(bytes: &mut Vec<u8>, ssrc: u32, name: &str) {
    let start = bytes.len();
    bytes.extend([VERSION | 1, DESCRIPTION, 0, 0]);
    bytes.extend(ssrc.to_be_bytes());
    let name = &name.as_bytes()[..name.len().min(255)];
    bytes.extend([CNAME, name.len() as u8]);
    bytes.extend(name);
    bytes.push(0);
    while !bytes.len().is_multiple_of(4) {
        bytes.push(0);
    }
    close(bytes, start);
}

/// The length of a packet, in words minus one.
fn close(bytes: &mut [u8], start: usize) {
    let words = ((bytes.len() - start) / 4 - 1) as u16;
    bytes[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
}

/// Time since the program began, as NTP writes it: only differences matter to a receiver (RFC 3550 §4).
fn ntp(now: Tick) -> u64 {
    let fraction = (u64::from(now.0.subsec_nanos()) << 32) / 1_000_000_000;
    (now.0.as_secs() << 32) | fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: Tick = Tick(Duration::from_millis(10_500));

    fn heard() -> HeardSoFar {
        let last_report = Some(TheirReport { ntp_middle: 0xAABB_CCDD, at: Tick(Duration::from_secs(10)) });
        HeardSoFar { ssrc: 7, lost_fraction: 25, lost: 3, highest: 0x1_0005, jitter: 40, last_report }
    }

    #[test]
    fn a_report_has_the_fields_of_the_rfc() {
        let sent = Sent { timestamp: 1600, packets: 10, octets: 1600 };
        let bytes = report(5, "abc", Some(sent), Some(heard()), NOW);
        assert_eq!(bytes[..8], [0x81, 200, 0, 12, 0, 0, 0, 5]);
        assert_eq!(bytes[8..16], [0, 0, 0, 10, 0x80, 0, 0, 0]);
        assert_eq!(bytes[16..28], [0, 0, 6, 64, 0, 0, 0, 10, 0, 0, 6, 64]);
        assert_eq!(bytes[28..40], [0, 0, 0, 7, 25, 0, 0, 3, 0, 1, 0, 5]);
        assert_eq!(bytes[40..52], [0, 0, 0, 40, 0xAA, 0xBB, 0xCC, 0xDD, 0, 0, 0x80, 0]);
        assert_eq!(bytes[52..], [0x81, 202, 0, 3, 0, 0, 0, 5, 1, 3, b'a', b'b', b'c', 0, 0, 0]);
    }

    #[test]
    fn who_only_listens_sends_a_receiver_report() {
        let bytes = report(5, "abc", None, None, NOW);
        assert_eq!(bytes[..8], [0x80, 201, 0, 1, 0, 0, 0, 5]);
    }

    #[test]
    fn their_report_is_read_and_other_bytes_are_survived() {
        let sent = Sent { timestamp: 0, packets: 0, octets: 0 };
        let theirs = read(&report(5, "abc", Some(sent), None, NOW), NOW).unwrap();
        assert_eq!(theirs.ntp_middle, 0x000A_8000);
        for length in 0..64 {
            assert_eq!(read(&vec![0x81; length], NOW), None);
        }
    }
}
