//! Shell. Log-ins, kept as hashes: a restart ends none, and a copy of the database opens nothing.
//!
//! A log-in ends by itself after 12 quiet hours or 7 days, and when the password changes.

use super::Reader;
use super::record::instant;
use super::secrets;
use crate::ids::PersonId;
use crate::settings::{Secret, Settings};
use crate::time::{Now, Tick};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const QUIET_MAX: Duration = Duration::from_secs(12 * 3600);
/// How long a log-in lasts however much it is used.
pub const AGE_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
/// Log-ins at once; beyond it the one quiet for longest ends.
const OPEN_MAX: usize = 512;
/// What is used all the time is written down this often: screens on the wall are not to wear out the disk.
const SEEN_KEPT_EVERY: Duration = Duration::from_secs(1800);

/// SHA-256 of what a cookie carries, or of a password's hash.
pub(super) type Hash = [u8; 32];

/// What is kept of a log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LogIn {
    Open { hash: Hash, row: Row },
    Ended { hash: Hash },
}

impl LogIn {
    pub(super) fn hash(&self) -> Hash {
        match self {
            LogIn::Open { hash, .. } | LogIn::Ended { hash } => *hash,
        }
    }
}

/// A log-in as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    person: PersonId,
    /// Of the hash the password was checked against: a new one ends the log-in.
    password: Hash,
    began_at: Timestamp,
    seen_at: Timestamp,
}

/// The log-ins that are open; read from the disk once.
#[derive(Debug, Default)]
pub(super) struct LogIns(Mutex<Option<BTreeMap<Hash, Open>>>);

#[derive(Debug)]
struct Open {
    person: PersonId,
    password: Hash,
    began: Since,
    seen: Since,
    /// When `seen` was written down last.
    kept: Tick,
}

/// A moment in this life of the program or before it. In it ticks are counted: a clock that is set right ends
/// nobody's log-in.
#[derive(Clone, Copy, Debug)]
struct Since {
    tick: Tick,
    before: Duration,
}

impl Since {
    fn now(now: Now) -> Since {
        Since { tick: now.tick, before: Duration::ZERO }
    }

    fn wall(at: Timestamp, now: Now) -> Since {
        let before = Duration::try_from(now.wall.duration_since(at)).unwrap_or_default();
        Since { tick: now.tick, before }
    }

    fn passed(self, now: Now) -> Duration {
        self.before + now.tick.since(self.tick)
    }
}

impl LogIns {
    /// Reads what is on the disk, the first time. What cannot be read is over: whoever was logged in logs in again.
    pub(super) async fn remember(&self, reader: &Reader, now: Now) {
        if self.lock().is_some() {
            return;
        }
        let reader = reader.clone();
        let read = tokio::task::spawn_blocking(move || reader.log_ins()).await;
        let rows = read.ok().and_then(|read| {
            read.inspect_err(|problem| tracing::warn!(%problem, "nobody who was logged in stays so")).ok()
        });
        let known = rows.into_iter().flatten().map(|(hash, row)| (hash, Open::kept(row, now)));
        // Somebody else may have been quicker, and a log-in since then must stay.
        self.lock().get_or_insert_with(|| known.collect());
    }

    /// Opens a log-in; what is to be kept of it and of those that end with it.
    pub(super) fn open(&self, hash: Hash, person: PersonId, password: &Secret, now: Now) -> Vec<LogIn> {
        let mut known = self.lock();
        let known = known.get_or_insert_default();
        let mut ended: Vec<Hash> =
            known.iter().filter(|(_, one)| !one.is_fresh(now)).map(|(hash, _)| *hash).collect();
        if known.len() - ended.len() >= OPEN_MAX {
            ended.extend(quietest(known, now));
        }
        known.retain(|hash, _| !ended.contains(hash));
        let (began, seen) = (Since::now(now), Since::now(now));
        let one = Open { person, password: fingerprint(password), began, seen, kept: now.tick };
        let row = one.row(now);
        known.insert(hash, one);
        let ended = ended.into_iter().map(|hash| LogIn::Ended { hash });
        ended.chain([LogIn::Open { hash, row }]).collect()
    }

    /// Ends a log-in.
    pub(super) fn close(&self, hash: Hash) -> LogIn {
        self.lock().get_or_insert_default().remove(&hash);
        LogIn::Ended { hash }
    }

