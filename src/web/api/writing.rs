//! Shell. What is being written: files that go along, taken block by block, and mails that are begun and answer none.

use super::conversations::known;
use super::{Body, body, read};
use crate::ids::MailboxId;
use crate::mail::message::file_name;
use crate::office::desk::{Actor, Command, Refusal};
use crate::office::inbox::{Begun, Draft, FILES_BYTES_MAX, FILES_MAX, Place, Upload, Writing, goes_with};
use crate::store::mail::uploads;
use crate::store::{StoreError, secrets};
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::wire::{Attached, Done, MailDraft, MailDraftList, NewMailDraft, Problem as WireProblem};
use crate::web::{Query, Web, problem::Problem, show};
use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use serde::Deserialize;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path;
use std::sync::Arc;
use std::time::Duration;

/// Mails of one person that are begun.
const BEGUN_MAX: usize = 100;
/// Without a byte for so long an upload has ended.
const SILENCE: Duration = Duration::from_secs(30);

type Answer = Result<Json<Done>, Problem>;

/// What a file is called.
#[derive(Deserialize)]
pub struct Named {
    name: String,
}

/// Puts a file to the asker's draft of an answer: kept with it until it is sent or taken away. All files of one
/// mail have 18 MB together; who sends more is told before it is read.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/attachments", tag = "conversations",
    params(("id" = String, Path), ("name" = String, Query)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Attached), (status = 409, body = WireProblem), (status = 413, body = WireProblem)))]
pub async fn attach(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    file: Bytes,
) -> Result<Json<Attached>, Problem> {
    let one = known(&web, &id).await?;
    take(&web, who, Draft::Answer(Box::new(one)), &named.name, &headers, file).await
}

/// Takes a file away from the asker's draft of an answer.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/attachments/{file}", tag = "conversations",
    params(("id" = String, Path), ("file" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn detach(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    let one = known(&web, &id).await?;
    take_away(&web, who, Place::Answer(one.id), file).await
}

/// The mails the asker has begun that answer none, the latest first.
#[utoipa::path(get, path = "/api/v1/drafts", tag = "conversations",
    responses((status = 200, body = MailDraftList), (status = 403, body = WireProblem)))]
pub async fn begun(State(web): State<Arc<Web>>, Staff(who): Staff) -> Result<Json<MailDraftList>, Problem> {
    let (reader, person) = (web.reader.clone(), who.person.ok_or_else(Problem::not_allowed)?);
    let found = read(move || {
        let with_files = |one: Begun| {
            let files = reader.uploads(&Place::Begun(one.id.clone()), &person)?;
            Ok((one, files))
        };
        reader.begun(&person)?.into_iter().map(with_files).collect::<Result<Vec<_>, StoreError>>()
    })
    .await?;
    let items = found.into_iter().map(|(one, files)| show::mail::begun(one, &files)).collect();
    Ok(Json(MailDraftList { items, next_cursor: None }))
}

/// Begins one.
#[utoipa::path(post, path = "/api/v1/drafts", tag = "conversations", request_body = NewMailDraft,
    responses((status = 200, body = MailDraft), (status = 409, body = WireProblem), (status = 422, body = WireProblem)))]
pub async fn begin(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    draft: Body<NewMailDraft>,
) -> Result<Json<MailDraft>, Problem> {
    let (reader, person) = (web.reader.clone(), who.person.clone().ok_or_else(Problem::not_allowed)?);
    if read(move || reader.begun(&person)).await?.len() >= BEGUN_MAX {
        let said = "You have begun 100 mails. Send or discard some of them first.";
        return Err(Problem::new(StatusCode::CONFLICT, "too_many_drafts", said));
    }
    let mut draft = body(draft)?;
    let id = draft.id.take().map_or_else(fresh_id, chosen_id)?;
    let one = of(id, draft);
    let _done = web.ask(who, Command::Write(Box::new(Writing::Begin(one.clone())))).await?;
    Ok(Json(show::mail::begun(one, &[])))
}

/// It stands so now: kept on every keystroke.
#[utoipa::path(put, path = "/api/v1/drafts/{id}", tag = "conversations", params(("id" = String, Path)),
    request_body = NewMailDraft, responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn keep(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    draft: Body<NewMailDraft>,
) -> Answer {
    let one = of(own(&web, &who, id).await?.id, body(draft)?);
    web.ask(who, Command::Write(Box::new(Writing::Keep(one)))).await
}

