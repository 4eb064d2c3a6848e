//! Pure. The telephone protocol: legs out, headers in.
//!
//! [`Stack`](stack::Stack) turns datagrams into [`Event`]s and [`Command`]s into datagrams. It knows
//! phones, trunks and dialogs; it knows no people, no hours and no queue, and never decides who rings.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod dialog;
pub mod digest;
pub mod guard;
pub mod lamp;
pub mod pulse;
pub mod random;
pub mod registrar;
mod shared;
pub mod stack;
pub mod timers;
pub mod transaction;
pub mod transport;
pub mod trunk;
pub mod wire;

pub use shared::{
    Destination, Ending, Failure, HangupReason, Lamp, Lamps, Refusal, Source, TransferTarget, Transport,
};

use crate::ids::{LegId, PhoneId, TrunkId};
use std::net::SocketAddr;
use std::sync::Arc;

/// A session description as it stood on the wire; read and written by `media::negotiate` only.
pub type Sdp = Arc<[u8]>;

/// What happened on the telephone side. One enum of everything that can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Somebody we trust calls; `100 Trying` is already sent.
    Arrived(Box<Arrival>),
    /// A placed leg rings (18x). `early` is the far end's description if it sends sound already.
    Rang { leg: LegId, early: Option<Sdp>, peer: SocketAddr },
    /// A placed leg was answered by one device; the other forks are already cancelled. `peer` is where its
    /// signalling comes from, for RTP source rules.
    Answered { leg: LegId, sdp: Option<Sdp>, peer: SocketAddr },
    /// A placed leg came to nothing.
    Failed { leg: LegId, why: Failure },
    /// Our answer to an arriving leg was acknowledged; `sdp` when our 200 carried the offer.
    Confirmed { leg: LegId, sdp: Option<Sdp> },
    /// The far end of an established leg offers anew (re-INVITE or UPDATE: hold, resume, codec, session
    /// refresh). `sdp` is `None` when it wants us to offer. Answer with [`Command::Reanswer`].
    Reoffered { leg: LegId, sdp: Option<Sdp> },
    /// The answer to our own [`Command::Reoffer`]; `Err` carries the status.
    Reanswered { leg: LegId, result: Result<Option<Sdp>, u16> },
    /// The leg is over: BYE, CANCEL, session timer, or a dialog that broke.
    Ended { leg: LegId, how: Ending },
    /// A key by SIP INFO (`0`–`9`, `*`, `#`, `A`–`D`).
    Digit { leg: LegId, digit: char },
    /// REFER on an established leg: connect the other party with `to`.
    TransferAsked { leg: LegId, to: TransferTarget },
    /// A phone's bindings changed; `contacts` is how many are left (0: offline).
    Registered { phone: PhoneId, contacts: usize },
    /// A trunk can, or cannot, carry calls.
    Trunk { trunk: TrunkId, state: TrunkState },
}

/// A call that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// Minted by the stack (even).
    pub leg: LegId,
    /// Who vouches for it.
    pub from: Source,
    /// The calling number as sent (user part of P-Asserted-Identity, Remote-Party-ID or From); empty: withheld.
    pub caller: String,
    /// The caller's display name, unescaped; may be empty.
    pub caller_name: String,
    /// What was dialled: user part of the Request-URI (or of To, where the provider sends it there).
    pub dialled: String,
    /// The offer; `None` for a delayed offer.
    pub sdp: Option<Sdp>,
    /// INVITE with Replaces (RFC 3891): this call takes over that leg.
    pub replaces: Option<LegId>,
    /// Where the signalling came from, for RTP source rules (spec/reliability.md §1).
    pub peer: SocketAddr,
    /// Our address as that peer sees it (`--advertise`, or the interface that reaches it).
    pub local: std::net::IpAddr,
    /// Max-Forwards as received; a placed leg for this call gets one less (RFC 7332).
    pub max_forwards: u8,
}

/// The state of a trunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrunkState {
    /// Registered, or an address trunk that answers.
    Up,
    /// Cannot carry calls.
    Down(TrunkFault),
}

/// Why a trunk is down, for alarms in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrunkFault {
    /// Not tried yet.
    Starting,
    /// The provider said no (401/403 after our answer, 404 …).
    Rejected(u16),
    /// Nobody answers.
    Unreachable,
    /// The name does not resolve.
    UnknownHost,
}

/// What can be asked of the stack.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// 180 Ringing (or 183 with a description) on an arriving leg.
    Progress { leg: LegId, sdp: Option<Sdp> },
    /// 200 OK on an arriving leg; `sdp` is the answer (or our offer, for a delayed offer).
    Answer { leg: LegId, sdp: Sdp },
    /// A final refusal of an arriving leg.
    Refuse { leg: LegId, refusal: Refusal },
    /// INVITE.
    Place(Box<Placement>),
    /// End a placed leg that is not answered (CANCEL), or any other (BYE); never an error.
    Hangup { leg: LegId, because: HangupReason },
    /// re-INVITE of our own.
    Reoffer { leg: LegId, sdp: Sdp },
    /// Answer to [`Event::Reoffered`]; `Err(status)` refuses it (488, 491).
    Reanswer { leg: LegId, result: Result<Sdp, u16> },
    /// How a transfer asked by REFER fares (NOTIFY with sipfrag): 100, 180, 200, 486 …
    TransferProgress { leg: LegId, status: u16 },
    /// Send a key by INFO (only to phones that cannot do RFC 4733).
    SendDigit { leg: LegId, digit: char },
    /// Phones, trunks or network rules changed; calls go on.
    Configure(Arc<crate::settings::Settings>),
    /// Answer new calls with 503 and Retry-After (shutting down, or overload).
    CloseDoor { closed: bool },
    /// What the lamps on the phones' keys show, all of them; whoever watches one that changed is told.
    Light(Lamps),
    /// Unregister from every provider; the last thing before the sockets close.
    SignOff,
}

/// A leg to place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Minted by the office (odd).
    pub leg: LegId,
    /// Where to.
    pub to: Destination,
    /// The number shown to the callee (From, P-Asserted-Identity); for a trunk, one of its own numbers.
    pub caller: String,
    /// The name shown to the callee; already composed by the office ("Hansen · Sales 2:10").
    pub caller_name: String,
    /// Our offer.
    pub sdp: Sdp,
    /// At most 69 for a call we relay; see [`Arrival::max_forwards`].
    pub max_forwards: u8,
}

/// One datagram or stream message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Which socket or connection.
    pub flow: Flow,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A way to a peer: keep the flow (RFC 5626), answer to where it came from (RFC 3581).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// UDP, TCP or TLS.
    pub transport: Transport,
    /// Our end: which listening socket.
    pub local: SocketAddr,
    /// Their end.
    pub peer: SocketAddr,
    /// The connection's number for TCP and TLS; 0 for UDP, and 0 for "connect if there is none".
    pub connection: u64,
}
