//! Pure. What the office and the engine both speak of: what is played, and what was heard.

use std::sync::Arc;
use std::time::Duration;

/// What to play, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playlist {
    /// The pieces, gapless.
    pub pieces: Vec<Piece>,
    /// Start again after the last piece (music), or end.
    pub repeat: Repeat,
}

/// What follows the last piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Say [`super::MediaEvent::Played`] once.
    Once,
    /// Begin again until stopped.
    Forever,
}

/// One piece of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A prompt by language and name (`en`, `welcome`): the owner's own in `DATA/sounds/<lang>/`, else the shipped one.
    Prompt { lang: &'static str, name: Arc<str> },
    /// The owner's own recording of this name; where there is none, these prompts one after the other.
    Own { lang: &'static str, name: Arc<str>, or: Arc<[Arc<str>]> },
    /// A file of the data folder, such as `voicemail/C-12.wav`.
    File(Arc<str>),
    /// Music on hold.
    Music,
    /// The ringing tone of the country (Hz and cadence chosen by the engine's table).
    Ringback,
    /// Busy tone.
    Busy,
    /// A plain tone.
    Tone { hz: u16, length: Duration },
    /// Silence.
    Pause(Duration),
}

/// What was heard on a leg: the one-way-audio verdict kept with the call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Verdict {
    /// RTP packets accepted from the far end.
    pub packets_in: u64,
    /// RTP packets sent to it.
    pub packets_out: u64,
    /// Packets missing by sequence number.
    pub lost: u64,
    /// Packets dropped because they came from a stranger.
    pub strangers: u64,
    /// Interarrival jitter, RFC 3550 §6.4.1.
    pub jitter: Duration,
    /// How long sound was expected from the far end.
    pub expected: Duration,
}
