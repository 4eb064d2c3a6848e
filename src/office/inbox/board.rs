//! Pure. What the screens see of the mailbox at a glance: debts, who is in which conversation, and how the
//! mailboxes are.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Item, MailSide, MailTrouble, MailboxNews, State};
use crate::ids::{ConversationId, ItemId, MailboxId, PersonId};
use crate::office::board::Alarm;
use crate::office::memory::Change;
use crate::office::{Action, Office};
use crate::time::Now;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// Without a word for so long somebody has left a conversation.
const PRESENT_FOR: Duration = Duration::from_secs(30);
/// The code of a full mailbox.
const QUOTA: &str = "mail.quota_full";
/// Troubles that a log-in that works says nothing about.
const STAYING: &[&str] = &[QUOTA, "mail.grant_ends"];
/// Entries of who is where; beyond it newcomers are not shown.
pub const PRESENT_MAX: usize = 1_000;

/// The mailbox in the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MailBoard {
    /// Moves when a list is worth fetching again.
    pub version: u64,
    pub unassigned: usize,
    /// Arrival of the oldest mail without an answer.
    pub oldest_at: Option<Timestamp>,
    pub overdue: usize,
    /// Conversations that wait for an answer of ours, late ones among them.
    pub owed: usize,
    /// The next of them that becomes late.
    pub next_due_at: Option<Timestamp>,
    pub present: Vec<Present>,
    pub mentions: Vec<Mention>,
    pub mailboxes: Vec<MailboxRow>,
}

/// Somebody is in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    pub conversation: ConversationId,
    pub person: PersonId,
    pub doing: Doing,
}

/// Somebody was named in a note with `@` and has not looked at it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub conversation: ConversationId,
    pub person: PersonId,
    /// The note, and who wrote it.
    pub item: ItemId,
    pub by: Option<PersonId>,
}

/// Looking or writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doing {
    Looking,
    Writing,
}

/// One mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxRow {
    pub id: MailboxId,
    /// The last time its server was asked with success.
    pub checked_at: Option<Timestamp>,
    /// Of the first connection: so many of so many.
    pub fetching: Option<(usize, usize)>,
    /// A code of the alarms.
    pub trouble: Option<&'static str>,
}

/// What is known of a mailbox.
#[derive(Debug, Default)]
pub(in crate::office) struct Mailbox {
    checked_at: Option<Timestamp>,
    fetching: Option<(usize, usize)>,
    /// By their codes.
    troubles: BTreeMap<&'static str, (MailTrouble, Timestamp)>,
}

impl Mailbox {
    /// What stopped this half is over; a full mailbox and a grant that ends stay.
    fn works(&mut self, side: MailSide) {
        self.troubles.retain(|code, (trouble, _)| trouble.side != side || STAYING.contains(code));
    }
}

impl Office {
    /// How a mailbox is.
    pub(in crate::office) fn on_mailbox(&mut self, id: MailboxId, news: MailboxNews) {
        let wall = self.now.wall;
        let mailbox = self.inbox.mailboxes.entry(id).or_default();
        match news {
            MailboxNews::Checked(at) => {
                (mailbox.checked_at, mailbox.fetching) = (Some(at), None);
                mailbox.works(MailSide::Fetching);
            }
            MailboxNews::Fetching { done, of } => {
                mailbox.fetching = Some((done, of));
            }
            MailboxNews::Trouble(trouble) => {
                let since = mailbox.troubles.get(trouble.code).map_or(wall, |(_, since)| *since);
                mailbox.works(trouble.side); // another one took its place
                mailbox.troubles.insert(trouble.code, (trouble, since));
            }
            MailboxNews::Sends => mailbox.works(MailSide::Sending),
            MailboxNews::QuotaWell => drop(mailbox.troubles.remove(QUOTA)),
        }
        self.changed();
    }

    /// The alarms of the mailboxes that there are.
    pub(in crate::office) fn mailbox_alarms(&self) -> Vec<Alarm> {
        let rows = self.directory.settings.mailboxes.iter();
        let known = rows.filter_map(|one| Some((one, self.inbox.mailboxes.get(&one.id)?)));
        known
            .flat_map(|(one, mailbox)| {
                mailbox.troubles.values().map(|(trouble, since)| {
                    let parameters =
                        vec![("mailbox", one.address.clone()), ("detail", trouble.detail.clone())];
                    Alarm { code: trouble.code, parameters, since: *since }
                })
            })
            .collect()
    }

