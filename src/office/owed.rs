//! Pure. Who is owed a call: missed, and not spoken to since (spec/metrics.md M28).
//!
//! The one definition for the board, `GET /owed` and the day page. What counts is the order in which the
//! calls began, which is the order of their ids: a talk pays for everything missed before it began.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::{Contact, Happened, Kind, Outcome};
use super::customers::book::Book;
use crate::ids::CallId;
use crate::number::Number;
use crate::office::promise::{Callback, CallbackState};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A missed call is owed so long.
const OWED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Missed calls kept; beyond it the oldest leave the count and stay in the history.
const MISSED_MAX: usize = 10_000;
/// Talks kept before those are forgotten that no running call can be older than.
const TALKS_KEPT: usize = 1_000;
/// Promises that may turn out not to be kept; more are not made in the ten minutes that takes.
const PAID_MAX: usize = 100;

/// The outside party: a number, or the one call of somebody who withheld it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    Number(Number),
    Withheld(CallId),
}

/// Numbers of one customer: who is reached on one of them is reached (spec/mail.md §3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside(pub BTreeMap<Number, BTreeSet<Number>>);

impl Beside {
    /// Everybody who is this caller.
    pub fn callers(&self, caller: &Caller) -> BTreeSet<Caller> {
        let others = match caller {
            Caller::Number(number) => self.0.get(number),
            Caller::Withheld(_) => None,
        };
        let others = others.into_iter().flatten().cloned().map(Caller::Number);
        others.chain([caller.clone()]).collect()
    }
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
        Some(outcome) if contact.kind == Kind::Inbound && outcome.is_owed() => match is_settled(contact) {
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

/// Missed calls with their callers.
type Paid = BTreeMap<CallId, (Caller, Timestamp)>;

/// The callers who are owed, kept up with every contact that ends.
#[derive(Debug, Default)]
pub(super) struct Owing {
    /// What each caller is owed, by the call that was missed.
    missed: BTreeMap<Caller, BTreeMap<CallId, Timestamp>>,
    /// Whose call that was, oldest first.
    callers: BTreeMap<CallId, Caller>,
    /// Talks that calls still running may have begun before.
    reached: BTreeMap<Caller, CallId>,
    /// What each kept promise paid for: a machine may have answered, and then it paid for nothing.
    paid: BTreeMap<CallId, Paid>,
}

impl Owing {
    /// Takes an ended contact, in any order and more than once; `oldest` finds the first call still running.
    pub(super) fn take(&mut self, contact: &Contact, book: &Book, oldest: impl FnOnce() -> CallId) {
        match meaning(contact) {
            Means::Missed(caller) => self.missed(contact, caller, book),
            Means::Reached(caller) => {
                self.forget(contact.id);
                let paid = self.reached(contact.id, caller, book, oldest);
                self.remember_paid(contact, paid);
            }
            Means::Nothing => {
                self.forget(contact.id);
                for calls in self.paid.values_mut() {
                    calls.remove(&contact.id);
                }
            }
        }
    }

    /// How many callers are owed a call at this instant.
    pub(super) fn count(&self, now: Timestamp) -> usize {
        let since = since(now);
        self.missed.values().filter(|calls| calls.values().any(|started_at| *started_at >= since)).count()
    }

    fn missed(&mut self, contact: &Contact, caller: Caller, book: &Book) {
        // Taken for a talk, and it was a machine: nobody was reached by it.
        if self.reached.get(&caller) == Some(&contact.id) {
            self.reached.remove(&caller);
            for (id, (caller, started_at)) in self.paid.remove(&contact.id).unwrap_or_default() {
                self.owe(id, started_at, &caller);
            }
        }
        // The number of a callback may have been corrected.
        if self.callers.get(&contact.id).is_some_and(|known| *known != caller) {
            self.forget(contact.id);
        }
        let reached = callers(&caller, book).into_iter().filter_map(|one| self.reached.get(&one)).max();
        if reached.is_some_and(|id| *id >= contact.id) {
            return;
        }
        self.owe(contact.id, contact.started_at, &caller);
    }

    fn owe(&mut self, id: CallId, started_at: Timestamp, caller: &Caller) {
        self.callers.insert(id, caller.clone());
        self.missed.entry(caller.clone()).or_default().insert(id, started_at);
        if self.callers.len() > MISSED_MAX
            && let Some((oldest, _)) = self.callers.first_key_value()
        {
            self.forget(*oldest);
        }
    }

    /// Nothing is known of these numbers any more.
    pub(super) fn forget_callers(&mut self, numbers: &BTreeSet<Number>) {
        for caller in numbers.iter().cloned().map(Caller::Number) {
            for id in self.missed.remove(&caller).into_iter().flatten().map(|(id, _)| id) {
                self.callers.remove(&id);
            }
            self.reached.remove(&caller);
        }
    }

    /// Nothing is owed for this call any more.
    fn forget(&mut self, id: CallId) {
        let Some(caller) = self.callers.remove(&id) else { return };
        if let Some(calls) = self.missed.get_mut(&caller) {
            calls.remove(&id);
            if calls.is_empty() {
                self.missed.remove(&caller);
            }
        }
    }

    /// What a talk pays for.
    fn reached(&mut self, id: CallId, caller: Caller, book: &Book, oldest: impl FnOnce() -> CallId) -> Paid {
        let owed = callers(&caller, book).into_iter();
        let calls = owed.filter_map(|one| Some((self.missed.get(&one)?, one)));
        let before = calls.flat_map(|(calls, one)| calls.range(..id).map(move |call| (call, one.clone())));
        let paid: Paid = before.map(|((id, at), one)| (*id, (one, *at))).collect();
        for id in paid.keys() {
            self.forget(*id);
        }
        let last = self.reached.entry(caller).or_insert(id);
        *last = id.max(*last);
        if self.reached.len() > TALKS_KEPT {
            let oldest = oldest();
            self.reached.retain(|_, id| *id > oldest);
        }
        paid
    }

    fn remember_paid(&mut self, contact: &Contact, paid: Paid) {
        if contact.callback.is_none() || paid.is_empty() {
            return;
        }
        self.paid.entry(contact.id).or_default().extend(paid);
        if self.paid.len() > PAID_MAX {
            self.paid.pop_first();
        }
    }
}

/// Everybody who is this caller, by the cards.
fn callers(caller: &Caller, book: &Book) -> BTreeSet<Caller> {
    match caller {
        Caller::Number(number) => book.numbers_beside(number).into_iter().map(Caller::Number).collect(),
        Caller::Withheld(_) => BTreeSet::from([caller.clone()]),
    }
}
