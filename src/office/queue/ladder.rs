//! Pure. What happens to those who wait long (spec/hunt-groups.md §9): the backup, the question before a
//! full line, "nobody is at the phones". Nobody is ever sent away.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::dialogue::Asking;
use crate::ids::{CallId, GroupId, PersonId};
use crate::office::contact::Kind;
use crate::office::{Office, prompts};
use crate::settings::Group;
use crate::speech::Saying;

/// Callers a member, before a line is full.
const CALLERS_A_MEMBER: usize = 5;

impl Office {
    /// Are so many waiting that a new caller is asked at once?
    pub(super) fn is_full(&self, group: &GroupId) -> bool {
        let Some(settings) = self.directory.group(group) else { return false };
        let max = settings.overflow.max.map_or(settings.members.len() * CALLERS_A_MEMBER, |max| max as usize);
        self.line.len(group) >= max.max(1)
    }

    /// The backup of a group, once somebody has waited long enough for it.
    pub(in crate::office) fn backup_of<'a>(&self, group: &'a Group) -> &'a [PersonId] {
        let first = self.line.live(&group.id).find_map(|(_, id)| self.waiting(id));
        match first.is_some_and(|waiting| self.waits_for(waiting) >= group.overflow.backup_after) {
            true => &group.overflow.backup,
            false => &[],
        }
    }

    /// Nobody has been at the phones for 20 s: the caller hears so, and what can be done instead.
    pub(super) fn say_nobody_is_here(&mut self, id: CallId) {
        let outside = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        match self.waiting(id).map(|waiting| &waiting.asking) {
            Some(Asking::Nothing) if outside => self.ask_choice_because(id, prompts::NOBODY_HERE),
            Some(Asking::Nothing) => self.say_in_line(id, &[Saying::Prompt(prompts::NOBODY_HERE)]),
            _ => {}
        }
    }

    /// Callback, message, or go on waiting: asked at once, with the reason.
    pub(in crate::office) fn ask_choice_because(&mut self, id: CallId, why: &'static str) {
        let what = self.words_of_choice(id, why);
        self.say_in_line(id, &what);
        self.ask_choice(id);
    }
}
