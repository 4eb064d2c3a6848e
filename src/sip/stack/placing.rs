//! Pure. A call we place: one leg, an INVITE to every binding, the first 2xx wins.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::compose::{self, ALLOW, SDP, SUPPORTED};
use super::exchange::{ClientKey, Owner};
use super::leg::{Clock, Fork, ForkWish, Leg, Placing, Rang, Session, Side, State};
use crate::ids::{LegId, PhoneId, TrunkId};
use crate::sip::dialog::{Dialog, Hop, tag_of};
use crate::sip::random::hex;
use crate::sip::wire::{Message, Method, name};
use crate::sip::{Destination, Event, Failure, Flow, HangupReason, Placement, Source};
use crate::time::Tick;
use std::collections::VecDeque;
use std::time::Duration;

/// An address of a trunk that says nothing at all for this long is passed over for the next; the last
/// one has the 32 s of timer B.
const TRUNK_PATIENCE: Duration = Duration::from_secs(4);
/// A far end may ring this long (timer C of RFC 3261 §16.6); the office gives up long before.
const RINGING_MAX: Duration = Duration::from_secs(300);
/// After a CANCEL the INVITE ends by itself, or we stop waiting (RFC 3261 §9.1).
const CANCEL_PATIENCE: Duration = Duration::from_secs(32);
/// New tries of one INVITE: challenge, stale nonce, longer session.
const RETRIES_MAX: u8 = 3;

impl Stack {
    /// INVITE.
    pub(super) fn place(&mut self, now: Tick, placement: Placement) {
        let mut leg = match &placement.to {
            Destination::Phone(phone) => self.ring_phone(now, &placement, phone),
            Destination::Trunk { trunk, number } => self.call_trunk(now, &placement, trunk, number),
        };
        if leg.forks.is_empty() {
            let why = Failure { status: 503, cause: None };
            self.events.push_back(Event::Failed { leg: leg.id, why });
            return;
        }
        leg.tags = leg.forks.iter().map(|fork| fork.tag).collect();
        self.by_tag.extend(leg.tags.iter().map(|tag| (*tag, leg.id)));
        let id = leg.id;
        self.legs.insert(id, Box::new(leg));
        self.settle_leg(id);
    }

    fn ring_phone(&mut self, now: Tick, placement: &Placement, phone: &PhoneId) -> Leg {
        let mut leg = new_leg(now, placement, Source::Phone(phone.clone()));
        let targets: Vec<(String, Flow)> = self.reachable(phone).map(|b| (b.uri.clone(), b.flow)).collect();
        for (uri, flow) in targets {
            let host = compose::host_part(self.public_ip(flow));
            let from = compose::identity(&placement.caller_name, &placement.caller, &host);
            let invite = self.invite(&leg.party, placement, flow, &uri, &from);
            leg.forks.push(self.fork(now, leg.id, invite, flow, None));
        }
        leg
    }

    fn call_trunk(&mut self, now: Tick, placement: &Placement, trunk: &TrunkId, number: &str) -> Leg {
        let mut leg = new_leg(now, placement, Source::Trunk(trunk.clone()));
        let mut flows = self.trunk_flows(trunk);
        let (Some(flow), Some(host)) = (flows.pop_front(), self.trunk_host(trunk)) else { return leg };
        let caller = match placement.caller.is_empty() {
            true => self.trunk_user(trunk).unwrap_or("").to_owned(),
            false => placement.caller.clone(),
        };
        let uri = format!("sip:{}@{host}", compose::user_part(number));
        let shown = compose::identity(&placement.caller_name, &caller, &host);
        let mut invite = self.invite(&leg.party, placement, flow, &uri, &shown);
        if !caller.is_empty() {
            invite.headers.push(name::P_ASSERTED_IDENTITY, &shown);
        }
        let answer_by = (!flows.is_empty()).then(|| now + TRUNK_PATIENCE);
        if let State::Placing(placing) = &mut leg.state {
            placing.spare = flows;
        }
        leg.forks.push(self.fork(now, leg.id, invite, flow, answer_by));
        leg
    }

