//! Pure. "Closed now until", "open now until": the owner's word over the hours (spec/hunt-groups.md §10).
//!
//! It always carries an end and ends by itself. The last word counts: one about the whole office replaces
//! those about its groups.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Plan, State};
use crate::ids::GroupId;
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::memory::{Change, Override, OverrideKind};
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// No word holds longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

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

    /// `PUT`, `DELETE /hours/override`: owner and lead; without a kind, the word is taken back.
    pub(in crate::office) fn override_hours(
        &mut self,
        who: &Actor,
        group: Option<GroupId>,
        set: Option<(OverrideKind, Timestamp)>,
    ) -> Result<Done, Refusal> {
        if !matches!(who.role, Role::Owner | Role::Lead) {
            return Err(Refusal::NotAllowed);
        }
        if group.as_ref().is_some_and(|group| self.directory.group(group).is_none()) {
            return Err(Refusal::NoSuchGroup);
        }
        let until = set.map(|(_, until)| until.duration_since(self.now.wall));
        if until.is_some_and(|left| !left.is_positive() || left > LONGEST) {
            return Err(Refusal::BadTime);
        }
        self.overrides.retain(|word| group.is_some() && word.group != group);
        self.overrides.extend(set.map(|(kind, until)| Override { group, kind, until }));
        self.overrides_changed();
        Ok(Done::Ok)
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
