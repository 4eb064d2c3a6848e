//! Shell. Sound in the room; the program starts and works without a sound card, and without ALSA.
//!
//! A binary that links `libasound.so.2` does not start where that library is missing, so the sound card
//! belongs to a second program, `frontdesk-speaker`, beside this one. It is started at the first sound,
//! told one word a line, and started again (after a pause that grows) when it dies. A sound that cannot
//! be made at once is not made at all: a chime a minute late says something that is no longer true.

pub mod tones;

use crate::office::Chime;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::broadcast::{self, error::RecvError};

/// Sounds waiting to be made; beyond it the oldest is dropped.
pub const SOUNDS_MAX: usize = 8;

/// The helper's file name.
pub const HELPER: &str = "frontdesk-speaker";

const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(300);

/// A way to the room's speaker; cheap to clone, never waits, never fails.
#[derive(Clone, Debug)]
pub struct Speaker {
    sounds: broadcast::Sender<Chime>,
}

/// Why the helper is not running.
#[derive(Debug, thiserror::Error)]
pub enum SpeakerError {
    /// It could not be started: absent, or not executable, or its libraries are missing.
    #[error("could not start {}", path.display())]
    Start {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It ended: no sound card, or a crash.
    #[error("the speaker ended")]
    Ended(#[source] std::io::Error),
}

/// The speaker of the room, with the helper beside the running program. Needs a tokio runtime.
pub fn start() -> Speaker {
    Speaker::with_helper(helper_path())
}

/// Where the helper belongs: beside the running program.
pub fn helper_path() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/local/bin/frontdesk"));
    own.parent().unwrap_or(Path::new("/")).join(HELPER)
}

impl Speaker {
    /// A speaker whose helper is at this path. Needs a tokio runtime.
    pub fn with_helper(path: PathBuf) -> Self {
        let (sounds, wanted) = broadcast::channel(SOUNDS_MAX);
        tokio::spawn(supervise(path, wanted));
        Self { sounds }
    }

    /// Makes a sound in the room, if the room can.
    pub fn chime(&self, chime: Chime) {
        // without a receiver the program is stopping
        let _ = self.sounds.send(chime);
    }
}

/// The word a sound travels under.
pub fn word(chime: Chime) -> &'static str {
    match chime {
        Chime::CallerWaits => "caller-waits",
    }
}

/// Runs the helper for as long as anybody holds a [`Speaker`].
async fn supervise(path: PathBuf, mut wanted: broadcast::Receiver<Chime>) {
    let mut pause = BACKOFF_FIRST;
    while let Some(first) = next(&mut wanted).await {
        let mut helper = match Helper::start(&path) {
            Ok(helper) => helper,
            Err(error) => {
                rest(&mut pause, &error).await;
                wanted = wanted.resubscribe();
                continue;
            }
        };
        match helper.serve(first, &mut wanted).await {
            Ok(()) => return,
            Err(Broken { error, sounds }) => {
                if sounds > 1 {
                    pause = BACKOFF_FIRST;
                }
                rest(&mut pause, &error).await;
                wanted = wanted.resubscribe();
            }
        }
    }
}

/// The next sound; `None` when the last [`Speaker`] is gone.
async fn next(wanted: &mut broadcast::Receiver<Chime>) -> Option<Chime> {
    loop {
        match wanted.recv().await {
            Ok(chime) => return Some(chime),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

async fn rest(pause: &mut Duration, error: &SpeakerError) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::info!(%error, cause, pause = ?*pause, "the room stays quiet");
    tokio::time::sleep(*pause).await;
    *pause = (*pause * 2).min(BACKOFF_MAX);
}

/// A helper that stopped working, after this many sounds.
struct Broken {
    error: SpeakerError,
    sounds: usize,
}

/// The running helper.
struct Helper {
    child: Child,
    words: ChildStdin,
}

impl Helper {
    fn start(path: &Path) -> Result<Self, SpeakerError> {
        let failed = |source| SpeakerError::Start { path: path.to_owned(), source };
        let mut child = Command::new(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let words = child.stdin.take().expect("stdin was asked for above");
        Ok(Self { child, words })
    }

    /// Hands on sounds until the helper breaks, or (`Ok`) the program stops.
    async fn serve(&mut self, first: Chime, wanted: &mut broadcast::Receiver<Chime>) -> Result<(), Broken> {
        let mut sounds = 0;
        let mut chime = first;
        loop {
            self.say(chime).await.map_err(|error| Broken { error, sounds })?;
            sounds += 1;
            chime = tokio::select! {
                biased;
                ended = self.child.wait() => return Err(Broken { error: SpeakerError::Ended(reason(ended)), sounds }),
                next = next(wanted) => match next {
                    Some(chime) => chime,
                    None => return Ok(()),
                },
            };
        }
    }

    async fn say(&mut self, chime: Chime) -> Result<(), SpeakerError> {
        let line = format!("{}\n", word(chime));
        self.words.write_all(line.as_bytes()).await.map_err(SpeakerError::Ended)
    }
}

fn reason(ended: std::io::Result<std::process::ExitStatus>) -> std::io::Error {
    ended.map_or_else(|error| error, |status| std::io::Error::other(status.to_string()))
}
