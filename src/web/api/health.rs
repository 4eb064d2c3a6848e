//! Shell. For monitors: health and figures.

use crate::figures::TEXT_FORMAT;
use crate::office::board::{Board, LineKind};
use crate::web::guard::is_loopback;
use crate::web::session::Anyone;
use crate::web::wire::{self, Problem as WireProblem};
use crate::web::{Web, problem::Problem};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

/// 200 when calls can be taken; 503 while starting, or when the switchboard does not answer.
#[utoipa::path(get, path = "/healthz", tag = "monitors",
    responses((status = 200, body = wire::Health), (status = 503, body = wire::Health)))]
pub async fn healthz(State(web): State<Arc<Web>>) -> (StatusCode, Json<wire::Health>) {
    let health = web.handle.health();
    let alive = web.handle.is_alive().await;
    let well = health.ready && alive;
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let listening = health.listening.iter().map(|(name, address)| (*name, address.to_string()));
    let body = wire::Health {
        status: match (health.ready, alive) {
            (false, _) => "starting",
            (true, false) => "not answering",
            (true, true) => "ok",
        },
        version: env!("CARGO_PKG_VERSION"),
        listening: listening.collect(),
        trunks: health.trunks.clone(),
        mailboxes: health.mailboxes.clone(),
        store: if health.keeps_promises { "ok" } else { "refusing promises" },
    };
    (status, Json(body))
}

/// Prometheus text; from this machine, or with a token.
#[utoipa::path(get, path = "/metrics", tag = "monitors",
    responses((status = 200, content_type = "text/plain"), (status = 401, body = WireProblem)))]
pub async fn metrics(
    State(web): State<Arc<Web>>,
    peer: ConnectInfo<SocketAddr>,
    who: Result<Anyone, Problem>,
) -> Result<Response, Problem> {
    if !is_loopback(&peer) {
        who?;
    }
    let board = web.handle.board().borrow().clone();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    web.figures.calls_active.set(count(active(&board)));
    web.figures.waiting.set(count(board.callers_waiting()));
    web.figures.callbacks_open.set(count(board.groups.iter().map(|group| group.open_callbacks).sum()));
    Ok(([(header::CONTENT_TYPE, TEXT_FORMAT)], web.figures.text()).into_response())
}

/// Who waits while a phone rings is in the line and among the calls, and is one call.
fn active(board: &Board) -> usize {
    let calls = board.calls.iter().map(|row| row.contact);
    let waiting = board.line.iter().filter(|row| row.kind == LineKind::Live).map(|row| row.contact);
    let parked = board.parked.iter().map(|row| row.contact);
    calls.chain(waiting).chain(parked).collect::<BTreeSet<_>>().len()
}
