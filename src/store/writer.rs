//! Shell. The one thread that writes: group commit, receipts after the commit, patience with a bad disk.
//!
//! Saves gather for a moment while the office is busy; a promise is committed at once. Rows that wait
//! are kept by their identity, so a newer value takes the place of an older one: what waits can never
//! be more than the rows that changed. While the disk refuses, rows wait and promises are refused.

use super::folder::Lock;
use super::forget;
use super::kept::{self, Token};
use super::log_ins::{self, LogIn};
use super::mail::MailFact;
use super::rows::{self, Counters};
use super::trouble::{StoreError, Trouble};
use crate::figures::Figures;
use crate::ids::{CallId, ConversationId, CustomerId, ItemId, PersonId, Receipt};
use crate::office::Concern;
use crate::office::memory::Change;
use crate::settings::Settings;
use crate::switchboard::clock::Clock;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Shortest time between two commits that no promise waits for.
const GATHER: Duration = Duration::from_millis(200);
/// How long to leave a disk alone that refused a commit.
const RETRY: Duration = Duration::from_secs(2);
/// Promises waiting for one commit; beyond it they are refused.
const PROMISES_MAX: usize = 4096;

/// What the switchboard hears from the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// It is on the disk.
    Stored(Receipt),
    /// It is not, and will not be.
    NotStored(Receipt),
    /// The store can, or cannot, keep promises; told when it changes.
    KeepsPromises(bool),
    /// Something about the backups needs a person, or does no longer.
    Concern { what: Concern, stands: bool },
}

/// The way in for everything that is to be kept; cheap to clone, never blocks on the disk.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: Arc<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// The latest value of each row, with its place in the order of saving.
    rows: BTreeMap<Row, (u64, Fact)>,
    promises: Vec<(u64, Promise)>,
    refused: Vec<Receipt>,
    next: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Closing,
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    Contact(CallId),
    Person(PersonId),
    Overrides,
    SentOn,
    Conversation(ConversationId),
    Item(ItemId),
    Outgoing(ItemId),
    Noted(ItemId),
    Moved(ConversationId, ConversationId),
    Draft(ConversationId, PersonId),
    DraftAgain(ItemId),
    Begun(String),
    Upload(String),
    Mention(ConversationId, PersonId),
    SavedReply(String),
    Customer(CustomerId),
    CustomerNote(CustomerId, u32),
    Forgotten(String),
    LogIn(log_ins::Hash),
}

#[derive(Debug)]
struct Promise {
    fact: Fact,
    answer: Answer,
}

#[derive(Debug)]
enum Fact {
    Change(Change),
    Office(Arc<Settings>),
    Token(Token),
    LogIn(LogIn),
    /// What the mail desk knows.
    Mail(MailFact),
}

#[derive(Debug)]
enum Answer {
    Switchboard(Receipt),
    Caller(oneshot::Sender<Result<(), Trouble>>),
}

impl Writer {
    /// Starts the thread; it owns the connection and the folder's lock until it ends.
    pub(super) fn start(
        connection: Connection,
        lock: Lock,
        events: mpsc::Sender<StoreEvent>,
        clock: Clock,
        figures: Figures,
    ) -> Result<Writer, StoreError> {
        let counters = Counters::read(&connection).map_err(StoreError::while_("reading"))?;
        let queue = Arc::new(Queue::default());
        let ending = Ending { queue: queue.clone(), events: events.clone() };
        let thread =
            Thread { queue: queue.clone(), connection, counters, events, clock, figures, healthy: true };
        let run = move || {
            // Let go of in this order: the connection, the folder, and only then whoever waits for both.
            let _ending = ending;
            let _lock = lock;
            thread.run();
        };
        std::thread::Builder::new().name("store".to_owned()).spawn(run).map_err(StoreError::Thread)?;
        Ok(Writer { queue })
    }

    /// Keeps facts; nobody waits for them.
    pub fn save(&self, changes: Vec<Change>) {
        self.keep(changes.into_iter().map(|change| (row_of(&change), Fact::Change(change))));
    }

    /// Keeps what became of log-ins; nobody waits for it.
    pub(super) fn keep_log_ins(&self, log_ins: Vec<LogIn>) {
        self.keep(log_ins.into_iter().map(|one| (Row::LogIn(one.hash()), Fact::LogIn(one))));
    }

    fn keep(&self, facts: impl Iterator<Item = (Row, Fact)>) {
        let mut waiting = self.queue.lock();
        if waiting.state == State::Ended {
            return; // nobody will ever write them
        }
        for (row, fact) in facts {
            let place = waiting.place();
            waiting.rows.insert(row, (place, fact));
        }
        drop(waiting);
        self.queue.bell.notify_all();
    }

