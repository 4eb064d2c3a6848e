//! Pure. What goes in and out of the stack besides events and commands.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{LegId, TrunkId};
use crate::settings::{Settings, SourceRange};
use crate::sip::{Destination, Transport};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What a stack starts with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Phones, trunks and network rules.
    pub settings: Arc<Settings>,
    /// The addresses in use, one per transport at most; ports are the real ones.
    pub listening: Vec<(Transport, SocketAddr)>,
    /// `--advertise`: the address put in SIP and SDP; else the one that reaches the peer.
    pub advertise: Option<IpAddr>,
    /// For tags, branches, Call-IDs and nonces; from the system's CSPRNG (fixed in tests).
    pub seed: [u8; 32],
}

/// A name to look up; answer with `Stack::resolved`, an empty answer for an unknown host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    pub trunk: TrunkId,
    /// A name, or an address as text.
    pub host: String,
    /// `None`: SRV first, then the transport's own port.
    pub port: Option<u16>,
    pub transport: Transport,
}

/// Whose address in our description is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Toward<'a> {
    /// The far end of a leg.
    Leg(LegId),
    /// Where a leg is about to be placed.
    Destination(&'a Destination),
}

/// Whom the transport may let in before strangers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// A phone registered from here, or a trunk lives here.
    Met(SocketAddr),
    /// Not any more.
    Left(SocketAddr),
    /// The address ranges of all trunks; replaces what was told before.
    Ranges(Vec<SourceRange>),
}

/// Figures for `/metrics`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub transactions: usize,
    pub dialogs: usize,
    pub registered_phones: usize,
    /// Datagrams not answered, by reason, since the start.
    pub dropped: BTreeMap<Drop, u64>,
}

/// Why a message got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drop {
    /// No SIP message.
    Unreadable,
    /// Our reader met a fault of its own.
    Fault,
    /// A response or ACK that belongs to nothing of ours.
    Stray,
    /// More requests than a stranger may send.
    TooMany,
    /// The source guessed passwords.
    Blocked,
    /// The answer would be larger than a stranger's request allows.
    TooLarge,
    /// A bounded table is full.
    Full,
}

impl Drop {
    /// The label of the metric.
    pub fn as_str(self) -> &'static str {
        match self {
            Drop::Unreadable => "unreadable",
            Drop::Fault => "fault",
            Drop::Stray => "stray",
            Drop::TooMany => "too_many",
            Drop::Blocked => "blocked",
            Drop::TooLarge => "too_large",
            Drop::Full => "full",
        }
    }
}
