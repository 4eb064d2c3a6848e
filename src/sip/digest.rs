//! Pure. Challenges and answers (RFC 7616, RFC 8760 for SIP, RFC 2617 for older phones): what a digest
//! header says, asking for one, checking one, giving one.
//!
//! The digest `uri` is hashed as it came and not compared with the Request-URI: phones write the one
//! with and the other without `;transport=`, and the method and a rising count are hashed in anyway.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod ability;
pub mod nonce;

use self::nonce::{Nonces, Standing};
use super::wire::{Headers, scan};
use crate::time::Tick;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;
use subtle::ConstantTimeEq as _;

/// A hash function of digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// RFC 2617; for phones that know no better.
    Md5,
    /// RFC 8760.
    Sha256,
}

impl Algorithm {
    fn as_str(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }

    /// Lower-case hexadecimal hash of parts joined by `:`.
    fn hash(self, parts: &[&[u8]]) -> String {
        let text = parts.join(&b':');
        match self {
            Algorithm::Md5 => hex(&Md5::digest(text)),
            Algorithm::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

/// An `algorithm` parameter: the hash, and whether the secret part is bound to a session (`-sess`).
fn read_algorithm(text: Option<&str>) -> Option<(Algorithm, Session)> {
    Some(match text.unwrap_or("MD5").to_ascii_uppercase().as_str() {
        "MD5" => (Algorithm::Md5, Session::No),
        "MD5-SESS" => (Algorithm::Md5, Session::Yes),
        "SHA-256" => (Algorithm::Sha256, Session::No),
        "SHA-256-SESS" => (Algorithm::Sha256, Session::Yes),
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    Yes,
    No,
}

/// What is protected (RFC 7616 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qop {
    /// Method and URI.
    Auth,
    /// The body, too.
    AuthInt,
}

impl Qop {
    fn as_str(self) -> &'static str {
        match self {
            Qop::Auth => "auth",
            Qop::AuthInt => "auth-int",
        }
    }
}

/// The parameters of a `Digest` header value.
struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    /// `None` for any other scheme (RFC 4475 §3.3.7).
    fn read(text: &'a str) -> Option<Fields<'a>> {
        let (scheme, rest) = scan::trim(text).split_once([' ', '\t'])?;
        scheme.eq_ignore_ascii_case("Digest").then_some(Fields(rest))
    }

    /// The value without its quotes, escapes kept: that is what is hashed.
    fn raw(&self, name: &str) -> Option<&'a str> {
        let pairs = scan::split(self.0, b',').filter_map(|piece| piece.split_once('='));
        let mut found = pairs.filter(|(n, _)| scan::trim(n).eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| scan::trim(value))?;
        Some(value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
    }
}

/// What somebody who logs in with us sends (Authorization, Proxy-Authorization).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// The user name, escapes kept.
    pub username: &'a str,
    /// The realm it answers.
    pub realm: &'a str,
    nonce: &'a str,
    uri: &'a str,
    response: &'a str,
    algorithm: (Algorithm, Session),
    /// Count and client nonce, with `qop=auth`.
    counted: Option<(u32, &'a str, &'a str)>,
}

impl<'a> Credentials<'a> {
    /// `None` when it is no digest, lacks a part, or speaks an algorithm or qop we did not offer.
    pub fn read(text: &'a str) -> Option<Credentials<'a>> {
        let fields = Fields::read(text)?;
        let counted = match fields.raw("qop") {
            None => None,
            Some(qop) if qop.eq_ignore_ascii_case("auth") => {
                let nc = fields.raw("nc").filter(|nc| nc.len() == 8)?;
                Some((u32::from_str_radix(nc, 16).ok()?, nc, fields.raw("cnonce")?))
            }
            Some(_) => return None,
        };
        Some(Credentials {
            username: fields.raw("username")?,
            realm: fields.raw("realm")?,
            nonce: fields.raw("nonce")?,
            uri: fields.raw("uri")?,
            response: fields.raw("response")?,
            algorithm: read_algorithm(fields.raw("algorithm"))?,
            counted,
        })
    }

    /// The strongest credentials for `realm` among the headers called `name`.
    pub fn pick(headers: &'a Headers, name: &str, realm: &str) -> Option<Credentials<'a>> {
        let all = headers.values(name).filter_map(Credentials::read);
        all.filter(|credentials| credentials.realm == realm).max_by_key(|credentials| credentials.algorithm.0)
    }

    /// The hash function it answers with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm.0
    }

    fn expected(&self, method: &str, password: &str) -> String {
        let sums = Sums {
            algorithm: self.algorithm,
            username: self.username,
            realm: self.realm,
            password,
            nonce: self.nonce,
            method,
            uri: self.uri,
        };
        match self.counted {
            Some((_, nc, cnonce)) => sums.response(Some((Qop::Auth, nc, cnonce)), b""),
            None => sums.response(None, b""),
        }
    }
}

/// How credentials stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right,
    /// Not judged: the nonce is old, foreign, or its count did not rise. Challenge again with `stale=true`;
    /// never counts as a wrong password (spec/reliability.md §1).
    Stale,
    /// Wrong password, unknown user, or an algorithm this user may not use.
    Wrong,
}

/// Checks credentials against a user's password; `None` for an unknown user, which costs the same.
/// `weakest` is the weakest hash this user may answer with.
pub fn verify(
    credentials: &Credentials<'_>,
    method: &str,
    user: Option<(&str, Algorithm)>,
    nonces: &mut Nonces,
    source: IpAddr,
    now: Tick,
) -> Verdict {
    let (password, weakest) = user.unwrap_or(("no such user", Algorithm::Md5));
    let expected = credentials.expected(method, password);
    let given = credentials.response.to_ascii_lowercase();
    let same = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
    let right = same & user.is_some() & (credentials.algorithm() >= weakest);
    let count = credentials.counted.map_or(1, |(count, ..)| count);
    match nonces.standing(credentials.nonce, count, source, now) {
        Standing::Stale => Verdict::Stale,
        Standing::Fresh if right => {
            nonces.count(credentials.nonce, count);
            Verdict::Right
        }
        Standing::Fresh => Verdict::Wrong,
    }
}

/// Whether an old nonce was the only thing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staleness {
    /// A first challenge, or a wrong password.
    Fresh,
    /// The same password with a new nonce will do.
    Stale,
}

/// The value of one WWW-Authenticate or Proxy-Authenticate header; send one per algorithm
/// (RFC 8760 §2.4).
pub fn challenge(realm: &str, nonce: &str, algorithm: Algorithm, staleness: Staleness) -> String {
    let stale = if staleness == Staleness::Stale { ", stale=true" } else { "" };
    let (realm, name) = (scan::quote(realm), algorithm.as_str());
    format!(r#"Digest realm={realm}, nonce="{nonce}", algorithm={name}, qop="auth"{stale}"#)
}

/// A provider's challenge we can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The realm, escapes kept.
    pub realm: String,
    /// Our last answer was right but its nonce too old: try again, do not give up.
    pub stale: bool,
    nonce: String,
    opaque: Option<String>,
    /// As written, to be sent back; absent means MD5.
    algorithm_text: Option<String>,
    algorithm: (Algorithm, Session),
    qop: Option<Qop>,
}

impl Challenge {
    /// `None` when it is no digest, or one we cannot answer (unknown algorithm or qop).
    pub fn read(text: &str) -> Option<Challenge> {
        let fields = Fields::read(text)?;
        let algorithm_text = fields.raw("algorithm");
        Some(Challenge {
            realm: fields.raw("realm")?.to_owned(),
            stale: fields.raw("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
            nonce: fields.raw("nonce")?.to_owned(),
            opaque: fields.raw("opaque").map(str::to_owned),
            algorithm_text: algorithm_text.map(str::to_owned),
            algorithm: read_algorithm(algorithm_text)?,
            qop: read_qop(fields.raw("qop"))?,
        })
    }

    /// The strongest challenge among the headers called `name`; the first of equals (RFC 8760 §2.4).
    pub fn pick(headers: &Headers, name: &str) -> Option<Challenge> {
        let mut all: Vec<_> = headers.values(name).filter_map(Challenge::read).collect();
        all.sort_by_key(|challenge| std::cmp::Reverse(challenge.algorithm.0));
        all.into_iter().next()
    }

    /// Whether this is another nonce than `other`'s.
    pub fn is_newer_than(&self, other: &Challenge) -> bool {
        self.nonce != other.nonce
    }

    /// The value of the Authorization or Proxy-Authorization header. `count` is 1 for the first use of
    /// this challenge and rises by one with each; `cnonce` is ours, fresh and hard to guess.
    pub fn answer(&self, login: &Login<'_>, asked: &Asked<'_>, count: u32, cnonce: &str) -> String {
        let nc = format!("{count:08x}");
        let username = escaped(login.username);
        let sums = Sums {
            algorithm: self.algorithm,
            username: &username,
            realm: &self.realm,
            password: login.password,
            nonce: &self.nonce,
            method: asked.method,
            uri: asked.uri,
        };
        let response = sums.response(self.qop.map(|qop| (qop, nc.as_str(), cnonce)), asked.body);
        self.write(&username, asked.uri, &response, self.qop.map(|qop| (qop, nc.as_str(), cnonce)))
    }

    fn write(&self, username: &str, uri: &str, response: &str, qop: Option<(Qop, &str, &str)>) -> String {
        let (realm, nonce) = (&self.realm, &self.nonce);
        let mut text = format!(
            r#"Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}""#
        );
        if let Some(algorithm) = &self.algorithm_text {
            text.extend([", algorithm=", algorithm]);
        }
        if let Some((qop, nc, cnonce)) = qop {
            text.extend([", qop=", qop.as_str(), ", nc=", nc, r#", cnonce=""#, cnonce, "\""]);
        }
        if let Some(opaque) = &self.opaque {
            text.extend([r#", opaque=""#, opaque, "\""]);
        }
        text
    }
}

/// Who we are at a provider.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// The user name.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
}

/// The request a challenge is answered for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// The Request-URI, as printed.
    pub uri: &'a str,
    /// The body, for `auth-int`.
    pub body: &'a [u8],
}

/// `auth` before `auth-int` before none; `None` when none of those named is ours.
fn read_qop(list: Option<&str>) -> Option<Option<Qop>> {
    let Some(list) = list.filter(|list| !list.is_empty()) else { return Some(None) };
    let offers = |qop: Qop| list.split(',').any(|item| scan::trim(item).eq_ignore_ascii_case(qop.as_str()));
    [Qop::Auth, Qop::AuthInt].into_iter().find(|qop| offers(*qop)).map(Some)
}

/// What goes into a response (RFC 7616 §3.4.1).
struct Sums<'a> {
    algorithm: (Algorithm, Session),
    username: &'a str,
    realm: &'a str,
    password: &'a str,
    nonce: &'a str,
    method: &'a str,
    uri: &'a str,
}

impl Sums<'_> {
    fn response(&self, qop: Option<(Qop, &str, &str)>, body: &[u8]) -> String {
        let (hash, session) = self.algorithm;
        let mut a1 = hash.hash(&[self.username.as_bytes(), self.realm.as_bytes(), self.password.as_bytes()]);
        let cnonce = qop.map_or("", |(_, _, cnonce)| cnonce);
        if session == Session::Yes {
            a1 = hash.hash(&[a1.as_bytes(), self.nonce.as_bytes(), cnonce.as_bytes()]);
        }
        let (method, uri) = (self.method.as_bytes(), self.uri.as_bytes());
        let a2 = match qop {
            Some((Qop::AuthInt, ..)) => hash.hash(&[method, uri, hash.hash(&[body]).as_bytes()]),
            _ => hash.hash(&[method, uri]),
        };
        let (a1, nonce, a2) = (a1.as_bytes(), self.nonce.as_bytes(), a2.as_bytes());
        match qop {
            Some((qop, nc, cnonce)) => {
                hash.hash(&[a1, nonce, nc.as_bytes(), cnonce.as_bytes(), qop.as_str().as_bytes(), a2])
            }
            None => hash.hash(&[a1, nonce, a2]),
        }
    }
}

/// The inside of a quoted string.
fn escaped(text: &str) -> Cow<'_, str> {
    match text.contains(['"', '\\']) || text.bytes().any(|b| b < b' ') {
        false => Cow::Borrowed(text),
        true => {
            let quoted = scan::quote(text);
            Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
