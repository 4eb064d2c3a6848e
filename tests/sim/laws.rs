//! What must always hold, seen from outside: inputs, actions and the board, never the office's insides.

use super::promises::Promises;
use super::sound::Sound;
use super::whispers::Whispers;
use frontdesk::ids::{CallId, GroupId, LegId, PersonId, PhoneId};
use frontdesk::office::board::{Board, GroupRow, LineKind, LineRow, PersonRow, PersonState};
use frontdesk::office::contact::{Contact, Outcome};
use frontdesk::office::desk::Command;
use frontdesk::office::memory::Change;
use frontdesk::office::promise::Asked;
use frontdesk::office::{Action, Input};
use frontdesk::settings::{Phone, Settings};
use frontdesk::sip::{Destination, Source};
use frontdesk::time::{Now, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// More actions than this from one input is a loop.
const ACTIONS_MAX: usize = 200;
/// Left alone after a phone failed at once.
const REST: Duration = Duration::from_secs(10);
/// Not rung again for the caller declined.
const DECLINED: Duration = Duration::from_secs(60);

/// A leg as the outside sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub person: Option<PersonId>,
    pub like: Option<LegId>,
    /// Answered; a mobile only after key 1.
    pub up: bool,
    /// Picked up, by whomever.
    pub answered: bool,
    pub placed: bool,
    /// Somebody's mobile: not taken before it is connected.
    pub mobile: bool,
}

impl Seen {
    /// A call of its person's own, or one for a caller who waits: no promise is kept on it.
    pub fn is_of_another_call(&self) -> bool {
        !self.placed || self.like.is_some()
    }
}

/// The judge.
pub struct Laws {
    settings: Arc<Settings>,
    pub legs: BTreeMap<LegId, Seen>,
    online: BTreeSet<String>,
    outcomes: BTreeMap<CallId, Outcome>,
    open: BTreeSet<CallId>,
    arrived: usize,
    /// The legs of each contact, one of which waits.
    legs_of: BTreeMap<CallId, Vec<LegId>>,
    excused: BTreeMap<(Option<LegId>, PersonId), Tick>,
    /// Who asked to pick a call up may be rung for a younger caller.
    picked: BTreeSet<PersonId>,
    naps: u8,
    sound: Sound,
    promises: Promises,
    whispers: Whispers,
    /// Inputs since the board was looked at.
    unseen: u64,
}

impl Laws {
    pub fn new(settings: Arc<Settings>) -> Laws {
        Laws {
            settings,
            legs: BTreeMap::new(),
            online: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            open: BTreeSet::new(),
            arrived: 0,
            legs_of: BTreeMap::new(),
            excused: BTreeMap::new(),
            picked: BTreeSet::new(),
            naps: 0,
            sound: Sound::default(),
            promises: Promises::default(),
            whispers: Whispers::default(),
            unseen: 0,
        }
    }

    /// After a restart every leg and registration is gone; what was open must be closed by the office.
    pub fn restarted(&mut self, stored: Vec<Contact>) {
        self.legs.clear();
        self.online.clear();
        self.excused.clear();
        self.sound = Sound::default();
        self.whispers = Whispers::default();
        self.promises.restarted(stored);
        self.unseen = 0;
    }

    /// The phones that are registered.
    pub fn online(&self) -> Vec<PhoneId> {
        self.online.iter().map(|phone| PhoneId::from(phone.as_str())).collect()
    }

    pub fn is_online(&self, phone: &str) -> bool {
        self.online.contains(phone)
    }

    /// Does this leg hear what a call is about?
    pub fn is_whispered_to(&self, leg: LegId) -> bool {
        self.whispers.is_whispered_to(leg)
    }

    /// Did the latest input leave a caller whose whisper broke off?
    pub fn left_in_whisper(&self) -> bool {
        self.whispers.has_left()
    }

    /// The board before a restart and after it: what people chose, the day's counts, what is owed. Days of a clock
    /// that was wrong by days are not counted alike.
    pub fn remembered(before: &Board, after: &Board, days: bool) -> Result<(), String> {
        let chosen = |row: &PersonRow| matches!(row.state, PersonState::Paused | PersonState::Off);
        let free = |row: &PersonRow| matches!(row.state, PersonState::Available | PersonState::PhoneOffline);
        for (was, is) in before.people.iter().zip(&after.people) {
            let agrees = if chosen(was) { was == is } else { !free(was) || free(is) };
            if !agrees {
                return Err(format!("what is remembered agrees: {was:?} became {is:?}"));
            }
        }
        let day = |board: &Board| -> Vec<(usize, usize, Option<f64>)> {
            let row = |row: &GroupRow| (row.answered_today, row.abandoned_today, row.service_level_today);
            board.groups.iter().map(row).collect()
        };
        if days && day(before) != day(after) {
            return Err(format!("what is remembered agrees: {:?} became {:?}", day(before), day(after)));
        }
        if before.owed != after.owed {
            return Err(format!("what is remembered agrees: owed {} became {}", before.owed, after.owed));
        }
        Ok(())
    }

