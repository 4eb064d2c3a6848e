//! Pure. What a dial came to, and what follows: again at the old place, done, or a person's task
//! (spec/callback.md §6).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Promised, Step};
use crate::ids::{CallId, LegId, PersonId};
use crate::office::Office;
use crate::office::call::{Entry, Phase};
use crate::office::contact::{Happened, Kind, Outcome};
use crate::office::promise::{Asked, Callback, CallbackState, CameTo, Settled, SettledBy, Try};
use crate::office::queue::talks::Talk;
use crate::office::timers::Timer;
use crate::sip::{Failure, HangupReason};
use jiff::SignedDuration;
use std::time::Duration;

/// A talk that lasted so long was one.
const TALK: Duration = Duration::from_secs(10);
/// A promise settled by itself can be taken up again so long.
pub(super) const RECALLABLE_FOR: Duration = Duration::from_secs(600);
/// A finished contact waits so long for its verdicts.
const VERDICTS_WITHIN: Duration = Duration::from_secs(10);

/// What follows a dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// At the old place, not before this has passed.
    Again(SignedDuration),
    /// A person's task.
    Task(CallbackState),
}

/// What a failed dial means. Q.850 says more than the status, where a provider sends it.
pub(super) fn meaning_of(why: Failure, rang: bool) -> CameTo {
    match (why.cause, why.status) {
        (Some(1 | 28), _) | (_, 404 | 410 | 484 | 604) => CameTo::Invalid,
        (Some(17), _) | (_, 486 | 600) => CameTo::Busy,
        (Some(21), _) | (_, 603 | 607 | 608) => CameTo::Rejected,
        (Some(18..=20), _) | (_, 480 | 487) => CameTo::NoAnswer,
        // Nothing at all came back: that is the line, not the customer.
        (_, 408) if rang => CameTo::NoAnswer,
        _ => CameTo::Fault,
    }
}

fn what_follows(callback: &Callback, attempts: usize) -> Next {
    let last = callback.tries.last().map_or(CameTo::Nothing, |last| last.came_to);
    let times = |what: CameTo| callback.tries.iter().filter(|one| one.came_to == what).count();
    let minutes = |n| Next::Again(SignedDuration::from_mins(n));
    match last {
        CameTo::Invalid => Next::Task(CallbackState::Invalid),
        CameTo::Fault => minutes(1),
        CameTo::Rejected if times(CameTo::Rejected) >= 2 => Next::Task(CallbackState::Unreached),
        _ if callback.attempts_left(attempts) == 0 => Next::Task(CallbackState::Unreached),
        CameTo::Voicemail => minutes(30),
        CameTo::Busy => minutes(3),
        CameTo::NoAnswer if times(CameTo::NoAnswer) > 1 => minutes(20),
        CameTo::NoAnswer | CameTo::Rejected | CameTo::Reached | CameTo::Nothing => minutes(5),
    }
}

impl Office {
    /// A dial came to this: the try is written into the row, and what follows decided.
    pub(super) fn came_to(&mut self, id: CallId, came_to: CameTo) {
        let wall = self.now.wall;
        let group = self.calls.get(&id).and_then(|call| call.contact.group.as_ref());
        let group = group.and_then(|group| self.directory.group(group));
        let attempts = group.map_or(1, |group| usize::from(group.callback.attempts).max(1));
        self.tell(id, Happened::CallbackTried { came_to });
        let Some(callback) = self.callback_mut(id) else { return };
        let had_left = callback.attempts_left(attempts) > 0;
        match callback.tries.last_mut() {
            Some(last) if matches!(last.came_to, CameTo::Nothing | CameTo::Reached) => last.came_to = came_to,
            _ => callback.tries.push(Try { at: wall, came_to }),
        }
        match what_follows(callback, attempts) {
            Next::Again(wait) => {
                callback.state = CallbackState::Waiting;
                callback.not_before = wall.checked_add(wait).ok();
            }
            Next::Task(state) => {
                callback.state = state;
                callback.not_before = None;
            }
        }
        // Who turned us down twice seems to block us: whether to write to them is a person's to say; as is what
        // becomes of a call that staff asked for, or make once more.
        let theirs = callback.asked != Asked::Staff && had_left && came_to != CameTo::Rejected;
        if callback.state == CallbackState::Unreached && theirs {
            self.tell_unreached(id);
        }
        self.changed();
    }

