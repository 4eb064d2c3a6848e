//! Pure. `*77`: an owner or a lead records a prompt by its number, and hears it back.
//!
//! From 1: the recordings the menus name, in the order of the settings. From 101: the shipped sentences
//! without a hole, in the order of their table. The file lies in `sounds/<language>/` and holds from then on.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::alone::{Doing, NEXT_DIGIT, THINK, more};
use super::contact::Outcome;
use super::voicemail::{Recorded, TONE};
use super::{Action, Office, prompts};
use crate::ids::{CallId, LegId, PersonId};
use crate::media::Piece;
use crate::settings::{Language, Role, Settings};
use crate::speech;
use std::sync::Arc;
use std::time::Duration;

/// No prompt is longer.
const PROMPT_MAX: Duration = Duration::from_secs(120);
/// A recording that is not on the disk so long after its end will not be.
const KEPT_WITHIN: Duration = Duration::from_secs(3);
/// The shipped sentences follow the menus' from here.
const SHIPPED_FROM: usize = 101;

/// Where somebody is who records a prompt.
#[derive(Clone, Debug)]
pub(super) enum Studio {
    /// The number typed so far.
    Which(String),
    /// Hears what there is, up to the tone.
    Ready(Arc<str>, Language),
    Recording(Arc<str>, Language),
}

/// A prompt that can be recorded by phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recordable {
    /// What is typed after `*77`.
    pub number: usize,
    pub name: Arc<str>,
    /// The language it is recorded for.
    pub language: Language,
}

/// The prompts that can be recorded by phone. A menu's are for the language its callers are spoken to in.
pub fn recordable(settings: &Settings) -> Vec<Recordable> {
    let office = settings.office.language;
    let mut own: Vec<(Arc<str>, Language)> = Vec::new();
    for menu in settings.menus.iter().filter(|menu| !menu.prompt.ends_with(".wav")) {
        let language = menu.language.unwrap_or(office);
        for name in menu.prompt.split_whitespace().filter(|name| prompts::find(name).is_none()) {
            if !own.iter().any(|(known, spoken)| **known == *name && *spoken == language) {
                own.push((Arc::from(name), language));
            }
        }
    }
    let own = own.into_iter().take(SHIPPED_FROM - 1);
    let whole = prompts::all().filter(|prompt| prompts::holes(prompt.en).is_empty());
    let shipped = whole.map(|prompt| (Arc::from(prompt.name), office));
    let numbered = (1..).zip(own).chain((SHIPPED_FROM..).zip(shipped));
    numbered.map(|(number, (name, language))| Recordable { number, name, language }).collect()
}

impl Office {
    /// Which prompt?
    pub(super) fn ask_which_prompt(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        if !matches!(self.actor(person).role, Role::Owner | Role::Lead) {
            return self.say_goodbye(id, leg, prompts::NOT_ALLOWED, Outcome::Internal);
        }
        let pieces = vec![self.spoken(leg, prompts::PROMPT_NUMBER), Piece::Pause(THINK)];
        self.be_alone(id, leg, person, pieces, Doing::Studio(Studio::Which(String::new())));
    }

    /// A key while choosing adds a digit, while recording `#` ends it.
    pub(super) fn digit_in_studio(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        studio: Studio,
        digit: char,
    ) {
        match studio {
            Studio::Which(typed) => match more(&typed, digit) {
                Some(typed) => {
                    let doing = Doing::Studio(Studio::Which(typed));
                    self.be_alone(id, leg, person, vec![Piece::Pause(NEXT_DIGIT)], doing);
                }
                None => self.prompt_chosen(id, leg, person, &typed),
            },
            Studio::Ready(..) => {
                self.be_alone(id, leg, person, vec![TONE], Doing::Studio(studio));
            }
            Studio::Recording(..) if digit == '#' => self.act(Action::StopRecording { leg }),
            Studio::Recording(..) => {}
        }
    }

    fn prompt_chosen(&mut self, id: CallId, leg: LegId, person: &PersonId, typed: &str) {
        let number: Option<usize> = typed.parse().ok();
        let known = recordable(&self.directory.settings);
        let Some(one) = known.into_iter().find(|known| Some(known.number) == number) else {
            return self.say_goodbye(id, leg, prompts::PROMPT_UNKNOWN, Outcome::Internal);
        };
        let Recordable { name, language, .. } = one;
        let pieces = vec![as_heard(&name, language), self.spoken(leg, prompts::PROMPT_RECORD), TONE];
        self.be_alone(id, leg, person, pieces, Doing::Studio(Studio::Ready(name, language)));
    }

    /// No more digits, or the tone has sounded, or the recording never came.
    pub(super) fn studio_played(&mut self, id: CallId, leg: LegId, person: &PersonId, studio: Studio) {
        match studio {
            Studio::Which(typed) => self.prompt_chosen(id, leg, person, &typed),
            Studio::Ready(name, language) => {
                let file = Arc::from(format!("sounds/{}/{name}.wav", speech::folder(language)));
                self.act(Action::Record { leg, file, at_most: PROMPT_MAX });
                self.recordings.insert(leg, (id, Recorded::Prompt));
                let hush = vec![Piece::Pause(PROMPT_MAX + KEPT_WITHIN)];
                self.be_alone(id, leg, person, hush, Doing::Studio(Studio::Recording(name, language)));
            }
            Studio::Recording(..) => self.prompt_recorded(id, None),
        }
    }

    /// The prompt is on the disk, or not. Whoever hung up meanwhile has recorded it all the same.
    pub(super) fn prompt_recorded(&mut self, id: CallId, length: Option<Duration>) {
        if length.is_some() {
            self.act(Action::ReloadSounds);
        }
        let Some((leg, _, Doing::Studio(Studio::Recording(name, language)))) = self.alone(id) else { return };
        let pieces = match length {
            Some(_) => vec![as_heard(&name, language), self.spoken(leg, prompts::PROMPT_SAVED)],
            None => vec![self.spoken(leg, prompts::PROMPT_NOT_KEPT)],
        };
        self.play_last(id, leg, pieces, Outcome::Internal);
    }
}

/// A prompt in the language it is recorded for.
fn as_heard(name: &Arc<str>, language: Language) -> Piece {
    Piece::Prompt { lang: speech::folder(language), name: name.clone() }
}
