//! Pure. What a device has shown it can answer, so that it is asked in a way it understands.
//!
//! A device that knows MD5 alone should pass over a challenge by SHA-256 (RFC 8760 §2.4). Some look at
//! the first challenge only, so MD5 stands first; some give up at the mere sight of SHA-256. So everyone
//! is asked for both, and who asks again without an answer is asked for MD5 alone. Bounded: the device
//! unheard of for longest makes room.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Algorithm;
use crate::time::Tick;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// Devices remembered.
pub const DEVICES_MAX: usize = 1024;
/// Of a name, what tells it from others.
const NAME_CHARS_MAX: usize = 64;
/// A device that can answer does so within this; a first message that got lost comes again sooner, too.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// Programs known to give up, by the beginning of their `User-Agent`: asked for MD5 from the first time.
const KNOW_MD5_ALONE: &[&str] = &["baresip v0.", "baresip v1.", "baresip v2."];

/// Those who know better look for SHA-256 themselves.
const BOTH: &[Algorithm] = &[Algorithm::Md5, Algorithm::Sha256];
const MD5_ALONE: &[Algorithm] = &[Algorithm::Md5];

/// A device as a challenge sees it: where it asks from, under which name.
type Device = (IpAddr, String);

#[derive(Clone, Copy, Debug)]
enum Shown {
    /// Asked for both, then; no answer yet.
    Nothing { asked: Tick },
    /// It answers by this.
    Answers(Algorithm),
}

/// What is known of the devices that were challenged.
#[derive(Debug, Default)]
pub struct Abilities(BTreeMap<Device, (Tick, Shown)>);

impl Abilities {
    /// The hashes to ask a device for, in their order.
    pub fn ask(&mut self, now: Tick, ip: IpAddr, name: &str, program: &str) -> &'static [Algorithm] {
        if KNOW_MD5_ALONE.iter().any(|known| program.starts_with(known)) {
            return MD5_ALONE;
        }
        let device = device(ip, name);
        let shown = match self.0.get(&device) {
            Some((_, Shown::Nothing { asked })) if now.since(*asked) > ANSWERS_WITHIN => {
                Shown::Answers(Algorithm::Md5)
            }
            Some((_, shown)) => *shown,
            None => Shown::Nothing { asked: now },
        };
        self.keep(device, now, shown);
        match shown {
            Shown::Answers(Algorithm::Md5) => MD5_ALONE,
            Shown::Answers(Algorithm::Sha256) | Shown::Nothing { .. } => BOTH,
        }
    }

    /// A device answered rightly by this hash.
    pub fn answered(&mut self, now: Tick, ip: IpAddr, name: &str, by: Algorithm) {
        self.keep(device(ip, name), now, Shown::Answers(by));
    }

    fn keep(&mut self, device: Device, now: Tick, shown: Shown) {
        if self.0.len() >= DEVICES_MAX && !self.0.contains_key(&device) {
            let oldest = self.0.iter().min_by_key(|(_, (heard, _))| *heard).map(|(device, _)| device.clone());
            oldest.map(|device| self.0.remove(&device));
        }
        self.0.insert(device, (now, shown));
    }
}

fn device(ip: IpAddr, name: &str) -> Device {
    (ip, name.chars().take(NAME_CHARS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));

    fn at(seconds: u64) -> Tick {
        Tick(Duration::from_secs(seconds))
    }

    #[test]
    fn who_does_not_answer_is_asked_for_md5_alone() {
        let mut abilities = Abilities::default();
        let mut ask = |seconds| abilities.ask(at(seconds), HERE, "anna-desk", "An old phone");
        assert_eq!([ask(0), ask(4)], [BOTH, BOTH], "the same message again");
        assert_eq!([ask(30), ask(31)], [MD5_ALONE, MD5_ALONE]);
        assert_eq!(abilities.ask(at(31), HERE, "bo-desk", "An old phone"), BOTH, "another device");
    }

    #[test]
    fn who_answers_is_asked_as_it_answered() {
        let mut abilities = Abilities::default();
        for (name, by, then) in [("anna", Algorithm::Sha256, BOTH), ("bo", Algorithm::Md5, MD5_ALONE)] {
            abilities.ask(at(0), HERE, name, "");
            abilities.answered(at(0), HERE, name, by);
            assert_eq!(abilities.ask(at(600), HERE, name, ""), then);
        }
    }

    #[test]
    fn programs_that_give_up_are_known() {
        let mut abilities = Abilities::default();
        assert_eq!(abilities.ask(at(0), HERE, "anna", "baresip v1.0.0 (x86_64/linux)"), MD5_ALONE);
        assert_eq!(abilities.ask(at(0), HERE, "anna", "baresip v3.15.0"), BOTH);
    }

    #[test]
    fn memory_is_bounded_and_forgets_the_oldest() {
        let mut abilities = Abilities::default();
        for n in 0..=DEVICES_MAX as u64 {
            abilities.ask(at(n), HERE, &n.to_string(), "");
        }
        assert_eq!(abilities.0.len(), DEVICES_MAX);
        let last = at(DEVICES_MAX as u64 + 30);
        assert_eq!(abilities.ask(last, HERE, "0", ""), BOTH, "forgotten");
        assert_eq!(abilities.ask(last, HERE, "9", ""), MD5_ALONE, "remembered");
    }
}
