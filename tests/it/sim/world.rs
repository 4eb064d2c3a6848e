//! The town: an office of four, callers with patience, phones that fail, a clock that is stepped.

use super::laws::Laws;
use frontdesk::ids::{CallId, GroupId, LegId, PersonId, PhoneId, PlayId, Ticket, TrunkId};
use frontdesk::media::{Repeat, Verdict};
use frontdesk::number::{Country, Number};
use frontdesk::office::contact::Contact;
use frontdesk::office::desk::{Actor, Command, WantedState};
use frontdesk::office::memory::{Change, Memory, PersonMemory};
use frontdesk::office::{Action, Arrived, Input, Office};
use frontdesk::settings::*;
use frontdesk::sip::{Destination, Ending, Failure, Source, Transport};
use frontdesk::time::{Now, Tick};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const DK: Country = Country(*b"DK");

/// A number of the test plan.
pub fn number(text: &str) -> Number {
    Number::parse(text, DK).unwrap()
}

fn person(id: &str, role: Role, extension: &str, phones: &[&str]) -> Person {
    let sip = |id: &&str| Phone::Sip { id: PhoneId::from(*id), secret: Secret(Arc::from("s")) };
    Person {
        id: PersonId::from(id),
        name: id.to_owned(),
        role,
        password_hash: None,
        extension: Some(number(extension)),
        skills: BTreeMap::new(),
        phones: phones.iter().map(sip).collect(),
    }
}

/// A group over these members, each with the seconds after which they join.
pub fn group(id: &str, strategy: Strategy, members: &[(&str, u64)]) -> Group {
    let member = |(id, after): &(&str, u64)| Member {
        person: PersonId::from(*id),
        after: Duration::from_secs(*after),
    };
    Group {
        id: GroupId::from(id),
        name: id.to_owned(),
        strategy,
        members: members.iter().map(member).collect(),
        ring: Duration::from_secs(15),
        wrap_up: Duration::from_secs(15),
        hours: None,
        target: Target { percent: 80, within: Duration::from_secs(20) },
        callback: CallbackSettings { offer_after: Duration::from_secs(30), first: First::Agent, attempts: 3 },
        overflow: Overflow {
            backup_after: Duration::from_secs(25),
            message_after: Duration::from_secs(90),
            choice_after: Duration::from_secs(300),
        },
    }
}

/// anna (owner, 11), bo (12), cy (lead, 13, two phones), dan (14, in no group); one trunk of four channels.
pub fn settings(groups: Vec<Group>) -> Settings {
    let all_day = Span { from: jiff::civil::time(0, 0, 0, 0), to: None };
    let first = groups[0].id.clone();
    let last = groups[groups.len() - 1].id.clone();
    let plan = |text: &str, to: Goal, welcome: bool| NumberPlan { number: number(text), to, welcome };
    Settings {
        office: OfficeSettings {
            name: "Office".into(),
            language: Language::En,
            country: DK,
            time_zone: jiff::tz::TimeZone::UTC,
        },
        people: vec![
            person("anna", Role::Owner, "11", &["anna-desk"]),
            person("bo", Role::Agent, "12", &["bo-desk"]),
            person("cy", Role::Lead, "13", &["cy-desk", "cy-soft"]),
            person("dan", Role::Agent, "14", &["dan-desk"]),
        ],
        trunks: vec![Trunk {
            id: TrunkId::from("provider"),
            host: "sip.provider.example".into(),
            port: None,
            transport: Transport::Udp,
            register: true,
            user: "account".into(),
            secret: Secret(Arc::from("s")),
            from: Vec::new(),
            numbers: vec![number("+4533445566"), number("+4533445567")],
            channels: 4,
        }],
        groups,
        menus: Vec::new(),
        hours: Hours {
            week: std::array::from_fn(|_| vec![all_day]),
            holidays: false,
            closed: Vec::new(),
            after: None,
        },
        numbers: vec![
            plan("+4533445566", Goal::Group(first), true),
            plan("+4533445567", Goal::Person(PersonId::from("anna")), false),
            plan("+4533445568", Goal::Group(last), false),
        ],
        mailboxes: Vec::new(),
        privacy: Privacy { contacts: None, voicemail: None, mail: None },
        network: Network { remote_phones: false, https_only: false },
        outbound: Outbound {
            countries: vec![DK, Country(*b"SE")],
            daily_cost_limit: Money { hundredths: 2000, currency: "EUR".into() },
            foreign_at_once: 2,
            new_calls_per_minute: 5,
            night: Some((jiff::civil::time(22, 0, 0, 0), jiff::civil::time(6, 0, 0, 0))),
        },
    }
}

