//! Pure. Addresses: read once, in lower case, and a sender's name only where it does not deceive.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt;
use std::sync::Arc;

/// Bytes an address may have (RFC 5321 §4.5.3.1.3).
const ADDRESS_MAX: usize = 254;
/// Bytes its part before the `@` may have (RFC 5321 §4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// Characters of a name that are kept.
const NAME_MAX: usize = 200;

/// One mailbox address in lower case, its domain in ASCII (`xn--…`), so that a look-alike is seen.
///
/// It holds no CR, LF, NUL, blank, bracket or quote: what is read here may be written into a header or
/// an SMTP command. `Debug` masks it; `Display` shows it whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Arc<str>);

impl Address {
    /// Reads `name@domain`; `None` for whatever could not be sent to.
    pub fn read(text: &str) -> Option<Address> {
        let (local, domain) = text.trim_matches(' ').rsplit_once('@')?;
        let local = local.to_lowercase();
        let domain = ascii_domain(domain)?;
        let is_whole = is_local(&local) && local.len() + domain.len() < ADDRESS_MAX;
        is_whole.then(|| Address(format!("{local}@{domain}").into()))
    }

    /// `name@domain`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether its server must speak SMTPUTF8 (RFC 6531).
    pub fn needs_utf8(&self) -> bool {
        !self.0.is_ascii()
    }

    /// `k…@firm.test`: what a log may hold.
    pub fn masked(&self) -> String {
        let first = self.local().chars().next().unwrap_or('…');
        format!("{first}…@{}", self.domain())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

fn ascii_domain(text: &str) -> Option<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '.' || is_mark(c);
    if text.is_empty() || !text.chars().all(is_name) {
        return None;
    }
    let domain = idna::domain_to_ascii(text).ok()?;
    let is_label =
        |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    domain.split('.').all(is_label).then_some(domain)
}

/// Combining marks, which scripts of India write domains with.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !c.is_control() && !is_invisible(c) && !c.is_whitespace()
}

fn is_local(local: &str) -> bool {
    let is_atom = |c: char| {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || !c.is_ascii() && is_mark(c)
    };
    (1..=LOCAL_MAX).contains(&local.len()) && local.chars().all(is_atom) && !local.starts_with('-')
}

/// Somebody a mail comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The name as written, without control and direction characters; may be empty.
    pub name: String,
    /// `None` when what was written is no address.
    pub address: Option<Address>,
    /// The name deceives, or the domain could: screens show the address alone (spec/mail.md §2).
    pub shown_bare: bool,
}

impl Party {
    /// Judges a name and an address as a header gave them.
    pub fn read(name: &str, address: &str) -> Party {
        let address = Address::read(address);
        let shown_bare = deceives(name, address.as_ref());
        Party { name: clean(name, NAME_MAX), address, shown_bare }
    }

    /// What a screen calls them: the name where it is honest, else the address.
    pub fn shown(&self) -> &str {
        match &self.address {
            Some(address) if self.shown_bare || self.name.is_empty() => address.as_str(),
            _ => &self.name,
        }
    }
}

fn deceives(name: &str, address: Option<&Address>) -> bool {
    let is_foreign = |a: &Address| a.domain().split('.').any(|label| label.starts_with("xn--"));
    let is_own = |a: &Address| a.as_str() == name.trim().to_lowercase();
    name.chars().any(|c| is_invisible(c) || c.is_control())
        || name.contains(['@', '＠', '﹫']) && !address.is_some_and(is_own)
        || name.split(|c: char| !c.is_alphanumeric()).any(is_look_alike)
        || address.is_some_and(is_foreign)
}

/// A word of mixed scripts, or one of letters that only look Latin.
fn is_look_alike(word: &str) -> bool {
    let latin = word.chars().any(is_latin);
    let other = word.chars().filter(|c| is_cousin(*c)).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let imitating = word.chars().filter(|c| IMITATES_LATIN.contains(*c)).count();
    other > 0 && (latin || letters > 2 && imitating == letters)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c)
}

/// Greek, Cyrillic, Armenian and Cherokee: scripts with letters shaped like Latin ones.
fn is_cousin(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1c80}'..='\u{1c8f}' | '\u{1f00}'..='\u{1fff}' | '\u{a640}'..='\u{a69f}')
        && c.is_alphabetic()
}

