//! Shell. OAuth 2 for mailboxes: device code (RFC 8628), refresh, and the string of XOAUTH2.

use crate::settings::Secret;
use jiff::Timestamp;

/// An owner's consent to read and send mail, under the owner's own client id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub provider: Provider,
    pub client_id: String,
    /// Some providers give one to every client.
    pub client_secret: Option<Secret>,
    pub refresh_token: Secret,
    /// When the provider states that it ends.
    pub ends_at: Option<Timestamp>,
}

/// Whose token endpoint is asked; no other host ever is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Microsoft,
    Google,
}
