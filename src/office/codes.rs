//! Pure. Codes dialled from a phone (INTERFACES.md §4): each does what a screen could, and says so.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::alone::{Doing, THINK};
use super::call::{Origin, Parked, Phase, Reaching, Target, Why};
use super::contact::{Happened, Outcome};
use super::desk::{Actor, Command, Refusal, WantedState};
use super::{Callers, Office, prompts};
use crate::ids::{CallId, LegId, PersonId};
use crate::media::Piece;
use crate::settings::Role;
use crate::sip::HangupReason;
use crate::speech::Saying;
use jiff::SignedDuration;
use std::time::Duration;

/// The reason of a pause by code.
const BY_CODE: &str = "other";

/// What a dialled code asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Off,
    On,
    /// With minutes, if they were dialled along (`*1230`).
    Pause(Option<u16>),
    Ready,
    MoreWrapUp,
    PickUp,
    Fetch(u8),
    Messages,
    Record,
    Echo,
    NextCallback,
    WasVoicemail,
    /// With minutes, if they were dialled along (`*2890`).
    Hours(Option<u16>),
}

/// How somebody leaves by code, and what they hear when they have.
#[derive(Clone, Debug)]
pub(super) struct Leave {
    state: WantedState,
    done: Saying,
}

/// Is this a code, known or not? Those are answered by us and never dialled out.
pub(super) fn is_code(dialled: &str) -> bool {
    dialled.starts_with('*')
}

fn read(dialled: &str) -> Option<Code> {
    let code = dialled.strip_prefix('*')?;
    let code = code.strip_suffix('#').unwrap_or(code);
    if !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some(match code {
        "10" => Code::Off,
        "11" => Code::On,
        "12" => Code::Pause(None),
        "13" => Code::Ready,
        "14" => Code::MoreWrapUp,
        "8" => Code::PickUp,
        "97" => Code::Messages,
        "77" => Code::Record,
        "43" => Code::Echo,
        "66" => Code::NextCallback,
        "4" => Code::WasVoicemail,
        "28" => Code::Hours(None),
        _ => match (code.strip_prefix("12"), code.strip_prefix("28"), code.parse()) {
            (Some(minutes), _, _) => Code::Pause(Some(minutes.parse().ok()?)),
            (None, Some(minutes), _) => Code::Hours(Some(minutes.parse().ok()?)),
            (None, None, Ok(slot @ 70..=76)) => Code::Fetch(slot),
            _ => return None,
        },
    })
}

impl Office {
    /// A person dialled a code: it is done, and they hear what was.
    pub(super) fn dial_code(&mut self, id: CallId, leg: LegId, person: &PersonId, dialled: &str) {
        self.save(id);
        self.shows_up(person);
        match read(dialled) {
            Some(Code::Off) => {
                let leave = Leave { state: WantedState::Off, done: Saying::Prompt(prompts::OFF_DUTY) };
                self.leave_by_code(id, leg, person, leave, None);
            }
            Some(Code::On | Code::Ready) => {
                let state = WantedState::Available;
                let command = Command::SetState { person: person.clone(), state, callers: None };
                self.order(id, leg, person, command, prompts::ON_DUTY);
            }
            Some(Code::Pause(None)) => self.ask_minutes(id, leg, person),
            Some(Code::Pause(Some(minutes))) => self.pause_by_code(id, leg, person, Some(minutes)),
            Some(Code::MoreWrapUp) => {
                let command = Command::ExtendWrapUp { person: person.clone() };
                self.order(id, leg, person, command, prompts::MORE_WRAP_UP);
            }
            Some(Code::PickUp) => self.pick_up_ringing(id, leg, person),
            Some(Code::Fetch(slot)) => self.fetch_here(id, leg, person, slot),
            Some(Code::Messages) => self.listen(id, leg, person),
            Some(Code::Record) => self.ask_which_prompt(id, leg, person),
            Some(Code::Echo) => self.echo(id, leg, person),
            Some(Code::Hours(minutes)) => self.hours_by_code(id, leg, person, minutes),
            Some(Code::NextCallback) => {
                let said = match self.call_next_open_callback(person) {
                    true => prompts::CALLBACK_NEXT,
                    false => prompts::CODE_NOT_NOW,
                };
                self.say_goodbye(id, leg, said, Outcome::Internal);
            }
            Some(Code::WasVoicemail) => {
                let said = match self.my_last_was_voicemail(person) {
                    true => prompts::CALLBACK_MARKED,
                    false => prompts::CODE_NOT_NOW,
                };
                self.say_goodbye(id, leg, said, Outcome::Internal);
            }
            None => self.say_goodbye(id, leg, prompts::CODE_NOT_KNOWN, Outcome::Internal),
        }
    }

