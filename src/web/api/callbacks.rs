//! Shell. Promises to call back: the open ones, and what staff may do with one (spec/callback.md §11).

use super::calls::plausible;
use super::customers::named;
use super::page::Part;
use super::voicemails::{read_file, sound_response};
use super::{Body, body, read};
use crate::ids::{CallId, GroupId, PersonId};
use crate::office::desk::{CallbackOrder, Command, Refusal};
use crate::web::session::Staff;
use crate::web::wire::{
    CallbackList, Cancel, Done, Give, Later, NewCallback, OpenCallback, Problem as WireProblem, RightNumber,
};
use crate::web::{Path, Query};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use std::time::Duration;

type Answer = Result<Json<Done>, Problem>;

/// A week: what is put off longer is forgotten.
const LATER_MINUTES_MAX: u32 = 7 * 24 * 60;
const REASON_CHARACTERS_MAX: usize = 200;
/// A minute of 16 kHz: more than is ever recorded.
const SOUND_BYTES_MAX: u64 = 2 << 20;

/// The promises that are open, and those that came to be a person's task, in the order of the line.
#[utoipa::path(get, path = "/api/v1/callbacks", tag = "callbacks",
    params(("cursor" = Option<String>, Query), ("limit" = Option<usize>, Query)),
    responses((status = 200, body = CallbackList), (status = 403, body = WireProblem)))]
pub async fn list(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(part): Query<Part>,
) -> Result<Json<CallbackList>, Problem> {
    let now = (web.now)().wall;
    let reader = web.reader.clone();
    let mut contacts = read(move || reader.promised()).await?;
    contacts.sort_by_key(|contact| (contact.callback.as_ref().map(|one| one.order_at), contact.id));
    let items = contacts.iter().filter_map(|contact| show::open_callback(contact, now)).collect();
    let (items, next_cursor) = part.of(items, |row: &OpenCallback| &row.id)?;
    Ok(Json(CallbackList { items: named(&web, items).await?, next_cursor }))
}

/// Who its customer is and what it is about, in their own words; whole or in part.
#[utoipa::path(get, path = "/api/v1/callbacks/{id}/audio", tag = "callbacks", params(("id" = String, Path)),
    responses((status = 200, content_type = "audio/wav"), (status = 206, content_type = "audio/wav"),
              (status = 404, body = WireProblem)))]
pub async fn audio(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let call: CallId = id.parse().map_err(|_| Problem::not_found())?;
    let reader = web.reader.clone();
    let contact = read(move || reader.contact(call)).await?.ok_or_else(Problem::not_found)?;
    contact.callback.and_then(|callback| callback.matter).ok_or_else(Problem::not_found)?;
    let name = format!("{call}-matter.wav");
    let sound = read_file(web.data.join("voicemail").join(&name), SOUND_BYTES_MAX).await?;
    Ok(sound_response(sound.ok_or_else(Problem::not_found)?, &name, &headers))
}

/// Promises a call to a number, which then waits in the group's line.
#[utoipa::path(post, path = "/api/v1/callbacks", tag = "callbacks", request_body = NewCallback,
    responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn promise(State(web): State<Arc<Web>>, Staff(who): Staff, new: Body<NewCallback>) -> Answer {
    let NewCallback { number, group } = body(new)?;
    let command = Command::NewCallback { number: plausible(number)?, group: GroupId::new(group) };
    web.ask(who, command).await
}

/// Calls now: the asker's own phone first, then the customer.
#[utoipa::path(post, path = "/api/v1/callbacks/{id}/call-now", tag = "callbacks", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn call_now(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, order(&id, CallbackOrder::CallNow)?).await
}

/// Not before so many minutes from now; the place in the line stays.
#[utoipa::path(post, path = "/api/v1/callbacks/{id}/later", tag = "callbacks", params(("id" = String, Path)),
    request_body = Later, responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn later(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    wish: Body<Later>,
) -> Answer {
    let Later { minutes } = body(wish)?;
    if !(1..=LATER_MINUTES_MAX).contains(&minutes) {
        return Err(Problem::bad_request("minutes is at least 1 and at most a week, 10080."));
    }
    let wait = Duration::from_secs(u64::from(minutes) * 60);
    web.ask(who, order(&id, CallbackOrder::Later(wait))?).await
}

/// Somebody reached the customer, or it is settled in another way.
#[utoipa::path(post, path = "/api/v1/callbacks/{id}/done", tag = "callbacks", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn done(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, order(&id, CallbackOrder::Done)?).await
}

/// Takes the promise back, with a reason.
#[utoipa::path(post, path = "/api/v1/callbacks/{id}/cancel", tag = "callbacks", params(("id" = String, Path)),
    request_body = Cancel, responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn cancel(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    why: Body<Cancel>,
) -> Answer {
    let Cancel { reason } = body(why)?;
    let reason: String = reason.chars().filter(|c| !c.is_control()).take(REASON_CHARACTERS_MAX).collect();
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Problem::bad_request("reason says why the customer is not called."));
    }
    web.ask(who, order(&id, CallbackOrder::Cancel { reason })?).await
}

/// Only this person is asked; null: anybody again.
#[utoipa::path(post, path = "/api/v1/callbacks/{id}/give", tag = "callbacks", params(("id" = String, Path)),
    request_body = Give, responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn give(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    to: Body<Give>,
) -> Answer {
    let person = body(to)?.person.map(PersonId::new);
    web.ask(who, order(&id, CallbackOrder::Give(person))?).await
}

/// The right number.
#[utoipa::path(post, path = "/api/v1/callbacks/{id}/number", tag = "callbacks", params(("id" = String, Path)),
    request_body = RightNumber, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn number(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    right: Body<RightNumber>,
) -> Answer {
    let number = plausible(body(right)?.number)?;
    web.ask(who, order(&id, CallbackOrder::Number(number))?).await
}

fn order(id: &str, what: CallbackOrder) -> Result<Command, Problem> {
    let call: CallId = id.parse().map_err(|_| Problem::from(Refusal::NoSuchCall))?;
    Ok(Command::Callback { call, what })
}
