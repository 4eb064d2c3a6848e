//! Pure. A key pressed on a leg, brought to whoever asked for it: by the phase the call is in.
//!
//! Keys inside a conversation are read from the staff side only (INTERFACES.md §4).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::call::{LegState, Phase};
use crate::ids::LegId;

impl Office {
    /// A key. One on a leg that is over, or where nobody asks, does nothing.
    pub(super) fn on_digit(&mut self, leg: LegId, digit: char) {
        let Some((id, state)) = self.legs.get(&leg).map(|leg| (leg.call, leg.state)) else { return };
        match state {
            LegState::Closed => return,
            LegState::Asked => return self.digit_on_mobile(leg, digit),
            LegState::Early | LegState::Up => {}
        }
        match self.calls.get(&id).map(|call| &call.phase) {
            Some(Phase::Waiting(waiting)) if waiting.caller == leg => {
                if !self.digit_of_returner(id, digit) {
                    self.digit_in_line(id, digit);
                }
            }
            Some(Phase::Waiting(_)) => self.whisper_ends(id, leg),
            Some(Phase::Menu(_)) => self.digit_in_menu(id, digit),
            Some(Phase::AtDoor(_)) => self.digit_at_door(id, digit),
            Some(Phase::Leaving(_)) => self.digit_in_message(id, digit),
            Some(Phase::Alone(_)) => self.digit_alone(id, digit),
            Some(Phase::Talking(_)) => self.digit_in_talk(id, leg, digit),
            Some(Phase::Consulting(beside)) if beside.by_leg == leg => self.digit_in_talk(id, leg, digit),
            Some(Phase::Promised(_)) => self.digit_in_callback(id, leg, digit),
            Some(
                Phase::Arriving { .. }
                | Phase::Farewell { .. }
                | Phase::Reaching(_)
                | Phase::Consulting(_)
                | Phase::Parked(_)
                | Phase::Over,
            )
            | None => {}
        }
    }
}
