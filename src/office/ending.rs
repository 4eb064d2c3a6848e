//! Pure. How a call ends: exactly one outcome, no leg left, its row written for the last time.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Call, Phase};
use super::contact::{Kind, Outcome};
use super::memory::Change;
use super::timers::Timer;
use super::{Action, Office};
use crate::ids::CallId;
use crate::sip::{Ending, HangupReason};
use std::time::Duration;

/// How long a finished contact waits for its verdicts.
const VERDICTS_WITHIN: Duration = Duration::from_secs(10);
/// A caller who hangs up sooner is a short abandon (spec/metrics.md).
const SHORT_ABANDON: Duration = Duration::from_secs(5);

impl Office {
    /// The end of a call: every leg is hung up, the outcome is written, exactly once.
    pub(super) fn finish(&mut self, id: CallId, outcome: Outcome, because: &HangupReason) {
        if self.calls.get(&id).is_none_or(|call| matches!(call.phase, Phase::Over)) {
            return;
        }
        if self.promise_stays(id, because) {
            return;
        }
        self.leave_line(id);
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.back(now.tick);
        let phase = std::mem::replace(&mut call.phase, Phase::Over);
        call.close_row(now, outcome);
        for leg in phase.legs() {
            self.hang_up(leg, because.clone());
        }
        self.free_slot(&phase);
        self.count_day(id);
        self.settle_reached(id);
        self.save(id);
        self.timers.set(now.tick + VERDICTS_WITHIN, Timer::Settle { call: id });
        self.settle(id);
    }

    /// What a caller's going means for the row.
    pub(super) fn outcome_of_leaving(&self, id: CallId) -> Outcome {
        let Some(call) = self.calls.get(&id) else { return Outcome::FailedTechnical };
        match (call.contact.kind, call.answered) {
            (Kind::Internal, _) => Outcome::Internal,
            // Sent to a number outside, whether it took the call or not (INTERFACES.md §3).
            (Kind::Inbound, _) if call.overflowed && call.contact.person.is_none() => Outcome::Overflowed,
            (_, Some(_)) => Outcome::Answered,
            (Kind::Outbound, None) => Outcome::Unreached,
            (Kind::Inbound, None) => {
                let waited = call.entered.map(|entered| self.now.tick.since(entered));
                let short = waited.is_some_and(|waited| waited < SHORT_ABANDON);
                if short { Outcome::AbandonedShort } else { Outcome::Abandoned }
            }
        }
    }

    /// The same for the way its leg ended: a caller whose line broke did not give up, and is owed a call.
    pub(super) fn outcome_of_end(&self, id: CallId, how: Ending) -> Outcome {
        let waits = |call: &Call| call.contact.kind == Kind::Inbound && call.answered.is_none();
        match how {
            Ending::Lost if self.calls.get(&id).is_some_and(waits) => Outcome::FailedTechnical,
            _ => self.outcome_of_leaving(id),
        }
    }

    /// Writes a finished row for the last time once its verdicts and its after-call work are known.
    pub(super) fn settle(&mut self, id: CallId) {
        let known = |call: &&Call| call.unheard.is_empty() && !call.wrapping;
        match self.calls.get(&id).filter(known).map(|call| &call.phase) {
            Some(Phase::Over) => {}
            // The promise lives on; its row need not wait for that.
            Some(Phase::Promised(_)) => return self.save(id),
            _ => return,
        }
        let Some(call) = self.calls.remove(&id) else { return };
        self.register.forget(id);
        self.shelve_message(&call.contact);
        if call.contact.answered_at.is_some() || call.contact.legs.iter().any(|leg| leg.verdict.is_some()) {
            self.act(Action::Save(Change::Contact(Box::new(call.contact))));
        }
    }

    /// The verdicts that have not come do not come any more.
    pub(super) fn stop_listening(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let unheard = std::mem::take(&mut call.unheard);
        for leg in unheard {
            self.legs.remove(&leg);
        }
        self.settle(id);
    }
}
