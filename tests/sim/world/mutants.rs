//! Wrong offices, which the laws must catch: what the office asked for is changed on its way.

use super::*;
use frontdesk::ids::CallId;
use frontdesk::media::Piece;
use frontdesk::office::board::{Board, LineKind, LineRow};
use frontdesk::office::promise::{Callback, CallbackState, CameTo};
use frontdesk::office::prompts;
use frontdesk::sip::HangupReason;

impl World {
    pub(super) fn mutate(&mut self, mut out: Vec<Action>) -> Vec<Action> {
        let first_place = out.iter().position(|action| matches!(action, Action::Place(_)));
        match (self.mutant, first_place) {
            (Mutant::DroppedHangup, _) => out.retain(|action| !matches!(action, Action::Hangup { .. })),
            // A promise's row is written on after its outcome: without it other laws break first.
            (Mutant::SwallowedOutcome, _) => out.retain(|action| {
                !matches!(action, Action::Save(Change::Contact(contact))
                    if contact.outcome.is_some() && contact.callback.is_none())
            }),
            (Mutant::SecondOutcome, _) => second_outcome(&mut out),
            (Mutant::Silence, _) => out.retain(|action| !matches!(action, Action::Play { .. })),
            (Mutant::SilentPhones, _) => out.retain(|action| !matches!(action, Action::Place(_))),
            (Mutant::DoubleRing, Some(at)) => {
                if let Action::Place(place) = &out[at] {
                    let mut again = place.clone();
                    again.leg = LegId(place.leg.0 + 1_000_001);
                    again.like = Some(LegId(2_000_000));
                    out.push(Action::Place(again));
                }
            }
            (Mutant::RingsTheAbsent, Some(at)) => {
                if let Action::Place(place) = &mut out[at] {
                    place.to = Destination::Phone(PhoneId::from("dan-desk"));
                }
            }
            (Mutant::ReversedLine, Some(_)) => {
                for action in &mut out {
                    if let (Action::Place(place), Some(youngest)) = (action, self.waiting.last()) {
                        place.like = Some(*youngest);
                    }
                }
            }
            (Mutant::Storm, Some(at)) => {
                let action = out[at].clone();
                out.extend(std::iter::repeat_n(action, 300));
            }
            _ => return self.mutate_promises(out),
        }
        out
    }

    fn mutate_promises(&mut self, mut out: Vec<Action>) -> Vec<Action> {
        match self.mutant {
            Mutant::SpeaksUnstored => self.answer_unstored(&mut out, |contact| {
                contact.callback.as_ref().is_some_and(|callback| callback.state == CallbackState::Waiting)
            }),
            Mutant::DialsUnstored => self.answer_unstored(&mut out, |contact| {
                contact.callback.as_ref().is_some_and(|callback| callback.state == CallbackState::Dialing)
            }),
            Mutant::SavesUnstored => self.answer_unstored(&mut out, |contact| contact.message.is_some()),
            Mutant::SavesUnrecorded => out.iter_mut().for_each(says_saved),
            Mutant::PromisesTwice => out.extend(self.promised_again(&out)),
            Mutant::RetriesFromNow => out.iter_mut().for_each(|action| retries_from(action, self.now())),
            Mutant::ExpiresEarly => out.iter_mut().for_each(expires),
            Mutant::DialsTwice => out.extend(out.iter().find_map(dialled_again)),
            Mutant::WhisperSilences => out.extend(self.silenced_by_whisper(&out)),
            Mutant::EndlessWhisper => out.retain(|action| !self.ends_whisper(action)),
            _ => {}
        }
        out
    }

    /// An office that does not wait for the store: what is pledged never gets there.
    fn answer_unstored(&mut self, out: &mut Vec<Action>, pledged: fn(&Contact) -> bool) {
        let unstored = |action: &Action| match action {
            Action::SaveThen { receipt, change: Change::Contact(contact) } if pledged(contact) => {
                Some(*receipt)
            }
            _ => None,
        };
        for receipt in out.iter().filter_map(unstored) {
            self.plan(Duration::from_millis(1), Event::Stored(receipt, true));
        }
        out.retain(|action| unstored(action).is_none());
    }

    /// The row of a promise as another contact's.
    fn promised_again(&self, out: &[Action]) -> Option<Action> {
        out.iter().find_map(|action| match action {
            Action::Save(Change::Contact(contact)) if is_promised(contact) && contact.outcome.is_some() => {
                let again = Contact { id: CallId(contact.id.0 + 1_000_000), ..(**contact).clone() };
                Some(Action::Save(Change::Contact(Box::new(again))))
            }
            _ => None,
        })
    }

