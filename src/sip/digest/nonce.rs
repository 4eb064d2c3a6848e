//! Pure. Nonces that need no memory until they are used: a time and salt with a MAC over them and the
//! asker's address (not its port). Used ones are remembered with their highest count, up to a bound.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::Tick;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;
use subtle::ConstantTimeEq as _;

/// How long a nonce is good for (spec/reliability.md §1).
pub const LIFE: Duration = Duration::from_secs(60);
/// How many nonces in use are remembered; beyond it the oldest turn stale early.
pub const REMEMBERED: usize = 4096;

/// The time a nonce was minted and its salt: what identifies it.
type Stamp = [u8; 16];

/// The nonces of one server.
pub struct Nonces {
    key: [u8; 32],
    /// The highest count seen of each nonce in use; ordered by time, because a stamp begins with it.
    used: BTreeMap<Stamp, u32>,
    /// Nonces not younger than this were forgotten, so what is not in `used` cannot be trusted.
    forgotten: Option<Stamp>,
}

/// What a nonce is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Ours, young, for this source, and the count rose.
    Fresh,
    /// Anything else.
    Stale,
}

impl Nonces {
    /// Nonces under a key from the system's CSPRNG; a new key turns all older ones stale.
    pub fn new(key: [u8; 32]) -> Nonces {
        Nonces { key, used: BTreeMap::new(), forgotten: None }
    }

    /// A nonce for whoever asks from `source`; costs no memory. `salt` is random.
    pub fn mint(&self, source: IpAddr, salt: u64, now: Tick) -> String {
        let millis = u64::try_from(now.0.as_millis()).unwrap_or(u64::MAX);
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&millis.to_be_bytes());
        bytes[8..16].copy_from_slice(&salt.to_be_bytes());
        let mac = self.mac(&bytes[..16], source);
        bytes[16..].copy_from_slice(&mac[..16]);
        BASE64.encode(bytes)
    }

    /// Whether a nonce may be used with this count by this source.
    pub fn standing(&self, nonce: &str, count: u32, source: IpAddr, now: Tick) -> Standing {
        let Some(bytes) = decode(nonce) else { return Standing::Stale };
        let (stamp, mac) = bytes.split_at(16);
        let ours = bool::from(self.mac(stamp, source)[..16].ct_eq(mac));
        let stamp: Stamp = stamp.try_into().expect("split at 16");
        let young = now.since(minted(&stamp)) < LIFE;
        let rises = match self.used.get(&stamp) {
            Some(highest) => count > *highest,
            None => count > 0 && self.forgotten.is_none_or(|forgotten| stamp > forgotten),
        };
        if ours && young && rises { Standing::Fresh } else { Standing::Stale }
    }

    /// Remembers that a nonce of standing was used with this count, and forgets those past their life.
    pub fn count(&mut self, nonce: &str, count: u32) {
        let Some(bytes) = decode(nonce) else { return };
        let stamp: Stamp = bytes[..16].try_into().expect("32 bytes were decoded");
        self.used.insert(stamp, count);
        while self.used.len() > REMEMBERED {
            self.forgotten = self.used.pop_first().map(|(stamp, _)| stamp).max(self.forgotten);
        }
    }

    /// Drops what is past its life; call it now and then.
    pub fn sweep(&mut self, now: Tick) {
        self.used.retain(|stamp, _| now.since(minted(stamp)) < LIFE);
    }

    /// How many are remembered.
    pub fn remembered(&self) -> usize {
        self.used.len()
    }

    /// HMAC-SHA-256 (RFC 2104) over stamp and address.
    fn mac(&self, stamp: &[u8], source: IpAddr) -> [u8; 32] {
        let pad = |with: u8| {
            let mut block = [with; 64];
            block.iter_mut().zip(self.key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        let address = match source.to_canonical() {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        };
        let inner =
            Sha256::new().chain_update(pad(0x36)).chain_update(stamp).chain_update(address).finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }
}

fn decode(nonce: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 33];
    let length = BASE64.decode_slice(nonce, &mut bytes).ok()?;
    (length == 32).then(|| bytes[..32].try_into().ok()).flatten()
}

fn minted(stamp: &Stamp) -> Tick {
    let millis: [u8; 8] = stamp[..8].try_into().expect("a stamp has 16 bytes");
    Tick(Duration::from_millis(u64::from_be_bytes(millis)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    fn at(seconds: u64) -> Tick {
        Tick(Duration::from_secs(seconds))
    }

    #[test]
    fn a_nonce_is_good_for_its_source_and_its_minute() {
        let nonces = Nonces::new([7; 32]);
        let nonce = nonces.mint(HERE, 1, at(100));
        assert_eq!(nonces.standing(&nonce, 1, HERE, at(159)), Standing::Fresh);
        assert_eq!(nonces.standing(&nonce, 1, HERE, at(160)), Standing::Stale);
        assert_eq!(nonces.standing(&nonce, 1, "192.0.2.8".parse().unwrap(), at(101)), Standing::Stale);
        assert_eq!(nonces.standing(&nonce, 1, "::ffff:192.0.2.7".parse().unwrap(), at(101)), Standing::Fresh);
        assert_eq!(Nonces::new([8; 32]).standing(&nonce, 1, HERE, at(101)), Standing::Stale);
        for broken in ["", "x", &nonce[1..], &format!("{nonce}A")] {
            assert_eq!(nonces.standing(broken, 1, HERE, at(101)), Standing::Stale, "{broken}");
        }
    }

    #[test]
    fn counts_rise() {
        let mut nonces = Nonces::new([7; 32]);
        let nonce = nonces.mint(HERE, 1, at(0));
        nonces.count(&nonce, 5);
        assert_eq!(nonces.standing(&nonce, 5, HERE, at(1)), Standing::Stale);
        assert_eq!(nonces.standing(&nonce, 6, HERE, at(1)), Standing::Fresh);
        assert_eq!(nonces.standing(&nonces.mint(HERE, 2, at(0)), 0, HERE, at(1)), Standing::Stale);
    }

    #[test]
    fn memory_is_bounded_and_what_is_forgotten_is_stale() {
        let mut nonces = Nonces::new([7; 32]);
        let minted: Vec<_> = (0..REMEMBERED as u64 + 10).map(|salt| nonces.mint(HERE, salt, at(0))).collect();
        minted.iter().for_each(|nonce| nonces.count(nonce, 1));
        assert_eq!(nonces.remembered(), REMEMBERED);
        assert_eq!(nonces.standing(&minted[0], 2, HERE, at(1)), Standing::Stale);
        assert_eq!(nonces.standing(&minted[10], 2, HERE, at(1)), Standing::Fresh);
        nonces.sweep(at(60));
        assert_eq!(nonces.remembered(), 0);
    }
}
