//! Pure. Leaving a message: greeting, tone, recording, and "it is saved" only once it is (spec/reliability.md §3).
//!
//! A message that could not be kept is said to be, and its caller is owed a call.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::Phase;
use super::contact::{Happened, Kind, Outcome};
use super::promise::Message;
use super::receipts::Pledge;
use super::timers::Timer;
use super::{Action, Office, prompts};
use crate::ids::{CallId, GroupId, LegId, PlayId};
use crate::media::{Piece, Repeat};
use crate::sip::{Ending, HangupReason};
use crate::speech::Saying;
use std::sync::Arc;
use std::time::Duration;

/// No message is longer.
const MESSAGE_MAX: Duration = Duration::from_secs(180);
/// A shorter one is a caller who hung up at the tone.
const MESSAGE_MIN: Duration = Duration::from_secs(2);
/// A caller who listens is told after so long that the recording is not on the disk.
const KEPT_WITHIN: Duration = Duration::from_secs(3);
/// Of a caller who has gone nobody waits for it: a disk that takes long loses no message.
const KEPT_AFTER_HANGUP: Duration = Duration::from_secs(60);
/// The line is kept alive longer than a receipt takes.
const STORED_WITHIN: Duration = Duration::from_secs(5);
/// "Speak now."
pub(super) const TONE: Piece = Piece::Tone { hz: 1000, length: Duration::from_millis(400) };

/// Somebody who leaves a message.
#[derive(Debug)]
pub(super) struct Leaving {
    pub(super) leg: LegId,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Up to the tone.
    Greeting(PlayId),
    /// The silence the caller hears is longer than any message.
    Recording(PlayId),
    /// Gone; the recording is being closed.
    HungUp(Ending),
    /// Recorded; the row is on its way to the disk.
    Storing,
}

/// What is being recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recorded {
    Message,
    /// What somebody who is to be called back says of themselves.
    Matter,
    /// A prompt of the office's own.
    Prompt,
}

/// Where the message of a contact lies in the data folder.
pub(super) fn file_of(id: CallId) -> Arc<str> {
    Arc::from(format!("voicemail/{id}.wav"))
}

impl Office {
    /// A caller is asked for a message to a group, from wherever they are.
    pub(super) fn leave_message(&mut self, id: CallId, caller: LegId, group: &GroupId) {
        self.leave_message_after(&[], id, caller, group);
    }

    /// The same, after some words: when it opens (spec/hunt-groups.md §10).
    pub(super) fn leave_message_after(
        &mut self,
        words: &[Saying],
        id: CallId,
        caller: LegId,
        group: &GroupId,
    ) {
        self.stop_ringing_for(id);
        self.leave_line(id);
        let waited = self.now.tick;
        if let Some(call) = self.calls.get_mut(&id) {
            call.belongs_to(group);
            // The wait ends here; speaking is not waiting. Who was promised a call back waited until then.
            if let Some(entered) = call.entered.take()
                && call.contact.outcome.is_none()
            {
                call.contact.waited = waited.since(entered);
            }
        }
        self.save(id);
        if !self.keeps_promises() {
            return self.message_not_kept(id, caller);
        }
        self.accept(caller);
        let mut greeting = self.speech(caller, words);
        greeting.extend([self.spoken(caller, prompts::LEAVE_MESSAGE), TONE]);
        let play = self.play(caller, greeting, Repeat::Once);
        self.leave(id, caller, Stage::Greeting(play));
    }

