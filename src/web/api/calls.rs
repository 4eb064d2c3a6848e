//! Shell. Calls: each route is one command to the office, which says yes or why not.

use super::{Body, body};
use crate::ids::{CallId, PersonId};
use crate::office::desk::{Command, TransferKind};
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::wire::{Done, NewCall, Problem as WireProblem, Transfer};
use crate::web::{Web, problem::Problem};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

type Answer = Result<Json<Done>, Problem>;

/// Longest number or id that can be meant.
const GOAL_BYTES_MAX: usize = 64;

/// Rings the person's phones, then dials.
#[utoipa::path(post, path = "/api/v1/calls", tag = "calls", request_body = NewCall,
    responses((status = 200, body = Done), (status = 403, body = WireProblem)))]
pub async fn dial(State(web): State<Arc<Web>>, Staff(who): Staff, new: Body<NewCall>) -> Answer {
    let NewCall { from_person, to } = body(new)?;
    let command = Command::Dial { from: PersonId::new(plausible(from_person)?), to: goal(&web, to)? };
    web.ask(who, command).await
}

/// Takes a ringing, waiting or parked call with one's own phone.
#[utoipa::path(post, path = "/api/v1/calls/{id}/answer", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn answer(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, Command::Answer { call: call(&id)? }).await
}

/// Puts a call on hold.
#[utoipa::path(post, path = "/api/v1/calls/{id}/hold", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn hold(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, Command::Hold { call: call(&id)? }).await
}

/// Takes a call back from hold.
#[utoipa::path(post, path = "/api/v1/calls/{id}/resume", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn resume(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, Command::Resume { call: call(&id)? }).await
}

/// Transfers a call to a person or a number.
#[utoipa::path(post, path = "/api/v1/calls/{id}/transfer", tag = "calls", params(("id" = String, Path)),
    request_body = Transfer,
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn transfer(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    to: Body<Transfer>,
) -> Answer {
    let Transfer { to, kind } = body(to)?;
    let kind = match kind.as_str() {
        "blind" => TransferKind::Blind,
        "attended" => TransferKind::Attended,
        _ => return Err(Problem::bad_request("kind is blind or attended.")),
    };
    web.ask(who, Command::Transfer { call: call(&id)?, to: goal(&web, to)?, kind }).await
}

/// Parks a call in a free slot.
#[utoipa::path(post, path = "/api/v1/calls/{id}/park", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn park(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, Command::Park { call: call(&id)? }).await
}

/// Ends a call.
#[utoipa::path(post, path = "/api/v1/calls/{id}/hangup", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn hangup(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    web.ask(who, Command::Hangup { call: call(&id)? }).await
}

fn call(id: &str) -> Result<CallId, Problem> {
    id.parse().map_err(|_| Problem::from(crate::office::desk::Refusal::NoSuchCall))
}

/// Who is meant: one of us by id, or what could be dialled.
fn goal(web: &Web, text: String) -> Result<String, Problem> {
    let text = plausible(text)?;
    let settings = web.settings.current();
    let is_person =
        settings.is_some_and(|settings| settings.person(&PersonId::from(text.as_str())).is_some());
    Ok(if is_person { format!("person:{text}") } else { text })
}

/// A number or id as typed, of a length that can be meant.
pub fn plausible(text: String) -> Result<String, Problem> {
    let text = text.trim();
    let is_plausible = !text.is_empty() && text.len() <= GOAL_BYTES_MAX && !text.contains(char::is_control);
    if is_plausible { Ok(text.to_owned()) } else { Err(crate::office::desk::Refusal::BadNumber.into()) }
}
