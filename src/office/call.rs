//! Pure. A call from arrival to goodbye: its phases, its legs, and how it ends.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::alone::Alone;
use super::callback::{AtDoor, Order, Promised};
use super::contact::{Contact, Device, Happened, Kind, LegRecord, Outcome, Party, StoryLine};
use super::memory::Change;
use super::menu::AtMenu;
use super::queue::{Asking, Told, Whisper};
use super::voicemail::Leaving;
use super::{Action, Office};
use crate::ids::{CallId, GroupId, LegId, PersonId, PlayId};
use crate::number::Number;
use crate::sip::HangupReason;
use crate::time::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Legs kept in a contact's row; a caller who waits for hours is rung for often.
const LEGS_KEPT: usize = 64;
/// Lines kept in a contact's story.
const STORY_KEPT: usize = 200;
/// A call and its contact row.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) contact: Contact,
    /// The caller's number as the provider wrote it: phones are shown this, their books know it so.
    pub(super) written: Option<String>,
    pub(super) phase: Phase,
    /// Hops left for placed legs.
    pub(super) hops: u8,
    /// When it entered its first group: the waiting clock.
    pub(super) entered: Option<Tick>,
    /// Its place in the line; kept as long as it, or the promise made to it, waits.
    pub(super) order: Option<Order>,
    /// By how much that place is earlier than the arrival: importance and weight.
    pub(super) ahead: Duration,
    pub(super) answered: Option<Tick>,
    /// Since when the far party hears music instead of a person.
    pub(super) away: Option<Tick>,
    pub(super) held: Duration,
    /// Legs that talked and whose verdict is not known.
    pub(super) unheard: BTreeSet<LegId>,
    /// Somebody's after-call work belongs to this contact.
    pub(super) wrapping: bool,
    /// Led to a number outside by the plan.
    pub(super) overflowed: bool,
    /// Its row has been handed to the store.
    pub(super) saved: bool,
    /// The member says that a machine answered the call back.
    pub(super) machine: bool,
    /// What it is about, where that is not what its group's calls are about.
    pub(super) topic: Option<String>,
}

/// Where a call is. Every phase has an answer to the end of every leg.
#[derive(Debug)]
pub(super) enum Phase {
    /// Not decided yet.
    Arriving { leg: Option<LegId> },
    /// An announcement, then goodbye.
    Farewell { leg: LegId, id: PlayId, outcome: Outcome },
    /// Asked for a key.
    Menu(AtMenu),
    /// In the line of a group.
    Waiting(Waiting),
    /// Closed, and asked whether to be called back.
    AtDoor(AtDoor),
    /// Leaves a message.
    Leaving(Leaving),
    /// One of us, alone with the office.
    Alone(Alone),
    /// Somebody, or a number, is rung for a party who stays.
    Reaching(Reaching),
    /// Two legs hear each other.
    Talking(Talking),
    /// One party is put aside while its person speaks with a third.
    Consulting(Consulting),
    /// In a park slot.
    Parked(Parked),
    /// The caller hung up and was promised a call back: the entry in the line stays.
    Promised(Promised),
    /// Ended; its row is not written for the last time yet.
    Over,
}

/// An entry of the line: somebody who waits, live or for the call they were promised
/// (spec/callback.md §1), and who is rung for them.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) group: GroupId,
    pub(super) offers: BTreeMap<PersonId, Offer>,
    /// Those who have had their turn in this round.
    pub(super) tried: BTreeSet<PersonId>,
    /// Rung because they asked to pick it up, whoever else may ring.
    pub(super) picked: BTreeSet<PersonId>,
    /// Not to be rung for this call before then.
    pub(super) declined: BTreeMap<PersonId, Tick>,
    /// Not asked to call this customer back before then; one who holds the line rings everybody.
    pub(super) put_off: BTreeMap<PersonId, Tick>,
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) caller: LegId,
    pub(super) entry: Entry,
    /// An announcement that music follows.
    pub(super) playing: Option<PlayId>,
    /// The welcome is over, or there was none.
    pub(super) greeted: bool,
    pub(super) nobody: Nobody,
    /// When this wait began: somebody transferred back into the line waits anew.
    pub(super) since: Tick,
    /// Who spoke to this caller last, and answers for the group.
    pub(super) knows: Option<PersonId>,
    pub(super) told: Told,
    pub(super) asking: Asking,
}

/// Has the caller been told that nobody is at the phones?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nobody {
    /// Somebody is there.
    No,
    /// Since then nobody is.
    Since(Tick),
    /// Said.
    Told,
}

