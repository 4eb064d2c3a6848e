//! Shell. Who asks, by log-in or by token, and what each role may reach.
//!
//! | role | what it reaches |
//! | --- | --- |
//! | viewer | the board with masked numbers, its feed, `/metrics`. Nothing else, reading included: a viewer's token hangs in a TV where visitors stand, and a contact row has a customer's name and whole number |
//! | agent, lead | all of it but the settings; the office says whose calls and states they may touch, and that overrides of the hours are a lead's |
//! | owner | the settings too: `/office`, the office's own prompts |

use super::Web;
use super::problem::Problem;
use crate::office::desk::Actor;
use crate::settings::Role;
use crate::store::{LOG_IN_AGE_MAX, secrets};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError};

/// Cookie of a log-in over plain HTTP; over HTTPS it has the `__Host-` prefix.
const COOKIE: &str = "frontdesk";
const COOKIE_SECURE: &str = "__Host-frontdesk";
/// Cookie of a TV, which holds its token.
const COOKIE_TV: &str = "frontdesk-tv";
const COOKIE_TV_SECURE: &str = "__Host-frontdesk-tv";

/// The account under which tokens that nobody knows are counted. Known ones are never held up: a script
/// with an old token must not darken the TV beside it, and 256 bits are not guessed.
pub const NO_TOKEN: &str = "a token nobody knows";

/// How the request travelled; set by the listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    Http,
    Https,
}

/// What somebody showed at the door: a feed that stays open ends with it.
#[derive(Clone, Debug)]
pub enum Pass {
    /// The bearer of a log-in.
    LogIn(String),
    /// The hash of a token.
    Token([u8; 32]),
}

/// Who asks, and on what ground.
#[derive(Clone, Debug)]
pub struct Known {
    pub actor: Actor,
    pub pass: Pass,
}

/// Anybody who proved who they are, the TV included.
#[derive(Clone, Debug)]
pub struct Anyone(pub Actor);

/// Those who work here: everything but the settings.
#[derive(Clone, Debug)]
pub struct Staff(pub Actor);

/// The owner, or a lead.
#[derive(Clone, Debug)]
pub struct Chief(pub Actor);

/// The owner.
#[derive(Clone, Debug)]
pub struct Owner;

impl FromRequestParts<Arc<Web>> for Known {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        if let Some(bearer) = session_cookie(&parts.headers)
            && let Some(actor) = web.actor_of_session(bearer).await
        {
            return Ok(Self { actor, pass: Pass::LogIn(bearer.to_owned()) });
        }
        let token = bearer(&parts.headers).or_else(|| cookie(&parts.headers, &[COOKIE_TV_SECURE, COOKIE_TV]));
        let token = token.ok_or_else(Problem::logged_out)?;
        let hash = secrets::bearer_hash(token);
        if let Some(role) = web.settings.role_of_token(hash).await? {
            return Ok(Self { actor: Actor { person: None, role }, pass: Pass::Token(hash) });
        }
        web.admit(NO_TOKEN, parts.extensions.get::<ConnectInfo<SocketAddr>>())?;
        Err(Problem::logged_out())
    }
}

impl FromRequestParts<Arc<Web>> for Anyone {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        Known::from_request_parts(parts, web).await.map(|known| Self(known.actor))
    }
}

impl FromRequestParts<Arc<Web>> for Staff {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        let Anyone(actor) = Anyone::from_request_parts(parts, web).await?;
        if actor.role == Role::Viewer { Err(Problem::not_allowed()) } else { Ok(Self(actor)) }
    }
}

impl FromRequestParts<Arc<Web>> for Chief {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        let Anyone(actor) = Anyone::from_request_parts(parts, web).await?;
        let may = matches!(actor.role, Role::Owner | Role::Lead);
        if may { Ok(Self(actor)) } else { Err(Problem::not_allowed()) }
    }
}

impl FromRequestParts<Arc<Web>> for Owner {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        let Anyone(actor) = Anyone::from_request_parts(parts, web).await?;
        if actor.role == Role::Owner { Ok(Self) } else { Err(Problem::not_allowed()) }
    }
}

impl Web {
    async fn actor_of_session(&self, bearer: &str) -> Option<Actor> {
        let person = self.settings.person_of_log_in(bearer, (self.now)()).await?;
        let role = self.settings.current()?.person(&person)?.role;
        Some(Actor { person: Some(person), role })
    }

    /// Does what was shown at the door still open it?
    pub async fn is_good(&self, pass: &Pass) -> bool {
        match pass {
            Pass::LogIn(bearer) => self.actor_of_session(bearer).await.is_some(),
            Pass::Token(hash) => self.settings.role_of_token(*hash).await.is_ok_and(|role| role.is_some()),
        }
    }

    /// Counts a try at `account` from this source, or says when to come again.
    pub fn admit(&self, account: &str, peer: Option<&ConnectInfo<SocketAddr>>) -> Result<(), Problem> {
        let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let source = peer.map_or(unknown, |peer| peer.ip());
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.admit(account, source, (self.now)().tick).map_err(|wait| {
            let text = "Too many attempts.";
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", text)
                .retry_after(wait.as_secs().max(1))
        })
    }
}

/// The value of the log-in cookie, if one was sent.
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, &[COOKIE_SECURE, COOKIE])
}

/// The `Set-Cookie` of a log-in; an empty value ends it.
pub fn set_session(road: Road, value: &str) -> String {
    let name = if road == Road::Https { COOKIE_SECURE } else { COOKIE };
    let age = if value.is_empty() { 0 } else { LOG_IN_AGE_MAX.as_secs() };
    set_cookie(road, name, value, age)
}

/// The `Set-Cookie` of a TV.
pub fn set_tv(road: Road, token: &str) -> String {
    const YEAR_SECONDS: u64 = 365 * 24 * 3600;
    let name = if road == Road::Https { COOKIE_TV_SECURE } else { COOKIE_TV };
    set_cookie(road, name, token, YEAR_SECONDS)
}

fn set_cookie(road: Road, name: &str, value: &str, age_seconds: u64) -> String {
    let secure = if road == Road::Https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={age_seconds}; HttpOnly; SameSite=Strict{secure}")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn cookie<'h>(headers: &'h HeaderMap, names: &[&str]) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| names.contains(name) && !value.is_empty()).map(|(_, value)| value)
}

/// May a page of this origin ask? Browsers send `Origin` with everything that changes something, and
/// `Sec-Fetch-Site` with everything; what sends neither is no browser and holds no browser's cookie.
pub fn is_same_origin(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(origin) = text("origin") {
        let host = text("host").or(uri.authority().map(|authority| authority.as_str()));
        let named = origin.split_once("://").map(|(_, host)| host);
        return named.is_some() && named == host;
    }
    text("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}
