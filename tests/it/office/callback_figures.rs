//! The figures of callbacks, by hand (spec/callback.md §10, §13.12).

use super::owed::contact;
use crate::sim::town::number;
use frontdesk::office::contact::{Contact, Happened, Kind, Outcome, StoryLine};
use frontdesk::office::owed::Beside;
use frontdesk::office::promise::{Asked, Callback, CameTo, Settled, SettledBy, Try, Window};
use frontdesk::report::{self, FigureId, Targets};
use frontdesk::settings::Language;
use jiff::Timestamp;
use std::time::Duration;

fn waited(id: u64, outcome: Outcome, seconds: u64) -> Contact {
    let mut contact = contact(id, 0, Kind::Inbound, outcome, Some(number("+4520000001")));
    contact.entered_at = Some(contact.started_at);
    contact.waited = Duration::from_secs(seconds);
    contact
}

fn called_back(mut contact: Contact, after: u64) -> Contact {
    let at = contact.started_at;
    let mut callback = Callback::new(number("+4520000001"), Asked::Key, at, at, Language::En);
    callback.connected_at = at.checked_add(Duration::from_secs(after)).ok();
    contact.callback = Some(callback);
    contact
}

/// Answered after 10 s and 30 s, gone after 25 s, asked to be called back after 40 s and after 10 s: one in
/// time of four that count, for the early request is neutral. The median wait is the one of those five
/// (10, 25, 30, and 600 and 900 until they were called back): 30 s.
#[test]
fn the_button_neither_polishes_nor_punishes() {
    let contacts = [
        waited(1, Outcome::Answered, 10),
        waited(2, Outcome::Answered, 30),
        waited(3, Outcome::Abandoned, 25),
        called_back(waited(4, Outcome::CallbackRequested, 40), 600),
        called_back(waited(5, Outcome::CallbackRequested, 10), 900),
    ];
    let figures = report::figures(&contacts, &[], &Targets::default(), Timestamp::MAX, &Beside::default());
    let value = |id: FigureId| figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.value);
    assert_eq!(value(FigureId::ServiceLevel), Some(25.0));
    assert_eq!(value(FigureId::Waiting), Some(30_000.0));
}

fn told(mut contact: Contact, as_told: bool) -> Contact {
    contact.story.push(StoryLine { at: contact.started_at, what: Happened::WaitCame { as_told } });
    contact
}

/// Three answered callers were told how long it takes, for two of them it was true; who was told nothing does not
/// count: two of three.
#[test]
fn how_often_the_estimate_was_true() {
    let answered = |id| waited(id, Outcome::Answered, 60);
    let contacts = [told(answered(1), true), told(answered(2), false), answered(3), told(answered(4), true)];
    let figures = report::figures(&contacts, &[], &Targets::default(), Timestamp::MAX, &Beside::default());
    let hits = figures.iter().find(|figure| figure.id == FigureId::EstimateHits).unwrap();
    assert_eq!(hits.value, Some(200.0 / 3.0));
    assert_eq!(hits.contacts, [contacts[0].id, contacts[1].id, contacts[3].id]);
}

/// Asked at its start, promised for the minutes `from`–`to`, tried so often and connected after so many minutes.
fn promised(id: u64, (from, to): (i64, i64), dials: &[CameTo], connected: Option<i64>) -> Contact {
    let mut contact = waited(id, Outcome::CallbackRequested, 10);
    let start = contact.started_at;
    let minute = |minutes: i64| start.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    let mut callback = Callback::new(number("+4520000001"), Asked::Key, start, start, Language::En);
    callback.promised = Some(Window { from: minute(from), to: minute(to) });
    callback.tries = dials.iter().map(|came_to| Try { at: minute(from), came_to: *came_to }).collect();
    callback.connected_at = connected.map(minute);
    contact.callback = Some(callback);
    contact
}

/// Five were promised a time. 1 (10-20) was called after 15 min, at the second try; 2 (10-20) after 26: 6 late;
/// 3 (until closing, 0-240) after 200; 4 (10-20) was tried twice in vain; 5 took it back. Due: 1 to 4, kept 1
/// and 3: 50 %; of the narrow ones 1 in 3, of the wide ones all. Tried: 1 to 4, reached 3: 75 %. Dials 2 + 1 + 1 + 2
/// (the fault of 2 is none): 6 for 3. Late: 0, 6 and 0 min, mean 2, middle 0. Of five offered, 3 were spoken with.
#[test]
fn promises_kept_reached_and_late() {
    use CameTo::{Fault, NoAnswer, Reached};
    let mut taken_back = promised(5, (10, 20), &[], None);
    let at = taken_back.started_at;
    taken_back.callback.as_mut().unwrap().settled = Some(Settled { at, by: SettledBy::Customer });
    let contacts = [
        promised(1, (10, 20), &[NoAnswer, Reached], Some(15)),
        promised(2, (10, 20), &[Fault, Reached], Some(26)),
        promised(3, (0, 240), &[Reached], Some(200)),
        promised(4, (10, 20), &[NoAnswer, NoAnswer], None),
        taken_back,
    ];
    let figures = report::figures(&contacts, &[], &Targets::default(), Timestamp::MAX, &Beside::default());
    let figure = |id: FigureId| figures.iter().find(|figure| figure.id == id).unwrap();
    let kept = figure(FigureId::CallbackKept);
    assert_eq!((kept.value, kept.contacts.len()), (Some(50.0), 4));
    assert_eq!(kept.parts, [("narrow", Some(100.0 / 3.0)), ("wide", Some(100.0))]);
    assert_eq!(figure(FigureId::CallbackReached).value, Some(75.0));
    assert_eq!(figure(FigureId::CallbackAttempts).value, Some(2.0));
    let late = figure(FigureId::CallbackLate);
    assert_eq!((late.value, late.parts[0]), (Some(120_000.0), ("median", Some(0.0))));
    assert_eq!(figure(FigureId::Answered).value, Some(60.0));
    let before =
        report::figures(&contacts, &[], &Targets::default(), contacts[0].started_at, &Beside::default());
    let kept = before.iter().find(|figure| figure.id == FigureId::CallbackKept).unwrap();
    assert_eq!(kept.contacts.len(), 3, "the window of number 4 is not over: it is not due");
}
