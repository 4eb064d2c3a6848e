//! Pure. The shared mailbox: who has which conversation, what is owed, what may be sent (spec/mail.md §3).
//!
//! The store has every mail before it is announced here; the office decides what follows. Conversations
//! with work in them are in memory, and those closed lately; of others whoever asks hands in what the store
//! has.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod board;
mod calling;
mod conversation;
mod files;
mod forget;
mod orders;
mod send;
mod spoken;
mod targets;

pub use board::{Doing, MailBoard, MailboxRow, Mention, PRESENT_MAX, Present};
pub use calling::CallMe;
pub use conversation::{
    Conversation, Correspondent, Item, ItemKind, Moving, Outgoing, SentState, Settled, State,
};
pub use files::{Begun, Draft, FILES_BYTES_MAX, FILES_MAX, Place, Upload, Writing, goes_with};
pub use orders::{Order, TEXT_BYTES_MAX};
pub(super) use send::Pledge;
pub use send::{NewMail, Posted, Reply};
pub use targets::first_reply_due;

use super::memory::Change;
use super::timers::Timer;
use super::{Action, Office};
use crate::ids::{CallId, ConversationId, ItemId, MailboxId, PersonId};
use crate::time::Tick;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Conversations in memory. What is beyond stays in the lists of the screens, without board and reminders.
pub const KEPT_MAX: usize = 20_000;
/// Merges one after another that are followed from a conversation to where it goes on.
pub const MERGES_MAX: u32 = 1_000;
/// Closed ones among them, the latest.
const CLOSED_KEPT: usize = 1_000;

/// A mail that the store has.
#[derive(Clone, Debug, PartialEq)]
pub struct MailCame {
    pub item: ItemId,
    /// When the server had it.
    pub at: Timestamp,
    pub way: Way,
    /// When the customer first wrote after it, as far as the store knows.
    pub wrote_since: Option<Timestamp>,
    /// Its conversation as the store has it.
    pub conversation: Conversation,
    /// What the sender is told at once (spec/mail.md §4).
    pub auto_reply: Option<AutoReply>,
    /// The sender wants to be called.
    pub call_me: Option<CallMe>,
    /// The customer answers with "STOP" (spec/callback.md §7).
    pub stop: bool,
}

/// Who wrote a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Somebody outside.
    In,
    /// One of us, in another mail program.
    Out,
}

/// What a sender is told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoReply {
    pub to: Correspondent,
    pub subject: String,
    pub text: String,
}

/// How a mailbox is (spec/mail.md §1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxNews {
    /// The server was asked, and there is nothing we do not have: what stopped that is over, but for a full
    /// mailbox and a grant that ends.
    Checked(Timestamp),
    /// So many of so many mails of the first connection are here.
    Fetching { done: usize, of: usize },
    /// It does not work.
    Trouble(MailTrouble),
    /// A mail was sent: whatever stopped that is over.
    Sends,
    /// There is room in it again.
    QuotaWell,
}

/// Which half of a mailbox something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailSide {
    Fetching,
    Sending,
}

/// Why a mailbox does not work: a code for the words, and what the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTrouble {
    pub side: MailSide,
    /// A key of the alarms' texts.
    pub code: &'static str,
    pub detail: String,
}

/// The inbox's memory.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    all: BTreeMap<ConversationId, Conversation>,
    /// Closed ones in the order they were closed.
    closed: VecDeque<ConversationId>,
    held: BTreeMap<ItemId, (Outgoing, Item)>,
    /// Who asked to be called by mail: the conversation, and what they are told once it is promised.
    wishes: BTreeMap<CallId, (ConversationId, CallMe)>,
    /// Who waits for a call they asked for by mail, by address.
    awaited: BTreeMap<String, CallId>,
    /// Colleagues who were named in a note and have not looked since, by whom.
    mentions: BTreeMap<(ConversationId, PersonId), Mention>,
    /// Answers that somebody has begun; beyond a bound only the store has them.
    drafts: BTreeSet<(ConversationId, PersonId)>,
    /// Talks that writers were told of.
    told_of_talk: BTreeSet<(ConversationId, CallId)>,
    /// Answers that wait for the store.
    pledges: BTreeMap<crate::ids::Receipt, send::Pledge>,
    present: BTreeMap<(ConversationId, PersonId), (Doing, Tick)>,
    mailboxes: BTreeMap<MailboxId, board::Mailbox>,
    looks_at: Option<Tick>,
    gone: forget::Gone,
    last_conversation: u64,
    last_item: u64,
    /// Moves with every change of a list.
    version: u64,
}

