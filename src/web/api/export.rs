//! Shell. Tables to take away: contacts and days for a spreadsheet, promises to call back as CSV (spec/callback.md §10).

use super::contacts::instant;
use super::customers::named;
use super::read;
use super::reports::{WhichDay, day_of};
use crate::web::Query;
use crate::web::session::Staff;
use crate::web::sheet::{self, Sheet};
use crate::web::show::{self, tables};
use crate::web::wire::{self, Problem as WireProblem};
use crate::web::{Web, problem::Problem};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::sync::Arc;

/// Longest span: more would only be memory.
const SPAN_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);

/// `?from&to`; left out, the longest span until now.
#[derive(Deserialize)]
pub struct Span {
    from: Option<String>,
    to: Option<String>,
}

impl Span {
    fn read(&self, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
        let to = self.to.as_deref().map_or(Ok(now), instant)?;
        let longest = to.checked_sub(SPAN_MAX).unwrap_or(Timestamp::MIN);
        let from = self.from.as_deref().map_or(Ok(longest), instant)?;
        let length = to.duration_since(from);
        if !length.is_positive() || length > SPAN_MAX {
            return Err(Problem::bad_request("to comes after from, by at most 400 days."));
        }
        Ok((from, to))
    }
}

/// Contacts that began in a span, one a line, with the names of their fields.
#[utoipa::path(get, path = "/api/v1/export/contacts.csv", tag = "reports",
    params(("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, content_type = "text/csv"), (status = 400, body = WireProblem)))]
pub async fn contacts_csv(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(span): Query<Span>,
) -> Result<Response, Problem> {
    let rows = contacts_of(&web, span.read((web.now)().wall)?).await?;
    Ok(file("contacts.csv", CSV, sheet::csv(&tables::contacts(&rows))))
}

/// The same as a workbook of Excel, with times on the office's clock.
#[utoipa::path(get, path = "/api/v1/export/contacts.xlsx", tag = "reports",
    params(("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
              (status = 400, body = WireProblem)))]
pub async fn contacts_xlsx(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(span): Query<Span>,
) -> Result<Response, Problem> {
    let rows = contacts_of(&web, span.read((web.now)().wall)?).await?;
    workbook(&web, "contacts.xlsx", vec![tables::contacts(&rows)]).await
}

/// A day of the office as a workbook: figures with their formulas, hours, outcomes and contacts.
#[utoipa::path(get, path = "/api/v1/export/day.xlsx", tag = "reports", params(("date" = Option<String>, Query)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
              (status = 400, body = WireProblem)))]
pub async fn day_xlsx(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(which): Query<WhichDay>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let day = day_of(&web, which, web.language(&headers)).await?;
    let rows = contacts_of(&web, (instant(&day.from)?, instant(&day.to)?)).await?;
    workbook(&web, &format!("day-{}.xlsx", day.date), tables::day(&day, &rows).into()).await
}

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn contacts_of(web: &Web, (from, to): (Timestamp, Timestamp)) -> Result<Vec<wire::Contact>, Problem> {
    let reader = web.reader.clone();
    let contacts = read(move || reader.contacts_between(from, to)).await?;
    named(web, contacts.iter().map(show::contact).collect()).await
}

/// Written away from the async threads: a year of contacts takes its time.
async fn workbook(web: &Web, name: &str, sheets: Vec<Sheet>) -> Result<Response, Problem> {
    let zone = web.settings.current().map_or(TimeZone::UTC, |settings| settings.office.time_zone.clone());
    let book = tokio::task::spawn_blocking(move || sheet::xlsx(&sheets, &zone)).await?;
    Ok(file(name, XLSX, book.map_err(|cause| Problem::ours(&cause))?))
}

fn file(name: &str, kind: &'static str, content: impl IntoResponse) -> Response {
    let name = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], content).into_response()
}

/// Promises to call back by contacts that began in a span, one a line.
#[utoipa::path(get, path = "/api/v1/export/callbacks.csv", tag = "reports",
    params(("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, content_type = "text/csv"), (status = 400, body = WireProblem)))]
pub async fn callbacks(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(span): Query<Span>,
) -> Result<Response, Problem> {
    let (from, to) = span.read((web.now)().wall)?;
    let reader = web.reader.clone();
    let contacts = read(move || reader.contacts_between(from, to)).await?;
    Ok(file("callbacks.csv", CSV, sheet::csv(&tables::callbacks(&contacts))))
}