/// One person rung for an entry of the line, on all phones.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) legs: BTreeSet<LegId>,
    pub(super) since: Tick,
    /// When the first phone rang.
    pub(super) rang: Option<Tick>,
    /// Answered, and hears what it is about.
    pub(super) whisper: Option<Whisper>,
    /// Somebody hung up in a whisper about this caller while these phones rang: they ring on, also those that
    /// nobody would be called in to now.
    pub(super) rings_on: bool,
}

#[derive(Debug)]
pub(super) struct Reaching {
    /// `None` while the first leg of a call dialled on a screen rings.
    pub(super) stay: Option<Stay>,
    pub(super) target: Target,
    pub(super) legs: BTreeSet<LegId>,
    pub(super) since: Tick,
    /// The worst a leg came back with.
    pub(super) status: u16,
    pub(super) why: Why,
}

/// The party for whom somebody is rung.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub(super) leg: LegId,
    pub(super) heard: Hears,
}

/// What a staying party has of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hears {
    /// Not answered: its own network or phone makes the ringing tone.
    Ringing,
    /// Answered: it hears what we play.
    Us,
}

/// Who is rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Person(PersonId),
    Outside(super::outbound::Way),
}

/// Why somebody is rung, which says what follows when nobody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The caller dialled it.
    Direct,
    /// Closed, and the plan names a number.
    Overflow,
    /// A screen asked to ring the person's own phone first, then this.
    First { then: String },
    /// A transfer; `leg` is the transferrer's, while it is still there.
    Transfer { by: PersonId, leg: Option<LegId> },
    /// Back at the one who transferred or parked.
    Return,
    /// Fetched from a park slot.
    Fetch { slot: u8 },
}

#[derive(Debug)]
pub(super) struct Talking {
    pub(super) a: LegId,
    pub(super) b: LegId,
    pub(super) hold: Hold,
}

/// Who holds whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    None,
    /// The phone of this leg holds by re-INVITE.
    Phone(LegId),
    /// A screen did; this leg's person.
    Screen(LegId),
}

#[derive(Debug)]
pub(super) struct Consulting {
    pub(super) held: LegId,
    pub(super) by_leg: LegId,
    pub(super) by: PersonId,
    pub(super) target: Target,
    pub(super) legs: BTreeSet<LegId>,
    pub(super) answered: Option<LegId>,
}

#[derive(Debug)]
pub(super) struct Parked {
    pub(super) leg: LegId,
    pub(super) slot: u8,
    pub(super) by: PersonId,
}

/// One connection to one device.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) call: CallId,
    pub(super) device: Device,
    pub(super) person: Option<PersonId>,
    pub(super) state: LegState,
    /// A phone of ours called in on it, or a provider: not placed by us.
    pub(super) origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Arrived,
    /// One of us dialled a code: no call of their own.
    Code,
    Placed,
    /// Placed to a mobile, whose answer counts after key 1.
    Mobile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegState {
    /// Not answered.
    Early,
    /// A mobile that picked up and has not pressed key 1.
    Asked,
    /// Answered.
    Up,
    /// We hung up, or it is over.
    Closed,
}

impl Office {
    /// A call begins: its row, without legs.
    pub(super) fn new_call(&mut self, kind: Kind, from: Party, to: Party, hops: u8) -> CallId {
        self.last_call += 1;
        let id = CallId(self.last_call);
        let contact = Contact {
            id,
            kind,
            started_at: self.now.wall,
            entered_at: None,
            answered_at: None,
            ended_at: None,
            from,
            to,
            group: None,
            person: None,
            outcome: None,
            waited: Duration::ZERO,
            talked: Duration::ZERO,
            held: Duration::ZERO,
            wrapped: Duration::ZERO,
            callback: None,
            message: None,
            legs: Vec::new(),
            story: Vec::new(),
        };
        self.register.file(&contact);
        self.calls.insert(id, Call::new(contact, hops));
        id
    }

    /// Adds a leg to a call; a leg of a person counts as that person's.
    pub(super) fn add_leg(&mut self, id: LegId, leg: Leg) {
        if let Some(call) = self.calls.get_mut(&leg.call)
            && call.contact.legs.len() < LEGS_KEPT
        {
            call.contact.legs.push(LegRecord {
                leg: id,
                device: leg.device.clone(),
                person: leg.person.clone(),
                began_at: self.now.wall,
                answered_at: None,
                ended_at: None,
                price: None,
                verdict: None,
            });
        }
        if let Device::Trunk(trunk) = &leg.device {
            self.spending.channels.entry(trunk.clone()).or_default().insert(id);
        }
        self.leg_belongs(id, &leg);
        self.legs.insert(id, leg);
    }