/// Answers begun, who was named in a note, and who waits for a call they asked for by mail.
type Pending = (Vec<(ConversationId, PersonId)>, Vec<Mention>, Vec<(String, CallId)>);

impl Office {
    /// What the store remembers.
    pub(super) fn restore_inbox(
        &mut self,
        open: Vec<Conversation>,
        held: Vec<(Outgoing, Item)>,
        (drafts, mentions, awaited): Pending,
        last: (u64, u64),
    ) {
        self.inbox.drafts = drafts.into_iter().collect();
        self.inbox.awaited = awaited.into_iter().collect();
        let mentions = mentions.into_iter().map(|one| ((one.conversation, one.person.clone()), one));
        self.inbox.mentions = mentions.collect();
        (self.inbox.last_conversation, self.inbox.last_item) = (last.0 | 1, last.1 | 1);
        self.inbox.all = open.into_iter().map(|one| (one.id, one)).collect();
        self.inbox.held = held.into_iter().map(|(outgoing, item)| (item.id, (outgoing, item))).collect();
        // Looked at with the first input: nothing can be asked for before it.
        if !self.inbox.all.is_empty() || !self.inbox.held.is_empty() {
            self.inbox.looks_at = Some(self.now.tick);
            self.timers.set(self.now.tick, Timer::LookAtMail);
        }
    }

    /// A mail that the store has, told once.
    pub(super) fn on_mail(&mut self, came: MailCame) {
        let MailCame { item, at, way, wrote_since, conversation, auto_reply, call_me, stop } = came;
        if self.inbox.is_mail_gone(item, conversation.id) {
            return;
        }
        let id = self.know(conversation);
        let Some(known) = self.inbox.all.get_mut(&id) else { return };
        known.version += 1;
        known.last_at = known.last_at.max(at);
        let version = known.version;
        let blocked = way == Way::In && self.is_writer_blocked(id);
        let stopped = if stop && !blocked { self.stops_a_call(id) } else { None };
        match way {
            Way::In if blocked || stopped.is_some() => self.put_into(id, State::Closed),
            Way::In => self.now_owed(id, at),
            Way::Out => match wrote_since {
                Some(later) => self.answered_before(id, later),
                None => self.now_answered(id),
            },
        }
        self.act(Action::Save(Change::Noted { item, version }));
        self.keep(id);
        if let Some(call) = stopped {
            return self.note_stopped(id, call);
        }
        if let Some(reply) = auto_reply.filter(|_| !blocked) {
            self.auto_reply(id, reply);
        }
        if let Some(wish) = call_me.filter(|_| !blocked) {
            self.call_as_written(id, at, wish);
        }
        self.look_at_mail();
    }

    /// Blocked: their mails arrive closed, and nothing is answered.
    fn is_writer_blocked(&self, id: ConversationId) -> bool {
        let address = self.inbox.all.get(&id).map(|known| known.customer.address.as_str());
        address.is_some_and(|address| self.customers.is_address_blocked(address, self.now.wall))
    }

    /// Takes a conversation into memory unless it is there, or has gone on in another; the one it is in.
    fn know(&mut self, conversation: Conversation) -> ConversationId {
        let id = conversation.id;
        self.inbox.all.entry(id).or_insert(conversation);
        self.gone_on(id)
    }

    /// Where a conversation goes on after all its merges, as far as they are in memory.
    fn gone_on(&self, id: ConversationId) -> ConversationId {
        let next = |id: &ConversationId| {
            let into = self.inbox.all.get(id)?.merged_into?;
            self.inbox.all.contains_key(&into).then_some(into)
        };
        let way = std::iter::successors(Some(id), next).take(MERGES_MAX as usize);
        way.last().unwrap_or(id)
    }

