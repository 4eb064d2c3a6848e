//! Shell. The office itself: the same content as office.toml.

use super::{Body, body};
use crate::media::prompts;
use crate::settings::{self, Secrets};
use crate::store::settings_desk::ApplyError;
use crate::web::session::{Owner, Road};
use crate::web::wire::{Changes, Problem as WireProblem};
use crate::web::{Web, problem::Problem};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde_json::Value;
use std::sync::Arc;

/// The settings in effect, without secrets.
#[utoipa::path(get, path = "/api/v1/office", tag = "office",
    responses((status = 200, body = Object), (status = 403, body = WireProblem)))]
pub async fn read(State(web): State<Arc<Web>>, _: Owner) -> Result<Json<Value>, Problem> {
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    Ok(Json(settings::to_json(&settings, Secrets::Hidden)))
}

/// Makes the office exactly what the body says, all or nothing; a secret left out stays.
#[utoipa::path(put, path = "/api/v1/office", tag = "office", request_body = Object,
    responses((status = 200, body = Changes), (status = 422, body = WireProblem)))]
pub async fn replace(
    State(web): State<Arc<Web>>,
    _: Owner,
    road: Option<Extension<Road>>,
    headers: HeaderMap,
    office: Body<Value>,
) -> Result<Json<Changes>, Problem> {
    let mut taken = web.apply_and_invite(body(office)?, &headers, road).await?;
    if let Some(settings) = web.settings.current() {
        taken.changes.extend(web.with_bank(move |bank| prompts::notices(bank, &settings)).await?);
    }
    Ok(Json(taken))
}
