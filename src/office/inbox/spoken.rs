//! Pure. Mail and telephone of one customer: a call that reaches them settles what they wrote, and nobody answers by
//! mail past a colleague who speaks with them (spec/mail.md §3).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Conversation, Settled};
use crate::i18n::say;
use crate::ids::{CallId, ConversationId, PersonId};
use crate::number::Number;
use crate::office::Office;
use crate::office::call::Call;
use crate::office::customers::book::only;
use jiff::SignedDuration;

/// What a talk settled is owed again by one press for so long, as a promise is (spec/callback.md §7).
const RECALL: SignedDuration = SignedDuration::from_secs(600);

impl Office {
    /// Somebody of ours spoke to the customer of a number: what they wrote waits for no answer any more. What is
    /// being answered, or put off to a day, was decided by a person and stays; of a number or an address that
    /// several have nobody can tell whose it was.
    pub(in crate::office) fn settle_mail_of(&mut self, number: &Number, by: &PersonId) {
        let Some(customer) = only(&self.customers.of_number(number)) else { return };
        let addresses = self.customers.own_addresses(customer);
        let is_theirs = |one: &&Conversation| one.is_owed() && addresses.contains(&one.customer.address);
        let owed: Vec<ConversationId> = self.inbox.all.values().filter(is_theirs).map(|one| one.id).collect();
        let parameters = [("person", self.name_of(by)), ("number", number.to_string())];
        let language = self.directory.settings.office.language;
        for id in owed {
            let key = if self.is_being_answered(id) { "mail.spoken-hint" } else { self.settle_mail(id) };
            self.add_note(id, None, say(language, key, &parameters));
            self.stays_seen(id, |held| held.person.as_ref() == Some(by));
        }
        self.look_at_mail();
    }

    /// Settles it, and says which words tell so.
    fn settle_mail(&mut self, id: ConversationId) -> &'static str {
        let at = self.now.wall;
        let owed =
            self.inbox.all.get(&id).map(|one| Settled { at, owed_since: one.owed_since, due_at: one.due_at });
        self.now_answered(id);
        if let Some(known) = self.inbox.all.get_mut(&id) {
            known.settled = owed;
        }
        "mail.spoken-to"
    }

    /// The talk settled nothing after all: owed as before, if that is said soon enough.
    pub(super) fn owe_as_before(&mut self, id: ConversationId) {
        let wall = self.now.wall;
        let Some(known) = self.inbox.all.get_mut(&id) else { return };
        let settled = known.settled.take();
        // A clock that was put back takes nobody's word away.
        if let Some(settled) = settled.filter(|settled| wall.duration_since(settled.at) < RECALL) {
            let since = [known.owed_since, settled.owed_since].into_iter().flatten().min();
            let due = [known.due_at, settled.due_at].into_iter().flatten().min();
            (known.owed_since, known.due_at) = (since, due);
        }
    }

    /// Is there an answer that somebody has begun, or that has not left yet?
    fn is_being_answered(&self, id: ConversationId) -> bool {
        self.inbox.drafts.iter().any(|(conversation, _)| *conversation == id)
            || self.inbox.held.values().any(|(outgoing, _)| outgoing.conversation == id)
    }

    /// A colleague on the phone with this customer is something the writer has not seen: a line says so, once a
    /// call.
    pub(super) fn tell_of_colleague(&mut self, id: ConversationId, writer: Option<&PersonId>) {
        let Some((call, by)) = self.colleague_with(id, writer) else { return };
        let calls = &self.calls;
        self.inbox.told_of_talk.retain(|(_, call)| calls.contains_key(call));
        if self.inbox.told_of_talk.insert((id, call)) {
            let language = self.directory.settings.office.language;
            let text = say(language, "mail.speaks-now", &[("person", self.name_of(&by))]);
            self.add_note(id, None, text);
        }
    }

    fn colleague_with(&self, id: ConversationId, but: Option<&PersonId>) -> Option<(CallId, PersonId)> {
        let known = self.inbox.all.get(&id)?;
        let customer = only(&self.customers.of_address(&known.customer.address))?;
        let numbers = self.customers.own_numbers(customer);
        let speaks = |call: &&Call| {
            let is_on = call.answered.is_some() && call.contact.ended_at.is_none();
            is_on && call.customer().number.as_ref().is_some_and(|number| numbers.contains(number))
        };
        let by = |call: &Call| Some((call.contact.id, call.contact.person.clone()?));
        let mut talks = self.calls.values().filter(speaks).filter_map(by);
        talks.find(|(_, person)| Some(person) != but)
    }

    /// Somebody has begun an answer, or has nothing written any more.
    pub(super) fn note_draft(&mut self, id: ConversationId, person: &PersonId, is_empty: bool) {
        let key = (id, person.clone());
        if is_empty {
            self.inbox.drafts.remove(&key);
        } else if self.inbox.drafts.len() < super::KEPT_MAX {
            self.inbox.drafts.insert(key);
        }
    }
}
