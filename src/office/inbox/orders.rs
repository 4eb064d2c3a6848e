//! Pure. What people do with a conversation: take it, give it, note, put off, close, join, part.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::send::{Pledge, Reply};
use super::{Conversation, Correspondent, Doing, Moving, State};
use crate::ids::{ConversationId, ItemId, PersonId, Ticket};
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::memory::Change;
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::{SignedDuration, Timestamp};

/// A reply, a note or a draft is no longer.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// The name of a reply to be used again is no longer.
const NAME_BYTES_MAX: usize = 200;
/// Nothing is put off, or sent, later than this.
const LATER_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What can be done with a conversation (INTERFACES.md §3).
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Mine, unless it is somebody else's.
    Claim,
    /// This person's; `None`: anybody's.
    Assign(Option<PersonId>),
    Note(String),
    Snooze(Timestamp),
    Close,
    Reopen,
    /// The asker looks, writes, or has gone.
    Present(Option<Doing>),
    /// What the asker has written so far; empty: nothing.
    Draft(String),
    Reply(Reply),
    /// Take back what was not sent yet.
    Undo(ItemId),
    /// A person's yes to sending once more what failed, or may have arrived.
    SendAgain(ItemId),
    /// Goes on in that one.
    Merge(Box<Conversation>),
    /// The merge was a mistake.
    Unmerge,
    /// These items are another matter, with this customer; undone by merging.
    Split(Vec<ItemId>, Correspondent),
}

impl Office {
    /// `POST /conversations/{id}/…`; answered when it is on the disk, so that who asks next sees it. What the
    /// disk refuses is done all the same, and written when it can be.
    pub(in crate::office) fn order_mail_then_reply(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        known: Conversation,
        order: Order,
    ) {
        let id = known.id;
        let passing = matches!(order, Order::Present(_) | Order::Draft(_));
        let result = self.order_mail(who, known, order);
        match result {
            Ok(done) if !passing => self.answer_when_kept(ticket, id, done),
            result => self.act(Action::Reply { ticket, result }),
        }
    }

    /// `POST /conversations/next`, likewise.
    pub(in crate::office) fn next_mail_then_reply(&mut self, ticket: Ticket, who: &Actor) {
        match self.next_mail(who) {
            Ok(Done::Conversation(id)) => self.answer_when_kept(ticket, id, Done::Conversation(id)),
            result => self.act(Action::Reply { ticket, result }),
        }
    }

    /// `PUT`, `DELETE /saved-replies/{name}`, likewise.
    pub(in crate::office) fn keep_saved_reply(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        name: String,
        text: Option<String>,
    ) {
        let too_long = text.as_ref().is_some_and(|text| is_text(text.clone()).is_err());
        let refusal = match who.role {
            Role::Viewer => Some(Refusal::NotAllowed),
            _ if too_long || name.trim().is_empty() || name.len() > NAME_BYTES_MAX => Some(Refusal::BadText),
            _ => None,
        };
        match refusal {
            Some(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
            None => self.keep_then(Pledge::Done(ticket, Done::Ok), Change::SavedReply { name, text }),
        }
    }

    fn answer_when_kept(&mut self, ticket: Ticket, id: ConversationId, done: Done) {
        match self.inbox.all.get(&id) {
            Some(known) => {
                let change = Change::Conversation(Box::new(known.clone()));
                self.keep_then(Pledge::Done(ticket, done), change);
            }
            None => self.act(Action::Reply { ticket, result: Ok(done) }),
        }
    }

    /// Does it, if it may be done. `known` is the conversation as the store has it; ours counts if we have it.
    fn order_mail(&mut self, who: &Actor, known: Conversation, order: Order) -> Result<Done, Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        if self.inbox.is_gone(&known) {
            return Err(Refusal::NoSuchConversation);
        }
        let id = known.id;
        match order {
            Order::Present(doing) => {
                let person = who.person.clone().ok_or(Refusal::NotAllowed)?;
                self.is_present(id, person, doing);
                return Ok(Done::Ok);
            }
            Order::Draft(text) => return self.draft(who, id, text).map(|()| Done::Ok),
            _ => {
                self.inbox.all.entry(id).or_insert(known);
            }
        }
        match order {
            Order::Claim => self.claim(who, id)?,
            Order::Assign(person) => self.assign(id, person)?,
            Order::Note(text) => {
                let text = is_text(text)?;
                let item = self.add_note(id, who.person.clone(), text).ok_or(Refusal::NoSuchConversation)?;
                self.stays_seen(id, |held| held.person.is_some() && held.person == who.person);
                return Ok(Done::Item(item));
            }
            Order::Snooze(until) => self.snooze(id, until)?,
            Order::Close => self.put_into(id, State::Closed),
            Order::Reopen => self.reopen_conversation(id)?,
            Order::Undo(item) => self.take_back(who, item)?,
            Order::SendAgain(item) => self.send_again(id, item),
            Order::Merge(into) => self.merge(id, *into)?,
            Order::Unmerge => self.unmerge(id)?,
            Order::Split(items, customer) => return self.split(id, items, customer),
            Order::Present(_) | Order::Draft(_) => {}
            Order::Reply(_) => return Err(Refusal::NotNow), // answered after it is kept
        }
        self.look_at_mail();
        Ok(Done::Ok)
    }

