//! Shell. Tables for other programs: promises to call back as CSV (spec/callback.md §10).

use super::contacts::instant;
use super::read;
use crate::office::contact::Contact;
use crate::web::Query;
use crate::web::session::Staff;
use crate::web::wire::Problem as WireProblem;
use crate::web::{Web, problem::Problem, show};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use std::sync::Arc;

/// Longest span: more would only be memory.
const SPAN_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);

/// `?from&to`.
#[derive(Deserialize)]
pub struct Span {
    from: String,
    to: String,
}

/// Promises to call back by contacts that began in a span, one a line.
#[utoipa::path(get, path = "/api/v1/export/callbacks.csv", tag = "reports",
    params(("from" = String, Query), ("to" = String, Query)),
    responses((status = 200, content_type = "text/csv"), (status = 400, body = WireProblem)))]
pub async fn callbacks(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(span): Query<Span>,
) -> Result<Response, Problem> {
    let (from, to) = (instant(&span.from)?, instant(&span.to)?);
    let length = to.duration_since(from);
    if !length.is_positive() || length > SPAN_MAX {
        return Err(Problem::bad_request("to comes after from, by at most 400 days."));
    }
    let reader = web.reader.clone();
    let contacts = read(move || reader.contacts_between(from, to)).await?;
    let name = "attachment; filename=\"callbacks.csv\"";
    let head = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)];
    Ok((head, table(&contacts)).into_response())
}

const COLUMNS: [&str; 10] = [
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

/// No cell holds what a stranger wrote: ids, instants, numbers and words of ours need no quotes, and begin no
/// formula.
fn table(contacts: &[Contact]) -> String {
    let rows = contacts.iter().filter_map(show::callback_cells);
    let lines = std::iter::once(COLUMNS.map(str::to_owned)).chain(rows);
    lines.map(|cells| cells.join(",") + "\r\n").collect()
}
