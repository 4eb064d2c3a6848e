//! Shell. Customers: the list, the card, what is done with one, and their timeline.

use super::conversations::instant;
use super::{Body, body, read};
use crate::ids::CustomerId;
use crate::office::customers::Order;
use crate::office::customers::book::{Book, Judged};
use crate::office::customers::card::{self, Card, Edit};
use crate::office::desk::{Actor, CallbackOrder, Command, Refusal};
use crate::store::customers::{About, CustomerFilter, Mark};
use crate::web::Path;
use crate::web::session::Staff;
use crate::web::show::customers::{Named, Outside, name_rows};
use crate::web::wire::{
    BlockUntil, Claimed, Customer, CustomerChange, CustomerList, Done, Held, Merge, NewCustomer, NewNote,
    Owed, OwedList, Problem as WireProblem, Suggested, Timeline,
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
/// A search is no longer.
const SEARCH_CHARACTERS_MAX: usize = 200;

type Answer = Result<Json<Done>, Problem>;

/// Which page.
#[derive(Deserialize)]
pub struct Wish {
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

impl Wish {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX)
    }
}

/// Customers by name.
#[utoipa::path(get, path = "/api/v1/customers", tag = "customers",
    params(("q" = Option<String>, Query), ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = CustomerList), (status = 400, body = WireProblem)))]
pub async fn list(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(wish): Query<Wish>,
) -> Result<Json<CustomerList>, Problem> {
    let limit = wish.limit();
    let after = wish.cursor.as_deref().map(read_place).transpose()?;
    let search = wish.q.map(|text| text.chars().take(SEARCH_CHARACTERS_MAX).collect::<String>());
    let filter = CustomerFilter { search: search.filter(|text| !text.trim().is_empty()), after };
    let (reader, now) = (web.reader.clone(), (web.now)().wall);
    let (items, next_cursor) = read(move || {
        // One more than shown tells whether there is a next page.
        let mut found = reader.customers(&filter, limit + 1)?;
        let is_more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| is_more);
        let next = next.map(|one| format!("{}.{}", one.id.0, one.card.title().to_lowercase()));
        let mut items = Vec::with_capacity(found.len());
        for one in found {
            let whole = reader.customer(one.id)?;
            items.extend(whole.and_then(|(id, book)| show::customers::customer(id, &book, now)));
        }
        Ok((items, next))
    })
    .await?;
    Ok(Json(CustomerList { items, next_cursor }))
}

/// One customer; of one that went into another, that one.
#[utoipa::path(get, path = "/api/v1/customers/{id}", tag = "customers", params(("id" = String, Path)),
    responses((status = 200, body = Customer), (status = 404, body = WireProblem)))]
pub async fn detail(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path(id): Path<String>,
) -> Result<Json<Customer>, Problem> {
    let (id, book) = known(&web, &id).await?;
    show::customers::customer(id, &book, (web.now)().wall)
        .map(Json)
        .ok_or_else(|| Refusal::NoSuchCustomer.into())
}

/// A new customer.
#[utoipa::path(post, path = "/api/v1/customers", tag = "customers", request_body = NewCustomer,
    responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn create(State(web): State<Arc<Web>>, Staff(who): Staff, new: Body<NewCustomer>) -> Answer {
    let NewCustomer { name, company, about, numbers, addresses, vip } = body(new)?;
    let card = Card {
        name: card::line(&name),
        company: card::line(&company),
        about: about.trim().to_owned(),
        numbers: numbers_of(&web, &numbers)?,
        addresses: card::addresses(&addresses).map_err(refused)?,
        vip,
    };
    web.ask(who, Command::Customer { id: None, order: Order::Create(card) }).await
}

/// Writes on a card; what is left out stays.
#[utoipa::path(patch, path = "/api/v1/customers/{id}", tag = "customers", params(("id" = String, Path)),
    request_body = CustomerChange,
    responses((status = 200, body = Done), (status = 409, body = WireProblem), (status = 422, body = WireProblem)))]
