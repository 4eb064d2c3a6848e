//! Pure. When a nightly backup is due, what it is called, and which older ones are kept.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::civil::Date;
use jiff::{Span, Zoned};
use std::collections::{BTreeMap, BTreeSet};

/// The newest ones, and after them the newest of each week.
const DAILY: usize = 7;
const WEEKLY: usize = 4;
/// The quiet hour: a night begins then.
const QUIET_HOURS: i64 = 3;

/// What the backup of this night is called.
pub fn name_of(night: Date) -> String {
    format!("frontdesk-{night}.tar")
}

/// The night of a backup of this name; `None`: not one of ours.
pub fn night_of(name: &str) -> Option<Date> {
    name.strip_prefix("frontdesk-")?.strip_suffix(".tar")?.parse().ok()
}

/// The night whose backup is to be made now. Without calls it is made at once, also when the machine was
/// off at night; while people talk it waits, but no longer than a day.
pub fn due(now: &Zoned, last: Option<Date>, calls: usize) -> Option<Date> {
    let night = now.checked_sub(Span::new().hours(QUIET_HOURS)).ok()?.date();
    let missed_one = |last: Date| last.tomorrow().is_ok_and(|next| next < night);
    match last {
        Some(last) if last >= night => None,
        Some(last) if calls > 0 && !missed_one(last) => None,
        None if calls > 0 => None,
        _ => Some(night),
    }
}

/// Those that are not kept any longer, oldest first.
pub fn spare(nights: &BTreeSet<Date>) -> Vec<Date> {
    let older = nights.iter().rev().skip(DAILY);
    let mut weeks = BTreeMap::new();
    for night in older.clone() {
        let week = night.iso_week_date();
        weeks.entry((week.year(), week.week())).or_insert(*night);
    }
    let kept: BTreeSet<Date> = weeks.into_values().rev().take(WEEKLY).collect();
    let mut spare: Vec<Date> = older.filter(|night| !kept.contains(night)).copied().collect();
    spare.reverse();
    spare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Zoned {
        format!("{text}[Europe/Copenhagen]").parse().unwrap()
    }

    #[test]
    fn names_tell_the_night() {
        assert_eq!(name_of(day("2026-11-02")), "frontdesk-2026-11-02.tar");
        assert_eq!(night_of("frontdesk-2026-11-02.tar"), Some(day("2026-11-02")));
        for other in ["frontdesk-2026-13-02.tar", "before-upgrade.tar", ".frontdesk-2026-11-02.tar", ""] {
            assert_eq!(night_of(other), None, "{other}");
        }
    }

    #[test]
    fn it_is_made_once_a_night_and_never_while_people_talk() {
        let (sunday, monday) = (day("2026-11-01"), day("2026-11-02"));
        assert_eq!(due(&at("2026-11-02T02:59"), Some(sunday), 0), None, "the night has not begun");
        assert_eq!(due(&at("2026-11-02T03:00"), Some(sunday), 0), Some(monday));
        assert_eq!(due(&at("2026-11-02T03:00"), Some(sunday), 1), None, "somebody talks");
        assert_eq!(due(&at("2026-11-02T03:00"), Some(monday), 0), None, "it is made");
        assert_eq!(due(&at("2026-11-02T09:00"), None, 0), Some(monday), "the first");
        assert_eq!(due(&at("2026-11-02T09:00"), None, 2), None);
        assert_eq!(due(&at("2026-11-02T09:00"), Some(sunday), 2), None);
        assert_eq!(due(&at("2026-11-03T09:00"), Some(sunday), 2), Some(day("2026-11-03")), "a day late");
    }

    #[test]
    fn the_hour_that_happens_twice_makes_one() {
        // 25 October 2026: 03:00 becomes 02:00.
        let made = due(&at("2026-10-25T03:30+01:00"), Some(day("2026-10-24")), 0);
        assert_eq!(made, Some(day("2026-10-25")));
        assert_eq!(due(&at("2026-10-25T04:30+01:00"), made, 0), None);
    }

    #[test]
    fn a_clock_set_back_makes_no_second_one() {
        assert_eq!(due(&at("1970-01-02T12:00"), Some(day("2026-11-02")), 0), None);
    }

    #[test]
    fn seven_nights_and_four_weeks_are_kept() {
        let mut nights = BTreeSet::new();
        let mut night = day("2026-09-01");
        while night <= day("2026-11-20") {
            nights.insert(night);
            for spare in spare(&nights) {
                nights.remove(&spare);
            }
            night = night.tomorrow().unwrap();
        }
        let kept: Vec<String> = nights.iter().map(Date::to_string).collect();
        assert_eq!(
            kept,
            [
                "2026-10-25",
                "2026-11-01",
                "2026-11-08",
                "2026-11-13",
                "2026-11-14",
                "2026-11-15",
                "2026-11-16",
                "2026-11-17",
                "2026-11-18",
                "2026-11-19",
                "2026-11-20"
            ]
        );
    }
}
