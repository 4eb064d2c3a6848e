//! Shell. The JSON API: one router that is also its description.

mod callbacks;
mod calls;
mod cards;
mod consent;
mod contacts;
mod conversations;
mod customers;
mod door;
mod export;
mod forget;
mod health;
mod hours;
mod invites;
mod mails;
mod office;
mod page;
mod parts;
mod people;
mod pop;
mod prompts;
mod reports;
mod second;
mod voicemails;
mod week;
mod writing;

pub use consent::Begun;
pub use second::Seconds;

use super::{Web, live, problem::Problem};
use crate::store::StoreError;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

#[derive(OpenApi)]
#[openapi(info(
    title = "frontdesk",
    description = "Instants are RFC 3339 in UTC, durations integers named …_ms. Errors are RFC 9457 \
                   problems with a stable `code`. Log in with `POST /api/v1/session`, or send a token \
                   as `Authorization: Bearer`."
))]
struct Description;

/// Every route of the API with its description.
pub fn routes() -> OpenApiRouter<Arc<Web>> {
    let (schemas, paths, recordings) = routes!(prompts::heard, prompts::keep, prompts::forget);
    with_mail(with_people(with_customers(OpenApiRouter::with_openapi(Description::openapi()))))
        .routes(routes!(health::healthz))
        .routes(routes!(health::metrics))
        .routes(routes!(description))
        .routes(routes!(live::board))
        .routes(routes!(live::live))
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::detail))
        .routes(routes!(contacts::owed))
        .routes(routes!(contacts::settle))
        .routes(routes!(callbacks::list, callbacks::promise))
        .routes(routes!(callbacks::call_now))
        .routes(routes!(callbacks::later))
        .routes(routes!(callbacks::done))
        .routes(routes!(callbacks::cancel))
        .routes(routes!(callbacks::give))
        .routes(routes!(callbacks::number))
        .routes(routes!(callbacks::audio))
        .routes(routes!(voicemails::list))
        .routes(routes!(voicemails::audio))
        .routes(routes!(voicemails::claim))
        .routes(routes!(voicemails::done))
        .routes(routes!(week::week))
        .routes(routes!(prompts::list))
        .routes((schemas, paths, recordings.layer(prompts::limit())))
        .routes(routes!(calls::dial))
        .routes(routes!(calls::answer))
        .routes(routes!(calls::hold))
        .routes(routes!(calls::resume))
        .routes(routes!(calls::transfer))
        .routes(routes!(calls::park))
        .routes(routes!(calls::hangup))
        .routes(routes!(reports::day))
        .routes(routes!(reports::range))
        .routes(routes!(export::callbacks))
        .routes(routes!(export::contacts_csv))
        .routes(routes!(export::contacts_xlsx))
        .routes(routes!(export::day_xlsx))
        .routes(routes!(hours::at))
        .routes(routes!(hours::set, hours::end))
        .routes(routes!(office::read, office::replace))
}

/// The shared mailbox, and what is being written.
fn with_mail(router: OpenApiRouter<Arc<Web>>) -> OpenApiRouter<Arc<Web>> {
    router
        .routes(routes!(conversations::list, mails::write))
        .routes(routes!(conversations::detail))
        .routes(routes!(conversations::next))
        .routes(routes!(conversations::claim))
        .routes(routes!(conversations::assign))
        .routes(routes!(conversations::note))
        .routes(routes!(conversations::snooze))
        .routes(routes!(conversations::close))
        .routes(routes!(conversations::reopen))
        .routes(routes!(conversations::present))
        .routes(routes!(conversations::draft))
        .routes(routes!(conversations::merge))
        .routes(routes!(conversations::unmerge))
        .routes(routes!(conversations::split))
        .routes(routes!(mails::reply))
        .routes(routes!(mails::undo))
        .routes(routes!(mails::send_again))
        .routes(routes!(mails::raw))
        .routes(routes!(writing::attach))
        .routes(routes!(writing::detach))
        .routes(routes!(writing::begun, writing::begin))
        .routes(routes!(writing::keep, writing::discard))
        .routes(routes!(writing::attach_to_begun))
        .routes(routes!(writing::detach_from_begun))
        .routes(routes!(parts::html))
        .routes(routes!(parts::attachment))
        .routes(routes!(consent::begin))
        .routes(routes!(consent::ask))
        .routes(routes!(mails::saved_replies))
        .routes(routes!(mails::save_reply, mails::forget_reply))
}

/// The door, and those who come in by it.
fn with_people(router: OpenApiRouter<Arc<Web>>) -> OpenApiRouter<Arc<Web>> {
    router
        .routes(routes!(door::who, door::log_in, door::log_out))
        .routes(routes!(door::set_up))
        .routes(routes!(second::begin))
        .routes(routes!(second::confirm))
        .routes(routes!(second::off))
        .routes(routes!(invites::people))
        .routes(routes!(invites::invite))
        .routes(routes!(invites::look))
        .routes(routes!(invites::take))
        .routes(routes!(people::state))
}

/// Those about customers.
fn with_customers(router: OpenApiRouter<Arc<Web>>) -> OpenApiRouter<Arc<Web>> {
    let (import_schemas, import_paths, import) = routes!(cards::import);
    router
        .routes(routes!(customers::list, customers::create))
        .routes(routes!(customers::detail, customers::change, forget::forget_customer))
        .routes(routes!(forget::list))
        .routes(routes!(customers::merge))
        .routes(routes!(customers::unmerge))
        .routes(routes!(customers::note))
        .routes(routes!(customers::block))
        .routes(routes!(customers::unblock))
        .routes(routes!(customers::accept))
        .routes(routes!(customers::reject))
        .routes(routes!(customers::timeline))
        .routes(routes!(customers::claim))
        .routes(routes!(customers::owed))
        .routes(routes!(cards::table))
        .routes(routes!(cards::vcards))
        .routes((import_schemas, import_paths, import.layer(cards::limit())))
        .routes(routes!(pop::pop))
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", responses((status = 200)))]
async fn description() -> Json<utoipa::openapi::OpenApi> {
    Json(super::openapi())
}

/// A body that was read, or a problem that does not repeat it.
type Body<T> = Result<Json<T>, JsonRejection>;

fn body<T>(body: Body<T>) -> Result<T, Problem> {
    use axum::http::StatusCode;
    body.map(|Json(body)| body).map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large.")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The body must be JSON.")
        }
        _ => Problem::bad_request("The body is not the JSON that belongs here."),
    })
}

/// Reads the store away from the async threads.
async fn read<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    Ok(tokio::task::spawn_blocking(work).await??)
}
