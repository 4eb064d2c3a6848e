//! Pure. The picture for the screens: a plain projection of state (INTERFACES.md §3, "The board").
//!
//! Nobody decides anything from a board; the browser holds no truth.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::call::{Call, Hold, Phase};
use super::callback::CallbackRow;
use super::inbox::MailBoard;
use super::memory::Override;
use super::people::{Duty, Staff};
use super::promise::{CallbackState, Window};
use super::queue::Place;
use crate::ids::{CallId, CustomerId, GroupId, LegId, PersonId};
use crate::number::Number;
use crate::settings::{Group, Person};
use crate::time::Now;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// The whole small picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// Moves with every visible change.
    pub version: u64,
    /// Moves with every change of a customer.
    pub customers: u64,
    pub now: Timestamp,
    pub groups: Vec<GroupRow>,
    pub line: Vec<LineRow>,
    pub calls: Vec<CallRow>,
    pub people: Vec<PersonRow>,
    /// Parked calls by slot.
    pub parked: Vec<ParkedRow>,
    /// "Closed until", "open until".
    pub overrides: Vec<Override>,
    /// Promises to call back, and tasks that became of some.
    pub callbacks: Vec<CallbackRow>,
    pub mail: MailBoard,
    pub owed: usize,
    pub alarms: Vec<Alarm>,
}

/// A group, live and today.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    pub id: GroupId,
    pub name: String,
    pub waiting: usize,
    pub longest_wait: Option<Duration>,
    pub open_callbacks: usize,
    pub answered_today: usize,
    pub abandoned_today: usize,
    /// Per cent; `None` before the first call that counts.
    pub service_level_today: Option<f64>,
    pub estimate: Option<(Duration, Duration)>,
    pub open: bool,
}

/// Somebody who waits.
#[derive(Clone, Debug, PartialEq)]
pub struct LineRow {
    pub contact: CallId,
    pub kind: LineKind,
    pub customer: Option<String>,
    /// Who it is, if that can be told.
    pub customer_id: Option<CustomerId>,
    pub number: Option<Number>,
    pub group: GroupId,
    pub joined_at: Timestamp,
    pub place: usize,
    /// What a caller who hung up was promised.
    pub promised: Option<Window>,
    /// Which dial comes next, from 1.
    pub attempt: Option<usize>,
    /// Where the promise stands.
    pub state: Option<CallbackState>,
    /// It is not dialled before.
    pub not_before: Option<Timestamp>,
    /// The only one who is asked.
    pub given_to: Option<PersonId>,
}

/// How somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// On the line.
    Live,
    /// For a call back.
    Callback,
}

/// A call with a person, or ringing at one.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    pub contact: CallId,
    pub customer: Option<String>,
    /// Who it is, if that can be told.
    pub customer_id: Option<CustomerId>,
    pub number: Option<Number>,
    pub group: Option<GroupId>,
    pub person: Option<PersonId>,
    /// Everybody whose phone rings for it.
    pub ringing: Vec<PersonId>,
    pub since: Timestamp,
    pub state: CallRowState,
}

/// What a call is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallRowState {
    Ringing,
    Talking,
    Held,
}

/// A call parked in a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct ParkedRow {
    pub slot: u8,
    pub contact: CallId,
    pub customer: Option<String>,
    /// Who it is, if that can be told.
    pub customer_id: Option<CustomerId>,
    pub number: Option<Number>,
    pub by: PersonId,
    pub since: Timestamp,
}

/// A person and what they are doing.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub state: PersonState,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
    pub reason: Option<String>,
}

/// spec/hunt-groups.md §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonState {
    Available,
    Ringing,
    Talking,
    WrapUp,
    Paused,
    PhoneOffline,
    Off,
}

/// Something that needs a person, in words: `code` is translated with `parameters`.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    pub code: &'static str,
    pub parameters: Vec<(&'static str, String)>,
    pub since: Timestamp,
}

impl Board {
    /// Those who hold the line; a promise to call back is no caller.
    pub fn callers_waiting(&self) -> usize {
        self.line.iter().filter(|row| row.kind == LineKind::Live).count()
    }
}

