//! Pure. What an IMAP server says, as words: tolerant of what real servers do, of bounded size.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::Timestamp;

/// Brackets in brackets that are followed.
const DEEPEST: usize = 32;

/// A piece of an answer as it came.
#[derive(Debug)]
pub enum Part {
    /// A line, or what stands between literals.
    Line(Vec<u8>),
    /// A literal that was kept in memory.
    Literal(Vec<u8>),
    /// A literal that went to the disk.
    Streamed,
}

/// A word of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Open,
    Close,
    /// Upper-cased where that is harmless: only [`Word::is`] compares.
    Atom(String),
    /// Quoted, or a small literal.
    Text(Vec<u8>),
    /// The literal that went to the disk.
    Streamed,
}

impl Word {
    /// Whether this is the atom, in whatever case.
    pub fn is(&self, atom: &str) -> bool {
        matches!(self, Word::Atom(text) if text.eq_ignore_ascii_case(atom))
    }

    /// A whole number.
    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        if let Word::Atom(text) = self { text.parse().ok() } else { None }
    }

    /// The text of an atom or string, as a name.
    pub fn name(&self) -> Option<String> {
        match self {
            Word::Atom(text) => Some(text.clone()),
            Word::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Word::Open | Word::Close | Word::Streamed => None,
        }
    }
}

/// One answer of the server.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// `+`: go on.
    GoOn(Vec<u8>),
    /// `* 3 EXISTS`, `* LIST …`.
    Told(Vec<Word>),
    /// OK, NO, BAD, BYE or PREAUTH, untagged or with a tag.
    Said(Said),
}

/// A status with its code (`UIDNEXT 5`) and its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub tag: Option<String>,
    pub verdict: Verdict,
    pub code: String,
    pub text: Vec<u8>,
}

/// How a command went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    No,
    Bad,
    Bye,
    Preauth,
}

/// Reads one answer; `None`: it is none.
pub fn answer(parts: &[Part]) -> Option<Answer> {
    let Some(Part::Line(line)) = parts.first() else { return None };
    let (first, rest) = split(line);
    match first {
        b"+" => Some(Answer::GoOn(rest.to_vec())),
        b"*" => Some(said(None, rest).map_or_else(|| Answer::Told(words(parts)), Answer::Said)),
        tag => {
            let tag = std::str::from_utf8(tag).ok()?.to_owned();
            said(Some(tag), rest).map(Answer::Said)
        }
    }
}

fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let line = line.trim_ascii_start();
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    (&line[..end], line[end..].trim_ascii_start())
}

fn said(tag: Option<String>, line: &[u8]) -> Option<Said> {
    let (first, rest) = split(line);
    let verdict = match first.to_ascii_uppercase().as_slice() {
        b"OK" => Verdict::Ok,
        b"NO" => Verdict::No,
        b"BAD" => Verdict::Bad,
        b"BYE" => Verdict::Bye,
        b"PREAUTH" => Verdict::Preauth,
        _ => return None,
    };
    let (code, text) = code(rest);
    Some(Said { tag, verdict, code, text: text.to_vec() })
}

/// `[UIDNEXT 5] words` → (`UIDNEXT 5`, `words`).
fn code(text: &[u8]) -> (String, &[u8]) {
    let end = text.iter().position(|byte| *byte == b']');
    match (text.first(), end) {
        (Some(b'['), Some(end)) => {
            (String::from_utf8_lossy(&text[1..end]).to_ascii_uppercase(), text[end + 1..].trim_ascii_start())
        }
        _ => (String::new(), text),
    }
}

/// The words of an untagged answer, without its star.
fn words(parts: &[Part]) -> Vec<Word> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Line(line) => read_words(line, &mut found),
            Part::Literal(bytes) => found.push(Word::Text(bytes.clone())),
            Part::Streamed => found.push(Word::Streamed),
        }
    }
    if !found.is_empty() {
        found.remove(0);
    }
    found
}

