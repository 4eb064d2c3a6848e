//! Pure. The sounds themselves, computed: two soft mallet strokes, no files.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::office::Chime;
use std::f32::consts::TAU;

/// One stroke: when it falls (s), its pitch (Hz), its loudness.
struct Stroke {
    at: f32,
    hz: f32,
    loudness: f32,
}

/// How long every sound lasts, its echo included, in seconds.
const LENGTH: f32 = 1.6;

/// The samples of a sound, mono, at this sample rate (Hz); silent at both ends, never above 0.5.
pub fn samples(chime: Chime, rate: u32) -> Vec<f32> {
    let strokes = strokes(chime);
    let count = (LENGTH * rate as f32) as usize;
    (0..count).map(|i| i as f32 / rate as f32).map(|at| strokes.iter().map(|s| s.heard(at)).sum()).collect()
}

/// A falling third: friendly, and not the tune of any telephone.
fn strokes(chime: Chime) -> [Stroke; 2] {
    match chime {
        Chime::CallerWaits => {
            [Stroke { at: 0.0, hz: 783.99, loudness: 0.24 }, Stroke { at: 0.34, hz: 659.26, loudness: 0.22 }]
        }
    }
}

impl Stroke {
    /// What this stroke adds at `at` seconds: a fundamental and two partials that die sooner.
    fn heard(&self, at: f32) -> f32 {
        let since = at - self.at;
        if since < 0.0 {
            return 0.0;
        }
        let attack = (since / 0.006).min(1.0);
        let ending = ((LENGTH - at) / 0.1).clamp(0.0, 1.0);
        let partial = |ratio: f32, share: f32, fall: f32| {
            share * (-since / fall).exp() * (TAU * self.hz * ratio * since).sin()
        };
        let tone = partial(1.0, 1.0, 0.34) + partial(2.0, 0.25, 0.16) + partial(3.98, 0.12, 0.05);
        self.loudness * attack * ending * tone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudest(samples: &[f32]) -> f32 {
        samples.iter().fold(0.0, |most, s| most.max(s.abs()))
    }

    #[test]
    fn the_chime_is_heard_and_hurts_nobody() {
        for rate in [8_000, 44_100, 48_000] {
            let chime = samples(Chime::CallerWaits, rate);
            assert_eq!(chime.len(), (1.6 * f64::from(rate)) as usize);
            let most = loudest(&chime);
            assert!((0.1..=0.5).contains(&most), "peak {most} at {rate}");
            assert!(loudest(&chime[..8]) < 0.1, "begins with a click");
            assert!(loudest(&chime[chime.len() - 8..]) < 0.001, "ends with a click");
        }
    }

    #[test]
    fn two_strokes_fall() {
        let rate = 48_000;
        let chime = samples(Chime::CallerWaits, rate);
        let strength = |from: f32, hz: f32| {
            let start = (from * rate as f32) as usize;
            let (mut re, mut im) = (0.0, 0.0);
            for (i, s) in chime[start..start + 4_800].iter().enumerate() {
                let phase = TAU * hz * i as f32 / rate as f32;
                re += s * phase.cos();
                im += s * phase.sin();
            }
            re.hypot(im)
        };
        assert!(strength(0.1, 784.0) > 4.0 * strength(0.1, 659.0), "the first is the higher");
        assert!(strength(0.9, 659.0) > 2.0 * strength(0.9, 784.0), "the second is the lower");
    }
}
