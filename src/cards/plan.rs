//! Pure. What an import would do, row by row, before anything is written.
//!
//! A row belongs to whoever has one of its numbers or addresses; a name alone is whoever has just this name and company, if it is only one. A number that is
//! none is not lost: it goes to what is written about them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Raw;
use crate::ids::CustomerId;
use crate::number::{Country, Number};
use crate::office::customers::adding::Added;
use crate::office::customers::book::{Book, No};
use crate::office::customers::card::{self, Card, Fault};
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
    /// The place of the earlier row that is the same customer.
    pub first: Option<usize>,
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
    /// There is no room for more customers.
    TooMany,
    /// The customer went meanwhile.
    Changed,
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

/// A card to be added, and the rows it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adding {
    /// To whom; `None`: to a new one.
    pub customer: Option<CustomerId>,
    pub card: Card,
    /// Places in the plan.
    pub rows: Vec<usize>,
}

/// What is to be asked of the office for a plan: each customer once.
pub fn adding(planned: &[Planned]) -> Vec<Adding> {
    let mut all: Vec<Adding> = Vec::new();
    let (mut by_customer, mut by_row) = (BTreeMap::new(), BTreeMap::new());
    for (at, row) in planned.iter().enumerate() {
        let known = match (row.what, row.customer, row.first) {
            (What::Merge, Some(id), _) => by_customer.get(&id),
            (What::Merge, None, Some(first)) => by_row.get(&first),
            (What::Create, ..) => None,
            _ => continue,
        };
        match known.and_then(|place: &usize| all.get_mut(*place)) {
            Some(one) => {
                one.card.fold(&row.card);
                one.rows.push(at);
            }
            None => {
                by_row.insert(at, all.len());
                by_customer.extend(row.customer.map(|id| (id, all.len())));
                all.push(Adding { customer: row.customer, card: row.card.clone(), rows: vec![at] });
            }
        }
    }
    all
}

/// Writes down what became of it: somebody may have changed customers meanwhile.
pub fn note(planned: &mut [Planned], rows: &[usize], added: &Added) {
    for at in rows {
        let Some(row) = planned.get_mut(*at) else { continue };
        match added {
            Added::Created(_) => {}
            Added::Joined(id) if row.what == What::Create => {
                (row.what, row.customer) = (What::Merge, Some(*id));
            }
            Added::Joined(_) => {}
            Added::Known(id) => (row.what, row.customer) = (What::Unchanged, Some(*id)),
            Added::Refused(no) => (row.what, row.why) = (What::Refuse, Some(why(no))),
        }
    }
}

fn why(no: &No) -> Why {
    match no {
        No::NotNow => Why::TwoCustomers,
        No::TooMany => Why::TooMany,
        No::Bad(_) => Why::TooLong,
        No::NoSuchCustomer | No::Merged(_) | No::Changed | No::OneBlocked => Why::Changed,
    }
}

/// Names of customers, for rows that have nothing else.
fn names(book: &Book) -> Names {
    let mut names = Names::new();
    for one in book.all().filter(|one| one.merged.is_none()) {
        names.entry(key(&one.card)).or_default().insert(one.id);
    }
    names
}

/// Name and company in lower case.
type Names = BTreeMap<(String, String), BTreeSet<CustomerId>>;

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
    let mut row = Planned {
        line: raw.line,
        what: What::Create,
        why,
        detail,
        card,
        customer: None,
        first: None,
        adds: Vec::new(),
    };
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
fn place(row: &mut Planned, planned: &mut [Planned], seen: &mut Seen, book: &Book, names: &Names) {
    let mut known: BTreeSet<CustomerId> =
        row.card.numbers.iter().flat_map(|one| book.of_number(one)).collect();
    known.extend(row.card.addresses.iter().flat_map(|one| book.of_address(one)));
    known.extend(names.get(&key(&row.card)).filter(|_| is_bare(&row.card)).into_iter().flatten());
    let earlier = seen.of(&row.card);
    match (known.len(), earlier.len()) {
        (0, 0) => {}
        (1, 0) => merge_with(row, known.first().copied(), book),
        (0, 1) => earlier.first().into_iter().for_each(|at| {
            let Some(first) = planned.get_mut(*at) else { return };
            let before = first.card.clone();
            first.card.fold(&row.card);
            if first.card.check().is_err() {
                first.card = before;
                (row.what, row.why) = (What::Refuse, Some(Why::TooLong));
                return;
            }
            row.adds = added(&before, &first.card);
            (row.what, row.why, row.first) = (What::Merge, Some(Why::SameFile), Some(*at));
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
    whole.fold(&row.card);
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
