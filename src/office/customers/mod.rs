//! Pure. Customers: who calls and who writes, what somebody does with a card, and what follows from it.
//!
//! The index is in memory, because a phone rings before any disk could be asked.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod adding;
pub mod book;
pub mod card;
pub mod forget;

use super::contact::Party;
use super::desk::{Actor, Done, Refusal};
use super::inbox::Pledge;
use super::memory::Change;
use super::promise::{CallbackState, SettledBy};
use super::{Action, Office};
use crate::ids::{CallId, ConversationId, CustomerId, PersonId, Ticket};
use crate::mail::signature::Signature;
use crate::number::Number;
use crate::settings::Role;
use book::{Judged, No, only};
use card::{Block, Card, Edit, Fault, Guess, NOTE_BYTES_MAX};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// An important customer stands in the line as if having come so much earlier.
pub const VIP_EARLIER: Duration = Duration::from_secs(300);
/// A block with an end has it within this.
const BLOCK_MAX: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);

/// What can be done with a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    Create(Card),
    /// `seen`: the version the writer saw; somebody else's change since then stops it.
    Change {
        seen: Option<u64>,
        edit: Edit,
    },
    /// Goes into that one.
    Merge(CustomerId),
    Unmerge,
    Note(String),
    /// `None`: until somebody says otherwise.
    Block(Option<Timestamp>),
    Unblock,
    /// A guess is right, or is not.
    Judge {
        maybe: u32,
        judged: Judged,
    },
}

/// A note on a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub customer: CustomerId,
    pub number: u32,
    pub at: Timestamp,
    /// `None`: a program.
    pub person: Option<PersonId>,
    pub text: String,
}

/// What somebody's mail said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// In lower case.
    pub address: String,
    pub signature: Signature,
    pub conversation: ConversationId,
}

impl Office {
    /// `POST /customers…`; answered when it is on the disk.
    pub(super) fn order_customer(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        id: Option<CustomerId>,
        order: Order,
    ) {
        match self.do_with_customer(who, id, order) {
            Ok((id, mut changes)) => {
                let last = changes.pop();
                changes.into_iter().for_each(|change| self.act(Action::Save(change)));
                match last {
                    Some(change) => self.keep_then(Pledge::Done(ticket, Done::Customer(id)), change),
                    None => self.act(Action::Reply { ticket, result: Ok(Done::Customer(id)) }),
                }
            }
            Err(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
        }
    }

    /// Does it, if it may be done: the customer to go on with, and what is to be kept.
    fn do_with_customer(
        &mut self,
        who: &Actor,
        id: Option<CustomerId>,
        order: Order,
    ) -> Result<(CustomerId, Vec<Change>), Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        let (wall, by) = (self.now.wall, who.person.clone());
        let book = &mut self.customers;
        if let Order::Create(card) = order {
            let id = book.create(card, wall).map_err(refusal)?;
            self.day.owing.renew(&self.customers);
            return Ok((id, self.rows_of(vec![id])));
        }
        let id = id.ok_or(Refusal::NoSuchCustomer)?;
        let (shown, rows) = match order {
            Order::Create(_) => (id, Ok(Vec::new())),
            Order::Change { seen, edit } => (id, book.change(id, seen, edit, wall)),
            Order::Merge(into) => (into, book.merge(id, into, by, wall)),
            Order::Unmerge => (id, book.unmerge(id, wall)),
            Order::Note(text) => return self.note_on_customer(id, by, text),
            Order::Block(until) => {
                is_end_of_block(until, wall)?;
                let block = Block { since: wall, until, by: by.clone() };
                let rows = book.block(id, Some(block), wall);
                if rows.is_ok() {
                    self.let_go_of_promises(id, by);
                }
                (id, rows)
            }
            Order::Unblock => (id, book.block(id, None, wall)),
            Order::Judge { maybe, judged } => (id, book.judge(id, maybe, judged, wall)),
        };
        let rows = rows.map_err(refusal)?;
        self.day.owing.renew(&self.customers);
        Ok((shown, self.rows_of(rows)))
    }

    /// Who is blocked is not called back either; a talk that goes on is not cut.
    fn let_go_of_promises(&mut self, id: CustomerId, by: Option<PersonId>) {
        let numbers = self.customers.numbers(id).into_iter();
        let numbers = numbers.filter(|number| self.is_caller_blocked(Some(number)));
        let rows: BTreeSet<CallId> =
            numbers.flat_map(|number| self.register.promised_to(&number).collect::<Vec<_>>()).collect();
        let by = by.map_or(SettledBy::OtherCall, SettledBy::Person);
        for id in rows {
            use CallbackState as S;
            let callback = self.calls.get(&id).and_then(|call| call.contact.callback.as_ref());
            let in_a_talk = |state| matches!(state, S::Reached | S::Connected | S::Merged);
            let is_ours =
                callback.is_some_and(|one| (one.is_open() || one.state.is_task()) && !in_a_talk(one.state));
            if is_ours {
                self.settle_promise(id, S::Cancelled, by.clone());
            }
        }
    }

