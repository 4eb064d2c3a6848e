//! Spoken language, read back: the texts of the recordings that would be played, one after the other.

use frontdesk::media::Piece;
use frontdesk::number::{Country, Number};
use frontdesk::office::prompts;
use frontdesk::settings::Language::{self, Da, En, Nl, Sv, ZhHant};
use frontdesk::speech::{Day, Recorded, Saying, recorded, say};
use jiff::civil::{Weekday, date, time};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const ALL: [Language; 5] = [En, Da, Sv, Nl, ZhHant];
const DENMARK: Country = Country(*b"DK");

/// What a listener hears; a pause is a comma.
fn heard_in(country: Country, language: Language, what: &[Saying]) -> String {
    let texts: BTreeMap<String, String> =
        recorded(language).into_iter().map(|Recorded { name, text }| (name, text)).collect();
    let mut heard = String::new();
    for piece in say(language, country, what) {
        let text = match piece {
            Piece::Prompt { name, .. } => {
                texts.get(&*name).unwrap_or_else(|| panic!("{name} is no recording")).clone()
            }
            Piece::Pause(_) => ",".to_owned(),
            Piece::Tone { .. } => "(beep)".to_owned(),
            other => panic!("{other:?} is no speech"),
        };
        let joined = heard.is_empty() || text == "," || language == ZhHant;
        heard.push_str(if joined { "" } else { " " });
        heard.push_str(&text);
    }
    heard
}

fn heard(language: Language, what: Saying) -> String {
    heard_in(DENMARK, language, &[what])
}

fn check(rows: &[(Language, Saying, &str)]) {
    for (language, saying, expected) in rows {
        assert_eq!(heard(*language, saying.clone()), *expected, "{language:?} {saying:?}");
    }
}

/// In English, Danish, Swedish, Dutch, Mandarin.
const NUMBERS: &str = "\
0 = zero | nul | noll | nul | 零
1 = one | en | ett | één | 一
2 = two | to | två | twee | 二
10 = ten | ti | tio | tien | 十
21 = twenty-one | enogtyve | tjugoett | eenentwintig | 二十一
22 = twenty-two | toogtyve | tjugotvå | tweeëntwintig | 二十二
33 = thirty-three | treogtredive | trettiotre | drieëndertig | 三十三
48 = forty-eight | otteogfyrre | fyrtioåtta | achtenveertig | 四十八
50 = fifty | halvtreds | femtio | vijftig | 五十
57 = fifty-seven | syvoghalvtreds | femtiosju | zevenenvijftig | 五十七
60 = sixty | tres | sextio | zestig | 六十
75 = seventy-five | femoghalvfjerds | sjuttiofem | vijfenzeventig | 七十五
80 = eighty | firs | åttio | tachtig | 八十
99 = ninety-nine | nioghalvfems | nittionio | negenennegentig | 九十九
100 = one hundred | et hundrede | etthundra | honderd | 一百
105 = one hundred and five | et hundrede og fem | etthundra fem | honderd vijf | 一百零五
110 = one hundred and ten | et hundrede og ti | etthundra tio | honderd tien | 一百一十
115 = one hundred and fifteen | et hundrede og femten | etthundra femton | honderd vijftien | 一百一十五
250 = two hundred and fifty | to hundrede og halvtreds | tvåhundra femtio | tweehonderd vijftig | 兩百五十
1000 = one thousand | et tusind | ettusen | duizend | 一千
1005 = one thousand and five | et tusind og fem | ettusen fem | duizend vijf | 一千零五
1015 = one thousand and fifteen | et tusind og femten | ettusen femton | duizend vijftien | 一千零一十五
1050 = one thousand and fifty | et tusind og halvtreds | ettusen femtio | duizend vijftig | 一千零五十
1200 = one thousand two hundred | et tusind to hundrede | ettusen tvåhundra | twaalf honderd | 一千兩百
1945 = one thousand nine hundred and forty-five | et tusind ni hundrede og femogfyrre | ettusen niohundra fyrtiofem | negentien honderd vijfenveertig | 一千九百四十五
2000 = two thousand | to tusind | tvåtusen | tweeduizend | 兩千
9999 = nine thousand nine hundred and ninety-nine | ni tusind ni hundrede og nioghalvfems | niotusen niohundra nittionio | negenennegentig honderd negenennegentig | 九千九百九十九
10203 = one zero two zero three | en nul to nul tre | ett noll två noll tre | één nul twee nul drie | 一零二零三";

