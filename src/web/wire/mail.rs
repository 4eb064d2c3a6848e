//! Shell. The shared mailbox as JSON: at a glance, conversations and what is in them.

use super::{Contact, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The shared mailbox at a glance; an office without one has nothing in it.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Mail {
    pub unassigned: usize,
    #[schema(required)]
    pub oldest_at: Option<Instant>,
    pub overdue: usize,
    /// Conversations that wait for an answer of ours, late ones among them.
    pub owed: usize,
    /// When the next of them becomes late.
    #[schema(required)]
    pub next_due_at: Option<Instant>,
    /// Moves when a list of conversations is worth fetching again.
    pub version: u64,
    pub mailboxes: Vec<Mailbox>,
    /// Who looks at which conversation, or writes in it.
    pub present: Vec<Present>,
    /// Who was named in a note with `@` and has not looked at its conversation since.
    pub mentions: Vec<Mention>,
}

/// Somebody was named in a note.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mention {
    pub conversation: String,
    pub person: String,
    /// The note.
    pub item: String,
    /// Who wrote it.
    #[schema(required)]
    pub by: Option<String>,
}

/// How a mailbox is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mailbox {
    pub id: String,
    /// The last time its server was asked with success.
    #[schema(required)]
    pub checked_at: Option<Instant>,
    /// The first connection takes mail: so many of so many.
    #[schema(required)]
    pub fetching: Option<Fetching>,
    /// The code of its alarm.
    #[schema(required)]
    pub trouble: Option<&'static str>,
}

/// How far a first connection is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fetching {
    pub done: usize,
    pub of: usize,
}

/// Somebody is in a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Present {
    pub conversation: String,
    pub person: String,
    /// `looking` or `writing`.
    pub doing: &'static str,
}

/// An exchange with one customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Conversation {
    pub id: String,
    /// Moves with every mail, reply and note; `reply` names the one its writer saw.
    pub version: u64,
    /// `new open waiting snoozed closed`.
    pub state: &'static str,
    pub subject: String,
    pub customer: Correspondent,
    /// By our cards; null: nobody we know.
    #[schema(required)]
    pub customer_name: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    pub mailbox: String,
    pub group: String,
    #[schema(required)]
    pub assigned: Option<String>,
    /// When the first reply is due; null: nothing is owed.
    #[schema(required)]
    pub due_at: Option<Instant>,
    /// Arrival of the oldest mail without an answer.
    #[schema(required)]
    pub owed_since: Option<Instant>,
    #[schema(required)]
    pub snoozed_until: Option<Instant>,
    pub last_at: Instant,
    /// It goes on in that one.
    #[schema(required)]
    pub merged_into: Option<String>,
    /// Who looks at it.
    pub viewing: Vec<String>,
    /// Who writes in it.
    pub writing: Vec<String>,
}

/// A conversation with everything in it, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationDetail {
    #[serde(flatten)]
    pub conversation: Conversation,
    pub items: Vec<ConversationItem>,
    /// What the reader has written so far.
    #[schema(required)]
    pub draft: Option<String>,
    /// Files the reader has put to it.
    pub attached: Vec<Attached>,
}

/// A file that goes along with what is being written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Attached {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub size: u64,
}

/// A mail somebody has begun that answers none.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailDraft {
    pub id: String,
    /// Whom it was begun for; empty: to be typed.
    pub address: String,
    #[schema(required)]
    pub mailbox: Option<String>,
    /// As typed so far.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub attached: Vec<Attached>,
}

/// The mails the asker has begun, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailDraftList {
    pub items: Vec<MailDraft>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `POST /drafts`, `PUT /drafts/{id}`: all that is written so far.
#[derive(Deserialize, ToSchema)]
pub struct NewMailDraft {
    /// A name for it that nothing else has, 32 hexadecimal digits: who begins it twice, not knowing whether the
    /// first was heard, has begun one. Without it the box gives one; in a `PUT` the path says it.
    pub id: Option<String>,
    /// Whom it is begun for; empty: to be typed.
    #[serde(default)]
    pub address: String,
    pub mailbox: Option<String>,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Somebody a mail comes from or goes to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Correspondent {
    pub name: String,
    pub address: String,
}

/// One thing in a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationItem {
    pub id: String,
    /// `mail reply auto_reply note call voicemail callback`.
    pub kind: &'static str,
    pub at: Instant,
    /// Null: the office itself.
    #[schema(required)]
    pub from: Option<Correspondent>,
    /// Which of us.
    #[schema(required)]
    pub person: Option<String>,
    pub to: Vec<Correspondent>,
    pub subject: String,
    pub text: String,
    /// The HTML of a mail, made safe, for a sandboxed frame.
    #[schema(required)]
    pub html_url: Option<String>,
    pub attachments: Vec<MailAttachment>,
    /// The mail as it came, bit for bit.
    #[schema(required)]
    pub raw_url: Option<String>,
    /// `held queued sending sent failed unsure`; null: it did not leave from here.
    #[schema(required)]
    pub sent_state: Option<&'static str>,
    /// Of a reply that may be taken back, or goes later: when it goes.
    #[schema(required)]
    pub sent_at: Option<Instant>,
    /// The server's sentence.
    #[schema(required)]
    pub sent_error: Option<String>,
    /// Colleagues named in a note.
    pub mentions: Vec<String>,
    /// Such as `quarantined`, `message-id-reused`, `too-complex`.
    pub labels: Vec<String>,
    /// Of a `call`, `voicemail` or `callback`; its id is then `C-…`.
    #[schema(required)]
    pub contact: Option<Contact>,
}