    /// "Next mail": the oldest by its target that nobody has, or that is the asker's own already.
    fn next_mail(&mut self, who: &Actor) -> Result<Done, Refusal> {
        let person = who.person.clone().filter(|_| who.role != Role::Viewer).ok_or(Refusal::NotAllowed)?;
        let groups = self.directory.groups_of(&person);
        let is_mine = |one: &Conversation| groups.is_empty() || groups.contains(&one.group);
        let is_free = |one: &Conversation| one.assigned.as_ref().is_none_or(|by| *by == person);
        let work = self.inbox.all.values().filter(|one| one.state.is_work() && is_free(one) && is_mine(one));
        let work = work.filter(|one| !self.another_writes(one.id, &person));
        let next = work.min_by_key(|one| {
            (one.due_at.unwrap_or(Timestamp::MAX), one.owed_since.unwrap_or(Timestamp::MAX), one.id)
        });
        let id = next.map(|one| one.id).ok_or(Refusal::NoMail)?;
        self.claim(who, id)?;
        Ok(Done::Conversation(id))
    }

    fn another_writes(&self, id: ConversationId, person: &PersonId) -> bool {
        let present = self.inbox.present.iter();
        present
            .filter(|((conversation, _), _)| *conversation == id)
            .any(|((_, by), (doing, _))| *doing == Doing::Writing && by != person)
    }

    fn claim(&mut self, who: &Actor, id: ConversationId) -> Result<(), Refusal> {
        let person = who.person.clone().ok_or(Refusal::NotAllowed)?;
        let known = self.inbox.all.get(&id).ok_or(Refusal::NoSuchConversation)?;
        match &known.assigned {
            Some(by) if *by != person => Err(Refusal::AlreadyTaken { by: by.clone() }),
            _ => self.assign(id, Some(person)),
        }
    }

    fn assign(&mut self, id: ConversationId, person: Option<PersonId>) -> Result<(), Refusal> {
        if person.as_ref().is_some_and(|person| !self.people.contains_key(person)) {
            return Err(Refusal::NoSuchPerson);
        }
        let known = self.inbox.all.get_mut(&id).ok_or(Refusal::NoSuchConversation)?;
        known.assigned = person;
        if known.state.is_work() {
            known.state = known.work_state();
        }
        self.keep(id);
        Ok(())
    }

    fn snooze(&mut self, id: ConversationId, until: Timestamp) -> Result<(), Refusal> {
        self.is_later(until)?;
        self.put_into(id, State::Snoozed);
        if let Some(known) = self.inbox.all.get_mut(&id) {
            known.snoozed_until = Some(until);
        }
        self.keep(id);
        Ok(())
    }

    /// An instant something may be put off to.
    pub(super) fn is_later(&self, at: Timestamp) -> Result<(), Refusal> {
        let left = at.duration_since(self.now.wall);
        if left.is_positive() && left <= LATER_MAX { Ok(()) } else { Err(Refusal::BadTime) }
    }

    pub(super) fn put_into(&mut self, id: ConversationId, state: State) {
        let Some(known) = self.inbox.all.get_mut(&id) else { return };
        (known.state, known.snoozed_until) = (state, None);
        if state == State::Closed {
            (known.owed_since, known.due_at) = (None, None);
        }
        self.keep(id);
    }

