//! Pure. The customer who is rung before the member: a key press says that a person answered
//! (spec/callback.md §5).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Step;
use crate::ids::{CallId, LegId, PersonId};
use crate::office::contact::{By, Happened};
use crate::office::promise::{Asked, CallbackState, CameTo, SettledBy};
use crate::office::queue::Welcome;
use crate::office::timers::Timer;
use crate::office::{Office, prompts};
use crate::sip::{Ending, HangupReason};
use jiff::SignedDuration;
use std::time::Duration;

/// The greeting is repeated once after this; without a key after twice this nobody listens.
const GREETING: Duration = Duration::from_secs(6);
/// Time to say when.
const WHEN_WITHIN: Duration = Duration::from_secs(10);
/// A customer who said "connect me" is told that it takes longer after this.
const SORRY_AFTER: Duration = Duration::from_secs(20);

impl Office {
    /// A member is free: kept so, and the customer is dialled.
    pub(in crate::office) fn reserve_for(&mut self, id: CallId, person: &PersonId) {
        self.confirmed(id, person, None);
    }

    /// The customer answered.
    pub(super) fn greet_customer(&mut self, id: CallId, customer: LegId, person: PersonId) {
        self.leg_is_up(customer);
        self.on_minute(customer);
        if let Some(callback) = self.callback_mut(id) {
            callback.state = CallbackState::Reached;
        }
        self.save(id);
        self.greet_once_more(id, customer, person, 1);
    }

    fn greet_once_more(&mut self, id: CallId, customer: LegId, person: PersonId, said: u8) {
        let until = self.now.tick + GREETING;
        self.set_step(id, Step::Greeting { person, customer, said }, until);
        self.timers.set(until, Timer::CallbackStep { call: id });
        let cut = self.promise(id).is_some_and(|(_, _, callback)| callback.asked == Asked::Cut);
        let prompt = if cut { prompts::CALLBACK_GREETING_CUT } else { prompts::CALLBACK_GREETING };
        self.play_prompt(customer, prompt);
    }

    /// No key: once more, then it was a machine.
    pub(super) fn greeted_long_enough(&mut self, id: CallId, person: PersonId, customer: LegId, said: u8) {
        if said == 1 {
            return self.greet_once_more(id, customer, person, 2);
        }
        self.hang_up(customer, HangupReason::Normal);
        self.unattended(id);
    }

    /// Hung up without a key.
    pub(super) fn customer_left(&mut self, id: CallId, how: Ending) {
        self.tell_left(id, how);
        self.unattended(id);
    }

    fn unattended(&mut self, id: CallId) {
        self.came_to(id, CameTo::Voicemail);
        self.after_dial(id, None, prompts::CALLBACK_NO_ANSWER);
    }

    /// 1 connect, 2 later, 3 no longer needed.
    pub(super) fn digit_of_customer(&mut self, id: CallId, customer: LegId, digit: char) {
        match digit {
            '1' => self.connect_customer(id, customer),
            '2' => {
                let until = self.now.tick + WHEN_WITHIN;
                self.set_step(id, Step::When { customer }, until);
                self.timers.set(until, Timer::CallbackStep { call: id });
                self.play_prompt(customer, prompts::CALLBACK_WHEN);
            }
            '3' => self.not_needed(id, customer),
            _ => {}
        }
    }

    /// From here on the customer waits live, at the old place: the member kept free rings first.
    fn connect_customer(&mut self, id: CallId, customer: LegId) {
        let Some(group) = self.calls.get(&id).and_then(|call| call.contact.group.clone()) else { return };
        self.reached_by_dial(id);
        self.set_step(id, Step::InLine, self.now.tick);
        self.enter_line(id, customer, &group, Welcome::None);
        self.timers.set(self.now.tick + SORRY_AFTER, Timer::CallbackSorry { call: id });
    }

    fn reached_by_dial(&mut self, id: CallId) {
        if let Some(last) = self.callback_mut(id).and_then(|callback| callback.tries.last_mut()) {
            last.came_to = CameTo::Reached;
        }
    }

    /// Nobody answered for a customer whom we called.
    pub(in crate::office) fn on_callback_sorry(&mut self, id: CallId) {
        let reached = self.calls.get(&id).and_then(|call| call.contact.callback.as_ref());
        let reached = reached.is_some_and(|callback| callback.state == CallbackState::Reached);
        let Some(caller) = self.waiting(id).map(|waiting| waiting.caller).filter(|_| reached) else { return };
        let play = self.play_prompt(caller, prompts::CALLBACK_SORRY);
        self.remember_playing(id, play);
    }

    /// 1 ten minutes, 2 half an hour, 3 an hour; without a key half an hour.
    pub(super) fn later_as_asked(&mut self, id: CallId, customer: LegId, digit: char) {
        let minutes = match digit {
            '1' => 10,
            '3' => 60,
            _ => 30,
        };
        self.tell(id, Happened::CallbackPutOff { by: By::Customer });
        self.reached_by_dial(id);
        self.not_before(id, SignedDuration::from_mins(minutes));
        if let Some(callback) = self.callback_mut(id) {
            callback.state = CallbackState::Snoozed;
        }
        self.save(id);
        self.tell_and_go(id, customer, prompts::CALLBACK_THEN);
    }

    /// Key 3; said twice, the number is not called again (§12).
    fn not_needed(&mut self, id: CallId, customer: LegId) {
        self.reached_by_dial(id);
        self.tell_and_go(id, customer, prompts::CALLBACK_CANCELLED);
        self.customer_cancels(id);
    }

    /// The customer does not want to be called any more.
    pub(in crate::office) fn customer_cancels(&mut self, id: CallId) {
        let open = self.calls.get(&id).and_then(|call| call.open_promise()).map(|open| open.number.clone());
        let Some(number) = open else { return };
        self.count_no(&number);
        self.tell(id, Happened::CallbackClosed { by: By::Customer, reason: String::new() });
        self.settle_row(id, CallbackState::Cancelled, SettledBy::Customer);
        if self.promised(id).is_some() {
            self.leave_promise(id);
        }
        self.save(id);
    }
}
