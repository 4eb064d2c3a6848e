//! Pure. "Sales, two minutes": who answers for several groups hears first which it is (spec/hunt-groups.md §11).
//!
//! The caller hears music until the two are joined, and other phones ring on. Any key, or two and a half
//! seconds, end it; who hangs up in it leaves the caller where they are.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, GroupId, LegId, PersonId, PlayId};
use crate::office::timers::Timer;
use crate::office::{Office, prompts};
use crate::sip::HangupReason;
use crate::speech::Saying;
use std::sync::Arc;
use std::time::Duration;

/// No whisper is longer.
const AT_MOST: Duration = Duration::from_millis(2_500);

/// A member who has answered and hears what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::office) struct Whisper {
    pub(super) leg: LegId,
    play: PlayId,
}

impl Office {
    /// Whispers to one who answers for more than one group; `false`: they are joined at once.
    pub(super) fn whisper(&mut self, id: CallId, person: &PersonId, leg: LegId) -> bool {
        let several = self.directory.groups_of(person).len() > 1;
        let Some(waiting) = self.waiting(id).filter(|_| several) else { return false };
        // Who picked it up has seen on the screen what it is.
        let known = waiting.entry.picked.contains(person);
        let Some(offer) = waiting.entry.offers.get(person).filter(|_| !known) else { return false };
        let others: Vec<LegId> = offer.legs.iter().copied().filter(|other| *other != leg).collect();
        let (group, waited) = (self.group_in_words(&waiting.entry.group), self.waits_for(waiting));
        self.leg_is_up(leg);
        for other in others {
            self.hang_up(other, HangupReason::AnsweredElsewhere);
        }
        let play = self.say(leg, &[group, Saying::Duration(waited)]);
        if let Some(offer) = self.entry_mut(id).and_then(|entry| entry.offers.get_mut(person)) {
            offer.legs.retain(|own| *own == leg);
            offer.whisper = Some(Whisper { leg, play });
        }
        self.timers.set(self.now.tick + AT_MOST, Timer::WhisperEnds { call: id, leg });
        true
    }

    /// As the owner has recorded it, `group-sales`; else by its number in the settings: "group two".
    fn group_in_words(&self, group: &GroupId) -> Saying {
        let place = self.directory.settings.groups.iter().position(|known| known.id == *group);
        let number = Saying::Number(u32::try_from(place.unwrap_or(0) + 1).unwrap_or(1));
        let name = Arc::from(format!("group-{group}"));
        Saying::OwnOr(name, Box::new(Saying::Filled(prompts::THE_GROUP, vec![number])))
    }

    /// The whisper to this leg is over: by its end, by a key, or by its time.
    pub(in crate::office) fn whisper_ends(&mut self, id: CallId, leg: LegId) {
        let Some(entry) = self.entry(id) else { return };
        let whispered = entry.offers.iter().find(|(_, offer)| offer.whisper.is_some_and(|w| w.leg == leg));
        if let Some(person) = whispered.map(|(person, _)| person.clone()) {
            self.answered_from_line(id, &person, leg);
        }
    }

    /// The leg to whom this playback is a whisper.
    pub(super) fn whispered_by(&self, id: CallId, play: PlayId) -> Option<LegId> {
        let offers = self.entry(id)?.offers.values();
        offers
            .filter_map(|offer| offer.whisper)
            .find(|whisper| whisper.play == play)
            .map(|whisper| whisper.leg)
    }
}