#[test]
fn numbers() {
    for row in NUMBERS.lines() {
        let (number, texts) = row.split_once(" = ").unwrap();
        for (language, expected) in ALL.into_iter().zip(texts.split(" | ")) {
            assert_eq!(heard(language, Saying::Number(number.parse().unwrap())), expected, "{language:?}");
        }
    }
}

#[test]
fn every_number_can_be_said_and_no_two_alike() {
    for language in ALL {
        let said: BTreeSet<String> = (0..=9_999).map(|n| heard_numbers(language, n)).collect();
        assert_eq!(said.len(), 10_000, "{language:?}");
    }
}

/// As names of recordings: reading the whole vocabulary ten thousand times is slow.
fn heard_numbers(language: Language, number: u32) -> String {
    format!("{:?}", say(language, DENMARK, &[Saying::Number(number)]))
}

#[test]
fn places_in_the_line() {
    check(&[
        (En, Saying::Place(2), "number two"),
        (Da, Saying::Place(1), "nummer et"),
        (Da, Saying::Place(12), "nummer tolv"),
        (Sv, Saying::Place(1), "nummer ett"),
        (Nl, Saying::Place(3), "nummer drie"),
        (ZhHant, Saying::Place(2), "第二位"),
    ]);
}

#[test]
fn times_of_day() {
    let rows: &[((i8, i8), [&str; 5])] = &[
        ((8, 0), ["eight A M", "otte", "åtta", "acht uur", "上午八點"]),
        ((10, 40), ["ten forty A M", "ti fyrre", "tio fyrtio", "tien uur veertig", "上午十點四十分"]),
        ((8, 5), ["eight oh five A M", "otte nul fem", "åtta noll fem", "acht uur vijf", "上午八點零五分"]),
        ((12, 0), ["noon", "tolv", "tolv", "twaalf uur", "中午十二點"]),
        (
            (12, 30),
            ["twelve thirty P M", "tolv tredive", "tolv trettio", "twaalf uur dertig", "中午十二點半"],
        ),
        ((13, 0), ["one P M", "tretten", "tretton", "dertien uur", "下午一點"]),
        (
            (14, 15),
            [
                "two fifteen P M",
                "fjorten femten",
                "fjorton femton",
                "veertien uur vijftien",
                "下午兩點十五分",
            ],
        ),
        ((18, 0), ["six P M", "atten", "arton", "achttien uur", "晚上六點"]),
        ((0, 0), ["midnight", "fireogtyve", "tjugofyra", "vierentwintig uur", "凌晨十二點"]),
        (
            (0, 7),
            [
                "twelve oh seven A M",
                "nul nul nul syv",
                "noll noll noll sju",
                "nul uur zeven",
                "凌晨十二點零七分",
            ],
        ),
        ((1, 1), ["one oh one A M", "et nul et", "ett noll ett", "één uur één", "凌晨一點零一分"]),
    ];
    for ((hour, minute), texts) in rows {
        for (language, expected) in ALL.into_iter().zip(texts) {
            let saying = Saying::Time(time(*hour, *minute, 0, 0));
            assert_eq!(heard(language, saying), *expected, "{language:?} {hour}:{minute}");
        }
    }
}

#[test]
fn spans_and_lengths() {
    let minutes = |low, high| Saying::Minutes { low, high };
    let length = |seconds| Saying::Duration(Duration::from_secs(seconds));
    check(&[
        (En, minutes(3, 5), "three to five minutes"),
        (Da, minutes(3, 5), "tre til fem minutter"),
        (Sv, minutes(3, 5), "tre till fem minuter"),
        (Nl, minutes(3, 5), "drie tot vijf minuten"),
        (ZhHant, minutes(2, 5), "兩到五分鐘"),
        (En, minutes(0, 1), "one minute"),
        (Da, minutes(1, 1), "et minut"),
        (En, minutes(5, 4), "five minutes"),
        (En, length(12 * 60), "twelve minutes"),
        (Da, length(12 * 60), "tolv minutter"),
        (ZhHant, length(2 * 60), "兩分鐘"),
        (En, length(59), "fifty-nine seconds"),
        (Sv, length(1), "en sekund"),
        (En, length(3600), "one hour"),
        (En, length(3599), "one hour"),
        (Da, length(3600 + 600), "en time og ti minutter"),
        (Nl, length(2 * 3600 + 60), "twee uur en één minuut"),
        (ZhHant, length(2 * 3600 + 120), "兩小時兩分鐘"),
        (En, length(3 * 86_400), "three days"),
    ]);
}