    /// Whose log-in this is, if it is still good; and what is to be kept of its being used.
    pub(super) fn person(
        &self,
        hash: Hash,
        settings: &Settings,
        now: Now,
    ) -> Option<(PersonId, Option<LogIn>)> {
        let mut known = self.lock();
        let one = known.as_mut()?.get_mut(&hash).filter(|one| one.is_fresh(now) && one.is_of(settings))?;
        one.seen = Since::now(now);
        let is_due = now.tick.since(one.kept) >= SEEN_KEPT_EVERY;
        if is_due {
            one.kept = now.tick;
        }
        Some((one.person.clone(), is_due.then(|| LogIn::Open { hash, row: one.row(now) })))
    }

    /// Ends those whose person is gone, or has another password.
    pub(super) fn end_changed(&self, settings: &Settings) {
        if let Some(known) = self.lock().as_mut() {
            known.retain(|_, one| one.is_of(settings));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<BTreeMap<Hash, Open>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn kept(row: Row, now: Now) -> Open {
        let (began, seen) = (Since::wall(row.began_at, now), Since::wall(row.seen_at, now));
        Open { person: row.person, password: row.password, began, seen, kept: now.tick }
    }

    fn is_fresh(&self, now: Now) -> bool {
        self.seen.passed(now) < QUIET_MAX && self.began.passed(now) < AGE_MAX
    }

    fn is_of(&self, settings: &Settings) -> bool {
        is_password_of(&self.person, self.password, settings)
    }

    /// By the present clock, whatever it said when the log-in began.
    fn row(&self, now: Now) -> Row {
        let before = |since: Since| now.wall.checked_sub(since.passed(now)).unwrap_or(Timestamp::MIN);
        let (began_at, seen_at) = (before(self.began), before(self.seen));
        Row { person: self.person.clone(), password: self.password, began_at, seen_at }
    }
}

fn quietest(known: &BTreeMap<Hash, Open>, now: Now) -> Option<Hash> {
    known.iter().max_by_key(|(_, one)| one.seen.passed(now)).map(|(hash, _)| *hash)
}

/// Does this person work here, with this password?
fn is_password_of(person: &PersonId, password: Hash, office: &Settings) -> bool {
    let hash = office.person(person).and_then(|person| person.password_hash.as_ref());
    hash.is_some_and(|hash| fingerprint(hash) == password)
}

fn fingerprint(password: &Secret) -> Hash {
    secrets::bearer_hash(&password.0)
}

pub(super) fn put(connection: &Connection, one: &LogIn) -> rusqlite::Result<()> {
    let done = match one {
        LogIn::Open { hash, row } => {
            let sql = "INSERT OR REPLACE INTO log_in (hash, person, password, began_at, seen_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            let (began, seen) = (row.began_at.as_millisecond(), row.seen_at.as_millisecond());
            connection.execute(sql, params![hash, row.person.as_str(), row.password, began, seen])
        }
        LogIn::Ended { hash } => connection.execute("DELETE FROM log_in WHERE hash = ?1", [hash]),
    };
    done.map(drop)
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<(Hash, Row)>> {
    let mut statement =
        connection.prepare_cached("SELECT hash, person, password, began_at, seen_at FROM log_in")?;
    let rows = statement.query_map([], |row| {
        let person = PersonId::from(row.get_ref(1)?.as_str()?);
        let (began_at, seen_at) = (instant(row.get(3)?), instant(row.get(4)?));
        Ok((row.get(0)?, Row { person, password: row.get(2)?, began_at, seen_at }))
    })?;
    rows.collect()
}

/// Ends those whose person is gone from this office, or has another password in it.
pub(super) fn end_changed_in(connection: &Connection, office: &Settings) -> rusqlite::Result<()> {
    let is_ended = |row: &Row| !is_password_of(&row.person, row.password, office);
    let ended = all(connection)?.into_iter().filter(|(_, row)| is_ended(row));
    ended.map(|(hash, _)| LogIn::Ended { hash }).try_for_each(|one| put(connection, &one))
}

/// A backup does not know who has logged out since: everybody logs in again.
pub(super) fn end_all(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM log_in", []).map(drop)
}
