//! Pure. The member who is rung for a promise: what they hear, and their keys (spec/callback.md §5).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Step;
use crate::ids::{CallId, LegId, PersonId};
use crate::media::{Piece, Repeat};
use crate::office::call::Leg;
use crate::office::contact::{By, Happened};
use crate::office::promise::{Asked, CallbackState, SettledBy};
use crate::office::queue::matter::matter_of;
use crate::office::timers::Timer;
use crate::office::{Action, Office, prompts};
use crate::sip::{Ending, Failure, HangupReason};
use crate::speech::Saying;
use std::time::Duration;

/// Who hears what it is about, and neither presses a key nor says yes by staying, is let go after this.
const KEY_WITHIN: Duration = Duration::from_secs(20);
/// Who said "later" is not asked for the same promise so long.
const PUT_OFF_FOR: Duration = Duration::from_secs(600);
/// Time to give a reason.
const REASON_WITHIN: Duration = Duration::from_secs(8);

impl Office {
    /// `↩ Hansen (12 min)`: who is called back, and how long they have waited.
    pub(in crate::office) fn shown_for_promise(&self, id: CallId) -> Option<(String, String)> {
        let (call, _, callback) = self.promise(id)?;
        let (_, name) = self.shown(id);
        let number = callback.number.as_str().to_owned();
        let who = if name.is_empty() { callback.number.grouped(self.directory.country()) } else { name };
        let waited = call.waited(self.now.tick).as_secs() / 60;
        Some((number, format!("↩ {who} ({waited} min)")))
    }

    /// A member answered: everybody else falls silent, the member hears what it is about.
    pub(in crate::office) fn promise_taken(&mut self, id: CallId, person: &PersonId, leg: LegId) {
        let Some(promised) = self.promised_mut(id).filter(|promised| promised.step == Step::InLine) else {
            return self.hang_up(leg, HangupReason::AnsweredElsewhere);
        };
        promised.round = None;
        let others = std::mem::take(&mut promised.entry.offers);
        self.leg_is_up(leg);
        for other in others.into_values().flat_map(|offer| offer.legs).filter(|other| *other != leg) {
            self.hang_up(other, HangupReason::AnsweredElsewhere);
        }
        self.tell(id, Happened::Answered { person: person.clone() });
        self.ask_member(id, person, leg);
    }

    fn ask_member(&mut self, id: CallId, person: &PersonId, leg: LegId) {
        let matter = self.matter(id);
        self.await_key(id, person, leg, matter.unwrap_or_default());
        let cut = self.promise(id).is_some_and(|(_, _, callback)| callback.asked == Asked::Cut);
        let prompt = if cut { prompts::CALLBACK_PREVIEW_CUT } else { prompts::CALLBACK_PREVIEW };
        let waited = self.calls.get(&id).map_or(Duration::ZERO, |call| call.waited(self.now.tick));
        let mut pieces = self.speech(leg, &[Saying::Filled(prompt, vec![Saying::Duration(waited)])]);
        pieces.extend(matter.map(|_| Piece::File(matter_of(id))));
        self.play(leg, pieces, Repeat::Once);
    }

    /// How long the customer said what it is about, where they did (§3).
    fn matter(&self, id: CallId) -> Option<Duration> {
        self.promise(id).and_then(|(_, _, callback)| callback.matter)
    }

    /// Habit knows no keys: who stays has said yes, once everything is said. A mobile has pressed one already, so
    /// that no mailbox does.
    fn await_key(&mut self, id: CallId, person: &PersonId, leg: LegId, said: Duration) {
        let accepts = self.directory.settings.callback.answer_accepts;
        let until = self.now.tick + said + if accepts.is_zero() { KEY_WITHIN } else { accepts };
        self.set_step(id, Step::Asked { person: person.clone(), leg }, until);
        self.timers.set(until, Timer::CallbackStep { call: id });
    }

    /// Any other key: enough was heard of what it is about.
    fn skip_matter(&mut self, id: CallId, person: &PersonId, leg: LegId) {
        if self.matter(id).is_some() {
            self.act(Action::Stop { leg });
            self.await_key(id, person, leg, Duration::ZERO);
        }
    }

    /// A key in a callback: the member's before the dial, or the customer's who was rung first.
    pub(in crate::office) fn digit_in_callback(&mut self, id: CallId, leg: LegId, digit: char) {
        let Some(step) = self.promised(id).map(|promised| promised.step.clone()) else { return };
        match (step, digit) {
            (Step::Asked { leg: own, person }, '1') if own == leg => self.confirmed(id, &person, Some(leg)),
            (Step::Asked { leg: own, person }, '2') if own == leg => self.put_off(id, &person, leg),
            (Step::Asked { leg: own, person }, '3') if own == leg => self.ask_reason(id, person, leg),
            (Step::Asked { leg: own, person }, _) if own == leg => self.skip_matter(id, &person, leg),
            (Step::Reason { leg: own, person }, '1'..='3') if own == leg => {
                self.done_because(id, &person, digit)
            }
            (Step::Greeting { customer, .. }, _) if customer == leg => self.digit_of_customer(id, leg, digit),
            (Step::When { customer }, '1'..='3') if customer == leg => self.later_as_asked(id, leg, digit),
            _ => {}
        }
    }

