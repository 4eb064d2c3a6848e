//! Pure. Mobiles of our people: rung through a trunk beside their other phones. An answer counts only after
//! key 1, so that no voicemail swallows a caller (spec/hunt-groups.md §2).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{LegState, Origin};
use super::contact::{Device, Happened, Kind};
use super::outbound::Way;
use super::timers::Timer;
use super::{Action, Office, prompts};
use crate::ids::{CallId, LegId, PersonId};
use crate::media::{Piece, Repeat};
use crate::number::Number;
use crate::settings::Phone;
use crate::sip::{Destination, Failure, HangupReason};
use std::time::Duration;

/// Key 1 comes within this, or nobody is there.
const KEY_WITHIN: Duration = Duration::from_secs(12);
/// Between two times of asking.
const BREATH: Duration = Duration::from_millis(1500);
/// A person whose only phone is a mobile that nobody answered is left alone so long.
const MOBILE_REST: Duration = Duration::from_secs(60);

impl Office {
    /// Rings the mobiles of a person for which there is a way and a channel.
    pub(super) fn ring_mobiles(&mut self, id: CallId, person: &PersonId, like: Option<LegId>) -> Vec<LegId> {
        let mut legs = Vec::new();
        for number in self.mobiles_of(person) {
            let Some(way) = self.way_to_mobile(&number) else { continue };
            let shown = self.number_shown_to_mobile(id, &way);
            let name = self.directory.settings.office.name.clone();
            let to = Destination::Trunk { trunk: way.trunk.clone(), number: number.as_str().to_owned() };
            let device = Device::Trunk(way.trunk.clone());
            let leg = self.place(id, device, Some(person.clone()), to, like, (&shown, &name));
            self.set_price(leg, way.price);
            legs.push(leg);
        }
        legs
    }

    fn mobiles_of(&self, person: &PersonId) -> Vec<Number> {
        let phones = self.directory.person(person).map_or(&[][..], |person| &person.phones);
        let mobile = |phone: &Phone| match phone {
            Phone::Mobile { number, .. } => Some(number.clone()),
            Phone::Sip { .. } => None,
        };
        phones.iter().filter_map(mobile).collect()
    }

    /// Has this person a phone that would ring now: a registered one, or a mobile with a free channel?
    pub(super) fn has_ringable_phone(&self, person: &PersonId) -> bool {
        self.has_sip_phone(person)
            || self.mobiles_of(person).iter().any(|number| self.way_to_mobile(number).is_some())
    }

    fn has_sip_phone(&self, person: &PersonId) -> bool {
        let online = self.people.get(person).map(|staff| &staff.online);
        online.is_some_and(|online| online.iter().any(|phone| self.directory.phone_owner(phone).is_some()))
    }

    /// The number the caller dialled, where the trunk carries it; else the trunk's own: always one of ours.
    fn number_shown_to_mobile(&self, id: CallId, way: &Way) -> String {
        let Some(trunk) = self.directory.trunk(&way.trunk) else { return String::new() };
        let contact = self.calls.get(&id).map(|call| &call.contact);
        let dialled = contact.filter(|c| c.kind == Kind::Inbound).and_then(|c| c.to.number.as_ref());
        let own = dialled.filter(|number| trunk.numbers.contains(number)).or(trunk.numbers.first());
        own.map_or_else(|| trunk.user.clone(), |number| number.as_str().to_owned())
    }

    /// A mobile answered: is it its person? `false`: this leg needs no key.
    pub(super) fn ask_mobile(&mut self, leg: LegId) -> bool {
        let Some(known) = self.legs.get_mut(&leg).filter(|leg| leg.origin == Origin::Mobile) else {
            return false;
        };
        if known.state == LegState::Early {
            known.state = LegState::Asked;
            let pieces = vec![self.spoken(leg, prompts::MOBILE_CALL), Piece::Pause(BREATH)];
            self.play(leg, pieces, Repeat::Forever);
            self.timers.set(self.now.tick + KEY_WITHIN, Timer::KeyEnds { leg });
        }
        true
    }

    /// Key 1: from here on it is an answer like any other.
    pub(super) fn digit_on_mobile(&mut self, leg: LegId, digit: char) {
        let asked = self.legs.get_mut(&leg).filter(|leg| leg.state == LegState::Asked);
        let Some(known) = asked.filter(|_| digit == '1') else { return };
        known.state = LegState::Early;
        self.act(Action::Stop { leg });
        self.answered_for_good(leg);
        self.on_minute(leg);
    }

    /// Nobody pressed the key: not answered, whatever picked up.
    pub(super) fn on_key_ends(&mut self, leg: LegId) {
        let asked = self.legs.get(&leg).filter(|leg| leg.state == LegState::Asked);
        let Some((id, Some(person))) = asked.map(|leg| (leg.call, leg.person.clone())) else { return };
        self.tell(id, Happened::MobileNotTaken { person });
        self.act(Action::Hangup { leg, because: HangupReason::Normal });
        self.on_failed(leg, Failure { status: 480, cause: None });
    }

    /// What a failed mobile means: one that is busy or switched off says nothing about the desk phone.
    pub(super) fn mobile_failed(&mut self, leg: LegId, why: Failure) -> Failure {
        let rung = |leg: &&super::call::Leg| leg.origin == Origin::Mobile && leg.state != LegState::Up;
        let mobile = self.legs.get(&leg).filter(rung);
        let Some(person) = mobile.and_then(|leg| leg.person.clone()) else { return why };
        if self.has_sip_phone(&person) {
            return Failure { status: 480, ..why };
        }
        self.rest_for(&person, MOBILE_REST);
        why
    }
}