#[test]
fn days_and_dates() {
    check(&[
        (En, Saying::Day(Day::Today), "today"),
        (Da, Saying::Day(Day::Tomorrow), "i morgen"),
        (En, Saying::Day(Day::Weekday(Weekday::Thursday)), "on Thursday"),
        (Sv, Saying::Day(Day::Weekday(Weekday::Saturday)), "på lördag"),
        (Nl, Saying::Day(Day::Weekday(Weekday::Monday)), "maandag"),
        (ZhHant, Saying::Day(Day::Weekday(Weekday::Sunday)), "星期日"),
        (En, Saying::Date(date(2026, 8, 3)), "the third of August"),
        (Da, Saying::Date(date(2026, 8, 3)), "den tredje august"),
        (Sv, Saying::Date(date(2026, 12, 31)), "den trettioförsta december"),
        (Nl, Saying::Date(date(2026, 5, 21)), "eenentwintig mei"),
        (ZhHant, Saying::Date(date(2026, 8, 21)), "八月二十一號"),
    ]);
}

/// 2026-08-03 is a Monday.
#[test]
fn a_moment_is_told_as_near_as_it_is() {
    let today = date(2026, 8, 3);
    let at = |day: i8, hour| Saying::Moment { at: date(2026, 8, day).at(hour, 0, 0, 0), today };
    check(&[
        (En, at(3, 13), "today at one P M"),
        (En, at(4, 8), "tomorrow, Tuesday at eight A M"),
        (Da, at(4, 8), "i morgen, tirsdag klokken otte"),
        (Sv, at(4, 8), "i morgon, tisdag klockan åtta"),
        (Nl, at(4, 8), "morgen, dinsdag om acht uur"),
        (ZhHant, at(4, 8), "明天,星期二上午八點"),
        (En, at(9, 8), "on Sunday at eight A M"),
        (Da, at(6, 8), "på torsdag klokken otte"),
        (En, at(10, 8), "Monday the tenth of August at eight A M"),
        (Nl, at(10, 8), "maandag tien augustus om acht uur"),
        (ZhHant, at(10, 8), "八月十號星期一上午八點"),
        (Da, at(2, 8), "i går klokken otte"),
        (
            Da,
            Saying::Moment { at: date(2026, 8, 1).at(8, 0, 0, 0), today },
            "lørdag den første august klokken otte",
        ),
    ]);
}

fn number(text: &str, country: &str) -> (Country, Number) {
    let country = Country(country.as_bytes().try_into().unwrap());
    (country, Number::parse(text, country).unwrap())
}

#[test]
fn telephone_numbers_are_grouped_as_at_home() {
    let rows: &[(Language, &str, &str, &str)] = &[
        (Da, "DK", "12345678", "tolv, fireogtredive, seksoghalvtreds, otteoghalvfjerds"),
        (Da, "DK", "10052001", "ti, nul fem, tyve, nul en"),
        (En, "DK", "12345678", "one two, three four, five six, seven eight"),
        (Sv, "SE", "0701234567", "noll sju noll, ett två tre, fyra fem, sex sju"),
        (Nl, "NL", "0612345678", "nul zes, één twee, drie vier, vijf zes, zeven acht"),
        (En, "GB", "02079460123", "zero two zero, seven nine four six, zero one two three"),
        (ZhHant, "TW", "0912345678", "零九一二,三四五,六七八"),
        (En, "DK", "+46812345678", "plus four six, eight, one two three, four five six, seven eight"),
        (En, "DK", "*43", "star four three"),
        (Da, "DK", "11", "elleve"),
    ];
    for (language, country, text, expected) in rows {
        let (country, number) = number(text, country);
        let digits = heard_in(country, *language, &[Saying::Digits(number)]);
        assert_eq!(digits, *expected, "{language:?} {text}");
    }
    let (country, own) = number("12345678", "DK");
    assert_eq!(heard_in(country, En, &[Saying::LastDigits(own.clone())]), "five six, seven eight");
    assert_eq!(heard_in(country, Da, &[Saying::LastDigits(own)]), "seksoghalvtreds, otteoghalvfjerds");
}

