//! The shared mailbox: whose it is, what is owed, what is sent (spec/mail.md §3).

mod calling;
mod files;
mod forgetting;
mod restart;
mod sending;
mod working;

use frontdesk::ids::{CallId, ConversationId, ItemId, PersonId, Receipt, Ticket};
use frontdesk::office::contact::Contact;
use frontdesk::office::customers::forget::Things;
use frontdesk::office::desk::{Actor, Command, Done, Refusal};
use frontdesk::office::inbox::{
    AutoReply, Begun, CallMe, Conversation, Correspondent, Doing, Item, ItemKind, MailCame, Mention, NewMail,
    Order, Outgoing, Place, Reply, SentState, State, Way,
};
use frontdesk::office::memory::{Change, Memory};
use frontdesk::office::{Action, Input, Office};
use frontdesk::settings::{Role, Settings};
use frontdesk::time::{Now, Tick};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const SETTINGS: &str = r#"
[office]
name = "Hansen VVS"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
[[person]]
id = "anna"
name = "Anna Berg"
role = "owner"
[[person]]
id = "bo"
name = "Bo Dahl"
role = "agent"
[[group]]
id = "main"
name = "Main line"
strategy = "everyone"
members = [{ person = "anna" }, { person = "bo" }]
[[mailbox]]
id = "info"
address = "info@hansen.example"
group = "main"
imap = { host = "imap.example", user = "info", password = "x" }
smtp = { host = "smtp.example", user = "info", password = "x" }
[hours]
mon = ["08:00-16:00"]
tue = ["08:00-16:00"]
wed = ["08:00-16:00"]
thu = ["08:00-16:00"]
fri = ["08:00-16:00"]
"#;

/// An office with a mailbox, and a store that remembers what it was given.
struct Stage {
    settings: Arc<Settings>,
    office: Office,
    tick: Duration,
    start: Timestamp,
    tickets: u64,
    keeps: bool,
    conversations: BTreeMap<ConversationId, Conversation>,
    items: BTreeMap<ItemId, Item>,
    outbox: BTreeMap<ItemId, Outgoing>,
    drafts: BTreeMap<(ConversationId, PersonId), String>,
    mentions: BTreeMap<(ConversationId, PersonId), Mention>,
    begun: BTreeMap<String, (PersonId, Begun)>,
    uploads: BTreeMap<String, Place>,
    moved: Vec<String>,
    forgotten: Vec<Things>,
    posted: Vec<ItemId>,
    /// The next mail asks for a call.
    call_me: Option<CallMe>,
    calls: BTreeMap<CallId, Contact>,
    answers: BTreeMap<Ticket, Result<Done, Refusal>>,
}

