//! Shell. Bringing a backup back: beside the office first, proven there, then put in its place in steps that
//! a power cut cannot leave half done.
//!
//! Once `restored/` bears that name, whoever opens the folder next finishes the exchange.

use super::archive::{self, Manifest};
use super::{BackupError, FOLDERS, opened, while_};
use crate::office::memory::Change;
use crate::office::promise::CallbackState;
use crate::store::log_ins;
use crate::store::mail;
use crate::store::rows::{self, Counters};
use crate::store::{self, FILE, Lock, StoreError, folder};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A restored office before it is proven, and after.
const COMING: &str = "restoring";
const COME: &str = "restored";
/// What was there before; the last few are kept.
const REPLACED: &str = "replaced-";
const REPLACED_KEPT: usize = 3;
/// More calls than an office has between two backups.
const NUMBERS_SKIPPED: u64 = 1_000;
/// SQLite's own companions of a database.
const COMPANIONS: [&str; 3] = ["frontdesk.sqlite-wal", "frontdesk.sqlite-shm", "frontdesk.sqlite-journal"];

/// How much of a backup is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Everything,
    Database,
}

/// Makes this folder the office of the backup; returns what it holds and where the present one went.
/// Nothing changes unless all of it is good.
pub fn restore(
    data: &Path,
    file: &Path,
    wanted: Wanted,
    now: Timestamp,
) -> Result<(Manifest, Option<PathBuf>), BackupError> {
    folder::make(data)?;
    let _lock = Lock::take(data)?;
    finish(data, now).map_err(while_("ending an earlier restore"))?;
    let coming = data.join(COMING);
    clear(&coming).map_err(while_("making room for the restored office"))?;
    let staged = stage(file, &coming, wanted).and_then(|manifest| {
        age(&coming.join(FILE), wanted, &data.join(FILE), now)?;
        own_all(&coming).and_then(|()| folder::sync_below(&coming)).map_err(while_("writing"))?;
        Ok(manifest)
    });
    let manifest = staged.inspect_err(|_| drop(fs::remove_dir_all(&coming)))?;
    let swap = || -> io::Result<Option<PathBuf>> {
        fs::rename(&coming, data.join(COME))?;
        folder::sync(data)?;
        finish(data, now)
    };
    let replaced = swap().map_err(while_("putting the restored office in its place"))?;
    Ok((manifest, replaced))
}

/// Unpacks a backup into this folder and proves it: every byte as it was written, the database sound, of our
/// own making and with the counts it had.
pub(super) fn stage(file: &Path, into: &Path, wanted: Wanted) -> Result<Manifest, BackupError> {
    folder::make(into)?;
    let manifest = archive::read(opened(file)?, |path, content| match wanted {
        Wanted::Database if path != FILE => Ok(()),
        _ => unpack(into, path, content),
    })?;
    if wanted == Wanted::Everything {
        for one in &manifest.folders {
            folder::make(&into.join(one))?;
        }
    }
    let database = into.join(FILE);
    if !database.exists() {
        return Err(BackupError::Damaged("there is no database in it".to_owned()));
    }
    let facts = store::inspect(&database)?;
    if (facts.contacts, facts.promised) != (manifest.contacts, manifest.promised) {
        return Err(BackupError::Damaged("its database holds other contacts than it should".to_owned()));
    }
    Ok(manifest)
}

/// A backup does not know what happened since. A callback it has as open may have been made, a reply it has
/// under way may have gone, whoever was logged in may have logged out: a person decides, nothing dials or sends it by itself (spec/reliability.md §3). Where only the database comes back, numbers
/// given since are not given again.
fn age(database: &Path, wanted: Wanted, present: &Path, now: Timestamp) -> Result<(), BackupError> {
    let mut connection = store::connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    store::prepare(&mut connection)?;
    let work = |connection: &mut Connection| -> rusqlite::Result<()> {
        let transaction = connection.transaction()?;
        for mut contact in rows::promises_open(&transaction)? {
            let open = |state: CallbackState| state.is_open() || state == CallbackState::Connected;
            let Some(callback) = contact.callback.as_mut().filter(|known| open(known.state)) else {
                continue;
            };
            callback.state = CallbackState::Perhaps;
            rows::put(&transaction, &Change::Contact(Box::new(contact)))?;
        }
        mail::outbox::age(&transaction, now)?;
        log_ins::end_all(&transaction)?;
        if wanted == Wanted::Database {
            numbers_beyond(&transaction, present)?.put(&transaction)?;
        }
        transaction.commit()
    };
    Ok(work(&mut connection).map_err(StoreError::while_("ageing"))?)
}

