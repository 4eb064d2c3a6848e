//! Shell. Backups: one file with the whole office in it, made while calls go on, and proven before it counts.
//!
//! A backup that was never restored is a hope. So everything that makes one restores it into a folder of its
//! own, opens the database there and compares the counts.

mod archive;
pub mod keeping;
pub mod nightly;
pub mod restore;

pub use archive::Manifest;

use super::{FILE, StoreError, folder};
use archive::Writing;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use std::fs::{DirEntry, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What belongs to an office besides its database (INTERFACES.md §5); `backups/` is not backed up.
pub(crate) const FOLDERS: &[&str] = &["voicemail", "recordings", "sounds", "tls", "mail"];
/// Where nightly backups lie, and where work on a backup is done.
pub const BACKUPS: &str = "backups";
/// Files of one office; more are no office's.
const FILES_MAX: usize = 1_000_000;
/// Folders inside folders: `sounds/da/`.
const DEPTH_MAX: usize = 8;

/// Why there is no backup, or why it is not taken.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("this is no backup of frontdesk")]
    Foreign,
    #[error("the backup was made by a newer frontdesk; install that version or a later one")]
    Newer,
    #[error("the backup is damaged: {0}; take another one")]
    Damaged(String),
    #[error("while {doing}: {}", words(.source))]
    File { doing: String, source: io::Error },
    #[error("another backup is being made; wait for it")]
    Busy,
    #[error("there is no office in {0}; nothing to back up")]
    NoOffice(PathBuf),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How much of the office goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Everything,
    /// Without `recordings/`: beside the originals a second copy of every night would only fill the disk.
    WithoutRecordings,
}

