//! Shell. The one file of a backup: a tar that says first what it is, and last what must be in it.
//!
//! Without its last entry it is not whole, so one that was cut off is never taken for good. What is read is
//! data and nothing else: plain files under the names of the data folder, no links, no paths elsewhere.

use super::BackupError;
use crate::store::FILE;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// The first entry: the file is one of ours, in this form.
const SIGN: &str = "frontdesk-backup";
const FORM: &str = "1\n";
/// The last entry.
const MANIFEST: &str = "MANIFEST.json";
/// No manifest is larger: a hundred bytes a file.
const MANIFEST_BYTES_MAX: u64 = 256 * 1024 * 1024;
const PATH_BYTES_MAX: usize = 255;

/// What a backup holds; its counts are checked by every restore.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// Of the program that made it.
    pub version: String,
    /// Folders that are in it whole, empty ones too.
    pub folders: Vec<String>,
    pub contacts: u64,
    /// Contacts with a promise that was open.
    pub promised: u64,
    /// Path inside the data folder → its bytes.
    pub entries: BTreeMap<String, Content>,
}

/// The bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub bytes: u64,
    pub sha256: String,
}

/// An archive being written.
pub(super) struct Writing<W: Write> {
    tar: tar::Builder<W>,
    manifest: Manifest,
}

impl<W: Write> Writing<W> {
    pub(super) fn begin(to: W, manifest: Manifest) -> io::Result<Writing<W>> {
        let mut writing = Writing { tar: tar::Builder::new(to), manifest };
        writing.put(SIGN, FORM.len() as u64, FORM.as_bytes())?;
        Ok(writing)
    }

    /// Adds a file as long as it is now; what is written to it meanwhile is left out.
    pub(super) fn add(&mut self, path: &str, file: &File) -> io::Result<()> {
        let bytes = file.metadata()?.len();
        let mut hashing = Hashing::new(file.take(bytes));
        self.put(path, bytes, &mut hashing)?;
        if hashing.count != bytes {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a file became shorter meanwhile"));
        }
        self.manifest.entries.insert(path.to_owned(), Content { bytes, sha256: hashing.hex() });
        Ok(())
    }

    /// Writes what must be in it; only now the archive is whole.
    pub(super) fn finish(mut self) -> io::Result<(W, Manifest)> {
        let manifest = serde_json::to_vec_pretty(&self.manifest)?;
        self.put(MANIFEST, manifest.len() as u64, manifest.as_slice())?;
        Ok((self.tar.into_inner()?, self.manifest))
    }

    fn put(&mut self, path: &str, bytes: u64, content: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.manifest.made_at / 1000).unwrap_or(0));
        header.set_size(bytes);
        self.tar.append_data(&mut header, path, content)
    }
}

/// Reads an archive to its end; `take` is given every file to keep or to pass over. All of it is there
/// and unchanged when this returns.
pub(super) fn read(
    from: impl Read,
    mut take: impl FnMut(&str, &mut dyn Read) -> Result<(), BackupError>,
) -> Result<Manifest, BackupError> {
    let mut tar = tar::Archive::new(from);
    let mut entries = tar.entries().map_err(|_| BackupError::Foreign)?;
    let first = entries.next().and_then(Result::ok).ok_or(BackupError::Foreign)?;
    read_sign(first)?;
    let mut found = BTreeMap::new();
    for entry in entries {
        let mut entry = entry.map_err(unreadable)?;
        let path = path_of(&entry)?;
        if path == MANIFEST {
            return compared(read_manifest(entry)?, &found);
        }
        if !is_ours(&path) || found.contains_key(&path) {
            return Err(BackupError::Damaged(format!("it holds {path:?}, which is no part of an office")));
        }
        let mut hashing = Hashing::new(&mut entry);
        take(&path, &mut hashing)?;
        io::copy(&mut hashing, &mut io::sink()).map_err(unreadable)?;
        let content = Content { bytes: hashing.count, sha256: hashing.hex() };
        found.insert(path, content);
    }
    Err(BackupError::Damaged("its end is missing".to_owned()))
}

