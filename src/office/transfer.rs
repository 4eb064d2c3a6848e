//! Pure. Hold and transfer; parking lies in [`super::parking`].
//!
//! Whoever is passed on hears music, and comes back to the one who passed them on when nobody answers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Consulting, Hears, Hold, LegState, Phase, Reaching, Stay, Talking, Target, Why};
use super::contact::{Device, Happened, Kind, Outcome};
use super::outbound::No;
use super::queue::Welcome;
use super::routing::Dialled;
use super::timers::Timer;
use super::{Action, Office, parking};
use crate::ids::{CallId, LegId, PersonId};
use crate::sip::{HangupReason, TransferTarget};
use std::time::Duration;

/// Why a transfer was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoTransfer {
    /// Not in a conversation.
    NotNow,
    /// Somebody is in that park slot.
    Taken,
    /// Leads nowhere.
    Unknown,
    /// The policy, or no trunk.
    Outbound(No),
}

/// Who asked for a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// The transferrer's phone, which waits to hear how it fares.
    Phone,
    /// A screen.
    Screen,
}

impl Office {
    /// A phone put the other party on hold.
    pub(super) fn on_held(&mut self, leg: LegId) {
        let Some((id, talking)) = self.talk_of(leg) else { return };
        if talking.hold == Hold::None {
            self.hold(id, Hold::Phone(leg));
        }
    }

    /// It is back.
    pub(super) fn on_resumed(&mut self, leg: LegId) {
        let Some((id, talking)) = self.talk_of(leg) else { return };
        if talking.hold == Hold::Phone(leg) {
            self.resume(id);
        }
    }

    /// Puts the party opposite of the holding leg on hold, with music.
    pub(super) fn hold(&mut self, id: CallId, hold: Hold) {
        let tick = self.now.tick;
        let (Hold::Phone(by) | Hold::Screen(by)) = hold else { return };
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Phase::Talking(talking) = &mut call.phase else { return };
        let other = talking.other(by);
        talking.hold = hold;
        call.put_away(tick);
        if let Hold::Screen(_) = hold {
            self.act(Action::Unbridge { leg: other });
        }
        self.play_music(other);
        let person = self.legs.get(&by).and_then(|leg| leg.person.clone());
        self.tell(id, Happened::Held { person });
        self.changed();
    }

    /// Ends a hold.
    pub(super) fn resume(&mut self, id: CallId) {
        let tick = self.now.tick;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Phase::Talking(talking) = &mut call.phase else { return };
        let (a, b) = (talking.a, talking.b);
        let hold = std::mem::replace(&mut talking.hold, Hold::None);
        call.back(tick);
        let by = match hold {
            Hold::None => return,
            Hold::Phone(by) => {
                self.act(Action::Stop { leg: if by == a { b } else { a } });
                by
            }
            Hold::Screen(by) => {
                self.act(Action::Bridge { a, b });
                by
            }
        };
        let person = self.legs.get(&by).and_then(|leg| leg.person.clone());
        self.tell(id, Happened::Resumed { person });
        self.changed();
    }

    pub(super) fn talk_of(&self, leg: LegId) -> Option<(CallId, &Talking)> {
        let id = self.legs.get(&leg)?.call;
        match &self.calls.get(&id)?.phase {
            Phase::Talking(talking) => Some((id, talking)),
            _ => None,
        }
    }

    /// REFER: a phone asks that the other party be connected elsewhere.
    pub(super) fn on_transfer_asked(&mut self, leg: LegId, to: &TransferTarget) {
        self.changed();
        let result = match to {
            TransferTarget::Dial(number) => match parking::slot_of(number) {
                Some(slot) => self.park_by_phone(leg, slot),
                None => self.transfer_blind(leg, number, AskedBy::Phone),
            },
            TransferTarget::Leg(other) => self.transfer_joined(leg, *other),
        };
        let status = match result {
            Ok(()) => return,
            Err(NoTransfer::NotNow) => 481,
            Err(NoTransfer::Taken) => 486,
            Err(NoTransfer::Unknown) => 404,
            Err(NoTransfer::Outbound(No::Rule(_))) => 403,
            Err(NoTransfer::Outbound(No::NoTrunk)) => 503,
        };
        self.act(Action::TransferProgress { leg, status });
    }

