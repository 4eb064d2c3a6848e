//! Pure. Strangers: how much attention an address gets before it has proved who it is.
//!
//! A token bucket per source address, and a block after ten wrong passwords (spec/reliability.md §1).
//! The table is bounded: the address unheard of for longest makes room, unless it is blocked.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

/// Addresses remembered.
pub const SOURCES_MAX: usize = 4096;
/// Wrong passwords until an address is blocked.
pub const WRONG_PASSWORDS_MAX: u32 = 10;
/// How long it stays blocked.
pub const BLOCKED: Duration = Duration::from_secs(600);
/// Unauthenticated requests answered at once: a floor of phones that start together after a power cut.
pub const BURST: u32 = 1024;
/// Unauthenticated requests answered per second, lasting.
pub const PER_SECOND: u32 = 100;

/// How a source is to be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer it.
    Welcome,
    /// Drop: too many requests.
    TooMany,
    /// Drop: it guessed passwords.
    Blocked,
}

#[derive(Debug)]
struct Source {
    heard: Tick,
    tokens: u32,
    refilled: Tick,
    wrong: u32,
    blocked_until: Option<Tick>,
}

/// The table of strangers.
#[derive(Debug, Default)]
pub struct Guard {
    sources: BTreeMap<IpAddr, Source>,
    by_age: BTreeSet<(Tick, IpAddr)>,
}

impl Guard {
    /// An unauthenticated request came from `ip`.
    pub fn ask(&mut self, now: Tick, ip: IpAddr) -> Verdict {
        let source = self.source(now, ip);
        match source.blocked_until {
            Some(until) if now < until => return Verdict::Blocked,
            Some(_) => (source.blocked_until, source.wrong) = (None, 0),
            None => {}
        }
        source.refill(now);
        match source.tokens.checked_sub(1) {
            Some(left) => {
                source.tokens = left;
                Verdict::Welcome
            }
            None => Verdict::TooMany,
        }
    }

    /// A wrong password (or an unknown name) came from `ip`; says when it is blocked from here on.
    pub fn wrong_password(&mut self, now: Tick, ip: IpAddr) -> bool {
        let source = self.source(now, ip);
        source.wrong += 1;
        let is_enough = source.wrong >= WRONG_PASSWORDS_MAX;
        if is_enough {
            source.blocked_until = Some(now + BLOCKED);
        }
        is_enough
    }

    /// A right password came from `ip`.
    pub fn right_password(&mut self, ip: IpAddr) {
        if let Some(source) = self.sources.get_mut(&ip) {
            source.wrong = 0;
        }
    }

    fn source(&mut self, now: Tick, ip: IpAddr) -> &mut Source {
        if !self.sources.contains_key(&ip) && self.sources.len() >= SOURCES_MAX {
            self.make_room(now);
        }
        let fresh = Source { heard: now, tokens: BURST, refilled: now, wrong: 0, blocked_until: None };
        let source = self.sources.entry(ip).or_insert(fresh);
        self.by_age.remove(&(source.heard, ip));
        self.by_age.insert((now, ip));
        source.heard = now;
        source
    }

    /// Looks at a few of the oldest only: a table full of blocked addresses forgets the oldest block.
    fn make_room(&mut self, now: Tick) {
        let is_blocked =
            |ip: &IpAddr| self.sources.get(ip).and_then(|s| s.blocked_until).is_some_and(|until| now < until);
        let oldest = self.by_age.iter().take(16).find(|(_, ip)| !is_blocked(ip));
        if let Some(entry) = oldest.or(self.by_age.first()).copied() {
            self.by_age.remove(&entry);
            self.sources.remove(&entry.1);
        }
    }
}

impl Source {
    fn refill(&mut self, now: Tick) {
        let earned = now.since(self.refilled).as_millis() * u128::from(PER_SECOND) / 1000;
        if earned > 0 {
            self.tokens = self.tokens.saturating_add(u32::try_from(earned).unwrap_or(BURST)).min(BURST);
            self.refilled = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u32) -> IpAddr {
        std::net::Ipv4Addr::from(n).into()
    }

    fn at(seconds: u64) -> Tick {
        Tick(Duration::from_secs(seconds))
    }

    #[test]
    fn ten_wrong_passwords_block_one_address_for_ten_minutes() {
        let mut guard = Guard::default();
        let told: Vec<bool> = (0..10).map(|_| guard.wrong_password(at(0), ip(1))).collect();
        assert_eq!(told.iter().filter(|t| **t).count(), 1);
        assert_eq!(guard.ask(at(599), ip(1)), Verdict::Blocked);
        assert_eq!(guard.ask(at(599), ip(2)), Verdict::Welcome);
        assert_eq!(guard.ask(at(600), ip(1)), Verdict::Welcome);
    }

    #[test]
    fn a_right_password_forgives_earlier_mistakes() {
        let mut guard = Guard::default();
        for _ in 0..9 {
            guard.wrong_password(at(0), ip(1));
        }
        guard.right_password(ip(1));
        assert!(!guard.wrong_password(at(1), ip(1)));
    }

    #[test]
    fn a_flood_is_answered_at_the_lasting_rate() {
        let mut guard = Guard::default();
        let answered =
            |guard: &mut Guard, t| (0..5_000).filter(|_| guard.ask(at(t), ip(1)) == Verdict::Welcome).count();
        assert_eq!(answered(&mut guard, 0), BURST as usize);
        assert_eq!(answered(&mut guard, 1), PER_SECOND as usize);
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_blocked() {
        let mut guard = Guard::default();
        for _ in 0..10 {
            guard.wrong_password(at(0), ip(7));
        }
        for n in 100..(100 + 2 * SOURCES_MAX as u32) {
            guard.ask(at(1), ip(n));
        }
        assert_eq!(guard.sources.len(), SOURCES_MAX);
        assert_eq!(guard.by_age.len(), SOURCES_MAX);
        assert_eq!(guard.ask(at(2), ip(7)), Verdict::Blocked);
    }
}
