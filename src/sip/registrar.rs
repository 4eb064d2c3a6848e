//! Pure. The phones that log in to us: where each can be rung, and until when (RFC 3261 §10.3).
//!
//! A binding keeps the flow it came by, whatever its Contact claims: behind NAT the source address is
//! the only way back (RFC 3581, RFC 5626). Nothing here authenticates; that is done before.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Flow;
use super::timers::Timers;
use crate::ids::PhoneId;
use crate::time::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Devices one phone may be registered on; a further one replaces the one that expires first.
pub const CONTACTS_MAX: usize = 8;
/// The shortest registration taken; below it the answer is 423.
pub const EXPIRES_MIN: Duration = Duration::from_secs(60);
/// The longest; a wish for more is cut.
pub const EXPIRES_MAX: Duration = Duration::from_secs(3600);

/// One device of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The Contact URI as it came; the Request-URI when the device is rung.
    pub uri: String,
    /// `+sip.instance`, if the device has one: it names the device across restarts and new addresses.
    pub instance: Option<String>,
    /// The way back.
    pub flow: Flow,
    /// When it ends unless renewed.
    pub until: Tick,
    /// The REGISTER that made it; a later one of the same Call-ID must have a higher CSeq.
    pub call_id: String,
    pub cseq: u32,
}

impl Binding {
    fn is_same_device(&self, other: &Wish<'_>) -> bool {
        match (&self.instance, other.instance) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => self.uri == other.uri,
        }
    }
}

/// One Contact of a REGISTER.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub uri: &'a str,
    pub instance: Option<&'a str>,
    /// Zero: unregister this device.
    pub expires: Duration,
}

/// What all Contacts of a REGISTER share.
#[derive(Clone, Copy, Debug)]
pub struct Errand<'a> {
    pub flow: Flow,
    pub call_id: &'a str,
    pub cseq: u32,
}

/// A REGISTER is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// 423 with Min-Expires.
    TooBrief,
    /// 500: older than what we already took (RFC 3261 §10.3 step 7).
    OutOfOrder,
}

/// All bindings.
#[derive(Debug, Default)]
pub struct Registrar {
    phones: BTreeMap<PhoneId, Vec<Binding>>,
    by_peer: BTreeMap<SocketAddr, BTreeSet<PhoneId>>,
    by_ip: BTreeMap<IpAddr, usize>,
    expiry: Timers<PhoneId>,
}

