//! Pure. Calls whose stream is lost: they go on by another, wait a while for one, or end.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::leg::{Leg, State};
use crate::ids::{LegId, PhoneId};
use crate::sip::{Ending, Event, Flow, Source};
use crate::time::Tick;
use std::time::Duration;

/// How long a phone may take to come back: as long as an unanswered request (64·T1).
const PATIENCE: Duration = Duration::from_secs(32);

impl Stack {
    /// A phone's calls move to another stream of the same phone, else wait for one; a provider is
    /// connected anew when there is something to say to it.
    pub(super) fn orphan(&mut self, now: Tick, lost: Flow) {
        for id in self.legs_where(|leg| leg.dialog().is_some_and(|dialog| dialog.flow == lost)) {
            self.with_leg(id, |stack, leg| {
                let other = match &leg.party {
                    Source::Phone(phone) => {
                        leg.orphan_until = Some(now + PATIENCE);
                        stack.reachable(phone).next().map(|binding| binding.flow)
                    }
                    Source::Trunk(_) => Some(Flow { connection: 0, ..lost }),
                };
                other.into_iter().for_each(|flow| leg.adopt(flow));
            });
        }
    }

    /// A phone is back: what waits for it goes on.
    pub(super) fn adopt_orphans(&mut self, phone: &PhoneId, flow: Flow) {
        let party = Source::Phone(phone.clone());
        for id in self.legs_where(|leg| leg.orphan_until.is_some() && leg.party == party) {
            self.with_leg(id, |_, leg| leg.adopt(flow));
        }
    }

    fn legs_where(&self, is_meant: impl Fn(&Leg) -> bool) -> Vec<LegId> {
        self.legs.values().filter(|leg| is_meant(leg)).map(|leg| leg.id).collect()
    }

    /// The phone did not come back.
    pub(super) fn wake_orphan(&mut self, now: Tick, leg: &mut Leg) {
        if leg.orphan_until.take_if(|until| *until <= now).is_none() {
            return;
        }
        match &leg.state {
            State::Talking(_) => self.end_lost(now, leg),
            State::Arriving(_) => {
                leg.state = State::Over;
                self.events.push_back(Event::Ended { leg: leg.id, how: Ending::Lost });
            }
            State::Placing(_) | State::Leaving(_) | State::Over => {}
        }
    }
}

impl Leg {
    /// The far end is reached by this way from now on.
    pub(super) fn adopt(&mut self, flow: Flow) {
        self.orphan_until = None;
        if let Some(dialog) = self.dialog_mut() {
            dialog.flow = flow;
        }
    }
}
