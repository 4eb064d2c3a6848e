//! Pure. Reading a WAV file: 16-bit linear, A-law or µ-law, any number of channels mixed to one.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Codec, g711};

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
    #[error("not 16-bit linear, A-law or µ-law")]
    Encoding,
    /// A rate we do not convert.
    #[error("a sample rate outside 8 to 48 kHz, or an odd one")]
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
    Linear,
    Law(Codec),
}

/// Reads a whole file.
pub fn read(file: &[u8]) -> Result<Wav, NotPlayable> {
    if file.get(..4) != Some(b"RIFF") || file.get(8..12) != Some(b"WAVE") {
        return Err(NotPlayable::NotWav);
    }
    let format = format(chunk(file, b"fmt ").ok_or(NotPlayable::NotWav)?)?;
    let sound = chunk(file, b"data").ok_or(NotPlayable::NotWav)?;
    let all = format.decode(sound);
    let samples = all.chunks_exact(format.channels).map(mix).collect();
    Ok(Wav { rate: format.rate, samples })
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
        (1, 16) => Encoding::Linear,
        (6, 8) => Encoding::Law(Codec::Pcma),
        (7, 8) => Encoding::Law(Codec::Pcmu),
        _ => return Err(NotPlayable::Encoding),
    };
    let channels = usize::from(channels);
    if channels == 0 || channels > 8 {
        return Err(NotPlayable::NotWav);
    }
    let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let usual = (8000..=48_000).contains(&rate) && rate.is_multiple_of(25);
    if usual { Ok(Format { encoding, channels, rate }) } else { Err(NotPlayable::Rate) }
}

impl Format {
    fn decode(self, sound: &[u8]) -> Vec<i16> {
        match self.encoding {
            Encoding::Linear => sound.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect(),
            Encoding::Law(codec) => sound.iter().map(|&byte| g711::decode(codec, byte)).collect(),
        }
    }
}

fn mix(frame: &[i16]) -> i16 {
    let sum: i32 = frame.iter().map(|&sample| i32::from(sample)).sum();
    (sum / frame.len() as i32) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one channel, 16-bit linear.
    fn write(wav: &Wav) -> Vec<u8> {
        let sound_bytes = (wav.samples.len() * 2) as u32;
        let mut file = Vec::with_capacity(44 + wav.samples.len() * 2);
        file.extend(b"RIFF");
        file.extend((36 + sound_bytes).to_le_bytes());
        file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        file.extend(wav.rate.to_le_bytes());
        file.extend((wav.rate * 2).to_le_bytes());
        file.extend(b"\x02\0\x10\0data");
        file.extend(sound_bytes.to_le_bytes());
        file.extend(wav.samples.iter().flat_map(|sample| sample.to_le_bytes()));
        file
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
        file[20] = 3;
        assert_eq!(read(&file), Err(NotPlayable::Encoding));
        assert_eq!(read(&write(&Wav { rate: 7999, samples: vec![] })), Err(NotPlayable::Rate));
    }
}
