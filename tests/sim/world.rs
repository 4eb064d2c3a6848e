//! The town: an office of four, callers with patience, phones that fail, a clock that is stepped.

mod mutants;

use super::kept::Kept;
use super::laws::Laws;
use super::pace::Pace;
use super::town::{group, settings, with_keys};
use super::twin::Twin;
use super::years::small_office;
use frontdesk::ids::{LegId, PersonId, PhoneId, PlayId, Receipt, Ticket, TrunkId};
use frontdesk::media::{Repeat, Verdict};
use frontdesk::office::board::PersonState;
use frontdesk::office::contact::Contact;
use frontdesk::office::desk::{Actor, Command, WantedState};
use frontdesk::office::memory::{Change, Memory, PersonMemory};
use frontdesk::office::{Action, Arrived, Callers, Input, Office, owed};
use frontdesk::report;
use frontdesk::settings::{Role, Settings, Strategy};
use frontdesk::sip::{Destination, Ending, Failure, Source};
use frontdesk::time::{Now, Tick};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

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
    Silence,
    StuckPause,
    ForgetsPeople,
    ForgetsTheDay,
    ForgetsDebts,
    ForgetsTheOrder,
    SpeaksUnstored,
    DialsUnstored,
    SavesUnstored,
    SavesUnrecorded,
    PromisesTwice,
    RetriesFromNow,
    RetriesLast,
    DialsAtNight,
    ExpiresEarly,
    DialsTwice,
    DialsForNobody,
    WhisperSilences,
    EndlessWhisper,
    WhisperDrops,
}

