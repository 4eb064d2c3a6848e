//! Pure. New offers within a call, both ways: re-INVITE and UPDATE, glare, session refresh.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::arriving::too_brief;
use super::compose::{self, ABILITIES, ALLOW, SDP, SUPPORTED};
use super::exchange::{Asked, Owner};
use super::leg::{Awaited, Clock, Leg, Ours, Purpose, Session, Side, State, Theirs, TimerWish};
use crate::ids::LegId;
use crate::sip::wire::{Message, Method, judge, name};
use crate::sip::{Event, Sdp};
use crate::time::Tick;
use std::time::Duration;

impl Stack {
    /// re-INVITE or UPDATE from the far end.
    pub(super) fn on_offer(&mut self, asked: &Asked<'_>, leg: &mut Leg, method: &Method) {
        let request = asked.message;
        if let Some(refusal) = objection(leg, request, method) {
            return self.answer(asked, refusal);
        }
        let State::Talking(session) = &mut leg.state else { return };
        if !self.accept(asked, None) {
            return;
        }
        session.dialog.retarget(request, session.hop);
        let sdp = compose::description(request);
        let is_refresh_only = sdp.is_none() && *method == Method::Update;
        session.theirs = Some(Theirs {
            key: asked.key.clone(),
            method: method.clone(),
            cseq: super::cseq_of(request),
            wants_offer: sdp.is_none(),
            timer: TimerWish::of(request),
        });
        if is_refresh_only {
            return self.answer_offer(asked.now, leg, None);
        }
        if *method == Method::Invite {
            self.respond(asked.now, &asked.key, &request.reply(100));
        }
        self.events.push_back(Event::Reoffered { leg: leg.id, sdp });
    }

    /// The office's answer to [`Event::Reoffered`].
    pub(super) fn reanswer(&mut self, now: Tick, id: LegId, result: Result<Sdp, u16>) {
        self.with_leg(id, |stack, leg| match result {
            Ok(sdp) => stack.answer_offer(now, leg, Some(sdp)),
            Err(status) => {
                let State::Talking(session) = &mut leg.state else { return };
                let Some(theirs) = session.theirs.take() else { return };
                if let Some(reply) = stack.reply(&theirs.key, status) {
                    stack.respond(now, &theirs.key, &reply);
                }
                stack.send_wanted(now, leg);
            }
        });
    }

    /// 200 to their offer, or to a plain refresh.
    fn answer_offer(&mut self, now: Tick, leg: &mut Leg, sdp: Option<Sdp>) {
        let State::Talking(session) = &mut leg.state else { return };
        let Some(theirs) = session.theirs.take() else { return };
        let Some(reply) = self.reply(&theirs.key, 200) else { return };
        let contact = self.contact_for(&leg.party, session.dialog.flow);
        let mut reply = reply.header(name::CONTACT, &contact).header(name::ALLOW, ALLOW);
        reply.headers.push(name::SUPPORTED, SUPPORTED);
        let (expires, clock) = theirs.timer.agree(now);
        compose::write_timer(&mut reply, expires);
        session.clock = Some(clock);
        let reply = match &sdp {
            Some(sdp) => reply.with_body(SDP, &**sdp),
            None => reply,
        };
        session.described = sdp.or(session.described.take());
        match theirs.method {
            Method::Invite => {
                let what = if theirs.wants_offer { Awaited::Answer } else { Awaited::Nothing };
                debug_assert_eq!(reply.cseq().map(|c| c.number), Some(theirs.cseq));
                session.unacked = self.repeat_until_ack(now, &theirs.key, &reply, what);
            }
            _ => {
                self.respond(now, &theirs.key, &reply);
                self.send_wanted(now, leg);
            }
        }
    }

    /// The office offers anew; the latest wish counts when one is still waiting.
    pub(super) fn reoffer(&mut self, now: Tick, id: LegId, sdp: Sdp) {
        self.with_leg(id, |stack, leg| {
            let State::Talking(session) = &mut leg.state else { return };
            session.wanted = Some(sdp);
            stack.send_wanted(now, leg);
        });
    }

