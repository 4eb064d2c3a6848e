//! Shell. The data folder: made private, used by one process at a time.

use super::StoreError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Holds the folder; the system lets go of it with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, or says who has it.
    pub fn take(data: &Path) -> Result<Lock, StoreError> {
        let file = private().open(data.join("frontdesk.lock")).map_err(unusable(data))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: data.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unusable(data)(source)),
        }
    }
}

/// Makes the folder, for its owner alone; one that exists is left as it is.
pub(super) fn make(data: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(unusable(data))
}

/// Makes the database file private before SQLite opens it; its companions take over the mode.
pub(super) fn make_file(path: &Path) -> Result<(), StoreError> {
    private().open(path).map(drop).map_err(unusable(path.parent().unwrap_or(path)))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options
}

fn unusable(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Folder { path: path.to_owned(), source }
}
