//! Pure. Header fields in order: one text, and where in it each name and value lies.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::scan::{self, Split};
use std::fmt;

/// The names of headers we read or write, in full.
pub mod name {
    macro_rules! names {
        ($($constant:ident $text:literal),* $(,)?) => { $(#[doc = $text] pub const $constant: &str = $text;)* };
    }
    names! {
        ACCEPT "Accept", ALLOW "Allow", ALLOW_EVENTS "Allow-Events", AUTHORIZATION "Authorization",
        CALL_ID "Call-ID", CONTACT "Contact", CONTENT_ENCODING "Content-Encoding",
        CONTENT_LENGTH "Content-Length", CONTENT_TYPE "Content-Type", CSEQ "CSeq",
        DIVERSION "Diversion", EVENT "Event", EXPIRES "Expires", FROM "From",
        MAX_FORWARDS "Max-Forwards", MIN_EXPIRES "Min-Expires", MIN_SE "Min-SE",
        P_ASSERTED_IDENTITY "P-Asserted-Identity", PATH "Path", PRIVACY "Privacy",
        PROXY_AUTHENTICATE "Proxy-Authenticate", PROXY_AUTHORIZATION "Proxy-Authorization",
        PROXY_REQUIRE "Proxy-Require", RACK "RAck", REASON "Reason", RECORD_ROUTE "Record-Route",
        REFER_TO "Refer-To", REFERRED_BY "Referred-By", REMOTE_PARTY_ID "Remote-Party-ID",
        REPLACES "Replaces", REQUIRE "Require", RETRY_AFTER "Retry-After", ROUTE "Route",
        RSEQ "RSeq", SERVER "Server", SERVICE_ROUTE "Service-Route",
        SESSION_EXPIRES "Session-Expires", SUBJECT "Subject",
        SUBSCRIPTION_STATE "Subscription-State", SUPPORTED "Supported", TO "To",
        UNSUPPORTED "Unsupported", USER_AGENT "User-Agent", VIA "Via",
        WWW_AUTHENTICATE "WWW-Authenticate",
    }
}

/// The full name of a compact one (the registry of RFC 3261 §7.3.3 and its successors).
pub fn expand(text: &str) -> &str {
    let &[letter] = text.as_bytes() else { return text };
    match letter.to_ascii_lowercase() {
        b'a' => "Accept-Contact",
        b'b' => name::REFERRED_BY,
        b'c' => name::CONTENT_TYPE,
        b'd' => "Request-Disposition",
        b'e' => name::CONTENT_ENCODING,
        b'f' => name::FROM,
        b'i' => name::CALL_ID,
        b'j' => "Reject-Contact",
        b'k' => name::SUPPORTED,
        b'l' => name::CONTENT_LENGTH,
        b'm' => name::CONTACT,
        b'n' => "Identity-Info",
        b'o' => name::EVENT,
        b'r' => name::REFER_TO,
        b's' => name::SUBJECT,
        b't' => name::TO,
        b'u' => name::ALLOW_EVENTS,
        b'v' => name::VIA,
        b'x' => name::SESSION_EXPIRES,
        b'y' => "Identity",
        _ => text,
    }
}

/// Header fields in the order they came or were written.
#[derive(Clone, Default)]
pub struct Headers {
    text: String,
    fields: Vec<Field>,
}

/// Where a field lies in the text: name from `start` to `colon`, value from there to `end`.
#[derive(Clone, Copy)]
struct Field {
    start: usize,
    colon: usize,
    end: usize,
}

impl Headers {
    /// None yet; room for `bytes` of names and values.
    pub fn with_capacity(bytes: usize) -> Headers {
        Headers { text: String::with_capacity(bytes), fields: Vec::with_capacity(20) }
    }

    /// How many fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (self.name_of(*field), self.value_of(*field)))
    }

    /// The value of the first field of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// The values of all fields of this name, uncut (for challenges, which hold bare commas).
    pub fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |field| self.is_called(**field, name))
            .map(|field| self.value_of(*field))
    }

    /// The items of a comma list over all fields of this name; empty items are left out.
    pub fn items<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.values(name)
            .flat_map(|value| -> Split<'a> { scan::split(value, b',') })
            .filter(|item| !item.is_empty())
    }

    /// Whether the comma list of this name holds `item` (option tags, methods), in any case.
    pub fn lists(&self, name: &str, item: &str) -> bool {
        self.items(name).any(|i| i.eq_ignore_ascii_case(item))
    }

    /// How many fields bear this name.
    pub fn count(&self, name: &str) -> usize {
        self.values(name).count()
    }

    /// Adds a field at the end. Control characters in the value become blanks, and whatever cannot
    /// stand in a name is left out of it: nothing a caller writes can begin a line of its own.
    pub fn push(&mut self, name: &str, value: &str) {
        let field = self.write(name, value);
        self.fields.push(field);
    }

    /// Adds a field before all others (a Via on a request we send on).
    pub fn push_front(&mut self, name: &str, value: &str) {
        let field = self.write(name, value);
        self.fields.insert(0, field);
    }

    /// Replaces the first field of this name in its place and removes further ones; adds it if absent.
    pub fn set(&mut self, name: &str, value: &str) {
        let written = self.write(name, value);
        let at = self.fields.iter().position(|field| self.is_called(*field, name));
        self.remove(name);
        self.fields.insert(at.unwrap_or(self.fields.len()), written);
    }

    /// Removes all fields of this name.
    pub fn remove(&mut self, name: &str) {
        let Headers { text, fields } = self;
        fields.retain(|field| !text[field.start..field.colon].eq_ignore_ascii_case(name));
    }

    fn write(&mut self, name: &str, value: &str) -> Field {
        let start = self.text.len();
        self.text.extend(name.chars().filter(|c| u8::try_from(*c).is_ok_and(scan::is_token_byte)));
        let colon = self.text.len();
        match value.bytes().any(|b| b < b' ' || b == 0x7f) {
            false => self.text.push_str(value),
            true => self.text.extend(value.chars().map(|c| if c.is_ascii_control() { ' ' } else { c })),
        }
        Field { start, colon, end: self.text.len() }
    }

    fn is_called(&self, field: Field, name: &str) -> bool {
        field.colon - field.start == name.len() && self.name_of(field).eq_ignore_ascii_case(name)
    }

    fn name_of(&self, field: Field) -> &str {
        &self.text[field.start..field.colon]
    }

    fn value_of(&self, field: Field) -> &str {
        &self.text[field.colon..field.end]
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Headers) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Names only: values hold numbers, addresses and secrets.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_order_and_are_found_in_any_case() {
        let mut headers = Headers::default();
        headers.push("Via", "one");
        headers.push("X-Other", "a, b");
        headers.push("VIA", "two, \"th,ree\"");
        headers.push_front("via", "zero");
        assert_eq!(headers.items(name::VIA).collect::<Vec<_>>(), ["zero", "one", "two", "\"th,ree\""]);
        assert_eq!(headers.value("x-other"), Some("a, b"));
        headers.set("via", "only");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("via", "only"), ("X-Other", "a, b")]);
        assert!(headers.lists("x-other", "B"));
    }

    #[test]
    fn nothing_written_begins_a_line_of_its_own() {
        let mut headers = Headers::default();
        headers.push("Sub\r\nject:", "hello\r\nVia: evil\0");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("Subject", "hello  Via: evil ")]);
    }
}
