//! Pure. WAV files. Read: linear of 8 to 32 bits, float, A-law or µ-law, any number of channels mixed to one.
//! Written: 16-bit linear, one channel.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Codec, g711};
use std::time::Duration;

/// A recording as it lies in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Wav {
    /// Samples a second.
    pub rate: u32,
    /// One channel.
    pub samples: Vec<i16>,
}

/// Why a file cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayable {
    /// No RIFF/WAVE header, or chunks that contradict each other.
    #[error("not a WAV file")]
    NotWav,
    /// Compressed, or samples of another size.
    #[error("neither linear nor A-law nor µ-law")]
    Encoding,
    /// A rate we do not convert.
    #[error("a sample rate outside 8 to 96 kHz, or an odd one")]
    Rate,
}

#[derive(Clone, Copy)]
struct Format {
    encoding: Encoding,
    channels: usize,
    rate: u32,
}

#[derive(Clone, Copy)]
enum Encoding {
    /// With so many bytes a sample.
    Linear(usize),
    Float,
    Law(Codec),
}

/// Bytes before the sound in a file written here.
pub const HEADER_BYTES: usize = 44;
const BYTES_A_SAMPLE: u32 = 2;

/// A whole file.
pub fn write(wav: &Wav) -> Vec<u8> {
    let mut file = Vec::with_capacity(HEADER_BYTES + wav.samples.len() * BYTES_A_SAMPLE as usize);
    file.extend(header(wav.rate, wav.samples.len() as u32, 0));
    file.extend(wav.samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// What stands before so many samples; `behind`: bytes of chunks that follow them.
pub fn header(rate: u32, samples: u32, behind: u32) -> [u8; HEADER_BYTES] {
    let sound = samples.saturating_mul(BYTES_A_SAMPLE);
    let mut header = [0; HEADER_BYTES];
    let parts: [(usize, &[u8]); 8] = [
        (0, b"RIFF"),
        (4, &(36u32.saturating_add(sound).saturating_add(behind)).to_le_bytes()),
        (8, b"WAVEfmt \x10\0\0\0\x01\0\x01\0"),
        (24, &rate.to_le_bytes()),
        (28, &(rate * BYTES_A_SAMPLE).to_le_bytes()),
        (32, b"\x02\0\x10\0"),
        (36, b"data"),
        (40, &sound.to_le_bytes()),
    ];
    for (at, bytes) in parts {
        header[at..at + bytes.len()].copy_from_slice(bytes);
    }
    header
}

/// A chunk with words about the recording, to stand behind its sound.
pub fn comment(words: &str) -> Vec<u8> {
    let padded = (words.len() + 1).next_multiple_of(2); // ends with a zero byte
    let mut chunk = Vec::with_capacity(20 + padded);
    chunk.extend(b"LIST");
    chunk.extend((12 + padded as u32).to_le_bytes());
    chunk.extend(b"INFOICMT");
    chunk.extend((words.len() as u32 + 1).to_le_bytes());
    chunk.extend(words.bytes());
    chunk.resize(20 + padded, 0);
    chunk
}

/// Reads a whole file.
pub fn read(file: &[u8]) -> Result<Wav, NotPlayable> {
    let (format, sound) = parts(file)?;
    let all = format.decode(sound);
    let samples =
        if format.channels == 1 { all } else { all.chunks_exact(format.channels).map(mix).collect() };
    Ok(Wav { rate: format.rate, samples })
}

/// How long a file plays, by its head: a list of hundreds decodes none of them.
pub fn length(file: &[u8]) -> Result<Duration, NotPlayable> {
    let (format, sound) = parts(file)?;
    let samples = sound.len() / (format.channels * format.encoding.bytes());
    Ok(Duration::from_millis(samples as u64 * 1000 / u64::from(format.rate)))
}

fn parts(file: &[u8]) -> Result<(Format, &[u8]), NotPlayable> {
    if file.get(..4) != Some(b"RIFF") || file.get(8..12) != Some(b"WAVE") {
        return Err(NotPlayable::NotWav);
    }
    let format = format(chunk(file, b"fmt ").ok_or(NotPlayable::NotWav)?)?;
    Ok((format, chunk(file, b"data").ok_or(NotPlayable::NotWav)?))
}

/// The first chunk of a kind; one that claims more than there is ends with the file.
fn chunk<'a>(file: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = file.get(12..)?;
    loop {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, body) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if name == kind {
            return Some(&body[..length.min(body.len())]);
        }
        rest = body.get(length + length % 2..)?;
    }
}

fn format(chunk: &[u8]) -> Result<Format, NotPlayable> {
    let word = |at: usize| chunk.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    let (Some(tag), Some(channels), Some(bits)) = (word(0), word(2), word(14)) else {
        return Err(NotPlayable::NotWav);
    };
    // WAVE_FORMAT_EXTENSIBLE carries the plain tag at the head of its sub-format.
    let tag = if tag == 0xFFFE { word(24).ok_or(NotPlayable::NotWav)? } else { tag };
    let encoding = match (tag, bits) {
        (1, 8 | 16 | 24 | 32) => Encoding::Linear(usize::from(bits / 8)),
        (3, 32) => Encoding::Float,
        (6, 8) => Encoding::Law(Codec::Pcma),
        (7, 8) => Encoding::Law(Codec::Pcmu),
        _ => return Err(NotPlayable::Encoding),
    };
    let channels = usize::from(channels);
    if channels == 0 || channels > 8 {
        return Err(NotPlayable::NotWav);
    }
    let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let usual = (8000..=96_000).contains(&rate) && rate.is_multiple_of(25);
    if usual { Ok(Format { encoding, channels, rate }) } else { Err(NotPlayable::Rate) }
}