    fn note_on_customer(
        &mut self,
        id: CustomerId,
        person: Option<PersonId>,
        text: String,
    ) -> Result<(CustomerId, Vec<Change>), Refusal> {
        if text.trim().is_empty() || text.len() > NOTE_BYTES_MAX {
            return Err(Refusal::BadCard { field: "text" });
        }
        let number = self.customers.note(id, self.now.wall).map_err(refusal)?;
        let note = Note { customer: id, number, at: self.now.wall, person, text };
        let mut changes = self.rows_of(vec![id]);
        changes.push(Change::CustomerNote(Box::new(note)));
        Ok((id, changes))
    }

    fn rows_of(&self, ids: Vec<CustomerId>) -> Vec<Change> {
        let rows = ids.into_iter().filter_map(|id| self.customers.get(id));
        rows.map(|row| Change::Customer(Box::new(row.clone()))).collect()
    }

    /// A mail's signature: what it says of a known sender, or of who has its number, may be true
    /// (anybody can sign with anything: a person judges).
    pub(super) fn on_signed(&mut self, signed: Signed) {
        let Signed { address, signature, conversation } = signed;
        if self.directory.settings.mailboxes.iter().any(|mailbox| mailbox.is_ours(&address)) {
            // A form of our own web site: whoever filled it in does not have our address.
            return;
        }
        let mut guesses: Vec<(CustomerId, Guess)> = Vec::new();
        if let Some(id) = only(&self.customers.of_address(&address)) {
            guesses.extend(signature.numbers.into_iter().map(|number| (id, Guess::Number(number))));
            let nameless = self.customers.get(id).is_some_and(|one| one.card.company.is_empty());
            guesses.extend(signature.company.filter(|_| nameless).map(|name| (id, Guess::Company(name))));
        } else if self.customers.of_address(&address).is_empty() {
            let owners =
                signature.numbers.iter().filter_map(|number| only(&self.customers.of_number(number)));
            let owners: BTreeSet<CustomerId> = owners.collect();
            guesses.extend(only(&owners).map(|id| (id, Guess::Address(address))));
        }
        for (id, what) in guesses {
            let rows = self.customers.guess(id, what, Some(conversation), self.now.wall);
            let rows = self.rows_of(rows.into_iter().collect());
            rows.into_iter().for_each(|row| self.act(Action::Save(row)));
            self.changed();
        }
    }

    /// How the outside party of a call is called: by their card, else as the network says.
    pub(super) fn called(&self, party: &Party) -> Option<String> {
        let known = party.number.as_ref().filter(|_| party.person.is_none());
        let known = known.and_then(|number| self.customers.title_of(number));
        known.or_else(|| (!party.name.is_empty()).then(|| party.name.clone()))
    }

    /// Who the outside party is, if that can be told.
    pub(super) fn customer_of(&self, party: &Party) -> Option<CustomerId> {
        let number = party.number.as_ref().filter(|_| party.person.is_none())?;
        only(&self.customers.of_number(number))
    }

    /// Nobody is rung for them, and nothing is owed.
    pub(super) fn is_caller_blocked(&self, number: Option<&Number>) -> bool {
        number.is_some_and(|number| self.customers.is_number_blocked(number, self.now.wall))
    }
}

fn is_end_of_block(until: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    let left = until.map(|until| until.duration_since(now));
    match left {
        Some(left) if !left.is_positive() || left > BLOCK_MAX => Err(Refusal::BadTime),
        _ => Ok(()),
    }
}

fn refusal(no: No) -> Refusal {
    match no {
        No::NoSuchCustomer => Refusal::NoSuchCustomer,
        No::Merged(into) => Refusal::CustomerMerged { into },
        No::Changed => Refusal::Changed,
        No::TooMany => Refusal::TooMany,
        No::NotNow => Refusal::NotNow,
        No::OneBlocked => Refusal::OneBlocked,
        No::Bad(fault) => bad_card(fault),
    }
}

/// A card that cannot be so.
pub fn bad_card(fault: Fault) -> Refusal {
    match fault {
        Fault::Empty => Refusal::BadCard { field: "name" },
        Fault::Number => Refusal::BadNumber,
        Fault::Address => Refusal::BadAddress,
        Fault::TooLong(field) => Refusal::BadCard { field },
    }
}