    /// An INVITE without Via, From tag and CSeq of its own yet.
    fn invite(
        &mut self,
        party: &Source,
        placement: &Placement,
        flow: Flow,
        uri: &str,
        from: &str,
    ) -> Message {
        let mut invite = Message::request(Method::Invite, uri);
        let headers = &mut invite.headers;
        headers.push(name::MAX_FORWARDS, &placement.max_forwards.to_string());
        headers.push(name::FROM, from);
        headers.push(name::TO, &format!("<{uri}>"));
        headers.push(name::CALL_ID, &self.random.call_id());
        headers.push(name::CSEQ, "1 INVITE");
        headers.push(name::CONTACT, &self.contact_for(party, flow));
        headers.push(name::ALLOW, ALLOW);
        headers.push(name::SUPPORTED, SUPPORTED);
        headers.push(name::SESSION_EXPIRES, &compose::SESSION_SECONDS.to_string());
        headers.push(name::MIN_SE, &compose::MIN_SE_SECONDS.to_string());
        invite.with_body(SDP, &*placement.sdp)
    }

    fn fork(
        &mut self,
        now: Tick,
        leg: LegId,
        mut invite: Message,
        flow: Flow,
        answer_by: Option<Tick>,
    ) -> Fork {
        let tag = self.random.tag();
        let from = format!("{};tag={}", invite.headers.value(name::FROM).unwrap_or(""), hex(tag));
        invite.headers.set(name::FROM, &from);
        let key = self.ask(now, flow, invite.clone(), Owner::Fork(leg));
        Fork { key, invite, flow, tag, wish: ForkWish::Wanted, answer_by, retries: 0 }
    }

    /// News of an INVITE of ours; `None`: nobody answered.
    pub(super) fn on_fork(&mut self, now: Tick, id: LegId, key: ClientKey, news: Option<(Flow, &Message)>) {
        let is_ours = self.legs.get(&id).is_some_and(|leg| leg.forks.iter().any(|fork| fork.key == key));
        let status = news.and_then(|(_, response)| response.status()).unwrap_or(408);
        match (is_ours, news) {
            (true, Some((flow, response))) if status < 200 => {
                self.on_provisional(now, id, key, flow, response)
            }
            (true, Some((flow, response))) if status < 300 => self.on_accepted(now, id, key, flow, response),
            (true, _) => self.on_refused(now, id, key, status, news.map(|(_, response)| response)),
            // A further device behind a proxy answers a call that is taken, or over.
            (false, Some((_, response))) if (200..300).contains(&status) => {
                self.decline_2xx(now, key, response, Some(ELSEWHERE))
            }
            (false, _) => {}
        }
    }

    fn on_provisional(&mut self, now: Tick, id: LegId, key: ClientKey, from: Flow, response: &Message) {
        self.with_leg(id, |stack, leg| {
            let Some(fork) = leg.forks.iter_mut().find(|fork| fork.key == key) else { return };
            if fork.wish == ForkWish::Wanted {
                fork.answer_by = None;
            }
            if let ForkWish::Unwanted(reason) = fork.wish {
                return stack.cancel_fork(now, fork, reason);
            }
            let early = compose::description(response);
            let State::Placing(placing) = &mut leg.state else { return };
            let rang = match response.status() {
                Some(100) | None => Rang::No,
                _ if early.is_some() => Rang::Early,
                _ => Rang::Ringing,
            };
            if rang > placing.rang {
                placing.rang = rang;
                stack.events.push_back(Event::Rang { leg: id, early, peer: from.peer });
            }
        });
    }

