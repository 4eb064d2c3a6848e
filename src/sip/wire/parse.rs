//! Pure. Bytes of one message to a [`Message`]; never panics, never reads beyond a limit.
//!
//! Tolerant: folded lines, bare LF, compact names, bytes that are no UTF-8 (read as latin-1), a body
//! without Content-Length. Strict where RFC 4475 §3.1.2 asks for 400. An error carries whatever
//! headers could be read, so that it can be answered.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::headers::{self, Headers, name};
use super::limits;
use super::message::{self, Message, Start};
use super::method::Method;
use super::scan;
use super::uri::{RawUri, Uri};
use super::value::digits;
use super::via::{MAGIC_COOKIE, Via};
use std::borrow::Cow;

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No blank line ends the headers, or there is nothing at all.
    NoEnd,
    /// The first line is neither a request line nor a status line.
    StartLine,
    /// A version other than `SIP/2.0`.
    Version,
    /// The Request-URI is longer than we read.
    UriTooLong,
    /// The Request-URI is no URI.
    RequestUri,
    /// More bytes, lines or headers than we read.
    TooLarge,
    /// A line without a header name.
    HeaderLine,
    /// A header that may stand once stands twice.
    Repeated(&'static str),
    /// A header every message must have is missing or unreadable.
    Header(&'static str),
    /// Content-Length is no number, or says more than came.
    ContentLength,
    /// CSeq names another method than the request line.
    CSeqMethod,
}

impl Fault {
    /// The status that tells a sender about it.
    pub fn status(self) -> u16 {
        match self {
            Fault::Version => 505,
            Fault::UriTooLong => 414,
            Fault::TooLarge => 413,
            _ => 400,
        }
    }
}

/// A message that cannot be accepted, with what was readable of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseError {
    /// The first thing found wrong.
    pub fault: Fault,
    /// The first line, where it could be read.
    pub start: Option<Start>,
    /// The headers read so far.
    pub headers: Headers,
    /// Whether it began like a response; those are dropped, never answered.
    pub is_response: bool,
}

impl ParseError {
    /// The response that names the fault; `None` when there is nobody to tell: a response, an ACK, or a
    /// request without the headers a response copies. The caller stamps the Via and adds a To tag.
    pub fn reply(&self) -> Option<Message> {
        let is_ack = matches!(&self.start, Some(Start::Request { method: Method::Ack, .. }));
        let via = self.headers.items(name::VIA).next().and_then(Via::read);
        let copied = [name::FROM, name::TO, name::CALL_ID, name::CSEQ];
        let complete = copied.iter().all(|n| self.headers.value(n).is_some_and(|v| !v.is_empty()));
        let answerable = !self.is_response && !is_ack && via.is_some() && complete;
        answerable.then(|| message::reply_to(&self.headers, self.fault.status()))
    }
}

/// Reads one datagram, or one message that [`super::frame()`] found. Bytes after Content-Length are ignored.
pub fn parse(bytes: &[u8]) -> Result<Message, Box<ParseError>> {
    let bytes = skip_line_ends(bytes);
    let mut error = ParseError {
        fault: Fault::NoEnd,
        start: None,
        headers: Headers::default(),
        is_response: bytes.starts_with(b"SIP/"),
    };
    match read(bytes, &mut error) {
        Ok(body) => Ok(Message {
            start: error.start.expect("read sets it before it succeeds"),
            headers: error.headers,
            body,
        }),
        Err(fault) => Err(Box::new(ParseError { fault, ..error })),
    }
}

/// Fills start line and headers of `into` as far as they can be read and returns the body.
fn read(bytes: &[u8], into: &mut ParseError) -> Result<Vec<u8>, Fault> {
    if bytes.len() > limits::MESSAGE_BYTES {
        return Err(Fault::TooLarge);
    }
    let (head, rest) = match head_end(bytes) {
        Some(end) => (&bytes[..end], Some(&bytes[end..])),
        None => (bytes, None),
    };
    let head = text(head);
    let (first, lines) = head.split_once('\n').unwrap_or((&head, ""));
    let start = read_start(first.strip_suffix('\r').unwrap_or(first));
    into.headers = Headers::with_capacity(lines.len());
    let headers = read_headers(lines, &mut into.headers);
    into.start = start.as_ref().ok().cloned();
    let start = start?;
    headers?;
    check(&start, &into.headers)?;
    read_body(rest.ok_or(Fault::NoEnd)?, &into.headers)
}

