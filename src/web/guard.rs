//! Shell. What stands around every route: Origin, body size, panics, HTTPS only, security headers.

use super::problem::Problem;
use super::session::{self, Road};
use super::{Web, assets};
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use std::net::SocketAddr;
use std::sync::Arc;

/// An office of hundreds of people as JSON fits twice.
const BODY_BYTES_MAX: usize = 512 * 1024;

const CSP: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
                   object-src 'none'";

/// Puts the guards around routes, the first to speak last.
pub fn around(routes: Router<Arc<Web>>, web: &Arc<Web>) -> Router<Arc<Web>> {
    routes
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(origin))
        .layer(from_fn_with_state(web.clone(), https_only))
        .layer(from_fn(headers))
}

/// Nothing but a page of our own may change anything, or listen.
async fn origin(request: Request, next: Next) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_feed = request.uri().path() == "/api/v1/live";
    if (!is_reading || is_feed) && !session::is_same_origin(request.headers(), request.uri()) {
        let text = "This page may not ask that.";
        return Problem::new(axum::http::StatusCode::FORBIDDEN, "origin", text).into_response();
    }
    next.run(request).await
}

/// Sends plain HTTP to HTTPS when the owner wants only that; monitors and the certificate stay.
async fn https_only(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let road = request.extensions().get::<Road>().copied().unwrap_or(Road::Http);
    let wanted = web.settings.current().is_some_and(|settings| settings.network.https_only);
    let stays = ["/healthz", "/metrics", assets::AUTHORITY].contains(&request.uri().path());
    match web.https.get() {
        Some(https) if road == Road::Http && wanted && !stays => secure(&request, https.port()),
        _ => next.run(request).await,
    }
}

fn secure(request: &Request, port: u16) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let uri: Option<Uri> = host.and_then(|host| host.parse().ok());
    let name = uri.as_ref().and_then(Uri::host);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match name {
        Some(name) => Redirect::temporary(&format!("https://{name}:{port}{path}")).into_response(),
        None => Problem::bad_request("The request names no host.").into_response(),
    }
}

async fn headers(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(self)"),
    ];
    for (name, value) in fixed {
        // A customer's mail has its own, stricter ones.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// Is the other end this very machine?
pub fn is_loopback(peer: &ConnectInfo<SocketAddr>) -> bool {
    peer.0.ip().to_canonical().is_loopback()
}