    /// Keeps a fact and says so: [`StoreEvent::Stored`] or [`StoreEvent::NotStored`].
    pub fn save_then(&self, receipt: Receipt, change: Change) {
        self.promise(Fact::Change(change), Answer::Switchboard(receipt));
    }

    /// Keeps the office, and ends the log-ins of whoever has another password in it; the answer comes after the
    /// commit.
    pub fn keep_office(&self, office: Arc<Settings>) -> oneshot::Receiver<Result<(), Trouble>> {
        let (caller, answer) = oneshot::channel();
        self.promise(Fact::Office(office), Answer::Caller(caller));
        answer
    }

    /// Keeps a token, in place of an earlier one of the same name.
    pub fn keep_token(&self, token: Token) -> oneshot::Receiver<Result<(), Trouble>> {
        let (caller, answer) = oneshot::channel();
        self.promise(Fact::Token(token), Answer::Caller(caller));
        answer
    }

    /// Keeps that a log-in has ended; the answer comes after the commit.
    pub(super) fn end_log_in(&self, ended: LogIn) -> oneshot::Receiver<Result<(), Trouble>> {
        let (caller, answer) = oneshot::channel();
        self.promise(Fact::LogIn(ended), Answer::Caller(caller));
        answer
    }

    /// Keeps what the mail desk knows; the answer comes after the commit.
    pub fn keep_mail(&self, fact: MailFact) -> oneshot::Receiver<Result<(), Trouble>> {
        let (caller, answer) = oneshot::channel();
        self.promise(Fact::Mail(fact), Answer::Caller(caller));
        answer
    }

