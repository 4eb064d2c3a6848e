//! Pure. Via: where a request came through and where its answer goes (RFC 3261 §20.42, RFC 3581).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::scan::{self, Params};
use super::uri::host_port;
use std::net::{IpAddr, SocketAddr};

/// What every branch of RFC 3261 begins with (§8.1.1.7).
pub const MAGIC_COOKIE: &str = "z9hG4bK";

/// One Via value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    /// The whole value as it came.
    pub raw: &'a str,
    /// `UDP`, `TCP`, `TLS` … as written.
    pub transport: &'a str,
    /// The host of sent-by, IPv6 without brackets.
    pub host: &'a str,
    /// The port of sent-by.
    pub port: Option<u16>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params<'a>,
}

impl<'a> Via<'a> {
    /// Reads one Via value; `None` when protocol or sent-by are broken. Any version
    /// is read, so that 505 finds its way back (RFC 4475 §3.1.2.16).
    pub fn read(raw: &'a str) -> Option<Via<'a>> {
        let raw = scan::trim(raw);
        let (front, params) = raw.split_once(';').unwrap_or((raw, ""));
        let (protocol, rest) = front.split_once('/')?;
        let (version, rest) = rest.split_once('/')?;
        let rest = scan::trim(rest);
        let (transport, sent_by) = rest.split_at(rest.find([' ', '\t'])?);
        if !scan::trim(protocol).eq_ignore_ascii_case("SIP")
            || !is_version(scan::trim(version))
            || !scan::is_token(transport)
        {
            return None;
        }
        let (host, port) = host_port(scan::trim(sent_by))?;
        Some(Via { raw, transport, host, port, params: Params(params) })
    }

    /// The branch; `None` for RFC 2543 peers.
    pub fn branch(&self) -> Option<&'a str> {
        self.params.value("branch")
    }

    /// Whether the branch is unique as RFC 3261 wants it: the cookie, and something after it.
    pub fn has_cookie(&self) -> bool {
        let cookie = MAGIC_COOKIE.len();
        self.branch().is_some_and(|b| {
            b.len() > cookie && b.is_char_boundary(cookie) && b[..cookie].eq_ignore_ascii_case(MAGIC_COOKIE)
        })
    }

    /// The `received` address; RFC 5118 §4.5: IPv6 with or without brackets.
    pub fn received(&self) -> Option<IpAddr> {
        self.params.value("received")?.trim_matches(['[', ']']).parse().ok()
    }

    /// `rport` as a flag: the sender asks for the port (RFC 3581 §3).
    pub fn asks_rport(&self) -> bool {
        self.params.iter().any(|(n, v)| n.eq_ignore_ascii_case("rport") && v.is_none_or(str::is_empty))
    }

    /// The filled `rport`.
    pub fn rport(&self) -> Option<u16> {
        self.params.value("rport")?.parse().ok()
    }

    /// This value with `received` and, where asked, `rport` filled in from where it really came
    /// (RFC 3261 §18.2.1, RFC 3581 §4).
    pub fn stamped(&self, peer: SocketAddr) -> String {
        let front = self.raw.split(';').next().unwrap_or(self.raw);
        let mut text = String::with_capacity(self.raw.len() + 50);
        text.push_str(scan::trim(front));
        for (name, value) in self.params.iter() {
            if ["received", "rport"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
                continue;
            }
            text.extend([";", name]);
            if let Some(value) = value {
                text.extend(["=", value]);
            }
        }
        if self.host.parse() != Ok(peer.ip()) || self.params.has("rport") {
            text.push_str(&format!(";received={}", peer.ip()));
        }
        if self.params.has("rport") {
            text.push_str(&format!(";rport={}", peer.port()));
        }
        text
    }
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vias_come_apart() {
        let via = Via::read(
            "SIP  / 2.0\t/ UDP  [2001:db8::9:1]:5070 ;branch=z9hG4bKas3;received=[2001:db8::9:255];rport",
        )
        .unwrap();
        assert_eq!((via.transport, via.host, via.port), ("UDP", "2001:db8::9:1", Some(5070)));
        assert_eq!(via.received(), "2001:db8::9:255".parse().ok());
        assert!(via.asks_rport() && via.has_cookie());
        assert!(!Via::read("SIP/2.0/UDP a;branch=z9hG4bK").unwrap().has_cookie());
        for text in ["SIP/2.0/UDP", "SIP/UDP a", "X/2.0/UDP a", "SIP/2.0/UDP a:b", "SIP/2.0/UDP [::1"] {
            assert_eq!(Via::read(text), None, "{text}");
        }
    }

    #[test]
    fn answers_go_where_requests_came_from() {
        let peer = "192.0.2.7:40000".parse().unwrap();
        let asked = Via::read("SIP/2.0/UDP pc:5060;rport;branch=z9hG4bKx").unwrap();
        assert_eq!(asked.stamped(peer), "SIP/2.0/UDP pc:5060;branch=z9hG4bKx;received=192.0.2.7;rport=40000");
        let honest = Via::read("SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKx").unwrap();
        assert_eq!(honest.stamped(peer), honest.raw);
        let liar = Via::read("SIP/2.0/UDP 10.0.0.1;received=10.0.0.9").unwrap();
        assert_eq!(liar.stamped(peer), "SIP/2.0/UDP 10.0.0.1;received=192.0.2.7");
    }
}
