//! Pure. A SIP message: what it says at the top, its headers, its body; building and printing one.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::addr::NameAddr;
use super::headers::{Headers, name};
use super::method::Method;
use super::scan;
use super::uri::RawUri;
use super::value::{self, CSeq, MinSe, ReferTo, Replaces, SessionExpires};
use super::via::Via;
use std::borrow::Cow;

/// A request or a response.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Request line or status line.
    pub start: Start,
    /// Header fields; Content-Length is written from the body, whatever stands here.
    pub headers: Headers,
    /// The body, bytes as they came.
    pub body: Vec<u8>,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// `INVITE sip:… SIP/2.0`
    Request {
        /// The method.
        method: Method,
        /// The Request-URI as it came.
        uri: RawUri,
    },
    /// `SIP/2.0 200 OK`
    Response {
        /// 100 to 699.
        status: u16,
        /// The reason phrase; may be empty.
        reason: Cow<'static, str>,
    },
}

impl Message {
    /// A request without headers.
    pub fn request(method: Method, uri: impl Into<RawUri>) -> Message {
        Message::new(Start::Request { method, uri: uri.into() })
    }

    /// A response without headers, with the usual reason phrase.
    pub fn response(status: u16) -> Message {
        Message::new(Start::Response { status, reason: reason(status) })
    }

    fn new(start: Start) -> Message {
        Message { start, headers: Headers::with_capacity(1024), body: Vec::new() }
    }

    /// A response to this request: Via, From, To, Call-ID, CSeq copied (RFC 3261 §8.2.6.2), and
    /// Record-Route for those that make a dialog (§12.1.1). The caller adds our To tag.
    pub fn reply(&self, status: u16) -> Message {
        reply_to(&self.headers, status)
    }

    /// Adds a header at the end; see [`Headers::push`].
    pub fn header(mut self, name: &str, value: &str) -> Message {
        self.headers.push(name, value);
        self
    }

    /// Sets the body and its Content-Type.
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Message {
        self.headers.set(name::CONTENT_TYPE, content_type);
        self.body = body.into();
        self
    }

    /// Adds `;tag=` to To unless it has one: our half of a dialog.
    pub fn with_to_tag(mut self, tag: &str) -> Message {
        let to = self.headers.value(name::TO).unwrap_or_default();
        if self.to().is_some_and(|to| to.tag().is_none()) {
            let tagged = format!("{to};tag={tag}");
            self.headers.set(name::TO, &tagged);
        }
        self
    }

    /// The bytes for the wire, with a Content-Length that is true.
    pub fn print(&self) -> Vec<u8> {
        let head: usize = self.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        let mut out = Vec::with_capacity(head + self.body.len() + 160);
        self.print_start(&mut out);
        for (name, value) in
            self.headers.iter().filter(|(n, _)| !n.eq_ignore_ascii_case(name::CONTENT_LENGTH))
        {
            line(&mut out, &[name, ": ", value]);
        }
        line(&mut out, &[name::CONTENT_LENGTH, ": ", &self.body.len().to_string()]);
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        out
    }

    fn print_start(&self, out: &mut Vec<u8>) {
        match &self.start {
            Start::Request { method, uri } => line(out, &[method.as_str(), " ", uri.as_str(), " SIP/2.0"]),
            Start::Response { status, reason } => {
                let reason: Cow<'_, str> = match reason.contains(|c: char| c.is_ascii_control()) {
                    true => reason.replace(|c: char| c.is_ascii_control(), " ").into(),
                    false => Cow::Borrowed(reason),
                };
                line(out, &["SIP/2.0 ", &status.to_string(), " ", &reason]);
            }
        }
    }
}

/// Reading. Each accessor reads the header text when asked; `None` means absent or unreadable.
impl Message {
    /// The method of a request; of a response, the one its CSeq names.
    pub fn method(&self) -> Option<Method> {
        match &self.start {
            Start::Request { method, .. } => Some(method.clone()),
            Start::Response { .. } => self.cseq().map(|cseq| cseq.method),
        }
    }

