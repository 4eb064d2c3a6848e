//! Pure. The wall around readers of what strangers send: a fault in one costs its packet and nothing else
//! (spec/reliability.md §6).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::panic::{UnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

static CAUGHT: AtomicU64 = AtomicU64::new(0);

/// What `read` makes of its bytes; `None` when it panicked. The bound keeps state outside: a reader that
/// could leave something half changed does not compile here.
pub fn shielded<T>(read: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    let read = catch_unwind(read).ok();
    if read.is_none() {
        CAUGHT.fetch_add(1, Ordering::Relaxed);
    }
    read
}

/// Panics caught in this process (`frontdesk_panics_total`).
pub fn caught() -> u64 {
    CAUGHT.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readers_fault_costs_its_packet_and_is_counted() {
        let bytes: &[u8] = b"short";
        let before = caught();
        assert_eq!(shielded(|| bytes[0]), Some(b's'));
        assert_eq!(shielded(|| bytes[bytes.len()]), None);
        assert!(caught() > before);
    }
}
