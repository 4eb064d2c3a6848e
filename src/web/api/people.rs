//! Shell. People: what they are doing.

use super::{Body, body};
use crate::ids::PersonId;
use crate::office::Callers;
use crate::office::desk::{Command, WantedState};
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::wire::{Done, Problem as WireProblem, WantedState as WireState};
use crate::web::{Web, problem::Problem};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

const REASON_CHARACTERS_MAX: usize = 80;

/// Available, paused (with a reason and perhaps an end) or off. The last one to leave a group is asked where its
/// callers shall go: 409 `last_person`, whose parameter `choices` names what `callers` can be.
#[utoipa::path(post, path = "/api/v1/people/{id}/state", tag = "people", params(("id" = String, Path)),
    request_body = WireState,
    responses((status = 200, body = Done), (status = 403, body = WireProblem), (status = 409, body = WireProblem)))]
pub async fn state(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    wanted: Body<WireState>,
) -> Result<Json<Done>, Problem> {
    let wanted = body(wanted)?;
    let callers = wanted.callers.as_deref().map(|word| {
        Callers::of(word)
            .ok_or_else(|| Problem::bad_request("callers is callback, voicemail, owner or wait."))
    });
    let callers = callers.transpose()?;
    let state = wanted_state(wanted)?;
    web.ask(who, Command::SetState { person: PersonId::new(id), state, callers }).await
}

fn wanted_state(wanted: WireState) -> Result<WantedState, Problem> {
    let reason = || wanted.reason.clone().unwrap_or_else(|| "other".to_owned());
    let until = wanted.until.as_deref().map(str::parse).transpose();
    let until = until.map_err(|_| Problem::bad_request("until is not an RFC 3339 instant."))?;
    match wanted.state.as_str() {
        "available" => Ok(WantedState::Available),
        "off" => Ok(WantedState::Off),
        "paused" => {
            let reason = reason().chars().filter(|c| !c.is_control()).take(REASON_CHARACTERS_MAX).collect();
            Ok(WantedState::Paused { reason, until })
        }
        _ => Err(Problem::bad_request("state is available, paused or off.")),
    }
}
