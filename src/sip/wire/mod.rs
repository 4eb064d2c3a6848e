//! Pure. Text and types: a tolerant reader and a strict writer of SIP (RFC 3261 §7, §25).
