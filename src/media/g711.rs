//! Pure. G.711: A-law and µ-law against 16-bit linear samples, and against each other, by table.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Codec;

/// Rewrites sound from one law to the other in place; nothing happens when they are the same.
pub fn transcode(sound: &mut [u8], from: Codec, to: Codec) {
    let table = match (from, to) {
        (Codec::Pcma, Codec::Pcmu) => &A_TO_MU,
        (Codec::Pcmu, Codec::Pcma) => &MU_TO_A,
        (Codec::Pcma, Codec::Pcma) | (Codec::Pcmu, Codec::Pcmu) => return,
    };
    for byte in sound {
        *byte = table[usize::from(*byte)];
    }
}

/// One byte as a linear sample, full scale ±32,767.
pub fn decode(codec: Codec, byte: u8) -> i16 {
    match codec {
        Codec::Pcma => FROM_A[usize::from(byte)],
        Codec::Pcmu => FROM_MU[usize::from(byte)],
    }
}

/// One linear sample as a byte.
pub fn encode(codec: Codec, sample: i16) -> u8 {
    match codec {
        Codec::Pcma => encode_a(sample),
        Codec::Pcmu => encode_mu(sample),
    }
}

/// The byte that means silence.
pub fn silence(codec: Codec) -> u8 {
    encode(codec, 0)
}

const ALTERNATE: u8 = 0x55; // A-law inverts every other bit (ITU-T G.711 table 1a, note 2)
const MU_BIAS: i32 = 132;
const MU_CLIP: i32 = 32_635;

const fn decode_a(byte: u8) -> i16 {
    let bits = byte ^ ALTERNATE;
    let mantissa = ((bits & 0x0F) as i16) << 4;
    let magnitude = match (bits >> 4) & 0x07 {
        0 => mantissa + 8,
        segment => (mantissa + 0x108) << (segment - 1),
    };
    if bits & 0x80 == 0 { -magnitude } else { magnitude }
}

const fn encode_a(sample: i16) -> u8 {
    let sign = if sample < 0 { 0 } else { 0x80 };
    let magnitude = if sample < 0 { !sample } else { sample } >> 4;
    let segment = segment_of(magnitude as i32, 4);
    let mantissa = if segment < 2 { magnitude } else { magnitude >> (segment - 1) } & 0x0F;
    (sign | (segment << 4) | mantissa as u8) ^ ALTERNATE
}

const fn decode_mu(byte: u8) -> i16 {
    let bits = !byte;
    let magnitude = ((((bits & 0x0F) as i32) << 3) + MU_BIAS) << ((bits >> 4) & 0x07);
    let sample = (magnitude - MU_BIAS) as i16;
    if bits & 0x80 == 0 { sample } else { -sample }
}

const fn encode_mu(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = (sample as i32).abs();
    let magnitude = if magnitude > MU_CLIP { MU_CLIP } else { magnitude } + MU_BIAS;
    let segment = segment_of(magnitude, 8);
    let mantissa = (magnitude >> (segment + 3)) as u8 & 0x0F;
    !(sign | (segment << 4) | mantissa)
}

/// Segments double in length; the first ends below `1 << bits`.
const fn segment_of(magnitude: i32, bits: u32) -> u8 {
    (i32::BITS - magnitude.leading_zeros()).saturating_sub(bits) as u8
}

macro_rules! table {
    ($of:ty, $byte:ident => $entry:expr) => {{
        let mut table = [0 as $of; 256];
        let mut at = 0;
        while at < 256 {
            let $byte = at as u8;
            table[at] = $entry;
            at += 1;
        }
        table
    }};
}

static FROM_A: [i16; 256] = table!(i16, byte => decode_a(byte));
static FROM_MU: [i16; 256] = table!(i16, byte => decode_mu(byte));
static A_TO_MU: [u8; 256] = table!(u8, byte => encode_mu(decode_a(byte)));
static MU_TO_A: [u8; 256] = table!(u8, byte => encode_a(decode_mu(byte)));

#[cfg(test)]
mod tests {
    use super::*;

    /// The step between two values of a byte's segment (ITU-T G.711 tables 1 and 2), in 16-bit samples.
    fn step(codec: Codec, byte: u8) -> i32 {
        match codec {
            Codec::Pcma => 16 << i32::from((byte ^ 0x55) >> 4 & 7).saturating_sub(1).max(0),
            Codec::Pcmu => 8 << (!byte >> 4 & 7),
        }
    }

    #[test]
    fn decoding_follows_the_formula_of_the_recommendation() {
        for byte in 0..=255u8 {
            let bits = byte ^ 0x55;
            let (segment, step) = (i32::from((bits >> 4) & 7), i32::from(bits & 15));
            let scale = if segment == 0 { 1 } else { 1 << (segment - 1) };
            let offset = if segment == 0 { 1 } else { 33 };
            let a = (2 * step + offset) * scale * 8;
            let a = if bits & 0x80 == 0 { -a } else { a };
            assert_eq!(i32::from(decode(Codec::Pcma, byte)), a, "A-law {byte:#04x}");
            let bits = !byte;
            let (segment, step) = (i32::from((bits >> 4) & 7), i32::from(bits & 15));
            let mu = ((2 * step + 33) * (1 << segment) - 33) * 4;
            let mu = if bits & 0x80 == 0 { mu } else { -mu };
            assert_eq!(i32::from(decode(Codec::Pcmu, byte)), mu, "µ-law {byte:#04x}");
        }
    }

    #[test]
    fn encoding_is_off_by_half_a_step_at_most() {
        for sample in (-32_635..=32_635).map(|sample: i32| sample as i16) {
            for codec in [Codec::Pcma, Codec::Pcmu] {
                let byte = encode(codec, sample);
                let error = (i32::from(decode(codec, byte)) - i32::from(sample)).abs();
                assert!(error <= step(codec, byte) / 2, "{codec:?} {sample} off by {error}");
            }
        }
    }

    #[test]
    fn every_value_survives_decoding_and_encoding() {
        for byte in 0..=255u8 {
            assert_eq!(encode(Codec::Pcma, decode(Codec::Pcma, byte)), byte);
            let again = encode(Codec::Pcmu, decode(Codec::Pcmu, byte));
            assert_eq!(decode(Codec::Pcmu, again), decode(Codec::Pcmu, byte), "µ-law has two zeros");
        }
    }

    #[test]
    fn silence_is_the_byte_every_phone_expects() {
        assert_eq!((silence(Codec::Pcma), silence(Codec::Pcmu)), (0xD5, 0xFF));
    }

    #[test]
    fn changing_the_law_keeps_the_sound() {
        for byte in 0..=255u8 {
            let mut sound = [byte];
            transcode(&mut sound, Codec::Pcma, Codec::Pcmu);
            let (a, mu) = (i32::from(decode(Codec::Pcma, byte)), i32::from(decode(Codec::Pcmu, sound[0])));
            assert!((a - mu).abs() <= 8 + a.abs() / 30, "{a} became {mu}");
            let mut same = [byte];
            transcode(&mut same, Codec::Pcmu, Codec::Pcmu);
            assert_eq!(same, [byte]);
        }
    }
}
