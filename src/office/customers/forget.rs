//! Pure. Forgetting a customer: what the office has in memory of them goes first, and nothing of them that is
//! kept in it may write it down again.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, ConversationId, CustomerId, ItemId, MailboxId, PersonId, Ticket};
use crate::number::Number;
use crate::office::call::Phase;
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::inbox::Pledge;
use crate::office::memory::Change;
use crate::office::promise::{CallbackState, SettledBy};
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Who is to be forgotten: what is theirs alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub customers: BTreeSet<CustomerId>,
    pub numbers: BTreeSet<Number>,
    pub addresses: BTreeSet<String>,
}

/// Rows that are to say nothing of anybody. Numbers are given once only in one database: beside each stands
/// when its row began, so that a receipt is never taken for another row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Things {
    pub contacts: Vec<(CallId, Timestamp)>,
    /// Contacts of somebody else who is called back there: the number goes, the rest of the row stays.
    pub promises: Vec<(CallId, Timestamp)>,
    /// Contacts whose message goes; the rest of the row stays.
    pub messages: Vec<(CallId, Timestamp)>,
    pub conversations: Vec<ConversationId>,
    /// Those of them in which another customer's mails stay: they go on, without a name. In no receipt.
    pub joined: Vec<ConversationId>,
    pub items: Vec<(ItemId, Timestamp)>,
    pub customers: Vec<(CustomerId, Timestamp)>,
    /// Mails that were begun to them, by their ids.
    pub begun: Vec<String>,
    /// Files that were put to what was written to them, by their ids.
    pub uploads: Vec<String>,
    /// Mails that are not to be fetched once more by a database that never had them.
    pub mails: Vec<MailPlace>,
}

/// Where a mail lay, and what is made of its bytes: neither says anything of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPlace {
    pub item: ItemId,
    pub mailbox: MailboxId,
    pub folder: String,
    pub uid: u32,
    /// SHA-256.
    pub hash: [u8; 32],
}

impl Things {
    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Things::default()
    }
}

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub contacts: u64,
    pub recordings: u64,
    pub voicemails: u64,
    pub conversations: u64,
    pub mails: u64,
    pub attachments: u64,
    pub notes: u64,
}

/// That something was forgotten, without a word of whom: it holds again after an older backup is brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: String,
    /// `None`: it was only old (`[privacy]`).
    pub customer: Option<CustomerId>,
    pub at: Timestamp,
    /// `None`: a program, or nobody.
    pub person: Option<PersonId>,
    pub counts: Counts,
    pub things: Things,
}

impl Office {
    /// `DELETE /customers/{id}`, and what is older than the owner keeps; answered when it is on the disk. Who is
    /// on the line with us is not forgotten in the middle of a sentence.
    pub(in crate::office) fn forget(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        wanted: &Wanted,
        receipt: Receipt,
    ) {
        let mut receipt = Receipt { at: self.now.wall, person: who.person.clone(), ..receipt };
        match self.forget_in_memory(who, wanted, &mut receipt.things) {
            Ok(()) => {
                self.keep_then(Pledge::Done(ticket, Done::Ok), Change::Forgotten(Box::new(receipt)));
            }
            Err(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
        }
    }

    /// Nothing is done before all of it may be done.
    fn forget_in_memory(&mut self, who: &Actor, wanted: &Wanted, things: &mut Things) -> Result<(), Refusal> {
        if !matches!(who.role, Role::Owner | Role::Lead) {
            return Err(Refusal::NotAllowed);
        }
        if !self.is_as_seen(wanted) || !self.is_mail_as_seen(&wanted.addresses, things) {
            return Err(Refusal::Changed);
        }
        let own = wanted.numbers.iter().flat_map(|number| self.register.of_customer(number));
        let own: BTreeSet<CallId> = own.collect();
        let promised = wanted.numbers.iter().flat_map(|number| self.register.promised_to(number));
        let rows: BTreeSet<CallId> = promised.chain(own.iter().copied()).collect();
        if !rows.iter().all(|id| self.is_quiet(*id)) {
            return Err(Refusal::NotNow);
        }
        for id in rows {
            self.let_go_of(who, id, own.contains(&id));
        }
        self.day.owing.forget_callers(&wanted.numbers);
        self.talks.forget(&wanted.numbers);
        self.forget_mail(things);
        self.forget_awaited(&wanted.addresses);
        for id in &wanted.customers {
            self.customers.forget(*id);
        }
        self.day.owing.renew(&self.customers);
        self.changed();
        Ok(())
    }

    /// Nobody is on the line, and nobody works on it: the row would be written once more.
    fn is_quiet(&self, id: CallId) -> bool {
        self.calls.get(&id).is_none_or(|call| {
            let at_rest = matches!(call.phase, Phase::Promised(_)) && call.phase.legs().is_empty();
            at_rest && !call.wrapping
        })
    }

    /// Nobody was merged in or out, and no number came or went, since somebody looked who is to be forgotten: it
    /// cannot be undone.
    fn is_as_seen(&self, wanted: &Wanted) -> bool {
        let Some(one) = wanted.customers.first() else { return true };
        let root = self.customers.root(*one);
        let now = Wanted {
            customers: self.customers.whole(root),
            numbers: self.customers.own_numbers(root),
            addresses: self.customers.own_addresses(root),
        };
        now == *wanted
    }

    /// Nothing is promised to them any more, and no message of theirs waits; what somebody else left who wanted to
    /// be called there stays. A promise that was kept stays kept.
    fn let_go_of(&mut self, who: &Actor, id: CallId, is_own: bool) {
        let contact = self.calls.get(&id).map(|call| &call.contact).or(self.messages.get(&id));
        if is_own || contact.is_some_and(|contact| contact.customer().number.is_none()) {
            // There may be none, or somebody may be done with it already.
            let _ = self.message_done(who, id);
        }
        let callback = self.calls.get(&id).and_then(|call| call.contact.callback.as_ref());
        match callback.map(|callback| callback.is_open() || callback.state.is_task()) {
            Some(true) => {
                let by = who.person.clone().map_or(SettledBy::Customer, SettledBy::Person);
                self.settle_promise(id, CallbackState::Cancelled, by);
            }
            Some(false) => self.close_promise(id),
            None => {}
        }
        // What is still to be heard of it would write the row down again.
        self.stop_listening(id);
    }
}
