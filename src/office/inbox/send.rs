//! Pure. Replies: what the writer has not seen stops them, they can be taken back for ten seconds, or go
//! later; the mail desk sends what is queued (spec/mail.md §3, §5).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::files::are_fit;
use super::orders::is_text;
use super::{AutoReply, Conversation, Correspondent, Item, ItemKind, Outgoing, SentState, State, Upload};
use crate::ids::{ConversationId, GroupId, ItemId, MailboxId, Receipt, Ticket};
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::memory::Change;
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::{SignedDuration, Timestamp};

/// A reply can be taken back for so long.
const UNDO: SignedDuration = SignedDuration::from_secs(10);
/// A subject is no longer.
const SUBJECT_BYTES_MAX: usize = 1_000;
/// Of a conversation in which only our first mail stands.
const FIRST_VERSION: u64 = 2;
/// Replies that are held at once.
const HELD_MAX: usize = 1_000;

/// What somebody wants to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub text: String,
    /// The conversation's version the writer saw.
    pub seen: u64,
    /// `None`: to the customer.
    pub to: Option<Vec<Correspondent>>,
    /// Not before this instant.
    pub later: Option<Timestamp>,
    /// Files of the writer's draft that go along, in this order.
    pub files: Vec<Upload>,
}

/// What somebody writes first.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMail {
    pub mailbox: MailboxId,
    pub to: Vec<Correspondent>,
    pub subject: String,
    pub text: String,
    /// Not before this instant.
    pub later: Option<Timestamp>,
    /// Files of what was begun that go along, in this order.
    pub files: Vec<Upload>,
}

/// What became of an outward mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    Sent,
    /// No server takes it, or nobody knows whether it arrived: somebody must look.
    Failed {
        /// The key of the sentence that says so.
        key: &'static str,
        /// To whom it should go.
        to: String,
        /// The server's sentence; may be empty.
        said: String,
    },
}

/// What waits for the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::office) enum Pledge {
    /// The writer is told that it will be sent.
    Reply(Ticket, ConversationId, ItemId),
    /// The mail desk is told to send it.
    Queued(ItemId),
    /// Whoever asked is told that it is done.
    Done(Ticket, Done),
}

impl Office {
    /// `POST /conversations/{id}/reply`; answered when it is on the disk.
    pub(in crate::office) fn reply_to_mail(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        known: Conversation,
        reply: Reply,
    ) {
        if who.role != Role::Viewer {
            let id = known.id;
            self.inbox.all.entry(id).or_insert_with(|| known.clone());
            self.tell_of_colleague(id, who.person.as_ref());
        }
        match self.hold_reply(who, known, reply) {
            Ok(held) => self.keep_held(ticket, held),
            Err(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
        }
    }

    fn keep_held(&mut self, ticket: Ticket, (outgoing, item): (Outgoing, Item)) {
        let id = item.id;
        let pledge = Pledge::Reply(ticket, item.conversation, id);
        self.keep_then(pledge, Change::Sending(Box::new((outgoing.clone(), item.clone()))));
        self.inbox.held.insert(id, (outgoing, item));
        self.look_at_mail();
    }

    /// `POST /conversations`: we write first, and the customer has the word; it can be taken back as a reply can.
    pub(in crate::office) fn write_new_mail(&mut self, ticket: Ticket, who: &Actor, mail: NewMail) {
        let known = self.directory.settings.mailboxes.iter().find(|known| known.id == mail.mailbox);
        let is_fit = !mail.subject.trim().is_empty() && mail.subject.len() <= SUBJECT_BYTES_MAX;
        let (Some(mailbox), Some(customer), true) = (known, mail.to.first().cloned(), is_fit) else {
            return self.act(Action::Reply { ticket, result: Err(Refusal::BadText) });
        };
        let group = mailbox.group.clone();
        let begun = self.begun(mail.mailbox, group, mail.subject, customer);
        let new = Conversation { state: State::Waiting, assigned: who.person.clone(), ..begun };
        let id = new.id;
        let NewMail { text, to, later, files, .. } = mail;
        let reply = Reply { text, seen: new.version, to: Some(to), later, files };
        match self.hold_reply(who, new, reply) {
            Ok(held) => self.keep_held(ticket, held),
            Err(refusal) => {
                self.inbox.all.remove(&id);
                self.act(Action::Reply { ticket, result: Err(refusal) });
            }
        }
    }

    /// An exchange that we begin; closed, until somebody has work of it.
    fn begun(
        &mut self,
        mailbox: MailboxId,
        group: GroupId,
        subject: String,
        customer: Correspondent,
    ) -> Conversation {
        self.inbox.last_conversation += 2;
        Conversation {
            id: ConversationId(self.inbox.last_conversation),
            version: 1,
            state: State::Closed,
            mailbox,
            group,
            subject,
            customer,
            assigned: None,
            owed_since: None,
            due_at: None,
            snoozed_until: None,
            last_at: self.now.wall,
            merged_into: None,
            settled: None,
            awaits: None,
        }
    }

    /// The office writes first, by itself: nobody has work of it unless it is answered.
    pub(in crate::office) fn write_by_itself(
        &mut self,
        mailbox: MailboxId,
        group: GroupId,
        mail: AutoReply,
    ) -> Option<ItemId> {
        let new = self.begun(mailbox, group, mail.subject.clone(), mail.to.clone());
        let id = new.id;
        self.inbox.all.insert(id, new);
        self.keep(id);
        self.auto_reply(id, mail)
    }

    fn hold_reply(
        &mut self,
        who: &Actor,
        known: Conversation,
        reply: Reply,
    ) -> Result<(Outgoing, Item), Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        let id = known.id;
        if self.inbox.is_gone(&known) {
            return Err(Refusal::NoSuchConversation);
        }
        self.inbox.all.entry(id).or_insert(known);
        let text = is_text(reply.text)?;
        are_fit(&reply.files)?;
        if let Some(later) = reply.later {
            self.is_later(later)?;
        }
        if self.inbox.held.len() >= HELD_MAX || !self.keeps_promises() {
            return Err(Refusal::NotKept);
        }
        let known = self.inbox.all.get(&id).ok_or(Refusal::NoSuchConversation)?;
        if known.merged_into.is_some() {
            return Err(Refusal::NotNow);
        }
        if known.version > reply.seen {
            return Err(Refusal::Unseen { version: known.version });
        }
        let wall = self.now.wall;
        let undo_until = wall.checked_add(UNDO).map_err(|_| Refusal::BadTime)?;
        let due_at = reply.later.map_or(undo_until, |later| later.max(undo_until));
        let item = self.next_item();
        let known = self.inbox.all.get_mut(&id).ok_or(Refusal::NoSuchConversation)?;
        (known.version, known.last_at) = (known.version + 1, wall);
        if known.assigned.is_none() {
            known.assigned = who.person.clone();
        }
        if known.state.is_work() {
            known.state = known.work_state();
        }
        let item = Item {
            id: item,
            conversation: id,
            version: known.version,
            kind: ItemKind::Reply,
            at: wall,
            person: who.person.clone(),
            to: reply.to.unwrap_or_else(|| vec![known.customer.clone()]),
            subject: known.subject.clone(),
            text,
            mentions: Vec::new(),
            files: reply.files,
        };
        self.keep(id);
        self.stays_seen(id, |held| held.person.is_some() && held.person == item.person);
        let outgoing = Outgoing { item: item.id, conversation: id, state: SentState::Held, due_at };
        Ok((outgoing, item))
    }

