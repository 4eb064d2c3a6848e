//! Pure. A conversation of the shared mailbox, and what the office adds to it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Upload;
use crate::ids::{CallId, ConversationId, GroupId, ItemId, MailboxId, PersonId};
use jiff::Timestamp;

/// One exchange with a customer, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    /// Moves with every mail, reply and note: what a writer must have seen (spec/mail.md §3).
    pub version: u64,
    pub state: State,
    pub mailbox: MailboxId,
    pub group: GroupId,
    pub subject: String,
    pub customer: Correspondent,
    pub assigned: Option<PersonId>,
    /// Arrival of the oldest mail nobody has answered; `None`: nothing is owed.
    pub owed_since: Option<Timestamp>,
    /// When that mail should have its answer; `None` beside a debt: the office never opens.
    pub due_at: Option<Timestamp>,
    pub snoozed_until: Option<Timestamp>,
    /// When anything happened in it last.
    pub last_at: Timestamp,
    /// It goes on in another one.
    pub merged_into: Option<ConversationId>,
    /// A talk settled it: owed as before by one press, for a while.
    pub settled: Option<Settled>,
    /// The call its writer asked for by mail.
    pub awaits: Option<CallId>,
}

/// What was owed before a talk settled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    pub at: Timestamp,
    pub owed_since: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
}

/// Where a conversation stands (spec/mail.md §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has taken it.
    New,
    /// Somebody has.
    Open,
    /// The customer has the word.
    Waiting,
    Snoozed,
    Closed,
}

impl State {
    /// Is there work in it?
    pub fn is_work(self) -> bool {
        matches!(self, State::New | State::Open)
    }
}

/// Somebody at the other end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correspondent {
    /// Lower case, without a display name.
    pub address: String,
    /// As the sender calls themselves; may be empty.
    pub name: String,
}

/// Something the office adds to a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: ItemId,
    pub conversation: ConversationId,
    /// The conversation's version with it; of a held reply: the latest its writer has seen.
    pub version: u64,
    pub kind: ItemKind,
    pub at: Timestamp,
    /// `None`: the office itself, or a program.
    pub person: Option<PersonId>,
    /// The recipients of a reply.
    pub to: Vec<Correspondent>,
    pub subject: String,
    pub text: String,
    /// Colleagues named with `@` in a note.
    pub mentions: Vec<PersonId>,
    /// What goes along with a reply.
    pub files: Vec<Upload>,
}

/// What an item is (INTERFACES.md §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// From the customer.
    Mail,
    /// From us, by hand: here, or in somebody's own mail program.
    Reply,
    AutoReply,
    Note,
}

/// A mail on its way out. The office has the word until it is [`SentState::Queued`], the mail desk after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub item: ItemId,
    pub conversation: ConversationId,
    pub state: SentState,
    /// Not before this instant.
    pub due_at: Timestamp,
}

/// How far an outward mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentState {
    /// May still be taken back, or goes later.
    Held,
    Queued,
    /// A server has it in hand at this moment.
    Sending,
    Sent,
    /// No server takes it: somebody must look.
    Failed,
    /// It may have arrived: goes again only after a look at the Sent folder, or a person's yes.
    Unsure,
    /// Taken back.
    Undone,
}

/// Which items go from one conversation to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moving {
    /// All of them: two conversations are one.
    All,
    /// Those that came from there: they are two again.
    Home,
    These(Vec<ItemId>),
}

impl Conversation {
    /// The state of work: taken or not.
    pub fn work_state(&self) -> State {
        if self.assigned.is_some() { State::Open } else { State::New }
    }

    /// Does the customer wait for an answer?
    pub fn is_owed(&self) -> bool {
        self.state.is_work() && self.owed_since.is_some()
    }
}
