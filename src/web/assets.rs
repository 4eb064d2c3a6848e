//! Shell. The screens: `static/` inside the binary (read from the disk in a debug build), under
//! addresses that change with every build.

use super::session::{self, Road};
use super::{Web, problem::Problem};
use crate::settings::Language;
use crate::store::secrets;
use crate::web::Query;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use rust_embed::RustEmbed;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

/// Where the certificate of the box's authority is fetched.
pub const AUTHORITY: &str = "/ca.crt";

#[derive(RustEmbed)]
#[folder = "static/"]
#[exclude = "README.md"]
struct Static;

/// Moves when any file of `static/` moves.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Static::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for file in names.iter().filter_map(|name| Static::get(name)) {
        hash.update(file.metadata.sha256_hash());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// Pages and files.
pub fn routes() -> Router<Arc<Web>> {
    let mut routes = Router::new()
        .route("/", get(index))
        .route("/login", get(|web: State<Arc<Web>>| async move { page(&web, "login.html") }))
        .route("/invite", get(|web: State<Arc<Web>>| async move { page(&web, "invite.html") }))
        .route("/setup", get(setup))
        .route("/tv", get(tv))
        .route(AUTHORITY, get(authority))
        .route("/a/{build}/{*path}", get(asset));
    for deep in ["/day", "/people", "/contacts", "/contact/{id}"] {
        routes = routes.route(deep, get(index));
    }
    routes
}

async fn index(State(web): State<Arc<Web>>) -> Response {
    match web.settings.current() {
        Some(_) => page(&web, "index.html"),
        None => Redirect::to("/setup").into_response(),
    }
}

/// Never opens again once the office is set up.
async fn setup(State(web): State<Arc<Web>>) -> Response {
    match web.settings.current() {
        Some(_) => Redirect::to("/").into_response(),
        None => page(&web, "setup.html"),
    }
}

#[derive(Deserialize)]
struct Tv {
    token: Option<String>,
}

/// `/tv?token=…` once: the token moves into a cookie and out of the address.
async fn tv(
    State(web): State<Arc<Web>>,
    Query(Tv { token }): Query<Tv>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    road: Option<Extension<Road>>,
) -> Result<Response, Problem> {
    let Some(token) = token else { return Ok(page(&web, "tv.html")) };
    if web.settings.role_of_token(secrets::bearer_hash(&token)).await?.is_none() {
        web.admit(session::NO_TOKEN, peer.as_deref())?;
        return Err(Problem::logged_out());
    }
    let road = road.map_or(Road::Http, |Extension(road)| road);
    Ok(([(header::SET_COOKIE, session::set_tv(road, &token))], Redirect::to("/tv")).into_response())
}

async fn authority(State(web): State<Arc<Web>>) -> Response {
    let Some(pem) = web.authority.get() else { return Problem::not_found().into_response() };
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"frontdesk-ca.crt\""),
    ];
    (headers, pem.clone()).into_response()
}

async fn asset(Path((build, path)): Path<(String, String)>) -> Response {
    let Some(file) = Static::get(&path).filter(|_| !path.ends_with(".html")) else {
        return Problem::not_found().into_response();
    };
    // A page from before an upgrade may still ask; what it gets must not be kept.
    let keep = if build == *BUILD { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = HeaderValue::from_str(file.metadata.mimetype());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static(keep))];
    (headers, file.data).into_response()
}

/// One of the shells with build and language filled in.
fn page(web: &Web, name: &str) -> Response {
    let Some(file) = Static::get(name) else { return Problem::not_found().into_response() };
    let language = web.settings.current().map_or(Language::En, |settings| settings.office.language);
    let text = String::from_utf8_lossy(&file.data);
    let text = text.replace("@build@", &BUILD).replace("@lang@", language.word());
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, text).into_response()
}