    pub(in crate::office) fn keep_then(&mut self, pledge: Pledge, change: Change) {
        if matches!(pledge, Pledge::Done(..)) {
            // It is done here, whatever the disk says now: a row that was refused is written when it can be.
            self.act(Action::Save(change.clone()));
        }
        let receipt = self.save_then(change);
        self.inbox.pledges.insert(receipt, pledge);
    }

    /// The store's answer, or the end of its time to give one.
    pub(in crate::office) fn on_mail_receipt(&mut self, receipt: Receipt, kept: bool) {
        match (self.inbox.pledges.remove(&receipt), kept) {
            (None, _) => {}
            (Some(Pledge::Reply(ticket, conversation, item)), true) => {
                self.act(Action::Reply { ticket, result: Ok(Done::Mail(conversation, item)) });
            }
            (Some(Pledge::Reply(ticket, conversation, item)), false) => {
                self.withdraw_reply(item);
                self.drop_if_not_begun(conversation);
                self.act(Action::Reply { ticket, result: Err(Refusal::NotKept) });
            }
            (Some(Pledge::Done(ticket, done)), true) => self.act(Action::Reply { ticket, result: Ok(done) }),
            (Some(Pledge::Done(ticket, _)), false) => {
                self.act(Action::Reply { ticket, result: Err(Refusal::KeptLater) });
            }
            // The mail desk looks by itself now and then; a queue that was not written is written later.
            (Some(Pledge::Queued(item)), kept) => {
                self.letter_answered(item, kept);
                self.act(Action::Post { item });
            }
        }
    }

    /// It is not sent, whatever the store has of it.
    pub(super) fn withdraw_reply(&mut self, item: ItemId) -> Option<Item> {
        let (outgoing, item) = self.inbox.held.remove(&item)?;
        self.act(Action::Save(Change::Outgoing(Outgoing { state: SentState::Undone, ..outgoing })));
        Some(item)
    }

    /// Undo: the text is the writer's draft again.
    pub(super) fn take_back(&mut self, who: &Actor, item: ItemId) -> Result<(), Refusal> {
        let (_, held) = self.inbox.held.get(&item).ok_or(Refusal::TooLate)?;
        let may = who.person == held.person || matches!(who.role, Role::Owner | Role::Lead);
        if !may {
            return Err(Refusal::NotAllowed);
        }
        self.back_to_draft(item);
        Ok(())
    }

