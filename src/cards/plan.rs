//! Pure. What an import would do, row by row, before anything is written.
//!
//! A row belongs to whoever has one of its numbers or addresses; a name alone is nobody's. A number that is
//! none is not lost: it goes to what is written about them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Raw;
use crate::ids::CustomerId;
use crate::number::{Country, Number};
use crate::office::customers::Order;
use crate::office::customers::book::Book;
use crate::office::customers::card::{self, Card, Edit, Fault};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a value that are shown in a plan.
const SHOWN: usize = 60;

/// One row of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub line: usize,
    pub what: What,
    pub why: Option<Why>,
    /// The value it is about.
    pub detail: Option<String>,
    pub card: Card,
    /// With whom it is merged.
    pub customer: Option<CustomerId>,
    /// What is new there.
    pub adds: Vec<String>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Create,
    Merge,
    Unchanged,
    Refuse,
}

/// Why, where it is not plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    NoNameOrNumber,
    /// It is kept as text.
    BadNumber,
    BadAddress,
    /// Its values belong to different customers.
    TwoCustomers,
    /// An earlier row of the file is the same customer.
    SameFile,
    TooLong,
    Unreadable,
}

/// What the rows of a file would do to these customers.
pub fn plan(rows: Vec<Raw>, book: &Book, home: Country) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::with_capacity(rows.len());
    let mut seen = Seen::default();
    let names = names(book);
    for raw in rows {
        let mut row = read(raw, home);
        if row.what != What::Refuse {
            place(&mut row, &mut planned, &mut seen, book, &names);
        }
        if row.what == What::Create {
            seen.note(&row.card, planned.len());
        }
        planned.push(row);
    }
    planned
}

/// What is to be asked of the office for a plan, in its order.
pub fn orders(planned: Vec<Planned>, book: &Book) -> Vec<(Option<CustomerId>, Order)> {
    let mut changes: BTreeMap<CustomerId, Card> = BTreeMap::new();
    let mut orders = Vec::new();
    for row in planned {
        match (row.what, row.customer) {
            (What::Create, _) => orders.push((None, Order::Create(row.card))),
            (What::Merge, Some(id)) => fold(changes.entry(id).or_default(), &row.card),
            _ => {}
        }
    }
    for (id, card) in changes {
        orders.extend(edit(id, &card, book).map(|edit| (Some(id), Order::Change { seen: None, edit })));
    }
    orders
}

/// Names of customers, for rows that have nothing else.
fn names(book: &Book) -> BTreeMap<(String, String), CustomerId> {
    let shown = book.all().filter(|one| one.merged.is_none());
    shown.map(|one| (key(&one.card), one.id)).collect()
}

fn key(card: &Card) -> (String, String) {
    (card.name.to_lowercase(), card.company.to_lowercase())
}

/// Who was made by an earlier row of the file.
#[derive(Default)]
struct Seen {
    numbers: BTreeMap<Number, usize>,
    addresses: BTreeMap<String, usize>,
    names: BTreeMap<(String, String), usize>,
}

impl Seen {
    fn note(&mut self, card: &Card, at: usize) {
        for number in &card.numbers {
            self.numbers.entry(number.clone()).or_insert(at);
        }
        for address in &card.addresses {
            self.addresses.entry(address.clone()).or_insert(at);
        }
        if is_bare(card) {
            self.names.entry(key(card)).or_insert(at);
        }
    }

    fn of(&self, card: &Card) -> BTreeSet<usize> {
        let numbers = card.numbers.iter().filter_map(|number| self.numbers.get(number));
        let addresses = card.addresses.iter().filter_map(|address| self.addresses.get(address));
        let name = self.names.get(&key(card)).filter(|_| is_bare(card));
        numbers.chain(addresses).chain(name).copied().collect()
    }
}

fn is_bare(card: &Card) -> bool {
    card.numbers.is_empty() && card.addresses.is_empty()
}

/// A row as a card, or why it is none.
fn read(raw: Raw, home: Country) -> Planned {
    let mut about = raw.about.trim().to_owned();
    let (mut why, mut detail) = (None, None);
    let mut leave_out = |value: &str, because: Why| {
        (why, detail) = (Some(because), Some(value.chars().take(SHOWN).collect()));
        about = format!("{about}\n{}", card::line(value)).trim().to_owned();
    };
    let (mut numbers, mut addresses) = (Vec::new(), Vec::new());
    for text in &raw.numbers {
        match card::numbers(std::slice::from_ref(text), home) {
            Ok(found) => {
                numbers.extend(found.into_iter().filter(|one| !numbers.contains(one)).collect::<Vec<_>>())
            }
            Err(_) => leave_out(text, Why::BadNumber),
        }
    }
    for text in &raw.addresses {
        match card::addresses(std::slice::from_ref(text)) {
            Ok(found) => {
                addresses.extend(found.into_iter().filter(|one| !addresses.contains(one)).collect::<Vec<_>>())
            }
            Err(_) => leave_out(text, Why::BadAddress),
        }
    }
    let card = Card {
        name: card::line(&raw.name),
        company: card::line(&raw.company),
        about,
        numbers,
        addresses,
        vip: raw.vip,
    };
    let mut row =
        Planned { line: raw.line, what: What::Create, why, detail, card, customer: None, adds: Vec::new() };
    let fault = match (raw.broken, row.card.check()) {
        (true, _) => Some(Why::Unreadable),
        (false, Err(Fault::Empty)) => Some(row.why.unwrap_or(Why::NoNameOrNumber)),
        (false, Err(_)) => Some(Why::TooLong),
        (false, Ok(())) => None,
    };
    if let Some(fault) = fault {
        (row.what, row.why) = (What::Refuse, Some(fault));
    }
    row
}

