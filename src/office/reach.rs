//! Pure. Ringing somebody for a party who stays: a colleague, a number outside, the one who
//! transferred; and what follows when nobody answers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Hears, Leg, LegState, Origin, Parked, Phase, Reaching, Stay, Target, Why};
use super::contact::{Device, Happened, Kind, Outcome};
use super::outbound::Way;
use super::people::Duty;
use super::queue::Welcome;
use super::timers::Timer;
use super::{Action, Office, Place, prompts};
use crate::i18n::say;
use crate::ids::{CallId, LegId, PersonId, PlayId};
use crate::media::{Piece, Playlist, Repeat};
use crate::sip::{Destination, Failure, HangupReason, Refusal};
use crate::speech::{self, Saying};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// A call somebody dialled rings no longer than this; the caller's network gives up at three minutes
/// (RFC 3261 §16.6, Timer C).
const DIRECT_RINGS: Duration = Duration::from_secs(170);
/// A transfer, a return or a fetched call rings so long before it goes on.
const TRANSFER_RINGS: Duration = Duration::from_secs(30);

impl Office {
    /// Rings a target for a party; what follows when it cannot be rung is decided at once.
    pub(super) fn reach(&mut self, id: CallId, stay: Option<Stay>, target: Target, why: Why) {
        let tick = self.now.tick;
        let like = stay.map(|stay| stay.leg);
        let (legs, status) = self.ring(id, &target, like, &why);
        if let Some(stay) = stay.filter(|stay| stay.heard == Hears::Us) {
            self.sound_for(stay.leg, &why);
        }
        let limit = if why == Why::Direct { DIRECT_RINGS } else { TRANSFER_RINGS };
        let rings = !legs.is_empty();
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.put_away(tick);
        call.phase = Phase::Reaching(Reaching { stay, target, legs, since: tick, status, why });
        if rings {
            self.timers.set(tick + limit, Timer::ReachEnds { call: id });
        } else {
            self.reach_failed(id);
        }
        self.changed();
    }

    /// Rings a target; no legs: it cannot be rung, and the status says why.
    pub(super) fn ring(
        &mut self,
        id: CallId,
        target: &Target,
        like: Option<LegId>,
        why: &Why,
    ) -> (BTreeSet<LegId>, u16) {
        match target {
            Target::Person(person) => self.ring_target(id, person, like, why),
            Target::Outside(way) => (BTreeSet::from([self.call_out(id, way, like)]), 408),
        }
    }

    fn sound_for(&mut self, leg: LegId, why: &Why) {
        match why {
            Why::Direct | Why::Overflow => self.play(leg, vec![Piece::Ringback], Repeat::Forever),
            _ => self.play(leg, vec![Piece::Music], Repeat::Forever),
        };
    }

    fn ring_target(
        &mut self,
        id: CallId,
        person: &PersonId,
        like: Option<LegId>,
        why: &Why,
    ) -> (BTreeSet<LegId>, u16) {
        let busy = self.people.get(person).is_some_and(|staff| staff.is_busy() || !staff.ringing.is_empty());
        if busy {
            return (BTreeSet::new(), 486);
        }
        let customer = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        let on_duty = self.people.get(person).is_some_and(|staff| staff.duty == Duty::Available);
        // Whose phone stays silent stays silent for who dialled their number, too.
        if *why == Why::Direct && customer && !on_duty {
            return (BTreeSet::new(), 480);
        }
        let (number, name) = self.shown_for(id, why);
        let legs = self.ring_person(id, person, like, &number, &name);
        if !legs.is_empty() {
            self.tell(id, Happened::Rang { person: person.clone(), free: None, skill: None, knows: false });
        }
        (legs, 480)
    }

    /// A returned call says where it comes from.
    fn shown_for(&self, id: CallId, why: &Why) -> (String, String) {
        let (number, name) = self.shown(id);
        let Why::Return = why else { return (number, name) };
        let who = if name.is_empty() { number.clone() } else { name };
        let from = self.calls.get(&id).and_then(|call| {
            call.contact.story.iter().rev().find_map(|line| match &line.what {
                Happened::TransferReturned { to } => Some(to.clone()),
                _ => None,
            })
        });
        let Some(from) = from else { return (number, who) };
        let language = self.directory.settings.office.language;
        (number, say(language, "display.returned", &[("from", from), ("who", who)]))
    }

