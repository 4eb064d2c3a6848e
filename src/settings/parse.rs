//! Pure. From a tree to checked [`Settings`]: people, groups, menus, hours and numbers.
//!
//! Every id is collected before anything refers to it, so the order of a file does not matter.

use super::node::{Node, Value};
use super::read::{Reader, Section};
use super::values;
use super::*;
use crate::number::Class;
use std::collections::BTreeSet;

/// Nobody stands in the line as if they had come earlier than this.
const VIP_MAX: Duration = Duration::from_secs(3600);

/// Reads a whole tree. `previous` lends the secrets and passwords that are left out.
pub(super) fn settings(file: &str, root: &Node, previous: Option<&Settings>) -> Result<Draft, Vec<Problem>> {
    let mut reader = Reader::new(file);
    let office = reader.enter("", String::new(), root);
    let country = office.node.entry("office").and_then(|node| node.entry("country")).and_then(Node::text);
    let mut parser = Parser {
        home: country.and_then(values::country).unwrap_or(Country(*b"ZZ")),
        ids: Ids::collect(root),
        previous,
        passwords: Vec::new(),
        reader,
    };
    let settings = parser.all(&office);
    parser.reader.finish()?;
    Ok(Draft { settings, passwords: parser.passwords })
}

/// What a reference can point to.
pub(super) struct Ids {
    pub(super) people: BTreeSet<String>,
    groups: BTreeSet<String>,
    menus: BTreeSet<String>,
    /// The menus that lead to another menu, by a key or by `otherwise`.
    first_menus: BTreeSet<String>,
}

impl Ids {
    fn collect(root: &Node) -> Ids {
        let ids = |section: &str| {
            let items = root.entry(section).map(Node::items).unwrap_or_default();
            items.iter().filter_map(|item| item.entry("id")?.text().map(str::to_owned)).collect()
        };
        let menus = root.entry("menu").map(Node::items).unwrap_or_default();
        let leads_on = |menu: &&Node| {
            let own = menu.entry("id").and_then(Node::text);
            let keys = menu.entry("keys").map(Node::entries).unwrap_or_default();
            let goals = keys.iter().map(|(_, goal)| goal).chain(menu.entry("otherwise"));
            let mut next = goals.filter_map(|goal| goal.text()?.strip_prefix("menu:"));
            next.any(|next| Some(next) != own)
        };
        let first_menus = menus.iter().filter(leads_on);
        Ids {
            people: ids("person"),
            groups: ids("group"),
            menus: ids("menu"),
            first_menus: first_menus.filter_map(|menu| menu.entry("id")?.text().map(str::to_owned)).collect(),
        }
    }

    /// Would a menu that leads here have callers choose a third time?
    fn leads_too_deep(&self, goal: &Goal) -> bool {
        matches!(goal, Goal::Menu(id) if self.first_menus.contains(id.as_str()))
    }
}

/// The reader with what its sections share.
pub(super) struct Parser<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) previous: Option<&'a Settings>,
    pub(super) home: Country,
    pub(super) ids: Ids,
    /// Plain passwords to hash before anything is kept.
    passwords: Vec<(PersonId, Secret)>,
}

impl<'a> Parser<'a> {
    fn all(&mut self, root: &Section<'a>) -> Settings {
        Settings {
            office: self.office(root),
            people: self.each(root, "person", "id", Self::person),
            trunks: self.each(root, "trunk", "id", Self::trunk),
            groups: self.each(root, "group", "id", Self::group),
            menus: self.each(root, "menu", "id", Self::menu),
            hours: self.hours_of(root, "hours").unwrap_or_else(Hours::always),
            callback: self.callback_rules(root),
            numbers: self.each(root, "number", "number", Self::number_plan).into_iter().flatten().collect(),
            mailboxes: self.each(root, "mailbox", "id", Self::mailbox),
            privacy: self.privacy(root),
            network: self.network(root),
            outbound: self.outbound(root),
        }
    }

    fn each<T>(
        &mut self,
        root: &Section<'a>,
        key: &'static str,
        name: &str,
        read: impl Fn(&mut Self, &Section<'a>) -> T,
    ) -> Vec<T> {
        let sections = self.reader.sections(root, key, key, name);
        sections.iter().map(|section| read(self, section)).collect()
    }

    /// A section whose every key has a default: one that is left out reads like an empty one.
    pub(super) fn or_empty(
        &mut self,
        at: &Section<'a>,
        key: &'static str,
        kind: &'static str,
    ) -> Section<'a> {
        static EMPTY: Node = Node { line: None, value: Value::Table(Vec::new()) };
        let found = self.reader.section(at, key, kind);
        found.unwrap_or_else(|| Section { kind, path: at.shown(key), node: &EMPTY })
    }

