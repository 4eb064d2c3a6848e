//! What people do in calls: hold, transfer, park, fetch, call each other and out; an owner who changes
//! the settings in the middle of it.

use super::world::{Event, PEOPLE, Tell, World};
use frontdesk::ids::{CallId, GroupId, LegId, PersonId, PhoneId, PlayId, Ticket};
use frontdesk::office::desk::{Actor, Command, TransferKind};
use frontdesk::office::memory::OverrideKind;
use frontdesk::office::{Arrived, Input};
use frontdesk::settings::Role;
use frontdesk::sip::{Source, TransferTarget};
use std::time::Duration;

/// What is dialled from a phone.
const DIALLED: [&str; 8] =
    ["11", "12", "13", "14", "+4520304050", "+46701234567", "+4590123456", "+4533445566"];
/// Codes dialled from a phone, and typed in a conversation.
const CODES: [&str; 13] =
    ["*10", "*11", "*12", "*1230", "*13", "*14", "*8", "*70", "*97", "*77", "*43", "*99", "*2815"];
const IN_CALLS: [&str; 6] = ["*212#", "*313", "*3", "*70", "*2*", "*9"];

impl World {
    /// Somebody does something, by the dice.
    pub(super) fn somebody_acts(&mut self) -> Result<(), String> {
        let next = self.until_next_act();
        self.plan(next, Event::Acts);
        match self.roll(18) {
            0 | 1 => self.dials(),
            2 => self.clicks(),
            3 | 4 => self.holds(),
            5 => self.refers(),
            6 | 7 => self.consults(),
            8 | 9 => self.passes(),
            10 => self.parks(),
            11 => self.fetches(),
            13 => self.dials_code(),
            16 => self.attends_to_promises(),
            14 | 15 => self.types_code(),
            17 => self.says_a_word(),
            _ if self.one_in(20) => self.applies(),
            _ => self.emergency(),
        }
    }

    fn dials(&mut self) -> Result<(), String> {
        let number = DIALLED[self.roll(8) as usize];
        match self.idle_person() {
            Some(person) => self.calls_from(&person, number).map(drop),
            None => Ok(()),
        }
    }

    fn dials_code(&mut self) -> Result<(), String> {
        let code = CODES[self.roll(13) as usize];
        let later = self.between(60, 600);
        match self.idle_person() {
            Some(person) => {
                // Whoever signs out or pauses by code comes back.
                let who = PEOPLE.iter().position(|name| *name == person.as_str()).unwrap_or(0);
                self.plan(later, Event::Back(who));
                self.calls_from(&person, code).map(drop)
            }
            None => Ok(()),
        }
    }

    fn types_code(&mut self) -> Result<(), String> {
        let Some((_, leg)) = self.talking() else { return Ok(()) };
        let keys = IN_CALLS[self.roll(6) as usize];
        for digit in keys.chars() {
            if self.alive.contains_key(&leg) {
                self.step(Input::Digit { leg, digit })?;
            }
        }
        Ok(())
    }

    fn emergency(&mut self) -> Result<(), String> {
        match self.idle_person().filter(|_| self.tick.as_secs().is_multiple_of(7)) {
            Some(person) => self.calls_from(&person, "112").map(drop),
            None => Ok(()),
        }
    }

    fn clicks(&mut self) -> Result<(), String> {
        let to = DIALLED[self.roll(8) as usize].to_owned();
        let Some(from) = self.idle_person() else { return Ok(()) };
        self.command(&from.clone(), Command::Dial { from, to })
    }

    fn holds(&mut self) -> Result<(), String> {
        let Some((_, leg)) = self.talking() else { return Ok(()) };
        let later = self.between(2, 60);
        self.plan(later, Event::Resumes(leg));
        self.step(Input::Held { leg })
    }

    fn refers(&mut self) -> Result<(), String> {
        let Some((_, leg)) = self.talking() else { return Ok(()) };
        let to = DIALLED[self.roll(8) as usize];
        self.step(Input::TransferAsked { leg, to: TransferTarget::Dial(to.into()) })
    }

    /// Holds, calls a colleague, and joins the two, or goes back.
    fn consults(&mut self) -> Result<(), String> {
        let Some((person, leg)) = self.talking() else { return Ok(()) };
        self.step(Input::Held { leg })?;
        let number = DIALLED[self.roll(4) as usize];
        let second = self.calls_from(&person, number)?;
        let (joins, resumes) = (self.between(1, 40), self.between(41, 80));
        if !self.one_in(4) {
            self.plan(joins, Event::Joins(leg, second));
        }
        self.plan(resumes, Event::Resumes(leg));
        Ok(())
    }

    pub(super) fn joins(&mut self, leg: LegId, second: LegId) -> Result<(), String> {
        if !self.alive.contains_key(&leg) || !self.alive.contains_key(&second) {
            return Ok(());
        }
        self.step(Input::TransferAsked { leg, to: TransferTarget::Leg(second) })
    }

    pub(super) fn resumes(&mut self, leg: LegId) -> Result<(), String> {
        if self.alive.contains_key(&leg) { self.step(Input::Resumed { leg }) } else { Ok(()) }
    }

