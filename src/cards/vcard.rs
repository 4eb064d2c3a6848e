//! Pure. Customers as vCards: 2.1, 3.0 and 4.0 are read (RFC 2426, RFC 6350), 3.0 is written, which every
//! telephone reads.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{ROWS_MAX, Raw, Unreadable, VALUES_MAX};
use crate::mail::message::decode::{self, Encoding};
use crate::office::customers::card::Card;

/// Bytes of a line as written (RFC 6350 §3.2).
const FOLD: usize = 75;
/// Bytes of one value that are read: pictures are passed over.
const VALUE_BYTES_MAX: usize = 64 * 1024;

/// Reads every card of a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Raw>, Unreadable> {
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let text = if utf16 { super::text(bytes).into_owned().into_bytes() } else { Vec::new() };
    let bytes = if utf16 { &text[..] } else { bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes) };
    let mut cards = Vec::new();
    let mut card: Option<Reading> = None;
    for (line, bytes) in unfolded(bytes) {
        let Some(property) = Property::read(&bytes) else { continue };
        match (property.name.as_str(), property.is("VCARD")) {
            ("BEGIN", true) => {
                // A card that never ended is none.
                cards.extend(card.take().map(Reading::broken));
                card = Some(Reading { raw: Raw { line, ..Raw::default() }, ..Reading::default() });
            }
            ("END", true) => cards.extend(card.take().map(Reading::done)),
            _ => card.iter_mut().for_each(|card| card.take(&property)),
        }
        if cards.len() > ROWS_MAX {
            return Err(Unreadable::TooManyRows);
        }
    }
    cards.extend(card.map(Reading::broken));
    if cards.is_empty() { Err(Unreadable::NoCards) } else { Ok(cards) }
}

/// A card being read.
#[derive(Default)]
struct Reading {
    raw: Raw,
    /// From the parts of `N`, for cards without `FN`.
    parts: String,
    /// The name it shows is the firm's, or made up: there is no other.
    nameless: bool,
}

impl Reading {
    fn take(&mut self, property: &Property) {
        let raw = &mut self.raw;
        match property.name.as_str() {
            "FN" if raw.name.is_empty() => raw.name = property.text(),
            "N" => self.parts = person(&property.fields()),
            "ORG" if raw.company.is_empty() => {
                let fields = property.fields();
                raw.company = fields
                    .iter()
                    .map(|part| part.trim())
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", ");
            }
            "TEL" if raw.numbers.len() < VALUES_MAX => raw.numbers.push(property.uri("tel:")),
            "EMAIL" if raw.addresses.len() < VALUES_MAX => raw.addresses.push(property.uri("mailto:")),
            "NOTE" if raw.about.is_empty() => raw.about = property.text(),
            "NOTE" if raw.about.len() < VALUE_BYTES_MAX => {
                raw.about.push('\n');
                raw.about.push_str(&property.text());
            }
            "X-FRONTDESK-VIP" => raw.vip = property.is("1"),
            "X-ABSHOWAS" => self.nameless = property.is("COMPANY"),
            _ => {}
        }
    }

    fn done(mut self) -> Raw {
        if self.raw.name.is_empty() {
            self.raw.name = self.parts;
        }
        if self.nameless {
            self.raw.name.clear();
        }
        self.raw.numbers.retain(|number| !number.trim().is_empty());
        self.raw.addresses.retain(|address| !address.trim().is_empty());
        self.raw
    }

    fn broken(self) -> Raw {
        Raw { broken: true, ..self.done() }
    }
}

