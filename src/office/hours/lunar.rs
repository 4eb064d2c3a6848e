//! Pure. The feasts of the Chinese calendar, and the solar term of tomb sweeping, up to 2050.
//!
//! Worked out from the new moons and the sun's longitude in UTC+8 (Meeus, Astronomical Algorithms, chapters
//! 25 and 49). A list and not the calculation: three dates a year are checked against an almanac at sight.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::civil::Date;

/// A feast of the moon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feast {
    /// First day of the first month.
    NewYear,
    /// Fifth of the fifth.
    DragonBoat,
    /// Fifteenth of the eighth.
    MidAutumn,
}

const FIRST_YEAR: i16 = 2024;

/// New Year, Dragon Boat and Mid-Autumn of each year from [`FIRST_YEAR`]: month and day.
const FEASTS: [[(i8, i8); 3]; 27] = [
    [(2, 10), (6, 10), (9, 17)],
    [(1, 29), (5, 31), (10, 6)],
    [(2, 17), (6, 19), (9, 25)],
    [(2, 6), (6, 9), (9, 15)],
    [(1, 26), (5, 28), (10, 3)],
    [(2, 13), (6, 16), (9, 22)],
    [(2, 3), (6, 5), (9, 12)],
    [(1, 23), (6, 24), (10, 1)],
    [(2, 11), (6, 12), (9, 19)],
    [(1, 31), (6, 1), (9, 8)],
    [(2, 19), (6, 20), (9, 27)],
    [(2, 8), (6, 10), (9, 16)],
    [(1, 28), (5, 30), (10, 4)],
    [(2, 15), (6, 18), (9, 24)],
    [(2, 4), (6, 7), (9, 13)],
    [(1, 24), (5, 27), (10, 2)],
    [(2, 12), (6, 14), (9, 20)],
    [(2, 1), (6, 3), (9, 10)],
    [(1, 22), (6, 22), (9, 28)],
    [(2, 10), (6, 11), (9, 17)],
    [(1, 30), (5, 31), (10, 5)],
    [(2, 17), (6, 19), (9, 25)],
    [(2, 6), (6, 8), (9, 15)],
    [(1, 26), (5, 29), (10, 4)],
    [(2, 14), (6, 15), (9, 22)],
    [(2, 2), (6, 4), (9, 11)],
    [(1, 23), (6, 23), (9, 30)],
];

/// The day of a feast; `None` outside the years known.
pub(super) fn feast(feast: Feast, year: i16) -> Option<Date> {
    let row = FEASTS.get(usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?)?;
    let (month, day) = match feast {
        Feast::NewYear => row[0],
        Feast::DragonBoat => row[1],
        Feast::MidAutumn => row[2],
    };
    Date::new(year, month, day).ok()
}

/// The day the sun reaches 15°, by the rule of thumb that holds from 2000 to 2099.
pub(super) fn tomb_sweeping(year: i16) -> Option<Date> {
    let y = i32::from(year.checked_sub(2000).filter(|y| (0..100).contains(y))?);
    let day = (y * 2422 + 48_100) / 10_000 - y / 4;
    Date::new(year, 4, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn published_feasts() {
        for (year, new_year, boats, moon) in [
            (2025, (1, 29), (5, 31), (10, 6)),
            (2026, (2, 17), (6, 19), (9, 25)),
            (2027, (2, 6), (6, 9), (9, 15)),
            (2033, (1, 31), (6, 1), (9, 8)),
            (2037, (2, 15), (6, 18), (9, 24)),
        ] {
            let on = |(month, day)| Some(date(year, month, day));
            assert_eq!(feast(Feast::NewYear, year), on(new_year));
            assert_eq!(feast(Feast::DragonBoat, year), on(boats));
            assert_eq!(feast(Feast::MidAutumn, year), on(moon));
        }
        assert_eq!((feast(Feast::NewYear, 2023), feast(Feast::NewYear, 2051)), (None, None));
    }

    /// A lunar year has 354, 355, 383, 384 or 385 days, and its feasts lie so many days apart.
    #[test]
    fn the_moon_keeps_time() {
        for year in FIRST_YEAR..2050 {
            let of = |which, year| feast(which, year).unwrap();
            let days = (of(Feast::NewYear, year + 1) - of(Feast::NewYear, year)).get_days();
            assert!([354, 355, 383, 384, 385].contains(&days), "{year}: {days}");
            let between = (of(Feast::MidAutumn, year) - of(Feast::DragonBoat, year)).get_days();
            assert!([98, 99, 127, 128, 129].contains(&between), "{year}: {between}");
        }
    }

    #[test]
    fn tomb_sweeping_is_the_fourth_or_fifth_of_april() {
        let fifth = [2026, 2027, 2030, 2031, 2034, 2035, 2038, 2039, 2043, 2047];
        for year in 2024..=2050 {
            let day = if fifth.contains(&year) { 5 } else { 4 };
            assert_eq!(tomb_sweeping(year), Some(date(year, 4, day)), "{year}");
        }
        assert_eq!(tomb_sweeping(1999), None);
    }
}
