//! Pure. Transfer encodings and character sets, tolerantly: what is broken still shows what it can.

use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// Bytes of a file that are held at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// How the bytes of a part were made fit for transport (RFC 2045 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are: 7bit, 8bit, binary, and whatever nobody knows.
    Plain,
    /// Base64, also with rubbish in between.
    Base64,
    /// Quoted-printable.
    Quoted,
}

impl Encoding {
    /// By the value of `Content-Transfer-Encoding`.
    pub fn named(name: &str) -> Encoding {
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Encoding::Base64,
            "quoted-printable" => Encoding::Quoted,
            _ => Encoding::Plain,
        }
    }
}

/// The bytes behind the transfer encoding.
pub fn decode(body: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Plain => Cow::Borrowed(body),
        Encoding::Base64 => base64(body).collect(),
        Encoding::Quoted => quoted(body).collect(),
    }
}

/// The same a block at a time, so that a large file is never held decoded.
pub fn decode_in_blocks<E>(
    body: &[u8],
    encoding: Encoding,
    keep: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    match encoding {
        Encoding::Plain => body.chunks(BLOCK_BYTES).try_for_each(keep),
        Encoding::Base64 => in_blocks(base64(body), keep),
        Encoding::Quoted => in_blocks(quoted(body), keep),
    }
}

fn in_blocks<E>(
    bytes: impl Iterator<Item = u8>,
    keep: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    for byte in bytes {
        block.push(byte);
        if block.len() == BLOCK_BYTES {
            keep(&block)?;
            block.clear();
        }
    }
    keep(&block)
}

/// How many bytes `decode` would give, without holding them.
pub fn decoded_len(body: &[u8], encoding: Encoding) -> usize {
    match encoding {
        Encoding::Plain => body.len(),
        Encoding::Base64 => body.iter().filter(|b| six_bits(**b).is_some()).count() * 3 / 4,
        Encoding::Quoted => quoted(body).count(),
    }
}

fn six_bits(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// Whatever is no letter of the alphabet is passed over; padding needs no counting.
fn base64(body: &[u8]) -> impl Iterator<Item = u8> {
    let (mut bits, mut held) = (0_u32, 0);
    body.iter().filter_map(|byte| six_bits(*byte)).filter_map(move |six| {
        bits = bits << 6 | six;
        held += 6;
        (held >= 8).then(|| {
            held -= 8;
            (bits >> held) as u8
        })
    })
}

fn quoted(body: &[u8]) -> impl Iterator<Item = u8> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = body.get(at..)?;
            let (byte, length) = quoted_byte(rest)?;
            at += length;
            if byte.is_some() {
                return byte;
            }
        }
    })
}

/// The next byte and how much it was written with; no byte for a soft line break.
fn quoted_byte(rest: &[u8]) -> Option<(Option<u8>, usize)> {
    let first = *rest.first()?;
    if first != b'=' {
        return Some((Some(first), 1));
    }
    let hex = |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16));
    if let (Some(high), Some(low)) = (hex(1), hex(2)) {
        return Some((Some((high << 4 | low) as u8), 3));
    }
    let blanks = rest[1..].iter().take(80).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let end = &rest[1 + blanks..];
    Some(match end {
        [b'\r', b'\n', ..] => (None, blanks + 3),
        [b'\n', ..] => (None, blanks + 2),
        [] => (None, blanks + 1),
        _ => (Some(b'='), 1),
    })
}

/// Text in a named character set; without a known name UTF-8 where it is, else Windows-1252.
pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && charset.is_none_or(|name| !is_stateful(name))
    {
        return text.to_owned();
    }
    let known = charset.and_then(|name| charset_decoder(name.trim().as_bytes()));
    match known.or_else(|| charset_decoder(b"windows-1252")) {
        Some(decoder) => decoder(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Sets whose bytes are all ASCII, or may be: those that are valid UTF-8 by accident.
fn is_stateful(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    ["iso-2022", "utf-7", "utf-16", "utf-32", "hz-"].iter().any(|set| name.starts_with(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_base64_gives_what_it_can() {
        let is = |text: &str, bytes: &[u8]| {
            assert_eq!(decode(text.as_bytes(), Encoding::Base64), bytes, "{text:?}");
            assert_eq!(decoded_len(text.as_bytes(), Encoding::Base64), bytes.len(), "{text:?}");
        };
        is("aGVsbG8=", b"hello");
        is("aGVs\r\nbG8=\r\n", b"hello");
        is("aG!!Vs*bG8", b"hello");
        is("aGVsbG8=aGVs", b"hello\x1a\x19\x5b");
        is("a", b"");
        is("", b"");
        is("\0\u{ff}====", b"");
    }

    #[test]
    fn quoted_printable_forgives() {
        let is = |text: &[u8], bytes: &[u8]| {
            assert_eq!(decode(text, Encoding::Quoted), bytes);
            assert_eq!(decoded_len(text, Encoding::Quoted), bytes.len());
        };
        is(b"a=3Db=\r\nc= \t\nd", b"a=bcd");
        is(b"100=% =zz =", b"100=% =zz ");
        is(b"=c3=A5", "å".as_bytes());
    }

    #[test]
    fn unknown_charsets_are_read_all_the_same() {
        assert_eq!(text("å".as_bytes(), Some("x-nobody")), "å");
        assert_eq!(text(b"\xe5", Some("x-nobody")), "å");
        assert_eq!(text(b"\xe5", None), "å");
        assert_eq!(text(b"\xe5", Some("iso-8859-1")), "å");
        assert_eq!(text(b"\xa4\xa4\xa4\xe5", Some("big5")), "中文");
        assert_eq!(text(b"\x1b$BF|\x1b(B", Some("iso-2022-jp")), "日");
        assert_eq!(text("å".as_bytes(), Some("iso-8859-1")), "å", "mislabelled UTF-8 is UTF-8");
    }
}