    /// One leg per registered phone of a person, and per mobile.
    pub(super) fn ring_person(
        &mut self,
        id: CallId,
        person: &PersonId,
        like: Option<LegId>,
        number: &str,
        name: &str,
    ) -> BTreeSet<LegId> {
        let mut legs = BTreeSet::new();
        for phone in self.phones_online(person) {
            let device = Device::Phone(phone.clone());
            let to = Destination::Phone(phone);
            legs.insert(self.place(id, device, Some(person.clone()), to, like, (number, name)));
        }
        legs.extend(self.ring_mobiles(id, person, like));
        legs
    }

    fn call_out(&mut self, id: CallId, way: &Way, like: Option<LegId>) -> LegId {
        let person = self.calls.get(&id).and_then(|call| call.contact.person.clone());
        let trunk = self.directory.trunk(&way.trunk);
        let number = match (trunk, person) {
            (Some(trunk), Some(person)) => self.directory.shown_number(&person, trunk),
            (Some(trunk), None) => trunk.numbers.first().map_or_else(String::new, |n| n.as_str().to_owned()),
            (None, _) => String::new(),
        };
        self.call_out_as(id, way, like, &number)
    }

    /// Calls a number outside, showing this one.
    pub(super) fn call_out_as(&mut self, id: CallId, way: &Way, like: Option<LegId>, number: &str) -> LegId {
        let name = self.directory.settings.office.name.clone();
        let to = Destination::Trunk { trunk: way.trunk.clone(), number: way.number.as_str().to_owned() };
        self.tell(id, Happened::DialledOut);
        let leg = self.place(id, Device::Trunk(way.trunk.clone()), None, to, like, (number, &name));
        self.set_price(leg, way.price);
        leg
    }

    /// Places a leg.
    pub(super) fn place(
        &mut self,
        id: CallId,
        device: Device,
        person: Option<PersonId>,
        to: Destination,
        like: Option<LegId>,
        shown: (&str, &str),
    ) -> LegId {
        self.last_leg += 2;
        let leg = LegId(self.last_leg);
        let hops = self.calls.get(&id).map_or(69, |call| call.hops);
        // Only a mobile is one of us and beyond a trunk.
        let mobile = person.is_some() && matches!(device, Device::Trunk(_));
        let origin = if mobile { Origin::Mobile } else { Origin::Placed };
        self.add_leg(leg, Leg { call: id, device, person, state: LegState::Early, origin });
        self.act(Action::Place(Box::new(Place {
            leg,
            to,
            like,
            caller: shown.0.to_owned(),
            caller_name: shown.1.to_owned(),
            max_forwards: hops,
        })));
        leg
    }

