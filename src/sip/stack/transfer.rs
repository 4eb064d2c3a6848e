//! Pure. REFER: a phone asks to be replaced (RFC 3515, RFC 3891, RFC 4488).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::exchange::{Asked, Owner};
use super::leg::{Leg, Referral, Session, State};
use crate::ids::LegId;
use crate::sip::wire::{Message, Method, message, name};
use crate::sip::{Event, Source, TransferTarget};
use crate::time::Tick;

/// How long the subscription of a REFER is said to last; it ends with the transfer.
const SUBSCRIBED_SECONDS: u32 = 180;

impl Stack {
    /// REFER within a call; only our own phones may transfer.
    pub(super) fn on_refer(&mut self, asked: &Asked<'_>, leg: &mut Leg) {
        let refer = asked.message;
        let target = match self.refer_target(leg, refer) {
            Ok(target) => target,
            Err(status) => return self.answer(asked, refer.reply(status)),
        };
        let State::Talking(session) = &mut leg.state else {
            return self.answer(asked, refer.reply(481));
        };
        if session.referral.is_some() {
            return self.answer(asked, refer.reply(491));
        }
        let is_silent =
            refer.headers.value("Refer-Sub").is_some_and(|v| v.trim().eq_ignore_ascii_case("false"));
        let contact = self.contact_for(&leg.party, session.dialog.flow);
        let reply = refer.reply(if is_silent { 200 } else { 202 }).header(name::CONTACT, &contact);
        let reply = if is_silent { reply.header("Refer-Sub", "false") } else { reply };
        session.referral = Some(match is_silent {
            true => Referral::Silent,
            false => Referral::Watched { cseq: super::cseq_of(refer) },
        });
        self.answer(asked, reply);
        self.notify(asked.now, leg, 100);
        self.events.push_back(Event::TransferAsked { leg: leg.id, to: target });
    }

    fn refer_target(&self, leg: &Leg, refer: &Message) -> Result<TransferTarget, u16> {
        let Source::Phone(phone) = &leg.party else { return Err(403) };
        if refer.headers.count(name::REFER_TO) != 1 {
            return Err(400);
        }
        let refer_to = refer.refer_to().ok_or(400_u16)?;
        let uri = refer_to.addr.uri().filter(|uri| uri.is_sip() || uri.is_tel()).ok_or(400_u16)?;
        let Some(replaces) = &refer_to.replaces else {
            let number = uri.user_text().into_owned();
            return if number.is_empty() { Err(404) } else { Ok(TransferTarget::Dial(number)) };
        };
        // The phone names its own other dialog: to-tag is the far side's, which is us.
        let other = self.leg_of(replaces).filter(|other| *other != leg.id).ok_or(404_u16)?;
        let is_same_phone =
            self.legs.get(&other).is_some_and(|other| other.party == Source::Phone(phone.clone()));
        if is_same_phone { Ok(TransferTarget::Leg(other)) } else { Err(403) }
    }

    /// How the transfer fares; a final status ends the subscription.
    pub(super) fn transfer_progress(&mut self, now: Tick, id: LegId, status: u16) {
        self.with_leg(id, |stack, leg| {
            stack.notify(now, leg, status);
            if status >= 200
                && let State::Talking(session) = &mut leg.state
            {
                session.referral = None;
            }
        });
    }

    fn notify(&mut self, now: Tick, leg: &mut Leg, status: u16) {
        let State::Talking(session) = &mut leg.state else { return };
        let Some(Referral::Watched { cseq }) = session.referral else { return };
        let contact = self.contact_for(&leg.party, session.dialog.flow);
        let notify = sipfrag(session, cseq, status).header(name::CONTACT, &contact);
        self.ask(now, session.dialog.flow, notify, Owner::Within(leg.id));
    }
}

fn sipfrag(session: &mut Session, refer: u32, status: u16) -> Message {
    let number = session.dialog.next_cseq();
    let state = match status {
        ..=199 => format!("active;expires={SUBSCRIBED_SECONDS}"),
        200.. => "terminated;reason=noresource".to_owned(),
    };
    let body = format!("SIP/2.0 {status} {}\r\n", message::reason(status));
    let request = session.dialog.request(&Method::Notify, number);
    let request = request.header(name::EVENT, &format!("refer;id={refer}"));
    request.header(name::SUBSCRIPTION_STATE, &state).with_body("message/sipfrag;version=2.0", body.as_bytes())
}
