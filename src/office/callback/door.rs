//! Pure. Closed, and called all the same: "press 1, and we call you back when we open", or 2 for a message
//! (spec/callback.md §8, spec/hunt-groups.md §9, §10: nobody is sent away who was offered nothing).
//!
//! Who asks so stands in no line: nobody is rung, nothing is waited for. The promise is for the next opening.
//! Silence promises nothing, and a hang-up after key 1 with a number we can call stands, as in the line.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Request, Step};
use crate::ids::{CallId, GroupId, LegId, PlayId};
use crate::number::Number;
use crate::office::call::{Call, Phase};
use crate::office::contact::{Happened, Kind, Outcome};
use crate::office::hours::State;
use crate::office::promise::{Asked, CallbackState};
use crate::office::{Office, prompts};
use crate::sip::Ending;
use crate::speech::Saying;
use jiff::Timestamp;
use std::time::Duration;

/// Time to press a key after a question.
const TO_ANSWER: Duration = Duration::from_secs(6);
/// Time to begin typing, and between two digits of a number that is not complete.
const TO_TYPE: Duration = Duration::from_secs(8);
/// After a digit that completes a number.
const BETWEEN_DIGITS: Duration = Duration::from_secs(3);
/// The line is kept alive longer than a receipt takes.
const TO_KEEP: Duration = Duration::from_secs(4);
/// Numbers typed before we give up asking.
const TRIES: u8 = 2;
/// The longest number there is, with a prefix to dial abroad (E.164: 15 digits).
const DIGITS_MAX: usize = 20;

/// Somebody who called while it is closed, and is asked.
#[derive(Debug)]
pub(in crate::office) struct AtDoor {
    pub(in crate::office) leg: LegId,
    group: GroupId,
    playing: PlayId,
    stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// "Press 1, and we call you back when we open. To leave a message instead, press 2."
    Offer,
    /// "We call you on …": right, or another?
    Number(Number),
    /// For a number, digit by digit; how many were no good.
    Typing { digits: String, failed: u8 },
    /// The promise goes to the disk.
    Storing,
}

