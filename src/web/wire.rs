//! Shell. The types JSON sees (INTERFACES.md §3). Office types are never serialised; `show` turns them
//! into these.

mod customers;
mod mail;
mod opening;
mod promises;
mod prompts;

pub use customers::*;
pub use mail::*;
pub use opening::*;
pub use promises::*;
pub use prompts::*;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// RFC 3339, UTC.
pub type Instant = String;

/// `GET /session`: who is looking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    #[schema(required)]
    pub person: Option<SessionPerson>,
    pub role: &'static str,
    pub office: OfficeFacts,
    pub version: &'static str,
}

/// The one who is logged in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionPerson {
    pub id: String,
    pub name: String,
    /// A second factor is asked for at their log-in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub totp: bool,
}

/// What screens need to know of the office.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficeFacts {
    pub name: String,
    pub language: &'static str,
    pub country: String,
    pub time_zone: String,
}

/// `POST /session`.
#[derive(Deserialize, ToSchema)]
pub struct LogIn {
    /// The person's id.
    pub person: String,
    pub password: String,
    /// The code of the authenticator app, or a recovery code; asked for by the problem `totp_needed`.
    pub totp: Option<String>,
}

/// `POST /session/totp` and `…/off`: by the password once more.
#[derive(Deserialize, ToSchema)]
pub struct TotpPassword {
    pub password: String,
}

/// A key for an authenticator app, in letters to type, as a link, and as a picture of the link for a camera; it
/// holds once confirmed.
#[derive(Serialize, ToSchema)]
pub struct TotpBegun {
    pub key: String,
    pub link: String,
    #[schema(required)]
    pub picture: Option<Picture>,
}

/// A QR code of `size` by `size` modules, the empty ones around it included; `path` is SVG and fills the dark ones.
#[derive(Serialize, ToSchema)]
pub struct Picture {
    pub size: usize,
    pub path: String,
}

/// `POST /session/totp/confirm`: the first code the app shows.
#[derive(Deserialize, ToSchema)]
pub struct TotpCode {
    pub code: String,
}

/// The second factor is on: the recovery codes, each good once, are shown this once.
#[derive(Serialize, ToSchema)]
pub struct TotpOn {
    pub recovery: Vec<String>,
}

/// The whole small picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Board {
    pub version: u64,
    /// Moves with every change of a customer.
    pub customers: u64,
    pub now: Instant,
    pub groups: Vec<Group>,
    pub line: Vec<Waiting>,
    pub calls: Vec<Call>,
    pub people: Vec<Person>,
    pub parked: Vec<Parked>,
    pub overrides: Vec<HoursOverride>,
    pub mail: Mail,
    pub owed: usize,
    pub alarms: Vec<Alarm>,
}

/// What happens if someone calls at an instant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoursAt {
    pub time: Instant,
    /// The same on the office's clock on the wall.
    pub local: String,
    pub groups: Vec<GroupHours>,
    pub numbers: Vec<NumberHours>,
    /// The whole of it in sentences, indented: what `frontdesk hours` prints.
    pub lines: Vec<String>,
}

/// A group's hours at that instant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupHours {
    pub id: String,
    pub name: String,
    pub open: bool,
    /// Null: closed already, or not within a year.
    #[schema(required)]
    pub closes_at: Option<Instant>,
    /// Null: open already, or not within a year.
    #[schema(required)]
    pub opens_at: Option<Instant>,
    /// `hours`, `holiday`, `closed_day`, `override`; null while open.
    #[schema(required)]
    pub why: Option<&'static str>,
    /// The same in words: the name of the holiday, the owner's reason.
    #[schema(required)]
    pub reason: Option<String>,
}

/// One of the office's numbers, and what its callers meet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NumberHours {
    pub number: String,
    /// A sentence each; what belongs to a choice is indented under it.
    pub steps: Vec<String>,
}

/// `PUT /hours/override`: open or closed now, whatever the hours say, until then.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct SetOverride {
    /// Left out: the whole office.
    pub group: Option<String>,
    pub open: bool,
    /// An instant, or a time on the office's clock such as `2026-12-24T14:00`.
    pub until: String,
}

/// The owner's word over the opening hours, until it ends.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoursOverride {
    /// Null: the whole office.
    #[schema(required)]
    pub group: Option<String>,
    pub open: bool,
    pub until: Instant,
}

/// A group, live and today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub open: bool,
    /// Callers who hold the line; those who wait for a call back are `open_callbacks`.
    pub waiting: usize,
    #[schema(required)]
    pub longest_wait_ms: Option<u64>,
    pub open_callbacks: usize,
    pub answered_today: usize,
    pub abandoned_today: usize,
    /// Per cent; null before the first call that counts.
    #[schema(required)]
    pub service_level_today: Option<f64>,
    #[schema(required)]
    pub estimate_ms: Option<Estimate>,
    /// The wait after which a caller counts as late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_percent: Option<u8>,
    /// Those its calls ring, backup included: a callback of this group can be given to them alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub takes: Option<Vec<String>>,
}

/// A group by its name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PopGroup {
    pub id: String,
    pub name: String,
}