/// Where the body begins: after the first empty line.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| *b == b'\n') {
        let next = from + at + 1;
        match &bytes[next..] {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => from = next,
        }
    }
    None
}

pub(super) fn skip_line_ends(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    &bytes[blank..]
}

/// UTF-8, or line by line latin-1 where it is not.
fn text(head: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(head) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => head
            .split_inclusive(|b| *b == b'\n')
            .map(|line| scan::lenient(line.to_vec()))
            .collect::<String>()
            .into(),
    }
}

fn read_start(line: &str) -> Result<Start, Fault> {
    if line.starts_with("SIP/") { read_status_line(line) } else { read_request_line(line) }
}

fn read_status_line(line: &str) -> Result<Start, Fault> {
    let (version, rest) = line.split_once(' ').ok_or(Fault::StartLine)?;
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let status = digits(code)
        .and_then(|c| c.parse().ok())
        .filter(|c| (100..700).contains(c))
        .ok_or(Fault::StartLine)?;
    match version {
        "SIP/2.0" => {
            Ok(Start::Response { status, reason: reason.replace(|c: char| c.is_ascii_control(), " ").into() })
        }
        _ => Err(Fault::Version),
    }
}

/// Exactly one blank between the parts (RFC 3261 §7.1; RFC 4475 §3.1.2.9–11).
fn read_request_line(line: &str) -> Result<Start, Fault> {
    let (method, rest) = line.split_once(' ').ok_or(Fault::StartLine)?;
    let (uri, version) = rest.rsplit_once(' ').ok_or(Fault::StartLine)?;
    if !scan::is_token(method) {
        return Err(Fault::StartLine);
    }
    if !version.eq_ignore_ascii_case("SIP/2.0") {
        return Err(if is_version(version) { Fault::Version } else { Fault::StartLine });
    }
    if uri.len() > limits::URI_BYTES {
        return Err(Fault::UriTooLong);
    }
    Uri::read(uri).filter(|uri| uri.headers.is_none()).ok_or(Fault::RequestUri)?;
    Ok(Start::Request { method: Method::read(method), uri: RawUri::new(uri) })
}

fn is_version(text: &str) -> bool {
    let number = text.get(..4).filter(|name| name.eq_ignore_ascii_case("SIP/")).map(|_| &text[4..]);
    number.and_then(|n| n.split_once('.')).is_some_and(|(a, b)| digits(a).is_some() && digits(b).is_some())
}

/// Reads on after a bad line, so that an error can still be answered; returns the first fault.
fn read_headers(lines: &str, headers: &mut Headers) -> Result<(), Fault> {
    let mut result = Ok(());
    let mut rest = lines;
    while let Some((line, after)) = next_header(rest) {
        rest = after;
        let added =
            if headers.len() < limits::HEADERS { add_header(line, headers) } else { Err(Fault::TooLarge) };
        result = result.and(added);
    }
    result
}

/// One header with its continuation lines, and what follows; `None` at the empty line or the end.
fn next_header(text: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    loop {
        end += text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
        if !text[end..].starts_with([' ', '\t']) {
            break;
        }
    }
    let line = text[..end].trim_end_matches(['\r', '\n']);
    (!line.is_empty()).then_some((line, &text[end..]))
}

fn add_header(line: &str, headers: &mut Headers) -> Result<(), Fault> {
    if line.len() > limits::LINE_BYTES {
        return Err(Fault::TooLarge);
    }
    let (name, value) = line.split_once(':').ok_or(Fault::HeaderLine)?;
    let name = name.trim_end_matches([' ', '\t']);
    if !scan::is_token(name) {
        return Err(Fault::HeaderLine);
    }
    let value = scan::trim(value);
    match value.contains('\n') {
        false => headers.push(headers::expand(name), value),
        true => headers.push(headers::expand(name), &unfold(value)),
    }
    Ok(())
}

/// Continuation lines joined by one blank (RFC 3261 §7.3.1).
fn unfold(value: &str) -> String {
    let mut joined = String::with_capacity(value.len());
    for piece in value.split('\n').map(scan::trim).filter(|piece| !piece.is_empty()) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(piece);
    }
    joined
}

