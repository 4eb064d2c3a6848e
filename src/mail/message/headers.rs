//! Pure. A mail's own header fields: decoded, cleaned, counted.

use crate::mail::address::{Address, Party, clean};
use jiff::Timestamp;
use mail_parser::{DateTime, Header, HeaderValue, MessageParser};
use std::fmt;
use std::sync::Arc;

/// Characters of a subject that are kept.
const SUBJECT_MAX: usize = 500;
/// People of one field that are kept.
const PARTIES_MAX: usize = 200;
/// Message-IDs of one field that are kept.
const IDS_MAX: usize = 100;
/// Bytes a Message-ID may have; a line has 998 (RFC 5322 §2.1.1).
const ID_MAX: usize = 900;

/// A mail's name, without brackets; fit to be written into a header.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Arc<str>);

impl MessageId {
    /// Reads a name with or without its brackets; `None` when it holds blanks, controls or brackets.
    pub fn read(text: &str) -> Option<MessageId> {
        let text = text.trim();
        let id = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
        let is_spelt = |c: char| !c.is_whitespace() && !c.is_control() && c != '<' && c != '>';
        let is_whole = (1..=ID_MAX).contains(&id.len()) && id.chars().all(is_spelt);
        is_whole.then(|| MessageId(id.into()))
    }

    /// The name without brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What `Return-Path` says; the last server writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnPath {
    /// It is not there.
    Missing,
    /// `<>`: nobody wants to hear of this mail (RFC 5321 §4.5.5).
    Empty,
    /// Bounces go there.
    To(Address),
}

/// The fields of a header, the first ones first.
pub struct Headers<'x> {
    raw: &'x [u8],
    fields: Vec<Header<'x>>,
}

impl<'x> Headers<'x> {
    /// Reads a header; `None` when it has no field.
    pub fn read(raw: &'x [u8]) -> Option<Headers<'x>> {
        let message = MessageParser::new().parse_headers(raw)?;
        let mut fields = message.parts.into_iter().next()?.headers;
        fields.retain(|field| is_field(raw, field));
        (!fields.is_empty()).then_some(Headers { raw, fields })
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &HeaderValue<'x>> {
        self.fields.iter().filter(move |h| h.name().eq_ignore_ascii_case(name)).map(|h| &h.value)
    }

    /// Whether a field's name begins so.
    pub fn begins_with(&self, prefix: &str) -> bool {
        self.fields
            .iter()
            .any(|h| h.name().get(..prefix.len()).is_some_and(|n| n.eq_ignore_ascii_case(prefix)))
    }

    /// The values of a field as written, unfolded.
    pub fn raw_values(&self, name: &str) -> impl Iterator<Item = String> {
        let bytes = |h: &Header| self.raw.get(h.offset_start as usize..h.offset_end as usize);
        let named = self.fields.iter().filter(move |h| h.name().eq_ignore_ascii_case(name));
        named.filter_map(bytes).map(|value| clean(&String::from_utf8_lossy(value), 1000))
    }

    /// The first word of a field, in lower case.
    pub fn word(&self, name: &str) -> Option<String> {
        let value = self.raw_values(name).next()?;
        let word = value.split([' ', ';', '(', ',']).next().unwrap_or_default();
        Some(word.to_lowercase())
    }

    /// The subject as one line.
    pub fn subject(&self) -> String {
        let subject = self.values("Subject").find_map(HeaderValue::as_text);
        clean(subject.unwrap_or_default(), SUBJECT_MAX)
    }

    /// The people of a field; of several fields of one name, all.
    pub fn parties(&self, name: &str) -> Vec<Party> {
        let addresses = self.values(name).filter_map(HeaderValue::as_address);
        let each = addresses.flat_map(|list| list.iter());
        let read = |a: &mail_parser::Addr| {
            Party::read(a.name.as_deref().unwrap_or_default(), a.address.as_deref().unwrap_or_default())
        };
        each.map(read).take(PARTIES_MAX).collect()
    }

    /// The Message-IDs of a field: the first, and the last of those behind it.
    pub fn ids(&self, name: &str) -> Vec<MessageId> {
        let mut ids: Vec<MessageId> = self.values(name).flat_map(texts).filter_map(MessageId::read).collect();
        if ids.len() > IDS_MAX {
            ids.drain(1..=ids.len() - IDS_MAX);
        }
        ids
    }

    /// When it was written.
    pub fn date(&self) -> Option<Timestamp> {
        let date: &DateTime = self.values("Date").find_map(HeaderValue::as_datetime)?;
        Timestamp::from_second(date.is_valid().then(|| date.to_timestamp())?).ok()
    }

    /// Where bounces go.
    pub fn return_path(&self) -> ReturnPath {
        let Some(value) = self.raw_values("Return-Path").next() else { return ReturnPath::Missing };
        let address = value.trim_matches(['<', '>', ' ']);
        if address.is_empty() {
            return ReturnPath::Empty;
        }
        Address::read(address).map_or(ReturnPath::Missing, ReturnPath::To)
    }
}

/// A name of visible ASCII and a colon behind it (RFC 5322 §2.2); a line of rubbish is no field.
fn is_field(raw: &[u8], field: &Header) -> bool {
    let colon = (field.offset_start as usize).checked_sub(1).and_then(|at| raw.get(at));
    let name = field.name();
    colon == Some(&b':') && !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())
}