/// Finds who a row is.
fn place(
    row: &mut Planned,
    planned: &mut [Planned],
    seen: &mut Seen,
    book: &Book,
    names: &BTreeMap<(String, String), CustomerId>,
) {
    let mut known: BTreeSet<CustomerId> =
        row.card.numbers.iter().flat_map(|one| book.of_number(one)).collect();
    known.extend(row.card.addresses.iter().flat_map(|one| book.of_address(one)));
    known.extend(names.get(&key(&row.card)).filter(|_| is_bare(&row.card)));
    let earlier = seen.of(&row.card);
    match (known.len(), earlier.len()) {
        (0, 0) => {}
        (1, 0) => merge_with(row, known.first().copied(), book),
        (0, 1) => earlier.first().into_iter().for_each(|at| {
            let Some(first) = planned.get_mut(*at) else { return };
            let before = first.card.clone();
            fold(&mut first.card, &row.card);
            if first.card.check().is_err() {
                first.card = before;
                (row.what, row.why) = (What::Refuse, Some(Why::TooLong));
                return;
            }
            row.adds = added(&before, &first.card);
            (row.what, row.why) = (What::Merge, Some(Why::SameFile));
            seen.note(&first.card.clone(), *at);
        }),
        _ => (row.what, row.why) = (What::Refuse, Some(Why::TwoCustomers)),
    }
}

fn merge_with(row: &mut Planned, id: Option<CustomerId>, book: &Book) {
    let Some((id, known)) = id.and_then(|id| Some((id, book.get(id)?))) else { return };
    let mut whole = known.card.clone();
    (whole.numbers, whole.addresses) = (book.numbers(id), book.addresses(id));
    let before = whole.clone();
    fold(&mut whole, &row.card);
    row.customer = Some(id);
    row.adds = added(&before, &whole);
    row.what = match (whole == before, whole.check()) {
        (true, _) => What::Unchanged,
        (false, Ok(())) => What::Merge,
        (false, Err(_)) => {
            row.why = Some(Why::TooLong);
            What::Refuse
        }
    };
}

/// Adds what is new; texts that are there stay.
fn fold(card: &mut Card, more: &Card) {
    for (text, new) in
        [(&mut card.name, &more.name), (&mut card.company, &more.company), (&mut card.about, &more.about)]
    {
        if text.is_empty() {
            text.clone_from(new);
        }
    }
    let new: Vec<_> = more.numbers.iter().filter(|one| !card.numbers.contains(one)).cloned().collect();
    card.numbers.extend(new);
    let new: Vec<_> = more.addresses.iter().filter(|one| !card.addresses.contains(one)).cloned().collect();
    card.addresses.extend(new);
    card.vip |= more.vip;
}

fn added(before: &Card, after: &Card) -> Vec<String> {
    let texts =
        [(&before.name, &after.name), (&before.company, &after.company), (&before.about, &after.about)];
    let texts =
        texts.into_iter().filter(|(old, new)| old != new).map(|(_, new)| new.chars().take(SHOWN).collect());
    let numbers = after.numbers.iter().filter(|one| !before.numbers.contains(one)).map(ToString::to_string);
    let addresses = after.addresses.iter().filter(|one| !before.addresses.contains(one)).cloned();
    let vip = (before.vip != after.vip).then(|| "vip".to_owned());
    texts.chain(numbers).chain(addresses).chain(vip).collect()
}

/// The change that adds a card to a customer's.
fn edit(id: CustomerId, more: &Card, book: &Book) -> Option<Edit> {
    let mut whole = book.get(id)?.card.clone();
    (whole.numbers, whole.addresses) = (book.numbers(id), book.addresses(id));
    let before = whole.clone();
    fold(&mut whole, more);
    Some(Edit {
        name: (whole.name != before.name).then_some(whole.name),
        company: (whole.company != before.company).then_some(whole.company),
        about: (whole.about != before.about).then_some(whole.about),
        numbers: (whole.numbers != before.numbers).then_some(whole.numbers),
        addresses: (whole.addresses != before.addresses).then_some(whole.addresses),
        vip: (whole.vip != before.vip).then_some(whole.vip),
    })
}
