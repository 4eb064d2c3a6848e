//! Pure. "What happens if someone calls then", in the reader's language.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{say, spell, whole_moment};
use crate::ids::{GroupId, PersonId};
use crate::office::hours::preview::{Meets, Preview, Step};
use crate::office::hours::{State, Why};
use crate::settings::{Language, Member, Settings, Strategy};
use jiff::Timestamp;

/// The whole of it, a line each: first when, then every number with what a caller meets, indented.
pub fn preview(language: Language, settings: &Settings, preview: &Preview) -> Vec<String> {
    let teller = Teller { language, settings, at: preview.at };
    let mut lines = vec![teller.text("when.title", &[("moment", teller.whole_moment(preview.at))])];
    if preview.numbers.is_empty() {
        lines.push(teller.text("when.no_number", &[]));
    }
    for (number, steps) in &preview.numbers {
        lines.push(format!("{number}:"));
        lines.extend(steps.iter().map(|step| format!("  {}", teller.line(step))));
    }
    lines
}

/// What a caller to one number meets, a line each.
pub fn steps(language: Language, settings: &Settings, at: Timestamp, steps: &[Step]) -> Vec<String> {
    let teller = Teller { language, settings, at };
    steps.iter().map(|step| teller.line(step)).collect()
}

/// Why it is closed, in words; nothing while it is open.
pub fn why_closed(language: Language, state: &State) -> Option<String> {
    let State::Closed { why, .. } = state else { return None };
    Some(match why {
        Why::Hours => say(language, "when.why_hours", &[]),
        Why::Override => say(language, "when.why_override", &[]),
        Why::Holiday(holiday) => holiday.name(language).to_owned(),
        Why::ClosedDay(why) => why.clone(),
    })
}

struct Teller<'a> {
    language: Language,
    settings: &'a Settings,
    at: Timestamp,
}

