//! Pure. URIs as they came (RFC 3261 §19.1, RFC 3966): the raw text is what is forwarded and hashed.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::scan::{self, Params};
use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// A Request-URI, exactly as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawUri(String);

impl RawUri {
    /// Takes a URI for printing; bytes that would end the request line are escaped.
    pub fn new(text: &str) -> RawUri {
        if text.bytes().any(|b| b <= b' ' || b == 0x7f) {
            return RawUri(text.chars().map(visible).collect());
        }
        RawUri(text.to_owned())
    }

    /// The raw text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts; `None` when it is no URI we can read.
    pub fn read(&self) -> Option<Uri<'_>> {
        Uri::read(&self.0)
    }
}

fn visible(c: char) -> Cow<'static, str> {
    match c {
        c if c <= ' ' || c == '\u{7f}' => format!("%{:02X}", u32::from(c)).into(),
        c => c.to_string().into(),
    }
}

impl From<&str> for RawUri {
    fn from(text: &str) -> Self {
        RawUri::new(text)
    }
}

impl fmt::Display for RawUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The parts of a URI, raw (escapes kept).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uri<'a> {
    /// `sip`, `sips`, `tel` or any other, as written.
    pub scheme: &'a str,
    /// The user part with its parameters, without the password; for `tel` the number.
    pub user: Option<&'a str>,
    /// Host name or address as written, without the brackets of IPv6; empty for other schemes.
    pub host: &'a str,
    /// The port, if one is given.
    pub port: Option<u16>,
    /// URI parameters (`transport`, `lr`, `ob`, `user` …).
    pub params: Params<'a>,
    /// What follows `?`.
    pub headers: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Reads any URI; `None` when it holds blanks, brackets or quotes, or a broken host or port.
    pub fn read(text: &'a str) -> Option<Uri<'a>> {
        if text.bytes().any(|b| b <= b' ' || b == 0x7f || matches!(b, b'<' | b'>' | b'"')) {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        if !is_scheme(scheme) || rest.is_empty() {
            return None;
        }
        if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") {
            return read_sip(scheme, rest);
        }
        let (subject, params) = rest.split_once(';').unwrap_or((rest, ""));
        Some(Uri { scheme, user: Some(subject), host: "", port: None, params: Params(params), headers: None })
    }

    /// `sip` or `sips`.
    pub fn is_sip(&self) -> bool {
        self.is_secure() || self.scheme.eq_ignore_ascii_case("sip")
    }

    /// `sips`.
    pub fn is_secure(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("sips")
    }

    /// `tel` (RFC 3966).
    pub fn is_tel(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("tel")
    }

    /// The user part, escapes undone and without `;` parameters; empty when there is none.
    pub fn user_text(&self) -> Cow<'a, str> {
        let user = self.user.unwrap_or("");
        scan::unescape(user.split(';').next().unwrap_or(user))
    }

    /// The host as an address; `None` for a name.
    pub fn host_ip(&self) -> Option<IpAddr> {
        ipv6(self.host).map(IpAddr::V6).or_else(|| self.host.parse().ok())
    }

    /// A header embedded after `?` (RFC 3261 §19.1.1), escapes undone.
    pub fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        let pairs = self.headers?.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(n, _)| scan::unescape(n).eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| scan::unescape(value))
    }
}

fn is_scheme(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

fn read_sip<'a>(scheme: &'a str, rest: &'a str) -> Option<Uri<'a>> {
    let (user, rest) = match rest.split_once('@') {
        Some((userinfo, rest)) => (Some(userinfo.split(':').next().unwrap_or(userinfo)), rest),
        None => (None, rest),
    };
    let (address, headers) = match rest.split_once('?') {
        Some((address, headers)) => (address, Some(headers)),
        None => (rest, None),
    };
    let (sent_to, params) = address.split_once(';').unwrap_or((address, ""));
    let (host, port) = host_port(sent_to)?;
    Some(Uri { scheme, user, host, port, params: Params(params), headers })
}

/// Host (IPv6 without brackets) and port; `None` when either is broken.
pub fn host_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        ipv6(host)?;
        return Some((host, port_after(scan::trim(after))?));
    }
    let (host, port) = match text.find(':') {
        Some(at) => (&text[..at], port_after(&text[at..])?),
        None => (text, None),
    };
    let host = scan::trim(host);
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    is_name.then_some((host, port))
}

/// An IPv6 address; three colons before an embedded IPv4 one, as RFC 3261's grammar wrongly asks for,
/// count as two (RFC 5118 §4.10).
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    text.parse().or_else(|_| text.replacen(":::", "::", 1).parse()).ok()
}

fn port_after(text: &str) -> Option<Option<u16>> {
    if text.is_empty() {
        return Some(None);
    }
    let digits = scan::trim(text.strip_prefix(':')?);
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    if is_number { digits.parse().ok().map(Some) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sip_uris_come_apart() {
        let uri = Uri::read(
            "sips:%61lice;day=tue:pw@[2001:db8::9]:5061;transport=tcp;lr?a=b%20c&Replaces=x%3Bto-tag%3D1",
        )
        .unwrap();
        assert_eq!((uri.user, uri.host, uri.port), (Some("%61lice;day=tue"), "2001:db8::9", Some(5061)));
        assert_eq!(uri.user_text(), "alice");
        assert!(uri.is_secure() && uri.is_sip() && uri.params.has("lr"));
        assert_eq!(uri.params.value("transport"), Some("tcp"));
        assert_eq!(uri.header("replaces").as_deref(), Some("x;to-tag=1"));
    }

    #[test]
    fn tel_and_unknown_schemes_keep_their_subject() {
        let tel = Uri::read("tel:+45-12345678;phone-context=example.com").unwrap();
        assert!(tel.is_tel());
        assert_eq!(tel.user_text(), "+45-12345678");
        assert!(!Uri::read("nobodyKnowsThisScheme:totallyopaquecontent").unwrap().is_sip());
    }

    #[test]
    fn broken_uris_are_refused() {
        for text in [
            "",
            "sip:",
            "sip",
            ":x",
            "sip:a b@c",
            "<sip:a@b>",
            "sip:a@b:70000",
            "sip:a@b:x",
            "sip:a@[::1",
            "sip:a@",
            "1sip:a@b",
        ] {
            assert_eq!(Uri::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_printed_request_uri_cannot_end_its_line() {
        assert_eq!(RawUri::new("sip:a@b SIP/2.0\r\nX: y").as_str(), "sip:a@b%20SIP/2.0%0D%0AX:%20y");
    }
}
