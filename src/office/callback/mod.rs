//! Pure. The promise to call back, from the request to the day it is settled (spec/callback.md).
//!
//! A promise keeps the entry of its contact in the line: nothing is queued anew, nobody overtakes. Members
//! are rung for it as for a live caller ([`super::ring`]); what differs begins when one of them answers.
//!
//! | file | what it decides |
//! | --- | --- |
//! | `order` | the place in the line, also before the start of the program (§1) |
//! | `request` | a caller asks to be called back, and hangs up (§3, §9) |
//! | `rules` | which numbers are called, how often, at what hours (§8, §12) |
//! | `dispatch` | when a promise is due, and what keeps it back (§4, §9) |
//! | `member` | the member who is rung for it, and their keys (§5) |
//! | `dial` | the dial itself: stored first, placed then (§5) |
//! | `customer` | the customer who is rung first, and their keys (§5) |
//! | `outcome` | what a dial came to, and what follows (§6) |
//! | `door` | closed: asks to be called back at the next opening (§8) |
//! | `again` | the customer calls, or is reached another way (§7) |
//! | `closing` | after closing, on another day, and too old (§8) |
//! | `letters` | what a customer we know is told of it by mail (§3, §6, §8) |
//! | `boot` | what a restart makes of it (§9) |
//! | `staff` | what screens and codes ask for (§11) |
//! | `rows` | what the screens show (§11) |
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod again;
mod boot;
mod closing;
mod customer;
mod dial;
mod dispatch;
mod door;
mod letters;
mod member;
mod order;
mod outcome;
mod request;
mod rows;
mod rules;
mod staff;

pub(super) use again::Back;
pub(super) use door::AtDoor;
pub(super) use order::Order;
pub(super) use request::Request;
pub use rows::CallbackRow;
pub(super) use rules::NoCallback;
pub use rules::{is_measured, measured_since};

use super::Office;
use super::call::{Call, Entry, Phase};
use super::outbound::Way;
use super::promise::Callback;
use crate::ids::{CallId, GroupId, ItemId, LegId, PersonId, PlayId};
use crate::time::Tick;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A contact whose caller was promised a call back and is not on the line.
#[derive(Debug)]
pub(super) struct Promised {
    pub(super) entry: Entry,
    pub(super) step: Step,
    /// When the step has lasted long enough.
    until: Tick,
    /// Who asked to make this call now.
    pub(super) wanted_by: Option<PersonId>,
    /// Since when members are rung without one saying yes, and how often that was a minute.
    round: Option<Tick>,
    rounds: u8,
    /// How often the customer's phone rang and was turned down at once.
    quick_nos: u8,
    /// Nobody is rung before, after such a minute.
    rests: Option<Tick>,
    /// When somebody took it up again that had become a task: its days begin anew.
    taken_up: Option<Timestamp>,
    /// The latest opening since it was asked for: it was carried over, and takes turns with live callers (§8).
    opened: Option<Timestamp>,
}

/// What is being done about a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It stands in the line; members may ring.
    InLine,
    /// A member answered and hears what it is about.
    Asked { person: PersonId, leg: LegId },
    /// The member says that it is done: why?
    Reason { person: PersonId, leg: LegId },
    /// The dial goes to the disk. Without a leg the member is reserved and the customer is rung first.
    Writing { person: PersonId, leg: Option<LegId>, way: Way },
    /// The customer is rung.
    Dialing { person: PersonId, leg: Option<LegId>, customer: LegId, since: Tick, rang: bool },
    /// The customer answered first and is asked for a key.
    Greeting { person: PersonId, customer: LegId, said: u8 },
    /// The customer wants it later: when?
    When { customer: LegId },
    /// Last words to somebody; then the line again, or nothing.
    Telling { leg: LegId, play: PlayId },
    /// Not in the line any more: a person's task, or settled and not beyond recall yet.
    Settled { since: Tick },
}

/// What the office knows besides the promises themselves.
#[derive(Debug, Default)]
pub(super) struct Callbacks {
    started: Tick,
    /// The first input has come.
    is_running: bool,
    /// Rows that a restart changed.
    to_save: Vec<CallId>,
    /// Hours to call at and the quiet after the start do not hold: a demonstration, or a test.
    any_time: bool,
    /// What the shell says of the clock on the wall; `None`: nothing.
    clock_trusted: Option<bool>,
    /// When the promises are looked at next.
    looks_at: Option<Tick>,
    /// Members kept free for a customer who is rung first.
    reserved: BTreeMap<PersonId, CallId>,
    /// Promises whose member has answered and whose customer is not dialled yet.
    spoken_for: BTreeSet<CallId>,
    /// Promises of callers who had hung up when the disk refused them: they stand, and are not spoken of.
    pub(super) unkept: BTreeSet<CallId>,
    /// Mails that say of a promise that we could not call: when one is on the disk, its promise is closed.
    written_off: BTreeMap<ItemId, CallId>,
    /// What the hours of the groups have been.
    past: BTreeMap<GroupId, closing::Past>,
    /// Groups that served a promise of an earlier day last: a live caller is next.
    carried_last: BTreeSet<GroupId>,
    rules: rules::Rules,
}

impl Callbacks {
    /// The program starts.
    pub(super) fn new(started: Tick) -> Callbacks {
        Callbacks { started, ..Callbacks::default() }
    }

    /// Is this person kept free for a customer who is being rung?
    pub(super) fn is_reserved(&self, person: &PersonId) -> bool {
        self.reserved.contains_key(person)
    }
}

