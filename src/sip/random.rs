//! Pure. Tags, branches, Call-IDs and jitter from one CSPRNG whose seed is handed in.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use std::time::Duration;

/// The source of everything a stranger must not guess.
#[derive(Debug)]
pub struct Random(ChaCha20Rng);

impl Random {
    /// The same seed gives the same sequence.
    pub fn new(seed: [u8; 32]) -> Self {
        Random(ChaCha20Rng::from_seed(seed))
    }

    /// A tag or branch: 64 bits, printed by [`hex`].
    pub fn tag(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A Call-ID without a host (RFC 3261 §8.1.1.4: no reason to tell our address).
    pub fn call_id(&mut self) -> String {
        format!("{:016x}{:016x}", self.0.next_u64(), self.0.next_u64())
    }

    /// A whole number of `step`s below `below`.
    pub fn wait(&mut self, below: Duration, step: Duration) -> Duration {
        let steps = (below.as_millis() / step.as_millis().max(1)).max(1);
        let chosen = u128::from(self.0.next_u64()) % steps;
        step * u32::try_from(chosen).unwrap_or(0)
    }

    /// Fresh bytes, for the client nonce of a digest and for seeding others.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// As it stands on the wire.
pub fn hex(tag: u64) -> String {
    format!("{tag:016x}")
}

/// Reads what [`hex`] printed; anything else cannot be ours.
pub fn read_hex(text: &str) -> Option<u64> {
    let is_ours = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_ours.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}
