//! Who hears what: a customer whose call is answered never hears silence.

use super::laws::Seen;
use frontdesk::ids::{LegId, PlayId};
use frontdesk::office::{Action, Input};
use std::collections::{BTreeMap, BTreeSet};

/// Bridges and playbacks as the engine would have them.
#[derive(Default)]
pub struct Sound {
    partners: BTreeMap<LegId, LegId>,
    playing: BTreeMap<LegId, PlayId>,
    answered: BTreeSet<LegId>,
}

impl Sound {
    pub fn see_input(&mut self, input: &Input) {
        match input {
            Input::Answered { leg } => {
                self.answered.insert(*leg);
            }
            Input::Played { leg, id } if self.playing.get(leg) == Some(id) => {
                self.playing.remove(leg);
            }
            Input::Ended { leg, .. } | Input::Failed { leg, .. } => self.gone(*leg),
            _ => {}
        }
    }

    pub fn see_action(&mut self, action: &Action) {
        match action {
            Action::Accept { leg } => {
                self.answered.insert(*leg);
            }
            Action::Bridge { a, b } => {
                self.part(*a);
                self.part(*b);
                self.playing.remove(a);
                self.playing.remove(b);
                self.partners.extend([(*a, *b), (*b, *a)]);
            }
            Action::Unbridge { leg } => self.part(*leg),
            Action::Play { leg, id, .. } => {
                self.playing.insert(*leg, *id);
            }
            Action::Stop { leg } => {
                self.playing.remove(leg);
            }
            Action::Hangup { leg, .. } | Action::Refuse { leg, .. } => self.gone(*leg),
            _ => {}
        }
    }

    /// A customer's leg that is answered and hears nothing.
    pub fn silent(&self, legs: &BTreeMap<LegId, Seen>) -> Option<LegId> {
        let hears = |leg: &LegId| self.partners.contains_key(leg) || self.playing.contains_key(leg);
        let customer = |leg: &&LegId| legs.get(leg).is_some_and(|seen| seen.person.is_none());
        self.answered.iter().filter(customer).find(|leg| !hears(leg)).copied()
    }

    fn gone(&mut self, leg: LegId) {
        self.part(leg);
        self.playing.remove(&leg);
        self.answered.remove(&leg);
    }

    fn part(&mut self, leg: LegId) {
        if let Some(partner) = self.partners.remove(&leg) {
            self.partners.remove(&partner);
        }
    }
}
