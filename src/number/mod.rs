//! Pure. Phone numbers: parsed once at the edge, masked wherever they are logged.
//!
//! Why own tables and not the `phonenumber` crate? It knows every national plan, but decodes all of them
//! into memory and compiles regular expressions when first asked, while the whole program may take 32 MiB;
//! and it knows neither a country's emergency numbers nor that `600` is an extension. What the office
//! decides (home, foreign, costly, emergency) needs the calling codes and a dozen facts a country.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod codes;
mod countries;
mod plans;

use plans::Plan;
use std::fmt;
use std::sync::Arc;

/// A country by its ISO 3166 code, with the facts of its number plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Country(pub [u8; 2]);

impl Country {
    /// Two capital letters that name a country (ISO 3166-1).
    pub fn read(text: &str) -> Option<Country> {
        let letters = text.as_bytes().try_into().ok()?;
        countries::is_known(text).then_some(Country(letters))
    }

    /// Do we know what is dialled there? Without, a number is read in its international form only, and 112 alone
    /// calls help.
    pub fn has_plan(self) -> bool {
        plans::of(self.0).is_some()
    }

    /// Numbers that save lives here; `112` where we have no plan (ITU-T E.161.1).
    pub fn emergency(self) -> &'static [&'static str] {
        plans::of(self.0).map_or(&["112"], |plan| plan.emergency)
    }
}

/// A number somebody can be called on: E.164 with `+`, or a short one (extension, service code).
///
/// `Debug` masks the middle; `Display` shows it whole and belongs on screens and in SIP only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Arc<str>);

/// What dialling a number means for the office, for the fraud airbag (spec/reliability.md §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Saves lives; passes every limit.
    Emergency,
    /// An extension, or a service of the office's own network.
    Short,
    /// An ordinary number of the office's country.
    Home,
    /// Of the office's country, at a price both ends share.
    SharedCost,
    /// At extra cost, here or abroad; satellites and international services, too.
    Premium,
    /// Another country's; `None` where the prefix belongs to none.
    Foreign(Option<Country>),
}

/// The longest number of E.164, without `+`.
const DIGITS_MAX: usize = 15;
/// Fewer digits after `+` are no number of any country.
const DIGITS_MIN: usize = 5;
/// Networks of no country that bill like premium services (ITU-T E.164: satellites, universal premium).
const COSTLY_NETWORKS: [&str; 6] = ["870", "878", "881", "882", "883", "979"];

impl Number {
    /// Reads what a person typed or a provider sent (`12 34 56 78`, `0045…`, `+45…`, `tel:+45-…`, `11`).
    ///
    /// Whatever is no whole number of the office's country stays the digits it is: extensions, service
    /// codes, `600`. `None` when it is withheld (`anonymous`), holds no digits, or letters.
    pub fn parse(text: &str, home: Country) -> Option<Number> {
        let text = subject(text);
        let is_spelt = |c: char| c.is_ascii_digit() || " \u{a0}-./()".contains(c);
        let (plus, body) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        if let Some(code) = service_code(text) {
            return Some(code);
        }
        if !body.chars().all(is_spelt) {
            return None;
        }
        // "+44 (0)20": the zero is only for callers at home.
        let body = if plus || body.starts_with("00") { body.replacen("(0)", "", 1) } else { body.to_owned() };
        let digits: String = body.chars().filter(char::is_ascii_digit).collect();
        let plan = plans::of(home.0);
        match (digits.is_empty(), plus) {
            (true, _) => None,
            (_, true) => international(&digits).or_else(|| Some(Number(digits.as_str().into()))),
            _ => Some(national(&digits, plan)),
        }
    }

    /// The normal form: `+4512345678`, or the digits of a short number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an extension or a service code, without a country.
    pub fn is_short(&self) -> bool {
        !self.0.starts_with('+')
    }

    /// The country of a number in international form.
    pub fn country(&self) -> Option<Country> {
        codes::country_of(self.0.strip_prefix('+')?).map(Country)
    }

    /// What dialling it means for an office in `home`.
    pub fn class(&self, home: Country) -> Class {
        if self.is_emergency(home) {
            return Class::Emergency;
        }
        let Some(digits) = self.0.strip_prefix('+') else { return self.short_class(home) };
        let country = self.country();
        let is_home = country == Some(home);
        if begins(digits, &COSTLY_NETWORKS) {
            return Class::Premium;
        }
        let plan = country.and_then(|country| plans::of(country.0));
        let rest = plan.and_then(|plan| Some((plan, digits.strip_prefix(plan.calling_code)?)));
        match rest {
            Some((plan, rest)) if begins(rest, plan.premium) => Class::Premium,
            Some((plan, rest)) if is_home && begins(rest, plan.shared) => Class::SharedCost,
            _ if is_home => Class::Home,
            _ => Class::Foreign(country),
        }
    }

