//! Pure. A mail taken apart into its parts in one pass, however it is nested (RFC 2046 §5.1).
//!
//! Parts are counted, depth is counted, headers are cut; the work grows with the bytes and nothing else.

use super::decode::Encoding;
use mail_parser::{ContentType, HeaderValue, MessageParser, MimeHeaders};
use std::io::BufRead;
use std::ops::Range;

/// Parts that are shown (spec/mail.md §2).
pub const PARTS_MAX: usize = 256;
/// How deep they may be nested (spec/mail.md §2).
pub const DEPTH_MAX: usize = 64;
/// Bytes of a mail that are looked at (spec/mail.md §2).
pub const BYTES_MAX: usize = 64 << 20;
/// Bytes of a mail's own header that are read.
pub const HEADER_MAX: usize = 128 << 10;
/// Bytes of a part's header that are read.
const PART_HEADER_MAX: usize = 16 << 10;
/// Bytes of a boundary that are believed; RFC 2046 allows 70.
const BOUNDARY_MAX: usize = 200;

/// One part: where it stands, and what it says of itself.
#[derive(Clone, Debug)]
pub struct Part {
    /// The part it lies in.
    pub parent: Option<usize>,
    /// Its header's bytes, cut to what is read.
    pub header: Range<usize>,
    /// Its body's bytes, as transported.
    pub body: Range<usize>,
    /// What its header says.
    pub says: Says,
}

/// What a part's header says.
#[derive(Clone, Debug)]
pub struct Says {
    /// `text/plain`, in lower case.
    pub media_type: String,
    /// The name of its character set.
    pub charset: Option<String>,
    /// A file name, as written.
    pub name: Option<String>,
    /// `Content-Disposition: attachment`.
    pub is_attachment: bool,
    /// `Content-ID`, without brackets.
    pub content_id: Option<String>,
    /// How its bytes are transported.
    pub encoding: Encoding,
    boundary: Option<Vec<u8>>,
}

/// A mail's parts, the whole first, in the order they are written.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Never empty.
    pub parts: Vec<Part>,
    /// Some lie beyond the limits.
    pub too_complex: bool,
}

/// Takes a mail apart.
pub fn split(raw: &[u8]) -> Parts {
    let seen = &raw[..raw.len().min(BYTES_MAX)];
    let mut splitter = Splitter {
        raw: seen,
        at: 0,
        parts: Vec::new(),
        open: Vec::new(),
        too_complex: seen.len() < raw.len(),
    };
    splitter.begin(None, HEADER_MAX);
    splitter.run();
    // A multipart that has no parts is a text that somebody labelled wrongly.
    if let [only] = splitter.parts.as_mut_slice()
        && only.says.media_type.starts_with("multipart/")
    {
        only.says.media_type = "text/plain".into();
    }
    Parts { parts: splitter.parts, too_complex: splitter.too_complex }
}

struct Splitter<'r> {
    raw: &'r [u8],
    at: usize,
    parts: Vec<Part>,
    open: Vec<Open>,
    too_complex: bool,
}

/// A multipart whose end has not come.
struct Open {
    part: usize,
    boundary: Vec<u8>,
}

impl Splitter<'_> {
    fn run(&mut self) {
        while self.at < self.raw.len() {
            let line = self.line();
            let (start, found) = (line.start, self.delimiter(&line));
            self.at = line.end;
            let Some((level, closes)) = found else { continue };
            self.end_parts(level, start);
            if closes {
                self.open.truncate(level);
            } else if self.parts.len() == PARTS_MAX {
                self.too_complex = true;
                return;
            } else {
                let parent = self.open[level].part;
                self.begin(Some(parent), PART_HEADER_MAX);
            }
        }
    }

    /// The line at the place we are, with its end.
    fn line(&self) -> Range<usize> {
        let mut rest = &self.raw[self.at..];
        let whole = rest.len();
        // Reading from memory does not fail.
        let length = rest.skip_until(b'\n').unwrap_or(whole);
        self.at..self.at + length
    }

    /// Which open multipart a line delimits, and whether it ends it; the innermost first.
    fn delimiter(&self, line: &Range<usize>) -> Option<(usize, bool)> {
        let rest = self.raw[line.clone()].strip_prefix(b"--")?;
        self.open.iter().enumerate().rev().find_map(|(level, open)| {
            let rest = rest.strip_prefix(open.boundary.as_slice())?.trim_ascii_end();
            matches!(rest, b"" | b"--").then(|| (level, rest == b"--"))
        })
    }

    /// What lies in the multipart of this level ends before the line that starts here.
    fn end_parts(&mut self, level: usize, start: usize) {
        let end = start - usize::from(self.raw[..start].ends_with(b"\n"));
        let end = end - usize::from(self.raw[..end].ends_with(b"\r"));
        let outer = self.open[level].part;
        for part in self.parts[outer + 1..].iter_mut().filter(|p| p.body.end == self.raw.len()) {
            part.body.end = end.max(part.body.start);
        }
        self.open.truncate(level + 1);
    }

    /// Reads the header of a part; its body runs to the end until a delimiter says otherwise.
    fn begin(&mut self, parent: Option<usize>, header_max: usize) {
        let start = self.at;
        let end = self.header_end();
        let cut = start..end.min(start + header_max);
        self.too_complex |= cut.end < end;
        let says = Says::read(&self.raw[cut.clone()]);
        if let Some(boundary) = &says.boundary {
            if self.open.len() < DEPTH_MAX {
                self.open.push(Open { part: self.parts.len(), boundary: boundary.clone() });
            } else {
                self.too_complex = true;
            }
        }
        self.parts.push(Part { parent, header: cut, body: self.at..self.raw.len(), says });
    }

    /// Goes behind the empty line that ends a header, or before a delimiter that comes too early.
    fn header_end(&mut self) -> usize {
        while self.at < self.raw.len() {
            let line = self.line();
            if self.raw[line.clone()].trim_ascii_end().is_empty() {
                self.at = line.end;
                return line.start;
            }
            if self.delimiter(&line).is_some() {
                return line.start;
            }
            self.at = line.end;
        }
        self.raw.len()
    }
}