fn texts<'v>(value: &'v HeaderValue<'_>) -> Vec<&'v str> {
    match value {
        HeaderValue::Text(text) => vec![text],
        HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Headers<'_> {
        Headers::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn subjects_are_decoded_and_cannot_break_a_line() {
        let is = |written: &str, subject: &str| {
            assert_eq!(headers(&format!("Subject: {written}\n\n")).subject(), subject, "{written:?}");
        };
        is("=?utf-8?Q?Sp=C3=B8rgsm=C3=A5l?=", "Spørgsmål");
        is("=?iso-8859-1?Q?Sp=F8rgsm?=\n =?iso-8859-1?Q?=E5l?=", "Spørgsmål");
        is("=?big5?B?pKSk5Q==?=", "中文");
        is("=?utf-8?B?SGk=?= there", "Hi there");
        is("=?utf-8?Q?a=0D=0ABcc:_x@evil.test?=", "a Bcc: x@evil.test");
        is("=?utf-8?Q?a=00b=E2=80=AEc?=", "a bc");
        is("=?x-nobody?Q?a?=", "a");
        is("=?utf-8?B?!!!?=", "=?utf-8?B?!!!?=");
    }

    #[test]
    fn people_are_read_from_lists_groups_and_nonsense() {
        let raw = "To: \"Kim, M\" <kim@firm.test>, team: a@firm.test, B <b@firm.test>;, =?utf-8?Q?=C3=85sa?= <asa@firm.test>\n\n";
        let to = headers(raw).parties("To");
        let shown: Vec<&str> = to.iter().map(Party::shown).collect();
        assert_eq!(shown, ["Kim, M", "a@firm.test", "B", "Åsa"]);
        let from = headers("From: =?utf-8?Q?x=0D=0ABcc:?= <\"a\r\n b\"@firm.test>\n\n").parties("From");
        assert!(from.iter().all(|p| p.address.is_none() && !p.name.contains(['\r', '\n'])), "{from:?}");
    }

    #[test]
    fn names_of_mails_are_read_with_and_without_brackets() {
        let ids = |field: &str| headers(&format!("References: {field}\n\n")).ids("References").len();
        assert_eq!(ids("<a@b> <c@d>\n <e@f>"), 3);
        assert_eq!(ids(&"<x@y> ".repeat(5000)), IDS_MAX);
        let many: String = (0..150).map(|n| format!("<{n}@b> ")).collect();
        let text = format!("References: {many}\n\n");
        let kept = headers(&text).ids("References");
        assert_eq!((kept[0].as_str(), kept[1].as_str(), kept[99].as_str()), ("0@b", "51@b", "149@b"));
        assert_eq!(MessageId::read("<a@b>"), MessageId::read(" a@b "));
        for bad in ["", "<>", "a b@c", "<a@b> <c@d>", "a\r\nb", "a\0b"] {
            assert_eq!(MessageId::read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_empty_return_path_is_not_a_missing_one() {
        let path = |text: &str| headers(text).return_path();
        assert_eq!(path("Return-Path: <>\n\n"), ReturnPath::Empty);
        assert_eq!(path("X: y\n\n"), ReturnPath::Missing);
        assert_eq!(
            path("Return-Path: <kim@firm.test>\n\n"),
            ReturnPath::To(Address::read("kim@firm.test").unwrap())
        );
    }

    #[test]
    fn a_line_of_rubbish_is_no_field() {
        for raw in ["hello", "hello\n\n", "\0\0\0", "a line: with blanks in its name\n\n", ": x\n\n"] {
            assert!(Headers::read(raw.as_bytes()).is_none(), "{raw:?}");
        }
        assert!(Headers::read(b"X : y\n\n").is_some(), "the old syntax allows blanks before the colon");
    }

    #[test]
    fn dates_are_read_and_impossible_ones_are_none() {
        let date = |text: &str| headers(&format!("Date: {text}\n\n")).date().map(|d| d.to_string());
        assert_eq!(date("Tue, 3 Mar 2026 10:00:00 +0100").as_deref(), Some("2026-03-03T09:00:00Z"));
        assert_eq!(date("yesterday"), None);
        assert_eq!(date("Tue, 99 Mar 2026 99:00:00 +0100"), None);
    }
}
