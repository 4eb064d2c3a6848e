//! Pure. Park and fetch: `*70`–`*76`, by code, by screen, or by a transfer to one of them (INTERFACES.md §4).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Hears, Parked, Phase, Reaching, Stay, Target, Why};
use super::contact::Happened;
use super::timers::Timer;
use super::transfer::NoTransfer;
use super::{Action, Office};
use crate::ids::{CallId, LegId, PersonId};
use crate::sip::HangupReason;
use std::time::Duration;

/// A parked call goes back to the one who parked it after this.
pub(super) const PARKED_FOR: Duration = Duration::from_secs(120);
/// The park slots, `*70`–`*76`.
pub(super) const SLOTS: std::ops::RangeInclusive<u8> = 70..=76;

impl Office {
    /// Parks the party opposite of `leg`, at the wanted slot or any; `None` when it is taken, or all are.
    pub(super) fn park(&mut self, id: CallId, leg: LegId, wanted: Option<u8>) -> Option<u8> {
        let (_, talking) = self.talk_of(leg)?;
        let other = talking.other(leg);
        let by = self.legs.get(&leg)?.person.clone()?;
        let fits = |slot: &u8| wanted.is_none_or(|wanted| wanted == *slot) && !self.park.contains_key(slot);
        let slot = SLOTS.into_iter().find(fits)?;
        let tick = self.now.tick;
        self.act(Action::Unbridge { leg: other });
        self.play_music(other);
        let call = self.calls.get_mut(&id)?;
        call.put_away(tick);
        call.phase = Phase::Parked(Parked { leg: other, slot, by: by.clone() });
        self.park.insert(slot, (id, self.now.wall));
        self.timers.set(tick + PARKED_FOR, Timer::ParkEnds { call: id, slot });
        self.hang_up(leg, HangupReason::Normal);
        self.tell(id, Happened::Parked { slot, person: by });
        self.changed();
        Some(slot)
    }

    /// A phone that transfers to `*70`–`*76` parks; a slot that is taken is refused, and the two talk on.
    pub(super) fn park_by_phone(&mut self, leg: LegId, slot: u8) -> Result<(), NoTransfer> {
        let (id, _) = self.talk_of(leg).ok_or(NoTransfer::NotNow)?;
        if self.park.contains_key(&slot) {
            return Err(NoTransfer::Taken);
        }
        self.act(Action::TransferProgress { leg, status: 200 });
        self.park(id, leg, Some(slot)).map(|_| ()).ok_or(NoTransfer::NotNow)
    }

    /// Nobody fetched it: back to the one who parked it.
    pub(super) fn on_park_ends(&mut self, id: CallId, slot: u8) {
        let Some(Phase::Parked(parked)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        if parked.slot != slot {
            return;
        }
        let (leg, by) = (parked.leg, parked.by.clone());
        self.park.remove(&slot);
        self.tell(id, Happened::TransferReturned { to: slot.to_string() });
        let stay = Stay { leg, heard: Hears::Us };
        self.reach(id, Some(stay), Target::Person(by), Why::Return);
    }

    /// A parked call is fetched by ringing the fetcher's phone.
    pub(super) fn fetch(&mut self, id: CallId, person: &PersonId) {
        let Some(Phase::Parked(parked)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        let (leg, slot) = (parked.leg, parked.slot);
        self.tell(id, Happened::Fetched { slot, person: person.clone() });
        let stay = Stay { leg, heard: Hears::Us };
        self.reach(id, Some(stay), Target::Person(person.clone()), Why::Fetch { slot });
    }

    /// The slot of an ended call is free again.
    pub(super) fn free_slot(&mut self, phase: &Phase) {
        let slot = match phase {
            Phase::Parked(parked) => parked.slot,
            Phase::Reaching(Reaching { why: Why::Fetch { slot }, .. }) => *slot,
            _ => return,
        };
        self.park.remove(&slot);
    }
}

/// The park slot that was dialled, if it is one.
pub(super) fn slot_of(dialled: &str) -> Option<u8> {
    dialled.strip_prefix('*')?.parse().ok().filter(|slot| SLOTS.contains(slot))
}