/// What a mutated office does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    None,
    DroppedHangup,
    DoubleRing,
    SwallowedOutcome,
    SecondOutcome,
    ReversedLine,
    SilentPhones,
    RingsTheAbsent,
    Storm,
    NeverSleeps,
}

/// What is going to happen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Calls,
    Tells(LegId, Tell),
    GivesUp(LegId),
    HangsUp(LegId),
    Break(usize),
    Back(usize),
    PhoneOut(usize),
    PhoneIn(usize),
    Restart,
    StepClock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tell {
    Rings,
    Answers,
    Declines,
    Fails,
    PlayedOut(u64),
}

const PHONES: [&str; 5] = ["anna-desk", "bo-desk", "cy-desk", "cy-soft", "dan-desk"];
const PEOPLE: [&str; 3] = ["anna", "bo", "cy"];

/// The town and its office.
pub struct World {
    settings: Arc<Settings>,
    office: Office,
    pub laws: Laws,
    mutant: Mutant,
    dice: u64,
    tick: Duration,
    wall_offset: i64,
    agenda: BTreeMap<(Duration, u64), Event>,
    turn: u64,
    next_arriving: u64,
    alive: BTreeMap<LegId, bool>,
    waiting: Vec<LegId>,
    contacts: BTreeMap<CallId, Contact>,
    people: BTreeMap<PersonId, PersonMemory>,
    last_leg: u64,
}

impl World {
    pub fn new(seed: u64, strategy: Strategy, mutant: Mutant) -> World {
        let main = group("main", strategy, &[("anna", 0), ("bo", 0), ("cy", 10)]);
        let side = group("side", Strategy::Everyone, &[("bo", 0)]);
        let settings = Arc::new(settings(vec![main, side]));
        let now = Now { tick: Tick::ZERO, wall: start() };
        let mut world = World {
            office: Office::new(settings.clone(), Memory::default(), now),
            laws: Laws::new(settings.clone()),
            settings,
            mutant,
            dice: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            tick: Duration::ZERO,
            wall_offset: 0,
            agenda: BTreeMap::new(),
            turn: 0,
            next_arriving: 0,
            alive: BTreeMap::new(),
            waiting: Vec::new(),
            contacts: BTreeMap::new(),
            people: BTreeMap::new(),
            last_leg: 0,
        };
        world.plan(Duration::from_secs(60), Event::Calls);
        world
    }

    /// Lives until `until`, then lets everybody hang up and closes the books.
    pub fn live(&mut self, until: Duration) -> Result<(), String> {
        self.step(Input::Trunk { trunk: TrunkId::from("provider"), usable: true })?;
        for phone in 0..4 {
            self.registered(phone, 1)?;
        }
        for what in [Event::Break(0), Event::PhoneOut(1), Event::Restart, Event::StepClock] {
            let soon = self.between(1800, 20_000);
            self.plan(soon, what);
        }
        while self.tick < until {
            self.next()?;
        }
        for leg in self.alive.keys().copied().collect::<Vec<_>>() {
            self.ended(leg, Ending::Bye)?;
        }
        self.laws.finish()
    }