    /// The party opposite of `leg` is connected with `to`; a phone's leg stays until that is done.
    pub(super) fn transfer_blind(&mut self, leg: LegId, to: &str, by: AskedBy) -> Result<(), NoTransfer> {
        let (id, other) = self.talk_of(leg).map(|(id, t)| (id, t.other(leg))).ok_or(NoTransfer::NotNow)?;
        let person = self.legs.get(&leg).and_then(|leg| leg.person.clone()).ok_or(NoTransfer::NotNow)?;
        let dialled = self.dialled(to);
        let target = match &dialled {
            Dialled::Person(person) => Some(Target::Person(person.clone())),
            Dialled::Outside(number) => {
                Some(Target::Outside(self.way_out(leg, number).map_err(NoTransfer::Outbound)?))
            }
            Dialled::Group(_) => None,
            Dialled::Unknown => return Err(NoTransfer::Unknown),
        };
        self.tell(id, Happened::TransferredBy { person: person.clone(), to: to.to_owned() });
        self.act(Action::Unbridge { leg: other });
        let left = self.let_transferrer_go(leg, by, target.is_some());
        match (target, dialled) {
            (Some(target), _) => {
                let stay = Stay { leg: other, heard: Hears::Us };
                self.reach(id, Some(stay), target, Why::Transfer { by: person, leg: left });
            }
            (None, Dialled::Group(group)) => self.enter_line(id, other, &group, Welcome::None),
            (None, _) => {}
        }
        Ok(())
    }

    fn let_transferrer_go(&mut self, leg: LegId, by: AskedBy, rings: bool) -> Option<LegId> {
        match (by, rings) {
            (AskedBy::Phone, true) => {
                self.act(Action::TransferProgress { leg, status: 100 });
                Some(leg)
            }
            (AskedBy::Phone, false) => {
                self.act(Action::TransferProgress { leg, status: 200 });
                self.hang_up(leg, HangupReason::Normal);
                None
            }
            (AskedBy::Screen, _) => {
                self.hang_up(leg, HangupReason::Normal);
                None
            }
        }
    }

    /// Nobody answered a transfer: back to the transferrer, who may still be on the line.
    pub(super) fn transfer_failed(
        &mut self,
        id: CallId,
        stay: LegId,
        by: &PersonId,
        leg: Option<LegId>,
        status: u16,
        to: String,
    ) {
        self.tell(id, Happened::TransferReturned { to });
        if let Some(leg) = leg {
            self.act(Action::TransferProgress { leg, status });
            self.join(id, stay, leg);
            return;
        }
        let stay = Stay { leg: stay, heard: Hears::Us };
        self.reach(id, Some(stay), Target::Person(by.clone()), Why::Return);
    }

    /// Attended transfer by REFER with Replaces: the far parties of two calls of one phone are joined.
    fn transfer_joined(&mut self, leg: LegId, second: LegId) -> Result<(), NoTransfer> {
        let (first, other) = self.talk_of(leg).map(|(id, t)| (id, t.other(leg))).ok_or(NoTransfer::NotNow)?;
        let by = self.legs.get(&leg).and_then(|leg| leg.person.clone()).ok_or(NoTransfer::NotNow)?;
        let owner = self.legs.get(&second).filter(|leg| leg.person.as_ref() == Some(&by));
        let consult = owner.map(|leg| leg.call).filter(|id| *id != first).ok_or(NoTransfer::NotNow)?;
        match self.calls.get(&consult).map(|call| &call.phase) {
            Some(Phase::Talking(talking)) => {
                let far = talking.other(second);
                self.join_calls(first, consult, (leg, other), (second, far), by);
                Ok(())
            }
            Some(Phase::Reaching(reaching)) if reaching.stay.is_some_and(|stay| stay.leg == second) => {
                self.join_ringing(first, consult, (leg, other), second, by);
                Ok(())
            }
            _ => Err(NoTransfer::NotNow),
        }
    }

    /// The customer's contact lives on; the one between colleagues ends.
    fn join_calls(
        &mut self,
        first: CallId,
        consult: CallId,
        near: (LegId, LegId),
        far: (LegId, LegId),
        by: PersonId,
    ) {
        let internal = self.calls.get(&first).is_some_and(|call| call.contact.kind == Kind::Internal);
        let (kept, ended) = if internal { (consult, first) } else { (first, consult) };
        let (kept_leg, moved_leg) = if internal { (far.1, near.1) } else { (near.1, far.1) };
        let person = self.legs.get(&moved_leg).and_then(|leg| leg.person.clone());
        let to = self.name_of_leg(moved_leg);
        self.tell(kept, Happened::TransferredBy { person: by, to });
        self.move_leg(moved_leg, ended, kept);
        self.act(Action::TransferProgress { leg: near.0, status: 200 });
        self.act(Action::Unbridge { leg: moved_leg });
        self.act(Action::Unbridge { leg: kept_leg });
        self.join(kept, kept_leg, moved_leg);
        self.hang_up(near.0, HangupReason::Normal);
        self.hang_up(far.0, HangupReason::Normal);
        let outcome = self.outcome_of_leaving(ended);
        self.forget_leg(ended, moved_leg);
        self.finish(ended, outcome, &HangupReason::Normal);
        self.taken_over(kept, person);
    }

