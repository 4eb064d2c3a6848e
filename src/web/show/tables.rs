//! Shell. Contacts and days as tables (INTERFACES.md §3, `/export`).

use super::promises::callback_cells;
use crate::office::contact::Contact;
use crate::web::sheet::{Cell, Sheet, at, maybe, number};
use crate::web::wire;

const CONTACTS: &[&str] = &[
    "id",
    "kind",
    "started_at",
    "ended_at",
    "from",
    "from_name",
    "to",
    "to_name",
    "customer",
    "group",
    "person",
    "outcome",
    "waited_ms",
    "talked_ms",
    "held_ms",
    "wrapped_ms",
    "callback_state",
    "callback_requested_at",
    "callback_promised_from",
    "callback_promised_to",
    "callback_connected_at",
    "callback_attempts",
    "callback_settled_by",
    "disposition",
    "resolved_first",
    "recording",
];
const CALLBACKS: &[&str] = &[
    "contact_id",
    "joined_at",
    "requested_at",
    "promised_from",
    "promised_to",
    "connected_at",
    "attempts",
    "outcome",
    "settled_by",
    "channel",
];
const FIGURES: &[&str] = &["id", "metric", "unit", "value", "previous", "n", "formula"];
const HOURS: &[&str] = &["at", "offered", "answered", "abandoned"];
const OUTCOMES: &[&str] = &["outcome", "contacts"];

/// A contact a row, with the names of its fields.
pub fn contacts(rows: &[wire::Contact]) -> Sheet {
    Sheet { name: "contacts", headings: CONTACTS, rows: rows.iter().map(contact).collect() }
}

/// The promises of these contacts, one a row (spec/callback.md §10).
pub fn callbacks(rows: &[Contact]) -> Sheet {
    Sheet { name: "callbacks", headings: CALLBACKS, rows: rows.iter().filter_map(callback_cells).collect() }
}

/// A day: its figures with their formulas, its hours, its outcomes and its contacts.
pub fn day(day: &wire::Day, rows: &[wire::Contact]) -> [Sheet; 4] {
    let calls = day
        .figures
        .iter()
        .map(|one| figure((one.id, one.metric, one.unit), (one.value, one.previous), (one.n, &one.formula)));
    let mails = day
        .mail
        .iter()
        .map(|one| figure((one.id, one.metric, one.unit), (one.value, one.previous), (one.n, &one.formula)));
    let outcomes = day.outcomes.iter().map(|(outcome, n)| vec![Cell::from(*outcome), count(*n)]);
    [
        Sheet { name: "figures", headings: FIGURES, rows: calls.chain(mails).collect() },
        Sheet { name: "hours", headings: HOURS, rows: day.hours.iter().map(hour).collect() },
        Sheet { name: "outcomes", headings: OUTCOMES, rows: outcomes.collect() },
        contacts(rows),
    ]
}

fn contact(one: &wire::Contact) -> Vec<Cell> {
    let mut cells = vec![
        Cell::from(&*one.id),
        Cell::from(one.kind),
        at(Some(&one.started_at)),
        at(one.ended_at.as_ref()),
    ];
    for party in [&one.from, &one.to] {
        // One of us has no number that anybody outside would know.
        cells.push(maybe(party.number.as_deref().or(party.person.as_deref())));
        cells.push(Cell::from(&*party.name));
    }
    for text in [&one.customer, &one.group, &one.person] {
        cells.push(maybe(text.as_deref()));
    }
    cells.push(maybe(one.outcome));
    cells.extend([one.waited_ms, one.talked_ms, one.held_ms, one.wrapped_ms].map(number));
    cells.extend(callback(one.callback.as_ref()));
    cells.push(maybe(one.disposition.as_deref()));
    cells.push(one.resolved_first.map_or(Cell::Empty, Cell::Flag));
    cells.push(maybe(one.recording.as_deref()));
    cells
}

fn callback(one: Option<&wire::Callback>) -> [Cell; 7] {
    let Some(one) = one else { return [const { Cell::Empty }; 7] };
    [
        Cell::from(one.state),
        at(Some(&one.requested_at)),
        at(one.promised_from.as_ref()),
        at(one.promised_to.as_ref()),
        at(one.connected_at.as_ref()),
        count(one.attempts),
        maybe(one.settled_by.as_deref()),
    ]
}

fn figure(
    (id, metric, unit): (&str, Option<&str>, &str),
    (value, previous): (Option<f64>, Option<f64>),
    (n, formula): (usize, &str),
) -> Vec<Cell> {
    let cell = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Number);
    vec![
        Cell::from(id),
        maybe(metric),
        Cell::from(unit),
        cell(value),
        cell(previous),
        count(n),
        Cell::from(formula),
    ]
}

fn hour(one: &wire::Hour) -> Vec<Cell> {
    let mut cells = vec![at(Some(&one.at))];
    cells.extend([one.offered, one.answered, one.abandoned].map(count));
    cells
}

fn count(n: usize) -> Cell {
    number(u64::try_from(n).unwrap_or(u64::MAX))
}