/// A part of a mail that can be downloaded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailAttachment {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub size: u64,
    pub url: String,
}

/// A page of conversations, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationList {
    pub items: Vec<Conversation>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `POST /conversations/{id}/reply`.
#[derive(Deserialize, ToSchema)]
pub struct NewReply {
    pub text: String,
    /// The conversation's version the writer saw.
    pub seen: u64,
    /// Addresses; left out: the customer.
    pub to: Option<Vec<String>>,
    /// Not before this instant.
    pub later: Option<Instant>,
    /// Files of the writer's draft that go along, by their ids.
    pub attachments: Option<Vec<String>>,
}

/// `POST /conversations`: we write first.
#[derive(Deserialize, ToSchema)]
pub struct NewMail {
    /// Left out: the first one.
    pub mailbox: Option<String>,
    /// Addresses; the first is the customer.
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    /// Not before this instant.
    pub later: Option<Instant>,
    /// Files of `draft` that go along, by their ids.
    pub attachments: Option<Vec<String>>,
    /// What it was begun as; gone once it is sent.
    pub draft: Option<String>,
}

/// `POST /conversations/{id}/note`.
#[derive(Deserialize, ToSchema)]
pub struct NewNote {
    pub text: String,
}

/// `POST /conversations/{id}/assign`; null: anybody's.
#[derive(Deserialize, ToSchema)]
pub struct Assign {
    pub person: Option<String>,
}

/// `POST /conversations/{id}/snooze`.
#[derive(Deserialize, ToSchema)]
pub struct Snooze {
    /// An instant, or a time on the office's clock.
    pub until: String,
}

/// `POST /conversations/{id}/present`: `looking`, `writing`, or null: gone. Said again at least every 20 s.
#[derive(Deserialize, ToSchema)]
pub struct NowDoing {
    pub doing: Option<String>,
}

/// `POST /conversations/{id}/draft`: all that is written so far.
#[derive(Deserialize, ToSchema)]
pub struct DraftText {
    pub text: String,
}

/// `POST /conversations/{id}/undo`, `…/send-again`.
#[derive(Deserialize, ToSchema)]
pub struct WhichItem {
    pub item: String,
}

/// `POST /conversations/{id}/merge`: it goes on in that one.
#[derive(Deserialize, ToSchema)]
pub struct Merge {
    pub into: String,
}

/// `POST /conversations/{id}/split`: these items are another matter.
#[derive(Deserialize, ToSchema)]
pub struct Split {
    pub items: Vec<String>,
}

/// `POST /mailboxes/{id}/consent`: what the owner opens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsentPage {
    pub page: String,
    /// To be typed there; null: the page ends at an address that is pasted back.
    #[schema(required)]
    pub user_code: Option<String>,
    /// Between two questions whether it was done.
    #[schema(required)]
    pub interval_ms: Option<u64>,
    #[schema(required)]
    pub expires_in_ms: Option<u64>,
}

/// `POST /mailboxes/{id}/consent/ask`.
#[derive(Deserialize, ToSchema)]
pub struct Pasted {
    /// Where the browser ended; left out for a code.
    pub address: Option<String>,
}

/// How far a consent is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsentAnswer {
    /// `pending given refused`.
    pub state: &'static str,
    /// Not asked again before.
    #[schema(required)]
    pub interval_ms: Option<u64>,
    /// The provider's sentence.
    #[schema(required)]
    pub said: Option<String>,
}

/// A reply to be used again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SavedReply {
    pub name: String,
    /// With fields such as `{customer}`, filled in by the screen.
    pub text: String,
}

/// Replies to be used again, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SavedReplyList {
    pub items: Vec<SavedReply>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `PUT /saved-replies/{name}`.
#[derive(Deserialize, ToSchema)]
pub struct NewSavedReply {
    pub text: String,
}
