//! Pure. Everything an owner can set: typed, checked, in one value.
//!
//! `office.toml`, the dashboard's forms, `GET /office` and `--help` are views of one table in
//! [`table`]; this file holds what the checked result looks like. Nothing here can dangle: every id
//! refers to something that exists.

use crate::ids::{GroupId, MailboxId, MenuId, PersonId, PhoneId, TrunkId};
use crate::number::{Country, Number};
use jiff::civil::{Date, Time};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The whole office.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub office: OfficeSettings,
    pub people: Vec<Person>,
    pub trunks: Vec<Trunk>,
    pub groups: Vec<Group>,
    pub menus: Vec<Menu>,
    pub hours: Hours,
    pub numbers: Vec<NumberPlan>,
    pub mailboxes: Vec<Mailbox>,
    pub privacy: Privacy,
    pub network: Network,
    pub outbound: Outbound,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OfficeSettings {
    pub name: String,
    pub language: Language,
    pub country: Country,
    pub time_zone: jiff::tz::TimeZone,
}

/// The five languages of screens, prompts and mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    En,
    Sv,
    Da,
    Nl,
    ZhHant,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    /// Argon2id in PHC form; `None`: not invited in yet.
    pub password_hash: Option<Secret>,
    pub extension: Option<Number>,
    /// Topic → level 0–3.
    pub skills: BTreeMap<String, u8>,
    pub phones: Vec<Phone>,
}

/// What a person may do, weakest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Owner,
    Lead,
    Agent,
    Viewer,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Phone {
    /// A SIP device that registers with us.
    Sip { id: PhoneId, secret: Secret },
    /// A mobile reached through a trunk; its answer counts only after key 1.
    Mobile { id: PhoneId, number: Number },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Trunk {
    pub id: TrunkId,
    /// Host name or address.
    pub host: String,
    /// `None`: look up SRV.
    pub port: Option<u16>,
    pub transport: crate::sip::Transport,
    /// `false`: an address trunk.
    pub register: bool,
    pub user: String,
    pub secret: Secret,
    pub from: Vec<SourceRange>,
    pub numbers: Vec<Number>,
    pub channels: u32,
}

/// CIDR or CIDR:port that a trunk's calls may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceRange {
    pub net: ipnet::IpNet,
    pub port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub strategy: Strategy,
    pub members: Vec<Member>,
    pub ring: Duration,
    pub wrap_up: Duration,
    pub hours: Option<Hours>,
    pub target: Target,
    pub callback: CallbackSettings,
    pub overflow: Overflow,
}

/// How a group rings (spec/hunt-groups.md §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    Everyone,
    InOrder,
    TakeTurns,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: PersonId,
    pub after: Duration,
}

/// Service level: `percent` answered within `within` (spec/metrics.md M1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub percent: u8,
    pub within: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackSettings {
    pub offer_after: Duration,
    pub first: First,
    pub attempts: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    Agent,
    Customer,
}

/// spec/hunt-groups.md §9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overflow {
    pub backup_after: Duration,
    pub message_after: Duration,
    pub choice_after: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    pub id: MenuId,
    pub prompt: String,
    pub keys: BTreeMap<char, Goal>,
    pub timeout: Duration,
    pub otherwise: Goal,
}

/// Where a call goes: `group:main`, `person:anna`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    Group(GroupId),
    Menu(MenuId),
    Person(PersonId),
    Voicemail(GroupId),
    Callback(GroupId),
    Number(Number),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// Monday first; several spans a day, `24:00` as the end of the day.
    pub week: [Vec<Span>; 7],
    pub holidays: bool,
    pub closed: Vec<ClosedDay>,
    pub after: Option<Goal>,
}

/// From–to within a day; `to` is exclusive, `None` is midnight at the day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Time,
    pub to: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDay {
    pub date: Date,
    pub why: String,
}

/// What a dialled number of ours leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberPlan {
    pub number: Number,
    pub to: Goal,
    pub welcome: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Mailbox {
    pub id: MailboxId,
    pub address: String,
    pub group: GroupId,
    pub imap: Server,
    pub smtp: Server,
    pub auto_reply: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub password: Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Tls,
    Starttls,
    None,
}

/// How long personal data stays; `None`: for ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Privacy {
    pub contacts: Option<Retention>,
    pub voicemail: Option<Retention>,
    pub mail: Option<Retention>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    pub remote_phones: bool,
    pub https_only: bool,
}

/// The fraud airbag (spec/reliability.md §2).
#[derive(Clone, Debug, PartialEq)]
pub struct Outbound {
    pub countries: Vec<Country>,
    pub daily_cost_limit: Money,
    pub foreign_at_once: u32,
    pub new_calls_per_minute: u32,
    pub night: Option<(Time, Time)>,
}

/// An amount in hundredths of a currency unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    pub hundredths: u64,
    pub currency: String,
}

/// Something no log may show; `Debug` prints dots.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Arc<str>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("•••")
    }
}

/// A length of calendar time such as `24 months` or `90 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub months: u16,
    pub days: u16,
}
