//! Shell. Reports: reads rows, `report` counts, the formulas come in the reader's language.

use super::contacts::instant;
use super::read;
use crate::office::contact::Contact;
use crate::office::inbox::first_reply_due;
use crate::office::owed::{self, Beside};
use crate::report::mail::Turn;
use crate::report::{self, Targets};
use crate::settings::{Language, Settings};
use crate::web::Query;
use crate::web::session::Staff;
use crate::web::wire::{self, Bucket, BucketFigure, Day, Hour, Problem as WireProblem, Range};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest range: more would only be memory.
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);

/// `?date=2026-11-21`; without it today.
#[derive(Deserialize)]
pub struct WhichDay {
    date: Option<String>,
}

/// `?from&to&by`.
#[derive(Deserialize)]
pub struct WhichRange {
    from: String,
    to: String,
    by: Option<String>,
}

/// One day in the office's time zone, beside the same weekday a week earlier.
#[utoipa::path(get, path = "/api/v1/reports/day", tag = "reports", params(("date" = Option<String>, Query)),
    responses((status = 200, body = Day), (status = 400, body = WireProblem)))]
pub async fn day(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(which): Query<WhichDay>,
    headers: HeaderMap,
) -> Result<Json<Day>, Problem> {
    Ok(Json(day_of(&web, which, web.language(&headers)).await?))
}

/// A day's figures, its formulas in this language.
pub(super) async fn day_of(web: &Web, which: WhichDay, language: Language) -> Result<Day, Problem> {
    let settings = office(web)?;
    let zone = settings.office.time_zone.clone();
    let now = (web.now)().wall;
    let today = now.to_zoned(zone.clone()).date();
    let date: Result<Date, _> = which.date.map_or(Ok(today), |text| text.parse());
    let date = date.map_err(|_| Problem::bad_request("date is a day such as 2026-11-21."))?;
    let far = || Problem::bad_request("date is beyond the calendar.");
    let (from, to) = report::day_span(date, &zone).ok_or_else(far)?;
    let earlier = date.checked_sub(1.week()).map_err(|_| far())?;
    let earlier = report::day_span(earlier, &zone).ok_or_else(far)?;
    let rows = Rows::read(web, (from, to), earlier).await?;
    Ok(Day {
        date: date.to_string(),
        time_zone: zone_name(&settings),
        from: show::instant(from),
        to: show::instant(to),
        figures: rows.figures(&Targets::of(&settings), now, language),
        mail: mail(web, &settings, (from, to), earlier, language).await?,
        hours: hours(&rows.here, from, to),
        outcomes: outcomes(&rows.here),
    })
}

/// Any span up to 400 days, beside the span before it, also by hour, day or hour of the week.
#[utoipa::path(get, path = "/api/v1/reports/range", tag = "reports",
    params(("from" = String, Query), ("to" = String, Query),
           ("by" = Option<String>, Query, description = "`hour`, `day` or `weekday-hour`")),
    responses((status = 200, body = Range), (status = 400, body = WireProblem)))]
pub async fn range(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(which): Query<WhichRange>,
    headers: HeaderMap,
) -> Result<Json<Range>, Problem> {
    let (settings, now) = (office(&web)?, (web.now)().wall);
    let (from, to) = (instant(&which.from)?, instant(&which.to)?);
    let length = to.duration_since(from);
    if !length.is_positive() || length > RANGE_MAX {
        return Err(Problem::bad_request("to comes after from, by at most 400 days."));
    }
    let by = By::parse(which.by.as_deref())?;
    let before = from.checked_sub(length).unwrap_or(Timestamp::MIN);
    let rows = Rows::read(&web, (from, to), (before, from)).await?;
    let targets = Targets::of(&settings);
    Ok(Json(Range {
        from: show::instant(from),
        to: show::instant(to),
        time_zone: zone_name(&settings),
        figures: rows.figures(&targets, now, web.language(&headers)),
        mail: mail(&web, &settings, (from, to), (before, from), web.language(&headers)).await?,
        outcomes: outcomes(&rows.here),
        buckets: by.map(|by| buckets(&rows, by, &settings, (&targets, now))).unwrap_or_default(),
    }))
}

/// What one report counts.
struct Rows {
    here: Vec<Contact>,
    /// After the span: it may have settled what the span owes.
    later: Vec<Contact>,
    earlier: Vec<Contact>,
    beside: Beside,
}

/// How long after a span a call back still settles it.
const SETTLED_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Rows {
    async fn read(
        web: &Web,
        (from, to): (Timestamp, Timestamp),
        (before, until): (Timestamp, Timestamp),
    ) -> Result<Rows, Problem> {
        let reader = web.reader.clone();
        let end = to.checked_add(SETTLED_WITHIN).unwrap_or(Timestamp::MAX);
        read(move || {
            let here = reader.contacts_between(from, to)?;
            let later = reader.contacts_between(to, end)?;
            let earlier = reader.contacts_between(before, until)?;
            let beside = reader.beside(&owed::missed(here.iter().chain(&earlier)))?;
            Ok(Rows { here, later, earlier, beside })
        })
        .await
    }

    fn figures(&self, targets: &Targets, now: Timestamp, language: Language) -> Vec<wire::Figure> {
        let between: Vec<Contact> = self.here.iter().chain(&self.later).cloned().collect();
        let previous = report::figures(&self.earlier, &between, targets, now, &self.beside);
        let figures = report::figures(&self.here, &self.later, targets, now, &self.beside);
        let pairs = figures.iter().zip(previous);
        pairs.map(|(one, earlier)| show::figure(one, earlier.value, language)).collect()
    }
}

