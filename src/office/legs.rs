//! Pure. What happens on a leg, brought to the phase its call is in. Every phase has an answer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Leg, LegState, Phase, Stay, Why};
use super::contact::Happened;
use super::{Action, Office};
use crate::ids::{CallId, LegId, PersonId, PlayId};
use crate::media::Verdict;
use crate::sip::{Ending, Failure, HangupReason};

/// The phases as far as the fate of a leg goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Menu,
    AtDoor,
    Waiting,
    Leaving,
    Alone,
    Reaching,
    Talking,
    Consulting,
    Parked,
    Promised,
    Farewell,
    Nothing,
}

impl Office {
    /// A placed leg rings.
    pub(super) fn on_rang(&mut self, leg: LegId) {
        let Some((id, phase, person)) = self.alive(leg) else { return };
        match (phase, person) {
            (In::Waiting, Some(person)) => self.offer_rang(id, &person),
            (In::Promised, Some(person)) => self.offer_rang(id, &person),
            (In::Promised, None) => self.customer_rang(id, leg),
            (In::Reaching, _) => self.reach_rang(id),
            _ => {}
        }
    }

    /// A placed leg was answered. A mobile is asked for a key first.
    pub(super) fn on_answered(&mut self, leg: LegId) {
        if !self.ask_mobile(leg) {
            self.answered_for_good(leg);
        }
    }

    /// Somebody is there. One that we have already hung up lost the race.
    pub(super) fn answered_for_good(&mut self, leg: LegId) {
        let Some((id, phase, person)) = self.alive(leg) else { return };
        self.changed();
        match (phase, person) {
            (In::Waiting, Some(person)) => self.member_answered(id, &person, leg),
            (In::Promised, Some(person)) => self.promise_taken(id, &person, leg),
            (In::Promised, None) => self.customer_answered(id, leg),
            (In::Reaching, _) => self.reach_answered(id, leg),
            (In::Consulting, _) => self.consult_answered(id, leg),
            _ => self.hang_up(leg, HangupReason::Fault),
        }
    }

    /// A placed leg came to nothing.
    pub(super) fn on_failed(&mut self, leg: LegId, why: Failure) {
        let alive = self.alive(leg);
        let why = self.mobile_failed(leg, why);
        self.leg_is_over(leg);
        self.forget_unanswered(leg);
        let Some((id, phase, person)) = alive else { return };
        self.changed();
        match (phase, person) {
            (In::Waiting | In::Promised, Some(person)) => self.offer_failed(id, &person, leg, why),
            (In::Promised, None) => self.customer_failed(id, leg, why),
            (In::Reaching, _) => self.reach_leg_failed(id, leg, why),
            (In::Consulting, _) => self.consult_leg_over(id, leg),
            _ => {}
        }
    }

    /// A leg is over.
    pub(super) fn on_ended(&mut self, leg: LegId, how: Ending) {
        let Some(known) = self.legs.get(&leg).cloned() else { return };
        let alive = self.alive(leg);
        self.mobile_failed(leg, Failure { status: 480, cause: None });
        self.leg_is_over(leg);
        if let Some((id, phase, _)) = alive {
            self.changed();
            self.ended_in(id, phase, leg, how, &known);
        }
        self.forget_unanswered(leg);
    }

    fn ended_in(&mut self, id: CallId, phase: In, leg: LegId, how: Ending, known: &Leg) {
        match phase {
            In::Waiting if self.is_caller(id, leg) => self.caller_left_line(id, how),
            In::Waiting => {
                if let Some(person) = &known.person {
                    self.offer_failed(id, person, leg, Failure { status: 480, cause: None });
                }
            }
            In::Menu => self.menu_left(id, how),
            In::AtDoor => self.left_door(id, how),
            In::Leaving => self.message_left(id, how),
            In::Alone => self.alone_left(id),
            In::Promised => self.callback_leg_ended(id, leg, how, known),
            In::Reaching => self.reach_leg_ended(id, leg, how),
            In::Talking => self.talk_leg_ended(id, leg, how, known),
            In::Consulting => self.consult_leg_over(id, leg),
            In::Parked | In::Farewell => {
                self.tell(id, Happened::CallerHungUp);
                let outcome = self.farewell_outcome(id);
                self.finish(id, outcome, &HangupReason::CallerGone);
            }
            In::Nothing => {}
        }
    }

    fn farewell_outcome(&self, id: CallId) -> super::contact::Outcome {
        match self.calls.get(&id).map(|call| &call.phase) {
            Some(Phase::Farewell { outcome, .. }) => *outcome,
            _ => self.outcome_of_leaving(id),
        }
    }

