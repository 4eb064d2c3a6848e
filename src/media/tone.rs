//! Pure. Tones: making them and hearing them out of a sound (Goertzel).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::rtp::RATE;
use std::f32::consts::TAU;

/// The loudness of our own tones: about −13 dBm0, full scale being 32,767.
pub const AMPLITUDE: f32 = 5000.0;

/// The sample of a tone at a place on the 8 kHz line; the same place always sounds the same.
pub fn sample(hz: u16, place: u32) -> i16 {
    // A second holds a whole number of periods of any whole frequency: the phase stays exact for hours.
    let turns = (u32::from(hz) * (place % RATE)) % RATE;
    (AMPLITUDE * (TAU * turns as f32 / RATE as f32).sin()) as i16
}

/// How much of a sound's energy lies at a frequency: 1.0 for that pure tone, 0.0 for silence.
pub fn share(sound: &[i16], hz: u16) -> f32 {
    let energy = energy(sound);
    if energy == 0.0 { 0.0 } else { power(sound, hz) / energy }
}

/// The sum of squares.
pub fn energy(sound: &[i16]) -> f32 {
    sound.iter().map(|&sample| f32::from(sample) * f32::from(sample)).sum()
}

/// The energy that lies at a frequency, in the unit of [`energy`].
pub fn power(sound: &[i16], hz: u16) -> f32 {
    let coefficient = 2.0 * (TAU * f32::from(hz) / RATE as f32).cos();
    let (mut newer, mut older) = (0.0f32, 0.0f32);
    for &sample in sound {
        (newer, older) = (f32::from(sample) + coefficient * newer - older, newer);
    }
    let square = newer * newer + older * older - coefficient * newer * older;
    2.0 * square / (sound.len().max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_heard_at_its_own_frequency_only() {
        let sound: Vec<i16> = (0..800).map(|place| sample(440, place)).collect();
        assert!(share(&sound, 440) > 0.99);
        assert!(share(&sound, 1000) < 0.01);
        assert_eq!(share(&[0; 800], 440), 0.0);
        assert_eq!(share(&[], 440), 0.0);
    }

    #[test]
    fn a_tone_goes_on_smoothly_for_hours() {
        let place = 3 * 3600 * RATE;
        let sound: Vec<i16> = (place..place + 800).map(|place| sample(425, place)).collect();
        assert!(share(&sound, 425) > 0.99);
    }
}
