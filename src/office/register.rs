//! Pure. The rows in memory by whose they are, so that no decision walks through all of them.
//!
//! A row is filed when it begins, when its number or its promise becomes known or another, and until it
//! leaves memory. A promise that was taken back may still be filed: whoever looks here looks at the row, too.
//! While tests run, nothing may be missing ([`Office::is_filed`]).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::contact::Contact;
use crate::ids::CallId;
use crate::number::Number;
use std::collections::{BTreeMap, BTreeSet};

/// Rows by number.
#[derive(Debug, Default)]
struct Numbers(BTreeMap<Number, BTreeSet<CallId>>);

impl Numbers {
    fn file(&mut self, number: Number, id: CallId) {
        self.0.entry(number).or_default().insert(id);
    }

    fn forget(&mut self, number: &Number, id: CallId) {
        if let Some(rows) = self.0.get_mut(number) {
            rows.remove(&id);
            if rows.is_empty() {
                self.0.remove(number);
            }
        }
    }

    fn of(&self, number: &Number) -> impl Iterator<Item = CallId> {
        self.0.get(number).into_iter().flatten().copied()
    }
}

/// Under which numbers a row lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Filed {
    customer: Option<Number>,
    promise: Option<Number>,
}

impl Filed {
    fn of(contact: &Contact) -> Filed {
        Filed {
            customer: contact.customer().number.clone(),
            promise: contact.callback.as_ref().map(|callback| callback.number.clone()),
        }
    }
}

/// Running calls, promises, and ended calls with an open message.
#[derive(Debug, Default)]
pub(super) struct Register {
    filed: BTreeMap<CallId, Filed>,
    customers: Numbers,
    promises: Numbers,
    promised: BTreeSet<CallId>,
}

impl Register {
    /// Files a row as it stands.
    pub(super) fn file(&mut self, contact: &Contact) {
        let (id, filed) = (contact.id, Filed::of(contact));
        if self.filed.get(&id) == Some(&filed) {
            return;
        }
        self.forget(id);
        if let Some(number) = filed.customer.clone() {
            self.customers.file(number, id);
        }
        if let Some(number) = filed.promise.clone() {
            self.promises.file(number, id);
            self.promised.insert(id);
        }
        self.filed.insert(id, filed);
    }

    /// The row leaves memory.
    pub(super) fn forget(&mut self, id: CallId) {
        let Some(filed) = self.filed.remove(&id) else { return };
        if let Some(number) = filed.customer {
            self.customers.forget(&number, id);
        }
        if let Some(number) = filed.promise {
            self.promises.forget(&number, id);
            self.promised.remove(&id);
        }
    }

    /// Rows of a customer, oldest first.
    pub(super) fn of_customer(&self, number: &Number) -> impl Iterator<Item = CallId> {
        self.customers.of(number)
    }

    /// Rows with a promise to call this number, oldest first.
    pub(super) fn promised_to(&self, number: &Number) -> impl Iterator<Item = CallId> {
        self.promises.of(number)
    }

    /// Rows with a promise, oldest first.
    pub(super) fn promised(&self) -> impl Iterator<Item = CallId> {
        self.promised.iter().copied()
    }
}

impl Office {
    /// The number or the promise of a call is known, or another.
    pub(super) fn file(&mut self, id: CallId) {
        if let Some(call) = self.calls.get(&id) {
            self.register.file(&call.contact);
        }
    }

    /// Does every row lie where it is looked for?
    pub(super) fn is_filed(&self) -> bool {
        let rows = self.calls.values().map(|call| &call.contact).chain(self.messages.values());
        let known = |contact: &Contact| {
            let (is, filed) = (Filed::of(contact), self.register.filed.get(&contact.id));
            filed.is_some_and(|filed| {
                filed.customer == is.customer && (is.promise.is_none() || filed.promise == is.promise)
            })
        };
        rows.filter(|contact| !known(contact)).count() == 0
            && self.register.filed.len() <= self.calls.len() + self.messages.len()
    }
}
