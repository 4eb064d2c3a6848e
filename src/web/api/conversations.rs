//! Shell. Conversations of the shared mailbox: the list, one whole, and what is done with them.

use super::customers::{self, named};
use super::{Body, body, read};
use crate::ids::{ConversationId, ItemId, PersonId};
use crate::office::contact::Contact;
use crate::office::desk::{Actor, Command, Refusal};
use crate::office::hours;
use crate::office::inbox::{Conversation, Doing, Order, Place};
use crate::store::customers::{About, EventKind};
use crate::store::mail::{ConversationFilter, StoredItem};
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::wire::{
    Assign, ConversationDetail, ConversationItem, ConversationList, Done, DraftText, Merge, NewNote,
    NowDoing, Problem as WireProblem, Snooze, Split,
};
use crate::web::{Query, Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 200;
/// Calls of a customer that are looked through for a conversation, the latest.
const SPOKEN_MAX: u32 = 100;
/// A search is no longer.
const SEARCH_CHARACTERS_MAX: usize = 200;
/// As many states as there are.
const STATES_MAX: usize = 5;

type Answer = Result<Json<Done>, Problem>;

/// Which conversations, and which page of them.
#[derive(Deserialize)]
pub struct Wish {
    /// One state, or several with commas between them.
    state: Option<String>,
    assigned: Option<String>,
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// Conversations, the latest first.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations",
    params(("state" = Option<String>, Query), ("assigned" = Option<String>, Query), ("q" = Option<String>, Query),
           ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = ConversationList), (status = 400, body = WireProblem)))]
pub async fn list(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(wish): Query<Wish>,
) -> Result<Json<ConversationList>, Problem> {
    let limit = wish.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let filter = filter(wish)?;
    let reader = web.reader.clone();
    // One more than shown tells whether there is a next page.
    let mut found = read(move || reader.conversations(&filter, limit + 1)).await?;
    let is_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| is_more).map(cursor_of);
    let board = web.handle.board().borrow().clone();
    let items = found.iter().map(|one| show::mail::conversation(one, &board.mail)).collect();
    Ok(Json(ConversationList { items: named(&web, items).await?, next_cursor }))
}

/// One conversation with everything in it.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationDetail), (status = 404, body = WireProblem)))]
pub async fn detail(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
) -> Result<Json<ConversationDetail>, Problem> {
    let one = known(&web, &id).await?;
    let (reader, id) = (web.reader.clone(), one.id);
    let (items, draft, files) = read(move || {
        let Some(person) = who.person else { return Ok((reader.items(id)?, None, Vec::new())) };
        let files = reader.uploads(&Place::Answer(id), &person)?;
        Ok((reader.items(id)?, reader.draft(id, &person)?, files))
    })
    .await?;
    let board = web.handle.board().borrow().clone();
    let named = named(&web, vec![show::mail::conversation(&one, &board.mail)]).await?;
    let conversation = named.into_iter().next().ok_or_else(Problem::not_found)?;
    let mut spoken = match (&conversation.customer_id, items.first()) {
        (Some(customer), Some(first)) => spoken(&web, customer, first.at).await?,
        _ => Vec::new(),
    };
    spoken.extend(items.iter().map(|item| item.at).zip(shown(&web, &one, &items)));
    spoken.sort_by_key(|(at, _)| *at);
    let items = spoken.into_iter().map(|(_, item)| item).collect();
    let attached = files.iter().map(show::mail::attached).collect();
    Ok(Json(ConversationDetail { conversation, items, draft, attached }))
}

/// The customer's calls, messages and promises since their first mail, and what is open of before: one timeline
/// (spec/mail.md §3, §6). Of numbers that others have, too, nobody can tell whose call it was.
async fn spoken(
    web: &Web,
    customer: &str,
    since: Timestamp,
) -> Result<Vec<(Timestamp, ConversationItem)>, Problem> {
    let (id, book) = customers::known(web, customer).await?;
    let about = About { numbers: book.own_numbers(id).into_iter().collect(), ..About::default() };
    let reader = web.reader.clone();
    let events = read(move || reader.timeline(&about, None, SPOKEN_MAX)).await?;
    let is_open = |contact: &Contact| {
        contact.message.as_ref().is_some_and(|message| message.done.is_none())
            || contact.callback.as_ref().is_some_and(|callback| callback.is_open())
    };
    let shown = events.into_iter().filter_map(|event| match event.kind {
        EventKind::Contact(contact) if event.mark.at >= since || is_open(&contact) => {
            Some((event.mark.at, show::mail::spoken(&contact)))
        }
        _ => None,
    });
    Ok(shown.collect())
}

/// Items as the screens get them.
pub fn shown(web: &Web, one: &Conversation, items: &[StoredItem]) -> Vec<crate::web::wire::ConversationItem> {
    let settings = web.settings.current();
    let mailboxes = settings.as_ref().map_or(&[][..], |settings| settings.mailboxes.as_slice());
    let own = mailboxes.iter().find(|mailbox| mailbox.id == one.mailbox);
    let own = own.map_or("", |mailbox| mailbox.address.as_str());
    items.iter().map(|item| show::mail::item(item, own, settings.as_deref())).collect()
}

/// The oldest mail by its target that nobody has: it is the asker's.
#[utoipa::path(post, path = "/api/v1/conversations/next", tag = "conversations",
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn next(State(web): State<Arc<Web>>, Staff(who): Staff) -> Answer {
    web.ask(who, Command::NextMail).await
}

/// Mine, unless somebody has it.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/claim", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn claim(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    order(&web, who, &id, Order::Claim).await
}

