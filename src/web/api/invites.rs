//! Shell. Invites: the owner makes links, and whoever has one chooses a password (INTERFACES.md §2).

use super::door::road_of;
use super::page::Part;
use super::{Body, body};
use crate::ids::PersonId;
use crate::office::desk::Actor;
use crate::settings::Person;
use crate::store::invites::{self, Invited};
use crate::store::settings_desk::{ApplyError, SettingsSource};
use crate::web::session::{Owner, Road};
use crate::web::wire::{
    Changes, Invite, InviteCode, InvitedPerson, LogInOf, PeopleList, Problem as WireProblem, Session,
    UseInvite,
};
use crate::web::{Path, Query};
use crate::web::{Web, problem::Problem, show};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;

/// The account under which codes that nobody knows are counted.
const NO_INVITE: &str = "an invite nobody knows";

/// Everybody who works here, and whether they can log in.
#[utoipa::path(get, path = "/api/v1/people", tag = "people",
    params(("cursor" = Option<String>, Query), ("limit" = Option<usize>, Query)),
    responses((status = 200, body = PeopleList), (status = 403, body = WireProblem)))]
pub async fn people(
    State(web): State<Arc<Web>>,
    _: Owner,
    Query(part): Query<Part>,
) -> Result<Json<PeopleList>, Problem> {
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    let all = settings.people.iter().map(log_in_of).collect();
    let (items, next_cursor) = part.of(all, |row: &LogInOf| &row.id)?;
    Ok(Json(PeopleList { items, next_cursor }))
}

/// A link by which this person chooses a password, once and within 7 days; an earlier one ends.
#[utoipa::path(post, path = "/api/v1/people/{id}/invite", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = Invite), (status = 403, body = WireProblem), (status = 404, body = WireProblem)))]
pub async fn invite(
    State(web): State<Arc<Web>>,
    _: Owner,
    Path(id): Path<String>,
    road: Option<Extension<Road>>,
    headers: HeaderMap,
) -> Result<Json<Invite>, Problem> {
    let made = web.settings.invite(&PersonId::new(id), (web.now)().wall).await?;
    Ok(Json(show_invite(&made, &web.screens(&headers, road_of(road)))))
}

/// Whose invite this is; it is not used up by looking.
#[utoipa::path(post, path = "/api/v1/invites/look", tag = "door", request_body = InviteCode,
    responses((status = 200, body = InvitedPerson), (status = 410, body = WireProblem), (status = 429, body = WireProblem)))]
pub async fn look(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    asked: Body<InviteCode>,
) -> Result<Json<InvitedPerson>, Problem> {
    let InviteCode { code } = body(asked)?;
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    let Some(person) = invites::invited(&settings, &code, (web.now)().wall) else {
        web.admit(NO_INVITE, Some(&peer))?;
        return Err(ApplyError::NoInvite.into());
    };
    Ok(Json(InvitedPerson {
        person: person.id.to_string(),
        name: person.name.clone(),
        office: settings.office.name.clone(),
        ends_at: invites::ends_at(person).map(show::instant).unwrap_or_default(),
    }))
}

/// The password whoever was invited chose; they are logged in with it, and the link is used up.
#[utoipa::path(post, path = "/api/v1/invites/use", tag = "door", request_body = UseInvite,
    responses((status = 200, body = Session), (status = 410, body = WireProblem), (status = 422, body = WireProblem),
              (status = 429, body = WireProblem)))]
pub async fn take(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    road: Option<Extension<Road>>,
    chosen: Body<UseInvite>,
) -> Result<Response, Problem> {
    let UseInvite { code, password } = body(chosen)?;
    let now = (web.now)().wall;
    let office = web.settings.current().ok_or(ApplyError::NoOffice)?;
    if invites::invited(&office, &code, now).is_none() {
        web.admit(NO_INVITE, Some(&peer))?;
    }
    let person = web.settings.accept_invite(&code, password, now).await?;
    let settings = web.settings.current().ok_or(ApplyError::NoOffice)?;
    let known = settings.person(&person).ok_or_else(Problem::logged_out)?;
    let hash = known.password_hash.as_ref().ok_or_else(Problem::logged_out)?;
    let cookie = web.open_session(known.id.clone(), hash, road).await?;
    let actor = Actor { person: Some(person), role: known.role };
    let session: Session = super::door::session_of(&actor, &settings);
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

/// An invite as its maker sees it, this once.
fn show_invite(made: &Invited, screens: &str) -> Invite {
    Invite {
        person: made.person.to_string(),
        name: made.name.clone(),
        link: made.link(screens),
        ends_at: show::instant(made.ends_at),
    }
}

fn log_in_of(person: &Person) -> LogInOf {
    LogInOf {
        id: person.id.to_string(),
        name: person.name.clone(),
        role: person.role.word(),
        has_password: person.password_hash.is_some(),
        totp: person.second_factor.is_some(),
        invite_ends_at: invites::ends_at(person).map(show::instant),
    }
}

impl Web {
    /// Makes the office what the body says; whoever is new and has no password gets a link.
    pub(super) async fn apply_and_invite(
        &self,
        office: Value,
        headers: &HeaderMap,
        road: Option<Extension<Road>>,
    ) -> Result<Changes, Problem> {
        let screens = self.screens(headers, road_of(road));
        let now = (self.now)().wall;
        let (changes, made) = self.settings.apply_and_invite(SettingsSource::Json(office), now).await?;
        Ok(Changes { changes, invites: made.iter().map(|one| show_invite(one, &screens)).collect() })
    }
}
