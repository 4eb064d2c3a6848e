//! Shell. What is promised to customers, as JSON: callbacks, messages, what the office owes.

use super::Instant;
use serde::Serialize;
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
}

/// A message that was left.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Message {
    pub length_ms: u64,
    pub saved_at: Instant,
    #[schema(required)]
    pub heard_at: Option<Instant>,
    #[schema(required)]
    pub done_at: Option<Instant>,
    #[schema(required)]
    pub settled_by: Option<String>,
}

/// Somebody the office owes a call.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Owed {
    /// The first contact it is about.
    pub contact: String,
    /// `missed`, `callback` or `voicemail`.
    pub kind: &'static str,
    pub since: Instant,
    #[schema(required)]
    pub number: Option<String>,
    #[schema(required)]
    pub customer: Option<String>,
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
}

/// What the office owes, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwedList {
    pub items: Vec<Owed>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}