const IMITATES_LATIN: &str = "авеосрхухіјѕԁԛԝһӏкмнтгпАВЕКМНОРСТХУІЈЅԌԚԜҺӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν";

/// Characters that are not seen, or turn the direction of what is.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// One line without control or direction characters, blanks folded, at most `most` characters.
pub fn clean(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        let c = if c.is_control() || c.is_whitespace() { ' ' } else { c };
        if c == ' ' && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        if count == most {
            break;
        }
        line.push(c);
        count += 1;
    }
    line.truncate(line.trim_end().len());
    line
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html += "&amp;",
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '"' => html += "&quot;",
            '\'' => html += "&#39;",
            _ => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case_and_their_domains_ascii() {
        let read = |text: &str| Address::read(text).map(|a| a.to_string());
        assert_eq!(read("Kim@Firm.TEST").as_deref(), Some("kim@firm.test"));
        assert_eq!(read(" kim+x@firm.test ").as_deref(), Some("kim+x@firm.test"));
        assert_eq!(read("kim@bücher.example").as_deref(), Some("kim@xn--bcher-kva.example"));
        assert_eq!(read("møller@firm.test").as_deref(), Some("møller@firm.test"));
        assert!(Address::read("møller@firm.test").is_some_and(|a| a.needs_utf8()));
        assert_eq!(read("root@localhost").as_deref(), Some("root@localhost"));
    }

    #[test]
    fn what_could_leave_a_header_or_a_command_is_no_address() {
        let long = format!("{}@firm.test", "x".repeat(65));
        for text in [
            "",
            "kim",
            "@firm.test",
            "kim@",
            "kim@@",
            "a b@firm.test",
            "kim@firm.test\r\nBcc: x@y.test",
            "kim\n@firm.test",
            "kim\0@firm.test",
            "kim@firm.test\0",
            "<kim@firm.test>",
            "kim@firm.test>",
            "kim@firm..test",
            "kim@-firm.test",
            "kim@[192.0.2.1]",
            "\"a b\"@firm.test",
            "a,b@firm.test",
            "kim@firm.test ORCPT=x",
            "\u{202e}kim@firm.test",
            "-oQ/x@firm.test",
            "k\u{200b}im@firm.test",
            &long,
        ] {
            assert_eq!(Address::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn logs_hold_the_first_letter_only() {
        assert_eq!(format!("{:?}", Address::read("kim@firm.test")), "Some(k…@firm.test)");
    }

    #[test]
    fn deceiving_senders_are_shown_bare() {
        for (name, address) in [
            ("\u{202e}knab ruoY", "x@evil.test"),
            ("service@bank.test", "x@evil.test"),
            ("Your b\u{430}nk", "x@evil.test"),
            ("\u{420}\u{430}\u{443}\u{420}\u{430}\u{04cf}", "x@evil.test"),
            ("Bank", "service@b\u{430}nk.test"),
            ("Bank\u{200b}", "x@evil.test"),
        ] {
            let party = Party::read(name, address);
            assert!(party.shown_bare, "{name:?} {address:?}");
            assert_eq!(Some(party.shown()), party.address.as_ref().map(Address::as_str));
        }
        assert_eq!(Party::read("Bank", "service@b\u{430}nk.test").shown(), "service@xn--bnk-6cd.test");
    }

    #[test]
    fn honest_names_are_shown() {
        for name in [
            "Kim Møller",
            "Γιάννης Παπαδόπουλος",
            "Ирина Жукова",
            "王小明",
            "Åsa Öberg",
            "O’Brien, Pat",
            "עדי כהן",
        ] {
            let party = Party::read(name, "kim@firm.test");
            assert_eq!((party.shown(), party.shown_bare), (name, false));
        }
        assert!(!Party::read("Kim@Firm.test", "kim@firm.test").shown_bare, "one's own address is no deceit");
        assert_eq!(Party::read("", "kim@firm.test").shown(), "kim@firm.test");
    }

    #[test]
    fn a_cleaned_line_is_one_line() {
        assert_eq!(clean("  a\r\n\tb\u{0}\u{202e}c  ", 80), "a b c");
        assert_eq!(clean("abcdef", 3), "abc");
    }
}
