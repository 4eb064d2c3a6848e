//! Pure. Facts to keep, and what is told back after a restart.
//!
//! Every change carries the whole new value of one row, so a later one may replace an earlier one
//! that was not written yet, and a repeated one does no harm.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::contact::{Contact, Happened, Outcome, StoryLine};
use super::customers::{Note, card::Customer, forget::Receipt};
use super::inbox::{Begun, Conversation, Item, Mention, Moving, Outgoing, Place, Upload};
use super::queue::talks::Talk;
use super::{Action, Office, SentOn};
use crate::ids::{CallId, ConversationId, GroupId, ItemId, PersonId};
use crate::number::Number;
use crate::office::board::PersonState;
use crate::office::promise::Callback;
use jiff::Timestamp;

/// A fact, past tense. Only `store` knows tables.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A contact as it stands.
    Contact(Box<Contact>),
    /// What a person chose or came to be: kept so that a restart finds it.
    Person { person: PersonId, memory: PersonMemory },
    /// The overrides as they stand, all of them.
    Overrides(Vec<Override>),
    /// Where callers go of groups that nobody is in, all of them.
    SentOn(Vec<SentOn>),
    /// A conversation as it stands.
    Conversation(Box<Conversation>),
    /// A note as it stands.
    Item(Box<Item>),
    /// A reply with its place in the outbox.
    Sending(Box<(Outgoing, Item)>),
    /// A place in the outbox; one the mail desk has in hand, or is done with, stays as it is.
    Outgoing(Outgoing),
    /// The conversation's version a mail made that the office has taken note of, or the writer of a held
    /// reply has seen.
    Noted { item: ItemId, version: u64 },
    /// Items went from one conversation to another.
    Moved { from: ConversationId, to: ConversationId, what: Moving },
    /// A mail that answers none, as somebody has begun it.
    Begun { person: PersonId, at: Timestamp, begun: Box<Begun> },
    /// Neither it nor the files that were put to it.
    NotBegun { person: PersonId, id: String },
    /// A file that somebody has put to what they write.
    Upload { person: PersonId, at: Timestamp, place: Place, upload: Box<Upload> },
    /// Not this file, unless it has gone along with a reply.
    NoUpload { person: PersonId, id: String },
    /// What somebody has written so far; empty: nothing.
    Draft { conversation: ConversationId, person: PersonId, text: String },
    /// A reply that is not sent is a draft again, below what its writer has written since.
    DraftAgain { item: ItemId, conversation: ConversationId, person: PersonId, text: String },
    /// A customer as they stand.
    Customer(Box<Customer>),
    /// A note on one.
    CustomerNote(Box<Note>),
    /// What a receipt names is forgotten.
    Forgotten(Box<Receipt>),
    /// Somebody was named in a note; `None`: they have looked.
    Mention { conversation: ConversationId, person: PersonId, note: Option<Mention> },
    /// A conversation that never began.
    NoConversation(ConversationId),
    /// A reply to be used again, by its name; `None`: not any more.
    SavedReply { name: String, text: Option<String> },
}

/// What is remembered of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonMemory {
    /// Available, paused or off; ringing and talking are not remembered.
    pub state: PersonState,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
    pub reason: Option<String>,
    /// End of the last conversation, for "longest idle".
    pub last_talked_at: Option<Timestamp>,
    /// Calls not answered in a row (spec/hunt-groups.md §4).
    pub misses: u32,
}

/// The owner's word over the opening hours; always with an end (INTERFACES.md §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// `None`: the whole office.
    pub group: Option<GroupId>,
    pub kind: OverrideKind,
    pub until: Timestamp,
}

/// Open or closed, whatever the hours say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideKind {
    Open,
    Closed,
}

/// What the store tells the office at start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    pub people: Vec<(PersonId, PersonMemory)>,
    /// Contacts without an end: cut by a power failure or a crash.
    pub open_contacts: Vec<Contact>,
    /// Today's ended contacts, for the board's day counters.
    pub today: Vec<Contact>,
    /// Contacts that started since [`super::owed::since`] and say who is owed a call.
    pub owing: Vec<Contact>,
    /// The latest talk with each number since then, and when it began.
    pub talked: Vec<(CallId, Number, Timestamp)>,
    /// Contacts with an open or unfinished promise (a callback, a message not listened to).
    pub promised: Vec<Contact>,
    /// Callbacks that say whether a number may be promised another ([`super::callback::measured_since`]).
    pub measured: Vec<Callback>,
    /// "Closed until", "open until".
    pub overrides: Vec<Override>,
    /// Where callers go of groups that nobody was in.
    pub sent_on: Vec<SentOn>,
    /// Talks with customers that ended since [`super::queue::talks::since`], oldest first.
    pub talks: Vec<Talk>,
    /// The highest numbers ever given, so that none is used twice.
    pub last_call: u64,
    pub last_leg: u64,
    /// Conversations that are not closed.
    pub conversations: Vec<Conversation>,
    /// Replies that were not queued yet.
    pub held: Vec<(Outgoing, Item)>,
    /// Who was named in a note and has not looked since.
    pub mentions: Vec<Mention>,
    /// Who has begun an answer, and in which conversation.
    pub drafts: Vec<(ConversationId, PersonId)>,
    /// Who asked by mail for a call that is promised still, by address.
    pub awaited: Vec<(String, CallId)>,
    /// The highest numbers ever given to conversations and items.
    pub last_conversation: u64,
    pub last_item: u64,
    pub customers: Vec<Customer>,
    pub last_customer: u64,
}

impl Office {
    /// Today's figures, and the contacts that were cut.
    pub(super) fn restore_contacts(&mut self, memory: Memory) {
        for contact in &memory.today {
            let within = self.target_of(contact.group.as_ref());
            self.day.count(contact, &self.directory.settings.office.time_zone, within);
        }
        self.restore_spending(&memory.today);
        for (id, number, at) in memory.talked {
            self.day.owing.talked(id, number, at);
        }
        self.day.owing.restore(&memory.owing, &self.customers);
        self.restore_rules(&memory.measured);
        let open = memory.promised.iter().filter(|contact| super::messages::is_open(contact));
        self.messages = open.map(|contact| (contact.id, contact.clone())).collect();
        self.messages.values().for_each(|contact| self.register.file(contact));
        self.restore_promises(memory.promised);
        self.talks.extend(memory.talks);
        let closed = memory.open_contacts.into_iter();
        self.cut = closed.filter(|contact| !self.calls.contains_key(&contact.id)).collect();
    }

    /// Calls that a power failure cut are ours to answer for: they end as `failed_technical`.
    pub(super) fn close_cut_contacts(&mut self) {
        for mut contact in std::mem::take(&mut self.cut) {
            contact.ended_at = Some(self.now.wall);
            let asked = contact.callback.is_some();
            contact.outcome = Some(if asked { Outcome::CallbackRequested } else { Outcome::FailedTechnical });
            contact.callback = self.promise_to_cut(&contact);
            contact.story.push(StoryLine { at: self.now.wall, what: Happened::CutByPowerFailure });
            let within = self.target_of(contact.group.as_ref());
            self.day.count(&contact, &self.directory.settings.office.time_zone, within);
            self.day.owing.take(&contact, &self.customers);
            self.act(Action::Save(Change::Contact(Box::new(contact.clone()))));
            self.stand_again(contact);
            self.changed();
        }
    }
}
