//! Pure. The figures of spec/metrics.md, from contact rows: M1–M4, M8, M10 and M28; how often the estimated
//! wait was true; and what became of promises to call back ([`promises`]).
//!
//! Offered are inbound contacts that entered a group, less short abandons; the clock starts when the
//! contact enters its group, welcome included. A contact without an end counts nowhere yet.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod mail;
pub mod promises;

use crate::ids::{CallId, GroupId};
use crate::office::contact::{Contact, Happened, Kind, Outcome};
use crate::office::owed::{Beside, Caller, Means, meaning};
use crate::settings::Settings;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Service level without a group's own target: 20 s (M1).
pub const WITHIN: Duration = Duration::from_secs(20);

/// One figure with everything needed to doubt it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub id: FigureId,
    /// `None`: nothing to count yet. Per cent, milliseconds or a count, as [`FigureId::unit`] says.
    pub value: Option<f64>,
    pub parts: Vec<(&'static str, Option<f64>)>,
    /// Every contact counted in it.
    pub contacts: Vec<CallId>,
}

/// The figures of a report, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureId {
    Offered,
    Answered,
    ServiceLevel,
    Abandonment,
    Waiting,
    AnswerSpeed,
    Handling,
    AfterCall,
    EstimateHits,
    CallbackKept,
    CallbackReached,
    CallbackAttempts,
    CallbackLate,
    Owed,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Percent,
    Milliseconds,
    Count,
}

impl FigureId {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            FigureId::Offered => "offered",
            FigureId::Answered => "answered",
            FigureId::ServiceLevel => "service_level",
            FigureId::Abandonment => "abandonment",
            FigureId::Waiting => "waiting",
            FigureId::AnswerSpeed => "answer_speed",
            FigureId::Handling => "handling",
            FigureId::AfterCall => "after_call",
            FigureId::EstimateHits => "estimate_hits",
            FigureId::CallbackKept => "callback_kept",
            FigureId::CallbackReached => "callback_reached",
            FigureId::CallbackAttempts => "callback_attempts",
            FigureId::CallbackLate => "callback_late",
            FigureId::Owed => "owed",
        }
    }

    /// Its number in spec/metrics.md.
    pub fn metric(self) -> Option<&'static str> {
        Some(match self {
            FigureId::Offered | FigureId::Answered | FigureId::EstimateHits => return None,
            FigureId::CallbackKept | FigureId::CallbackReached => return None,
            FigureId::CallbackAttempts | FigureId::CallbackLate => return None,
            FigureId::ServiceLevel => "M1",
            FigureId::Abandonment => "M2",
            FigureId::Waiting => "M3",
            FigureId::AnswerSpeed => "M4",
            FigureId::Handling => "M8",
            FigureId::AfterCall => "M10",
            FigureId::Owed => "M28",
        })
    }

    /// What its value counts.
    pub fn unit(self) -> Unit {
        match self {
            FigureId::ServiceLevel | FigureId::Abandonment | FigureId::EstimateHits => Unit::Percent,
            FigureId::Answered | FigureId::CallbackKept | FigureId::CallbackReached => Unit::Percent,
            FigureId::Offered | FigureId::CallbackAttempts | FigureId::Owed => Unit::Count,
            _ => Unit::Milliseconds,
        }
    }
}

/// How soon each group means to answer.
#[derive(Clone, Debug, Default)]
pub struct Targets(BTreeMap<GroupId, Duration>);

impl Targets {
    /// From the settings in effect.
    pub fn of(settings: &Settings) -> Self {
        Self(settings.groups.iter().map(|group| (group.id.clone(), group.target.within)).collect())
    }

    fn within(&self, contact: &Contact) -> Duration {
        contact.group.as_ref().and_then(|group| self.0.get(group)).copied().unwrap_or(WITHIN)
    }
}

