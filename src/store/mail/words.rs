//! Shell. The words enums are kept under, and small lists as JSON cells.

use crate::office::inbox::{Correspondent, ItemKind, SentState, State};
use crate::store::rows::unreadable;
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) const STATES: &[(&str, State)] = &[
    ("new", State::New),
    ("open", State::Open),
    ("waiting", State::Waiting),
    ("snoozed", State::Snoozed),
    ("closed", State::Closed),
];

pub(super) const KINDS: &[(&str, ItemKind)] = &[
    ("mail", ItemKind::Mail),
    ("reply", ItemKind::Reply),
    ("auto_reply", ItemKind::AutoReply),
    ("note", ItemKind::Note),
];

pub(super) const SENT: &[(&str, SentState)] = &[
    ("held", SentState::Held),
    ("queued", SentState::Queued),
    ("sending", SentState::Sending),
    ("sent", SentState::Sent),
    ("failed", SentState::Failed),
    ("unsure", SentState::Unsure),
    ("undone", SentState::Undone),
];

/// A list as a cell.
pub(super) fn cell<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).expect("texts and numbers are always JSON")
}

/// A list out of a cell.
pub(super) fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| unreadable(column, error))
}

/// Addresses with their names.
pub(super) fn pairs(people: &[Correspondent]) -> String {
    let pairs: Vec<[&str; 2]> = people.iter().map(|one| [&*one.address, &*one.name]).collect();
    cell(&pairs)
}

/// The same, read.
pub(super) fn people(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Correspondent>> {
    let pairs: Vec<[String; 2]> = list(row, column)?;
    Ok(pairs.into_iter().map(|[address, name]| Correspondent { address, name }).collect())
}