/// What is going to happen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
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
    ClockRight(i64),
    Acts,
    Fidgets(LegId, u64),
    Resumes(LegId),
    Joins(LegId, LegId),
    Stored(Receipt, bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tell {
    Rings,
    Answers,
    Declines,
    Fails,
    PlayedOut(u64),
    Presses(char),
    Recorded,
}

/// 2026-11-23T08:00:00Z, a Monday.
const START: Timestamp = Timestamp::constant(1_795_420_800, 0);
const PHONES: [&str; 5] = ["anna-desk", "bo-desk", "cy-desk", "cy-soft", "dan-desk"];
pub(super) const PEOPLE: [&str; 3] = ["anna", "bo", "cy"];

/// The town and its office.
pub struct World {
    pub(super) settings: Arc<Settings>,
    /// What the owner changes to, and back.
    pub(super) other_settings: Arc<Settings>,
    pub(super) office: Office,
    pub laws: Laws,
    mutant: Mutant,
    pub(super) pace: Pace,
    /// Inputs, but for ticks at which nothing was due.
    pub inputs: u64,
    pub(super) twin: Twin,
    dice: u64,
    pub(super) tick: Duration,
    wall_offset: i64,
    /// Until here something may have begun at an hour that is still to come.
    pub(super) odd_until: Duration,
    agenda: BTreeMap<(Duration, u64), Event>,
    pub(super) turn: u64,
    pub(super) next_arriving: u64,
    pub(super) alive: BTreeMap<LegId, bool>,
    pub(super) waiting: Vec<LegId>,
    recording: BTreeSet<LegId>,
    /// What the store has.
    pub(super) kept: Kept,
    last_leg: u64,
    /// Everything is written out from this second on.
    trace: Option<u64>,
}

impl World {
    /// A town of this pace and seed, before anything has happened.
    pub fn at_pace(pace: Pace, seed: u64, strategy: Strategy, mutant: Mutant) -> World {
        let main = group("main", strategy, &[("anna", 0), ("bo", 0), ("cy", 10)]);
        let side = group("side", Strategy::Everyone, &[("bo", 0)]);
        let shrunk = group("main", strategy, &[("anna", 0), ("bo", 5)]);
        let kept = |settings| if pace == Pace::Office { small_office(settings) } else { settings };
        let other_settings = Arc::new(kept(with_keys(settings(vec![shrunk]))));
        let settings = Arc::new(kept(with_keys(settings(vec![main, side]))));
        let now = Now { tick: Tick::ZERO, wall: START };
        let mut world = World {
            office: Office::new(settings.clone(), Memory::default(), now),
            laws: Laws::new(settings.clone()),
            settings,
            other_settings,
            mutant,
            pace,
            inputs: 0,
            twin: Twin::default(),
            dice: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            tick: Duration::ZERO,
            wall_offset: 0,
            odd_until: Duration::ZERO,
            agenda: BTreeMap::new(),
            turn: 0,
            next_arriving: 0,
            alive: BTreeMap::new(),
            waiting: Vec::new(),
            recording: BTreeSet::new(),
            kept: Kept::default(),
            last_leg: 0,
            trace: super::run::from_environment("SIM_TRACE"),
        };
        world.plan(Duration::from_secs(60), Event::Calls);
        world.may_dial_at_night();
        world
    }

    /// Lives until `until`, then lets everybody hang up and closes the books.
    pub fn live(&mut self, until: Duration) -> Result<(), String> {
        self.step(Input::Trunk { trunk: TrunkId::from("provider"), usable: true })?;
        for phone in 0..4 {
            self.registered(phone, 1)?;
        }
        self.plan(Duration::from_secs(300), Event::Acts);
        for what in [Event::Break(0), Event::PhoneOut(1), Event::Restart, Event::StepClock] {
            let soon = self.between(1800, 20_000);
            // A restart would notice a row without its outcome before the books are closed.
            if what != Event::Restart || self.mutant != Mutant::SwallowedOutcome {
                self.plan(soon, what);
            }
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
        let (nap, due) = self.office.next_wake(self.now());
        let wake = self.tick + if self.mutant == Mutant::NeverSleeps { Duration::ZERO } else { nap };
        match self.agenda.first_key_value().map(|((at, turn), _)| (*at, *turn)) {
            Some((at, turn)) if at <= wake => {
                self.tick = self.tick.max(at);
                let event = self.agenda.remove(&(at, turn)).unwrap();
                self.happen(event)
            }
            _ => {
                self.tick = wake;
                self.step(Input::Tick)?;
                // Every mutant is to be caught by its own law.
                match self.mutant {
                    Mutant::None | Mutant::ForgetsTheOrder => self.open_twin(due),
                    _ => Ok(()),
                }
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
            Event::StepClock => self.clock_is_set(),
            Event::ClockRight(seconds) => {
                self.wall_offset -= seconds;
                self.step(Input::Tick)
            }
            Event::Restart => self.restart(),
            Event::Acts => self.somebody_acts(),
            Event::Fidgets(leg, more) => self.fidgets(leg, more),
            Event::Resumes(leg) => self.resumes(leg),
            Event::Joins(leg, second) => self.joins(leg, second),
            Event::Stored(receipt, true) => self.step(Input::Stored { receipt }),
            Event::Stored(receipt, false) => self.step(Input::NotStored { receipt }),
        }
    }

    /// By hours for good, or by days for a while.
    fn clock_is_set(&mut self) -> Result<(), String> {
        let next = self.between(20_000, 90_000);
        self.plan(next, Event::StepClock);
        let by_days = self.one_in(20);
        let seconds = if by_days { 4 * 86_400 } else { (self.roll(5) as i64 - 2) * 3600 };
        if by_days {
            let right = self.between(30, 3600);
            self.plan(right, Event::ClockRight(seconds));
            self.odd_until = self.tick + Duration::from_secs(5 * 86_400);
        } else if seconds < 0 {
            // The same hour comes twice.
            self.odd_until = self.odd_until.max(self.tick + Duration::from_secs(seconds.unsigned_abs()));
        }
        self.wall_offset += seconds;
        self.step(Input::Tick)
    }

    fn call_comes(&mut self) -> Result<(), String> {
        let next = self.until_next_call();
        self.plan(next, Event::Calls);
        self.next_arriving += 2;
        let leg = LegId(self.next_arriving);
        let dialled = [
            "+4533445566",
            "+4533445566",
            "+4533445568",
            "+4533445567",
            "+4599999999",
            "+4533445570",
            "+4533445571",
        ];
        let choice = self.roll(25) as usize;
        let dialled = dialled[if choice < 7 { choice } else { 0 }];
        let caller = self.customer();
        self.alive.insert(leg, true);
        self.waiting.push(leg);
        let patience = self.between(2, 240);
        self.plan(patience, Event::GivesUp(leg));
        if self.one_in(4) {
            self.presses_keys(leg);
        }
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

    /// A caller plays with the keys: mostly the dialogue, sometimes anything.
    fn presses_keys(&mut self, leg: LegId) {
        let mut at = self.between(1, 100);
        let dialogues = ["11", "12201234567#1", "13", "2", "1*", "120#0#", "147*#", "1"];
        let dialogue = dialogues[self.roll(8) as usize];
        for digit in dialogue.chars() {
            at += self.between(0, 4);
            self.plan(at, Event::Tells(leg, Tell::Presses(digit)));
        }
    }

    fn leg_tells(&mut self, leg: LegId, tell: Tell) -> Result<(), String> {
        if !self.alive.contains_key(&leg) {
            return Ok(());
        }
        match tell {
            Tell::Rings => self.step(Input::Rang { leg }),
            Tell::Answers => {
                self.alive.insert(leg, true);
                // Some go in the whisper.
                let talk = if self.one_in(12) { self.between(1, 3) } else { self.between(5, 400) };
                self.plan(talk, Event::HangsUp(leg));
                self.may_fidget(leg);
                self.step(Input::Answered { leg })
            }
            Tell::Declines => self.failed(leg, 486),
            Tell::Fails => self.failed(leg, 503),
            Tell::PlayedOut(id) => self.step(Input::Played { leg, id: PlayId(id) }),
            Tell::Presses(digit) => self.step(Input::Digit { leg, digit }),
            Tell::Recorded => self.recorded(leg),
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
        self.recorded(leg)?;
        self.step(Input::Heard { leg, verdict: Verdict::default() })
    }

    /// A recording ends once, by its leg's end at the latest.
    fn recorded(&mut self, leg: LegId) -> Result<(), String> {
        if !self.recording.remove(&leg) {
            return Ok(());
        }
        let length = (!self.one_in(20)).then(|| self.between(0, 30));
        self.step(Input::Recorded { leg, length })
    }

    fn registered(&mut self, phone: usize, contacts: usize) -> Result<(), String> {
        self.step(Input::Registered { phone: PhoneId::from(PHONES[phone]), contacts })
    }

    fn desk(&mut self, who: usize, state: WantedState) -> Result<(), String> {
        let person = PersonId::from(PEOPLE[who]);
        let actor = Actor { person: Some(person.clone()), role: Role::Agent };
        // The last one there says where callers go, or says nothing and is refused.
        let said = [Callers::Callback, Callers::Voicemail, Callers::Owner, Callers::Wait];
        let callers = said.get(self.roll(5) as usize).copied();
        let command = Command::SetState { person, state, callers };
        self.step(Input::Desk { ticket: Ticket(self.turn), who: actor, command })
    }

    /// Power cut: legs are gone, the store tells what was written.
    fn restart(&mut self) -> Result<(), String> {
        let forgets = self.mutant == Mutant::ForgetsPeople;
        let next = if forgets { self.between(600, 3_000) } else { self.until_next_cut() };
        self.plan(next, Event::Restart);
        self.alive.clear();
        self.recording.clear();
        self.waiting.clear();
        self.twin.close();
        let (memory, now) = (self.memory(), self.now());
        let before = self.office.board(now);
        self.office = Office::new(self.settings.clone(), memory, now);
        self.may_dial_at_night();
        self.laws.restarted(self.kept.promised());
        let after = self.office.board(now);
        Laws::remembered(&before, &after, self.tick > self.odd_until)?;
        self.kept.forget_old(now.wall);
        let since = owed::since(now.wall);
        let recent = self.kept.contacts.values().filter(|contact| contact.started_at >= since);
        let listed = report::owed(recent, &Default::default()).len();
        if listed != after.owed {
            return Err(format!(
                "what is remembered agrees: {listed} on the list, {} on the board",
                after.owed
            ));
        }
        self.step(Input::Trunk { trunk: TrunkId::from("provider"), usable: true })?;
        (0..4).try_for_each(|phone| self.registered(phone, 1))
    }

    /// What the store tells at start.
    pub(super) fn memory(&self) -> Memory {
        let now = self.now().wall;
        let midnight = Timestamp::from_second(now.as_second() / 86_400 * 86_400).unwrap();
        let keeps = |forgetful: Mutant| self.mutant != forgetful;
        let unless = |forgetful: Mutant, told: Vec<Contact>| if keeps(forgetful) { told } else { Vec::new() };
        let people = self.kept.people.iter().filter(|_| keeps(Mutant::ForgetsPeople));
        let order = keeps(Mutant::ForgetsTheOrder);
        let person = |(id, memory): (&PersonId, &PersonMemory)| {
            let last_talked_at = memory.last_talked_at.filter(|_| order);
            (id.clone(), PersonMemory { last_talked_at, ..memory.clone() })
        };
        Memory {
            people: people.map(person).collect(),
            open_contacts: self.kept.open().cloned().collect(),
            today: unless(Mutant::ForgetsTheDay, self.kept.ended_since(midnight)),
            owing: unless(Mutant::ForgetsDebts, self.kept.owing(now)),
            promised: self.kept.promised(),
            measured: self.kept.measured(now),
            overrides: self.kept.overrides.clone(),
            sent_on: self.kept.sent_on.clone(),
            talks: self.kept.talks(),
            last_call: self.kept.contacts.keys().next_back().map_or(0, |id| id.0),
            last_leg: self.last_leg,
            ..Memory::default()
        }
    }

    pub(super) fn step(&mut self, input: Input) -> Result<(), String> {
        let now = self.now();
        let mut out = Vec::new();
        self.office.handle(now, input.clone(), &mut out);
        if self.trace.is_some_and(|from| self.tick.as_secs() >= from) {
            println!("{:?} {input:?}", self.tick);
            out.iter().for_each(|action| println!("    {action:?}"));
        }
        self.ask_twin(now, &input, &out)?;
        let out = self.mutate(out);
        self.inputs += u64::from(input != Input::Tick || !out.is_empty());
        let (nap, _) = self.office.next_wake(now);
        let nap = if self.mutant == Mutant::NeverSleeps { Duration::ZERO } else { nap };
        self.laws.follow(now, &input, &out, nap)?;
        if self.looks_at_the_board() {
            let mut board = self.office.board(now);
            self.mutate_board(&mut board);
            self.laws.look(now, &input, &board)?;
        }
        let mut over = Vec::new();
        for action in out {
            self.answer(action, &mut over);
        }
        for leg in over {
            self.ended(leg, Ending::Bye)?;
        }
        Ok(())
    }

    /// What the world does about an action.
    fn answer(&mut self, action: Action, over: &mut Vec<LegId>) {
        match action {
            Action::Place(place) => self.phone_rings(place.leg, &place.to),
            Action::Hangup { leg, .. } | Action::Refuse { leg, .. } => over.push(leg),
            Action::Bridge { a, b } => self.waiting.retain(|leg| *leg != a && *leg != b),
            Action::Play { leg, id, what } if what.repeat == Repeat::Once => {
                self.may_press(leg);
                self.plan(Duration::from_secs(4), Event::Tells(leg, Tell::PlayedOut(id.0)));
            }
            Action::Play { leg, id, .. } => {
                self.may_press(leg);
                self.waits_again(leg, id);
            }
            Action::Record { leg, .. } => {
                self.recording.insert(leg);
                let later = self.between(1, 40);
                self.plan(later, Event::Tells(leg, Tell::Recorded));
            }
            Action::StopRecording { leg } => {
                self.plan(Duration::from_millis(50), Event::Tells(leg, Tell::Recorded));
            }
            Action::SaveThen { receipt, change } => {
                let kept = !self.one_in(20);
                self.plan(Duration::from_millis(20), Event::Stored(receipt, kept));
                match change {
                    Change::Contact(contact) if kept => self.kept.keep(*contact),
                    Change::Overrides(words) if kept => self.kept.overrides = words,
                    _ => {}
                }
            }
            Action::Save(Change::Contact(mut contact)) => {
                contact.story.clear();
                self.kept.keep(*contact);
            }
            Action::Save(Change::Overrides(words)) => self.kept.overrides = words,
            Action::Save(Change::SentOn(sent)) => self.kept.sent_on = sent,
            Action::Save(Change::Person { person, memory }) => {
                self.kept.people.insert(person, memory);
            }
            _ => {}
        }
    }

    fn phone_rings(&mut self, leg: LegId, to: &Destination) {
        self.last_leg = self.last_leg.max(leg.0);
        self.alive.insert(leg, false);
        let Destination::Phone(_) = to else { return self.outside_rings(leg) };
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

    pub(super) fn now(&self) -> Now {
        let seconds = self.tick.as_secs() as i64 + self.wall_offset;
        let wall = START.as_millisecond() + seconds * 1000 + i64::from(self.tick.subsec_millis());
        Now { tick: Tick(self.tick), wall: Timestamp::from_millisecond(wall).unwrap() }
    }

    /// How many restarts were compared with going on.
    pub fn twins(&self) -> u64 {
        self.twin.met
    }

    pub(super) fn plan(&mut self, after: Duration, event: Event) {
        self.turn += 1;
        self.agenda.insert((self.tick + after, self.turn), event);
    }

    pub(super) fn between(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(low * 1000 + self.roll((high - low) * 1000))
    }

    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }

    /// xorshift64*: the same seed gives the same town.
    pub(super) fn roll(&mut self, below: u64) -> u64 {
        self.dice ^= self.dice >> 12;
        self.dice ^= self.dice << 25;
        self.dice ^= self.dice >> 27;
        (self.dice.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % below
    }
}
