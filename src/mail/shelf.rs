//! Shell. Where mail lies between the server and the taker: files of one folder, written as they come.

use super::socket::{Broken, Socket, time_for};
use super::wire::{ContentHash, Folder};
use crate::ids::MailboxId;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::fs;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// Files that are synced one by one.
const ONE_BY_ONE: usize = 8;
/// A mail up to this size, in bytes, is written with one step.
const AT_ONCE: u64 = 64 * 1024;

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
                remove(vec![path]).await;
                Err(failed.map_or(Broken::Slow, |result| result.err().unwrap_or(Broken::Ended)))
            }
        }
    }

    /// A mail the server told within its line.
    pub async fn lay_bytes(&self, bytes: &[u8]) -> Result<Laid, Broken> {
        let file = self.next_path();
        write(file.clone(), bytes.to_vec()).await?;
        Ok(Laid { file, hash: Sha256::digest(bytes).into(), length: bytes.len() as u64 })
    }

    fn next_path(&self) -> PathBuf {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("{}.{serial}.eml", self.mailbox))
    }

    /// These files are on the disk after this. A few are synced one by one; for many one sync of the whole file
    /// system is quicker, though it waits for what others write.
    pub async fn sync(&self, files: Vec<PathBuf>) -> Result<(), Broken> {
        let folder = self.folder.clone();
        match tokio::task::spawn_blocking(move || sync(&folder, &files)).await {
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

fn sync(folder: &Path, files: &[PathBuf]) -> io::Result<()> {
    let folder = std::fs::File::open(folder)?;
    if files.len() > ONE_BY_ONE {
        return rustix::fs::syncfs(&folder).map_err(io::Error::from);
    }
    for file in files {
        std::fs::File::open(file)?.sync_data()?;
    }
    // the names of the files, too
    folder.sync_all()
}

/// Removes files nobody took away.
pub async fn remove(files: Vec<PathBuf>) {
    let removing = tokio::task::spawn_blocking(move || {
        for file in files {
            // Where it is gone already the taker moved it: as it should be.
            let _gone = std::fs::remove_file(file);
        }
    });
    let _removed = removing.await;
}

/// Where the bytes of a mail go.
enum Sink {
    /// A small one, to be written with one step.
    Memory(Vec<u8>),
    File(fs::File),
}

async fn stream(path: &Path, socket: &mut Socket, length: u64) -> Result<(ContentHash, u64), Broken> {
    let mut sink = match length {
        0..=AT_ONCE => Sink::Memory(Vec::new()),
        _ => Sink::File(fs::File::from_std(create(path).map_err(Broken::Disk)?)),
    };
    let mut hash = Sha256::new();
    let mut left = length;
    while left > 0 {
        let some = socket.some(left).await?;
        left -= some.len() as u64;
        hash.update(some);
        match &mut sink {
            Sink::Memory(bytes) => bytes.extend_from_slice(some),
            Sink::File(file) => file.write_all(some).await.map_err(Broken::Disk)?,
        }
    }
    match sink {
        Sink::Memory(bytes) => write(path.to_owned(), bytes).await?,
        Sink::File(mut file) => file.flush().await.map_err(Broken::Disk)?,
    }
    Ok((hash.finalize().into(), length))
}

fn create(path: &Path) -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// One step of the disk for a small mail: ten thousand of them come at once.
async fn write(path: PathBuf, bytes: Vec<u8>) -> Result<(), Broken> {
    let written = tokio::task::spawn_blocking(move || create(&path)?.write_all(&bytes)).await;
    written.unwrap_or_else(|_| Err(io::Error::other("the disk's thread fell"))).map_err(Broken::Disk)
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