    /// The member to whom this is the first word about a caller, and the caller.
    fn whispered(&self, action: &Action) -> Option<(PersonId, LegId)> {
        let Action::Play { leg, what, .. } = action else { return None };
        let seen = self.laws.legs.get(leg).filter(|_| what.repeat == Repeat::Once)?;
        Some((seen.person.clone()?, seen.like?))
    }

    fn silenced_by_whisper(&self, out: &[Action]) -> Option<Action> {
        let (person, caller) = out.iter().find_map(|action| self.whispered(action))?;
        let mut rung = self.laws.legs.iter().filter(|(_, seen)| seen.like == Some(caller) && !seen.up);
        let (leg, _) = rung.find(|(_, seen)| seen.person.as_ref() != Some(&person))?;
        Some(Action::Hangup { leg: *leg, because: HangupReason::AnsweredElsewhere })
    }

    fn ends_whisper(&self, action: &Action) -> bool {
        matches!(action, Action::Bridge { b, .. } if self.laws.is_whispered_to(*b))
    }

    pub(super) fn may_dial_at_night(&mut self) {
        if self.mutant == Mutant::DialsAtNight {
            self.office.call_back_any_time();
        }
    }

    /// What a wrong office shows on its board.
    pub(super) fn mutate_board(&self, board: &mut Board) {
        match self.mutant {
            Mutant::StuckPause => {
                board.people[0].state = PersonState::Paused;
                board.people[0].until = Some(board.now);
            }
            Mutant::DialsForNobody => {
                let mut waiting = board.callbacks.iter_mut();
                if let Some(row) = waiting.find(|row| row.state == CallbackState::Waiting) {
                    row.state = CallbackState::Dialing;
                }
            }
            Mutant::RetriesLast => {
                let again = |row: &LineRow| row.attempt.is_some_and(|attempt| attempt > 1);
                if let Some(at) = board.line.iter().position(again) {
                    let row = board.line.remove(at);
                    board.line.push(row);
                }
            }
            Mutant::WhisperDrops => {
                let left = self.laws.left_in_whisper();
                board.line.retain(|row| row.kind != LineKind::Live || !left);
            }
            _ => {}
        }
    }
}

fn is_promised(contact: &Contact) -> bool {
    contact.callback.as_ref().is_some_and(Callback::is_open)
}

/// "It is saved", whatever became of it.
fn says_saved(action: &mut Action) {
    let Action::Play { what, .. } = action else { return };
    for piece in &mut what.pieces {
        if let Piece::Prompt { name, .. } = piece
            && **name == *prompts::MESSAGE_NOT_KEPT
        {
            *name = Arc::from(prompts::MESSAGE_SAVED);
        }
    }
}

/// A retry that begins to wait anew.
fn retries_from(action: &mut Action, now: Now) {
    let Action::Save(Change::Contact(contact)) = action else { return };
    if let Some(callback) = contact.callback.as_mut().filter(|callback| callback.is_open())
        && callback.tries.last().is_some_and(|last| last.came_to != CameTo::Nothing)
    {
        callback.order_at = now.wall;
    }
}

/// A promise that grew old with the clock on the wall.
fn expires(action: &mut Action) {
    let Action::Save(Change::Contact(contact)) = action else { return };
    if let Some(callback) = contact.callback.as_mut().filter(|callback| callback.is_open()) {
        callback.state = CallbackState::Expired;
    }
}

/// A second call to the same customer.
fn dialled_again(action: &Action) -> Option<Action> {
    match action {
        Action::Place(place) if matches!(&place.to, Destination::Trunk { number, .. } if number.starts_with("+45200000")) =>
        {
            let mut again = place.clone();
            again.leg = LegId(place.leg.0 + 1_000_001);
            Some(Action::Place(again))
        }
        _ => None,
    }
}

fn second_outcome(out: &mut Vec<Action>) {
    use frontdesk::office::contact::Outcome;
    let ended = out.iter().find_map(|action| match action {
        Action::Save(Change::Contact(contact)) if contact.outcome.is_some() => Some(contact.clone()),
        _ => None,
    });
    if let Some(mut contact) = ended {
        contact.outcome = Some(Outcome::Rejected);
        out.push(Action::Save(Change::Contact(contact)));
    }
}
