//! Pure. Name-addrs: From, To, Contact, Route, P-Asserted-Identity (RFC 3261 §20.10).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::scan::{self, Params};
use super::uri::Uri;
use std::borrow::Cow;

/// `"Display" <uri>;params`, or a bare URI whose parameters belong to the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAddr<'a> {
    /// The whole value as it came.
    pub raw: &'a str,
    /// The display name, quotes and escapes undone; may be empty.
    pub display: Cow<'a, str>,
    /// The URI as it came.
    pub uri: &'a str,
    /// Parameters of the header (`tag`, `expires`, `q`, `+sip.instance` …).
    pub params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// Reads one name-addr or addr-spec; `None` when quotes or brackets do not match or no URI is left.
    pub fn read(raw: &'a str) -> Option<NameAddr<'a>> {
        let raw = scan::trim(raw);
        let (display, rest) = display_name(raw)?;
        let (uri, after) = match rest.strip_prefix('<') {
            Some(rest) => rest.split_once('>')?,
            None => bare(rest)?,
        };
        let after = scan::trim(after);
        let params = if after.is_empty() { "" } else { after.strip_prefix(';')? };
        if uri.is_empty()
            || scan::find_outside(params, b',').is_some()
            || params.matches('"').count() % 2 == 1
        {
            return None;
        }
        Some(NameAddr { raw, display, uri, params: Params(params) })
    }

    /// The parts of the URI; `None` when it is none.
    pub fn uri(&self) -> Option<Uri<'a>> {
        Uri::read(self.uri)
    }

    /// The `tag` of From and To.
    pub fn tag(&self) -> Option<&'a str> {
        self.params.value("tag")
    }

    /// A contact's own `expires`, in seconds; a value too large to read counts as the largest
    /// (RFC 4475 §3.1.2.4).
    pub fn expires(&self) -> Option<u32> {
        super::value::seconds(self.params.value("expires")?)
    }

    /// A contact's `q` in thousandths.
    pub fn q(&self) -> Option<u16> {
        let (whole, part) = self.params.value("q").map(|q| q.split_once('.').unwrap_or((q, "")))?;
        let digits = part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        let thousandths: u16 = if digits { format!("{part:0<3}").parse().ok()? } else { return None };
        match whole {
            "0" | "" => Some(thousandths),
            "1" if thousandths == 0 => Some(1000),
            _ => None,
        }
    }

    /// `+sip.instance` without quotes and brackets (RFC 5626 §4.1).
    pub fn instance(&self) -> Option<Cow<'a, str>> {
        let text = self.params.text("+sip.instance")?;
        Some(match text {
            Cow::Borrowed(text) => text.trim_matches(['<', '>']).into(),
            Cow::Owned(text) => text.trim_matches(['<', '>']).to_owned().into(),
        })
    }

    /// `reg-id` (RFC 5626 §4.2).
    pub fn reg_id(&self) -> Option<u32> {
        self.params.number("reg-id")
    }
}

/// Prints a name-addr: the display quoted, the URI in brackets, `;tag=` if there is one.
pub fn write(display: &str, uri: &str, tag: Option<&str>) -> String {
    let mut text = if display.is_empty() { String::new() } else { scan::quote(display) + " " };
    text.extend(["<", uri, ">"]);
    if let Some(tag) = tag {
        text.extend([";tag=", tag]);
    }
    text
}

/// The display name, and what follows it.
fn display_name(raw: &str) -> Option<(Cow<'_, str>, &str)> {
    if raw.starts_with('"') {
        let end = scan::quote_end(raw.as_bytes(), 0)?;
        let rest = scan::trim(&raw[end + 1..]);
        return rest.starts_with('<').then(|| (scan::unquote(&raw[..=end]), rest));
    }
    match raw.find('<') {
        // A bare URI may have quoted brackets in its parameters (`+sip.instance="<…>"`).
        Some(at) if !raw[..at].contains([';', '"', ',']) => Some((scan::trim(&raw[..at]).into(), &raw[at..])),
        Some(at) if raw[..at].contains(',') => None,
        _ => Some(("".into(), raw)),
    }
}

/// A bare URI and the header parameters after it; `?` and `,` need brackets (RFC 3261 §20).
fn bare(text: &str) -> Option<(&str, &str)> {
    let end = text.find(';').unwrap_or(text.len());
    let uri = scan::trim(&text[..end]);
    (!uri.contains(['?', ',', ' ', '<', '>', '"'])).then(|| (uri, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_name_addrs() {
        let full = NameAddr::read(r#""J \"R\" <X>" <sip:a@b;lr>;tag=1;x="y;z""#).unwrap();
        assert_eq!((&*full.display, full.uri, full.tag()), ("J \"R\" <X>", "sip:a@b;lr", Some("1")));
        let tight = NameAddr::read("caller<sip:c@d>").unwrap();
        assert_eq!((&*tight.display, tight.uri), ("caller", "sip:c@d"));
        let bare = NameAddr::read("sip:a@b;tag=2").unwrap();
        assert_eq!((bare.uri, bare.tag()), ("sip:a@b", Some("2")));
    }

    #[test]
    fn contacts_carry_their_registration() {
        let contact = NameAddr::read(
            r#"<sip:a@1.2.3.4>;+sip.instance="<urn:uuid:0-1>";reg-id=2;expires=99999999999;q=0.75"#,
        )
        .unwrap();
        assert_eq!(contact.instance().as_deref(), Some("urn:uuid:0-1"));
        assert_eq!((contact.reg_id(), contact.expires(), contact.q()), (Some(2), Some(u32::MAX), Some(750)));
        let bare = NameAddr::read(r#"sip:a@b;+sip.instance="<urn:x>""#).unwrap();
        assert_eq!((bare.uri, bare.instance().as_deref()), ("sip:a@b", Some("urn:x")));
        assert_eq!(NameAddr::read("<sip:a@b>;q=1.5").unwrap().q(), None);
        assert_eq!(NameAddr::read("<sip:a@b>;q=1").unwrap().q(), Some(1000));
    }

    #[test]
    fn broken_name_addrs_are_refused() {
        for text in [
            "",
            r#""open <sip:a@b>"#,
            "<sip:a@b",
            "<>",
            "Bell, A <sip:a@b>",
            "sip:a@b?Route=x",
            "<sip:a@b> x",
            r#""x" sip:a@b"#,
        ] {
            assert_eq!(NameAddr::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_display_name_cannot_leave_its_quotes() {
        let text = write("x\" <sip:evil@e>\r\n", "sip:a@b", Some("t"));
        assert_eq!(NameAddr::read(&text).unwrap().uri, "sip:a@b");
    }
}
