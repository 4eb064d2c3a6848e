//! Shell. What can go wrong with a disk, in one sentence each for the operator.

use crate::settings::Problem;
use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why a write did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("the disk is full; free some space, what is waiting is kept and written then")]
    Full,
    #[error("the disk is read-only; check the card or disk, and mount it writable")]
    ReadOnly,
    #[error(
        "the database is damaged; stop frontdesk, keep a copy of the folder, and restore the last good backup"
    )]
    Damaged,
    #[error("the disk reports an error; check the card or disk, and make a backup now")]
    Io,
    #[error("another program holds the database; close it")]
    Locked,
    #[error("the database refused the row; please report this")]
    Refused,
    #[error("the store has stopped")]
    Stopped,
}

impl Trouble {
    /// From SQLite's own error.
    pub(super) fn of(error: &rusqlite::Error) -> Trouble {
        if matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) {
            return Trouble::Damaged; // a row this program did not write
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Trouble::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Trouble::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Trouble::Damaged,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::OutOfMemory) => Trouble::Io,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Locked,
            _ => Trouble::Refused,
        }
    }
}

/// Why the store could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot use the data folder {path}; give one that this user can write with --data")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("another frontdesk works on {path}; stop it, or use another folder with --data")]
    InUse { path: PathBuf },
    #[error("while {doing} the database: {trouble}")]
    Failed { doing: &'static str, trouble: Trouble },
    #[error("the database was written by a newer frontdesk; install that version or a later one")]
    Newer,
    #[error("the office kept in the database cannot be read: {0}")]
    Settings(Problem),
    #[error("cannot start the writer thread")]
    Thread(#[source] std::io::Error),
}

impl StoreError {
    /// Names the operation an SQLite error came from; the log gets the detail.
    pub(super) fn while_(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
        move |error| {
            tracing::error!(doing, %error, "the database failed");
            StoreError::Failed { doing, trouble: Trouble::of(&error) }
        }
    }
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        use rusqlite_migration::{Error, MigrationDefinitionError};
        match error {
            Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => StoreError::Newer,
            Error::RusqliteError { err, .. } => StoreError::while_("preparing")(err),
            other => {
                tracing::error!(%other, "the database could not be prepared");
                StoreError::Failed { doing: "preparing", trouble: Trouble::Refused }
            }
        }
    }
}