fn read_words(line: &[u8], found: &mut Vec<Word>) {
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' | b'\t' => at += 1,
            b'(' => (found.push(Word::Open), at += 1).1,
            b')' => (found.push(Word::Close), at += 1).1,
            b'"' => {
                let (text, end) = quoted(line, at + 1);
                found.push(Word::Text(text));
                at = end;
            }
            _ => {
                let length = line[at..].iter().position(|b| matches!(b, b' ' | b'(' | b')' | b'"'));
                let end = length.map_or(line.len(), |length| at + length.max(1));
                found.push(Word::Atom(String::from_utf8_lossy(&line[at..end]).into_owned()));
                at = end;
            }
        }
    }
}

/// A quoted string from behind its opening quote; also where it ends.
fn quoted(line: &[u8], from: usize) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    let mut at = from;
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => return (text, at + 1),
            b'\\' => {
                text.extend(line.get(at + 1));
                at += 2;
            }
            other => {
                text.push(*other);
                at += 1;
            }
        }
    }
    (text, at)
}

/// The size of a literal that a line announces at its end: `{12}` or `{12+}`.
pub fn literal(line: &[u8]) -> Option<(usize, u64)> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = inner[open + 1..].strip_suffix(b"+").unwrap_or(&inner[open + 1..]);
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // a number no machine can hold is still an announcement, and too large
    let size = std::str::from_utf8(digits).ok()?.parse().unwrap_or(u64::MAX);
    plain.then_some((open, size))
}

/// Whether the literal announced behind this line is the mail itself.
pub fn announces_mail(line: &[u8]) -> bool {
    let upper = line.trim_ascii_end().to_ascii_uppercase();
    upper.ends_with(b"BODY[]") || upper.ends_with(b"BODY[]<0>")
}

/// One mail of a FETCH answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    pub uid: Option<u32>,
    pub internal_date: Option<Timestamp>,
    pub stated_size: Option<u64>,
    pub body: Body,
}

/// What stood where the mail should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Not asked for, or not told.
    #[default]
    Absent,
    Streamed,
    /// Small enough for quotes.
    Inline(Vec<u8>),
    /// NIL: the server has none.
    Nothing,
}

/// Reads `n FETCH (…)`.
pub fn item(words: &[Word]) -> Option<Item> {
    let [number, fetch, Word::Open, rest @ ..] = words else { return None };
    number.number::<u32>()?;
    if !fetch.is("FETCH") {
        return None;
    }
    let mut item = Item::default();
    let mut at = 0;
    while let (Some(Word::Atom(name)), Some(value)) = (rest.get(at), rest.get(at + 1)) {
        note(&mut item, &name.to_ascii_uppercase(), value);
        at += 1 + value_length(&rest[at + 1..]);
    }
    matches!(rest.get(at..), Some([Word::Close])).then_some(item)
}

fn note(item: &mut Item, name: &str, value: &Word) {
    match name {
        "UID" => item.uid = value.number(),
        "RFC822.SIZE" => item.stated_size = value.number(),
        "INTERNALDATE" => item.internal_date = value.name().and_then(|text| internal_date(&text)),
        "BODY[]" | "BODY[]<0>" => {
            item.body = match value {
                Word::Streamed => Body::Streamed,
                Word::Text(bytes) => Body::Inline(bytes.clone()),
                _ => Body::Nothing,
            }
        }
        _ => {}
    }
}

/// How many words a value takes: one, or a list with its brackets.
fn value_length(words: &[Word]) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        match word {
            Word::Open => depth += 1,
            Word::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 || depth > DEEPEST {
            return at + 1;
        }
    }
    words.len()
}

/// ` 7-Jul-1996 02:44:25 -0700` (RFC 3501 §9, date-time).
fn internal_date(text: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?;
    parsed.to_timestamp().ok()
}

