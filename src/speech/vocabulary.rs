//! Pure. The words that values are made of, in each language: what is recorded, and under which name.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Recorded;
use crate::settings::Language;

/// What differs between languages. A list is one text, its items parted by a comma.
struct Vocabulary {
    /// 0 to 19.
    ones: &'static str,
    /// 20, 30 … 90.
    tens: &'static str,
    /// How a ten and a one become a number: 50 and 7.
    join: fn(ten: &str, one: &str) -> String,
    /// 100, 200 … 900.
    hundreds: &'static str,
    /// 1000, 2000 … 9000.
    thousands: &'static str,
    /// "the first" … "the thirty-first"; empty where dates are said with plain numbers.
    ordinals: &'static str,
    /// As they stand in a date: "of August".
    months: &'static str,
    /// Monday first.
    weekdays: &'static str,
    /// Before a weekday: "on"; `None` where nothing stands there.
    on: Option<&'static str>,
    /// All other words by name.
    words: &'static [(&'static str, &'static str)],
}

/// Every recording that values need.
pub(super) fn words(language: Language) -> Vec<Recorded> {
    let vocabulary = of(language);
    let mut all = below_hundred(vocabulary);
    all.extend(counted("n", 100, vocabulary.hundreds));
    all.extend(counted("n", 1000, vocabulary.thousands));
    all.extend(counted("ordinal", 1, vocabulary.ordinals));
    all.extend(counted("month", 1, vocabulary.months));
    all.extend(counted("weekday", 1, vocabulary.weekdays));
    if let Some(on) = vocabulary.on {
        let weekdays = items(vocabulary.weekdays).map(|weekday| format!("{on} {weekday}"));
        all.extend((1..).zip(weekdays).map(|(number, text)| recorded(format!("on-weekday-{number}"), text)));
    }
    all.extend(vocabulary.words.iter().map(|(name, text)| recorded(*name, *text)));
    all
}

fn below_hundred(vocabulary: &Vocabulary) -> Vec<Recorded> {
    let ones = items(vocabulary.ones).map(str::to_owned);
    let above = items(vocabulary.tens).flat_map(|ten| {
        let joined = items(vocabulary.ones).take(10).skip(1).map(|one| (vocabulary.join)(ten, one));
        std::iter::once(ten.to_owned()).chain(joined)
    });
    ones.chain(above).enumerate().map(|(number, text)| recorded(format!("n-{number}"), text)).collect()
}

/// Items named by their number, times `step`.
fn counted(kind: &str, step: u32, list: &'static str) -> impl Iterator<Item = Recorded> {
    (1..).zip(items(list)).map(move |(number, text)| recorded(format!("{kind}-{}", number * step), text))
}

fn items(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(", ").filter(|item| !item.is_empty())
}

fn recorded(name: impl Into<String>, text: impl Into<String>) -> Recorded {
    Recorded { name: name.into(), text: text.into() }
}

fn of(language: Language) -> &'static Vocabulary {
    match language {
        Language::En => &ENGLISH,
        Language::Sv => &SWEDISH,
        Language::Da => &DANISH,
        Language::Nl => &DUTCH,
        Language::ZhHant => &MANDARIN,
    }
}

const ENGLISH: Vocabulary = Vocabulary {
    ones: "zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, \
        fourteen, fifteen, sixteen, seventeen, eighteen, nineteen",
    tens: "twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety",
    join: |ten, one| format!("{ten}-{one}"),
    hundreds: "one hundred, two hundred, three hundred, four hundred, five hundred, six hundred, \
        seven hundred, eight hundred, nine hundred",
    thousands: "one thousand, two thousand, three thousand, four thousand, five thousand, six thousand, \
        seven thousand, eight thousand, nine thousand",
    ordinals: "the first, the second, the third, the fourth, the fifth, the sixth, the seventh, \
        the eighth, the ninth, the tenth, the eleventh, the twelfth, the thirteenth, \
        the fourteenth, the fifteenth, the sixteenth, the seventeenth, the eighteenth, \
        the nineteenth, the twentieth, the twenty-first, the twenty-second, the twenty-third, \
        the twenty-fourth, the twenty-fifth, the twenty-sixth, the twenty-seventh, \
        the twenty-eighth, the twenty-ninth, the thirtieth, the thirty-first",
    months: "of January, of February, of March, of April, of May, of June, of July, of August, \
        of September, of October, of November, of December",
    weekdays: "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
    on: Some("on"),
    words: &[
        ("and", "and"),
        ("to", "to"),
        ("at", "at"),
        ("number", "number"),
        ("plus", "plus"),
        ("star", "star"),
        ("hash", "hash"),
        ("yesterday", "yesterday"),
        ("today", "today"),
        ("tomorrow", "tomorrow"),
        ("oh", "oh"),
        ("am", "A M"),
        ("pm", "P M"),
        ("noon", "noon"),
        ("midnight", "midnight"),
        ("one-second", "one second"),
        ("seconds", "seconds"),
        ("one-minute", "one minute"),
        ("minutes", "minutes"),
        ("one-hour", "one hour"),
        ("hours", "hours"),
        ("one-day", "one day"),
        ("days", "days"),
    ],
};

