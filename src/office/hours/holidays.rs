//! Pure. Public holidays by rule: right offline, and in any year the rule holds for.
//!
//! Why no crate? Those there are hold lists of dates that end within a few years, ask a server, or know
//! one country. A rule is a line, and an office needs the days that close everybody in its country; what a
//! canton, a county or a trade keeps besides is the owner's to write down as closed days.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::countries;
use super::lunar::{self, Feast};
use crate::number::Country;
use crate::settings::Language;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A day on which the country is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// In the country's own language.
    pub local: &'static str,
    pub english: &'static str,
    /// Language of `local`, where it is one of ours.
    pub(super) language: Option<Language>,
}

impl Holiday {
    /// The name for a reader of this language: the country's own, where it is theirs.
    pub fn name(&self, language: Language) -> &'static str {
        if self.language == Some(language) { self.local } else { self.english }
    }
}

/// The name of the public holiday in the country's own language; `None`: an ordinary day, or a country
/// without rules here.
pub fn is_holiday(country: Country, date: Date) -> Option<&'static str> {
    holiday(country, date).map(|holiday| holiday.local)
}

/// Do we know the public holidays of this country?
pub fn has_holidays(country: Country) -> bool {
    countries::of(country).is_some()
}

/// The public holiday of this date, with its substitute days.
pub fn holiday(country: Country, date: Date) -> Option<Holiday> {
    let calendar = countries::of(country)?;
    let near = calendar.rules.iter().filter(|rule| rule.may_be_in(date.month()));
    let own = near.into_iter().find(|rule| rule.day_in(date.year()) == Some(date));
    let rule = own.or_else(|| calendar.given_for(date))?;
    Some(Holiday { local: rule.local, english: rule.english, language: calendar.language })
}

/// The holidays of a country.
pub(super) struct Calendar {
    /// Language of the local names, where it is one of ours.
    pub language: Option<Language>,
    pub weekend: Weekend,
    pub rules: &'static [Rule],
}

/// What a country gives for a holiday on a weekend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weekend {
    /// Nothing.
    Lost,
    /// The next working day (GB, IE).
    After,
    /// Saturday: the Friday before; Sunday: the Monday after (US federal).
    Nearest,
    /// As `Nearest`, around what is a holiday already; the New Year's days always after (TW).
    Taiwan,
}

/// One holiday.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub when: When,
    pub local: &'static str,
    pub english: &'static str,
    pub first_year: i16,
    pub last_year: i16,
}

/// On which day of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Month and day.
    On(i8, i8),
    /// Month and day; the day before where that is a Sunday.
    NotOnSunday(i8, i8),
    /// Month and day, in years that five divides.
    EveryFifthYear(i8, i8),
    /// So many days after Easter Sunday.
    Easter(i64),
    /// The nth such weekday of the month; -1: the last.
    Nth(i8, Weekday, i8),
    /// The first such weekday on or after month and day.
    From(Weekday, i8, i8),
    /// 1 February where that is a Friday, else the first Monday of February.
    SaintBrigid,
    /// So many days after a feast of the moon.
    Moon(Feast, i64),
    /// Clear and bright: the sun at 15°.
    TombSweeping,
}

impl Rule {
    /// From this year.
    pub const fn since(self, year: i16) -> Rule {
        Rule { first_year: year, ..self }
    }

    /// Up to this year, included.
    pub const fn until(self, year: i16) -> Rule {
        Rule { last_year: year, ..self }
    }

    /// May it fall into this month? Asked first, for the hours ask at every call and a feast takes reckoning.
    fn may_be_in(&self, month: i8) -> bool {
        match self.when {
            When::On(only, _) | When::EveryFifthYear(only, _) | When::Nth(_, _, only) => month == only,
            // From the 48 days of Carnival before it to the 60 of Corpus Christi after it.
            When::Easter(_) => (2..=6).contains(&month),
            _ => true,
        }
    }

    /// The day in this year.
    fn day_in(&self, year: i16) -> Option<Date> {
        if year < self.first_year || year > self.last_year {
            return None;
        }
        match self.when {
            When::On(month, day) => Date::new(year, month, day).ok(),
            When::NotOnSunday(month, day) => {
                let day = Date::new(year, month, day).ok()?;
                if day.weekday() == Weekday::Sunday { day.yesterday().ok() } else { Some(day) }
            }
            When::EveryFifthYear(..) if year % 5 != 0 => None,
            When::EveryFifthYear(month, day) => Date::new(year, month, day).ok(),
            When::Easter(after) => easter(year)?.checked_add(after.days()).ok(),
            When::Nth(n, weekday, month) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(n, weekday).ok()
            }
            When::From(weekday, month, day) => first_from(Date::new(year, month, day).ok()?, weekday),
            When::SaintBrigid => {
                let first = Date::new(year, 2, 1).ok()?;
                if first.weekday() == Weekday::Friday {
                    Some(first)
                } else {
                    first_from(first, Weekday::Monday)
                }
            }
            When::Moon(feast, after) => lunar::feast(feast, year)?.checked_add(after.days()).ok(),
            When::TombSweeping => lunar::tomb_sweeping(year),
        }
    }
}

