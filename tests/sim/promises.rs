//! What must hold for promises: to call back (spec/callback.md §1, §4, §8, §9), and that a message is saved.

use super::laws::Seen;
use frontdesk::ids::{CallId, GroupId, LegId, PersonId, Receipt};
use frontdesk::media::Piece;
use frontdesk::number::{Country, Number};
use frontdesk::office::board::{Board, LineKind};
use frontdesk::office::callback::CallbackRow;
use frontdesk::office::contact::Contact;
use frontdesk::office::desk::{Command, Done};
use frontdesk::office::memory::Change;
use frontdesk::office::promise::{Asked, Callback, CallbackState};
use frontdesk::office::{self, Action, Input, Place, prompts};
use frontdesk::settings::{AfterClose, Settings};
use frontdesk::sip::{Destination, Source, TransferTarget};
use frontdesk::time::{Now, Tick};
use jiff::Timestamp;
use jiff::civil::Weekday;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What only somebody hears who is promised a call back.
const PROMISED: [&str; 6] = [
    prompts::EXPECT_BETWEEN,
    prompts::CALL_BEFORE,
    prompts::CALL_WHEN_IN,
    prompts::CALL_AT_OPENING,
    prompts::TRY_ONCE_MORE,
    prompts::TRY_MORE,
];

/// Nothing expires earlier. The wait before the request counts, and a clock is set back by hours.
const LIVES: Duration = Duration::from_secs(40 * 3600);

/// The judge of promises.
#[derive(Default)]
pub struct Promises {
    /// Rows on their way to the disk.
    pledged: BTreeMap<Receipt, Contact>,
    /// Rows of which the store has said that they are on the disk, while they hold a promise.
    kept: BTreeMap<CallId, Contact>,
    /// When each open promise was told of first; `None`: before the latest start of the program.
    since: BTreeMap<CallId, Option<Tick>>,
    /// Open promises as they were told last.
    open: BTreeMap<CallId, (GroupId, Callback)>,
    /// The place of every promise that is open.
    places: BTreeMap<CallId, Timestamp>,
    /// What people dial themselves is not the box's dial.
    dialled_by_hand: BTreeSet<String>,
    /// Who calls from outside, by leg.
    callers: BTreeMap<LegId, String>,
    /// Calls of our people: who asks for a prompt of the office hears it.
    own: BTreeSet<LegId>,
    /// Dials of the box that are not over.
    dialled: BTreeMap<LegId, String>,
    /// Recordings, and whether each is on the disk.
    recorded: BTreeMap<LegId, bool>,
    /// Who stood in which line when one looked last, oldest first.
    line: Vec<(GroupId, CallId, LineKind)>,
    under_way: BTreeMap<CallId, PersonId>,
}

impl Promises {
    /// What was on its way to the disk may be there or not; what the store told of is.
    pub fn restarted(&mut self, stored: Vec<Contact>) {
        self.kept = stored.into_iter().map(|contact| (contact.id, contact)).collect();
        for contact in std::mem::take(&mut self.pledged).into_values() {
            self.open.remove(&contact.id);
        }
        self.since.values_mut().for_each(|since| *since = None);
        self.dialled.clear();
        self.callers.clear();
        self.own.clear();
        self.recorded.clear();
        self.line.clear();
        self.under_way.clear();
    }

    pub fn see_input(&mut self, input: &Input) {
        match input {
            Input::Stored { receipt } => {
                if let Some(contact) = self.pledged.remove(receipt) {
                    self.kept.insert(contact.id, contact);
                }
            }
            Input::NotStored { receipt } => drop(self.pledged.remove(receipt)),
            Input::Recorded { leg, length } => {
                if let Some(on_disk) = self.recorded.get_mut(leg) {
                    *on_disk = length.is_some();
                }
            }
            Input::Ended { leg, .. } | Input::Failed { leg, .. } => self.leg_is_over(*leg),
            _ => self.see_hand(input),
        }
    }

