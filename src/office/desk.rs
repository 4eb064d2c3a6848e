//! Pure. Commands from screens and programs: may they, does it make sense, what then.

use crate::ids::{CallId, PersonId};
use crate::settings::Role;
use jiff::Timestamp;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `None`: an API token.
    pub person: Option<PersonId>,
    pub role: Role,
}

/// What can be asked (INTERFACES.md §3).
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `POST /people/{id}/state`
    SetState { person: PersonId, state: WantedState },
    /// More wrap-up for a person (`*14`, +30 s / +2 min).
    ExtendWrapUp { person: PersonId },
    /// `POST /calls {from_person, to}`: ring the person's phones, then dial.
    Dial { from: PersonId, to: String },
    /// `POST /calls/{id}/hold`
    Hold { call: CallId },
    /// `POST /calls/{id}/resume`
    Resume { call: CallId },
    /// `POST /calls/{id}/hangup`
    Hangup { call: CallId },
    /// `POST /calls/{id}/transfer`
    Transfer { call: CallId, to: String, kind: TransferKind },
    /// `POST /calls/{id}/park`
    Park { call: CallId },
    /// `POST /calls/{id}/answer`: pick up a ringing, waiting or parked call with one's own phone.
    Answer { call: CallId },
}

/// The states a person can be put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedState {
    Available,
    Paused { reason: String, until: Option<Timestamp> },
    Off,
}

/// With or without speaking first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferKind {
    Blind,
    Attended,
}

/// It was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    Ok,
    /// A call was started.
    Call(CallId),
    /// Parked in this slot (`*7N` fetches it).
    Slot(u8),
}

/// It was not done, and why; `web` turns it into status, code and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role does not allow it.
    NotAllowed,
    NoSuchCall,
    NoSuchPerson,
    /// Somebody else answered it.
    AlreadyAnswered {
        by: PersonId,
    },
    /// The call is not in a state for this.
    NotNow,
    /// None of the person's phones is reachable.
    NoPhone,
    /// The person is in a call.
    Busy,
    /// All park slots are taken.
    NoSlot,
    /// Not a number we can call.
    BadNumber,
    /// spec/reliability.md §2, with the rule's code.
    Policy {
        rule: &'static str,
    },
    /// Signing out as the last one: say what shall happen to callers first.
    LastPerson,
}