    fn next(&mut self) -> Result<(), String> {
        let (nap, _) = self.office.next_wake(self.now());
        let wake = self.tick + if self.mutant == Mutant::NeverSleeps { Duration::ZERO } else { nap };
        match self.agenda.first_key_value().map(|((at, turn), _)| (*at, *turn)) {
            Some((at, turn)) if at <= wake => {
                self.tick = self.tick.max(at);
                let event = self.agenda.remove(&(at, turn)).unwrap();
                self.happen(event)
            }
            _ => {
                self.tick = wake;
                self.step(Input::Tick)
            }
        }
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Calls => self.call_comes(),
            Event::Tells(leg, tell) => self.leg_tells(leg, tell),
            Event::GivesUp(leg) if self.waiting.contains(&leg) => self.ended(leg, Ending::Cancelled),
            Event::GivesUp(_) => Ok(()),
            Event::HangsUp(leg) => {
                let how = if self.one_in(40) { Ending::Lost } else { Ending::Bye };
                self.ended(leg, how)
            }
            Event::Break(who) => {
                let (later, next) = (self.between(60, 1800), self.between(600, 7200));
                self.plan(later, Event::Back(who));
                self.plan(next, Event::Break((who + 1) % 3));
                self.desk(who, WantedState::Paused { reason: "coffee".into(), until: None })
            }
            Event::Back(who) => self.desk(who, WantedState::Available),
            Event::PhoneOut(phone) => {
                let (later, next) = (self.between(10, 600), self.between(600, 9000));
                self.plan(later, Event::PhoneIn(phone));
                self.plan(next, Event::PhoneOut((phone + 1) % 4));
                self.registered(phone, 0)
            }
            Event::PhoneIn(phone) => self.registered(phone, 1),
            Event::StepClock => {
                let hours = self.roll(5) as i64 - 2;
                self.wall_offset += hours * 3600;
                let next = self.between(20_000, 90_000);
                self.plan(next, Event::StepClock);
                self.step(Input::Tick)
            }
            Event::Restart => self.restart(),
        }
    }

    fn call_comes(&mut self) -> Result<(), String> {
        let next = self.between(5, 400);
        self.plan(next, Event::Calls);
        self.next_arriving += 2;
        let leg = LegId(self.next_arriving);
        let dialled = ["+4533445566", "+4533445566", "+4533445568", "+4533445567", "+4599999999"];
        let choice = self.roll(23) as usize;
        let dialled = dialled[if choice < 5 { choice } else { 0 }];
        let caller = format!("+45200000{:02}", self.roll(90));
        self.alive.insert(leg, true);
        self.waiting.push(leg);
        let patience = self.between(2, 240);
        self.plan(patience, Event::GivesUp(leg));
        self.step(Input::Arrived(Box::new(Arrived {
            leg,
            from: Source::Trunk(TrunkId::from("provider")),
            caller,
            caller_name: String::new(),
            dialled: dialled.into(),
            replaces: None,
            max_forwards: 70,
        })))
    }

    fn leg_tells(&mut self, leg: LegId, tell: Tell) -> Result<(), String> {
        if !self.alive.contains_key(&leg) {
            return Ok(());
        }
        match tell {
            Tell::Rings => self.step(Input::Rang { leg }),
            Tell::Answers => {
                self.alive.insert(leg, true);
                let talk = self.between(5, 400);
                self.plan(talk, Event::HangsUp(leg));
                self.step(Input::Answered { leg })
            }
            Tell::Declines => self.failed(leg, 486),
            Tell::Fails => self.failed(leg, 503),
            Tell::PlayedOut(id) => self.step(Input::Played { leg, id: PlayId(id) }),
        }
    }

    fn failed(&mut self, leg: LegId, status: u16) -> Result<(), String> {
        self.alive.remove(&leg);
        self.step(Input::Failed { leg, why: Failure { status, cause: None } })
    }

    fn ended(&mut self, leg: LegId, how: Ending) -> Result<(), String> {
        if self.alive.remove(&leg).is_none() {
            return Ok(());
        }
        self.waiting.retain(|other| *other != leg);
        self.step(Input::Ended { leg, how })?;
        self.step(Input::Heard { leg, verdict: Verdict::default() })
    }

    fn registered(&mut self, phone: usize, contacts: usize) -> Result<(), String> {
        self.step(Input::Registered { phone: PhoneId::from(PHONES[phone]), contacts })
    }

    fn desk(&mut self, who: usize, state: WantedState) -> Result<(), String> {
        let person = PersonId::from(PEOPLE[who]);
        let actor = Actor { person: Some(person.clone()), role: Role::Agent };
        let command = Command::SetState { person, state };
        self.step(Input::Desk { ticket: Ticket(self.turn), who: actor, command })
    }

    /// Power cut: legs are gone, the store tells what was written.
    fn restart(&mut self) -> Result<(), String> {
        let next = self.between(40_000, 160_000);
        self.plan(next, Event::Restart);
        self.alive.clear();
        self.waiting.clear();
        let ended = |contact: &&Contact| contact.ended_at.is_some();
        let memory = Memory {
            people: self.people.iter().map(|(id, memory)| (id.clone(), memory.clone())).collect(),
            open_contacts: self.contacts.values().filter(|c| !ended(c)).cloned().collect(),
            today: Vec::new(),
            owing: Vec::new(),
            last_call: self.contacts.keys().next_back().map_or(0, |id| id.0),
            last_leg: self.last_leg,
        };
        self.office = Office::new(self.settings.clone(), memory, self.now());
        self.laws.restarted();
        self.contacts.clear();
        self.step(Input::Trunk { trunk: TrunkId::from("provider"), usable: true })?;
        (0..4).try_for_each(|phone| self.registered(phone, 1))
    }

    fn step(&mut self, input: Input) -> Result<(), String> {
        let now = self.now();
        let mut out = Vec::new();
        self.office.handle(now, input.clone(), &mut out);
        let out = self.mutate(out);
        let (nap, _) = self.office.next_wake(now);
        let nap = if self.mutant == Mutant::NeverSleeps { Duration::ZERO } else { nap };
        self.laws.step(now, &input, &out, &self.office.board(now), nap)?;
        let mut over = Vec::new();
        for action in &out {
            self.answer(action, &mut over);
        }
        for leg in over {
            self.ended(leg, Ending::Bye)?;
        }
        Ok(())
    }

    /// What the world does about an action.
    fn answer(&mut self, action: &Action, over: &mut Vec<LegId>) {
        match action {
            Action::Place(place) => self.phone_rings(place.leg, &place.to),
            Action::Hangup { leg, .. } | Action::Refuse { leg, .. } => over.push(*leg),
            Action::Bridge { a, b } => self.waiting.retain(|leg| leg != a && leg != b),
            Action::Play { leg, id, what } if what.repeat == Repeat::Once => {
                self.plan(Duration::from_secs(4), Event::Tells(*leg, Tell::PlayedOut(id.0)));
            }
            Action::Save(Change::Contact(contact)) => {
                self.contacts.insert(contact.id, (**contact).clone());
                if self.contacts.len() > 500 {
                    let oldest = self.contacts.iter().find(|(_, c)| c.ended_at.is_some()).map(|(id, _)| *id);
                    oldest.map(|id| self.contacts.remove(&id));
                }
            }
            Action::Save(Change::Person { person, memory }) => {
                self.people.insert(person.clone(), memory.clone());
            }
            _ => {}
        }
    }

    fn phone_rings(&mut self, leg: LegId, to: &Destination) {
        self.last_leg = self.last_leg.max(leg.0);
        self.alive.insert(leg, false);
        let Destination::Phone(_) = to else { return };
        if self.one_in(50) {
            let soon = Duration::from_millis(300);
            self.plan(soon, Event::Tells(leg, Tell::Fails));
            return;
        }
        self.plan(Duration::from_millis(100), Event::Tells(leg, Tell::Rings));
        let reach = self.between(2, 25);
        let tell = if self.one_in(8) { Tell::Declines } else { Tell::Answers };
        if !self.one_in(6) {
            self.plan(reach, Event::Tells(leg, tell));
        }
    }

    fn mutate(&mut self, mut out: Vec<Action>) -> Vec<Action> {
        let first_place = out.iter().position(|action| matches!(action, Action::Place(_)));
        match (self.mutant, first_place) {
            (Mutant::DroppedHangup, _) => out.retain(|action| !matches!(action, Action::Hangup { .. })),
            (Mutant::SwallowedOutcome, _) => out.retain(|action| {
                !matches!(action, Action::Save(Change::Contact(contact)) if contact.outcome.is_some())
            }),
            (Mutant::SecondOutcome, _) => second_outcome(&mut out),
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
            (Mutant::ReversedLine, Some(at)) => {
                if let (Action::Place(place), Some(youngest)) = (&mut out[at], self.waiting.last()) {
                    place.like = Some(*youngest);
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

    fn now(&self) -> Now {
        let seconds = self.tick.as_secs() as i64 + self.wall_offset;
        let wall = start().as_millisecond() + seconds * 1000 + i64::from(self.tick.subsec_millis());
        Now { tick: Tick(self.tick), wall: Timestamp::from_millisecond(wall).unwrap() }
    }

    fn plan(&mut self, after: Duration, event: Event) {
        self.turn += 1;
        self.agenda.insert((self.tick + after, self.turn), event);
    }

    fn between(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(low * 1000 + self.roll((high - low) * 1000))
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }

    /// xorshift64*: the same seed gives the same town.
    fn roll(&mut self, below: u64) -> u64 {
        self.dice ^= self.dice >> 12;
        self.dice ^= self.dice << 25;
        self.dice ^= self.dice >> 27;
        (self.dice.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % below
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

fn start() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}
