//! Pure. What a restart makes of promises and of callers who were cut (spec/callback.md §9).
//!
//! What was only decided waits again at its old place. What was being dialled is never dialled by itself:
//! perhaps somebody was reached.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Order, Promised, Step};
use crate::office::Office;
use crate::office::call::{Call, Entry, Phase};
use crate::office::contact::{Contact, Happened, Kind, StoryLine};
use crate::office::promise::{Asked, Callback, CallbackState};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Hops of a leg that belongs to no arriving call.
const HOPS: u8 = 69;

impl Office {
    /// The promises the store remembers stand in the line again. Whose caller was still on the line is among
    /// the contacts that were cut.
    pub(in crate::office) fn restore_promises(&mut self, promised: Vec<Contact>) {
        for mut contact in promised {
            let live = contact.kind == Kind::Inbound && contact.outcome.is_none();
            let Some(callback) = contact.callback.as_mut().filter(|_| !live) else { continue };
            if !callback.is_open() && !callback.state.is_task() {
                continue;
            }
            let was = callback.state;
            callback.state = after_restart(was);
            if callback.state != was {
                contact.story.push(StoryLine { at: self.now.wall, what: Happened::CutByPowerFailure });
                self.callbacks.to_save.push(contact.id);
            }
            self.stand_again(contact);
        }
    }

    /// A caller who waited when the power went is called back, at the place they had; so is one who had
    /// asked for it and was still on the line.
    pub(in crate::office) fn promise_to_cut(&self, contact: &Contact) -> Option<Callback> {
        let asked = contact.callback.clone().filter(Callback::is_open);
        if asked.is_some() {
            return asked;
        }
        let waited = contact.kind == Kind::Inbound && contact.answered_at.is_none();
        let group = contact.group.as_ref().filter(|group| self.directory.group(group).is_some())?;
        let number = contact.from.number.clone().filter(|_| waited)?;
        let order_at = self.place_of_cut(contact)?;
        let wanted = self.may_be_called_back(&number).is_ok() && self.promise_to(&number, group).is_none();
        let (wall, language) = (self.now.wall, self.language_of(contact));
        wanted.then(|| Callback::new(number, Asked::Cut, wall, order_at, language))
    }

    /// The place of somebody who waited live: the first group of the story gave it.
    fn place_of_cut(&self, contact: &Contact) -> Option<Timestamp> {
        let entered_at = contact.entered_at?;
        let first = contact.story.iter().find_map(|line| match &line.what {
            Happened::EnteredGroup { group, .. } => Some(group),
            _ => None,
        });
        let group = first.or(contact.group.as_ref())?;
        let ahead = self.head_start_of(contact.from.number.as_ref(), group);
        entered_at.checked_sub(SignedDuration::try_from(ahead).ok()?).ok()
    }

    /// A contact with a promise, in the line at its old place or on the list of tasks.
    pub(in crate::office) fn stand_again(&mut self, contact: Contact) {
        let id = contact.id;
        let (Some(group), Some(callback)) = (contact.group.clone(), &contact.callback) else { return };
        let order = Order::remembered(self.now, callback.order_at);
        let ahead = contact.entered_at.map(|entered| entered.duration_since(callback.order_at));
        let ahead = ahead.and_then(|ahead| Duration::try_from(ahead).ok()).unwrap_or_default();
        let open = callback.is_open();
        let mut promised = Promised::new(Entry::new(group.clone()));
        if !open {
            promised.step = Step::Settled { since: self.now.tick };
        }
        let mut call = Call::new(contact, HOPS);
        call.order = Some(order);
        call.ahead = ahead;
        call.saved = true;
        call.phase = Phase::Promised(promised);
        self.calls.insert(id, call);
        self.file(id);
        if open {
            self.line.stand_promised(group, (order, id));
        }
        self.owe_anew(id);
    }

    /// What the restart changed is written down, and what is due looked at; with the first input.
    pub(in crate::office) fn save_promises(&mut self) {
        if self.callbacks.is_running {
            return;
        }
        self.callbacks.is_running = true;
        for id in std::mem::take(&mut self.callbacks.to_save) {
            self.save(id);
        }
        self.look_at_promises();
    }
}

fn after_restart(state: CallbackState) -> CallbackState {
    use CallbackState as S;
    match state {
        S::Reserved | S::Confirmed | S::Merged => S::Waiting,
        S::Dialing | S::Reached | S::Connected => S::Perhaps,
        as_it_was => as_it_was,
    }
}
