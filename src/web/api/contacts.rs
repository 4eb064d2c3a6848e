//! Shell. Contacts: the list, one with its story, and what the office owes.

use super::customers::{named, suggested};
use super::page::Part;
use super::read;
use crate::ids::{CallId, GroupId, PersonId};
use crate::office::contact::Contact;
use crate::office::desk::{CallbackOrder, Command};
use crate::office::owed::{Beside, missed};
use crate::report;
use crate::store::{ContactFilter, Reader, StoreError};
use crate::web::session::Staff;
use crate::web::wire::{ContactDetail, ContactList, Done, Owed, OwedList, Problem as WireProblem};
use crate::web::{Path, Query};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 200;

/// Which contacts, and which page of them.
#[derive(Deserialize)]
pub struct Wish {
    from: Option<String>,
    to: Option<String>,
    customer: Option<String>,
    outcome: Option<String>,
    group: Option<String>,
    person: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// Contacts, newest first.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts",
    params(("from" = Option<String>, Query), ("to" = Option<String>, Query),
           ("customer" = Option<String>, Query), ("outcome" = Option<String>, Query),
           ("group" = Option<String>, Query), ("person" = Option<String>, Query),
           ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = ContactList), (status = 400, body = WireProblem)))]
pub async fn list(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(wish): Query<Wish>,
) -> Result<Json<ContactList>, Problem> {
    let limit = wish.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let filter = filter(wish)?;
    let reader = web.reader.clone();
    // One more than shown tells whether there is a next page.
    let mut contacts = read(move || reader.contacts(&filter, limit + 1)).await?;
    let is_more = contacts.len() > limit as usize;
    contacts.truncate(limit as usize);
    let next_cursor = contacts.last().filter(|_| is_more).map(|last| last.id.to_string());
    let items = named(&web, contacts.iter().map(show::contact).collect()).await?;
    Ok(Json(ContactList { items, next_cursor }))
}

/// One contact with its legs and its story.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = ContactDetail), (status = 404, body = WireProblem)))]
pub async fn detail(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ContactDetail>, Problem> {
    let id: CallId = id.parse().map_err(|_| Problem::not_found())?;
    let reader = web.reader.clone();
    let contact = read(move || reader.contact(id)).await?.ok_or_else(Problem::not_found)?;
    let settings = web.settings.current();
    let mut shown = show::detail(&contact, settings.as_deref(), web.language(&headers));
    if let Some(named) = named(&web, vec![shown.contact.clone()]).await?.pop() {
        shown.contact = named;
    }
    Ok(Json(shown))
}

/// What the office owes, oldest first: the missed callers of 30 days nobody has reached since, promises to
/// call back, messages, and mails without an answer.
#[utoipa::path(get, path = "/api/v1/owed", tag = "contacts", responses((status = 200, body = OwedList)))]
pub async fn owed(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(part): Query<Part>,
) -> Result<Json<OwedList>, Problem> {
    let now = (web.now)().wall;
    let reader = web.reader.clone();
    let (contacts, beside, mails) = read(move || {
        let (contacts, beside) = owing(&reader, now)?;
        Ok((contacts, beside, reader.mail_owed()?))
    })
    .await?;
    let settings = web.settings.current();
    let zone = settings.map_or(TimeZone::UTC, |settings| settings.office.time_zone.clone());
    let rows = show::owed(&contacts, &beside, &mails, now, &zone);
    let (rows, next_cursor) = part.of(rows, |row: &Owed| &row.contact)?;
    let items = suggested(&web, named(&web, rows).await?).await?;
    Ok(Json(OwedList { items, next_cursor }))
}

/// Nothing is owed for this row of the list any more: its missed calls, its promise or its message is done with.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/settle", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn settle(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
) -> Result<Json<Done>, Problem> {
    let id: CallId = id.parse().map_err(|_| Problem::not_found())?;
    let now = (web.now)().wall;
    let reader = web.reader.clone();
    let (contacts, beside) = read(move || owing(&reader, now)).await?;
    web.ask(who, settling(&contacts, &beside, id).ok_or_else(Problem::not_found)?).await
}

/// What says who is owed a call.
fn owing(reader: &Reader, now: Timestamp) -> Result<(Vec<Contact>, Beside), StoreError> {
    let contacts = reader.owing(now, None)?;
    let beside = reader.beside(&missed(&contacts))?;
    Ok((contacts, beside))
}

/// What settles the row this contact stands in. A caller who rang three times is one row.
fn settling(contacts: &[Contact], beside: &Beside, call: CallId) -> Option<Command> {
    let mut rows = report::owed(contacts, beside).into_iter();
    let row = rows.find(|row| row.missed.iter().any(|contact| contact.id == call))?;
    let contact = row.missed.iter().find(|contact| contact.id == call)?;
    let promised = contact.callback.as_ref().is_some_and(|one| one.is_open() || one.state.is_task());
    let message = contact.message.as_ref().is_some_and(|message| message.done.is_none());
    Some(match (promised, message) {
        (true, _) => Command::Callback { call, what: CallbackOrder::Done },
        (false, true) => Command::MessageDone { call },
        (false, false) => Command::Settle { missed: row.missed.into_iter().cloned().collect() },
    })
}

fn filter(wish: Wish) -> Result<ContactFilter, Problem> {
    let outcome = wish.outcome.filter(|word| !word.is_empty());
    let outcome =
        outcome.map(|word| show::outcome_of(&word).ok_or(Problem::bad_request("outcome is unknown.")));
    let before =
        wish.cursor.map(|id| id.parse().map_err(|_| Problem::bad_request("cursor is not one of ours.")));
    Ok(ContactFilter {
        from: wish.from.as_deref().map(instant).transpose()?,
        to: wish.to.as_deref().map(instant).transpose()?,
        customer: wish.customer.filter(|text| !text.is_empty()),
        outcome: outcome.transpose()?,
        group: wish.group.map(GroupId::new),
        person: wish.person.map(PersonId::new),
        before: before.transpose()?,
    })
}

/// An instant of a query.
pub fn instant(text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_| Problem::bad_request("from and to are RFC 3339 instants."))
}
