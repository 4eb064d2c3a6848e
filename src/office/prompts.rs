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
}

/// A text cut at its holes; a full stop alone is not spoken.
pub fn parts(text: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (words, behind) = rest.split_once('{').unwrap_or((rest, ""));
        if words.contains(char::is_alphanumeric) {
            let spoken = parts.iter().filter(|part| matches!(part, Part::Spoken(..))).count();
            parts.push(Part::Spoken(spoken + 1, words.trim()));
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
        Part::Spoken(..) => None,
    };
    parts(text).into_iter().filter_map(hole).collect()
}

/// The recording of a part: `expect-between-1`.
pub fn part_name(name: &str, part: usize) -> String {
    format!("{name}-{part}")
}
