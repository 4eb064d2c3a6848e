//! What must hold while a member hears what a call is about (spec/hunt-groups.md §11): it is short, the caller
//! keeps the place, other phones ring on.

use super::laws::Seen;
use frontdesk::ids::{CallId, LegId, PersonId};
use frontdesk::office::board::{Board, LineKind};
use frontdesk::office::{Action, Input};
use frontdesk::time::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// No whisper is longer.
const AT_MOST: Duration = Duration::from_millis(2_500);

/// The judge of whispers.
#[derive(Default)]
pub struct Whispers {
    /// Members who have answered and are not joined with the caller, since when and for whom.
    heard: BTreeMap<LegId, (Tick, LegId)>,
    /// Phones of others that rang when a whisper began or broke off with this input, and whose they are.
    ring_on: BTreeMap<LegId, Option<PersonId>>,
    /// Whose whisper that was.
    caller: Option<LegId>,
    /// The member whose answer came with this input.
    begins: Option<LegId>,
    /// The caller left behind with this input, whose place is looked at.
    left: Option<LegId>,
}

impl Whispers {
    pub fn see_input(&mut self, now: Tick, input: &Input, legs: &BTreeMap<LegId, Seen>) {
        (self.ring_on, self.begins, self.left, self.caller) = (BTreeMap::new(), None, None, None);
        let answers = |leg: &LegId, mobile: bool| {
            let seen = legs.get(leg).filter(|seen| seen.placed && seen.person.is_some() && !seen.up)?;
            seen.like.filter(|_| seen.mobile == mobile && (!mobile || seen.answered))
        };
        let caller = match input {
            Input::Answered { leg } => answers(leg, false),
            Input::Digit { leg, digit: '1' } => answers(leg, true),
            Input::Ended { leg, .. } | Input::Failed { leg, .. } => return self.breaks_off(*leg, legs),
            _ => None,
        };
        if let (Some(caller), Input::Answered { leg } | Input::Digit { leg, .. }) = (caller, input) {
            self.heard.insert(*leg, (now, caller));
            self.begins = Some(*leg);
            self.caller = Some(caller);
            self.ring_on = others_rung(caller, *leg, legs);
        }
    }

    fn breaks_off(&mut self, leg: LegId, legs: &BTreeMap<LegId, Seen>) {
        if let Some((_, caller)) = self.heard.remove(&leg) {
            self.left = Some(caller);
            self.caller = Some(caller);
            self.ring_on = others_rung(caller, leg, legs);
            self.ring_on.insert(caller, None);
        }
        self.heard.retain(|_, (_, caller)| *caller != leg);
    }

    pub fn see_action(&mut self, action: &Action) {
        match action {
            Action::Bridge { a, b } => {
                // It was over in the very instant in which its member hung up.
                if self.left == Some(*a) {
                    self.left = None;
                    self.ring_on.clear();
                }
                self.heard.remove(a);
                self.heard.remove(b);
            }
            Action::Hangup { leg, .. } => {
                self.heard.remove(leg);
                self.heard.retain(|_, (_, caller)| caller != leg);
            }
            _ => {}
        }
    }

    /// Does this leg hear what the call is about?
    pub fn is_whispered_to(&self, leg: LegId) -> bool {
        self.heard.contains_key(&leg)
    }

    /// Is there a caller whose member hung up in it just now?
    pub fn has_left(&self) -> bool {
        self.left.is_some()
    }

    /// After an input and what the office did about it.
    pub fn judge(
        &self,
        now: Tick,
        input: &Input,
        out: &[Action],
        legs: &BTreeMap<LegId, Seen>,
    ) -> Result<(), String> {
        if let Some((leg, _)) = self.heard.iter().find(|(_, (since, _))| now.since(*since) > AT_MOST) {
            return Err(format!("a whisper is short: {leg}"));
        }
        // An answer that joined the two at once, or came too late, was no whisper.
        if self.begins.is_some_and(|leg| !self.heard.contains_key(&leg)) {
            return Ok(());
        }
        // Where turns are taken, one whose turn was over is relieved by the next.
        let relieved = |action: &Action| matches!(action, Action::Place(place) if place.like == self.caller);
        if out.iter().any(relieved) {
            return Ok(());
        }
        // A promise further ahead became due, say by the channel that a mobile left: its phone is moved there.
        let rung_for = |action: &Action| match action {
            Action::Place(place) => legs.get(&place.leg)?.person.clone(),
            _ => None,
        };
        let moved: BTreeSet<PersonId> = out.iter().filter_map(rung_for).collect();
        let silenced = out.iter().find_map(|action| match action {
            Action::Hangup { leg, .. } => {
                let whose = self.ring_on.get(leg)?;
                let moves = whose.as_ref().is_some_and(|person| moved.contains(person));
                (!moves).then_some(*leg)
            }
            _ => None,
        });
        match silenced {
            Some(leg) => Err(format!("other phones ring on in a whisper: {leg} after {input:?}")),
            None => Ok(()),
        }
    }

    /// Who was left in a whisper stands in the line.
    pub fn look(&mut self, board: &Board, legs_of: &BTreeMap<CallId, Vec<LegId>>) -> Result<(), String> {
        let stands = |leg: &LegId| {
            let rows = board.line.iter().filter(|row| row.kind == LineKind::Live);
            rows.into_iter().any(|row| legs_of.get(&row.contact).is_some_and(|legs| legs.contains(leg)))
        };
        match self.left.take().filter(|leg| !stands(leg)) {
            Some(leg) => Err(format!("who is left in a whisper keeps the place: {leg}")),
            None => Ok(()),
        }
    }
}

/// Phones of others than this leg's person that ring for the caller.
fn others_rung(caller: LegId, leg: LegId, legs: &BTreeMap<LegId, Seen>) -> BTreeMap<LegId, Option<PersonId>> {
    let own = legs.get(&leg).and_then(|seen| seen.person.as_ref());
    let rings = |seen: &Seen| seen.placed && !seen.up && seen.like == Some(caller);
    let others = legs.iter().filter(|(_, seen)| rings(seen) && seen.person.as_ref() != own);
    others.map(|(leg, seen)| (*leg, seen.person.clone())).collect()
}