impl Says {
    fn read(header: &[u8]) -> Says {
        let message = MessageParser::new().parse_headers(header);
        let part = message.as_ref().and_then(|m| m.parts.first());
        let content = part.and_then(MimeHeaders::content_type);
        let disposition = part.and_then(MimeHeaders::content_disposition);
        let media_type = content.map_or_else(|| "text/plain".into(), media_type);
        let named =
            |value: Option<&ContentType>, key| value.and_then(|v| v.attribute(key)).map(str::to_owned);
        let boundary = named(content, "boundary").map(String::into_bytes);
        let is_boundary = |b: &Vec<u8>| (1..=BOUNDARY_MAX).contains(&b.len());
        Says {
            boundary: boundary.filter(|b| media_type.starts_with("multipart/") && is_boundary(b)),
            charset: named(content, "charset"),
            name: named(disposition, "filename").or_else(|| named(content, "name")),
            is_attachment: disposition.is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment")),
            content_id: part.and_then(|p| p.content_id()).map(|id| id.trim_matches(['<', '>']).to_owned()),
            encoding: part.map_or(Encoding::Plain, encoding),
            media_type,
        }
    }
}

fn media_type(content: &ContentType) -> String {
    format!("{}/{}", content.ctype(), content.subtype().unwrap_or("plain")).to_ascii_lowercase()
}

fn encoding(part: &mail_parser::MessagePart) -> Encoding {
    let value =
        part.headers.iter().rev().find(|h| h.name().eq_ignore_ascii_case("content-transfer-encoding"));
    match value.map(|h| &h.value) {
        Some(HeaderValue::Text(name)) => Encoding::named(name),
        _ => Encoding::Plain,
    }
}

impl Parts {
    /// Whether a part was opened, so that its bytes are shown as the parts in it.
    pub fn is_opened(&self, index: usize) -> bool {
        self.parts.iter().any(|part| part.parent == Some(index))
    }

    /// The nearest part around this one whose type is `media_type`.
    pub fn nearest(&self, index: usize, media_type: &str) -> Option<usize> {
        let mut at = self.parts.get(index)?.parent;
        while let Some(above) = at {
            if self.parts[above].says.media_type == media_type {
                return Some(above);
            }
            at = self.parts[above].parent;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(raw: &str) -> Vec<(String, String)> {
        let split = split(raw.as_bytes());
        split.parts.iter().map(|p| (p.says.media_type.clone(), raw[p.body.clone()].to_owned())).collect()
    }

    #[test]
    fn parts_are_found_by_their_own_multipart() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\nContent-Type: multipart/alternative; \
                   boundary=\"a b\"\n\n--a b\n\none\n--a b\nContent-Type: text/html\n\ntwo\r\n--a b--\nepilogue\n--a \
                   \nContent-Type: image/png\n\nthree\n--a--\nend\n";
        let found = bodies(raw);
        let types: Vec<&str> = found.iter().map(|(t, _)| t.as_str()).collect();
        assert_eq!(
            types,
            ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "image/png"]
        );
        assert_eq!((found[2].1.as_str(), found[3].1.as_str(), found[4].1.as_str()), ("one", "two", "three"));
    }

    #[test]
    fn an_unfinished_mail_is_read_as_far_as_it_goes() {
        let found =
            bodies("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\nhalf");
        assert_eq!(found[1], ("text/html".into(), "half".into()));
        assert_eq!(bodies("").len(), 1);
        let early = bodies("Content-Type: multipart/mixed; boundary=a\n\n--a\nX: y\n--a\n\nz");
        assert_eq!((early[1].1.as_str(), early[2].1.as_str()), ("", "z"), "a delimiter ends a header, too");
    }

    #[test]
    fn a_multipart_without_parts_is_text() {
        for header in ["multipart/mixed; boundary=a", "multipart/mixed", "multipart/alternative; boundary="] {
            let found = bodies(&format!("Content-Type: {header}\n\nhello"));
            assert_eq!(found, [("text/plain".into(), "hello".into())], "{header}");
        }
    }

    #[test]
    fn ten_thousand_deep_is_too_complex_and_not_slow() {
        let mut raw = String::new();
        for level in 0..10_000 {
            raw += &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        }
        let split = split(raw.as_bytes());
        assert!(split.too_complex && split.parts.len() == DEPTH_MAX + 1, "{}", split.parts.len());
    }

    #[test]
    fn of_a_million_parts_the_first_are_shown() {
        let raw =
            "Content-Type: multipart/mixed; boundary=a\n\n".to_owned() + &"--a\n\nx\n".repeat(1_000_000);
        let split = split(raw.as_bytes());
        assert!(split.too_complex && split.parts.len() == PARTS_MAX);
        assert_eq!(&raw[split.parts[PARTS_MAX - 1].body.clone()], "x");
    }

    #[test]
    fn a_header_without_end_is_cut() {
        let raw = "Subject: hello\nX: ".to_owned() + &"y".repeat(100 << 20);
        let split = split(raw.as_bytes());
        assert!(split.too_complex);
        assert_eq!(split.parts[0].header, 0..HEADER_MAX);
        assert!(split.parts[0].body.is_empty());
    }
}
