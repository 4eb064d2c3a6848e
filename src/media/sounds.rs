//! Shell. The prompts and the music: the owner's own from the data folder, else those inside the program.
//!
//! A thread of its own reads and converts them, so that the sound of running calls never waits for a disk.

use super::shelf::{Recording, SoundKey};
use super::wav::{self, NotPlayable, Wav};
use super::{Codec, g711, resample};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tracing::warn;

/// What is played for a recording that is missing: long enough not to hurry whoever waits for its end.
const MISSING_SAMPLES: usize = 1600;
/// Ten minutes of stereo at 48 kHz; larger files are not read.
const FILE_BYTES_MAX: u64 = 120 << 20;

#[derive(RustEmbed)]
#[folder = "sounds"]
#[allow_missing = true]
struct Shipped;

/// Where recordings are found.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    own: Option<PathBuf>,
    missed: BTreeSet<SoundKey>,
}

#[derive(Debug, thiserror::Error)]
enum Unheard {
    #[error("there is no such recording")]
    Missing,
    #[error("could not read the owner's recording")]
    Reading(#[source] std::io::Error),
    #[error("the recording is too large")]
    TooLarge,
    #[error("the recording cannot be played")]
    NotPlayable(#[source] NotPlayable),
}

impl Bank {
    /// The shipped recordings only.
    pub fn shipped() -> Self {
        Bank::default()
    }

    /// The owner's recordings in `folder` (`<lang>/<name>.wav`, `music.wav`) before the shipped ones.
    pub fn with_own(folder: PathBuf) -> Self {
        Bank { own: Some(folder), missed: BTreeSet::new() }
    }

    /// A recording in a codec; a short silence for one that is missing, which is logged once.
    pub(super) fn record(&mut self, key: &SoundKey, codec: Codec) -> Recording {
        let sound = match self.read(key) {
            Ok(wav) => resample::to_telephone(&wav),
            Err(why) => {
                self.complain(key, why);
                vec![0; MISSING_SAMPLES]
            }
        };
        Recording { codec, sound: sound.into_iter().map(|sample| g711::encode(codec, sample)).collect() }
    }

    /// The owner changed something: complain anew.
    pub(super) fn reload(&mut self) {
        self.missed.clear();
    }

    fn read(&self, key: &SoundKey) -> Result<Wav, Unheard> {
        let name = file_name(key).ok_or(Unheard::Missing)?;
        let own = self.own.as_deref().map(|folder| read_own(folder, &name)).transpose()?.flatten();
        let file = match own {
            Some(file) => Cow::Owned(file),
            None => Shipped::get(&name).ok_or(Unheard::Missing)?.data,
        };
        wav::read(&file).map_err(Unheard::NotPlayable)
    }

    fn complain(&mut self, key: &SoundKey, why: Unheard) {
        if self.missed.insert(key.clone()) {
            warn!(?key, error = &why as &dyn std::error::Error, "a recording is silent");
        }
    }
}

/// `None` when the owner has no such file.
fn read_own(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Unheard> {
    let path = folder.join(name);
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Unheard::Reading(error)),
        Ok(about) if about.len() > FILE_BYTES_MAX => Err(Unheard::TooLarge),
        Ok(_) => std::fs::read(&path).map(Some).map_err(Unheard::Reading),
    }
}

/// A name is letters, digits, `-` and `_`: nothing that could lead out of the folder.
fn file_name(key: &SoundKey) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match key {
        SoundKey::Music => Some("music.wav".into()),
        SoundKey::Prompt { lang, name } if !name.is_empty() && name.chars().all(is_plain) => {
            Some(format!("{lang}/{name}.wav"))
        }
        SoundKey::Prompt { .. } | SoundKey::File(_) => None,
    }
}