/// The figures of the mailbox, beside those of another span; due by the hours and targets in effect now.
async fn mail(
    web: &Web,
    settings: &Settings,
    span: (Timestamp, Timestamp),
    other: (Timestamp, Timestamp),
    language: Language,
) -> Result<Vec<wire::MailFigure>, Problem> {
    if settings.mailboxes.is_empty() {
        return Ok(Vec::new());
    }
    let (reader, since) = (web.reader.clone(), span.0.min(other.0));
    let turns = read(move || reader.mail_turns(since)).await?;
    let (overrides, now) = (web.settings.overrides(), (web.now)().wall);
    let due = |turn: &Turn| first_reply_due(settings, &overrides, (&turn.mailbox, &turn.group), turn.at);
    let figures = |span| report::mail::figures(&turns, span, now, due);
    let pairs = figures(span).into_iter().zip(figures(other));
    Ok(pairs.map(|(one, earlier)| show::mail_figure(&one, earlier.value, language)).collect())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Hour,
    Day,
    WeekdayHour,
}

impl By {
    fn parse(word: Option<&str>) -> Result<Option<By>, Problem> {
        match word {
            None => Ok(None),
            Some("hour") => Ok(Some(By::Hour)),
            Some("day") => Ok(Some(By::Day)),
            Some("weekday-hour") => Ok(Some(By::WeekdayHour)),
            Some(_) => Err(Problem::bad_request("by is hour, day or weekday-hour.")),
        }
    }
}

/// Date, weekday, hour: those that a grouping looks at.
type Key = (Option<Date>, Option<i8>, Option<i8>);

fn buckets(rows: &Rows, by: By, settings: &Settings, (targets, now): (&Targets, Timestamp)) -> Vec<Bucket> {
    let mut groups: BTreeMap<Key, Vec<Contact>> = BTreeMap::new();
    for contact in &rows.here {
        let at = contact.started_at.to_zoned(settings.office.time_zone.clone());
        let key = match by {
            By::Hour => (Some(at.date()), None, Some(at.hour())),
            By::Day => (Some(at.date()), None, None),
            By::WeekdayHour => (None, Some(at.weekday().to_monday_one_offset()), Some(at.hour())),
        };
        groups.entry(key).or_default().push(contact.clone());
    }
    let bucket = |((date, weekday, hour), here): (Key, Vec<Contact>)| Bucket {
        date: date.map(|date| date.to_string()),
        weekday,
        hour,
        figures: report::figures(&here, &[], targets, now, &rows.beside)
            .iter()
            .filter(|one| is_of_moment(one))
            .map(small)
            .collect(),
    };
    groups.into_iter().map(bucket).collect()
}

/// What is owed hangs on what came later, so a bucket alone cannot tell it.
fn is_of_moment(figure: &report::Figure) -> bool {
    figure.id != report::FigureId::Owed
}

fn small(figure: &report::Figure) -> BucketFigure {
    BucketFigure { id: figure.id.word(), value: figure.value, n: figure.contacts.len() }
}

/// Each real hour of the span: 23 or 25 when the clocks change.
fn hours(contacts: &[Contact], from: Timestamp, to: Timestamp) -> Vec<Hour> {
    let step = SignedDuration::from_hours(1);
    let starts = std::iter::successors(Some(from), |at| at.checked_add(step).ok());
    let targets = Targets::default();
    let hour = |at: Timestamp| {
        let end = at.checked_add(step).unwrap_or(Timestamp::MAX);
        let here: Vec<Contact> =
            contacts.iter().filter(|contact| (at..end).contains(&contact.started_at)).cloned().collect();
        let figures = report::figures(&here, &[], &targets, end, &Beside::default());
        let n = |id| figures.iter().find(|one| one.id == id).map_or(0, |one| one.contacts.len());
        Hour {
            at: show::instant(at),
            offered: n(report::FigureId::Offered),
            answered: n(report::FigureId::AnswerSpeed),
            abandoned: n(report::FigureId::Abandonment),
        }
    };
    starts.take_while(|at| *at < to).map(hour).collect()
}

fn outcomes(contacts: &[Contact]) -> BTreeMap<&'static str, usize> {
    report::outcomes(contacts).into_iter().map(|(outcome, n)| (show::outcome(outcome), n)).collect()
}

fn office(web: &Web) -> Result<Arc<Settings>, Problem> {
    let missing = || Problem::new(StatusCode::CONFLICT, "no_office", "Nothing is set up yet.");
    web.settings.current().ok_or_else(missing)
}

fn zone_name(settings: &Settings) -> String {
    settings.office.time_zone.iana_name().unwrap_or("UTC").to_owned()
}
