//! Shell. Customers as files: written, and read with a look before anything is done.

use super::read;
use crate::cards::plan::{self, Planned, What, Why};
use crate::cards::{Raw, Unreadable, csv, vcard};
use crate::ids::CustomerId;
use crate::number::Country;
use crate::office::customers::book::Book;
use crate::office::customers::card::Card;
use crate::office::desk::{Command, Done, Refusal};
use crate::settings::Language;
use crate::web::session::Chief;
use crate::web::wire::{Import, ImportRow, Problem as WireProblem};
use crate::web::{Query, Web, problem::Problem, show};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A file of 20,000 customers.
const FILE_BYTES_MAX: usize = 8 << 20;
/// Rows of a plan that are shown.
const ROWS_SHOWN: usize = 500;
/// Customers handed to the office in one go: it answers calls in between.
const AT_ONCE: usize = 50;

/// What kind of file it is, and whether it was looked at.
#[derive(Deserialize)]
pub struct Wish {
    format: Option<String>,
    apply: Option<String>,
}

/// How much of a file is taken.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(FILE_BYTES_MAX)
}

/// All customers as a table.
#[utoipa::path(get, path = "/api/v1/customers/export.csv", tag = "customers",
    responses((status = 200, content_type = "text/csv"), (status = 403, body = WireProblem)))]
pub async fn table(State(web): State<Arc<Web>>, _: Chief) -> Result<Response, Problem> {
    let language = web.settings.current().map_or(Language::En, |settings| settings.office.language);
    let separator = match language {
        Language::En | Language::ZhHant => csv::Separator::Comma,
        Language::Sv | Language::Da | Language::Nl => csv::Separator::Semicolon,
    };
    let cards = cards(&web).await?;
    Ok(file("customers.csv", "text/csv; charset=utf-8", csv::print(&cards, separator)))
}

/// All customers as vCards.
#[utoipa::path(get, path = "/api/v1/customers/export.vcf", tag = "customers",
    responses((status = 200, content_type = "text/vcard"), (status = 403, body = WireProblem)))]
pub async fn vcards(State(web): State<Arc<Web>>, _: Chief) -> Result<Response, Problem> {
    let cards = cards(&web).await?;
    Ok(file("customers.vcf", "text/vcard; charset=utf-8", vcard::print(&cards)))
}

fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

/// Every customer with what those brought who went into them.
async fn cards(web: &Web) -> Result<Vec<Card>, Problem> {
    let reader = web.reader.clone();
    let book = read(move || reader.book()).await?;
    let shown = book.all().filter(|one| one.merged.is_none());
    let whole = |one: &crate::office::customers::card::Customer| Card {
        numbers: book.numbers(one.id),
        addresses: book.addresses(one.id),
        ..one.card.clone()
    };
    Ok(shown.map(whole).collect())
}

/// Looks at a file, and with the look's token does what it showed.
#[utoipa::path(post, path = "/api/v1/customers/import", tag = "customers",
    params(("format" = Option<String>, Query, description = "`csv` or `vcard`"),
           ("apply" = Option<String>, Query, description = "the token of the preview")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Import), (status = 409, body = WireProblem), (status = 422, body = WireProblem)))]
pub async fn import(
    State(web): State<Arc<Web>>,
    Chief(who): Chief,
    Query(wish): Query<Wish>,
    bytes: Bytes,
) -> Result<Json<Import>, Problem> {
    // One after another: two who press at once with the same look would write everybody down twice.
    let _alone = web.importing.lock().await;
    let is_card = wish.format.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("vcard"));
    let home = web.settings.current().map_or(Country(*b"ZZ"), |settings| settings.office.country);
    let reader = web.reader.clone();
    let made = read(move || {
        let rows = if is_card { vcard::read(&bytes) } else { csv::read(&bytes) };
        let book = reader.book()?;
        Ok(rows.map(|rows| look(&bytes, rows, book, home)))
    })
    .await?;
    let Looked { token, mut planned, book } = made.map_err(unreadable)?;
    let Some(apply) = wish.apply else { return Ok(Json(shown(&planned, &book, Some(token)))) };
    if apply != token {
        return Err(Refusal::Changed.into());
    }
    for part in plan::adding(&planned).chunks(AT_ONCE) {
        let cards = part.iter().map(|one| (one.customer, one.card.clone())).collect();
        if let Done::Added(all) = web.handle.desk(who.clone(), Command::Customers { cards }).await?? {
            for (one, added) in part.iter().zip(&all) {
                plan::note(&mut planned, &one.rows, added);
            }
        }
    }
    Ok(Json(Import { applied: true, ..shown(&planned, &book, None) }))
}

struct Looked {
    token: String,
    planned: Vec<Planned>,
    book: Book,
}

/// The token stands for the file and for what it would do now.
fn look(bytes: &[u8], rows: Vec<Raw>, book: Book, home: Country) -> Looked {
    let planned = plan::plan(rows, &book, home);
    let mut hash = Sha256::new();
    hash.update(bytes);
    hash.update(format!(
        "{:?}",
        planned.iter().map(|row| (row.what, row.customer, &row.adds)).collect::<Vec<_>>()
    ));
    let token = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Looked { token, planned, book }
}

fn unreadable(why: Unreadable) -> Problem {
    let detail = match why {
        Unreadable::Empty => "The file is empty.",
        Unreadable::NoColumns => "The first line names no column we know, such as name, phone or email.",
        Unreadable::NoCards => "There is no vCard in this file.",
        Unreadable::TooManyRows => "A file has at most 20,000 customers.",
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_file", detail)
}

/// Refused rows first: they are what somebody must look at.
fn shown(planned: &[Planned], book: &Book, token: Option<String>) -> Import {
    let count = |what| planned.iter().filter(|row| row.what == what).count();
    let mut rows: Vec<&Planned> = planned.iter().collect();
    rows.sort_by_key(|row| (row.what != What::Refuse, row.line));
    Import {
        token,
        applied: false,
        created: count(What::Create),
        merged: count(What::Merge),
        unchanged: count(What::Unchanged),
        refused: count(What::Refuse),
        rows: rows.into_iter().take(ROWS_SHOWN).map(|row| shown_row(row, book)).collect(),
    }
}

fn shown_row(row: &Planned, book: &Book) -> ImportRow {
    let reference = |id: CustomerId| Some(show::customers::reference(id, &book.get(id)?.card));
    ImportRow {
        line: row.line,
        what: match row.what {
            What::Create => "create",
            What::Merge => "merge",
            What::Unchanged => "unchanged",
            What::Refuse => "refuse",
        },
        why: row.why.map(why),
        detail: row.detail.clone(),
        name: row.card.name.clone(),
        company: row.card.company.clone(),
        numbers: row.card.numbers.iter().map(ToString::to_string).collect(),
        addresses: row.card.addresses.clone(),
        customer: row.customer.and_then(reference),
        adds: row.adds.clone(),
    }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::NoNameOrNumber => "no_name_or_number",
        Why::BadNumber => "bad_number",
        Why::BadAddress => "bad_address",
        Why::TwoCustomers => "two_customers",
        Why::SameFile => "same_file",
        Why::TooLong => "too_long",
        Why::Unreadable => "unreadable",
        Why::TooMany => "too_many",
        Why::Changed => "changed",
    }
}
