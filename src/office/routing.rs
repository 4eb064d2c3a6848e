//! Pure. Whose call is this? Number, hours and plan lead to a group, a person or a number outside.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Hears, Leg, LegState, Origin, Phase, Stay, Target, Why};
use super::contact::{Device, Happened, Kind, Outcome, Party};
use super::outbound::No;
use super::queue::Welcome;
use super::{Arrived, Office, codes, hours, prompts};
use crate::ids::{CallId, GroupId, LegId, PersonId, PhoneId, TrunkId};
use crate::number::{Class, Number};
use crate::settings::{Goal, NumberPlan};
use crate::sip::{HangupReason, Refusal, Source};

/// Where something dialled inside leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dialled {
    Person(PersonId),
    Group(GroupId),
    Outside(Number),
    Unknown,
}

impl Office {
    /// A call came in.
    pub(super) fn on_arrived(&mut self, arrived: &Arrived) {
        self.changed();
        match (&arrived.from, arrived.replaces) {
            (Source::Phone(phone), Some(old)) => self.on_takeover(arrived, phone, old),
            (Source::Phone(phone), None) => self.arrived_by_phone(arrived, phone),
            (Source::Trunk(trunk), _) => self.arrived_by_trunk(arrived, trunk),
        }
    }

    /// A customer nobody can hear, because their provider offers no sound we can carry, has called all the same:
    /// a row that is owed a call, and an alarm until that trunk brings a call with sound.
    pub(super) fn on_unsound(&mut self, arrived: &Arrived) {
        let Source::Trunk(trunk) = &arrived.from else { return };
        self.changed();
        let (id, _) = self.begin_by_trunk(arrived, trunk);
        self.tell(id, Happened::NoCommonCodec);
        self.trunk_has_sound(trunk, false);
        self.leg_is_over(arrived.leg);
        self.finish(id, Outcome::FailedTechnical, &HangupReason::Fault);
    }

    /// The row of a customer's call, and the plan of the number they dialled.
    fn begin_by_trunk(&mut self, arrived: &Arrived, trunk: &TrunkId) -> (CallId, Option<NumberPlan>) {
        let number = Number::parse(&arrived.caller, self.directory.country());
        let from = Party { number, name: arrived.caller_name.clone(), person: None };
        let plan = self.plan_for(&arrived.dialled, trunk);
        // By our own account's name: the number it stands for.
        let dialled = plan.as_ref().map(|plan| plan.number.clone());
        let dialled = dialled.or_else(|| Number::parse(&arrived.dialled, self.directory.country()));
        let to = Party { number: dialled, ..Party::default() };
        let written = from.number.is_some()
            && arrived.caller.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
        let id = self.begin(arrived, Kind::Inbound, from, to, Device::Trunk(trunk.clone()), None);
        if let Some(call) = self.calls.get_mut(&id).filter(|_| written) {
            call.written = Some(arrived.caller.clone());
        }
        (id, plan)
    }

    fn arrived_by_trunk(&mut self, arrived: &Arrived, trunk: &TrunkId) {
        self.trunk_has_sound(trunk, true);
        let (id, plan) = self.begin_by_trunk(arrived, trunk);
        let from = self.calls.get(&id).and_then(|call| call.contact.from.number.clone());
        match plan {
            Some(_) if self.is_caller_blocked(from.as_ref()) => {
                self.refuse(id, arrived.leg, Refusal::Declined, Outcome::Rejected);
            }
            Some(plan) => {
                if let Some(topic) = &plan.topic {
                    self.is_about(id, topic);
                }
                let welcome = if plan.welcome { Welcome::Spoken } else { Welcome::None };
                self.lead(id, arrived.leg, &plan.to, welcome);
            }
            None => self.refuse(id, arrived.leg, Refusal::NotFound, Outcome::Rejected),
        }
    }

    /// The plan of what was dialled; a provider that sends our account's name means its first number.
    fn plan_for(&self, dialled: &str, trunk: &TrunkId) -> Option<NumberPlan> {
        let trunk = self.directory.trunk(trunk)?;
        let number = Number::parse(dialled, self.directory.country());
        let direct = number.and_then(|number| self.directory.plan(&number));
        let account = || trunk.numbers.first().filter(|_| dialled == trunk.user);
        direct.or_else(|| self.directory.plan(account()?)).cloned()
    }

