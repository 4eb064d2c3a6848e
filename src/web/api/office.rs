//! Shell. The office itself: the same content as office.toml.

use super::{Body, body};
use crate::settings::{self, Secrets};
use crate::store::settings_desk::{ApplyError, SettingsSource};
use crate::web::session::Owner;
use crate::web::wire::{Changes, Problem as WireProblem};
use crate::web::{Web, problem::Problem};
use axum::Json;
use axum::extract::State;
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
    office: Body<Value>,
) -> Result<Json<Changes>, Problem> {
    let changes = web.settings.apply(SettingsSource::Json(body(office)?)).await?;
    Ok(Json(Changes { changes }))
}
