//! Pure. The smaller header values: CSeq, session timers, Refer-To, Replaces, Reason.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::addr::NameAddr;
use super::limits;
use super::method::Method;
use super::scan::{self, Params};
use std::borrow::Cow;
use std::fmt;

/// Command sequence (RFC 3261 §20.16).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CSeq {
    /// Below 2^31.
    pub number: u32,
    /// The request's method.
    pub method: Method,
}

impl CSeq {
    /// `None` when there is no number, too large a one, or no method.
    pub fn read(text: &str) -> Option<CSeq> {
        let (number, method) = scan::trim(text).split_once([' ', '\t'])?;
        let method = scan::trim(method);
        let number = digits(number)?.parse().ok().filter(|n| *n <= limits::CSEQ_MAX)?;
        scan::is_token(method).then(|| CSeq { number, method: Method::read(method) })
    }
}

impl fmt::Display for CSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.method)
    }
}

/// Who refreshes a session (RFC 4028 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    /// The side that sent the request.
    Uac,
    /// The side that answered it.
    Uas,
}

/// `Session-Expires` (RFC 4028 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionExpires {
    /// The interval in seconds.
    pub seconds: u32,
    /// Who refreshes, if it says so.
    pub refresher: Option<Refresher>,
}

impl SessionExpires {
    /// `None` when it is no number.
    pub fn read(text: &str) -> Option<SessionExpires> {
        let (interval, params) = text.split_once(';').unwrap_or((text, ""));
        let refresher = match Params(params).value("refresher") {
            Some(who) if who.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
            Some(who) if who.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
            _ => None,
        };
        Some(SessionExpires { seconds: seconds(scan::trim(interval))?, refresher })
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refresher {
            None => write!(f, "{}", self.seconds),
            Some(Refresher::Uac) => write!(f, "{};refresher=uac", self.seconds),
            Some(Refresher::Uas) => write!(f, "{};refresher=uas", self.seconds),
        }
    }
}

/// `Min-SE` in seconds (RFC 4028 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinSe(pub u32);

impl MinSe {
    /// `None` when it is no number.
    pub fn read(text: &str) -> Option<MinSe> {
        seconds(scan::trim(text.split(';').next().unwrap_or(text))).map(MinSe)
    }
}

/// `Replaces` (RFC 3891 §6.1), tags from the receiver's point of view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaces<'a> {
    /// The dialog's Call-ID.
    pub call_id: Cow<'a, str>,
    /// Our tag, when we receive it.
    pub to_tag: Cow<'a, str>,
    /// The far tag, when we receive it.
    pub from_tag: Cow<'a, str>,
    /// Only a dialog that is not answered yet may be replaced.
    pub early_only: bool,
}

impl<'a> Replaces<'a> {
    /// `None` without Call-ID or one of the tags.
    pub fn read(text: &'a str) -> Option<Replaces<'a>> {
        let (call_id, params) = text.split_once(';')?;
        let (call_id, params) = (scan::trim(call_id), Params(params));
        let (to_tag, from_tag) = (params.value("to-tag")?, params.value("from-tag")?);
        let early_only = params.has("early-only");
        let replaces = Replaces {
            call_id: call_id.into(),
            to_tag: to_tag.into(),
            from_tag: from_tag.into(),
            early_only,
        };
        (!call_id.is_empty()).then_some(replaces)
    }

    fn into_owned(self) -> Replaces<'static> {
        Replaces {
            call_id: self.call_id.into_owned().into(),
            to_tag: self.to_tag.into_owned().into(),
            from_tag: self.from_tag.into_owned().into(),
            early_only: self.early_only,
        }
    }
}

/// `Refer-To` (RFC 3515 §2.1), with an embedded Replaces (RFC 3891 §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferTo<'a> {
    /// Where to.
    pub addr: NameAddr<'a>,
    /// The dialog to take over there, for an attended transfer; escapes undone.
    pub replaces: Option<Replaces<'static>>,
}

impl<'a> ReferTo<'a> {
    /// `None` when it is no name-addr; a bare URI may carry headers here, because phones write it so.
    pub fn read(text: &'a str) -> Option<ReferTo<'a>> {
        let bare = || NameAddr { raw: text, display: "".into(), uri: scan::trim(text), params: Params("") };
        let addr = NameAddr::read(text).or_else(|| Some(bare()).filter(|addr| addr.uri().is_some()))?;
        let embedded = addr.uri().and_then(|uri| uri.header("Replaces"));
        let replaces = embedded.as_deref().and_then(Replaces::read).map(Replaces::into_owned);
        Some(ReferTo { addr, replaces })
    }
}

/// The cause of a Reason header for a protocol (`Q.850`, `SIP`; RFC 3326), if it is given.
pub fn reason_cause(item: &str, protocol: &str) -> Option<u16> {
    let (name, params) = item.split_once(';')?;
    let cause = Params(params).text("cause")?;
    scan::trim(name).eq_ignore_ascii_case(protocol).then(|| cause.parse().ok()).flatten()
}

/// Seconds; a number too large to hold counts as the largest (RFC 4475 §3.1.2.4).
pub fn seconds(text: &str) -> Option<u32> {
    digits(text).map(|digits| digits.parse().unwrap_or(u32::MAX))
}

/// The text, if it is digits and nothing else.
pub fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_sequences() {
        assert_eq!(CSeq::read(" 0009\t INVITE "), Some(CSeq { number: 9, method: Method::Invite }));
        for text in
            ["36893488147419103232 REGISTER", "2147483648 BYE", "9", "INVITE", "-1 BYE", "+1 BYE", "1 B YE"]
        {
            assert_eq!(CSeq::read(text), None, "{text}");
        }
    }

    #[test]
    fn an_attended_transfer_names_its_dialog() {
        let text = "<sip:201@10.0.0.1?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bearly-only&x=y>";
        let refer = ReferTo::read(text).unwrap();
        let replaces = refer.replaces.unwrap();
        assert_eq!((&*replaces.call_id, &*replaces.to_tag, &*replaces.from_tag), ("a@b", "1", "2"));
        assert!(replaces.early_only);
        let bare = ReferTo::read("sip:201@10.0.0.1?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2").unwrap();
        assert_eq!(bare.replaces.unwrap().call_id, "a");
        assert_eq!(ReferTo::read("<sip:12@x>").unwrap().replaces, None);
    }

    #[test]
    fn session_timers_and_reasons() {
        let expires = SessionExpires::read("1800 ;refresher=UAS").unwrap();
        assert_eq!(expires, SessionExpires { seconds: 1800, refresher: Some(Refresher::Uas) });
        assert_eq!(expires.to_string(), "1800;refresher=uas");
        assert_eq!(MinSe::read("90;x=y"), Some(MinSe(90)));
        assert_eq!(reason_cause("Q.850 ;cause=16;text=\"a\"", "q.850"), Some(16));
        assert_eq!(reason_cause("SIP;cause=200", "Q.850"), None);
    }
}
