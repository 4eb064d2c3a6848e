//! Shell. When the office is open: its week, and the closed days of the year ahead.

use crate::office::hours::holiday;
use crate::settings::{Hours, Language, Settings, Span};
use crate::store::settings_desk::ApplyError;
use crate::web::session::Staff;
use crate::web::wire::{ClosedDay, Hours as WireHours, HoursPlan, HoursSpan, Problem as WireProblem};
use crate::web::{Web, problem::Problem};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use std::sync::Arc;

/// Closed days are shown so far ahead.
const DAYS_AHEAD: i64 = 365;

/// The week of the office and of every group with hours of its own, and the closed days of a year.
#[utoipa::path(get, path = "/api/v1/hours", tag = "hours",
    responses((status = 200, body = WireHours), (status = 403, body = WireProblem)))]
pub async fn week(
    State(web): State<Arc<Web>>,
    _: Staff,
    headers: HeaderMap,
) -> Result<Json<WireHours>, Problem> {
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    let zone = &settings.office.time_zone;
    let today = zone.to_datetime((web.now)().wall).date();
    let language = web.language(&headers);
    let plans = plans(&settings);
    let mut ahead: Vec<ClosedDay> = plans
        .iter()
        .flat_map(|(name, hours)| closed_days(&settings, *name, hours, today, language))
        .collect();
    ahead.sort_by(|a, b| (&a.date, &a.plan).cmp(&(&b.date, &b.plan)));
    let plan = |(name, hours): &(Option<&str>, &Hours)| HoursPlan {
        name: name.map(str::to_owned),
        week: hours.week.iter().map(|day| day.iter().map(span).collect()).collect(),
    };
    Ok(Json(WireHours {
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        today: today.to_string(),
        plans: plans.iter().map(plan).collect(),
        ahead,
    }))
}

/// The office first.
fn plans(settings: &Settings) -> Vec<(Option<&str>, &Hours)> {
    let own = |group| {
        let group: &crate::settings::Group = group;
        group.hours.as_ref().map(|hours| (Some(group.name.as_str()), hours))
    };
    std::iter::once((None, &settings.hours)).chain(settings.groups.iter().filter_map(own)).collect()
}

/// The owner's closed days and, where they hold, the holidays: a day that is both has the owner's words.
fn closed_days(
    settings: &Settings,
    name: Option<&str>,
    hours: &Hours,
    today: Date,
    language: Language,
) -> Vec<ClosedDay> {
    let end = today.saturating_add(DAYS_AHEAD.days());
    let days = today.series(1.day()).take_while(|day| *day < end);
    let closed = |date: Date| {
        let own = hours.closed.iter().find(|day| day.date == date).map(|day| ("closed_day", day.why.clone()));
        let holiday = || holiday(settings.office.country, date).filter(|_| hours.holidays);
        let (kind, why) = own.or_else(|| Some(("holiday", holiday()?.name(language).to_owned())))?;
        Some(ClosedDay { date: date.to_string(), kind, name: why, plan: name.map(str::to_owned) })
    };
    days.filter_map(closed).collect()
}

fn span(span: &Span) -> HoursSpan {
    HoursSpan { from: clock(span.from), to: span.to.map_or_else(|| "24:00".to_owned(), clock) }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
