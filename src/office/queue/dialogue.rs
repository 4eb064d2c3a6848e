//! Pure. The keys of somebody who waits: asking to be called back, a number, a message (spec/callback.md §3).
//!
//! Nobody becomes a callback by accident: silence goes on waiting, `*` always does. Phones ring all the
//! time, and an answer ends the dialogue wherever it stands. A question and the time to answer it are one
//! playback: its end is the silence.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::announce::Item;
use super::matter::Stage;
use crate::ids::CallId;
use crate::number::Number;
use crate::office::callback::Request;
use crate::office::contact::{Kind, Outcome};
use crate::office::promise::Asked;
use crate::office::{Office, prompts};
use crate::speech::Saying;
use std::time::Duration;

/// Time to press a key after a question.
const TO_ANSWER: Duration = Duration::from_secs(6);
/// Time to begin typing, and between two digits of a number that is not complete.
const TO_TYPE: Duration = Duration::from_secs(8);
/// After a digit that completes a number.
const BETWEEN_DIGITS: Duration = Duration::from_secs(3);
/// Until the store has the promise; longer, and the caller goes on waiting (spec/callback.md §9).
const TO_KEEP: Duration = Duration::from_secs(4);
/// Numbers typed before we give up asking.
const TRIES: u8 = 2;
/// The longest number there is, with a prefix to dial abroad (E.164: 15 digits).
const DIGITS_MAX: usize = 20;
/// "Just hang up": those who were gone at once did not wait for us.
const WAITED_ENOUGH: Duration = Duration::from_secs(10);

/// What a waiting caller is being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::office) enum Asking {
    /// Nothing: there is music, or an announcement.
    Nothing,
    /// Callback, message, or go on waiting?
    Choice,
    /// Are you the one who waits for a call back? Several call from this number.
    Back,
    /// "We call you on …": right, another, or go on waiting?
    Number(Number),
    /// For a number, digit by digit; how many were no good.
    Typing { digits: String, failed: u8 },
    /// What it is about, to be recorded.
    Matter(Number, Stage),
    /// Nothing more: the promise goes to the disk.
    Promised,
}

impl Office {
    /// A key of a waiting caller (spec/callback.md §2, §3).
    pub(in crate::office) fn digit_in_line(&mut self, id: CallId, digit: char) {
        let inbound = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        let Some(waiting) = self.waiting(id).filter(|_| inbound) else { return };
        let offered = waiting.told.has(Item::Message);
        match (waiting.asking.clone(), digit) {
            (Asking::Promised, _) => {}
            (Asking::Nothing, '*') => {}
            (_, '*') | (Asking::Number(_), '3') => self.back_to_waiting(id),
            (Asking::Back, '1') if self.is_the_one(id) => {}
            (Asking::Back, '1' | '2') => self.back_to_waiting(id),
            (Asking::Nothing | Asking::Choice, '1') => self.wants_callback(id),
            (Asking::Choice, '2') => self.wants_message(id),
            (Asking::Nothing, '2') if offered => self.wants_message(id),
            (Asking::Number(number), '1') => self.agreed(id, number),
            (Asking::Number(_), '2') => self.ask_to_type(id, prompts::TYPE_NUMBER, 0),
            (Asking::Matter(number, stage), _) => self.digit_in_matter(id, number, stage),
            (Asking::Typing { digits, failed }, '#') => self.typed(id, &digits, failed),
            (Asking::Typing { digits, failed }, '0'..='9') => self.type_digit(id, digits, digit, failed),
            _ => {}
        }
    }

    /// The playback of a question ended, and no key came: silence goes on waiting.
    pub(super) fn unanswered(&mut self, id: CallId) {
        let Some(asking) = self.waiting(id).map(|waiting| waiting.asking.clone()) else { return };
        match asking {
            Asking::Typing { digits, failed } if !digits.is_empty() => self.typed(id, &digits, failed),
            Asking::Choice | Asking::Back | Asking::Number(_) | Asking::Typing { .. } => {
                self.back_to_waiting(id);
            }
            Asking::Matter(number, stage) => self.matter_played(id, number, stage),
            Asking::Nothing | Asking::Promised => self.music_or_more(id),
        }
    }

    /// The number waits for a call back, but several call from it. Phones ring meanwhile.
    pub(super) fn ask_whether_back(&mut self, id: CallId) {
        let what = [Saying::Prompt(prompts::ARE_YOU_BACK), Saying::Pause(TO_ANSWER)];
        self.ask(id, Asking::Back, &what);
    }