    /// The rung phone or number rings: the caller hears that it does.
    pub(super) fn reach_rang(&mut self, id: CallId) {
        let Some(Phase::Reaching(reaching)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        let (stay, why) = (reaching.stay, reaching.why.clone());
        match (stay, why) {
            (_, Why::Transfer { leg: Some(leg), .. }) => {
                self.act(Action::TransferProgress { leg, status: 180 })
            }
            (Some(Stay { leg, heard: Hears::Ringing }), _) => self.act(Action::Progress { leg }),
            _ => {}
        }
    }

    /// Somebody answered: the first one has it.
    pub(super) fn reach_answered(&mut self, id: CallId, leg: LegId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Phase::Reaching(reaching) = &mut call.phase else { return };
        reaching.legs.remove(&leg);
        let others = std::mem::take(&mut reaching.legs);
        let (stay, why) = (reaching.stay, reaching.why.clone());
        self.leg_is_up(leg);
        for other in others {
            self.hang_up(other, HangupReason::AnsweredElsewhere);
        }
        match (stay, why) {
            (_, Why::First { then }) => self.first_answered(id, leg, &then),
            (Some(stay), why) => self.reached(id, stay.leg, leg, &why),
            (None, _) => {}
        }
    }

    /// Whoever was rung, or fetched it, has the party who stayed.
    pub(super) fn reached(&mut self, id: CallId, stay: LegId, leg: LegId, why: &Why) {
        let person = self.legs.get(&leg).and_then(|leg| leg.person.clone());
        self.join(id, stay, leg);
        if let Why::Transfer { leg: Some(old), .. } = why {
            self.act(Action::TransferProgress { leg: *old, status: 200 });
            self.hang_up(*old, HangupReason::Normal);
        }
        match &person {
            Some(person) => self.tell(id, Happened::Answered { person: person.clone() }),
            None => self.tell(id, Happened::ReachedOutside),
        }
        let Some(call) = self.calls.get(&id) else { return };
        let (group, kind) = (call.contact.group.clone(), call.contact.kind);
        if let (Some(person), Some(group)) = (&person, group) {
            self.owe_wrap_of(id, person, &group);
        }
        let talks = if kind == Kind::Inbound || *why == Why::Return { person } else { None };
        self.mark_answered(id, talks);
        if let Why::Fetch { slot } = why {
            self.park.remove(slot);
        }
        self.on_minute(leg);
    }

    /// A leg of those rung came to nothing; the last one decides.
    pub(super) fn reach_leg_failed(&mut self, id: CallId, leg: LegId, why: Failure) {
        let Some(Phase::Reaching(reaching)) = self.calls.get_mut(&id).map(|call| &mut call.phase) else {
            return;
        };
        if !reaching.legs.remove(&leg) {
            return;
        }
        // "Busy" and "declined" say more than a phone that did not answer.
        if reaching.status != 486 && reaching.status != 603 {
            reaching.status = why.status;
        }
        if reaching.legs.is_empty() {
            self.reach_failed(id);
        }
    }

    /// Rung long enough.
    pub(super) fn on_reach_ends(&mut self, id: CallId) {
        let Some(Phase::Reaching(reaching)) = self.calls.get_mut(&id).map(|call| &mut call.phase) else {
            return;
        };
        let limit = if reaching.why == Why::Direct { DIRECT_RINGS } else { TRANSFER_RINGS };
        if self.now.tick.since(reaching.since) < limit {
            return;
        }
        let rung = std::mem::take(&mut reaching.legs);
        reaching.status = 408;
        for leg in rung {
            self.hang_up(leg, HangupReason::CallerGone);
        }
        self.reach_failed(id);
    }

    fn reach_failed(&mut self, id: CallId) {
        let Some(Phase::Reaching(reaching)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        let (stay, status, why) = (reaching.stay, reaching.status, reaching.why.clone());
        let target = self.target_in_words(&reaching.target.clone());
        self.tell(id, Happened::NotReached { status });
        match (why, stay) {
            (Why::Transfer { by, leg }, Some(stay)) => {
                self.transfer_failed(id, stay.leg, &by, leg, status, target)
            }
            (Why::Return, Some(stay)) => self.return_failed(id, stay.leg),
            (Why::Fetch { slot }, Some(stay)) => self.fetch_failed(id, stay.leg, slot),
            (Why::Overflow, Some(stay)) => self.take_message_instead(id, stay.leg),
            (Why::Direct, Some(stay)) => self.direct_failed(id, stay, status),
            (_, _) => {
                let outcome = self.outcome_of_leaving(id);
                self.finish(id, outcome, &HangupReason::Normal);
            }
        }
    }

    /// A dialled call reached nobody. A customer can leave a message; a colleague's phone knows the status.
    fn direct_failed(&mut self, id: CallId, stay: Stay, status: u16) {
        let outcome = self.outcome_of_leaving(id);
        let inbound = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        if stay.heard == Hears::Ringing && !inbound {
            self.refuse(id, stay.leg, refusal_for(status), outcome);
            return;
        }
        if inbound {
            return self.take_message_instead(id, stay.leg);
        }
        let prompt = if status == 486 { prompts::BUSY } else { prompts::NOT_ANSWERING };
        self.say_goodbye(id, stay.leg, prompt, outcome);
    }

    /// A customer whom nobody took is asked for a message to the group they wanted, of the person they wanted, or
    /// the first one: nobody is sent away who was offered nothing (spec/hunt-groups.md §9).
    pub(super) fn take_message_instead(&mut self, id: CallId, leg: LegId) {
        let Some(call) = self.calls.get(&id) else { return };
        let new = call.contact.kind == Kind::Inbound && call.answered.is_none();
        let wanted = match &call.phase {
            Phase::Reaching(Reaching { target: Target::Person(person), .. }) => {
                self.directory.groups_of(person).first()
            }
            _ => None,
        };
        let group = call.contact.group.as_ref().filter(|group| self.directory.group(group).is_some());
        let first = self.directory.settings.groups.first().map(|group| &group.id);
        match group.or(wanted).or(first).filter(|_| new).cloned() {
            Some(group) => self.leave_message(id, leg, &group),
            None => {
                let outcome = self.outcome_of_leaving(id);
                self.say_goodbye(id, leg, prompts::TRANSFER_FAILED, outcome);
            }
        }
    }

    /// Nobody at the one who transferred either: back in the line of its group, else a word and the owed list.
    fn return_failed(&mut self, id: CallId, stay: LegId) {
        let group = self.calls.get(&id).and_then(|call| call.contact.group.clone());
        match group.filter(|group| self.directory.group(group).is_some()) {
            Some(group) => self.enter_line(id, stay, &group, Welcome::None),
            None => {
                let outcome = self.outcome_of_leaving(id);
                self.say_goodbye(id, stay, prompts::TRANSFER_FAILED, outcome);
            }
        }
    }

    fn fetch_failed(&mut self, id: CallId, stay: LegId, slot: u8) {
        let by = self.calls.get(&id).and_then(|call| call.contact.person.clone());
        match by {
            Some(by) => {
                let until = self.now.tick + super::parking::PARKED_FOR;
                self.timers.set(until, Timer::ParkEnds { call: id, slot });
                if let Some(call) = self.calls.get_mut(&id) {
                    call.phase = Phase::Parked(Parked { leg: stay, slot, by });
                }
            }
            None => {
                self.park.remove(&slot);
                self.return_failed(id, stay);
            }
        }
    }

    /// Refuses an arriving leg and ends its call.
    pub(super) fn refuse(&mut self, id: CallId, leg: LegId, refusal: Refusal, outcome: Outcome) {
        self.act(Action::Refuse { leg, refusal });
        self.leg_is_over(leg);
        self.finish(id, outcome, &HangupReason::Normal);
    }

    /// A sentence, then the end: nobody is cut off without a word.
    pub(super) fn say_goodbye(&mut self, id: CallId, leg: LegId, prompt: &'static str, outcome: Outcome) {
        self.say_last(id, leg, &[Saying::Prompt(prompt)], outcome);
    }

    /// The same with more to say.
    pub(super) fn say_last(&mut self, id: CallId, leg: LegId, words: &[Saying], outcome: Outcome) {
        let pieces = self.speech(leg, words);
        self.play_last(id, leg, pieces, outcome);
    }

    /// The same with recordings of the owner's between the words.
    pub(super) fn play_last(&mut self, id: CallId, leg: LegId, pieces: Vec<Piece>, outcome: Outcome) {
        self.accept(leg);
        let play = self.play(leg, pieces, Repeat::Once);
        let kind = self.calls.get(&id).map(|call| call.contact.kind);
        let outcome = if kind == Some(Kind::Internal) { Outcome::Internal } else { outcome };
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Farewell { leg, id: play, outcome };
        }
        self.changed();
    }

    /// A prompt in the language of who hears it; tells which playback it is.
    pub(super) fn play_prompt(&mut self, leg: LegId, name: &'static str) -> PlayId {
        self.say(leg, &[Saying::Prompt(name)])
    }

    /// Whatever can be said, in the language of who hears it; tells which playback it is.
    pub(super) fn say(&mut self, leg: LegId, what: &[Saying]) -> PlayId {
        let pieces = self.speech(leg, what);
        self.play(leg, pieces, Repeat::Once)
    }

    /// The same as pieces, to be put together with others.
    pub(super) fn speech(&self, leg: LegId, what: &[Saying]) -> Vec<Piece> {
        speech::say(self.language_to(leg), self.directory.settings.office.country, what)
    }

    /// A prompt in the language of who hears it, shipped or the owner's own.
    pub(super) fn spoken(&self, leg: LegId, name: &str) -> Piece {
        Piece::Prompt { lang: speech::folder(self.language_to(leg)), name: Arc::from(name) }
    }

    /// The ringing tone until something else happens.
    pub(super) fn play_ringback(&mut self, leg: LegId) {
        self.play(leg, vec![Piece::Ringback], Repeat::Forever);
    }

    /// Music until something else happens.
    pub(super) fn play_music(&mut self, leg: LegId) {
        self.play(leg, vec![Piece::Music], Repeat::Forever);
    }

    /// Plays to a leg; tells which playback it is.
    pub(super) fn play(&mut self, leg: LegId, pieces: Vec<Piece>, repeat: Repeat) -> PlayId {
        self.last_play += 1;
        let id = PlayId(self.last_play);
        self.act(Action::Play { leg, id, what: Playlist { pieces, repeat } });
        id
    }

    /// A target as the story and the display name it.
    pub(super) fn target_in_words(&self, target: &Target) -> String {
        match target {
            Target::Person(person) => {
                self.directory.person(person).map_or_else(|| person.to_string(), |person| person.name.clone())
            }
            Target::Outside(way) => way.number.to_string(),
        }
    }
}

fn refusal_for(status: u16) -> Refusal {
    match status {
        486 | 600 => Refusal::Busy,
        603 => Refusal::Declined,
        404 | 410 | 484 | 604 => Refusal::NotFound,
        488 | 606 => Refusal::NotAcceptable,
        403 => Refusal::Forbidden,
        500..=599 => Refusal::Overloaded,
        _ => Refusal::Unavailable,
    }
}
