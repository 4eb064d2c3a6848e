//! Shell. SQLite: the office's memory on the disk.
//!
//! One writer thread with the only connection that writes; it gathers what is waiting into one
//! transaction, and says "stored" after the commit. Readers are for screens: nobody reads the
//! database to make a call decision.

pub mod backup;
pub mod customers;
mod folder;
pub mod forget;
mod inspect;
pub mod invites;
mod kept;
mod log_ins;
pub mod mail;
mod owing;
mod promises;
mod reader;
mod record;
pub mod retention;
mod rows;
pub mod secrets;
pub mod settings_desk;
mod trouble;
mod writer;

pub use folder::Lock;
pub use inspect::{Facts, examine};
use inspect::{facts, inspect};
pub use kept::Token;
pub use log_ins::AGE_MAX as LOG_IN_AGE_MAX;
pub use reader::{ContactFilter, Reader};
pub use trouble::{StoreError, Trouble};
pub use writer::{StoreEvent, Writer};

use crate::figures::Figures;
use crate::office::Concern;
use crate::office::memory::Memory;
use crate::settings::Settings;
use crate::switchboard::clock::Clock;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc;

/// The database inside the data folder.
pub const FILE: &str = "frontdesk.sqlite";
/// Events on their way to the switchboard.
const EVENTS_MAX: usize = 256;
/// A database up to this size is checked before anything else; a larger one beside the running office.
const CHECK_AT_ONCE_BYTES: u64 = 8 * 1024 * 1024;

/// Append-only: a released step is never changed.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/0001_contacts.sql")),
    M::up(include_str!("schema/0002_promises.sql")),
    M::up(include_str!("schema/0003_mail.sql")),
    M::up(include_str!("schema/0004_misses.sql")),
    M::up(include_str!("schema/0005_customers.sql")),
    M::up(include_str!("schema/0006_inbox.sql")),
    M::up(include_str!("schema/0007_writing.sql")),
    M::up(include_str!("schema/0008_leaving.sql")),
    M::up(include_str!("schema/0009_log_ins.sql")),
];

/// An open store.
#[derive(Debug)]
pub struct Opened {
    pub writer: Writer,
    /// For the switchboard: receipts and the store's health.
    pub events: mpsc::Receiver<StoreEvent>,
    /// For those who work beside the writer, such as the nightly backup.
    pub reports: mpsc::Sender<StoreEvent>,
    pub reader: Reader,
    /// What the office must know again.
    pub memory: Memory,
    /// `None`: never set up.
    pub settings: Option<Settings>,
}

/// Opens the store in this folder, making both if there are none, and starts the writer.
///
/// The folder stays locked until the writer has ended. A damaged database is an error and stays
/// untouched: it is never replaced by an empty one.
pub fn open(data: &Path, clock: Clock, figures: Figures) -> Result<Opened, StoreError> {
    folder::make(data)?;
    let lock = Lock::take(data)?;
    let finished = backup::restore::finish(data, clock.now().wall);
    finished.map_err(|source| StoreError::Folder { path: data.to_owned(), source })?;
    let path = data.join(FILE);
    folder::make_file(&path)?;
    let large = std::fs::metadata(&path).is_ok_and(|file| file.len() > CHECK_AT_ONCE_BYTES);
    let mut writing = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&mut writing)?;
    if !large {
        check(&writing)?;
    }
    mail::uploads::tidy(&writing, data);
    forget::empty_log(&writing);
    if let Err(problem) = forget::again(&mut writing, data) {
        // Calls are taken all the same; the next start tries again.
        tracing::error!(%problem, "what had been forgotten could not be forgotten again");
    }
    let settings = kept::office(&writing)?;
    let zone = settings.as_ref().map_or(jiff::tz::TimeZone::UTC, |office| office.office.time_zone.clone());
    let now = clock.now().wall;
    let memory = rows::restore(&writing, now, day_start(now, &zone))?;
    let reader = Reader::open(&path)?;
    let (events, receiver) = mpsc::channel(EVENTS_MAX);
    if large {
        check_aside(path, events.clone());
    }
    let writer = Writer::start(writing, lock, events.clone(), clock, figures)?;
    Ok(Opened { writer, events: receiver, reports: events, reader, memory, settings })
}