impl Office {
    /// A closed group whose callers are called back at the next opening, or leave a message, if they wish.
    pub(in crate::office) fn ask_at_door(&mut self, id: CallId, leg: LegId, group: &GroupId) {
        let outside = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        // What the disk does not take is not offered.
        if !outside || !self.keeps_promises() {
            return self.say_closed(id, leg, group);
        }
        if self.promise_stands(id, leg, group) {
            return;
        }
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.group = Some(group.clone());
        }
        let words = self.when_it_opens(group);
        let refused =
            self.waiting_promise_of(id, group).is_some_and(|it| self.callbacks.unkept.contains(&it));
        if self.opening(group).is_none() || self.has_carried_enough(group) || refused {
            return self.leave_message_after(&words, id, leg, group);
        }
        self.save(id);
        self.accept(leg);
        self.offer_at_door(id, leg, group, words);
    }

    fn offer_at_door(&mut self, id: CallId, leg: LegId, group: &GroupId, mut words: Vec<Saying>) {
        let offers = [prompts::OFFER_AT_OPENING, prompts::OFFER_MESSAGE].map(Saying::Prompt);
        words.extend(offers);
        words.push(Saying::Pause(TO_ANSWER));
        self.ask_so(id, leg, group.clone(), Stage::Offer, &words);
    }

    /// When it opens next; `None`: it is open, or does not open within a year.
    fn opening(&self, group: &GroupId) -> Option<Timestamp> {
        match self.group_hours(group) {
            State::Closed { opens_at, .. } => opens_at,
            State::Open { .. } => None,
        }
    }

    /// The promise to this caller's number that stands in the line.
    fn waiting_promise_of(&self, id: CallId, group: &GroupId) -> Option<CallId> {
        let number = self.calls.get(&id)?.contact.from.number.as_ref();
        let number = number.filter(|number| !self.is_switchboard(number))?;
        let at_rest = |id: &CallId| self.promised(*id).is_some_and(|promised| promised.step == Step::InLine);
        self.promise_to(number, group).filter(at_rest)
    }

    /// Who waits for a call already is told that it stands: there is one contact, and one promise. One that the
    /// disk refused when they had hung up stands, and is not spoken of.
    fn promise_stands(&mut self, id: CallId, leg: LegId, group: &GroupId) -> bool {
        let promise = self.waiting_promise_of(id, group);
        let Some(promise) = promise.filter(|it| !self.callbacks.unkept.contains(it)) else { return false };
        self.move_leg(leg, id, promise);
        self.forget_arrival(id);
        self.tell(promise, Happened::CalledAgain);
        if let Some(callback) = self.callback_mut(promise) {
            callback.state = CallbackState::Merged;
        }
        self.promise_again(promise, leg);
        true
    }

    fn ask_so(&mut self, id: CallId, leg: LegId, group: GroupId, stage: Stage, words: &[Saying]) {
        let playing = self.say(leg, words);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::AtDoor(AtDoor { leg, group, playing, stage });
        }
        self.changed();
    }

    pub(super) fn is_at_door(&self, id: CallId) -> bool {
        matches!(self.calls.get(&id).map(|call| &call.phase), Some(Phase::AtDoor(_)))
    }

    fn at_door(&self, id: CallId) -> Option<(LegId, GroupId, Stage)> {
        match &self.calls.get(&id)?.phase {
            Phase::AtDoor(at) => Some((at.leg, at.group.clone(), at.stage.clone())),
            _ => None,
        }
    }

    /// A key, at any time.
    pub(in crate::office) fn digit_at_door(&mut self, id: CallId, digit: char) {
        let Some((leg, group, stage)) = self.at_door(id) else { return };
        match (stage, digit) {
            (Stage::Offer, '1') => match self.usable_number(id) {
                Some(number) => self.read_back_at_door(id, leg, group, number),
                None => self.type_at_door(id, leg, group, prompts::TYPE_AT_DOOR, 0),
            },
            (Stage::Offer, '2') => self.leave_message(id, leg, &group),
            (Stage::Number(number), '1') => self.request_at_door(id, leg, group, number),
            (Stage::Number(_), '2') => self.type_at_door(id, leg, group, prompts::TYPE_AT_DOOR, 0),
            (Stage::Typing { digits, failed }, '#') => self.typed_at_door(id, leg, group, &digits, failed),
            (Stage::Typing { digits, failed }, '0'..='9') if digits.len() < DIGITS_MAX => {
                let digits = digits + &digit.to_string();
                let complete = self.callable(&digits).is_some();
                let pause = Saying::Pause(if complete { BETWEEN_DIGITS } else { TO_TYPE });
                self.ask_so(id, leg, group, Stage::Typing { digits, failed }, &[pause]);
            }
            _ => {}
        }
    }

    fn read_back_at_door(&mut self, id: CallId, leg: LegId, group: GroupId, number: Number) {
        let words =
            [self.call_you_on(&number), Saying::Prompt(prompts::CONFIRM_AT_DOOR), Saying::Pause(TO_ANSWER)];
        self.ask_so(id, leg, group, Stage::Number(number), &words);
    }

    fn type_at_door(&mut self, id: CallId, leg: LegId, group: GroupId, prompt: &'static str, failed: u8) {
        let words = [Saying::Prompt(prompt), Saying::Pause(TO_TYPE)];
        self.ask_so(id, leg, group, Stage::Typing { digits: String::new(), failed }, &words);
    }

    fn typed_at_door(&mut self, id: CallId, leg: LegId, group: GroupId, digits: &str, failed: u8) {
        match self.callable(digits) {
            Some(number) => self.read_back_at_door(id, leg, group, number),
            None if failed + 1 < TRIES => {
                self.type_at_door(id, leg, group, prompts::NOT_A_NUMBER, failed + 1);
            }
            None => self.go_from_door(id, leg, &group),
        }
    }

    /// Nothing was promised: call again then.
    fn go_from_door(&mut self, id: CallId, leg: LegId, group: &GroupId) {
        let mut words = self.when_it_opens(group);
        let last = if words.is_empty() { prompts::CLOSED } else { prompts::CALL_AGAIN_THEN };
        words.push(Saying::Prompt(last));
        self.say_last(id, leg, &words, Outcome::AfterHours);
    }

    /// The question, and the time to answer it, is over.
    pub(in crate::office) fn played_at_door(&mut self, id: CallId, play: PlayId) {
        let current = |call: &Call| matches!(&call.phase, Phase::AtDoor(at) if at.playing == play);
        let Some((leg, group, stage)) = self.at_door(id).filter(|_| self.calls.get(&id).is_some_and(current))
        else {
            return;
        };
        match stage {
            Stage::Typing { digits, failed } if !digits.is_empty() => {
                self.typed_at_door(id, leg, group, &digits, failed);
            }
            Stage::Storing => {}
            Stage::Offer | Stage::Number(_) | Stage::Typing { .. } => self.go_from_door(id, leg, &group),
        }
    }

    fn request_at_door(&mut self, id: CallId, leg: LegId, group: GroupId, number: Number) {
        let wait = [Saying::Pause(TO_KEEP)];
        match self.promise_to(&number, &group) {
            // One open promise a number and group (§1): the first one stands.
            Some(_) => self.say_last(id, leg, &promised_in_words(), Outcome::AfterHours),
            None => {
                self.ask_so(id, leg, group.clone(), Stage::Storing, &wait);
                self.file_for_opening(id, &group, number, Asked::Key);
            }
        }
    }

    /// The promise of a closed group: not before it opens, at the place of who called now.
    fn file_for_opening(&mut self, id: CallId, group: &GroupId, number: Number, asked: Asked) {
        let opens_at = self.opening(group);
        let ahead = self.head_start_of(self.number_of_caller(id), group);
        let tick = self.now.tick;
        if let Some(call) = self.calls.get_mut(&id) {
            call.take_place(tick, ahead);
        }
        self.take_request(id, Request { number, asked, promised: None, not_before: opens_at, matter: None });
    }

    /// The promise is on the disk, or is not.
    pub(super) fn kept_at_door(&mut self, id: CallId, kept: bool) {
        let Some((leg, group, Stage::Storing)) = self.at_door(id) else { return };
        if kept {
            return self.say_last(id, leg, &promised_in_words(), Outcome::CallbackRequested);
        }
        self.go_from_door(id, leg, &group);
    }

    /// Hung up.
    pub(in crate::office) fn left_door(&mut self, id: CallId, how: Ending) {
        let Some((_, group, stage)) = self.at_door(id) else { return };
        self.tell_left(id, how);
        let number = match stage {
            Stage::Number(number) => Some(number),
            Stage::Typing { digits, .. } => self.callable(&digits).or_else(|| self.usable_number(id)),
            Stage::Offer | Stage::Storing => None,
        };
        if let Some(number) = number.filter(|number| self.promise_to(number, &group).is_none()) {
            self.file_for_opening(id, &group, number, Asked::Implicit);
        }
        self.finish(id, Outcome::AfterHours, &crate::sip::HangupReason::CallerGone);
    }
}

/// "We call you back when we are open again."
fn promised_in_words() -> [Saying; 2] {
    [Saying::Prompt(prompts::CALL_AT_OPENING), Saying::Prompt(prompts::GOODBYE)]
}
