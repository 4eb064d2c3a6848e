//! Pure. The text forms of single values: each is read and written here, and nowhere else.

use super::{ClosedDay, Goal, Language, Money, Retention, Role, Security, SourceRange, Span, Strategy};
use crate::number::{Country, Number};
use crate::sip::Transport;
use jiff::civil::Time;
use std::time::Duration;

/// `90s`, `5m`, `1h`, `1m30s`; whole seconds, each unit once, largest first.
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut seconds: u64 = 0;
    let mut larger = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let amount: u64 = rest[..digits].parse().ok()?;
        let unit = match rest[digits..].bytes().next()? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            _ => return None,
        };
        if unit >= larger {
            return None;
        }
        larger = unit;
        seconds = amount.checked_mul(unit)?.checked_add(seconds)?;
        rest = &rest[digits + 1..];
    }
    (larger != u64::MAX).then(|| Duration::from_secs(seconds))
}

/// The shortest exact form with one unit.
pub(super) fn print_duration(duration: Duration) -> String {
    match duration.as_secs() {
        0 => "0s".to_owned(),
        s if s % 3600 == 0 => format!("{}h", s / 3600),
        s if s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

/// `24 months`, `90 days`, `2 years`; `for ever` is `Some(None)`.
pub(super) fn retention(text: &str) -> Option<Option<Retention>> {
    if text == "for ever" {
        return Some(None);
    }
    let (amount, unit) = text.split_once(' ')?;
    let amount: u16 = amount.parse().ok().filter(|amount| *amount > 0)?;
    let kept = match unit {
        "day" | "days" => Retention { months: 0, days: amount },
        "month" | "months" => Retention { months: amount, days: 0 },
        "year" | "years" => Retention { months: amount.checked_mul(12)?, days: 0 },
        _ => return None,
    };
    Some(Some(kept))
}

pub(super) fn print_retention(kept: Option<Retention>) -> String {
    match kept {
        None => "for ever".to_owned(),
        Some(Retention { months: 0, days }) => format!("{days} days"),
        Some(Retention { months, .. }) => format!("{months} months"),
    }
}

/// `20 EUR`, `2.50 EUR`.
pub(super) fn money(text: &str) -> Option<Money> {
    let (amount, currency) = text.split_once(' ')?;
    let known = currency.len() == 3 && currency.bytes().all(|c| c.is_ascii_uppercase());
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    if !known || !digits(whole) || !digits(cents) || cents.len() != 2 {
        return None;
    }
    let hundredths = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents.parse().ok()?)?;
    Some(Money { hundredths, currency: currency.to_owned() })
}

pub(super) fn print_money(money: &Money) -> String {
    match (money.hundredths / 100, money.hundredths % 100) {
        (whole, 0) => format!("{whole} {}", money.currency),
        (whole, cents) => format!("{whole}.{cents:02} {}", money.currency),
    }
}

/// `22:00-06:00`; `never` is `Some(None)`. May cross midnight.
pub(super) fn night(text: &str) -> Option<Option<(Time, Time)>> {
    if text == "never" {
        return Some(None);
    }
    let (from, to) = text.split_once('-')?;
    let (from, to) = (clock(from)?, clock(to)?);
    (from != to).then_some(Some((from, to)))
}

pub(super) fn print_night(night: Option<(Time, Time)>) -> String {
    match night {
        None => "never".to_owned(),
        Some((from, to)) => format!("{}-{}", print_clock(from), print_clock(to)),
    }
}

/// `08:00-16:00`, ending after it begins; `24:00` is the end of the day.
pub(super) fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once('-')?;
    let from = clock(from)?;
    match to {
        "24:00" => Some(Span { from, to: None }),
        to => clock(to).filter(|to| *to > from).map(|to| Span { from, to: Some(to) }),
    }
}

pub(super) fn print_span(span: Span) -> String {
    let to = span.to.map_or("24:00".to_owned(), print_clock);
    format!("{}-{to}", print_clock(span.from))
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| -> Option<i8> {
        (part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit())).then(|| part.parse().ok())?
    };
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

