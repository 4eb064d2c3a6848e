//! Pure. A recording the owner sends: checked, and made like those that are shipped.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::wav::{self, NotPlayable, Wav};
use super::{loudness, resample};

/// The most that is taken.
pub const BYTES_MAX: usize = 5 << 20;
/// The longest.
pub const SECONDS_MAX: usize = 120;

/// What is kept: more than a telephone carries today, so that a better line needs no new recording.
const RATE: u32 = 16_000;
const FRAME: usize = 320;
/// A tenth of a second is a click.
const SAMPLES_MIN: usize = 1_600;

/// Why a recording is not taken, as a sentence for the one who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Too many bytes.
    #[error("The file is larger than 5 MB. Shorten it, or save it with one channel at 16 kHz.")]
    TooLarge,
    /// Sound, but of another kind.
    #[error("This is no WAV file but {0}. Save the recording as WAV and send that.")]
    OtherFormat(&'static str),
    /// No sound at all.
    #[error("This is no sound file. Send a WAV file.")]
    NotSound,
    /// A WAV file that holds something compressed.
    #[error("The sound in this WAV file is compressed. Save it as plain PCM and send that.")]
    Compressed,
    /// A strange sample rate.
    #[error("The sample rate of this file is unusual. Save it at 16 or 48 kHz and send that.")]
    Rate,
    /// Too long.
    #[error("The recording is longer than two minutes. Nobody on the telephone listens so long.")]
    TooLong,
    /// Nobody is heard in it.
    #[error("The recording is silent. Speak closer to the microphone and record it again.")]
    Silent,
}

impl NotTaken {
    /// The word for it in answers of the API and in the texts of the screens.
    pub fn code(self) -> &'static str {
        match self {
            NotTaken::TooLarge => "prompt.too_large",
            NotTaken::OtherFormat(_) => "prompt.other_format",
            NotTaken::NotSound => "prompt.not_sound",
            NotTaken::Compressed => "prompt.compressed",
            NotTaken::Rate => "prompt.rate",
            NotTaken::TooLong => "prompt.too_long",
            NotTaken::Silent => "prompt.silent",
        }
    }
}

/// The recording as a WAV file of one channel, 16 bit, 16 kHz, at the loudness of the shipped ones.
pub fn accept_upload(file: &[u8]) -> Result<Vec<u8>, NotTaken> {
    if file.len() > BYTES_MAX {
        return Err(NotTaken::TooLarge);
    }
    let wav = wav::read(file).map_err(|why| match why {
        NotPlayable::NotWav => other_format(file).map_or(NotTaken::NotSound, NotTaken::OtherFormat),
        NotPlayable::Encoding => NotTaken::Compressed,
        NotPlayable::Rate => NotTaken::Rate,
    })?;
    if wav.samples.len() > SECONDS_MAX * wav.rate as usize {
        return Err(NotTaken::TooLong);
    }
    let samples = resample::to_rate(&wav, RATE);
    let samples = loudness::levelled(&samples, FRAME).filter(|samples| samples.len() >= SAMPLES_MIN);
    Ok(wav::write(&Wav { rate: RATE, samples: samples.ok_or(NotTaken::Silent)? }))
}

/// What telephones and computers record by themselves.
fn other_format(file: &[u8]) -> Option<&'static str> {
    let begins = |bytes: &[u8]| file.starts_with(bytes);
    let mpeg_frame = file.first() == Some(&0xFF) && file.get(1).is_some_and(|byte| byte & 0xE0 == 0xE0);
    let known = [
        ("M4A", file.get(4..8) == Some(b"ftyp")),
        ("MP3", begins(b"ID3") || mpeg_frame),
        ("Ogg", begins(b"OggS")),
        ("FLAC", begins(b"fLaC")),
        ("WebM", begins(b"\x1A\x45\xDF\xA3")),
        ("AIFF", begins(b"FORM")),
    ];
    known.into_iter().find_map(|(name, is_it)| is_it.then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::tone;

    fn tone_file(rate: u32, seconds: u32, loudness: f32) -> Vec<u8> {
        let turn = |n: u32| (std::f32::consts::TAU * 500.0 * (n % rate) as f32 / rate as f32).sin();
        let samples = (0..rate * seconds).map(|n| (loudness * turn(n)) as i16).collect();
        wav::write(&Wav { rate, samples })
    }

    #[test]
    fn any_usual_rate_and_loudness_becomes_a_prompt() {
        for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000] {
            for loudness in [300.0, 20_000.0] {
                let prompt = wav::read(&accept_upload(&tone_file(rate, 1, loudness)).unwrap()).unwrap();
                assert_eq!(prompt.rate, 16_000);
                assert!((15_900..=16_000).contains(&prompt.samples.len()), "{rate}");
                let heard = resample::to_telephone(&prompt);
                assert!(tone::share(&heard[800..7_200], 500) > 0.98, "{rate} Hz at {loudness}");
            }
        }
    }

    #[test]
    fn what_is_not_taken_is_said_why() {
        let mut compressed = tone_file(16_000, 1, 5_000.0);
        compressed[20] = 2;
        let rows: Vec<(Vec<u8>, NotTaken)> = vec![
            (vec![0; BYTES_MAX + 1], NotTaken::TooLarge),
            (b"ID3\x03 and so on".to_vec(), NotTaken::OtherFormat("MP3")),
            (b"\xFF\xFB\x90".to_vec(), NotTaken::OtherFormat("MP3")),
            (b"\0\0\0\x20ftypM4A ".to_vec(), NotTaken::OtherFormat("M4A")),
            (b"OggS".to_vec(), NotTaken::OtherFormat("Ogg")),
            (b"hello".to_vec(), NotTaken::NotSound),
            (Vec::new(), NotTaken::NotSound),
            (compressed, NotTaken::Compressed),
            (wav::write(&Wav { rate: 7_999, samples: vec![9; 9] }), NotTaken::Rate),
            (tone_file(8_000, 121, 5_000.0), NotTaken::TooLong),
            (tone_file(8_000, 1, 0.0), NotTaken::Silent),
            (wav::write(&Wav { rate: 16_000, samples: vec![9_000; 100] }), NotTaken::Silent),
            (wav::write(&Wav { rate: 16_000, samples: Vec::new() }), NotTaken::Silent),
        ];
        for (file, why) in rows {
            assert_eq!(accept_upload(&file), Err(why));
        }
        assert_eq!(
            NotTaken::OtherFormat("MP3").to_string(),
            "This is no WAV file but MP3. Save the recording as WAV and send that."
        );
    }
}
