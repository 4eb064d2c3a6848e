//! Pure. May a readable request be dealt with at all? The order is spec/reliability.md §1's: parse
//! (400) and version (505) are [`super::parse()`]'s; scheme, method, Require come here, then the caller
//! authenticates, then the body.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::headers::name;
use super::message::{Message, Start};
use super::method::Method;

/// Why a request is refused before anybody looks at what it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// 416: the Request-URI is neither sip, sips nor tel.
    Scheme,
    /// 501: a method we do not know.
    Method,
    /// 420: these required extensions we do not have.
    Extensions(Vec<String>),
    /// 415: a body of a kind or encoding we cannot read.
    Body,
    /// 406: the answer would have to be of a kind we cannot write.
    Answer,
}

/// What we can do, for judging and for telling.
#[derive(Clone, Copy, Debug)]
pub struct Abilities<'a> {
    /// Methods with an answer of their own.
    pub methods: &'a [Method],
    /// Option tags for Require and Supported.
    pub extensions: &'a [&'a str],
    /// Media types of bodies we read.
    pub bodies: &'a [&'a str],
}

impl Rejection {
    /// The status to answer with.
    pub fn status(&self) -> u16 {
        match self {
            Rejection::Scheme => 416,
            Rejection::Method => 501,
            Rejection::Extensions(_) => 420,
            Rejection::Body => 415,
            Rejection::Answer => 406,
        }
    }

    /// The whole answer but for Via stamping and the To tag: it says what would have been right.
    pub fn reply(&self, request: &Message, can: &Abilities<'_>) -> Message {
        let reply = request.reply(self.status());
        match self {
            Rejection::Scheme | Rejection::Answer => reply,
            Rejection::Method => reply.header(name::ALLOW, &allow(can)),
            Rejection::Extensions(tags) => reply.header(name::UNSUPPORTED, &tags.join(", ")),
            Rejection::Body => reply.header(name::ACCEPT, &can.bodies.join(", ")),
        }
    }
}

/// The value of an Allow header.
pub fn allow(can: &Abilities<'_>) -> String {
    can.methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
}

/// Scheme, method and Require of a request; a response passes. ACK and CANCEL are never refused for
/// Require (RFC 3261 §8.2.2.3).
pub fn judge(message: &Message, can: &Abilities<'_>) -> Result<(), Rejection> {
    let Start::Request { method, uri } = &message.start else { return Ok(()) };
    if !uri.read().is_some_and(|uri| uri.is_sip() || uri.is_tel()) {
        return Err(Rejection::Scheme);
    }
    if !can.methods.contains(method) {
        return Err(Rejection::Method);
    }
    let missing = missing_extensions(message, can);
    let exempt = matches!(method, Method::Ack | Method::Cancel);
    if exempt || missing.is_empty() { Ok(()) } else { Err(Rejection::Extensions(missing)) }
}

/// The body of a request and the answer it wants, once its sender is known.
pub fn judge_body(message: &Message, can: &Abilities<'_>) -> Result<(), Rejection> {
    if message.method() == Some(Method::Invite) && !takes_sdp(message) {
        return Err(Rejection::Answer);
    }
    if message.body.is_empty() {
        return Ok(());
    }
    let plain = message.headers.items(name::CONTENT_ENCODING).all(|e| e.eq_ignore_ascii_case("identity"));
    let known = message.content_type().is_some_and(|kind| can.bodies.contains(&kind.as_str()));
    if plain && known { Ok(()) } else { Err(Rejection::Body) }
}

/// Whether an answer may hold a description (RFC 3261 §20.1; no Accept means it may).
fn takes_sdp(message: &Message) -> bool {
    let mut kinds = message
        .headers
        .items(name::ACCEPT)
        .map(|item| item.split(';').next().unwrap_or(item).trim())
        .peekable();
    let fits =
        |kind: &str| ["application/sdp", "application/*", "*/*"].iter().any(|k| kind.eq_ignore_ascii_case(k));
    kinds.peek().is_none() || kinds.any(fits)
}

/// Require only: Proxy-Require speaks to proxies, and we are the end of the call (RFC 3261 §8.2.2.3).
fn missing_extensions(message: &Message, can: &Abilities<'_>) -> Vec<String> {
    let required = message.headers.items(name::REQUIRE);
    let unknown = required.filter(|tag| !can.extensions.iter().any(|known| known.eq_ignore_ascii_case(tag)));
    unknown.map(str::to_owned).collect()
}
