//! Pure. Small scanners over header text: lists, parameters, quoted strings, escapes (RFC 3261 §25.1).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::borrow::Cow;

/// Splits at `separator` outside quotes and angle brackets; pieces are trimmed, empty ones kept.
pub fn split(text: &str, separator: u8) -> Split<'_> {
    Split { rest: Some(text), separator }
}

/// See [`split`].
#[derive(Clone, Debug)]
pub struct Split<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest?;
        match find_outside(text, self.separator) {
            Some(at) => {
                self.rest = Some(&text[at + 1..]);
                Some(trim(&text[..at]))
            }
            None => {
                self.rest = None;
                Some(trim(text))
            }
        }
    }
}

/// The first `wanted` byte outside quotes and angle brackets.
pub fn find_outside(text: &str, wanted: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut in_brackets) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            byte if byte == wanted && !in_brackets => return Some(at),
            b'"' if !in_brackets => at = quote_end(bytes, at)?,
            b'<' => in_brackets = true,
            b'>' => in_brackets = false,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The index of the quote that closes the one at `open`; `None` when it stays open.
pub fn quote_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Without surrounding blanks, tabs and line ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// A token of RFC 3261 §25.1, not empty.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// A byte that may stand in a token.
pub fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}

/// The text of a quoted string with its escapes undone; any other text as it is.
pub fn unquote(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    Cow::Owned(plain)
}

/// Text as a quoted string; control characters become blanks.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Undoes `%XX`; bytes that are no UTF-8 afterwards are read as latin-1. A lone `%` stays.
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escaped_byte(&bytes[at..]) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(lenient(plain))
}

fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [b'%', high, low, ..] => Some(hex(*high)? << 4 | hex(*low)?),
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// Text for a URI part: unreserved characters and those in `also` stay, all others become `%XX`.
pub fn escape(text: &str, also: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) || also.contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// UTF-8 where it is, latin-1 otherwise.
pub fn lenient(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| e.as_bytes().iter().map(|&b| char::from(b)).collect())
}

/// Parameters as they stand after the first `;`: `a=b;c;d="x;y"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Params<'a>(pub &'a str);

impl<'a> Params<'a> {
    /// Name and value in order; the value raw (quotes kept), `None` for a flag.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        split(self.0, b';').filter(|piece| !piece.is_empty()).map(|piece| match piece.split_once('=') {
            Some((name, value)) => (trim(name), Some(trim(value))),
            None => (piece, None),
        })
    }

    /// The raw value of a parameter; the name's case does not matter. `None` for a flag, too.
    pub fn value(self, name: &str) -> Option<&'a str> {
        self.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).and_then(|(_, value)| value)
    }

    /// The value with quotes and their escapes undone.
    pub fn text(self, name: &str) -> Option<Cow<'a, str>> {
        self.value(name).map(unquote)
    }

    /// The value as a number.
    pub fn number(self, name: &str) -> Option<u32> {
        self.value(name)?.parse().ok()
    }

    /// Whether the parameter is there, with a value or as a flag.
    pub fn has(self, name: &str) -> bool {
        self.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_outside_quotes_and_brackets() {
        let items: Vec<_> = split(r#""a,\",b" <sip:x,y@z>;p="1,2" , c"#, b',').collect();
        assert_eq!(items, [r#""a,\",b" <sip:x,y@z>;p="1,2""#, "c"]);
    }

    #[test]
    fn an_open_quote_swallows_the_rest() {
        assert_eq!(split(r#"a,"b,c"#, b',').collect::<Vec<_>>(), ["a", r#""b,c"#]);
    }

    #[test]
    fn parameters_are_found_whatever_their_case() {
        let params = Params(r#"Tag=x; lr ;n="a;\"b\"";e=60"#);
        assert_eq!(params.value("tag"), Some("x"));
        assert!(params.has("LR"));
        assert_eq!(params.text("n").as_deref(), Some(r#"a;"b""#));
        assert_eq!(params.number("e"), Some(60));
        assert_eq!(params.number("n"), None);
    }

    #[test]
    fn escapes_are_undone_and_done() {
        assert_eq!(unescape("a%40b%zz%"), "a@b%zz%");
        assert_eq!(unescape("%E9"), "é");
        assert_eq!(unescape("%C3%A9"), "é");
        assert_eq!(escape("a@b+é", b"+"), "a%40b+%C3%A9");
        assert_eq!(quote("a\"b\\\r\nc"), r#""a\"b\\  c""#);
        assert_eq!(unquote(&quote("a\"b\\")), "a\"b\\");
    }
}
