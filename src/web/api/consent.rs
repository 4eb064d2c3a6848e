//! Shell. An owner's consent to a mailbox (spec/mail.md §1): a code for Microsoft's page, or a page of Google's whose
//! last address is pasted back. What comes of it is kept with the settings, and never shown.

use super::{Body, body};
use crate::ids::MailboxId;
use crate::mail::oauth::{self, Consent, DeviceCode, Loopback};
use crate::mail::socket::Broken;
use crate::settings::{OAuth, OAuthProvider};
use crate::web::Path;
use crate::web::session::Owner;
use crate::web::wire::{ConsentAnswer, ConsentPage, Pasted, Problem as WireProblem};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::Arc;
use std::time::Duration;

/// A consent that was begun, for the client it was begun for. One question at a time is asked about it: a provider
/// that is slow to answer delays nobody else's.
pub struct Begun {
    client_id: String,
    way: tokio::sync::Mutex<Way>,
}

enum Way {
    Code(DeviceCode),
    Page(Loopback),
}

/// Begins: what the owner opens, and types there if it is a code. One begun before counts no more.
#[utoipa::path(post, path = "/api/v1/mailboxes/{id}/consent", tag = "mailboxes", params(("id" = String, Path)),
    responses((status = 200, body = ConsentPage), (status = 404, body = WireProblem), (status = 502, body = WireProblem)))]
pub async fn begin(
    State(web): State<Arc<Web>>,
    _: Owner,
    Path(id): Path<String>,
) -> Result<Json<ConsentPage>, Problem> {
    let (id, oauth) = known(&web, id)?;
    let (way, page) = match oauth.provider {
        OAuthProvider::Microsoft => {
            let code = oauth::begin_device_code(&web.mail, &oauth.client_id)
                .await
                .map_err(|broken| failed(&broken))?;
            let page = shown(&code.page, Some((code.user_code.clone(), code.interval, code.ends_after)));
            (Way::Code(code), page)
        }
        OAuthProvider::Google => {
            let mut random = [0; 48];
            getrandom::fill(&mut random).map_err(|_| Problem::busy())?;
            let loopback = oauth::begin_loopback(&oauth.client_id, &random);
            let page = shown(&loopback.page, None);
            (Way::Page(loopback), page)
        }
    };
    let begun = Begun { client_id: oauth.client_id, way: way.into() };
    web.consents.lock().await.insert(id, Arc::new(begun));
    Ok(Json(page))
}

/// Asks whether the owner has consented: for a code by itself, every `interval_ms`; for a page with the address
/// the browser ended at.
#[utoipa::path(post, path = "/api/v1/mailboxes/{id}/consent/ask", tag = "mailboxes", params(("id" = String, Path)),
    request_body = Pasted, responses((status = 200, body = ConsentAnswer), (status = 404, body = WireProblem),
        (status = 502, body = WireProblem)))]
pub async fn ask(
    State(web): State<Arc<Web>>,
    _: Owner,
    Path(id): Path<String>,
    pasted: Body<Pasted>,
) -> Result<Json<ConsentAnswer>, Problem> {
    let pasted = body(pasted)?.address;
    let (id, oauth) = known(&web, id)?;
    let begun = web.consents.lock().await.get(&id).cloned();
    let begun = begun.filter(|begun| begun.client_id == oauth.client_id).ok_or_else(Problem::not_found)?;
    let mut way = begun.way.lock().await;
    let consent = match (&*way, pasted) {
        (Way::Code(code), _) => oauth::ask_consent(&web.mail, &oauth.client_id, code).await,
        (Way::Page(loopback), Some(address)) => {
            let code = loopback.code_in(&address).ok_or_else(not_from_there)?;
            let client = (oauth.client_id.as_str(), oauth.client_secret.as_ref());
            oauth::redeem(&web.mail, client, loopback, &code).await
        }
        (Way::Page(_), None) => return Err(not_from_there()),
    };
    let answer = |state, interval: Option<Duration>, said| {
        Ok(Json(ConsentAnswer { state, interval_ms: interval.map(show::ms), said }))
    };
    match consent.map_err(|broken| failed(&broken))? {
        Consent::Pending { interval } => {
            if let Way::Code(code) = &mut *way {
                code.interval = interval; // asked to slow down, it stays slow
            }
            answer("pending", Some(interval), None)
        }
        Consent::Refused { said } => {
            ended(&web, &id, &begun).await;
            answer("refused", None, Some(said))
        }
        Consent::Given(grant) => {
            ended(&web, &id, &begun).await;
            web.settings.keep_grant(&id, grant).await?;
            answer("given", None, None)
        }
    }
}

/// Nothing more is asked about it; one that was begun since stays.
async fn ended(web: &Web, id: &MailboxId, begun: &Arc<Begun>) {
    let mut consents = web.consents.lock().await;
    if consents.get(id).is_some_and(|known| Arc::ptr_eq(known, begun)) {
        consents.remove(id);
    }
}

/// A mailbox that is opened by consent.
fn known(web: &Web, id: String) -> Result<(MailboxId, OAuth), Problem> {
    let settings = web.settings.current().ok_or_else(Problem::not_found)?;
    let mailbox =
        settings.mailboxes.iter().find(|one| one.id.as_str() == id).ok_or_else(Problem::not_found)?;
    Ok((mailbox.id.clone(), mailbox.oauth.clone().ok_or_else(Problem::not_found)?))
}

fn shown(page: &str, code: Option<(String, Duration, Duration)>) -> ConsentPage {
    let (user_code, interval, ends) = match code {
        Some((user_code, interval, ends)) => (Some(user_code), Some(interval), Some(ends)),
        None => (None, None, None),
    };
    ConsentPage {
        page: page.to_owned(),
        user_code,
        interval_ms: interval.map(show::ms),
        expires_in_ms: ends.map(show::ms),
    }
}

fn not_from_there() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "not_that_page",
        "address is what the browser shows at the end: it begins with http://127.0.0.1 and holds a code.",
    )
}

/// The provider's own sentence, where it has one.
fn failed(broken: &Broken) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "provider_failed", crate::mail::imap::said(broken))
}
