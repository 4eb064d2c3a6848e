//! Shell. A backup every night, proven by a restore; room for it is made in time, and never at the price of
//! the last good one.

use super::restore::{self, Wanted};
use super::{BACKUPS, BackupError, FOLDERS, Manifest, Whole, keeping, prove, put, while_};
use crate::office::Concern;
use crate::store::settings_desk::SettingsDesk;
use crate::store::{FILE, StoreEvent, folder};
use crate::switchboard::clock::Clock;
use crate::switchboard::handle::Handle;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// What must be free besides: promises are refused long before.
const RESERVE_BYTES: u64 = 200 * 1024 * 1024;
/// All nightly backups together take at most one part in so many of the disk.
const SHARE_OF_DISK: u64 = 4;

/// Why there is no backup of this night.
#[derive(Debug, thiserror::Error)]
pub enum NoBackup {
    #[error("there is no room for a backup: {needed} MB are needed and {free} MB are free; make room")]
    NoRoom { needed: u64, free: u64 },
    #[error(transparent)]
    Failed(#[from] BackupError),
}

/// The first look after the start: nobody's morning is held up by a backup.
const FIRST_LOOK: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// After one that was not made.
const RETRY: Duration = Duration::from_secs(3600);

/// Everything the nights need to know.
#[derive(Debug)]
pub struct Nights {
    pub data: PathBuf,
    pub clock: Clock,
    pub desk: SettingsDesk,
    pub switchboard: Handle,
    pub reports: mpsc::Sender<StoreEvent>,
}

impl Nights {
    /// Makes a backup every night, until the task is aborted.
    pub async fn watch(self) {
        let mut nap = FIRST_LOOK;
        loop {
            tokio::time::sleep(nap).await;
            nap = match self.due() {
                Some(night) => self.make(night).await,
                None => LOOK_EVERY,
            };
        }
    }

    fn due(&self) -> Option<Date> {
        let zone = self.desk.current()?.office.time_zone.clone();
        let now = self.clock.now().wall.to_zoned(zone);
        keeping::due(&now, nights(&self.data).pop_last(), self.switchboard.calls())
    }

    /// Makes one and reports how it went; returns how long to wait.
    async fn make(&self, night: Date) -> Duration {
        let (data, now) = (self.data.clone(), self.clock.now().wall);
        let made = tokio::task::spawn_blocking(move || make(&data, night, now)).await;
        let trouble = match made {
            Ok(Ok(_)) => None,
            Ok(Err(problem)) => {
                tracing::error!(%problem, "there is no backup of this night");
                let no_room = matches!(problem, NoBackup::NoRoom { .. });
                Some(if no_room { Concern::BackupNoRoom } else { Concern::BackupFailed })
            }
            Err(_) => Some(Concern::BackupFailed),
        };
        for what in [Concern::BackupFailed, Concern::BackupNoRoom] {
            // The switchboard may be gone already; then nobody needs to know.
            let _ = self.reports.send(StoreEvent::Concern { what, stands: trouble == Some(what) }).await;
        }
        if trouble.is_some() { RETRY } else { LOOK_EVERY }
    }
}

/// The nights there is a backup of.
pub fn nights(data: &Path) -> BTreeSet<Date> {
    let entries = fs::read_dir(data.join(BACKUPS)).into_iter().flatten().flatten();
    entries.filter_map(|entry| keeping::night_of(entry.file_name().to_str()?)).collect()
}

/// Makes the backup of this night and lets go of those that are not kept. Blocks.
pub fn make(data: &Path, night: Date, now: Timestamp) -> Result<Manifest, NoBackup> {
    let backups = data.join(BACKUPS);
    folder::make(&backups).map_err(BackupError::from)?;
    clear_leftovers(&backups).map_err(while_("clearing what an earlier backup left"))?;
    make_room(data)?;
    let at = backups.join(keeping::name_of(night));
    let made = put(&at, |out| super::write(data, Whole::WithoutRecordings, now, out).map(drop))?;
    let mut nights = nights(data);
    for spare in keeping::spare(&nights) {
        forget(data, spare).map_err(while_("removing an old backup"))?;
        nights.remove(&spare);
    }
    keep_to_our_share(data, nights).map_err(while_("removing an old backup"))?;
    Ok(made)
}

/// The newest backup that can be restored, with what it holds; those that cannot are passed over.
pub fn last_good(data: &Path) -> Option<(PathBuf, Manifest)> {
    let backups = data.join(BACKUPS);
    let entries = fs::read_dir(&backups).into_iter().flatten().flatten();
    let tars = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.ends_with(".tar") && !name.starts_with('.')
    });
    let mut found: Vec<_> =
        tars.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
    found.sort();
    found.into_iter().rev().find_map(|(_, path)| match prove(&path, &backups) {
        Ok(manifest) => Some((path, manifest)),
        Err(problem) => {
            tracing::warn!(path = %path.display(), %problem, "a backup is passed over");
            None
        }
    })
}

