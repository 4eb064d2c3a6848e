//! Pure. Messages left: who may hear them, heard, done with. Open until done, or until the caller was reached.
//!
//! The rows of ended calls whose message is open lie here; a running call has its own.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::{Contact, Happened, StoryLine};
use super::desk::{Actor, Done, Refusal};
use super::memory::Change;
use super::owed::{Caller, Means};
use super::promise::{Message, Settled, SettledBy};
use super::{Action, Office};
use crate::ids::{CallId, PersonId};
use crate::settings::Role;

/// Does this contact hold a message nobody is done with?
pub(super) fn is_open(contact: &Contact) -> bool {
    contact.message.as_ref().is_some_and(|message| message.done.is_none())
}

impl Office {
    /// An ended call's row leaves memory; its message stays.
    pub(super) fn shelve_message(&mut self, contact: &Contact) {
        if is_open(contact) {
            self.register.file(contact);
            self.messages.insert(contact.id, contact.clone());
        }
    }

    /// The open messages a person may hear: new ones first, then the oldest.
    pub(super) fn messages_for(&self, who: &Actor) -> Vec<CallId> {
        let running = self.calls.values().map(|call| &call.contact);
        let open = running.chain(self.messages.values()).filter(|contact| {
            contact.ended_at.is_some() && is_open(contact) && self.may_hear(who, contact).is_ok()
        });
        let heard = |contact: &&Contact| contact.message.as_ref().is_some_and(|m| m.heard_at.is_some());
        let mut open: Vec<_> = open.map(|contact| (heard(&contact), contact.id)).collect();
        open.sort_unstable();
        open.into_iter().map(|(_, id)| id).collect()
    }

    /// The row of an open message.
    pub(super) fn message_row(&self, id: CallId) -> Option<&Contact> {
        let running = self.calls.get(&id).map(|call| &call.contact);
        running.or_else(|| self.messages.get(&id)).filter(|contact| contact.message.is_some())
    }

    /// Those who answer for the group hear its messages; owners and leads all of them.
    fn may_hear(&self, who: &Actor, contact: &Contact) -> Result<(), Refusal> {
        let member = |person: &PersonId| {
            contact.group.as_ref().is_some_and(|group| self.directory.groups_of(person).contains(group))
        };
        match who.role {
            Role::Owner | Role::Lead => Ok(()),
            Role::Agent if who.person.as_ref().is_some_and(member) => Ok(()),
            Role::Agent | Role::Viewer => Err(Refusal::NotAllowed),
        }
    }

    /// A message was listened to.
    pub(super) fn message_heard(&mut self, who: &Actor, id: CallId) -> Result<Done, Refusal> {
        let (new, person) = self.open_message(who, id)?;
        if new {
            let at = self.now.wall;
            let line = person.map(|person| Happened::MessageHeard { person });
            self.change_message(id, line, |message| message.heard_at = Some(at));
        }
        Ok(Done::Ok)
    }

    /// Somebody sees to a message, unless somebody else does.
    pub(super) fn message_claim(&mut self, who: &Actor, id: CallId) -> Result<Done, Refusal> {
        let person = self.open_message(who, id)?.1.ok_or(Refusal::NotAllowed)?;
        let message = self.message_row(id).and_then(|contact| contact.message.as_ref());
        match message.and_then(|message| message.assigned.clone()) {
            Some(by) if by != person => Err(Refusal::AlreadyTaken { by }),
            _ => {
                self.change_message(id, None, |message| message.assigned = Some(person));
                self.list_of_mail_changed();
                Ok(Done::Ok)
            }
        }
    }

    /// Somebody is done with a message.
    pub(super) fn message_done(&mut self, who: &Actor, id: CallId) -> Result<Done, Refusal> {
        let (_, person) = self.open_message(who, id)?;
        let by = person.clone().map_or(SettledBy::OtherCall, SettledBy::Person);
        let settled = Settled { at: self.now.wall, by };
        let line = person.map(|person| Happened::MessageDone { person });
        self.change_message(id, line, |message| message.done = Some(settled));
        Ok(Done::Ok)
    }

    /// Is it new, and who asks?
    fn open_message(&self, who: &Actor, id: CallId) -> Result<(bool, Option<PersonId>), Refusal> {
        let contact = self.message_row(id).ok_or(Refusal::NoSuchCall)?;
        self.may_hear(who, contact)?;
        let message = contact.message.as_ref().filter(|message| message.done.is_none());
        let message = message.ok_or(Refusal::NotNow)?;
        Ok((message.heard_at.is_none(), who.person.clone()))
    }

    fn change_message(&mut self, id: CallId, line: Option<Happened>, change: impl FnOnce(&mut Message)) {
        let at = self.now.wall;
        let running = self.calls.get_mut(&id).map(|call| &mut call.contact);
        let Some(contact) = running.or_else(|| self.messages.get_mut(&id)) else { return };
        let Some(message) = &mut contact.message else { return };
        change(message);
        contact.story.extend(line.map(|what| StoryLine { at, what }));
        let contact = contact.clone();
        if !is_open(&contact) && self.messages.remove(&id).is_some() && !self.calls.contains_key(&id) {
            self.register.forget(id);
        }
        self.day.owing.take(&contact, &self.customers);
        self.act(Action::Save(Change::Contact(Box::new(contact))));
        self.changed();
    }

    /// Somebody spoke to a caller: the messages they left before are answered.
    pub(super) fn answer_messages(&mut self, id: CallId, means: &Means) {
        let Means::Reached(Caller::Number(number)) = means else { return };
        let numbers = self.customers.numbers_beside(number);
        let filed = numbers.iter().flat_map(|number| self.register.of_customer(number));
        let rows = filed.filter_map(|id| self.message_row(id));
        let answered = rows.filter(|row| row.id < id && is_open(row));
        let theirs = |row: &&Contact| row.from.number.as_ref().is_some_and(|one| numbers.contains(one));
        let answered = answered.filter(theirs);
        let answered: Vec<CallId> = answered.map(|row| row.id).collect();
        let settled = Settled { at: self.now.wall, by: SettledBy::OtherCall };
        for id in answered {
            self.change_message(id, None, |message| message.done = Some(settled.clone()));
        }
    }
}
