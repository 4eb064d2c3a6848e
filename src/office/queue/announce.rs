//! Pure. What those who wait are told, and when (spec/hunt-groups.md §8).
//!
//! After 20 s the place, after 30 s the offer to call back, later a message and a choice; between them
//! every 60 s one of place, information and offer in turn. Phones ring meanwhile, and any answer ends it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::dialogue::Asking;
use super::estimate::Spoken;
use super::future::Wait;
use crate::ids::CallId;
use crate::office::call::{Nobody, Waiting};
use crate::office::contact::{Happened, Kind};
use crate::office::timers::Timer;
use crate::office::{Office, prompts};
use crate::settings::Group;
use crate::speech::Saying;
use crate::time::Tick;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// The place is told after so long.
const PLACE_AFTER: Duration = Duration::from_secs(20);
/// One announcement a minute, not more.
const EVERY: Duration = Duration::from_secs(60);
/// An offer that must wait because a phone rings is looked at again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Each of them may have nothing to say now, the turns and the first times.
const ITEMS: usize = 8;
/// What comes in turn.
const TURNS: [Item; 3] = [Item::Place, Item::Info, Item::Offer];

/// One announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::office) enum Item {
    /// The place, and how long it takes.
    Place,
    /// Something of the owner's own.
    Info,
    /// To be called back.
    Offer,
    /// To leave a message.
    Message,
    /// Callback, message, or go on waiting.
    Choice,
}

/// When each is said for the first time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    offer: Duration,
    message: Duration,
    choice: Duration,
}

impl Times {
    fn of(group: &Group, told: &Told) -> Times {
        let choice = group.overflow.choice_after;
        Times {
            offer: group.callback.offer_after,
            message: group.overflow.message_after,
            choice: if told.full { Duration::ZERO } else { choice },
        }
    }
}

/// What a caller has been told in this wait.
#[derive(Debug, Default)]
pub(in crate::office) struct Told {
    said: BTreeSet<Item>,
    /// The line was full when the caller came: the question comes at once.
    full: bool,
    /// When the latest began, from the beginning of the wait.
    last: Option<Duration>,
    turn: usize,
    info: usize,
    /// No offer before, because a phone rang when it was due.
    offer_from: Duration,
    /// "You may hang up" was said.
    pub(super) may_hang_up: bool,
    /// How long it takes, as worked out last.
    pub(super) wait: Option<Wait>,
    /// The estimate spoken last, and the one that was spoken first.
    spoken: Option<Spoken>,
    pub(super) first_spoken: Option<(Tick, Spoken)>,
    wakes: Option<Tick>,
}

impl Told {
    pub(in crate::office) fn new(full: bool) -> Told {
        Told { full, ..Told::default() }
    }

    /// What comes next and when: the first time of each has its hour, the turns fill the minutes between.
    pub(super) fn next(&self, times: &Times) -> (Duration, Item) {
        let firsts = [
            (times.choice, Item::Choice),
            (times.message, Item::Message),
            (times.offer.max(self.offer_from), Item::Offer),
            (PLACE_AFTER, Item::Place),
        ];
        let open = firsts.into_iter().filter(|(_, item)| !self.said.contains(item));
        let first = open.clone().min_by_key(|(at, _)| *at);
        let turn = self.last.map(|last| (last + EVERY, TURNS[self.turn % TURNS.len()]));
        match (first, turn) {
            (Some(first), Some(turn)) if turn.0 < first.0 => {
                // What is due within the minute anyway is not preceded by a turn.
                let soon = |(at, item): &(Duration, Item)| *item != Item::Offer && *at < turn.0 + EVERY;
                open.filter(soon).min_by_key(|(at, _)| *at).unwrap_or(turn)
            }
            (Some(first), _) => first,
            (None, Some(turn)) => turn,
            (None, None) => (PLACE_AFTER, Item::Place),
        }
    }

    /// Has this been said?
    pub(super) fn has(&self, item: Item) -> bool {
        self.said.contains(&item)
    }

    /// It is being said, or was asked for before it could be.
    pub(super) fn mark(&mut self, item: Item, waited: Duration) {
        self.skip(item);
        self.last = Some(waited);
    }

    /// There is nothing to say about it.
    fn skip(&mut self, item: Item) {
        let again = !self.said.insert(item);
        if let Some(at) = TURNS.iter().position(|turn| *turn == item).filter(|_| again || item == Item::Info)
        {
            self.turn = at + 1;
        }
    }

