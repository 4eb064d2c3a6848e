//! Pure. The RTP header (RFC 3550 §5.1): read from any bytes, written in place before a payload.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::ops::Range;

/// Bytes of a header without extension and contributing sources: the only kind we write.
pub const HEADER_BYTES: usize = 12;

/// Samples a second of both our codecs and of their RTP clock.
pub const RATE: u32 = 8000;

/// Whether a packet begins a stretch of sound after silence or a change (RFC 3551 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// It begins one.
    Set,
    /// It continues one.
    Clear,
}

/// A header's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Begin of a talk spurt.
    pub marker: Marker,
    /// 0–127.
    pub payload_type: u8,
    /// Rises by one a packet.
    pub sequence: u16,
    /// In samples.
    pub timestamp: u32,
    /// Whose timeline this is.
    pub ssrc: u32,
}

/// A packet that was read: its header, and where its payload lies in the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The header's fields.
    pub header: Header,
    start: u16,
    end: u16,
}

impl Packet {
    /// Reads a datagram; `None` for anything that is not RTP version 2 with a payload.
    pub fn read(datagram: &[u8]) -> Option<Packet> {
        let fixed = datagram.first_chunk::<HEADER_BYTES>()?;
        if fixed[0] >> 6 != 2 || datagram.len() > usize::from(u16::MAX) {
            return None;
        }
        let start = payload_start(datagram, fixed[0])?;
        let end = payload_end(datagram, fixed[0])?;
        if start >= end {
            return None;
        }
        let header = Header {
            marker: if fixed[1] & 0x80 == 0 { Marker::Clear } else { Marker::Set },
            payload_type: fixed[1] & 0x7F,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
        };
        Some(Packet { header, start: start as u16, end: end as u16 })
    }

    /// Where the payload lies in the datagram.
    pub fn payload(&self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }

    /// Writes `header` right before the payload of this datagram; what is to be sent is the range returned.
    /// Extensions and padding of the sender are left out: they were agreed with us, not with the partner.
    pub fn rewrite(&self, header: Header, datagram: &mut [u8]) -> Range<usize> {
        let payload = self.payload();
        let start = payload.start - HEADER_BYTES;
        header.write(&mut datagram[start..payload.start]);
        start..payload.end
    }
}

impl Header {
    /// Writes the header into the first twelve bytes of `to`.
    pub fn write(&self, to: &mut [u8]) {
        let marker = if self.marker == Marker::Set { 0x80 } else { 0 };
        to[0] = 0x80;
        to[1] = marker | (self.payload_type & 0x7F);
        to[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        to[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        to[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
    }
}

/// Behind the contributing sources and the extension.
fn payload_start(datagram: &[u8], first: u8) -> Option<usize> {
    let start = HEADER_BYTES + 4 * usize::from(first & 0x0F);
    if first & 0x10 == 0 {
        return Some(start);
    }
    let extension = datagram.get(start..start + 4)?;
    Some(start + 4 + 4 * usize::from(u16::from_be_bytes([extension[2], extension[3]])))
}

/// Before the padding, whose last byte counts it.
fn payload_end(datagram: &[u8], first: u8) -> Option<usize> {
    let padding = if first & 0x20 == 0 { 0 } else { usize::from(*datagram.last()?) };
    datagram.len().checked_sub(padding)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: [u8; 14] = [0x80, 0x88, 1, 2, 0, 0, 0, 5, 9, 8, 7, 6, 0xAA, 0xBB];

    #[test]
    fn reads_the_fields_of_the_rfc() {
        let packet = Packet::read(&PLAIN).unwrap();
        let header = Header {
            marker: Marker::Set,
            payload_type: 8,
            sequence: 0x0102,
            timestamp: 5,
            ssrc: 0x0908_0706,
        };
        assert_eq!((packet.header, packet.payload()), (header, 12..14));
    }

    #[test]
    fn a_rewritten_packet_has_no_extension_source_list_or_padding() {
        let mut bytes = vec![0xB1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]; // padding, extension, one source
        bytes.extend([1, 2, 3, 4]);
        bytes.extend([0xBE, 0xDE, 0, 1, 0, 0, 0, 0]);
        bytes.extend([0x55, 0x66, 0, 2]); // two bytes of sound, two of padding
        let packet = Packet::read(&bytes).unwrap();
        assert_eq!(&bytes[packet.payload()], [0x55, 0x66]);
        let header = Header { payload_type: 0, sequence: 7, ..packet.header };
        let sent = packet.rewrite(header, &mut bytes);
        let again = Packet::read(&bytes[sent.clone()]).unwrap();
        assert_eq!((sent.len(), again.header, again.payload()), (14, header, 12..14));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..40 {
            for first in 0..=255u8 {
                for last in [0, 1, 12, 13, 255] {
                    let mut bytes = vec![first; length];
                    if let Some(end) = bytes.last_mut() {
                        *end = last;
                    }
                    if let Some(packet) = Packet::read(&bytes) {
                        assert!(packet.payload().start >= HEADER_BYTES && packet.payload().end <= length);
                    }
                }
            }
        }
    }

    #[test]
    fn other_versions_and_empty_packets_are_no_packets() {
        assert_eq!(Packet::read(&[0x40; 20]), None);
        assert_eq!(Packet::read(&PLAIN[..12]), None);
        assert_eq!(Packet::read(&[]), None);
    }
}