/// The same for an office that must take calls: a damaged database gives way to the last good backup, and the
/// board says so (spec/reliability.md §3). Without a good one it stays an error.
pub fn open_or_recover(data: &Path, clock: Clock, figures: Figures) -> Result<Opened, StoreError> {
    let damaged = match open(data, clock, figures.clone()) {
        Err(problem @ StoreError::Failed { trouble: Trouble::Damaged, .. }) => problem,
        opened => return opened,
    };
    match backup::nightly::recover(data, clock.now().wall) {
        Ok(Some(_)) => {}
        Ok(None) => return Err(damaged),
        Err(problem) => {
            tracing::error!(%problem, "the last good backup could not be brought back");
            return Err(damaged);
        }
    }
    let opened = open(data, clock, figures)?;
    let restored = StoreEvent::Concern { what: Concern::Restored, stands: true };
    // The channel is empty: nobody has written yet.
    let _ = opened.reports.try_send(restored);
    Ok(opened)
}

/// Reads what is committed in this folder, whoever writes there.
pub fn look(data: &Path) -> Result<Reader, StoreError> {
    Reader::open(&data.join(FILE))
}

/// Midnight of this day in the office's zone.
fn day_start(now: Timestamp, zone: &jiff::tz::TimeZone) -> Timestamp {
    let day = now.to_zoned(zone.clone()).start_of_day();
    day.map_or(now, |midnight| midnight.timestamp())
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    const BUSY: Duration = Duration::from_secs(1);
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(StoreError::while_("opening"))?;
    connection.busy_timeout(BUSY).map_err(StoreError::while_("opening"))?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// `synchronous=FULL` for every commit: NORMAL loses acknowledged rows in a power cut
/// (spec/reliability.md §3).
fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let set = |name: &str, value: &str| {
        connection.pragma_update(None, name, value).map_err(StoreError::while_("opening"))
    };
    set("journal_mode", "WAL")?;
    set("synchronous", "FULL")?;
    set("foreign_keys", "ON")?;
    // What is deleted is gone, not only unlinked.
    set("secure_delete", "ON")?;
    set("journal_size_limit", "8388608")?;
    if is_newer_and_fits(connection).map_err(StoreError::while_("preparing"))? {
        tracing::info!("the database was written by a newer frontdesk; this one can work on it");
        return Ok(());
    }
    Migrations::from_slice(STEPS).to_latest(connection).map_err(StoreError::from)
}

/// Written by a newer program, and says that ours can work on it.
fn is_newer_and_fits(connection: &Connection) -> rusqlite::Result<bool> {
    let schema: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let ours = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if schema <= ours {
        return Ok(false);
    }
    let oldest = connection.query_row("SELECT oldest FROM compatible", [], |row| row.get::<_, i64>(0));
    Ok(oldest? <= ours)
}

/// SQLite's own check of the file's structure.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let asked = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match asked.map_err(StoreError::while_("checking"))?.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Failed { doing: "checking", trouble: Trouble::Damaged }),
    }
}

/// The same for a large file, which takes longer than a caller may wait for the line to come up.
fn check_aside(path: std::path::PathBuf, events: mpsc::Sender<StoreEvent>) {
    let look = move || {
        let found =
            connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|connection| check(&connection));
        if let Err(problem) = found {
            tracing::error!(%problem, "the database did not pass its check");
            // The switchboard may be gone already; then nobody needs to know.
            let _ = events.blocking_send(StoreEvent::KeepsPromises(false));
        }
    };
    let started = std::thread::Builder::new().name("store-check".to_owned()).spawn(look);
    if let Err(problem) = started {
        tracing::warn!(%problem, "the database could not be checked");
    }
}
