//! Shell. What callers hear, as a page lists it.

use serde::Serialize;
use utoipa::ToSchema;

/// One recording.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Prompt {
    pub name: String,
    pub lang: &'static str,
    /// What the shipped one says; null: only the office has it.
    #[schema(required)]
    pub text: Option<String>,
    pub length_ms: u64,
    /// The office's own recording is played.
    pub own: bool,
    /// What an owner types after *77 to record it by phone; left out: by upload only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
}

/// The recordings of a language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PromptList {
    pub items: Vec<Prompt>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}
