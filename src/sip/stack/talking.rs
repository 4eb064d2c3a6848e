//! Pure. An answered leg: what either side asks within the dialog, and how it ends.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::compose::{self, ALLOW, SUPPORTED};
use super::exchange::{Asked, ClientKey, Owner};
use super::leg::{Awaited, Duty, Leaving, Leg, Session, Side, State};
use crate::ids::LegId;
use crate::sip::dialog::{Dialog, Hop};
use crate::sip::transaction::Turn;
use crate::sip::wire::{Message, Method, name};
use crate::sip::{Ending, Event, HangupReason};
use crate::time::Tick;

impl Session {
    pub(super) fn new(dialog: Dialog, hop: Hop, side: Side) -> Session {
        Session {
            dialog,
            hop,
            described: None,
            unacked: None,
            theirs: None,
            ours: None,
            wanted: None,
            retry_at: None,
            clock: None,
            far_updates: false,
            hangup: None,
            referral: None,
            side,
        }
    }
}

impl Stack {
    /// A request within a dialog whose sender has been checked.
    pub(super) fn on_request_within(&mut self, asked: &Asked<'_>, id: LegId, method: &Method) {
        self.with_leg(id, |stack, leg| {
            let number = super::cseq_of(asked.message);
            if leg.dialog_mut().is_none_or(|dialog| !dialog.takes(number)) {
                return stack.answer(asked, asked.message.reply(500));
            }
            match method {
                Method::Bye => stack.on_bye(asked, leg),
                Method::Options => stack.answer_options(asked),
                Method::Invite | Method::Update => stack.on_offer(asked, leg, method),
                Method::Info => stack.on_info(asked, leg),
                Method::Refer => stack.on_refer(asked, leg),
                // Answers to subscriptions of ours: there are none.
                Method::Notify => stack.answer(asked, asked.message.reply(481)),
                Method::Subscribe => stack.answer(asked, bad_event(asked.message)),
                _ => stack.answer(asked, not_allowed(asked.message)),
            }
        });
    }

    fn on_bye(&mut self, asked: &Asked<'_>, leg: &mut Leg) {
        self.answer(asked, asked.message.reply(200));
        let before = std::mem::replace(&mut leg.state, State::Over);
        match before {
            State::Talking(session) => {
                self.close_session(asked.now, &session);
                if session.hangup.is_none() {
                    self.events.push_back(Event::Ended { leg: leg.id, how: Ending::Bye });
                }
            }
            // BYE on a dialog we have not answered: the caller gives up (RFC 3261 §15.1.2).
            State::Arriving(arriving) => {
                if let Some(reply) = self.reply(&arriving.key, 487) {
                    self.respond(asked.now, &arriving.key, &reply);
                }
                self.events.push_back(Event::Ended { leg: leg.id, how: Ending::Cancelled });
            }
            // Both hung up at once.
            leaving @ State::Leaving(_) => leg.state = leaving,
            State::Placing(_) | State::Over => {}
        }
    }

    /// Their requests that wait for us are refused when the session ends (RFC 3261 §15.1.2).
    fn close_session(&mut self, now: Tick, session: &Session) {
        if let Some(theirs) = &session.theirs
            && let Some(reply) = self.reply(&theirs.key, 487)
        {
            self.respond(now, &theirs.key, &reply);
        }
    }

    /// ACK of a 2xx.
    pub(super) fn on_ack(&mut self, now: Tick, id: LegId, ack: &Message) {
        self.with_leg(id, |stack, leg| {
            let State::Talking(session) = &mut leg.state else { return };
            let number = super::cseq_of(ack);
            let Some(unacked) = session.unacked.take_if(|unacked| unacked.cseq == number) else { return };
            let sdp = compose::description(ack);
            match unacked.what {
                Awaited::Start => stack.events.push_back(Event::Confirmed { leg: id, sdp: None }),
                Awaited::Answer => stack.events.push_back(Event::Confirmed { leg: id, sdp }),
                Awaited::Nothing => {}
            }
            match session.hangup.take() {
                Some(because) => stack.bye(now, leg, &because),
                None => stack.send_wanted(now, leg),
            }
        });
    }

