//! Pure. What is said or done only after it is on the disk (spec/reliability.md §3, spec/callback.md §9).
//!
//! Whoever promises hands in what the promise is; the store's answer comes back to its owner once. One that
//! comes after its deadline finds nothing: no fact has two effects.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::memory::Change;
use super::timers::Timer;
use super::{Action, Office};
use crate::ids::{CallId, Receipt, Ticket};
use std::time::Duration;

/// Without an answer for so long the fact counts as not kept.
const RECEIPT_WITHIN: Duration = Duration::from_secs(3);

/// A promise that waits for the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pledge {
    /// "We will call you back."
    Request,
    /// "Your message is saved."
    Message,
    /// A callback is dialled.
    Dial,
    /// Staff asked for a callback.
    Made(Ticket),
    /// Somebody asked for one by mail.
    Written,
    /// What the disk refused once is asked for again by its customer.
    Again,
}

impl Office {
    /// Keeps the row of a call as it stands, and says so when it is on the disk.
    pub(super) fn pledge(&mut self, id: CallId, what: Pledge) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.saved = true;
        let change = Change::Contact(Box::new(call.contact.clone()));
        let receipt = self.save_then(change);
        self.pledges.insert(receipt, (id, what));
    }

    /// Keeps a fact; the receipt comes back when it is on the disk, or is not.
    pub(super) fn save_then(&mut self, change: Change) -> Receipt {
        self.last_receipt += 1;
        let receipt = Receipt(self.last_receipt);
        self.act(Action::SaveThen { receipt, change });
        self.timers.set(self.now.tick + RECEIPT_WITHIN, Timer::ReceiptDue { receipt });
        receipt
    }

    /// The store's answer, or the end of its time to give one.
    pub(super) fn on_receipt(&mut self, receipt: Receipt, kept: bool) {
        if let Some(word) = self.words.remove(&receipt) {
            return self.word_answered(word, kept);
        }
        let Some((id, what)) = self.pledges.remove(&receipt) else {
            return self.on_mail_receipt(receipt, kept);
        };
        if kept {
            self.callbacks.unkept.remove(&id);
        }
        match what {
            Pledge::Request => self.request_answered(id, kept),
            Pledge::Message => self.message_stored(id, kept),
            Pledge::Dial => self.dial_answered(id, kept),
            Pledge::Made(ticket) => self.made_answered(id, ticket, kept),
            Pledge::Written => self.written_answered(id, kept),
            Pledge::Again => self.again_answered(id, kept),
        }
    }
}