    /// The step has lasted long enough.
    pub(in crate::office) fn on_callback_step(&mut self, id: CallId) {
        let Some(promised) = self.promised(id).filter(|promised| promised.until <= self.now.tick) else {
            return;
        };
        match promised.step.clone() {
            Step::Asked { person, leg } if self.directory.settings.callback.answer_accepts.is_zero() => {
                self.put_off(id, &person, leg);
            }
            Step::Asked { person, leg } => self.confirmed(id, &person, Some(leg)),
            Step::Reason { person, .. } => self.done_because(id, &person, '0'),
            Step::Dialing { customer, .. } => self.rung_long_enough(id, customer),
            Step::Greeting { person, customer, said } => self.greeted_long_enough(id, person, customer, said),
            Step::When { customer } => self.later_as_asked(id, customer, '2'),
            Step::InLine | Step::Writing { .. } | Step::Telling { .. } | Step::Settled { .. } => {}
        }
    }

    /// Key 2: somebody else, or later.
    fn put_off(&mut self, id: CallId, person: &PersonId, leg: LegId) {
        self.tell(id, Happened::CallbackPutOff { by: By::Person(person.clone()) });
        self.hang_up(leg, HangupReason::Normal);
        self.not_now_by(id, person);
    }

    /// This member is not asked for a while; the entry stays where it is.
    pub(super) fn not_now_by(&mut self, id: CallId, person: &PersonId) {
        if let Some(promised) = self.promised_mut(id) {
            promised.wanted_by = None;
        }
        self.puts_off(id, person);
        self.wait_again(id);
    }

    /// Somebody else is to make this call, or nobody for a while.
    pub(in crate::office) fn puts_off(&mut self, id: CallId, person: &PersonId) {
        let until = self.now.tick + PUT_OFF_FOR;
        if let Some(promised) = self.promised_mut(id) {
            promised.entry.put_off.insert(person.clone(), until);
        }
        self.timers.set(until, Timer::LookAgain { call: id });
    }

    /// Key 3: it is done. Why?
    fn ask_reason(&mut self, id: CallId, person: PersonId, leg: LegId) {
        let until = self.now.tick + REASON_WITHIN;
        self.set_step(id, Step::Reason { person, leg }, until);
        self.timers.set(until, Timer::CallbackStep { call: id });
        self.play_prompt(leg, prompts::CALLBACK_REASON);
    }

    fn done_because(&mut self, id: CallId, person: &PersonId, key: char) {
        let reason = match key {
            '1' => "spoken-with",
            '2' => "not-needed",
            '3' => "wrong-number",
            _ => "",
        };
        let by = By::Person(person.clone());
        self.tell(id, Happened::CallbackClosed { by, reason: reason.to_owned() });
        self.settle_promise(id, CallbackState::Done, SettledBy::Person(person.clone()));
    }

    /// A leg of a promise is over: a phone that rang, the member who waits, or the customer.
    pub(in crate::office) fn callback_leg_ended(&mut self, id: CallId, leg: LegId, how: Ending, known: &Leg) {
        let Some(step) = self.promised(id).map(|promised| promised.step.clone()) else { return };
        match (step, &known.person) {
            (Step::InLine, Some(person)) => {
                self.offer_failed(id, person, leg, Failure { status: 480, cause: None });
            }
            (Step::Asked { person, .. } | Step::Reason { person, .. }, _) => self.not_now_by(id, &person),
            (Step::Writing { person, leg: Some(own), .. }, _) if own == leg => {
                self.forget_dial(id);
                self.not_now_by(id, &person);
            }
            (Step::Dialing { customer, .. }, _) if customer == leg => {
                self.customer_failed(id, leg, Failure { status: 480, cause: None });
            }
            (Step::Dialing { person, customer, since, rang, .. }, _) => {
                self.aborted(id, &person, customer, (since, rang));
            }
            (Step::Greeting { .. } | Step::When { .. }, _) => self.customer_left(id, how),
            (Step::Telling { .. }, _) => self.told(id),
            _ => {}
        }
    }

    /// The last words were said.
    pub(in crate::office) fn callback_played(&mut self, id: CallId, play: crate::ids::PlayId) {
        if let Some(Step::Telling { leg, play: last }) =
            self.promised(id).map(|promised| promised.step.clone())
            && last == play
        {
            self.hang_up(leg, HangupReason::Normal);
            self.told(id);
        }
    }

    /// Says something to a leg of a promise, which then goes.
    pub(super) fn tell_and_go(&mut self, id: CallId, leg: LegId, prompt: &'static str) {
        let play = self.play_prompt(leg, prompt);
        self.set_step(id, Step::Telling { leg, play }, self.now.tick);
    }

    fn told(&mut self, id: CallId) {
        match self.promise(id).map(|(_, _, callback)| callback.is_open()) {
            Some(true) => {
                self.set_step(id, Step::InLine, self.now.tick);
                self.look_at_promise(id);
            }
            Some(false) => self.nothing_left_to_do(id),
            None => {}
        }
    }
}
