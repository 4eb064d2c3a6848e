//! Shell. What is promised to customers, as JSON: callbacks, messages, what the office owes.

use super::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The promise a contact became.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Callback {
    /// `waiting reserved confirmed dialing reached connected snoozed merged done cancelled unreached expired
    /// invalid perhaps` (spec/callback.md §1).
    pub state: &'static str,
    pub requested_at: Instant,
    #[schema(required)]
    pub promised_from: Option<Instant>,
    #[schema(required)]
    pub promised_to: Option<Instant>,
    #[schema(required)]
    pub connected_at: Option<Instant>,
    /// How often the customer was tried; faults of ours do not count.
    pub attempts: usize,
    /// `callback customer_called other_call customer`, or `person:anna`.
    #[schema(required)]
    pub settled_by: Option<String>,
    /// Of `perhaps`: what a power cut broke off, the `dial` (perhaps reached: call again, or done?) or the
    /// `talk` (done? or call again).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<&'static str>,
    /// Of `invalid`: its customer typed a number and called from this one; `POST …/number` tries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called_from: Option<String>,
    /// Of `unreached`: its customer turned us down twice, and seems to have `blocked` us; a mail may reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seems: Option<&'static str>,
    /// Who its customer is and what it is about, in their own words, where they were asked for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<Matter>,
}

/// What a customer said who is to be called back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Matter {
    pub length_ms: u64,
    /// Where its sound is.
    pub audio: String,
}

/// A message that was left.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Message {
    pub length_ms: u64,
    pub saved_at: Instant,
    #[schema(required)]
    pub heard_at: Option<Instant>,
    /// Who sees to it.
    #[schema(required)]
    pub assigned: Option<String>,
    #[schema(required)]
    pub done_at: Option<Instant>,
    #[schema(required)]
    pub settled_by: Option<String>,
}

/// `GET /callbacks`: a promise that is open, or that came to be a person's task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenCallback {
    /// Of its contact.
    pub id: String,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    /// What is dialled.
    pub number: String,
    #[schema(required)]
    pub group: Option<String>,
    /// Its place in the line is that of somebody who joined then.
    pub order_at: Instant,
    #[schema(required)]
    pub not_before: Option<Instant>,
    #[schema(required)]
    pub given_to: Option<String>,
    pub tries: Vec<Try>,
    pub callback: Callback,
    /// The promised time has passed.
    pub late: bool,
}

/// One dial to the customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Try {
    pub at: Instant,
    /// `nothing reached voicemail no_answer busy rejected invalid fault`.
    pub came_to: &'static str,
}

/// Callbacks in the order of the line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CallbackList {
    pub items: Vec<OpenCallback>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `GET /voicemails`: a message nobody is done with; with `?done=true` one that somebody is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Voicemail {
    /// Of its contact.
    pub id: String,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    #[schema(required)]
    pub number: Option<String>,
    #[schema(required)]
    pub group: Option<String>,
    pub message: Message,
    /// Where its sound is.
    pub audio: String,
}

/// Messages, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VoicemailList {
    pub items: Vec<Voicemail>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Somebody the office owes a call, or an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Owed {
    /// The first contact it is about; of a mail its conversation.
    pub contact: String,
    /// `missed`, `callback`, `voicemail` or `mail`.
    pub kind: &'static str,
    pub since: Instant,
    #[schema(required)]
    pub number: Option<String>,
    #[schema(required)]
    pub customer: Option<String>,
    /// Null: nobody on our cards, or more than one.
    #[schema(required)]
    pub customer_id: Option<String>,
    #[schema(required)]
    pub group: Option<String>,
    /// Every contact it is about.
    pub contacts: Vec<String>,
    /// A promised time has passed, or it lies here from an earlier day.
    pub late: bool,
    #[schema(required)]
    pub callback: Option<Callback>,
    #[schema(required)]
    pub message: Option<Message>,
    /// Of a mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Of a mail: its sender's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The customer was reached another way since: perhaps this is settled. A person decides.
    #[schema(required)]
    pub suggested: Option<Suggested>,
}

/// Why a debt may be settled: a call since their mail, or a mail to them since their call.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Suggested {
    /// `call` or `mail`.
    pub by: &'static str,
    pub at: Instant,
    #[schema(required)]
    pub person: Option<String>,
    /// The contact, or the item.
    pub id: String,
}

/// What the office owes, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwedList {
    pub items: Vec<Owed>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// `POST /callbacks`.
#[derive(Deserialize, ToSchema)]
pub struct NewCallback {
    pub number: String,
    pub group: String,
}

/// `POST /callbacks/{id}/later`.
#[derive(Deserialize, ToSchema)]
pub struct Later {
    pub minutes: u32,
}

/// `POST /callbacks/{id}/cancel`.
#[derive(Deserialize, ToSchema)]
pub struct Cancel {
    pub reason: String,
}

/// `POST /callbacks/{id}/give`; null: anybody again.
#[derive(Deserialize, ToSchema)]
pub struct Give {
    pub person: Option<String>,
}

/// `POST /callbacks/{id}/number`.
#[derive(Deserialize, ToSchema)]
pub struct RightNumber {
    pub number: String,
}