    fn see_hand(&mut self, input: &Input) {
        let number = match input {
            Input::Arrived(arrived) if matches!(arrived.from, Source::Phone(_)) => {
                self.own.insert(arrived.leg);
                &*arrived.dialled
            }
            Input::Arrived(arrived) => {
                self.callers.insert(arrived.leg, arrived.caller.clone());
                return;
            }
            Input::Desk { command: Command::Dial { to, .. } | Command::Transfer { to, .. }, .. } => to,
            Input::TransferAsked { to: TransferTarget::Dial(to), .. } => to,
            _ => return,
        };
        let number = Number::parse(number, Country(*b"DK"));
        self.dialled_by_hand.extend(number.map(|number| number.as_str().to_owned()));
    }

    fn leg_is_over(&mut self, leg: LegId) {
        self.callers.remove(&leg);
        self.own.remove(&leg);
        self.dialled.remove(&leg);
        self.recorded.remove(&leg);
    }

    pub fn see_action(&mut self, now: Now, settings: &Settings, action: &Action) -> Result<(), String> {
        match action {
            Action::SaveThen { receipt, change: Change::Contact(contact) } => {
                self.pledged.insert(*receipt, Contact { story: Vec::new(), ..(**contact).clone() });
                self.lives_its_days(now, settings, contact)?;
                self.told(contact)
            }
            Action::Save(Change::Contact(contact)) => {
                self.see_row(contact);
                self.lives_its_days(now, settings, contact)?;
                self.told(contact)
            }
            Action::Hangup { leg, .. } => {
                self.dialled.remove(leg);
                Ok(())
            }
            Action::Record { leg, .. } => {
                self.recorded.insert(*leg, false);
                Ok(())
            }
            Action::Play { leg, what, .. } => {
                let prompt = |piece: &Piece| match piece {
                    Piece::Prompt { name, .. } => Some(name.clone()),
                    _ => None,
                };
                what.pieces.iter().filter_map(prompt).try_for_each(|name| self.spoken(*leg, &name))
            }
            Action::Place(place) => match &place.to {
                Destination::Trunk { number, .. } => self.dials(now, settings, place, number),
                Destination::Phone(_) => Ok(()),
            },
            Action::Reply { result: Ok(Done::Call(id)), .. } => self.told_staff(*id),
            _ => Ok(()),
        }
    }

    /// A row that is kept behind the action. Without its promise whatever was pledged for it counts no more.
    fn see_row(&mut self, contact: &Contact) {
        let open = contact.callback.as_ref().is_some_and(Callback::is_open);
        if contact.callback.is_none() && contact.message.is_none() {
            self.pledged.retain(|_, pledged| pledged.id != contact.id);
        }
        if contact.callback.is_none() && (contact.message.is_none() || contact.outcome.is_some()) {
            self.kept.remove(&contact.id);
        }
        // One that came of a cut is made anew of its row by every start.
        let cut = contact.callback.as_ref().is_some_and(|callback| callback.asked == Asked::Cut);
        if open && cut && !self.kept.contains_key(&contact.id) {
            self.kept.insert(contact.id, Contact { story: Vec::new(), ..contact.clone() });
        }
        // The customer may call again and be part of it.
        if let Some(kept) = self.kept.get_mut(&contact.id) {
            kept.legs.clone_from(&contact.legs);
        }
    }

    /// Two business days are two days at least, whatever the clock on the wall is set to in between.
    fn lives_its_days(&mut self, now: Now, settings: &Settings, contact: &Contact) -> Result<(), String> {
        let Some(callback) = &contact.callback else { return Ok(()) };
        if callback.is_open() {
            self.since.entry(contact.id).or_insert(Some(now.tick));
            return Ok(());
        }
        let Some(since) = self.since.remove(&contact.id).flatten() else { return Ok(()) };
        let expired = callback.state == CallbackState::Expired && is_carried_over(settings, contact);
        match now.tick.since(since) {
            lived if expired && lived < LIVES => {
                Err(format!("a promise lives its days: {} expired after {lived:?}", contact.id))
            }
            _ => Ok(()),
        }
    }

