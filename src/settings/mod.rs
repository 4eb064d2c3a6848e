//! Pure. Everything an owner can set: typed, checked, in one value.
//!
//! `office.toml`, what `export` says about it, and `GET /office` are views of one table in [`table`]; this file
//! holds what the checked result looks like. Nothing here can dangle: every id refers to something that exists.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod diff;
mod explain;
mod groups;
mod lines;
mod losses;
mod node;
mod parse;
mod read;
pub mod table;
mod values;
mod write;

pub use diff::{diff, diff_from};
pub use explain::explained;
pub use losses::losses;
pub use values::duration;

use crate::ids::{GroupId, MailboxId, MenuId, PersonId, PhoneId, TrunkId};
use crate::number::{Country, Number};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// One thing wrong with the settings; its `Display` is one sentence for the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as given; empty for JSON.
    pub file: String,
    /// 1-based; `None` when there is no line to point to.
    pub line: Option<usize>,
    /// Where: `group "main" ring`; empty for the whole.
    pub path: String,
    pub found: String,
    pub expected: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.file.as_str(), self.line) {
            ("", _) => {}
            (file, None) => write!(f, "{file}: ")?,
            (file, Some(line)) => write!(f, "{file} line {line}: ")?,
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "found {}, expected {}.", self.found, self.expected)
    }
}

/// Settings that are right, but not complete: what needs a hash or randomness is left to a shell.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// A phone without a secret has an empty one; make it before anything is kept.
    pub settings: Settings,
    /// Passwords to hash (Argon2id) and put in place of `password_hash`.
    pub passwords: Vec<(PersonId, Secret)>,
}

/// Whether secrets are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    Hidden,
    Shown,
}

/// Reads `office.toml`; every fault at once. A secret or password left out is taken from `previous`.
pub fn draft_toml(text: &str, file: &str, previous: Option<&Settings>) -> Result<Draft, Vec<Problem>> {
    parse::settings(file, &node::from_toml(text, file)?, previous)
}

/// The same content as JSON (`PUT /office`).
pub fn draft_json(json: &serde_json::Value, previous: Option<&Settings>) -> Result<Draft, Vec<Problem>> {
    parse::settings("", &node::from_json(json), previous)
}

/// Settings from a text that holds no plain passwords and no phone without a secret: what
/// [`print_toml`] wrote with [`Secrets::Shown`].
pub fn parse_toml(text: &str, file: &str, previous: Option<&Settings>) -> Result<Settings, Vec<Problem>> {
    draft_toml(text, file, previous).map(|draft| draft.settings)
}

/// Writes `office.toml`; applying it to the same office changes nothing.
pub fn print_toml(settings: &Settings, secrets: Secrets) -> String {
    node::to_toml(&write::tree(settings, secrets))
}

/// The same content as JSON (`GET /office`).
pub fn to_json(settings: &Settings, secrets: Secrets) -> serde_json::Value {
    node::to_json(&write::tree(settings, secrets))
}

/// The whole office.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub office: OfficeSettings,
    pub people: Vec<Person>,
    pub trunks: Vec<Trunk>,
    pub groups: Vec<Group>,
    pub menus: Vec<Menu>,
    pub hours: Hours,
    pub callback: CallbackRules,
    pub numbers: Vec<NumberPlan>,
    pub mailboxes: Vec<Mailbox>,
    pub privacy: Privacy,
    pub network: Network,
    pub outbound: Outbound,
}

/// Who the office is, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficeSettings {
    pub name: String,
    pub language: Language,
    pub country: Country,
    pub time_zone: jiff::tz::TimeZone,
    /// Callers who are placed in the line as if they had come so much earlier.
    pub vip: BTreeMap<Number, Duration>,
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

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    /// Argon2id in PHC form; `None`: not invited in yet.
    pub password_hash: Option<Secret>,
    /// The key of the authenticator app and the recovery codes, as the web keeps them.
    pub second_factor: Option<Secret>,
    /// The hash and the end of a link that lets the person choose a password, as the store keeps it.
    pub invite: Option<Secret>,
    pub extension: Option<Number>,
    /// The week plan: on duty in these hours; `None`: by hand alone.
    pub hours: Option<Hours>,
    /// Topic → level 0–3.
    pub skills: BTreeMap<String, u8>,
    pub phones: Vec<Phone>,
}