    /// The Request-URI of a request.
    pub fn uri(&self) -> Option<&RawUri> {
        match &self.start {
            Start::Request { uri, .. } => Some(uri),
            Start::Response { .. } => None,
        }
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        match self.start {
            Start::Response { status, .. } => Some(status),
            Start::Request { .. } => None,
        }
    }

    /// The topmost Via.
    pub fn via(&self) -> Option<Via<'_>> {
        self.headers.items(name::VIA).next().and_then(Via::read)
    }

    /// All Vias, topmost first; unreadable ones are left out.
    pub fn vias(&self) -> impl Iterator<Item = Via<'_>> {
        self.headers.items(name::VIA).filter_map(Via::read)
    }

    /// From.
    pub fn from(&self) -> Option<NameAddr<'_>> {
        self.headers.value(name::FROM).and_then(NameAddr::read)
    }

    /// To.
    pub fn to(&self) -> Option<NameAddr<'_>> {
        self.headers.value(name::TO).and_then(NameAddr::read)
    }

    /// Call-ID; case matters.
    pub fn call_id(&self) -> Option<&str> {
        self.headers.value(name::CALL_ID).filter(|id| !id.is_empty())
    }

    /// CSeq.
    pub fn cseq(&self) -> Option<CSeq> {
        self.headers.value(name::CSEQ).and_then(CSeq::read)
    }

    /// Max-Forwards.
    pub fn max_forwards(&self) -> Option<u8> {
        self.headers.value(name::MAX_FORWARDS)?.parse().ok()
    }

    /// Expires in seconds; a value too large to read counts as the largest (RFC 4475 §3.1.2.4).
    pub fn expires(&self) -> Option<u32> {
        self.headers.value(name::EXPIRES).and_then(value::seconds)
    }

    /// The contacts in order. `None` when one of them cannot be read; [`Self::is_contact_star`] first.
    pub fn contacts(&self) -> Option<Vec<NameAddr<'_>>> {
        self.headers.items(name::CONTACT).map(NameAddr::read).collect()
    }

    /// `Contact: *` alone (RFC 3261 §10.2.2).
    pub fn is_contact_star(&self) -> bool {
        self.headers.items(name::CONTACT).eq(["*"])
    }

    /// Route, Record-Route, Path or Service-Route values in order. `None` when one cannot be read.
    pub fn routes(&self, header: &str) -> Option<Vec<NameAddr<'_>>> {
        self.headers.items(header).map(NameAddr::read).collect()
    }

    /// Session-Expires (RFC 4028).
    pub fn session_expires(&self) -> Option<SessionExpires> {
        self.headers.value(name::SESSION_EXPIRES).and_then(SessionExpires::read)
    }

    /// Min-SE (RFC 4028).
    pub fn min_se(&self) -> Option<MinSe> {
        self.headers.value(name::MIN_SE).and_then(MinSe::read)
    }

    /// Refer-To (RFC 3515).
    pub fn refer_to(&self) -> Option<ReferTo<'_>> {
        self.headers.value(name::REFER_TO).and_then(ReferTo::read)
    }

    /// Replaces (RFC 3891).
    pub fn replaces(&self) -> Option<Replaces<'_>> {
        self.headers.value(name::REPLACES).and_then(Replaces::read)
    }

    /// The cause the Reason headers give for a protocol, `Q.850` or `SIP` (RFC 3326).
    pub fn reason_cause(&self, protocol: &str) -> Option<u16> {
        self.headers.items(name::REASON).find_map(|item| value::reason_cause(item, protocol))
    }

    /// Who calls, as somebody trusted says: P-Asserted-Identity (RFC 3325) or Remote-Party-ID.
    pub fn identity(&self) -> Option<NameAddr<'_>> {
        let asserted = self.headers.items(name::P_ASSERTED_IDENTITY);
        asserted.chain(self.headers.items(name::REMOTE_PARTY_ID)).find_map(NameAddr::read)
    }

    /// Retry-After in seconds (RFC 3261 §20.33); comment and parameters ignored.
    pub fn retry_after(&self) -> Option<u32> {
        let text = self.headers.value(name::RETRY_AFTER)?;
        value::seconds(scan::trim(text.split(['(', ';']).next().unwrap_or(text)))
    }

    /// The media type of the body in lower case, without parameters.
    pub fn content_type(&self) -> Option<String> {
        let text = self.headers.value(name::CONTENT_TYPE)?;
        let kind = text.split(';').next().unwrap_or(text);
        Some(kind.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase())
    }
}

