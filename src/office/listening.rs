//! Pure. `*97`: a person's messages at the phone, new ones first: whose and of when, the message, four keys.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::alone::{Doing, THINK};
use super::call::{Hears, Phase, Stay};
use super::contact::{Contact, Kind, Outcome, Party};
use super::routing::Dialled;
use super::{Office, prompts, voicemail};
use crate::ids::{CallId, LegId, PersonId};
use crate::media::Piece;
use crate::speech::Saying;

/// The messages still to hear; the first one is being played.
#[derive(Clone, Debug)]
pub(super) struct Listening {
    left: Vec<CallId>,
}

impl Office {
    /// A person asks for their messages.
    pub(super) fn listen(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        let left = self.messages_for(&self.actor(person));
        let new = left.iter().filter_map(|id| self.message_row(*id)?.message.as_ref());
        let new = new.filter(|message| message.heard_at.is_none()).count();
        if left.is_empty() {
            return self.say_goodbye(id, leg, prompts::NO_MESSAGES, Outcome::Internal);
        }
        let count = Saying::Number(u32::try_from(new).unwrap_or(u32::MAX));
        let pieces = self.speech(leg, &[Saying::Filled(prompts::NEW_MESSAGES, vec![count])]);
        self.play_message(id, leg, person, left, pieces);
    }

    /// Plays the first of these after what comes before it; goodbye when there is none.
    fn play_message(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        left: Vec<CallId>,
        mut pieces: Vec<Piece>,
    ) {
        // One that a colleague is done with meanwhile is not played.
        let open = |id: &CallId| self.message_row(*id).is_some_and(super::messages::is_open);
        let left: Vec<CallId> = left.into_iter().skip_while(|id| !open(id)).collect();
        let Some(row) = left.first().and_then(|id| self.message_row(*id)) else {
            pieces.push(self.spoken(leg, prompts::NO_MORE_MESSAGES));
            return self.play_last(id, leg, pieces, Outcome::Internal);
        };
        let whose = self.message_head(row);
        let file = voicemail::file_of(row.id);
        pieces.extend(self.speech(leg, &[whose]));
        pieces.push(Piece::File(file));
        pieces.push(self.spoken(leg, prompts::MESSAGE_KEYS));
        pieces.push(Piece::Pause(THINK));
        self.be_alone(id, leg, person, pieces, Doing::Listening(Listening { left }));
    }

    fn message_head(&self, row: &Contact) -> Saying {
        let zone = &self.directory.settings.office.time_zone;
        let today = zone.to_datetime(self.now.wall).date();
        let time = Saying::Moment { at: zone.to_datetime(row.started_at), today };
        match &row.from.number {
            Some(number) => Saying::Filled(prompts::MESSAGE_OF, vec![Saying::Digits(number.clone()), time]),
            None => Saying::Filled(prompts::MESSAGE_WITHHELD, vec![time]),
        }
    }

    /// 1 again, 2 next, 3 done, 4 call back.
    pub(super) fn digit_in_listening(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        listening: Listening,
        digit: char,
    ) {
        let Some((now, rest)) = listening.left.split_first() else { return };
        let (now, rest) = (*now, rest.to_vec());
        match digit {
            '1' => self.play_message(id, leg, person, listening.left, Vec::new()),
            '2' => {
                self.heard(person, now);
                self.play_message(id, leg, person, rest, Vec::new());
            }
            '3' => {
                self.heard(person, now);
                let done = self.message_done(&self.actor(person), now);
                let said = if done.is_ok() { prompts::MESSAGE_DONE } else { prompts::CODE_NOT_NOW };
                let said = vec![self.spoken(leg, said)];
                self.play_message(id, leg, person, rest, said);
            }
            '4' => {
                self.heard(person, now);
                self.call_back_message(id, leg, person, now);
            }
            _ => {}
        }
    }

    /// Heard to its end, and no key: the next one.
    pub(super) fn listened(&mut self, id: CallId, leg: LegId, person: &PersonId, listening: Listening) {
        let Some((now, rest)) = listening.left.split_first() else { return };
        self.heard(person, *now);
        self.play_message(id, leg, person, rest.to_vec(), Vec::new());
    }

    fn heard(&mut self, person: &PersonId, message: CallId) {
        // A colleague may be done with it already: there is nothing to mark then.
        let _ = self.message_heard(&self.actor(person), message);
    }

    /// The listener is connected with the one who left the message; the message is done when they talk.
    fn call_back_message(&mut self, id: CallId, leg: LegId, person: &PersonId, message: CallId) {
        let number = self.message_row(message).and_then(|row| row.from.number.clone());
        let Some(number) = number else {
            return self.say_goodbye(id, leg, prompts::NUMBER_NOT_KNOWN, Outcome::Internal);
        };
        self.becomes_own_call(leg, person);
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.kind = Kind::Outbound;
            call.contact.to = Party { number: Some(number.clone()), ..Party::default() };
            call.phase = Phase::Arriving { leg: Some(leg) };
        }
        self.file(id);
        self.lead_dialled(id, Stay { leg, heard: Hears::Us }, Dialled::Outside(number));
    }
}
