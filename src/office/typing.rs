//! Pure. Codes inside a conversation, from the staff side only (INTERFACES.md §4): `*2` and `*3` pass the
//! other party on, `*70`–`*76` park it; `*3` again goes back to it; `*4`: a machine answered the callback.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::alone::{NEXT_DIGIT, THINK};
use super::call::{Hold, Phase};
use super::desk::TransferKind;
use super::outbound::No;
use super::timers::Timer;
use super::transfer::{AskedBy, NoTransfer};
use super::{Office, prompts};
use crate::ids::{CallId, LegId};
use crate::time::Tick;
use std::time::Duration;

const NUMBER_MAX: usize = 20;

/// What a phone in a conversation has typed.
#[derive(Clone, Debug)]
pub(super) struct Typing {
    text: String,
    wants: Wants,
    until: Tick,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wants {
    /// What follows `*`.
    Code,
    /// Where the other party goes.
    Number(TransferKind),
}

impl Office {
    /// A key of one of us in a conversation, or beside one.
    pub(super) fn digit_in_talk(&mut self, id: CallId, leg: LegId, digit: char) {
        if self.legs.get(&leg).is_none_or(|leg| leg.person.is_none()) {
            return;
        }
        let Some(Typing { mut text, wants, .. }) = self.typing.get(&leg).cloned() else {
            if digit == '*' {
                self.type_on(leg, String::new(), Wants::Code, NEXT_DIGIT);
            }
            return;
        };
        match (wants, digit) {
            (Wants::Code, _) => {
                text.push(digit);
                self.code_in_talk(id, leg, text);
            }
            (Wants::Number(_), '*') => self.back_to_talk(id, leg, None),
            (Wants::Number(kind), '#') => self.pass_on(id, leg, kind, &text),
            (Wants::Number(_), _) if text.len() < NUMBER_MAX => {
                text.push(digit);
                self.type_on(leg, text, wants, NEXT_DIGIT);
            }
            (Wants::Number(_), _) => {}
        }
    }

    fn type_on(&mut self, leg: LegId, text: String, wants: Wants, within: Duration) {
        let until = self.now.tick + within;
        self.typing.insert(leg, Typing { text, wants, until });
        self.timers.set(until, Timer::TypingEnds { leg });
    }

    fn code_in_talk(&mut self, id: CallId, leg: LegId, code: String) {
        let talking = match self.calls.get(&id).map(|call| &call.phase) {
            Some(Phase::Talking(talking)) => Some(talking.hold),
            _ => None,
        };
        self.typing.remove(&leg);
        match (code.as_str(), talking) {
            ("2", Some(hold)) => self.ask_number(id, leg, TransferKind::Blind, hold),
            ("3", Some(hold)) => self.ask_number(id, leg, TransferKind::Attended, hold),
            ("3", None) => self.consult_back(id),
            ("4", Some(_)) => {
                let marked = self.that_was_voicemail(id);
                self.play_prompt(leg, if marked { prompts::CALLBACK_MARKED } else { prompts::CODE_NOT_NOW });
            }
            ("7", Some(_)) => self.type_on(leg, code, Wants::Code, NEXT_DIGIT),
            ("70" | "71" | "72" | "73" | "74" | "75" | "76", Some(_)) => {
                let slot = code.parse().ok();
                if self.park(id, leg, slot).is_none() {
                    self.play_prompt(leg, prompts::SLOT_TAKEN);
                }
            }
            _ => {
                self.play_prompt(leg, prompts::CODE_NOT_KNOWN);
            }
        }
    }

    /// The other party hears music while the number is typed.
    fn ask_number(&mut self, id: CallId, leg: LegId, kind: TransferKind, hold: Hold) {
        match hold {
            Hold::None => self.hold(id, Hold::Screen(leg)),
            Hold::Screen(by) if by == leg => {}
            Hold::Phone(_) | Hold::Screen(_) => {
                self.play_prompt(leg, prompts::CODE_NOT_NOW);
                return;
            }
        }
        self.play_prompt(leg, prompts::DIAL_NUMBER);
        self.type_on(leg, String::new(), Wants::Number(kind), THINK);
    }

    fn pass_on(&mut self, id: CallId, leg: LegId, kind: TransferKind, number: &str) {
        self.typing.remove(&leg);
        let begun = match kind {
            TransferKind::Blind => self.transfer_blind(leg, number, AskedBy::Screen),
            TransferKind::Attended => self.consult(id, leg, number),
        };
        let why = match begun {
            Ok(()) => return,
            Err(NoTransfer::Unknown) => prompts::NUMBER_NOT_KNOWN,
            Err(NoTransfer::Outbound(No::Rule(_))) => prompts::NOT_ALLOWED,
            Err(NoTransfer::NotNow | NoTransfer::Taken | NoTransfer::Outbound(No::NoTrunk)) => {
                prompts::CODE_NOT_NOW
            }
        };
        self.back_to_talk(id, leg, Some(why));
    }

    /// Nothing came of it: the two talk on, and the one who typed hears why.
    fn back_to_talk(&mut self, id: CallId, leg: LegId, why: Option<&'static str>) {
        self.typing.remove(&leg);
        if self.holds_by_code(id, leg) {
            self.resume(id);
        }
        if let Some(why) = why {
            self.play_prompt(leg, why);
        }
    }

    fn holds_by_code(&self, id: CallId, leg: LegId) -> bool {
        let phase = self.calls.get(&id).map(|call| &call.phase);
        matches!(phase, Some(Phase::Talking(talking)) if talking.hold == Hold::Screen(leg))
    }

    /// No more keys: a number is dialled as it stands, the rest is forgotten.
    pub(super) fn on_typing_ends(&mut self, leg: LegId) {
        let due = self.typing.get(&leg).filter(|typing| typing.until <= self.now.tick).cloned();
        let Some(typing) = due else { return };
        let Some(id) = self.legs.get(&leg).map(|leg| leg.call) else { return };
        match typing.wants {
            Wants::Number(kind) if !typing.text.is_empty() => self.pass_on(id, leg, kind, &typing.text),
            Wants::Number(_) => self.back_to_talk(id, leg, None),
            Wants::Code => drop(self.typing.remove(&leg)),
        }
    }
}