impl Office {
    /// The picture for the screens. Changes nothing, but for the estimates, which are worked out when somebody
    /// looks.
    pub fn board(&mut self, now: Now) -> Board {
        self.estimate_for_board();
        Board {
            version: self.version,
            customers: self.customers.version(),
            now: now.wall,
            groups: self.directory.settings.groups.iter().map(|group| self.group_row(group, now)).collect(),
            line: self.line_rows(now),
            calls: self.calls.values().filter_map(|call| self.call_row(call)).collect(),
            people: self.directory.settings.people.iter().filter_map(|p| self.person_row(p, now)).collect(),
            parked: self.parked_rows(),
            overrides: self.overrides.clone(),
            callbacks: self.callbacks(),
            mail: self.mail_board(now),
            owed: self.day.owed(now.wall) + self.mail_owed(),
            alarms: self.alarms(),
        }
    }

    fn group_row(&self, group: &Group, now: Now) -> GroupRow {
        let live = |(_, id)| self.calls.get(&id).filter(|call| matches!(call.phase, Phase::Waiting(_)));
        let waits = self.line.live(&group.id).filter_map(live).map(|call| call.waited(now.tick));
        let (waiting, longest_wait) =
            waits.fold((0, None), |(n, longest), wait| (n + 1, longest.max(Some(wait))));
        let today = self.directory.settings.office.time_zone.to_datetime(now.wall).date();
        let tally = self.day.of(&group.id, today);
        GroupRow {
            id: group.id.clone(),
            name: group.name.clone(),
            waiting,
            longest_wait,
            open_callbacks: self.open_callbacks(&group.id),
            answered_today: tally.answered,
            abandoned_today: tally.abandoned,
            service_level_today: tally.service_level(),
            estimate: self.estimates.get(&group.id).copied(),
            open: self.is_group_open(&group.id),
        }
    }

    fn open_callbacks(&self, group: &GroupId) -> usize {
        self.open_promises().filter(|(call, _)| call.contact.group.as_ref() == Some(group)).count()
    }

    fn line_rows(&self, now: Now) -> Vec<LineRow> {
        let places = |group| self.line.all(group).zip(1..).map(move |(at, place)| (at, place, group));
        let mut line: Vec<(Place, usize, &GroupId)> = self.line.groups().flat_map(places).collect();
        line.sort_unstable();
        line.into_iter().filter_map(|((_, id), place, group)| self.line_row(id, place, group, now)).collect()
    }

    fn line_row(&self, id: CallId, place: usize, group: &GroupId, now: Now) -> Option<LineRow> {
        let call = self.calls.get(&id)?;
        let party = call.customer();
        let live = matches!(call.phase, Phase::Waiting(_));
        let promise = call.contact.callback.as_ref().filter(|_| !live);
        let asked_at = promise.map(|promise| promise.requested_at);
        Some(LineRow {
            contact: id,
            kind: if live { LineKind::Live } else { LineKind::Callback },
            customer: self.called(party),
            customer_id: self.customer_of(party),
            number: party.number.clone(),
            group: group.clone(),
            joined_at: call.contact.entered_at.or(asked_at).unwrap_or(now.wall),
            place,
            promised: promise.and_then(|promise| promise.promised),
            attempt: promise.map(|promise| promise.tries.len() + 1),
            state: promise.map(|promise| promise.state),
            not_before: promise.and_then(|promise| promise.not_before),
            given_to: promise.and_then(|promise| promise.given_to.clone()),
        })
    }