/// How long a new caller will probably wait, in milliseconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Estimate {
    pub low: u64,
    pub high: u64,
}

/// Somebody in the line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Waiting {
    pub contact: String,
    /// `live` or `callback`.
    pub kind: &'static str,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    #[schema(required)]
    pub number: Option<String>,
    pub group: String,
    pub joined_at: Instant,
    pub place: usize,
    /// Of a callback: the times that were promised, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_from: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_to: Option<Instant>,
    /// Which dial comes next, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<usize>,
    /// How many it gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<usize>,
    /// A word of `Callback.state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// It is not dialled before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Instant>,
    /// The only one who is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// A call that rings, goes on or is held.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Call {
    pub contact: String,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    #[schema(required)]
    pub number: Option<String>,
    #[schema(required)]
    pub group: Option<String>,
    #[schema(required)]
    pub person: Option<String>,
    /// Everybody whose phone rings for it.
    pub ringing: Vec<String>,
    pub since: Instant,
    /// `ringing`, `talking` or `held`.
    pub state: &'static str,
}

/// One of us and what they are doing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    pub id: String,
    pub name: String,
    /// `available ringing talking wrap_up paused phone_offline off`.
    pub state: &'static str,
    pub since: Instant,
    pub until: Option<Instant>,
    pub reason: Option<String>,
}

/// A call parked in a slot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Parked {
    pub slot: u8,
    pub contact: String,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    #[schema(required)]
    pub number: Option<String>,
    pub by: String,
    pub since: Instant,
}

/// Something that needs a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Alarm {
    pub code: &'static str,
    /// A sentence in the reader's language.
    pub text: String,
    pub since: Instant,
}

/// `POST /people/{id}/state`.
#[derive(Deserialize, ToSchema)]
pub struct WantedState {
    /// `available`, `paused` or `off`.
    pub state: String,
    pub reason: Option<String>,
    pub until: Option<Instant>,
    /// Where callers go whom nobody answers then, until somebody is there again: `callback`, `voicemail`, `owner` or
    /// `wait`. Asked of the last one to leave.
    pub callers: Option<String>,
}

/// `POST /calls`.
#[derive(Deserialize, ToSchema)]
pub struct NewCall {
    pub from_person: String,
    pub to: String,
}

/// `POST /calls/{id}/transfer`; `to`: a person's id or a number.
#[derive(Deserialize, ToSchema)]
pub struct Transfer {
    pub to: String,
    /// `blind` or `attended`.
    pub kind: String,
}

/// What an action answers.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Done {
    /// The slot a call was parked in; 70 is fetched with `*70`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<u8>,
    /// The call that was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The conversation to go on with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The reply or note that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The customer to go on with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
}

/// One end of a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Party {
    /// Null: withheld.
    #[schema(required)]
    pub number: Option<String>,
    pub name: String,
    #[schema(required)]
    pub person: Option<String>,
}

/// One contact, one row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Contact {
    pub id: String,
    /// `inbound`, `outbound` or `internal`.
    pub kind: &'static str,
    pub started_at: Instant,
    #[schema(required)]
    pub ended_at: Option<Instant>,
    pub from: Party,
    pub to: Party,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    #[schema(required)]
    pub group: Option<String>,
    #[schema(required)]
    pub person: Option<String>,
    /// Null while it goes on.
    #[schema(required)]
    pub outcome: Option<&'static str>,
    pub waited_ms: u64,
    pub talked_ms: u64,
    pub held_ms: u64,
    pub wrapped_ms: u64,
    /// Null: the contact became no callback.
    #[schema(required)]
    pub callback: Option<Callback>,
    /// Null: no message was left.
    #[schema(required)]
    pub message: Option<Message>,
    /// Null: nobody said what it was about.
    #[schema(required)]
    pub disposition: Option<String>,
    #[schema(required)]
    pub resolved_first: Option<bool>,
    /// Null: it was not recorded.
    #[schema(required)]
    pub recording: Option<String>,
}

/// A contact with its legs and its story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactDetail {
    #[serde(flatten)]
    pub contact: Contact,
    pub legs: Vec<Leg>,
    /// Sentences in the reader's language.
    pub story: Vec<Sentence>,
}

/// One line of a story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sentence {
    pub at: Instant,
    pub text: String,
}

/// One phone or line in a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Leg {
    pub leg: String,
    /// A phone's or a trunk's id.
    pub device: String,
    #[schema(required)]
    pub person: Option<String>,
    pub began_at: Instant,
    #[schema(required)]
    pub answered_at: Option<Instant>,
    #[schema(required)]
    pub ended_at: Option<Instant>,
    #[schema(required)]
    pub verdict: Option<Verdict>,
}

/// What was heard of a leg’s sound.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Verdict {
    pub packets_in: u64,
    pub packets_out: u64,
    pub lost: u64,
    pub strangers: u64,
    pub jitter_ms: f64,
    pub expected_ms: u64,
}

