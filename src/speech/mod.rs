//! Pure. Spoken language: what is to be said becomes recorded pieces, in the order and form of each language.
//!
//! A sentence is a row of [`crate::office::prompts`], in five languages. Where a value belongs in it the
//! texts have a hole: `"We expect to call between {from} and {to}."`. Then each language has its own word
//! order, and its own pieces before, between and behind the values. Values are put together of a finite list
//! of words ([`recorded`]): numbers below a hundred whole, hundreds, months, and so on.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod clock;
mod numbers;
mod phone;
mod vocabulary;

use crate::media::Piece;
use crate::number::{Country, Number};
use crate::office::prompts::{self, Part};
use crate::settings::Language;
use jiff::civil;
use std::sync::Arc;
use std::time::Duration;

/// Something to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// A sentence without holes, by its name in [`crate::office::prompts`].
    Prompt(&'static str),
    /// A sentence with holes, and a value for each, in the order of the English text:
    /// `Filled(EXPECT_BETWEEN, vec![Time(from), Time(to)])`.
    Filled(&'static str, Vec<Saying>),
    /// A recording of the owner's own, by its name: a menu's greeting.
    Own(Arc<str>),
    /// The same where the owner may not have recorded it: then this is said.
    OwnOr(Arc<str>, Box<Saying>),
    /// 57: "fifty-seven", "syvoghalvtreds".
    Number(u32),
    /// A place in the line: "number two", "第二位".
    Place(u32),
    /// A telephone number in groups, as people of the office's country say it.
    Digits(Number),
    /// The last four digits of a number, where others may hear (spec/callback.md §3).
    LastDigits(Number),
    /// A span of whole minutes: "three to five minutes"; "one minute" where both are the same.
    Minutes { low: u32, high: u32 },
    /// A time of day without a word before it: "ten forty a.m.", "ti fyrre".
    Time(civil::Time),
    /// "today", "tomorrow", "on Thursday".
    Day(Day),
    /// "the third of August".
    Date(civil::Date),
    /// "twelve minutes", "one hour and ten minutes".
    Duration(Duration),
    /// A day and a time, as near as `today` makes it: "yesterday at noon", "tomorrow, Tuesday, at eight a.m.".
    Moment { at: civil::DateTime, today: civil::Date },
    /// The soft tone after which one speaks.
    Beep,
    /// Nothing, for a while.
    Pause(Duration),
}

/// A day near enough to be named without its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// "today"
    Today,
    /// "tomorrow"
    Tomorrow,
    /// "on Thursday"
    Weekday(civil::Weekday),
}

/// One recording a language needs: `sounds/<lang>/<name>.wav`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    /// The file's name, without `.wav`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The pieces to play. `country` is the office's: it decides how telephone numbers are grouped.
pub fn say(language: Language, country: Country, what: &[Saying]) -> Vec<Piece> {
    let mut voice = Voice { language, country, pieces: Vec::new() };
    what.iter().for_each(|saying| voice.say(saying));
    voice.pieces
}

/// All recordings of a language: the words values are made of, and the sentences cut at their holes.
pub fn recorded(language: Language) -> Vec<Recorded> {
    let words = vocabulary::words(language);
    let sentences = prompts::all().flat_map(|prompt| {
        let parts = prompts::parts(prompt.text(language));
        let is_whole = parts.len() == 1;
        let spoken = parts.into_iter().filter_map(|part| match part {
            Part::Spoken(number, text) => Some((number, text)),
            Part::Hole(_) | Part::Comma => None,
        });
        spoken.map(move |(number, text)| Recorded {
            name: if is_whole { prompt.name.to_owned() } else { prompts::part_name(prompt.name, number) },
            text: text.to_owned(),
        })
    });
    words.into_iter().chain(sentences).collect()
}

/// The name of a language's folder below `sounds/`.
pub fn folder(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Sv => "sv",
        Language::Da => "da",
        Language::Nl => "nl",
        Language::ZhHant => "zh-Hant",
    }
}

/// A beat within a sentence, where a comma stands.
const COMMA: Duration = Duration::from_millis(180);
const BEEP_HZ: u16 = 880;
const BEEP: Duration = Duration::from_millis(240);

/// A mouth that speaks one language.
struct Voice {
    language: Language,
    country: Country,
    pieces: Vec<Piece>,
}

impl Voice {
    fn say(&mut self, saying: &Saying) {
        match saying {
            Saying::Prompt(name) => self.filled(name, &[]),
            Saying::Filled(name, values) => self.filled(name, values),
            Saying::Own(name) => self.word(name),
            Saying::OwnOr(name, otherwise) => self.own_or(name, otherwise),
            Saying::Number(number) => self.number(*number),
            Saying::Place(place) => self.place(*place),
            Saying::Digits(number) => self.digits(number),
            Saying::LastDigits(number) => self.last_digits(number),
            Saying::Minutes { low, high } => self.minutes(*low, *high),
            Saying::Time(time) => self.time(*time),
            Saying::Day(day) => self.day(*day),
            Saying::Date(date) => self.date(*date),
            Saying::Duration(length) => self.duration(*length),
            Saying::Moment { at, today } => self.moment(*at, *today),
            Saying::Beep => self.pieces.push(Piece::Tone { hz: BEEP_HZ, length: BEEP }),
            Saying::Pause(length) => self.pieces.push(Piece::Pause(*length)),
        }
    }

    /// A sentence with its values; a hole nobody has a value for stays silent.
    fn filled(&mut self, name: &str, values: &[Saying]) {
        let Some(prompt) = prompts::find(name) else { return self.word(name) };
        let parts = prompts::parts(prompt.text(self.language));
        if let [Part::Spoken(..)] = parts[..] {
            return self.word(name);
        }
        let order = prompts::holes(prompt.en);
        for part in parts {
            match part {
                Part::Spoken(number, _) => self.word(&prompts::part_name(name, number)),
                Part::Comma => self.comma(),
                Part::Hole(hole) => {
                    let at = order.iter().position(|known| *known == hole);
                    if let Some(value) = at.and_then(|at| values.get(at)) {
                        self.say(value);
                    }
                }
            }
        }
    }

    fn word(&mut self, name: &str) {
        self.pieces.push(Piece::Prompt { lang: folder(self.language), name: name.into() });
    }

    /// What is said instead is made of prompts alone.
    fn own_or(&mut self, name: &Arc<str>, otherwise: &Saying) {
        let pieces = say(self.language, self.country, std::slice::from_ref(otherwise));
        let prompt = |piece| match piece {
            Piece::Prompt { name, .. } => Some(name),
            _ => None,
        };
        let or = pieces.into_iter().filter_map(prompt).collect();
        self.pieces.push(Piece::Own { lang: folder(self.language), name: name.clone(), or });
    }

    fn comma(&mut self) {
        self.pieces.push(Piece::Pause(COMMA));
    }
}