    /// The customer wrote: work again, whatever it was before.
    fn now_owed(&mut self, id: ConversationId, at: Timestamp) {
        let due_at = self.first_reply_due(id, at);
        let Some(known) = self.inbox.all.get_mut(&id) else { return };
        if known.owed_since.is_none() {
            (known.owed_since, known.due_at) = (Some(at), due_at);
        }
        (known.state, known.snoozed_until) = (known.work_state(), None);
    }

    /// One of us wrote: the customer has the word.
    fn now_answered(&mut self, id: ConversationId) {
        let Some(known) = self.inbox.all.get_mut(&id) else { return };
        (known.owed_since, known.due_at, known.settled) = (None, None, None);
        if known.state != State::Closed {
            (known.state, known.snoozed_until) = (State::Waiting, None);
        }
    }

    /// One of us wrote before the customer's latest mails: what came before is answered, they are not.
    fn answered_before(&mut self, id: ConversationId, later: Timestamp) {
        let Some(known) = self.inbox.all.get(&id) else { return };
        if known.owed_since.is_none_or(|since| since >= later) {
            return;
        }
        let due_at = self.first_reply_due(id, later);
        if let Some(known) = self.inbox.all.get_mut(&id) {
            (known.owed_since, known.due_at) = (Some(later), due_at);
        }
    }

    /// Writes a conversation down as it stands; closed ones leave the memory in the end.
    fn keep(&mut self, id: ConversationId) {
        let Some(known) = self.inbox.all.get(&id) else { return };
        let change = Change::Conversation(Box::new(known.clone()));
        if known.state == State::Closed {
            self.inbox.closed.push_back(id);
        }
        self.act(Action::Save(change));
        self.let_go(id);
        self.list_of_mail_changed();
    }

    /// Keeps the memory within its bounds: those closed longest ago go first, then those that wait.
    fn let_go(&mut self, but: ConversationId) {
        while self.inbox.closed.len() > CLOSED_KEPT {
            let Some(oldest) = self.inbox.closed.pop_front() else { break };
            let again = self.inbox.closed.contains(&oldest);
            if !again && self.inbox.all.get(&oldest).is_some_and(|one| one.state == State::Closed) {
                self.inbox.all.remove(&oldest);
            }
        }
        if self.inbox.all.len() > KEPT_MAX {
            let others = self.inbox.all.values().filter(|one| one.id != but);
            let oldest = others.min_by_key(|one| (one.state.is_work(), one.last_at)).map(|one| one.id);
            oldest.map(|id| self.inbox.all.remove(&id));
        }
    }

    /// A list of the inbox is worth fetching again.
    pub(super) fn list_of_mail_changed(&mut self) {
        self.inbox.version += 1;
        self.changed();
    }

    fn next_item(&mut self) -> ItemId {
        self.inbox.last_item += 2;
        ItemId(self.inbox.last_item)
    }

    /// Adds a note of the office's own or of a person's.
    fn add_note(&mut self, id: ConversationId, by: Option<PersonId>, text: String) -> Option<ItemId> {
        let item = self.next_item();
        let mentions = self.mentioned(&text);
        let known = self.inbox.all.get_mut(&id)?;
        known.version += 1;
        known.last_at = self.now.wall;
        let note = Item {
            id: item,
            conversation: id,
            version: known.version,
            kind: ItemKind::Note,
            at: self.now.wall,
            person: by,
            to: Vec::new(),
            subject: String::new(),
            text,
            mentions,
            files: Vec::new(),
        };
        self.call_up(&note);
        self.act(Action::Save(Change::Item(Box::new(note))));
        self.keep(id);
        Some(item)
    }

    /// Colleagues whose id or first name follows an `@`.
    fn mentioned(&self, text: &str) -> Vec<PersonId> {
        let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '-' | '_' | '.')));
        let named: Vec<String> = words
            .filter_map(|word| word.strip_prefix('@'))
            .map(|word| word.trim_end_matches(['.', '-']).to_lowercase())
            .collect();
        let people = self.directory.settings.people.iter();
        let is_named = |name: &str| named.iter().any(|one| *one == name.to_lowercase());
        people
            .filter(|person| {
                is_named(person.id.as_str()) || person.name.split_whitespace().next().is_some_and(is_named)
            })
            .map(|person| person.id.clone())
            .collect()
    }
}
