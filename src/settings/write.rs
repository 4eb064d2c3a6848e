//! Pure. From [`Settings`] back to a tree: what `export`, `GET /office` and comparisons read.

use super::node::{Node, Value};
use super::values::{self, Words};
use super::*;

/// A table under construction, in the order of the file.
struct Entries(Vec<(String, Node)>);

impl Entries {
    fn new() -> Self {
        Entries(Vec::new())
    }

    fn with(mut self, key: &str, value: Value) -> Self {
        self.0.push((key.to_owned(), Node::new(value)));
        self
    }

    fn text(self, key: &str, text: impl Into<String>) -> Self {
        self.with(key, Value::Text(text.into()))
    }

    fn whole(self, key: &str, number: impl Into<i64>) -> Self {
        self.with(key, Value::Whole(number.into()))
    }

    fn flag(self, key: &str, flag: bool) -> Self {
        self.with(key, Value::Flag(flag))
    }

    fn duration(self, key: &str, duration: Duration) -> Self {
        self.text(key, values::print_duration(duration))
    }

    fn texts(self, key: &str, texts: impl Iterator<Item = String>) -> Self {
        self.with(key, Value::List(texts.map(|text| Node::new(Value::Text(text))).collect()))
    }

    /// Left out when empty: an empty list of sections cannot be written under headers.
    fn tables(self, key: &str, tables: impl Iterator<Item = Value>) -> Self {
        let tables: Vec<Node> = tables.map(Node::new).collect();
        match tables.is_empty() {
            true => self,
            false => self.with(key, Value::List(tables)),
        }
    }

