//! Pure. Texts the server itself makes: stories of calls, formulas of figures, alarms.
//!
//! Screens have their own words in `static/i18n`. Every language has every key; a test sees to it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod da;
mod en;
mod nl;
mod preview;
mod sv;
mod zh_hant;

pub use preview::{preview, steps, why_closed};

use crate::office::contact::{By, Happened};
use crate::office::promise::CameTo;
use crate::settings::Language;
use std::time::Duration;

/// The text behind `key`, with `{name}` filled in; the key itself when nobody has written it.
pub fn say(language: Language, key: &str, parameters: &[(&str, String)]) -> String {
    fill(find(texts(language), key).unwrap_or(key), parameters)
}

/// The first language of an `Accept-Language` header that we have, best quality first.
pub fn accepted(header: &str) -> Option<Language> {
    let mut wishes: Vec<(f32, &str)> = header.split(',').take(20).filter_map(wish).collect();
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes.into_iter().find_map(|(_, tag)| language(tag))
}

/// A day and its time, by the office's clock: `Monday 9 March at 09:00`.
pub fn whole_moment(language: Language, local: jiff::civil::DateTime) -> String {
    let weekday = format!("weekday.{}", local.weekday().to_monday_one_offset());
    let parameters = [
        ("weekday", say(language, &weekday, &[])),
        ("day", local.day().to_string()),
        ("month", say(language, &format!("month.{}", local.month()), &[])),
        ("time", local.strftime("%H:%M").to_string()),
    ];
    say(language, "moment.whole", &parameters)
}

/// One line of a call's story as a sentence. `name` gives people and groups their names.
pub fn story(language: Language, what: &Happened, name: impl Fn(&str) -> String) -> String {
    let (key, parameters) = story_key(language, what, &name);
    // A reason that nobody gave leaves its blank.
    say(language, key, &parameters).trim_end().to_owned()
}