/// The system's reason without its number, and what to do where we know it.
fn words(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::StorageFull => "the disk is full; make room".to_owned(),
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not; try it with sudo".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        _ => {
            let text = source.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

pub(crate) fn while_(doing: impl Into<String>) -> impl FnOnce(io::Error) -> BackupError {
    let doing = doing.into();
    move |source| BackupError::File { doing, source }
}

/// Writes a backup of this folder, whether or not an office runs on it. Blocks.
pub fn write<W: Write>(
    data: &Path,
    whole: Whole,
    made_at: Timestamp,
    to: W,
) -> Result<(W, Manifest), BackupError> {
    if !data.join(FILE).exists() {
        return Err(BackupError::NoOffice(data.to_owned()));
    }
    let bench = Bench::take(data, "making")?;
    let copy = bench.path().join(FILE);
    let facts = snapshot(data, &copy)?;
    let folders = FOLDERS.iter().filter(|one| whole == Whole::Everything || **one != "recordings");
    let manifest = Manifest {
        made_at: made_at.as_millisecond(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        folders: folders.map(|folder| (*folder).to_owned()).collect(),
        contacts: facts.contacts,
        promised: facts.promised,
        ..Manifest::default()
    };
    let doing = "writing the backup";
    let folders = manifest.folders.clone();
    let mut writing = Writing::begin(to, manifest).map_err(while_(doing))?;
    let database = File::open(&copy).map_err(while_("reading the copy of the database"))?;
    writing.add(FILE, &database).map_err(while_(doing))?;
    for folder in folders {
        add_folder(&mut writing, data, &folder)?;
    }
    writing.finish().map_err(while_(doing))
}

/// The database first: whatever its rows name is on the disk before them, so it is found afterwards.
fn snapshot(data: &Path, copy: &Path) -> Result<super::Facts, BackupError> {
    folder::make_file(copy)?;
    let connection = super::connect(&data.join(FILE), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let path = copy.to_string_lossy().into_owned();
    // One reading transaction: the writer goes on beside it.
    connection.execute("VACUUM INTO ?1", [path]).map_err(StoreError::while_("copying"))?;
    drop(connection);
    let copied = super::connect(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    facts_of(&copied)
}

fn facts_of(connection: &Connection) -> Result<super::Facts, BackupError> {
    Ok(super::facts(connection).map_err(StoreError::while_("reading"))?)
}

fn add_folder<W: Write>(writing: &mut Writing<W>, data: &Path, folder: &str) -> Result<(), BackupError> {
    let mut files = Vec::new();
    list(data, Path::new(folder), DEPTH_MAX, &mut files).map_err(while_(format!("reading {folder}/")))?;
    for path in files {
        let doing = || while_(format!("backing up {}", path.display()));
        let file = match File::open(data.join(&path)) {
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue, // its time was over
            file => file.map_err(doing())?,
        };
        writing.add(&path.to_string_lossy(), &file).map_err(doing())?;
    }
    Ok(())
}

/// The plain files below a folder, in the order of their names; links and hidden files are not ours.
fn list(data: &Path, below: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match std::fs::read_dir(data.join(below)) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    let mut entries = entries.collect::<io::Result<Vec<DirEntry>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let Some(plain) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let (path, kind) = (below.join(plain), entry.file_type()?);
        if kind.is_dir() && depth > 0 {
            list(data, &path, depth - 1, files)?;
        } else if kind.is_file() && files.len() < FILES_MAX {
            files.push(path);
        }
    }
    Ok(())
}

/// Puts a backup that `fill` writes at this path: proven first, then there at once and whole.
/// One of the same name is replaced; any other file is not.
pub fn put(
    at: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), BackupError>,
) -> Result<Manifest, BackupError> {
    let folder = at.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = at.display();
    if at.exists() && !archive::looks_like_one(at) {
        let source = io::Error::other("there is another file of that name; choose one that is free");
        return Err(while_(format!("writing {shown}"))(source));
    }
    let part = Part::beside(at)?;
    let mut out = BufWriter::new(&part.file);
    fill(&mut out)?;
    let synced = out.flush().and_then(|()| part.file.sync_all());
    drop(out);
    synced.map_err(while_(format!("writing {shown}")))?;
    let manifest = prove(&part.path, folder)?;
    std::fs::rename(&part.path, at).map_err(while_(format!("writing {shown}")))?;
    folder::sync(folder).map_err(while_(format!("writing {shown}")))?;
    Ok(manifest)
}

/// A file on its way to its name; gone unless it got there.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn beside(at: &Path) -> Result<Part, BackupError> {
        let name = at.file_name().unwrap_or_default().to_string_lossy();
        let path = at.with_file_name(format!(".{name}.{}", std::process::id()));
        let file = folder::create(&path).map_err(while_(format!("writing {}", at.display())))?;
        Ok(Part { path, file })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After the renaming there is nothing of this name.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Restores a backup into a folder of its own, opens the office there and compares the counts. Changes
/// nothing; `room` is where it may work.
pub fn prove(file: &Path, room: &Path) -> Result<Manifest, BackupError> {
    let bench = bench_in(room)?;
    restore::stage(file, bench.path(), restore::Wanted::Database)
}

/// A folder to work in, removed afterwards.
fn bench_in(room: &Path) -> Result<Bench, BackupError> {
    let path = room.join(format!(".proving-{}", std::process::id()));
    Bench::make(path, None)
}

/// A place to work at, inside `backups/`: one at a time, empty at first, gone afterwards.
#[derive(Debug)]
struct Bench {
    path: PathBuf,
    _turn: Option<File>,
}

impl Bench {
    fn take(data: &Path, name: &str) -> Result<Bench, BackupError> {
        let backups = data.join(BACKUPS);
        folder::make(&backups)?;
        let turn = folder::create(&backups.join(format!(".{name}.lock")))
            .map_err(while_(format!("using {}", backups.display())))?;
        turn.try_lock().map_err(|_| BackupError::Busy)?;
        Bench::make(backups.join(format!(".{name}")), Some(turn))
    }

    fn make(path: PathBuf, turn: Option<File>) -> Result<Bench, BackupError> {
        match std::fs::remove_dir_all(&path) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => {
                return Err(while_(format!("clearing {}", path.display()))(problem));
            }
            _ => {} // left behind by a crash, or not there
        }
        folder::make(&path)?;
        Ok(Bench { path, _turn: turn })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What is left is cleared by the next one.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Opens a backup to be read from its beginning.
fn opened(file: &Path) -> Result<BufReader<File>, BackupError> {
    let found = File::open(file).map_err(while_(format!("reading {}", file.display())))?;
    Ok(BufReader::new(found))
}
