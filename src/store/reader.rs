//! Shell. Reading for screens: three read-only connections, blocking; web calls through `spawn_blocking`.

use super::kept::{self, Token};
use super::log_ins;
use super::owing;
use super::rows::{self, OUTCOMES};
use super::trouble::StoreError;
use crate::ids::{CallId, GroupId, PersonId};
use crate::number::Number;
use crate::office::contact::{Contact, Outcome};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

const CONNECTIONS: usize = 3;

/// Reads what the writer has committed; cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    pool: Arc<Pool>,
}

#[derive(Debug)]
struct Pool {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

/// Which contacts; everything that is `None` lets all through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactFilter {
    /// Started at or after.
    pub from: Option<Timestamp>,
    /// Started before.
    pub to: Option<Timestamp>,
    /// Part of a number or name of the other party.
    pub customer: Option<String>,
    pub outcome: Option<Outcome>,
    pub group: Option<GroupId>,
    pub person: Option<PersonId>,
    /// Only contacts before this one: the last id of the page shown.
    pub before: Option<CallId>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Reader, StoreError> {
        let connect = |_| super::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let idle = (0..CONNECTIONS).map(connect).collect::<Result<Vec<_>, _>>()?;
        Ok(Reader { pool: Arc::new(Pool { idle: Mutex::new(idle), returned: Condvar::new() }) })
    }

    /// Contacts, newest first, at most `limit`.
    pub fn contacts(&self, filter: &ContactFilter, limit: u32) -> Result<Vec<Contact>, StoreError> {
        let (condition, mut values) = condition(filter);
        values.push(Value::Integer(limit.into()));
        let condition = format!("WHERE {condition} ORDER BY id DESC LIMIT ?");
        self.read(|connection| rows::contacts(connection, &condition, params_from_iter(values)))
    }

    /// One contact with its legs and its story.
    pub fn contact(&self, id: CallId) -> Result<Option<Contact>, StoreError> {
        let Ok(id) = i64::try_from(id.0) else { return Ok(None) };
        self.read(|connection| Ok(rows::contacts(connection, "WHERE id = ?1", [id])?.pop()))
    }

    /// Contacts that started at or after `from` and before `to`, oldest first: what the reports count.
    pub fn contacts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Contact>, StoreError> {
        let span = [from.as_millisecond(), to.as_millisecond()];
        self.read(|connection| {
            rows::contacts(connection, "WHERE started_at >= ?1 AND started_at < ?2 ORDER BY id", span)
        })
    }

    /// The contacts that say who is owed a call at this instant, oldest first. `of`: about these numbers alone.
    pub fn owing(&self, now: Timestamp, of: Option<&[Number]>) -> Result<Vec<Contact>, StoreError> {
        self.read(|connection| owing::owing(connection, now, of))
    }

    /// The contacts with a promise that is open: a callback, a message not done with; oldest first.
    pub fn promised(&self) -> Result<Vec<Contact>, StoreError> {
        self.read(rows::promises_open)
    }

    /// The latest messages that somebody is done with, newest first.
    pub fn messages_done(&self) -> Result<Vec<Contact>, StoreError> {
        self.read(rows::messages_done)
    }

    /// Every API token.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.read(kept::tokens)
    }

    /// Every log-in that was open.
    pub(super) fn log_ins(&self) -> Result<Vec<(log_ins::Hash, log_ins::Row)>, StoreError> {
        self.read(log_ins::all)
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let connection = self.pool.borrow();
        let result = work(&connection);
        self.pool.give_back(connection);
        result.map_err(StoreError::while_("reading"))
    }
}

impl Pool {
    fn borrow(&self) -> Connection {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match idle.pop() {
                Some(connection) => return connection,
                None => idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn give_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        self.returned.notify_one();
    }
}

/// The filter as SQL with its values, in order; texts only ever travel as values.
fn condition(filter: &ContactFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["TRUE".to_owned()];
    let mut values = Vec::new();
    let mut add = |sql: &str, value: Option<Value>| {
        if let Some(value) = value {
            parts.push(sql.to_owned());
            values.push(value);
        }
    };
    let text = |text: &str| Value::Text(text.to_owned());
    add("started_at >= ?", filter.from.map(|at| Value::Integer(at.as_millisecond())));
    add("started_at < ?", filter.to.map(|at| Value::Integer(at.as_millisecond())));
    add("outcome = ?", filter.outcome.map(|outcome| text(rows::word(OUTCOMES, outcome))));
    add("group_id = ?", filter.group.as_ref().map(|id| text(id.as_str())));
    add("person = ?", filter.person.as_ref().map(|id| text(id.as_str())));
    add("id < ?", filter.before.map(|id| Value::Integer(i64::try_from(id.0).unwrap_or(i64::MAX))));
    // The other party: whoever called us, or whom we called.
    add(
        "instr(lower(CASE kind WHEN 'outbound' THEN ifnull(to_number, '') || ' ' || to_name \
         ELSE ifnull(from_number, '') || ' ' || from_name END), lower(?)) > 0",
        filter.customer.as_deref().map(text),
    );
    (parts.join(" AND "), values)
}