    fn leave(&mut self, id: CallId, leg: LegId, stage: Stage) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Leaving(Leaving { leg, stage });
        }
        self.changed();
    }

    fn leaving(&self, id: CallId) -> Option<(LegId, Stage)> {
        match &self.calls.get(&id)?.phase {
            Phase::Leaving(leaving) => Some((leaving.leg, leaving.stage)),
            _ => None,
        }
    }

    /// Any key goes straight to the tone; `#` ends the message.
    pub(super) fn digit_in_message(&mut self, id: CallId, digit: char) {
        match self.leaving(id) {
            Some((leg, Stage::Greeting(_))) => {
                let play = self.play(leg, vec![TONE], Repeat::Once);
                self.leave(id, leg, Stage::Greeting(play));
            }
            Some((leg, Stage::Recording(_))) if digit == '#' => self.act(Action::StopRecording { leg }),
            _ => {}
        }
    }

    /// The tone has sounded, or the end of a recording was never told.
    pub(super) fn message_played(&mut self, id: CallId, play: PlayId) {
        match self.leaving(id) {
            Some((leg, Stage::Greeting(last))) if last == play => {
                self.act(Action::Record { leg, file: file_of(id), at_most: MESSAGE_MAX });
                self.recordings.insert(leg, (id, Recorded::Message));
                let hush = vec![Piece::Pause(MESSAGE_MAX + KEPT_WITHIN)];
                let play = self.play(leg, hush, Repeat::Once);
                self.leave(id, leg, Stage::Recording(play));
            }
            Some((leg, Stage::Recording(last))) if last == play => {
                self.message_not_kept(id, leg);
            }
            _ => {}
        }
    }

    /// A recording ended; the leg it was made on may be over.
    pub(super) fn on_recorded(&mut self, leg: LegId, length: Option<Duration>) {
        match self.recordings.remove(&leg) {
            Some((id, Recorded::Message)) => self.message_recorded(id, length),
            Some((id, Recorded::Matter)) => self.matter_recorded(id, length),
            Some((id, Recorded::Prompt)) => self.prompt_recorded(id, length),
            None => {}
        }
    }

    /// The recording ended: by `#`, by silence, by its length, or because the caller hung up.
    fn message_recorded(&mut self, id: CallId, length: Option<Duration>) {
        let Some((leg, stage)) = self.leaving(id) else { return };
        let long_enough = length.filter(|length| *length >= MESSAGE_MIN);
        if let Some(length) = long_enough {
            self.keep_message(id, length);
        }
        match (stage, long_enough, length) {
            (Stage::HungUp(how), None, _) => self.gone_without_message(id, how),
            (Stage::HungUp(_), Some(_), _) => self.gone_with_message(id),
            (_, Some(_), _) => {
                self.play(leg, vec![Piece::Pause(STORED_WITHIN)], Repeat::Once);
                self.leave(id, leg, Stage::Storing);
                self.pledge(id, Pledge::Message);
            }
            (_, None, Some(_)) => {
                let outcome = self.outcome_without_message(id);
                self.say_goodbye(id, leg, prompts::MESSAGE_TOO_SHORT, outcome);
            }
            (_, None, None) => self.message_not_kept(id, leg),
        }
    }

    fn keep_message(&mut self, id: CallId, length: Duration) {
        let saved_at = self.now.wall;
        self.tell(id, Happened::LeftMessage { length });
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.message =
                Some(Message { length, saved_at, heard_at: None, assigned: None, done: None });
        }
    }

    /// The store has answered for the row.
    pub(super) fn message_stored(&mut self, id: CallId, kept: bool) {
        let Some((leg, Stage::Storing)) = self.leaving(id) else { return };
        match kept {
            true => {
                let outcome = self.outcome_with_message(id);
                self.say_goodbye(id, leg, prompts::MESSAGE_SAVED, outcome);
            }
            false => self.message_not_kept(id, leg),
        }
    }

    fn message_not_kept(&mut self, id: CallId, leg: LegId) {
        self.recordings.remove(&leg);
        self.tell(id, Happened::MessageNotKept);
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.message = None;
        }
        let outcome = self.outcome_without_message(id);
        self.say_goodbye(id, leg, prompts::MESSAGE_NOT_KEPT, outcome);
    }

    /// The caller hung up: what was recorded is kept all the same.
    pub(super) fn message_left(&mut self, id: CallId, how: Ending) {
        let Some((leg, stage)) = self.leaving(id) else { return };
        self.tell_left(id, how);
        match stage {
            Stage::Greeting(_) | Stage::HungUp(_) => self.gone_without_message(id, how),
            Stage::Storing => self.gone_with_message(id),
            Stage::Recording(_) => {
                self.leave(id, leg, Stage::HungUp(how));
                self.timers.set(self.now.tick + KEPT_AFTER_HANGUP, Timer::RecordingEnds { leg });
            }
        }
    }

    /// A recording whose end was never told: the caller is owed a call.
    pub(super) fn on_recording_ends(&mut self, leg: LegId) {
        if self.recordings.contains_key(&leg) {
            self.on_recorded(leg, None);
        }
    }

    fn gone_with_message(&mut self, id: CallId) {
        let outcome = self.outcome_with_message(id);
        self.finish(id, outcome, &HangupReason::CallerGone);
    }

    fn gone_without_message(&mut self, id: CallId, how: Ending) {
        let outcome = match how {
            Ending::Lost => self.outcome_of_end(id, how),
            _ => self.outcome_without_message(id),
        };
        self.finish(id, outcome, &HangupReason::CallerGone);
    }

    fn outcome_with_message(&self, id: CallId) -> Outcome {
        match self.calls.get(&id).map(|call| (call.contact.kind, call.answered)) {
            Some((Kind::Inbound, None)) => Outcome::Voicemail,
            _ => self.outcome_of_leaving(id),
        }
    }

    /// Closed, sent nowhere, and nothing left: after hours. Else what it would be without a message.
    fn outcome_without_message(&self, id: CallId) -> Outcome {
        let closed = self.calls.get(&id).is_some_and(|call| {
            call.contact.kind == Kind::Inbound
                && call.answered.is_none()
                && !call.overflowed
                && call.contact.story.iter().any(|line| line.what == Happened::Closed)
        });
        if closed { Outcome::AfterHours } else { self.outcome_of_leaving(id) }
    }
}