fn read_sign<R: Read>(entry: tar::Entry<'_, R>) -> Result<(), BackupError> {
    if path_of(&entry).ok().as_deref() != Some(SIGN) {
        return Err(BackupError::Foreign);
    }
    let mut form = String::new();
    entry.take(16).read_to_string(&mut form).map_err(|_| BackupError::Foreign)?;
    if form == FORM { Ok(()) } else { Err(BackupError::Newer) }
}

fn read_manifest<R: Read>(entry: tar::Entry<'_, R>) -> Result<Manifest, BackupError> {
    let mut text = Vec::new();
    entry.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(unreadable)?;
    serde_json::from_slice(&text).map_err(|_| BackupError::Damaged("its list cannot be read".to_owned()))
}

fn compared(manifest: Manifest, found: &BTreeMap<String, Content>) -> Result<Manifest, BackupError> {
    if !manifest.folders.iter().all(|folder| super::FOLDERS.contains(&folder.as_str())) {
        return Err(BackupError::Damaged("its list names other folders".to_owned()));
    }
    if manifest.entries == *found {
        return Ok(manifest);
    }
    let differs = |path: &&String| manifest.entries.get(*path) != found.get(*path);
    let wrong = manifest.entries.keys().chain(found.keys()).find(differs);
    Err(BackupError::Damaged(format!("{} is not as it was written", wrong.map_or("it", String::as_str))))
}

/// The name of a plain file; anything else is refused.
fn path_of<R: Read>(entry: &tar::Entry<'_, R>) -> Result<String, BackupError> {
    let path = entry.path_bytes();
    let path = std::str::from_utf8(&path).unwrap_or_default().to_owned();
    if entry.header().entry_type() == tar::EntryType::Regular && !path.is_empty() {
        return Ok(path);
    }
    Err(BackupError::Damaged("it holds something that is no plain file".to_owned()))
}

/// The database, or a file below one of the folders.
fn is_ours(path: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let fits = path.len() <= PATH_BYTES_MAX && !path.chars().any(char::is_control);
    let Some((folder, _)) = path.split_once('/') else { return path == FILE };
    fits && super::FOLDERS.contains(&folder) && path.split('/').all(plain)
}

fn unreadable(source: io::Error) -> BackupError {
    tracing::debug!(%source, "a backup cannot be read");
    BackupError::Damaged("it cannot be read to its end".to_owned())
}

/// Does this file begin as a backup does?
pub(super) fn looks_like_one(path: &Path) -> bool {
    let begins = |file: File| {
        let mut tar = tar::Archive::new(file);
        let first = tar.entries().ok().and_then(|mut entries| entries.next()?.ok());
        first.is_some_and(|entry| path_of(&entry).ok().as_deref() == Some(SIGN))
    };
    File::open(path).is_ok_and(begins)
}

/// Counts and hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    count: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Hashing<R> {
        Hashing { inner, hash: Sha256::new(), count: 0 }
    }

    fn hex(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(&into[..read]);
        self.count += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_the_files_of_an_office_come_out_of_a_backup() {
        for path in ["frontdesk.sqlite", "voicemail/C-2041.wav", "sounds/da/welcome.wav", "tls/ca.pem"] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "",
            "frontdesk.lock",
            "control.sock",
            "voicemail",
            "voicemail/",
            "voicemail/../../etc/passwd",
            "/etc/passwd",
            "../frontdesk.sqlite",
            "voicemail//x",
            "voicemail/./x",
            "voicemail/x\n",
            "backups/x",
            "frontdesk.sqlite/x",
        ] {
            assert!(!is_ours(path), "{path}");
        }
        assert!(!is_ours(&format!("voicemail/{}", "x".repeat(300))));
    }
}
