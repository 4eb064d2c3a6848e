//! Shell. Messages that were left: the list, the sound, and "done".

use super::customers::named;
use super::page::Part;
use super::read;
use crate::ids::CallId;
use crate::office::desk::{Actor, Command, Refusal};
use crate::web::range::{self, Wanted};
use crate::web::session::Staff;
use crate::web::wire::{Done, Problem as WireProblem, Voicemail, VoicemailList};
use crate::web::{Path, Query};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use std::io;
use std::sync::Arc;

/// An hour of 16 kHz.
const SOUND_BYTES_MAX: u64 = 128 << 20;

/// Which messages.
#[derive(Deserialize)]
pub struct Wish {
    done: Option<bool>,
}

/// The messages nobody is done with, oldest first; or the latest 200 that somebody is, newest first.
#[utoipa::path(get, path = "/api/v1/voicemails", tag = "voicemails", 
    params(("done" = Option<bool>, Query), ("cursor" = Option<String>, Query), ("limit" = Option<usize>, Query)),
    responses((status = 200, body = VoicemailList), (status = 403, body = WireProblem)))]
pub async fn list(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(wish): Query<Wish>,
    Query(part): Query<Part>,
) -> Result<Json<VoicemailList>, Problem> {
    let reader = web.reader.clone();
    if wish.done == Some(true) {
        let contacts = read(move || reader.messages_done()).await?;
        let items = contacts.iter().filter_map(show::done_voicemail).collect();
        let (items, next_cursor) = part.of(items, |row: &Voicemail| &row.id)?;
        return Ok(Json(VoicemailList { items: named(&web, items).await?, next_cursor }));
    }
    let contacts = read(move || reader.promised()).await?;
    let mut items: Vec<_> = contacts.iter().filter_map(show::voicemail).collect();
    items.sort_by(|a, b| a.message.saved_at.cmp(&b.message.saved_at));
    let (items, next_cursor) = part.of(items, |row: &Voicemail| &row.id)?;
    Ok(Json(VoicemailList { items: named(&web, items).await?, next_cursor }))
}

/// The sound of one, whole or in part. Whoever fetches it has heard it.
#[utoipa::path(get, path = "/api/v1/voicemails/{id}/audio", tag = "voicemails", params(("id" = String, Path)),
    responses((status = 200, content_type = "audio/wav"), (status = 206, content_type = "audio/wav"),
              (status = 404, body = WireProblem)))]
pub async fn audio(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let call: CallId = id.parse().map_err(|_| Problem::not_found())?;
    let reader = web.reader.clone();
    let contact = read(move || reader.contact(call)).await?.ok_or_else(Problem::not_found)?;
    let message = contact.message.ok_or_else(Problem::not_found)?;
    let path = web.data.join("voicemail").join(format!("{call}.wav"));
    let sound = read_file(path, SOUND_BYTES_MAX).await?.ok_or_else(Problem::not_found)?;
    if message.heard_at.is_none() {
        heard(&web, who, call).await;
    }
    Ok(sound_response(sound, &format!("{call}.wav"), &headers))
}

/// A refusal is of no matter to whoever listens; the next one to listen marks it.
async fn heard(web: &Web, who: Actor, call: CallId) {
    if let Err(why) = web.ask(who, Command::MessageHeard { call }).await {
        tracing::warn!(%call, ?why, "a message was listened to, and the office did not take note");
    }
}

/// The asker sees to it, unless somebody does.
#[utoipa::path(post, path = "/api/v1/voicemails/{id}/claim", tag = "voicemails", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn claim(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
) -> Result<Json<Done>, Problem> {
    let call = id.parse().map_err(|_| Problem::from(Refusal::NoSuchCall))?;
    web.ask(who, Command::MessageClaim { call }).await
}

/// Nothing is left to do about it.
#[utoipa::path(post, path = "/api/v1/voicemails/{id}/done", tag = "voicemails", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn done(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
) -> Result<Json<Done>, Problem> {
    let call = id.parse().map_err(|_| Problem::from(Refusal::NoSuchCall))?;
    web.ask(who, Command::MessageDone { call }).await
}

/// A file of sound, whole; `None` when there is none (any more).
pub async fn read_file(path: std::path::PathBuf, bytes_max: u64) -> Result<Option<Vec<u8>>, Problem> {
    let read = move || -> io::Result<Option<Vec<u8>>> {
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(about) if about.len() > bytes_max => Err(io::ErrorKind::FileTooLarge.into()),
            Ok(_) => std::fs::read(&path).map(Some),
        }
    };
    tokio::task::spawn_blocking(read).await?.map_err(|error| Problem::ours(&error))
}

/// Sound for a player in the page, which asks for parts of it to go to and fro.
pub fn sound_response(sound: Vec<u8>, name: &str, headers: &HeaderMap) -> Response {
    let length = sound.len();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, sound, place) = match range::wanted(range, length) {
        Wanted::Whole => (StatusCode::OK, sound, None),
        Wanted::Part(part) => {
            let place = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            (
                StatusCode::PARTIAL_CONTENT,
                sound.get(part).map(<[u8]>::to_vec).unwrap_or_default(),
                Some(place),
            )
        }
        Wanted::Outside => (StatusCode::RANGE_NOT_SATISFIABLE, Vec::new(), Some(format!("bytes */{length}"))),
    };
    let fixed = [
        (header::CONTENT_TYPE, "audio/wav".to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
    ];
    let place = AppendHeaders(place.map(|place| (header::CONTENT_RANGE, place)));
    (status, fixed, place, sound).into_response()
}