    /// Sends a waiting offer unless another exchange is in progress (RFC 3261 §14.1).
    pub(super) fn send_wanted(&mut self, now: Tick, leg: &mut Leg) {
        let State::Talking(session) = &mut leg.state else { return };
        if session.is_busy() || session.retry_at.is_some() {
            return;
        }
        let Some(sdp) = session.wanted.take() else { return };
        self.ask_within(now, leg, Method::Invite, Some(sdp.clone()), Purpose::Reoffer(sdp));
    }

    /// Our turn to refresh the session: UPDATE where the far end has it, else re-INVITE (RFC 4028 §7.4).
    pub(super) fn refresh(&mut self, now: Tick, leg: &mut Leg) {
        let State::Talking(session) = &mut leg.state else { return };
        let Some(clock) = &mut session.clock else { return };
        // Whatever becomes of this one, the next look is due in half of what is left.
        clock.at = now + clock.interval / 4;
        if session.is_busy() {
            return;
        }
        match (session.far_updates, session.described.clone()) {
            (true, _) | (false, None) => self.ask_within(now, leg, Method::Update, None, Purpose::Refresh),
            (false, sdp) => self.ask_within(now, leg, Method::Invite, sdp, Purpose::Refresh),
        }
    }

    fn ask_within(&mut self, now: Tick, leg: &mut Leg, method: Method, sdp: Option<Sdp>, purpose: Purpose) {
        let State::Talking(session) = &mut leg.state else { return };
        let number = session.dialog.next_cseq();
        let contact = self.contact_for(&leg.party, session.dialog.flow);
        let mut request = session.dialog.request(&method, number).header(name::CONTACT, &contact);
        request.headers.push(name::ALLOW, ALLOW);
        request.headers.push(name::SUPPORTED, SUPPORTED);
        if let Some(clock) = session.clock {
            let refresher = match clock.duty {
                super::leg::Duty::Ours => "uac",
                super::leg::Duty::Theirs => "uas",
            };
            let expires = format!("{};refresher={refresher}", clock.interval.as_secs());
            request.headers.push(name::SESSION_EXPIRES, &expires);
        }
        if let Some(sdp) = sdp {
            request = request.with_body(SDP, &*sdp);
        }
        let key = self.ask(now, session.dialog.flow, request, Owner::Within(leg.id));
        session.ours = Some(Ours { key, method, purpose });
    }

    /// The final answer to our re-INVITE or UPDATE.
    pub(super) fn on_offer_answered(&mut self, now: Tick, leg: &mut Leg, response: Option<&Message>) {
        let State::Talking(session) = &mut leg.state else { return };
        let Some(ours) = session.ours.take() else { return };
        let status = response.and_then(Message::status).unwrap_or(408);
        match (status, response) {
            (200..=299, Some(response)) => self.on_offer_accepted(now, leg, ours, response),
            (401 | 407, Some(response)) => self.offer_with_credentials(now, leg, ours, response),
            (422, Some(response)) if session.lengthen(response) => {
                if let Purpose::Reoffer(sdp) = &ours.purpose {
                    session.wanted.get_or_insert(sdp.clone());
                }
                match ours.purpose {
                    Purpose::Reoffer(_) => self.send_wanted(now, leg),
                    Purpose::Refresh => self.refresh(now, leg),
                }
            }
            (491, _) => self.retry_after_glare(now, leg, ours),
            (408 | 481, _) => {
                self.tell_reanswered(leg.id, &ours, Err(status));
                self.end_lost(now, leg);
            }
            _ => {
                self.tell_reanswered(leg.id, &ours, Err(status));
                self.send_wanted(now, leg);
            }
        }
    }

