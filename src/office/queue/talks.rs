//! Pure. What the talks of the last 30 days say: how long they are, and who spoke to whom last.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{GroupId, PersonId};
use crate::number::Number;
use crate::office::contact::{Contact, Kind, Outcome};
use crate::office::promise::{Callback, CameTo};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// A talk counts so long.
const COUNTS_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Talks kept of each group.
const TALKS_MAX: usize = 500;
/// Customers whose last person is known.
const CUSTOMERS_MAX: usize = 10_000;

/// A talk with a customer: what `store` tells at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// `None` where no group was called; how long somebody was called back is no measure of its talks.
    pub group: Option<GroupId>,
    pub person: PersonId,
    /// `None`: withheld.
    pub number: Option<Number>,
    /// Of a promise: when the customer was dialled, or called.
    pub ended_at: Timestamp,
    pub talked: Duration,
}

impl Talk {
    /// The talk a contact was, if somebody of ours spoke with somebody outside.
    pub fn of(contact: &Contact) -> Option<Talk> {
        if let Some(callback) = &contact.callback {
            return Talk::of_promise(contact.person.clone()?, callback);
        }
        let outside = match contact.kind {
            Kind::Inbound => &contact.from,
            Kind::Outbound => &contact.to,
            Kind::Internal => return None,
        };
        (contact.outcome == Some(Outcome::Answered)).then_some(())?;
        Some(Talk {
            group: contact.group.clone().filter(|_| contact.kind == Kind::Inbound),
            person: contact.person.clone()?,
            number: outside.number.clone(),
            ended_at: contact.ended_at?,
            talked: contact.talked,
        })
    }

    /// Who called back knows the customer, also who spoke to their machine: that is whom they ask for then.
    pub fn of_promise(person: PersonId, callback: &Callback) -> Option<Talk> {
        let reached = |came_to| matches!(came_to, CameTo::Reached | CameTo::Voicemail);
        let dialled = callback.tries.iter().rev().find(|one| reached(one.came_to)).map(|one| one.at);
        Some(Talk {
            group: None,
            person,
            number: Some(callback.number.clone()),
            ended_at: callback.connected_at?.max(dialled.unwrap_or(Timestamp::MIN)),
            talked: Duration::ZERO,
        })
    }
}

/// Talks that ended before this say nothing any more.
pub fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(COUNTS_FOR).unwrap_or(Timestamp::MIN)
}

/// The talks of a group: in the order they ended, and shortest first for whoever asks often.
#[derive(Debug, Default)]
struct Lengths {
    ended: VecDeque<(Timestamp, Duration)>,
    sorted: Vec<Duration>,
}

impl Lengths {
    fn take(&mut self, ended_at: Timestamp, talked: Duration) {
        self.ended.push_back((ended_at, talked));
        let at = self.sorted.partition_point(|other| *other < talked);
        self.sorted.insert(at, talked);
        if self.ended.len() > TALKS_MAX {
            self.forget_the_oldest();
        }
    }

    fn forget_the_oldest(&mut self) {
        let Some((_, talked)) = self.ended.pop_front() else { return };
        if let Ok(at) = self.sorted.binary_search(&talked) {
            self.sorted.remove(at);
        }
    }
}

/// All of them, kept up with every call that ends.
#[derive(Debug, Default)]
pub(in crate::office) struct Talks {
    lengths: BTreeMap<GroupId, Lengths>,
    last: BTreeMap<Number, (Timestamp, PersonId)>,
}

impl Talks {
    /// Takes one talk, oldest first.
    pub(in crate::office) fn take(&mut self, talk: Talk) {
        if let Some(group) = talk.group {
            self.lengths.entry(group).or_default().take(talk.ended_at, talk.talked);
        }
        if let Some(number) = talk.number {
            let known = self.last.get(&number).is_some_and(|(at, _)| *at > talk.ended_at);
            if !known {
                self.last.insert(number, (talk.ended_at, talk.person));
            }
            if self.last.len() > CUSTOMERS_MAX {
                self.forget_the_oldest();
            }
        }
    }

    /// Is anything known of any group?
    pub(super) fn are_known(&self) -> bool {
        !self.lengths.is_empty()
    }

    /// Takes some.
    pub(in crate::office) fn extend(&mut self, talks: impl IntoIterator<Item = Talk>) {
        talks.into_iter().for_each(|talk| self.take(talk));
    }

    /// How long the talks of a group were, shortest first.
    pub(super) fn of(&self, group: &GroupId) -> &[Duration] {
        self.lengths.get(group).map_or(&[], |lengths| &lengths.sorted)
    }

    /// What ended too long ago says nothing from here on.
    pub(super) fn forget_old(&mut self, now: Timestamp) {
        let since = since(now);
        for lengths in self.lengths.values_mut() {
            while lengths.ended.front().is_some_and(|(ended_at, _)| *ended_at < since) {
                lengths.forget_the_oldest();
            }
        }
    }

    /// Who spoke to this number last.
    pub(in crate::office) fn last_with(&self, number: &Number, now: Timestamp) -> Option<&PersonId> {
        self.last.get(number).filter(|(at, _)| *at >= since(now)).map(|(_, person)| person)
    }

    /// Who spoke with these last is not known any more.
    pub(in crate::office) fn forget(&mut self, numbers: &BTreeSet<Number>) {
        numbers.iter().for_each(|number| drop(self.last.remove(number)));
    }

    fn forget_the_oldest(&mut self) {
        let oldest = self.last.iter().min_by_key(|(_, (at, _))| *at).map(|(number, _)| number.clone());
        if let Some(number) = oldest {
            self.last.remove(&number);
        }
    }
}
