//! Pure. Sound in calls: what can be asked of the media engine, and what it tells.
//!
//! RTP never passes the switchboard; only edges do: a port is ready, a digit, a playback ended,
//! silence, a verdict. One RTP timeline (SSRC, sequence, timestamp) per leg across everything it hears.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod counters;
pub mod dtmf;
pub mod engine;
pub mod events;
pub mod g711;
mod hearing;
mod loudness;
pub mod negotiate;
mod place;
mod player;
mod ports;
pub mod prompts;
mod resample;
mod rtcp;
pub mod rtp;
mod shared;
mod shelf;
pub mod sounds;
mod speaking;
mod take;
pub mod timeline;
pub mod tone;
pub mod upload;
mod wav;

pub use counters::Counters;
pub use shared::{Piece, Playlist, Repeat, Verdict};

use crate::ids::{LegId, PlayId};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// What can be asked of the engine.
#[derive(Clone, Debug)]
pub enum MediaCommand {
    /// Bind an RTP/RTCP port pair for a leg; answered by [`MediaEvent::Ready`] or [`MediaEvent::NoPort`].
    Open { leg: LegId },
    /// Who to exchange sound with and how; again after each new session description.
    Connect { leg: LegId, plan: Arc<Plan> },
    /// Let two legs hear each other; ends what either of them was playing.
    Bridge { a: LegId, b: LegId },
    /// Part a leg from its bridge.
    Unbridge { leg: LegId },
    /// Play to a leg; replaces what it was playing. A bridge ends a playback, not the other way round:
    /// a bridged leg hears the playback instead of its partner until it ends.
    Play { leg: LegId, id: PlayId, what: Playlist },
    /// Stop the playback.
    Stop { leg: LegId },
    /// Write what the leg sends to a file of the data folder (`voicemail/C-12.wav`, `recordings/…`,
    /// `sounds/<lang>/…`) until [`StopRecording`](Self::StopRecording), `at_most`, the leg's end or, but for
    /// `recordings/`, five seconds of silence, which are cut off; answered once by [`MediaEvent::Recorded`].
    Record { leg: LegId, file: Arc<str>, at_most: Duration },
    /// The recording is over.
    StopRecording { leg: LegId },
    /// The leg hears itself, until it is bridged or played to.
    Echo { leg: LegId },
    /// Send a key as RFC 4733 events.
    SendDigit { leg: LegId, digit: char },
    /// Close the ports; answered by [`MediaEvent::Closed`].
    Close { leg: LegId },
    /// The owner's own prompts changed: read them again.
    ReloadSounds,
    /// Stop the thread.
    Quit,
}

/// How a leg's sound travels, agreed by SDP (`negotiate`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where we send to; `None` while the far end holds without an address.
    pub remote: Option<SocketAddr>,
    /// The signalling peer: sound may also come from this address (spec/reliability.md §1).
    pub signalling: IpAddr,
    /// The codec and its payload type in both directions.
    pub codec: CodecChoice,
    /// RFC 4733 payload type, if agreed.
    pub events: Option<u8>,
    /// May we send, does the far end send.
    pub direction: Direction,
    /// Packet length asked for by the far end, 20 ms unless told.
    pub ptime: Duration,
}

/// A codec with the payload type it travels under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecChoice {
    /// Which.
    pub codec: Codec,
    /// RTP payload type, 0–127.
    pub payload_type: u8,
}

/// The codecs we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// G.711 µ-law, 8 kHz.
    Pcmu,
}

/// Direction of sound, seen from us (RFC 4566 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// We send, they listen: they hold us and still hear our music.
    SendOnly,
    /// They send, we listen.
    RecvOnly,
    /// Nothing flows.
    Inactive,
}

impl MediaCommand {
    /// The legs it is about.
    pub fn legs(&self) -> Vec<LegId> {
        match self {
            Self::Bridge { a, b } => vec![*a, *b],
            Self::Open { leg }
            | Self::Connect { leg, .. }
            | Self::Unbridge { leg }
            | Self::Play { leg, .. }
            | Self::Stop { leg }
            | Self::Record { leg, .. }
            | Self::StopRecording { leg }
            | Self::Echo { leg }
            | Self::SendDigit { leg, .. }
            | Self::Close { leg } => vec![*leg],
            Self::ReloadSounds | Self::Quit => Vec::new(),
        }
    }
}

impl Direction {
    /// May we send?
    pub fn sends(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::SendOnly)
    }

    /// Does the far end send?
    pub fn hears(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::RecvOnly)
    }
}

/// What the engine tells.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// The ports are bound; `rtp` is the even one, RTCP the next.
    Ready { leg: LegId, rtp: SocketAddr },
    /// No free port pair in the range.
    NoPort { leg: LegId },
    /// A key pressed (RFC 4733, or in-band where no events were agreed).
    Digit { leg: LegId, digit: char },
    /// A `Repeat::Once` playback reached its end.
    Played { leg: LegId, id: PlayId },
    /// A recording ended: its length, fsynced; `None`: it is not on the disk and will not be.
    Recorded { leg: LegId, length: Option<Duration> },
    /// Nothing was received on a leg that should send, for this long; told once per silence.
    Silent { leg: LegId, lasting: Duration },
    /// The leg's sound is over; its figures.
    Closed { leg: LegId, verdict: Verdict },
}
