//! Pure. What the office and the telephone side both speak of: who calls, where to, how it ended, what a lamp
//! shows.

use crate::ids::{LegId, PhoneId, TrunkId};
use std::collections::BTreeMap;

/// Who an arriving call comes from; the stack has authenticated it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A registered phone, or one that gave its digest.
    Phone(PhoneId),
    /// A provider, by address or registration.
    Trunk(TrunkId),
}

/// Why a placed leg failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The final status; 408 when nothing came, 503 when no address or socket was to be had.
    pub status: u16,
    /// The Q.850 cause of a Reason header, if one was sent.
    pub cause: Option<u8>,
}

/// How a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The far end hung up (BYE).
    Bye,
    /// The caller gave up before we answered (CANCEL).
    Cancelled,
    /// No ACK, no answer to a refresh, a broken flow: the far end is gone.
    Lost,
}

/// Where a REFER points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferTarget {
    /// Blind: call this (user part of Refer-To).
    Dial(String),
    /// Attended: take over the far party of this leg of the same phone (Replaces).
    Leg(LegId),
}

/// A refusal of an arriving call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 486
    Busy,
    /// 404
    NotFound,
    /// 480
    Unavailable,
    /// 488: no codec in common
    NotAcceptable,
    /// 403: policy (spec/reliability.md §2)
    Forbidden,
    /// 503 + Retry-After
    Overloaded,
    /// 603
    Declined,
}

/// The far end of a placed leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Every binding of this phone at once (one leg, parallel forks).
    Phone(PhoneId),
    /// A number through a trunk.
    Trunk { trunk: TrunkId, number: String },
}

/// Why we end a leg, for the Reason header (RFC 3326).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HangupReason {
    /// Normal clearing.
    Normal,
    /// `SIP;cause=200;text="Call completed elsewhere"`: the phone logs no missed call.
    AnsweredElsewhere,
    /// The caller is gone; the phone may log a missed call.
    CallerGone,
    /// Something of ours broke.
    Fault,
}

/// The transports of RFC 3261.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A stream.
    Tcp,
    /// An encrypted stream.
    Tls,
}

/// What a lamp beside a key shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lamp {
    /// Nothing goes on there.
    Dark,
    /// It rings.
    Blinking,
    /// Taken.
    Lit,
}

/// Every lamp there is, by what its key dials.
pub type Lamps = BTreeMap<Box<str>, Lamp>;