    /// Our fault or the line's: no attempt; it is tried again when the line is back.
    pub(super) fn fault(&mut self, id: CallId) {
        self.came_to(id, CameTo::Fault);
    }

    /// A member and the customer hear each other, whoever called.
    pub(in crate::office) fn promise_connected(&mut self, id: CallId, person: Option<PersonId>) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.answered.get_or_insert(now.tick);
        if person.is_some() {
            call.contact.person = person;
        }
        if let Some(callback) = call.contact.callback.as_mut().filter(|callback| callback.is_open()) {
            callback.state = CallbackState::Connected;
            callback.connected_at.get_or_insert(now.wall);
            callback.not_before = None;
            if let Some(last) = callback.tries.last_mut().filter(|last| last.came_to == CameTo::Nothing) {
                last.came_to = CameTo::Reached;
            }
        }
        self.save(id);
    }

    /// A contact with a promise loses its live legs. The entry stays, or the promise is settled; its row
    /// keeps the outcome it has. `false`: there is no promise.
    pub(in crate::office) fn promise_stays(&mut self, id: CallId, because: &HangupReason) -> bool {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.contact.callback.is_some()) else {
            return false;
        };
        let (Some(group), Some(_)) = (call.contact.group.clone(), call.order) else { return false };
        if let Phase::Promised(_) = call.phase {
            self.interrupt(id);
            return true;
        }
        self.leave_line(id);
        let Some(call) = self.calls.get_mut(&id) else { return true };
        let put_off = call.phase.entry_mut().map(|entry| std::mem::take(&mut entry.put_off));
        let entry = Entry { put_off: put_off.unwrap_or_default(), ..Entry::new(group) };
        let promised = Phase::Promised(Promised::new(entry));
        let live = std::mem::replace(&mut call.phase, promised);
        for leg in live.legs() {
            self.hang_up(leg, because.clone());
        }
        self.free_slot(&live);
        self.close_live_leg(id);
        self.live_came_to(id);
        self.talks.extend(self.calls.get(&id).and_then(|call| Talk::of(&call.contact)));
        self.stand_in_line(id);
        self.save(id);
        true
    }

    /// What the talk, or the wait, of a customer on the line means for the promise.
    fn live_came_to(&mut self, id: CallId) {
        let talked = self.end_talk(id);
        let marked = self.calls.get_mut(&id).is_some_and(|call| std::mem::take(&mut call.machine));
        let Some(callback) = self.callback_mut(id).filter(|callback| callback.is_open()) else { return };
        let dialled = callback.tries.last().is_some_and(|last| last.came_to == CameTo::Reached);
        let state = callback.state;
        match (talked, state) {
            (Some(length), _) if dialled && (marked || length < TALK) => self.came_to(id, CameTo::Voicemail),
            (Some(_), _) => {
                let by = if dialled { SettledBy::Callback } else { SettledBy::CustomerCalled };
                self.settle_row(id, CallbackState::Done, by);
            }
            // Called, said "connect me", and gave up before anybody came.
            (None, CallbackState::Reached) => {
                callback.state = CallbackState::Waiting;
                let wait = SignedDuration::from_mins(5);
                self.not_before(id, wait);
            }
            (None, _) => callback.state = CallbackState::Waiting,
        }
    }

    /// Not dialled before so long from now.
    pub(super) fn not_before(&mut self, id: CallId, wait: SignedDuration) {
        let at = self.now.wall.checked_add(wait).ok();
        if let Some(callback) = self.callback_mut(id) {
            callback.not_before = at;
        }
    }

    /// Adds the talk to the row; how long it was, held or not.
    fn end_talk(&mut self, id: CallId) -> Option<Duration> {
        let tick = self.now.tick;
        let call = self.calls.get_mut(&id)?;
        call.back(tick);
        let length = tick.since(call.answered.take()?);
        let held = std::mem::take(&mut call.held);
        call.contact.held += held;
        call.contact.talked += length.saturating_sub(held);
        Some(length)
    }

    /// Takes its place again: the old one. What is not open any more leaves.
    pub(super) fn stand_in_line(&mut self, id: CallId) {
        let open = self.promise(id).is_some_and(|(_, _, callback)| callback.is_open());
        let place = self.calls.get(&id).and_then(|call| Some((call.phase.group()?.clone(), call.order?)));
        match place.filter(|_| open) {
            Some((group, order)) => {
                self.line.stand_promised(group, (order, id));
                self.look_at_promise(id);
            }
            None => self.leave_promise(id),
        }
    }

    /// What was being done is broken off; the entry stays.
    fn interrupt(&mut self, id: CallId) {
        let Some(promised) = self.promised_mut(id) else { return };
        let legs: Vec<LegId> = promised.step.legs().collect();
        let dialled = promised.step.dials();
        for leg in legs {
            self.hang_up(leg, HangupReason::Normal);
        }
        if dialled {
            self.fault(id);
        }
        match self.promise(id).map(|(_, promised, callback)| (callback.is_open(), promised.step.clone())) {
            Some((true, _)) => self.wait_again(id),
            Some((false, Step::Settled { .. })) | None => {}
            Some((false, _)) => self.nothing_left_to_do(id),
        }
        self.save(id);
    }

    /// Nobody hears or says anything about it any more, and it is not open.
    pub(super) fn nothing_left_to_do(&mut self, id: CallId) {
        self.set_step(id, Step::InLine, self.now.tick);
        self.leave_promise(id);
    }

    /// The promise is settled; what was being done about it ends.
    pub(in crate::office) fn settle_promise(&mut self, id: CallId, state: CallbackState, by: SettledBy) {
        self.settle_row(id, state, by);
        if self.promised(id).is_some() {
            self.stop_ringing_for(id);
            self.forget_unplaced(id);
            let legs: Vec<LegId> = self.promised(id).map(|p| p.step.legs().collect()).unwrap_or_default();
            for leg in legs {
                self.hang_up(leg, HangupReason::Normal);
            }
            self.nothing_left_to_do(id);
        }
        self.save(id);
    }

    pub(super) fn settle_row(&mut self, id: CallId, state: CallbackState, by: SettledBy) {
        let at = self.now.wall;
        if let Some(callback) = self.callback_mut(id) {
            callback.state = state;
            callback.not_before = None;
            callback.settled = Some(Settled { at, by });
        }
        self.changed();
    }

    /// A promise that is not open stands in no line. Tasks wait for a person, what settled itself may be
    /// taken up again for ten minutes; everything else is over.
    pub(super) fn leave_promise(&mut self, id: CallId) {
        use SettledBy as By;
        self.leave_line(id);
        self.close_made_row(id);
        self.owe_anew(id);
        let Some((_, promised, callback)) = self.promise(id) else { return };
        let telling = matches!(promised.step, Step::Telling { .. });
        let by_itself = callback
            .settled
            .as_ref()
            .is_some_and(|settled| matches!(settled.by, By::Callback | By::OtherCall | By::CustomerCalled));
        let stays = callback.state.is_task() || by_itself;
        match (telling, stays) {
            (true, _) => {}
            (false, true) => {
                self.set_step(id, Step::Settled { since: self.now.tick }, self.now.tick);
                self.look_at_promise(id);
            }
            (false, false) => self.close_promise(id),
        }
    }

    /// The end of the contact: nothing is done about it any more.
    pub(in crate::office) fn close_promise(&mut self, id: CallId) {
        let tick = self.now.tick;
        self.callbacks.unkept.remove(&id);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Over;
        }
        self.timers.set(tick + VERDICTS_WITHIN, Timer::Settle { call: id });
        self.save(id);
        self.settle(id);
    }

    /// A callback that staff asked for is an outbound contact: its outcome comes at its end.
    fn close_made_row(&mut self, id: CallId) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.contact.kind != Kind::Outbound || call.contact.outcome.is_some() {
            return;
        }
        // A machine that was spoken to does not make it a talk.
        let kept = call.contact.callback.as_ref().is_some_and(Callback::is_kept);
        call.contact.ended_at = Some(now.wall);
        call.contact.outcome = Some(if kept { Outcome::Answered } else { Outcome::Unreached });
    }

    /// The list of what is owed follows the row.
    pub(super) fn owe_anew(&mut self, id: CallId) {
        if let Some(call) = self.calls.get(&id) {
            self.day.owing.take(&call.contact, &self.customers);
        }
    }

    /// `*4` in the talk, or after it: a machine answered. `false`: there is no such talk.
    pub(in crate::office) fn that_was_voicemail(&mut self, id: CallId) -> bool {
        // Who asked anew since has a promise: the older one is not taken up beside it.
        let number =
            self.calls.get(&id).and_then(|call| Some(call.contact.callback.as_ref()?.number.clone()));
        if number.is_some_and(|number| self.is_promised_anew(id, &number)) {
            return false;
        }
        let Some(call) = self.calls.get_mut(&id) else { return false };
        let Some(callback) = call.contact.callback.as_ref() else { return false };
        let reached = callback.tries.last().is_some_and(|last| last.came_to == CameTo::Reached);
        match (&call.phase, callback.state) {
            (Phase::Talking(_), CallbackState::Connected) if reached => {
                call.machine = true;
                true
            }
            (Phase::Promised(promised), CallbackState::Done)
                if reached && matches!(promised.step, Step::Settled { .. }) =>
            {
                self.reopen(id);
                self.came_to(id, CameTo::Voicemail);
                self.stand_in_line(id);
                self.save(id);
                true
            }
            _ => false,
        }
    }

    /// The same for somebody who dials `*4` after hanging up: the callback they kept last.
    pub(in crate::office) fn my_last_was_voicemail(&mut self, person: &PersonId) -> bool {
        let own =
            |id: &CallId| self.calls.get(id).is_some_and(|call| call.contact.person.as_ref() == Some(person));
        let ids: Vec<CallId> = self.register.promised().filter(own).collect();
        ids.into_iter().rev().any(|id| self.that_was_voicemail(id))
    }

    /// A settled promise is open again, at its old place.
    pub(super) fn reopen(&mut self, id: CallId) {
        if let Some(callback) = self.callback_mut(id) {
            callback.settled = None;
            callback.state = CallbackState::Waiting;
            callback.not_before = None;
        }
        let wall = self.now.wall;
        if let Some(promised) = self.promised_mut(id) {
            (promised.wanted_by, promised.round, promised.taken_up) = (None, None, Some(wall));
        }
        self.set_step(id, Step::InLine, self.now.tick);
        self.owe_anew(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Country, Number};
    use crate::settings::Language;
    use jiff::Timestamp;

    #[track_caller]
    fn follows(tries: &[CameTo], expected: Next) {
        let at = Timestamp::UNIX_EPOCH;
        let number = Number::parse("+4520000001", Country(*b"DK")).unwrap();
        let mut callback = Callback::new(number, Asked::Key, at, at, Language::En);
        callback.tries = tries.iter().map(|came_to| Try { at, came_to: *came_to }).collect();
        assert_eq!(what_follows(&callback, 3), expected, "{tries:?}");
    }

    /// The table of §6, with three attempts.
    #[test]
    fn what_follows_each_outcome() {
        use CameTo::{Busy, Fault, Invalid, NoAnswer, Rejected, Voicemail};
        let again = |minutes| Next::Again(SignedDuration::from_mins(minutes));
        let unreached = Next::Task(CallbackState::Unreached);
        follows(&[NoAnswer], again(5));
        follows(&[NoAnswer, NoAnswer], again(20));
        follows(&[NoAnswer, NoAnswer, NoAnswer], unreached);
        follows(&[Busy], again(3));
        follows(&[Busy, Busy, Busy, Busy, Busy], again(3));
        follows(&[Busy, Busy, Busy, Busy, Busy, Busy], unreached);
        follows(&[Voicemail], again(30));
        follows(&[Voicemail, NoAnswer, Voicemail], unreached);
        follows(&[Rejected], again(5));
        follows(&[Rejected, Rejected], unreached);
        follows(&[Invalid], Next::Task(CallbackState::Invalid));
        follows(&[NoAnswer, NoAnswer, Fault], again(1));
        follows(&[Fault, Fault, Fault, Fault], again(1));
    }

    #[test]
    fn the_signals_of_the_table() {
        let of = |status, cause, rang| meaning_of(Failure { status, cause }, rang);
        assert_eq!(of(486, None, true), CameTo::Busy);
        assert_eq!(of(480, None, false), CameTo::NoAnswer);
        assert_eq!(of(408, None, true), CameTo::NoAnswer);
        assert_eq!(of(408, None, false), CameTo::Fault, "the line said nothing at all");
        assert_eq!(of(603, None, false), CameTo::Rejected);
        assert_eq!(of(404, None, false), CameTo::Invalid);
        assert_eq!(of(500, Some(1), false), CameTo::Invalid);
        assert_eq!(of(503, None, false), CameTo::Fault);
        assert_eq!(of(403, None, false), CameTo::Fault);
    }
}