/// The bones of a response to a request whose headers these are; see [`Message::reply`].
pub fn reply_to(headers: &Headers, status: u16) -> Message {
    let mut reply = Message::response(status);
    let copied = [name::VIA, name::FROM, name::TO, name::CALL_ID, name::CSEQ];
    for (name, value) in headers.iter() {
        let wanted = copied.iter().any(|n| name.eq_ignore_ascii_case(n));
        let makes_dialog = (101..300).contains(&status) && name.eq_ignore_ascii_case(name::RECORD_ROUTE);
        if wanted || makes_dialog {
            reply.headers.push(name, value);
        }
    }
    reply
}

fn line(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    out.extend_from_slice(b"\r\n");
}

/// The usual reason phrase of a status. The frequent ones are here; `rsip` knows the others, in camel case.
pub fn reason(status: u16) -> Cow<'static, str> {
    Cow::Borrowed(match status {
        100 => "Trying",
        180 => "Ringing",
        183 => "Session Progress",
        200 => "OK",
        202 => "Accepted",
        401 => "Unauthorized",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        414 => "Request-URI Too Long",
        416 => "Unsupported URI Scheme",
        422 => "Session Interval Too Small",
        481 => "Call/Transaction Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        505 => "Version Not Supported",
        other => return Cow::Owned(spaced(&rsip::StatusCode::from(other).to_string())),
    })
}

/// `488 NotAcceptableHere` as `Not Acceptable Here`.
fn spaced(camel: &str) -> String {
    let mut text = String::with_capacity(camel.len() + 6);
    for c in camel.split_once(' ').map_or(camel, |(_, phrase)| phrase).chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_carries_what_the_request_brought() {
        let request = Message::request(Method::Invite, "sip:a@b")
            .header("Via", "SIP/2.0/UDP one;branch=z9hG4bK1")
            .header("Record-Route", "<sip:p;lr>")
            .header("Via", "SIP/2.0/UDP two;branch=z9hG4bK2")
            .header("To", "<sip:a@b>")
            .header("Subject", "x");
        let names = |m: &Message| m.headers.iter().map(|(n, _)| n.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&request.reply(180)), ["Via", "Record-Route", "Via", "To"]);
        assert_eq!(names(&request.reply(404)), ["Via", "Via", "To"]);
        let tagged = request.reply(180).with_to_tag("t").with_to_tag("u");
        assert_eq!(tagged.headers.value("to"), Some("<sip:a@b>;tag=t"));
    }

    #[test]
    fn printing_counts_the_body_and_holds_its_lines() {
        let mut message =
            Message::response(200).header("Content-Length", "999").with_body("a/b", *b"\x00\xff");
        message.start = Start::Response { status: 200, reason: "O\r\nK".into() };
        let expected = b"SIP/2.0 200 O  K\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n\x00\xff";
        assert_eq!(message.print(), expected);
    }

    #[test]
    fn reason_phrases_read_like_the_registry() {
        assert_eq!(reason(488), "Not Acceptable Here");
        assert_eq!(reason(503), "Service Unavailable");
        assert_eq!(reason(416), "Unsupported URI Scheme");
    }
}
