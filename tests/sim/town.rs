//! The office everything is tried in.

use frontdesk::ids::{GroupId, PersonId, PhoneId, TrunkId};
use frontdesk::number::{Country, Number};
use frontdesk::settings::*;
use frontdesk::sip::Transport;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const DK: Country = Country(*b"DK");

/// A number of the test plan.
pub fn number(text: &str) -> Number {
    Number::parse(text, DK).unwrap()
}

fn person(id: &str, role: Role, extension: &str, phones: &[&str]) -> Person {
    let sip = |id: &&str| Phone::Sip { id: PhoneId::from(*id), secret: Secret(Arc::from("s")) };
    Person {
        id: PersonId::from(id),
        name: id.to_owned(),
        role,
        password_hash: None,
        second_factor: None,
        invite: None,
        hours: None,
        extension: Some(number(extension)),
        skills: BTreeMap::new(),
        phones: phones.iter().map(sip).collect(),
    }
}

/// A group over these members, each with the seconds after which they join.
pub fn group(id: &str, strategy: Strategy, members: &[(&str, u64)]) -> Group {
    let member = |(id, after): &(&str, u64)| Member {
        person: PersonId::from(*id),
        after: Duration::from_secs(*after),
    };
    Group {
        id: GroupId::from(id),
        name: id.to_owned(),
        strategy,
        members: members.iter().map(member).collect(),
        ring: Duration::from_secs(15),
        wrap_up: Duration::from_secs(15),
        topic: None,
        weight: Duration::ZERO,
        info: Vec::new(),
        hours: None,
        target: Target { percent: 80, within: Duration::from_secs(20) },
        callback: CallbackSettings {
            offer_after: Duration::from_secs(30),
            first: First::Agent,
            attempts: 3,
            just_hang_up: false,
            drain: Duration::from_secs(900),
            after_close: AfterClose::Carry,
            carry_max: 20,
            head_start: false,
            mail_confirm: false,
            mail_unreached: false,
            record_matter: false,
        },
        overflow: Overflow {
            backup_after: Duration::from_secs(25),
            backup: Vec::new(),
            message_after: Duration::from_secs(90),
            choice_after: Duration::from_secs(300),
            max: None,
        },
    }
}

/// anna (owner, 11), bo (12), cy (lead, 13, two phones), dan (14, in no group); one trunk of four channels.
pub fn settings(groups: Vec<Group>) -> Settings {
    let all_day = Span { from: jiff::civil::time(0, 0, 0, 0), to: None };
    let first = groups[0].id.clone();
    let last = groups[groups.len() - 1].id.clone();
    let plan = |text: &str, to: Goal, welcome: bool| NumberPlan {
        number: number(text),
        to,
        topic: None,
        welcome,
        language: None,
    };
    Settings {
        office: OfficeSettings {
            name: "Office".into(),
            language: Language::En,
            country: DK,
            time_zone: jiff::tz::TimeZone::UTC,
            vip: BTreeMap::new(),
        },
        people: vec![
            person("anna", Role::Owner, "11", &["anna-desk"]),
            person("bo", Role::Agent, "12", &["bo-desk"]),
            person("cy", Role::Lead, "13", &["cy-desk", "cy-soft"]),
            person("dan", Role::Agent, "14", &["dan-desk"]),
        ],
        trunks: vec![Trunk {
            id: TrunkId::from("provider"),
            host: "sip.provider.example".into(),
            port: None,
            transport: Transport::Udp,
            register: true,
            user: "account".into(),
            secret: Secret(Arc::from("s")),
            from: Vec::new(),
            numbers: vec![number("+4533445566"), number("+4533445567")],
            channels: 4,
        }],
        groups,
        menus: Vec::new(),
        hours: Hours {
            week: std::array::from_fn(|_| vec![all_day]),
            holidays: false,
            closed: Vec::new(),
            after: None,
        },
        callback: CallbackRules {
            calling_hours: Span {
                from: jiff::civil::time(8, 0, 0, 0),
                to: Some(jiff::civil::time(20, 0, 0, 0)),
            },
            answer_accepts: Duration::from_secs(4),
            read_back: ReadBack::Whole,
            switchboard: Vec::new(),
        },
        numbers: vec![
            plan("+4533445566", Goal::Group(first), true),
            plan("+4533445567", Goal::Person(PersonId::from("anna")), false),
            plan("+4533445568", Goal::Group(last), false),
        ],
        mailboxes: Vec::new(),
        privacy: Privacy { contacts: None, voicemail: None, mail: None },
        network: Network { remote_phones: false, https_only: false },
        outbound: Outbound {
            countries: vec![DK, Country(*b"SE")],
            daily_cost_limit: Money { hundredths: 2000, currency: "EUR".into() },
            foreign_at_once: 2,
            new_calls_per_minute: 5,
            night: Some((jiff::civil::time(22, 0, 0, 0), jiff::civil::time(6, 0, 0, 0))),
        },
    }
}

/// The same with a menu over a menu, a number for messages, bo's mobile, a week plan for cy, and hours and holidays of
/// the second group's own.
pub fn with_keys(mut settings: Settings) -> Settings {
    settings.people[2].hours = Some(week_plan(&settings.hours));
    if let Some(side) = settings.groups.get_mut(1) {
        side.hours = Some(Hours { holidays: true, ..week_plan(&settings.hours) });
    }
    let group = |at: usize| settings.groups[at.min(settings.groups.len() - 1)].id.clone();
    let (first, last) = (group(0), group(1));
    let menu = |id: &str, keys: Vec<(char, Goal)>, otherwise: Goal| Menu {
        id: id.into(),
        prompt: format!("{id}-menu"),
        keys: keys.into_iter().collect(),
        timeout: Duration::from_secs(6),
        language: None,
        otherwise,
    };
    let front = vec![
        ('1', Goal::Menu("inner".into())),
        ('2', Goal::Voicemail(first.clone())),
        ('4', Goal::Person(PersonId::from("anna"))),
    ];
    let inner = vec![('1', Goal::Group(last)), ('2', Goal::Number(number("+4520304050")))];
    let (otherwise, voicemail) = (Goal::Group(first.clone()), Goal::Voicemail(first));
    settings.menus = vec![menu("front", front, otherwise.clone()), menu("inner", inner, otherwise)];
    let plan = |text: &str, to: Goal| NumberPlan {
        number: number(text),
        to,
        topic: None,
        welcome: true,
        language: None,
    };
    settings.numbers.push(plan("+4533445570", Goal::Menu("front".into())));
    settings.numbers.push(plan("+4533445571", voicemail));
    let mobile = Phone::Mobile { id: PhoneId::from("bo/mobile-2"), number: number("+4520304099") };
    settings.people[1].phones.push(mobile);
    settings
}

/// In two shifts a day: whoever has it is also signed in and out by hand.
fn week_plan(hours: &Hours) -> Hours {
    let span =
        |from, to| Span { from: jiff::civil::time(from, 0, 0, 0), to: Some(jiff::civil::time(to, 0, 0, 0)) };
    Hours { week: std::array::from_fn(|_| vec![span(2, 9), span(10, 21)]), ..hours.clone() }
}
