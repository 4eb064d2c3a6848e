//! Shell. The second factor: switched on by somebody who is logged in, asked for at the log-in (spec/reliability.md §5).

use super::{Body, body};
use crate::ids::PersonId;
use crate::settings::Person;
use crate::store::secrets;
use crate::time::Tick;
use crate::web::session::Anyone;
use crate::web::totp::{self, KEY_BYTES, SecondFactor, Typed};
use crate::web::wire::{Done, Picture, Problem as WireProblem, TotpBegun, TotpCode, TotpOn, TotpPassword};
use crate::web::{Web, problem::Problem, qr};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Time to type the first code of a new app.
const BEGUN_FOR: Duration = Duration::from_secs(600);

/// What the web remembers of second factors; there is at most one entry a person.
#[derive(Default)]
pub struct Seconds {
    /// Keys shown and not confirmed.
    begun: Mutex<BTreeMap<PersonId, (Tick, [u8; KEY_BYTES])>>,
    /// The step of the code used last.
    used: Mutex<BTreeMap<PersonId, i64>>,
}

/// Begins: a key for an authenticator app. It holds once a code of it was typed.
#[utoipa::path(post, path = "/api/v1/session/totp", tag = "door", request_body = TotpPassword,
    responses((status = 200, body = TotpBegun), (status = 401, body = WireProblem), (status = 429, body = WireProblem)))]
pub async fn begin(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    Anyone(who): Anyone,
    asked: Body<TotpPassword>,
) -> Result<Json<TotpBegun>, Problem> {
    let person = web.who_knows_password(who.person, body(asked)?, &peer).await?;
    let key = secrets::random().map_err(|cause| Problem::ours(&cause))?;
    let now = (web.now)().tick;
    lock(&web.seconds.begun).insert(person.id.clone(), (now, key));
    let settings = web.settings.current().ok_or_else(Problem::logged_out)?;
    let link = totp::link(&key, &settings.office.name, person.id.as_str());
    let picture = qr::picture(&link).map(|drawn| Picture { size: drawn.size, path: drawn.path });
    Ok(Json(TotpBegun { key: totp::spelt(&key), link, picture }))
}

/// The first code of the app: from here on it is asked for. The recovery codes are shown this once.
#[utoipa::path(post, path = "/api/v1/session/totp/confirm", tag = "door", request_body = TotpCode,
    responses((status = 200, body = TotpOn), (status = 409, body = WireProblem), (status = 422, body = WireProblem)))]
pub async fn confirm(
    State(web): State<Arc<Web>>,
    Anyone(who): Anyone,
    typed: Body<TotpCode>,
) -> Result<Json<TotpOn>, Problem> {
    let TotpCode { code } = body(typed)?;
    let person = who.person.ok_or_else(Problem::not_allowed)?;
    let now = (web.now)();
    let begun = lock(&web.seconds.begun).get(&person).copied();
    let begun = begun.filter(|(at, _)| now.tick.since(*at) < BEGUN_FOR);
    let (_, key) =
        begun.ok_or_else(|| refused(StatusCode::CONFLICT, "totp_not_begun", "Begin once more."))?;
    let mut codes = [[0; totp::RECOVERY_BYTES]; totp::RECOVERY_CODES];
    for code in &mut codes {
        *code = secrets::random().map_err(|cause| Problem::ours(&cause))?;
    }
    let (factor, recovery) = SecondFactor::new(key, codes);
    let Typed::Code(step) = factor.check(&code, now.wall, None) else {
        let text = "That is not the code the app shows now; is the clock of this machine right?";
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "wrong_totp", text));
    };
    let before = web.settings.current().and_then(|office| office.person(&person)?.second_factor.clone());
    web.settings.set_second_factor(&person, before.as_ref(), Some(factor.print())).await?;
    lock(&web.seconds.begun).remove(&person);
    lock(&web.seconds.used).insert(person, step);
    Ok(Json(TotpOn { recovery }))
}

/// Not asked for any more.
#[utoipa::path(post, path = "/api/v1/session/totp/off", tag = "door", request_body = TotpPassword,
    responses((status = 200, body = Done), (status = 401, body = WireProblem), (status = 429, body = WireProblem)))]
pub async fn off(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    Anyone(who): Anyone,
    asked: Body<TotpPassword>,
) -> Result<Json<Done>, Problem> {
    let person = web.who_knows_password(who.person, body(asked)?, &peer).await?;
    web.settings.set_second_factor(&person.id, person.second_factor.as_ref(), None).await?;
    Ok(Json(Done::default()))
}

impl Web {
    /// Somebody who is logged in proves it once more: a screen left alone changes nothing here.
    async fn who_knows_password(
        &self,
        person: Option<PersonId>,
        asked: TotpPassword,
        peer: &ConnectInfo<SocketAddr>,
    ) -> Result<Person, Problem> {
        let person = person.ok_or_else(Problem::not_allowed)?;
        self.admit(person.as_str(), Some(peer))?;
        let settings = self.settings.current().ok_or_else(Problem::logged_out)?;
        let known = settings.person(&person).cloned().ok_or_else(Problem::logged_out)?;
        if !self.verify(known.password_hash.clone(), asked.password).await? {
            let text = "The password is not right.";
            return Err(refused(StatusCode::UNAUTHORIZED, "wrong_password", text));
        }
        lock(&self.throttle).forgive(person.as_str(), peer.ip());
        Ok(known)
    }

    /// The password was right; is the second factor, where there is one?
    pub(super) async fn check_second(&self, person: &Person, typed: Option<&str>) -> Result<(), Problem> {
        let Some(kept) = &person.second_factor else { return Ok(()) };
        let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else {
            let text = "The code of the authenticator app, or a recovery code.";
            return Err(refused(StatusCode::UNAUTHORIZED, "totp_needed", text));
        };
        let factor = SecondFactor::read(kept);
        let now = (self.now)().wall;
        let checked = {
            let mut used = lock(&self.seconds.used);
            let last = used.get(&person.id).copied();
            let checked = factor.map_or(Typed::Wrong, |factor| factor.check(typed, now, last));
            if let Typed::Code(step) = checked {
                used.insert(person.id.clone(), step);
            }
            checked
        };
        match checked {
            Typed::Code(_) => Ok(()),
            Typed::Recovery(left) => {
                Ok(self.settings.set_second_factor(&person.id, Some(kept), Some(left.print())).await?)
            }
            Typed::Wrong => {
                let text = "The code is not right.";
                Err(refused(StatusCode::UNAUTHORIZED, "wrong_totp", text))
            }
        }
    }
}

fn refused(status: StatusCode, code: &'static str, text: &'static str) -> Problem {
    Problem::new(status, code, text)
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
