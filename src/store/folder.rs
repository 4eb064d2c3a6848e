//! Shell. The data folder: made private, used by one process at a time, owned by the office's own user
//! whoever works on it.

use super::StoreError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// A child on its way from fork to exec holds what its parent let go of, for a moment.
const TRIES: usize = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(30);

/// Holds the folder; the system lets go of it with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, or says who has it.
    pub fn take(data: &Path) -> Result<Lock, StoreError> {
        let file = open_private(&data.join("frontdesk.lock"), Content::Stays).map_err(unusable(data))?;
        for _ in 1..TRIES {
            if file.try_lock().is_ok() {
                return Ok(Lock { _file: file });
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: data.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unusable(data)(source)),
        }
    }
}

/// What opening does to a file that exists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Stays,
    Goes,
    /// There must be none.
    IsNew,
}

/// Makes the folder, for its owner alone; one that exists is left as it is.
pub(super) fn make(data: &Path) -> Result<(), StoreError> {
    make_private(data).map_err(unusable(data))
}

pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    let is_new = !folder.exists();
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if is_new { own(folder) } else { Ok(()) }
}

/// Makes the database file private before SQLite opens it; its companions take over the mode.
pub(super) fn make_file(path: &Path) -> Result<(), StoreError> {
    open_private(path, Content::Stays).map(drop).map_err(unusable(path.parent().unwrap_or(path)))
}

/// An empty private file, in place of one that was there.
pub(super) fn create(path: &Path) -> io::Result<File> {
    open_private(path, Content::Goes)
}

/// The same where there must be none yet.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    open_private(path, Content::IsNew)
}

/// What root makes in the office's folder belongs to the folder's owner: the service must be able to use it.
pub(super) fn own(path: &Path) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let owner = std::fs::metadata(folder)?;
    std::os::unix::fs::lchown(path, Some(owner.uid()), Some(owner.gid()))
}

/// Makes sure that what was renamed, made or removed in this folder stays so.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The same for everything in it.
pub(super) fn sync_below(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => sync_below(&entry.path())?,
            false => sync(&entry.path())?,
        }
    }
    sync(folder)
}

fn open_private(path: &Path, content: Content) -> io::Result<File> {
    let is_new = !path.exists();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options.truncate(content == Content::Goes).create_new(content == Content::IsNew);
    let file = options.open(path)?;
    if is_new {
        own(path)?;
    }
    Ok(file)
}

fn unusable(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Folder { path: path.to_owned(), source }
}