    /// What shows in inputs and actions alone: after every one of them. `Err` names the broken law.
    pub fn follow(&mut self, now: Now, input: &Input, out: &[Action], nap: Duration) -> Result<(), String> {
        self.unseen += 1;
        self.promises.see_input(input);
        let whispered = matches!(input, Input::Ended { leg, .. } if self.whispers.is_whispered_to(*leg));
        self.whispers.see_input(now.tick, input, &self.legs);
        self.see_input(now, input, whispered);
        self.sound.see_input(input);
        for action in out {
            self.see_action(now, action)?;
            self.sound.see_action(action);
            self.whispers.see_action(action);
            self.promises.see_action(now, &self.settings, action)?;
        }
        self.whispers.judge(now.tick, input, out, &self.legs)?;
        if let Some(leg) = self.sound.silent(&self.legs) {
            return Err(format!("no customer hears silence: {leg} after {input:?}"));
        }
        if out.len() > ACTIONS_MAX {
            return Err(format!("bounded actions: {} from one input", out.len()));
        }
        self.naps = if nap.is_zero() { self.naps + 1 } else { 0 };
        if self.naps >= 2 {
            return Err("next_wake in the past twice".into());
        }
        let rung: BTreeSet<&PersonId> =
            self.legs.values().filter(|seen| !seen.up).filter_map(|seen| seen.person.as_ref()).collect();
        self.picked.retain(|person| rung.contains(person));
        self.nobody_has_two_calls()
    }

    /// What shows on the board.
    pub fn look(&mut self, now: Now, input: &Input, board: &Board) -> Result<(), String> {
        let every = std::mem::take(&mut self.unseen) == 1;
        self.promises.look(board, &self.legs, every)?;
        self.whispers.look(board, &self.legs_of)?;
        let over = |row: &&PersonRow| {
            row.state == PersonState::Paused && row.until.is_some_and(|until| until <= now.wall)
        };
        if let Some(row) = board.people.iter().find(over) {
            return Err(format!("a pause ends at its end: {row:?}"));
        }
        self.first_in_first_served(now, input, board)?;
        self.no_phone_silent(now, input, board)
    }

    /// At the end of the world nothing is left open.
    pub fn finish(&self) -> Result<(), String> {
        if !self.open.is_empty() {
            return Err(format!("exactly one outcome: {} contacts have none", self.open.len()));
        }
        if self.outcomes.len() < self.arrived {
            let ended = self.outcomes.len();
            return Err(format!("exactly one outcome: {} arrived, {ended} ended", self.arrived));
        }
        Ok(())
    }

    pub fn calls(&self) -> usize {
        self.outcomes.len()
    }

    fn see_input(&mut self, now: Now, input: &Input, whispered: bool) {
        match input {
            Input::Arrived(arrived) => {
                self.arrived += 1;
                let person = match &arrived.from {
                    Source::Phone(phone) => self.owner(phone.as_str()),
                    Source::Trunk(_) => None,
                };
                let up = person.is_some();
                let seen = Seen { person, like: None, up, answered: up, placed: false, mobile: false };
                self.legs.insert(arrived.leg, seen);
            }
            Input::Answered { leg } => {
                if let Some(seen) = self.legs.get_mut(leg) {
                    (seen.up, seen.answered) = (!seen.mobile, true);
                }
            }
            Input::Digit { leg, digit: '1' } => {
                if let Some(seen) = self.legs.get_mut(leg).filter(|seen| seen.mobile && seen.answered) {
                    seen.up = true;
                }
            }
            Input::Failed { leg, why } => {
                if let Some(seen) = self.legs.remove(leg)
                    && let Some(person) = seen.person
                {
                    let declined = matches!(why.status, 486 | 600 | 603);
                    let (about, pause) = if declined { (seen.like, DECLINED) } else { (None, REST) };
                    if self.excused.len() > 500 {
                        self.excused.retain(|_, until| *until > now.tick);
                    }
                    self.excused.insert((about, person), now.tick + pause);
                }
            }
            Input::Ended { leg, .. } => {
                self.mobile_rests(now.tick, *leg);
                // Who hangs up in a whisper has declined this caller; nobody else is excused by going.
                if let Some(seen) = self.legs.remove(leg).filter(|_| whispered)
                    && let Some(person) = seen.person
                {
                    self.excused.insert((seen.like, person), now.tick + DECLINED);
                }
            }
            Input::Desk { who, command: Command::Answer { .. }, .. } => {
                self.picked.extend(who.person.clone())
            }
            Input::Configured(settings) => self.settings = settings.clone(),
            Input::Registered { phone, contacts } => {
                if *contacts == 0 {
                    self.online.remove(phone.as_str());
                } else {
                    self.online.insert(phone.as_str().to_owned());
                    if let Some(person) = self.owner(phone.as_str()) {
                        self.excused.remove(&(None, person));
                    }
                }
            }
            _ => {}
        }
    }