    fn reopen_conversation(&mut self, id: ConversationId) -> Result<(), Refusal> {
        let known = self.inbox.all.get(&id).ok_or(Refusal::NoSuchConversation)?;
        if known.merged_into.is_some() {
            return Err(Refusal::NotNow);
        }
        let state = known.work_state();
        self.owe_as_before(id);
        self.put_into(id, state);
        Ok(())
    }

    /// Kept on every keystroke: the office only passes it on.
    fn draft(&mut self, who: &Actor, id: ConversationId, text: String) -> Result<(), Refusal> {
        let person = who.person.clone().ok_or(Refusal::NotAllowed)?;
        if text.len() > TEXT_BYTES_MAX {
            return Err(Refusal::BadText);
        }
        self.note_draft(id, &person, text.is_empty());
        self.act(Action::Save(Change::Draft { conversation: id, person, text }));
        Ok(())
    }

    fn merge(&mut self, id: ConversationId, into: Conversation) -> Result<(), Refusal> {
        let to = into.id;
        if self.inbox.is_gone(&into) {
            return Err(Refusal::NoSuchConversation);
        }
        self.inbox.all.entry(to).or_insert(into);
        let is_in_one = |office: &Office, id| {
            office.inbox.all.get(&id).is_none_or(|one: &Conversation| one.merged_into.is_some())
        };
        if to == id || is_in_one(self, to) || is_in_one(self, id) {
            return Err(Refusal::NotNow);
        }
        let Some(from) = self.inbox.all.get_mut(&id) else { return Err(Refusal::NoSuchConversation) };
        let (owed, due, last, work) = (from.owed_since, from.due_at, from.last_at, from.state.is_work());
        (from.state, from.snoozed_until, from.merged_into) = (State::Closed, None, Some(to));
        from.version += 1;
        let version = from.version;
        if let Some(known) = self.inbox.all.get_mut(&to) {
            known.version = known.version.max(version) + 1;
            known.last_at = known.last_at.max(last);
            if work {
                known.owed_since = [known.owed_since, owed].into_iter().flatten().min();
                known.due_at = [known.due_at, due].into_iter().flatten().min();
                (known.state, known.snoozed_until) = (known.work_state(), None);
            }
        }
        self.act(Action::Save(Change::Moved { from: id, to, what: Moving::All }));
        self.keep(id);
        self.keep(to);
        Ok(())
    }

    fn unmerge(&mut self, id: ConversationId) -> Result<(), Refusal> {
        let known = self.inbox.all.get_mut(&id).ok_or(Refusal::NoSuchConversation)?;
        let into = known.merged_into.take().ok_or(Refusal::NotNow)?;
        known.version += 1;
        known.state = if known.owed_since.is_some() { known.work_state() } else { State::Waiting };
        let from = self.gone_on(into);
        if let Some(other) = self.inbox.all.get_mut(&from) {
            other.version += 1;
        }
        self.act(Action::Save(Change::Moved { from, to: id, what: Moving::Home }));
        self.keep(id);
        self.keep(from);
        Ok(())
    }

    fn split(
        &mut self,
        id: ConversationId,
        items: Vec<ItemId>,
        customer: Correspondent,
    ) -> Result<Done, Refusal> {
        let known = self.inbox.all.get_mut(&id).ok_or(Refusal::NoSuchConversation)?;
        if items.is_empty() {
            return Err(Refusal::NotNow);
        }
        known.version += 1;
        self.inbox.last_conversation += 2;
        let new = ConversationId(self.inbox.last_conversation);
        let wall = self.now.wall;
        let mut part = Conversation { id: new, customer, assigned: None, last_at: wall, ..known.clone() };
        (part.state, part.snoozed_until) = (State::New, None);
        (part.settled, part.awaits) = (None, None);
        self.inbox.all.insert(new, part);
        self.keep(id);
        self.keep(new);
        self.act(Action::Save(Change::Moved { from: id, to: new, what: Moving::These(items) }));
        Ok(Done::Conversation(new))
    }
}

/// A text that says something and is not too long.
pub(super) fn is_text(text: String) -> Result<String, Refusal> {
    if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX { Err(Refusal::BadText) } else { Ok(text) }
}
