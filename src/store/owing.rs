//! Shell. The contacts that say who is owed a call.

use super::customers;
use super::record::instant;
use super::rows::{OUTCOMES, contacts, unsigned};
use crate::ids::CallId;
use crate::number::{Country, Number};
use crate::office::contact::{Contact, Outcome};
use crate::office::owed;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// The contacts that say who is owed a call, oldest first: all that were missed or hold a promise, kept or
/// not, or an open message, and the talks with those people. The rule itself is [`owed::meaning`]; other
/// contacts would only cost time. `of`: about these numbers alone.
pub(super) fn owing(
    connection: &Connection,
    now: Timestamp,
    of: Option<&[Number]>,
) -> rusqlite::Result<Vec<Contact>> {
    let words = |is_owed: fn(Outcome) -> bool| {
        let owed = OUTCOMES.iter().filter(|(_, outcome)| is_owed(*outcome));
        owed.map(|(word, _)| format!("'{word}'")).collect::<Vec<_>>().join(", ")
    };
    let (taken, not_taken) = (words(Outcome::is_owed), words(Outcome::is_owed_unanswered));
    let missed = format!("outcome IN ({taken}) OR (answered_at IS NULL AND outcome IN ({not_taken}))");
    let open = format!("({missed} OR promised > 0 OR callback IS NOT NULL)");
    let since = owed::since(now).as_millisecond();
    let these = "CASE kind WHEN 'outbound' THEN to_number ELSE from_number END IN (SELECT value FROM json_each(?2)) \
        OR json_extract(callback, '$.number') IN (SELECT value FROM json_each(?2))";
    let numbers = print_numbers(of.unwrap_or_default());
    let mut found = match of {
        None => contacts(connection, &format!("WHERE started_at >= ?1 AND {open}"), [since])?,
        Some(_) => {
            let condition = format!("WHERE started_at >= ?1 AND {open} AND ({these})");
            contacts(connection, &condition, params![since, numbers])?
        }
    };
    let promised = found.iter().filter_map(|one| one.callback.as_ref().map(|callback| &callback.number));
    let owed: BTreeSet<Number> =
        found.iter().filter_map(|one| one.customer().number.as_ref()).chain(promised).cloned().collect();
    let beside = customers::beside::of(connection, &owed)?;
    let reached: Vec<Number> = owed.into_iter().chain(beside.whose.into_keys()).collect();
    // Talks are found by number: of thirty days they are most of what there is.
    let talks = format!(
        "WHERE outcome = 'answered' AND NOT ({open}) AND id IN ( \
            SELECT id FROM contact WHERE kind <> 'outbound' AND from_number IN (SELECT value FROM json_each(?2)) AND started_at >= ?1 \
            UNION SELECT id FROM contact WHERE kind = 'outbound' AND to_number IN (SELECT value FROM json_each(?2)) \
                AND started_at >= ?1)"
    );
    found.extend(contacts(connection, &talks, params![since, print_numbers(&reached)])?);
    found.sort_unstable_by_key(|contact| contact.id);
    Ok(found)
}

/// The latest talk with each number since contacts say who is owed, and when it began. Of those with a promise or
/// a message the contact itself says more.
pub(super) fn talked(
    connection: &Connection,
    now: Timestamp,
) -> rusqlite::Result<Vec<(CallId, Number, Timestamp)>> {
    let mut statement = connection.prepare(
        "SELECT max(id), CASE kind WHEN 'outbound' THEN to_number ELSE from_number END AS number, started_at \
         FROM contact WHERE started_at >= ?1 AND outcome = 'answered' AND kind <> 'internal' AND promised = 0 \
            AND callback IS NULL AND number IS NOT NULL GROUP BY number",
    )?;
    let found = statement.query_map([owed::since(now).as_millisecond()], |row| {
        let number = Number::parse(row.get_ref(1)?.as_str()?, Country(*b"ZZ"));
        Ok((CallId(unsigned(row.get(0)?)), number, instant(row.get(2)?)))
    })?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().filter_map(|(id, number, at)| Some((id, number?, at))).collect())
}

fn print_numbers(numbers: &[Number]) -> String {
    let texts: Vec<&str> = numbers.iter().map(Number::as_str).collect();
    serde_json::to_string(&texts).expect("texts are always JSON")
}
