//! Pure. Every sentence the office speaks, by name, in five languages: `sounds/make` makes `sounds/<lang>/<name>`
//! of it.
//!
//! A new sentence is one row in the file of its subject: `prompt(NAME, en, da, sv, nl, zh)`. Where a value is
//! spoken, all five texts have the same holes, `"You are number {place}."`; [`crate::speech`] puts the value in,
//! in the order of the English text. After a change: `sounds/README.md`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod callback;
mod calls;
mod hours;
mod keys;
mod line;

pub use callback::*;
pub use calls::*;
pub use hours::*;
pub use keys::*;
pub use line::*;

use crate::settings::Language;

/// One sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The file's name, and the name in [`crate::media::Piece::Prompt`].
    pub name: &'static str,
    /// English.
    pub en: &'static str,
    /// Danish.
    pub da: &'static str,
    /// Swedish.
    pub sv: &'static str,
    /// Dutch.
    pub nl: &'static str,
    /// Mandarin, in traditional characters.
    pub zh: &'static str,
}

const fn prompt(
    name: &'static str,
    en: &'static str,
    da: &'static str,
    sv: &'static str,
    nl: &'static str,
    zh: &'static str,
) -> Prompt {
    Prompt { name, en, da, sv, nl, zh }
}

impl Prompt {
    /// The sentence in a language, with its holes.
    pub fn text(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Da => self.da,
            Language::Sv => self.sv,
            Language::Nl => self.nl,
            Language::ZhHant => self.zh,
        }
    }
}

/// Said to a member who answers for a promise.
pub const CALLBACK_PREVIEW: &str = "callback-preview";
/// The same for a caller who was cut off by a power failure.
pub const CALLBACK_PREVIEW_CUT: &str = "callback-preview-cut";
/// Asked after key 3.
pub const CALLBACK_REASON: &str = "callback-reason";
/// Said to the member when the customer was not reached.
pub const CALLBACK_NO_ANSWER: &str = "callback-no-answer";
/// Said to the member when the line, or a rule, did not allow the call.
pub const CALLBACK_NOT_NOW: &str = "callback-not-now";
/// Said to a customer who is called before a member.
pub const CALLBACK_GREETING: &str = "callback-greeting";
/// The same for one whose call was cut off.
pub const CALLBACK_GREETING_CUT: &str = "callback-greeting-cut";
/// Asked after key 2.
pub const CALLBACK_WHEN: &str = "callback-when";
/// Said after that.
pub const CALLBACK_THEN: &str = "callback-then";
/// Said after key 3.
pub const CALLBACK_CANCELLED: &str = "callback-cancelled";
/// Said to a customer whom we called and nobody speaks to yet.
pub const CALLBACK_SORRY: &str = "callback-sorry";
/// Said to a caller who waits for a call back and calls again.
pub const WELCOME_BACK: &str = "welcome-back";

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Prompt> {
    [calls::ROWS, line::ROWS, callback::ROWS, hours::ROWS, keys::ROWS].into_iter().flatten()
}

/// The sentence of this name.
pub fn find(name: &str) -> Option<&'static Prompt> {
    all().find(|prompt| prompt.name == name)
}

/// What a sentence with holes consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Recorded words, counted from 1.
    Spoken(usize, &'static str),
    /// Where the value of this name is said.
    Hole(&'static str),
    /// A breath behind a value.
    Comma,
}

/// A text cut at its holes; a comma or a full stop behind a value is a breath, the last one is nothing.
pub fn parts(text: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (words, behind) = rest.split_once('{').unwrap_or((rest, ""));
        let spoken = words.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
        let goes_on = !spoken.is_empty() || !behind.is_empty();
        if goes_on && words.trim_start().starts_with([',', '.', '，', '。']) {
            parts.push(Part::Comma);
        }
        if !spoken.is_empty() {
            let before = parts.iter().filter(|part| matches!(part, Part::Spoken(..))).count();
            parts.push(Part::Spoken(before + 1, spoken));
        }
        let (hole, after) = behind.split_once('}').unwrap_or((behind, ""));
        if !hole.is_empty() {
            parts.push(Part::Hole(hole));
        }
        rest = after;
    }
    parts
}

/// The names of a text's holes, in order.
pub fn holes(text: &'static str) -> Vec<&'static str> {
    let hole = |part| match part {
        Part::Hole(name) => Some(name),
        Part::Spoken(..) | Part::Comma => None,
    };
    parts(text).into_iter().filter_map(hole).collect()
}

/// The recording of a part: `expect-between-1`.
pub fn part_name(name: &str, part: usize) -> String {
    format!("{name}-{part}")
}
