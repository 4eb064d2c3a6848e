//! Shell. Where mail lies between the server and the taker: files of one folder, written as they come.

use super::socket::{Broken, Socket, time_for};
use super::wire::{ContentHash, Folder};
use crate::ids::MailboxId;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::fs;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// Numbers of files: never the same twice, also where a task that fell is still writing.
static SERIAL: AtomicU64 = AtomicU64::new(1);

/// The files of one mailbox in `DATA/mail/incoming`.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    mailbox: MailboxId,
}

/// A mail on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid {
    pub file: PathBuf,
    pub hash: ContentHash,
    pub length: u64,
}

/// Which mails were with the taker when the program fell, and how often: (folder, epoch, UID) → times.
pub type Falls = BTreeMap<(Folder, u32, u32), u8>;

impl Shelf {
    /// Opens the folder, and removes what nobody took.
    pub async fn open(folder: &Path, mailbox: MailboxId) -> io::Result<Self> {
        let shelf = Self { folder: folder.to_owned(), mailbox };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).await?;
        let mut entries = fs::read_dir(folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if shelf.is_ours(&name) {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(shelf)
    }

    fn is_ours(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.mailbox.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let number = rest.and_then(|rest| rest.strip_suffix(".eml"));
        number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Streams the next `length` bytes of a connection into a new file.
    pub async fn lay(&mut self, socket: &mut Socket, length: u64, answer: Duration) -> Result<Laid, Broken> {
        let path = self.next_path();
        let laid = timeout(time_for(length, answer), stream(&path, socket, length)).await;
        match laid {
            Ok(Ok((hash, length))) => Ok(Laid { file: path, hash, length }),
            failed => {
                remove(&path).await;
                Err(failed.map_or(Broken::Slow, |result| result.err().unwrap_or(Broken::Ended)))
            }
        }
    }

    /// A mail the server told within its line.
    pub async fn lay_bytes(&mut self, bytes: &[u8]) -> Result<Laid, Broken> {
        let path = self.next_path();
        let mut file = create(&path).await.map_err(Broken::Disk)?;
        file.write_all(bytes).await.map_err(Broken::Disk)?;
        file.flush().await.map_err(Broken::Disk)?;
        Ok(Laid { file: path, hash: Sha256::digest(bytes).into(), length: bytes.len() as u64 })
    }

    fn next_path(&self) -> PathBuf {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("{}.{serial}.eml", self.mailbox))
    }

    /// Everything written so far is on the disk after this: one sync for a whole batch.
    pub async fn sync(&self) -> Result<(), Broken> {
        let folder = self.folder.clone();
        let synced = tokio::task::spawn_blocking(move || {
            let folder = std::fs::File::open(folder)?;
            rustix::fs::syncfs(&folder).map_err(io::Error::from)
        });
        match synced.await {
            Ok(result) => result.map_err(Broken::Disk),
            Err(_) => Err(Broken::Disk(io::Error::other("the sync fell"))),
        }
    }

    /// Remembers what is with the taker, so that a fall can be blamed on it after a restart.
    pub async fn remember(&self, falls: &Falls) -> Result<(), Broken> {
        let line = |((folder, epoch, uid), times): (&(Folder, u32, u32), &u8)| {
            format!("{} {epoch} {uid} {times}\n", folder_word(*folder))
        };
        let text: String = falls.iter().map(line).collect();
        fs::write(self.working(), text).await.map_err(Broken::Disk)
    }

    /// What was with the taker when the program ended.
    pub async fn falls(&self) -> Falls {
        let text = fs::read_to_string(self.working()).await.unwrap_or_default();
        text.lines().filter_map(read_fall).collect()
    }

    fn working(&self) -> PathBuf {
        self.folder.join(format!("{}.working", self.mailbox))
    }
}

/// Removes a file nobody took.
pub async fn remove(file: &Path) {
    // Where it is gone already the taker moved it: as it should be.
    let _gone = fs::remove_file(file).await;
}

async fn create(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).await
}

async fn stream(path: &Path, socket: &mut Socket, length: u64) -> Result<(ContentHash, u64), Broken> {
    let mut file = create(path).await.map_err(Broken::Disk)?;
    let mut hash = Sha256::new();
    let mut left = length;
    while left > 0 {
        let bytes = socket.some(left).await?;
        left -= bytes.len() as u64;
        hash.update(bytes);
        file.write_all(bytes).await.map_err(Broken::Disk)?;
    }
    file.flush().await.map_err(Broken::Disk)?;
    Ok((hash.finalize().into(), length))
}

fn folder_word(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "inbox",
        Folder::Sent => "sent",
    }
}

fn read_fall(line: &str) -> Option<((Folder, u32, u32), u8)> {
    let mut words = line.split(' ');
    let folder = match words.next()? {
        "inbox" => Folder::Inbox,
        "sent" => Folder::Sent,
        _ => return None,
    };
    let place = (folder, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((place, words.next()?.parse().ok()?))
}
