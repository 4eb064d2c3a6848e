//! Pure. Promises and tasks as the screens show them (spec/callback.md §11).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Step;
use crate::ids::{CallId, GroupId, PersonId};
use crate::number::Number;
use crate::office::Office;
use crate::office::board::Alarm;
use crate::office::call::{Call, Phase};
use crate::office::promise::{Asked, CallbackState, CameTo, SettledBy, Window};
use jiff::Timestamp;

/// A promise to call back, or a task that became of one.
#[derive(Clone, Debug, PartialEq)]
pub struct CallbackRow {
    pub contact: CallId,
    pub customer: Option<String>,
    /// What is dialled.
    pub number: Number,
    pub group: Option<GroupId>,
    pub state: CallbackState,
    pub asked: Asked,
    pub requested_at: Timestamp,
    /// Since when the customer waits.
    pub waiting_since: Timestamp,
    pub promised: Option<Window>,
    /// Which dial comes next or is under way, from 1, and how many there are.
    pub attempt: usize,
    pub attempts: usize,
    /// What the latest dial came to.
    pub came_to: Option<CameTo>,
    /// Not dialled before.
    pub next_at: Option<Timestamp>,
    /// Who rings or speaks for it.
    pub person: Option<PersonId>,
    /// Only this person is asked.
    pub given_to: Option<PersonId>,
    pub connected_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
    pub settled_by: Option<SettledBy>,
}

impl Office {
    /// The promises and tasks, oldest first; what settled itself for ten minutes more.
    pub fn callbacks(&self) -> Vec<CallbackRow> {
        let calls = self.register.promised().filter_map(|id| self.calls.get(&id));
        let mut rows: Vec<CallbackRow> = calls.filter_map(|call| self.callback_row(call)).collect();
        rows.sort_by_key(|row| (row.waiting_since, row.contact));
        rows
    }

    fn callback_row(&self, call: &Call) -> Option<CallbackRow> {
        let callback = call.contact.callback.as_ref().filter(|_| !matches!(call.phase, Phase::Over))?;
        let group = call.contact.group.as_ref().and_then(|group| self.directory.group(group));
        let counts = |came_to| !matches!(came_to, CameTo::Fault | CameTo::Nothing);
        let tried = callback.tries.iter().filter(|one| counts(one.came_to)).count();
        let party = call.customer();
        Some(CallbackRow {
            contact: call.contact.id,
            customer: self.called(party),
            number: callback.number.clone(),
            group: call.contact.group.clone(),
            state: callback.state,
            asked: callback.asked,
            requested_at: callback.requested_at,
            waiting_since: call.contact.entered_at.unwrap_or(callback.order_at),
            promised: callback.promised,
            attempt: tried + 1,
            attempts: group.map_or(1, |group| usize::from(group.callback.attempts)),
            came_to: callback.tries.last().map(|last| last.came_to),
            next_at: callback.not_before,
            person: self.person_of(call),
            given_to: callback.given_to.clone(),
            connected_at: callback.connected_at,
            settled_at: callback.settled.as_ref().map(|settled| settled.at),
            settled_by: callback.settled.as_ref().map(|settled| settled.by.clone()),
        })
    }

    fn person_of(&self, call: &Call) -> Option<PersonId> {
        match &call.phase {
            Phase::Promised(promised) => {
                promised.step.person().or_else(|| promised.entry.offers.keys().next()).cloned()
            }
            Phase::Waiting(waiting) => waiting.entry.offers.keys().next().cloned(),
            _ => call.contact.person.clone(),
        }
    }

    /// What about promises needs a person.
    pub(in crate::office) fn callback_alarms(&self) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        let alarm = |code, call: &Call, since| {
            let group = call.contact.group.as_ref().map_or_else(String::new, ToString::to_string);
            Alarm { code, parameters: vec![("group", group)], since }
        };
        let mut open = self.open_promises().peekable();
        let untrusted = open.peek().is_some() && !self.is_clock_trusted();
        for (call, callback) in open {
            let Phase::Promised(promised) = &call.phase else { continue };
            match promised.rounds {
                0 => {}
                1..3 => alarms.push(alarm("callback-not-taken", call, callback.requested_at)),
                _ => alarms.push(alarm("callback-owner-needed", call, callback.requested_at)),
            }
            if let Some(last) = callback.tries.last().filter(|last| last.came_to == CameTo::Fault) {
                alarms.push(alarm("callback-no-line", call, last.at));
            }
        }
        alarms.dedup_by(|one, other| one.code == other.code && one.parameters == other.parameters);
        if untrusted {
            alarms.push(Alarm { code: "clock-not-trusted", parameters: Vec::new(), since: self.now.wall });
        }
        alarms
    }

    /// The row of a promise that rings at a member, or is dialled, among the calls that go on.
    pub(in crate::office) fn dialled_for(&self, call: &Call) -> Option<PersonId> {
        let Phase::Promised(promised) = &call.phase else { return None };
        match &promised.step {
            Step::InLine => promised.entry.offers.keys().next().cloned(),
            step => step.person().cloned(),
        }
    }
}
