//! Wrong offices, which the laws must catch: what the office asked for is changed on its way.

use super::*;

impl World {
    pub(super) fn mutate(&mut self, mut out: Vec<Action>) -> Vec<Action> {
        let first_place = out.iter().position(|action| matches!(action, Action::Place(_)));
        match (self.mutant, first_place) {
            (Mutant::DroppedHangup, _) => out.retain(|action| !matches!(action, Action::Hangup { .. })),
            // A promise's row is written on after its outcome: without it other laws break first.
            (Mutant::SwallowedOutcome, _) => out.retain(|action| {
                !matches!(action, Action::Save(Change::Contact(contact))
                    if contact.outcome.is_some() && contact.callback.is_none())
            }),
            (Mutant::SecondOutcome, _) => second_outcome(&mut out),
            (Mutant::Silence, _) => out.retain(|action| !matches!(action, Action::Play { .. })),
            (Mutant::SilentPhones, _) => out.retain(|action| !matches!(action, Action::Place(_))),
            (Mutant::DoubleRing, Some(at)) => {
                if let Action::Place(place) = &out[at] {
                    let mut again = place.clone();
                    again.leg = LegId(place.leg.0 + 1_000_001);
                    again.like = Some(LegId(2_000_000));
                    out.push(Action::Place(again));
                }
            }
            (Mutant::RingsTheAbsent, Some(at)) => {
                if let Action::Place(place) = &mut out[at] {
                    place.to = Destination::Phone(PhoneId::from("dan-desk"));
                }
            }
            (Mutant::ReversedLine, Some(_)) => {
                for action in &mut out {
                    if let (Action::Place(place), Some(youngest)) = (action, self.waiting.last()) {
                        place.like = Some(*youngest);
                    }
                }
            }
            (Mutant::Storm, Some(at)) => {
                let action = out[at].clone();
                out.extend(std::iter::repeat_n(action, 300));
            }
            _ => {}
        }
        out
    }
}

fn second_outcome(out: &mut Vec<Action>) {
    use frontdesk::office::contact::Outcome;
    let ended = out.iter().find_map(|action| match action {
        Action::Save(Change::Contact(contact)) if contact.outcome.is_some() => Some(contact.clone()),
        _ => None,
    });
    if let Some(mut contact) = ended {
        contact.outcome = Some(Outcome::Rejected);
        out.push(Action::Save(Change::Contact(contact)));
    }
}