#[test]
fn sentences_with_values() {
    let window = vec![Saying::Time(time(10, 40, 0, 0)), Saying::Time(time(10, 55, 0, 0))];
    let between = Saying::Filled(prompts::EXPECT_BETWEEN, window);
    let place = Saying::Filled(prompts::PLACE_IN_LINE, vec![Saying::Place(2)]);
    let wait = Saying::Filled(prompts::WAIT_ABOUT, vec![Saying::Minutes { low: 3, high: 5 }]);
    check(&[
        (En, between.clone(), "We expect to call you between ten forty A M and ten fifty-five A M"),
        (Da, between.clone(), "Vi regner med at ringe til dig mellem klokken ti fyrre og ti femoghalvtreds"),
        (Sv, between.clone(), "Vi räknar med att ringa dig mellan klockan tio fyrtio och tio femtiofem"),
        (Nl, between.clone(), "Wij verwachten u te bellen tussen tien uur veertig en tien uur vijfenvijftig"),
        (ZhHant, between, "我們預計在上午十點四十分到上午十點五十五分之間回電給您。"),
        (En, place.clone(), "You are number two"),
        (Da, place.clone(), "Du er nummer to i køen."),
        (ZhHant, place, "您是第二位"),
        (En, wait.clone(), "The wait is about three to five minutes"),
        (Nl, wait, "De wachttijd is ongeveer drie tot vijf minuten"),
        (En, Saying::Prompt(prompts::PLACE_IN_LINE), "You are"),
    ]);
}

#[test]
fn a_tone_and_a_pause_stand_where_they_are_asked_for() {
    let what = [Saying::Prompt(prompts::BUSY), Saying::Pause(Duration::from_secs(1)), Saying::Beep];
    let expected = format!("{}, (beep)", prompts::find(prompts::BUSY).unwrap().en);
    assert_eq!(heard_in(DENMARK, En, &what), expected);
}

#[test]
fn the_owners_own_recording_is_played_by_its_name() {
    let pieces = say(Da, DENMARK, &[Saying::Own("front-menu".into())]);
    assert_eq!(pieces, [Piece::Prompt { lang: "da", name: "front-menu".into() }]);
}

#[test]
fn a_group_nobody_recorded_a_name_for_has_a_number() {
    let number = Saying::Filled(prompts::THE_GROUP, vec![Saying::Number(2)]);
    let pieces = say(En, DENMARK, &[Saying::OwnOr("group-sales".into(), Box::new(number.clone()))]);
    let or = ["the-group-1".into(), "n-2".into()].into();
    assert_eq!(pieces, [Piece::Own { lang: "en", name: "group-sales".into(), or }]);
    check(&[(Da, number.clone(), "Gruppe to"), (ZhHant, number, "群組二")]);
}

#[test]
fn a_text_is_cut_at_its_holes() {
    use prompts::Part::{Comma, Hole, Spoken};
    let parts = prompts::parts("We call between {from} and {to}.");
    assert_eq!(parts, [Spoken(1, "We call between"), Hole("from"), Spoken(2, "and"), Hole("to")]);
    assert_eq!(prompts::parts("{number}, please."), [Hole("number"), Comma, Spoken(1, "please.")]);
    assert_eq!(prompts::parts("{number}, {time}."), [Hole("number"), Comma, Hole("time")]);
    assert_eq!(prompts::parts("You are {place}."), [Spoken(1, "You are"), Hole("place")]);
    assert_eq!(prompts::parts("Goodbye."), [Spoken(1, "Goodbye.")]);
    assert_eq!(prompts::parts("half {open"), [Spoken(1, "half"), Hole("open")]);
}

/// What is wrong with the sentences.
fn faults(rows: &[prompts::Prompt]) -> Vec<String> {
    let mut wrong = Vec::new();
    for prompt in rows {
        let sorted = |text| {
            let mut holes = prompts::holes(text);
            holes.sort_unstable();
            holes
        };
        for language in ALL {
            let text = prompt.text(language);
            if text.trim().is_empty() {
                wrong.push(format!("{}: says nothing in {language:?}", prompt.name));
            }
            if sorted(text) != sorted(prompt.en) {
                wrong.push(format!("{}: other holes in {language:?}", prompt.name));
            }
        }
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !prompt.name.chars().all(is_plain) {
            wrong.push(format!("{}: a name is small letters and hyphens", prompt.name));
        }
    }
    wrong
}

#[test]
fn every_sentence_is_whole_in_five_languages() {
    let rows: Vec<prompts::Prompt> = prompts::all().copied().collect();
    assert_eq!(faults(&rows), Vec::<String>::new());
    let good = rows[0];
    for mutant in [
        prompts::Prompt { zh: " ", ..good },
        prompts::Prompt { nl: "tot {time}", ..good },
        prompts::Prompt { name: "Two words", ..good },
    ] {
        assert!(!faults(&[mutant]).is_empty(), "not seen: {mutant:?}");
    }
}

#[test]
fn no_two_recordings_have_one_name() {
    for language in ALL {
        let names: Vec<String> = recorded(language).into_iter().map(|recording| recording.name).collect();
        let once: BTreeSet<&String> = names.iter().collect();
        assert_eq!(once.len(), names.len(), "{language:?}");
    }
}