    /// A leg is answered, by it or by us.
    pub(super) fn leg_is_up(&mut self, id: LegId) {
        let wall = self.now.wall;
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.state = LegState::Up;
        let (call, person) = (leg.call, leg.person.clone());
        if let Some(person) = person {
            self.person_takes(&person, id);
        }
        if let Some(call) = self.calls.get_mut(&call) {
            call.unheard.insert(id);
            if let Some(record) = call.record(id) {
                record.answered_at = Some(wall);
            }
        }
    }

    /// Ends a leg of ours; it no longer counts for anything from here on.
    pub(super) fn hang_up(&mut self, id: LegId, because: HangupReason) {
        if self.legs.get(&id).is_some_and(|leg| leg.state != LegState::Closed) {
            self.act(Action::Hangup { leg: id, because });
            self.leg_is_over(id);
        }
    }

    /// A leg is over, by the far end or by us. Told twice does no harm.
    pub(super) fn leg_is_over(&mut self, id: LegId) {
        let wall = self.now.wall;
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.state == LegState::Closed {
            return;
        }
        leg.state = LegState::Closed;
        let leg = leg.clone();
        if let Device::Trunk(trunk) = &leg.device
            && let Some(channels) = self.spending.channels.get_mut(trunk)
        {
            channels.remove(&id);
            // A channel is free: a mobile may ring.
            self.look_at_mobiles();
        }
        self.prices.remove(&id);
        self.typing.remove(&id);
        if let Some(record) = self.calls.get_mut(&leg.call).and_then(|call| call.record(id)) {
            record.ended_at = Some(wall);
        }
        self.leg_leaves(id, &leg);
    }

    /// Answers an arriving leg, once.
    pub(super) fn accept(&mut self, id: LegId) {
        if self.legs.get(&id).is_some_and(|leg| leg.state == LegState::Early) {
            self.act(Action::Accept { leg: id });
            self.leg_is_up(id);
        }
    }

    /// Adds a line to a call's story.
    pub(super) fn tell(&mut self, id: CallId, what: Happened) {
        let at = self.now.wall;
        if let Some(call) = self.calls.get_mut(&id)
            && call.contact.story.len() < STORY_KEPT
        {
            call.contact.story.push(StoryLine { at, what });
        }
    }

    /// Two legs of a call hear each other from here on.
    pub(super) fn join(&mut self, id: CallId, a: LegId, b: LegId) {
        self.accept(a);
        self.act(Action::Bridge { a, b });
        let tick = self.now.tick;
        if let Some(call) = self.calls.get_mut(&id) {
            call.back(tick);
            call.phase = Phase::Talking(Talking { a, b, hold: Hold::None });
        }
    }

    /// Somebody of ours, or outside, answered: the row says so once.
    pub(super) fn mark_answered(&mut self, id: CallId, person: Option<PersonId>) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let asked_now = call.contact.kind == Kind::Inbound && call.contact.outcome.is_none();
        match asked_now {
            // Who is answered live while they ask for it needs no call back.
            true => call.contact.callback = None,
            false if call.contact.callback.is_some() => return self.promise_connected(id, person),
            false => {}
        }
        if let Some(person) = person {
            call.contact.person = Some(person);
        }
        if call.answered.is_none() {
            call.answered = Some(now.tick);
            call.contact.answered_at = Some(now.wall);
            call.contact.waited = call.entered.map_or(Duration::ZERO, |entered| now.tick.since(entered));
        }
        self.save(id);
    }

    /// Keeps the row as it stands.
    pub(super) fn save(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.saved = true;
            let contact = Box::new(call.contact.clone());
            self.act(Action::Save(Change::Contact(contact)));
        }
    }

    /// The caller's number and name as they are shown to the one rung.
    pub(super) fn shown(&self, id: CallId) -> (String, String) {
        let Some(call) = self.calls.get(&id) else { return (String::new(), String::new()) };
        let party = call.customer();
        let normal = || party.number.as_ref().map_or_else(String::new, |n: &Number| n.as_str().to_owned());
        (call.written.clone().unwrap_or_else(normal), self.called(party).unwrap_or_default())
    }
}

impl Call {
    pub(super) fn new(contact: Contact, hops: u8) -> Call {
        Call {
            topic: topic_told(&contact),
            contact,
            written: None,
            phase: Phase::Arriving { leg: None },
            hops,
            entered: None,
            order: None,
            ahead: Duration::ZERO,
            answered: None,
            away: None,
            held: Duration::ZERO,
            unheard: BTreeSet::new(),
            wrapping: false,
            overflowed: false,
            saved: false,
            machine: false,
        }
    }

    /// The party that is not ours, or the caller between colleagues.
    pub(super) fn customer(&self) -> &Party {
        self.contact.customer()
    }

    /// The group whose contact it is. One that was counted for a group stays its own, wherever the caller goes.
    pub(super) fn belongs_to(&mut self, group: &GroupId) {
        if self.contact.outcome.is_none() {
            self.contact.group = Some(group.clone());
        }
    }

