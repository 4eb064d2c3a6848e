//! Pure. A call that comes in: INVITE until our final answer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::compose::{self, ABILITIES, ALLOW, SDP, SUPPORTED};
use super::exchange::{Asked, ServerKey};
use super::leg::{Arriving, Awaited, Leg, Session, Side, State, TimerWish, Unacked};
use crate::ids::LegId;
use crate::sip::dialog::Dialog;
use crate::sip::random::{hex, read_hex};
use crate::sip::transaction::{Repetition, T2};
use crate::sip::wire::{Message, NameAddr, Replaces, judge, name};
use crate::sip::{Arrival, Ending, Event, Refusal, Sdp, Source};
use crate::time::Tick;

/// Legs at once, placed and arrived; beyond it new calls are answered 503.
pub(super) const LEGS_MAX: usize = 4096;
/// What a peer is told to wait when the door is closed, in seconds.
pub(super) const RETRY_AFTER_SECONDS: &str = "10";

impl Stack {
    /// An INVITE outside a dialog, from somebody who may call.
    pub(super) fn on_invite(&mut self, asked: &Asked<'_>, from: Source) {
        let invite = asked.message;
        let refusal = self.objection(asked).map(Err).unwrap_or_else(|| self.replaced(invite));
        match refusal {
            Ok(replaces) => self.arrive(asked, from, replaces),
            Err(reply) => self.answer(asked, reply),
        }
    }