/// Neither it nor its files.
#[utoipa::path(delete, path = "/api/v1/drafts/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn discard(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    let id = own(&web, &who, id).await?.id;
    drop_begun(&web, who, id).await
}

/// Puts a file to it.
#[utoipa::path(post, path = "/api/v1/drafts/{id}/attachments", tag = "conversations",
    params(("id" = String, Path), ("name" = String, Query)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Attached), (status = 409, body = WireProblem), (status = 413, body = WireProblem)))]
pub async fn attach_to_begun(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    file: Bytes,
) -> Result<Json<Attached>, Problem> {
    let id = own(&web, &who, id).await?.id;
    take(&web, who, Draft::Begun(id), &named.name, &headers, file).await
}

/// Takes a file away from it.
#[utoipa::path(delete, path = "/api/v1/drafts/{id}/attachments/{file}", tag = "conversations",
    params(("id" = String, Path), ("file" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn detach_from_begun(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    let id = own(&web, &who, id).await?.id;
    take_away(&web, who, Place::Begun(id), file).await
}

/// The files of the asker's draft that a mail names, in its order.
pub async fn chosen(
    web: &Web,
    who: &Actor,
    place: Place,
    wanted: Option<Vec<String>>,
) -> Result<Vec<Upload>, Problem> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return Ok(Vec::new()) };
    if wanted.len() > FILES_MAX {
        return Err(Refusal::TooManyFiles.into());
    }
    let there = there(web, who, &place).await?;
    let find = |id: &String| there.iter().find(|one| one.id == *id).cloned();
    wanted.iter().map(|id| find(id).ok_or_else(|| Refusal::NoSuchFile.into())).collect()
}

/// What was begun was sent, or is not wanted: it goes, with the files that did not go along.
pub async fn drop_begun(web: &Web, who: Actor, id: String) -> Answer {
    let files = there(web, &who, &Place::Begun(id.clone())).await?;
    let done = web.ask(who, Command::Write(Box::new(Writing::Drop(id)))).await?;
    remove(web, files).await;
    Ok(done)
}

/// A mail the asker has begun.
async fn own(web: &Web, who: &Actor, id: String) -> Result<Begun, Problem> {
    let (reader, person) = (web.reader.clone(), who.person.clone().ok_or_else(Problem::not_allowed)?);
    read(move || reader.begun_one(&person, &id)).await?.ok_or_else(Problem::not_found)
}

/// The files of the asker's draft.
async fn there(web: &Web, who: &Actor, place: &Place) -> Result<Vec<Upload>, Problem> {
    let (reader, person) = (web.reader.clone(), who.person.clone().ok_or_else(Problem::not_allowed)?);
    let place = place.clone();
    read(move || reader.uploads(&place, &person)).await
}