fn story_key(
    language: Language,
    what: &Happened,
    name: &dyn Fn(&str) -> String,
) -> (&'static str, Vec<(&'static str, String)>) {
    let person = |id: &crate::ids::PersonId| ("person", name(id.as_str()));
    let length = |value: Duration| ("length", spell(language, value));
    let slot = |at: u8| ("slot", at.to_string());
    match what {
        Happened::CalledIn => ("story.called_in", vec![]),
        Happened::DialledOut => ("story.dialled_out", vec![]),
        Happened::HeardWelcome => ("story.heard_welcome", vec![]),
        Happened::About { topic } => ("story.about", vec![("topic", topic.clone())]),
        Happened::EnteredGroup { group, place } => {
            ("story.entered_group", vec![("group", name(group.as_str())), ("place", place.to_string())])
        }
        Happened::Rang { person: id, free, skill, knows } => {
            rang_key(person(id), &why_rung(language, *free, skill.as_ref(), *knows))
        }
        Happened::ToldWait { place, low, high } => told_key(*place, *low, *high),
        Happened::WaitCame { as_told: true } => ("story.wait_as_told", vec![]),
        Happened::WaitCame { as_told: false } => ("story.wait_not_as_told", vec![]),
        Happened::RangOut { person: id, rang } => ("story.rang_out", vec![person(id), length(*rang)]),
        Happened::Declined { person: id } => ("story.declined", vec![person(id)]),
        Happened::PhoneUnreachable { person: id } => ("story.phone_unreachable", vec![person(id)]),
        Happened::Answered { person: id } => ("story.answered", vec![person(id)]),
        Happened::StoppedRinging { person: id } => ("story.stopped_ringing", vec![person(id)]),
        Happened::Held { person: Some(id) } => ("story.held_by", vec![person(id)]),
        Happened::Held { person: None } => ("story.held", vec![]),
        Happened::Resumed { person: Some(id) } => ("story.resumed_by", vec![person(id)]),
        Happened::Resumed { person: None } => ("story.resumed", vec![]),
        Happened::Parked { slot: at, person: id } => ("story.parked", vec![person(id), slot(*at)]),
        Happened::Fetched { slot: at, person: id } => ("story.fetched", vec![person(id), slot(*at)]),
        Happened::TransferredBy { person: id, to } => {
            ("story.transferred", vec![person(id), ("to", name(to))])
        }
        Happened::TransferReturned { to } => ("story.transfer_returned", vec![("to", name(to))]),
        Happened::CallerHungUp => ("story.caller_hung_up", vec![]),
        Happened::PersonHungUp { person: id } => ("story.person_hung_up", vec![person(id)]),
        Happened::LineLost => ("story.line_lost", vec![]),
        Happened::NoCommonCodec => ("story.no_common_codec", vec![]),
        Happened::ReachedOutside => ("story.reached_outside", vec![]),
        Happened::NotReached { status } => ("story.not_reached", vec![("status", status.to_string())]),
        Happened::RefusedByPolicy { why } => {
            ("story.refused_by_policy", vec![("why", say(language, &format!("policy.{why}"), &[]))])
        }
        Happened::Closed => ("story.closed", vec![]),
        Happened::EnteredMenu { menu } => ("story.entered_menu", vec![("menu", name(menu.as_str()))]),
        Happened::ChoseInMenu { menu, key } => {
            ("story.chose_in_menu", vec![("menu", name(menu.as_str())), ("key", key.to_string())])
        }
        Happened::NoKeyInMenu { menu } => ("story.no_key_in_menu", vec![("menu", name(menu.as_str()))]),
        Happened::LeftMessage { length: spoken } => ("story.left_message", vec![length(*spoken)]),
        Happened::MessageNotKept => ("story.message_not_kept", vec![]),
        Happened::MessageHeard { person: id } => ("story.message_heard", vec![person(id)]),
        Happened::MessageDone { person: id } => ("story.message_done", vec![person(id)]),
        Happened::MobileNotTaken { person: id } => ("story.mobile_not_taken", vec![person(id)]),
        Happened::CutByPowerFailure => ("story.cut", vec![]),
        Happened::CallbackAsked { by } => by_key(by, ASKED, name),
        Happened::CallbackTaken { person: id } => ("story.callback_taken", vec![person(id)]),
        Happened::CallbackPutOff { by } => by_key(by, PUT_OFF, name),
        Happened::CallbackTried { came_to } => {
            ("story.callback_tried", vec![("came_to", say(language, came_to_key(*came_to), &[]))])
        }
        Happened::CalledAgain => ("story.called_again", vec![]),
        Happened::CallbackClosed { by, reason } => closed_key(language, by, reason, name),
        Happened::CallbackExpired => ("story.callback_expired", vec![]),
        Happened::CallbackLeft => ("story.callback_left", vec![]),
        Happened::CustomerWritten => ("story.customer_written", vec![]),
        Happened::MissedSettled { person: Some(id) } => ("story.missed_settled_by", vec![person(id)]),
        Happened::MissedSettled { person: None } => ("story.missed_settled", vec![]),
    }
}

/// Done by the customer, by one of us, by a program.
type ByWhom = [&'static str; 3];
const ASKED: ByWhom = ["story.callback_asked", "story.callback_asked_by", "story.callback_asked_by_program"];
const PUT_OFF: ByWhom =
    ["story.callback_put_off", "story.callback_put_off_by", "story.callback_put_off_by_program"];
const CLOSED: ByWhom =
    ["story.callback_closed", "story.callback_closed_by", "story.callback_closed_by_program"];

fn closed_key(language: Language, by: &By, reason: &str, name: &dyn Fn(&str) -> String) -> Line {
    let (key, mut values) = by_key(by, CLOSED, name);
    values.push(("reason", reason_in_words(language, reason)));
    (key, values)
}

/// The key for what the customer did, one of us, or a program.
fn by_key(by: &By, [customer, person, program]: ByWhom, name: &dyn Fn(&str) -> String) -> Line {
    match by {
        By::Customer => (customer, vec![]),
        By::Person(id) => (person, vec![("person", name(id.as_str()))]),
        By::Program => (program, vec![]),
    }
}

fn came_to_key(came_to: CameTo) -> &'static str {
    match came_to {
        CameTo::Nothing => "came_to.nothing",
        CameTo::Reached => "came_to.reached",
        CameTo::Voicemail => "came_to.voicemail",
        CameTo::NoAnswer => "came_to.no_answer",
        CameTo::Busy => "came_to.busy",
        CameTo::Rejected => "came_to.rejected",
        CameTo::Invalid => "came_to.invalid",
        CameTo::Fault => "came_to.fault",
    }
}