    fn office(&mut self, root: &Section<'a>) -> OfficeSettings {
        let at = self.or_empty(root, "office", "office");
        if root.node.entry("office").is_none() {
            // Its absence is told once; its keys need no sentences of their own.
            return OfficeSettings {
                name: String::new(),
                language: Language::En,
                country: self.home,
                time_zone: jiff::tz::TimeZone::UTC,
                vip: BTreeMap::new(),
            };
        }
        let zone = |text: &str| jiff::tz::TimeZone::get(text).ok();
        OfficeSettings {
            name: self.reader.name(&at, "name"),
            language: self.reader.word(&at, "language").unwrap_or(Language::En),
            country: self.reader.form(&at, "country", values::country).unwrap_or(self.home),
            time_zone: self.reader.form(&at, "time_zone", zone).unwrap_or(jiff::tz::TimeZone::UTC),
            vip: self.vip(&at),
        }
    }

    /// Numbers and how much earlier each stands in the line.
    fn vip(&mut self, at: &Section<'a>) -> BTreeMap<Number, Duration> {
        let mut vip = BTreeMap::new();
        let Some(node) = at.node.entry("vip") else { return vip };
        let expected = || super::table::row("office", "vip").map(|row| row.kind.words()).unwrap_or_default();
        if !matches!(node.value, Value::Table(_)) {
            self.reader.wrong(node.line, &at.shown("vip"), node.shown(), expected());
        }
        for (text, earlier) in node.entries() {
            let length = earlier.text().and_then(values::duration).filter(|length| *length <= VIP_MAX);
            match (values::number(text, self.home), length) {
                (Some(number), Some(length)) => {
                    vip.insert(number, length);
                }
                _ => {
                    let found = format!("\"{}\" = {}", text.escape_debug(), earlier.shown());
                    self.reader.wrong(earlier.line, &at.shown("vip"), found, expected());
                }
            }
        }
        vip
    }

    fn person(&mut self, at: &Section<'a>) -> Person {
        let id = PersonId::new(self.reader.id(at, "id"));
        self.reader.claim("person", id.as_str(), at, "id");
        let phones = self.reader.sections(at, "phone", "person.phone", "id");
        let phones = phones.iter().enumerate().filter_map(|(place, phone)| self.phone(phone, &id, place));
        Person {
            phones: phones.collect(),
            name: self.reader.name(at, "name"),
            role: self.reader.word(at, "role").unwrap_or(Role::Agent),
            password_hash: self.password(at, &id),
            second_factor: self.kept(at, "second_factor", &id, |person| &person.second_factor),
            invite: self.kept(at, "invite", &id, |person| &person.invite),
            extension: self.extension(at),
            skills: self.skills(at),
            hours: self.hours_of(at, "person.hours"),
            id,
        }
    }

    /// The hash as it will be kept; a plain password is set aside for hashing.
    fn password(&mut self, at: &Section<'a>, id: &PersonId) -> Option<Secret> {
        let plain = self.reader.secret(at, "password");
        let hash = self.reader.secret(at, "password_hash");
        let place = |key| at.node.entry(key).and_then(|node| node.line);
        match (&plain, &hash) {
            (Some(_), Some(_)) => {
                let (found, expected) = ("a \"password\" beside a \"password_hash\"", "one of the two");
                self.reader.wrong(place("password"), &at.path, found.to_owned(), expected.to_owned());
            }
            (Some(password), _) if password.0.chars().count() < PASSWORD_CHARACTERS_MIN => {
                let expected = format!("at least {PASSWORD_CHARACTERS_MIN} characters");
                self.reader.wrong(
                    place("password"),
                    &at.shown("password"),
                    "a short one".to_owned(),
                    expected,
                );
            }
            (_, Some(hash)) if !hash.0.starts_with("$argon2id$") => {
                let (found, expected) = ("something else", "a text beginning with \"$argon2id$\"");
                let path = at.shown("password_hash");
                self.reader.wrong(place("password_hash"), &path, found.to_owned(), expected.to_owned());
            }
            _ => {}
        }
        let kept = || self.previous?.people.iter().find(|person| person.id == *id)?.password_hash.clone();
        let hash = hash.or_else(kept);
        self.passwords.extend(plain.map(|plain| (id.clone(), plain)));
        hash
    }

    /// What was written, else what this person has.
    fn kept(
        &mut self,
        at: &Section<'a>,
        key: &str,
        id: &PersonId,
        of: fn(&Person) -> &Option<Secret>,
    ) -> Option<Secret> {
        let present =
            self.previous.and_then(|office| office.person(id)).and_then(|person| of(person).clone());
        self.reader.secret(at, key).or(present)
    }

