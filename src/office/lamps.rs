//! Pure. What the lamps beside the phones' keys show (BLF): colleagues, park slots, the owner's word over
//! the hours (spec/hunt-groups.md §6, §10). A plain projection of state, as the board is.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::board::PersonState;
use super::parking::SLOTS;
use super::people::Staff;
use crate::settings::{Person, Phone};
use crate::sip::{Lamp, Lamps};

/// The lamp of "closed until" and "open until" (INTERFACES.md §4 is added to here).
pub(super) const OVERRIDE: &str = "*28";

impl Office {
    /// Every lamp by what its key dials. A person has one by their extension and one by each SIP phone; where
    /// both are the same, the extension's holds, for that is whom the key calls.
    pub fn lamps(&self) -> Lamps {
        let mut lamps = Lamps::new();
        let people = &self.directory.settings.people;
        for (person, lamp) in people.iter().map(|person| (person, self.lamp_of(person))) {
            let sip = person.phones.iter().filter_map(|phone| match phone {
                Phone::Sip { id, .. } => Some(id.as_str()),
                Phone::Mobile { .. } => None,
            });
            lamps.extend(sip.map(|id| (id.into(), lamp)));
        }
        let extension =
            |person: &Person| Some((person.extension.as_ref()?.as_str().into(), self.lamp_of(person)));
        lamps.extend(people.iter().filter_map(extension));
        lamps.extend(SLOTS.map(|slot| (format!("*{slot}").into(), lit_if(self.park.contains_key(&slot)))));
        lamps.insert(OVERRIDE.into(), lit_if(!self.overrides.is_empty()));
        lamps
    }

    /// Lit: calling now would not reach them at once. That is what the lamp of a phone that does not disturb
    /// shows everywhere; an unplugged phone is dark.
    fn lamp_of(&self, person: &Person) -> Lamp {
        match self.people.get(&person.id).map(Staff::shown) {
            Some(PersonState::Ringing) => Lamp::Blinking,
            Some(PersonState::Talking | PersonState::WrapUp | PersonState::Paused | PersonState::Off) => {
                Lamp::Lit
            }
            Some(PersonState::Available | PersonState::PhoneOffline) | None => Lamp::Dark,
        }
    }
}

fn lit_if(is_taken: bool) -> Lamp {
    if is_taken { Lamp::Lit } else { Lamp::Dark }
}
