//! Pure. The picture for the screens: a plain projection of state (INTERFACES.md §3, "The board").
//!
//! Nobody decides anything from a board; the browser holds no truth.

use crate::ids::{CallId, GroupId, PersonId};
use crate::number::Number;
use jiff::Timestamp;
use std::time::Duration;

/// The whole small picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// Moves with every visible change.
    pub version: u64,
    pub now: Timestamp,
    pub groups: Vec<GroupRow>,
    pub line: Vec<LineRow>,
    pub calls: Vec<CallRow>,
    pub people: Vec<PersonRow>,
    /// Parked calls by slot.
    pub parked: Vec<ParkedRow>,
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
    pub customer: Option<String>,
    pub number: Option<Number>,
    pub group: GroupId,
    pub joined_at: Timestamp,
    pub place: usize,
}

/// A call with a person, or ringing at one.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    pub contact: CallId,
    pub customer: Option<String>,
    pub number: Option<Number>,
    pub group: Option<GroupId>,
    pub person: Option<PersonId>,
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
