//! Shell. Who comes in first: peers the stack has met, and strangers as far as there is room.

use crate::settings::SourceRange;
use crate::sip::stack::Acquaintance;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, Weak};
use std::time::Duration;

/// Messages of strangers let in at once, all addresses together.
const BURST: u32 = 2_048;
/// Messages of strangers let in per refill.
const PER_REFILL: u32 = 400;
/// How often the bucket is refilled: 4,000 messages a second. Seldom, for an idle office sleeps.
const REFILL: Duration = Duration::from_millis(100);
/// Connections from one address (spec/reliability.md §1).
const CONNECTIONS_PER_ADDRESS: u32 = 32;
/// Connections altogether.
const CONNECTIONS: u32 = 2_048;

#[derive(Debug)]
pub(super) struct Admission {
    met: RwLock<Met>,
    tokens: AtomicU32,
    connections: std::sync::Mutex<BTreeMap<IpAddr, u32>>,
}

#[derive(Debug, Default)]
struct Met {
    peers: BTreeSet<SocketAddr>,
    ranges: Vec<SourceRange>,
}

impl Default for Admission {
    fn default() -> Self {
        Admission { met: RwLock::default(), tokens: AtomicU32::new(BURST), connections: Default::default() }
    }
}

impl Admission {
    pub(super) fn acquaint(&self, change: Acquaintance) {
        let mut met = self.met.write().unwrap_or_else(PoisonError::into_inner);
        match change {
            Acquaintance::Met(peer) => drop(met.peers.insert(peer)),
            Acquaintance::Left(peer) => drop(met.peers.remove(&peer)),
            Acquaintance::Ranges(ranges) => met.ranges = ranges,
        }
    }

    pub(super) fn has_met(&self, peer: SocketAddr) -> bool {
        let met = self.met.read().unwrap_or_else(PoisonError::into_inner);
        let is_within =
            |r: &SourceRange| r.net.contains(&peer.ip()) && r.port.is_none_or(|p| p == peer.port());
        met.peers.contains(&peer) || met.ranges.iter().any(is_within)
    }

    /// One message of a stranger; `false` when the bucket is empty.
    pub(super) fn take_token(&self) -> bool {
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |t| t.checked_sub(1)).is_ok()
    }

    /// One more connection from `ip`; `false` when there are too many.
    pub(super) fn enter(&self, ip: IpAddr) -> bool {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let total: u32 = connections.values().sum();
        let here = connections.get(&ip).copied().unwrap_or(0);
        if total >= CONNECTIONS || here >= CONNECTIONS_PER_ADDRESS {
            return false;
        }
        connections.insert(ip, here + 1);
        true
    }

    /// A connection from `ip` has ended.
    pub(super) fn leave(&self, ip: IpAddr) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        match connections.get_mut(&ip) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(connections.remove(&ip)),
        }
    }
}

/// Refills the bucket until the sockets are gone.
pub(super) async fn refill(admission: Weak<Admission>) {
    let mut beat = tokio::time::interval(REFILL);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let Some(admission) = admission.upgrade() else { return };
        let more = |t: u32| (t < BURST).then(|| (t + PER_REFILL).min(BURST));
        // An error says that the bucket was full.
        let _full = admission.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}
