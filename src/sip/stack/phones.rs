//! Pure. Phones: who they are (digest), and REGISTER (RFC 3261 §10.3).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::exchange::Asked;
use super::{Acquaintance, Stack, Timer};
use crate::ids::PhoneId;
use crate::settings::{Phone, Secret, Settings};
use crate::sip::registrar::{EXPIRES_MAX, EXPIRES_MIN, Errand, Refused, Wish, is_private};
use crate::sip::wire::{Message, NameAddr, name};
use crate::sip::{Event, Flow};
use crate::time::Tick;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// Contacts in one REGISTER.
const WISHES_MAX: usize = 8;

/// The SIP phones of the office by name.
pub(super) fn phones(settings: &Settings) -> BTreeMap<PhoneId, Secret> {
    let phones = settings.people.iter().flat_map(|person| &person.phones);
    let sip = phones.filter_map(|phone| match phone {
        Phone::Sip { id, secret } => Some((id.clone(), secret.clone())),
        Phone::Mobile { .. } => None,
    });
    sip.collect()
}

impl Stack {
    /// REGISTER of an authenticated phone.
    pub(super) fn on_register(&mut self, asked: &Asked<'_>, phone: &PhoneId) {
        self.phone_heard(asked.now, asked.flow);
        let (before, peers) = (self.reachable(phone).count(), self.peers_of(phone));
        let reply = match self.take_registration(asked, phone) {
            Ok(()) => self.registration(asked.now, asked.message, phone),
            Err(reply) => reply,
        };
        self.answer(asked, reply);
        self.registrations_changed(phone, before, &peers);
        self.watch_phone(asked.now, phone, asked.flow);
        self.adopt_orphans(phone, asked.flow);
        self.find_watches(asked.now, phone, asked.flow);
    }

    fn take_registration(&mut self, asked: &Asked<'_>, phone: &PhoneId) -> Result<(), Message> {
        let request = asked.message;
        let refuse = |status| request.reply(status);
        let to = request.to().and_then(|to| Some(to.uri()?.user_text().into_owned())).unwrap_or_default();
        if to != phone.as_str() {
            return Err(refuse(403));
        }
        if request.headers.items(name::CONTACT).any(|contact| contact == "*") {
            let is_right = request.is_contact_star() && request.expires() == Some(0);
            if !is_right {
                return Err(refuse(400));
            }
            self.registrar.unregister_all(phone);
            return Ok(());
        }
        let contacts = request.contacts().filter(|c| c.len() <= WISHES_MAX).ok_or_else(|| refuse(400))?;
        let common = request.expires().map_or(EXPIRES_MAX, seconds);
        let instances: Vec<_> = contacts.iter().map(NameAddr::instance).collect();
        let wishes: Vec<Wish<'_>> = contacts
            .iter()
            .zip(&instances)
            .map(|(contact, instance)| Wish {
                uri: contact.uri,
                instance: instance.as_deref(),
                expires: contact.expires().map_or(common, seconds),
            })
            .collect();
        let call_id = request.call_id().unwrap_or("");
        let errand = Errand { flow: asked.flow, call_id, cseq: super::cseq_of(request) };
        self.registrar.register(asked.now, phone, errand, &wishes).map_err(|refused| match refused {
            Refused::TooBrief => refuse(423).header(name::MIN_EXPIRES, &EXPIRES_MIN.as_secs().to_string()),
            Refused::OutOfOrder => refuse(500),
        })
    }

    /// 200 with every contact there is.
    fn registration(&self, now: Tick, request: &Message, phone: &PhoneId) -> Message {
        let mut reply = request.reply(200);
        for binding in self.registrar.bindings(phone) {
            let left = binding.until.since(now).as_secs();
            let instance = binding.instance.as_ref().map(|i| format!(";+sip.instance=\"<{i}>\""));
            let contact = format!("<{}>;expires={left}{}", binding.uri, instance.unwrap_or_default());
            reply.headers.push(name::CONTACT, &contact);
        }
        reply
    }

    /// Tells the office and the transport what became of a phone's bindings.
    fn registrations_changed(&mut self, phone: &PhoneId, before: usize, peers: &[SocketAddr]) {
        let contacts = self.reachable(phone).count();
        if contacts != before {
            self.events.push_back(Event::Registered { phone: phone.clone(), contacts });
        }
        for peer in self.peers_of(phone).into_iter().filter(|peer| !peers.contains(peer)) {
            self.acquaintances.push_back(Acquaintance::Met(peer));
        }
        for peer in peers.iter().filter(|peer| !self.registrar.knows(**peer)) {
            self.acquaintances.push_back(Acquaintance::Left(*peer));
        }
        self.timers.set(&Timer::Registrations, self.registrar.due());
    }

    fn peers_of(&self, phone: &PhoneId) -> Vec<SocketAddr> {
        self.registrar.bindings(phone).iter().map(|binding| binding.flow.peer).collect()
    }

    pub(super) fn expire_registrations(&mut self, now: Tick) {
        while let Some(phone) = self.registrar.next_due(now) {
            let (before, peers) = (self.reachable(&phone).count(), self.peers_of(&phone));
            self.registrar.expire(now);
            self.registrations_changed(&phone, before, &peers);
        }
        self.timers.set(&Timer::Registrations, self.registrar.due());
    }

    /// A stream closed: who registered over it cannot be rung there any more.
    pub(super) fn lose_registrations(&mut self, flow: Flow) {
        self.change_at(flow.peer, |stack| {
            stack.registrar.flow_lost(flow);
            stack.unwatch(flow);
        });
    }

    /// Does something to the ways from one address, and tells what became of the phones there.
    pub(super) fn change_at(&mut self, peer: SocketAddr, act: impl FnOnce(&mut Stack)) {
        let there: Vec<PhoneId> = self.registrar.phones_at(peer).cloned().collect();
        let before: Vec<_> =
            there.into_iter().map(|p| (self.reachable(&p).count(), self.peers_of(&p), p)).collect();
        act(self);
        for (count, peers, phone) in before {
            self.registrations_changed(&phone, count, &peers);
        }
    }

    /// Settings changed: phones that are gone, or whose secret changed, must log in again.
    pub(super) fn reconfigure_phones(&mut self, now: Tick, settings: &Settings) {
        let after = phones(settings);
        let gone: Vec<PhoneId> = self
            .phones
            .iter()
            .filter(|(id, secret)| after.get(*id) != Some(secret))
            .map(|(id, _)| id.clone())
            .collect();
        for phone in &gone {
            let (before, peers) = (self.reachable(phone).count(), self.peers_of(phone));
            self.registrar.unregister_all(phone);
            self.registrations_changed(phone, before, &peers);
            self.reject_watches(now, phone);
        }
        self.phones = after;
    }

    /// Registrations come from the office's own network unless the owner allows others.
    pub(super) fn may_register_from(&self, flow: Flow) -> bool {
        self.config.settings.network.remote_phones || is_private(flow.peer.ip())
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