pub async fn change(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    change: Body<CustomerChange>,
) -> Answer {
    let change = body(change)?;
    let numbers = change.numbers.map(|texts| numbers_of(&web, &texts)).transpose()?;
    let addresses = change.addresses.map(|texts| card::addresses(&texts)).transpose().map_err(refused)?;
    let edit = Edit {
        name: change.name.as_deref().map(card::line),
        company: change.company.as_deref().map(card::line),
        about: change.about.map(|text| text.trim().to_owned()),
        numbers,
        addresses,
        vip: change.vip,
    };
    order(&web, who, &id, Order::Change { seen: change.version, edit }).await
}

/// Goes into that one.
#[utoipa::path(post, path = "/api/v1/customers/{id}/merge", tag = "customers", params(("id" = String, Path)),
    request_body = Merge, responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn merge(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    into: Body<Merge>,
) -> Answer {
    let into = customer_id(&body(into)?.into)?;
    order(&web, who, &id, Order::Merge(into)).await
}

/// The merge was a mistake: they are two again.
#[utoipa::path(post, path = "/api/v1/customers/{id}/unmerge", tag = "customers", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn unmerge(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    order(&web, who, &id, Order::Unmerge).await
}

/// A word about a customer, in their timeline.
#[utoipa::path(post, path = "/api/v1/customers/{id}/note", tag = "customers", params(("id" = String, Path)),
    request_body = NewNote, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn note(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    note: Body<NewNote>,
) -> Answer {
    order(&web, who, &id, Order::Note(body(note)?.text)).await
}

/// Calls are refused, mails arrive closed and get no automatic reply.
#[utoipa::path(post, path = "/api/v1/customers/{id}/block", tag = "customers", params(("id" = String, Path)),
    request_body = BlockUntil, responses((status = 200, body = Done), (status = 422, body = WireProblem)))]
pub async fn block(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
    until: Body<BlockUntil>,
) -> Answer {
    let until = body(until)?.until.map(|text| instant(&web, &text)).transpose()?;
    order(&web, who, &id, Order::Block(until)).await
}

/// As everybody else.
#[utoipa::path(post, path = "/api/v1/customers/{id}/unblock", tag = "customers", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = WireProblem)))]
pub async fn unblock(State(web): State<Arc<Web>>, Staff(who): Staff, Path(id): Path<String>) -> Answer {
    order(&web, who, &id, Order::Unblock).await
}

/// It does belong to them.
#[utoipa::path(post, path = "/api/v1/customers/{id}/maybes/{maybe}/accept", tag = "customers",
    params(("id" = String, Path), ("maybe" = u32, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn accept(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path((id, maybe)): Path<(String, String)>,
) -> Answer {
    judge(&web, who, &id, &maybe, Judged::Right).await
}

/// It does not, and does not come again.
#[utoipa::path(post, path = "/api/v1/customers/{id}/maybes/{maybe}/reject", tag = "customers",
    params(("id" = String, Path), ("maybe" = u32, Path)),
    responses((status = 200, body = Done), (status = 409, body = WireProblem)))]
pub async fn reject(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path((id, maybe)): Path<(String, String)>,
) -> Answer {
    judge(&web, who, &id, &maybe, Judged::Wrong).await
}

async fn judge(web: &Web, who: Actor, id: &str, maybe: &str, judged: Judged) -> Answer {
    let maybe = maybe.parse().map_err(|_| Problem::not_found())?;
    order(web, who, id, Order::Judge { maybe, judged }).await
}

/// What happened with a customer, the latest first.
#[utoipa::path(get, path = "/api/v1/customers/{id}/timeline", tag = "customers",
    params(("id" = String, Path), ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = Timeline), (status = 404, body = WireProblem)))]
pub async fn timeline(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Json<Timeline>, Problem> {
    let (limit, before) = (wish.limit(), wish.cursor.as_deref().map(read_mark).transpose()?);
    let (id, book) = known(&web, &id).await?;
    let (about, reader) = (about(id, &book), web.reader.clone());
    let mut events = read(move || reader.timeline(&about, before, limit + 1)).await?;
    let is_more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let next_cursor = events.last().filter(|_| is_more).map(|event| print_mark(event.mark));
    let items = named(&web, events.iter().map(show::customers::event).collect()).await?;
    Ok(Json(Timeline { items, next_cursor }))
}

/// What is owed to a customer, oldest first.
#[utoipa::path(get, path = "/api/v1/customers/{id}/owed", tag = "customers", params(("id" = String, Path)),
    responses((status = 200, body = OwedList), (status = 404, body = WireProblem)))]
