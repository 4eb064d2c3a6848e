//! What the town's store has, and what it tells at a start without walking through all of it.

use frontdesk::ids::{CallId, PersonId};
use frontdesk::number::Number;
use frontdesk::office::SentOn;
use frontdesk::office::callback::{is_measured, measured_since};
use frontdesk::office::contact::Contact;
use frontdesk::office::memory::{Override, PersonMemory};
use frontdesk::office::owed::{self, Means, meaning};
use frontdesk::office::promise::Callback;
use frontdesk::office::queue::talks::Talk;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The rows, and by what is asked for them.
#[derive(Default)]
pub struct Kept {
    pub contacts: BTreeMap<CallId, Contact>,
    pub people: BTreeMap<PersonId, PersonMemory>,
    pub overrides: Vec<Override>,
    pub sent_on: Vec<SentOn>,
    /// Without an end, or with a promise or a message.
    special: BTreeSet<CallId>,
    /// Ended contacts that say who is owed a call, without their legs, and what they say.
    owing: BTreeMap<CallId, (Means, Contact)>,
    talks: BTreeMap<CallId, Talk>,
    /// Numbers of promises that somebody corrected, before and after.
    corrected: BTreeSet<Number>,
}

impl Kept {
    pub fn keep(&mut self, contact: Contact) {
        let id = contact.id;
        self.note_correction(&contact);
        self.forget(id);
        if contact.ended_at.is_none() || contact.callback.is_some() || contact.message.is_some() {
            self.special.insert(id);
        }
        let means = if contact.ended_at.is_some() { meaning(&contact) } else { Means::Nothing };
        if means != Means::Nothing {
            self.owing.insert(id, (means, Contact { legs: Vec::new(), ..contact.clone() }));
        }
        self.talks.extend(Talk::of(&contact).map(|talk| (id, talk)));
        self.contacts.insert(id, contact);
    }

    fn note_correction(&mut self, contact: &Contact) {
        let number = |contact: &Contact| contact.callback.as_ref().map(|callback| callback.number.clone());
        let (before, after) = (self.contacts.get(&contact.id).and_then(number), number(contact));
        if before.is_some() && before != after {
            self.corrected.extend(before.into_iter().chain(after));
        }
    }

    /// Was a promise corrected from this number, or to it? The row has the new number alone: after a restart who spoke
    /// to the wrong one has spoken to the right one.
    pub fn is_corrected(&self, number: &str) -> bool {
        self.corrected.iter().any(|corrected| corrected.as_str() == number)
    }

    /// The store keeps more; nothing the office asks at a start goes further back.
    pub fn forget_old(&mut self, now: Timestamp) {
        let since = owed::since(now);
        let old = |(id, contact): (&CallId, &Contact)| {
            let asked = contact.callback.as_ref().is_some_and(|callback| callback.settled.is_none());
            let spoken = contact.message.as_ref().is_some_and(|message| message.done.is_none());
            let kept = contact.started_at >= since || contact.ended_at.is_none() || asked || spoken;
            (!kept).then_some(*id)
        };
        for id in self.contacts.iter().filter_map(old).collect::<Vec<_>>() {
            self.forget(id);
            self.contacts.remove(&id);
        }
    }

    fn forget(&mut self, id: CallId) {
        self.special.remove(&id);
        self.owing.remove(&id);
        self.talks.remove(&id);
    }

    fn special(&self) -> impl Iterator<Item = &Contact> {
        self.special.iter().filter_map(|id| self.contacts.get(id))
    }

    /// Contacts that go on.
    pub fn open(&self) -> impl Iterator<Item = &Contact> {
        self.special().filter(|contact| contact.ended_at.is_none())
    }

    /// Ended contacts that began since then, where that is not long ago.
    pub fn ended_since(&self, since: Timestamp) -> Vec<Contact> {
        // Numbers are given in the order of time, but for a clock that is put by some hours.
        let day_before = since - jiff::SignedDuration::from_hours(24);
        let recent = self.contacts.values().rev().take_while(|contact| contact.started_at >= day_before);
        let found = recent.filter(|contact| contact.started_at >= since && contact.ended_at.is_some());
        let mut found: Vec<Contact> = found.cloned().collect();
        found.reverse();
        found
    }

    /// Whoever was missed, and the latest talk with each, as the store tells it.
    pub fn owing(&self, now: Timestamp) -> Vec<Contact> {
        let since = owed::since(now);
        let recent = self.owing.values().rev().filter(|(_, contact)| contact.started_at >= since);
        let mut reached = BTreeSet::new();
        let told = recent.filter(|(means, _)| match means {
            Means::Reached(caller) => reached.insert(caller),
            Means::Missed(_) | Means::Nothing => true,
        });
        let mut told: Vec<Contact> = told.map(|(_, contact)| contact.clone()).collect();
        told.reverse();
        told
    }

    pub fn promised(&self) -> Vec<Contact> {
        let open = |contact: &&Contact| {
            let message = contact.message.as_ref().is_some_and(|message| message.done.is_none());
            let callback = contact.callback.as_ref();
            message || callback.is_some_and(|callback| callback.is_open() || callback.state.is_task())
        };
        self.special().filter(open).cloned().collect()
    }

    pub fn measured(&self, now: Timestamp) -> Vec<Callback> {
        let since = measured_since(now);
        let recent = self.special().filter(|contact| contact.started_at >= since);
        recent.filter_map(|c| c.callback.clone()).filter(|callback| is_measured(callback, now)).collect()
    }

    pub fn talks(&self) -> Vec<Talk> {
        let mut talks: Vec<Talk> = self.talks.values().cloned().collect();
        talks.sort_by_key(|talk| talk.ended_at);
        talks
    }
}
