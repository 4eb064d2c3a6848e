//! Shell. The prompts as the owner sees them: which there are, how they sound, his own in place of the shipped.

use super::sounds::Bank;
use super::upload::{self, NotTaken};
use super::wav;
use crate::settings::{Language, Menu, Settings};
use crate::speech;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What to do about a recording that is not there.
pub const HOW_TO_RECORD: &str = "Record it by phone with *77, or upload it under Prompts; a .wav file belongs in the data folder's sounds/.";

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
        let length = bank.length(speech::folder(language), &name)?;
        let whose = whose(bank, language, &name);
        Some(Listed { name, text, length, whose })
    };
    names.into_iter().filter_map(row).collect()
}

/// The recording that is played under a name, as a WAV file every browser plays.
pub fn heard(bank: &Bank, language: Language, name: &str) -> Option<Vec<u8>> {
    bank.prompt(speech::folder(language), name).map(|wav| wav::write(&wav))
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

/// The recordings the settings name and that are nowhere, each once: callers would hear nothing. The settings
/// are taken all the same, for a recording may come later.
pub fn missing(bank: &Bank, settings: &Settings) -> Vec<String> {
    let menus = settings.menus.iter().flat_map(Menu::recordings);
    let told = settings.groups.iter().flat_map(|group| &group.info).map(String::as_str);
    let named: BTreeSet<&str> = menus.chain(told).collect();
    named.into_iter().filter(|name| !bank.has(name)).map(str::to_owned).collect()
}

/// What [`missing`] means, for who applies settings: a sentence for every recording.
pub fn notices(bank: &Bank, settings: &Settings) -> Vec<String> {
    let sentence = |name: String| {
        let heard_by = |menu: &&Menu| menu.recordings().contains(&name.as_str());
        let menu = settings.menus.iter().find(heard_by);
        let meanwhile = menu.map_or_else(String::new, |menu| {
            format!("; until it does, callers of the menu {} go on to its `otherwise` at once", menu.id)
        });
        format!("notice: the recording \"{name}\" does not exist yet{meanwhile}. {HOW_TO_RECORD}")
    };
    missing(bank, settings).into_iter().map(sentence).collect()
}

fn whose(bank: &Bank, language: Language, name: &str) -> Whose {
    let is_own = own_path(bank, language, name).is_some_and(|path| path.is_file());
    if is_own { Whose::Own } else { Whose::Shipped }
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