impl Stage {
    /// Monday 2026-11-23 at this time of Copenhagen (UTC+1 in winter).
    fn at(time: &str) -> Stage {
        let settings = frontdesk::settings::parse_toml(SETTINGS, "office.toml", None).unwrap();
        let settings = Arc::new(settings);
        let start: Timestamp = format!("2026-11-23T{time}:00+01:00").parse().unwrap();
        let now = Now { tick: Tick::ZERO, wall: start };
        Stage {
            office: Office::new(settings.clone(), Memory::default(), now),
            settings,
            tick: Duration::ZERO,
            start,
            tickets: 0,
            keeps: true,
            conversations: BTreeMap::new(),
            items: BTreeMap::new(),
            outbox: BTreeMap::new(),
            drafts: BTreeMap::new(),
            mentions: BTreeMap::new(),
            begun: BTreeMap::new(),
            uploads: BTreeMap::new(),
            moved: Vec::new(),
            forgotten: Vec::new(),
            posted: Vec::new(),
            call_me: None,
            calls: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    fn now(&self) -> Now {
        Now { tick: Tick(self.tick), wall: self.start + self.tick }
    }

    fn hand_in(&mut self, input: Input) {
        let mut out = Vec::new();
        self.office.handle(self.now(), input, &mut out);
        let mut receipts = Vec::new();
        for action in out {
            match action {
                Action::Save(change) => self.store(change),
                Action::SaveThen { receipt, change } => {
                    if self.keeps {
                        self.store(change);
                    }
                    receipts.push(receipt);
                }
                Action::Post { item } => self.posted.push(item),
                Action::Reply { ticket, result } => drop(self.answers.insert(ticket, result)),
                other => panic!("{other:?}"),
            }
        }
        for receipt in receipts {
            self.answer(receipt);
        }
    }

    fn answer(&mut self, receipt: Receipt) {
        let input = if self.keeps { Input::Stored { receipt } } else { Input::NotStored { receipt } };
        self.hand_in(input);
    }

    fn store(&mut self, change: Change) {
        match change {
            Change::Conversation(one) => drop(self.conversations.insert(one.id, *one)),
            Change::Item(item) => drop(self.items.insert(item.id, *item)),
            Change::Sending(sending) => {
                self.outbox.insert(sending.0.item, sending.0);
                self.items.insert(sending.1.id, sending.1);
            }
            Change::Outgoing(outgoing) => drop(self.outbox.insert(outgoing.item, outgoing)),
            Change::Draft { conversation, person, text } => {
                self.drafts.insert((conversation, person), text);
            }
            Change::Moved { from, to, what } => self.moved.push(format!("{from} to {to}: {what:?}")),
            Change::DraftAgain { conversation, person, text, .. } => {
                let draft = self.drafts.entry((conversation, person)).or_default();
                *draft = if draft.is_empty() { text } else { format!("{draft}\n\n{text}") };
            }
            Change::Noted { item, version } => {
                self.items.entry(item).and_modify(|item| item.version = version);
            }
            Change::Contact(contact) => drop(self.calls.insert(contact.id, *contact)),
            Change::Mention { conversation, person, note } => match note {
                Some(note) => drop(self.mentions.insert((conversation, person), note)),
                None => drop(self.mentions.remove(&(conversation, person))),
            },
            Change::Begun { person, begun, .. } => {
                drop(self.begun.insert(begun.id.clone(), (person, *begun)))
            }
            Change::NotBegun { id, .. } => drop(self.begun.remove(&id)),
            Change::Upload { place, upload, .. } => drop(self.uploads.insert(upload.id, place)),
            Change::NoUpload { id, .. } => drop(self.uploads.remove(&id)),
            Change::NoConversation(id) => drop(self.conversations.remove(&id)),
            Change::Person { .. } => {}
            Change::Forgotten(receipt) => {
                self.forgotten.push(receipt.things.clone());
                self.items.retain(|id, _| !receipt.things.items.iter().any(|(one, _)| one == id));
                for id in &receipt.things.conversations {
                    if let Some(one) = self.conversations.get_mut(id) {
                        (one.customer, one.subject) = (Correspondent::default(), String::new());
                        if !receipt.things.joined.contains(id) {
                            one.state = State::Closed;
                        }
                    }
                }
            }
            other => panic!("{other:?}"),
        }
    }

    /// Waits as the loop does: from deadline to deadline.
    fn wait(&mut self, length: SignedDuration) {
        let end = self.tick + Duration::try_from(length).unwrap();
        while self.tick < end {
            let (nap, _) = self.office.next_wake(self.now());
            self.tick = (self.tick + nap).min(end);
            self.hand_in(Input::Tick);
        }
    }

    fn mail(&mut self, id: u64, from: &str) {
        self.mail_with(id, from, Way::In, None);
    }

    fn mail_with(&mut self, id: u64, from: &str, way: Way, auto_reply: Option<AutoReply>) {
        self.hand_in_mail(id, from, way, self.now().wall, None, auto_reply);
    }

    /// One of us wrote it at `at`, and the customer again at `wrote_since`; it was fetched only now.
    fn late_answer(&mut self, id: u64, at: Timestamp, wrote_since: Option<Timestamp>) {
        self.hand_in_mail(id, "kim", Way::Out, at, wrote_since, None);
    }

    fn hand_in_mail(
        &mut self,
        id: u64,
        from: &str,
        way: Way,
        at: Timestamp,
        wrote_since: Option<Timestamp>,
        auto_reply: Option<AutoReply>,
    ) {
        let known = self.conversations.get(&ConversationId(id)).cloned();
        let conversation = known.unwrap_or_else(|| fresh(id, from, at));
        self.conversations.entry(conversation.id).or_insert_with(|| conversation.clone());
        let item = ItemId(100 + 2 * self.tickets);
        self.tickets += 1;
        let call_me = self.call_me.take();
        self.hand_in(Input::Mail(Box::new(MailCame {
            item,
            at,
            way,
            wrote_since,
            conversation,
            auto_reply,
            call_me,
            stop: false,
        })));
    }

    fn ask(&mut self, who: &str, id: u64, order: Order) -> Result<Done, Refusal> {
        let known = Box::new(self.conversations[&ConversationId(id)].clone());
        self.command(who, Command::Mail { known, order })
    }

    fn command(&mut self, who: &str, command: Command) -> Result<Done, Refusal> {
        let role = match who {
            "anna" => Role::Owner,
            "tv" => Role::Viewer,
            _ => Role::Agent,
        };
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let who = Actor { person: Some(PersonId::from(who)), role };
        self.hand_in(Input::Desk { ticket, who, command });
        self.answers.remove(&ticket).expect("exactly one answer")
    }

    fn reply(&mut self, who: &str, id: u64, seen: u64) -> Result<Done, Refusal> {
        let text = format!("{who} answers");
        self.ask(who, id, Order::Reply(Reply { text, seen, to: None, later: None, files: Vec::new() }))
    }

    fn one(&self, id: u64) -> &Conversation {
        &self.conversations[&ConversationId(id)]
    }

    /// State, assigned, due on the clock of the office.
    fn stands(&self, id: u64) -> String {
        let one = self.one(id);
        let zone = &self.settings.office.time_zone;
        let due = one.due_at.map(|at| zone.to_datetime(at).strftime("%a %H:%M").to_string());
        let by = one.assigned.as_ref().map_or("nobody", |by| by.as_str());
        format!("{:?} {by} {}", one.state, due.unwrap_or_else(|| "-".to_owned()))
    }

    fn restart(&mut self) {
        let open = self.conversations.values().filter(|one| one.state != State::Closed);
        let held = self.outbox.values().filter(|one| one.state == SentState::Held);
        let memory = Memory {
            conversations: open.cloned().collect(),
            held: held.map(|one| (one.clone(), self.items[&one.item].clone())).collect(),
            mentions: self.mentions.values().cloned().collect(),
            awaited: self.awaited(),
            promised: self.calls.values().filter(|one| is_open(one)).cloned().collect(),
            last_call: self.calls.keys().next_back().map_or(0, |id| id.0),
            last_conversation: self.conversations.keys().next_back().map_or(0, |id| id.0),
            last_item: self.items.keys().next_back().map_or(0, |id| id.0),
            ..Memory::default()
        };
        self.office = Office::new(self.settings.clone(), memory, self.now());
        self.hand_in(Input::Tick);
    }

    /// Who asked by mail for a call that is promised still, as the store says.
    fn awaited(&self) -> Vec<(String, CallId)> {
        let waits = |one: &&Conversation| one.awaits.is_some_and(|call| is_open(&self.calls[&call]));
        let waiting = self.conversations.values().filter(waits);
        waiting.filter_map(|one| Some((one.customer.address.clone(), one.awaits?))).collect()
    }

    fn notes(&self, id: u64) -> Vec<&str> {
        let items = self.items.values().filter(|item| item.conversation == ConversationId(id));
        items.filter(|item| item.kind == ItemKind::Note).map(|item| item.text.as_str()).collect()
    }
}

/// Somebody writes an answer to a mail.
pub fn writing(at: Timestamp) -> Command {
    let known = Box::new(fresh(2, "kim", at));
    Command::Mail { known, order: Order::Present(Some(Doing::Writing)) }
}

/// Somebody answers "STOP" to a mail about a contact.
pub fn stopping(from: &str, contact: &str, at: Timestamp) -> Input {
    let subject = format!("Your call back from Office ({contact})");
    Input::Mail(Box::new(MailCame {
        item: ItemId(100),
        at,
        way: Way::In,
        wrote_since: None,
        conversation: Conversation { subject, ..fresh(4, from, at) },
        auto_reply: None,
        call_me: None,
        stop: true,
    }))
}

fn fresh(id: u64, from: &str, at: Timestamp) -> Conversation {
    Conversation {
        id: ConversationId(id),
        version: 1,
        state: State::New,
        mailbox: "info".into(),
        group: "main".into(),
        subject: "Leak".to_owned(),
        customer: Correspondent { address: format!("{from}@kunde.example"), name: from.to_owned() },
        assigned: None,
        owed_since: None,
        due_at: None,
        snoozed_until: None,
        last_at: at,
        merged_into: None,
        settled: None,
        awaits: None,
    }
}

fn is_open(contact: &Contact) -> bool {
    contact.callback.as_ref().is_some_and(|callback| callback.is_open())
}

fn item_of(done: Result<Done, Refusal>) -> ItemId {
    match done {
        Ok(Done::Item(item) | Done::Mail(_, item)) => item,
        other => panic!("{other:?}"),
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
