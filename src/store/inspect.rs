//! Shell. Looking at a database that is not in use: is it sound, of our own making, and what is in it?

use super::backup::BackupError;
use super::{STEPS, StoreError, check, connect, kept, rows};
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::Migrations;
use std::path::Path;

/// Counts that a copy must have in common with its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub contacts: u64,
    /// Contacts with a promise that is open.
    pub promised: u64,
}

/// Reads the whole database of this folder and says whether it is sound; changes nothing. Blocks.
pub fn examine(data: &Path) -> Result<(), StoreError> {
    check(&connect(&data.join(super::FILE), OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// Judges a database that comes from elsewhere, before anything of it is used: only the tables, indexes and
/// rows this program makes, nothing that would run by itself.
pub(super) fn inspect(path: &Path) -> Result<Facts, BackupError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let failed = || StoreError::while_("reading");
    connection.pragma_update(None, "trusted_schema", "OFF").map_err(failed())?;
    let schema: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed())?;
    let steps = usize::try_from(schema).unwrap_or(0);
    match steps {
        0 => return Err(BackupError::Damaged("there is no office in its database".to_owned())),
        steps if steps > STEPS.len() => return Err(BackupError::Newer),
        _ => {}
    }
    if definitions(&connection).map_err(failed())? != our_definitions(steps)? {
        return Err(BackupError::Damaged("its database is not one frontdesk made".to_owned()));
    }
    check(&connection)?;
    kept::office(&connection)?;
    if steps == STEPS.len() {
        rows::read_every_contact(&connection).map_err(failed())?;
    }
    Ok(facts(&connection).map_err(failed())?)
}

/// What is in it; a schema before promises has none.
pub(super) fn facts(connection: &Connection) -> rusqlite::Result<Facts> {
    let count = |sql: &str| -> rusqlite::Result<u64> {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let knows_promises = count("SELECT count(*) FROM pragma_table_info('contact') WHERE name = 'promised'")?;
    Ok(Facts {
        contacts: count("SELECT count(*) FROM contact")?,
        promised: match knows_promises {
            0 => 0,
            _ => count("SELECT count(*) FROM contact WHERE promised > 0")?,
        },
    })
}

/// One table, index, trigger or view: its kind, its name, its text.
type Definition = (String, String, Option<String>);

fn definitions(connection: &Connection) -> rusqlite::Result<Vec<Definition>> {
    let mut statement =
        connection.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name, type")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}

/// The same of an empty database after as many steps.
fn our_definitions(steps: usize) -> Result<Vec<Definition>, StoreError> {
    let mut ours = Connection::open_in_memory().map_err(StoreError::while_("preparing"))?;
    Migrations::from_slice(STEPS).to_version(&mut ours, steps)?;
    definitions(&ours).map_err(StoreError::while_("preparing"))
}
