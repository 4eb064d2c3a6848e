//! Shell. Mails: replies, what is taken back or sent again, the bytes of one, replies to be used again.

use super::conversations::{instant, known, order, shown};
use super::writing::{chosen, drop_begun};
use super::{Body, body, read};
use crate::ids::ItemId;
use crate::office::desk::{Command, Refusal};
use crate::office::inbox::{self, Correspondent, Order, Place, Reply};
use crate::settings;
use crate::store::mail::StoredItem;
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::wire::{
    Done, NewMail, NewReply, NewSavedReply, Problem as WireProblem, SavedReply, SavedReplyList, WhichItem,
};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

/// Recipients of one reply.
const RECIPIENTS_MAX: usize = 50;
/// Read from the disk at once while a mail is downloaded.
const BLOCK_BYTES: usize = 64 * 1024;

type Answer = Result<Json<Done>, Problem>;

/// Answers the customer, unless something arrived that the writer has not seen: then it is shown (409,
/// `unseen`). It can be taken back for ten seconds.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/reply", tag = "conversations", params(("id" = String, Path)),
    request_body = NewReply, responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn reply(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    reply: Body<NewReply>,
) -> Answer {
    let NewReply { text, seen, to, later, attachments } = body(reply)?;
    let later = later.map(|later| instant(&web, &later)).transpose()?;
    let to = to.map(recipients).transpose()?;
    let one = known(&web, &id).await?;
    let files = chosen(&web, &who, Place::Answer(one.id), attachments).await?;
    let order = Order::Reply(Reply { text, seen, to, later, files });
    let command = Command::Mail { known: Box::new(one.clone()), order };
    match web.handle.desk(who, command).await? {
        Ok(done) => Ok(Json(show::done(done))),
        Err(refusal @ Refusal::Unseen { .. }) => {
            let (reader, conversation) = (web.reader.clone(), one.id);
            let items = read(move || reader.items(conversation)).await?;
            let new: Vec<StoredItem> =
                items.into_iter().filter(|item| item.version > seen || item.version == 0).collect();
            Err(Problem::from(refusal).showing(shown(&web, &one, &new)))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Writes to somebody first: a conversation of its own. It can be taken back for ten seconds, or goes later.
#[utoipa::path(post, path = "/api/v1/conversations", tag = "conversations", request_body = NewMail,
    responses((status = 200, body = Done), (status = 400, body = WireProblem), (status = 422, body = WireProblem)))]
pub async fn write(State(web): State<Arc<Web>>, Staff(who): Staff, mail: Body<NewMail>) -> Answer {
    let NewMail { mailbox, to, subject, text, later, attachments, draft } = body(mail)?;
    let settings = web.settings.current().ok_or_else(Problem::not_found)?;
    let is_it = |one: &&settings::Mailbox| mailbox.as_ref().is_none_or(|id| one.id.as_str() == id);
    let mailbox = settings.mailboxes.iter().find(is_it).ok_or_else(Problem::not_found)?.id.clone();
    let later = later.map(|later| instant(&web, &later)).transpose()?;
    let to = recipients(to)?;
    let files = chosen(&web, &who, Place::Begun(draft.clone().unwrap_or_default()), attachments).await?;
    let mail = inbox::NewMail { mailbox, to, subject, text, later, files };
    let done = web.ask(who.clone(), Command::NewMail(Box::new(mail))).await?;
    // It is on its way: what it was begun as goes, now or when somebody discards it.
    if let Some(draft) = draft.filter(|_| who.person.is_some()) {
        let _gone = drop_begun(&web, who, draft).await;
    }
    Ok(done)
}

/// Addresses that could be sent to; nothing with a control character, a blank or a bracket goes further.
fn recipients(to: Vec<String>) -> Result<Vec<Correspondent>, Problem> {
    let problem = || Problem::bad_request("to holds 1 to 50 mail addresses.");
    if to.is_empty() || to.len() > RECIPIENTS_MAX {
        return Err(problem());
    }
    let read = |text: String| {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@')?;
        let strange = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"".contains(c);
        let fine = !local.is_empty() && domain.contains('.') && text.len() <= 254 && !text.contains(strange);
        fine.then(|| Correspondent { address: text.clone(), name: String::new() })
    };
    to.into_iter().map(|text| read(text).ok_or_else(problem)).collect()
}

/// Takes back what was not sent yet; its text is a draft again.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/undo", tag = "conversations", params(("id" = String, Path)),
    request_body = WhichItem, responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn undo(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    which: Body<WhichItem>,
) -> Answer {
    let item = item_id(&body(which)?.item)?;
    order(&web, who, &id, Order::Undo(item)).await
}

/// Sends once more what failed, or may have arrived: a person's yes.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/send-again", tag = "conversations",
    params(("id" = String, Path)), request_body = WhichItem,
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn send_again(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    which: Body<WhichItem>,
) -> Answer {
    let item = item_id(&body(which)?.item)?;
    let stored = stored(&web, &id, item).await?;
    let state = stored.sent.as_ref().map(|sent| show::mail::is_to_be_looked_at(sent.state));
    if state != Some(true) {
        return Err(Refusal::TooLate.into());
    }
    order(&web, who, &id, Order::SendAgain(item)).await
}

/// A mail as it came, bit for bit.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/items/{item}/raw", tag = "conversations",
    params(("id" = String, Path), ("item" = String, Path)),
    responses((status = 200, content_type = "message/rfc822"), (status = 404, body = WireProblem)))]