    /// The consulted one does not answer yet: the caller waits for that with music.
    fn join_ringing(
        &mut self,
        first: CallId,
        consult: CallId,
        near: (LegId, LegId),
        second: LegId,
        by: PersonId,
    ) {
        let Some(Phase::Reaching(reaching)) = self.calls.get_mut(&consult).map(|call| &mut call.phase) else {
            return;
        };
        let (legs, target) = (std::mem::take(&mut reaching.legs), reaching.target.clone());
        for leg in &legs {
            self.move_leg(*leg, consult, first);
        }
        let to = self.target_in_words(&target);
        self.tell(first, Happened::TransferredBy { person: by.clone(), to });
        self.act(Action::TransferProgress { leg: near.0, status: 200 });
        self.act(Action::Unbridge { leg: near.1 });
        self.play_music(near.1);
        let tick = self.now.tick;
        let stay = Some(Stay { leg: near.1, heard: Hears::Us });
        let why = Why::Transfer { by, leg: None };
        if let Some(call) = self.calls.get_mut(&first) {
            call.put_away(tick);
            call.phase = Phase::Reaching(Reaching { stay, target, legs, since: tick, status: 408, why });
        }
        self.timers.set(tick + Duration::from_secs(30), Timer::ReachEnds { call: first });
        self.hang_up(near.0, HangupReason::Normal);
        self.hang_up(second, HangupReason::Normal);
        let outcome = self.outcome_of_leaving(consult);
        self.finish(consult, outcome, &HangupReason::Normal);
    }

    /// A leg goes on in another call.
    pub(super) fn move_leg(&mut self, leg: LegId, from: CallId, to: CallId) {
        // The leg, and what is known of it, belongs to the contact that lives on.
        let record = self.calls.get_mut(&from).and_then(|call| {
            call.unheard.remove(&leg);
            let at = call.contact.legs.iter().position(|record| record.leg == leg)?;
            Some(call.contact.legs.remove(at))
        });
        if let Some(moved) = self.legs.get_mut(&leg) {
            moved.call = to;
            let up = moved.state == LegState::Up;
            if let Some(call) = self.calls.get_mut(&to) {
                call.contact.legs.extend(record);
                if up {
                    call.unheard.insert(leg);
                }
            }
        }
    }

    fn forget_leg(&mut self, call: CallId, leg: LegId) {
        if let Some(Phase::Talking(talking)) = self.calls.get_mut(&call).map(|call| &mut call.phase) {
            let other = talking.other(leg);
            *talking = Talking { a: other, b: other, hold: Hold::None };
        }
    }

    fn taken_over(&mut self, id: CallId, person: Option<PersonId>) {
        let group = self.calls.get(&id).and_then(|call| call.contact.group.clone());
        if let (Some(person), Some(group)) = (&person, group) {
            self.owe_wrap_of(id, person, &group);
        }
        self.mark_answered(id, person);
    }

    fn name_of_leg(&self, leg: LegId) -> String {
        match self.legs.get(&leg) {
            Some(leg) => match (&leg.person, &leg.device) {
                (Some(person), _) => self.target_in_words(&Target::Person(person.clone())),
                (None, Device::Trunk(trunk)) => trunk.to_string(),
                (None, Device::Phone(phone)) => phone.to_string(),
            },
            None => String::new(),
        }
    }

    /// Attended transfer from a screen: the party is put aside while its person speaks with a third.
    pub(super) fn consult(&mut self, id: CallId, leg: LegId, to: &str) -> Result<(), NoTransfer> {
        let (_, talking) = self.talk_of(leg).ok_or(NoTransfer::NotNow)?;
        let held = talking.other(leg);
        let by = self.legs.get(&leg).and_then(|leg| leg.person.clone()).ok_or(NoTransfer::NotNow)?;
        let target = match self.dialled(to) {
            Dialled::Person(person) => Target::Person(person),
            Dialled::Outside(number) => {
                Target::Outside(self.way_out(leg, &number).map_err(NoTransfer::Outbound)?)
            }
            Dialled::Group(_) | Dialled::Unknown => return Err(NoTransfer::Unknown),
        };
        let (legs, _) = self.ring(id, &target, Some(leg), &Why::Direct);
        if legs.is_empty() {
            return Err(NoTransfer::NotNow);
        }
        self.act(Action::Unbridge { leg: held });
        self.tell(id, Happened::Held { person: Some(by.clone()) });
        self.play_music(held);
        self.play_ringback(leg);
        let tick = self.now.tick;
        let Some(call) = self.calls.get_mut(&id) else { return Ok(()) };
        call.put_away(tick);
        call.phase = Phase::Consulting(Consulting { held, by_leg: leg, by, target, legs, answered: None });
        Ok(())
    }

