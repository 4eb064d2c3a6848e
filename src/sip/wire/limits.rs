//! Pure. The limits of what we read, all of them (spec/reliability.md §1).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// A whole message, head and body, in bytes.
pub const MESSAGE_BYTES: usize = 64 * 1024;
/// Header lines in one message.
pub const HEADERS: usize = 256;
/// One header, folded lines joined, in bytes.
pub const LINE_BYTES: usize = 8 * 1024;
/// A Request-URI, in bytes.
pub const URI_BYTES: usize = 1024;
/// A session description, in bytes.
pub const SDP_BYTES: usize = 16 * 1024;
/// The largest CSeq number (RFC 3261 §8.1.1.5: below 2^31).
pub const CSEQ_MAX: u32 = (1 << 31) - 1;