    fn passes(&mut self) -> Result<(), String> {
        let Some((person, call)) = self.talk() else { return Ok(()) };
        let to = DIALLED[self.roll(8) as usize].to_owned();
        let kind = if self.one_in(2) { TransferKind::Blind } else { TransferKind::Attended };
        self.command(&person, Command::Transfer { call, to, kind })
    }

    fn parks(&mut self) -> Result<(), String> {
        let Some((person, call)) = self.talk() else { return Ok(()) };
        self.command(&person, Command::Park { call })
    }

    /// Picks up a parked call, else a waiting one.
    fn fetches(&mut self) -> Result<(), String> {
        let board = self.office.board(self.now());
        let parked = board.parked.first().map(|row| row.contact);
        let call = parked.or(board.line.last().map(|row| row.contact));
        match (self.idle_person(), call) {
            (Some(person), Some(call)) => self.command(&person, Command::Answer { call }),
            _ => Ok(()),
        }
    }

    fn applies(&mut self) -> Result<(), String> {
        std::mem::swap(&mut self.settings, &mut self.other_settings);
        let settings = self.settings.clone();
        self.step(Input::Configured(settings))
    }

    /// Closed, or open, for a while, whatever the hours say; or as they say again.
    fn says_a_word(&mut self) -> Result<(), String> {
        let group = self.one_in(2).then(|| GroupId::from("side"));
        let kind = if self.one_in(2) { OverrideKind::Open } else { OverrideKind::Closed };
        let until = self.now().wall + self.between(60, 1800);
        let set = (!self.one_in(3)).then_some((kind, until));
        self.command(&PersonId::from("anna"), Command::Override { group, set })
    }

    fn calls_from(&mut self, person: &PersonId, dialled: &str) -> Result<LegId, String> {
        self.next_arriving += 2;
        let leg = LegId(self.next_arriving);
        self.alive.insert(leg, true);
        let patience = self.between(10, 240);
        self.plan(patience, Event::HangsUp(leg));
        self.step(Input::Arrived(Box::new(Arrived {
            leg,
            from: Source::Phone(PhoneId::from(format!("{person}-desk").as_str())),
            caller: String::new(),
            caller_name: String::new(),
            dialled: dialled.into(),
            replaces: None,
            max_forwards: 70,
        })))?;
        Ok(leg)
    }

    pub(super) fn command(&mut self, who: &PersonId, command: Command) -> Result<(), String> {
        let actor = Actor { person: Some(who.clone()), role: Role::Lead };
        self.step(Input::Desk { ticket: Ticket(self.turn), who: actor, command })
    }

    /// Who hears us presses a key now and then; a mobile that is asked its 1 most of the time.
    pub(super) fn may_press(&mut self, leg: LegId) {
        let ours = self.laws.legs.get(&leg).is_some_and(|seen| seen.person.is_some());
        let digit = match self.roll(if ours { 12 } else { 24 }) {
            0..6 => '1',
            6 => '2',
            7 => '4',
            8 => '0',
            9 => '*',
            10 => '#',
            _ => return,
        };
        let soon = self.between(1, 10);
        self.plan(soon, Event::Tells(leg, Tell::Presses(digit)));
    }

    /// A number outside answers, or does not.
    pub(super) fn outside_rings(&mut self, leg: LegId) {
        self.plan(Duration::from_millis(800), Event::Tells(leg, Tell::Rings));
        let later = self.between(2, 25);
        let tell = if self.one_in(4) { Tell::Fails } else { Tell::Answers };
        self.plan(later, Event::Tells(leg, tell));
    }

    /// A customer hears music once more: patience begins anew.
    pub(super) fn waits_again(&mut self, leg: LegId, _: PlayId) {
        let ours = self.laws.legs.get(&leg).is_none_or(|seen| seen.person.is_some());
        if !ours && self.alive.contains_key(&leg) && !self.waiting.contains(&leg) {
            self.waiting.push(leg);
            let patience = self.between(20, 300);
            self.plan(patience, Event::GivesUp(leg));
        }
    }

    /// Somebody with a phone and without a leg.
    fn idle_person(&mut self) -> Option<PersonId> {
        let person = PersonId::from(PEOPLE[self.roll(3) as usize]);
        let busy = self.laws.legs.values().any(|seen| seen.person.as_ref() == Some(&person));
        (!busy && self.laws.is_online(&format!("{person}-desk"))).then_some(person)
    }

    /// Somebody with exactly one leg, which is answered.
    fn talking(&mut self) -> Option<(PersonId, LegId)> {
        let person = PersonId::from(PEOPLE[self.roll(3) as usize]);
        let mut own = self.laws.legs.iter().filter(|(_, seen)| seen.person.as_ref() == Some(&person));
        let (leg, seen) = own.next()?;
        (own.next().is_none() && seen.up).then_some((person, *leg))
    }

    fn talk(&mut self) -> Option<(PersonId, CallId)> {
        let (person, leg) = self.talking()?;
        let recent = self.kept.contacts.values().rev().take(300).filter(|contact| contact.ended_at.is_none());
        let call = recent.into_iter().find(|contact| contact.legs.iter().any(|record| record.leg == leg))?;
        Some((person, call.id))
    }
}