    /// The consulted one answered.
    pub(super) fn consult_answered(&mut self, id: CallId, leg: LegId) {
        let Some(Phase::Consulting(consulting)) = self.calls.get_mut(&id).map(|call| &mut call.phase) else {
            return;
        };
        consulting.legs.remove(&leg);
        consulting.answered = Some(leg);
        let (by_leg, others) = (consulting.by_leg, std::mem::take(&mut consulting.legs));
        self.leg_is_up(leg);
        for other in others {
            self.hang_up(other, HangupReason::AnsweredElsewhere);
        }
        self.act(Action::Bridge { a: by_leg, b: leg });
        self.on_minute(leg);
    }

    /// A leg of a consultation is over. The one who consults hangs up: the transfer is done.
    pub(super) fn consult_leg_over(&mut self, id: CallId, leg: LegId) {
        let Some(Phase::Consulting(c)) = self.calls.get_mut(&id).map(|call| &mut call.phase) else { return };
        if leg == c.held {
            self.tell(id, Happened::CallerHungUp);
            let outcome = self.outcome_of_leaving(id);
            self.finish(id, outcome, &HangupReason::CallerGone);
        } else if leg == c.by_leg {
            self.consult_done(id);
        } else {
            c.legs.remove(&leg);
            if c.answered == Some(leg) {
                c.answered = None;
            }
            if c.legs.is_empty() && c.answered.is_none() {
                self.consult_back(id);
            }
        }
    }

    /// Ends a consultation: back to the party put aside.
    pub(super) fn consult_back(&mut self, id: CallId) {
        let Some(Phase::Consulting(c)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        let (held, by_leg, target) = (c.held, c.by_leg, c.target.clone());
        let rest: Vec<LegId> = c.legs.iter().copied().chain(c.answered).collect();
        for leg in rest {
            self.hang_up(leg, HangupReason::Normal);
        }
        let to = self.target_in_words(&target);
        self.tell(id, Happened::TransferReturned { to });
        self.join(id, held, by_leg);
        self.changed();
    }

    fn consult_done(&mut self, id: CallId) {
        let tick = self.now.tick;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Phase::Consulting(c) = &mut call.phase else { return };
        let (held, by, target) = (c.held, c.by.clone(), c.target.clone());
        let (legs, answered) = (std::mem::take(&mut c.legs), c.answered);
        let to = self.target_in_words(&target);
        self.tell(id, Happened::TransferredBy { person: by.clone(), to });
        match answered {
            Some(leg) => {
                let person = self.legs.get(&leg).and_then(|leg| leg.person.clone());
                self.join(id, held, leg);
                self.taken_over(id, person);
            }
            None => {
                let stay = Some(Stay { leg: held, heard: Hears::Us });
                let why = Why::Transfer { by, leg: None };
                let phase = Phase::Reaching(Reaching { stay, target, legs, since: tick, status: 408, why });
                if let Some(call) = self.calls.get_mut(&id) {
                    call.phase = phase;
                }
                self.timers.set(tick + Duration::from_secs(30), Timer::ReachEnds { call: id });
            }
        }
    }

    /// The phone of a person is gone in the middle of a call: its customer is not lost.
    pub(super) fn phone_vanished(&mut self, id: CallId, stay: LegId, person: &PersonId) {
        self.tell(id, Happened::LineLost);
        let group = self.calls.get(&id).and_then(|call| call.contact.group.clone());
        match group.filter(|group| self.directory.group(group).is_some()) {
            Some(group) => self.enter_line(id, stay, &group, Welcome::None),
            None => {
                let stay = Stay { leg: stay, heard: Hears::Us };
                self.reach(id, Some(stay), Target::Person(person.clone()), Why::Return);
            }
        }
    }

    /// A conversation ended because one of the two hung up.
    pub(super) fn talk_over(&mut self, id: CallId, leg: LegId) {
        let person = self.legs.get(&leg).and_then(|leg| leg.person.clone());
        match person {
            Some(person) => self.tell(id, Happened::PersonHungUp { person }),
            None => self.tell(id, Happened::CallerHungUp),
        }
        let outcome: Outcome = self.outcome_of_leaving(id);
        self.finish(id, outcome, &HangupReason::Normal);
    }
}