    fn back_to_draft(&mut self, item: ItemId) -> Option<ConversationId> {
        let Item { id, conversation, person, text, .. } = self.withdraw_reply(item)?;
        let conversation = self.gone_on(conversation);
        if let Some(person) = person {
            self.note_draft(conversation, &person, false);
            self.act(Action::Save(Change::DraftAgain { item: id, conversation, person, text }));
        }
        if let Some(known) = self.inbox.all.get_mut(&conversation).filter(|known| is_not_begun(known)) {
            known.state = known.work_state(); // the draft is somebody's work
        }
        self.keep(conversation);
        Some(conversation)
    }

    /// A first mail that the disk did not take has begun nothing.
    fn drop_if_not_begun(&mut self, id: ConversationId) {
        let holds = |(outgoing, _): &(Outgoing, Item)| outgoing.conversation == id;
        if self.inbox.all.get(&id).is_some_and(is_not_begun) && !self.inbox.held.values().any(holds) {
            self.inbox.all.remove(&id);
            self.act(Action::Save(Change::NoConversation(id)));
            self.list_of_mail_changed();
        }
    }

    /// What just moved the version is nothing new to the writers of these held replies: those who had seen all
    /// before it have seen all with it (spec/mail.md §3).
    pub(super) fn stays_seen(&mut self, id: ConversationId, by: impl Fn(&Item) -> bool) {
        let Some(version) = self.inbox.all.get(&id).map(|known| known.version) else { return };
        let held = self.inbox.held.values_mut().map(|(_, item)| item);
        let current = held.filter(|item| item.conversation == id && item.version + 1 == version && by(item));
        let notes: Vec<Change> = current
            .map(|item| {
                item.version = version;
                Change::Noted { item: item.id, version }
            })
            .collect();
        notes.into_iter().for_each(|note| self.act(Action::Save(note)));
    }

    /// A note of the office's own: it tells of work, and stops no reply.
    pub(super) fn add_own_note(&mut self, id: ConversationId, text: String) {
        self.add_note(id, None, text);
        self.stays_seen(id, |_| true);
    }

    /// Its time has come: it goes, unless something arrived meanwhile that its writer has not seen. Then the
    /// note says what was not sent: the draft may be written over.
    pub(super) fn release(&mut self, id: ItemId) {
        let Some((outgoing, item)) = self.inbox.held.get(&id).cloned() else { return };
        let conversation = item.conversation;
        let version = self.inbox.all.get(&conversation).map(|known| known.version);
        if version.is_some_and(|version| version != item.version) {
            let Some(conversation) = self.back_to_draft(id) else { return };
            let language = self.directory.settings.office.language;
            let why = crate::i18n::say(language, "mail.not-sent-unseen", &[]);
            self.add_own_note(conversation, format!("{why}\n\n{}", item.text));
            return;
        }
        self.inbox.held.remove(&id);
        self.now_answered(conversation);
        self.keep(conversation);
        let queued = Outgoing { state: SentState::Queued, due_at: self.now.wall, ..outgoing };
        self.keep_then(Pledge::Queued(id), Change::Outgoing(queued));
    }

    /// Somebody said yes to sending it once more; the store knows whether it failed.
    pub(super) fn send_again(&mut self, conversation: ConversationId, item: ItemId) {
        let outgoing = Outgoing { item, conversation, state: SentState::Queued, due_at: self.now.wall };
        self.now_answered(conversation);
        self.keep(conversation);
        self.keep_then(Pledge::Queued(item), Change::Outgoing(outgoing));
    }

    /// What a sender is told at once: visible in the conversation, and no answer to them.
    pub(super) fn auto_reply(&mut self, id: ConversationId, reply: AutoReply) -> Option<ItemId> {
        let item = self.next_item();
        let known = self.inbox.all.get(&id)?;
        let item = Item {
            id: item,
            conversation: id,
            version: known.version,
            kind: ItemKind::AutoReply,
            at: self.now.wall,
            person: None,
            to: vec![reply.to],
            subject: reply.subject,
            text: reply.text,
            mentions: Vec::new(),
            files: Vec::new(),
        };
        let due_at = self.now.wall;
        let outgoing = Outgoing { item: item.id, conversation: id, state: SentState::Queued, due_at };
        let id = item.id;
        self.keep_then(Pledge::Queued(id), Change::Sending(Box::new((outgoing, item))));
        Some(id)
    }

    /// The mail desk says what became of an outward mail: what failed is work again, and says why.
    pub(in crate::office) fn on_posted(&mut self, conversation: Conversation, how: Posted) {
        if self.inbox.is_gone(&conversation) {
            return;
        }
        let id = self.know(conversation);
        let wall = self.now.wall;
        let Posted::Failed { key, to, said } = how else { return self.keep(id) };
        if let Some(known) = self.inbox.all.get_mut(&id) {
            known.owed_since.get_or_insert(wall);
            known.due_at = Some(wall);
            (known.state, known.snoozed_until) = (known.work_state(), None);
        }
        let language = self.directory.settings.office.language;
        let text = crate::i18n::say(language, key, &[("to", to), ("said", said)]);
        self.add_note(id, None, text);
    }
}

/// Does nothing but our first mail stand in it? What we begin has an odd number, and waits for the customer.
fn is_not_begun(known: &Conversation) -> bool {
    known.id.0 % 2 == 1 && known.state == State::Waiting && known.version == FIRST_VERSION
}
