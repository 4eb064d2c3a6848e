//! Pure. What the stack remembers of one leg.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::exchange::{ClientKey, ServerKey};
use crate::ids::LegId;
use crate::sip::dialog::{Dialog, Hop};
use crate::sip::transaction::Repetition;
use crate::sip::wire::value::Refresher;
use crate::sip::wire::{Message, Method};
use crate::sip::{Failure, Flow, HangupReason, Outgoing, Sdp, Source};
use crate::time::Tick;
use std::collections::VecDeque;
use std::time::Duration;

/// One connection to one device, or on the way to several bindings of one phone.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: LegId,
    /// Whose device it is.
    pub(super) party: Source,
    pub(super) state: State,
    /// INVITEs of ours without a final answer; losers stay here until they have one.
    pub(super) forks: Vec<Fork>,
    /// Its phone's stream is lost; until then another may take its place.
    pub(super) orphan_until: Option<Tick>,
    /// Our tags of this leg, to take them from the index at the end.
    pub(super) tags: Vec<u64>,
}

#[derive(Debug)]
pub(super) enum State {
    /// Their INVITE waits for our answer.
    Arriving(Box<Arriving>),
    /// Our INVITEs wait for an answer.
    Placing(Box<Placing>),
    /// Answered.
    Talking(Box<Session>),
    /// Our BYE waits for its answer.
    Leaving(Box<Leaving>),
    /// Nothing but forks is left.
    Over,
}

#[derive(Debug)]
pub(super) struct Arriving {
    pub(super) key: ServerKey,
    pub(super) dialog: Dialog,
    /// The INVITE carried no offer: our 2xx must.
    pub(super) wants_offer: bool,
    pub(super) timer: TimerWish,
    pub(super) far_updates: bool,
}

/// What a request says about session timers (RFC 4028).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimerWish {
    pub(super) seconds: Option<u32>,
    /// Min-SE; 0 where there is none.
    pub(super) least: u32,
    pub(super) refresher: Option<Refresher>,
    pub(super) is_supported: bool,
}

#[derive(Debug)]
pub(super) struct Placing {
    pub(super) offer: Sdp,
    pub(super) rang: Rang,
    /// The worst excuse so far is replaced by a better one; told when the last fork is done.
    pub(super) failure: Option<Failure>,
    /// The end of patience with a far end that rings for ever.
    pub(super) give_up: Tick,
    /// Further addresses of the trunk.
    pub(super) spare: VecDeque<Flow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rang {
    No,
    Ringing,
    Early,
}

#[derive(Debug)]
pub(super) struct Fork {
    pub(super) key: ClientKey,
    /// Without Via: what a challenge or 422 makes us send again.
    pub(super) invite: Message,
    pub(super) flow: Flow,
    pub(super) tag: u64,
    pub(super) wish: ForkWish,
    /// When it is given up: nothing heard of a trunk, no end after a CANCEL.
    pub(super) answer_by: Option<Tick>,
    /// Times it was sent anew.
    pub(super) retries: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ForkWish {
    /// It may answer.
    Wanted,
    /// CANCEL as soon as a provisional has come (RFC 3261 §9.1), with this Reason.
    Unwanted(Option<&'static str>),
    /// CANCEL is sent, with this Reason.
    Cancelled(Option<&'static str>),
}

impl ForkWish {
    /// Why it may not answer.
    pub(super) fn reason(&self) -> Option<&'static str> {
        match self {
            ForkWish::Wanted => None,
            ForkWish::Unwanted(reason) | ForkWish::Cancelled(reason) => *reason,
        }
    }
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) dialog: Dialog,
    pub(super) hop: Hop,
    /// What we last described; a refresh by re-INVITE repeats it.
    pub(super) described: Option<Sdp>,
    /// Our 2xx until its ACK (RFC 3261 §13.3.1.4).
    pub(super) unacked: Option<Unacked>,
    /// Their offer that waits for the office's answer.
    pub(super) theirs: Option<Theirs>,
    /// Our request that waits for theirs.
    pub(super) ours: Option<Ours>,
    /// An offer to send when nothing else is in the way, and not before `retry_at`.
    pub(super) wanted: Option<Sdp>,
    pub(super) retry_at: Option<Tick>,
    pub(super) clock: Option<Clock>,
    /// The far end allows UPDATE.
    pub(super) far_updates: bool,
    /// BYE as soon as the ACK has come (RFC 3261 §15).
    pub(super) hangup: Option<HangupReason>,
    pub(super) referral: Option<Referral>,
    /// Who made the Call-ID waits longer after glare (RFC 3261 §14.1).
    pub(super) side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Caller,
    Callee,
}

#[derive(Debug)]
pub(super) struct Unacked {
    pub(super) cseq: u32,
    pub(super) outgoing: Outgoing,
    pub(super) repetition: Repetition,
    pub(super) what: Awaited,
}

/// What the ACK of our 2xx means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The call stands.
    Start,
    /// A re-INVITE with an offer is done.
    Nothing,
    /// It brings the answer to our offer.
    Answer,
}

#[derive(Debug)]
pub(super) struct Theirs {
    pub(super) key: ServerKey,
    pub(super) method: Method,
    pub(super) cseq: u32,
    pub(super) wants_offer: bool,
    pub(super) timer: TimerWish,
}

#[derive(Debug)]
pub(super) struct Ours {
    pub(super) key: ClientKey,
    pub(super) method: Method,
    pub(super) purpose: Purpose,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The office asked for it and hears of it.
    Reoffer(Sdp),
    /// Session timer.
    Refresh,
}

/// The session timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) interval: Duration,
    pub(super) duty: Duty,
    pub(super) at: Tick,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// We refresh at `at`.
    Ours,
    /// They should have by `at`; then the far end is gone.
    Theirs,
}

