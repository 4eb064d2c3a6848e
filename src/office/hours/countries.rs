//! Pure. The public holidays of each country, by rule: those the whole country keeps by law.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::holidays::{Calendar, Rule, Weekend, When};
use super::lunar::Feast;
use crate::number::Country;
use crate::settings::Language;
use jiff::civil::Weekday::{Monday, Saturday, Thursday};

/// The holidays of a country; `None`: nobody has written them down.
pub(super) fn of(country: Country) -> Option<&'static Calendar> {
    CALENDARS.iter().find(|(code, _)| **code == country.0).map(|(_, calendar)| calendar)
}

const CALENDARS: &[(&[u8; 2], Calendar)] = &[
    (b"DK", lost(Some(Language::Da), DENMARK)),
    (b"SE", lost(Some(Language::Sv), SWEDEN)),
    (b"NO", lost(None, NORWAY)),
    (b"FI", lost(None, FINLAND)),
    (b"DE", lost(None, GERMANY)),
    (b"NL", lost(Some(Language::Nl), NETHERLANDS)),
    (b"BE", lost(Some(Language::Nl), BELGIUM)),
    (b"FR", lost(None, FRANCE)),
    (b"AT", lost(None, AUSTRIA)),
    (b"CH", lost(None, SWITZERLAND)),
    (b"GB", Calendar { language: Some(Language::En), weekend: Weekend::After, rules: BRITAIN }),
    (b"IE", Calendar { language: Some(Language::En), weekend: Weekend::After, rules: IRELAND }),
    (b"US", Calendar { language: Some(Language::En), weekend: Weekend::Nearest, rules: AMERICA }),
    (b"TW", Calendar { language: Some(Language::ZhHant), weekend: Weekend::Taiwan, rules: TAIWAN }),
];

const fn lost(language: Option<Language>, rules: &'static [Rule]) -> Calendar {
    Calendar { language, weekend: Weekend::Lost, rules }
}

const fn rule(when: When, local: &'static str, english: &'static str) -> Rule {
    Rule { when, local, english, first_year: i16::MIN, last_year: i16::MAX }
}

const fn on(month: i8, day: i8, local: &'static str, english: &'static str) -> Rule {
    rule(When::On(month, day), local, english)
}

const fn easter(after: i64, local: &'static str, english: &'static str) -> Rule {
    rule(When::Easter(after), local, english)
}

const fn nth(n: i8, weekday: jiff::civil::Weekday, month: i8, name: &'static str) -> Rule {
    rule(When::Nth(n, weekday, month), name, name)
}

const DENMARK: &[Rule] = &[
    on(1, 1, "Nytårsdag", "New Year’s Day"),
    easter(-3, "Skærtorsdag", "Maundy Thursday"),
    easter(-2, "Langfredag", "Good Friday"),
    easter(0, "Påskedag", "Easter Sunday"),
    easter(1, "2. påskedag", "Easter Monday"),
    easter(26, "Store bededag", "Great Prayer Day").until(2023),
    easter(39, "Kristi himmelfartsdag", "Ascension Day"),
    easter(49, "Pinsedag", "Whit Sunday"),
    easter(50, "2. pinsedag", "Whit Monday"),
    on(12, 25, "Juledag", "Christmas Day"),
    on(12, 26, "2. juledag", "Second Day of Christmas"),
];

const SWEDEN: &[Rule] = &[
    on(1, 1, "Nyårsdagen", "New Year’s Day"),
    on(1, 6, "Trettondedag jul", "Epiphany"),
    easter(-2, "Långfredagen", "Good Friday"),
    easter(0, "Påskdagen", "Easter Sunday"),
    easter(1, "Annandag påsk", "Easter Monday"),
    on(5, 1, "Första maj", "May Day"),
    easter(39, "Kristi himmelsfärdsdag", "Ascension Day"),
    easter(49, "Pingstdagen", "Whit Sunday"),
    on(6, 6, "Sveriges nationaldag", "National Day").since(2005),
    rule(When::From(Saturday, 6, 20), "Midsommardagen", "Midsummer Day"),
    rule(When::From(Saturday, 10, 31), "Alla helgons dag", "All Saints’ Day"),
    on(12, 25, "Juldagen", "Christmas Day"),
    on(12, 26, "Annandag jul", "Second Day of Christmas"),
];

const NORWAY: &[Rule] = &[
    on(1, 1, "Første nyttårsdag", "New Year’s Day"),
    easter(-3, "Skjærtorsdag", "Maundy Thursday"),
    easter(-2, "Langfredag", "Good Friday"),
    easter(0, "Første påskedag", "Easter Sunday"),
    easter(1, "Andre påskedag", "Easter Monday"),
    on(5, 1, "Arbeidernes dag", "Labour Day"),
    on(5, 17, "Grunnlovsdagen", "Constitution Day"),
    easter(39, "Kristi himmelfartsdag", "Ascension Day"),
    easter(49, "Første pinsedag", "Whit Sunday"),
    easter(50, "Andre pinsedag", "Whit Monday"),
    on(12, 25, "Første juledag", "Christmas Day"),
    on(12, 26, "Andre juledag", "Second Day of Christmas"),
];