pub async fn raw(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path((id, item)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let stored = stored(&web, &id, item_id(&item)?).await?;
    let path = raw_path(&web, &stored).ok_or_else(Problem::not_found)?;
    let file = tokio::fs::File::open(path).await.map_err(|_| Problem::not_found())?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.eml\"", stored.id)),
    ];
    Ok((headers, flowing(file)).into_response())
}

/// Block by block: memory does not grow with the mail.
pub fn flowing(file: tokio::fs::File) -> Bytes {
    let next = |mut file: tokio::fs::File| async move {
        let mut block = vec![0; BLOCK_BYTES];
        match file.read(&mut block).await {
            Ok(0) => None,
            Ok(length) => {
                block.truncate(length);
                Some((Ok(block), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    };
    Bytes::from_stream(stream::unfold(file, next))
}

/// Where the bytes of an item are; `None`: it has none.
pub fn raw_path(web: &Web, item: &StoredItem) -> Option<PathBuf> {
    item.has_raw.then(|| web.data.join("mail").join(format!("{}.eml", item.id)))
}

/// An item of this conversation.
pub async fn stored(web: &Web, id: &str, item: ItemId) -> Result<StoredItem, Problem> {
    let one = known(web, id).await?;
    let reader = web.reader.clone();
    let found = read(move || reader.item(item)).await?;
    found.filter(|item| item.conversation == one.id).ok_or_else(Problem::not_found)
}

/// The item a path or a body names.
pub fn item_id(text: &str) -> Result<ItemId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// Replies to be used again.
#[utoipa::path(get, path = "/api/v1/saved-replies", tag = "conversations",
    responses((status = 200, body = SavedReplyList)))]
pub async fn saved_replies(State(web): State<Arc<Web>>, _: Staff) -> Result<Json<SavedReplyList>, Problem> {
    let reader = web.reader.clone();
    let all = read(move || reader.saved_replies()).await?;
    let items = all.into_iter().map(|(name, text)| SavedReply { name, text }).collect();
    Ok(Json(SavedReplyList { items, next_cursor: None }))
}

/// Keeps one, in place of an earlier one of its name.
#[utoipa::path(put, path = "/api/v1/saved-replies/{name}", tag = "conversations", params(("name" = String, Path)),
    request_body = NewSavedReply, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn save_reply(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(name): Path<String>,
    reply: Body<NewSavedReply>,
) -> Answer {
    let text = Some(body(reply)?.text);
    web.ask(who, Command::SavedReply { name, text }).await
}

/// Not to be used any more.
#[utoipa::path(delete, path = "/api/v1/saved-replies/{name}", tag = "conversations", params(("name" = String, Path)),
    responses((status = 200, body = Done)))]
pub async fn forget_reply(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(name): Path<String>,
) -> Answer {
    web.ask(who, Command::SavedReply { name, text: None }).await
}