/// A page of contacts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactList {
    pub items: Vec<Contact>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `GET /reports/day`: the day in the office's time zone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Day {
    pub date: String,
    pub time_zone: String,
    pub from: Instant,
    /// First instant of the next day.
    pub to: Instant,
    pub figures: Vec<Figure>,
    /// Of the shared mailbox; empty where there is none.
    pub mail: Vec<MailFigure>,
    pub hours: Vec<Hour>,
    /// Every contact of the day by outcome.
    pub outcomes: BTreeMap<&'static str, usize>,
}

/// `GET /reports/range`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Range {
    pub from: Instant,
    pub to: Instant,
    pub time_zone: String,
    pub figures: Vec<Figure>,
    /// Of the shared mailbox; empty where there is none.
    pub mail: Vec<MailFigure>,
    pub outcomes: BTreeMap<&'static str, usize>,
    pub buckets: Vec<Bucket>,
}

/// One hour, day, or hour of the week of a range; absent ones had no contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bucket {
    /// `2026-11-21`, for `by=day` and `by=hour`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// 1 is Monday, for `by=weekday-hour`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekday: Option<i8>,
    /// Hour of the office's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hour: Option<i8>,
    pub figures: Vec<BucketFigure>,
}

/// One figure of a bucket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BucketFigure {
    pub id: &'static str,
    #[schema(required)]
    pub value: Option<f64>,
    pub n: usize,
}

/// One figure with its formula and the contacts behind it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Figure {
    pub id: &'static str,
    /// `M1` … of the definitions; null for plain counts.
    #[schema(required)]
    pub metric: Option<&'static str>,
    /// `percent`, `ms` or `count`.
    pub unit: &'static str,
    /// Null: nothing to count yet.
    #[schema(required)]
    pub value: Option<f64>,
    /// One week earlier for a day, the span before for a range.
    #[schema(required)]
    pub previous: Option<f64>,
    pub parts: Vec<Part>,
    /// The formula in words, in the reader's language.
    pub formula: String,
    /// How many contacts are behind it.
    pub n: usize,
    /// Which; at most 2,000 of them.
    pub contacts: Vec<String>,
}

/// One figure of the shared mailbox with its formula and the conversations behind it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailFigure {
    /// `mail_received`, `mail_first_reply` (M14).
    pub id: &'static str,
    #[schema(required)]
    pub metric: Option<&'static str>,
    /// `percent` or `count`.
    pub unit: &'static str,
    /// Null: nothing to count yet.
    #[schema(required)]
    pub value: Option<f64>,
    /// One week earlier for a day, the span before for a range.
    #[schema(required)]
    pub previous: Option<f64>,
    /// Of `mail_first_reply`: `answered`, `late` (some of them answered since), `due` (there is time yet).
    pub parts: Vec<Part>,
    /// The formula in words, in the reader's language.
    pub formula: String,
    /// How many conversations are behind it.
    pub n: usize,
    /// Which; at most 2,000 of them.
    pub conversations: Vec<String>,
}

/// A part of a figure, shown beside it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Part {
    pub id: &'static str,
    #[schema(required)]
    pub value: Option<f64>,
}

/// One hour of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Hour {
    /// Start of the hour.
    pub at: Instant,
    pub offered: usize,
    pub answered: usize,
    pub abandoned: usize,
}

/// `PUT /office` and `POST /setup`: what changed, in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Changes {
    pub changes: Vec<String>,
    /// A link for everybody new who has no password; shown this once.
    pub invites: Vec<Invite>,
}

/// A link by which somebody chooses a password, once; it is shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invite {
    pub person: String,
    pub name: String,
    pub link: String,
    pub ends_at: Instant,
}

/// `POST /invites/look`: the code of a link, the part behind "#".
#[derive(Deserialize, ToSchema)]
pub struct InviteCode {
    pub code: String,
}

/// Who is invited.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitedPerson {
    /// The name to log in with.
    pub person: String,
    pub name: String,
    pub office: String,
    pub ends_at: Instant,
}

/// `POST /invites/use`.
#[derive(Deserialize, ToSchema)]
pub struct UseInvite {
    pub code: String,
    /// At least 8 characters.
    pub password: String,
}

/// One of us, and whether they can log in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogInOf {
    pub id: String,
    pub name: String,
    pub role: &'static str,
    pub has_password: bool,
    /// A second factor is asked for.
    pub totp: bool,
    /// When the link that was made last ends, or has ended.
    pub invite_ends_at: Option<Instant>,
}

/// `GET /people`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PeopleList {
    pub items: Vec<LogInOf>,
    pub next_cursor: Option<String>,
}

/// `/healthz`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `starting`, or `not answering`.
    pub status: &'static str,
    pub version: &'static str,
    pub listening: BTreeMap<&'static str, String>,
    pub trunks: BTreeMap<String, String>,
    pub mailboxes: BTreeMap<String, String>,
    /// `ok` or `refusing promises`.
    pub store: &'static str,
}

/// RFC 9457; `code` is stable.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    pub code: &'static str,
    pub title: &'static str,
    pub detail: String,
    pub status: u16,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<&'static str, String>,
    /// Faults of the settings, each a sentence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// What came since the writer of a reply looked (`unseen`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<ConversationItem>,
    /// What the log can be searched for (5xx).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}