/// The subscription a REFER made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Referral {
    /// NOTIFY with `Event: refer;id=` this CSeq.
    Watched { cseq: u32 },
    /// `Refer-Sub: false`: they do not want to know.
    Silent,
}

#[derive(Debug)]
pub(super) struct Leaving {
    pub(super) dialog: Dialog,
    pub(super) key: ClientKey,
}

impl Leg {
    /// A leg that has not begun.
    pub(super) fn new(id: LegId, party: Source) -> Leg {
        Leg { id, party, state: State::Over, forks: Vec::new(), orphan_until: None, tags: Vec::new() }
    }

    pub(super) fn is_gone(&self) -> bool {
        matches!(self.state, State::Over) && self.forks.is_empty()
    }

    /// The dialog requests of theirs belong to.
    pub(super) fn dialog(&self) -> Option<&Dialog> {
        match &self.state {
            State::Arriving(arriving) => Some(&arriving.dialog),
            State::Talking(session) => Some(&session.dialog),
            State::Leaving(leaving) => Some(&leaving.dialog),
            State::Placing(_) | State::Over => None,
        }
    }

    pub(super) fn dialog_mut(&mut self) -> Option<&mut Dialog> {
        match &mut self.state {
            State::Arriving(arriving) => Some(&mut arriving.dialog),
            State::Talking(session) => Some(&mut session.dialog),
            State::Leaving(leaving) => Some(&mut leaving.dialog),
            State::Placing(_) | State::Over => None,
        }
    }

    /// Where the far end's requests go by.
    pub(super) fn hop(&self) -> Hop {
        match self.party {
            Source::Phone(_) => Hop::Flow,
            Source::Trunk(_) => Hop::Routed,
        }
    }

    /// The earliest of its deadlines.
    pub(super) fn due(&self) -> Option<Tick> {
        let forks = self.forks.iter().filter_map(|fork| fork.answer_by).min();
        let own = match &self.state {
            State::Placing(placing) => Some(placing.give_up),
            State::Talking(session) => session.due(),
            State::Arriving(_) | State::Leaving(_) | State::Over => None,
        };
        [forks, own, self.orphan_until].into_iter().flatten().min()
    }
}

impl Session {
    fn due(&self) -> Option<Tick> {
        let unacked = self.unacked.as_ref().map(|u| u.repetition.due());
        [unacked, self.retry_at, self.clock.map(|c| c.at)].into_iter().flatten().min()
    }
}
