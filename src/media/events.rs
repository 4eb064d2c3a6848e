//! Pure. Keys as RFC 4733 events: read, told once a press, written.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Bytes of an event's payload (RFC 4733 §2.3).
pub const EVENT_BYTES: usize = 4;

const KEYS: &[u8; 16] = b"0123456789*#ABCD"; // RFC 4733 §3.2
const VOLUME: u8 = 10; // −10 dBm0

/// Where a press is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// The key is down.
    Down,
    /// It was released (the end bit).
    Released,
}

/// One event packet's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// The event number; 0–15 are keys.
    pub code: u8,
    /// Down or released.
    pub press: Press,
    /// How long so far, in samples.
    pub lasted: u16,
}

impl KeyEvent {
    /// Reads a payload.
    pub fn read(payload: &[u8]) -> Option<KeyEvent> {
        let bytes = payload.first_chunk::<EVENT_BYTES>()?;
        let press = if bytes[1] & 0x80 == 0 { Press::Down } else { Press::Released };
        Some(KeyEvent { code: bytes[0], press, lasted: u16::from_be_bytes([bytes[2], bytes[3]]) })
    }

    /// The payload.
    pub fn bytes(self) -> [u8; EVENT_BYTES] {
        let end = if self.press == Press::Released { 0x80 } else { 0 };
        let [high, low] = self.lasted.to_be_bytes();
        [self.code, end | VOLUME, high, low]
    }

    /// The key; `None` for events that are none (hook flash, modem tones).
    pub fn digit(self) -> Option<char> {
        KEYS.get(usize::from(self.code)).map(|key| char::from(*key))
    }
}

/// The event number of a key.
pub fn code_of(digit: char) -> Option<u8> {
    KEYS.iter().position(|key| char::from(*key) == digit.to_ascii_uppercase()).map(|at| at as u8)
}

/// The two frequencies of a key (ITU-T Q.23).
pub fn frequencies(code: u8) -> Option<(u16, u16)> {
    let key = *KEYS.get(usize::from(code))?;
    let at = PAD.iter().position(|other| *other == key)?;
    Some((ROWS[at / 4], COLUMNS[at % 4]))
}

/// The keys as they lie on the pad, row by row.
pub const PAD: &[u8; 16] = b"123A456B789C*0#D";
/// The frequencies of the pad's rows, Hz.
pub const ROWS: [u16; 4] = [697, 770, 852, 941];
/// The frequencies of the pad's columns, Hz.
pub const COLUMNS: [u16; 4] = [1209, 1336, 1477, 1633];

/// Tells each press once, however many packets it takes and whichever of them are lost or come thrice.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyReader {
    last: Option<(u32, KeyEvent)>,
}

impl KeyReader {
    /// Takes an event packet with its RTP timestamp; the digit of a press not told before.
    pub fn hear(&mut self, timestamp: u32, event: KeyEvent) -> Option<char> {
        let known = self.last.is_some_and(|(at, last)| is_known(at, last, timestamp, event));
        let stale = self.last.is_some_and(|(at, _)| (timestamp.wrapping_sub(at) as i32) < 0);
        if stale {
            return None;
        }
        self.last = Some((timestamp, event));
        if known { None } else { event.digit() }
    }
}

/// The same timestamp is the same press (RFC 4733 §2.5.1.2). Some phones let the timestamp run during a
/// press: then a longer duration of the same key that was not released is the same press too.
fn is_known(at: u32, last: KeyEvent, timestamp: u32, event: KeyEvent) -> bool {
    let goes_on = last.code == event.code && last.press == Press::Down && event.lasted > last.lasted;
    timestamp == at || goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(code: u8, press: Press, lasted: u16) -> KeyEvent {
        KeyEvent { code, press, lasted }
    }

    #[test]
    fn a_press_is_told_once_whatever_is_lost() {
        use Press::{Down, Released};
        let press = |at: u32| {
            let packets = [
                (at, event(5, Down, 160)),
                (at, event(5, Down, 320)),
                (at, event(5, Released, 480)),
                (at, event(5, Released, 480)),
                (at, event(5, Released, 480)),
            ];
            packets.to_vec()
        };
        for lost in 0..32u32 {
            let arrived = press(1000).into_iter().enumerate().filter(|(n, _)| lost & (1 << n) == 0);
            let mut reader = KeyReader::default();
            let told: Vec<char> = arrived.filter_map(|(_, (at, event))| reader.hear(at, event)).collect();
            assert_eq!(told.len(), usize::from(lost != 31), "lost {lost:05b}");
        }
    }

    #[test]
    fn the_same_key_twice_is_two_presses_even_when_the_releases_are_lost() {
        let mut reader = KeyReader::default();
        assert_eq!(reader.hear(1000, event(1, Press::Down, 800)), Some('1'));
        assert_eq!(reader.hear(9000, event(1, Press::Down, 160)), Some('1'));
    }

    #[test]
    fn a_running_timestamp_is_one_press() {
        let mut reader = KeyReader::default();
        assert_eq!(reader.hear(1000, event(11, Press::Down, 160)), Some('#'));
        assert_eq!(reader.hear(1160, event(11, Press::Down, 320)), None);
        assert_eq!(reader.hear(1320, event(11, Press::Released, 480)), None);
        assert_eq!(reader.hear(1320, event(11, Press::Released, 480)), None);
    }

    #[test]
    fn a_late_packet_of_an_older_press_tells_nothing() {
        let mut reader = KeyReader::default();
        reader.hear(1000, event(1, Press::Down, 160));
        assert_eq!(reader.hear(3000, event(2, Press::Down, 160)), Some('2'));
        assert_eq!(reader.hear(1000, event(1, Press::Released, 480)), None);
        assert_eq!(reader.hear(3000, event(2, Press::Released, 480)), None);
    }

    #[test]
    fn what_is_no_key_is_no_digit() {
        assert_eq!(KeyReader::default().hear(0, event(16, Press::Down, 160)), None);
        assert_eq!(KeyEvent::read(&[1, 2, 3]), None);
    }

    #[test]
    fn every_key_has_its_number_and_reads_back() {
        for (code, key) in "0123456789*#ABCD".chars().enumerate() {
            assert_eq!(code_of(key), Some(code as u8));
            let event = event(code as u8, Press::Released, 800);
            assert_eq!(KeyEvent::read(&event.bytes()), Some(event));
        }
        assert_eq!((code_of('a'), code_of('x')), (Some(12), None));
        assert_eq!((frequencies(1), frequencies(11)), (Some((697, 1209)), Some((941, 1477))));
    }
}