    /// As people of `home` write it: `12 34 56 78` in Denmark, `+46 8 123 456 78` from there.
    pub fn grouped(&self, home: Country) -> String {
        let Some(digits) = self.0.strip_prefix('+') else { return self.0.to_string() };
        let plan = self.country().and_then(|country| plans::of(country.0));
        let rest = plan.and_then(|plan| Some((plan, digits.strip_prefix(plan.calling_code)?)));
        match rest {
            // The United States write their numbers without the 1 they dial.
            Some((plan, rest)) if plan.country == home.0 && plan.trunk == "0" => {
                format!("{}{}", plan.trunk, plans::grouped(Some(plan), rest))
            }
            Some((plan, rest)) if plan.country == home.0 => plans::grouped(Some(plan), rest),
            Some((plan, rest)) => format!("+{} {}", plan.calling_code, plans::grouped(Some(plan), rest)),
            None => self.0.to_string(),
        }
    }

    /// With or without the calling code: some providers hand on `+45112`.
    fn is_emergency(&self, home: Country) -> bool {
        let code = plans::of(home.0).map_or("", |plan| plan.calling_code);
        let dialled =
            self.0.strip_prefix('+').and_then(|digits| digits.strip_prefix(code)).unwrap_or(&self.0);
        home.emergency().contains(&dialled)
    }

    fn short_class(&self, home: Country) -> Class {
        let costly = plans::of(home.0).is_some_and(|plan| begins(&self.0, plan.premium_short));
        // Extensions have three digits as a rule, services that cost extra have more.
        if costly && self.0.len() >= 4 { Class::Premium } else { Class::Short }
    }
}

/// Without `tel:` or `sip:` and whatever follows the number.
fn subject(text: &str) -> &str {
    let text = text.trim();
    let after = ["tel:", "sips:", "sip:"].iter().find_map(|scheme| {
        text.get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|start| &text[start.len()..])
    });
    after.map_or(text, |rest| rest.split([';', '@', '?']).next().unwrap_or(rest))
}

/// Codes with `*` or `#` stay as they are dialled.
fn service_code(text: &str) -> Option<Number> {
    let is_code =
        text.contains(['*', '#']) && text.chars().all(|c| c.is_ascii_digit() || c == '*' || c == '#');
    (is_code && text.len() <= DIGITS_MAX * 2).then(|| Number(text.into()))
}

/// Digits that follow `+`; a zero before a national number is dropped where a country dials one.
fn international(digits: &str) -> Option<Number> {
    let plan = codes::country_of(digits).and_then(plans::of);
    let zero = plan.filter(|plan| plan.trunk == "0").and_then(|plan| {
        let rest = digits.strip_prefix(plan.calling_code)?.strip_prefix('0')?;
        Some(format!("+{}{rest}", plan.calling_code))
    });
    let fits = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) && !digits.starts_with('0');
    fits.then(|| Number(zero.unwrap_or_else(|| format!("+{digits}")).into()))
}

/// Digits without `+`, as dialled in the country of this plan.
fn national(digits: &str, plan: Option<&Plan>) -> Number {
    let unchanged = || Number(digits.into());
    let abroad = plan.map_or(&["00"][..], |plan| plan.international);
    let emergency = plan.is_some_and(|plan| plan.emergency.contains(&digits));
    let from_abroad = abroad.iter().find_map(|prefix| digits.strip_prefix(prefix)).and_then(international);
    let (Some(plan), false) = (plan, emergency) else { return from_abroad.unwrap_or_else(unchanged) };
    if let Some(number) = from_abroad.filter(|_| digits.len() >= 9) {
        return number;
    }
    significant(digits, plan)
        .map_or_else(unchanged, |rest| Number(format!("+{}{rest}", plan.calling_code).into()))
}

/// The national number without what is dialled before it; `None` for a short or local one.
fn significant<'a>(digits: &'a str, plan: &Plan) -> Option<&'a str> {
    let fits = |rest: &&str| plan.digits.contains(&rest.len());
    let is_closed = plan.trunk != "0";
    if is_closed && fits(&digits) {
        return Some(digits);
    }
    if !plan.trunk.is_empty() && digits.starts_with(plan.trunk) {
        return digits.strip_prefix(plan.trunk).filter(fits).filter(|rest| !rest.starts_with('0'));
    }
    // Providers send 4512345678 for +4512345678.
    digits.strip_prefix(plan.calling_code).filter(fits).filter(|rest| rest.len() >= 8)
}

fn begins(digits: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| digits.starts_with(prefix))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first three and the last two characters; short numbers are nobody's secret.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            0..=4 => f.write_str(&self.0),
            length => write!(f, "{}••{}", &self.0[..3], &self.0[length - 2..]),
        }
    }
}

#[cfg(test)]
mod tests;
