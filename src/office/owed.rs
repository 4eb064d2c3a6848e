//! Pure. Who is owed a call: missed, and not spoken to since (spec/metrics.md M28).
//!
//! The one definition for the board, `GET /owed` and the day page. What counts is the order in which the
//! calls began, which is the order of their ids: a talk pays for everything missed before it began.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::{Contact, Kind, Outcome};
use crate::ids::CallId;
use crate::number::Number;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A missed call is owed so long.
const OWED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Callers kept; beyond it the oldest leave the count and stay in the history.
const CALLERS_MAX: usize = 10_000;
/// Talks kept before those are forgotten that no running call can be older than.
const TALKS_KEPT: usize = 1_000;

/// The outside party: a number, or the one call of somebody who withheld it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    Number(Number),
    Withheld(CallId),
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

/// What this contact means.
pub fn meaning(contact: &Contact) -> Means {
    let party = match contact.kind {
        Kind::Inbound => &contact.from,
        Kind::Outbound => &contact.to,
        Kind::Internal => return Means::Nothing,
    };
    let caller = party.number.clone().map_or(Caller::Withheld(contact.id), Caller::Number);
    match contact.outcome {
        Some(Outcome::Answered) => Means::Reached(caller),
        Some(outcome) if contact.kind == Kind::Inbound && outcome.is_owed() => Means::Missed(caller),
        _ => Means::Nothing,
    }
}

/// Calls that started before this are not owed any more.
pub fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(OWED_FOR).unwrap_or(Timestamp::MIN)
}

/// The callers who are owed, kept up with every contact that ends.
#[derive(Debug, Default)]
pub(super) struct Owing {
    /// The latest missed call of each caller.
    missed: BTreeMap<CallId, (Caller, Timestamp)>,
    latest: BTreeMap<Caller, CallId>,
    /// Talks that calls still running may have begun before.
    reached: BTreeMap<Caller, CallId>,
}

impl Owing {
    /// Takes an ended contact, in any order and more than once; `oldest` is the first call still running.
    pub(super) fn take(&mut self, contact: &Contact, oldest: CallId) {
        match meaning(contact) {
            Means::Missed(caller) => self.missed(contact, caller),
            Means::Reached(caller) => self.reached(contact.id, caller, oldest),
            Means::Nothing => {}
        }
    }

    /// How many callers are owed a call at this instant.
    pub(super) fn count(&self, now: Timestamp) -> usize {
        let since = since(now);
        self.missed.values().filter(|(_, started_at)| *started_at >= since).count()
    }

    fn missed(&mut self, contact: &Contact, caller: Caller) {
        let later = |id: &CallId| *id >= contact.id;
        if self.reached.get(&caller).is_some_and(later) || self.latest.get(&caller).is_some_and(later) {
            return;
        }
        if let Some(before) = self.latest.insert(caller.clone(), contact.id) {
            self.missed.remove(&before);
        }
        self.missed.insert(contact.id, (caller, contact.started_at));
        if self.missed.len() > CALLERS_MAX
            && let Some((_, (caller, _))) = self.missed.pop_first()
        {
            self.latest.remove(&caller);
        }
    }

    fn reached(&mut self, id: CallId, caller: Caller, oldest: CallId) {
        if let Some(missed) = self.latest.get(&caller).copied().filter(|missed| *missed < id) {
            self.missed.remove(&missed);
            self.latest.remove(&caller);
        }
        let last = self.reached.entry(caller).or_insert(id);
        *last = id.max(*last);
        if self.reached.len() > TALKS_KEPT {
            self.reached.retain(|_, id| *id > oldest);
        }
    }
}
