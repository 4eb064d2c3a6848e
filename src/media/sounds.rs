//! Shell. Recordings: the owner's own prompts and music from the data folder, else those inside the program;
//! messages and other files of the data folder.
//!
//! A thread of its own reads and converts them, so that the sound of running calls never waits for a disk.

use super::shelf::{Recording, SoundKey};
use super::wav::{self, NotPlayable, Wav};
use super::{Codec, g711, place, resample};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;

/// What is played for a recording that is missing: long enough not to hurry whoever waits for its end.
const MISSING_SAMPLES: usize = 1600;
/// Ten minutes of stereo at 48 kHz, or two hours of a telephone; larger files are not read.
const FILE_BYTES_MAX: u64 = 120 << 20;

/// The folder of prompts, in the data folder as in the repository.
const SOUNDS: &str = "sounds";

#[derive(RustEmbed)]
#[folder = "sounds"]
#[include = "*.wav"]
#[allow_missing = true]
struct Shipped;

/// Where recordings are found.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    data: Option<PathBuf>,
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

    /// The owner's recordings in the data folder (`sounds/<lang>/<name>.wav`, `sounds/music.wav`) before the
    /// shipped ones, and its files.
    pub fn with_data(data: PathBuf) -> Self {
        Bank { data: Some(data), missed: BTreeSet::new() }
    }

    /// Where recordings are kept.
    pub(super) fn data(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// Is there such a recording: a file of `sounds/` (`front.wav`), or one by its name, shipped or the owner's,
    /// in any language? Whether it can be played shows when it is.
    pub(super) fn has(&self, named: &str) -> bool {
        let own = |path: &PathBuf| self.data().is_some_and(|data| data.join(path).is_file());
        if named.ends_with(".wav") {
            return place::of(&format!("{SOUNDS}/{named}")).as_ref().is_some_and(own);
        }
        let files = place::LANGUAGES.into_iter().map(|lang| format!("{lang}/{named}.wav"));
        let mut files = files.filter_map(|file| Some((place::of(&format!("{SOUNDS}/{file}"))?, file)));
        files.any(|(path, file)| own(&path) || Shipped::get(&file).is_some())
    }

    /// The recording a caller hears under this name, the owner's own or the shipped one.
    pub(super) fn prompt(&self, lang: &'static str, name: &str) -> Option<Wav> {
        self.read(&SoundKey::Prompt { lang, name: name.into() }).ok()
    }

    /// How long that one plays.
    pub(super) fn length(&self, lang: &'static str, name: &str) -> Option<Duration> {
        let file = self.file(&SoundKey::Prompt { lang, name: name.into() }).ok()?;
        wav::length(&file).ok()
    }

    /// A recording in a codec; a short silence for one that is missing, which is logged once.
    pub(super) fn record(&mut self, key: &SoundKey, codec: Codec) -> Recording {
        let instead = |key: &SoundKey| match key {
            SoundKey::Own { lang, or, .. } => Some((*lang, or.clone())),
            _ => None,
        };
        let sound = match (self.read(key), instead(key)) {
            (Ok(wav), _) => resample::to_telephone(&wav),
            (Err(Unheard::Missing), Some((lang, names))) => {
                let read = |name: &Arc<str>| self.prompt(lang, name);
                names.iter().filter_map(read).flat_map(|wav| resample::to_telephone(&wav)).collect()
            }
            (Err(why), _) => {
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
        wav::read(&self.file(key)?).map_err(Unheard::NotPlayable)
    }

    fn file(&self, key: &SoundKey) -> Result<Cow<'static, [u8]>, Unheard> {
        let path = path_of(key).ok_or(Unheard::Missing)?;
        let own = self.data.as_deref().map(|data| read_own(&data.join(&path))).transpose()?.flatten();
        let shipped = || path.strip_prefix(SOUNDS).ok().and_then(|name| Shipped::get(name.to_str()?));
        Ok(match own {
            Some(file) => Cow::Owned(file),
            None => match shipped() {
                Some(file) => file.data,
                None => Cow::Owned(self.in_another_language(key)?),
            },
        })
    }

    /// The owner's own words for callers of a language they did not record: better than none.
    fn in_another_language(&self, key: &SoundKey) -> Result<Vec<u8>, Unheard> {
        let (SoundKey::Prompt { name, .. } | SoundKey::Own { name, .. }, Some(data)) = (key, self.data())
        else {
            return Err(Unheard::Missing);
        };
        let other = |lang| place::of(&format!("{SOUNDS}/{lang}/{name}.wav"));
        let paths = place::LANGUAGES.into_iter().filter_map(other);
        let found = paths.map(|path| read_own(&data.join(path))).find_map(Result::transpose);
        found.unwrap_or(Err(Unheard::Missing))
    }

    fn complain(&mut self, key: &SoundKey, why: Unheard) {
        if self.missed.insert(key.clone()) {
            warn!(?key, error = &why as &dyn std::error::Error, "a recording is silent");
        }
    }
}

/// `None` when there is no such file.
fn read_own(path: &Path) -> Result<Option<Vec<u8>>, Unheard> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Unheard::Reading(error)),
        Ok(about) if about.len() > FILE_BYTES_MAX => Err(Unheard::TooLarge),
        Ok(_) => std::fs::read(path).map(Some).map_err(Unheard::Reading),
    }
}

/// Below the data folder; a prompt's also inside the program.
fn path_of(key: &SoundKey) -> Option<PathBuf> {
    match key {
        SoundKey::Music => Some(Path::new(SOUNDS).join("music.wav")),
        SoundKey::Prompt { lang, name } | SoundKey::Own { lang, name, .. } => {
            place::of(&format!("{SOUNDS}/{lang}/{name}.wav"))
        }
        SoundKey::File(file) => place::of(file),
    }
}
