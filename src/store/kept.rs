//! Shell. The SQL of the office's settings and of API tokens.

use super::log_ins;
use super::record::instant;
use super::trouble::StoreError;
use crate::settings::{self, Role, Secrets, Settings};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// An API token; only its SHA-256 is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is for.
    pub name: String,
    pub role: Role,
    /// SHA-256 of the bearer text.
    pub hash: [u8; 32],
    pub created_at: Timestamp,
}

/// The office as it was kept; `None` before the first set-up.
pub(super) fn office(connection: &Connection) -> Result<Option<Settings>, StoreError> {
    let read = connection.query_row("SELECT toml FROM office", [], |row| row.get::<_, String>(0)).optional();
    let Some(toml) = read.map_err(StoreError::while_("reading"))? else { return Ok(None) };
    let read = settings::parse_toml(&toml, "the kept office", None);
    read.map(Some).map_err(|mut problems| StoreError::Settings(problems.swap_remove(0)))
}

/// In one step with the end of the log-ins it does not know any more.
pub(super) fn put_office(connection: &Connection, office: &Settings) -> rusqlite::Result<()> {
    let toml = settings::print_toml(office, Secrets::Shown);
    connection.execute("INSERT OR REPLACE INTO office (id, toml) VALUES (1, ?1)", [toml])?;
    log_ins::end_changed_in(connection, office)
}

pub(super) fn put_token(connection: &Connection, token: &Token) -> rusqlite::Result<()> {
    let sql = "INSERT INTO token (name, role, hash, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE \
               SET role = excluded.role, hash = excluded.hash, created_at = excluded.created_at";
    let (role, at) = (token.role.word(), token.created_at.as_millisecond());
    connection.execute(sql, params![token.name, role, token.hash, at]).map(drop)
}

pub(super) fn tokens(connection: &Connection) -> rusqlite::Result<Vec<Token>> {
    let mut statement =
        connection.prepare_cached("SELECT name, role, hash, created_at FROM token ORDER BY name")?;
    let tokens = statement.query_map([], |row| {
        // A role this version does not know may do the least.
        let role = Role::from_word(row.get_ref(1)?.as_str()?).unwrap_or(Role::Viewer);
        Ok(Token { name: row.get(0)?, role, hash: row.get(2)?, created_at: instant(row.get(3)?) })
    })?;
    tokens.collect()
}