/// The shortest password taken.
pub const PASSWORD_CHARACTERS_MIN: usize = 8;

/// What a person may do, weakest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Owner,
    Lead,
    Agent,
    Viewer,
}

/// What rings for a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Phone {
    /// A SIP device that registers with us.
    Sip { id: PhoneId, secret: Secret },
    /// A mobile reached through a trunk; its answer counts only after key 1.
    Mobile { id: PhoneId, number: Number },
}

/// A provider.
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

/// People who share the calls of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub strategy: Strategy,
    pub members: Vec<Member>,
    pub ring: Duration,
    pub wrap_up: Duration,
    /// What its calls are about: members are chosen by their level in it (spec/hunt-groups.md §7).
    pub topic: Option<String>,
    /// Its callers stand in the line as if they had come so much earlier.
    pub weight: Duration,
    /// Prompts of the owner's own, played to those who wait, in turn.
    pub info: Vec<String>,
    pub hours: Option<Hours>,
    pub target: Target,
    pub callback: CallbackSettings,
    pub overflow: Overflow,
}

impl Group {
    /// Those its calls can ring, the backup included.
    pub fn rung(&self) -> impl Iterator<Item = &PersonId> {
        self.members.iter().map(|member| &member.person).chain(&self.overflow.backup)
    }
}

/// How a group rings (spec/hunt-groups.md §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    Everyone,
    InOrder,
    TakeTurns,
}

/// A person of a group; `after` is how much later than the first they ring.
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

/// When calling back is offered, and how it is done (spec/callback.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackSettings {
    pub offer_after: Duration,
    pub first: First,
    pub attempts: u8,
    /// Who hangs up keeps their place too (spec/callback.md §3).
    pub just_hang_up: bool,
    /// Promises are kept so long after closing.
    pub drain: Duration,
    /// What becomes of those that are left then.
    pub after_close: AfterClose,
    /// With so many left no more are made for the next opening.
    pub carry_max: u32,
    /// A member is rung twenty seconds before the time of the next attempt.
    pub head_start: bool,
    /// A customer whose address we know is told by mail that the promise stands, and may take it back.
    pub mail_confirm: bool,
    /// The same after the last attempt: when we tried.
    pub mail_unreached: bool,
    /// Who is to be called back says in ten seconds what it is about, and the member hears it first.
    pub record_matter: bool,
}

/// What becomes of promises that are left after closing (spec/callback.md §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterClose {
    /// Kept after the next opening.
    Carry,
    /// A person's task.
    Staff,
    /// The customer is told by mail that we could not call; whose address we do not know is a person's task.
    Expire,
}

/// What holds for callbacks of all groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRules {
    /// Nobody is called back before and after.
    pub calling_hours: Span,
    /// A desk phone that answered has said yes after this; zero: only by key.
    pub answer_accepts: Duration,
    /// Is a number read back whole, or its last four digits, where others may hear?
    pub read_back: ReadBack,
    /// Numbers that several customers call from. A list, because there are no customer cards to flag yet.
    pub switchboard: Vec<Number>,
}

/// How much of a number its caller hears (spec/callback.md §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBack {
    Whole,
    LastFour,
}

/// Who is rung first for a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    Agent,
    Customer,
}

/// spec/hunt-groups.md §9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overflow {
    pub backup_after: Duration,
    /// Who joins in then, in order.
    pub backup: Vec<PersonId>,
    pub message_after: Duration,
    pub choice_after: Duration,
    /// Longer than this a line is full; `None`: five callers a member.
    pub max: Option<u32>,
}

/// A choice by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    pub id: MenuId,
    pub prompt: String,
    pub keys: BTreeMap<char, Goal>,
    pub timeout: Duration,
    pub otherwise: Goal,
    /// What its callers are spoken to in from here on; `None`: as before it.
    pub language: Option<Language>,
}

