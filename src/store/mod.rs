//! Shell. SQLite: the office's memory on the disk.
//!
//! One writer thread with the only connection that writes; it gathers what is waiting into one
//! transaction, and says "stored" after the commit. Readers are for screens: nobody reads the
//! database to make a call decision.

mod folder;
mod kept;
mod reader;
mod record;
mod rows;
pub mod secrets;
pub mod settings_desk;
mod trouble;
mod writer;

pub use folder::Lock;
pub use kept::Token;
pub use reader::{ContactFilter, Reader};
pub use trouble::{StoreError, Trouble};
pub use writer::{StoreEvent, Writer};

use crate::figures::Figures;
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
const STEPS: &[M<'static>] = &[M::up(include_str!("schema/0001_contacts.sql"))];

/// An open store.
#[derive(Debug)]
pub struct Opened {
    pub writer: Writer,
    /// For the switchboard: receipts and the store's health.
    pub events: mpsc::Receiver<StoreEvent>,
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
    let path = data.join(FILE);
    folder::make_file(&path)?;
    let large = std::fs::metadata(&path).is_ok_and(|file| file.len() > CHECK_AT_ONCE_BYTES);
    let mut writing = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&mut writing)?;
    if !large {
        check(&writing)?;
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
    let writer = Writer::start(writing, lock, events, clock, figures)?;
    Ok(Opened { writer, events: receiver, reader, memory, settings })
}

/// Reads the whole database of this folder and says whether it is sound; changes nothing. Blocks.
pub fn examine(data: &Path) -> Result<(), StoreError> {
    check(&connect(&data.join(FILE), OpenFlags::SQLITE_OPEN_READ_ONLY)?)
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
    set("journal_size_limit", "8388608")?;
    Migrations::from_slice(STEPS).to_latest(connection).map_err(StoreError::from)
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