    fn maybe(self, key: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// An empty secret is one that was never given.
    fn secret(self, key: &str, secret: &Secret, secrets: Secrets) -> Self {
        match secrets {
            Secrets::Shown if !secret.0.is_empty() => self.text(key, &*secret.0),
            _ => self,
        }
    }

    fn table(self) -> Value {
        Value::Table(self.0)
    }
}

/// The whole tree.
pub(super) fn tree(settings: &Settings, secrets: Secrets) -> Node {
    let s = settings;
    let root = Entries::new()
        .with("office", office(&s.office))
        .tables("person", s.people.iter().map(|one| person(one, secrets)))
        .tables("trunk", s.trunks.iter().map(|one| trunk(one, secrets)))
        .tables("group", s.groups.iter().map(group))
        .tables("menu", s.menus.iter().map(menu))
        .with("hours", hours(&s.hours))
        .with("callback", callback_rules(&s.callback))
        .tables("number", s.numbers.iter().map(number))
        .tables("mailbox", s.mailboxes.iter().map(|one| mailbox(one, secrets)))
        .with("privacy", privacy(&s.privacy))
        .with("network", network(&s.network))
        .with("outbound", outbound(&s.outbound));
    Node::new(root.table())
}

fn office(office: &OfficeSettings) -> Value {
    let vip = |(number, earlier): (&Number, &Duration)| {
        (number.to_string(), Node::new(Value::Text(values::print_duration(*earlier))))
    };
    let vip: Vec<_> = office.vip.iter().map(vip).collect();
    Entries::new()
        .text("name", &office.name)
        .text("language", office.language.word())
        .text("country", values::print_country(office.country))
        .text("time_zone", office.time_zone.iana_name().unwrap_or("UTC"))
        .maybe("vip", (!vip.is_empty()).then_some(Value::Table(vip)))
        .table()
}

fn person(person: &Person, secrets: Secrets) -> Value {
    let skill = |(topic, level): (&String, &u8)| (topic.clone(), Node::new(Value::Whole((*level).into())));
    let skills: Vec<_> = person.skills.iter().map(skill).collect();
    let mut entries = Entries::new()
        .text("id", person.id.as_str())
        .text("name", &person.name)
        .text("role", person.role.word());
    if let Some(hash) = &person.password_hash {
        entries = entries.secret("password_hash", hash, secrets);
    }
    if let Some(factor) = &person.second_factor {
        entries = entries.secret("second_factor", factor, secrets);
    }
    if let Some(invite) = &person.invite {
        entries = entries.secret("invite", invite, secrets);
    }
    entries
        .maybe("extension", person.extension.as_ref().map(|number| Value::Text(number.to_string())))
        .maybe("skills", (!skills.is_empty()).then_some(Value::Table(skills)))
        .maybe("hours", person.hours.as_ref().map(hours))
        .tables("phone", person.phones.iter().map(|one| phone(one, secrets)))
        .table()
}

fn phone(phone: &Phone, secrets: Secrets) -> Value {
    match phone {
        Phone::Sip { id, secret } => {
            Entries::new().text("id", id.as_str()).secret("secret", secret, secrets).table()
        }
        Phone::Mobile { number, .. } => Entries::new().text("mobile", number.as_str()).table(),
    }
}

fn trunk(trunk: &Trunk, secrets: Secrets) -> Value {
    Entries::new()
        .text("id", trunk.id.as_str())
        .text("host", values::print_host(&trunk.host, trunk.port))
        .text("transport", trunk.transport.word())
        .flag("register", trunk.register)
        .text("user", &trunk.user)
        .secret("secret", &trunk.secret, secrets)
        .texts("from", trunk.from.iter().map(|range| values::print_source_range(*range)))
        .texts("numbers", trunk.numbers.iter().map(Number::to_string))
        .whole("channels", trunk.channels)
        .table()
}

fn group(group: &Group) -> Value {
    let member = |member: &Member| {
        let entries = Entries::new().text("person", member.person.as_str());
        match member.after.is_zero() {
            true => entries.table(),
            false => entries.duration("after", member.after).table(),
        }
    };
    let target =
        Entries::new().whole("percent", group.target.percent).duration("within", group.target.within);
    let callback = Entries::new()
        .duration("offer_after", group.callback.offer_after)
        .text("first", group.callback.first.word())
        .whole("attempts", group.callback.attempts)
        .flag("just_hang_up", group.callback.just_hang_up)
        .duration("drain", group.callback.drain)
        .text("after_close", group.callback.after_close.word())
        .whole("carry_max", group.callback.carry_max)
        .flag("head_start", group.callback.head_start)
        .flag("mail_confirm", group.callback.mail_confirm)
        .flag("mail_unreached", group.callback.mail_unreached)
        .flag("record_matter", group.callback.record_matter);
    let names = |names: Vec<String>| {
        let texts = names.into_iter().map(|name| Node::new(Value::Text(name))).collect();
        Some(Value::List(texts)).filter(|list| *list != Value::List(Vec::new()))
    };
    let backup = group.overflow.backup.iter().map(ToString::to_string).collect();
    let overflow = Entries::new()
        .duration("backup_after", group.overflow.backup_after)
        .maybe("backup", names(backup))
        .duration("message_after", group.overflow.message_after)
        .duration("choice_after", group.overflow.choice_after)
        .maybe("max", group.overflow.max.map(|max| Value::Whole(max.into())));
    Entries::new()
        .text("id", group.id.as_str())
        .text("name", &group.name)
        .text("strategy", group.strategy.word())
        .tables("members", group.members.iter().map(member))
        .duration("ring", group.ring)
        .duration("wrap_up", group.wrap_up)
        .maybe("topic", group.topic.clone().map(Value::Text))
        .duration("weight", group.weight)
        .maybe("info", names(group.info.clone()))
        .maybe("hours", group.hours.as_ref().map(hours))
        .with("target", target.table())
        .with("callback", callback.table())
        .with("overflow", overflow.table())
        .table()
}

fn menu(menu: &Menu) -> Value {
    let key =
        |(key, goal): (&char, &Goal)| (key.to_string(), Node::new(Value::Text(values::print_goal(goal))));
    Entries::new()
        .text("id", menu.id.as_str())
        .text("prompt", &menu.prompt)
        .with("keys", Value::Table(menu.keys.iter().map(key).collect()))
        .duration("timeout", menu.timeout)
        .maybe("language", menu.language.map(|one| Value::Text(one.word().to_owned())))
        .text("otherwise", values::print_goal(&menu.otherwise))
        .table()
}

fn hours(hours: &Hours) -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().zip(&hours.week);
    let closed =
        |day: &ClosedDay| Entries::new().text("date", day.date.to_string()).text("why", &day.why).table();
    days.fold(Entries::new(), |entries, (day, spans)| {
        entries.texts(day, spans.iter().map(|span| values::print_span(*span)))
    })
    .flag("holidays", hours.holidays)
    .tables("closed", hours.closed.iter().map(closed))
    .maybe("after", hours.after.as_ref().map(|goal| Value::Text(values::print_goal(goal))))
    .table()
}

