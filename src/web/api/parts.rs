//! Shell. Parts of a mail: its HTML made safe, and its files.

use super::mails::{flowing, item_id, raw_path, stored};
use crate::mail::message::{Message, attachment_to, pictures};
use crate::mail::room;
use crate::mail::safe::{self, Pictures};
use crate::store::mail::{StoredItem, uploads};
use crate::web::session::Staff;
use crate::web::wire::Problem as WireProblem;
use crate::web::{Path, Query};
use crate::web::{Web, problem::Problem};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{self, PathBuf};
use std::sync::Arc;

/// Pictures inside a mail that its page carries along, together.
const PICTURES_BYTES_MAX: usize = 16 << 20;

/// What of a mail's HTML is shown.
#[derive(Deserialize)]
pub struct Wish {
    /// `1`: pictures that lie elsewhere, too; somebody asked for them.
    images: Option<String>,
}

/// The HTML of a mail, made safe, as a page of its own for a sandboxed frame.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/items/{item}/html", tag = "conversations",
    params(("id" = String, Path), ("item" = String, Path), ("images" = Option<String>, Query)),
    responses((status = 200, content_type = "text/html"), (status = 404, body = WireProblem)))]
pub async fn html(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path((id, item)): Path<(String, String)>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let raw = path_of(&web, &id, &item).await?;
    let remote = wish.images.is_some_and(|images| images == "1");
    let made = room::read(raw, move |raw| page(raw, remote)).await;
    let (page, csp, left_out) = made.ok().flatten().ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, csp),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN".to_owned()),
        (header::REFERRER_POLICY, safe::REFERRER.to_owned()),
        (header::HeaderName::from_static("frontdesk-pictures-left-out"), left_out.to_string()),
    ];
    Ok((headers, page).into_response())
}

/// The page, its policy, and how many pictures it leaves out; `None`: no HTML that could be shown.
fn page(raw: &[u8], remote: bool) -> Option<(String, String, usize)> {
    let message = Message::read(raw).ok()?;
    let data = |kind: String, bytes: &[u8]| format!("data:{kind};base64,{}", STANDARD.encode(bytes));
    let inside = pictures(raw, PICTURES_BYTES_MAX).into_iter();
    let inside = inside.map(|(id, kind, bytes)| (id, data(kind, &bytes))).collect();
    let pictures = Pictures { inside, remote };
    let safe = safe::clean(&message.html?, &pictures)?;
    Some((safe::page(&safe), safe::csp(&pictures), safe.left_out))
}

/// A file of a mail: to be saved, never shown.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/items/{item}/attachments/{part}", tag = "conversations",
    params(("id" = String, Path), ("item" = String, Path), ("part" = usize, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = WireProblem)))]
pub async fn attachment(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path((id, item, part)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let part: usize = part.parse().map_err(|_| Problem::not_found())?;
    let stored = stored(&web, &id, item_id(&item)?).await?;
    let one = stored.attachments.iter().find(|one| one.part == part).ok_or_else(Problem::not_found)?;
    let file = match &one.upload {
        Some(id) => File::open(uploads::path(&web.data, id)).map_err(|_| Problem::not_found())?,
        None => part_of(&web, &stored, part).await?,
    };
    let headers = [
        // Whatever its sender calls it: nothing of it is to run.
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&one.name)),
    ];
    Ok((headers, flowing(tokio::fs::File::from_std(file))).into_response())
}

async fn part_of(web: &Web, stored: &StoredItem, part: usize) -> Result<File, Problem> {
    let raw = raw_path(web, stored).ok_or_else(Problem::not_found)?;
    let folder = web.data.join("mail");
    let taken =
        room::read(raw, move |raw| spooled(&folder, raw, part)).await.map_err(|_| Problem::not_found())?;
    taken.map_err(|error| Problem::ours(&error))?.ok_or_else(Problem::not_found)
}

/// A file of a mail on the disk, under no name: a browser takes its time, and memory is for mails that are read.
fn spooled(folder: &path::Path, raw: &[u8], part: usize) -> io::Result<Option<File>> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    let path = folder.join(format!("leaving-{:016x}", u64::from_ne_bytes(random)));
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    let Some(written) = attachment_to(raw, part, |block| file.write_all(block)) else { return Ok(None) };
    written?;
    file.rewind()?;
    Ok(Some(file))
}

/// `attachment` with the name in the form every browser reads (RFC 6266).
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' };
    let plain: String = name.chars().map(plain).collect();
    let spelt = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    let spelt: String = name.as_bytes().iter().map(spelt).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{spelt}")
}

async fn path_of(web: &Web, id: &str, item: &str) -> Result<PathBuf, Problem> {
    let stored = stored(web, id, item_id(item)?).await?;
    raw_path(web, &stored).ok_or_else(Problem::not_found)
}
