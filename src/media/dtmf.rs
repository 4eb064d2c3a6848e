//! Pure. Keys heard in the sound itself, for far ends that agreed to no RFC 4733 events.
//!
//! Goertzel over hops of 102 samples (12.75 ms): a press of 40 ms fills at least two of them wherever it
//! begins, and a pause of 40 ms leaves at least two empty (ITU-T Q.24 asks for 40 ms and 40 ms).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::events::{COLUMNS, PAD, ROWS};
use super::tone;

const HOP: usize = 102;
/// Mean square below which nothing is a key: about −38 dBm0.
const QUIET: f32 = 4e4;
/// The least share of the energy in the two tones together.
const PURE: f32 = 0.75;
/// How much stronger than the others of its group a tone must be (8 dB).
const CLEAR: f32 = 6.3;
/// The column may be this much weaker (8 dB) or stronger (6 dB) than the row: "twist", Q.24 and margin.
const WEAKER: f32 = 6.3;
const STRONGER: f32 = 4.0;

/// Listens to one leg.
#[derive(Clone, Debug)]
pub struct Detector {
    hop: [i16; HOP],
    filled: usize,
    /// What the last hop sounded like.
    last: Option<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// The key was told; this many hops without it so far.
    Pressed(u8, Hops),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hops {
    None,
    One,
}

impl Default for Detector {
    fn default() -> Self {
        Detector { hop: [0; HOP], filled: 0, last: None, state: State::Idle }
    }
}

impl Detector {
    /// Hears one more sample at 8 kHz; the key when a press was recognised with it.
    pub fn hear(&mut self, sample: i16) -> Option<char> {
        self.hop[self.filled] = sample;
        self.filled += 1;
        if self.filled < HOP {
            return None;
        }
        self.filled = 0;
        let heard = key_in(&self.hop);
        let told = self.judge(heard);
        self.last = heard;
        told.map(char::from)
    }

    /// Two hops alike begin a press, two without it end it.
    fn judge(&mut self, heard: Option<u8>) -> Option<u8> {
        self.state = match (self.state, heard) {
            (State::Pressed(key, _), Some(same)) if same == key => State::Pressed(key, Hops::None),
            (State::Pressed(key, Hops::None), _) => State::Pressed(key, Hops::One),
            (State::Pressed(_, Hops::One) | State::Idle, _) => State::Idle,
        };
        let begun = heard.filter(|_| self.state == State::Idle && heard == self.last)?;
        self.state = State::Pressed(begun, Hops::None);
        Some(begun)
    }
}

/// The key that a hop sounds like.
fn key_in(hop: &[i16; HOP]) -> Option<u8> {
    let energy = tone::energy(hop);
    if energy < QUIET * HOP as f32 {
        return None;
    }
    let (row, low) = strongest(hop, ROWS)?;
    let (column, high) = strongest(hop, COLUMNS)?;
    let pure = low + high >= PURE * energy;
    let balanced = high <= STRONGER * low && low <= WEAKER * high;
    (pure && balanced).then(|| PAD[4 * row + column])
}

/// The strongest of a group, when it stands out clearly.
fn strongest(hop: &[i16; HOP], group: [u16; 4]) -> Option<(usize, f32)> {
    let powers = group.map(|hz| tone::power(hop, hz));
    let best = (0..4).max_by(|&a, &b| powers[a].total_cmp(&powers[b]))?;
    let clear = (0..4).all(|other| other == best || powers[best] >= CLEAR * powers[other]);
    clear.then_some((best, powers[best]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn told(sound: impl Iterator<Item = f32>) -> String {
        let mut detector = Detector::default();
        sound.filter_map(|sample| detector.hear(sample as i16)).collect()
    }

    fn press(row: f32, column: f32, samples: usize, low: f32, high: f32) -> Vec<f32> {
        let turn = |hz: f32, n: usize| (TAU * hz * n as f32 / 8000.0).sin();
        (0..samples).map(|n| low * turn(row, n) + high * turn(column, n)).collect()
    }

    fn noise(seed: &mut u32) -> f32 {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (*seed >> 16) as f32 / 32_768.0 - 1.0
    }

    /// Sixteen keys of `ms` with pauses of 40 ms, beginning `shift` samples into a hop.
    fn dialled(ms: usize, shift: usize, detune: f32, low: f32, high: f32) -> Vec<f32> {
        let mut sound = vec![0.0; shift];
        for at in 0..16 {
            let (row, column) = (f32::from(ROWS[at / 4]), f32::from(COLUMNS[at % 4]));
            sound.extend(press(row * detune, column * detune, ms * 8, low, high));
            sound.extend([0.0; 320]);
        }
        sound
    }

    #[test]
    fn all_keys_of_40_ms_wherever_they_begin() {
        for shift in 0..HOP {
            let sound = dialled(40, shift, 1.0, 5000.0, 5000.0);
            assert_eq!(told(sound.into_iter()), "123A456B789C*0#D", "shifted by {shift}");
        }
    }

    #[test]
    fn detuned_twisted_quiet_and_noisy_keys_are_still_keys() {
        let mut seed = 1;
        let keys = "123A456B789C*0#D";
        for (detune, low, high) in
            [(1.015, 5e3, 5e3), (0.985, 5e3, 5e3), (1.0, 5e3, 3e3), (1.0, 3e3, 4.5e3), (1.0, 300.0, 300.0)]
        {
            let floor = high * 0.2;
            let sound = dialled(50, 17, detune, low, high).into_iter().map(|s| s + floor * noise(&mut seed));
            assert_eq!(told(sound), keys, "detuned {detune}, levels {low} {high}");
        }
    }

    #[test]
    fn a_long_press_with_a_drop_out_is_one_press() {
        let mut sound = press(697.0, 1209.0, 8000, 5e3, 5e3);
        sound[4000..4090].fill(0.0);
        assert_eq!(told(sound.into_iter()), "1");
    }

    #[test]
    fn noise_silence_single_tones_and_dial_tone_are_no_keys() {
        let mut seed = 7;
        assert_eq!(told((0..80_000).map(|_| 8000.0 * noise(&mut seed))), "");
        assert_eq!(told(std::iter::repeat_n(0.0, 8000)), "");
        assert_eq!(told(press(697.0, 2000.0, 8000, 5e3, 5e3).into_iter()), "");
        assert_eq!(told(press(425.0, 1209.0, 8000, 5e3, 0.0).into_iter()), "");
    }

    /// Voices: a pitch that glides, its harmonics shaped by two formants, a little breath.
    #[test]
    fn three_minutes_of_voices_press_no_key() {
        let mut seed = 3;
        let (mut phase, mut pitch, mut first, mut second) = (0.0f32, 120.0f32, 700.0f32, 1300.0f32);
        let sound = (0..180 * 8000).map(|n| {
            if n % 800 == 0 {
                pitch = (pitch + 30.0 * noise(&mut seed)).clamp(80.0, 300.0);
                first = 500.0 + 400.0 * noise(&mut seed).abs();
                second = 1500.0 + 400.0 * noise(&mut seed);
            }
            phase = (phase + pitch / 8000.0).fract();
            let harmonic = |k: f32| {
                let near = |formant: f32| 1.0 / (1.0 + ((k * pitch - formant) / 120.0).powi(2));
                (0.4 / k + near(first) + 0.5 * near(second)) * (TAU * k * phase).sin()
            };
            4000.0 * (1..20).map(|k| harmonic(k as f32)).sum::<f32>() + 100.0 * noise(&mut seed)
        });
        assert_eq!(told(sound), "");
    }
}