    /// How many conversations wait for an answer of ours.
    pub(in crate::office) fn mail_owed(&self) -> usize {
        self.inbox.all.values().filter(|one| one.is_owed()).count()
    }

    /// The mailbox for the screens.
    pub(in crate::office) fn mail_board(&self, now: Now) -> MailBoard {
        let owed = || self.inbox.all.values().filter(|one| one.is_owed());
        MailBoard {
            version: self.inbox.version,
            unassigned: self.inbox.all.values().filter(|one| one.state == State::New).count(),
            oldest_at: owed().filter_map(|one| one.owed_since).min(),
            overdue: owed().filter(|one| one.due_at.is_some_and(|due| due <= now.wall)).count(),
            owed: owed().count(),
            next_due_at: owed().filter_map(|one| one.due_at).filter(|due| *due > now.wall).min(),
            present: self.presence(),
            mentions: self.inbox.mentions.values().cloned().collect(),
            mailboxes: self.mailbox_rows(),
        }
    }

    fn presence(&self) -> Vec<Present> {
        let row = |((conversation, person), (doing, _)): (&(ConversationId, PersonId), &(Doing, _))| {
            Present { conversation: *conversation, person: person.clone(), doing: *doing }
        };
        self.inbox.present.iter().map(row).collect()
    }

    fn mailbox_rows(&self) -> Vec<MailboxRow> {
        let row = |one: &crate::settings::Mailbox| {
            let known = self.inbox.mailboxes.get(&one.id);
            MailboxRow {
                id: one.id.clone(),
                checked_at: known.and_then(|known| known.checked_at),
                fetching: known.and_then(|known| known.fetching),
                trouble: known
                    .and_then(|known| known.troubles.values().next())
                    .map(|(trouble, _)| trouble.code),
            }
        };
        self.directory.settings.mailboxes.iter().map(row).collect()
    }

    /// Somebody looks, writes, or has gone.
    pub(super) fn is_present(&mut self, id: ConversationId, person: PersonId, doing: Option<Doing>) {
        let key = (id, person);
        match doing {
            None => drop(self.inbox.present.remove(&key)),
            Some(doing) => {
                self.seen(&key);
                if self.inbox.present.len() < PRESENT_MAX {
                    self.inbox.present.insert(key, (doing, self.now.tick));
                }
            }
        }
        self.look_at_mail();
    }

    /// Who is named in a note hears of it until they look; beyond a bound only the note tells.
    pub(super) fn call_up(&mut self, note: &Item) {
        for person in note.mentions.iter().filter(|person| Some(*person) != note.person.as_ref()) {
            let key = (note.conversation, person.clone());
            if self.inbox.mentions.len() < PRESENT_MAX || self.inbox.mentions.contains_key(&key) {
                let (conversation, item, by) = (note.conversation, note.id, note.person.clone());
                let mention = Mention { conversation, person: person.clone(), item, by };
                self.keep_mention(&key, Some(mention.clone()));
                self.inbox.mentions.insert(key, mention);
            }
        }
    }

    fn seen(&mut self, key: &(ConversationId, PersonId)) {
        if self.inbox.mentions.remove(key).is_some() {
            self.keep_mention(key, None);
            self.changed();
        }
    }

    fn keep_mention(&mut self, (conversation, person): &(ConversationId, PersonId), note: Option<Mention>) {
        let (conversation, person) = (*conversation, person.clone());
        self.act(Action::Save(Change::Mention { conversation, person, note }));
    }

    /// Does this person write a mail?
    pub(in crate::office) fn is_writing(&self, person: &PersonId) -> bool {
        let mut present = self.inbox.present.iter();
        present.any(|((_, who), (doing, _))| who == person && *doing == Doing::Writing)
    }

    /// Who has not said a word for a while has gone.
    pub(super) fn forget_presence(&mut self) {
        let (tick, before) = (self.now.tick, self.inbox.present.len());
        self.inbox.present.retain(|_, (_, seen)| tick.since(*seen) < PRESENT_FOR);
        if self.inbox.present.len() != before {
            self.changed();
        }
    }

    /// When the first of those present counts as gone unless there is another word.
    pub(super) fn next_presence_end(&self) -> Option<Duration> {
        let ends = self.inbox.present.values().map(|(_, seen)| *seen + PRESENT_FOR);
        ends.min().map(|end| end.since(self.now.tick))
    }
}
