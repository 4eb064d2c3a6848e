//! Pure. From a tree to checked [`Settings`]: groups, and how their callers are called back.

use super::parse::Parser;
use super::read::Section;
use super::values;
use super::*;

impl<'a> Parser<'a> {
    pub(super) fn group(&mut self, at: &Section<'a>) -> Group {
        let id = self.reader.id(at, "id");
        self.reader.claim("group", &id, at, "id");
        let members = self.reader.sections(at, "members", "group.members", "person");
        let members: Vec<Member> = members.iter().map(|member| self.member(member, &id)).collect();
        let by_size = if members.len() <= 4 { Strategy::Everyone } else { Strategy::TakeTurns };
        let target = self.or_empty(at, "target", "group.target");
        Group {
            id: id.as_str().into(),
            name: self.reader.name(at, "name"),
            strategy: self.reader.word(at, "strategy").unwrap_or(by_size),
            members,
            ring: self.reader.duration(at, "ring"),
            wrap_up: self.reader.duration(at, "wrap_up"),
            topic: Some(self.reader.id(at, "topic")).filter(|topic| !topic.is_empty()),
            weight: self.reader.duration(at, "weight"),
            info: self.info(at),
            hours: self.hours_of(at, "hours"),
            target: Target {
                percent: self.reader.whole(&target, "percent").unwrap_or_default(),
                within: self.reader.duration(&target, "within"),
            },
            callback: self.callback(at),
            overflow: self.overflow(at),
        }
    }

    fn info(&mut self, at: &Section<'a>) -> Vec<String> {
        let name = |text: &str| values::is_id(text).then(|| text.to_owned());
        let names = self.reader.forms(at, "info", name).unwrap_or_default();
        names.into_iter().map(|(name, _)| name).collect()
    }

    fn callback(&mut self, group: &Section<'a>) -> CallbackSettings {
        let at = self.or_empty(group, "callback", "group.callback");
        CallbackSettings {
            offer_after: self.reader.duration(&at, "offer_after"),
            first: self.reader.word(&at, "first").unwrap_or(First::Agent),
            attempts: self.reader.whole(&at, "attempts").unwrap_or_default(),
            just_hang_up: self.reader.flag(&at, "just_hang_up"),
            drain: self.reader.duration(&at, "drain"),
            after_close: self.reader.word(&at, "after_close").unwrap_or(AfterClose::Carry),
            carry_max: self.reader.whole(&at, "carry_max").unwrap_or_default(),
            head_start: self.reader.flag(&at, "head_start"),
            mail_confirm: self.reader.flag(&at, "mail_confirm"),
            mail_unreached: self.reader.flag(&at, "mail_unreached"),
            record_matter: self.reader.flag(&at, "record_matter"),
        }
    }

    fn overflow(&mut self, group: &Section<'a>) -> Overflow {
        let at = self.or_empty(group, "overflow", "group.overflow");
        let ids = &self.ids.people;
        let known = |text: &str| ids.contains(text).then(|| PersonId::from(text));
        let backup = self.reader.forms(&at, "backup", known).unwrap_or_default();
        Overflow {
            backup_after: self.reader.duration(&at, "backup_after"),
            backup: backup.into_iter().map(|(person, _)| person).collect(),
            message_after: self.reader.duration(&at, "message_after"),
            choice_after: self.reader.duration(&at, "choice_after"),
            max: self.reader.whole(&at, "max"),
        }
    }

    fn member(&mut self, at: &Section<'a>, group: &str) -> Member {
        let ids = &self.ids.people;
        let known = |text: &str| ids.contains(text).then(|| PersonId::from(text));
        let person = self.reader.form(at, "person", known).unwrap_or_else(|| "".into());
        let line = at.node.entry("person").and_then(|node| node.line);
        self.reader.claim_at("member of a group", &format!("{group}/{person}"), line, &at.path);
        Member { person, after: self.reader.duration(at, "after") }
    }

    pub(super) fn callback_rules(&mut self, root: &Section<'a>) -> CallbackRules {
        let at = self.or_empty(root, "callback", "callback");
        let home = self.home;
        let numbers = self.reader.forms(&at, "switchboard", |text| values::number(text, home));
        let hours = self.reader.form(&at, "calling_hours", values::span);
        CallbackRules {
            calling_hours: hours.unwrap_or(Span { from: Time::midnight(), to: None }),
            answer_accepts: self.reader.duration(&at, "answer_accepts"),
            read_back: self.reader.word(&at, "read_back").unwrap_or(ReadBack::Whole),
            switchboard: numbers.unwrap_or_default().into_iter().map(|(number, _)| number).collect(),
        }
    }
}
