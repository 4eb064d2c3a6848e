//! Pure. Opening hours by the clock on the wall, through holidays, nights and the clock being put.

use super::*;
use crate::settings::ClosedDay;
use jiff::civil::{date, time};

const OFFICE: &str = "08:00-16:00";

/// Hours from texts, Monday first; a day of several spans has them separated by spaces.
fn hours(week: [&str; 7]) -> Hours {
    let clock = |text: &str| {
        let (hour, minute) = text.split_once(':').unwrap();
        (hour != "24").then(|| time(hour.parse().unwrap(), minute.parse().unwrap(), 0, 0))
    };
    let span = |text: &str| {
        let (from, to) = text.split_once('-').unwrap();
        Span { from: clock(from).unwrap(), to: clock(to) }
    };
    let week = week.map(|day| day.split_whitespace().map(span).collect());
    Hours { week, holidays: false, closed: Vec::new(), after: None }
}

fn weekdays() -> Hours {
    hours([OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, "", ""])
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn plan<'a>(hours: &'a Hours, zone: &'a TimeZone) -> Plan<'a> {
    Plan { hours, after: None, country: Country(*b"DK"), zone, words: [None, None] }
}

/// `open until …`, `closed until … because …`, in UTC.
fn said(state: &State) -> String {
    let until = |at: &Option<Timestamp>| at.map_or("for ever".to_owned(), |at| format!("until {at}"));
    match state {
        State::Open { closes_at } => format!("open {}", until(closes_at)),
        State::Closed { opens_at, why } => {
            let why = match why {
                Why::Hours => "hours",
                Why::Holiday(holiday) => holiday.local,
                Why::ClosedDay(why) => why.as_str(),
                Why::Override => "override",
            };
            format!("closed {}: {why}", until(opens_at))
        }
    }
}

#[track_caller]
fn check(plan: &Plan<'_>, instant: &str, expected: &str) {
    let state = plan.state_at(at(instant));
    assert_eq!(said(&state), expected, "at {instant}");
    assert_eq!(plan.is_open(at(instant)), state.is_open(), "at {instant}");
}

#[test]
fn open_from_the_first_minute_to_the_last_in_local_time() {
    let (hours, zone) = (weekdays(), zone("Europe/Copenhagen"));
    let plan = plan(&hours, &zone);
    check(&plan, "2026-11-23T06:59:59Z", "closed until 2026-11-23T07:00:00Z: hours");
    check(&plan, "2026-11-23T07:00:00Z", "open until 2026-11-23T15:00:00Z");
    check(&plan, "2026-11-23T14:59:59Z", "open until 2026-11-23T15:00:00Z");
    check(&plan, "2026-11-23T15:00:00Z", "closed until 2026-11-24T07:00:00Z: hours");
    check(&plan, "2026-06-22T06:00:00Z", "open until 2026-06-22T14:00:00Z");
    // Friday evening: the next opening is Monday's.
    check(&plan, "2026-11-20T18:00:00Z", "closed until 2026-11-23T07:00:00Z: hours");
}

#[test]
fn several_spans_a_day_and_spans_over_midnight() {
    let hours = hours(["08:00-12:00 13:00-16:00", "", "22:00-24:00", "00:00-02:00", "", "", ""]);
    let zone = TimeZone::UTC;
    let plan = plan(&hours, &zone);
    check(&plan, "2026-11-23T09:00:00Z", "open until 2026-11-23T12:00:00Z");
    check(&plan, "2026-11-23T12:30:00Z", "closed until 2026-11-23T13:00:00Z: hours");
    check(&plan, "2026-11-25T23:00:00Z", "open until 2026-11-26T02:00:00Z");
    check(&plan, "2026-11-26T00:00:00Z", "open until 2026-11-26T02:00:00Z");
}

#[test]
fn closed_days_and_holidays_say_why() {
    let mut hours = weekdays();
    hours.holidays = true;
    hours.closed = vec![ClosedDay { date: date(2026, 12, 24), why: "Christmas".into() }];
    let zone = zone("Europe/Copenhagen");
    let plan = plan(&hours, &zone);
    // Thursday the 24th by the owner, Friday the 25th by law, then the weekend.
    check(&plan, "2026-12-23T16:00:00Z", "closed until 2026-12-28T07:00:00Z: hours");
    check(&plan, "2026-12-24T10:00:00Z", "closed until 2026-12-28T07:00:00Z: Christmas");
    check(&plan, "2026-12-25T10:00:00Z", "closed until 2026-12-28T07:00:00Z: Juledag");
    check(&plan, "2026-04-01T12:00:00Z", "open until 2026-04-01T14:00:00Z");
    check(&plan, "2026-04-02T12:00:00Z", "closed until 2026-04-07T06:00:00Z: Skærtorsdag");
}

#[test]
fn day_and_night() {
    let (mut hours, zone) = (Hours::always(), TimeZone::UTC);
    check(&plan(&hours, &zone), "2026-11-23T12:00:00Z", "open for ever");
    hours.holidays = true;
    check(&plan(&hours, &zone), "2026-11-23T12:00:00Z", "open until 2026-12-25T00:00:00Z");
}

#[test]
fn no_opening_in_a_year() {
    let zone = TimeZone::UTC;
    let never = hours(["", "", "", "", "", "", ""]);
    check(&plan(&never, &zone), "2026-11-23T12:00:00Z", "closed for ever: hours");
    // Mondays only, and every Monday is closed.
    let mut closed = hours([OFFICE, "", "", "", "", "", ""]);
    let mondays = date(2026, 11, 23).series(7.days()).take(60);
    closed.closed = mondays.map(|date| ClosedDay { date, why: "away".into() }).collect();
    check(&plan(&closed, &zone), "2026-11-23T12:00:00Z", "closed for ever: away");
}

/// Copenhagen, 29 March 2026: 02:00 is followed by 03:00.
#[test]
fn the_night_an_hour_is_skipped() {
    let zone = zone("Europe/Copenhagen");
    let skipped = hours(["", "", "", "", "", "", "02:15-02:45"]);
    check(&plan(&skipped, &zone), "2026-03-29T00:30:00Z", "closed until 2026-04-05T00:15:00Z: hours");
    let into = hours(["", "", "", "", "", "", "02:30-06:00"]);
    check(&plan(&into, &zone), "2026-03-29T00:30:00Z", "closed until 2026-03-29T01:00:00Z: hours");
    check(&plan(&into, &zone), "2026-03-29T01:00:00Z", "open until 2026-03-29T04:00:00Z");
    let out = hours(["", "", "", "", "", "", "01:00-02:30"]);
    check(&plan(&out, &zone), "2026-03-29T00:30:00Z", "open until 2026-03-29T01:00:00Z");
}

/// Copenhagen, 25 October 2026: 02:00 to 03:00 comes twice.
#[test]
fn the_night_an_hour_comes_twice() {
    let zone = zone("Europe/Copenhagen");
    let twice = hours(["", "", "", "", "", "", "02:15-02:45"]);
    let plan_twice = plan(&twice, &zone);
    check(&plan_twice, "2026-10-25T00:00:00Z", "closed until 2026-10-25T00:15:00Z: hours");
    check(&plan_twice, "2026-10-25T00:15:00Z", "open until 2026-10-25T00:45:00Z");
    check(&plan_twice, "2026-10-25T00:45:00Z", "closed until 2026-10-25T01:15:00Z: hours");
    check(&plan_twice, "2026-10-25T01:15:00Z", "open until 2026-10-25T01:45:00Z");
    let until = hours(["", "", "", "", "", "", "01:00-02:30"]);
    let plan = plan(&until, &zone);
    // 02:30 shows twice: open, closed for half an hour, and open until it shows again.
    check(&plan, "2026-10-24T23:00:00Z", "open until 2026-10-25T00:30:00Z");
    check(&plan, "2026-10-25T00:30:00Z", "closed until 2026-10-25T01:00:00Z: hours");
    check(&plan, "2026-10-25T01:00:00Z", "open until 2026-10-25T01:30:00Z");
}

#[test]
fn a_clock_that_lost_its_battery_stands_in_1970() {
    let (hours, zone) = (weekdays(), zone("Europe/Copenhagen"));
    let plan = plan(&hours, &zone);
    check(&plan, "1970-01-01T00:00:05Z", "closed until 1970-01-01T07:00:00Z: hours");
    let _ = plan.state_at(Timestamp::MIN);
    let _ = plan.state_at(Timestamp::MAX);
}

fn word(group: Option<&str>, kind: OverrideKind, until: &str) -> Override {
    Override { group: group.map(GroupId::from), kind, until: at(until) }
}

#[test]
fn the_owners_word_goes_before_the_hours_and_ends_by_itself() {
    let (hours, zone) = (weekdays(), TimeZone::UTC);
    let closed = word(None, OverrideKind::Closed, "2026-11-23T13:00:00Z");
    let plan = Plan { words: [None, Some(&closed)], ..plan(&hours, &zone) };
    check(&plan, "2026-11-23T10:00:00Z", "closed until 2026-11-23T13:00:00Z: override");
    check(&plan, "2026-11-23T13:00:00Z", "open until 2026-11-23T16:00:00Z");
    // It ends when it is closed anyway: the hours open.
    let closed = word(None, OverrideKind::Closed, "2026-11-23T18:00:00Z");
    let plan = Plan { words: [None, Some(&closed)], ..plan };
    check(&plan, "2026-11-23T10:00:00Z", "closed until 2026-11-24T08:00:00Z: override");
}

#[test]
fn open_until_late_and_open_into_the_hours() {
    let (hours, zone) = (weekdays(), TimeZone::UTC);
    let late = word(None, OverrideKind::Open, "2026-11-23T18:00:00Z");
    let plan = Plan { words: [None, Some(&late)], ..plan(&hours, &zone) };
    check(&plan, "2026-11-23T17:00:00Z", "open until 2026-11-23T18:00:00Z");
    let early = word(None, OverrideKind::Open, "2026-11-24T09:00:00Z");
    let plan = Plan { words: [None, Some(&early)], ..plan };
    check(&plan, "2026-11-24T06:00:00Z", "open until 2026-11-24T16:00:00Z");
}

#[test]
fn a_word_about_a_group_goes_before_one_about_the_office() {
    let (hours, zone) = (weekdays(), TimeZone::UTC);
    let own = word(Some("main"), OverrideKind::Open, "2026-11-23T12:00:00Z");
    let office = word(None, OverrideKind::Closed, "2026-11-23T14:00:00Z");
    let plan = Plan { words: [Some(&own), Some(&office)], ..plan(&hours, &zone) };
    check(&plan, "2026-11-23T10:00:00Z", "open until 2026-11-23T12:00:00Z");
    check(&plan, "2026-11-23T12:00:00Z", "closed until 2026-11-23T14:00:00Z: override");
    check(&plan, "2026-11-23T14:00:00Z", "open until 2026-11-23T16:00:00Z");
}

#[test]
fn the_night_may_run_over_midnight() {
    let zone = TimeZone::UTC;
    let night = (time(22, 0, 0, 0), time(6, 0, 0, 0));
    assert!(is_night(night, &zone, at("2026-11-23T23:00:00Z")));
    assert!(is_night(night, &zone, at("2026-11-23T05:59:59Z")));
    assert!(!is_night(night, &zone, at("2026-11-23T06:00:00Z")));
}

#[test]
fn a_time_is_an_instant_or_what_the_clock_shows() {
    let zone = zone("Europe/Copenhagen");
    for text in ["2026-12-24T14:00", "2026-12-24 14:00", "2026-12-24T13:00:00Z", "2026-12-24T14:00+01:00"] {
        assert_eq!(instant_of(text, &zone), Some(at("2026-12-24T13:00:00Z")), "{text}");
    }
    for text in ["", "tomorrow", "14:00", "2026-13-01T00:00"] {
        assert_eq!(instant_of(text, &zone), None, "{text}");
    }
}

/// Whatever the hours and the zone: nothing changes before the change, and it does change there.
#[test]
fn a_change_is_the_first_one() {
    let zones =
        ["Europe/Copenhagen", "Asia/Taipei", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"];
    let weeks = [
        weekdays(),
        hours(["00:00-00:30", "23:30-24:00", "00:00-24:00", "01:30-02:30", "", "23:00-24:00", "00:00-03:00"]),
    ];
    let mut dice: u64 = 7;
    for name in zones {
        let zone = zone(name);
        for hours in &weeks {
            let plan = plan(hours, &zone);
            for _ in 0..60 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let start = at("2026-01-01T00:00:00Z").as_second() + (dice >> 33) as i64 % (366 * 86_400);
                let start = Timestamp::from_second(start).unwrap();
                let change = plan.next_change(start).unwrap();
                let steps = (start.as_second() / 600 + 1..=change.as_second() / 600).map(|step| step * 600);
                let open = plan.is_open(start);
                for second in steps.filter(|second| *second < change.as_second()) {
                    let moment = Timestamp::from_second(second).unwrap();
                    assert_eq!(plan.is_open(moment), open, "{name}: {start} → {moment} before {change}");
                }
                assert_ne!(plan.is_open(change), open, "{name}: {start} → {change}");
            }
        }
    }
}
