//! Pure. One leg between its two halves: what SIP said, which port media gave it, what still waits.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::barrier::shielded;
use crate::ids::LegId;
use crate::media::negotiate::{self, Description, SessionLine};
use crate::media::{Codec, Direction, Plan};
use crate::office::{Action, Place};
use crate::sip::Sdp;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Our order of liking where the far end has none: A-law is what European providers send.
pub const CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];

/// A leg as the plumbing knows it.
#[derive(Debug)]
pub struct Leg {
    /// Which way it was set up.
    pub side: Side,
    /// Our address as the far end sees it.
    pub local: IpAddr,
    /// Where its signalling comes from.
    pub peer: IpAddr,
    /// Its RTP port.
    pub port: Port,
    /// Actions that wait for the port.
    pub held_back: Vec<Action>,
    /// How its sound travels, once agreed.
    pub plan: Option<Arc<Plan>>,
    /// The description we gave last; sent again when the far end asks us to offer.
    pub described: Option<Sdp>,
    /// Which source of keys was heard first; the other one is an echo of it.
    pub keys: Option<KeySource>,
    /// The far end holds us.
    pub held: Hold,
    /// Our session version (RFC 4566 §5.2); moves with every description.
    version: u64,
    id: LegId,
}

/// Which way a leg was set up, with what only that way has.
#[derive(Debug)]
pub enum Side {
    /// They called us.
    Arriving { offer: Option<Description>, answered: Answered },
    /// We called them.
    Placed { place: Box<Place>, offered: Vec<Codec>, answered: Answered },
}

/// Has the call on this leg been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Yes,
    No,
}

/// The RTP port of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    Opening,
    Ready(SocketAddr),
}

/// Where keys are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    Sound,
    Signalling,
}

/// Does the far end hold us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Held,
    Not,
}

impl Leg {
    /// A leg whose port is being opened.
    pub fn new(id: LegId, side: Side, local: IpAddr, peer: IpAddr) -> Leg {
        Leg {
            side,
            local,
            peer,
            port: Port::Opening,
            held_back: Vec::new(),
            plan: None,
            described: None,
            keys: None,
            held: Hold::Not,
            version: 0,
            id,
        }
    }

    /// Is the call on this leg answered.
    pub fn is_answered(&self) -> bool {
        let (Side::Arriving { answered, .. } | Side::Placed { answered, .. }) = &self.side;
        *answered == Answered::Yes
    }

    /// Marks it answered; `false` when it already was.
    pub fn mark_answered(&mut self) -> bool {
        let (Side::Arriving { answered, .. } | Side::Placed { answered, .. }) = &mut self.side;
        std::mem::replace(answered, Answered::Yes) == Answered::No
    }

    /// The codecs to offer a partner of this leg first: the one in use, then those offered, then ours.
    pub fn liked_codecs(&self) -> Vec<Codec> {
        let in_use = self.plan.iter().map(|plan| plan.codec.codec);
        let offered = match &self.side {
            Side::Arriving { offer: Some(offer), .. } => offer.codecs(),
            _ => Vec::new(),
        };
        in_use.chain(offered).chain(CODECS).fold(Vec::new(), |mut order, codec| {
            if !order.contains(&codec) {
                order.push(codec);
            }
            order
        })
    }

    /// Our offer, or `None` while the port is opening.
    pub fn offer(&mut self, codecs: &[Codec]) -> Option<Sdp> {
        let (local, session) = (self.local_rtp()?, self.next_session());
        let sdp = negotiate::offer(local, codecs, Direction::SendRecv, session);
        self.described = Some(sdp.clone());
        Some(sdp)
    }

    /// Our answer to an offer, and the plan it leads to: the first codec of `prefer` that was offered,
    /// else the one the far end likes best.
    pub fn answer(&mut self, offer: &Description, prefer: &[Codec]) -> Option<(Sdp, Arc<Plan>)> {
        let (local, session) = (self.local_rtp()?, self.next_session());
        let wanted: Vec<Codec> = prefer.iter().copied().chain(offer.codecs()).collect();
        let (sdp, mut plan) = negotiate::answer(offer, local, &wanted, Direction::SendRecv, session).ok()?;
        plan.signalling = self.peer;
        let plan = Arc::new(plan);
        self.described = Some(sdp.clone());
        self.plan = Some(plan.clone());
        Some((sdp, plan))
    }

    /// The plan that an answer to our offer leads to.
    pub fn settle(&mut self, answer: &[u8]) -> Option<Arc<Plan>> {
        let offered = match &self.side {
            Side::Placed { offered, .. } => offered.clone(),
            Side::Arriving { .. } => CODECS.to_vec(),
        };
        let answer = shielded(|| negotiate::read(answer))?.ok()?;
        let plan = Arc::new(negotiate::settle(&offered, &answer, self.peer).ok()?);
        self.plan = Some(plan.clone());
        Some(plan)
    }

    /// Notes what a new plan says about hold; `Some` when it changed.
    pub fn note_hold(&mut self, plan: &Plan) -> Option<Hold> {
        let held = match plan.direction {
            Direction::SendRecv | Direction::SendOnly => Hold::Not,
            Direction::RecvOnly | Direction::Inactive => Hold::Held,
        };
        (std::mem::replace(&mut self.held, held) != held).then_some(held)
    }

    fn local_rtp(&self) -> Option<SocketAddr> {
        match self.port {
            Port::Ready(rtp) => Some(SocketAddr::new(self.local, rtp.port())),
            Port::Opening => None,
        }
    }

    fn next_session(&mut self) -> SessionLine {
        self.version += 1;
        SessionLine { id: self.id.0 + 1, version: self.version }
    }
}