impl Calendar {
    /// The holiday for which this date is a substitute.
    fn given_for(&self, date: Date) -> Option<&'static Rule> {
        if self.weekend == Weekend::Lost || is_weekend(date) {
            return None;
        }
        // New Year's Day may be given in the last days of the year before it.
        let years = [date.year(), date.year().saturating_add(1)];
        let years = &years[..if date.month() == 12 { 2 } else { 1 }];
        years.iter().find_map(|year| {
            let given = self.substitutes(*year);
            given.into_iter().find(|(day, _)| *day == date).map(|(_, rule)| rule)
        })
    }

    /// The substitute days for the holidays of this year.
    fn substitutes(&self, year: i16) -> Vec<(Date, &'static Rule)> {
        let own: Vec<(Date, &Rule)> =
            self.rules.iter().filter_map(|rule| Some((rule.day_in(year)?, rule))).collect();
        let mut taken: Vec<Date> = own.iter().map(|(day, _)| *day).collect();
        let mut given = Vec::new();
        for (place, (day, rule)) in own.iter().enumerate() {
            // Two on one day: the first of them is given another.
            let doubled = own[place + 1..].iter().any(|(other, _)| other == day);
            if !is_weekend(*day) && !doubled {
                continue;
            }
            let step = self.direction(rule, *day, doubled);
            if let Some(free) = free_day(*day, step, &taken) {
                taken.push(free);
                given.push((free, *rule));
            }
        }
        given
    }

    /// Which way a substitute is looked for: days a step.
    fn direction(&self, rule: &Rule, day: Date, doubled: bool) -> i64 {
        let weekday = day.weekday();
        match self.weekend {
            Weekend::Lost | Weekend::After => 1,
            Weekend::Taiwan if matches!(rule.when, When::Moon(Feast::NewYear, _)) => 1,
            // Children's Day on Tomb Sweeping: the day before; after where that joins a weekend.
            Weekend::Taiwan if doubled => {
                if matches!(weekday, Weekday::Monday | Weekday::Thursday) {
                    1
                } else {
                    -1
                }
            }
            Weekend::Nearest | Weekend::Taiwan => {
                if weekday == Weekday::Saturday {
                    -1
                } else {
                    1
                }
            }
        }
    }
}

