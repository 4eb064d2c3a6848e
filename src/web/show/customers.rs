//! Shell. Customers as the JSON types of `wire`, and their names on the rows of calls and mails.

use super::{contact, instant, mail};
use crate::ids::CustomerId;
use crate::office::contact::Contact;
use crate::office::customers::book::Book;
use crate::office::customers::card::{Block, Card, Customer, Maybe};
use crate::office::customers::forget::Receipt;
use crate::office::inbox::ItemKind;
use crate::store::customers::{Event, EventKind, Known, kind_of};
use crate::web::wire;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Characters of a mail that a timeline shows.
const EXCERPT: usize = 500;

/// A card with what those brought who went into it. `book` holds them, and those who share with them.
pub fn customer(id: CustomerId, book: &Book, now: Timestamp) -> Option<wire::Customer> {
    let one = book.get(id)?;
    let whole = book.whole(id);
    let parts = || whole.iter().filter_map(|part| book.get(*part));
    let numbers = book.numbers(id);
    let addresses = book.addresses(id);
    let others =
        |found: BTreeSet<CustomerId>| references(book, found.into_iter().filter(|other| *other != id));
    let mut shared: Vec<wire::Shared> = Vec::new();
    let mut share = |value: &str, found: BTreeSet<CustomerId>| {
        let customers = others(found);
        if !customers.is_empty() {
            shared.push(wire::Shared { value: value.to_owned(), customers });
        }
    };
    numbers.iter().for_each(|number| share(number.as_str(), book.of_number(number)));
    addresses.iter().for_each(|address| share(address, book.of_address(address)));
    Some(wire::Customer {
        id: id.to_string(),
        version: one.version,
        name: one.card.name.clone(),
        company: one.card.company.clone(),
        about: one.card.about.clone(),
        numbers: numbers.iter().map(ToString::to_string).collect(),
        addresses,
        vip: parts().any(|part| part.card.vip),
        blocked: book.block_of(id, now).map(blocked),
        created_at: instant(one.created_at),
        changed_at: instant(one.changed_at),
        merged: parts().filter(|part| part.id != id).filter_map(merged).collect(),
        maybes: one.maybes.iter().filter(|maybe| !maybe.rejected).map(|maybe| guess(maybe, book)).collect(),
        shared,
    })
}

/// Customers by name.
pub fn references(book: &Book, ids: impl Iterator<Item = CustomerId>) -> Vec<wire::CustomerRef> {
    ids.filter_map(|id| book.get(id)).map(|one| reference(one.id, &one.card)).collect()
}

/// One of them.
pub fn reference(id: CustomerId, card: &Card) -> wire::CustomerRef {
    let (name, company) = (card.name.clone(), card.company.clone());
    let title = if name.is_empty() && company.is_empty() { card.title() } else { name };
    wire::CustomerRef { id: id.to_string(), name: title, company }
}

fn blocked(block: &Block) -> wire::Blocked {
    wire::Blocked {
        since: instant(block.since),
        until: block.until.map(instant),
        by: block.by.as_ref().map(ToString::to_string),
    }
}

fn merged(part: &Customer) -> Option<wire::MergedCustomer> {
    let merged = part.merged.as_ref()?;
    let wire::CustomerRef { id, name, company } = reference(part.id, &part.card);
    let by = merged.by.as_ref().map(ToString::to_string);
    Some(wire::MergedCustomer { id, name, company, at: instant(merged.at), by })
}

fn guess(maybe: &Maybe, book: &Book) -> wire::Maybe {
    use crate::office::customers::card::Guess;
    let found = match &maybe.what {
        Guess::Number(number) => book.of_number(number),
        Guess::Address(address) => book.of_address(address),
        Guess::Company(_) => BTreeSet::new(),
    };
    wire::Maybe {
        id: maybe.id,
        kind: kind_of(&maybe.what),
        value: maybe.what.value().to_owned(),
        at: instant(maybe.at),
        conversation: maybe.conversation.map(|id| id.to_string()),
        customers: references(book, found.into_iter()),
    }
}

/// What was forgotten.
pub fn forgotten(receipt: &Receipt) -> wire::Forgotten {
    wire::Forgotten {
        receipt: receipt.id.clone(),
        customer: receipt.customer.map(|id| id.to_string()),
        at: instant(receipt.at),
        by: receipt.person.as_ref().map(ToString::to_string),
        contacts: receipt.counts.contacts,
        recordings: receipt.counts.recordings,
        voicemails: receipt.counts.voicemails,
        conversations: receipt.counts.conversations,
        mails: receipt.counts.mails,
        attachments: receipt.counts.attachments,
        notes: receipt.counts.notes,
    }
}