/// Puts the database of the last good backup in place of a damaged one, which stays beside it.
/// `None`: there is no good one, and nothing was touched.
pub fn recover(data: &Path, now: Timestamp) -> Result<Option<Manifest>, BackupError> {
    let Some((path, _)) = last_good(data) else { return Ok(None) };
    let (manifest, replaced) = restore::restore(data, &path, Wanted::Database, now)?;
    tracing::error!(backup = %path.display(), damaged = ?replaced, "the damaged database was replaced by the last good backup");
    Ok(Some(manifest))
}

/// Halves of backups that a crash or a power cut left.
fn clear_leftovers(backups: &Path) -> io::Result<()> {
    for entry in fs::read_dir(backups)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(".frontdesk-") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes room for the next one by giving up the oldest, never the newest.
fn make_room(data: &Path) -> Result<(), NoBackup> {
    // The copy of the database, the backup, and the database brought back to prove it.
    let doing = "looking how much room there is";
    let database = size(&data.join(FILE)).map_err(while_(doing))?;
    let mut needed = RESERVE_BYTES + 3 * database;
    for one in FOLDERS.iter().filter(|one| **one != "recordings") {
        needed += size(&data.join(one)).map_err(while_(doing))?;
    }
    let mut nights = nights(data);
    loop {
        let free = disk(data).map_err(while_(doing))?.free;
        if free >= needed {
            return Ok(());
        }
        if nights.len() < 2 {
            const MB: u64 = 1024 * 1024;
            return Err(NoBackup::NoRoom { needed: needed / MB, free: free / MB });
        }
        if let Some(oldest) = nights.pop_first() {
            forget(data, oldest).map_err(while_("removing an old backup"))?;
        }
    }
}

/// Old ones go while all together take more than their share.
fn keep_to_our_share(data: &Path, mut nights: BTreeSet<Date>) -> io::Result<()> {
    let share = disk(data)?.all / SHARE_OF_DISK;
    while nights.len() > 1 && size(&data.join(BACKUPS))? > share {
        if let Some(oldest) = nights.pop_first() {
            forget(data, oldest)?;
        }
    }
    Ok(())
}

fn forget(data: &Path, night: Date) -> io::Result<()> {
    fs::remove_file(data.join(BACKUPS).join(keeping::name_of(night)))
}

/// Bytes of a file, or of everything below a folder; nothing for what is not there.
fn size(path: &Path) -> io::Result<u64> {
    let metadata = match fs::symlink_metadata(path) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(0),
        metadata => metadata?,
    };
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    fs::read_dir(path)?.map(|entry| size(&entry?.path())).sum()
}

struct Disk {
    all: u64,
    free: u64,
}

fn disk(at: &Path) -> io::Result<Disk> {
    let disk = rustix::fs::statvfs(at)?;
    Ok(Disk { all: disk.f_blocks * disk.f_frsize, free: disk.f_bavail * disk.f_frsize })
}