impl Menu {
    /// What is played, in order: one file of `sounds/`, or recordings by name.
    pub fn recordings(&self) -> Vec<&str> {
        match self.prompt.ends_with(".wav") {
            true => vec![&self.prompt],
            false => self.prompt.split_whitespace().collect(),
        }
    }
}

/// Where a call goes: `group:main`, `person:anna`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    Group(GroupId),
    /// The group, and what the call is about: `group:main/billing`.
    Topic(GroupId, String),
    Menu(MenuId),
    Person(PersonId),
    Voicemail(GroupId),
    Callback(GroupId),
    Number(Number),
}

/// When the office, or a group, is open.
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

/// A day the week's hours do not hold.
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
    /// What calls to it are about, whatever the group's calls are about.
    pub topic: Option<String>,
    pub welcome: bool,
    /// What its callers are spoken to in; `None`: the office's language.
    pub language: Option<Language>,
}

/// A shared mailbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Mailbox {
    pub id: MailboxId,
    pub address: String,
    pub group: GroupId,
    pub imap: Server,
    pub smtp: Server,
    /// In place of the passwords: a consent under the owner's own client id.
    pub oauth: Option<OAuth>,
    /// Other addresses whose mail arrives here.
    pub aliases: Vec<String>,
    /// Open time within which a mail has its first reply.
    pub first_reply: Duration,
    pub auto_reply: bool,
    /// Whether that reply offers a call.
    pub call_back: bool,
}

impl Mailbox {
    /// Every address of ours that it stands for.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.address).chain(&self.aliases).map(String::as_str)
    }

    /// Is this one of them?
    pub fn is_ours(&self, address: &str) -> bool {
        self.addresses().any(|own| own.eq_ignore_ascii_case(address))
    }
}

/// Where a mailbox lives, and how to log in.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub password: Secret,
}

/// Consent to read and send mail (spec/mail.md §1); its tokens are kept with the settings, as a password is.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuth {
    pub provider: OAuthProvider,
    pub client_id: String,
    /// Google gives one to every client.
    pub client_secret: Option<Secret>,
    /// `None`: nobody has consented yet.
    pub refresh_token: Option<Secret>,
    /// When the provider states that it ends.
    pub ends_at: Option<Timestamp>,
}

/// Whose token endpoint is asked; no other host ever is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthProvider {
    Microsoft,
    Google,
}

/// How a connection to a mail server is protected.
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

/// Who may reach us.
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

impl Role {
    /// The word of `office.toml` and of the API.
    pub fn word(self) -> &'static str {
        values::Words::word(self)
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Role> {
        values::Words::read(word)
    }
}

impl Language {
    /// The word of `office.toml`, and the name of its catalogue.
    pub fn word(self) -> &'static str {
        values::Words::word(self)
    }

    /// The language of that word.
    pub fn from_word(word: &str) -> Option<Language> {
        values::Words::read(word)
    }
}

impl Hours {
    /// Open day and night, every day.
    pub fn always() -> Hours {
        let day = vec![Span { from: Time::midnight(), to: None }];
        Hours { week: std::array::from_fn(|_| day.clone()), holidays: false, closed: Vec::new(), after: None }
    }
}

impl Settings {
    /// Before the first set-up: nobody, no phone, no trunk.
    pub fn not_set_up() -> Settings {
        const BLANK: &str =
            "[office]\nname = \"frontdesk\"\nlanguage = \"en\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n";
        parse_toml(BLANK, "", None).expect("the text above is right, as a test proves")
    }

    /// The person with this id.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// The secret of a SIP phone.
    pub fn phone_secret(&self, wanted: &PhoneId) -> Option<&Secret> {
        let mut phones = self.people.iter().flat_map(|person| &person.phones);
        phones.find_map(|phone| match phone {
            Phone::Sip { id, secret } if id == wanted => Some(secret),
            _ => None,
        })
    }
}

/// A length of calendar time such as `24 months` or `90 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub months: u16,
    pub days: u16,
}
