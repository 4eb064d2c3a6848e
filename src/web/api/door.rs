//! Shell. The door: logging in and out, and the first run.

use super::{Body, body};
use crate::ids::PersonId;
use crate::office::desk::{Actor, Refusal};
use crate::settings::{Role, Secret, Settings};
use crate::store::secrets;
use crate::web::session::{self, Anyone, Road};
use crate::web::wire::{Changes, LogIn, OfficeFacts, Problem as WireProblem, Session, SessionPerson};
use crate::web::{Web, problem::Problem};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, PoisonError};

/// Checked when the account is unknown, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<Option<Secret>> = LazyLock::new(|| secrets::hash("nobody has this password").ok());

/// Who is looking.
#[utoipa::path(get, path = "/api/v1/session", tag = "door",
    responses((status = 200, body = Session), (status = 401, body = WireProblem)))]
pub async fn who(State(web): State<Arc<Web>>, Anyone(actor): Anyone) -> Result<Json<Session>, Problem> {
    let settings = web.settings.current().ok_or_else(Problem::logged_out)?;
    Ok(Json(session_of(&actor, &settings)))
}

/// Logs in; the cookie is the log-in.
#[utoipa::path(post, path = "/api/v1/session", tag = "door", request_body = LogIn,
    responses((status = 200, body = Session), (status = 401, body = WireProblem), (status = 429, body = WireProblem)))]
pub async fn log_in(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    road: Option<Extension<Road>>,
    log_in: Body<LogIn>,
) -> Result<Response, Problem> {
    let LogIn { person, password, totp } = body(log_in)?;
    web.admit(&person, Some(&peer))?;
    let settings = web.settings.current();
    let known = settings.as_ref().and_then(|settings| settings.person(&PersonId::from(person.as_str())));
    let hash = known.and_then(|known| known.password_hash.clone());
    let is_right = web.verify(hash.clone(), password).await?;
    let (Some(settings), Some(known), Some(hash), true) = (&settings, known, hash, is_right) else {
        let text = "The name or the password is not right.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_login", text));
    };
    web.check_second(known, totp.as_deref()).await?;
    web.throttle.lock().unwrap_or_else(PoisonError::into_inner).forgive(&person, peer.ip());
    let actor = Actor { person: Some(known.id.clone()), role: known.role };
    let cookie = web.open_session(known.id.clone(), &hash, road).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(session_of(&actor, settings))).into_response())
}

/// Logs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "door",
    responses((status = 204), (status = 503, body = WireProblem)))]
pub async fn log_out(
    State(web): State<Arc<Web>>,
    road: Option<Extension<Road>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(bearer) = session::session_cookie(&headers) {
        web.settings.close_log_in(bearer, (web.now)()).await.map_err(|_| Refusal::KeptLater)?;
    }
    let cookie = session::set_session(road_of(road), "");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The first run: the code from the console and the office; the owner is logged in afterwards.
#[utoipa::path(post, path = "/api/v1/setup", tag = "door", request_body = Object,
    responses((status = 200, body = Changes), (status = 403, body = WireProblem), (status = 404, body = WireProblem),
              (status = 422, body = WireProblem)))]
pub async fn set_up(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    road: Option<Extension<Road>>,
    headers: HeaderMap,
    office: Body<Value>,
) -> Result<Response, Problem> {
    let mut office = body(office)?;
    let _turn = web.setup.turn().await;
    if web.settings.current().is_some() {
        return Err(Problem::not_found());
    }
    web.admit("the set-up", Some(&peer))?;
    let code = office.as_object_mut().and_then(|office| office.remove("code"));
    if !code.as_ref().and_then(Value::as_str).is_some_and(|code| web.setup.is_code(code)) {
        let text = "The code is not the one printed on the console.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "wrong_code", text));
    }
    let changes = web.apply_and_invite(office, &headers, road).await?;
    web.setup.close();
    let settings = web.settings.current();
    let people = settings.iter().flat_map(|settings| &settings.people);
    let mut owners = people.filter(|person| person.role == Role::Owner);
    let owner = owners.find_map(|owner| Some((owner.id.clone(), owner.password_hash.as_ref()?)));
    let answer = Json(changes);
    match owner {
        Some((owner, hash)) => {
            let cookie = web.open_session(owner, hash, road).await?;
            Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
        }
        None => Ok(answer.into_response()),
    }
}

impl Web {
    /// Checks a password; two at once, some more wait, whoever comes then is told to come again.
    pub(super) async fn verify(&self, hash: Option<Secret>, password: String) -> Result<bool, Problem> {
        let _place = self.hashing_line.try_acquire().map_err(|_| Problem::busy())?;
        let _turn = self.hashing.acquire().await.map_err(|_| Problem::busy())?;
        let check = move || match hash {
            Some(hash) => secrets::verify(&hash, &password),
            None => {
                let _ = NOBODY.as_ref().map(|nobody| secrets::verify(nobody, &password));
                false
            }
        };
        Ok(tokio::task::spawn_blocking(check).await?)
    }

    pub(super) async fn open_session(
        &self,
        person: PersonId,
        hash: &Secret,
        road: Option<Extension<Road>>,
    ) -> Result<String, Problem> {
        let bearer = secrets::bearer().map_err(|cause| Problem::ours(&cause))?;
        self.settings.open_log_in(&bearer, person, hash, (self.now)()).await;
        Ok(session::set_session(road_of(road), &bearer))
    }
}

pub(super) fn road_of(road: Option<Extension<Road>>) -> Road {
    road.map_or(Road::Http, |Extension(road)| road)
}

pub(super) fn session_of(actor: &Actor, settings: &Settings) -> Session {
    let person = actor.person.as_ref().and_then(|id| settings.person(id));
    let country = settings.office.country.0;
    Session {
        person: person.map(|person| SessionPerson {
            id: person.id.to_string(),
            name: person.name.clone(),
            totp: person.second_factor.is_some(),
        }),
        role: actor.role.word(),
        office: OfficeFacts {
            name: settings.office.name.clone(),
            language: settings.office.language.word(),
            country: country.iter().map(|letter| char::from(*letter)).collect(),
            time_zone: settings.office.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        },
        version: env!("CARGO_PKG_VERSION"),
    }
}