pub async fn owed(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path(id): Path<String>,
) -> Result<Json<OwedList>, Problem> {
    let (id, book) = known(&web, &id).await?;
    let (about, reader, now) = (about(id, &book), web.reader.clone(), (web.now)().wall);
    let (contacts, beside, mails) = read(move || {
        let mails = reader.conversations_with(&about.addresses)?;
        let (contacts, beside) = super::pop::owing(&reader, now, &about)?;
        Ok((contacts, beside, mails))
    })
    .await?;
    let mails: Vec<_> = mails.into_iter().filter(|one| one.is_owed()).collect();
    let settings = web.settings.current();
    let zone = settings.map_or(TimeZone::UTC, |settings| settings.office.time_zone.clone());
    let rows = named(&web, show::owed(&contacts, &beside, &mails, now, &zone)).await?;
    Ok(Json(OwedList { items: suggested(&web, rows).await?, next_cursor: None }))
}

/// All that waits with a customer is the asker's: open mails, messages they may hear, and promises to call back.
#[utoipa::path(post, path = "/api/v1/customers/{id}/claim", tag = "customers", params(("id" = String, Path)),
    responses((status = 200, body = Claimed), (status = 404, body = WireProblem)))]
pub async fn claim(
    State(web): State<Arc<Web>>,
    Staff(who): Staff,
    Path(id): Path<String>,
) -> Result<Json<Claimed>, Problem> {
    let person = who.person.clone().ok_or_else(Problem::not_allowed)?;
    let (id, book) = known(&web, &id).await?;
    let reader = web.reader.clone();
    // What others have too is not taken from them.
    let (numbers, addresses) = (book.own_numbers(id), book.own_addresses(id).into_iter().collect::<Vec<_>>());
    let (conversations, promised) =
        read(move || Ok((reader.conversations_with(&addresses)?, reader.promised()?))).await?;
    let mut claimed = Claimed::default();
    for one in conversations.into_iter().filter(|one| one.state.is_work()) {
        let id = one.id.to_string();
        let known = Box::new(one);
        let command = Command::Mail { known, order: crate::office::inbox::Order::Claim };
        take(&web, &who, command, id, &mut claimed.conversations, &mut claimed.others).await?;
    }
    for contact in promised {
        let from = contact.from.number.as_ref().filter(|number| numbers.contains(number));
        if from.is_some() && contact.message.as_ref().is_some_and(|message| message.done.is_none()) {
            let (command, id) = (Command::MessageClaim { call: contact.id }, contact.id.to_string());
            take(&web, &who, command, id, &mut claimed.messages, &mut claimed.others).await?;
        }
        let open = contact.callback.as_ref().filter(|one| one.is_open() && numbers.contains(&one.number));
        match open.map(|one| one.given_to.clone()) {
            None => {}
            Some(Some(other)) if other != person => {
                claimed.others.push(Held { id: contact.id.to_string(), person: other.to_string() });
            }
            Some(_) => {
                let what = CallbackOrder::Give(Some(person.clone()));
                let (command, id) = (Command::Callback { call: contact.id, what }, contact.id.to_string());
                take(&web, &who, command, id, &mut claimed.callbacks, &mut claimed.others).await?;
            }
        }
    }
    Ok(Json(claimed))
}

/// Asks for one; what has moved on meanwhile, or is another group's to hear, is not the asker's to claim.
async fn take(
    web: &Web,
    who: &Actor,
    command: Command,
    id: String,
    mine: &mut Vec<String>,
    others: &mut Vec<Held>,
) -> Result<(), Problem> {
    match web.handle.desk(who.clone(), command).await? {
        Ok(_) => mine.push(id),
        Err(Refusal::AlreadyTaken { by }) => others.push(Held { id, person: by.to_string() }),
        Err(_) => {}
    }
    Ok(())
}