/// A set of UIDs as the protocol writes it: `1:3,7`.
pub fn set(uids: &[u32]) -> String {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut text = String::new();
    for run in sorted.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let (first, last) = (run[0], run[run.len() - 1]);
        let comma = if text.is_empty() { "" } else { "," };
        let range = if first == last { first.to_string() } else { format!("{first}:{last}") };
        text.push_str(comma);
        text.push_str(&range);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Part {
        Part::Line(text.as_bytes().to_vec())
    }

    fn told(parts: &[Part]) -> Vec<Word> {
        match answer(parts) {
            Some(Answer::Told(words)) => words,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn statuses_are_read_with_or_without_tag_and_code() {
        let read = |text: &str| match answer(&[line(text)]) {
            Some(Answer::Said(said)) => {
                Some((said.tag, said.verdict, said.code, String::from_utf8(said.text).unwrap()))
            }
            _ => None,
        };
        let tag = |tag: &str| Some(tag.to_owned());
        assert_eq!(
            read("* OK [UIDNEXT 5] next"),
            Some((None, Verdict::Ok, "UIDNEXT 5".into(), "next".into()))
        );
        assert_eq!(
            read("a1 no [overquota] Full"),
            Some((tag("a1"), Verdict::No, "OVERQUOTA".into(), "Full".into()))
        );
        assert_eq!(read("a2 BAD"), Some((tag("a2"), Verdict::Bad, String::new(), String::new())));
        assert_eq!(read("* BAD what"), Some((None, Verdict::Bad, String::new(), "what".into())));
        assert_eq!(answer(&[line("BAD")]), None);
        assert_eq!(answer(&[line("rubbish from a mail")]), None);
        assert_eq!(answer(&[line("")]), None);
    }

    #[test]
    fn a_mail_is_read_in_whatever_order_it_is_told() {
        let first = [
            line(
                "* 3 FETCH (UID 9 FLAGS (\\Seen $Forwarded) INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" BODY[] ",
            ),
            Part::Streamed,
            line(" RFC822.SIZE 12)"),
        ];
        let found = item(&told(&first)).unwrap();
        assert_eq!((found.uid, found.stated_size), (Some(9), Some(12)));
        assert_eq!(found.internal_date.unwrap().to_string(), "1996-07-07T09:44:25Z");
        assert_eq!(found.body, Body::Streamed);
        let quoted = item(&told(&[line("* 1 FETCH (BODY[]<0> \"a\\\"b\" UID 2)")])).unwrap();
        assert_eq!((quoted.uid, quoted.body), (Some(2), Body::Inline(b"a\"b".to_vec())));
        let nil = item(&told(&[line("* 1 fetch (uid 2 body[] nil)")])).unwrap();
        assert_eq!(nil.body, Body::Nothing);
    }

    /// A literal that lied leaves words behind that close no bracket.
    #[test]
    fn what_follows_a_lying_literal_is_no_mail() {
        for rest in ["", " and the mail went on", "ld)", " UID 9 ( FLAGS", ") and on it went"] {
            let parts = [line("* 3 FETCH (BODY[] "), Part::Streamed, line(rest)];
            assert_eq!(item(&told(&parts)), None, "{rest}");
        }
        assert_eq!(item(&told(&[line("* 3 EXISTS")])), None);
        assert_eq!(item(&[]), None);
    }

    #[test]
    fn literals_are_announced_at_the_end_of_a_line() {
        assert_eq!(literal(b"* 1 FETCH (BODY[] {310}"), Some((18, 310)));
        assert_eq!(literal(b"x {3+}"), Some((2, 3)));
        assert_eq!(literal(b"x {99999999999999999999}"), Some((2, u64::MAX)));
        for none in ["x {}", "x {-1}", "x 3}", "x {3} ", ""] {
            assert_eq!(literal(none.as_bytes()), None, "{none}");
        }
        assert!(announces_mail(b"* 1 FETCH (UID 3 body[] "));
        assert!(!announces_mail(b"* LIST () \"/\" "));
    }

    #[test]
    fn sets_are_written_as_runs() {
        assert_eq!(set(&[7, 1, 3, 2]), "1:3,7");
        assert_eq!(set(&[u32::MAX]), "4294967295");
        assert_eq!(set(&[]), "");
    }
}
