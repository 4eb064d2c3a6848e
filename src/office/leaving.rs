//! Pure. The last one to leave says where callers go meanwhile: to a call back, to a message, to the owner
//! (spec/hunt-groups.md §6).
//!
//! It holds for those who wait and those who come, over a restart, too, and ends by itself when somebody of the group
//! is there again.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::Kind;
use super::desk::Refusal;
use super::memory::Change;
use super::people::Staff;
use super::queue::Asking;
use super::{Action, Office, prompts};
use crate::ids::{CallId, GroupId, PersonId};
use crate::speech::Saying;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Where callers go while nobody of their group is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Callers {
    /// They are asked at once whether they want to be called back.
    Callback,
    /// They leave a message.
    Voicemail,
    /// The owner's phone rings.
    Owner,
    /// They wait, and hear after a while that nobody is there (spec/hunt-groups.md §9).
    Wait,
}

impl Callers {
    /// The word programs and screens have for it.
    pub fn word(self) -> &'static str {
        match self {
            Callers::Callback => "callback",
            Callers::Voicemail => "voicemail",
            Callers::Owner => "owner",
            Callers::Wait => "wait",
        }
    }

    /// What a word stands for.
    pub fn of(word: &str) -> Option<Callers> {
        let all = [Callers::Callback, Callers::Voicemail, Callers::Owner, Callers::Wait];
        all.into_iter().find(|one| one.word() == word)
    }
}

/// What the last one of a group said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentOn {
    pub group: GroupId,
    pub to: Callers,
    pub since: Timestamp,
}

impl Office {
    /// Sends the callers of the groups that nobody is left in, as their last one says; who says nothing is asked.
    pub(super) fn leave_callers(&mut self, person: &PersonId, to: Option<Callers>) -> Result<(), Refusal> {
        let left = self.left_alone_by(person);
        if left.is_empty() {
            return Ok(());
        }
        let choices = self.where_callers_may_go(person);
        let Some(to) = to.filter(|to| choices.contains(to)) else {
            return Err(Refusal::LastPerson { choices });
        };
        if to == Callers::Wait {
            return Ok(());
        }
        let since = self.now.wall;
        for group in left {
            self.dirty.insert(group.clone());
            self.sent.insert(group.clone(), SentOn { group, to, since });
        }
        self.sent_changed();
        Ok(())
    }

    /// What the store remembers.
    pub(super) fn restore_sent(&mut self, sent: Vec<SentOn>) {
        self.sent = sent.into_iter().map(|one| (one.group.clone(), one)).collect();
    }

    fn sent_changed(&mut self) {
        self.act(Action::Save(Change::SentOn(self.sent.values().cloned().collect())));
        self.changed();
    }

    /// The groups whose callers would reach nobody without this person. A closed one without callers needs nobody.
    fn left_alone_by(&self, person: &PersonId) -> Vec<GroupId> {
        let is_here = self.people.get(person).is_some_and(Staff::is_here);
        let left = |group: &&GroupId| {
            is_here && self.is_last_in(person, group) && (self.is_group_open(group) || self.line.has(group))
        };
        self.directory.groups_of(person).iter().filter(left).cloned().collect()
    }

    fn where_callers_may_go(&self, person: &PersonId) -> Vec<Callers> {
        let mut bosses = self.directory.bosses().iter();
        let owner = bosses.any(|boss| boss != person && self.people.get(boss).is_some_and(Staff::is_here));
        let all = [Callers::Callback, Callers::Voicemail, Callers::Owner, Callers::Wait];
        all.into_iter().filter(|to| *to != Callers::Owner || owner).collect()
    }

    /// Somebody of the group is there again, or the group is gone: what its last one said is over.
    pub(super) fn end_sent(&mut self) {
        let over = |group: &&GroupId| self.directory.group(group).is_none() || self.has_member_here(group);
        let over: Vec<GroupId> = self.sent.keys().filter(over).cloned().collect();
        if over.is_empty() {
            return;
        }
        for group in over {
            self.sent.remove(&group);
            self.dirty.insert(group);
        }
        self.sent_changed();
    }

    fn has_member_here(&self, group: &GroupId) -> bool {
        let members = self.directory.group(group).map_or(&[][..], |group| &group.members);
        members.iter().any(|member| self.people.get(&member.person).is_some_and(Staff::is_here))
    }

    /// Are the callers of this group the owner's now?
    pub(super) fn is_sent_to_owner(&self, group: &GroupId) -> bool {
        self.sent.get(group).is_some_and(|sent| sent.to == Callers::Owner)
    }

    /// Is this caller of the group asked for something else at once? A colleague waits.
    pub(super) fn sends_on(&self, id: CallId, group: &GroupId) -> bool {
        let outside = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        outside && self.sent.get(group).is_some_and(|sent| sent.to != Callers::Owner)
    }

    /// Is an owner there, or in a call, for callers who were sent to them?
    pub(super) fn owner_is_here(&self) -> bool {
        let mut bosses = self.directory.bosses().iter().filter_map(|boss| self.people.get(boss));
        bosses.any(|staff| staff.is_here() || staff.is_busy())
    }

    /// A caller of a group whose last one has sent its callers elsewhere; in a dialogue, it goes on.
    pub(super) fn send_caller(&mut self, id: CallId, to: Callers) {
        let Some(waiting) = self.waiting(id) else { return };
        let (caller, group) = (waiting.caller, waiting.entry.group.clone());
        let free = matches!(waiting.asking, Asking::Nothing | Asking::Choice);
        if !free || !self.sends_on(id, &group) {
            return;
        }
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.greeted = true;
        }
        match to {
            Callers::Voicemail => {
                self.leave_message_after(&[Saying::Prompt(prompts::NOBODY_NOW)], id, caller, &group);
            }
            _ => self.ask_choice_because(id, prompts::NOBODY_NOW),
        }
    }

    /// The groups for which owners ring: their last member does not answer, or has left callers to them.
    pub(super) fn groups_of_owners(&self) -> BTreeSet<GroupId> {
        let missed = self.last_missed.keys().flat_map(|person| self.directory.groups_of(person));
        let sent = self.sent.keys().filter(|group| self.is_sent_to_owner(group));
        missed.chain(sent).cloned().collect()
    }
}
