//! Shell. OAuth 2 for mailboxes: device code (RFC 8628), renewal, and the string of XOAUTH2.
//!
//! Only the token endpoints of the providers named here are ever asked, over HTTPS, and what they answer is
//! bounded. Google refuses device codes for mail: its grants come from a loopback redirect.

use super::https::{self, encoded};
use super::socket::{Broken, sentence};
use super::task::World;
use crate::settings::{OAuth, Secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::time::Instant;

pub use crate::settings::OAuthProvider as Provider;

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

impl Grant {
    /// As the settings have it; without consent its token is empty, and refused here.
    pub fn of(oauth: &OAuth) -> Grant {
        Grant {
            provider: oauth.provider,
            client_id: oauth.client_id.clone(),
            client_secret: oauth.client_secret.clone(),
            refresh_token: oauth.refresh_token.clone().unwrap_or_else(|| Secret("".into())),
            ends_at: oauth.ends_at,
        }
    }

    /// Whether it was given to the client the settings name: another client's tokens open nothing.
    pub fn is_of(&self, oauth: &OAuth) -> bool {
        (self.provider, &self.client_id) == (oauth.provider, &oauth.client_id)
    }
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

/// A consent that Google hands to a page on the owner's own machine. Nothing listens there: the owner pastes
/// the address the browser was sent to (RFC 8252 §7.3, with PKCE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loopback {
    /// Where the owner consents.
    pub page: String,
    state: String,
    verifier: Secret,
}

/// Where the browser is sent with the code.
const REDIRECT: &str = "http://127.0.0.1:8766/";

/// A page to consent on; `random` keeps strangers' codes out.
pub fn begin_loopback(client_id: &str, random: &[u8; 48]) -> Loopback {
    let state = URL_SAFE_NO_PAD.encode(&random[..16]);
    let verifier = URL_SAFE_NO_PAD.encode(&random[16..]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let form = [
        ("client_id", client_id),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", Provider::Google.scope()),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let page = format!("https://accounts.google.com/o/oauth2/v2/auth?{}", encoded(&form));
    Loopback { page, state, verifier: Secret(verifier.into()) }
}

impl Loopback {
    /// The code in the address that was pasted back; `None`: there is none, or it belongs to another page.
    pub fn code_in(&self, pasted: &str) -> Option<String> {
        let (_, query) = pasted.trim().split_once('?')?;
        let query = query.split('#').next().unwrap_or_default();
        let value = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(known, _)| *known == name).map(|(_, value)| https::plain(value)).next()
        };
        value("code").filter(|code| !code.is_empty() && value("state").as_deref() == Some(&self.state))
    }
}

/// Gives the code of a [`Loopback`] for a grant.
pub async fn redeem(
    world: &World,
    (client_id, client_secret): (&str, Option<&Secret>),
    loopback: &Loopback,
    code: &str,
) -> Result<Consent, Broken> {
    let provider = Provider::Google;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", &*loopback.verifier.0),
    ];
    if let Some(secret) = client_secret {
        form.push(("client_secret", &*secret.0));
    }
    let answer = https::post_form(world, provider.host(), provider.token_path(), &form).await?;
    Ok(granted(world, provider, client_id, &answer))
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
    if grant.refresh_token.0.is_empty() {
        return Err(Broken::GrantRefused("no consent yet".into()));
    }
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
