//! Pure. A recording being made: what of a far end's sound belongs in it, and when it is over.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::rtp::{Header, RATE};
use super::tone;
use std::time::Duration;

/// After so much silence a message is over.
pub const SILENCE_ENDS: Duration = Duration::from_secs(5);
/// What is left of the silence behind the last word, in samples.
const TAIL: u64 = 2400;
/// Quieter than this (root mean square) is no speech, −46 dBFS.
const QUIET: f32 = 164.0;
/// Neither is what lies so far below the loudest: 30 dB.
const BELOW_LOUDEST: f32 = 31.6;
/// A longer jump of a timeline is no silence but a new beginning, in samples: 30 s.
const GAP_MAX: i32 = 240_000;
/// What comes later than this after its time is not put back in its place but begins anew, in samples.
const LATE_MAX: i32 = 16_000;
/// Gaps written down one by one.
const GAPS_MAX: usize = 20;

/// Whether silence ends a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// A message, a prompt: with the speech; silence behind it is cut off.
    WithSpeech,
    /// A call: when told.
    WhenTold,
}

impl Ends {
    /// By where the file lies.
    pub fn of(file: &str) -> Ends {
        if file.starts_with("recordings/") { Ends::WhenTold } else { Ends::WithSpeech }
    }
}

/// Lays packets on one line, so that what was lost or not sent stays as long as it was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// The timeline, and the timestamp that follows what came last.
    next: Option<(u32, u32)>,
}

impl Line {
    /// The silence before this packet, in samples; `None` for a packet whose time has passed.
    pub fn follow(&mut self, header: &Header, span: u32) -> Option<u32> {
        let ahead = match self.next {
            Some((ssrc, next)) if ssrc == header.ssrc => header.timestamp.wrapping_sub(next) as i32,
            _ => 0,
        };
        if (-LATE_MAX..0).contains(&ahead) {
            return None;
        }
        self.next = Some((header.ssrc, header.timestamp.wrapping_add(span)));
        Some(if ahead <= GAP_MAX { ahead.max(0).unsigned_abs() } else { 0 })
    }
}

/// What a recording holds so far; all figures in samples of 8 kHz.
#[derive(Clone, Debug)]
pub struct Take {
    ends: Ends,
    at_most: u64,
    length: u64,
    /// Where the last speech ended.
    spoken: u64,
    loudest: f32,
    missed: Vec<(u64, u64)>,
}

impl Take {
    /// Nothing yet.
    pub fn new(ends: Ends, at_most: Duration) -> Self {
        let at_most =
            u64::try_from(at_most.as_millis()).unwrap_or(u64::MAX).saturating_mul(RATE.into()) / 1000;
        Take { ends, at_most, length: 0, spoken: 0, loudest: 0.0, missed: Vec::new() }
    }

    /// A frame of sound: how many of its samples belong in the file.
    pub fn hear(&mut self, frame: &[i16]) -> usize {
        let kept = self.room(frame.len() as u64) as usize;
        let loudness = (tone::energy(&frame[..kept]) / kept.max(1) as f32).sqrt();
        self.loudest = self.loudest.max(loudness);
        self.length += kept as u64;
        if loudness > QUIET.max(self.loudest / BELOW_LOUDEST) {
            self.spoken = self.length;
        }
        kept
    }

    /// Silence that was not sent: how many samples of it belong in the file.
    pub fn pause(&mut self, samples: u32) -> usize {
        let kept = self.room(samples.into());
        self.length += kept;
        kept as usize
    }

    /// Sound that came and could not be written: silence in its place, and a note of it.
    pub fn miss(&mut self, samples: u32) -> usize {
        let begin = self.length;
        let kept = self.pause(samples);
        if kept > 0 && self.missed.len() < GAPS_MAX {
            self.missed.push((begin, self.length));
        }
        kept
    }

