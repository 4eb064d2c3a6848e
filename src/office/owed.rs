//! Pure. Who is owed a call: missed, and not spoken to since (spec/metrics.md M28).
//!
//! The one definition for the board, `GET /owed` and the day page. What counts is the order in which the
//! calls began, which is the order of their ids: a talk pays for everything missed before it began.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::{Contact, Happened, Kind, Outcome};
use super::customers::book::Book;
use crate::ids::{CallId, CustomerId};
use crate::number::Number;
use crate::office::promise::{Callback, CallbackState};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// A missed call is owed so long.
const OWED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Missed calls kept; beyond it the oldest leave the count and stay in the history.
const MISSED_MAX: usize = 10_000;
/// Talks kept; beyond it the oldest pay for nothing that cards changed since.
const TALKS_MAX: usize = 50_000;

/// The outside party: a number, or the one call of somebody who withheld it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    Number(Number),
    Withheld(CallId),
}

/// Numbers of one customer: who is reached on one of them is reached (spec/mail.md §3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Whose a number is, where that can be told.
    pub whose: BTreeMap<Number, CustomerId>,
    /// The numbers that were asked about, of each customer.
    pub wanted: BTreeMap<CustomerId, BTreeSet<Number>>,
}

impl Beside {
    /// Everybody who is this caller, as far as it was asked.
    pub fn callers(&self, caller: &Caller) -> BTreeSet<Caller> {
        let whose = match caller {
            Caller::Number(number) => self.whose.get(number),
            Caller::Withheld(_) => None,
        };
        let others = whose.and_then(|id| self.wanted.get(id)).into_iter().flatten();
        others.cloned().map(Caller::Number).chain([caller.clone()]).collect()
    }
}

/// The numbers that are owed a call by these contacts, if nobody was reached.
pub fn missed<'c>(contacts: impl IntoIterator<Item = &'c Contact>) -> BTreeSet<Number> {
    let missed = contacts.into_iter().filter_map(|contact| match meaning(contact) {
        Means::Missed(Caller::Number(number)) => Some(number),
        _ => None,
    });
    missed.collect()
}

/// What an ended contact means for what is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// The caller is owed a call.
    Missed(Caller),
    /// Somebody spoke to the caller: nothing is owed from before.
    Reached(Caller),
    Nothing,
}

/// What this contact means. A promise to call back is owed until it is kept or closed, a message until
/// somebody is done with it; nothing is owed yet to a caller who is on the line.
pub fn meaning(contact: &Contact) -> Means {
    let party = match contact.kind {
        Kind::Inbound if contact.outcome.is_none() => return Means::Nothing,
        Kind::Inbound => &contact.from,
        Kind::Outbound => &contact.to,
        Kind::Internal => return Means::Nothing,
    };
    let promised = contact.callback.as_ref().map(|callback| callback.number.clone());
    let number = promised.or(party.number.clone());
    let caller = number.map_or(Caller::Withheld(contact.id), Caller::Number);
    // Who was answered live after the key was pressed has been spoken to; what staff promised is its row's all.
    let told = |callback: &&Callback| {
        contact.kind == Kind::Outbound || contact.outcome != Some(Outcome::Answered) || callback.is_open()
    };
    if let Some(callback) = contact.callback.as_ref().filter(told) {
        return match callback.state {
            CallbackState::Done if callback.is_kept() => Means::Reached(caller),
            CallbackState::Done | CallbackState::Cancelled => Means::Nothing,
            _ => Means::Missed(caller),
        };
    }
    if contact.message.as_ref().is_some_and(|message| message.done.is_none()) {
        return Means::Missed(caller);
    }
    match contact.outcome {
        Some(Outcome::Answered) => Means::Reached(caller),
        _ if contact.kind == Kind::Inbound && contact.is_owed() => match is_settled(contact) {
            true => Means::Nothing,
            false => Means::Missed(caller),
        },
        _ => Means::Nothing,
    }
}

/// Somebody has said that nothing is owed for this missed call.
fn is_settled(contact: &Contact) -> bool {
    contact.story.iter().any(|line| matches!(line.what, Happened::MissedSettled { .. }))
}

/// Calls that started before this are not owed any more.
pub fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(OWED_FOR).unwrap_or(Timestamp::MIN)
}

/// The callers who are owed, kept up with every contact that ends.
///
/// What is kept is what happened, by number. Who is owed follows from it by the cards as they are now: a number
/// may come to a card, or two cards together, after the talk.
#[derive(Debug, Default)]
pub(super) struct Owing {
    missed: Facts,
    talks: Facts,
    /// Of each who is owed a call, when the latest one that nobody paid for began.
    owed: BTreeMap<Caller, Timestamp>,
}

/// Calls by whose they are.
#[derive(Debug, Default)]
struct Facts {
    of: BTreeMap<Caller, BTreeMap<CallId, Timestamp>>,
    /// Oldest first.
    callers: BTreeMap<CallId, Caller>,
}