    /// The question of the ladder was put: what it offers was offered.
    pub(super) fn ask_choice(&mut self, id: CallId) {
        let waited = self.waiting(id).map_or(Duration::ZERO, |waiting| self.waits_for(waiting));
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.asking = Asking::Choice;
            waiting.told.mark(Item::Message, waited);
            waiting.told.mark(Item::Offer, waited);
        }
    }

    /// The words of that question, and the time to answer it.
    pub(super) fn words_of_choice(&self, id: CallId, why: &'static str) -> Vec<Saying> {
        let keys = if self.can_promise(id) { prompts::CHOICE } else { prompts::OFFER_MESSAGE };
        vec![Saying::Prompt(why), Saying::Prompt(keys), Saying::Pause(TO_ANSWER)]
    }

    /// Key 1, at any time. The number is read back, or asked for where it was withheld or cannot be called.
    fn wants_callback(&mut self, id: CallId) {
        self.look_ahead(id);
        let Some(waiting) = self.waiting(id) else { return };
        let waited = self.waits_for(waiting);
        let (possible, group) = (self.can_promise(id), waiting.entry.group.clone());
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.told.mark(Item::Offer, waited);
        }
        match self.usable_number(id) {
            _ if !possible && self.has_carried_enough(&group) => self.offer_message(id),
            _ if !possible => self.back_to_waiting(id),
            Some(number) => self.read_back(id, number),
            None => self.ask_to_type(id, prompts::TYPE_NUMBER, 0),
        }
    }

    /// So many are left for the next opening that a message is offered instead (spec/callback.md §8).
    fn offer_message(&mut self, id: CallId) {
        let what = [Saying::Prompt(prompts::OFFER_MESSAGE), Saying::Pause(TO_ANSWER)];
        self.ask(id, Asking::Choice, &what);
    }

    fn read_back(&mut self, id: CallId, number: Number) {
        let what =
            [self.call_you_on(&number), Saying::Prompt(prompts::CONFIRM_NUMBER), Saying::Pause(TO_ANSWER)];
        self.ask(id, Asking::Number(number), &what);
    }

    fn ask_to_type(&mut self, id: CallId, prompt: &'static str, failed: u8) {
        let asking = Asking::Typing { digits: String::new(), failed };
        self.ask(id, asking, &[Saying::Prompt(prompt), Saying::Pause(TO_TYPE)]);
    }

    fn ask(&mut self, id: CallId, asking: Asking, what: &[Saying]) {
        self.stop_matter(id);
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.asking = asking;
            waiting.greeted = true;
        }
        self.say_in_line(id, what);
        self.changed();
    }

    fn type_digit(&mut self, id: CallId, mut digits: String, digit: char, failed: u8) {
        if digits.len() >= DIGITS_MAX {
            return self.typed(id, &digits, failed);
        }
        digits.push(digit);
        let complete = self.callable(&digits).is_some();
        let pause = if complete { BETWEEN_DIGITS } else { TO_TYPE };
        self.ask(id, Asking::Typing { digits, failed }, &[Saying::Pause(pause)]);
    }

    /// A number was typed: read back, or asked for once more.
    fn typed(&mut self, id: CallId, digits: &str, failed: u8) {
        match self.callable(digits) {
            Some(number) => self.read_back(id, number),
            None if failed + 1 < TRIES => self.ask_to_type(id, prompts::NOT_A_NUMBER, failed + 1),
            None => self.back_to_waiting(id),
        }
    }

    /// "Please stay on the line": nothing is lost.
    pub(in crate::office) fn back_to_waiting(&mut self, id: CallId) {
        self.ask(id, Asking::Nothing, &[Saying::Prompt(prompts::STAY_ON_LINE)]);
    }

    /// Key 2: the message's owner takes the caller from here.
    fn wants_message(&mut self, id: CallId) {
        let Some(waiting) = self.waiting(id) else { return };
        let (caller, group) = (waiting.caller, waiting.entry.group.clone());
        self.leave_message(id, caller, &group);
    }

    /// The caller has agreed: from here on the promise lies with its owner, who says when it is kept.
    pub(super) fn request(&mut self, id: CallId, number: Number, asked: Asked, matter: Option<Duration>) {
        self.ask(id, Asking::Promised, &[Saying::Pause(TO_KEEP)]);
        let promised = self.window_for(id);
        self.take_request(id, Request { number, asked, promised, not_before: None, matter });
    }

    /// The promise is on the disk: it may be spoken. A caller who was answered meanwhile has better.
    pub(in crate::office) fn request_kept(&mut self, id: CallId) {
        let Some(waiting) = self.waiting(id).filter(|waiting| waiting.asking == Asking::Promised) else {
            return;
        };
        let caller = waiting.caller;
        let words = self.words_of_promise(id);
        self.stop_ringing_for(id);
        self.leave_line(id);
        self.say_last(id, caller, &words, Outcome::CallbackRequested);
    }

    /// It could not be stored: nothing was promised, the caller keeps the place.
    pub(in crate::office) fn request_refused(&mut self, id: CallId) {
        if self.waiting(id).is_some_and(|waiting| waiting.asking == Asking::Promised) {
            self.back_to_waiting(id);
        }
    }

    /// A caller hangs up. After key 1 with a number we can call, or where hanging up keeps the place, that
    /// is a request, though the lines have filled up since it was offered; one that lies at the store already stands.
    pub(super) fn hangs_up_for_callback(&mut self, id: CallId) {
        let Some(number) = self.number_left(id) else { return };
        self.look_ahead(id);
        let promised = self.window_for(id);
        // Who was asked what it is about had said before that the number is right.
        let agreed = self.waiting(id).is_some_and(|waiting| matches!(waiting.asking, Asking::Matter(..)));
        let asked = if agreed { Asked::Key } else { Asked::Implicit };
        self.matter_left(id);
        self.take_request(id, Request { number, asked, promised, not_before: None, matter: None });
    }

    /// The number a caller leaves behind by hanging up.
    fn number_left(&self, id: CallId) -> Option<Number> {
        let waiting = self.waiting(id)?;
        let group = self.directory.group(&waiting.entry.group)?;
        let own = || self.usable_number(id);
        let may = group.callback.just_hang_up && waiting.told.may_hang_up;
        match &waiting.asking {
            Asking::Number(number) | Asking::Matter(number, _) => Some(number.clone()),
            Asking::Typing { digits, .. } => self.callable(digits).or_else(own),
            Asking::Nothing | Asking::Choice if may && self.waits_for(waiting) > WAITED_ENOUGH => own(),
            _ => None,
        }
    }
}