    fn on_accepted(&mut self, now: Tick, id: LegId, key: ClientKey, flow: Flow, response: &Message) {
        self.with_leg(id, |stack, leg| {
            let Some(at) = leg.forks.iter().position(|fork| fork.key == key) else { return };
            if !matches!(leg.state, State::Placing(_)) {
                let wish = leg.forks.remove(at).wish;
                return stack.decline_2xx(now, key, response, wish.reason());
            }
            let State::Placing(placing) = std::mem::replace(&mut leg.state, State::Over) else { return };
            let fork = leg.forks.remove(at);
            let reached = Flow { connection: flow.connection, ..fork.flow };
            let dialog = Dialog::placed(&fork.invite, response, fork.tag, reached, leg.hop());
            let mut session = Session::new(dialog, leg.hop(), Side::Caller);
            let ack = session.dialog.request(&Method::Ack, super::cseq_of(&fork.invite));
            stack.acknowledge(key, &session.dialog.remote_tag, session.dialog.flow, ack);
            session.described = Some(placing.offer);
            session.clock = Clock::told(now, response);
            session.far_updates = compose::allows_update(response);
            leg.state = State::Talking(Box::new(session));
            stack.unwant(now, leg, Some(ELSEWHERE));
            let sdp = compose::description(response);
            stack.events.push_back(Event::Answered { leg: id, sdp, peer: flow.peer });
        });
    }

    /// ACK and BYE: a 2xx nobody waits for any more (RFC 3261 §13.2.2.4). Who answered a moment too late is
    /// told why, as those who still rang are.
    fn decline_2xx(&mut self, now: Tick, key: ClientKey, response: &Message, reason: Option<&'static str>) {
        let Some((invite, flow)) = self.sent(key) else { return };
        let tag =
            invite.from().and_then(|from| from.tag().and_then(crate::sip::random::read_hex)).unwrap_or(0);
        let mut dialog = Dialog::placed(&invite, response, tag, flow, Hop::Flow);
        let ack = dialog.request(&Method::Ack, super::cseq_of(&invite));
        self.acknowledge(key, &tag_of(response.headers.value(name::TO).unwrap_or("")), flow, ack);
        let number = dialog.next_cseq();
        let mut bye = dialog.request(&Method::Bye, number);
        if let Some(reason) = reason {
            bye.headers.push(name::REASON, reason);
        }
        self.ask(now, flow, bye, Owner::Nobody);
    }

    fn on_refused(&mut self, now: Tick, id: LegId, key: ClientKey, status: u16, response: Option<&Message>) {
        self.with_leg(id, |stack, leg| {
            let Some(at) = leg.forks.iter().position(|fork| fork.key == key) else { return };
            let mut fork = leg.forks.remove(at);
            let is_wanted = fork.wish == ForkWish::Wanted && matches!(leg.state, State::Placing(_));
            if !is_wanted {
                return;
            }
            if let Some(response) = response
                && let Some(again) = stack.better_invite(&leg.party, &fork, response)
            {
                fork.key = stack.ask(now, fork.flow, again.clone(), Owner::Fork(id));
                (fork.invite, fork.retries) = (again, fork.retries + 1);
                return leg.forks.push(fork);
            }
            let cause = response.and_then(|r| r.reason_cause("Q.850")).and_then(|c| u8::try_from(c).ok());
            stack.fork_failed(now, leg, fork.invite, Failure { status, cause });
        });
    }

    /// The next address of a trunk, or the end.
    fn fork_failed(&mut self, now: Tick, leg: &mut Leg, mut invite: Message, why: Failure) {
        let State::Placing(placing) = &mut leg.state else { return };
        let may_move_on = matches!(why.status, 408 | 503) && placing.rang == Rang::No;
        if let Some(flow) = placing.spare.pop_front().filter(|_| may_move_on) {
            let from = invite
                .headers
                .value(name::FROM)
                .and_then(|f| f.rsplit_once(";tag="))
                .map(|(f, _)| f.to_owned());
            invite.headers.set(name::FROM, &from.unwrap_or_default());
            invite.headers.set(name::CALL_ID, &self.random.call_id());
            invite.headers.set(name::CONTACT, &self.contact_for(&leg.party, flow));
            let answer_by = (!placing.spare.is_empty()).then(|| now + TRUNK_PATIENCE);
            let next = self.fork(now, leg.id, invite, flow, answer_by);
            self.by_tag.insert(next.tag, leg.id);
            leg.tags.push(next.tag);
            return leg.forks.push(next);
        }
        if placing.failure.is_none_or(|before| rank(why.status) < rank(before.status)) {
            placing.failure = Some(why);
        }
        let best = placing.failure.unwrap_or(why);
        // RFC 3261 §16.7 step 5: a 6xx speaks for all devices.
        let is_last = !leg.forks.iter().any(|fork| fork.wish == ForkWish::Wanted);
        if is_last || why.status >= 600 {
            leg.state = State::Over;
            self.unwant(now, leg, None);
            self.events.push_back(Event::Failed { leg: leg.id, why: best });
        }
    }