/// This person's; null: anybody's.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/assign", tag = "conversations", params(("id" = String, Path)),
    request_body = Assign, responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn assign(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    to: Body<Assign>,
) -> Answer {
    order(&web, who, &id, Order::Assign(body(to)?.person.map(PersonId::new))).await
}

/// A word among colleagues; `@name` calls one.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/note", tag = "conversations", params(("id" = String, Path)),
    request_body = NewNote, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn note(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    note: Body<NewNote>,
) -> Answer {
    order(&web, who, &id, Order::Note(body(note)?.text)).await
}

/// Not before then.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/snooze", tag = "conversations", params(("id" = String, Path)),
    request_body = Snooze, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn snooze(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    until: Body<Snooze>,
) -> Answer {
    let until = instant(&web, &body(until)?.until)?;
    order(&web, who, &id, Order::Snooze(until)).await
}

/// Nothing is left to do.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/close", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn close(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    order(&web, who, &id, Order::Close).await
}

/// Something is.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/reopen", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn reopen(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    order(&web, who, &id, Order::Reopen).await
}

/// The asker looks, writes, or has gone.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/present", tag = "conversations", params(("id" = String, Path)),
    request_body = NowDoing, responses((status = 200, body = Done), (status = 400, body = WireProblem)))]
pub async fn present(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    doing: Body<NowDoing>,
) -> Answer {
    let doing = match body(doing)?.doing.as_deref() {
        None => None,
        Some("looking") => Some(Doing::Looking),
        Some("writing") => Some(Doing::Writing),
        Some(_) => return Err(Problem::bad_request("doing is looking, writing or null.")),
    };
    order(&web, who, &id, Order::Present(doing)).await
}

/// What the asker has written so far.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/draft", tag = "conversations", params(("id" = String, Path)),
    request_body = DraftText, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn draft(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    text: Body<DraftText>,
) -> Answer {
    order(&web, who, &id, Order::Draft(body(text)?.text)).await
}

/// It goes on in that one.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/merge", tag = "conversations", params(("id" = String, Path)),
    request_body = Merge, responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn merge(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    into: Body<Merge>,
) -> Answer {
    let into = known(&web, &body(into)?.into).await?;
    order(&web, who, &id, Order::Merge(Box::new(into))).await
}

/// The merge was a mistake.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/unmerge", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn unmerge(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    order(&web, who, &id, Order::Unmerge).await
}

/// These items are another matter; merging undoes it.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/split", tag = "conversations", params(("id" = String, Path)),
    request_body = Split, responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn split(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    which: Body<Split>,
) -> Answer {
    let one = known(&web, &id).await?;
    let wanted: Result<Vec<ItemId>, _> = body(which)?.items.iter().map(|item| item.parse()).collect();
    let wanted = wanted.map_err(|_| Problem::not_found())?;
    let (reader, conversation) = (web.reader.clone(), one.id);
    let items = read(move || reader.items(conversation)).await?;
    let chosen: Vec<&StoredItem> = items.iter().filter(|item| wanted.contains(&item.id)).collect();
    let from = chosen.iter().find(|item| !item.from.address.is_empty());
    let customer = from.map_or_else(|| one.customer.clone(), |item| item.from.clone());
    let ids = chosen.iter().map(|item| item.id).collect();
    order(&web, who, &id, Order::Split(ids, customer)).await
}

/// Asks the office about a conversation that there is.
pub async fn order(web: &Web, who: Actor, id: &str, order: Order) -> Answer {
    let known = Box::new(known(web, id).await?);
    web.ask(who, Command::Mail { known, order }).await
}

/// The conversation as the store has it.
pub async fn known(web: &Web, id: &str) -> Result<Conversation, Problem> {
    let id: ConversationId = id.parse().map_err(|_| Problem::from(Refusal::NoSuchConversation))?;
    let reader = web.reader.clone();
    let found = read(move || reader.conversation(id)).await?;
    found.ok_or_else(|| Refusal::NoSuchConversation.into())
}

/// An instant, or a time on the office's clock.
pub fn instant(web: &Web, text: &str) -> Result<Timestamp, Problem> {
    let settings = web.settings.current();
    let zone = settings.map_or(TimeZone::UTC, |settings| settings.office.time_zone.clone());
    hours::instant_of(text, &zone)
        .ok_or_else(|| Problem::bad_request("A time is RFC 3339, or 2026-12-24T14:00."))
}

fn filter(wish: Wish) -> Result<ConversationFilter, Problem> {
    let words = wish.state.iter().flat_map(|words| words.split(',')).filter(|word| !word.is_empty());
    let states =
        words.map(|word| show::mail::state_of(word).ok_or(Problem::bad_request("state is unknown.")));
    let states = states.take(STATES_MAX).collect::<Result<Vec<_>, _>>()?;
    let before = wish
        .cursor
        .map(|cursor| read_cursor(&cursor).ok_or(Problem::bad_request("cursor is not one of ours.")));
    let search = wish.q.map(|text| text.chars().take(SEARCH_CHARACTERS_MAX).collect::<String>());
    Ok(ConversationFilter {
        states,
        assigned: wish.assigned.filter(|id| !id.is_empty()).map(PersonId::new),
        search: search.filter(|text| !text.trim().is_empty()),
        before: before.transpose()?,
    })
}

/// The place of a conversation in the list.
fn cursor_of(one: &Conversation) -> String {
    format!("{}.{}", one.last_at.as_millisecond(), one.id)
}

fn read_cursor(text: &str) -> Option<(Timestamp, ConversationId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}