/// What a contact is in a timeline.
pub fn kind_of_contact(known: &Contact) -> &'static str {
    match (&known.callback, &known.message) {
        (Some(_), _) => "callback",
        (None, Some(_)) => "voicemail",
        (None, None) => "call",
    }
}

/// One thing that happened.
pub fn event(event: &Event) -> wire::TimelineItem {
    let at = instant(event.mark.at);
    match &event.kind {
        EventKind::Contact(known) => wire::TimelineItem {
            kind: kind_of_contact(known),
            id: known.id.to_string(),
            at,
            person: known.person.as_ref().map(ToString::to_string),
            contact: Some(contact(known)),
            mail: None,
            text: None,
        },
        EventKind::Item(item, conversation) => wire::TimelineItem {
            kind: mail::kind(item.kind),
            id: item.id.to_string(),
            at,
            person: item.person.as_ref().map(ToString::to_string),
            contact: None,
            mail: Some(wire::TimelineMail {
                conversation: conversation.id.to_string(),
                subject: if item.kind == ItemKind::Note {
                    conversation.subject.clone()
                } else {
                    item.subject.clone()
                },
                text: item.text.chars().take(EXCERPT).collect(),
                state: mail::state(conversation.state),
                attachments: item.attachments.len(),
                sent_state: item.sent.as_ref().map(|sent| mail::sent_state(sent.state)),
            }),
            text: None,
        },
        EventKind::Note(note) => wire::TimelineItem {
            kind: "note",
            id: format!("{}.{}", note.customer, note.number),
            at,
            person: note.person.as_ref().map(ToString::to_string),
            contact: None,
            mail: None,
            text: Some(note.text.clone()),
        },
    }
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside<'r> {
    Number(&'r str),
    Address(&'r str),
    Nobody,
}

/// A row that shows its customer's name.
pub trait Named {
    /// Whom it is about.
    fn outside(&self) -> Outside<'_>;
    /// How they are called by their card, and who they are if that can be told.
    fn name(&mut self, title: String, id: Option<String>);
}

/// Puts the customers' names on rows.
pub fn name_rows<T: Named>(rows: &mut [T], known: &Known) {
    for row in rows {
        let found = match row.outside() {
            Outside::Number(number) => known.number(number),
            Outside::Address(address) => known.address(address),
            Outside::Nobody => &[],
        };
        if let Some((first, _)) = found.first() {
            let id = (found.len() == 1).then(|| first.to_string());
            let titles: Vec<&str> = found.iter().take(3).map(|(_, title)| title.as_str()).collect();
            row.name(titles.join(" / "), id);
        }
    }
}

fn number(number: Option<&String>) -> Outside<'_> {
    number.map_or(Outside::Nobody, |number| Outside::Number(number))
}

macro_rules! named {
    ($row:ident by |$one:ident| $outside:expr) => {
        impl Named for wire::$row {
            fn outside(&self) -> Outside<'_> {
                let $one = self;
                $outside
            }
            fn name(&mut self, title: String, id: Option<String>) {
                (self.customer, self.customer_id) = (Some(title), id);
            }
        }
    };
}

named!(Contact by |row| match row.kind {
    "internal" => Outside::Nobody,
    "outbound" => number(row.to.number.as_ref()),
    _ => number(row.from.number.as_ref()),
});
named!(OpenCallback by |row| Outside::Number(&row.number));
named!(Voicemail by |row| number(row.number.as_ref()));
named!(Owed by |row| row.address.as_ref().map_or_else(|| number(row.number.as_ref()), |address| Outside::Address(address)));

impl Named for wire::Conversation {
    fn outside(&self) -> Outside<'_> {
        Outside::Address(&self.customer.address)
    }
    fn name(&mut self, title: String, id: Option<String>) {
        (self.customer_name, self.customer_id) = (Some(title), id);
    }
}

impl Named for wire::TimelineItem {
    fn outside(&self) -> Outside<'_> {
        self.contact.as_ref().map_or(Outside::Nobody, Named::outside)
    }
    fn name(&mut self, title: String, id: Option<String>) {
        if let Some(contact) = &mut self.contact {
            contact.name(title, id);
        }
    }
}
