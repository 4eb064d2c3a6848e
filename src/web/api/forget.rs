//! Shell. Forgetting a customer, with a receipt that says how much and not of whom.

use super::customers::{customer_id, known};
use super::read;
use crate::office::customers::forget::{Receipt, Wanted};
use crate::office::desk::{Command, Refusal};
use crate::store::backup::restore;
use crate::store::{forget, secrets};
use crate::web::Path;
use crate::web::session::Chief;
use crate::web::wire::{Forgotten, ForgottenList, Problem as WireProblem};
use crate::web::{Web, problem::Problem, show};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

/// Forgets a customer: the card, names and numbers of their calls, recordings, messages and mails; figures stay.
/// A number or an address that others have too stays theirs.
#[utoipa::path(delete, path = "/api/v1/customers/{id}", tag = "customers", params(("id" = String, Path)),
    responses((status = 200, body = Forgotten), (status = 404, body = WireProblem), (status = 409, body = WireProblem)))]
pub async fn forget_customer(
    State(web): State<Arc<Web>>,
    Chief(who): Chief,
    Path(id): Path<String>,
) -> Result<Json<Forgotten>, Problem> {
    let asked = customer_id(&id)?;
    let (id, book) = known(&web, &id).await?;
    if id != asked {
        return Err(Refusal::CustomerMerged { into: id }.into());
    }
    let wanted = Wanted {
        customers: book.whole(id),
        numbers: book.own_numbers(id),
        addresses: book.own_addresses(id),
    };
    let (reader, data, of) = (web.reader.clone(), web.data.clone(), wanted.clone());
    let (things, counts) = read(move || reader.things_of(&data, &of)).await?;
    let receipt = Receipt {
        id: secrets::receipt().map_err(|cause| Problem::ours(&cause))?,
        customer: Some(id),
        at: (web.now)().wall,
        person: who.person.clone(),
        counts,
        things,
    };
    let command = Command::Forget { wanted: Box::new(wanted), receipt: Box::new(receipt.clone()) };
    let _done = web.ask(who, command).await?;
    let (data, kept) = (web.data.clone(), receipt.clone());
    read(move || forget::finish(&data, &kept)).await?;
    // What a restore once put aside holds them, too.
    let (data, now) = (web.data.clone(), receipt.at);
    let dropped = tokio::task::spawn_blocking(move || restore::drop_replaced(&data, now)).await;
    if !matches!(dropped, Ok(Ok(()))) {
        tracing::warn!(?dropped, "what a restore had put aside could not be removed");
    }
    Ok(Json(show::customers::forgotten(&receipt)))
}

/// What was forgotten, the newest first.
#[utoipa::path(get, path = "/api/v1/forgotten", tag = "customers",
    responses((status = 200, body = ForgottenList), (status = 403, body = WireProblem)))]
pub async fn list(State(web): State<Arc<Web>>, _: Chief) -> Result<Json<ForgottenList>, Problem> {
    let reader = web.reader.clone();
    let receipts = read(move || reader.forgotten()).await?;
    let items = receipts.iter().map(show::customers::forgotten).collect();
    Ok(Json(ForgottenList { items, next_cursor: None }))
}