fn print_clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `198.51.100.0/28`, `127.0.0.1/32:5080`, `[2001:db8::/32]:5080`; a bare address is one host.
pub(super) fn source_range(text: &str) -> Option<SourceRange> {
    let (net, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (net, port) = rest.split_once("]:")?;
            (net, Some(port))
        }
        None if text.matches(':').count() == 1 => {
            let (net, port) = text.split_once(':')?;
            (net, Some(port))
        }
        None => (text, None),
    };
    let port = match port {
        Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0)?),
        None => None,
    };
    let host = || net.parse::<std::net::IpAddr>().ok().map(ipnet::IpNet::from);
    let net = net.parse::<ipnet::IpNet>().ok().or_else(host)?;
    (net.trunc() == net).then_some(SourceRange { net, port })
}

pub(super) fn print_source_range(range: SourceRange) -> String {
    match (range.port, range.net) {
        (None, net) => net.to_string(),
        (Some(port), ipnet::IpNet::V4(net)) => format!("{net}:{port}"),
        (Some(port), ipnet::IpNet::V6(net)) => format!("[{net}]:{port}"),
    }
}

/// `sip.example`, `sip.example:5080`, `192.0.2.1`, `[2001:db8::1]:5060`.
pub(super) fn host(text: &str) -> Option<(String, Option<u16>)> {
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    if let Some(rest) = text.strip_prefix('[') {
        let (address, after) = rest.split_once(']')?;
        address.parse::<std::net::Ipv6Addr>().ok()?;
        return match after.strip_prefix(':') {
            Some(after) => Some((address.to_owned(), Some(port(after)?))),
            None => after.is_empty().then(|| (address.to_owned(), None)),
        };
    }
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some((text.to_owned(), None));
    }
    let (name, port) = match text.split_once(':') {
        Some((name, after)) => (name, Some(port(after)?)),
        None => (text, None),
    };
    is_host_name(name).then(|| (name.to_owned(), port))
}

pub(super) fn print_host(host: &str, port: Option<u16>) -> String {
    match port {
        Some(port) if host.contains(':') => format!("[{host}]:{port}"),
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// RFC 1123 §2.1; the underscore is common enough on inner networks.
pub(super) fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        let body = label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
        body && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.strip_suffix('.').unwrap_or(name).split('.').all(label)
}

/// A name the owner chose: it travels in SIP, URLs and file names, so it keeps to what all of them take.
pub(super) fn is_id(text: &str) -> bool {
    let body = text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.'));
    body && text.len() <= 64 && text.bytes().next().is_some_and(|c| c.is_ascii_alphanumeric())
}

/// ISO 3166-1, two letters.
pub(super) fn country(text: &str) -> Option<Country> {
    Country::read(text)
}

pub(super) fn print_country(country: Country) -> String {
    country.0.iter().map(|letter| char::from(*letter)).collect()
}

/// A number, and nothing beside it.
pub(super) fn number(text: &str, home: Country) -> Option<Number> {
    let spelt = text.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    Number::parse(text, home).filter(|_| spelt)
}

/// `group:main`, `person:anna`, `number:+45…`; whether the goal exists is judged elsewhere.
pub(super) fn goal(text: &str, home: Country) -> Option<Goal> {
    let (kind, name) = text.split_once(':')?;
    if let ("group", Some((group, topic))) = (kind, name.split_once('/')) {
        return (is_id(group) && is_id(topic)).then(|| Goal::Topic(group.into(), topic.to_owned()));
    }
    match kind {
        "number" => return number(name, home).map(Goal::Number),
        _ if !is_id(name) => return None,
        _ => {}
    }
    Some(match kind {
        "group" => Goal::Group(name.into()),
        "menu" => Goal::Menu(name.into()),
        "person" => Goal::Person(name.into()),
        "voicemail" => Goal::Voicemail(name.into()),
        "callback" => Goal::Callback(name.into()),
        _ => return None,
    })
}

pub(super) fn print_goal(goal: &Goal) -> String {
    match goal {
        Goal::Group(id) => format!("group:{id}"),
        Goal::Topic(id, topic) => format!("group:{id}/{topic}"),
        Goal::Menu(id) => format!("menu:{id}"),
        Goal::Person(id) => format!("person:{id}"),
        Goal::Voicemail(id) => format!("voicemail:{id}"),
        Goal::Callback(id) => format!("callback:{id}"),
        Goal::Number(number) => format!("number:{number}"),
    }
}

/// `2026-12-24` with its reason.
pub(super) fn closed_day(date: &str, why: &str) -> Option<ClosedDay> {
    let date = date.parse().ok().filter(|_| date.len() == 10)?;
    Some(ClosedDay { date, why: why.to_owned() })
}

/// A choice among few words: one list for reading, printing and the sentence that refuses others.
pub(super) trait Words: Copy + PartialEq + 'static {
    /// Every word with what it means.
    const WORDS: &'static [(&'static str, Self)];

    fn read(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
    }

    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, meaning)| *meaning == self).map_or("", |(word, _)| word)
    }
}

