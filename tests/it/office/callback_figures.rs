//! The figures of callbacks, by hand (spec/callback.md §10, §13.12).

use super::owed::contact;
use crate::sim::town::number;
use frontdesk::office::contact::{Contact, Happened, Kind, Outcome, StoryLine};
use frontdesk::office::promise::{Asked, Callback};
use frontdesk::report::{self, FigureId, Targets};
use frontdesk::settings::Language;
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
    let figures = report::figures(&contacts, &[], &Targets::default());
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
    let figures = report::figures(&contacts, &[], &Targets::default());
    let hits = figures.iter().find(|figure| figure.id == FigureId::EstimateHits).unwrap();
    assert_eq!(hits.value, Some(200.0 / 3.0));
    assert_eq!(hits.contacts, [contacts[0].id, contacts[1].id, contacts[3].id]);
}