    /// The offer must wait: somebody is about to answer.
    fn put_off(&mut self, waited: Duration) {
        self.offer_from = waited + LOOK_AGAIN;
        if TURNS[self.turn % TURNS.len()] == Item::Offer {
            self.turn += 1;
        }
    }
}

impl Office {
    /// Speaks to a waiting caller; told which playback it is.
    pub(in crate::office) fn say_in_line(&mut self, id: CallId, what: &[Saying]) {
        let Some(caller) = self.waiting(id).map(|waiting| waiting.caller) else { return };
        let play = self.say(caller, what);
        self.remember_playing(id, play);
    }

    /// How long this wait has lasted.
    pub(super) fn waits_for(&self, waiting: &Waiting) -> Duration {
        self.now.tick.since(waiting.since)
    }

    /// Says what is due to a caller who hears music, or wakes for what comes next. Was anything said?
    pub(in crate::office) fn announce(&mut self, id: CallId) -> bool {
        for _ in 0..ITEMS {
            match self.due_item(id) {
                Some(item) if self.say_item(id, item) => return true,
                Some(_) => {}
                None => return false,
            }
        }
        false
    }

    /// The time of an announcement has come.
    pub(in crate::office) fn on_announce(&mut self, id: CallId) {
        let tick = self.now.tick;
        if let Some(waiting) = self.waiting_mut(id)
            && waiting.told.wakes.is_some_and(|at| at <= tick)
        {
            waiting.told.wakes = None;
            self.announce(id);
        }
    }

    /// What is due now; else the caller's timer is set. A colleague who dialled the group hears music only.
    fn due_item(&mut self, id: CallId) -> Option<Item> {
        let inbound = self.calls.get(&id).is_some_and(|call| call.contact.kind == Kind::Inbound);
        let waiting = self.waiting(id).filter(|_| inbound)?;
        // Where nobody is at the phones, that is told first.
        let other_news = matches!(waiting.nobody, Nobody::Since(_));
        if waiting.playing.is_some() || other_news || waiting.asking != Asking::Nothing {
            return None;
        }
        let times = Times::of(self.directory.group(&waiting.entry.group)?, &waiting.told);
        let (at, item) = waiting.told.next(&times);
        let due = waiting.since + at;
        if due <= self.now.tick {
            return Some(item);
        }
        if waiting.told.wakes.is_none_or(|set| set <= self.now.tick || due < set) {
            self.timers.set(due, Timer::Announce { call: id });
            if let Some(waiting) = self.waiting_mut(id) {
                waiting.told.wakes = Some(due);
            }
        }
        None
    }

    /// Says one announcement; `false`: there was nothing to say.
    fn say_item(&mut self, id: CallId, item: Item) -> bool {
        let Some(waiting) = self.waiting(id) else { return false };
        let waited = self.waits_for(waiting);
        if item == Item::Offer && self.is_about_to_be_answered(id) {
            if let Some(waiting) = self.waiting_mut(id) {
                match waiting.told.has(Item::Offer) {
                    true => waiting.told.skip(item),
                    false => waiting.told.put_off(waited),
                }
            }
            return false;
        }
        self.look_ahead(id);
        let what = self.words_of(id, item);
        if let Some(waiting) = self.waiting_mut(id) {
            match what.is_empty() {
                true => waiting.told.skip(item),
                false => waiting.told.mark(item, waited),
            }
        }
        if what.is_empty() {
            return false;
        }
        self.say_in_line(id, &what);
        if item == Item::Choice {
            self.ask_choice(id);
        }
        true
    }

    fn words_of(&mut self, id: CallId, item: Item) -> Vec<Saying> {
        match item {
            Item::Place => self.words_of_place(id),
            Item::Info => self.next_info(id).into_iter().collect(),
            Item::Offer => self.words_of_offer(id),
            Item::Message => vec![Saying::Prompt(prompts::OFFER_MESSAGE)],
            Item::Choice if self.waiting(id).is_some_and(|waiting| waiting.told.full) => {
                self.words_of_choice(id, prompts::MANY_WAITING)
            }
            Item::Choice => self.words_of_choice(id, prompts::LONG_WAIT),
        }
    }

