//! Pure. Customers from a file: what a card adds is added to the customer as they are now, whatever somebody wrote
//! since the file was looked at, and nobody is written down twice.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::book::{Book, No};
use super::card::{Card, Edit};
use crate::ids::{CustomerId, Ticket};
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::inbox::Pledge;
use crate::office::memory::Change;
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What became of a card of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    Created(CustomerId),
    /// This customer had not all of it.
    Joined(CustomerId),
    /// This customer had all of it.
    Known(CustomerId),
    /// [`No::NotNow`]: its numbers and addresses are several customers'.
    Refused(No),
}

impl Book {
    /// Adds a card to this customer; without one, to whose number or address it has, or it is a new one. The rows
    /// that changed go with it.
    pub fn add(
        &mut self,
        id: Option<CustomerId>,
        card: Card,
        at: Timestamp,
    ) -> Result<(Added, Vec<CustomerId>), No> {
        let numbers = card.numbers.iter().flat_map(|one| self.of_number(one));
        let mut whose: BTreeSet<CustomerId> = numbers.collect();
        whose.extend(card.addresses.iter().flat_map(|one| self.of_address(one)));
        whose.extend(id.map(|id| self.root(id)));
        match (whose.first().copied(), whose.len()) {
            (None, _) => self.create(card, at).map(|id| (Added::Created(id), vec![id])),
            (Some(id), 1) => self.join(id, &card, at),
            _ => Err(No::NotNow),
        }
    }

    fn join(&mut self, id: CustomerId, more: &Card, at: Timestamp) -> Result<(Added, Vec<CustomerId>), No> {
        let known = self.get(id).ok_or(No::NoSuchCustomer)?;
        let before = Card { numbers: self.numbers(id), addresses: self.addresses(id), ..known.card.clone() };
        let mut whole = before.clone();
        whole.fold(more);
        if whole == before {
            return Ok((Added::Known(id), Vec::new()));
        }
        let edit = Edit {
            name: (whole.name != before.name).then_some(whole.name),
            company: (whole.company != before.company).then_some(whole.company),
            about: (whole.about != before.about).then_some(whole.about),
            numbers: (whole.numbers != before.numbers).then_some(whole.numbers),
            addresses: (whole.addresses != before.addresses).then_some(whole.addresses),
            vip: (whole.vip != before.vip).then_some(whole.vip),
        };
        self.change(id, None, edit, at).map(|rows| (Added::Joined(id), rows))
    }
}

impl Office {
    /// A part of a file, answered with what became of each card when it is on the disk.
    pub(in crate::office) fn add_customers(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        cards: Vec<(Option<CustomerId>, Card)>,
    ) {
        if !matches!(who.role, Role::Owner | Role::Lead) {
            return self.act(Action::Reply { ticket, result: Err(Refusal::NotAllowed) });
        }
        let wall = self.now.wall;
        let (mut changed, mut added) = (BTreeSet::new(), Vec::new());
        for (id, card) in cards {
            let (what, rows) =
                self.customers.add(id, card, wall).unwrap_or_else(|no| (Added::Refused(no), Vec::new()));
            changed.extend(rows);
            added.push(what);
        }
        self.day.owing.renew(&self.customers);
        let mut changes: Vec<Change> = self.rows_of(changed.into_iter().collect());
        let last = changes.pop();
        changes.into_iter().for_each(|change| self.act(Action::Save(change)));
        match last {
            Some(change) => self.keep_then(Pledge::Done(ticket, Done::Added(added)), change),
            None => self.act(Action::Reply { ticket, result: Ok(Done::Added(added)) }),
        }
    }
}
