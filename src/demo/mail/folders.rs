//! Pure. The mailbox of our own mail provider, with what real ones do to UIDs.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where mail for the mailbox arrives.
pub const INBOX: &str = "INBOX";
/// Marked as the folder for sent mail.
pub const SENT: &str = "Sent";

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub uid: u32,
    pub internal_date: Timestamp,
    pub raw: Arc<[u8]>,
    pub seen: bool,
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderState {
    pub uid_validity: u32,
    pub uid_next: u32,
    pub letters: Vec<Letter>,
}

/// The folders of the mailbox.
#[derive(Clone, Debug)]
pub struct Folders {
    folders: BTreeMap<String, FolderState>,
}

impl Default for Folders {
    fn default() -> Self {
        Self::new()
    }
}

impl Folders {
    /// An empty inbox and an empty Sent folder.
    pub fn new() -> Self {
        let empty = FolderState { uid_validity: 1, uid_next: 1, letters: Vec::new() };
        let folders = [INBOX, SENT].map(|name| (name.to_owned(), empty.clone()));
        Self { folders: folders.into() }
    }

    /// Every folder by name.
    pub fn all(&self) -> impl Iterator<Item = (&String, &FolderState)> {
        self.folders.iter()
    }

    /// One folder; the inbox in whatever case.
    pub fn folder(&self, name: &str) -> Option<&FolderState> {
        self.folders.get(canonical(name))
    }

    /// The same, to change.
    pub fn folder_mut(&mut self, name: &str) -> Option<&mut FolderState> {
        self.folders.get_mut(canonical(name))
    }

    /// A mail arrives.
    pub fn deliver(&mut self, name: &str, raw: &[u8], internal_date: Timestamp) -> Option<u32> {
        let folder = self.folder_mut(name)?;
        let uid = folder.uid_next;
        folder.uid_next += 1;
        folder.letters.push(Letter { uid, internal_date, raw: raw.into(), seen: false });
        Some(uid)
    }

    /// A mail is gone.
    pub fn remove(&mut self, name: &str, uid: u32) {
        if let Some(folder) = self.folder_mut(name) {
            folder.letters.retain(|letter| letter.uid != uid);
        }
    }

    /// The server lost its index: another UIDVALIDITY, and UIDs from 1.
    pub fn renumber(&mut self, name: &str) {
        if let Some(folder) = self.folder_mut(name) {
            folder.uid_validity += 1;
            folder.count_from_one();
        }
    }

    /// The server lost its index and found its UIDVALIDITY again: every mail goes on under a higher UID, as a
    /// Dovecot does that was in the folder when its files went.
    pub fn number_on(&mut self, name: &str) {
        if let Some(folder) = self.folder_mut(name) {
            for letter in &mut folder.letters {
                letter.uid = folder.uid_next;
                folder.uid_next += 1;
            }
        }
    }

    /// The same, but the server does not say so: where a UID was free, UIDNEXT runs backwards.
    pub fn run_backwards(&mut self, name: &str) {
        if let Some(folder) = self.folder_mut(name) {
            folder.count_from_one();
        }
    }
}

impl FolderState {
    fn count_from_one(&mut self) {
        for (letter, uid) in self.letters.iter_mut().zip(1..) {
            letter.uid = uid;
        }
        self.uid_next = u32::try_from(self.letters.len()).unwrap_or(u32::MAX - 1) + 1;
    }
}

fn canonical(name: &str) -> &str {
    if name.eq_ignore_ascii_case(INBOX) { INBOX } else { name }
}