impl Words for Language {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("en", Language::En),
        ("sv", Language::Sv),
        ("da", Language::Da),
        ("nl", Language::Nl),
        ("zh-Hant", Language::ZhHant),
    ];
}

impl Words for super::ReadBack {
    const WORDS: &'static [(&'static str, Self)] =
        &[("whole", super::ReadBack::Whole), ("last-four", super::ReadBack::LastFour)];
}

impl Words for Role {
    const WORDS: &'static [(&'static str, Self)] =
        &[("owner", Role::Owner), ("lead", Role::Lead), ("agent", Role::Agent), ("viewer", Role::Viewer)];
}

impl Words for Transport {
    const WORDS: &'static [(&'static str, Self)] =
        &[("udp", Transport::Udp), ("tcp", Transport::Tcp), ("tls", Transport::Tls)];
}

impl Words for Strategy {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("everyone", Strategy::Everyone),
        ("in-order", Strategy::InOrder),
        ("take-turns", Strategy::TakeTurns),
    ];
}

impl Words for super::First {
    const WORDS: &'static [(&'static str, Self)] =
        &[("agent", super::First::Agent), ("customer", super::First::Customer)];
}

impl Words for super::AfterClose {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("carry", super::AfterClose::Carry),
        ("staff", super::AfterClose::Staff),
        ("expire", super::AfterClose::Expire),
    ];
}

impl Words for super::OAuthProvider {
    const WORDS: &'static [(&'static str, Self)] =
        &[("microsoft", super::OAuthProvider::Microsoft), ("google", super::OAuthProvider::Google)];
}

impl Words for Security {
    const WORDS: &'static [(&'static str, Self)] =
        &[("tls", Security::Tls), ("starttls", Security::Starttls), ("none", Security::None)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let seconds = |text| duration(text).map(|d| d.as_secs());
        assert_eq!(seconds("15s"), Some(15));
        assert_eq!(seconds("1h1m1s"), Some(3661));
        for wrong in [
            "",
            "15",
            "s",
            "1s1m",
            "1m1m",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "9999999999999999999h",
            "1 s",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        assert_eq!(
            [0, 90, 300, 7200].map(|s| print_duration(Duration::from_secs(s))),
            ["0s", "90s", "5m", "2h"]
        );
    }

    #[test]
    fn spans_end_after_they_begin() {
        assert_eq!(print_span(span("00:00-24:00").unwrap()), "00:00-24:00");
        assert_eq!(print_span(span("08:00-16:30").unwrap()), "08:00-16:30");
        for wrong in
            ["16:00-08:00", "08:00-08:00", "8-16", "08:00", "08:00-25:00", "24:00-24:00", "+8:00-16:00"]
        {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ranges() {
        for same in ["198.51.100.0/28", "127.0.0.1/32:5080", "2001:db8::/32", "[2001:db8::/32]:5060"] {
            assert_eq!(print_source_range(source_range(same).unwrap()), same);
        }
        assert_eq!(print_source_range(source_range("192.0.2.7").unwrap()), "192.0.2.7/32");
        for wrong in
            ["", "198.51.100.1/28", "300.1.1.1/8", "10.0.0.0/33", "10.0.0.0/8:0", "10.0.0.0/8:99999", "[::1"]
        {
            assert_eq!(source_range(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts() {
        assert_eq!(print_money(&money("20 EUR").unwrap()), "20 EUR");
        assert_eq!(print_money(&money("2.50 DKK").unwrap()), "2.50 DKK");
        for wrong in ["20", "20 eur", "-1 EUR", "2.5 EUR", "1e3 EUR", "184467440737095517 EUR", "٣ EUR"] {
            assert_eq!(money(wrong), None, "{wrong}");
        }
    }
}
