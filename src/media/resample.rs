//! Pure. From a recording's sample rate to another, such as the telephone's 8 kHz, through a low-pass: a
//! windowed sinc.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::rtp::RATE;
use super::wav::Wav;
use std::f32::consts::PI;

/// Half the filter's length, in samples of the lower rate.
const REACH: f32 = 16.0;
/// Where the filter closes, as a share of the lower rate: for 8 kHz, half is left at 3.7 kHz, nothing above 4.2.
const CUTOFF: f32 = 0.4625;

/// The sound at 8 kHz.
pub fn to_telephone(wav: &Wav) -> Vec<i16> {
    to_rate(wav, RATE)
}

/// The sound at another rate.
pub fn to_rate(wav: &Wav, rate: u32) -> Vec<i16> {
    if wav.rate == rate {
        return wav.samples.clone();
    }
    let (from, to) = (wav.rate as usize, rate as usize);
    let phases = to / greatest_common_divisor(from, to);
    let filters: Vec<Vec<f32>> = (0..phases).map(|phase| filter(phase, from, to)).collect();
    let length = wav.samples.len() * to / from;
    (0..length).map(|at| apply(&filters[at % phases], &wav.samples, at * from / to)).collect()
}

/// The filter around the input sample before an output sample; `phase` counts output samples.
fn filter(phase: usize, from: usize, to: usize) -> Vec<f32> {
    let ratio = from as f32 / from.min(to) as f32;
    let fraction = (phase * from % to) as f32 / to as f32;
    let reach = (REACH * ratio) as i32;
    let weights = (-reach..=reach).map(|tap| weight((tap as f32 - fraction) / ratio));
    let weights: Vec<f32> = weights.collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// A sinc under a Blackman window; `distance` in samples of the lower rate.
fn weight(distance: f32) -> f32 {
    let turn = PI * (distance / REACH).clamp(-1.0, 1.0);
    let window = 0.42 + 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos();
    let angle = 2.0 * PI * CUTOFF * distance;
    let sinc = if angle.abs() < 1e-6 { 1.0 } else { angle.sin() / angle };
    window * sinc
}

fn apply(filter: &[f32], samples: &[i16], centre: usize) -> i16 {
    let reach = filter.len() / 2;
    let from = centre.saturating_sub(reach);
    let to = (centre + reach + 1).min(samples.len());
    let filter = &filter[from + reach - centre..];
    let sum: f32 = samples[from..to].iter().zip(filter).map(|(&s, weight)| f32::from(s) * weight).sum();
    sum.round() as i16
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::tone;

    fn wave(rate: u32, hz: f32) -> Wav {
        let turn = |n: u32| (2.0 * PI * hz * (n as f32 / rate as f32)).sin();
        Wav { rate, samples: (0..rate).map(|n| (10_000.0 * turn(n)) as i16).collect() }
    }

    fn level(sound: &[i16]) -> f32 {
        let middle = &sound[1000..7000];
        (tone::energy(middle) / middle.len() as f32).sqrt()
    }

    #[test]
    fn speech_passes_and_what_would_fold_does_not() {
        for rate in [16_000, 44_100, 48_000, 22_050] {
            for hz in [300.0, 1000.0, 3000.0, 3300.0] {
                let heard = to_telephone(&wave(rate, hz));
                assert_eq!(heard.len(), 8000, "{rate}");
                assert!(
                    (level(&heard) / 7071.0 - 1.0).abs() < 0.05,
                    "{hz} Hz from {rate}: {}",
                    level(&heard)
                );
                assert!(tone::share(&heard[1000..7000], hz as u16) > 0.99, "{hz} Hz from {rate}");
            }
            for hz in [4300.0, 5000.0, 7500.0] {
                let heard = to_telephone(&wave(rate, hz));
                assert!(level(&heard) < 71.0, "{hz} Hz from {rate} folds: {}", level(&heard));
            }
        }
    }

    #[test]
    fn a_lower_rate_becomes_a_higher_one() {
        let heard = Wav { rate: 16_000, samples: to_rate(&wave(8000, 1000.0), 16_000) };
        assert_eq!(heard.samples.len(), 16_000);
        assert!(tone::share(&to_telephone(&heard)[1000..7000], 1000) > 0.99);
    }

    #[test]
    fn the_shortest_recordings_are_survived() {
        for length in 0..50 {
            let heard = to_telephone(&Wav { rate: 16_000, samples: vec![1000; length] });
            assert_eq!(heard.len(), length / 2);
        }
    }
}