    fn talk_leg_ended(&mut self, id: CallId, leg: LegId, how: Ending, known: &Leg) {
        let Some(Phase::Talking(talking)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        let other = talking.other(leg);
        let customer = self.legs.get(&other).is_some_and(|leg| leg.person.is_none());
        match &known.person {
            Some(person) if how == Ending::Lost && customer => self.phone_vanished(id, other, person),
            _ => self.talk_over(id, leg),
        }
    }

    /// The caller left, or the line did.
    pub(super) fn tell_left(&mut self, id: CallId, how: Ending) {
        let what = if how == Ending::Lost { Happened::LineLost } else { Happened::CallerHungUp };
        self.tell(id, what);
    }

    fn reach_leg_ended(&mut self, id: CallId, leg: LegId, how: Ending) {
        let Some(Phase::Reaching(reaching)) = self.calls.get_mut(&id).map(|call| &mut call.phase) else {
            return;
        };
        if matches!(reaching.stay, Some(Stay { leg: stay, .. }) if stay == leg) {
            self.tell_left(id, how);
            let outcome = self.outcome_of_end(id, how);
            self.finish(id, outcome, &HangupReason::CallerGone);
            return;
        }
        if let Why::Transfer { leg: own, .. } = &mut reaching.why
            && *own == Some(leg)
        {
            *own = None;
            return;
        }
        self.reach_leg_failed(id, leg, Failure { status: 480, cause: None });
    }

    /// A playback ended by itself.
    pub(super) fn on_played(&mut self, leg: LegId, play: PlayId) {
        let Some(id) = self.legs.get(&leg).map(|leg| leg.call) else { return };
        match self.calls.get(&id).map(|call| &call.phase) {
            Some(Phase::Farewell { id: last, outcome, .. }) if *last == play => {
                let outcome = *outcome;
                self.finish(id, outcome, &HangupReason::Normal);
                self.changed();
            }
            Some(Phase::Waiting(_)) => self.prompt_ended(id, play),
            Some(Phase::Menu(_)) => self.menu_played(id, play),
            Some(Phase::AtDoor(_)) => self.played_at_door(id, play),
            Some(Phase::Leaving(_)) => self.message_played(id, play),
            Some(Phase::Alone(_)) => self.alone_played(id, play),
            Some(Phase::Promised(_)) => self.callback_played(id, play),
            _ => {}
        }
    }

    /// What was heard on a leg; the row keeps it.
    pub(super) fn on_heard(&mut self, leg: LegId, verdict: Verdict) {
        let Some(id) = self.legs.get(&leg).map(|leg| leg.call) else { return };
        if self.legs.get(&leg).is_some_and(|leg| leg.state == LegState::Closed) {
            self.legs.remove(&leg);
        }
        if let Some(call) = self.calls.get_mut(&id) {
            call.unheard.remove(&leg);
            if let Some(record) = call.record(leg) {
                record.verdict = Some(verdict);
            }
        }
        self.settle(id);
    }

    /// A call whose leg is alive: its id, its phase, whose leg it is.
    fn alive(&self, leg: LegId) -> Option<(CallId, In, Option<PersonId>)> {
        let known = self.legs.get(&leg).filter(|leg| leg.state != LegState::Closed)?;
        let call = self.calls.get(&known.call)?;
        let phase = match &call.phase {
            Phase::Menu(_) => In::Menu,
            Phase::AtDoor(_) => In::AtDoor,
            Phase::Waiting(_) => In::Waiting,
            Phase::Leaving(_) => In::Leaving,
            Phase::Alone(_) => In::Alone,
            Phase::Reaching(_) => In::Reaching,
            Phase::Talking(_) => In::Talking,
            Phase::Consulting(_) => In::Consulting,
            Phase::Parked(_) => In::Parked,
            Phase::Promised(_) => In::Promised,
            Phase::Farewell { .. } => In::Farewell,
            Phase::Arriving { .. } | Phase::Over => In::Nothing,
        };
        Some((known.call, phase, known.person.clone()))
    }

    fn is_caller(&self, id: CallId, leg: LegId) -> bool {
        matches!(self.calls.get(&id).map(|call| &call.phase), Some(Phase::Waiting(w)) if w.caller == leg)
    }

    /// A leg that never was answered has no verdict to wait for.
    fn forget_unanswered(&mut self, leg: LegId) {
        let call = self.legs.get(&leg).map(|leg| leg.call);
        let waits = call.and_then(|id| self.calls.get(&id)).is_some_and(|call| call.unheard.contains(&leg));
        if !waits {
            self.legs.remove(&leg);
        }
    }

    /// Adds an action to what this input leads to.
    pub(super) fn act(&mut self, action: Action) {
        self.out.push(action);
    }

    /// Something visible changed.
    pub(super) fn changed(&mut self) {
        self.version += 1;
    }
}