    /// "You are number two in line. The wait is about three to five minutes." One who is not next, or waits
    /// long, is offered to be called back in the same breath (spec/callback.md §2).
    fn words_of_place(&mut self, id: CallId) -> Vec<Saying> {
        let place = self.place_of_call(id);
        let mut what = vec![Saying::Filled(prompts::PLACE_IN_LINE, vec![Saying::Place(place)])];
        what.extend(self.words_of_estimate(id, place));
        let early = self.is_offered_early(id, place) && !self.is_about_to_be_answered(id);
        if early && self.waiting(id).is_some_and(|waiting| !waiting.told.has(Item::Offer)) {
            let offer = self.words_of_offer(id);
            let waited = self.waiting(id).map_or(Duration::ZERO, |waiting| self.waits_for(waiting));
            if let Some(waiting) = self.waiting_mut(id).filter(|_| !offer.is_empty()) {
                waiting.told.mark(Item::Offer, waited);
            }
            what.extend(offer);
        }
        what
    }

    /// The owner's own prompts, one after the other.
    fn next_info(&mut self, id: CallId) -> Option<Saying> {
        let group = self.waiting(id)?.entry.group.clone();
        let info = self.directory.group(&group)?.info.clone();
        let waiting = self.waiting_mut(id)?;
        let name = info.get(waiting.told.info % info.len().max(1))?;
        waiting.told.info += 1;
        Some(Saying::Own(Arc::from(name.as_str())))
    }

    /// The place of a call, or of the promise made to it, in its group, as it is spoken.
    pub(in crate::office) fn place_of_call(&self, id: CallId) -> u32 {
        let place = self.calls.get(&id).and_then(|call| Some((call.phase.group()?, call.order?)));
        let place = place.map_or(1, |(group, order)| self.place_of(group, (order, id)));
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// The estimate in words, with the reason first where it has grown by more than a step; in the story.
    fn words_of_estimate(&mut self, id: CallId, place: u32) -> Vec<Saying> {
        let Some(spoken) = self.spoken_estimate(id) else { return Vec::new() };
        let before = self.waiting(id).and_then(|waiting| waiting.told.spoken);
        let mut what = Vec::new();
        if before.is_some_and(|before| spoken.jumped_from(&before)) {
            what.push(Saying::Prompt(prompts::TAKES_LONGER));
        }
        let (low, high) = spoken.minutes();
        what.push(Saying::Filled(prompts::WAIT_ABOUT, vec![Saying::Minutes { low, high }]));
        let minutes = |minutes: u32| Duration::from_secs(60 * u64::from(minutes));
        self.tell(id, Happened::ToldWait { place, low: minutes(low), high: minutes(high) });
        let tick = self.now.tick;
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.told.spoken = Some(spoken);
            waiting.told.first_spoken.get_or_insert((tick, spoken));
        }
        what
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(message: u64, choice: u64) -> Times {
        Times {
            offer: Duration::from_secs(30),
            message: Duration::from_secs(message),
            choice: Duration::from_secs(choice),
        }
    }

    fn said(times: &Times, until: u64) -> Vec<(u64, Item)> {
        let mut told = Told::default();
        let mut all = Vec::new();
        loop {
            let (at, item) = told.next(times);
            if at > Duration::from_secs(until) {
                return all;
            }
            told.mark(item, at);
            all.push((at.as_secs(), item));
        }
    }

    #[test]
    fn the_first_minutes_are_those_of_the_table() {
        use Item::{Choice, Info, Message, Offer, Place};
        let expected = [
            (20, Place),
            (30, Offer),
            (90, Message),
            (150, Place),
            (210, Info),
            (300, Choice),
            (360, Offer),
            (420, Place),
            (480, Info),
        ];
        assert_eq!(said(&times(90, 300), 500), expected);
    }

    /// An offer that cannot be made now does not stand in the way of everything else.
    #[test]
    fn an_offer_put_off_lets_the_others_pass() {
        let times = times(90, 300);
        let mut told = Told::default();
        for waited in 0..400 {
            let now = Duration::from_secs(waited);
            let mut items = 0;
            while told.next(&times).0 <= now {
                match told.next(&times).1 {
                    Item::Offer => told.put_off(now),
                    item => told.mark(item, now),
                }
                items += 1;
                assert!(items < ITEMS, "{told:?} at {waited} s");
            }
        }
    }

    /// Never twice within a minute, but for the first of each.
    #[test]
    fn nobody_is_talked_to_more_than_once_a_minute() {
        for (message, choice) in [(40, 50), (90, 300), (0, 7200), (600, 601)] {
            let all = said(&times(message, choice), 7200);
            let mut seen = BTreeSet::new();
            for pair in all.windows(2) {
                seen.insert(pair[0].1);
                let first_time = !seen.contains(&pair[1].1);
                assert!(first_time || pair[1].0 - pair[0].0 >= 60, "{pair:?}");
            }
        }
    }
}