const SWEDISH: Vocabulary = Vocabulary {
    ones: "noll, ett, två, tre, fyra, fem, sex, sju, åtta, nio, tio, elva, tolv, tretton, fjorton, \
        femton, sexton, sjutton, arton, nitton",
    tens: "tjugo, trettio, fyrtio, femtio, sextio, sjuttio, åttio, nittio",
    join: |ten, one| format!("{ten}{one}"),
    hundreds: "etthundra, tvåhundra, trehundra, fyrahundra, femhundra, sexhundra, sjuhundra, åttahundra, \
        niohundra",
    thousands: "ettusen, tvåtusen, tretusen, fyratusen, femtusen, sextusen, sjutusen, åttatusen, niotusen",
    ordinals: "den första, den andra, den tredje, den fjärde, den femte, den sjätte, den sjunde, \
        den åttonde, den nionde, den tionde, den elfte, den tolfte, den trettonde, den fjortonde, \
        den femtonde, den sextonde, den sjuttonde, den artonde, den nittonde, den tjugonde, \
        den tjugoförsta, den tjugoandra, den tjugotredje, den tjugofjärde, den tjugofemte, \
        den tjugosjätte, den tjugosjunde, den tjugoåttonde, den tjugonionde, den trettionde, \
        den trettioförsta",
    months: "januari, februari, mars, april, maj, juni, juli, augusti, september, oktober, november, \
        december",
    weekdays: "måndag, tisdag, onsdag, torsdag, fredag, lördag, söndag",
    on: Some("på"),
    words: &[
        ("and", "och"),
        ("to", "till"),
        ("at", "klockan"),
        ("number", "nummer"),
        ("plus", "plus"),
        ("star", "stjärna"),
        ("hash", "fyrkant"),
        ("yesterday", "i går"),
        ("today", "i dag"),
        ("tomorrow", "i morgon"),
        ("one-second", "en sekund"),
        ("seconds", "sekunder"),
        ("one-minute", "en minut"),
        ("minutes", "minuter"),
        ("one-hour", "en timme"),
        ("hours", "timmar"),
        ("one-day", "en dag"),
        ("days", "dagar"),
    ],
};

const DANISH: Vocabulary = Vocabulary {
    ones: "nul, en, to, tre, fire, fem, seks, syv, otte, ni, ti, elleve, tolv, tretten, fjorten, \
        femten, seksten, sytten, atten, nitten",
    tens: "tyve, tredive, fyrre, halvtreds, tres, halvfjerds, firs, halvfems",
    join: |ten, one| format!("{one}og{ten}"),
    hundreds: "et hundrede, to hundrede, tre hundrede, fire hundrede, fem hundrede, seks hundrede, \
        syv hundrede, otte hundrede, ni hundrede",
    thousands: "et tusind, to tusind, tre tusind, fire tusind, fem tusind, seks tusind, syv tusind, \
        otte tusind, ni tusind",
    ordinals: "den første, den anden, den tredje, den fjerde, den femte, den sjette, den syvende, \
        den ottende, den niende, den tiende, den ellevte, den tolvte, den trettende, den fjortende, \
        den femtende, den sekstende, den syttende, den attende, den nittende, den tyvende, \
        den enogtyvende, den toogtyvende, den treogtyvende, den fireogtyvende, den femogtyvende, \
        den seksogtyvende, den syvogtyvende, den otteogtyvende, den niogtyvende, den tredivte, \
        den enogtredivte",
    months: "januar, februar, marts, april, maj, juni, juli, august, september, oktober, november, \
        december",
    weekdays: "mandag, tirsdag, onsdag, torsdag, fredag, lørdag, søndag",
    on: Some("på"),
    words: &[
        ("n-et", "et"),
        ("and", "og"),
        ("to", "til"),
        ("at", "klokken"),
        ("number", "nummer"),
        ("plus", "plus"),
        ("star", "stjerne"),
        ("hash", "firkant"),
        ("yesterday", "i går"),
        ("today", "i dag"),
        ("tomorrow", "i morgen"),
        ("one-second", "et sekund"),
        ("seconds", "sekunder"),
        ("one-minute", "et minut"),
        ("minutes", "minutter"),
        ("one-hour", "en time"),
        ("hours", "timer"),
        ("one-day", "en dag"),
        ("days", "dage"),
    ],
};