    /// A person as the one who asks.
    pub(super) fn actor(&self, person: &PersonId) -> Actor {
        let role = self.directory.person(person).map_or(Role::Viewer, |person| person.role);
        Actor { person: Some(person.clone()), role }
    }

    fn order(&mut self, id: CallId, leg: LegId, person: &PersonId, command: Command, done: &'static str) {
        let said = match self.obey(&self.actor(person), command) {
            Ok(_) => done,
            Err(no) => words_of(&no),
        };
        self.say_goodbye(id, leg, said, Outcome::Internal);
    }

    /// `*12` with its minutes; without, until `*13`.
    pub(super) fn pause_by_code(&mut self, id: CallId, leg: LegId, person: &PersonId, minutes: Option<u16>) {
        let minutes = minutes.filter(|minutes| *minutes > 0).map(i64::from);
        let until = minutes.and_then(|m| self.now.wall.checked_add(SignedDuration::from_mins(m)).ok());
        let state = WantedState::Paused { reason: BY_CODE.to_owned(), until };
        let length = minutes.map(|minutes| Duration::from_secs(minutes.unsigned_abs() * 60));
        let done = match length {
            Some(length) => Saying::Filled(prompts::PAUSED_FOR, vec![Saying::Duration(length)]),
            None => Saying::Prompt(prompts::PAUSED),
        };
        self.leave_by_code(id, leg, person, Leave { state, done }, None);
    }

    /// Off duty, or into a pause; the last one there says first where callers shall go (spec/hunt-groups.md §6).
    pub(super) fn leave_by_code(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        leave: Leave,
        callers: Option<Callers>,
    ) {
        let command = Command::SetState { person: person.clone(), state: leave.state.clone(), callers };
        match self.obey(&self.actor(person), command) {
            Ok(_) => self.say_last(id, leg, &[leave.done], Outcome::Internal),
            Err(Refusal::LastPerson { choices }) => {
                let owner = choices.contains(&Callers::Owner).then_some(prompts::LAST_PERSON_OWNER);
                let mut pieces: Vec<Piece> = [prompts::LAST_PERSON]
                    .into_iter()
                    .chain(owner)
                    .map(|one| self.spoken(leg, one))
                    .collect();
                pieces.push(Piece::Pause(THINK));
                self.be_alone(id, leg, person, pieces, Doing::Leaving(leave));
            }
            Err(no) => self.say_goodbye(id, leg, words_of(&no), Outcome::Internal),
        }
    }

    /// The key of the last one there: callers are offered a call back, a message, or the owner.
    pub(super) fn callers_chosen(
        &mut self,
        id: CallId,
        leg: LegId,
        person: &PersonId,
        leave: Leave,
        digit: char,
    ) {
        let callers = match digit {
            '1' => Callers::Callback,
            '2' => Callers::Voicemail,
            '3' => Callers::Owner,
            _ => return,
        };
        self.leave_by_code(id, leg, person, leave, Some(callers));
    }

    /// `*8`: the call that rings longest, of one's own groups first.
    fn pick_up_ringing(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        let Some(ringing) = self.ringing_call(person) else {
            return self.say_goodbye(id, leg, prompts::NOTHING_RINGS, Outcome::Internal);
        };
        self.bring(id, leg, person, ringing);
        match self.waiting(ringing).is_some() {
            true => self.answered_from_line(ringing, person, leg),
            false => self.reach_answered(ringing, leg),
        }
    }