    /// The office ends a leg.
    pub(super) fn hangup(&mut self, now: Tick, id: LegId, because: HangupReason) {
        if matches!(self.legs.get(&id).map(|leg| &leg.state), Some(State::Arriving(_))) {
            return self.refuse_hung_up(now, id);
        }
        self.with_leg(id, |stack, leg| match &mut leg.state {
            State::Placing(_) => stack.give_up(now, leg, &because),
            // RFC 3261 §15: the callee waits for the ACK.
            State::Talking(session) if session.unacked.is_some() => session.hangup = Some(because),
            State::Talking(_) => stack.bye(now, leg, &because),
            State::Arriving(_) | State::Leaving(_) | State::Over => {}
        });
    }

    pub(super) fn bye(&mut self, now: Tick, leg: &mut Leg, because: &HangupReason) {
        let State::Talking(mut session) = std::mem::replace(&mut leg.state, State::Over) else { return };
        self.close_session(now, &session);
        let number = session.dialog.next_cseq();
        let mut bye = session.dialog.request(&Method::Bye, number);
        if let Some(reason) = reason(because) {
            bye.headers.push(name::REASON, reason);
        }
        let key = self.ask(now, session.dialog.flow, bye, Owner::Within(leg.id));
        leg.state = State::Leaving(Box::new(Leaving { dialog: session.dialog, key }));
    }

    /// The answer to a request of ours within a dialog; `None`: nobody answered.
    pub(super) fn on_within(&mut self, now: Tick, id: LegId, key: ClientKey, response: Option<&Message>) {
        if response.and_then(Message::status).is_some_and(|status| status < 200) {
            return;
        }
        let invite_2xx = response.filter(|r| r.method() == Some(Method::Invite));
        if let (false, Some(response)) = (self.legs.contains_key(&id), invite_2xx) {
            return self.acknowledge_late(key, response);
        }
        self.with_leg(id, |stack, leg| match &mut leg.state {
            State::Leaving(leaving) if leaving.key == key => stack.on_bye_answered(now, leg, response),
            State::Talking(session) if session.ours.as_ref().is_some_and(|ours| ours.key == key) => {
                stack.on_offer_answered(now, leg, response);
            }
            State::Talking(_) => stack.on_other_answered(now, leg, response),
            _ => {
                if let Some(response) = invite_2xx {
                    stack.acknowledge_late(key, response);
                }
            }
        });
    }

    /// A re-INVITE of ours was accepted after the leg had ended: its ACK is due all the same.
    fn acknowledge_late(&mut self, key: ClientKey, response: &Message) {
        let is_2xx = response.status().is_some_and(|status| (200..300).contains(&status));
        let Some((invite, flow)) = self.sent(key).filter(|_| is_2xx) else { return };
        let dialog = Dialog::placed(&invite, response, 0, flow, Hop::Flow);
        let ack = dialog.request(&Method::Ack, super::cseq_of(&invite));
        self.acknowledge(key, &dialog.remote_tag, flow, ack);
    }

    fn on_bye_answered(&mut self, now: Tick, leg: &mut Leg, response: Option<&Message>) {
        let State::Leaving(mut leaving) = std::mem::replace(&mut leg.state, State::Over) else { return };
        let Some(response) = response.filter(|r| matches!(r.status(), Some(401 | 407))) else { return };
        let Some((bye, flow)) = self.sent(leaving.key) else { return };
        let number = leaving.dialog.next_cseq();
        if let Some(again) = self.with_credentials(&leg.party, &bye, response, number) {
            leaving.key = self.ask(now, flow, again, Owner::Within(leg.id));
            leg.state = State::Leaving(leaving);
        }
    }

    /// INFO and NOTIFY: only the end of the dialog matters (RFC 5057 §5).
    fn on_other_answered(&mut self, now: Tick, leg: &mut Leg, response: Option<&Message>) {
        if matches!(response.and_then(Message::status), Some(408 | 481)) {
            self.end_lost(now, leg);
        }
    }

    /// The dialog is broken: say so both ways.
    pub(super) fn end_lost(&mut self, now: Tick, leg: &mut Leg) {
        self.bye(now, leg, &HangupReason::Fault);
        self.events.push_back(Event::Ended { leg: leg.id, how: Ending::Lost });
    }

