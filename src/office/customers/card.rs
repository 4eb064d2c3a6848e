//! Pure. A customer as they are kept, and what somebody may write on the card.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{ConversationId, CustomerId, PersonId};
use crate::mail::address::Address;
use crate::number::{Country, Number};
use jiff::Timestamp;

/// Characters of a name and of a company.
pub const NAME_MAX: usize = 200;
/// Bytes of what is written about somebody.
pub const ABOUT_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a note.
pub const NOTE_BYTES_MAX: usize = 32 * 1024;
/// Numbers, and addresses, of one customer.
pub const VALUES_MAX: usize = 50;

/// A person or a firm, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    /// Moves with every change.
    pub version: u64,
    pub card: Card,
    pub blocked: Option<Block>,
    /// What may belong to them; rejected ones are kept so that they do not come again.
    pub maybes: Vec<Maybe>,
    /// The highest numbers given to maybes and to notes.
    pub last_maybe: u32,
    pub last_note: u32,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// They go on in another one. What was theirs stays with them, so that a merge can be undone.
    pub merged: Option<Merged>,
}

/// What is written on a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    pub name: String,
    pub company: String,
    /// Free text.
    pub about: String,
    /// Numbers with `+`, in the order they were written.
    pub numbers: Vec<Number>,
    /// In lower case.
    pub addresses: Vec<String>,
    /// Stands in the line as if having come earlier.
    pub vip: bool,
}

/// Neither called back nor answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub since: Timestamp,
    /// `None`: until somebody says otherwise.
    pub until: Option<Timestamp>,
    pub by: Option<PersonId>,
}

/// Where a customer went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub into: CustomerId,
    pub at: Timestamp,
    pub by: Option<PersonId>,
}

/// Something that may belong to a customer: somebody signed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maybe {
    pub id: u32,
    pub what: Guess,
    pub at: Timestamp,
    pub conversation: Option<ConversationId>,
    pub rejected: bool,
}

/// What may belong to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guess {
    Number(Number),
    Address(String),
    Company(String),
}

impl Guess {
    /// As it is shown.
    pub fn value(&self) -> &str {
        match self {
            Guess::Number(number) => number.as_str(),
            Guess::Address(text) | Guess::Company(text) => text,
        }
    }
}

/// A change of a card; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    pub name: Option<String>,
    pub company: Option<String>,
    pub about: Option<String>,
    pub numbers: Option<Vec<Number>>,
    pub addresses: Option<Vec<String>>,
    pub vip: Option<bool>,
}

/// Why a card cannot be so; the name of the field goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Neither name nor company, number or address.
    Empty,
    Number,
    Address,
    TooLong(&'static str),
}

impl Card {
    /// How they are called: `Hansen, Acme`; without a name, by what there is.
    pub fn title(&self) -> String {
        match (self.name.as_str(), self.company.as_str()) {
            ("", "") => self.numbers.first().map(ToString::to_string).or(self.addresses.first().cloned()),
            (one, "") | ("", one) => Some(one.to_owned()),
            (name, company) => Some(format!("{name}, {company}")),
        }
        .unwrap_or_default()
    }

    /// Adds what is new; texts that are there stay.
    pub fn fold(&mut self, more: &Card) {
        let texts = [
            (&mut self.name, &more.name),
            (&mut self.company, &more.company),
            (&mut self.about, &more.about),
        ];
        for (text, new) in texts {
            if text.is_empty() {
                text.clone_from(new);
            }
        }
        let new: Vec<_> = more.numbers.iter().filter(|one| !self.numbers.contains(one)).cloned().collect();
        self.numbers.extend(new);
        let new: Vec<_> =
            more.addresses.iter().filter(|one| !self.addresses.contains(one)).cloned().collect();
        self.addresses.extend(new);
        self.vip |= more.vip;
    }

    /// Says something, and not too much.
    pub fn check(&self) -> Result<(), Fault> {
        let long = |text: &str| text.chars().count() > NAME_MAX;
        let is_empty = self.name.is_empty() && self.company.is_empty();
        match self {
            _ if is_empty && self.numbers.is_empty() && self.addresses.is_empty() => Err(Fault::Empty),
            _ if long(&self.name) => Err(Fault::TooLong("name")),
            _ if long(&self.company) => Err(Fault::TooLong("company")),
            _ if self.about.len() > ABOUT_BYTES_MAX => Err(Fault::TooLong("about")),
            _ if self.numbers.len() > VALUES_MAX => Err(Fault::TooLong("numbers")),
            _ if self.addresses.len() > VALUES_MAX => Err(Fault::TooLong("addresses")),
            _ => Ok(()),
        }
    }
}

/// Numbers as people write them, each once; short ones belong to nobody outside.
pub fn numbers(texts: &[String], home: Country) -> Result<Vec<Number>, Fault> {
    let mut numbers = Vec::new();
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        let number = Number::parse(text, home).filter(|number| number.as_str().starts_with('+'));
        let number = number.ok_or(Fault::Number)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Ok(numbers)
}

/// Addresses as people write them, each once.
pub fn addresses(texts: &[String]) -> Result<Vec<String>, Fault> {
    let mut addresses = Vec::new();
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        let address = Address::read(text.trim()).ok_or(Fault::Address)?.to_string();
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// One line of a name: without control characters, and blanks only between words.
pub fn line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