    fn extension(&mut self, at: &Section<'a>) -> Option<Number> {
        let home = self.home;
        let short = |text: &str| {
            let digits = (2..=6).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
            digits.then(|| Number::parse(text, home))?
        };
        let extension = self.reader.form(at, "extension", short)?;
        if extension.class(home) == Class::Emergency {
            let line = at.node.entry("extension").and_then(|node| node.line);
            let found = format!("the emergency number \"{extension}\"");
            let expected = "a number that calls no help in this country".to_owned();
            self.reader.wrong(line, &at.shown("extension"), found, expected);
        }
        self.reader.claim("extension", extension.as_str(), at, "extension");
        Some(extension)
    }

    fn skills(&mut self, at: &Section<'a>) -> BTreeMap<String, u8> {
        let mut skills = BTreeMap::new();
        let Some(node) = at.node.entry("skills") else { return skills };
        let expected =
            || super::table::row("person", "skills").map(|row| row.kind.words()).unwrap_or_default();
        if !matches!(node.value, Value::Table(_)) {
            self.reader.wrong(node.line, &at.shown("skills"), node.shown(), expected());
        }
        for (topic, level) in node.entries() {
            match level.value {
                Value::Whole(level @ 0..=3) if values::is_id(topic) => {
                    skills.insert(topic.clone(), u8::try_from(level).unwrap_or(0));
                }
                _ => {
                    let found = format!("\"{}\" = {}", topic.escape_debug(), level.shown());
                    self.reader.wrong(level.line, &at.shown("skills"), found, expected());
                }
            }
        }
        skills
    }

    fn phone(&mut self, at: &Section<'a>, person: &PersonId, place: usize) -> Option<Phone> {
        let home = self.home;
        let mobile = self.reader.form(at, "mobile", |text| values::number(text, home));
        let id = self.reader.id(at, "id");
        let secret = self.reader.secret(at, "secret");
        match (at.node.entry("id"), at.node.entry("mobile")) {
            (Some(_), None) => {
                self.reader.claim("phone", &id, at, "id");
                let id = PhoneId::new(id);
                let kept = || self.previous?.phone_secret(&id).cloned();
                // Empty: to be made by the shell, which has the randomness.
                let secret = secret.or_else(kept).unwrap_or_else(|| Secret("".into()));
                Some(Phone::Sip { id, secret })
            }
            (None, Some(_)) if secret.is_none() => {
                let id = PhoneId::new(format!("{person}/mobile-{}", place + 1));
                mobile.map(|number| Phone::Mobile { id, number })
            }
            _ => {
                let expected = "an \"id\" (with its \"secret\") or a \"mobile\"".to_owned();
                let found = "neither one nor the other, or both".to_owned();
                self.reader.wrong(at.node.line, &at.path, found, expected);
                None
            }
        }
    }

    fn menu(&mut self, at: &Section<'a>) -> Menu {
        let id = self.reader.id(at, "id");
        self.reader.claim("menu", &id, at, "id");
        let otherwise = self.goal(at, "otherwise").unwrap_or_else(|| Goal::Group("".into()));
        if let Some(node) = at.node.entry("otherwise") {
            let round = otherwise == Goal::Menu(MenuId::from(id.as_str()));
            self.two_levels(&otherwise, round, node, &at.shown("otherwise"));
        }
        Menu {
            id: id.as_str().into(),
            prompt: self.reader.name(at, "prompt"),
            keys: self.menu_keys(at, &id),
            timeout: self.reader.duration(at, "timeout"),
            language: self.reader.word(at, "language"),
            otherwise,
        }
    }

    /// Callers choose twice at most, and are never led round without a key.
    fn two_levels(&mut self, goal: &Goal, round: bool, node: &Node, path: &str) {
        if round || self.ids.leads_too_deep(goal) {
            let expected = "a goal other than a menu that leads to a menu: menus go two levels deep";
            self.reader.wrong(node.line, path, node.shown(), expected.to_owned());
        }
    }

