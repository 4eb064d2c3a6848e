//! Pure. "Say your name and what it is about": at most ten seconds of the caller's own voice, for the member who calls
//! back (spec/callback.md §3). Only where the owner wants it.
//!
//! It holds nothing up: silence, a key, a disk that takes no sound and a hang-up lead to the promise all the same.
//! Phones ring meanwhile, and who is answered is not recorded any longer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::dialogue::Asking;
use crate::ids::{CallId, LegId};
use crate::media::{Piece, Repeat};
use crate::number::Number;
use crate::office::promise::Asked;
use crate::office::timers::Timer;
use crate::office::voicemail::{Recorded, TONE};
use crate::office::{Action, Office, prompts};
use std::sync::Arc;
use std::time::Duration;

/// Nobody is recorded for longer.
const MATTER_MAX: Duration = Duration::from_secs(10);
/// A shorter one says nothing.
const MATTER_MIN: Duration = Duration::from_secs(1);
/// A caller who listens goes on without it, if it is not on the disk so long after its end.
const KEPT_WITHIN: Duration = Duration::from_secs(3);
/// Of a caller who has gone nobody waits for it.
const KEPT_AFTER_HANGUP: Duration = Duration::from_secs(60);

/// How far the recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::office) enum Stage {
    /// Up to the tone.
    Tone,
    /// The silence the caller hears is longer than any recording.
    Recording,
}

/// Where the matter of a contact lies in the data folder.
pub(in crate::office) fn matter_of(id: CallId) -> Arc<str> {
    Arc::from(format!("voicemail/{id}-matter.wav"))
}

impl Office {
    /// The number is right. What it is about is asked for where the owner wants that.
    pub(super) fn agreed(&mut self, id: CallId, number: Number) {
        let group = self.waiting(id).and_then(|waiting| self.directory.group(&waiting.entry.group));
        let wanted = group.is_some_and(|group| group.callback.record_matter) && self.keeps_promises();
        let Some(caller) = self.waiting(id).map(|waiting| waiting.caller).filter(|_| wanted) else {
            return self.request(id, number, Asked::Key, None);
        };
        let words = vec![self.spoken(caller, prompts::SAY_MATTER), TONE];
        self.ask_matter(id, caller, Asking::Matter(number, Stage::Tone), words);
    }

    fn ask_matter(&mut self, id: CallId, caller: LegId, asking: Asking, words: Vec<Piece>) {
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.asking = asking;
        }
        let play = self.play(caller, words, Repeat::Once);
        self.remember_playing(id, play);
        self.changed();
    }

    /// Any key goes straight to the tone, and ends the recording.
    pub(super) fn digit_in_matter(&mut self, id: CallId, number: Number, stage: Stage) {
        let Some(leg) = self.waiting(id).map(|waiting| waiting.caller) else { return };
        match stage {
            Stage::Tone => self.ask_matter(id, leg, Asking::Matter(number, Stage::Tone), vec![TONE]),
            Stage::Recording => self.act(Action::StopRecording { leg }),
        }
    }

    /// The tone has sounded; or the end of a recording was never told, and the promise is made without.
    pub(super) fn matter_played(&mut self, id: CallId, number: Number, stage: Stage) {
        let Some(leg) = self.waiting(id).map(|waiting| waiting.caller) else { return };
        if stage == Stage::Recording {
            return self.request(id, number, Asked::Key, None);
        }
        self.act(Action::Record { leg, file: matter_of(id), at_most: MATTER_MAX });
        self.recordings.insert(leg, (id, Recorded::Matter));
        let hush = vec![Piece::Pause(MATTER_MAX + KEPT_WITHIN)];
        self.ask_matter(id, leg, Asking::Matter(number, Stage::Recording), hush);
    }

    /// The recording ended: by a key, by silence, by its length, or because the caller hung up.
    pub(in crate::office) fn matter_recorded(&mut self, id: CallId, length: Option<Duration>) {
        let matter = length.filter(|length| *length >= MATTER_MIN);
        match self.waiting(id).map(|waiting| waiting.asking.clone()) {
            Some(Asking::Matter(number, Stage::Recording)) => self.request(id, number, Asked::Key, matter),
            _ => self.add_matter(id, matter),
        }
    }

    /// Who hung up while they spoke was promised a call already.
    fn add_matter(&mut self, id: CallId, matter: Option<Duration>) {
        let callback = self.calls.get_mut(&id).and_then(|call| call.contact.callback.as_mut());
        if let Some(callback) = callback.filter(|callback| matter.is_some() && callback.is_open()) {
            callback.matter = matter;
            self.save(id);
            self.changed();
        }
    }

    /// Who is answered, or goes on waiting, is not recorded any longer.
    pub(in crate::office) fn stop_matter(&mut self, id: CallId) {
        let own = |(_, what): &(&LegId, &(CallId, Recorded))| **what == (id, Recorded::Matter);
        let leg = self.recordings.iter().find(own).map(|(leg, _)| *leg);
        if let Some(leg) = leg {
            self.recordings.remove(&leg);
            self.act(Action::StopRecording { leg });
        }
    }

    /// A caller hung up in it: what was said is on its way to the disk.
    pub(super) fn matter_left(&mut self, id: CallId) {
        let Some(leg) = self.waiting(id).map(|waiting| waiting.caller) else { return };
        if self.recordings.contains_key(&leg) {
            self.timers.set(self.now.tick + KEPT_AFTER_HANGUP, Timer::RecordingEnds { leg });
        }
    }
}
