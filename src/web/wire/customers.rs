//! Shell. Customers as JSON: the card, the timeline, the pop of a ringing call.

use super::{Contact, Conversation, Instant, Owed, PopGroup};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person or a firm, with what those brought who went into them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Customer {
    pub id: String,
    /// Moves with every change; a change may name the one its writer saw.
    pub version: u64,
    pub name: String,
    pub company: String,
    pub about: String,
    /// E.164.
    pub numbers: Vec<String>,
    /// In lower case.
    pub addresses: Vec<String>,
    pub vip: bool,
    #[schema(required)]
    pub blocked: Option<Blocked>,
    pub created_at: Instant,
    pub changed_at: Instant,
    /// Customers that went into this one; each can be undone.
    pub merged: Vec<MergedCustomer>,
    /// What may belong to them, not judged yet.
    pub maybes: Vec<Maybe>,
    /// Numbers and addresses others have too: who calls or writes cannot be told by them.
    pub shared: Vec<Shared>,
}

/// A customer by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerRef {
    pub id: String,
    pub name: String,
    pub company: String,
}

/// Calls are refused, mails arrive closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Blocked {
    pub since: Instant,
    /// Null: until somebody says otherwise.
    #[schema(required)]
    pub until: Option<Instant>,
    #[schema(required)]
    pub by: Option<String>,
}

/// Went into the one shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MergedCustomer {
    pub id: String,
    pub name: String,
    pub company: String,
    pub at: Instant,
    #[schema(required)]
    pub by: Option<String>,
}

/// Somebody signed with it: it may belong to them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Maybe {
    pub id: u32,
    /// `number`, `address` or `company`.
    pub kind: &'static str,
    pub value: String,
    pub at: Instant,
    /// Where it was read.
    #[schema(required)]
    pub conversation: Option<String>,
    /// Others who have it already.
    pub customers: Vec<CustomerRef>,
}

/// A number or an address that is not theirs alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Shared {
    pub value: String,
    pub customers: Vec<CustomerRef>,
}

/// A page of customers, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerList {
    pub items: Vec<Customer>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `POST /customers`.
#[derive(Deserialize, ToSchema)]
pub struct NewCustomer {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub company: String,
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub numbers: Vec<String>,
    #[serde(default)]
    pub addresses: Vec<String>,
    #[serde(default)]
    pub vip: bool,
}

/// `PATCH /customers/{id}`; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct CustomerChange {
    /// The one its writer saw; somebody else's change since then stops it.
    pub version: Option<u64>,
    pub name: Option<String>,
    pub company: Option<String>,
    pub about: Option<String>,
    /// All of them.
    pub numbers: Option<Vec<String>>,
    /// All of them.
    pub addresses: Option<Vec<String>>,
    pub vip: Option<bool>,
}

/// `POST /customers/{id}/block`; without an end it stands until somebody says otherwise.
#[derive(Deserialize, ToSchema)]
pub struct BlockUntil {
    pub until: Option<String>,
}

/// `POST /customers/{id}/claim`: what is the asker's now.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Claimed {
    pub conversations: Vec<String>,
    /// Messages they left, by their contacts.
    pub messages: Vec<String>,
    /// Promises to call back, by their contacts.
    pub callbacks: Vec<String>,
    /// A colleague has these: they stay.
    pub others: Vec<Held>,
}

/// Somebody else has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Held {
    pub id: String,
    pub person: String,
}

/// One thing that happened with a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimelineItem {
    /// `call callback voicemail mail reply auto_reply note`.
    pub kind: &'static str,
    /// `C-…`, `I-…`, or `K-12.3`: a note on the customer.
    pub id: String,
    pub at: Instant,
    /// Who of us.
    #[schema(required)]
    pub person: Option<String>,
    /// Of a call, a callback, a voicemail.
    #[schema(required)]
    pub contact: Option<Contact>,
    /// Of what stands in a conversation.
    #[schema(required)]
    pub mail: Option<TimelineMail>,
    /// A note on the customer.
    #[schema(required)]
    pub text: Option<String>,
}

/// A mail, a reply or a note, and its conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimelineMail {
    pub conversation: String,
    pub subject: String,
    /// Its beginning.
    pub text: String,
    /// Of the conversation: `new open waiting snoozed closed`.
    pub state: &'static str,
    pub attachments: usize,
    #[schema(required)]
    pub sent_state: Option<&'static str>,
}

/// A page of a timeline, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Timeline {
    pub items: Vec<TimelineItem>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Who rings, and what one should know before answering (spec/metrics.md S1).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Pop {
    pub contact: String,
    /// `inbound` or `outbound`.
    pub kind: &'static str,
    /// We ring them, as promised.
    pub callback: bool,
    #[schema(required)]
    pub number: Option<String>,
    /// As the network names the caller; may be empty.
    pub said_name: String,
    #[schema(required)]
    pub group: Option<PopGroup>,
    pub since: Instant,
    pub waited_ms: u64,
    /// Null: nobody we know, or one of several.
    #[schema(required)]
    pub customer: Option<Customer>,
    /// Everybody whose number it is.
    pub customers: Vec<CustomerRef>,
    pub history: Vec<TimelineItem>,
    pub owed: Vec<Owed>,
    pub conversations: Vec<Conversation>,
}

/// `POST /customers/import`: what a file would do, or did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    /// Sent back as `apply`, it is done. Null: it was.
    #[schema(required)]
    pub token: Option<String>,
    pub applied: bool,
    pub created: usize,
    pub merged: usize,
    pub unchanged: usize,
    pub refused: usize,
    /// The first 500, refused ones first.
    pub rows: Vec<ImportRow>,
}

/// One row of a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportRow {
    pub line: usize,
    /// `create merge unchanged refuse`.
    pub what: &'static str,
    /// `no_name_or_number bad_number bad_address two_customers same_file too_long unreadable too_many changed`; a
    /// bad value of a row that is taken is kept as text.
    #[schema(required)]
    pub why: Option<&'static str>,
    /// The value it is about.
    #[schema(required)]
    pub detail: Option<String>,
    pub name: String,
    pub company: String,
    pub numbers: Vec<String>,
    pub addresses: Vec<String>,
    /// With whom it is merged.
    #[schema(required)]
    pub customer: Option<CustomerRef>,
    /// What is new there.
    pub adds: Vec<String>,
}

/// The receipt of what was forgotten: how much, not of whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Forgotten {
    pub receipt: String,
    /// Null: it was only older than it is kept.
    #[schema(required)]
    pub customer: Option<String>,
    pub at: Instant,
    #[schema(required)]
    pub by: Option<String>,
    pub contacts: u64,
    pub recordings: u64,
    pub voicemails: u64,
    pub conversations: u64,
    pub mails: u64,
    pub attachments: u64,
    pub notes: u64,
}

/// `GET /forgotten`, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ForgottenList {
    pub items: Vec<Forgotten>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}
