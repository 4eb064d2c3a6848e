//! Pure. What a closed caller hears: when it opens, worked out and not recorded (spec/hunt-groups.md §10).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::State;
use crate::ids::{CallId, GroupId, LegId};
use crate::office::contact::Outcome;
use crate::office::{Office, prompts};
use crate::speech::Saying;

impl Office {
    /// "We are closed. We open tomorrow, Tuesday, at eight."; nothing while it is open, and where it does
    /// not open within a year.
    pub(in crate::office) fn when_it_opens(&self, group: &GroupId) -> Vec<Saying> {
        let State::Closed { opens_at: Some(opens_at), .. } = self.group_hours(group) else {
            return Vec::new();
        };
        let zone = &self.directory.settings.office.time_zone;
        let (at, today) = (zone.to_datetime(opens_at), zone.to_datetime(self.now.wall).date());
        vec![Saying::Filled(prompts::CLOSED_UNTIL, vec![Saying::Moment { at, today }])]
    }

    /// Nothing can be kept, so nothing is offered: the caller hears when to call again, and the row, once the
    /// disk takes it, that they did.
    pub(in crate::office) fn say_closed(&mut self, id: CallId, leg: LegId, group: &GroupId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.belongs_to(group);
        }
        self.save(id);
        let mut words = self.when_it_opens(group);
        let last = if words.is_empty() { prompts::CLOSED } else { prompts::CALL_AGAIN_THEN };
        words.push(Saying::Prompt(last));
        self.say_last(id, leg, &words, Outcome::AfterHours);
    }
}
