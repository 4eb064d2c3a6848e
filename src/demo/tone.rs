//! Pure. One tone per party: speak it, and say which tones are heard (who hears whom).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::media::tone::{energy, sample, share};

/// How much of the energy must be in a tone for it to count as heard. Speech and music spread theirs.
const SHARE_HEARD: f32 = 0.85;
/// Mean square below which a packet is silence (about −50 dBm0).
const SILENCE: f32 = 3_000.0;

/// A speaker of one tone, in phase from packet to packet.
#[derive(Debug, Clone)]
pub struct Voice {
    hz: u16,
    place: u32,
}

impl Voice {
    /// A tone of `hz`.
    pub fn new(hz: u16) -> Voice {
        Voice { hz, place: 0 }
    }

    /// The next `samples` samples, at about −13 dBm0.
    pub fn speak(&mut self, samples: usize) -> Vec<i16> {
        let from = self.place;
        self.place = from.wrapping_add(samples as u32);
        (from..from + samples as u32).map(|place| sample(self.hz, place)).collect()
    }
}

/// A listener for one tone.
#[derive(Debug, Clone)]
pub struct Ear {
    hz: u16,
    /// Packets in which the tone was clear.
    pub heard: u32,
    /// Clear packets in a row; music holds no note alone this long.
    run: u32,
    longest_run: u32,
}

impl Ear {
    /// Listens for `hz`.
    pub fn new(hz: u16) -> Ear {
        Ear { hz, heard: 0, run: 0, longest_run: 0 }
    }

    /// One packet of sound.
    pub fn listen(&mut self, samples: &[i16]) {
        if samples.is_empty() || energy(samples) / (samples.len() as f32) < SILENCE {
            return;
        }
        if share(samples, self.hz) >= SHARE_HEARD {
            self.heard += 1;
            self.run += 1;
            self.longest_run = self.longest_run.max(self.run);
        } else {
            self.run = 0;
        }
    }

    /// At least 0.4 s of the tone, unbroken.
    pub fn is_sure(&self) -> bool {
        self.longest_run >= 20
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(speaks: u16, listens: u16) -> u32 {
        let (mut voice, mut ear) = (Voice::new(speaks), Ear::new(listens));
        (0..10).for_each(|_| ear.listen(&voice.speak(160)));
        ear.heard
    }

    #[test]
    fn an_ear_hears_its_own_tone_and_no_neighbour() {
        assert_eq!(heard(700, 700), 10);
        assert_eq!(heard(700, 800), 0, "100 Hz apart are told apart in 20 ms");
        assert_eq!(heard(1_950, 1_950), 10);
    }

    #[test]
    fn silence_is_not_heard() {
        let mut ear = Ear::new(700);
        ear.listen(&[0; 160]);
        ear.listen(&[]);
        assert_eq!((ear.heard, ear.is_sure()), (0, false));
    }
}