    /// A row: one open promise a number and group, and each at the place it was given.
    fn told(&mut self, contact: &Contact) -> Result<(), String> {
        let id = contact.id;
        let open = contact.callback.as_ref().filter(|callback| callback.is_open());
        let (Some(callback), Some(group)) = (open, &contact.group) else {
            self.open.remove(&id);
            return Ok(());
        };
        let same = |(of, other): &(GroupId, Callback)| of == group && other.number == callback.number;
        if let Some((other, _)) = self.open.iter().find(|(other, promise)| **other != id && same(promise)) {
            return Err(format!("one open promise a number and group: {other} and {id}"));
        }
        let place = *self.places.entry(id).or_insert(callback.order_at);
        if place != callback.order_at {
            return Err(format!("a promise keeps its place: {id} had {place}, has {}", callback.order_at));
        }
        self.open.insert(id, (group.clone(), callback.clone()));
        Ok(())
    }

    /// Something is said to somebody: a promise, or that their message is saved, only once it is on the disk.
    fn spoken(&self, leg: LegId, name: &str) -> Result<(), String> {
        let kept = |holds: &dyn Fn(&Contact) -> bool| {
            let its = |contact: &Contact| contact.legs.iter().any(|record| record.leg == leg);
            self.kept.values().any(|contact| its(contact) && holds(contact))
        };
        let promised = |contact: &Contact| self.open.contains_key(&contact.id);
        // Who is back hears the promise that was made to their number.
        let again = || {
            let number = self.callers.get(&leg);
            let to_them = |callback: &Callback| number.is_some_and(|own| *own == callback.number.as_str());
            let kept = |(id, _): &(&CallId, &(GroupId, Callback))| self.kept.contains_key(id);
            self.open.iter().filter(kept).any(|(_, (_, callback))| to_them(callback))
        };
        let promises = PROMISED.iter().any(|prompt| name.starts_with(prompt));
        if promises && !self.own.contains(&leg) && !kept(&promised) && !again() {
            return Err(format!("promised is stored before it is spoken: {name} to {leg}"));
        }
        let on_disk = || self.recorded.get(&leg) == Some(&true) && kept(&|contact| contact.message.is_some());
        if name == prompts::MESSAGE_SAVED && !on_disk() {
            return Err(format!("a message is stored before it is said to be saved: {leg}"));
        }
        Ok(())
    }

    /// Staff are told that a customer will be called.
    fn told_staff(&self, id: CallId) -> Result<(), String> {
        match self.open.contains_key(&id) && !self.kept.contains_key(&id) {
            true => Err(format!("promised is stored before it is spoken: {id} to staff")),
            false => Ok(()),
        }
    }

    /// A number with an open promise is dialled: its row says so on the disk, at an hour to call, once.
    fn dials(&mut self, now: Now, settings: &Settings, place: &Place, text: &str) -> Result<(), String> {
        // Who hears a message and calls back with a key has dialled by hand, too.
        let by_hand = place.like.is_some_and(|leg| self.own.contains(&leg));
        if by_hand || self.dialled_by_hand.contains(text) {
            return Ok(());
        }
        let promised: Vec<(CallId, Number)> = self
            .open
            .iter()
            .filter(|(_, (_, callback))| callback.number.as_str() == text)
            .map(|(id, (_, callback))| (*id, callback.number.clone()))
            .collect();
        let Some((_, number)) = promised.first() else { return Ok(()) };
        if !is_hour_to_call(now, settings, number) {
            return Err(format!("nobody is dialled outside calling hours: {number} at {}", now.wall));
        }
        if self.dialled.values().any(|other| other == text) {
            return Err(format!("one dial a number: {number}"));
        }
        if !promised.iter().any(|(id, _)| self.is_dial_kept(*id)) {
            return Err(format!("a dial is stored before it leaves: {number}"));
        }
        self.dialled.insert(place.leg, text.to_owned());
        Ok(())
    }

