//! Pure. The customer shows up: calls while they wait, calls while we dial, or is reached another way
//! (spec/callback.md §7).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Step;
use crate::ids::{CallId, GroupId, LegId};
use crate::number::Number;
use crate::office::call::{Call, Entry, Phase, Waiting};
use crate::office::contact::{By, Happened, Kind, Outcome};
use crate::office::promise::{CallbackState, SettledBy};
use crate::office::receipts::Pledge;
use crate::office::{Office, prompts};
use crate::sip::HangupReason;
use crate::speech::Saying;
use std::time::Duration;

/// A customer who called was reached if they were spoken to so long.
const VOICE_IN: Duration = Duration::from_secs(30);
/// One whom staff called.
const VOICE_OUT: Duration = Duration::from_secs(20);

/// Is a caller who enters the line one who waits in it already?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::office) enum Back {
    /// For this promise.
    Yes(CallId),
    /// Several call from that number: it is asked.
    Perhaps,
    No,
}

impl Office {
    /// Does a caller who enters the line wait in it already, by the number? And does that number stand for
    /// one customer, or for a switchboard?
    pub(in crate::office) fn knows_caller(&self, id: CallId, group: &GroupId) -> Back {
        let fresh = |call: &&Call| call.contact.kind == Kind::Inbound && call.order.is_none();
        let number = self.calls.get(&id).filter(fresh).and_then(|call| call.contact.from.number.as_ref());
        match number.and_then(|number| Some((self.promise_waiting(number, group)?, number))) {
            Some((_, number)) if self.is_switchboard(number) => Back::Perhaps,
            Some((promise, _)) => Back::Yes(promise),
            None => Back::No,
        }
    }

    /// Do several customers call from this number (spec/callback.md §7)?
    pub(super) fn is_switchboard(&self, number: &Number) -> bool {
        self.directory.settings.callback.switchboard.contains(number)
    }

    /// The promise to this number whose customer is not on the line in it.
    fn promise_waiting(&self, number: &Number, group: &GroupId) -> Option<CallId> {
        self.promise_to(number, group).filter(|promise| self.promised(*promise).is_some())
    }

    /// "Yes, I wait for a call back": from a number that several call from. `false`: nobody waits any more.
    pub(in crate::office) fn is_the_one(&mut self, id: CallId) -> bool {
        let Some(waiting) = self.waiting(id) else { return false };
        let (caller, group) = (waiting.caller, waiting.entry.group.clone());
        let promise = self.number_of_caller(id).and_then(|number| self.promise_waiting(number, &group));
        let Some(promise) = promise else { return false };
        self.stop_ringing_for(id);
        self.leave_line(id);
        self.take_over(id, caller, promise);
        true
    }

    /// The live call takes over the entry of the promise, and there is one contact.
    pub(in crate::office) fn take_over(&mut self, id: CallId, caller: LegId, promise: CallId) {
        self.move_leg(caller, id, promise);
        self.forget_arrival(id);
        self.tell(promise, Happened::CalledAgain);
        self.customer_is_back(promise, caller);
    }

    /// The call that came in is part of the older contact. A row of it that was kept already entered no
    /// group, or only until its caller said who they are: it counts nowhere.
    pub(super) fn forget_arrival(&mut self, id: CallId) {
        let now = self.now;
        let Some(mut call) = self.calls.remove(&id) else { return };
        self.register.forget(id);
        if call.saved {
            call.entered = None;
            (call.contact.entered_at, call.contact.group) = (None, None);
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
        let mut entry = std::mem::replace(&mut promised.entry, emptied);
        // "Later" was said to a call back; somebody who waits on the line is another matter.
        entry.declined.clear();
        let place = call.order.map(|order| (entry.group.clone(), (order, id)));
        call.phase = Phase::Waiting(Waiting::back(caller, entry, now));
        if let Some((group, place)) = place {
            self.line.stand_live(group, place);
        }
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
        let Some(caller) = self.caller_who_is_back(id) else { return false };
        match digit {
            '1' if self.callbacks.unkept.contains(&id) => self.pledge(id, Pledge::Again),
            '1' => self.promise_again(id, caller),
            '3' => self.needed_no_longer(id, caller),
            _ => return false,
        }
        true
    }

    fn caller_who_is_back(&self, id: CallId) -> Option<LegId> {
        let open = self.calls.get(&id).and_then(Call::open_promise)?;
        let merged = open.state == CallbackState::Merged;
        self.waiting(id).map(|waiting| waiting.caller).filter(|_| merged)
    }

    /// The promise the disk had refused lies there now, or is refused again: who waits for the word hears it.
    pub(in crate::office) fn again_answered(&mut self, id: CallId, kept: bool) {
        match (self.caller_who_is_back(id), kept) {
            (Some(caller), true) => self.promise_again(id, caller),
            (Some(_), false) => self.back_to_waiting(id),
            (None, _) => {}
        }
    }

    /// There is one promise: it is said once more, and stands at its place when they hang up. It is on the
    /// disk already.
    pub(super) fn promise_again(&mut self, id: CallId, caller: LegId) {
        let number = self.calls.get(&id).and_then(Call::open_promise).map(|open| open.number.clone());
        let number = number.map(|number| self.call_you_on(&number));
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

    /// A conversation ended: long enough, and whatever was promised to this customer is settled, and what
    /// they wrote, for ten minutes not beyond recall.
    pub(in crate::office) fn settle_reached(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        // Who of a switchboard's customers was spoken to, only a person can say.
        let number = reached_number(call).filter(|number| !self.is_switchboard(number));
        let (Some(number), Some(by)) = (number.cloned(), call.contact.person.clone()) else { return };
        self.settle_mail_of(&number, &by);
        let numbers = self.customers.numbers_beside(&number);
        let promises = numbers.iter().flat_map(|number| self.promises_to(number, id));
        for promise in promises.collect::<Vec<_>>() {
            self.tell(promise, Happened::CallbackClosed { by: By::Customer, reason: "reached".to_owned() });
            self.settle_promise(promise, CallbackState::Done, SettledBy::OtherCall);
        }
    }

    /// Promises and tasks about a number, whose customer is not on the line in them.
    fn promises_to(&self, number: &Number, except: CallId) -> Vec<CallId> {
        let about = |id: &CallId| {
            self.promise(*id).is_some_and(|(_, _, callback)| {
                callback.number == *number && (callback.is_open() || callback.state.is_task())
            })
        };
        let promises = self.register.promised_to(number);
        promises.filter(|id| *id != except).filter(about).collect()
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