fn callback_rules(rules: &CallbackRules) -> Value {
    Entries::new()
        .text("calling_hours", values::print_span(rules.calling_hours))
        .duration("answer_accepts", rules.answer_accepts)
        .text("read_back", rules.read_back.word())
        .texts("switchboard", rules.switchboard.iter().map(Number::to_string))
        .table()
}

fn number(plan: &NumberPlan) -> Value {
    Entries::new()
        .text("number", plan.number.as_str())
        .text("to", values::print_goal(&plan.to))
        .maybe("topic", plan.topic.clone().map(Value::Text))
        .flag("welcome", plan.welcome)
        .maybe("language", plan.language.map(|one| Value::Text(one.word().to_owned())))
        .table()
}

fn mailbox(mailbox: &Mailbox, secrets: Secrets) -> Value {
    let server = |server: &Server| {
        Entries::new()
            .text("host", &server.host)
            .whole("port", server.port)
            .text("security", server.security.word())
            .text("user", &server.user)
            .secret("password", &server.password, secrets)
            .table()
    };
    Entries::new()
        .text("id", mailbox.id.as_str())
        .text("address", &mailbox.address)
        .texts("aliases", mailbox.aliases.iter().cloned())
        .text("group", mailbox.group.as_str())
        .duration("first_reply", mailbox.first_reply)
        .flag("auto_reply", mailbox.auto_reply)
        .flag("call_back", mailbox.call_back)
        .with("imap", server(&mailbox.imap))
        .with("smtp", server(&mailbox.smtp))
        .maybe("oauth", mailbox.oauth.as_ref().map(|one| oauth(one, secrets)))
        .table()
}

fn oauth(oauth: &OAuth, secrets: Secrets) -> Value {
    let none = Secret("".into());
    Entries::new()
        .text("provider", oauth.provider.word())
        .text("client_id", &oauth.client_id)
        .secret("client_secret", oauth.client_secret.as_ref().unwrap_or(&none), secrets)
        .secret("refresh_token", oauth.refresh_token.as_ref().unwrap_or(&none), secrets)
        .maybe("ends_at", oauth.ends_at.map(|at| Value::Text(at.to_string())))
        .table()
}

fn privacy(privacy: &Privacy) -> Value {
    Entries::new()
        .text("contacts", values::print_retention(privacy.contacts))
        .text("voicemail", values::print_retention(privacy.voicemail))
        .text("mail", values::print_retention(privacy.mail))
        .table()
}

fn network(network: &Network) -> Value {
    Entries::new().flag("remote_phones", network.remote_phones).flag("https_only", network.https_only).table()
}

fn outbound(outbound: &Outbound) -> Value {
    Entries::new()
        .texts("countries", outbound.countries.iter().map(|country| values::print_country(*country)))
        .text("daily_cost_limit", values::print_money(&outbound.daily_cost_limit))
        .whole("foreign_at_once", outbound.foreign_at_once)
        .whole("new_calls_per_minute", outbound.new_calls_per_minute)
        .text("night", values::print_night(outbound.night))
        .table()
}