    fn on_offer_accepted(&mut self, now: Tick, leg: &mut Leg, ours: Ours, response: &Message) {
        let State::Talking(session) = &mut leg.state else { return };
        session.dialog.retarget(response, session.hop);
        if let Some(clock) = Clock::told(now, response) {
            session.clock = Some(clock);
        }
        if let Purpose::Reoffer(sdp) = &ours.purpose {
            session.described = Some(sdp.clone());
        }
        if ours.method == Method::Invite {
            let ack = session.dialog.request(&Method::Ack, super::cseq_of(response));
            let flow = session.dialog.flow;
            let tag = session.dialog.remote_tag.clone();
            self.acknowledge(ours.key, &tag, flow, ack);
        }
        self.tell_reanswered(leg.id, &ours, Ok(compose::description(response)));
        self.send_wanted(now, leg);
    }

    fn offer_with_credentials(&mut self, now: Tick, leg: &mut Leg, ours: Ours, response: &Message) {
        let State::Talking(session) = &mut leg.state else { return };
        let Some((request, flow)) = self.sent(ours.key) else { return };
        let number = session.dialog.next_cseq();
        match self.with_credentials(&leg.party, &request, response, number) {
            Some(again) => {
                let key = self.ask(now, flow, again, Owner::Within(leg.id));
                session.ours = Some(Ours { key, ..ours });
            }
            None => self.tell_reanswered(leg.id, &ours, Err(response.status().unwrap_or(401))),
        }
    }

    /// RFC 3261 §14.1: who made the Call-ID waits 2.1 to 4 s, the other up to 2 s, in steps of 10 ms.
    fn retry_after_glare(&mut self, now: Tick, leg: &mut Leg, ours: Ours) {
        let State::Talking(session) = &mut leg.state else { return };
        let step = Duration::from_millis(10);
        let wait = match session.side {
            Side::Caller => Duration::from_millis(2100) + self.random.wait(Duration::from_millis(1900), step),
            Side::Callee => self.random.wait(Duration::from_secs(2), step),
        };
        if let Purpose::Reoffer(sdp) = ours.purpose {
            session.wanted.get_or_insert(sdp);
            session.retry_at = Some(now + wait);
        }
    }

    fn tell_reanswered(&mut self, leg: LegId, ours: &Ours, result: Result<Option<Sdp>, u16>) {
        if matches!(ours.purpose, Purpose::Reoffer(_)) {
            self.events.push_back(Event::Reanswered { leg, result });
        }
    }
}

impl Session {
    /// The session interval the far end's 422 asks for; `false` when that is no longer than ours.
    fn lengthen(&mut self, refusal: &Message) -> bool {
        let Some(least) = refusal.min_se() else { return false };
        let least = Duration::from_secs(least.0.min(compose::SESSION_SECONDS_MAX).into());
        let Some(clock) = self.clock.as_mut().filter(|clock| clock.interval < least) else { return false };
        clock.interval = least;
        true
    }

    /// An offer, an answer or an ACK is still to come.
    fn is_busy(&self) -> bool {
        self.ours.is_some() || self.theirs.is_some() || self.unacked.is_some()
    }
}

/// Why a new offer cannot be taken now.
fn objection(leg: &Leg, request: &Message, method: &Method) -> Option<Message> {
    let State::Talking(session) = &leg.state else {
        return Some(request.reply(if matches!(leg.state, State::Leaving(_)) { 481 } else { 491 }));
    };
    if let Err(rejection) = judge::judge_body(request, &ABILITIES) {
        return Some(rejection.reply(request, &ABILITIES));
    }
    if TimerWish::of(request).is_too_brief() {
        return Some(too_brief(request));
    }
    let is_plain_update = *method == Method::Update && request.body.is_empty();
    if is_plain_update && session.theirs.is_none() {
        return None;
    }
    // RFC 3261 §14.2: 491 against our own offer, 500 against an earlier one of theirs.
    if session.ours.is_some() {
        return Some(request.reply(491));
    }
    let is_waiting = session.theirs.is_some() || session.unacked.is_some();
    is_waiting.then(|| request.reply(500).header(name::RETRY_AFTER, "1"))
}
