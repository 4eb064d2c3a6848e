//! Pure. The order of judgement (spec/reliability.md §1): what a message is, who sends it, who answers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::compose::ABILITIES;
use super::exchange::{Asked, server_key};
use super::talking::{bad_event, not_allowed};
use super::{Drop, Stack};
use crate::barrier::shielded;
use crate::ids::LegId;
use crate::sip::guard::Verdict;
use crate::sip::random::{hex, read_hex};
use crate::sip::wire::{Message, Method, ParseError, Start, judge, name, parse};
use crate::sip::{Flow, Source};
use crate::time::{Now, Tick};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The largest answer to somebody unknown whose request was small (spec/reliability.md §1).
const STRANGER_ANSWER_BYTES: usize = 900;

impl Stack {
    /// One datagram, or one framed message of a stream.
    pub fn receive(&mut self, now: Now, flow: Flow, bytes: &[u8]) {
        let now = now.tick;
        let Some(read) = shielded(|| parse(bytes)) else { return self.drop(Drop::Fault) };
        match read {
            Err(error) => self.on_unreadable(now, flow, bytes.len(), &error),
            Ok(message) if message.status().is_some() => self.on_response(now, flow, &message),
            Ok(mut message) => {
                stamp(&mut message, flow);
                self.on_request(now, flow, bytes.len(), &message);
            }
        }
    }

    fn on_unreadable(&mut self, now: Tick, flow: Flow, length: usize, error: &ParseError) {
        let Some(mut reply) = error.reply() else { return self.drop(Drop::Unreadable) };
        stamp(&mut reply, flow);
        if self.lets_in(now, flow) {
            self.answer_stranger(flow, length, reply);
        }
    }

    fn on_request(&mut self, now: Tick, flow: Flow, length: usize, message: &Message) {
        let Start::Request { method, .. } = &message.start else { return };
        let named = if *method == Method::Ack { &Method::Invite } else { method };
        let Some(key) = server_key(message, named) else { return self.drop(Drop::Unreadable) };
        if self.absorbs(now, &key, method) {
            return;
        }
        let asked = Asked { now, key, flow, length, message };
        match method {
            Method::Ack => self.on_any_ack(&asked),
            Method::Cancel => match server_key(message, &Method::Invite) {
                Some(invite) if self.has_server(&invite, flow) || self.lets_in(now, flow) => {
                    self.on_cancel(&asked, &invite);
                }
                _ => {}
            },
            _ => self.on_other(&asked, method),
        }
    }

    fn on_other(&mut self, asked: &Asked<'_>, method: &Method) {
        let leg = self.leg_within(asked.message);
        if leg.is_none() && !self.lets_in(asked.now, asked.flow) {
            return;
        }
        if let Err(rejection) = judge::judge(asked.message, &ABILITIES) {
            return self.answer_stranger(
                asked.flow,
                asked.length,
                rejection.reply(asked.message, &ABILITIES),
            );
        }
        if *method == Method::Options && leg.is_none() {
            return self.answer_options(asked);
        }
        if asked.message.max_forwards() == Some(0) {
            return self.answer_stranger(asked.flow, asked.length, asked.message.reply(483));
        }
        if let Some(watch) = self.watch_within(asked.message) {
            return self.on_within_watch(asked, watch, method);
        }
        match leg {
            Some(leg) => self.on_within_judged(asked, leg, method),
            None if asked.message.to().is_some_and(|to| to.tag().is_some()) => {
                self.answer_stranger(asked.flow, asked.length, asked.message.reply(481));
            }
            None => self.on_outside(asked, method),
        }
    }

    /// Within a dialog the tags must match, and the source (spec/reliability.md §1).
    fn on_within_judged(&mut self, asked: &Asked<'_>, id: LegId, method: &Method) {
        let is_from_there = self.legs.get(&id).is_some_and(|leg| self.is_source_of(leg, asked.flow));
        if !is_from_there {
            let party = self.legs.get(&id).map(|leg| leg.party.clone());
            match self.authenticate(asked) {
                Some(phone) if party == Some(Source::Phone(phone.clone())) => {}
                Some(_) => return self.answer_stranger(asked.flow, asked.length, asked.message.reply(403)),
                None => return,
            }
        }
        if let Some(leg) = self.legs.get_mut(&id).filter(|leg| matches!(leg.party, Source::Phone(_))) {
            // The phone moved to another port or connection: answer to where it came from.
            leg.adopt(asked.flow);
        }
        self.on_request_within(asked, id, method);
    }

