//! Pure. The customer shows up: calls while they wait, calls while we dial, or is reached another way
//! (spec/callback.md §7).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Step;
use crate::ids::{CallId, GroupId, LegId};
use crate::number::Number;
use crate::office::call::{Call, Entry, Phase, Waiting};
use crate::office::contact::{Happened, Kind, Outcome};
use crate::office::promise::{CallbackState, SettledBy};
use crate::office::{Office, prompts};
use crate::sip::HangupReason;
use crate::speech::Saying;
use std::time::Duration;

/// A customer who called was reached if they were spoken to so long.
const VOICE_IN: Duration = Duration::from_secs(30);
/// One whom staff called.
const VOICE_OUT: Duration = Duration::from_secs(20);

impl Office {
    /// A caller enters the line who waits in it already: the live call takes over the entry, and there is
    /// one contact. `false`: it is somebody else.
    pub(in crate::office) fn takes_over_entry(&mut self, id: CallId, caller: LegId, group: &GroupId) -> bool {
        let Some(call) = self.calls.get(&id) else { return false };
        let fresh = call.contact.kind == Kind::Inbound && call.order.is_none();
        let Some(number) = call.contact.from.number.clone().filter(|_| fresh) else { return false };
        let Some(promise) =
            self.promise_to(&number, group).filter(|promise| self.promised(*promise).is_some())
        else {
            return false;
        };
        self.move_leg(caller, id, promise);
        self.forget_arrival(id);
        self.tell(promise, Happened::CalledAgain);
        self.customer_is_back(promise, caller);
        true
    }

    /// The call that came in is part of the older contact. A row of it that was kept already never entered
    /// a group, and so counts nowhere.
    pub(super) fn forget_arrival(&mut self, id: CallId) {
        let now = self.now;
        let Some(mut call) = self.calls.remove(&id) else { return };
        if call.saved {
            call.close_row(now, Outcome::CallbackRequested);
            let change = crate::office::memory::Change::Contact(Box::new(call.contact));
            self.act(crate::office::Action::Save(change));
        }
    }

    fn customer_is_back(&mut self, id: CallId, caller: LegId) {
        let Some(step) = self.promised(id).map(|promised| promised.step.clone()) else { return };
        match step {
            // A member waits for this customer: nobody needs to be dialled.
            Step::Asked { person, leg }
            | Step::Reason { person, leg }
            | Step::Writing { person, leg: Some(leg), .. } => {
                self.forget_dial(id);
                self.connect_promise(id, caller, leg, &person);
            }
            Step::Dialing { person, leg: Some(leg), customer, .. } => {
                self.hang_up(customer, HangupReason::Normal);
                self.forget_dial(id);
                self.connect_promise(id, caller, leg, &person);
            }
            Step::Dialing { customer, .. } | Step::Greeting { customer, .. } | Step::When { customer } => {
                self.hang_up(customer, HangupReason::Normal);
                self.forget_dial(id);
                self.waits_live(id, caller);
            }
            Step::Writing { .. } => {
                self.forget_dial(id);
                self.waits_live(id, caller);
            }
            Step::Telling { leg, .. } => {
                self.hang_up(leg, HangupReason::Normal);
                self.waits_live(id, caller);
            }
            Step::InLine | Step::Settled { .. } => self.waits_live(id, caller),
        }
    }

    /// "Welcome back, you are number 2": live, at the same place; who rings for them rings on.
    fn waits_live(&mut self, id: CallId, caller: LegId) {
        let now = self.now.tick;
        self.set_step(id, Step::InLine, now);
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Phase::Promised(promised) = &mut call.phase else { return };
        let emptied = Entry::new(promised.entry.group.clone());
        let entry = std::mem::replace(&mut promised.entry, emptied);
        call.phase = Phase::Waiting(Waiting::back(caller, entry, now));
        if let Some(callback) = self.callback_mut(id) {
            callback.state = CallbackState::Merged;
            callback.not_before = None;
        }
        self.accept(caller);
        let place = self.place_of_call(id);
        let place = Saying::Filled(prompts::PLACE_IN_LINE, vec![Saying::Place(place)]);
        let keys = Saying::Prompt(prompts::WELCOME_BACK_KEYS);
        let play = self.say(caller, &[Saying::Prompt(prompts::WELCOME_BACK), place, keys]);
        self.remember_playing(id, play);
        self.look_for_nobody(id);
        self.save(id);
        self.changed();
    }

    /// Keys of a caller who is back: 1 be called back as promised, 3 no longer needed. `false`: not theirs.
    pub(in crate::office) fn digit_of_returner(&mut self, id: CallId, digit: char) -> bool {
        let merged = self.calls.get(&id).and_then(Call::open_promise);
        let merged = merged.is_some_and(|open| open.state == CallbackState::Merged);
        let Some(caller) = self.waiting(id).map(|waiting| waiting.caller).filter(|_| merged) else {
            return false;
        };
        match digit {
            '1' => self.promise_again(id, caller),
            '3' => self.needed_no_longer(id, caller),
            _ => return false,
        }
        true
    }

    /// There is one promise: it is said once more, and stands at its place when they hang up. It is on the
    /// disk already.
    pub(super) fn promise_again(&mut self, id: CallId, caller: LegId) {
        let number = self.calls.get(&id).and_then(Call::open_promise).map(|open| open.number.clone());
        let number = number.map(|number| Saying::Filled(prompts::CALL_YOU_ON, vec![Saying::Digits(number)]));
        let words: Vec<Saying> = number.into_iter().chain(self.words_of_promise(id)).collect();
        self.stop_ringing_for(id);
        self.leave_line(id);
        self.say_last(id, caller, &words, Outcome::CallbackRequested);
    }

    fn needed_no_longer(&mut self, id: CallId, caller: LegId) {
        self.stop_ringing_for(id);
        self.leave_line(id);
        self.customer_cancels(id);
        self.say_goodbye(id, caller, prompts::CALLBACK_CANCELLED, Outcome::CallbackRequested);
    }

    /// A conversation ended: long enough, and whatever was promised to this customer is settled, for ten
    /// minutes not beyond recall.
    pub(in crate::office) fn settle_reached(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        let Some(number) = reached_number(call).cloned() else { return };
        for promise in self.promises_to(&number, id) {
            self.tell(promise, Happened::CallbackClosed { person: None, reason: "reached".to_owned() });
            self.settle_promise(promise, CallbackState::Done, SettledBy::OtherCall);
        }
    }

    /// Promises and tasks about a number, whose customer is not on the line in them.
    fn promises_to(&self, number: &Number, except: CallId) -> Vec<CallId> {
        let about = |call: &&Call| {
            call.contact.callback.as_ref().is_some_and(|callback| {
                callback.number == *number && (callback.is_open() || callback.state.is_task())
            })
        };
        let calls = self.calls.values().filter(about).map(|call| call.contact.id);
        calls.filter(|id| *id != except && self.promised(*id).is_some()).collect()
    }
}

/// The customer of an ended conversation, if it was one.
fn reached_number(call: &Call) -> Option<&Number> {
    let contact = &call.contact;
    let enough = match contact.kind {
        Kind::Inbound => VOICE_IN,
        Kind::Outbound => VOICE_OUT,
        Kind::Internal => return None,
    };
    let spoken = contact.person.is_some() && contact.talked >= enough;
    call.customer().number.as_ref().filter(|_| spoken)
}
