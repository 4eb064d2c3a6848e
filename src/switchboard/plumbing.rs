//! Pure. Message order: one office action becomes SIP and media steps, one SIP or media event becomes
//! an office input, and a leg's half-finished steps wait here.
//!
//! It knows legs, descriptions and ports; it knows no people and decides nothing about them. Whatever
//! order the far ends choose, the office sees each leg begin once and end once.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod leg;
#[cfg(test)]
mod tests;

use crate::barrier::shielded;
use crate::ids::LegId;
use crate::media::negotiate;
use crate::media::{MediaCommand, MediaEvent, Plan};
use crate::office::{Action, Arrived, Input, Place};
use crate::sip::{Arrival, Command, Ending, Event, Failure, HangupReason, Placement, Refusal, Sdp};
use leg::{Answered, CODECS, Hold, KeySource, Leg, Port, Side};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// One thing to do; steps are done in order.
#[derive(Debug)]
pub enum Step {
    /// For the SIP stack.
    Sip(Command),
    /// For the media engine.
    Media(MediaCommand),
    /// For the office.
    Office(Input),
}

/// Every leg between its two halves.
#[derive(Debug, Default)]
pub struct Plumbing {
    legs: BTreeMap<LegId, Leg>,
}

impl Plumbing {
    /// How many legs are alive.
    pub fn legs(&self) -> usize {
        self.legs.len()
    }

    /// Every living leg, for saying good-bye at the end of the program.
    pub fn leg_ids(&self) -> Vec<LegId> {
        self.legs.keys().copied().collect()
    }

    /// A thing that happened on the telephone side.
    pub fn sip_event(&mut self, event: Event, out: &mut Vec<Step>) {
        match event {
            Event::Arrived(arrival) => self.arrived(*arrival, out),
            Event::Rang { leg, early, peer } => self.rang(leg, early, peer, out),
            Event::Answered { leg, sdp, peer } => self.answered(leg, sdp, peer, out),
            Event::Failed { leg, why } => self.gone(leg, Input::Failed { leg, why }, out),
            Event::Confirmed { leg, sdp } => self.confirmed(leg, sdp, out),
            Event::Reoffered { leg, sdp } => self.reoffered(leg, sdp, out),
            Event::Reanswered { leg, result } => self.reanswered(leg, result, out),
            Event::Ended { leg, how } => self.gone(leg, Input::Ended { leg, how }, out),
            Event::Digit { leg, digit } => self.digit(leg, digit, KeySource::Signalling, out),
            Event::TransferAsked { leg, to } => out.push(Step::Office(Input::TransferAsked { leg, to })),
            Event::Registered { phone, contacts } => {
                out.push(Step::Office(Input::Registered { phone, contacts }));
            }
            Event::Trunk { trunk, state } => {
                let usable = state == crate::sip::TrunkState::Up;
                out.push(Step::Office(Input::Trunk { trunk, usable }));
            }
        }
    }

    /// A thing that happened to the sound.
    pub fn media_event(&mut self, event: MediaEvent, out: &mut Vec<Step>) {
        match event {
            MediaEvent::Ready { leg, rtp } => self.port_ready(leg, rtp, out),
            MediaEvent::NoPort { leg } => self.no_port(leg, out),
            MediaEvent::Digit { leg, digit } => self.digit(leg, digit, KeySource::Sound, out),
            MediaEvent::Played { leg, id } => out.push(Step::Office(Input::Played { leg, id })),
            MediaEvent::Recorded { leg, length } => {
                out.push(Step::Office(Input::Recorded { leg, length }));
            }
            MediaEvent::Silent { leg, .. } => self.silent(leg, out),
            MediaEvent::Closed { leg, verdict } => out.push(Step::Office(Input::Heard { leg, verdict })),
        }
    }

