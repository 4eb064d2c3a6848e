//! Pure. Where one message ends in a stream (RFC 3261 §18.3, keep-alives of RFC 5626 §3.5.1).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::headers::{expand, name};
use super::limits;
use super::parse::{head_end, skip_line_ends};
use super::scan;
use super::value::digits;

/// What stands at the beginning of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Not enough to say. A lone CRLF (a pong) counts so, too: any byte shows that the peer lives.
    NeedMore,
    /// The first `len` bytes are one message for [`super::parse()`].
    Message { len: usize },
    /// The first `len` bytes are CRLF CRLF: a ping, answered with one CRLF.
    KeepAlive { len: usize },
    /// The first `len` bytes are line ends before a message; skip them.
    Blank { len: usize },
    /// No end can be known. [`super::parse()`] on the buffer may still find whom to tell; then close.
    Broken,
}

/// Looks at the beginning of what a stream has brought.
pub fn frame(buffer: &[u8]) -> Frame {
    if buffer.starts_with(b"\r\n\r\n") {
        return Frame::KeepAlive { len: 4 };
    }
    if b"\r\n\r\n".starts_with(buffer) {
        return Frame::NeedMore;
    }
    match buffer.len() - skip_line_ends(buffer).len() {
        0 => message(buffer),
        len => Frame::Blank { len },
    }
}

fn message(buffer: &[u8]) -> Frame {
    let Some(head) = head_end(buffer) else {
        return if buffer.len() > limits::MESSAGE_BYTES { Frame::Broken } else { Frame::NeedMore };
    };
    let len = match content_length(&buffer[..head]) {
        Some(body) => head.saturating_add(body),
        None => return Frame::Broken,
    };
    match len {
        len if len > limits::MESSAGE_BYTES => Frame::Broken,
        len if len > buffer.len() => Frame::NeedMore,
        len => Frame::Message { len },
    }
}

/// The body's length: 0 when no header gives it, `None` when two do or one is no number.
fn content_length(head: &[u8]) -> Option<usize> {
    let mut found = None;
    for line in head.split(|b| *b == b'\n') {
        let Some(value) = length_value(line) else { continue };
        let length = digits(scan::trim(std::str::from_utf8(value).ok()?))?.parse().ok()?;
        if found.replace(length).is_some() {
            return None;
        }
    }
    Some(found.unwrap_or(0))
}

fn length_value(line: &[u8]) -> Option<&[u8]> {
    if !matches!(line.first(), Some(b'c' | b'C' | b'l' | b'L')) {
        return None;
    }
    let colon = line.iter().position(|b| *b == b':')?;
    let called = std::str::from_utf8(&line[..colon]).ok()?.trim_end();
    expand(called).eq_ignore_ascii_case(name::CONTENT_LENGTH).then(|| &line[colon + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_byte_by_byte() {
        let whole = b"BYE sip:a SIP/2.0\r\nL : 3\r\nX: y\r\n\r\nabcNEXT";
        for end in 0..whole.len() - 4 {
            assert_eq!(frame(&whole[..end]), Frame::NeedMore, "{end}");
        }
        assert_eq!(frame(whole), Frame::Message { len: whole.len() - 4 });
    }

    #[test]
    fn keep_alives_and_blank_lines() {
        assert_eq!(frame(b"\r\n"), Frame::NeedMore);
        assert_eq!(frame(b"\r\n\r\nBYE"), Frame::KeepAlive { len: 4 });
        assert_eq!(frame(b"\r\nBYE"), Frame::Blank { len: 2 });
        assert_eq!(frame(b"A b\r\n\r\n"), Frame::Message { len: 7 });
    }

    #[test]
    fn lost_framing_is_said() {
        for head in [
            "Content-Length: -1",
            "Content-Length: 1\r\nl: 1",
            "Content-Length: x",
            "Content-Length: 99999999",
        ] {
            assert_eq!(frame(format!("A b\r\n{head}\r\n\r\n").as_bytes()), Frame::Broken, "{head}");
        }
        assert_eq!(frame(&vec![b'x'; limits::MESSAGE_BYTES + 1]), Frame::Broken);
    }
}