    fn see_action(&mut self, now: Now, action: &Action) -> Result<(), String> {
        match action {
            Action::Place(place) => {
                let mobile = matches!(&place.to, Destination::Trunk { number, .. } if self.owner_of_mobile(number).is_some());
                let person = match &place.to {
                    Destination::Phone(phone) => {
                        if !self.online.contains(phone.as_str()) {
                            return Err(format!("nothing rings an absent person: {phone}"));
                        }
                        self.owner(phone.as_str())
                    }
                    Destination::Trunk { number, .. } => self.owner_of_mobile(number),
                };
                let like = place.like;
                let seen = Seen { person, like, up: false, answered: false, placed: true, mobile };
                self.legs.insert(place.leg, seen);
            }
            Action::Bridge { a, b } => {
                for leg in [a, b] {
                    if let Some(seen) = self.legs.get_mut(leg) {
                        seen.up = true;
                    }
                }
            }
            Action::Hangup { leg, .. } | Action::Refuse { leg, .. } => {
                self.mobile_rests(now.tick, *leg);
                self.legs.remove(leg);
            }
            Action::Save(Change::Contact(contact))
            | Action::SaveThen { change: Change::Contact(contact), .. } => self.see_contact(contact)?,
            _ => {}
        }
        Ok(())
    }

    /// A mobile that was not taken is left in peace like a phone that failed.
    fn mobile_rests(&mut self, tick: Tick, leg: LegId) {
        let untaken = self.legs.get(&leg).filter(|seen| seen.mobile && !seen.up);
        if let Some(person) = untaken.and_then(|seen| seen.person.clone()) {
            self.excused.insert((None, person), tick + REST);
        }
    }

    fn see_contact(&mut self, contact: &Contact) -> Result<(), String> {
        self.legs_of.insert(contact.id, contact.legs.iter().map(|record| record.leg).collect());
        let Some(outcome) = contact.outcome else {
            // What staff promised has its outcome when it is kept or closed.
            match contact.callback.as_ref().is_some_and(|callback| callback.asked == Asked::Staff) {
                true => self.open.remove(&contact.id),
                false => self.open.insert(contact.id),
            };
            return Ok(());
        };
        self.open.remove(&contact.id);
        if self.outcomes.insert(contact.id, outcome).is_some_and(|before| before != outcome) {
            return Err(format!("exactly one outcome: {} has two", contact.id));
        }
        // A contact whose customer was promised a call back gets further legs.
        if contact.callback.is_some() {
            return Ok(());
        }
        let alive = |leg: LegId| self.legs.contains_key(&leg);
        match contact.legs.iter().find(|record| alive(record.leg)) {
            Some(record) => Err(format!("no leg outlives its call: {} of {}", record.leg, contact.id)),
            None => Ok(()),
        }
    }

    fn nobody_has_two_calls(&self) -> Result<(), String> {
        let mut rung: BTreeMap<&PersonId, (Option<LegId>, usize)> = BTreeMap::new();
        // A call of one's own (to consult a colleague) may stand beside a held one; nothing rings beside it.
        let own: BTreeSet<&PersonId> =
            self.legs.values().filter(|leg| !leg.placed).filter_map(|leg| leg.person.as_ref()).collect();
        for seen in self.legs.values().filter(|leg| leg.placed) {
            let Some(person) = &seen.person else { continue };
            if own.contains(person) && !seen.up {
                return Err(format!("nobody has two calls: {person}"));
            }
            let entry = rung.entry(person).or_insert((seen.like, 0));
            entry.1 += 1;
            let phones = self.phones(person);
            if entry.0 != seen.like || entry.1 > phones {
                return Err(format!("nobody has two calls: {person}"));
            }
        }
        Ok(())
    }