    /// The group in whose line it stands, or else the one whose contact it is.
    pub(super) fn group(&self) -> Option<&GroupId> {
        self.phase.group().or(self.contact.group.as_ref())
    }

    pub(super) fn record(&mut self, leg: LegId) -> Option<&mut LegRecord> {
        self.contact.legs.iter_mut().rev().find(|record| record.leg == leg)
    }

    /// How long its entry in the line has waited; importance does not count.
    pub(super) fn waited(&self, tick: Tick) -> Duration {
        let order = self.order.map(|order| order.waited(tick).saturating_sub(self.ahead));
        self.entered.map(|entered| tick.since(entered)).or(order).unwrap_or_default()
    }

    /// Its place in the line: the first one holds.
    pub(super) fn take_place(&mut self, tick: Tick, ahead: Duration) -> Order {
        *self.order.get_or_insert_with(|| {
            self.ahead = ahead;
            Order::at(tick).earlier(ahead)
        })
    }

    /// The far party hears music instead of a person from here on.
    pub(super) fn put_away(&mut self, tick: Tick) {
        if self.answered.is_some() {
            self.away.get_or_insert(tick);
        }
    }

    /// The far party hears a person again.
    pub(super) fn back(&mut self, tick: Tick) {
        if let Some(since) = self.away.take() {
            self.held += tick.since(since);
        }
    }

    pub(super) fn close_row(&mut self, now: crate::time::Now, outcome: Outcome) {
        self.contact.ended_at = Some(now.wall);
        self.contact.outcome = Some(outcome);
        self.contact.held = self.held;
        match (self.answered, self.entered) {
            (Some(answered), _) => self.contact.talked = now.tick.since(answered).saturating_sub(self.held),
            (None, Some(entered)) => self.contact.waited = now.tick.since(entered),
            (None, None) => {}
        }
    }
}

/// What a contact is about, as its story has it: a restart knows it again.
fn topic_told(contact: &Contact) -> Option<String> {
    contact.story.iter().rev().find_map(|line| match &line.what {
        Happened::About { topic } => Some(topic.clone()),
        _ => None,
    })
}

impl Phase {
    /// Every leg this phase holds.
    pub(super) fn legs(&self) -> Vec<LegId> {
        match self {
            Phase::Arriving { leg } => leg.iter().copied().collect(),
            Phase::Farewell { leg, .. }
            | Phase::Menu(AtMenu { leg, .. })
            | Phase::AtDoor(AtDoor { leg, .. })
            | Phase::Leaving(Leaving { leg, .. })
            | Phase::Alone(Alone { leg, .. }) => vec![*leg],
            Phase::Waiting(w) => std::iter::once(w.caller).chain(w.entry.rung()).collect(),
            Phase::Promised(promised) => promised.legs(),
            Phase::Reaching(r) => {
                let own = match r.why {
                    Why::Transfer { leg, .. } => leg,
                    _ => None,
                };
                r.stay.map(|stay| stay.leg).into_iter().chain(own).chain(r.legs.iter().copied()).collect()
            }
            Phase::Talking(t) => vec![t.a, t.b],
            Phase::Consulting(c) => {
                [c.held, c.by_leg].into_iter().chain(c.answered).chain(c.legs.iter().copied()).collect()
            }
            Phase::Parked(p) => vec![p.leg],
            Phase::Over => Vec::new(),
        }
    }
}

impl Waiting {
    /// Back on the line, at the place they had.
    pub(super) fn back(caller: LegId, entry: Entry, since: Tick) -> Waiting {
        Waiting {
            caller,
            entry,
            playing: None,
            greeted: true,
            nobody: Nobody::No,
            since,
            knows: None,
            told: Told::default(),
            asking: Asking::Nothing,
        }
    }
}

impl Entry {
    pub(super) fn new(group: GroupId) -> Entry {
        Entry {
            group,
            offers: BTreeMap::new(),
            tried: BTreeSet::new(),
            picked: BTreeSet::new(),
            declined: BTreeMap::new(),
            put_off: BTreeMap::new(),
        }
    }

    /// Has somebody answered, who hears what it is about?
    pub(super) fn is_answered(&self) -> bool {
        self.offers.values().any(|offer| offer.whisper.is_some())
    }

    /// The legs that ring.
    pub(super) fn rung(&self) -> impl Iterator<Item = LegId> {
        self.offers.values().flat_map(|offer| offer.legs.iter().copied())
    }
}

impl Talking {
    /// The other end.
    pub(super) fn other(&self, leg: LegId) -> LegId {
        if leg == self.a { self.b } else { self.a }
    }
}