    fn menu_keys(&mut self, at: &Section<'a>, menu: &str) -> BTreeMap<char, Goal> {
        let mut keys = BTreeMap::new();
        let expected = "a table of keys 0–9, \"*\" or \"#\" and goals, such as { \"1\" = \"group:main\" }";
        let node = at.node.entry("keys");
        if node.is_none_or(|node| node.entries().is_empty()) {
            let line = node.and_then(|node| node.line).or(at.node.line);
            let found = node.map_or("nothing".to_owned(), Node::shown);
            self.reader.wrong(line, &at.shown("keys"), found, expected.to_owned());
        }
        for (key, goal) in node.map(Node::entries).unwrap_or_default() {
            let read = goal.text().and_then(|text| values::goal(text, self.home));
            match (key.as_bytes(), read) {
                ([c @ (b'0'..=b'9' | b'*' | b'#')], Some(read)) => {
                    self.refer(&read, goal, &at.shown("keys"));
                    // A key back to its own menu: hear it again.
                    if read != Goal::Menu(MenuId::from(menu)) {
                        self.two_levels(&read, false, goal, &at.shown("keys"));
                    }
                    keys.insert(char::from(*c), read);
                }
                _ => {
                    let found = format!("\"{}\" = {}", key.escape_debug(), goal.shown());
                    self.reader.wrong(goal.line, &at.shown("keys"), found, expected.to_owned());
                }
            }
        }
        keys
    }

    fn number_plan(&mut self, at: &Section<'a>) -> Option<NumberPlan> {
        let home = self.home;
        let number = self.reader.form(at, "number", |text| values::number(text, home));
        if let Some(number) = &number {
            self.reader.claim("number", number.as_str(), at, "number");
        }
        let to = self.goal(at, "to").unwrap_or_else(|| Goal::Group("".into()));
        let topic = Some(self.reader.id(at, "topic")).filter(|topic| !topic.is_empty());
        let welcome = self.reader.flag(at, "welcome");
        let language = self.reader.word(at, "language");
        number.map(|number| NumberPlan { number, to, topic, welcome, language })
    }

    /// Hours of the office or a group, or a person's, which lead nobody anywhere.
    pub(super) fn hours_of(&mut self, at: &Section<'a>, kind: &'static str) -> Option<Hours> {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let at = self.reader.section(at, "hours", kind)?;
        let closed = self.reader.sections(&at, "closed", "hours.closed", "date");
        Some(Hours {
            week: DAYS.map(|day| self.day(&at, day)),
            holidays: self.reader.flag(&at, "holidays"),
            closed: closed.iter().filter_map(|day| self.closed_day(day, &at.path)).collect(),
            after: if kind == "hours" { self.goal(&at, "after") } else { None },
        })
    }

    fn day(&mut self, at: &Section<'a>, day: &'static str) -> Vec<Span> {
        let mut spans = self.reader.forms(at, day, values::span).unwrap_or_default();
        spans.sort_by_key(|(span, _)| span.from);
        for pair in spans.windows(2) {
            let ((first, _), (second, line)) = (pair[0], pair[1]);
            if first.to.is_none_or(|end| second.from < end) {
                let found =
                    format!("\"{}\" and \"{}\"", values::print_span(first), values::print_span(second));
                self.reader.wrong(line, &at.shown(day), found, "hours that do not overlap".to_owned());
            }
        }
        spans.into_iter().map(|(span, _)| span).collect()
    }

    fn closed_day(&mut self, at: &Section<'a>, hours: &str) -> Option<ClosedDay> {
        let why = self.reader.text(at, "why");
        let day = self.reader.form(at, "date", |date| values::closed_day(date, &why))?;
        let line = at.node.entry("date").and_then(|node| node.line);
        let claim = format!("{hours} {}", day.date);
        self.reader.claim_at("closed day", &claim, line, &at.path);
        Some(day)
    }

    /// A goal that exists.
    pub(super) fn goal(&mut self, at: &Section<'a>, key: &str) -> Option<Goal> {
        let home = self.home;
        let goal = self.reader.form(at, key, |text| values::goal(text, home))?;
        if let Some(node) = at.node.entry(key) {
            self.refer(&goal, node, &at.shown(key));
        }
        Some(goal)
    }

    fn refer(&mut self, goal: &Goal, node: &Node, path: &str) {
        let (what, known) = match goal {
            Goal::Group(id) | Goal::Topic(id, _) | Goal::Voicemail(id) | Goal::Callback(id) => {
                ("group", self.ids.groups.contains(id.as_str()))
            }
            Goal::Menu(id) => ("menu", self.ids.menus.contains(id.as_str())),
            Goal::Person(id) => ("person", self.ids.people.contains(id.as_str())),
            Goal::Number(_) => return,
        };
        if !known {
            self.reader.wrong(node.line, path, node.shown(), format!("the id of a {what} in this file"));
        }
    }

    /// A group that exists.
    pub(super) fn group_id(&mut self, at: &Section<'a>, key: &str) -> GroupId {
        let ids = &self.ids.groups;
        let known = |text: &str| ids.contains(text).then(|| GroupId::from(text));
        self.reader.form(at, key, known).unwrap_or_else(|| "".into())
    }
}