    /// Does an action of the office on a leg; gives back what is not about a leg.
    pub fn action(&mut self, action: Action, out: &mut Vec<Step>) -> Option<Action> {
        match action {
            Action::Accept { leg } => self.accept(leg, out),
            Action::Refuse { leg, refusal } => self.refuse(leg, refusal, out),
            Action::Hangup { leg, because } => self.hangup(leg, because, out),
            Action::Progress { leg } => self.progress(leg, out),
            Action::Bridge { a, b } => self.sound(MediaCommand::Bridge { a, b }, &[a, b], out),
            Action::Unbridge { leg } => self.sound(MediaCommand::Unbridge { leg }, &[leg], out),
            Action::Play { leg, id, what } => {
                self.sound(MediaCommand::Play { leg, id, what }, &[leg], out);
            }
            Action::Stop { leg } => self.sound(MediaCommand::Stop { leg }, &[leg], out),
            Action::Record { leg, file, at_most } => {
                self.sound(MediaCommand::Record { leg, file, at_most }, &[leg], out);
            }
            Action::StopRecording { leg } => self.sound(MediaCommand::StopRecording { leg }, &[leg], out),
            Action::ReloadSounds => out.push(Step::Media(MediaCommand::ReloadSounds)),
            Action::Echo { leg } => self.sound(MediaCommand::Echo { leg }, &[leg], out),
            Action::TransferProgress { leg, status } => {
                out.push(Step::Sip(Command::TransferProgress { leg, status }));
            }
            other => return Some(other),
        }
        None
    }

    /// Begins a placed leg: a port first, the INVITE when it is there. `local` is our address as the
    /// destination sees it.
    pub fn place(&mut self, place: Place, local: IpAddr, out: &mut Vec<Step>) {
        let id = place.leg;
        let offered = self.codecs_like(place.like);
        let side = Side::Placed { place: Box::new(place), offered, answered: Answered::No };
        self.legs.insert(id, Leg::new(id, side, local, local));
        out.push(Step::Media(MediaCommand::Open { leg: id }));
    }

    fn codecs_like(&self, like: Option<LegId>) -> Vec<crate::media::Codec> {
        like.and_then(|like| self.legs.get(&like)).map_or_else(|| CODECS.to_vec(), Leg::liked_codecs)
    }

    fn arrived(&mut self, arrival: Arrival, out: &mut Vec<Step>) {
        let leg = arrival.leg;
        let read = arrival.sdp.as_deref().map(|sdp| shielded(|| negotiate::read(sdp)));
        let (local, peer) = (arrival.local, arrival.peer.ip());
        let told = Box::new(told_of(arrival));
        let offer = match read {
            None => None,
            Some(Some(Ok(offer))) if !offer.codecs().is_empty() => Some(offer),
            Some(_) => {
                out.push(Step::Sip(Command::Refuse { leg, refusal: Refusal::NotAcceptable }));
                return out.push(Step::Office(Input::Unsound(told)));
            }
        };
        let side = Side::Arriving { offer, answered: Answered::No };
        self.legs.insert(leg, Leg::new(leg, side, local, peer));
        out.push(Step::Media(MediaCommand::Open { leg }));
        out.push(Step::Office(Input::Arrived(told)));
    }

    fn port_ready(&mut self, id: LegId, rtp: SocketAddr, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.port = Port::Ready(rtp);
        let held_back = std::mem::take(&mut leg.held_back);
        self.invite(id, out);
        for action in held_back {
            self.action(action, out);
        }
    }

    fn invite(&mut self, id: LegId, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Side::Placed { place, offered, .. } = &leg.side else { return };
        let (place, offered) = (place.clone(), offered.clone());
        let Some(sdp) = leg.offer(&offered) else { return };
        out.push(Step::Sip(Command::Place(Box::new(Placement {
            leg: id,
            to: place.to,
            caller: place.caller,
            caller_name: place.caller_name,
            sdp,
            max_forwards: place.max_forwards,
        }))));
    }

    fn no_port(&mut self, id: LegId, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.remove(&id) else { return };
        match leg.side {
            Side::Arriving { .. } => {
                out.push(Step::Sip(Command::Refuse { leg: id, refusal: Refusal::Overloaded }));
                out.push(Step::Office(Input::Ended { leg: id, how: Ending::Lost }));
            }
            Side::Placed { .. } => {
                out.push(Step::Office(Input::Failed { leg: id, why: failure(503) }));
            }
        }
    }

    fn rang(&mut self, id: LegId, early: Option<Sdp>, peer: SocketAddr, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.peer = peer.ip();
        let plan = early.and_then(|sdp| leg.settle(&sdp));
        out.push(Step::Office(Input::Rang { leg: id }));
        if let Some(plan) = plan {
            self.early_sound(id, plan, out);
        }
    }