impl Encoding {
    /// Of one sample of one channel.
    fn bytes(self) -> usize {
        match self {
            Encoding::Linear(bytes) => bytes,
            Encoding::Float => 4,
            Encoding::Law(_) => 1,
        }
    }
}

impl Format {
    fn decode(self, sound: &[u8]) -> Vec<i16> {
        match self.encoding {
            Encoding::Linear(1) => sound.iter().map(|&byte| (i16::from(byte) - 128) << 8).collect(),
            Encoding::Linear(bytes) => sound.chunks_exact(bytes).map(highest_bits).collect(),
            Encoding::Float => sound.chunks_exact(4).map(from_float).collect(),
            Encoding::Law(codec) => sound.iter().map(|&byte| g711::decode(codec, byte)).collect(),
        }
    }
}

/// The upper two bytes are the sample as 16 bits have it.
fn highest_bits(sample: &[u8]) -> i16 {
    i16::from_le_bytes([sample[sample.len() - 2], sample[sample.len() - 1]])
}

/// Full scale is 1.0; what lies above is cut, and no number is silence.
fn from_float(sample: &[u8]) -> i16 {
    (f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]) * 32_767.0) as i16
}

fn mix(frame: &[i16]) -> i16 {
    let sum: i32 = frame.iter().map(|&sample| i32::from(sample)).sum();
    (sum / frame.len() as i32) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_that_of_the_sound_without_decoding_it() {
        let second = write(&Wav { rate: 16_000, samples: vec![1; 16_000] });
        assert_eq!(length(&second), Ok(Duration::from_secs(1)));
        let mut stereo = second.clone();
        stereo[22] = 2;
        assert_eq!(length(&stereo), Ok(Duration::from_millis(500)));
        assert_eq!(length(&second[..HEADER_BYTES + 16_000]), Ok(Duration::from_millis(500)), "cut off");
        assert_eq!(length(b"RIFF"), Err(NotPlayable::NotWav));
    }

    #[test]
    fn what_is_written_reads_back() {
        let wav = Wav { rate: 16_000, samples: vec![0, 1, -1, i16::MAX, i16::MIN] };
        assert_eq!(read(&write(&wav)), Ok(wav));
    }

    #[test]
    fn chunks_of_others_are_read_past() {
        let mut file = write(&Wav { rate: 8000, samples: vec![7; 4] });
        file.splice(12..12, *b"LIST\x03\0\0\0abc\0");
        assert_eq!(read(&file), Ok(Wav { rate: 8000, samples: vec![7; 4] }));
    }

    #[test]
    fn two_channels_become_one() {
        let mut file = write(&Wav { rate: 8000, samples: vec![10, 20, -10, -20] });
        file[22] = 2;
        assert_eq!(read(&file).unwrap().samples, [15, -15]);
    }

    #[test]
    fn samples_of_any_size_are_read() {
        let file = |tag: u8, bits: u8, sound: &[u8]| {
            let mut file = header(8000, 0, 0).to_vec();
            (file[20], file[34]) = (tag, bits);
            file[40..44].copy_from_slice(&(sound.len() as u32).to_le_bytes());
            file.extend(sound);
            read(&file).unwrap().samples
        };
        assert_eq!(file(1, 8, &[0, 128, 255]), [-32_768, 0, 32_512]);
        assert_eq!(file(1, 24, &[9, 0, 0x40, 9, 0, 0xC0]), [16_384, -16_384]);
        assert_eq!(file(1, 32, &[9, 9, 0, 0x40]), [16_384]);
        let floats: Vec<u8> = [0.5f32, -2.0, f32::NAN].into_iter().flat_map(f32::to_le_bytes).collect();
        assert_eq!(file(3, 32, &floats), [16_383, -32_768, 0]);
    }

    #[test]
    fn a_comment_does_not_disturb_the_sound() {
        let wav = Wav { rate: 8000, samples: vec![7; 4] };
        for words in ["", "a", "four"] {
            let mut file = header(8000, 4, comment(words).len() as u32).to_vec();
            file.extend(&write(&wav)[HEADER_BYTES..]);
            file.extend(comment(words));
            assert_eq!(file.len() as u32 - 8, u32::from_le_bytes([file[4], file[5], file[6], file[7]]));
            assert_eq!(read(&file).as_ref(), Ok(&wav));
        }
    }

    #[test]
    fn any_truncation_and_any_byte_changed_is_survived() {
        let whole = write(&Wav { rate: 8000, samples: vec![1; 8] });
        for length in 0..whole.len() {
            let _ = read(&whole[..length]);
            for value in [0, 1, 0x7F, 0xFF] {
                let mut file = whole.clone();
                file[length] = value;
                let _ = read(&file);
            }
        }
        assert_eq!(read(b"ID3"), Err(NotPlayable::NotWav));
    }

    #[test]
    fn other_encodings_and_rates_are_refused() {
        let mut file = write(&Wav { rate: 8000, samples: vec![1; 8] });
        file[20] = 2;
        assert_eq!(read(&file), Err(NotPlayable::Encoding));
        assert_eq!(read(&write(&Wav { rate: 7999, samples: vec![] })), Err(NotPlayable::Rate));
    }
}
