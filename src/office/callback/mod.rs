//! Pure. The promise to call back, from the request to the day it is settled (spec/callback.md).
//!
//! A promise keeps the entry of its contact in the line: nothing is queued anew, nobody overtakes.
//!
//! | file | what it decides |
//! | --- | --- |
//! | `order` | the place in the line, also before the start of the program |
//! | `request` | a caller asks to be called back, and hangs up (§3, §9) |
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod order;
mod request;

pub(super) use order::Order;

use super::call::{Call, Entry, Phase};
use super::promise::Callback;
use crate::ids::LegId;

/// A contact whose caller was promised a call back and is not on the line.
#[derive(Debug)]
pub(super) struct Promised {
    pub(super) entry: Entry,
}

impl Promised {
    pub(super) fn new(entry: Entry) -> Promised {
        Promised { entry }
    }

    /// Every leg it holds.
    pub(super) fn legs(&self) -> Vec<LegId> {
        self.entry.rung().collect()
    }
}

impl Phase {
    /// The entry in the line whom members can be rung for.
    pub(super) fn entry(&self) -> Option<&Entry> {
        match self {
            Phase::Waiting(waiting) => Some(&waiting.entry),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn entry_mut(&mut self) -> Option<&mut Entry> {
        match self {
            Phase::Waiting(waiting) => Some(&mut waiting.entry),
            _ => None,
        }
    }

    /// The group in whose line it stands.
    pub(super) fn group(&self) -> Option<&crate::ids::GroupId> {
        match self {
            Phase::Waiting(waiting) => Some(&waiting.entry.group),
            Phase::Promised(promised) => Some(&promised.entry.group),
            _ => None,
        }
    }
}

impl Call {
    /// The promise, while it is ours to keep.
    pub(super) fn open_promise(&self) -> Option<&Callback> {
        let open = |callback: &&Callback| callback.settled.is_none() && !callback.state.is_task();
        self.contact.callback.as_ref().filter(open)
    }
}