    /// The far end sends sound before it answers (a provider's announcement): its caller hears it.
    fn early_sound(&mut self, id: LegId, plan: Arc<Plan>, out: &mut Vec<Step>) {
        let Some(Side::Placed { place, .. }) = self.legs.get(&id).map(|leg| &leg.side) else { return };
        let Some(caller_id) = place.like else { return };
        let Some(caller) = self.legs.get_mut(&caller_id) else { return };
        if caller.is_answered() || caller.plan.is_some() {
            return;
        }
        let Side::Arriving { offer: Some(offer), .. } = &caller.side else { return };
        let offer = offer.clone();
        let Some((sdp, caller_plan)) = caller.answer(&offer, &[plan.codec.codec]) else { return };
        out.push(Step::Media(MediaCommand::Connect { leg: id, plan }));
        out.push(Step::Media(MediaCommand::Connect { leg: caller_id, plan: caller_plan }));
        out.push(Step::Media(MediaCommand::Bridge { a: caller_id, b: id }));
        out.push(Step::Sip(Command::Progress { leg: caller_id, sdp: Some(sdp) }));
    }

    fn answered(&mut self, id: LegId, sdp: Option<Sdp>, peer: SocketAddr, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.peer = peer.ip();
        let plan = match sdp {
            Some(sdp) => leg.settle(&sdp),
            None => leg.plan.clone(), // the answer came with a reliable early response
        };
        let Some(plan) = plan else { return self.unusable(id, out) };
        leg.mark_answered();
        out.push(Step::Media(MediaCommand::Connect { leg: id, plan }));
        out.push(Step::Office(Input::Answered { leg: id }));
    }

    /// A far end that answered with a description nobody can use is hung up on.
    fn unusable(&mut self, leg: LegId, out: &mut Vec<Step>) {
        out.push(Step::Sip(Command::Hangup { leg, because: HangupReason::Fault }));
        self.gone(leg, Input::Failed { leg, why: failure(488) }, out);
    }

    fn accept(&mut self, id: LegId, out: &mut Vec<Step>) {
        let prefer = self.codec_of_partner(id);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.port == Port::Opening {
            return leg.held_back.push(Action::Accept { leg: id });
        }
        if !leg.mark_answered() {
            return;
        }
        if let (Some(sdp), Some(_)) = (leg.described.clone(), &leg.plan) {
            return out.push(Step::Sip(Command::Answer { leg: id, sdp })); // early sound is already agreed
        }
        let Side::Arriving { offer, .. } = &leg.side else { return };
        let Some(offer) = offer.clone() else { return self.answer_with_offer(id, out) };
        let Some((sdp, plan)) = leg.answer(&offer, &prefer) else {
            return self.refuse(id, Refusal::NotAcceptable, out);
        };
        out.push(Step::Media(MediaCommand::Connect { leg: id, plan }));
        out.push(Step::Sip(Command::Answer { leg: id, sdp }));
    }

    /// The codec in use on an answered leg that was placed for this one, so that nothing is transcoded.
    fn codec_of_partner(&self, id: LegId) -> Vec<crate::media::Codec> {
        let placed_for = |leg: &&Leg| matches!(&leg.side, Side::Placed { place, answered: Answered::Yes, .. } if place.like == Some(id));
        let partner = self.legs.values().find(placed_for);
        partner.and_then(|leg| leg.plan.as_ref()).map(|plan| plan.codec.codec).into_iter().collect()
    }

    fn answer_with_offer(&mut self, id: LegId, out: &mut Vec<Step>) {
        let Some(sdp) = self.legs.get_mut(&id).and_then(|leg| leg.offer(&CODECS)) else { return };
        out.push(Step::Sip(Command::Answer { leg: id, sdp }));
    }

    fn confirmed(&mut self, id: LegId, sdp: Option<Sdp>, out: &mut Vec<Step>) {
        let Some(sdp) = sdp else { return };
        self.connect_as_answered(id, &sdp, out);
    }

    fn reanswered(&mut self, id: LegId, result: Result<Option<Sdp>, u16>, out: &mut Vec<Step>) {
        if let Ok(Some(sdp)) = result {
            self.connect_as_answered(id, &sdp, out);
        }
    }

    fn connect_as_answered(&mut self, id: LegId, sdp: &[u8], out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(plan) = leg.settle(sdp) else { return };
        self.connect(id, plan, out);
    }

    fn connect(&mut self, id: LegId, plan: Arc<Plan>, out: &mut Vec<Step>) {
        let changed = self.legs.get_mut(&id).and_then(|leg| leg.note_hold(&plan));
        out.push(Step::Media(MediaCommand::Connect { leg: id, plan }));
        match changed {
            Some(Hold::Held) => out.push(Step::Office(Input::Held { leg: id })),
            Some(Hold::Not) => out.push(Step::Office(Input::Resumed { leg: id })),
            None => {}
        }
    }

