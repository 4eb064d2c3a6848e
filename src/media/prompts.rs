//! Shell. The prompts as the owner sees them: which there are, how they sound, his own in place of the shipped.

use super::sounds::Bank;
use super::upload::{self, NotTaken};
use super::wav;
use crate::settings::Language;
use crate::speech;
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What the shipped one says; `None` for one that only the owner has, such as a menu's greeting.
    pub text: Option<String>,
    /// How long the one that is played is.
    pub length: Duration,
    /// Which one is played.
    pub whose: Whose,
}

/// Who made a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The owner.
    Own,
    /// The program.
    Shipped,
}

/// Why a prompt was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The recording is no use.
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// The name could lead anywhere.
    #[error("A prompt's name has letters, digits and hyphens only.")]
    Name,
    /// The disk.
    #[error("could not write the prompt")]
    Disk(#[source] io::Error),
}

/// Every prompt of a language, by name.
pub fn list(bank: &Bank, language: Language) -> Vec<Listed> {
    let texts = speech::recorded(language).into_iter().map(|row| (row.name, Some(row.text)));
    let mut names: BTreeMap<String, Option<String>> = texts.collect();
    for own in own_names(bank, language) {
        names.entry(own).or_default();
    }
    let row = |(name, text): (String, Option<String>)| {
        let (wav, whose) = played(bank, language, &name)?;
        let length = Duration::from_millis(wav.samples.len() as u64 * 1000 / u64::from(wav.rate));
        Some(Listed { name, text, length, whose })
    };
    names.into_iter().filter_map(row).collect()
}

/// The recording that is played under a name, as a WAV file every browser plays.
pub fn heard(bank: &Bank, language: Language, name: &str) -> Option<Vec<u8>> {
    played(bank, language, name).map(|(wav, _)| wav::write(&wav))
}

/// Takes a recording of the owner's in place of the shipped one; calls hear it after
/// [`ReloadSounds`](super::MediaCommand::ReloadSounds).
pub fn keep(bank: &Bank, language: Language, name: &str, file: &[u8]) -> Result<(), NotChanged> {
    let path = own_path(bank, language, name).ok_or(NotChanged::Name)?;
    let wav = upload::accept_upload(file)?;
    replace(&path, &wav).map_err(NotChanged::Disk)
}

/// Goes back to the shipped recording; nothing happens where the owner has none.
pub fn forget(bank: &Bank, language: Language, name: &str) -> Result<(), NotChanged> {
    let path = own_path(bank, language, name).ok_or(NotChanged::Name)?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(NotChanged::Disk(error)),
        _ => Ok(()),
    }
}

fn played(bank: &Bank, language: Language, name: &str) -> Option<(wav::Wav, Whose)> {
    let own = own_path(bank, language, name).is_some_and(|path| path.is_file());
    let wav = bank.prompt(speech::folder(language), name)?;
    Some((wav, if own { Whose::Own } else { Whose::Shipped }))
}

fn own_path(bank: &Bank, language: Language, name: &str) -> Option<PathBuf> {
    let below = super::place::of(&format!("sounds/{}/{name}.wav", speech::folder(language)))?;
    Some(bank.data()?.join(below))
}

fn own_names(bank: &Bank, language: Language) -> Vec<String> {
    let folder = bank.data().map(|data| data.join("sounds").join(speech::folder(language)));
    let files = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let name = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_suffix(".wav").filter(|name| super::place::is_plain(name)).map(str::to_owned)
    };
    files.filter_map(name).collect()
}

/// Whole or not at all: a call that reads it meanwhile hears the old one.
fn replace(path: &Path, wav: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let part = path.with_extension("wav.part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    let written = file.write_all(wav).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| std::fs::rename(&part, path)) {
        let _ = std::fs::remove_file(&part); // what cannot be removed either is removed at the next start
        return Err(error);
    }
    File::open(folder)?.sync_all()
}