    /// Whether nothing more belongs in it.
    pub fn is_over(&self) -> bool {
        let silent = u128::from(self.length - self.spoken) * 1000 / u128::from(RATE);
        let falls_silent = self.ends == Ends::WithSpeech && silent >= SILENCE_ENDS.as_millis();
        self.length >= self.at_most || falls_silent
    }

    /// How much stays when it ends: a message loses the silence behind its last word.
    pub fn kept(&self) -> u64 {
        match self.ends {
            Ends::WhenTold => self.length,
            Ends::WithSpeech if self.spoken == 0 => 0,
            Ends::WithSpeech => self.length.min(self.spoken + TAIL),
        }
    }

    /// Where sound is missing, in words for the file; empty where none is.
    pub fn missing(&self) -> String {
        let seconds = |samples: u64| format!("{}.{} s", samples / 8000, samples % 8000 / 800);
        let gap = |(from, to): &(u64, u64)| format!("{} to {}", seconds(*from), seconds(*to));
        let gaps: Vec<String> = self.missed.iter().map(gap).collect();
        if gaps.is_empty() { String::new() } else { format!("sound is missing from {}", gaps.join(", ")) }
    }

    fn room(&self, samples: u64) -> u64 {
        samples.min(self.at_most - self.length.min(self.at_most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::rtp::Marker;

    fn packet(ssrc: u32, timestamp: u32) -> Header {
        Header { marker: Marker::Clear, payload_type: 8, sequence: 0, timestamp, ssrc }
    }

    fn speech(samples: u32) -> Vec<i16> {
        (0..samples).map(|place| tone::sample(440, place)).collect()
    }

    #[test]
    fn what_is_missing_stays_as_long_as_it_was() {
        let mut line = Line::default();
        assert_eq!(line.follow(&packet(1, u32::MAX - 79), 160), Some(0));
        assert_eq!(line.follow(&packet(1, 80), 160), Some(0), "over the wrap");
        assert_eq!(line.follow(&packet(1, 560), 160), Some(320), "two packets lost");
        assert_eq!(line.follow(&packet(1, 400), 160), None, "one of them comes late");
        assert_eq!(line.follow(&packet(2, 9_000_000), 160), Some(0), "another timeline");
        assert_eq!(line.follow(&packet(2, 90_000_000), 160), Some(0), "a jump");
    }

    #[test]
    fn five_seconds_of_silence_end_a_message_and_are_cut_off() {
        let mut take = Take::new(Ends::WithSpeech, Duration::from_secs(60));
        take.hear(&speech(16_000));
        take.hear(&vec![20; 39_999]);
        assert!(!take.is_over());
        take.hear(&[20]);
        assert!(take.is_over());
        assert_eq!(take.kept(), 18_400);
        let mut call = Take::new(Ends::WhenTold, Duration::from_secs(60));
        call.hear(&vec![0; 80_000]);
        assert!(!call.is_over());
        assert_eq!(call.kept(), 80_000);
    }

    #[test]
    fn nobody_spoke_and_nothing_is_kept() {
        let mut take = Take::new(Ends::WithSpeech, Duration::from_secs(60));
        take.pause(40_000);
        assert!(take.is_over());
        assert_eq!(take.kept(), 0);
    }

    #[test]
    fn no_more_than_was_allowed() {
        let mut take = Take::new(Ends::WhenTold, Duration::from_secs(1));
        assert_eq!(take.hear(&speech(7_900)), 7_900);
        assert_eq!(take.hear(&speech(160)), 100);
        assert!(take.is_over());
        assert_eq!((take.hear(&speech(160)), take.pause(9)), (0, 0));
        assert_eq!(take.kept(), 8_000);
    }

    #[test]
    fn a_gap_is_written_down() {
        let mut take = Take::new(Ends::WhenTold, Duration::from_secs(60));
        assert_eq!(take.missing(), "");
        take.hear(&speech(12_000));
        assert_eq!(take.miss(4_000), 4_000);
        assert_eq!(take.missing(), "sound is missing from 1.5 s to 2.0 s");
    }
}
