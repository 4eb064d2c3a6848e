//! Shell. OAuth 2 for mailboxes: device code (RFC 8628), renewal, and the string of XOAUTH2.
//!
//! Only the token endpoints of the providers named here are ever asked, over HTTPS, and what they answer is
//! bounded. Google refuses device codes for mail: its grants come from a loopback redirect.

use super::https;
use super::socket::{Broken, sentence};
use super::task::World;
use crate::settings::Secret;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// Warned so long before a grant ends (spec/mail.md §1).
pub const WARNING: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A token is renewed so long before it ends.
const BEFORE_END: Duration = Duration::from_secs(120);
/// Where a provider does not say how long a token lives.
const USUAL_LIFE: u64 = 3600;

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

impl Provider {
    fn host(self) -> &'static str {
        match self {
            Self::Microsoft => "login.microsoftonline.com",
            Self::Google => "oauth2.googleapis.com",
        }
    }

    fn token_path(self) -> &'static str {
        match self {
            Self::Microsoft => "/common/oauth2/v2.0/token",
            Self::Google => "/token",
        }
    }

    fn scope(self) -> &'static str {
        match self {
            Self::Microsoft => {
                "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
            }
            Self::Google => "https://mail.google.com/",
        }
    }
}

/// What a person does to consent: open the page, type the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    pub user_code: String,
    pub page: String,
    device_code: Secret,
    /// Between two questions.
    pub interval: Duration,
    pub ends_after: Duration,
}

/// How a question about a device code was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    Given(Grant),
    /// Ask again after the interval.
    Pending {
        interval: Duration,
    },
    Refused {
        said: String,
    },
}

/// The string of SASL XOAUTH2, before base64.
pub fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}

/// Whether people are to be told that a grant ends.
pub fn ends_soon(grant: &Grant, now: Timestamp) -> Option<Timestamp> {
    let at = grant.ends_at?;
    let warned_from = at.checked_sub(WARNING).unwrap_or(Timestamp::MIN);
    (now >= warned_from).then_some(at)
}

/// Asks Microsoft for a code a person types into its page.
pub async fn begin_device_code(world: &World, client_id: &str) -> Result<DeviceCode, Broken> {
    let provider = Provider::Microsoft;
    let form = [("client_id", client_id), ("scope", provider.scope())];
    let answer = https::post_form(world, provider.host(), "/common/oauth2/v2.0/devicecode", &form).await?;
    let seconds = |name: &str, usual| Duration::from_secs(answer[name].as_u64().unwrap_or(usual));
    match (text(&answer, "device_code"), text(&answer, "user_code"), text(&answer, "verification_uri")) {
        (Some(device_code), Some(user_code), Some(page)) if page.starts_with("https://") => Ok(DeviceCode {
            user_code: sentence(user_code.as_bytes()),
            page: sentence(page.as_bytes()),
            device_code: Secret(device_code.into()),
            interval: seconds("interval", 5),
            ends_after: seconds("expires_in", 900),
        }),
        _ => Err(Broken::GrantRefused(refusal(&answer))),
    }
}

/// Asks whether the person has consented.
pub async fn ask_consent(world: &World, client_id: &str, code: &DeviceCode) -> Result<Consent, Broken> {
    let provider = Provider::Microsoft;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", client_id),
        ("device_code", &*code.device_code.0),
    ];
    let answer = https::post_form(world, provider.host(), provider.token_path(), &form).await?;
    match text(&answer, "error") {
        Some("authorization_pending") => Ok(Consent::Pending { interval: code.interval }),
        // RFC 8628 §3.5: five seconds more from now on
        Some("slow_down") => Ok(Consent::Pending { interval: code.interval + Duration::from_secs(5) }),
        Some(_) => Ok(Consent::Refused { said: refusal(&answer) }),
        None => Ok(granted(world, provider, client_id, &answer)),
    }
}

fn granted(world: &World, provider: Provider, client_id: &str, answer: &Value) -> Consent {
    match text(answer, "refresh_token") {
        Some(token) => Consent::Given(Grant {
            provider,
            client_id: client_id.to_owned(),
            client_secret: None,
            refresh_token: Secret(token.into()),
            ends_at: stated_end(answer, world.now()),
        }),
        None => Consent::Refused { said: refusal(answer) },
    }
}

/// A token that opens the mailbox for a while.
#[derive(Clone, Debug)]
pub struct Token {
    pub secret: Secret,
    good_until: Instant,
}

impl Token {
    /// Whether it will still open the mailbox when the server reads it.
    pub fn is_good(&self) -> bool {
        Instant::now() < self.good_until
    }
}

/// Renews; the provider may give a new grant with the token.
pub async fn renew(world: &World, grant: &Grant) -> Result<(Token, Option<Grant>), Broken> {
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("client_id", grant.client_id.as_str()),
        ("refresh_token", &*grant.refresh_token.0),
        ("scope", grant.provider.scope()),
    ];
    if let Some(secret) = &grant.client_secret {
        form.push(("client_secret", &*secret.0));
    }
    let answer = https::post_form(world, grant.provider.host(), grant.provider.token_path(), &form).await?;
    let Some(token) = text(&answer, "access_token") else {
        return Err(Broken::GrantRefused(refusal(&answer)));
    };
    let life = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or(USUAL_LIFE));
    let good_until = Instant::now() + life.saturating_sub(BEFORE_END);
    Ok((Token { secret: Secret(token.into()), good_until }, renewed(grant, &answer, world.now())))
}

fn renewed(grant: &Grant, answer: &Value, now: Timestamp) -> Option<Grant> {
    let refresh_token = text(answer, "refresh_token").map(|token| Secret(token.into()));
    let ends_at = stated_end(answer, now).or(grant.ends_at);
    let fresh = Grant {
        refresh_token: refresh_token.unwrap_or_else(|| grant.refresh_token.clone()),
        ends_at,
        ..grant.clone()
    };
    (fresh != *grant).then_some(fresh)
}

/// `refresh_token_expires_in`: not every provider states it.
fn stated_end(answer: &Value, now: Timestamp) -> Option<Timestamp> {
    let seconds = answer["refresh_token_expires_in"].as_i64()?;
    now.checked_add(SignedDuration::from_secs(seconds)).ok()
}

fn text<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    answer[name].as_str()
}

fn refusal(answer: &Value) -> String {
    let said = text(answer, "error_description").or(text(answer, "error")).unwrap_or("no token");
    sentence(said.as_bytes())
}