/// Asks the office about a customer.
async fn order(web: &Web, who: Actor, id: &str, order: Order) -> Answer {
    web.ask(who, Command::Customer { id: Some(customer_id(id)?), order }).await
}

/// `K-12`.
pub fn customer_id(id: &str) -> Result<CustomerId, Problem> {
    id.parse().map_err(|_| Refusal::NoSuchCustomer.into())
}

/// The customer as the store has it, with all that is near to it.
pub async fn known(web: &Web, id: &str) -> Result<(CustomerId, Book), Problem> {
    let id = customer_id(id)?;
    let reader = web.reader.clone();
    let found = read(move || reader.customer(id)).await?;
    found.ok_or_else(|| Refusal::NoSuchCustomer.into())
}

/// What belongs to a customer.
pub fn about(id: CustomerId, book: &Book) -> About {
    About { customers: book.whole(id), numbers: book.numbers(id), addresses: book.addresses(id) }
}

/// Rows with the names of their customers.
pub async fn named<T: Named + Send + 'static>(web: &Web, mut rows: Vec<T>) -> Result<Vec<T>, Problem> {
    let (mut numbers, mut addresses) = (Vec::new(), Vec::new());
    for row in &rows {
        match row.outside() {
            Outside::Number(number) => numbers.push(number.to_owned()),
            Outside::Address(address) => addresses.push(address.to_owned()),
            Outside::Nobody => {}
        }
    }
    let reader = web.reader.clone();
    let known = read(move || reader.known(&numbers, &addresses)).await?;
    name_rows(&mut rows, &known);
    Ok(rows)
}

/// Debts whose customer was reached another way since: a person decides whether that settles them
/// (spec/callback.md §7: mail only suggests it).
pub async fn suggested(web: &Web, mut rows: Vec<Owed>) -> Result<Vec<Owed>, Problem> {
    for row in &mut rows {
        let Some(id) = row.customer_id.as_deref().and_then(|id| id.parse::<CustomerId>().ok()) else {
            continue;
        };
        let Ok(since) = row.since.parse::<Timestamp>() else { continue };
        let (reader, is_mail) = (web.reader.clone(), row.conversation.is_some());
        let reached = read(move || {
            let Some((id, book)) = reader.customer(id)? else { return Ok(None) };
            let about = about(id, &book);
            if is_mail { reader.spoken_since(&about, since) } else { reader.written_since(&about, since) }
        })
        .await?;
        row.suggested = reached.map(|reached| Suggested {
            by: if is_mail { "call" } else { "mail" },
            at: show::instant(reached.at),
            person: reached.person.map(|person| person.to_string()),
            id: reached.id,
        });
    }
    Ok(rows)
}

fn numbers_of(web: &Web, texts: &[String]) -> Result<Vec<crate::number::Number>, Problem> {
    let settings = web.settings.current();
    let home = settings.map_or(crate::number::Country(*b"ZZ"), |settings| settings.office.country);
    card::numbers(texts, home).map_err(refused)
}

fn refused(fault: card::Fault) -> Problem {
    crate::office::customers::bad_card(fault).into()
}

fn print_mark(mark: Mark) -> String {
    format!("{}.{}.{}", mark.at.as_millisecond(), mark.source, mark.id)
}

fn read_mark(text: &str) -> Result<Mark, Problem> {
    let read = || {
        let mut parts = text.splitn(3, '.');
        let at = Timestamp::from_millisecond(parts.next()?.parse().ok()?).ok()?;
        Some(Mark { at, source: parts.next()?.parse().ok()?, id: parts.next()?.parse().ok()? })
    };
    read().ok_or_else(|| Problem::bad_request("cursor is not one of ours."))
}

fn read_place(text: &str) -> Result<(String, CustomerId), Problem> {
    let (id, key) = text.split_once('.').ok_or(Problem::bad_request("cursor is not one of ours."))?;
    let id = id.parse().map_err(|_| Problem::bad_request("cursor is not one of ours."))?;
    Ok((key.to_owned(), CustomerId(id)))
}