    fn is_dial_kept(&self, id: CallId) -> bool {
        let kept = self.kept.get(&id).and_then(|contact| contact.callback.as_ref());
        kept.is_some_and(|callback| callback.state == CallbackState::Dialing)
    }

    /// What shows on the board. `every`: nothing happened between this look and the one before.
    pub fn look(&mut self, board: &Board, legs: &BTreeMap<LegId, Seen>, every: bool) -> Result<(), String> {
        self.members_for_all(board, legs, every)?;
        self.nobody_overtakes(board, every)
    }

    /// Every callback under way has a member of its own, who was in no other call when it began (§4).
    fn members_for_all(
        &mut self,
        board: &Board,
        legs: &BTreeMap<LegId, Seen>,
        every: bool,
    ) -> Result<(), String> {
        let live: BTreeSet<CallId> =
            board.line.iter().filter(|row| row.kind == LineKind::Live).map(|row| row.contact).collect();
        let rows = board.callbacks.iter().filter(|row| is_under_way(row) && !live.contains(&row.contact));
        let mut under_way = BTreeMap::new();
        let mut people = BTreeSet::new();
        for row in rows {
            let problem = |what: &str| Err(format!("no more callbacks than members: {what} {row:?}"));
            let Some(person) = &row.person else { return problem("nobody for") };
            if !people.insert(person) {
                return problem("not the first of one member");
            }
            let new = self.under_way.get(&row.contact) != Some(person);
            let elsewhere = |seen: &&Seen| seen.person.as_ref() == Some(person) && seen.is_of_another_call();
            if every && new && legs.values().any(|seen| elsewhere(&seen)) {
                return problem("in another call for");
            }
            under_way.insert(row.contact, person.clone());
        }
        self.under_way = under_way;
        Ok(())
    }

    /// Who stands in a line keeps the place among the others in it, whatever is tried meanwhile (§1, §6).
    fn nobody_overtakes(&mut self, board: &Board, every: bool) -> Result<(), String> {
        let line: Vec<(GroupId, CallId, LineKind)> =
            board.line.iter().map(|row| (row.group.clone(), row.contact, row.kind)).collect();
        let before: BTreeMap<(&GroupId, CallId), usize> =
            self.line.iter().enumerate().map(|(at, (group, id, _))| ((group, *id), at)).collect();
        // A live caller may leave and come back unseen between two looks.
        let stood = |(group, id, kind): &(GroupId, CallId, LineKind)| {
            let same = every || *kind == LineKind::Callback;
            before.get(&(group, *id)).filter(|_| same).map(|at| (group.clone(), *at, *id))
        };
        let mut last: BTreeMap<GroupId, usize> = BTreeMap::new();
        for (group, at, id) in line.iter().filter_map(stood) {
            if last.insert(group, at).is_some_and(|ahead| ahead > at) {
                return Err(format!("nobody in line is overtaken: {id}"));
            }
        }
        self.line = line;
        Ok(())
    }
}

fn is_under_way(row: &CallbackRow) -> bool {
    use CallbackState as S;
    // A customer who says when it suits them better needs nobody.
    matches!(row.state, S::Reserved | S::Confirmed | S::Dialing)
        || row.state == S::Reached && row.person.is_some()
}

/// Between the hours to call at, no Sundays, no holidays of the number's country (§8).
fn is_hour_to_call(now: Now, settings: &Settings, number: &Number) -> bool {
    let local = settings.office.time_zone.to_datetime(now.wall);
    let country = number.country().unwrap_or(settings.office.country);
    let hours = &settings.callback.calling_hours;
    local.weekday() != Weekday::Sunday
        && office::hours::is_holiday(country, local.date()).is_none()
        && hours.from <= local.time()
        && hours.to.is_none_or(|to| local.time() < to)
}

/// Is what is left of a day carried to the next? Groups come and go with the settings, but for the first.
fn is_carried_over(settings: &Settings, contact: &Contact) -> bool {
    let group = settings.groups.first().filter(|group| Some(&group.id) == contact.group.as_ref());
    group.is_some_and(|group| group.callback.after_close == AfterClose::Carry)
}
