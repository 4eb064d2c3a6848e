//! Shell. What callers hear, shipped or the owner's own: listed, played, replaced and taken back.

use super::page::Part;
use super::voicemails::sound_response;
use crate::media::prompts::{self, Listed, NotChanged, Whose};
use crate::media::sounds::Bank;
use crate::media::upload;
use crate::office::studio::recordable;
use crate::settings::Language;
use crate::web::Path;
use crate::web::session::{Owner, Staff};
use crate::web::wire::{Done, Problem as WireProblem, Prompt, PromptList};
use crate::web::{Query, Web, problem::Problem, show};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A recording is larger than other bodies; one byte more than is taken tells that there was more.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(upload::BYTES_MAX + 1)
}

/// Which language; without one, the office's.
#[derive(Deserialize)]
pub struct Wish {
    lang: Option<String>,
}

/// Every prompt of a language.
#[utoipa::path(get, path = "/api/v1/prompts", tag = "prompts", 
    params(("lang" = Option<String>, Query), ("cursor" = Option<String>, Query), ("limit" = Option<usize>, Query)),
    responses((status = 200, body = PromptList), (status = 404, body = WireProblem)))]
pub async fn list(
    State(web): State<Arc<Web>>,
    _: Staff,
    Query(wish): Query<Wish>,
    Query(part): Query<Part>,
) -> Result<Json<PromptList>, Problem> {
    let office = || web.settings.current().map_or(Language::En, |settings| settings.office.language);
    let language = wish.lang.map_or_else(|| Ok(office()), |word| language(&word))?;
    let listed = web.with_bank(move |bank| prompts::list(bank, language)).await?;
    let settings = web.settings.current();
    let by_phone = settings.as_deref().map(recordable).unwrap_or_default();
    let numbers: BTreeMap<&str, usize> =
        by_phone.iter().filter(|one| one.language == language).map(|one| (&*one.name, one.number)).collect();
    let items = listed.into_iter().map(|one| prompt(one, language, &numbers)).collect();
    let (items, next_cursor) = part.of(items, |row: &Prompt| &row.name)?;
    Ok(Json(PromptList { items, next_cursor }))
}

/// One as callers hear it.
#[utoipa::path(get, path = "/api/v1/prompts/{lang}/{name}", tag = "prompts",
    params(("lang" = String, Path), ("name" = String, Path)),
    responses((status = 200, content_type = "audio/wav"), (status = 206, content_type = "audio/wav"),
              (status = 404, body = WireProblem)))]
pub async fn heard(
    State(web): State<Arc<Web>>,
    _: Staff,
    Path((lang, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = language(&lang)?;
    let file_name = format!("{name}.wav");
    let sound = web.with_bank(move |bank| prompts::heard(bank, language, &name)).await?;
    Ok(sound_response(sound.ok_or_else(Problem::not_found)?, &file_name, &headers))
}

/// Takes a WAV file in place of the shipped recording; calls hear it at once.
#[utoipa::path(put, path = "/api/v1/prompts/{lang}/{name}", tag = "prompts",
    params(("lang" = String, Path), ("name" = String, Path)),
    request_body(content = Vec<u8>, content_type = "audio/wav"),
    responses((status = 200, body = Done), (status = 413, body = WireProblem), (status = 422, body = WireProblem)))]
pub async fn keep(
    State(web): State<Arc<Web>>,
    _: Owner,
    Path((lang, name)): Path<(String, String)>,
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<Done>, Problem> {
    let language = language(&lang)?;
    let file = file.map_err(|_| Problem::from(NotChanged::NotTaken(upload::NotTaken::TooLarge)))?;
    web.with_bank(move |bank| prompts::keep(bank, language, &name, &file)).await??;
    web.handle.reload_sounds().await?;
    Ok(Json(Done::default()))
}

/// Back to the shipped recording.
#[utoipa::path(delete, path = "/api/v1/prompts/{lang}/{name}", tag = "prompts",
    params(("lang" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = Done), (status = 403, body = WireProblem)))]
pub async fn forget(
    State(web): State<Arc<Web>>,
    _: Owner,
    Path((lang, name)): Path<(String, String)>,
) -> Result<Json<Done>, Problem> {
    let language = language(&lang)?;
    web.with_bank(move |bank| prompts::forget(bank, language, &name)).await??;
    web.handle.reload_sounds().await?;
    Ok(Json(Done::default()))
}

impl Web {
    /// Reads and writes recordings away from the async threads.
    pub(super) async fn with_bank<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Bank) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let bank = Bank::with_data(self.data.clone());
        Ok(tokio::task::spawn_blocking(move || work(&bank)).await?)
    }
}

impl From<NotChanged> for Problem {
    fn from(cause: NotChanged) -> Self {
        let detail = cause.to_string();
        match cause {
            NotChanged::Disk(_) => Self::ours(&cause),
            NotChanged::Name => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "prompt.name", detail),
            NotChanged::NotTaken(why @ upload::NotTaken::TooLarge) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, why.code(), detail)
            }
            NotChanged::NotTaken(why) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, why.code(), detail),
        }
    }
}

fn language(word: &str) -> Result<Language, Problem> {
    Language::from_word(word).ok_or_else(Problem::not_found)
}

fn prompt(listed: Listed, language: Language, numbers: &BTreeMap<&str, usize>) -> Prompt {
    Prompt {
        number: numbers.get(listed.name.as_str()).copied(),
        name: listed.name,
        lang: language.word(),
        text: listed.text,
        length_ms: show::ms(listed.length),
        own: listed.whose == Whose::Own,
    }
}