    fn ringing_call(&self, person: &PersonId) -> Option<CallId> {
        let own = self.directory.groups_of(person);
        let rings = |phase: &Phase| match phase {
            Phase::Waiting(waiting) => !waiting.entry.offers.is_empty(),
            // What rings at a number outside is a colleague's own call: nothing to pick up.
            Phase::Reaching(Reaching { stay: Some(_), target: Target::Person(_), legs, why, .. }) => {
                !legs.is_empty() && matches!(why, Why::Direct | Why::Return)
            }
            _ => false,
        };
        let ringing = self.calls.values().filter(|call| rings(&call.phase));
        let other = |group: &Option<crate::ids::GroupId>| !group.as_ref().is_some_and(|g| own.contains(g));
        ringing.map(|call| (other(&call.contact.group), call.contact.id)).min().map(|(_, id)| id)
    }

    /// `*70`–`*76` from a phone at rest: whoever is parked there, on this phone.
    fn fetch_here(&mut self, id: CallId, leg: LegId, person: &PersonId, slot: u8) {
        let parked = self.park.get(&slot).map(|(call, _)| *call);
        let phase = parked.and_then(|call| self.calls.get(&call)).map(|call| &call.phase);
        let stay = match phase {
            Some(Phase::Parked(Parked { leg: stay, .. })) => Some(*stay),
            Some(Phase::Reaching(Reaching { stay, .. })) => stay.map(|stay| stay.leg),
            _ => None,
        };
        let (Some(parked), Some(stay)) = (parked, stay) else {
            return self.say_goodbye(id, leg, prompts::NOBODY_PARKED, Outcome::Internal);
        };
        self.bring(id, leg, person, parked);
        self.tell(parked, Happened::Fetched { slot, person: person.clone() });
        if matches!(self.calls.get(&parked).map(|call| &call.phase), Some(Phase::Reaching(_))) {
            return self.reach_answered(parked, leg);
        }
        self.reached(parked, stay, leg, &Why::Fetch { slot });
    }

    /// The phone that dialled the code joins another call; the code's own contact ends.
    fn bring(&mut self, id: CallId, leg: LegId, person: &PersonId, to: CallId) {
        self.accept(leg);
        self.move_leg(leg, id, to);
        self.becomes_own_call(leg, person);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Arriving { leg: None };
        }
        self.finish(id, Outcome::Internal, &HangupReason::Normal);
    }

    /// What began as a code goes on as a call of the person's own, which ends after-call work.
    pub(super) fn becomes_own_call(&mut self, leg: LegId, person: &PersonId) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.origin = Origin::Arrived;
        }
        self.own_call(person);
    }
}

/// What a person at a phone hears of a refusal.
pub(super) fn words_of(no: &Refusal) -> &'static str {
    match no {
        Refusal::NotAllowed | Refusal::Policy { .. } => prompts::NOT_ALLOWED,
        Refusal::BadNumber | Refusal::NoSuchPerson => prompts::NUMBER_NOT_KNOWN,
        Refusal::NoSlot => prompts::SLOT_TAKEN,
        _ => prompts::CODE_NOT_NOW,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_whole() {
        assert_eq!(read("*10"), Some(Code::Off));
        assert_eq!(read("*12"), Some(Code::Pause(None)));
        assert_eq!(read("*12#"), Some(Code::Pause(None)));
        assert_eq!(read("*1230#"), Some(Code::Pause(Some(30))));
        assert_eq!(read("*28"), Some(Code::Hours(None)));
        assert_eq!(read("*2890"), Some(Code::Hours(Some(90))));
        assert_eq!(read("*70"), Some(Code::Fetch(70)));
        assert_eq!(read("*76"), Some(Code::Fetch(76)));
        for wrong in ["*", "*1", "*79", "*100", "*12x", "*28x", "*+70", "*1299999999", "**10", "10", "*8#8"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
