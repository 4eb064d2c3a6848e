//! Pure. How often somebody may try to log in: 10 times in 15 minutes for an account from one source
//! (spec/reliability.md §5).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::Tick;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// Tries in a window.
pub const TRIES: usize = 10;
/// The window.
pub const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Account and source pairs remembered; beyond it the one quiet for longest is forgotten.
const PAIRS_MAX: usize = 4_096;
/// Longer account names are cut: they exist nowhere, and must not fill memory.
const ACCOUNT_CHARACTERS_MAX: usize = 64;

/// Remembers the tries of the last window.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    tries: BTreeMap<(String, IpAddr), VecDeque<Tick>>,
}

impl Throttle {
    /// Counts a try, or says how long to wait.
    pub fn admit(&mut self, account: &str, source: IpAddr, now: Tick) -> Result<(), Duration> {
        let pair = pair(account, source);
        if !self.tries.contains_key(&pair) {
            self.make_room(now);
        }
        let tries = self.tries.entry(pair).or_default();
        tries.retain(|at| now.since(*at) < WINDOW);
        match tries.front() {
            Some(first) if tries.len() >= TRIES => Err(WINDOW.saturating_sub(now.since(*first))),
            _ => {
                tries.push_back(now);
                Ok(())
            }
        }
    }

    /// The password was right: earlier slips are forgiven.
    pub fn forgive(&mut self, account: &str, source: IpAddr) {
        self.tries.remove(&pair(account, source));
    }

    fn make_room(&mut self, now: Tick) {
        if self.tries.len() < PAIRS_MAX {
            return;
        }
        self.tries.retain(|_, tries| tries.back().is_some_and(|at| now.since(*at) < WINDOW));
        if self.tries.len() < PAIRS_MAX {
            return;
        }
        let quiet = self.tries.iter().min_by_key(|(_, tries)| tries.back().copied());
        if let Some(pair) = quiet.map(|(pair, _)| pair.clone()) {
            self.tries.remove(&pair);
        }
    }
}

/// An IPv6 subscriber owns a /64: all of it is one source.
fn pair(account: &str, source: IpAddr) -> (String, IpAddr) {
    let source = match source.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    };
    (account.chars().take(ACCOUNT_CHARACTERS_MAX).collect(), source)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 7));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 8));

    fn at(seconds: u64) -> Tick {
        Tick(Duration::from_secs(seconds))
    }

    #[test]
    fn the_eleventh_try_waits_until_the_first_is_a_quarter_of_an_hour_old() {
        let mut throttle = Throttle::default();
        for second in 0..10 {
            assert_eq!(throttle.admit("anna", HERE, at(second)), Ok(()));
        }
        assert_eq!(throttle.admit("anna", HERE, at(100)), Err(Duration::from_secs(800)));
        assert_eq!(throttle.admit("anna", THERE, at(100)), Ok(()), "another source");
        assert_eq!(throttle.admit("bo", HERE, at(100)), Ok(()), "another account");
        assert_eq!(throttle.admit("anna", HERE, at(899)), Err(Duration::from_secs(1)));
        assert_eq!(throttle.admit("anna", HERE, at(900)), Ok(()));
        assert_eq!(throttle.admit("anna", HERE, at(900)), Err(Duration::from_secs(1)));
    }

    #[test]
    fn a_right_password_forgives() {
        let mut throttle = Throttle::default();
        for _ in 0..10 {
            assert_eq!(throttle.admit("anna", HERE, at(0)), Ok(()));
        }
        throttle.forgive("anna", HERE);
        assert_eq!(throttle.admit("anna", HERE, at(1)), Ok(()));
    }

    #[test]
    fn a_guesser_with_a_whole_network_is_one_source() {
        let mut throttle = Throttle::default();
        for host in 0..10_u16 {
            let source = Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, host).into();
            assert_eq!(throttle.admit("anna", source, at(0)), Ok(()));
        }
        let another = Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, 99).into();
        assert!(throttle.admit("anna", another, at(0)).is_err());
    }

    #[test]
    fn a_flood_of_names_does_not_grow_the_table() {
        let mut throttle = Throttle::default();
        for n in 0..PAIRS_MAX + 50 {
            assert_eq!(throttle.admit(&n.to_string(), HERE, at(0)), Ok(()));
        }
        assert_eq!(throttle.tries.len(), PAIRS_MAX);
    }
}
