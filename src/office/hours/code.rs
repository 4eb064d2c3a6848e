//! Pure. `*28`: the owner's word over the hours from a phone, and from the key whose lamp shows it
//! (spec/hunt-groups.md §10).
//!
//! Where a word holds, the key takes it back: the lamp goes out. Where none does, it closes the whole office, or
//! opens it, for the minutes typed. There is no toggle without an end.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::overrides::Asker;
use crate::ids::{CallId, LegId, PersonId};
use crate::media::Piece;
use crate::office::alone::{Doing, NEXT_DIGIT, THINK, more};
use crate::office::codes::words_of;
use crate::office::contact::Outcome;
use crate::office::memory::OverrideKind;
use crate::office::{Office, prompts};
use crate::speech::Saying;
use std::time::Duration;

/// Where no minutes were typed.
const AN_HOUR: u64 = 60;
/// The line is kept alive longer than a receipt takes.
const STORED_WITHIN: Duration = Duration::from_secs(5);

impl Office {
    /// `*28`, with the minutes where they were dialled along (`*2890`).
    pub(in crate::office) fn hours_by_code(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        minutes: Option<u16>,
    ) {
        if let Err(no) = self.may_say(&self.actor(person), None, None) {
            return self.say_goodbye(id, leg, words_of(&no), Outcome::Internal);
        }
        if self.has_word() {
            self.wait_for_word(id, leg, person);
            return self.keep_word(None, None, Asker::Phone(id, Duration::ZERO));
        }
        let (kind, question) = match self.is_office_open() {
            true => (OverrideKind::Closed, prompts::HOURS_CLOSE),
            false => (OverrideKind::Open, prompts::HOURS_OPEN),
        };
        match minutes {
            Some(minutes) => self.say_word_for(id, leg, person, kind, Some(minutes)),
            None => {
                let pieces = vec![self.spoken(leg, question), Piece::Pause(THINK)];
                self.be_alone(id, leg, person, pieces, Doing::Hours(kind, String::new()));
            }
        }
    }

    /// A digit of the minutes, or their end.
    pub(in crate::office) fn hours_typed(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        (kind, typed): (OverrideKind, String),
        digit: char,
    ) {
        match more(&typed, digit) {
            Some(typed) => {
                self.be_alone(id, leg, person, vec![Piece::Pause(NEXT_DIGIT)], Doing::Hours(kind, typed));
            }
            None => self.say_word_for(id, leg, person, kind, typed.parse().ok()),
        }
    }

    /// Closed, or open, for so many minutes from now.
    pub(in crate::office) fn say_word_for(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        kind: OverrideKind,
        minutes: Option<u16>,
    ) {
        let minutes = minutes.filter(|minutes| *minutes > 0).map_or(AN_HOUR, u64::from);
        let length = Duration::from_secs(minutes * 60);
        match self.now.wall.checked_add(length) {
            Ok(until) => {
                self.wait_for_word(id, leg, person);
                self.keep_word(None, Some((kind, until)), Asker::Phone(id, length));
            }
            Err(_) => self.say_goodbye(id, leg, prompts::CODE_NOT_NOW, Outcome::Internal),
        }
    }

    fn wait_for_word(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        self.be_alone(id, leg, person, vec![Piece::Pause(STORED_WITHIN)], Doing::Storing);
    }

    /// The word holds, or (`None`) could not be kept. Who has hung up meanwhile sees it on the lamp.
    pub(super) fn word_told(&mut self, id: CallId, kept: Option<Option<(OverrideKind, Duration)>>) {
        let Some((leg, _, Doing::Storing)) = self.alone(id) else { return };
        let for_so_long = |prompt, length| Saying::Filled(prompt, vec![Saying::Duration(length)]);
        let said = match kept {
            None => Saying::Prompt(prompts::CODE_NOT_NOW),
            Some(None) => Saying::Prompt(prompts::HOURS_AS_PLANNED),
            Some(Some((OverrideKind::Closed, length))) => for_so_long(prompts::CLOSED_FOR, length),
            Some(Some((OverrideKind::Open, length))) => for_so_long(prompts::OPEN_FOR, length),
        };
        self.say_last(id, leg, &[said], Outcome::Internal);
    }
}