impl Registrar {
    /// Takes a whole REGISTER or nothing of it.
    pub fn register(
        &mut self,
        now: Tick,
        phone: &PhoneId,
        errand: Errand<'_>,
        wishes: &[Wish<'_>],
    ) -> Result<(), Refused> {
        let before = self.phones.get(phone).map_or(&[][..], Vec::as_slice);
        for wish in wishes {
            check(before, errand, wish)?;
        }
        let mut bindings = before.to_vec();
        for wish in wishes {
            bindings.retain(|b| !b.is_same_device(wish));
            if !wish.expires.is_zero() {
                bindings.push(bind(now, errand, wish));
            }
        }
        while bindings.len() > CONTACTS_MAX {
            let first = bindings.iter().enumerate().min_by_key(|(_, b)| b.until).map_or(0, |(i, _)| i);
            bindings.remove(first);
        }
        self.replace(phone, bindings);
        Ok(())
    }

    /// `Contact: *` with `Expires: 0`.
    pub fn unregister_all(&mut self, phone: &PhoneId) {
        self.replace(phone, Vec::new());
    }

    /// Where a phone can be rung, latest first.
    pub fn bindings(&self, phone: &PhoneId) -> &[Binding] {
        self.phones.get(phone).map_or(&[], Vec::as_slice)
    }

    /// The phones registered from this address and port.
    pub fn phones_at(&self, peer: SocketAddr) -> impl Iterator<Item = &PhoneId> {
        self.by_peer.get(&peer).into_iter().flatten()
    }

    /// Some phone is registered from this address and port.
    pub fn knows(&self, peer: SocketAddr) -> bool {
        self.by_peer.contains_key(&peer)
    }

    /// Some phone is registered from this address, whatever the port.
    pub fn knows_ip(&self, ip: IpAddr) -> bool {
        self.by_ip.contains_key(&ip)
    }

    /// The phones with a binding.
    pub fn phones(&self) -> impl Iterator<Item = &PhoneId> {
        self.phones.keys()
    }

    /// Phones with at least one binding.
    pub fn registered(&self) -> usize {
        self.phones.len()
    }

    /// A stream closed: its bindings end. Returns the phones that lost one.
    pub fn flow_lost(&mut self, flow: Flow) -> Vec<PhoneId> {
        let there: Vec<PhoneId> = self.phones_at(flow.peer).cloned().collect();
        there.into_iter().filter(|phone| self.keep(phone, |b| b.flow != flow)).collect()
    }

    /// The next expiry.
    pub fn due(&self) -> Option<Tick> {
        self.expiry.first().map(|(due, _)| due)
    }

    /// A phone whose earliest binding has expired.
    pub fn next_due(&self, now: Tick) -> Option<PhoneId> {
        self.expiry.first().filter(|(due, _)| *due <= now).map(|(_, phone)| phone.clone())
    }

    /// Ends what has expired; returns one phone that lost a binding, `None` when all is done.
    pub fn expire(&mut self, now: Tick) -> Option<PhoneId> {
        let phone = self.expiry.pop_due(now)?;
        self.keep(&phone, |b| b.until > now);
        Some(phone)
    }

    fn keep(&mut self, phone: &PhoneId, stays: impl Fn(&Binding) -> bool) -> bool {
        let before = self.bindings(phone).len();
        let left: Vec<Binding> = self.bindings(phone).iter().filter(|b| stays(b)).cloned().collect();
        let is_changed = left.len() != before;
        self.replace(phone, left);
        is_changed
    }

    fn replace(&mut self, phone: &PhoneId, mut bindings: Vec<Binding>) {
        for old in self.phones.remove(phone).unwrap_or_default() {
            self.forget_peer(old.flow.peer, phone);
        }
        for binding in &bindings {
            let peer = binding.flow.peer;
            if self.by_peer.entry(peer).or_default().insert(phone.clone()) {
                *self.by_ip.entry(peer.ip()).or_default() += 1;
            }
        }
        self.expiry.set(phone, bindings.iter().map(|b| b.until).min());
        if !bindings.is_empty() {
            bindings.sort_by_key(|b| std::cmp::Reverse(b.until));
            self.phones.insert(phone.clone(), bindings);
        }
    }

    fn forget_peer(&mut self, peer: SocketAddr, phone: &PhoneId) {
        let Some(there) = self.by_peer.get_mut(&peer) else { return };
        if !there.remove(phone) {
            return;
        }
        if there.is_empty() {
            self.by_peer.remove(&peer);
        }
        if let Some(count) = self.by_ip.get_mut(&peer.ip()) {
            *count -= 1;
            if *count == 0 {
                self.by_ip.remove(&peer.ip());
            }
        }
    }
}

fn check(before: &[Binding], errand: Errand<'_>, wish: &Wish<'_>) -> Result<(), Refused> {
    if !wish.expires.is_zero() && wish.expires < EXPIRES_MIN {
        return Err(Refused::TooBrief);
    }
    let is_stale = |b: &Binding| b.call_id == errand.call_id && b.cseq >= errand.cseq;
    match before.iter().any(|b| b.is_same_device(wish) && is_stale(b)) {
        true => Err(Refused::OutOfOrder),
        false => Ok(()),
    }
}

fn bind(now: Tick, errand: Errand<'_>, wish: &Wish<'_>) -> Binding {
    Binding {
        uri: wish.uri.to_owned(),
        instance: wish.instance.map(str::to_owned),
        flow: errand.flow,
        until: now + wish.expires.min(EXPIRES_MAX),
        call_id: errand.call_id.to_owned(),
        cseq: errand.cseq,
    }
}

/// Loopback, private, link-local and unique-local addresses: the office's own network.
pub fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    fn flow(port: u16) -> Flow {
        Flow {
            transport: Transport::Udp,
            local: "127.0.0.1:5060".parse().unwrap(),
            peer: SocketAddr::new("10.0.0.7".parse().unwrap(), port),
            connection: 0,
        }
    }