/// The first working day from this one that is not a holiday already.
fn free_day(from: Date, step: i64, taken: &[Date]) -> Option<Date> {
    let days = (1..=10).filter_map(|n| from.checked_add((n * step).days()).ok());
    days.into_iter().find(|day| !is_weekend(*day) && !taken.contains(day))
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn first_from(day: Date, weekday: Weekday) -> Option<Date> {
    if day.weekday() == weekday { Some(day) } else { day.nth_weekday(1, weekday).ok() }
}

/// Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Option<Date> {
    if year < 1583 {
        return None;
    }
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let n = h + l - 7 * m;
    let month = (n + 90) / 25;
    let day = (n + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    /// The holidays of a year that fall on Monday to Friday, as `MM-DD`.
    fn working_days_lost(country: &[u8; 2], year: i16) -> Vec<String> {
        let first = date(year, 1, 1);
        let days = first.series(1.day()).take_while(|day| day.year() == year);
        let lost = days.filter(|day| !is_weekend(*day) && holiday(Country(*country), *day).is_some());
        lost.map(|day| day.strftime("%m-%d").to_string()).collect()
    }

    #[track_caller]
    fn check(country: &[u8; 2], year: i16, published: &str) {
        let expected: Vec<&str> = published.split_whitespace().collect();
        let name = String::from_utf8_lossy(country);
        assert_eq!(working_days_lost(country, year), expected, "{name} {year}");
    }

    #[test]
    fn easter_over_two_centuries() {
        let known = [(1970, 3, 29), (2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5)];
        for (year, month, day) in known.into_iter().chain([(2027, 3, 28), (2038, 4, 25), (2049, 4, 18)]) {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
        assert_eq!(easter(1500), None);
    }

    #[test]
    fn the_north() {
        check(b"DK", 2025, "01-01 04-17 04-18 04-21 05-29 06-09 12-25 12-26");
        check(b"DK", 2026, "01-01 04-02 04-03 04-06 05-14 05-25 12-25");
        check(b"DK", 2027, "01-01 03-25 03-26 03-29 05-06 05-17");
        check(b"SE", 2026, "01-01 01-06 04-03 04-06 05-01 05-14 12-25");
        check(b"SE", 2027, "01-01 01-06 03-26 03-29 05-06");
        check(b"NO", 2025, "01-01 04-17 04-18 04-21 05-01 05-29 06-09 12-25 12-26");
        check(b"NO", 2027, "01-01 03-25 03-26 03-29 05-06 05-17");
        check(b"FI", 2026, "01-01 01-06 04-03 04-06 05-01 05-14 12-25");
    }

    #[test]
    fn days_of_the_north_that_fall_on_weekends() {
        assert_eq!(is_holiday(Country(*b"SE"), date(2026, 6, 20)), Some("Midsommardagen"));
        assert_eq!(is_holiday(Country(*b"SE"), date(2026, 10, 31)), Some("Alla helgons dag"));
        assert_eq!(is_holiday(Country(*b"SE"), date(2027, 11, 6)), Some("Alla helgons dag"));
        assert_eq!(is_holiday(Country(*b"FI"), date(2026, 6, 20)), Some("Juhannuspäivä"));
        assert_eq!(is_holiday(Country(*b"DK"), date(2026, 12, 24)), None, "closed by custom, not by law");
    }

    #[test]
    fn a_holiday_that_was_given_up() {
        assert_eq!(is_holiday(Country(*b"DK"), date(2023, 5, 5)), Some("Store bededag"));
        assert_eq!(is_holiday(Country(*b"DK"), date(2024, 4, 26)), None);
    }

    #[test]
    fn the_middle_of_europe() {
        check(b"DE", 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26");
        check(b"DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 12-25");
        check(b"NL", 2025, "01-01 04-21 05-05 05-29 06-09 12-25 12-26");
        check(b"NL", 2026, "01-01 04-06 04-27 05-14 05-25 12-25");
        check(b"NL", 2027, "01-01 03-29 04-27 05-06 05-17");
        check(b"BE", 2026, "01-01 04-06 05-01 05-14 05-25 07-21 11-11 12-25");
        check(b"FR", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 11-11 12-25");
        check(b"AT", 2026, "01-01 01-06 04-06 05-01 05-14 05-25 06-04 10-26 12-08 12-25");
        check(b"CH", 2025, "01-01 05-29 08-01 12-25");
    }

    #[test]
    fn the_king_does_not_celebrate_on_a_sunday() {
        assert_eq!(is_holiday(Country(*b"NL"), date(2025, 4, 26)), Some("Koningsdag"));
        assert_eq!(is_holiday(Country(*b"NL"), date(2025, 4, 27)), None);
    }

    #[test]
    fn substitute_days_on_the_islands_and_overseas() {
        check(b"GB", 2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26");
        check(b"GB", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28");
        check(b"GB", 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28");
        check(b"GB", 2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26");
        check(b"IE", 2026, "01-01 02-02 03-17 04-06 05-04 06-01 08-03 10-26 12-25 12-28");
        check(b"US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25");
        check(b"US", 2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31");
    }

    /// The calendars of the Directorate-General of Personnel Administration.
    #[test]
    fn taiwan() {
        check(
            b"TW",
            2025,
            "01-01 01-28 01-29 01-30 01-31 02-28 04-03 04-04 05-01 05-30 09-29 10-06 10-10 10-24 12-25",
        );
        check(
            b"TW",
            2026,
            "01-01 02-16 02-17 02-18 02-19 02-20 02-27 04-03 04-06 05-01 06-19 09-25 09-28 10-09 10-26 12-25",
        );
        check(
            b"TW",
            2027,
            "01-01 02-04 02-05 02-08 02-09 02-10 03-01 04-05 04-06 04-30 06-09 09-15 09-28 10-11 10-25 12-24 12-31",
        );
    }

    #[test]
    fn children_and_ancestors_on_one_day() {
        for (year, days) in [
            (2028, "04-03 04-04"),
            (2029, "04-03 04-04"),
            (2032, "04-02 04-05"),
            (2033, "04-04 04-05"),
            (2037, "04-02 04-03"),
        ] {
            let all = working_days_lost(b"TW", year);
            let april: Vec<&str> =
                all.iter().map(String::as_str).filter(|day| ("04-01".."04-10").contains(day)).collect();
            assert_eq!(april.join(" "), days, "{year}");
        }
    }

    #[test]
    fn a_country_without_rules_has_no_holidays() {
        assert_eq!(is_holiday(Country(*b"XX"), date(2026, 12, 25)), None);
    }

    #[test]
    fn every_holiday_has_two_names_and_no_country_two_alike_in_a_year() {
        for country in [b"DK", b"SE", b"NO", b"FI", b"DE", b"NL", b"BE", b"FR", b"AT", b"CH", b"GB", b"IE"] {
            let rules = countries::of(Country(*country)).unwrap().rules;
            let names: BTreeSet<&str> = rules.iter().map(|rule| rule.local).collect();
            assert_eq!(names.len(), rules.len());
            assert!(rules.iter().all(|rule| !rule.english.is_empty()));
        }
        let christmas = holiday(Country(*b"DK"), date(2026, 12, 25)).unwrap();
        assert_eq!(christmas.name(Language::Da), "Juledag");
        assert_eq!(christmas.name(Language::Sv), "Christmas Day");
    }
}