/// A reason chosen by key has a text; what somebody typed stays as it is.
fn reason_in_words(language: Language, reason: &str) -> String {
    let key = format!("reason.{reason}");
    find(texts(language), &key).map_or_else(|| reason.to_owned(), str::to_owned)
}

/// A key of a text, and its values.
type Line = (&'static str, Vec<(&'static str, String)>);

fn rang_key(person: (&'static str, String), why: &str) -> Line {
    match why {
        "" => ("story.rang", vec![person]),
        _ => ("story.rang_why", vec![person, ("why", why.to_owned())]),
    }
}

fn told_key(place: u32, low: Duration, high: Duration) -> Line {
    let minutes = |length: Duration| (length.as_secs() / 60).to_string();
    let place = ("place", place.to_string());
    match minutes(low) == minutes(high) {
        true => ("story.told_minutes", vec![place, ("n", minutes(low))]),
        false => ("story.told_wait", vec![place, ("low", minutes(low)), ("high", minutes(high))]),
    }
}

/// Why this person: "free for 4 min, billing 2/3".
fn why_rung(language: Language, free: Option<Duration>, skill: Option<&(String, u8)>, knows: bool) -> String {
    let free = free.map(|free| say(language, "why.free", &[("length", spell(language, free))]));
    let skill = skill.map(|(topic, level)| format!("{topic} {level}/3"));
    let knows = knows.then(|| say(language, "why.knows", &[]));
    [free, skill, knows].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `45 s`, `4 min`, `2 h`: as exact as a story needs.
fn spell(language: Language, length: Duration) -> String {
    let seconds = length.as_secs();
    let (key, n) = match seconds {
        0..90 => ("length.seconds", seconds),
        90..5400 => ("length.minutes", (seconds + 30) / 60),
        _ => ("length.hours", (seconds + 1800) / 3600),
    };
    say(language, key, &[("n", n.to_string())])
}

fn texts(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::En => en::TEXTS,
        Language::Sv => sv::TEXTS,
        Language::Da => da::TEXTS,
        Language::Nl => nl::TEXTS,
        Language::ZhHant => zh_hant::TEXTS,
    }
}

fn find(texts: &'static [(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    texts.iter().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

/// One pass, so that a value holding `{name}` stays what it is.
fn fill(text: &str, parameters: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        match parameters.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn wish(part: &str) -> Option<(f32, &str)> {
    let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
    let quality = rest.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok())?;
    (quality > 0.0).then_some((quality, tag.trim()))
}

fn language(tag: &str) -> Option<Language> {
    let tag = tag.to_ascii_lowercase();
    Some(match tag.split('-').next()? {
        "en" => Language::En,
        "sv" => Language::Sv,
        "da" => Language::Da,
        "nl" => Language::Nl,
        "zh" => Language::ZhHant,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PersonId;

    #[test]
    fn all_languages_have_the_same_keys_and_placeholders() {
        let holes = |text: &str| {
            let mut names: Vec<String> =
                text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
            names.sort();
            names
        };
        let shape = |texts: &[(&str, &str)]| -> Vec<(String, Vec<String>)> {
            let mut shape: Vec<_> = texts.iter().map(|(key, text)| (key.to_string(), holes(text))).collect();
            shape.sort();
            shape
        };
        for language in [Language::Sv, Language::Da, Language::Nl, Language::ZhHant] {
            assert_eq!(shape(texts(Language::En)), shape(texts(language)), "{language:?}");
        }
    }

    /// Every key the sources name, and every code they make a key of, has a text.
    #[test]
    fn nothing_is_said_by_its_key() {
        let stories = include_str!("mod.rs");
        let watch = include_str!("../office/watch.rs");
        let outbound = include_str!("../office/outbound.rs");
        let dial = include_str!("../office/callback/dial.rs");
        let rows = include_str!("../office/callback/rows.rs");
        let mut keys = quoted(stories, "(\"story.", "story.");
        keys.extend(quoted(stories, " \"story.", "story."));
        keys.extend(quoted(stories, "[\"story.", "story."));
        keys.extend(quoted(stories, "(\"length.", "length."));
        keys.extend(quoted(stories, "language, \"why.", "why."));
        keys.extend(quoted(watch, "alarm(\"", "alarm."));
        keys.extend(quoted(watch, "code: \"", "alarm."));
        keys.extend(quoted(watch, "=> \"callers-", "alarm.callers-"));
        keys.extend(quoted(outbound, "Rule(\"", "policy."));
        keys.extend(quoted(dial, "Rule(\"", "policy."));
        keys.extend(quoted(
            include_str!("../office/callback/rules.rs"),
            "=> \"callback-",
            "policy.callback-",
        ));
        keys.extend(quoted(include_str!("../office/inbox/calling.rs"), "language, \"mail.", "mail."));
        keys.extend(quoted(rows, "alarm(\"", "alarm."));
        keys.extend(quoted(rows, "code: \"", "alarm."));
        keys.extend(quoted(include_str!("../mail/auto/words.rs"), "say(\"mail.", "mail."));
        keys.extend(quoted(include_str!("../mail/outbox.rs"), "=> (\"mail.", "mail."));
        assert!(keys.len() > 43, "{keys:?}");
        for key in keys {
            assert!(find(en::TEXTS, &key).is_some(), "{key}");
        }
    }

    fn quoted(source: &str, before: &str, prefix: &str) -> Vec<String> {
        let names = source.split(before).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
        // Nothing behind it: these lines themselves.
        names.filter(|name| !name.is_empty()).map(|name| format!("{prefix}{name}")).collect()
    }

    #[test]
    fn a_story_line_reads_as_a_sentence_in_the_readers_language() {
        let rang = Happened::Rang {
            person: PersonId::from("anna"),
            free: Some(Duration::from_secs(245)),
            skill: Some(("billing".into(), 2)),
            knows: false,
        };
        let name = |_: &str| "Anna Berg".to_owned();
        assert_eq!(story(Language::En, &rang, name), "Anna Berg’s phone rang (free for 4 min, billing 2/3).");
        assert_eq!(
            story(Language::Da, &rang, name),
            "Anna Bergs telefon ringede (fri i 4 min., billing 2/3)."
        );
    }

    #[test]
    fn a_wait_that_is_one_figure_is_no_span() {
        let told = |low: u64, high: u64| Happened::ToldWait {
            place: 2,
            low: Duration::from_secs(low),
            high: Duration::from_secs(high),
        };
        let said = |what| story(Language::En, &what, str::to_owned);
        assert_eq!(said(told(60, 60)), "The caller was told: place 2, about 1 min.");
        assert_eq!(said(told(60, 180)), "The caller was told: place 2, about 1 to 3 min.");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        let to = [("to", "{person}".to_owned()), ("person", "Bo".to_owned())];
        assert_eq!(fill("{person} → {to}", &to), "Bo → {person}");
        assert_eq!(fill("half {open", &to), "half {open}");
    }

    #[test]
    fn the_best_wish_we_have_wins() {
        assert_eq!(accepted("fr, en;q=0.5, da-DK;q=0.9"), Some(Language::Da));
        assert_eq!(accepted("zh-TW"), Some(Language::ZhHant));
        assert_eq!(accepted("da;q=0, en;q=0.1"), Some(Language::En));
        assert_eq!(accepted("fr"), None);
    }
}