/// Every figure over these contacts. `later` are the contacts after the span: they may have settled
/// what the span owes. A promise whose window ended by `now` was due.
pub fn figures(
    contacts: &[Contact],
    later: &[Contact],
    targets: &Targets,
    now: Timestamp,
    beside: &Beside,
) -> Vec<Figure> {
    let offered: Vec<&Contact> = contacts.iter().filter(|contact| is_offered(contact)).collect();
    let handled: Vec<&Contact> = contacts.iter().filter(|contact| is_handled(contact)).collect();
    vec![
        figure(FigureId::Offered, Some(offered.len() as f64), &offered),
        promises::answered(&offered),
        service_level(&offered, targets),
        abandonment(contacts, &offered),
        waiting(&offered),
        answer_speed(&offered),
        handling(&handled),
        figure(FigureId::AfterCall, mean(handled.iter().map(|contact| contact.wrapped)), &handled),
        estimate_hits(contacts),
        promises::kept(contacts, now),
        promises::reached(contacts),
        promises::attempts_per_reach(contacts),
        promises::punctuality(contacts),
        owed_figure(contacts, later, beside),
    ]
}

/// Contacts by outcome; those still going on are left out.
pub fn outcomes(contacts: &[Contact]) -> BTreeMap<Outcome, usize> {
    let mut counts = BTreeMap::new();
    for outcome in contacts.iter().filter_map(|contact| contact.outcome) {
        *counts.entry(outcome).or_default() += 1;
    }
    counts
}

/// A caller we missed and nobody has reached since (M28: missed − reached).
#[derive(Clone, Debug, PartialEq)]
pub struct Owed<'c> {
    /// What was missed, oldest first; never empty.
    pub missed: Vec<&'c Contact>,
}

/// Who is owed a call, longest first. A caller who rang three times is owed one call; a withheld
/// number is one row per call, for nobody can ring it back. Who was reached on one number of theirs was reached.
/// `contacts` is in order of their start.
pub fn owed<'c>(contacts: impl IntoIterator<Item = &'c Contact>, beside: &Beside) -> Vec<Owed<'c>> {
    let mut open: BTreeMap<Caller, Vec<&Contact>> = BTreeMap::new();
    for contact in contacts {
        match meaning(contact) {
            Means::Missed(caller) => open.entry(caller).or_default().push(contact),
            Means::Reached(caller) => beside.callers(&caller).iter().for_each(|one| drop(open.remove(one))),
            Means::Nothing => {}
        }
    }
    let mut owed: Vec<Owed<'_>> = open.into_values().map(|missed| Owed { missed }).collect();
    owed.sort_by_key(|owed| owed.missed.first().map(|contact| (contact.started_at, contact.id)));
    owed
}

/// First instant of a day and of the next one in a zone; days of 23 and 25 hours included.
/// `None` at the edge of the calendar.
pub fn day_span(date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let start = |date: Date| date.to_zoned(zone.clone()).ok()?.start_of_day().ok().map(|at| at.timestamp());
    Some((start(date)?, start(date.tomorrow().ok()?)?))
}

fn is_offered(contact: &Contact) -> bool {
    let counted = contact.outcome.is_some_and(|outcome| outcome != Outcome::AbandonedShort);
    contact.kind == Kind::Inbound && contact.entered_at.is_some() && counted
}

fn is_handled(contact: &Contact) -> bool {
    contact.kind == Kind::Inbound && contact.outcome == Some(Outcome::Answered)
}

/// M1: answered within T of answered, abandoned, and of asked for a callback, voicemail or sent on
/// after T.
fn service_level(offered: &[&Contact], targets: &Targets) -> Figure {
    let counts = |contact: &&&Contact| {
        let late = contact.waited > targets.within(contact);
        match contact.outcome {
            Some(Outcome::Answered | Outcome::Abandoned) => true,
            Some(Outcome::CallbackRequested | Outcome::Voicemail | Outcome::Overflowed) => late,
            _ => false,
        }
    };
    let counted: Vec<&Contact> = offered.iter().filter(counts).copied().collect();
    let in_time = |contact: &&&Contact| {
        contact.outcome == Some(Outcome::Answered) && contact.waited <= targets.within(contact)
    };
    let within = counted.iter().filter(in_time).count();
    figure(FigureId::ServiceLevel, percent(within, counted.len()), &counted)
}

/// M2: abandoned of offered; short ones beside.
fn abandonment(contacts: &[Contact], offered: &[&Contact]) -> Figure {
    let abandoned: Vec<&Contact> =
        offered.iter().filter(|contact| contact.outcome == Some(Outcome::Abandoned)).copied().collect();
    let short = contacts.iter().filter(|contact| contact.outcome == Some(Outcome::AbandonedShort)).count();
    let mut figure = figure(FigureId::Abandonment, percent(abandoned.len(), offered.len()), &abandoned);
    figure.parts = vec![("short", Some(short as f64))];
    figure
}