    fn call_row(&self, call: &Call) -> Option<CallRow> {
        let rung = |state, person: Option<&PersonId>| (state, person.cloned());
        let (state, person) = match &call.phase {
            Phase::Waiting(waiting) if waiting.entry.offers.is_empty() => return None,
            Phase::Waiting(waiting) => rung(CallRowState::Ringing, waiting.entry.offers.keys().next()),
            Phase::Reaching(reaching) => match &reaching.target {
                super::call::Target::Person(person) => rung(CallRowState::Ringing, Some(person)),
                super::call::Target::Outside(_) => rung(CallRowState::Ringing, call.contact.person.as_ref()),
            },
            Phase::Talking(talking) if talking.hold == Hold::None => {
                rung(CallRowState::Talking, call.contact.person.as_ref())
            }
            Phase::Talking(_) | Phase::Consulting(_) => {
                rung(CallRowState::Held, call.contact.person.as_ref())
            }
            Phase::Promised(_) => rung(CallRowState::Ringing, Some(&self.dialled_for(call)?)),
            Phase::Parked(_)
            | Phase::Arriving { .. }
            | Phase::Farewell { .. }
            | Phase::Menu(_)
            | Phase::AtDoor(_)
            | Phase::Leaving(_)
            | Phase::Alone(_)
            | Phase::Over => return None,
        };
        let party = call.customer();
        Some(CallRow {
            contact: call.contact.id,
            customer: self.called(party),
            customer_id: self.customer_of(party),
            number: party.number.clone(),
            group: call.contact.group.clone(),
            person,
            ringing: self.rung_by(call),
            since: call.contact.answered_at.unwrap_or(call.contact.started_at),
            state,
        })
    }

    /// Everybody whose phone rings for a call, the promised ones included.
    fn rung_by(&self, call: &Call) -> Vec<PersonId> {
        let rings = |leg: &LegId| {
            let person = self.legs.get(leg)?.person.as_ref()?;
            self.people.get(person)?.ringing.contains(leg).then(|| person.clone())
        };
        call.phase.legs().iter().filter_map(rings).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn person_row(&self, person: &Person, now: Now) -> Option<PersonRow> {
        let staff = self.people.get(&person.id)?;
        let state = match staff.shown() {
            // Whoever has no phone has none that could be offline: nothing is broken, and no cable to check
            // would bring calls. What is true of an owner who only looks on is "off duty".
            PersonState::PhoneOffline if person.phones.is_empty() => PersonState::Off,
            shown => shown,
        };
        let (since, until, reason) = self.times_of(staff, state, now);
        Some(PersonRow { id: person.id.clone(), name: person.name.clone(), state, since, until, reason })
    }

    fn times_of(
        &self,
        staff: &Staff,
        state: PersonState,
        now: Now,
    ) -> (Timestamp, Option<Timestamp>, Option<String>) {
        match (state, &staff.wrap, &staff.duty) {
            (PersonState::WrapUp, Some(wrap), _) => {
                let left = Duration::from_millis(wrap.until.since(now.tick).as_millis() as u64);
                (wrap.since_at, now.wall.checked_add(left).ok(), None)
            }
            (PersonState::Paused, _, Duty::Paused { reason, until, .. }) => {
                (staff.since, *until, Some(reason.clone()))
            }
            (PersonState::Talking | PersonState::Ringing, _, _) => {
                (self.leg_since(staff).unwrap_or(staff.since), None, None)
            }
            // Free since the last call ended, not since the duty began.
            (PersonState::Available, _, _) => {
                let idle = staff.idle_since.and_then(|tick| now.wall.checked_sub(now.tick.since(tick)).ok());
                (idle.map_or(staff.since, |idle| idle.max(staff.since)), None, None)
            }
            _ => (staff.since, None, None),
        }
    }

    fn leg_since(&self, staff: &Staff) -> Option<Timestamp> {
        let leg = staff.legs.first().or(staff.ringing.first())?;
        let call = self.calls.get(&self.legs.get(leg)?.call)?;
        let record = call.contact.legs.iter().find(|record| record.leg == *leg)?;
        Some(record.answered_at.unwrap_or(record.began_at))
    }

    fn parked_rows(&self) -> Vec<ParkedRow> {
        let row = |(slot, (id, since)): (&u8, &(CallId, Timestamp))| {
            let call = self.calls.get(id)?;
            let Phase::Parked(parked) = &call.phase else { return None };
            let party = call.customer();
            Some(ParkedRow {
                slot: *slot,
                contact: *id,
                customer: self.called(party),
                customer_id: self.customer_of(party),
                number: party.number.clone(),
                by: parked.by.clone(),
                since: *since,
            })
        };
        self.park.iter().filter_map(row).collect()
    }
}