    /// The INVITE again, with what the refusal asked for.
    fn better_invite(&mut self, party: &Source, fork: &Fork, response: &Message) -> Option<Message> {
        if fork.retries >= RETRIES_MAX {
            return None;
        }
        let cseq = super::cseq_of(&fork.invite) + 1;
        match response.status()? {
            401 | 407 => self.with_credentials(party, &fork.invite, response, cseq),
            422 => {
                let wanted = response.min_se()?.0.min(compose::SESSION_SECONDS_MAX);
                let mut again = fork.invite.clone();
                again.headers.set(name::SESSION_EXPIRES, &wanted.max(compose::SESSION_SECONDS).to_string());
                again.headers.set(name::MIN_SE, &wanted.to_string());
                again.headers.set(name::CSEQ, &format!("{cseq} INVITE"));
                Some(again)
            }
            _ => None,
        }
    }

    /// The office gives up a leg that is not answered.
    pub(super) fn give_up(&mut self, now: Tick, leg: &mut Leg, because: &HangupReason) {
        leg.state = State::Over;
        let reason = match because {
            HangupReason::AnsweredElsewhere => Some(ELSEWHERE),
            HangupReason::Normal | HangupReason::CallerGone | HangupReason::Fault => None,
        };
        self.unwant(now, leg, reason);
    }

    fn unwant(&mut self, now: Tick, leg: &mut Leg, reason: Option<&'static str>) {
        for fork in leg.forks.iter_mut().filter(|fork| fork.wish == ForkWish::Wanted) {
            self.cancel_fork(now, fork, reason);
        }
    }

    fn cancel_fork(&mut self, now: Tick, fork: &mut Fork, reason: Option<&'static str>) {
        fork.answer_by = Some(now + CANCEL_PATIENCE);
        match self.may_cancel(fork.key) {
            true => {
                fork.wish = ForkWish::Cancelled(reason);
                self.cancel(now, fork.key, reason);
            }
            false => fork.wish = ForkWish::Unwanted(reason),
        }
    }

    /// Deadlines of forks and of the whole leg.
    pub(super) fn wake_forks(&mut self, now: Tick, leg: &mut Leg) {
        let is_due = |fork: &Fork| fork.answer_by.is_some_and(|by| by <= now);
        while let Some(at) = leg.forks.iter().position(is_due) {
            let mut fork = leg.forks.remove(at);
            if fork.wish != ForkWish::Wanted {
                self.forget(fork.key);
                continue;
            }
            // Its INVITE may have arrived all the same: should an answer come, it is cancelled.
            let invite = fork.invite.clone();
            self.cancel_fork(now, &mut fork, None);
            self.fork_failed(now, leg, invite, Failure { status: 408, cause: None });
            leg.forks.push(fork);
        }
        if matches!(&leg.state, State::Placing(placing) if placing.give_up <= now) {
            self.give_up(now, leg, &HangupReason::Normal);
            self.events.push_back(Event::Failed { leg: leg.id, why: Failure { status: 408, cause: None } });
        }
    }
}

/// RFC 3326 as phones know it: no missed call is logged.
pub(super) const ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";

fn new_leg(now: Tick, placement: &Placement, party: Source) -> Leg {
    let placing = Placing {
        offer: placement.sdp.clone(),
        rang: Rang::No,
        failure: None,
        give_up: now + RINGING_MAX,
        spare: VecDeque::new(),
    };
    Leg { state: State::Placing(Box::new(placing)), ..Leg::new(placement.leg, party) }
}

/// Which of several refusals says most (after RFC 3261 §16.7 step 6); the lowest wins.
fn rank(status: u16) -> u8 {
    match status {
        600.. => 0,
        486 => 1,
        400..=407 | 409..=499 => 2,
        500..=599 => 3,
        408 => 5,
        _ => 4,
    }
}