    fn reoffered(&mut self, id: LegId, sdp: Option<Sdp>, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(sdp) = sdp else { return self.offer_on_request(id, out) };
        let prefer: Vec<_> = leg.plan.iter().map(|plan| plan.codec.codec).collect();
        let agreed = shielded(|| negotiate::read(&sdp))
            .and_then(Result::ok)
            .and_then(|offer| leg.answer(&offer, &prefer));
        let Some((sdp, plan)) = agreed else {
            return out.push(Step::Sip(Command::Reanswer { leg: id, result: Err(488) }));
        };
        out.push(Step::Sip(Command::Reanswer { leg: id, result: Ok(sdp) }));
        self.connect(id, plan, out);
    }

    fn offer_on_request(&mut self, id: LegId, out: &mut Vec<Step>) {
        let codecs = self.legs.get(&id).map_or_else(|| CODECS.to_vec(), Leg::liked_codecs);
        let Some(sdp) = self.legs.get_mut(&id).and_then(|leg| leg.offer(&codecs)) else { return };
        out.push(Step::Sip(Command::Reanswer { leg: id, result: Ok(sdp) }));
    }

    fn progress(&mut self, id: LegId, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get(&id) else { return };
        if !leg.is_answered() && leg.plan.is_none() {
            out.push(Step::Sip(Command::Progress { leg: id, sdp: None }));
        }
    }

    fn refuse(&mut self, id: LegId, refusal: Refusal, out: &mut Vec<Step>) {
        if self.legs.contains_key(&id) {
            out.push(Step::Sip(Command::Refuse { leg: id, refusal }));
            self.gone(id, Input::Ended { leg: id, how: Ending::Bye }, out);
        }
    }

    fn hangup(&mut self, id: LegId, because: HangupReason, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get(&id) else { return };
        let placed_in_vain = matches!(leg.side, Side::Placed { answered: Answered::No, .. });
        let end = if placed_in_vain {
            Input::Failed { leg: id, why: failure(487) }
        } else {
            Input::Ended { leg: id, how: Ending::Bye }
        };
        if leg.port != Port::Opening || matches!(leg.side, Side::Arriving { .. }) {
            out.push(Step::Sip(Command::Hangup { leg: id, because }));
        }
        self.gone(id, end, out);
    }

    /// The leg is over, told once: whatever comes for it later finds nothing.
    fn gone(&mut self, id: LegId, end: Input, out: &mut Vec<Step>) {
        if self.legs.remove(&id).is_some() {
            out.push(Step::Media(MediaCommand::Close { leg: id }));
            out.push(Step::Office(end));
        }
    }

    fn sound(&mut self, command: MediaCommand, legs: &[LegId], out: &mut Vec<Step>) {
        if legs.iter().all(|leg| self.legs.contains_key(leg)) {
            out.push(Step::Media(command));
        }
    }

    /// The engine is overrun and has not taken a command: better no call than one that hears nothing.
    pub fn sound_refused(&mut self, command: &MediaCommand, out: &mut Vec<Step>) {
        match command {
            MediaCommand::Open { leg } => self.no_port(*leg, out),
            other => other.legs().into_iter().for_each(|leg| self.hangup(leg, HangupReason::Fault, out)),
        }
    }

    fn digit(&mut self, id: LegId, digit: char, source: KeySource, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if *leg.keys.get_or_insert(source) == source {
            out.push(Step::Office(Input::Digit { leg: id, digit }));
        }
    }

    /// A leg that should send and does not is asked whether it is there: a phone that lost its power says
    /// no BYE.
    fn silent(&mut self, id: LegId, out: &mut Vec<Step>) {
        let Some(leg) = self.legs.get(&id) else { return };
        let Some(sdp) = leg.described.clone() else { return };
        if leg.is_answered() {
            out.push(Step::Sip(Command::Reoffer { leg: id, sdp }));
        }
    }
}

/// What the office is told of a call that came in.
fn told_of(arrival: Arrival) -> Arrived {
    Arrived {
        leg: arrival.leg,
        from: arrival.from,
        caller: arrival.caller,
        caller_name: arrival.caller_name,
        dialled: arrival.dialled,
        replaces: arrival.replaces,
        max_forwards: arrival.max_forwards,
    }
}

fn failure(status: u16) -> Failure {
    Failure { status, cause: None }
}