impl Promised {
    fn new(entry: Entry) -> Promised {
        Promised {
            entry,
            step: Step::InLine,
            until: Tick::ZERO,
            wanted_by: None,
            round: None,
            rounds: 0,
            quick_nos: 0,
            rests: None,
            taken_up: None,
            opened: None,
        }
    }

    /// Every leg it holds.
    pub(super) fn legs(&self) -> Vec<LegId> {
        self.entry.rung().chain(self.step.legs()).collect()
    }
}

impl Step {
    fn legs(&self) -> impl Iterator<Item = LegId> + use<> {
        let (first, second) = match self {
            Step::InLine | Step::Settled { .. } => (None, None),
            Step::Asked { leg, .. } | Step::Reason { leg, .. } | Step::Telling { leg, .. } => {
                (Some(*leg), None)
            }
            Step::Writing { leg, .. } => (*leg, None),
            Step::Dialing { leg, customer, .. } => (*leg, Some(*customer)),
            Step::Greeting { customer, .. } | Step::When { customer } => (Some(*customer), None),
        };
        first.into_iter().chain(second)
    }

    /// The member who has said yes, or hears what it is about.
    pub(super) fn person(&self) -> Option<&PersonId> {
        match self {
            Step::Asked { person, .. }
            | Step::Reason { person, .. }
            | Step::Writing { person, .. }
            | Step::Dialing { person, .. }
            | Step::Greeting { person, .. } => Some(person),
            _ => None,
        }
    }

    /// Has a member answered, and will the customer be dialled?
    fn awaits_dial(&self) -> bool {
        matches!(self, Step::Asked { .. } | Step::Reason { .. } | Step::Writing { .. })
    }

    /// Is the customer being rung, or spoken to?
    fn dials(&self) -> bool {
        matches!(
            self,
            Step::Writing { .. } | Step::Dialing { .. } | Step::Greeting { .. } | Step::When { .. }
        )
    }
}

impl Phase {
    /// The entry in the line whom members can be rung for.
    pub(super) fn entry(&self) -> Option<&Entry> {
        match self {
            Phase::Waiting(waiting) => Some(&waiting.entry),
            Phase::Promised(promised) if promised.step == Step::InLine => Some(&promised.entry),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn entry_mut(&mut self) -> Option<&mut Entry> {
        match self {
            Phase::Waiting(waiting) => Some(&mut waiting.entry),
            Phase::Promised(promised) if promised.step == Step::InLine => Some(&mut promised.entry),
            _ => None,
        }
    }

    /// The group in whose line it stands.
    pub(super) fn group(&self) -> Option<&GroupId> {
        match self {
            Phase::Waiting(waiting) => Some(&waiting.entry.group),
            Phase::Promised(promised) => Some(&promised.entry.group),
            _ => None,
        }
    }
}

impl Call {
    /// The promise, while it is ours to keep.
    pub(super) fn open_promise(&self) -> Option<&Callback> {
        self.contact.callback.as_ref().filter(|callback| callback.is_open())
    }
}

impl Office {
    /// From here on customers are called back at any hour, and at once: for demonstrations and tests.
    pub fn call_back_any_time(&mut self) {
        self.callbacks.any_time = true;
    }

    /// A promise whose customer is not on the line: the call, what is being done, the promise.
    fn promise(&self, id: CallId) -> Option<(&Call, &Promised, &Callback)> {
        let call = self.calls.get(&id)?;
        match &call.phase {
            Phase::Promised(promised) => Some((call, promised, call.contact.callback.as_ref()?)),
            _ => None,
        }
    }

    pub(super) fn promised(&self, id: CallId) -> Option<&Promised> {
        self.promise(id).map(|(_, promised, _)| promised)
    }

    fn promised_mut(&mut self, id: CallId) -> Option<&mut Promised> {
        match &mut self.calls.get_mut(&id)?.phase {
            Phase::Promised(promised) => Some(promised),
            _ => None,
        }
    }

    fn callback_mut(&mut self, id: CallId) -> Option<&mut Callback> {
        self.calls.get_mut(&id)?.contact.callback.as_mut()
    }

    /// Goes on to the next step, which lasts until the tick.
    fn set_step(&mut self, id: CallId, step: Step, until: Tick) {
        let kept_free = match &step {
            Step::Writing { person, leg: None, .. }
            | Step::Dialing { person, leg: None, .. }
            | Step::Greeting { person, .. } => Some(person.clone()),
            _ => None,
        };
        match step.awaits_dial() {
            true => self.callbacks.spoken_for.insert(id),
            false => self.callbacks.spoken_for.remove(&id),
        };
        let before: Vec<PersonId> = self.reserved_for(id);
        for person in before.iter().filter(|person| Some(*person) != kept_free.as_ref()) {
            self.callbacks.reserved.remove(person);
            self.look_at_groups_of(person);
        }
        if let Some(person) = kept_free {
            self.callbacks.reserved.insert(person, id);
        }
        if let Some(promised) = self.promised_mut(id) {
            promised.step = step;
            promised.until = until;
        }
        self.dirty_group_of(id);
        self.changed();
    }

    fn reserved_for(&self, id: CallId) -> Vec<PersonId> {
        let own = self.callbacks.reserved.iter().filter(|(_, call)| **call == id);
        own.map(|(person, _)| person.clone()).collect()
    }

    fn dirty_group_of(&mut self, id: CallId) {
        if let Some(group) = self.calls.get(&id).and_then(Call::group) {
            self.dirty.insert(group.clone());
        }
    }
}