    fn is_source_of(&self, leg: &super::leg::Leg, flow: Flow) -> bool {
        let Some(dialog) = leg.dialog() else { return false };
        let ip = flow.peer.ip();
        match &leg.party {
            Source::Phone(_) => dialog.flow.peer.ip() == ip,
            Source::Trunk(trunk) => {
                dialog.flow.peer.ip() == ip
                    || self.is_address_of(trunk, flow)
                    || dialog.hosts().any(|host| host.to_canonical() == ip)
            }
        }
    }

    fn on_outside(&mut self, asked: &Asked<'_>, method: &Method) {
        // A registered contact or a password wins over a trunk's address.
        let is_phone = self.registrar.knows(asked.flow.peer)
            || asked.message.headers.value(name::AUTHORIZATION).is_some();
        let trunk = if is_phone { None } else { self.trunk_at(asked.flow, asked.message) };
        let source = match trunk {
            Some(trunk) if *method != Method::Register => {
                self.trunk_heard(asked.now, &trunk);
                Source::Trunk(trunk)
            }
            _ => match self.authenticate(asked) {
                Some(phone) => Source::Phone(phone),
                None => return,
            },
        };
        match (method, source) {
            (Method::Register, Source::Phone(phone)) => self.on_register(asked, &phone),
            (Method::Invite, source) => {
                if let Source::Phone(_) = source {
                    self.phone_heard(asked.now, asked.flow);
                }
                self.on_invite(asked, source);
            }
            (Method::Subscribe, Source::Phone(phone)) => self.on_subscribe(asked, &phone),
            (Method::Subscribe, Source::Trunk(_)) => self.answer(asked, bad_event(asked.message)),
            (Method::Bye | Method::Update | Method::Info | Method::Notify, _) => {
                self.answer(asked, asked.message.reply(481));
            }
            _ => self.answer(asked, not_allowed(asked.message)),
        }
    }

    fn on_any_ack(&mut self, asked: &Asked<'_>) {
        match self.leg_within(asked.message) {
            Some(leg) => self.on_ack(asked.now, leg, asked.message),
            None => self.drop(Drop::Stray),
        }
    }

    /// The leg whose dialog a request names; Call-ID and both tags must match.
    fn leg_within(&self, message: &Message) -> Option<LegId> {
        let to = message.to()?;
        let id = *self.by_tag.get(&read_hex(to.tag()?)?)?;
        let dialog = self.legs.get(&id)?.dialog()?;
        let from = message.from()?;
        let is_same =
            message.call_id() == Some(&dialog.call_id) && from.tag().unwrap_or("") == dialog.remote_tag;
        is_same.then_some(id)
    }

    /// A stranger gets so much attention; those we have met get more (but may not guess passwords).
    fn lets_in(&mut self, now: Tick, flow: Flow) -> bool {
        if self.registrar.knows(flow.peer) || self.is_any_trunk(flow) {
            return true;
        }
        match self.guard.ask(now, flow.peer.ip()) {
            Verdict::Welcome => return true,
            Verdict::TooMany => self.drop(Drop::TooMany),
            Verdict::Blocked => self.drop(Drop::Blocked),
        }
        false
    }

    /// The final answer to somebody we trust: kept for repetitions.
    pub(super) fn answer(&mut self, asked: &Asked<'_>, reply: Message) {
        if self.accept(asked, None) {
            let reply = self.tagged(reply);
            self.respond(asked.now, &asked.key, &reply);
        }
    }

    /// One packet, nothing remembered, never much larger than what was asked.
    pub(super) fn answer_stranger(&mut self, flow: Flow, length: usize, reply: Message) {
        let bytes = self.tagged(reply).print();
        match bytes.len() <= STRANGER_ANSWER_BYTES.max(length + length / 2) {
            true => self.send(flow, bytes),
            false => self.drop(Drop::TooLarge),
        }
    }

    /// As [`Stack::answer_stranger`], for answers whose size is ours.
    pub(super) fn answer_stateless(&mut self, flow: Flow, reply: Message) {
        let bytes = self.tagged(reply).print();
        self.send(flow, bytes);
    }

    /// A To tag where there is none: the same for a repetition of the same request (RFC 3261 §8.2.7).
    fn tagged(&self, reply: Message) -> Message {
        if reply.to().is_some_and(|to| to.tag().is_some()) {
            return reply;
        }
        let mut hasher = DefaultHasher::new();
        (self.config.seed, reply.call_id(), reply.headers.value(name::FROM)).hash(&mut hasher);
        reply.with_to_tag(&hex(hasher.finish()))
    }
}

/// Writes into the top Via where the request really came from (RFC 3581 §4).
fn stamp(message: &mut Message, flow: Flow) {
    let Some(top) = message.via().map(|via| via.stamped(flow.peer)) else { return };
    let others = message.headers.items(name::VIA).skip(1).map(str::to_owned);
    let all: Vec<String> = std::iter::once(top).chain(others).collect();
    message.headers.set(name::VIA, &all.join(", "));
}