    /// Why this INVITE cannot become a call.
    fn objection(&self, asked: &Asked<'_>) -> Option<Message> {
        let invite = asked.message;
        if self.is_merged(&asked.key, invite) {
            return Some(invite.reply(482));
        }
        if self.door_is_closed || self.legs.len() >= LEGS_MAX {
            return Some(invite.reply(503).header(name::RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        if let Err(rejection) = judge::judge_body(invite, &ABILITIES) {
            return Some(rejection.reply(invite, &ABILITIES));
        }
        TimerWish::of(invite).is_too_brief().then(|| too_brief(invite))
    }

    /// The leg an INVITE with Replaces takes over (RFC 3891 §3).
    fn replaced(&self, invite: &Message) -> Result<Option<LegId>, Message> {
        if invite.headers.value(name::REPLACES).is_none() {
            return Ok(None);
        }
        let replaces = invite.replaces().ok_or_else(|| invite.reply(400))?;
        let leg = self.leg_of(&replaces).ok_or_else(|| invite.reply(481))?;
        let is_answered = self.legs.get(&leg).is_some_and(|leg| matches!(leg.state, State::Talking(_)));
        match is_answered {
            true if replaces.early_only => Err(invite.reply(486)),
            true => Ok(Some(leg)),
            // RFC 3891 §3: an early dialog the other side began may be taken; ours to answer may not.
            false => Err(invite.reply(481)),
        }
    }

    /// The leg whose dialog a Replaces names; its `to-tag` is ours.
    pub(super) fn leg_of(&self, replaces: &Replaces<'_>) -> Option<LegId> {
        let leg = *self.by_tag.get(&read_hex(&replaces.to_tag)?)?;
        let dialog = self.legs.get(&leg)?.dialog()?;
        let is_same = dialog.call_id == *replaces.call_id && dialog.remote_tag == *replaces.from_tag;
        is_same.then_some(leg)
    }

    fn arrive(&mut self, asked: &Asked<'_>, from: Source, replaces: Option<LegId>) {
        let (invite, flow) = (asked.message, asked.flow);
        self.last_leg += 2;
        let id = LegId(self.last_leg);
        if !self.accept(asked, Some(id)) {
            return;
        }
        self.respond(asked.now, &asked.key, &invite.reply(100));
        let tag = self.random.tag();
        let mut leg = Leg::new(id, from);
        leg.tags.push(tag);
        let sdp = compose::description(invite);
        leg.state = State::Arriving(Box::new(Arriving {
            key: asked.key.clone(),
            dialog: Dialog::answering(invite, tag, flow, leg.hop()),
            wants_offer: sdp.is_none(),
            timer: TimerWish::of(invite),
            far_updates: compose::allows_update(invite),
        }));
        let (caller, caller_name) = match &leg.party {
            Source::Phone(phone) => (phone.to_string(), String::new()),
            Source::Trunk(_) => compose::caller(invite),
        };
        let arrival = Arrival {
            leg: id,
            dialled: self.dialled(invite, &leg.party),
            from: leg.party.clone(),
            caller,
            caller_name,
            sdp,
            replaces,
            peer: flow.peer,
            local: self.public_ip(flow),
            max_forwards: invite.max_forwards().unwrap_or(70),
        };
        self.by_tag.insert(tag, id);
        self.legs.insert(id, Box::new(leg));
        self.events.push_back(Event::Arrived(Box::new(arrival)));
    }

    /// User of the Request-URI; where a provider calls the user we registered, the number is in To.
    fn dialled(&self, invite: &Message, from: &Source) -> String {
        let uri = invite.uri().and_then(|uri| uri.read());
        let user = uri.map(|uri| uri.user_text().into_owned()).unwrap_or_default();
        let is_our_login = match from {
            Source::Trunk(trunk) => self.trunk_user(trunk).is_some_and(|ours| ours == user),
            Source::Phone(_) => false,
        };
        let called = invite.to().as_ref().and_then(NameAddr::uri).map(|uri| uri.user_text().into_owned());
        match called {
            Some(called) if is_our_login && !called.is_empty() => called,
            _ => user,
        }
    }

    /// 180, or 183 with a description.
    pub(super) fn progress(&mut self, now: Tick, id: LegId, sdp: Option<&Sdp>) {
        let Some(leg) = self.legs.get(&id) else { return };
        let State::Arriving(arriving) = &leg.state else { return };
        let status = if sdp.is_some() { 183 } else { 180 };
        let contact = self.contact_for(&leg.party, arriving.dialog.flow);
        let key = arriving.key.clone();
        let Some(reply) = self.reply(&key, status) else { return };
        let reply = reply.with_to_tag(&hex(arriving.dialog.local_tag)).header(name::CONTACT, &contact);
        let reply = match sdp {
            Some(sdp) => reply.with_body(SDP, &**sdp),
            None => reply,
        };
        self.respond(now, &key, &reply);
    }

    /// 200.
    pub(super) fn answer_call(&mut self, now: Tick, id: LegId, sdp: Sdp) {
        self.with_leg(id, |stack, leg| {
            let State::Arriving(arriving) = std::mem::replace(&mut leg.state, State::Over) else { return };
            let contact = stack.contact_for(&leg.party, arriving.dialog.flow);
            let (expires, clock) = arriving.timer.agree(now);
            let Some(reply) = stack.reply(&arriving.key, 200) else { return };
            let mut reply = reply
                .with_to_tag(&hex(arriving.dialog.local_tag))
                .header(name::CONTACT, &contact)
                .header(name::ALLOW, ALLOW)
                .header(name::SUPPORTED, SUPPORTED);
            compose::write_timer(&mut reply, expires);
            let what = if arriving.wants_offer { Awaited::Answer } else { Awaited::Start };
            let unacked = stack.repeat_until_ack(now, &arriving.key, &reply.with_body(SDP, &*sdp), what);
            let mut session = Session::new(arriving.dialog, leg.hop(), Side::Callee);
            session.described = Some(sdp);
            session.unacked = unacked;
            session.clock = Some(clock);
            session.far_updates = arriving.far_updates;
            leg.state = State::Talking(Box::new(session));
        });
    }

    /// Sends a 2xx to an INVITE that is repeated until its ACK (RFC 3261 §13.3.1.4), also over a stream.
    pub(super) fn repeat_until_ack(
        &mut self,
        now: Tick,
        key: &ServerKey,
        response: &Message,
        what: Awaited,
    ) -> Option<Unacked> {
        let cseq = response.cseq()?.number;
        let outgoing = self.respond(now, key, response)?;
        let reliability = crate::sip::transaction::Reliability::Unreliable;
        Some(Unacked { cseq, outgoing, repetition: Repetition::start(now, reliability, T2), what })
    }

    /// A final refusal.
    pub(super) fn refuse(&mut self, now: Tick, id: LegId, refusal: Refusal) {
        self.refuse_with(now, id, status_of(refusal));
    }

    fn refuse_with(&mut self, now: Tick, id: LegId, status: u16) {
        self.with_leg(id, |stack, leg| {
            let State::Arriving(arriving) = std::mem::replace(&mut leg.state, State::Over) else { return };
            let Some(reply) = stack.reply(&arriving.key, status) else { return };
            let reply = reply.with_to_tag(&hex(arriving.dialog.local_tag));
            let reply = match status {
                503 => reply.header(name::RETRY_AFTER, RETRY_AFTER_SECONDS),
                _ => reply,
            };
            stack.respond(now, &arriving.key, &reply);
        });
    }

    /// The office hangs up a call it has not answered.
    pub(super) fn refuse_hung_up(&mut self, now: Tick, id: LegId) {
        self.refuse_with(now, id, 480);
    }

    /// CANCEL (RFC 3261 §9.2).
    pub(super) fn on_cancel(&mut self, asked: &Asked<'_>, invite: &ServerKey) {
        if !self.has_server(invite, asked.flow) {
            return self.answer_stateless(asked.flow, asked.message.reply(481));
        }
        self.answer(asked, asked.message.reply(200));
        if let Some(id) = self.cancellable(invite) {
            self.refuse_with(asked.now, id, 487);
            self.events.push_back(Event::Ended { leg: id, how: Ending::Cancelled });
        }
    }
}

/// 422 with what we take.
pub(super) fn too_brief(request: &Message) -> Message {
    request.reply(422).header(name::MIN_SE, &compose::MIN_SE_SECONDS.to_string())
}

fn status_of(refusal: Refusal) -> u16 {
    match refusal {
        Refusal::Busy => 486,
        Refusal::NotFound => 404,
        Refusal::Unavailable => 480,
        Refusal::NotAcceptable => 488,
        Refusal::Forbidden => 403,
        Refusal::Overloaded => 503,
        Refusal::Declined => 603,
    }
}
