//! Pure. One contact, one row: what a customer experienced, however many phones rang
//! (INTERFACES.md §3, spec/metrics.md §2).

use crate::ids::{CallId, GroupId, LegId, MenuId, PersonId, PhoneId, TrunkId};
use crate::media::Verdict;
use crate::number::Number;
use crate::office::promise::{Callback, CameTo, Message};
use jiff::Timestamp;
use std::time::Duration;

/// A contact row with its legs and its story.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub id: CallId,
    pub kind: Kind,
    pub started_at: Timestamp,
    /// When it entered its group: the clock of every waiting figure starts here (spec/metrics.md).
    pub entered_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub from: Party,
    pub to: Party,
    pub group: Option<GroupId>,
    /// Who talked to the customer (the last one, after transfers).
    pub person: Option<PersonId>,
    /// `None` while it goes on.
    pub outcome: Option<Outcome>,
    pub waited: Duration,
    pub talked: Duration,
    pub held: Duration,
    pub wrapped: Duration,
    /// The promise to call back, if one was made.
    pub callback: Option<Callback>,
    /// The message left.
    pub message: Option<Message>,
    pub legs: Vec<LegRecord>,
    pub story: Vec<StoryLine>,
}

impl Contact {
    /// The party that is not ours, or the caller between colleagues.
    pub fn customer(&self) -> &Party {
        if self.kind == Kind::Outbound { &self.to } else { &self.from }
    }

    /// Does it stay owed until its caller is reached, if it is an inbound one?
    pub fn is_owed(&self) -> bool {
        let owed: fn(Outcome) -> bool = match self.answered_at {
            Some(_) => Outcome::is_owed,
            None => Outcome::is_owed_unanswered,
        };
        self.outcome.is_some_and(owed)
    }
}

/// One end of a contact as shown.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Party {
    /// `None`: withheld.
    pub number: Option<Number>,
    pub name: String,
    /// Set when it is one of us.
    pub person: Option<PersonId>,
}

/// Who called whom, seen from the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Inbound,
    Outbound,
    Internal,
}

/// Exactly one per contact (INTERFACES.md §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Answered,
    /// Hung up within 5 s of entering the group.
    AbandonedShort,
    Abandoned,
    CallbackRequested,
    Voicemail,
    Overflowed,
    AfterHours,
    Rejected,
    /// Ours or the trunk's fault, or a power cut; never blamed on staff.
    FailedTechnical,
    /// Outbound: nobody was reached.
    Unreached,
    Internal,
}

impl Outcome {
    /// Does an inbound contact that ended so stay owed until its caller is reached (spec/metrics.md M28), though
    /// somebody had taken it? Short abandons are not missed calls, refusals owe nothing.
    pub fn is_owed(self) -> bool {
        matches!(self, Outcome::Abandoned | Outcome::AfterHours | Outcome::FailedTechnical)
    }

    /// The same where nobody took it: who was sent to a number outside is helped if it answers.
    pub fn is_owed_unanswered(self) -> bool {
        self.is_owed() || self == Outcome::Overflowed
    }
}

/// One leg of a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct LegRecord {
    pub leg: LegId,
    pub device: Device,
    pub person: Option<PersonId>,
    pub began_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// What a minute costs, in hundredths: a leg to a number outside.
    pub price: Option<u64>,
    /// Packets, loss and jitter: the one-way-audio verdict, once the leg is closed.
    pub verdict: Option<Verdict>,
}

/// What a leg leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Device {
    Phone(PhoneId),
    Trunk(TrunkId),
}

/// One line of the story; `web` turns it into a sentence in the reader's language.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryLine {
    pub at: Timestamp,
    pub what: Happened,
}

/// Who did what a line of a story tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Customer,
    Person(PersonId),
    /// Whoever holds a token.
    Program,
}

impl By {
    /// Staff who are logged in, or a token.
    pub fn staff(person: Option<PersonId>) -> By {
        person.map_or(By::Program, By::Person)
    }
}

/// What happened to a contact, past tense.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    CalledIn,
    DialledOut,
    HeardWelcome,
    /// By the number dialled, or the key pressed.
    About {
        topic: String,
    },
    EnteredGroup {
        group: GroupId,
        place: usize,
    },
    /// `why` explains the choice ("free 4 min"), in milliseconds free.
    Rang {
        person: PersonId,
        free: Option<Duration>,
        /// The group's topic, and how well the person knows it (0 to 3).
        skill: Option<(String, u8)>,
        /// The person spoke with this caller last.
        knows: bool,
    },
    RangOut {
        person: PersonId,
        rang: Duration,
    },
    Declined {
        person: PersonId,
    },
    PhoneUnreachable {
        person: PersonId,
    },
    Answered {
        person: PersonId,
    },
    /// How long it takes, as told to the caller.
    ToldWait {
        place: u32,
        low: Duration,
        high: Duration,
    },
    /// Whether it took as long as told first: the hit rate of the estimate.
    WaitCame {
        as_told: bool,
    },
    /// Lost the race, or was moved to another caller.
    StoppedRinging {
        person: PersonId,
    },
    Held {
        person: Option<PersonId>,
    },
    Resumed {
        person: Option<PersonId>,
    },
    Parked {
        slot: u8,
        person: PersonId,
    },
    Fetched {
        slot: u8,
        person: PersonId,
    },
    TransferredBy {
        person: PersonId,
        to: String,
    },
    TransferReturned {
        to: String,
    },
    CallerHungUp,
    PersonHungUp {
        person: PersonId,
    },
    LineLost,
    /// The provider offered no sound we can carry.
    NoCommonCodec,
    ReachedOutside,
    NotReached {
        status: u16,
    },
    RefusedByPolicy {
        why: String,
    },
    Closed,
    EnteredMenu {
        menu: MenuId,
    },
    ChoseInMenu {
        menu: MenuId,
        key: char,
    },
    /// No key, or only wrong ones: the caller went on without.
    NoKeyInMenu {
        menu: MenuId,
    },
    LeftMessage {
        length: Duration,
    },
    MessageNotKept,
    MessageHeard {
        person: PersonId,
    },
    MessageDone {
        person: PersonId,
    },
    /// Their mobile picked up, and nobody pressed key 1.
    MobileNotTaken {
        person: PersonId,
    },
    CutByPowerFailure,
    /// A call back was asked for, or promised by one of us.
    CallbackAsked {
        by: By,
    },
    /// A member said yes to it.
    CallbackTaken {
        person: PersonId,
    },
    /// Later.
    CallbackPutOff {
        by: By,
    },
    CallbackTried {
        came_to: CameTo,
    },
    /// The customer called in the meantime.
    CalledAgain,
    /// Done or cancelled.
    CallbackClosed {
        by: By,
        reason: String,
    },
    /// Too old for the line: a person's task.
    CallbackExpired,
    /// Nothing is owed for this missed call; nobody named: a program said so.
    MissedSettled {
        person: Option<PersonId>,
    },
    /// Left over after closing, in a group whose people then decide: a person's task.
    CallbackLeft,
    /// The customer was told by mail how it is with their callback.
    CustomerWritten,
}