const FINLAND: &[Rule] = &[
    on(1, 1, "Uudenvuodenpäivä", "New Year’s Day"),
    on(1, 6, "Loppiainen", "Epiphany"),
    easter(-2, "Pitkäperjantai", "Good Friday"),
    easter(0, "Pääsiäispäivä", "Easter Sunday"),
    easter(1, "Toinen pääsiäispäivä", "Easter Monday"),
    on(5, 1, "Vappu", "May Day"),
    easter(39, "Helatorstai", "Ascension Day"),
    easter(49, "Helluntaipäivä", "Whit Sunday"),
    rule(When::From(Saturday, 6, 20), "Juhannuspäivä", "Midsummer Day"),
    rule(When::From(Saturday, 10, 31), "Pyhäinpäivä", "All Saints’ Day"),
    on(12, 6, "Itsenäisyyspäivä", "Independence Day"),
    on(12, 25, "Joulupäivä", "Christmas Day"),
    on(12, 26, "Tapaninpäivä", "Second Day of Christmas"),
];

const GERMANY: &[Rule] = &[
    on(1, 1, "Neujahr", "New Year’s Day"),
    easter(-2, "Karfreitag", "Good Friday"),
    easter(1, "Ostermontag", "Easter Monday"),
    on(5, 1, "Tag der Arbeit", "Labour Day"),
    easter(39, "Christi Himmelfahrt", "Ascension Day"),
    easter(50, "Pfingstmontag", "Whit Monday"),
    on(10, 3, "Tag der Deutschen Einheit", "German Unity Day").since(1990),
    on(12, 25, "Erster Weihnachtstag", "Christmas Day"),
    on(12, 26, "Zweiter Weihnachtstag", "Second Day of Christmas"),
];

const NETHERLANDS: &[Rule] = &[
    on(1, 1, "Nieuwjaarsdag", "New Year’s Day"),
    easter(0, "Eerste paasdag", "Easter Sunday"),
    easter(1, "Tweede paasdag", "Easter Monday"),
    rule(When::NotOnSunday(4, 27), "Koningsdag", "King’s Day").since(2014),
    rule(When::EveryFifthYear(5, 5), "Bevrijdingsdag", "Liberation Day").since(1990),
    easter(39, "Hemelvaartsdag", "Ascension Day"),
    easter(49, "Eerste pinksterdag", "Whit Sunday"),
    easter(50, "Tweede pinksterdag", "Whit Monday"),
    on(12, 25, "Eerste kerstdag", "Christmas Day"),
    on(12, 26, "Tweede kerstdag", "Second Day of Christmas"),
];

const BELGIUM: &[Rule] = &[
    on(1, 1, "Nieuwjaar", "New Year’s Day"),
    easter(1, "Paasmaandag", "Easter Monday"),
    on(5, 1, "Dag van de Arbeid", "Labour Day"),
    easter(39, "Onze-Lieve-Heer-Hemelvaart", "Ascension Day"),
    easter(50, "Pinkstermaandag", "Whit Monday"),
    on(7, 21, "Nationale feestdag", "National Day"),
    on(8, 15, "Onze-Lieve-Vrouw-Hemelvaart", "Assumption Day"),
    on(11, 1, "Allerheiligen", "All Saints’ Day"),
    on(11, 11, "Wapenstilstand", "Armistice Day"),
    on(12, 25, "Kerstmis", "Christmas Day"),
];

const FRANCE: &[Rule] = &[
    on(1, 1, "Jour de l’An", "New Year’s Day"),
    easter(1, "Lundi de Pâques", "Easter Monday"),
    on(5, 1, "Fête du Travail", "Labour Day"),
    on(5, 8, "Victoire 1945", "Victory Day"),
    easter(39, "Ascension", "Ascension Day"),
    easter(50, "Lundi de Pentecôte", "Whit Monday"),
    on(7, 14, "Fête nationale", "National Day"),
    on(8, 15, "Assomption", "Assumption Day"),
    on(11, 1, "Toussaint", "All Saints’ Day"),
    on(11, 11, "Armistice 1918", "Armistice Day"),
    on(12, 25, "Noël", "Christmas Day"),
];