    /// A younger caller may not be rung for by somebody who could ring for an older one of that group.
    fn first_in_first_served(&self, now: Now, input: &Input, board: &Board) -> Result<(), String> {
        let callers = self.callers_of(board);
        for (place, (row, caller)) in callers.iter().enumerate() {
            if self.is_served(caller) {
                continue;
            }
            for (younger, legs) in
                callers.iter().skip(place + 1).filter(|(other, _)| other.group == row.group)
            {
                let mut could = self.rung_for(legs).filter(|person| !self.picked.contains(*person));
                if could.any(|person| {
                    self.answers_for(&row.group, person) && !self.is_excused(now, caller, person)
                }) {
                    let pair = format!("{} before {}", younger.contact, row.contact);
                    return Err(format!("first in, first served: {pair} after {input:?}"));
                }
            }
        }
        Ok(())
    }

    fn no_phone_silent(&self, now: Now, input: &Input, board: &Board) -> Result<(), String> {
        let idle = |row: &&PersonRow| row.state == PersonState::Available;
        for (row, caller) in self.callers_of(board) {
            if self.is_served(caller) {
                continue;
            }
            let Some(group) = self.settings.groups.iter().find(|group| group.id == row.group) else {
                continue;
            };
            let member = |id: &PersonId| group.members.iter().any(|member| member.person == *id);
            let silent = board.people.iter().filter(idle).find(|person| {
                member(&person.id)
                    && self.has_desk_phone(&person.id)
                    && !self.is_excused(now, caller, &person.id)
                    && !self.legs.values().any(|leg| leg.person.as_ref() == Some(&person.id))
            });
            if let Some(person) = silent {
                let waits = format!("{} while {} waits", person.id, row.contact);
                return Err(format!("no idle phone silent: {waits}, {:?} after {input:?}", now.tick));
            }
        }
        Ok(())
    }

    fn is_excused(&self, now: Now, caller: &[LegId], person: &PersonId) -> bool {
        let until = |about| self.excused.get(&(about, person.clone())).is_some_and(|until| *until > now.tick);
        caller.iter().any(|leg| until(Some(*leg))) || until(None)
    }

    /// Does a phone ring for a caller, or does somebody hear what they want, as short as that is?
    fn is_served(&self, caller: &[LegId]) -> bool {
        let whispered = |leg: &LegId, seen: &Seen| {
            self.whispers.is_whispered_to(*leg) && seen.like.is_some_and(|leg| caller.contains(&leg))
        };
        self.rung_for(caller).next().is_some() || self.legs.iter().any(|(leg, seen)| whispered(leg, seen))
    }

    /// Those rung for a caller, also those who were rung to call them back before they called themselves.
    fn rung_for<'a>(&'a self, caller: &'a [LegId]) -> impl Iterator<Item = &'a PersonId> {
        let rung = self.legs.iter().filter(|(leg, seen)| match seen.like {
            // Who was handed on and waits is not rung, whoever they were rung for before.
            Some(like) => seen.placed && !seen.up && caller.contains(&like) && self.legs.contains_key(&like),
            // Rung for a promise, whose customer calls meanwhile. A mobile may be the one who waits.
            None => seen.placed && !seen.up && !seen.mobile && caller.contains(leg),
        });
        rung.filter_map(|(_, seen)| seen.person.as_ref())
    }

    fn answers_for(&self, group: &GroupId, person: &PersonId) -> bool {
        let group = self.settings.groups.iter().find(|known| known.id == *group);
        group.is_some_and(|group| group.members.iter().any(|member| member.person == *person))
    }

    /// The waiting callers with their legs, oldest first.
    fn callers_of<'a>(&'a self, board: &'a Board) -> Vec<(&'a LineRow, &'a [LegId])> {
        let legs_of = |id: CallId| self.legs_of.get(&id).map(Vec::as_slice);
        let live = board.line.iter().filter(|row| row.kind == LineKind::Live);
        live.filter_map(|row| Some((row, legs_of(row.contact)?))).collect()
    }

    fn owner(&self, phone: &str) -> Option<PersonId> {
        let has = |p: &Phone| matches!(p, Phone::Sip { id, .. } if id.as_str() == phone);
        self.settings.people.iter().find(|person| person.phones.iter().any(has)).map(|p| p.id.clone())
    }

    fn owner_of_mobile(&self, called: &str) -> Option<PersonId> {
        let has = |p: &Phone| matches!(p, Phone::Mobile { number, .. } if number.as_str() == called);
        self.settings.people.iter().find(|person| person.phones.iter().any(has)).map(|p| p.id.clone())
    }

    /// A mobile alone rings only while a channel is free, and is left alone after a voicemail.
    fn has_desk_phone(&self, person: &PersonId) -> bool {
        let online = |p: &Phone| matches!(p, Phone::Sip { id, .. } if self.is_online(id.as_str()));
        self.settings.people.iter().any(|p| p.id == *person && p.phones.iter().any(online))
    }

    fn phones(&self, person: &PersonId) -> usize {
        self.settings.people.iter().find(|p| p.id == *person).map_or(1, |p| p.phones.len())
    }
}