/// Beyond those the damaged database knows, where it can still tell, and well beyond those of the backup.
fn numbers_beyond(restored: &Connection, present: &Path) -> rusqlite::Result<Counters> {
    let mut numbers = Counters::read(restored)?;
    numbers.call += NUMBERS_SKIPPED;
    numbers.leg += 10 * NUMBERS_SKIPPED;
    let damaged = store::connect(present, OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
    if let Some(known) = damaged.and_then(|damaged| Counters::read(&damaged).ok()) {
        numbers.call = numbers.call.max(known.call);
        numbers.leg = numbers.leg.max(known.leg);
    }
    Ok(numbers)
}

fn unpack(into: &Path, path: &str, content: &mut dyn Read) -> Result<(), BackupError> {
    let doing = || while_(format!("unpacking {path}"));
    let at = into.join(path);
    folder::make(at.parent().unwrap_or(into))?;
    let mut file = folder::create_new(&at).map_err(doing())?;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = content.read(&mut chunk).map_err(|_| cut_off())?;
        if read == 0 {
            return Ok(());
        }
        file.write_all(&chunk[..read]).map_err(doing())?;
    }
}

fn cut_off() -> BackupError {
    BackupError::Damaged("it cannot be read to its end".to_owned())
}

/// Finishes an exchange that was begun, if there is one: the old out of the way, the restored in its place.
/// May be cut anywhere and begun again.
pub(in crate::store) fn finish(data: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
    let come = data.join(COME);
    if !come.exists() {
        return Ok(None);
    }
    let replaced = newest_replaced(data, now)?;
    for one in [FILE].iter().chain(FOLDERS).filter(|one| come.join(one).exists()) {
        if *one == FILE {
            // The log of the old database must never meet the new one.
            for companion in COMPANIONS {
                put_aside(data, companion, &replaced)?;
            }
        }
        put_aside(data, one, &replaced)?;
        folder::sync(data)?;
        fs::rename(come.join(one), data.join(one))?;
        folder::sync(data)?;
    }
    fs::remove_dir_all(&come)?;
    folder::sync(data)?;
    forget_replaced(data)?;
    Ok(Some(replaced))
}

fn put_aside(data: &Path, name: &str, replaced: &Path) -> io::Result<()> {
    match fs::rename(data.join(name), replaced.join(name)) {
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Where the old office goes: a folder of this instant, or the one an exchange that was cut began with.
fn newest_replaced(data: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let unfinished = data.join(COME).join(".to");
    if let Ok(name) = fs::read_to_string(&unfinished)
        && name.starts_with(REPLACED)
        && !name.contains('/')
    {
        let path = data.join(name);
        fs::create_dir_all(&path)?;
        return Ok(path);
    }
    let name = free_name(data, now);
    let path = data.join(&name);
    folder::make_private(&path)?;
    fs::write(&unfinished, &name)?;
    folder::sync_below(&data.join(COME))?;
    folder::sync(data)?;
    Ok(path)
}

fn name_at(now: Timestamp) -> String {
    format!("{REPLACED}{}", now.strftime("%Y-%m-%dT%H-%M-%S"))
}

fn free_name(data: &Path, now: Timestamp) -> String {
    let name = name_at(now);
    let more = (2..).map(|n: u32| format!("{name}-{n}"));
    let mut names = std::iter::once(name.clone()).chain(more);
    names.find(|name| !data.join(name).exists()).unwrap_or(name)
}

/// The folders of what was replaced, oldest first: their names are instants.
pub(super) fn replaced(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(REPLACED));
    let mut found: Vec<PathBuf> = ours.map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Lets go of what was replaced before an instant: it holds whom we were asked to forget. Blocks.
pub fn drop_replaced(data: &Path, before: Timestamp) -> io::Result<()> {
    let first_kept = name_at(before);
    let is_older = |path: &&PathBuf| path.file_name().is_some_and(|name| *name < *first_kept);
    replaced(data).iter().filter(is_older).try_for_each(fs::remove_dir_all)
}

fn forget_replaced(data: &Path) -> io::Result<()> {
    let all = replaced(data);
    let spare = all.len().saturating_sub(REPLACED_KEPT);
    all.iter().take(spare).try_for_each(fs::remove_dir_all)
}

fn clear(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => Err(problem),
        _ => Ok(()),
    }
}

/// What root unpacks belongs to the office's own user.
fn own_all(below: &Path) -> io::Result<()> {
    folder::own(below)?;
    for entry in fs::read_dir(below)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => own_all(&entry.path())?,
            false => folder::own(&entry.path())?,
        }
    }
    Ok(())
}