/// Bytes first, then the row that speaks of them.
async fn take(
    web: &Web,
    who: Actor,
    draft: Draft,
    name: &str,
    headers: &HeaderMap,
    file: Bytes,
) -> Result<Json<Attached>, Problem> {
    let place = match &draft {
        Draft::Answer(known) => Place::Answer(known.id),
        Draft::Begun(id) => Place::Begun(id.clone()),
    };
    let kind = kind(headers);
    let said = header_of(headers, header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let named = Upload { id: fresh_id()?, name: file_name(name, &kind), kind, size: said.unwrap_or(1) };
    let beside = there(web, &who, &place).await?;
    // Said before a byte of it is read.
    goes_with(&named, &beside)?;
    let room = FILES_BYTES_MAX - beside.iter().map(|one| one.size).sum::<u64>().min(FILES_BYTES_MAX);
    let upload = Upload { size: lay(&web.data, &named.id, file, room).await?, ..named };
    // Two that come at once are counted one after the other.
    let _alone = web.attaching.lock().await;
    let beside = there(web, &who, &place).await?;
    let command = Command::Write(Box::new(Writing::Attach { draft, upload: upload.clone(), beside }));
    match web.handle.desk(who, command).await? {
        Ok(_) => Ok(Json(show::mail::attached(&upload))),
        // Its row is written when the disk takes it.
        Err(refusal @ Refusal::KeptLater) => Err(refusal.into()),
        Err(refusal) => {
            remove(web, vec![upload]).await;
            Err(refusal.into())
        }
    }
}

async fn take_away(web: &Web, who: Actor, place: Place, file: String) -> Answer {
    let found = there(web, &who, &place).await?.into_iter().find(|one| one.id == file);
    let upload = found.ok_or(Refusal::NoSuchFile)?;
    let done = web.ask(who, Command::Write(Box::new(Writing::Detach(file)))).await?;
    remove(web, vec![upload]).await;
    Ok(done)
}

/// The bytes of files that no row speaks of any more; what cannot be removed now the next start removes.
async fn remove(web: &Web, files: Vec<Upload>) {
    let (reader, data) = (web.reader.clone(), web.data.clone());
    let removing = tokio::task::spawn_blocking(move || {
        for file in files.iter().filter(|file| reader.has_upload(&file.id).is_ok_and(|is_there| !is_there)) {
            if let Err(error) = fs::remove_file(uploads::path(&data, &file.id)) {
                tracing::warn!(%error, "a file that is not sent could not be removed");
            }
        }
    });
    let _removed = removing.await;
}

/// A file on its way in; gone unless it got to its name.
struct Half(path::PathBuf);

impl Drop for Half {
    fn drop(&mut self) {
        // After the renaming there is nothing of this name.
        let _ = fs::remove_file(&self.0);
    }
}

/// Block by block: memory does not grow with the file. Its length, once it is on the disk.
async fn lay(data: &path::Path, id: &str, file: Bytes, room: u64) -> Result<u64, Problem> {
    let (half, whole) = (Half(uploads::half(data, id)), uploads::path(data, id));
    let mut open = create(&half.0).map_err(|cause| Problem::ours(&cause))?;
    let (mut blocks, mut length) = (file.into_data_stream(), 0);
    while let Some(block) = tokio::time::timeout(SILENCE, blocks.next()).await.map_err(|_| cut())? {
        let block = block.map_err(|_| cut())?;
        length += block.len() as u64;
        if length > room {
            return Err(Refusal::FilesTooLarge.into());
        }
        let written = tokio::task::spawn_blocking(move || open.write_all(&block).map(|()| open));
        open = written.await?.map_err(|cause| Problem::ours(&cause))?;
    }
    if length == 0 {
        return Err(Refusal::EmptyFile.into());
    }
    let settled = tokio::task::spawn_blocking(move || settle(&open, &half.0, &whole)).await?;
    settled.map_err(|cause| Problem::ours(&cause))?;
    Ok(length)
}

/// The other end went away, or fell silent.
fn cut() -> Problem {
    Problem::bad_request("The file did not come whole.")
}

fn create(path: &path::Path) -> io::Result<fs::File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// On the disk, under its name, before a row speaks of it.
fn settle(open: &fs::File, half: &path::Path, whole: &path::Path) -> io::Result<()> {
    open.sync_all()?;
    fs::rename(half, whole)?;
    fs::File::open(whole.parent().ok_or(io::ErrorKind::NotFound)?)?.sync_all()
}

fn header_of(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// As the browser says, where it says a type at all.
fn kind(headers: &HeaderMap) -> String {
    let said = header_of(headers, header::CONTENT_TYPE).unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_type = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    let fits = said.contains('/') && said.len() <= 100 && said.chars().all(is_type);
    if fits { said } else { "application/octet-stream".to_owned() }
}

/// A name that nothing else has.
fn fresh_id() -> Result<String, Problem> {
    let bytes = secrets::random::<16>().map_err(|cause| Problem::ours(&cause))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The name a page gave it, spelt as ours are.
fn chosen_id(id: String) -> Result<String, Problem> {
    let is_ours = id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let said = "The name of a draft is 32 hexadecimal digits in lower case.";
    if is_ours { Ok(id) } else { Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", said)) }
}

fn of(id: String, draft: NewMailDraft) -> Begun {
    let NewMailDraft { id: _, address, mailbox, to, subject, text } = draft;
    Begun { id, address, mailbox: mailbox.map(MailboxId::new), to, subject, text }
}
