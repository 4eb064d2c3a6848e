//! Pure. Text and types: a tolerant reader and a strict writer of SIP (RFC 3261 §7, §25).
//!
//! [`parse`] reads one datagram or one framed message; [`frame`] finds messages in a stream. Header
//! values stay the text that came (unfolded, compact names expanded) and are read on demand by the
//! borrowed types of `addr`, `via` and `value`; Request-URI and name-addrs are forwarded and hashed as
//! they came, never re-serialised. [`Message::print`] lets no caller inject a line.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod addr;
pub mod frame;
pub mod headers;
pub mod judge;
pub mod limits;
pub mod message;
pub mod method;
pub mod parse;
pub mod scan;
pub mod uri;
pub mod value;
pub mod via;

pub use addr::NameAddr;
pub use frame::{Frame, frame};
pub use headers::{Headers, name};
pub use judge::{Rejection, judge};
pub use message::{Message, Start, reason};
pub use method::Method;
pub use parse::{Fault, ParseError, parse};
pub use scan::Params;
pub use uri::{RawUri, Uri};
pub use value::{CSeq, MinSe, ReferTo, Replaces, SessionExpires};
pub use via::Via;
