//! Pure. Playing a list of pieces to one leg, frame by frame and gapless, already in the leg's codec.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::rtp::RATE;
use super::shelf::{Recording, SoundKey};
use super::{Codec, Piece, Playlist, Repeat, g711, tone};
use crate::ids::PlayId;
use std::time::Duration;

/// The dialling tones of Europe (ETSI TR 101 041): 425 Hz; ringing 1 s in 5, busy half a second in one.
const TONE_HZ: u16 = 425;
const RINGBACK: (u32, u32) = (RATE, 4 * RATE);
const BUSY: (u32, u32) = (RATE / 2, RATE / 2);
/// A tone comes and goes softly, without a click: 4 ms.
const RAMP: u32 = 32;
const PIECES_MAX: usize = 64;

/// One playback.
#[derive(Clone, Debug)]
pub struct Player {
    /// Whose end is told.
    pub id: PlayId,
    voices: Vec<Voice>,
    repeat: Repeat,
    voice: usize,
    place: u32,
}

/// What filling a frame came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// The frame holds sound, and there is more.
    Full,
    /// The frame holds the last sound, padded with silence.
    Last,
    /// There was nothing left.
    Nothing,
    /// A recording is still being read; nothing was written.
    Waiting,
}

#[derive(Clone, Debug)]
enum Voice {
    Awaited(SoundKey),
    Recording(Recording),
    Tone { hz: u16, samples: u32 },
    Silence { samples: u32 },
}

impl Player {
    /// Plays `what`, at most 64 pieces of it.
    pub fn new(id: PlayId, what: &Playlist) -> Self {
        let pieces = what.pieces.iter().take(PIECES_MAX);
        Player { id, voices: pieces.flat_map(voices).collect(), repeat: what.repeat, voice: 0, place: 0 }
    }

    /// The recordings it still waits for.
    pub fn awaits(&self) -> impl Iterator<Item = &SoundKey> {
        self.voices.iter().filter_map(|voice| match voice {
            Voice::Awaited(key) => Some(key),
            _ => None,
        })
    }

    /// A recording was read.
    pub fn take(&mut self, key: &SoundKey, recording: &Recording) {
        for voice in &mut self.voices {
            if matches!(voice, Voice::Awaited(awaited) if awaited == key) {
                *voice = Voice::Recording(recording.clone());
            }
        }
    }

    /// Writes the next frame.
    pub fn fill(&mut self, codec: Codec, frame: &mut [u8]) -> Filled {
        let mut filled = 0;
        let mut idle_voices = 0;
        while filled < frame.len() {
            let Some(voice) = self.voices.get(self.voice) else {
                let over = self.repeat == Repeat::Once || idle_voices >= self.voices.len();
                if over {
                    break;
                }
                self.voice = 0;
                continue;
            };
            if matches!(voice, Voice::Awaited(_)) {
                if filled == 0 {
                    return Filled::Waiting;
                }
                break;
            }
            let written = voice.write(codec, self.place, &mut frame[filled..]);
            filled += written;
            self.place += written as u32;
            if self.place >= voice.samples() {
                idle_voices = if written == 0 { idle_voices + 1 } else { 0 };
                (self.voice, self.place) = (self.voice + 1, 0);
            }
        }
        frame[filled..].fill(g711::silence(codec));
        self.outcome(filled)
    }

    fn outcome(&self, filled: usize) -> Filled {
        let more = self.repeat == Repeat::Forever || self.voice < self.voices.len();
        match (filled, more) {
            (0, _) => Filled::Nothing,
            (_, true) => Filled::Full,
            (_, false) => Filled::Last,
        }
    }
}

impl Voice {
    fn samples(&self) -> u32 {
        match self {
            Voice::Awaited(_) => 0,
            Voice::Recording(recording) => recording.sound.len() as u32,
            Voice::Tone { samples, .. } | Voice::Silence { samples } => *samples,
        }
    }

    /// Writes from `place` on; how much was written.
    fn write(&self, codec: Codec, place: u32, to: &mut [u8]) -> usize {
        let length = to.len().min(self.samples().saturating_sub(place) as usize);
        let to = &mut to[..length];
        match self {
            Voice::Recording(recording) => {
                let start = place as usize;
                to.copy_from_slice(&recording.sound[start..start + length]);
                g711::transcode(to, recording.codec, codec);
            }
            Voice::Tone { hz, samples } => {
                for (at, byte) in (place..).zip(to) {
                    let edge = at.min(samples - 1 - at).min(RAMP);
                    let sample = i32::from(tone::sample(*hz, at)) * edge as i32 / RAMP as i32;
                    *byte = g711::encode(codec, sample as i16);
                }
            }
            Voice::Awaited(_) | Voice::Silence { .. } => to.fill(g711::silence(codec)),
        }
        length
    }
}

fn voices(piece: &Piece) -> Vec<Voice> {
    let cadence = |(on, off)| vec![Voice::Tone { hz: TONE_HZ, samples: on }, Voice::Silence { samples: off }];
    match piece {
        Piece::Prompt { lang, name } => vec![Voice::Awaited(SoundKey::Prompt { lang, name: name.clone() })],
        Piece::Own { lang, name, or } => {
            vec![Voice::Awaited(SoundKey::Own { lang, name: name.clone(), or: or.clone() })]
        }
        Piece::File(name) => vec![Voice::Awaited(SoundKey::File(name.clone()))],
        Piece::Music => vec![Voice::Awaited(SoundKey::Music)],
        Piece::Ringback => cadence(RINGBACK),
        Piece::Busy => cadence(BUSY),
        Piece::Tone { hz, length } => vec![Voice::Tone { hz: *hz, samples: samples(*length) }],
        Piece::Pause(length) => vec![Voice::Silence { samples: samples(*length) }],
    }
}

fn samples(length: Duration) -> u32 {
    (length.as_millis() * u128::from(RATE) / 1000).min(u128::from(u32::MAX - 1)) as u32
}