    /// INFO: keys, and nothing else (application/dtmf-relay, application/dtmf).
    fn on_info(&mut self, asked: &Asked<'_>, leg: &mut Leg) {
        let info = asked.message;
        if info.body.is_empty() {
            return self.answer(asked, info.reply(200));
        }
        let Some(digit) = digit(info) else {
            let accept = "application/dtmf-relay, application/dtmf";
            return self.answer(asked, info.reply(415).header(name::ACCEPT, accept));
        };
        self.answer(asked, info.reply(200));
        self.events.push_back(Event::Digit { leg: leg.id, digit });
    }

    /// A key by INFO.
    pub(super) fn send_digit(&mut self, now: Tick, id: LegId, digit: char) {
        self.with_leg(id, |stack, leg| {
            let State::Talking(session) = &mut leg.state else { return };
            let number = session.dialog.next_cseq();
            let body = format!("Signal={digit}\r\nDuration=160\r\n");
            let info = session
                .dialog
                .request(&Method::Info, number)
                .with_body("application/dtmf-relay", body.as_bytes());
            let flow = session.dialog.flow;
            stack.ask(now, flow, info, Owner::Within(id));
        });
    }

    /// The deadlines of an answered leg.
    pub(super) fn wake_session(&mut self, now: Tick, leg: &mut Leg) {
        let State::Talking(session) = &mut leg.state else { return };
        match session.unacked.as_mut().map(|unacked| unacked.repetition.wake(now)) {
            Some(Turn::Again) => {
                let outgoing = session.unacked.as_ref().map(|unacked| unacked.outgoing.clone());
                self.outgoing.extend(outgoing);
            }
            Some(Turn::GiveUp) => return self.no_ack(now, leg),
            Some(Turn::Wait) | None => {}
        }
        if session.retry_at.is_some_and(|at| at <= now) {
            session.retry_at = None;
            self.send_wanted(now, leg);
        }
        let State::Talking(session) = &mut leg.state else { return };
        match session.clock.filter(|clock| clock.at <= now).map(|clock| clock.duty) {
            Some(Duty::Ours) => self.refresh(now, leg),
            Some(Duty::Theirs) => self.end_lost(now, leg),
            None => {}
        }
    }

    /// RFC 3261 §13.3.1.4: no ACK in 64·T1 ends the dialog.
    fn no_ack(&mut self, now: Tick, leg: &mut Leg) {
        let State::Talking(session) = &mut leg.state else { return };
        session.unacked = None;
        match session.hangup.take() {
            Some(because) => self.bye(now, leg, &because),
            None => self.end_lost(now, leg),
        }
    }

    /// 200 to OPTIONS, from anybody.
    pub(super) fn answer_options(&mut self, asked: &Asked<'_>) {
        let reply = asked.message.reply(200).header(name::ALLOW, ALLOW).header(name::ACCEPT, compose::SDP);
        self.answer_stateless(asked.flow, reply.header(name::SUPPORTED, SUPPORTED));
    }
}

/// 405 with what is allowed.
pub(super) fn not_allowed(request: &Message) -> Message {
    request.reply(405).header(name::ALLOW, ALLOW)
}

/// 489: we have no event package of that name (RFC 6665 §4.2.1.1).
pub(super) fn bad_event(request: &Message) -> Message {
    request.reply(489).header(name::ALLOW_EVENTS, "dialog, refer")
}

/// The key an INFO carries.
fn digit(info: &Message) -> Option<char> {
    let text = std::str::from_utf8(&info.body).ok()?;
    let key = match info.content_type()?.as_str() {
        "application/dtmf-relay" => {
            let mut lines = text.lines().filter_map(|line| line.split_once('='));
            lines.find(|(name, _)| name.trim().eq_ignore_ascii_case("signal"))?.1.trim().to_owned()
        }
        "application/dtmf" => text.trim().to_owned(),
        _ => return None,
    };
    match key.as_str() {
        "10" => return Some('*'),
        "11" => return Some('#'),
        _ => {}
    }
    let mut chars = key.chars();
    let digit = chars.next()?.to_ascii_uppercase();
    let is_key = matches!(digit, '0'..='9' | '*' | '#' | 'A'..='D');
    (is_key && chars.next().is_none()).then_some(digit)
}

fn reason(because: &HangupReason) -> Option<&'static str> {
    match because {
        HangupReason::Normal | HangupReason::CallerGone => Some("Q.850;cause=16"),
        HangupReason::AnsweredElsewhere => Some(super::placing::ELSEWHERE),
        HangupReason::Fault => Some("Q.850;cause=41"),
    }
}
