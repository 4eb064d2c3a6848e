//! Pure. A small day, counted by hand.

use crate::store::{contact, number};
use frontdesk::office::contact::{Contact, Outcome};
use frontdesk::office::owed::Beside;
use frontdesk::report::{self, FigureId, Targets};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

fn row(id: u64, outcome: Outcome, waited: u64) -> Contact {
    let mut row = contact(id);
    row.outcome = Some(outcome);
    row.waited = Duration::from_secs(waited);
    row.from.number = Some(number(&format!("+452000000{id}")));
    row
}

/// 1 answered after 10 s, 2 after 20 s, 3 after 40 s; 4 gave up after 30 s, 5 after 3 s (short);
/// 6 left a message after 15 s (before the target: neutral), 7 after 60 s.
fn day() -> Vec<Contact> {
    let mut day = vec![
        row(1, Outcome::Answered, 10),
        row(2, Outcome::Answered, 20),
        row(3, Outcome::Answered, 40),
        row(4, Outcome::Abandoned, 30),
        row(5, Outcome::AbandonedShort, 3),
        row(6, Outcome::Voicemail, 15),
        row(7, Outcome::Voicemail, 60),
    ];
    for (row, (talked, held, wrapped)) in day.iter_mut().zip([(60, 0, 30), (120, 30, 0), (180, 0, 0)]) {
        row.talked = Duration::from_secs(talked);
        row.held = Duration::from_secs(held);
        row.wrapped = Duration::from_secs(wrapped);
    }
    day
}

fn value(figures: &[report::Figure], id: FigureId) -> (Option<f64>, usize) {
    let one = figures.iter().find(|one| one.id == id).unwrap();
    (one.value, one.contacts.len())
}

#[test]
fn a_small_day_gives_the_figures_counted_by_hand() {
    let figures = report::figures(&day(), &[], &Targets::default(), Timestamp::MAX, &Beside::default());
    // seven came, one short: six
    assert_eq!(value(&figures, FigureId::Offered), (Some(6.0), 6));
    // 1 and 2 in time, of 1 2 3 4 7: 2/5
    assert_eq!(value(&figures, FigureId::ServiceLevel), (Some(40.0), 5));
    // one of six
    assert_eq!(value(&figures, FigureId::Abandonment), (Some(100.0 / 6.0), 1));
    // 10 15 20 | 30 40 60: (20 + 30) / 2
    assert_eq!(value(&figures, FigureId::Waiting), (Some(25_000.0), 6));
    // mean 175/6 s; nine tenths of six is rank 6: 60 s
    let waiting = figures.iter().find(|one| one.id == FigureId::Waiting).unwrap();
    assert_eq!(waiting.parts, [("mean", Some(175_000.0 / 6.0)), ("p90", Some(60_000.0))]);
    // (10 + 20 + 40) / 3
    assert_eq!(value(&figures, FigureId::AnswerSpeed), (Some(70_000.0 / 3.0), 3));
    // 90 + 150 + 180 over 3
    assert_eq!(value(&figures, FigureId::Handling), (Some(140_000.0), 3));
    // 30 over 3
    assert_eq!(value(&figures, FigureId::AfterCall), (Some(10_000.0), 3));
    // number 4 alone: short ones are not missed, messages are not calls
    assert_eq!(value(&figures, FigureId::Owed), (Some(1.0), 1));
}

#[test]
fn nothing_to_count_is_nothing_and_not_zero() {
    let figures = report::figures(
        &[row(5, Outcome::AbandonedShort, 3)],
        &[],
        &Targets::default(),
        Timestamp::MAX,
        &Beside::default(),
    );
    for id in [FigureId::ServiceLevel, FigureId::Abandonment, FigureId::Waiting, FigureId::Handling] {
        assert_eq!(value(&figures, id).0, None, "{id:?}");
    }
}

#[test]
fn who_was_reached_later_is_owed_nothing_and_three_calls_are_one_debt() {
    let missed = [4, 6, 8].map(|id| {
        let mut row = row(id, Outcome::Abandoned, 30);
        row.from.number = Some(number("+4520304050"));
        row
    });
    assert_eq!(report::owed(&missed, &Beside::default()).len(), 1);
    let mut reached = row(9, Outcome::Answered, 5);
    reached.from.number = Some(number("+4520304050"));
    let figures =
        report::figures(&missed, &[reached], &Targets::default(), Timestamp::MAX, &Beside::default());
    assert_eq!(value(&figures, FigureId::Owed), (Some(0.0), 0));
}

#[test]
fn a_day_is_as_long_as_the_offices_clock_makes_it() {
    let zone = TimeZone::get("Europe/Copenhagen").unwrap();
    let hours = |date: &str| {
        let (from, to) = report::day_span(date.parse().unwrap(), &zone).unwrap();
        (from.to_string(), to.duration_since(from).as_hours())
    };
    assert_eq!(hours("2026-03-29"), ("2026-03-28T23:00:00Z".to_owned(), 23));
    assert_eq!(hours("2026-10-25"), ("2026-10-24T22:00:00Z".to_owned(), 25));
    assert_eq!(hours("2026-11-21"), ("2026-11-20T23:00:00Z".to_owned(), 24));
}
