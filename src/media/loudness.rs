//! Pure. How loud a spoken recording is, and making it as loud as those that are shipped (sounds/README.md).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::tone;

/// Root mean square of the frames that carry speech: −23 dBFS.
const SPEECH: f32 = 2320.0;
/// No sample is louder: −4 dBFS. What would be is bent from 3 dB below on, not cut.
const PEAK: f32 = 20_675.0;
const KNEE: f32 = 14_637.0;
/// A frame carries speech when it is within 25 dB of the loudest, as energy.
const WITHIN: f32 = 316.0;
/// Silence before and after the words is cut down to what is 40 dB below the loudest, as energy.
const SILENT: f32 = 10_000.0;
/// Frames left of it.
const MARGIN: usize = 5;
/// A quieter recording holds nobody's voice: −55 dBFS.
const NOBODY: f32 = 58.0;
/// Bending takes a little of the loudness; so often it is given back.
const ROUNDS: usize = 3;

/// The recording at the loudness of the others, `frame` being its samples in 20 ms; `None` for silence.
pub fn levelled(samples: &[i16], frame: usize) -> Option<Vec<i16>> {
    let mut levelled = trimmed(samples, frame).to_vec();
    for _ in 0..ROUNDS {
        let gain = SPEECH / speech_level(&levelled, frame).filter(|level| *level > NOBODY)?;
        for sample in &mut levelled {
            *sample = bent(f32::from(*sample) * gain);
        }
    }
    Some(levelled)
}

/// Root mean square over the frames that carry speech; `None` without any.
fn speech_level(samples: &[i16], frame: usize) -> Option<f32> {
    let energies: Vec<f32> = samples.chunks(frame).map(tone::energy).collect();
    let loudest = energies.iter().copied().fold(0.0, f32::max);
    let spoken: Vec<f32> = energies.into_iter().filter(|energy| *energy > loudest / WITHIN).collect();
    let mean = spoken.iter().sum::<f32>() / (spoken.len() * frame).max(1) as f32;
    (mean > 0.0).then(|| mean.sqrt())
}

fn trimmed(samples: &[i16], frame: usize) -> &[i16] {
    let energies: Vec<f32> = samples.chunks(frame).map(tone::energy).collect();
    let loudest = energies.iter().copied().fold(0.0, f32::max);
    let is_heard = |energy: &f32| *energy > loudest / SILENT;
    let first = energies.iter().position(is_heard).unwrap_or(0);
    let last = energies.iter().rposition(is_heard).unwrap_or(0);
    let from = first.saturating_sub(MARGIN) * frame;
    let to = ((last + 1 + MARGIN) * frame).min(samples.len());
    &samples[from.min(to)..to]
}

fn bent(sample: f32) -> i16 {
    let loud = sample.abs();
    let kept =
        if loud <= KNEE { loud } else { KNEE + (PEAK - KNEE) * ((loud - KNEE) / (PEAK - KNEE)).tanh() };
    kept.copysign(sample) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of a second with pauses of half a second, so loud, between silences.
    fn speech(loudness: f32) -> Vec<i16> {
        let word = |at: u32| (f32::from(tone::sample(440, at)) / tone::AMPLITUDE * loudness) as i16;
        let spoken = (0..48_000).map(|at| if at % 24_000 < 16_000 { word(at) } else { 0 });
        let silence = || std::iter::repeat_n(0, 16_000);
        silence().chain(spoken).chain(silence()).collect()
    }

    #[test]
    fn whispers_and_shouts_become_one_loudness_without_clipping() {
        for loudness in [200.0, 3_000.0, 32_000.0] {
            let even = levelled(&speech(loudness), 320).unwrap();
            let level = speech_level(&even, 320).unwrap();
            assert!((level / SPEECH - 1.0).abs() < 0.05, "{loudness}: {level}");
            assert!(even.iter().all(|sample| f32::from(sample.abs()) <= PEAK + 1.0));
            assert!(even.len() < 44_000, "the silence at the ends is cut: {}", even.len());
        }
    }

    #[test]
    fn silence_and_nothing_are_no_recording() {
        for nothing in [vec![], vec![0; 16_000], vec![3; 16_000]] {
            assert_eq!(levelled(&nothing, 320), None);
        }
    }
}
