//! Pure. Missed calls that somebody settles by hand: spoken with elsewhere, or not to be called.
//!
//! Their rows lie with the store: whoever asks brings them along. What became of a promise or a message is
//! settled where those are.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::{Contact, Happened, StoryLine};
use super::desk::{Actor, Done, Refusal};
use super::memory::Change;
use super::owed::{Means, meaning};
use super::{Action, Office};
use crate::settings::Role;

impl Office {
    /// `POST /contacts/{id}/settle`: nothing is owed for these calls any more.
    pub(super) fn settle_missed(&mut self, who: &Actor, told: Vec<Contact>) -> Result<Done, Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        let mut settled = false;
        for contact in told {
            settled |= self.settle_one(who, contact);
        }
        if settled { Ok(Done::Ok) } else { Err(Refusal::NotNow) }
    }

    fn settle_one(&mut self, who: &Actor, told: Contact) -> bool {
        // A call that ended a moment ago may wait for its verdicts yet: its row is newer than what was read.
        let running = self.calls.get(&told.id).map(|call| call.contact.clone());
        let mut contact = running.unwrap_or(told);
        if !is_missed(&contact) {
            return false;
        }
        let what = Happened::MissedSettled { person: who.person.clone() };
        contact.story.push(StoryLine { at: self.now.wall, what });
        if let Some(call) = self.calls.get_mut(&contact.id) {
            call.contact = contact.clone();
        }
        self.day.owing.take(&contact, &self.customers);
        self.act(Action::Save(Change::Contact(Box::new(contact))));
        self.changed();
        true
    }
}

/// Owed a call, and not by a promise or a message.
fn is_missed(contact: &Contact) -> bool {
    let promised = contact.callback.as_ref().is_some_and(|one| one.is_open() || one.state.is_task());
    let message = contact.message.as_ref().is_some_and(|message| message.done.is_none());
    contact.ended_at.is_some() && !promised && !message && matches!(meaning(contact), Means::Missed(_))
}
