//! Shell. The pop of a ringing call: who it is, before anybody answers (spec/metrics.md S1).

use super::customers::{about, named, suggested};
use super::read;
use crate::ids::CallId;
use crate::number::Number;
use crate::office::board::{Board, LineKind};
use crate::office::contact::Kind;
use crate::office::customers::book::{Book, only};
use crate::office::desk::Refusal;
use crate::office::owed::{Beside, missed};
use crate::store::customers::About;
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::wire::{self, Pop, Problem as WireProblem};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

/// Events, and conversations, on a pop.
const SHOWN: usize = 10;

/// A call as the board knows it.
struct Row {
    number: Option<Number>,
    group: Option<crate::ids::GroupId>,
    since: Timestamp,
    callback: bool,
}

/// Who rings, what they waited, what was before and what we owe.
#[utoipa::path(get, path = "/api/v1/calls/{id}/pop", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = Pop), (status = 404, body = WireProblem)))]
pub async fn pop(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path(id): Path<String>,
) -> Result<Json<Pop>, Problem> {
    let id: CallId = id.parse().map_err(|_| Problem::from(Refusal::NoSuchCall))?;
    let row = row_of(&web.handle.board().borrow(), id).ok_or(Refusal::NoSuchCall)?;
    let now = (web.now)().wall;
    let settings = web.settings.current();
    let zone = settings.as_ref().map_or(TimeZone::UTC, |one| one.office.time_zone.clone());
    let (reader, number) = (web.reader.clone(), row.number.clone());
    let (contact, found) = read(move || {
        let text: Vec<String> = number.iter().map(|number| number.as_str().to_owned()).collect();
        let known = reader.known(&text, &[])?;
        let ids = text.first().map_or(&[][..], |number| known.number(number)).to_vec();
        let mut books = Vec::new();
        for (id, _) in ids {
            books.extend(reader.customer(id)?);
        }
        Ok((reader.contact(id)?, books))
    })
    .await?;
    let who = only(&found.iter().map(|(id, _)| *id).collect());
    let (about, customer) = match (who, found.first()) {
        (Some(id), Some((_, book))) => (about(id, book), show::customers::customer(id, book, now)),
        _ => (About { numbers: row.number.iter().cloned().collect(), ..About::default() }, None),
    };
    let reader = web.reader.clone();
    let (events, mails, conversations, (contacts, beside)) = read(move || {
        let events = reader.timeline(&about, None, SHOWN as u32 + 1)?;
        let conversations = reader.conversations_with(&about.addresses)?;
        let mails: Vec<_> = conversations.iter().filter(|one| one.is_owed()).cloned().collect();
        Ok((events, mails, conversations, owing(&reader, now, &about)?))
    })
    .await?;
    let board = web.handle.board().borrow().clone();
    let events = events.iter().map(show::customers::event).filter(|event| event.id != id.to_string());
    let waited = Duration::try_from(now.duration_since(row.since)).unwrap_or_default();
    let conversations = conversations.iter().take(SHOWN);
    let conversations = conversations.map(|one| show::mail::conversation(one, &board.mail)).collect();
    let customers = found.iter().flat_map(|(id, book)| references(book, *id)).collect();
    let group = row.group.and_then(|id| settings?.groups.iter().find(|group| group.id == id).cloned());
    Ok(Json(Pop {
        contact: id.to_string(),
        kind: contact.as_ref().map_or("inbound", |one| match one.kind {
            Kind::Outbound => "outbound",
            _ => "inbound",
        }),
        callback: row.callback,
        number: row.number.as_ref().map(ToString::to_string),
        said_name: contact.as_ref().map(|one| one.customer().name.clone()).unwrap_or_default(),
        group: group.map(|group| wire::PopGroup { id: group.id.to_string(), name: group.name }),
        since: show::instant(row.since),
        waited_ms: show::ms(waited),
        customer,
        customers,
        history: named(&web, events.take(SHOWN).collect()).await?,
        owed: suggested(&web, named(&web, show::owed(&contacts, &beside, &mails, now, &zone)).await?).await?,
        conversations: named(&web, conversations).await?,
    }))
}

fn references(book: &Book, id: crate::ids::CustomerId) -> Vec<wire::CustomerRef> {
    show::customers::references(book, std::iter::once(id))
}

/// What says who is owed a call, of these numbers alone.
pub fn owing(
    reader: &crate::store::Reader,
    now: Timestamp,
    about: &About,
) -> Result<(Vec<crate::office::contact::Contact>, Beside), crate::store::StoreError> {
    let mut contacts = reader.owing(now, Some(&about.numbers))?;
    contacts.retain(|one| {
        let promised = one.callback.as_ref().map(|callback| &callback.number);
        let number = promised.or(one.customer().number.as_ref());
        number.is_some_and(|number| about.numbers.contains(number))
    });
    let beside = reader.beside(&missed(&contacts))?;
    Ok((contacts, beside))
}

/// The call on the board: ringing, in a talk, or in the line.
fn row_of(board: &Board, id: CallId) -> Option<Row> {
    let line = board.line.iter().find(|row| row.contact == id);
    let call = board.calls.iter().find(|row| row.contact == id);
    let parked = board.parked.iter().find(|row| row.contact == id);
    let number = line.map(|row| row.number.clone());
    let number = number.or(call.map(|row| row.number.clone())).or(parked.map(|row| row.number.clone()))?;
    let since = line.map(|row| row.joined_at).or(call.map(|row| row.since)).or(parked.map(|row| row.since))?;
    let group = line.map(|row| row.group.clone()).or(call.and_then(|row| row.group.clone()));
    let callback = line.is_some_and(|row| row.kind == LineKind::Callback);
    Some(Row { number, group, since, callback })
}
