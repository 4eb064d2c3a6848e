//! Pure. "Closed now until", "open now until": the owner's word over the hours (spec/hunt-groups.md §10).
//!
//! It always carries an end and ends by itself. The last word counts: one about the whole office replaces
//! those about its groups. It holds once it is on the disk: with one that a restart forgets, phones would ring
//! that should be silent.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Plan, State};
use crate::ids::{CallId, GroupId, Ticket};
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::memory::{Change, Override, OverrideKind};
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// No word holds longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A word on its way to the disk.
#[derive(Debug)]
pub(in crate::office) struct Word {
    /// `None`: the office with all its groups.
    group: Option<GroupId>,
    /// `None`: it is taken back.
    set: Option<(OverrideKind, Timestamp)>,
    /// All words as they are written.
    row: Vec<Override>,
    asker: Asker,
}

/// Who is told whether it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::office) enum Asker {
    Screen(Ticket),
    /// The call of a code, and for how long it was asked for.
    Phone(CallId, Duration),
}

impl Office {
    /// Is this group open until when, or closed until when and why?
    pub fn group_hours(&self, group: &GroupId) -> State {
        self.hours_plan(group).state_at(self.now.wall)
    }

    /// Is this group open?
    pub(in crate::office) fn is_group_open(&self, group: &GroupId) -> bool {
        self.hours_plan(group).is_open(self.now.wall)
    }

    /// How long this group is open yet; nothing is left when it is closed, `None`: it does not close within
    /// a year.
    pub fn time_to_close(&self, group: &GroupId) -> Option<Duration> {
        match self.group_hours(group) {
            State::Open { closes_at } => {
                let left = closes_at?.duration_since(self.now.wall);
                Some(Duration::try_from(left).unwrap_or(Duration::ZERO))
            }
            State::Closed { .. } => Some(Duration::ZERO),
        }
    }

    fn hours_plan(&self, group: &GroupId) -> Plan<'_> {
        Plan::of(&self.directory.settings, Some(group), &self.overrides)
    }

    /// Is the office as a whole open?
    pub(super) fn is_office_open(&self) -> bool {
        Plan::of(&self.directory.settings, None, &self.overrides).is_open(self.now.wall)
    }

    /// Does the owner's word hold over the hours of anything?
    pub(super) fn has_word(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// `PUT`, `DELETE /hours/override`: owner and lead; without a kind, the word is taken back.
    pub(in crate::office) fn override_hours(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        group: Option<GroupId>,
        set: Option<(OverrideKind, Timestamp)>,
    ) {
        match self.may_say(who, group.as_ref(), set.map(|(_, until)| until)) {
            Ok(()) => self.keep_word(group, set, Asker::Screen(ticket)),
            Err(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
        }
    }

    /// May this person say a word over the hours, until then?
    pub(super) fn may_say(
        &self,
        who: &Actor,
        group: Option<&GroupId>,
        until: Option<Timestamp>,
    ) -> Result<(), Refusal> {
        if !matches!(who.role, Role::Owner | Role::Lead) {
            return Err(Refusal::NotAllowed);
        }
        if group.is_some_and(|group| self.directory.group(group).is_none()) {
            return Err(Refusal::NoSuchGroup);
        }
        let left = until.map(|until| until.duration_since(self.now.wall));
        if left.is_some_and(|left| !left.is_positive() || left > LONGEST) {
            return Err(Refusal::BadTime);
        }
        if self.keeps_promises() { Ok(()) } else { Err(Refusal::NotKept) }
    }

    pub(super) fn keep_word(
        &mut self,
        group: Option<GroupId>,
        set: Option<(OverrideKind, Timestamp)>,
        asker: Asker,
    ) {
        let row = self.words_with(group.as_ref(), set);
        let receipt = self.save_then(Change::Overrides(row.clone()));
        self.words.insert(receipt, Word { group, set, row, asker });
    }

    fn words_with(&self, group: Option<&GroupId>, set: Option<(OverrideKind, Timestamp)>) -> Vec<Override> {
        let mut words = self.overrides.clone();
        words.retain(|word| group.is_some() && word.group.as_ref() != group);
        words.extend(set.map(|(kind, until)| Override { group: group.cloned(), kind, until }));
        words
    }

    /// It is on the disk and holds, or it is not and does not. The row says what holds, also where another word
    /// came between, or where the disk takes late what it had refused.
    pub(in crate::office) fn word_answered(&mut self, word: Word, kept: bool) {
        if kept {
            self.overrides = self.words_with(word.group.as_ref(), word.set);
            self.changed();
        }
        if self.overrides != word.row {
            self.overrides_changed();
        }
        match word.asker {
            Asker::Screen(ticket) => {
                let result = if kept { Ok(Done::Ok) } else { Err(Refusal::NotKept) };
                self.act(Action::Reply { ticket, result });
            }
            Asker::Phone(call, length) => {
                self.word_told(call, kept.then_some(word.set.map(|(kind, _)| (kind, length))));
            }
        }
    }

    /// Takes what the store remembers; what has ended meanwhile is forgotten.
    pub(in crate::office) fn restore_overrides(&mut self, overrides: Vec<Override>) {
        self.overrides = overrides;
        self.overrides.retain(|word| word.until > self.now.wall);
    }

    /// Words that are over, or about a group that is no more, go.
    pub(in crate::office) fn end_overrides(&mut self) {
        let (now, before) = (self.now.wall, self.overrides.len());
        let directory = &self.directory;
        self.overrides.retain(|word| {
            word.until > now && word.group.as_ref().is_none_or(|group| directory.group(group).is_some())
        });
        if self.overrides.len() != before {
            self.overrides_changed();
        }
    }

    fn overrides_changed(&mut self) {
        self.act(Action::Save(Change::Overrides(self.overrides.clone())));
        self.changed();
    }

    /// When the next word ends.
    pub(in crate::office) fn next_override_end(&self) -> Option<Timestamp> {
        self.overrides.iter().map(|word| word.until).min()
    }
}