    /// Writes what is waiting, ends the thread and lets go of the folder; blocks until then.
    pub fn close(&self) {
        let mut waiting = self.queue.lock();
        if waiting.state == State::Open {
            waiting.state = State::Closing;
        }
        self.queue.bell.notify_all();
        while waiting.state != State::Ended {
            waiting = self.queue.bell.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn promise(&self, fact: Fact, answer: Answer) {
        let mut waiting = self.queue.lock();
        let place = waiting.place();
        match answer {
            // Dropping the sender tells its caller that the store has stopped.
            Answer::Caller(_) if waiting.state != State::Open => {}
            Answer::Switchboard(receipt) if waiting.promises.len() >= PROMISES_MAX => {
                waiting.refused.push(receipt);
            }
            answer => waiting.promises.push((place, Promise { fact, answer })),
        }
        drop(waiting);
        self.queue.bell.notify_all();
    }
}

fn row_of(change: &Change) -> Row {
    match change {
        Change::Contact(contact) => Row::Contact(contact.id),
        Change::Person { person, .. } => Row::Person(person.clone()),
        Change::Overrides(_) => Row::Overrides,
        Change::SentOn(_) => Row::SentOn,
        Change::Conversation(one) => Row::Conversation(one.id),
        Change::Item(item) => Row::Item(item.id),
        Change::Sending(sending) => Row::Item(sending.1.id),
        Change::Outgoing(outgoing) => Row::Outgoing(outgoing.item),
        Change::Noted { item, .. } => Row::Noted(*item),
        Change::Moved { from, to, .. } => Row::Moved(*from, *to),
        Change::Draft { conversation, person, .. } => Row::Draft(*conversation, person.clone()),
        Change::DraftAgain { item, .. } => Row::DraftAgain(*item),
        Change::Begun { begun, .. } => Row::Begun(begun.id.clone()),
        Change::NotBegun { id, .. } => Row::Begun(id.clone()),
        Change::Upload { upload, .. } => Row::Upload(upload.id.clone()),
        Change::NoUpload { id, .. } => Row::Upload(id.clone()),
        Change::Customer(one) => Row::Customer(one.id),
        Change::CustomerNote(note) => Row::CustomerNote(note.customer, note.number),
        Change::Forgotten(receipt) => Row::Forgotten(receipt.id.clone()),
        Change::Mention { conversation, person, .. } => Row::Mention(*conversation, person.clone()),
        Change::NoConversation(id) => Row::Conversation(*id),
        Change::SavedReply { name, .. } => Row::SavedReply(name.clone()),
    }
}

impl Waiting {
    fn place(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Somebody waits for the next commit.
    fn is_urgent(&self) -> bool {
        !self.promises.is_empty() || !self.refused.is_empty() || self.state != State::Open
    }

    fn is_idle(&self) -> bool {
        self.rows.is_empty() && !self.is_urgent()
    }
}

impl Queue {
    /// A thread that panicked while holding the lock left whole values behind.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps this long, or until a promise waits.
    fn rest(&self, pause: Duration) {
        let waiting = self.lock();
        // Poison is no news here: the guard is dropped at once.
        let _ = self.bell.wait_timeout_while(waiting, pause, |waiting| !waiting.is_urgent());
    }

    /// Takes everything that waits; `None` when the store closes and nothing is left.
    fn take(&self, wait: Wait) -> Option<Batch> {
        let waiting = self.lock();
        let mut waiting = match wait {
            Wait::UntilSomething => self.bell.wait_while(waiting, |waiting| waiting.is_idle()),
            Wait::No => Ok(waiting),
        }
        .unwrap_or_else(PoisonError::into_inner);
        let batch = Batch {
            rows: std::mem::take(&mut waiting.rows),
            promises: std::mem::take(&mut waiting.promises),
            refused: std::mem::take(&mut waiting.refused),
        };
        let nothing = batch.rows.is_empty() && batch.promises.is_empty() && batch.refused.is_empty();
        (waiting.state == State::Open || !nothing).then_some(batch)
    }

    /// Puts rows back that could not be written; a newer value stays.
    fn put_back(&self, rows: BTreeMap<Row, (u64, Fact)>) {
        let mut waiting = self.lock();
        for (row, value) in rows {
            waiting.rows.entry(row).or_insert(value);
        }
    }

    fn is_closing(&self) -> bool {
        self.lock().state != State::Open
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    UntilSomething,
    No,
}

/// What one commit takes.
struct Batch {
    rows: BTreeMap<Row, (u64, Fact)>,
    promises: Vec<(u64, Promise)>,
    refused: Vec<Receipt>,
}

/// The writer thread.
struct Thread {
    queue: Arc<Queue>,
    connection: Connection,
    counters: Counters,
    events: mpsc::Sender<StoreEvent>,
    clock: Clock,
    figures: Figures,
    healthy: bool,
}

/// Says that the thread is gone.
struct Ending {
    queue: Arc<Queue>,
    events: mpsc::Sender<StoreEvent>,
}

impl Drop for Ending {
    /// Also after a panic: who waits in [`Writer::close`] must not wait for ever, and nobody may go on
    /// believing in promises.
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        let crashed = waiting.state == State::Open;
        waiting.state = State::Ended;
        waiting.rows.clear();
        let promises = std::mem::take(&mut waiting.promises);
        drop(waiting);
        self.queue.bell.notify_all();
        if crashed {
            tracing::error!("the writer thread died; nothing is kept until frontdesk is restarted");
            let refused = promises.iter().filter_map(|(_, promise)| match promise.answer {
                Answer::Switchboard(receipt) => Some(StoreEvent::NotStored(receipt)),
                Answer::Caller(_) => None,
            });
            for event in refused.chain([StoreEvent::KeepsPromises(false)]) {
                // The switchboard may be gone as well.
                let _ = self.events.blocking_send(event);
            }
        }
    }
}

impl Thread {
    fn run(mut self) {
        while let Some(batch) = self.queue.take(if self.healthy { Wait::UntilSomething } else { Wait::No }) {
            for receipt in &batch.refused {
                self.tell(StoreEvent::NotStored(*receipt));
            }
            self.write(batch);
            let closing = self.queue.is_closing();
            match self.healthy {
                true => self.queue.rest(GATHER),
                // What the disk refuses to the last is lost with the process; waiting would hang it.
                false if closing => break,
                false => self.wait_for_the_disk(),
            }
        }
    }

    /// Commits a batch, then answers; a failed one is put back, without its promises.
    fn write(&mut self, batch: Batch) {
        let before = self.clock.now().tick;
        let done = self.commit(&batch);
        match done {
            Ok(refused) => {
                self.figures.committed(self.clock.now().tick.since(before));
                self.set_health(None);
                for (place, promise) in batch.promises {
                    let result = if refused.contains(&place) { Err(Trouble::Refused) } else { Ok(()) };
                    self.answer(promise.answer, result);
                }
            }
            Err(trouble) => {
                self.queue.put_back(batch.rows);
                self.set_health(Some(trouble));
                self.refuse(batch.promises, trouble);
            }
        }
    }

    /// One transaction; returns the promises whose own row was refused.
    fn commit(&mut self, batch: &Batch) -> Result<Vec<u64>, Trouble> {
        let mut counters = self.counters;
        let known = &self.counters;
        let mut work = |connection: &mut Connection| -> rusqlite::Result<Vec<u64>> {
            let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut refused = Vec::new();
            for (place, fact) in batch.in_order() {
                match write_whole(&mut transaction, fact) {
                    Ok(()) => fact.noted_by(&mut counters),
                    Err(error) if Trouble::of(&error) == Trouble::Refused => {
                        tracing::error!(%error, "the database refused a row");
                        refused.push(place);
                    }
                    Err(error) => return Err(error),
                }
            }
            if counters != *known {
                counters.put(&transaction)?;
            }
            transaction.commit()?;
            Ok(refused)
        };
        let refused = work(&mut self.connection).map_err(|error| {
            tracing::warn!(%error, "a commit failed");
            Trouble::of(&error)
        })?;
        if batch.forgets() {
            forget::empty_log(&self.connection);
        }
        self.counters = counters;
        Ok(refused)
    }

    /// Lets the disk rest; promises made meanwhile are refused at once, rows gather.
    fn wait_for_the_disk(&mut self) {
        self.queue.rest(RETRY);
        let refused = {
            let mut waiting = self.queue.lock();
            std::mem::take(&mut waiting.promises)
        };
        if !refused.is_empty() && !self.probe() {
            self.refuse(refused, Trouble::Io);
        } else if !refused.is_empty() {
            self.queue.lock().promises.splice(0..0, refused);
        }
    }

    /// Would a commit succeed?
    fn probe(&mut self) -> bool {
        let sql = "UPDATE counter SET value = value WHERE name = 'call'";
        self.connection.execute(sql, []).is_ok()
    }

    fn refuse(&self, promises: Vec<(u64, Promise)>, trouble: Trouble) {
        for (_, promise) in promises {
            self.answer(promise.answer, Err(trouble));
        }
    }

    fn set_health(&mut self, trouble: Option<Trouble>) {
        let healthy = trouble.is_none();
        if healthy == self.healthy {
            return;
        }
        self.healthy = healthy;
        match trouble {
            Some(trouble) => tracing::error!(%trouble, "the store refuses promises"),
            None => tracing::info!("the store keeps promises again"),
        }
        self.tell(StoreEvent::KeepsPromises(healthy));
    }

    fn answer(&self, answer: Answer, result: Result<(), Trouble>) {
        match (answer, result) {
            (Answer::Switchboard(receipt), Ok(())) => self.tell(StoreEvent::Stored(receipt)),
            (Answer::Switchboard(receipt), Err(_)) => self.tell(StoreEvent::NotStored(receipt)),
            // A caller who has gone needs no answer.
            (Answer::Caller(caller), result) => drop(caller.send(result)),
        }
    }

    /// Waits for room: the switchboard never waits for us, so it always comes.
    fn tell(&self, event: StoreEvent) {
        if self.events.blocking_send(event).is_err() {
            tracing::debug!("the switchboard has stopped listening");
        }
    }
}

impl Fact {
    fn noted_by(&self, counters: &mut Counters) {
        match self {
            Fact::Change(change) => counters.note(change),
            Fact::Mail(fact) => fact.noted_by(counters),
            Fact::Office(_) | Fact::Token(_) | Fact::LogIn(_) => {}
        }
    }
}

impl Batch {
    /// Is something in it that is to be gone?
    fn forgets(&self) -> bool {
        self.in_order().iter().any(|(_, fact)| matches!(fact, Fact::Change(Change::Forgotten(_))))
    }

    /// Everything, in the order it was saved: a later value of a row must win.
    fn in_order(&self) -> Vec<(u64, &Fact)> {
        let rows = self.rows.values().map(|(place, fact)| (*place, fact));
        let promises = self.promises.iter().map(|(place, promise)| (*place, &promise.fact));
        let mut all: Vec<_> = rows.chain(promises).collect();
        all.sort_by_key(|(place, _)| *place);
        all
    }
}

/// A fact the database refuses leaves nothing of itself behind: the others are committed without its first half.
fn write_whole(transaction: &mut Transaction<'_>, fact: &Fact) -> rusqlite::Result<()> {
    let savepoint = transaction.savepoint()?;
    write_fact(&savepoint, fact)?;
    savepoint.commit()
}

fn write_fact(connection: &Connection, fact: &Fact) -> rusqlite::Result<()> {
    match fact {
        Fact::Change(change) => rows::put(connection, change),
        Fact::Office(office) => kept::put_office(connection, office),
        Fact::Token(token) => kept::put_token(connection, token),
        Fact::LogIn(one) => log_ins::put(connection, one),
        Fact::Mail(fact) => fact.put(connection),
    }
}
