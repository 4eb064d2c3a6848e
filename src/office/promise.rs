//! Pure. What the office has promised a customer, as it lies in the contact's row: a callback, a message kept.
//!
//! A promise belongs to its contact and has its number: `C-2041` is the call, its callback and its message.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::PersonId;
use crate::number::Number;
use crate::settings::Language;
use jiff::Timestamp;
use std::time::Duration;

/// A promise to call back. It inherits the entry of its contact in the line (spec/callback.md §1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    pub state: CallbackState,
    /// What is dialled.
    pub number: Number,
    pub asked: Asked,
    pub requested_at: Timestamp,
    /// The place in the line: when the contact joined, less the minutes of its priority.
    pub order_at: Timestamp,
    /// The window that was spoken or written; `None`: "when we are in again".
    pub promised: Option<Window>,
    pub connected_at: Option<Timestamp>,
    /// Every dial that counts or counted for half, oldest first.
    pub tries: Vec<Try>,
    /// Not dialled before.
    pub not_before: Option<Timestamp>,
    /// Only this person is asked.
    pub given_to: Option<PersonId>,
    pub settled: Option<Settled>,
    /// The language the customer was spoken to in.
    pub language: Language,
    /// How long they said what it is about; the sound lies in `DATA/voicemail/` (spec/callback.md §3).
    pub matter: Option<Duration>,
}

/// From–to, both promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Where a callback stands (spec/callback.md §1). What is under way is not remembered over a restart
/// except [`Dialing`](Self::Dialing), which is written before the INVITE leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallbackState {
    Waiting,
    /// A member's phone rings for it.
    Reserved,
    /// The member said yes.
    Confirmed,
    Dialing,
    /// The customer answered and did not press a key yet.
    Reached,
    Connected,
    /// Not before a time.
    Snoozed,
    /// Its customer called and waits live at the same place.
    Merged,
    Done,
    Cancelled,
    /// All attempts came to nothing: a person's task.
    Unreached,
    /// Two business days old: a person's task.
    Expired,
    /// The number does not exist: a person's task.
    Invalid,
    /// Cut while it was dialled: call again, or done? A person decides.
    Perhaps,
}

/// How it came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// By key, confirmed.
    Key,
    /// Hung up after the key, or under "just hang up".
    Implicit,
    /// By staff or a program (`POST /callbacks`).
    Staff,
    /// The line was cut while they waited (spec/callback.md §9).
    Cut,
}

/// One dial to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    pub at: Timestamp,
    pub came_to: CameTo,
}

/// What a dial came to (spec/callback.md §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CameTo {
    /// It is being dialled, or was when the power went.
    Nothing,
    Reached,
    Voicemail,
    NoAnswer,
    /// Half an attempt.
    Busy,
    Rejected,
    Invalid,
    /// Ours or the trunk's fault: no attempt.
    Fault,
}

/// Who or what closed a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub at: Timestamp,
    pub by: SettledBy,
}

/// The ways a promise is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledBy {
    /// The call back itself.
    Callback,
    /// The customer called, and was answered.
    CustomerCalled,
    /// Reached another way.
    OtherCall,
    Person(PersonId),
    Customer,
}

/// A message kept in `DATA/voicemail/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub length: Duration,
    pub saved_at: Timestamp,
    /// First listened to.
    pub heard_at: Option<Timestamp>,
    /// Who sees to it: a message is an item of the inbox (spec/mail.md §6).
    pub assigned: Option<PersonId>,
    pub done: Option<Settled>,
}

impl Callback {
    /// A promise made now.
    pub fn new(
        number: Number,
        asked: Asked,
        requested_at: Timestamp,
        order_at: Timestamp,
        language: Language,
    ) -> Callback {
        Callback {
            state: CallbackState::Waiting,
            number,
            asked,
            requested_at,
            order_at,
            promised: None,
            connected_at: None,
            tries: Vec::new(),
            not_before: None,
            given_to: None,
            settled: None,
            language,
            matter: None,
        }
    }

    /// Attempts left of so many; a line that was busy costs half a one.
    pub fn attempts_left(&self, attempts: usize) -> usize {
        let spent: usize = self.tries.iter().map(|one| one.came_to.halves()).sum();
        (2 * attempts).saturating_sub(spent).div_ceil(2)
    }

    /// Somebody of ours spoke to the customer, and that was it.
    pub fn is_kept(&self) -> bool {
        self.state == CallbackState::Done && self.connected_at.is_some()
    }

    /// Is it still ours to keep, or being kept?
    pub fn is_open(&self) -> bool {
        self.settled.is_none() && (self.state.is_open() || self.state == CallbackState::Connected)
    }
}

impl CameTo {
    /// What a dial costs in half attempts.
    fn halves(self) -> usize {
        match self {
            CameTo::Voicemail | CameTo::NoAnswer | CameTo::Rejected => 2,
            CameTo::Busy => 1,
            CameTo::Nothing | CameTo::Reached | CameTo::Invalid | CameTo::Fault => 0,
        }
    }
}

impl CallbackState {
    /// Is it still ours to call, by ourselves?
    pub fn is_open(self) -> bool {
        use CallbackState as S;
        matches!(
            self,
            S::Waiting | S::Reserved | S::Confirmed | S::Dialing | S::Reached | S::Snoozed | S::Merged
        )
    }

    /// Is it a task for a person?
    pub fn is_task(self) -> bool {
        use CallbackState as S;
        matches!(self, S::Unreached | S::Expired | S::Invalid | S::Perhaps)
    }
}
