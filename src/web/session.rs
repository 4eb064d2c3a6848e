//! Shell. Who asks: log-ins kept in memory as hashes, tokens, and what each role may reach.
//!
//! A log-in ends by itself after 12 quiet hours or 7 days, when the password changes, and when the
//! program restarts.
//!
//! | role | what it reaches |
//! | --- | --- |
//! | viewer | the board with masked numbers, its feed, `/metrics`. Nothing else, reading included: a viewer's token hangs in a TV where visitors stand, and a contact row has a customer's name and whole number |
//! | agent, lead | all of it but the settings; the office says whose calls and states they may touch, and that overrides of the hours are a lead's |
//! | owner | the settings too: `/office`, the office's own prompts |

use super::Web;
use super::problem::Problem;
use crate::ids::PersonId;
use crate::office::desk::Actor;
use crate::settings::{Role, Secret, Settings};
use crate::store::secrets;
use crate::time::Tick;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const QUIET_MAX: Duration = Duration::from_secs(12 * 3600);
const AGE_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
/// Log-ins at once; beyond it the one quiet for longest ends.
const SESSIONS_MAX: usize = 512;

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

/// The log-ins that are open.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<BTreeMap<[u8; 32], Open>>);

#[derive(Debug)]
struct Open {
    person: PersonId,
    /// The hash the password was checked against: a new one ends the log-in.
    password: Option<Secret>,
    began: Tick,
    seen: Tick,
}

impl Sessions {
    /// Keeps a log-in; `bearer` goes into the cookie and nowhere else.
    pub fn open(&self, bearer: &str, person: PersonId, password: Option<Secret>, now: Tick) {
        let mut open = self.lock();
        open.retain(|_, one| one.is_fresh(now));
        if open.len() >= SESSIONS_MAX {
            let quiet = open.iter().min_by_key(|(_, one)| one.seen).map(|(key, _)| *key);
            quiet.map(|key| open.remove(&key));
        }
        let one = Open { person, password, began: now, seen: now };
        open.insert(secrets::bearer_hash(bearer), one);
    }

    /// Ends a log-in.
    pub fn close(&self, bearer: &str) {
        self.lock().remove(&secrets::bearer_hash(bearer));
    }

    /// Whose log-in this is, if it is still good.
    pub fn actor(&self, bearer: &str, settings: &Settings, now: Tick) -> Option<Actor> {
        let mut open = self.lock();
        let one = open.get_mut(&secrets::bearer_hash(bearer)).filter(|one| one.is_fresh(now))?;
        let person = settings.person(&one.person).filter(|person| person.password_hash == one.password)?;
        one.seen = now;
        Some(Actor { person: Some(person.id.clone()), role: person.role })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<[u8; 32], Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn is_fresh(&self, now: Tick) -> bool {
        now.since(self.seen) < QUIET_MAX && now.since(self.began) < AGE_MAX
    }
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
        let login = session_cookie(&parts.headers);
        let found = login.and_then(|bearer| Some((bearer, web.actor_of_session(bearer)?)));
        if let Some((bearer, actor)) = found {
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
    fn actor_of_session(&self, bearer: &str) -> Option<Actor> {
        let settings = self.settings.current()?;
        self.sessions.actor(bearer, &settings, (self.now)().tick)
    }

    /// Does what was shown at the door still open it?
    pub async fn is_good(&self, pass: &Pass) -> bool {
        match pass {
            Pass::LogIn(bearer) => self.actor_of_session(bearer).is_some(),
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
    let age = if value.is_empty() { 0 } else { AGE_MAX.as_secs() };
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