/// What every message must have, readable and once (RFC 3261 §8.1.1, §20.1).
fn check(start: &Start, headers: &Headers) -> Result<(), Fault> {
    const ONCE: [&str; 6] =
        [name::CSEQ, name::CALL_ID, name::FROM, name::TO, name::MAX_FORWARDS, name::CONTENT_TYPE];
    if let Some(repeated) = ONCE.into_iter().find(|name| headers.values(name).nth(1).is_some()) {
        return Err(Fault::Repeated(repeated));
    }
    check_values(headers)?;
    match start {
        Start::Request { method, .. } => {
            let cseq = headers.value(name::CSEQ).and_then(super::CSeq::read);
            if cseq.is_none_or(|cseq| cseq.method != *method) {
                return Err(Fault::CSeqMethod);
            }
            check_request(method, headers)
        }
        Start::Response { .. } => Ok(()),
    }
}

/// A bare cookie identifies no transaction (RFC 4475 §3.2.1); an address of record is a SIP one
/// (RFC 3261 §10.3, RFC 4475 §3.3.4).
fn check_request(method: &Method, headers: &Headers) -> Result<(), Fault> {
    let via = headers.items(name::VIA).next().and_then(Via::read);
    if via.and_then(|via| via.branch()).is_some_and(|branch| branch.eq_ignore_ascii_case(MAGIC_COOKIE)) {
        return Err(Fault::Header(name::VIA));
    }
    let to = headers.value(name::TO).and_then(super::NameAddr::read);
    let is_sip = to.and_then(|to| to.uri()).is_some_and(|uri| uri.is_sip());
    if *method == Method::Register && !is_sip { Err(Fault::Header(name::TO)) } else { Ok(()) }
}

fn check_values(headers: &Headers) -> Result<(), Fault> {
    let addr =
        |name| headers.value(name).and_then(super::NameAddr::read).is_some_and(|addr| addr.uri().is_some());
    let number = |name: &str| headers.value(name).is_none_or(|v| digits(v).is_some());
    let max_forwards = headers.value(name::MAX_FORWARDS);
    let checks = [
        (
            name::VIA,
            headers
                .items(name::VIA)
                .map(Via::read)
                .fold(None, |all, via| Some(all != Some(false) && via.is_some())),
        ),
        (name::FROM, Some(addr(name::FROM))),
        (name::TO, Some(addr(name::TO))),
        (name::CALL_ID, headers.value(name::CALL_ID).map(|id| !id.is_empty())),
        (name::CSEQ, headers.value(name::CSEQ).map(|v| super::CSeq::read(v).is_some())),
        (
            name::MAX_FORWARDS,
            Some(max_forwards.is_none_or(|v| digits(v).and_then(|v| v.parse::<u8>().ok()).is_some())),
        ),
        (name::EXPIRES, Some(number(name::EXPIRES))),
        (
            name::CONTACT,
            Some(headers.items(name::CONTACT).all(|c| c == "*" || super::NameAddr::read(c).is_some())),
        ),
    ];
    checks.into_iter().find(|(_, ok)| *ok != Some(true)).map_or(Ok(()), |(name, _)| Err(Fault::Header(name)))
}

fn read_body(rest: &[u8], headers: &Headers) -> Result<Vec<u8>, Fault> {
    let body = match content_length(headers)? {
        Some(length) => rest.get(..length).ok_or(Fault::ContentLength)?,
        None => rest,
    };
    let is_sdp = || headers.value(name::CONTENT_TYPE).is_some_and(|v| v.to_ascii_lowercase().contains("sdp"));
    if body.len() > limits::SDP_BYTES && is_sdp() { Err(Fault::TooLarge) } else { Ok(body.to_vec()) }
}

/// The one Content-Length; twice is a fault, even when both agree (RFC 4475 §3.3.9).
fn content_length(headers: &Headers) -> Result<Option<usize>, Fault> {
    let mut lengths = headers.values(name::CONTENT_LENGTH);
    let Some(first) = lengths.next() else { return Ok(None) };
    match (digits(first).and_then(|v| v.parse().ok()), lengths.next()) {
        (Some(length), None) => Ok(Some(length)),
        _ => Err(Fault::ContentLength),
    }
}
