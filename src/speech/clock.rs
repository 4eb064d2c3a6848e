//! Pure. Times of day, days, dates and lengths, as each language says them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Day, Voice};
use crate::settings::Language;
use jiff::civil::{Date, DateTime, Time, Weekday};
use std::time::Duration;

/// From here on a length is told in whole days.
const HOURS_MAX: u64 = 48;

/// What lengths are counted in.
#[derive(Clone, Copy)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    /// The words for exactly one, and for more.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Unit::Second => ("one-second", "seconds"),
            Unit::Minute => ("one-minute", "minutes"),
            Unit::Hour => ("one-hour", "hours"),
            Unit::Day => ("one-day", "days"),
        }
    }
}

impl Voice {
    pub(super) fn time(&mut self, time: Time) {
        let (hour, minute) = (time.hour().unsigned_abs().into(), time.minute().unsigned_abs().into());
        match self.language {
            Language::En => self.english_time(hour, minute),
            Language::Da | Language::Sv => self.nordic_time(hour, minute),
            Language::Nl => self.dutch_time(hour, minute),
            Language::ZhHant => self.mandarin_time(hour, minute),
        }
    }

    /// "ten forty a.m.", "ten oh five p.m.", "noon".
    fn english_time(&mut self, hour: u32, minute: u32) {
        match (hour, minute) {
            (0, 0) => return self.word("midnight"),
            (12, 0) => return self.word("noon"),
            _ => self.numeral(on_the_dial(hour)),
        }
        match minute {
            0 => {}
            1..=9 => {
                self.word("oh");
                self.numeral(minute);
            }
            _ => self.numeral(minute),
        }
        self.word(if hour < 12 { "am" } else { "pm" });
    }

    /// "ti fyrre", "otte nul fem", "otte": after "klokken", by 24 hours.
    fn nordic_time(&mut self, hour: u32, minute: u32) {
        match (hour, minute) {
            (0, 0) => self.numeral(24),
            (0, _) => {
                self.numeral(0);
                self.numeral(0);
            }
            _ => self.numeral_of_time(hour),
        }
        match minute {
            0 => {}
            1..=9 => {
                self.numeral(0);
                self.numeral_of_time(minute);
            }
            _ => self.numeral_of_time(minute),
        }
    }

    /// "klokken et": the neuter stands for the numeral.
    fn numeral_of_time(&mut self, number: u32) {
        match (self.language, number) {
            (Language::Da, 1) => self.word("n-et"),
            _ => self.numeral(number),
        }
    }

    /// "acht uur", "acht uur vijf", "zestien uur dertig".
    fn dutch_time(&mut self, hour: u32, minute: u32) {
        self.numeral(if (hour, minute) == (0, 0) { 24 } else { hour });
        self.word("hours");
        if minute > 0 {
            self.numeral(minute);
        }
    }

    /// "上午十點四十分", "下午兩點半", "上午八點零五分".
    fn mandarin_time(&mut self, hour: u32, minute: u32) {
        self.word(match hour {
            0..=5 => "early",
            6..=11 => "morning",
            12 => "midday",
            13..=17 => "afternoon",
            _ => "evening",
        });
        self.count(on_the_dial(hour));
        self.word("o-clock");
        match minute {
            0 => return,
            30 => return self.word("half"),
            1..=9 => self.numeral(0),
            _ => {}
        }
        self.numeral(minute);
        self.word("minute-mark");
    }

    pub(super) fn day(&mut self, day: Day) {
        match day {
            Day::Today => self.word("today"),
            Day::Tomorrow => self.word("tomorrow"),
            Day::Weekday(weekday) if self.says_on() => {
                self.named("on-weekday", weekday.to_monday_one_offset())
            }
            Day::Weekday(weekday) => self.weekday(weekday),
        }
    }

    /// "on Thursday", "på torsdag"; Dutch and Mandarin put nothing before the day.
    fn says_on(&self) -> bool {
        !matches!(self.language, Language::Nl | Language::ZhHant)
    }

    fn weekday(&mut self, weekday: Weekday) {
        self.named("weekday", weekday.to_monday_one_offset());
    }

    pub(super) fn date(&mut self, date: Date) {
        match self.language {
            Language::Nl => {
                self.numeral(date.day().unsigned_abs().into());
                self.named("month", date.month());
            }
            Language::ZhHant => {
                self.named("month", date.month());
                self.named("ordinal", date.day());
            }
            _ => {
                self.named("ordinal", date.day());
                self.named("month", date.month());
            }
        }
    }

    fn named(&mut self, kind: &str, number: i8) {
        self.word(&format!("{kind}-{number}"));
    }

    /// Yesterday, today and tomorrow by those words, the days up to a week by their name, and others by their date.
    pub(super) fn moment(&mut self, at: DateTime, today: Date) {
        let weekday = at.weekday();
        let days = today.until(at.date()).map_or(i32::MAX, |span| span.get_days());
        match days {
            -1 => self.word("yesterday"),
            0 => self.word("today"),
            1 => {
                self.word("tomorrow");
                self.comma();
                self.weekday(weekday);
            }
            2..=6 => self.day(Day::Weekday(weekday)),
            _ if self.language == Language::ZhHant => {
                self.date(at.date());
                self.weekday(weekday);
            }
            _ => {
                self.weekday(weekday);
                self.date(at.date());
            }
        }
        if self.language != Language::ZhHant {
            self.word("at");
        }
        self.time(at.time());
    }

    pub(super) fn minutes(&mut self, low: u32, high: u32) {
        let low = low.max(1);
        if low < high {
            self.count(low);
            self.word("to");
            self.count(high);
            self.word("minutes");
        } else {
            self.amount(low, Unit::Minute);
        }
    }

    /// As exact as one says it: seconds alone, whole minutes, hours with their minutes, whole days.
    pub(super) fn duration(&mut self, length: Duration) {
        let seconds = length.as_secs();
        let minutes = (seconds + 30) / 60;
        let hours = minutes / 60;
        let whole = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
        match (seconds, hours) {
            (0..60, _) => self.amount(whole(seconds), Unit::Second),
            (_, 0) => self.amount(whole(minutes), Unit::Minute),
            (_, HOURS_MAX..) => self.amount(whole(hours / 24), Unit::Day),
            _ => self.hours_and_minutes(whole(hours), whole(minutes % 60)),
        }
    }

    fn hours_and_minutes(&mut self, hours: u32, minutes: u32) {
        self.amount(hours, Unit::Hour);
        if minutes > 0 {
            if self.language != Language::ZhHant {
                self.word("and");
            }
            self.amount(minutes, Unit::Minute);
        }
    }

    fn amount(&mut self, number: u32, unit: Unit) {
        let (one, many) = unit.words();
        if number == 1 {
            self.word(one);
        } else {
            self.count(number);
            self.word(many);
        }
    }
}

/// The hour as the hands show it.
fn on_the_dial(hour: u32) -> u32 {
    match hour % 12 {
        0 => 12,
        other => other,
    }
}