const DUTCH: Vocabulary = Vocabulary {
    ones: "nul, één, twee, drie, vier, vijf, zes, zeven, acht, negen, tien, elf, twaalf, dertien, \
        veertien, vijftien, zestien, zeventien, achttien, negentien",
    tens: "twintig, dertig, veertig, vijftig, zestig, zeventig, tachtig, negentig",
    join: |ten, one| match one {
        "één" => format!("eenen{ten}"),
        one if one.ends_with('e') => format!("{one}ën{ten}"),
        one => format!("{one}en{ten}"),
    },
    hundreds: "honderd, tweehonderd, driehonderd, vierhonderd, vijfhonderd, zeshonderd, zevenhonderd, \
        achthonderd, negenhonderd",
    thousands: "duizend, tweeduizend, drieduizend, vierduizend, vijfduizend, zesduizend, zevenduizend, \
        achtduizend, negenduizend",
    ordinals: "",
    months: "januari, februari, maart, april, mei, juni, juli, augustus, september, oktober, november, \
        december",
    weekdays: "maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag",
    on: None,
    words: &[
        ("and", "en"),
        ("to", "tot"),
        ("at", "om"),
        ("number", "nummer"),
        ("plus", "plus"),
        ("star", "sterretje"),
        ("hash", "hekje"),
        ("yesterday", "gisteren"),
        ("today", "vandaag"),
        ("tomorrow", "morgen"),
        ("one-second", "één seconde"),
        ("seconds", "seconden"),
        ("one-minute", "één minuut"),
        ("minutes", "minuten"),
        ("one-hour", "één uur"),
        ("hours", "uur"),
        ("one-day", "één dag"),
        ("days", "dagen"),
    ],
};

const MANDARIN: Vocabulary = Vocabulary {
    ones: "零, 一, 二, 三, 四, 五, 六, 七, 八, 九, 十, 十一, 十二, 十三, 十四, 十五, 十六, 十七, 十八, 十九",
    tens: "二十, 三十, 四十, 五十, 六十, 七十, 八十, 九十",
    join: |ten, one| format!("{ten}{one}"),
    hundreds: "一百, 兩百, 三百, 四百, 五百, 六百, 七百, 八百, 九百",
    thousands: "一千, 兩千, 三千, 四千, 五千, 六千, 七千, 八千, 九千",
    ordinals: "一號, 二號, 三號, 四號, 五號, 六號, 七號, 八號, 九號, 十號, 十一號, 十二號, 十三號, 十四號, 十五號, 十六號, 十七號, 十八號, 十九號, 二十號, \
        二十一號, 二十二號, 二十三號, 二十四號, 二十五號, 二十六號, 二十七號, 二十八號, 二十九號, 三十號, 三十一號",
    months: "一月, 二月, 三月, 四月, 五月, 六月, 七月, 八月, 九月, 十月, 十一月, 十二月",
    weekdays: "星期一, 星期二, 星期三, 星期四, 星期五, 星期六, 星期日",
    on: None,
    words: &[
        ("n-liang", "兩"),
        ("to", "到"),
        ("place-before", "第"),
        ("place-after", "位"),
        ("plus", "加"),
        ("star", "星號"),
        ("hash", "井字號"),
        ("yesterday", "昨天"),
        ("today", "今天"),
        ("tomorrow", "明天"),
        ("early", "凌晨"),
        ("morning", "上午"),
        ("midday", "中午"),
        ("afternoon", "下午"),
        ("evening", "晚上"),
        ("o-clock", "點"),
        ("half", "半"),
        ("minute-mark", "分"),
        ("one-second", "一秒"),
        ("seconds", "秒"),
        ("one-minute", "一分鐘"),
        ("minutes", "分鐘"),
        ("one-hour", "一小時"),
        ("hours", "小時"),
        ("one-day", "一天"),
        ("days", "天"),
    ],
};
