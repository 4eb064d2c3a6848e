//! Shell. Opening hours: what happens if someone calls then, and the owner's word over them.

use super::{Body, body};
use crate::i18n;
use crate::ids::GroupId;
use crate::office::desk::Command;
use crate::office::hours::preview::preview;
use crate::office::hours::{State as Hours, Why, instant_of};
use crate::office::memory::OverrideKind;
use crate::settings::{Language, Settings};
use crate::store::settings_desk::ApplyError;
use crate::web::session::Staff;
use crate::web::show::instant;
use crate::web::wire::{Done, GroupHours, HoursAt, NumberHours, Problem as WireProblem, SetOverride};
use crate::web::{Query, Web, problem::Problem};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

/// What follows the question mark of `/hours/at`.
#[derive(Debug, Deserialize)]
pub struct AtQuery {
    time: Option<String>,
}

/// What follows the question mark of `DELETE /hours/override`.
#[derive(Debug, Deserialize)]
pub struct EndQuery {
    group: Option<String>,
}

/// What happens if someone calls then: an instant, or a time on the office's clock such as
/// `2026-12-24T14:00`; without a time, now.
#[utoipa::path(get, path = "/api/v1/hours/at", tag = "hours", params(("time" = Option<String>, Query)),
    responses((status = 200, body = HoursAt), (status = 400, body = WireProblem)))]
pub async fn at(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(query): Query<AtQuery>,
    headers: HeaderMap,
) -> Result<Json<HoursAt>, Problem> {
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    let at = match query.time {
        Some(text) => moment(&settings, &text)?,
        None => (web.now)().wall,
    };
    let words = web.handle.board().borrow().overrides.clone();
    let preview = preview(&settings, &words, at);
    let language = web.language(&headers);
    let groups = preview.groups.iter().map(|(id, state)| group(&settings, language, id, state));
    let numbers = preview.numbers.iter().map(|(number, steps)| NumberHours {
        number: number.to_string(),
        steps: i18n::steps(language, &settings, at, steps),
    });
    Ok(Json(HoursAt {
        time: instant(at),
        local: settings.office.time_zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string(),
        groups: groups.collect(),
        numbers: numbers.collect(),
        lines: i18n::preview(language, &settings, &preview),
    }))
}

/// Open now until then, or closed now until then: for a group, or for the whole office. The last word counts.
#[utoipa::path(put, path = "/api/v1/hours/override", tag = "hours", request_body = SetOverride,
    responses((status = 200, body = Done), (status = 403, body = WireProblem), (status = 404, body = WireProblem),
              (status = 422, body = WireProblem)))]
pub async fn set(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    wanted: Body<SetOverride>,
) -> Result<Json<Done>, Problem> {
    let wanted = body(wanted)?;
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    let until = moment(&settings, &wanted.until)?;
    let kind = if wanted.open { OverrideKind::Open } else { OverrideKind::Closed };
    let group = wanted.group.map(GroupId::new);
    web.ask(who, Command::Override { group, set: Some((kind, until)) }).await
}

/// The hours hold again: for a group, or for the office with all its groups.
#[utoipa::path(delete, path = "/api/v1/hours/override", tag = "hours", params(("group" = Option<String>, Query)),
    responses((status = 200, body = Done), (status = 403, body = WireProblem)))]
pub async fn end(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Query(query): Query<EndQuery>,
) -> Result<Json<Done>, Problem> {
    web.ask(who, Command::Override { group: query.group.map(GroupId::new), set: None }).await
}

fn moment(settings: &Settings, text: &str) -> Result<Timestamp, Problem> {
    instant_of(text, &settings.office.time_zone).ok_or_else(|| {
        Problem::bad_request("A time is written like 2026-12-24T14:00 or 2026-12-24T13:00:00Z.")
    })
}

fn group(settings: &Settings, language: Language, id: &GroupId, state: &Hours) -> GroupHours {
    let (closes_at, opens_at, why) = match state {
        Hours::Open { closes_at } => (*closes_at, None, None),
        Hours::Closed { opens_at, why } => (None, *opens_at, Some(why_word(why))),
    };
    let known = settings.groups.iter().find(|group| group.id == *id);
    GroupHours {
        id: id.to_string(),
        name: known.map_or_else(String::new, |group| group.name.clone()),
        open: state.is_open(),
        closes_at: closes_at.map(instant),
        opens_at: opens_at.map(instant),
        why,
        reason: i18n::why_closed(language, state),
    }
}

fn why_word(why: &Why) -> &'static str {
    match why {
        Why::Hours => "hours",
        Why::Holiday(_) => "holiday",
        Why::ClosedDay(_) => "closed_day",
        Why::Override => "override",
    }
}