/// M3: the median, with mean and the 90th percentile beside. Who was called back has waited until then: the
/// clock never starts anew (spec/callback.md §10).
fn waiting(offered: &[&Contact]) -> Figure {
    let mut waits: Vec<Duration> = offered.iter().map(|contact| waited_until_spoken(contact)).collect();
    waits.sort();
    let mut figure = figure(FigureId::Waiting, median(&waits), offered);
    figure.parts = vec![("mean", mean(waits.iter().copied())), ("p90", p90(&waits))];
    figure
}

fn waited_until_spoken(contact: &Contact) -> Duration {
    let connected = contact.callback.as_ref().and_then(|callback| callback.connected_at);
    let virtually = connected
        .zip(contact.entered_at)
        .and_then(|(connected, entered)| Duration::try_from(connected.duration_since(entered)).ok());
    virtually.unwrap_or(contact.waited)
}

/// M4: mean wait of the answered.
fn answer_speed(offered: &[&Contact]) -> Figure {
    let answered: Vec<&Contact> =
        offered.iter().filter(|contact| contact.outcome == Some(Outcome::Answered)).copied().collect();
    let value = mean(answered.iter().map(|contact| contact.waited));
    figure(FigureId::AnswerSpeed, value, &answered)
}

/// M8: talk, hold and after-call work over handled calls.
fn handling(handled: &[&Contact]) -> Figure {
    let whole = |contact: &&Contact| contact.talked + contact.held + contact.wrapped;
    let mut figure = figure(FigureId::Handling, mean(handled.iter().map(whole)), handled);
    figure.parts = vec![
        ("talked", mean(handled.iter().map(|contact| contact.talked))),
        ("held", mean(handled.iter().map(|contact| contact.held))),
        ("wrapped", mean(handled.iter().map(|contact| contact.wrapped))),
    ];
    figure
}

/// Of the callers who were told how long it takes and were answered: those for whom the range told first
/// was true.
fn estimate_hits(contacts: &[Contact]) -> Figure {
    let came = |contact: &Contact| {
        contact.story.iter().rev().find_map(|line| match line.what {
            Happened::WaitCame { as_told } => Some(as_told),
            _ => None,
        })
    };
    let told: Vec<&Contact> = contacts.iter().filter(|contact| came(contact).is_some()).collect();
    let hits = told.iter().filter(|contact| came(contact) == Some(true)).count();
    figure(FigureId::EstimateHits, percent(hits, told.len()), &told)
}

/// M28: callers missed in the span and not reached in it or later.
fn owed_figure(contacts: &[Contact], later: &[Contact], beside: &Beside) -> Figure {
    let ids: BTreeSet<CallId> = contacts.iter().map(|contact| contact.id).collect();
    let here = |contact: &&&Contact| ids.contains(&contact.id);
    let missed: Vec<Vec<&Contact>> = owed(contacts.iter().chain(later), beside)
        .iter()
        .map(|owed| owed.missed.iter().filter(here).copied().collect())
        .filter(|missed: &Vec<&Contact>| !missed.is_empty())
        .collect();
    let behind: Vec<&Contact> = missed.iter().flatten().copied().collect();
    figure(FigureId::Owed, Some(missed.len() as f64), &behind)
}

fn figure(id: FigureId, value: Option<f64>, behind: &[&Contact]) -> Figure {
    Figure { id, value, parts: Vec::new(), contacts: behind.iter().map(|contact| contact.id).collect() }
}

fn percent(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}

fn ms(length: Duration) -> f64 {
    length.as_millis() as f64
}

fn mean(lengths: impl Iterator<Item = Duration>) -> Option<f64> {
    let (sum, n) = lengths.fold((0.0, 0_u32), |(sum, n), length| (sum + ms(length), n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

/// The middle of a sorted list; between two, their mean.
fn median(sorted: &[Duration]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some((ms(*lower) + ms(*upper)) / 2.0)
}

/// The value at or below which nine in ten lie (nearest rank).
fn p90(sorted: &[Duration]) -> Option<f64> {
    let rank = (sorted.len() * 9).div_ceil(10);
    sorted.get(rank.checked_sub(1)?).map(|length| ms(*length))
}