const AUSTRIA: &[Rule] = &[
    on(1, 1, "Neujahr", "New Year’s Day"),
    on(1, 6, "Heilige Drei Könige", "Epiphany"),
    easter(1, "Ostermontag", "Easter Monday"),
    on(5, 1, "Staatsfeiertag", "Labour Day"),
    easter(39, "Christi Himmelfahrt", "Ascension Day"),
    easter(50, "Pfingstmontag", "Whit Monday"),
    easter(60, "Fronleichnam", "Corpus Christi"),
    on(8, 15, "Mariä Himmelfahrt", "Assumption Day"),
    on(10, 26, "Nationalfeiertag", "National Day"),
    on(11, 1, "Allerheiligen", "All Saints’ Day"),
    on(12, 8, "Mariä Empfängnis", "Immaculate Conception"),
    on(12, 25, "Christtag", "Christmas Day"),
    on(12, 26, "Stefanitag", "Second Day of Christmas"),
];

/// What every canton keeps; the rest differs from valley to valley.
const SWITZERLAND: &[Rule] = &[
    on(1, 1, "Neujahr", "New Year’s Day"),
    easter(39, "Auffahrt", "Ascension Day"),
    on(8, 1, "Bundesfeier", "National Day"),
    on(12, 25, "Weihnachten", "Christmas Day"),
];

/// England and Wales.
const BRITAIN: &[Rule] = &[
    on(1, 1, "New Year’s Day", "New Year’s Day"),
    easter(-2, "Good Friday", "Good Friday"),
    easter(1, "Easter Monday", "Easter Monday"),
    nth(1, Monday, 5, "Early May bank holiday"),
    nth(-1, Monday, 5, "Spring bank holiday"),
    nth(-1, Monday, 8, "Summer bank holiday"),
    on(12, 25, "Christmas Day", "Christmas Day"),
    on(12, 26, "Boxing Day", "Boxing Day"),
];

const IRELAND: &[Rule] = &[
    on(1, 1, "New Year’s Day", "New Year’s Day"),
    rule(When::SaintBrigid, "Saint Brigid’s Day", "Saint Brigid’s Day").since(2023),
    on(3, 17, "Saint Patrick’s Day", "Saint Patrick’s Day"),
    easter(1, "Easter Monday", "Easter Monday"),
    nth(1, Monday, 5, "May Day"),
    nth(1, Monday, 6, "June bank holiday"),
    nth(1, Monday, 8, "August bank holiday"),
    nth(-1, Monday, 10, "October bank holiday"),
    on(12, 25, "Christmas Day", "Christmas Day"),
    on(12, 26, "Saint Stephen’s Day", "Saint Stephen’s Day"),
];

/// The federal holidays.
const AMERICA: &[Rule] = &[
    on(1, 1, "New Year’s Day", "New Year’s Day"),
    nth(3, Monday, 1, "Martin Luther King Jr. Day").since(1986),
    nth(3, Monday, 2, "Washington’s Birthday"),
    nth(-1, Monday, 5, "Memorial Day"),
    on(6, 19, "Juneteenth", "Juneteenth").since(2021),
    on(7, 4, "Independence Day", "Independence Day"),
    nth(1, Monday, 9, "Labor Day"),
    nth(2, Monday, 10, "Columbus Day"),
    on(11, 11, "Veterans Day", "Veterans Day"),
    nth(4, Thursday, 11, "Thanksgiving Day"),
    on(12, 25, "Christmas Day", "Christmas Day"),
];

const fn moon(feast: Feast, after: i64, local: &'static str, english: &'static str) -> Rule {
    rule(When::Moon(feast, after), local, english)
}

const TAIWAN: &[Rule] = &[
    on(1, 1, "開國紀念日", "Founding Day"),
    moon(Feast::NewYear, -2, "小年夜", "Little New Year’s Eve").since(2026),
    moon(Feast::NewYear, -1, "農曆除夕", "Lunar New Year’s Eve"),
    moon(Feast::NewYear, 0, "春節", "Lunar New Year"),
    moon(Feast::NewYear, 1, "春節", "Lunar New Year"),
    moon(Feast::NewYear, 2, "春節", "Lunar New Year"),
    on(2, 28, "和平紀念日", "Peace Memorial Day"),
    on(4, 4, "兒童節", "Children’s Day"),
    rule(When::TombSweeping, "清明節", "Tomb Sweeping Day"),
    on(5, 1, "勞動節", "Labour Day"),
    moon(Feast::DragonBoat, 0, "端午節", "Dragon Boat Festival"),
    moon(Feast::MidAutumn, 0, "中秋節", "Mid-Autumn Festival"),
    on(9, 28, "教師節", "Teachers’ Day").since(2025),
    on(10, 10, "國慶日", "National Day"),
    on(10, 25, "臺灣光復節", "Taiwan Retrocession Day").since(2025),
    on(12, 25, "行憲紀念日", "Constitution Day").since(2025),
];
