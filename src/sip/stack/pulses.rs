//! Pure. OPTIONS to the phones: who is still there.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::compose::host_part;
use super::exchange::Owner;
use super::{Stack, Timer};
use crate::ids::PhoneId;
use crate::sip::pulse::{JITTER, Turn};
use crate::sip::random::hex;
use crate::sip::registrar::Binding;
use crate::sip::wire::{Message, Method, name};
use crate::sip::{Flow, Source};
use crate::time::Tick;
use std::time::Duration;

impl Stack {
    /// Where a phone can be rung: its bindings except those whose device has gone silent.
    pub(super) fn reachable(&self, phone: &PhoneId) -> impl Iterator<Item = &Binding> {
        self.registrar.bindings(phone).iter().filter(|binding| !self.pulses.is_gone(binding.flow))
    }

    /// Phones that can be rung.
    pub(super) fn reachable_phones(&self) -> usize {
        match self.pulses.is_complete() {
            true => self.registrar.registered(),
            false => self.registrar.phones().filter(|phone| self.reachable(phone).next().is_some()).count(),
        }
    }

    /// Begins to watch the way a phone registered by.
    pub(super) fn watch_phone(&mut self, now: Tick, phone: &PhoneId, flow: Flow) {
        if self.registrar.bindings(phone).iter().any(|binding| binding.flow == flow) {
            let jitter = self.pulse_jitter();
            self.pulses.watch(now, flow, jitter);
            self.timers.set(&Timer::Pulses, self.pulses.due());
        }
    }

    /// A phone proved by answer or password that it is there.
    pub(super) fn phone_heard(&mut self, now: Tick, flow: Flow) {
        let jitter = self.pulse_jitter();
        match self.pulses.is_gone(flow) {
            true => self.change_at(flow.peer, |stack| stack.pulses.heard(now, flow, jitter)),
            false => self.pulses.heard(now, flow, jitter),
        }
        self.end_question(flow);
    }

    /// Nobody is registered by this way any more.
    pub(super) fn unwatch(&mut self, flow: Flow) {
        self.pulses.forget(flow);
        self.end_question(flow);
    }

    pub(super) fn wake_pulses(&mut self, now: Tick) {
        while let Some(flow) = self.pulses.pop_due(now) {
            let Some((uri, party)) = self.device_at(flow) else {
                self.unwatch(flow);
                continue;
            };
            let jitter = self.pulse_jitter();
            let turn = self.pulses.turn(now, flow, jitter);
            self.end_question(flow);
            if turn == Turn::Gone {
                self.change_at(flow.peer, |stack| stack.pulses.give_up(flow));
            }
            if turn != Turn::Rest {
                self.ask_device(now, flow, &uri, &party);
            }
        }
        self.timers.set(&Timer::Pulses, self.pulses.due());
    }

    /// Some device registered by this way.
    fn device_at(&self, flow: Flow) -> Option<(String, Source)> {
        self.registrar.phones_at(flow.peer).find_map(|phone| {
            let binding = self.registrar.bindings(phone).iter().find(|binding| binding.flow == flow)?;
            Some((binding.uri.clone(), Source::Phone(phone.clone())))
        })
    }

    fn ask_device(&mut self, now: Tick, flow: Flow, uri: &str, party: &Source) {
        let us =
            format!("<sip:frontdesk@{}>;tag={}", host_part(self.public_ip(flow)), hex(self.random.tag()));
        let options = Message::request(Method::Options, uri)
            .header(name::MAX_FORWARDS, "70")
            .header(name::FROM, &us)
            .header(name::TO, &format!("<{uri}>"))
            .header(name::CALL_ID, &self.random.call_id())
            .header(name::CSEQ, "1 OPTIONS")
            .header(name::CONTACT, &self.contact_for(party, flow));
        let key = self.ask(now, flow, options, Owner::Pulse(flow));
        self.questions.insert(flow, key);
    }

    fn end_question(&mut self, flow: Flow) {
        if let Some(key) = self.questions.remove(&flow) {
            self.forget(key);
        }
        self.timers.set(&Timer::Pulses, self.pulses.due());
    }

    fn pulse_jitter(&mut self) -> Duration {
        self.random.wait(JITTER, Duration::from_millis(10))
    }
}