    fn errand(port: u16, cseq: u32) -> Errand<'static> {
        Errand { flow: flow(port), call_id: "c", cseq }
    }

    fn wish(uri: &str, seconds: u64) -> Wish<'_> {
        Wish { uri, instance: None, expires: Duration::from_secs(seconds) }
    }

    #[test]
    fn several_devices_renewal_and_unregistering() {
        let (mut registrar, anna) = (Registrar::default(), PhoneId::from("anna"));
        registrar
            .register(Tick::ZERO, &anna, errand(1, 1), &[wish("sip:a@1", 60), wish("sip:a@2", 90)])
            .unwrap();
        assert_eq!(registrar.bindings(&anna).len(), 2);
        registrar.register(Tick::ZERO, &anna, errand(2, 2), &[wish("sip:a@1", 600)]).unwrap();
        assert_eq!(registrar.bindings(&anna).len(), 2, "renewed, not doubled");
        assert!(registrar.knows(flow(2).peer) && registrar.knows(flow(1).peer));
        registrar
            .register(Tick::ZERO, &anna, errand(2, 3), &[wish("sip:a@1", 0), wish("sip:a@2", 0)])
            .unwrap();
        assert_eq!(registrar.registered(), 0);
        assert!(!registrar.knows(flow(2).peer) && !registrar.knows_ip(flow(1).peer.ip()));
    }

    #[test]
    fn the_instance_names_the_device_when_its_address_changes() {
        let (mut registrar, anna) = (Registrar::default(), PhoneId::from("anna"));
        let device = |uri| Wish { instance: Some("<urn:uuid:1>"), ..wish(uri, 60) };
        registrar.register(Tick::ZERO, &anna, errand(1, 1), &[device("sip:a@1")]).unwrap();
        registrar.register(Tick::ZERO, &anna, errand(2, 2), &[device("sip:a@9")]).unwrap();
        assert_eq!(registrar.bindings(&anna).len(), 1);
        assert_eq!(registrar.bindings(&anna)[0].uri, "sip:a@9");
        assert!(!registrar.knows(flow(1).peer));
    }

    #[test]
    fn all_or_nothing() {
        let (mut registrar, anna) = (Registrar::default(), PhoneId::from("anna"));
        let wishes = [wish("sip:a@1", 60), wish("sip:a@2", 59)];
        assert_eq!(registrar.register(Tick::ZERO, &anna, errand(1, 1), &wishes), Err(Refused::TooBrief));
        assert_eq!(registrar.registered(), 0);
        registrar.register(Tick::ZERO, &anna, errand(1, 5), &[wish("sip:a@1", 60)]).unwrap();
        let older = registrar.register(Tick::ZERO, &anna, errand(1, 4), &[wish("sip:a@1", 0)]);
        assert_eq!(older, Err(Refused::OutOfOrder));
        assert_eq!(registrar.registered(), 1);
    }

    #[test]
    fn a_ninth_device_replaces_the_first_to_expire_and_time_ends_all() {
        let (mut registrar, anna) = (Registrar::default(), PhoneId::from("anna"));
        for n in 0..9u32 {
            let uri = format!("sip:a@{n}");
            let expires = u64::from(100 + n);
            registrar.register(Tick::ZERO, &anna, errand(1, n), &[wish(&uri, expires)]).unwrap();
        }
        assert_eq!(registrar.bindings(&anna).len(), CONTACTS_MAX);
        assert_eq!(registrar.due(), Some(Tick(Duration::from_secs(101))));
        assert_eq!(registrar.expire(Tick(Duration::from_secs(104))), Some(anna.clone()));
        assert_eq!(registrar.bindings(&anna).len(), 4);
        while registrar.expire(Tick(Duration::from_secs(200))).is_some() {}
        assert_eq!((registrar.registered(), registrar.due()), (0, None));
    }

    #[test]
    fn private_addresses() {
        for ip in
            ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.31.0.1", "fe80::1", "fd00::1", "::ffff:10.0.0.1"]
        {
            assert!(is_private(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["8.8.8.8", "172.32.0.1", "2001:db8::1", "::ffff:8.8.8.8"] {
            assert!(!is_private(ip.parse().unwrap()), "{ip}");
        }
    }
}
