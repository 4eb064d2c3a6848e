//! Shell. `cursor` and `limit` of lists that are read whole (INTERFACES.md §3).

use crate::web::problem::Problem;
use serde::Deserialize;

/// More at once would only be memory.
const LIMIT_MAX: usize = 1_000;

/// Which part of a list. Without a limit, all of it up to a thousand.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Part {
    cursor: Option<String>,
    limit: Option<usize>,
}

impl Part {
    /// The rows after the cursor, and the cursor of those that follow. A row is known by its id.
    pub fn of<T>(&self, all: Vec<T>, id: impl Fn(&T) -> &str) -> Result<(Vec<T>, Option<String>), Problem> {
        let limit = self.limit.unwrap_or(LIMIT_MAX).clamp(1, LIMIT_MAX);
        let unknown = || Problem::bad_request("cursor is not one of this list's.");
        let from = match &self.cursor {
            Some(cursor) => all.iter().position(|row| id(row) == cursor).ok_or_else(unknown)? + 1,
            None => 0,
        };
        let is_more = all.len() > from + limit;
        let rows: Vec<T> = all.into_iter().skip(from).take(limit).collect();
        let next = rows.last().filter(|_| is_more).map(|row| id(row).to_owned());
        Ok((rows, next))
    }
}