    /// What a call is about, by the number dialled or the key pressed: it chooses who rings, and stays with a
    /// promise made to its caller (spec/hunt-groups.md §7).
    fn is_about(&mut self, id: CallId, topic: &str) {
        self.tell(id, Happened::About { topic: topic.to_owned() });
        if let Some(call) = self.calls.get_mut(&id) {
            call.topic = Some(topic.to_owned());
        }
    }

    fn begin(
        &mut self,
        arrived: &Arrived,
        kind: Kind,
        from: Party,
        to: Party,
        device: Device,
        person: Option<PersonId>,
    ) -> CallId {
        let hops = arrived.max_forwards.saturating_sub(1).min(69);
        let id = self.new_call(kind, from, to, hops);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Arriving { leg: Some(arrived.leg) };
        }
        let code = person.is_some() && codes::is_code(&arrived.dialled);
        let origin = if code { Origin::Code } else { Origin::Arrived };
        let leg = Leg { call: id, device, person, state: LegState::Early, origin };
        self.add_leg(arrived.leg, leg);
        self.tell(id, if kind == Kind::Inbound { Happened::CalledIn } else { Happened::DialledOut });
        id
    }

    /// Leads an arriving call to its goal.
    pub(super) fn lead(&mut self, id: CallId, leg: LegId, goal: &Goal, welcome: Welcome) {
        match goal {
            Goal::Group(group) => self.lead_to_group(id, leg, group, welcome),
            Goal::Topic(group, topic) => {
                self.is_about(id, topic);
                self.lead_to_group(id, leg, group, welcome);
            }
            Goal::Callback(group) => self.lead_to_callback(id, leg, group, welcome),
            Goal::Voicemail(group) => self.leave_message(id, leg, group),
            Goal::Person(person) => self.lead_to_person(id, leg, person),
            Goal::Number(number) => self.lead_outside(id, leg, number),
            Goal::Menu(menu) => self.enter_menu(id, leg, menu, None, welcome),
        }
    }

    /// A colleague, and a transfer, goes where a caller without a key would.
    fn without_menus(&self, goal: &Goal) -> Goal {
        let mut goal = goal.clone();
        for _ in 0..self.directory.settings.menus.len() {
            let Goal::Menu(id) = &goal else { return goal };
            let menu = self.directory.settings.menus.iter().find(|menu| menu.id == *id);
            let Some(menu) = menu else { return goal };
            goal = menu.otherwise.clone();
        }
        goal
    }

    fn lead_to_group(&mut self, id: CallId, leg: LegId, group: &GroupId, welcome: Welcome) {
        if self.is_group_open(group) {
            self.enter_line(id, leg, group, welcome);
        } else {
            self.lead_after_hours(id, leg, group);
        }
    }

    /// Open, whoever asks to be called back stands in the line first; closed, it is asked at the door.
    fn lead_to_callback(&mut self, id: CallId, leg: LegId, group: &GroupId, welcome: Welcome) {
        if self.is_group_open(group) {
            return self.enter_line(id, leg, group, welcome);
        }
        self.tell(id, Happened::Closed);
        self.ask_at_door(id, leg, group);
    }

    fn lead_after_hours(&mut self, id: CallId, leg: LegId, group: &GroupId) {
        self.tell(id, Happened::Closed);
        let after = hours::Plan::of(&self.directory.settings, Some(group), &[]).after.cloned();
        match after {
            // The owner says that this group answers then, whatever its hours.
            Some(Goal::Group(group)) => self.enter_line(id, leg, &group, Welcome::None),
            Some(Goal::Topic(group, topic)) => {
                self.is_about(id, &topic);
                self.enter_line(id, leg, &group, Welcome::None);
            }
            Some(Goal::Person(person)) => self.lead_to_person(id, leg, &person),
            Some(Goal::Number(number)) => self.lead_outside(id, leg, &number),
            Some(Goal::Voicemail(to)) => {
                let words = self.when_it_opens(group);
                self.leave_message_after(&words, id, leg, &to);
            }
            Some(Goal::Menu(menu)) => self.enter_menu(id, leg, &menu, None, Welcome::None),
            Some(Goal::Callback(to)) if self.is_group_open(&to) => {
                self.enter_line(id, leg, &to, Welcome::None);
            }
            Some(Goal::Callback(to)) => self.ask_at_door(id, leg, &to),
            // Nobody is sent away who was offered nothing (spec/hunt-groups.md §9).
            None => self.ask_at_door(id, leg, group),
        }
    }

    fn lead_to_person(&mut self, id: CallId, leg: LegId, person: &PersonId) {
        self.save(id);
        let stay = Some(self.stay(leg));
        self.reach(id, stay, Target::Person(person.clone()), Why::Direct);
    }

    /// A caller who was in a menu hears us; one who just came in hears their own network.
    fn stay(&self, leg: LegId) -> Stay {
        let up = self.legs.get(&leg).is_some_and(|leg| leg.state == LegState::Up);
        Stay { leg, heard: if up { Hears::Us } else { Hears::Ringing } }
    }

    fn lead_outside(&mut self, id: CallId, leg: LegId, number: &Number) {
        self.save(id);
        match self.way_for_office(number) {
            Ok(way) => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.overflowed = true;
                }
                let stay = Some(self.stay(leg));
                self.reach(id, stay, Target::Outside(way), Why::Overflow);
            }
            Err(no) => {
                self.tell_refusal(id, no);
                self.take_message_instead(id, leg);
            }
        }
    }

    fn arrived_by_phone(&mut self, arrived: &Arrived, phone: &PhoneId) {
        let Some(person) = self.directory.phone_owner(phone).cloned() else {
            self.act(super::Action::Refuse { leg: arrived.leg, refusal: Refusal::Forbidden });
            return;
        };
        let dialled = self.dialled(&arrived.dialled);
        let kind = if matches!(dialled, Dialled::Outside(_)) { Kind::Outbound } else { Kind::Internal };
        let from = self.party_of(&person);
        let to = self.party_dialled(&dialled, &arrived.dialled);
        let device = Device::Phone(phone.clone());
        let id = self.begin(arrived, kind, from, to, device, Some(person.clone()));
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.person = Some(person.clone());
        }
        if codes::is_code(&arrived.dialled) {
            return self.dial_code(id, arrived.leg, &person, &arrived.dialled);
        }
        let stay = Stay { leg: arrived.leg, heard: Hears::Ringing };
        self.lead_dialled(id, stay, dialled);
    }

    /// What a colleague, a screen or a transfer dialled.
    pub(super) fn dialled(&self, text: &str) -> Dialled {
        if let Some(id) = text.strip_prefix("person:") {
            let id = PersonId::from(id);
            return if self.directory.person(&id).is_some() { Dialled::Person(id) } else { Dialled::Unknown };
        }
        if let Some(id) = text.strip_prefix("group:") {
            let id = GroupId::from(id);
            return if self.directory.group(&id).is_some() { Dialled::Group(id) } else { Dialled::Unknown };
        }
        let number = Number::parse(text, self.directory.country()).filter(|_| !codes::is_code(text));
        let Some(number) = number else { return Dialled::Unknown };
        // Before everything that is ours: no setting takes the place of help.
        if number.class(self.directory.country()) == Class::Emergency {
            return Dialled::Outside(number);
        }
        if let Some(person) = self.directory.extension(&number) {
            return Dialled::Person(person.clone());
        }
        match self.directory.plan(&number).map(|plan| self.without_menus(&plan.to)) {
            Some(Goal::Person(person)) => Dialled::Person(person),
            Some(
                Goal::Group(group) | Goal::Topic(group, _) | Goal::Voicemail(group) | Goal::Callback(group),
            ) => Dialled::Group(group),
            Some(Goal::Number(number)) => Dialled::Outside(number),
            Some(Goal::Menu(_)) => Dialled::Unknown,
            // A short number that is not ours leads nowhere.
            None if number.as_str().len() < 5 && number.is_short() => Dialled::Unknown,
            None => Dialled::Outside(number),
        }
    }

    /// Connects a colleague with what was dialled.
    pub(super) fn lead_dialled(&mut self, id: CallId, stay: Stay, dialled: Dialled) {
        if !matches!(dialled, Dialled::Group(_)) {
            self.save(id);
        }
        match dialled {
            Dialled::Person(callee) => self.reach(id, Some(stay), Target::Person(callee), Why::Direct),
            Dialled::Group(group) => self.enter_line(id, stay.leg, &group, Welcome::None),
            Dialled::Outside(number) => match self.way_out(stay.leg, &number) {
                Ok(way) => self.reach(id, Some(stay), Target::Outside(way), Why::Direct),
                Err(no) => self.refuse_outbound(id, stay, no),
            },
            Dialled::Unknown if stay.heard == Hears::Us => {
                self.say_goodbye(id, stay.leg, prompts::NUMBER_NOT_KNOWN, Outcome::Internal);
            }
            Dialled::Unknown => self.refuse(id, stay.leg, Refusal::NotFound, Outcome::Internal),
        }
    }

    fn refuse_outbound(&mut self, id: CallId, stay: Stay, no: No) {
        self.tell_refusal(id, no);
        match (no, stay.heard) {
            (No::Rule(_), _) => self.say_goodbye(id, stay.leg, prompts::NOT_ALLOWED, Outcome::Rejected),
            (No::NoTrunk, Hears::Ringing) => {
                self.refuse(id, stay.leg, Refusal::Overloaded, Outcome::FailedTechnical);
            }
            (No::NoTrunk, Hears::Us) => {
                self.say_goodbye(id, stay.leg, prompts::NOT_ANSWERING, Outcome::FailedTechnical);
            }
        }
    }

    fn tell_refusal(&mut self, id: CallId, no: No) {
        match no {
            No::Rule(rule) => self.tell(id, Happened::RefusedByPolicy { why: rule.to_owned() }),
            No::NoTrunk => self.tell(id, Happened::NotReached { status: 503 }),
        }
    }

    /// A colleague as a party of a call.
    pub(super) fn party_of(&self, person: &PersonId) -> Party {
        let settings = self.directory.person(person);
        Party {
            number: settings.and_then(|person| person.extension.clone()),
            name: settings.map_or_else(String::new, |person| person.name.clone()),
            person: Some(person.clone()),
        }
    }

    /// What was dialled as a party of a call.
    pub(super) fn party_dialled(&self, dialled: &Dialled, text: &str) -> Party {
        match dialled {
            Dialled::Person(person) => self.party_of(person),
            Dialled::Outside(number) => Party { number: Some(number.clone()), ..Party::default() },
            _ => Party { number: Number::parse(text, self.directory.country()), ..Party::default() },
        }
    }

    /// INVITE with Replaces (RFC 3891): a phone takes over a leg of a call.
    fn on_takeover(&mut self, arrived: &Arrived, phone: &PhoneId, old: LegId) {
        let person = self.directory.phone_owner(phone).cloned();
        let id = self.legs.get(&old).filter(|leg| leg.state == LegState::Up).map(|leg| leg.call);
        let (Some(person), Some(id)) = (person, id) else {
            self.act(super::Action::Refuse { leg: arrived.leg, refusal: Refusal::NotFound });
            return;
        };
        let Some(Phase::Talking(talking)) = self.calls.get(&id).map(|call| &call.phase) else {
            self.act(super::Action::Refuse { leg: arrived.leg, refusal: Refusal::NotFound });
            return;
        };
        let other = talking.other(old);
        let leg = Leg {
            call: id,
            device: Device::Phone(phone.clone()),
            person: Some(person.clone()),
            state: LegState::Early,
            origin: Origin::Arrived,
        };
        self.add_leg(arrived.leg, leg);
        self.accept(arrived.leg);
        self.join(id, other, arrived.leg);
        self.hang_up(old, HangupReason::Normal);
        self.tell(id, Happened::Answered { person: person.clone() });
        if let Some(group) = self.calls.get(&id).and_then(|call| call.contact.group.clone()) {
            self.owe_wrap_of(id, &person, &group);
        }
        self.mark_answered(id, Some(person));
    }
}