/// `Family;Given;Middle;…` as one says it.
fn person(fields: &[String]) -> String {
    let part = |at: usize| fields.get(at).map_or("", |part| part.trim());
    let words: Vec<&str> = [part(1), part(2), part(0)].into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// One line of a card.
struct Property {
    name: String,
    charset: Option<String>,
    value: Vec<u8>,
}

impl Property {
    /// `group.NAME;PARAMETER=…:value`; `None`: a line that is none.
    fn read(line: &[u8]) -> Option<Property> {
        let mut quoted = false;
        let colon = line.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b':' && !quoted
        })?;
        let head = String::from_utf8_lossy(&line[..colon]).to_uppercase();
        let mut parts = head.split(';').map(str::trim);
        let name = parts.next()?.rsplit('.').next()?.to_owned();
        let (mut encoding, mut charset) = (Encoding::Plain, None);
        for part in parts {
            match part.split_once('=').unwrap_or(("", part)) {
                ("ENCODING" | "", "QUOTED-PRINTABLE") => encoding = Encoding::Quoted,
                ("ENCODING" | "", "BASE64" | "B") => encoding = Encoding::Base64,
                ("CHARSET", set) => charset = Some(set.trim_matches('"').to_owned()),
                _ => {}
            }
        }
        let value = &line[colon + 1..];
        let value = &value[..value.len().min(VALUE_BYTES_MAX)];
        Some(Property { name, charset, value: decode::decode(value, encoding).into_owned() })
    }

    fn raw_text(&self) -> String {
        decode::text(&self.value, self.charset.as_deref())
    }

    fn text(&self) -> String {
        unescaped(&self.raw_text())
    }

    fn is(&self, word: &str) -> bool {
        self.raw_text().trim().eq_ignore_ascii_case(word)
    }

    /// A number or an address, also as a URI: without its scheme and what follows the number.
    fn uri(&self, scheme: &str) -> String {
        let text = self.text();
        let is_uri = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        match is_uri {
            true => text[scheme.len()..].split([';', '?']).next().unwrap_or_default().trim().to_owned(),
            false => text.trim().to_owned(),
        }
    }

    /// Parts between semicolons that are not escaped.
    fn fields(&self) -> Vec<String> {
        let (text, mut fields, mut field) = (self.raw_text(), Vec::new(), String::new());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => field.extend([Some('\\'), chars.next()].into_iter().flatten()),
                ';' => fields.push(unescaped(&std::mem::take(&mut field))),
                c => field.push(c),
            }
        }
        fields.push(unescaped(&field));
        fields
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some('n' | 'N')) => {
                chars.next();
                out.push('\n');
            }
            ('\\', Some(mark @ ('\\' | ',' | ';' | ':'))) => {
                chars.next();
                out.push(mark);
            }
            (c, _) => out.push(c),
        }
    }
    out
}

/// Whole lines with the number of their first: a blank begins the rest of the line before, and an `=` at the
/// end of quoted-printable goes on in the next.
fn unfolded(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let mut lines = bytes.split(|byte| *byte == b'\n').enumerate().peekable();
    std::iter::from_fn(move || {
        let (number, first) = lines.next()?;
        let mut line = without_return(first).to_vec();
        let quoted = is_quoted(&line);
        while let Some((_, next)) = lines.peek() {
            let next = without_return(next);
            match next {
                _ if quoted && line.ends_with(b"=") => {
                    line.pop();
                    line.extend(next);
                }
                [b' ' | b'\t', rest @ ..] => line.extend(rest),
                _ => break,
            }
            lines.next();
        }
        Some((number + 1, line))
    })
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn is_quoted(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default();
    head.to_ascii_uppercase().windows(16).any(|word| word == b"QUOTED-PRINTABLE")
}

/// Writes cards.
pub fn print(cards: &[Card]) -> Vec<u8> {
    let mut out = Vec::new();
    for card in cards {
        let shown = if card.name.is_empty() { card.title() } else { card.name.clone() };
        let mut write = |name: &str, value: &str| fold(&mut out, &format!("{name}:{value}"));
        write("BEGIN", "VCARD");
        write("VERSION", "3.0");
        write("FN", &escaped(&shown));
        write("N", &format!(";{};;;", escaped(&shown)));
        if card.name.is_empty() {
            write("X-ABSHOWAS", "COMPANY");
        }
        if !card.company.is_empty() {
            write("ORG", &escaped(&card.company));
        }
        card.numbers.iter().for_each(|number| write("TEL;TYPE=VOICE", number.as_str()));
        card.addresses.iter().for_each(|address| write("EMAIL;TYPE=INTERNET", &escaped(address)));
        if !card.about.is_empty() {
            write("NOTE", &escaped(&card.about));
        }
        if card.vip {
            write("X-FRONTDESK-VIP", "1");
        }
        write("END", "VCARD");
    }
    out
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
    text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

/// A line in pieces of at most 75 bytes, none of which cuts a character.
fn fold(out: &mut Vec<u8>, line: &str) {
    let mut rest = line;
    let mut room = FOLD;
    while rest.len() > room {
        let cut = rest.floor_char_boundary(room);
        out.extend(&rest.as_bytes()[..cut]);
        out.extend(b"\r\n ");
        rest = &rest[cut..];
        room = FOLD - 1;
    }
    out.extend(rest.as_bytes());
    out.extend(b"\r\n");
}