impl Facts {
    /// Keeps one; beyond this many the oldest goes, and whose it was is told.
    fn put(&mut self, id: CallId, caller: &Caller, at: Timestamp, most: usize) -> Option<Caller> {
        self.callers.insert(id, caller.clone());
        self.of.entry(caller.clone()).or_default().insert(id, at);
        let oldest = self.callers.first_key_value().filter(|_| self.callers.len() > most).map(|(id, _)| *id);
        oldest.and_then(|id| self.take_out(id))
    }

    fn take_out(&mut self, id: CallId) -> Option<Caller> {
        let caller = self.callers.remove(&id)?;
        if let Some(calls) = self.of.get_mut(&caller) {
            calls.remove(&id);
            if calls.is_empty() {
                self.of.remove(&caller);
            }
        }
        Some(caller)
    }

    fn forget(&mut self, caller: &Caller) {
        for id in self.of.remove(caller).into_iter().flatten().map(|(id, _)| id) {
            self.callers.remove(&id);
        }
    }

    fn last(&self, caller: &Caller) -> Option<CallId> {
        self.of.get(caller)?.last_key_value().map(|(id, _)| *id)
    }
}

impl Owing {
    /// Takes an ended contact, in any order and more than once: a promise may turn out not to be kept, the number
    /// of one may be corrected.
    pub(super) fn take(&mut self, contact: &Contact, book: &Book) {
        let (id, at) = (contact.id, contact.started_at);
        let mut touched: Vec<Caller> = self.missed.take_out(id).into_iter().collect();
        touched.extend(self.talks.take_out(id));
        match meaning(contact) {
            Means::Missed(caller) => {
                touched.extend(self.missed.put(id, &caller, at, MISSED_MAX));
                touched.push(caller);
            }
            Means::Reached(caller) => {
                touched.extend(self.talks.put(id, &caller, at, TALKS_MAX));
                touched.push(caller);
            }
            Means::Nothing => {}
        }
        let touched: BTreeSet<Caller> = touched.iter().flat_map(|caller| callers(caller, book)).collect();
        touched.iter().for_each(|caller| self.look(caller, book));
    }

    /// Takes what the store remembers: who is owed is worked out once, for all of it.
    pub(super) fn restore(&mut self, contacts: &[Contact], book: &Book) {
        for contact in contacts {
            let (id, at) = (contact.id, contact.started_at);
            match meaning(contact) {
                Means::Missed(caller) => drop(self.missed.put(id, &caller, at, MISSED_MAX)),
                Means::Reached(caller) => drop(self.talks.put(id, &caller, at, TALKS_MAX)),
                Means::Nothing => {}
            }
        }
        self.renew(book);
    }

    /// Somebody with this number was spoken to in this call.
    pub(super) fn talked(&mut self, id: CallId, number: Number, at: Timestamp) {
        self.talks.put(id, &Caller::Number(number), at, TALKS_MAX);
    }

    /// Cards were changed: whose a number is may be another.
    pub(super) fn renew(&mut self, book: &Book) {
        let missed: Vec<Caller> = self.missed.of.keys().cloned().collect();
        missed.iter().for_each(|caller| self.look(caller, book));
    }

    /// How many callers are owed a call at this instant.
    pub(super) fn count(&self, now: Timestamp) -> usize {
        let since = since(now);
        self.owed.values().filter(|started_at| **started_at >= since).count()
    }

    /// Nothing is known of these numbers any more.
    pub(super) fn forget_callers(&mut self, numbers: &BTreeSet<Number>) {
        for caller in numbers.iter().cloned().map(Caller::Number) {
            self.missed.forget(&caller);
            self.talks.forget(&caller);
            self.owed.remove(&caller);
        }
    }

    /// A talk pays for everything missed before it began.
    fn look(&mut self, caller: &Caller, book: &Book) {
        let paid = payers(caller, book).iter().filter_map(|one| self.talks.last(one)).max();
        let since = (paid.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let calls = self.missed.of.get(caller).map(|calls| calls.range(since));
        match calls.into_iter().flatten().map(|(_, at)| *at).max() {
            Some(at) => drop(self.owed.insert(caller.clone(), at)),
            None => drop(self.owed.remove(caller)),
        }
    }
}

/// Everybody who is reached when this caller is, by the cards.
fn callers(caller: &Caller, book: &Book) -> BTreeSet<Caller> {
    match caller {
        Caller::Number(number) => book.numbers_beside(number).into_iter().map(Caller::Number).collect(),
        Caller::Withheld(_) => BTreeSet::from([caller.clone()]),
    }
}

/// Everybody with whom this caller is reached.
fn payers(caller: &Caller, book: &Book) -> BTreeSet<Caller> {
    match caller {
        Caller::Number(number) => book.numbers_for(number).into_iter().map(Caller::Number).collect(),
        Caller::Withheld(_) => BTreeSet::from([caller.clone()]),
    }
}
