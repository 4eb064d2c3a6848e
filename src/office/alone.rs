//! Pure. A person alone with the office at their own phone: typing minutes, listening, recording, the echo.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::Phase;
use super::codes::Leave;
use super::contact::Outcome;
use super::listening::Listening;
use super::memory::OverrideKind;
use super::studio::Studio;
use super::timers::Timer;
use super::{Action, Office, prompts};
use crate::ids::{CallId, LegId, PersonId, PlayId};
use crate::media::{Piece, Repeat};
use crate::sip::HangupReason;
use std::time::Duration;

/// How long somebody may think before the first digit.
pub(super) const THINK: Duration = Duration::from_secs(10);
/// How long after a digit the next one is waited for.
pub(super) const NEXT_DIGIT: Duration = Duration::from_secs(4);
/// Nobody listens to themselves longer.
const ECHO_MAX: Duration = Duration::from_secs(300);
const DIGITS_MAX: usize = 4;

/// Somebody of ours and what they do here.
#[derive(Debug)]
pub(super) struct Alone {
    pub(super) leg: LegId,
    pub(super) person: PersonId,
    /// What they hear, and the time to think after it.
    pub(super) playing: PlayId,
    pub(super) doing: Doing,
}

#[derive(Clone, Debug)]
pub(super) enum Doing {
    /// `*12`: the minutes typed so far.
    Minutes(String),
    /// As the last one there: where callers shall go.
    Leaving(Leave),
    /// `*28`: closed or open, and the minutes typed so far.
    Hours(OverrideKind, String),
    /// What was asked for goes to the disk.
    Storing,
    Listening(Listening),
    Studio(Studio),
    Echo,
}

impl Office {
    /// Plays to somebody alone with us, and remembers what they do.
    pub(super) fn be_alone(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        pieces: Vec<Piece>,
        doing: Doing,
    ) {
        self.accept(leg);
        let playing = self.play(leg, pieces, Repeat::Once);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Alone(Alone { leg, person: person.clone(), playing, doing });
        }
        self.changed();
    }

    /// Who is alone with us in this call, and what they do.
    pub(super) fn alone(&self, id: CallId) -> Option<(LegId, PersonId, Doing)> {
        match &self.calls.get(&id)?.phase {
            Phase::Alone(alone) => Some((alone.leg, alone.person.clone(), alone.doing.clone())),
            _ => None,
        }
    }

    /// A key of somebody alone with us.
    pub(super) fn digit_alone(&mut self, id: CallId, digit: char) {
        let Some((leg, person, doing)) = self.alone(id) else { return };
        match doing {
            Doing::Minutes(typed) => self.minutes_typed(id, leg, &person, typed, digit),
            Doing::Leaving(leave) => self.callers_chosen(id, leg, &person, leave, digit),
            Doing::Hours(kind, typed) => self.hours_typed(id, leg, &person, (kind, typed), digit),
            Doing::Listening(listening) => self.digit_in_listening(id, leg, &person, listening, digit),
            Doing::Studio(studio) => self.digit_in_studio(id, leg, &person, studio, digit),
            Doing::Storing | Doing::Echo => {}
        }
    }

    /// What they hear, and the time after it, is over.
    pub(super) fn alone_played(&mut self, id: CallId, play: PlayId) {
        let current = match self.calls.get(&id).map(|call| &call.phase) {
            Some(Phase::Alone(alone)) => alone.playing == play,
            _ => false,
        };
        let Some((leg, person, doing)) = self.alone(id).filter(|_| current) else { return };
        match doing {
            Doing::Minutes(typed) => self.pause_by_code(id, leg, &person, typed.parse().ok()),
            // Nothing was said, and nothing is changed: still on duty.
            Doing::Leaving(_) => self.say_goodbye(id, leg, prompts::ON_DUTY, Outcome::Internal),
            Doing::Hours(kind, typed) => self.say_word_for(id, leg, &person, kind, typed.parse().ok()),
            // The store is told to have failed long before.
            Doing::Storing => self.say_goodbye(id, leg, prompts::CODE_NOT_NOW, Outcome::Internal),
            Doing::Listening(listening) => self.listened(id, leg, &person, listening),
            Doing::Studio(studio) => self.studio_played(id, leg, &person, studio),
            Doing::Echo => {
                self.act(Action::Echo { leg });
                self.timers.set(self.now.tick + ECHO_MAX, Timer::EchoEnds { call: id });
            }
        }
    }

    /// They hung up; what they recorded is kept.
    pub(super) fn alone_left(&mut self, id: CallId) {
        self.finish(id, Outcome::Internal, &HangupReason::CallerGone);
    }

    /// `*12`: for how long?
    pub(super) fn ask_minutes(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        let pieces = vec![self.spoken(leg, prompts::PAUSE_MINUTES), Piece::Pause(THINK)];
        self.be_alone(id, leg, person, pieces, Doing::Minutes(String::new()));
    }

    fn minutes_typed(&mut self, id: CallId, leg: LegId, person: &PersonId, typed: String, digit: char) {
        match more(&typed, digit) {
            Some(typed) => {
                let pieces = vec![Piece::Pause(NEXT_DIGIT)];
                self.be_alone(id, leg, person, pieces, Doing::Minutes(typed));
            }
            None => self.pause_by_code(id, leg, person, typed.parse().ok()),
        }
    }

    /// `*43`: hear yourself.
    pub(super) fn echo(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        let pieces = vec![self.spoken(leg, prompts::ECHO_TEST)];
        self.be_alone(id, leg, person, pieces, Doing::Echo);
    }

    /// Long enough.
    pub(super) fn on_echo_ends(&mut self, id: CallId) {
        if matches!(self.alone(id), Some((_, _, Doing::Echo))) {
            self.finish(id, Outcome::Internal, &HangupReason::Normal);
        }
    }
}

/// What was typed, with one digit more; `None`: it is complete.
pub(super) fn more(typed: &str, digit: char) -> Option<String> {
    (digit.is_ascii_digit() && typed.len() < DIGITS_MAX).then(|| format!("{typed}{digit}"))
}
