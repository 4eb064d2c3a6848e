//! Pure. What can be made to go wrong on one connection with our own mail provider.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::BTreeMap;
use std::time::Duration;

/// The faults of one connection; the default is a faultless one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The connection ends after the server wrote so many bytes.
    pub cut_after: Option<u64>,
    /// A pause between any two bytes of the server.
    pub slow: Option<Duration>,
    /// The n-th mail handed out (from 0) comes with a lying literal.
    pub lie: Option<(u64, Lie)>,
    pub idle: Idle,
    /// Answers instead of the right one: an IMAP verb or a step of SMTP → the line after the tag or as it is.
    pub instead: BTreeMap<String, String>,
    /// Plain bytes directly behind the permission to start TLS.
    pub injected: Option<String>,
    /// The connection ends after the final dot; the mail is taken or it is not.
    pub after_dot: Option<Step>,
}

/// A literal that is not what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// So many bytes more than follow.
    Longer(u64),
    /// So many bytes fewer than follow.
    Shorter(u64),
    /// More than anybody can hold.
    Huge,
}

/// How IDLE behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idle {
    #[default]
    Works,
    /// Not offered.
    Absent,
    /// Accepted, and then nothing is ever said or heard again.
    Dies,
    /// Accepted; news are not told, but its end is heard.
    Deaf,
    /// Answered by `* BAD` without a tag.
    BareBad,
    /// Answered by `BAD` with neither star nor tag.
    BarestBad,
}

/// What became of a mail whose answer was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Taken,
    Lost,
}
