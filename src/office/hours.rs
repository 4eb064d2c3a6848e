//! Pure. Opening hours: is it open now, in the office's own time zone?
//!
//! A span names civil times. An hour that the clock skips in spring is not there; one that comes twice
//! in autumn counts both times: what the clock on the wall shows decides.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::settings::{Hours, Settings, Span};
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

/// Is it open at this instant?
pub fn is_open(hours: &Hours, zone: &TimeZone, at: Timestamp) -> bool {
    let local = zone.to_datetime(at);
    if hours.closed.iter().any(|day| day.date == local.date()) {
        return false;
    }
    spans_of(hours, local).iter().any(|span| covers(span, local.time()))
}

/// The hours of a group: its own, else the office's.
pub fn hours_of<'a>(settings: &'a Settings, own: Option<&'a Hours>) -> &'a Hours {
    own.unwrap_or(&settings.hours)
}

/// Is this time within a span of the night lock, which may run over midnight?
pub fn is_night(night: (Time, Time), zone: &TimeZone, at: Timestamp) -> bool {
    let now = zone.to_datetime(at).time();
    let (from, to) = night;
    if from <= to { from <= now && now < to } else { now >= from || now < to }
}

fn spans_of(hours: &Hours, local: DateTime) -> &[Span] {
    let monday_first = local.weekday().to_monday_zero_offset();
    usize::try_from(monday_first).ok().and_then(|day| hours.week.get(day)).map_or(&[], Vec::as_slice)
}

fn covers(span: &Span, time: Time) -> bool {
    span.from <= time && span.to.is_none_or(|to| time < to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ClosedDay;
    use jiff::civil::{date, time};

    fn hours() -> Hours {
        let day = Span { from: time(8, 0, 0, 0), to: Some(time(16, 0, 0, 0)) };
        let sunday = Span { from: time(1, 0, 0, 0), to: None };
        let mut week: [Vec<Span>; 7] = std::array::from_fn(|_| vec![day]);
        week[5] = Vec::new();
        week[6] = vec![sunday];
        let closed = vec![ClosedDay { date: date(2026, 12, 24), why: "Christmas".into() }];
        Hours { week, holidays: false, closed, after: None }
    }

    #[track_caller]
    fn check(at: &str, open: bool) {
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        assert_eq!(is_open(&hours(), &zone, at.parse().unwrap()), open, "{at}");
    }

    #[test]
    fn open_from_the_first_minute_to_the_last_in_local_time() {
        check("2026-11-23T06:59:59Z", false); // Monday 07:59:59
        check("2026-11-23T07:00:00Z", true);
        check("2026-11-23T14:59:59Z", true);
        check("2026-11-23T15:00:00Z", false);
        check("2026-06-22T06:00:00Z", true); // summer: 08:00 is 06:00Z
    }

    #[test]
    fn closed_days_and_days_without_hours_are_closed() {
        check("2026-12-24T10:00:00Z", false);
        check("2026-11-21T10:00:00Z", false); // Saturday
        check("2026-11-22T22:59:59Z", true); // Sunday until midnight
        check("2026-11-22T23:30:00Z", false); // Monday 00:30
    }

    #[test]
    fn the_night_may_run_over_midnight() {
        let zone = TimeZone::UTC;
        let night = (time(22, 0, 0, 0), time(6, 0, 0, 0));
        assert!(is_night(night, &zone, "2026-11-23T23:00:00Z".parse().unwrap()));
        assert!(is_night(night, &zone, "2026-11-23T05:59:59Z".parse().unwrap()));
        assert!(!is_night(night, &zone, "2026-11-23T06:00:00Z".parse().unwrap()));
    }
}