impl Teller<'_> {
    fn text(&self, key: &str, parameters: &[(&str, String)]) -> String {
        say(self.language, key, parameters)
    }

    fn line(&self, step: &Step) -> String {
        format!("{}{}", "  ".repeat(step.depth), self.meets(&step.meets))
    }

    fn meets(&self, meets: &Meets) -> String {
        let group = |id: &GroupId| ("group", self.group(id));
        match meets {
            Meets::Welcome => self.text("when.welcome", &[]),
            Meets::Menu(id) => self.text("when.menu", &[("menu", id.to_string())]),
            Meets::Key(key) => self.text("when.key", &[("key", key.to_string())]),
            Meets::NoKey(length) => self.text("when.no_key", &[("length", spell(self.language, *length))]),
            Meets::Open { group: id, closes_at: None } => self.text("when.open_always", &[group(id)]),
            Meets::Open { group: id, closes_at: Some(at) } => {
                self.text("when.open", &[group(id), ("moment", self.moment(*at))])
            }
            Meets::Closed { group: id, opens_at, why } => self.closed(id, *opens_at, why),
            Meets::Rings { strategy, members } => self.rings(*strategy, members),
            Meets::Answers(id) => self.text("when.answers", &[group(id)]),
            Meets::Person(id) => self.text("when.person", &[("person", self.person(id))]),
            Meets::Outside(number) => self.text("when.outside", &[("number", number.to_string())]),
            Meets::Message(id) => self.text("when.message", &[group(id)]),
            Meets::CallsBack(id) => self.text("when.calls_back", &[group(id)]),
            Meets::Nowhere => self.text("when.nowhere", &[]),
        }
    }

    fn closed(&self, group: &GroupId, opens_at: Option<Timestamp>, why: &Why) -> String {
        let state = State::Closed { opens_at, why: why.clone() };
        let why = why_closed(self.language, &state).unwrap_or_default();
        let known = [("group", self.group(group)), ("why", why)];
        match opens_at {
            Some(at) => {
                let [group, why] = known;
                self.text("when.closed", &[group, why, ("moment", self.moment(at))])
            }
            None => self.text("when.closed_for_long", &known),
        }
    }

    fn rings(&self, strategy: Strategy, members: &[Member]) -> String {
        let key = match strategy {
            _ if members.is_empty() => "when.rings_nobody",
            Strategy::Everyone => "when.rings_everyone",
            Strategy::InOrder => "when.rings_in_order",
            Strategy::TakeTurns => "when.rings_in_turn",
        };
        let name = |member: &Member| match member.after {
            after if after.is_zero() => self.person(&member.person),
            after => {
                let after = ("length", spell(self.language, after));
                self.text("when.joins_after", &[("person", self.person(&member.person)), after])
            }
        };
        let people: Vec<String> = members.iter().map(name).collect();
        let people = people.join(if self.language == Language::ZhHant { "、" } else { ", " });
        self.text(key, &[("people", people)])
    }

    /// A time of the same day as asked for needs no date.
    fn moment(&self, at: Timestamp) -> String {
        let local = self.settings.office.time_zone.to_datetime(at);
        if local.date() == self.settings.office.time_zone.to_datetime(self.at).date() {
            return self.text("moment.time", &[("time", local.strftime("%H:%M").to_string())]);
        }
        self.whole_moment(at)
    }

    fn whole_moment(&self, at: Timestamp) -> String {
        whole_moment(self.language, self.settings.office.time_zone.to_datetime(at))
    }

    fn group(&self, id: &GroupId) -> String {
        let known = self.settings.groups.iter().find(|group| group.id == *id);
        known.map_or_else(|| id.to_string(), |group| group.name.clone())
    }

    fn person(&self, id: &PersonId) -> String {
        self.settings.person(id).map_or_else(|| id.to_string(), |person| person.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::hours::preview::preview as walk;
    use crate::settings::parse_toml;

    const OFFICE: &str = r#"
        [office]
        name = "Hansen VVS"
        language = "en"
        country = "DK"
        time_zone = "Europe/Copenhagen"
        [[person]]
        id = "anna"
        name = "Anna Berg"
        role = "owner"
        [[person]]
        id = "bo"
        name = "Bo Lund"
        [[trunk]]
        id = "provider"
        host = "sip.example"
        register = false
        from = ["192.0.2.1"]
        numbers = ["+4533445566", "+4533445567"]
        [[group]]
        id = "main"
        name = "Main line"
        strategy = "in-order"
        members = [{ person = "anna" }, { person = "bo", after = "10s" }]
        [[menu]]
        id = "front"
        prompt = "front-menu"
        keys = { "1" = "group:main", "0" = "number:+4520304050" }
        otherwise = "person:anna"
        [hours]
        mon = ["08:00-16:00"]
        thu = ["08:00-16:00"]
        holidays = true
        closed = [{ date = "2026-12-24", why = "Julelukket" }]
        after = "voicemail:main"
        [[number]]
        number = "+4533445566"
        to = "menu:front"
        welcome = true
        [[number]]
        number = "+4533445567"
        to = "group:main"
        welcome = false
    "#;

    fn told(language: Language, at: &str) -> String {
        let settings = parse_toml(OFFICE, "office.toml", None).unwrap();
        let walked = walk(&settings, &[], at.parse().unwrap());
        preview(language, &settings, &walked).join("\n")
    }

    #[test]
    fn an_ordinary_monday() {
        let expected = "\
If somebody calls on Monday 23 November at 13:00:
+4533445566:
  The caller hears the welcome.
  The caller hears the menu “front” and presses a key.
    0:
      The call goes on to +4520304050.
    1:
      Main line is open until 16:00.
      They ring one after the other: Anna Berg, Bo Lund (after 10 s).
    No key within 6 s:
      Anna Berg’s phones ring.
+4533445567:
  Main line is open until 16:00.
  They ring one after the other: Anna Berg, Bo Lund (after 10 s).";
        assert_eq!(told(Language::En, "2026-11-23T12:00:00Z"), expected);
    }

    #[track_caller]
    fn christmas_eve(language: Language, expected: [&str; 2]) {
        let lines = told(language, "2026-12-24T13:00:00Z");
        let last: Vec<&str> = lines.lines().rev().take(2).collect();
        assert_eq!([last[1].trim(), last[0].trim()], expected);
    }

    #[test]
    fn christmas_eve_in_five_languages() {
        christmas_eve(
            Language::En,
            [
                "Main line is closed (Julelukket) until Monday 28 December at 08:00.",
                "The caller can leave a message for Main line.",
            ],
        );
        christmas_eve(
            Language::Sv,
            [
                "Main line är stängd (Julelukket) till måndag 28 december kl. 08:00.",
                "Den som ringer kan lämna ett meddelande till Main line.",
            ],
        );
        christmas_eve(
            Language::Da,
            [
                "Main line har lukket (Julelukket) indtil mandag den 28. december kl. 08:00.",
                "Den, der ringer, kan lægge en besked til Main line.",
            ],
        );
        christmas_eve(
            Language::Nl,
            [
                "Main line is gesloten (Julelukket) tot maandag 28 december om 08:00 uur.",
                "De beller kan een bericht achterlaten voor Main line.",
            ],
        );
        christmas_eve(
            Language::ZhHant,
            [
                "「Main line」休息中(Julelukket),12月28日 星期一 08:00 開始服務。",
                "來電者可以留言給「Main line」。",
            ],
        );
    }

    #[test]
    fn a_holiday_has_its_own_name() {
        assert!(told(Language::Da, "2026-12-25T13:00:00Z").contains("har lukket (Juledag)"));
        assert!(told(Language::Sv, "2026-12-25T13:00:00Z").contains("är stängd (Christmas Day)"));
    }

    #[test]
    fn every_sentence_it_can_say_is_written() {
        let source = include_str!("preview.rs");
        for key in source.split('"').filter(|text| {
            ["when.", "moment."].iter().any(|start| text.starts_with(start)) && !text.ends_with('.')
        }) {
            assert!(super::super::find(super::super::en::TEXTS, key).is_some(), "{key}");
        }
        for n in 1..=12 {
            assert_ne!(say(Language::En, &format!("month.{n}"), &[]), format!("month.{n}"));
        }
    }
}
