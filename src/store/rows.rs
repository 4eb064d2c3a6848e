//! Shell. The SQL of contacts and of what is remembered of people.

use super::record::{self, instant};
use super::trouble::StoreError;
use super::{customers, forget, mail, owing, promises};
use crate::ids::{CallId, GroupId, PersonId};
use crate::number::{Country, Number};
use crate::office::board::PersonState;
use crate::office::callback;
use crate::office::contact::{Contact, Kind, Outcome, Party};
use crate::office::inbox::Place;
use crate::office::memory::{Change, Memory, Override, OverrideKind, PersonMemory};
use crate::office::promise::{Callback, CallbackState};
use crate::office::queue::talks::{self, Talk};
use crate::office::{Callers, SentOn};
use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params, params};
use std::sync::LazyLock;
use std::time::Duration;

/// The columns [`contact`] reads, in its order.
pub(super) const CONTACT: &str = "id, kind, started_at, entered_at, answered_at, ended_at, \
    from_number, from_name, from_person, to_number, to_name, to_person, group_id, person, outcome, \
    waited_ms, talked_ms, held_ms, wrapped_ms, legs, story, callback, message";

/// Promises remembered over a start; beyond it the oldest wait for the lists of the screens.
const PROMISED_MAX: u32 = 5_000;

/// Writes a contact over an earlier value; columns of a later version stay as they are.
static PUT_CONTACT: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<&str> = CONTACT.split(", ").map(str::trim).chain(["promised"]).collect();
    let values: Vec<String> = columns.iter().map(|column| format!(":{column}")).collect();
    let update = columns.iter().skip(1).map(|column| format!("{column} = excluded.{column}"));
    let update: Vec<String> = update.collect();
    format!(
        "INSERT INTO contact ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
        columns.join(", "),
        values.join(", "),
        update.join(", ")
    )
});

/// Writes a change: its whole row.
pub(super) fn put(connection: &Connection, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Contact(contact) => put_contact(connection, contact),
        Change::Person { person, memory } => put_person(connection, person.as_str(), memory),
        Change::Overrides(all) => put_overrides(connection, all),
        Change::SentOn(all) => put_sent_on(connection, all),
        Change::Conversation(conversation) => mail::rows::put_conversation(connection, conversation),
        Change::Item(item) => mail::rows::put_item(connection, item),
        Change::Sending(sending) => {
            mail::rows::put_item(connection, &sending.1)?;
            mail::outbox::put(connection, &sending.0)
        }
        Change::Outgoing(outgoing) => mail::outbox::put(connection, outgoing),
        Change::Noted { item, version } => mail::rows::note(connection, *item, *version),
        Change::Moved { from, to, what } => mail::rows::move_items(connection, *from, *to, what),
        Change::Draft { conversation, person, text } => {
            mail::rows::put_draft(connection, *conversation, person, text)
        }
        Change::DraftAgain { item, conversation, person, text } => {
            mail::uploads::give_back(connection, *item, Some(&Place::Answer(*conversation)))?;
            mail::rows::add_to_draft(connection, *conversation, person, text)
        }
        Change::Begun { person, at, begun } => mail::uploads::put_begun(connection, person, *at, begun),
        Change::NotBegun { person, id } => mail::uploads::drop_begun(connection, person, id),
        Change::Upload { person, at, place, upload } => {
            mail::uploads::put(connection, person, *at, place, upload)
        }
        Change::NoUpload { person, id } => mail::uploads::drop_one(connection, person, id),
        Change::Customer(one) => customers::put(connection, one),
        Change::CustomerNote(note) => customers::put_note(connection, note),
        Change::Forgotten(receipt) => forget::put(connection, receipt),
        Change::Mention { conversation, person, note } => {
            mail::rows::put_mention(connection, (*conversation, person), note.as_ref())
        }
        Change::NoConversation(id) => mail::rows::drop_conversation(connection, *id),
        Change::SavedReply { name, text } => mail::rows::put_saved_reply(connection, name, text.as_deref()),
    }
}

fn put_contact(connection: &Connection, contact: &Contact) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&PUT_CONTACT)?;
    statement.execute(named_params! {
        ":id": signed(contact.id.0),
        ":kind": word(KINDS, contact.kind),
        ":started_at": contact.started_at.as_millisecond(),
        ":entered_at": contact.entered_at.map(Timestamp::as_millisecond),
        ":answered_at": contact.answered_at.map(Timestamp::as_millisecond),
        ":ended_at": contact.ended_at.map(Timestamp::as_millisecond),
        ":from_number": contact.from.number.as_ref().map(Number::as_str),
        ":from_name": contact.from.name,
        ":from_person": contact.from.person.as_ref().map(|id| id.as_str()),
        ":to_number": contact.to.number.as_ref().map(Number::as_str),
        ":to_name": contact.to.name,
        ":to_person": contact.to.person.as_ref().map(|id| id.as_str()),
        ":group_id": contact.group.as_ref().map(|id| id.as_str()),
        ":person": contact.person.as_ref().map(|id| id.as_str()),
        ":outcome": contact.outcome.map(|outcome| word(OUTCOMES, outcome)),
        ":waited_ms": milliseconds(contact.waited),
        ":talked_ms": milliseconds(contact.talked),
        ":held_ms": milliseconds(contact.held),
        ":wrapped_ms": milliseconds(contact.wrapped),
        ":legs": record::print_legs(&contact.legs),
        ":story": record::print_story(&contact.story),
        ":callback": contact.callback.as_ref().map(promises::print_callback),
        ":message": contact.message.as_ref().map(promises::print_message),
        ":promised": promised(contact),
    })?;
    Ok(())
}

fn put_person(connection: &Connection, person: &str, memory: &PersonMemory) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO person_memory (person, state, since, until, reason, last_talked_at, misses) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    statement.execute(params![
        person,
        word(STATES, memory.state),
        memory.since.as_millisecond(),
        memory.until.map(Timestamp::as_millisecond),
        memory.reason,
        memory.last_talked_at.map(Timestamp::as_millisecond),
        memory.misses,
    ])?;
    Ok(())
}

/// What the row says of its promises, for the index.
fn promised(contact: &Contact) -> i64 {
    // One that is being kept is open until somebody says that it was kept (spec/callback.md §9).
    let open = |state: CallbackState| state.is_open() || state == CallbackState::Connected;
    match (&contact.callback, &contact.message) {
        (Some(callback), _) if callback.settled.is_none() && open(callback.state) => 2,
        (Some(callback), _) if callback.state.is_task() => 2,
        (_, Some(message)) if message.done.is_none() => 1,
        _ => 0,
    }
}

/// All of them, in place of those before.
fn put_overrides(connection: &Connection, all: &[Override]) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM hours_override", [])?;
    let mut statement = connection
        .prepare_cached("INSERT INTO hours_override (group_id, kind, until) VALUES (?1, ?2, ?3)")?;
    for one in all {
        let group = one.group.as_ref().map(|id| id.as_str());
        statement.execute(params![group, word(OVERRIDES, one.kind), one.until.as_millisecond()])?;
    }
    Ok(())
}

/// All of them, in place of those before.
fn put_sent_on(connection: &Connection, all: &[SentOn]) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM sent_on", [])?;
    let mut statement =
        connection.prepare_cached("INSERT INTO sent_on (group_id, goal, since) VALUES (?1, ?2, ?3)")?;
    for one in all {
        statement.execute(params![one.group.as_str(), one.to.word(), one.since.as_millisecond()])?;
    }
    Ok(())
}

/// The highest numbers ever given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    pub call: u64,
    pub leg: u64,
    pub conversation: u64,
    pub item: u64,
    pub customer: u64,
}

impl Counters {
    /// Looks at what is about to be written.
    pub(super) fn note(&mut self, change: &Change) {
        match change {
            Change::Contact(contact) => {
                let leg = contact.legs.iter().map(|leg| leg.leg.0).max().unwrap_or(0);
                self.call = self.call.max(contact.id.0);
                self.leg = self.leg.max(leg);
            }
            Change::Conversation(one) => self.conversation = self.conversation.max(one.id.0),
            Change::Customer(one) => self.customer = self.customer.max(one.id.0),
            Change::Item(item) => self.item = self.item.max(item.id.0),
            Change::Sending(sending) => self.item = self.item.max(sending.1.id.0),
            _ => {}
        }
    }

    pub(super) fn put(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement =
            connection.prepare_cached("UPDATE counter SET value = ?2 WHERE name = ?1 AND value < ?2")?;
        statement.execute(params!["call", signed(self.call)])?;
        statement.execute(params!["leg", signed(self.leg)])?;
        statement.execute(params!["conversation", signed(self.conversation)])?;
        statement.execute(params!["item", signed(self.item)])?;
        statement.execute(params!["customer", signed(self.customer)])?;
        Ok(())
    }

    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Counters> {
        let value = |name: &str| {
            let found =
                connection.query_row("SELECT value FROM counter WHERE name = ?1", [name], |row| row.get(0));
            found.map(unsigned)
        };
        Ok(Counters {
            call: value("call")?,
            leg: value("leg")?,
            conversation: value("conversation")?,
            item: value("item")?,
            customer: value("customer")?,
        })
    }
}

/// What the office must know again at this instant; `midnight` is when its day began.
pub(super) fn restore(
    connection: &Connection,
    now: Timestamp,
    midnight: Timestamp,
) -> Result<Memory, StoreError> {
    let read = || -> rusqlite::Result<Memory> {
        let counters = Counters::read(connection)?;
        Ok(Memory {
            people: people(connection)?,
            open_contacts: contacts(connection, "WHERE ended_at IS NULL ORDER BY id", [])?,
            today: contacts(
                connection,
                "WHERE started_at >= ?1 AND ended_at IS NOT NULL ORDER BY id",
                [midnight.as_millisecond()],
            )?,
            owing: owing::owing(connection, now, None)?,
            talked: owing::talked(connection, now)?,
            promised: promises_open(connection)?,
            measured: measured(connection, now)?,
            overrides: overrides(connection, now)?,
            sent_on: sent_on(connection)?,
            talks: talks(connection, now)?,
            last_call: counters.call,
            last_leg: counters.leg,
            conversations: mail::rows::working(connection)?,
            held: mail::outbox::held(connection)?,
            drafts: mail::rows::drafts(connection)?,
            mentions: mail::rows::mentions(connection)?,
            awaited: mail::rows::awaited(connection)?,
            last_conversation: counters.conversation,
            last_item: counters.item,
            customers: customers::all(connection)?,
            last_customer: counters.customer,
        })
    };
    read().map_err(StoreError::while_("reading"))
}

/// The latest talks with customers that still count, oldest first ([`Talk::of`], [`talks::since`]).
fn talks(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Talk>> {
    const TALKS_MAX: u32 = 10_000;
    let mut statement = connection.prepare(
        "SELECT group_id, person, from_number, to_number, ended_at, talked_ms, kind = 'inbound', callback \
         FROM contact WHERE started_at >= ?1 AND kind <> 'internal' AND person IS NOT NULL \
         AND (callback IS NOT NULL OR outcome = 'answered' AND ended_at IS NOT NULL) \
         ORDER BY started_at DESC LIMIT ?2",
    )?;
    let found = statement.query_map(params![talks::since(now).as_millisecond(), TALKS_MAX], |row| {
        let person: PersonId = row.get_ref(1)?.as_str()?.into();
        if let Some(callback) = maybe(row, 7, promises::read_callback)? {
            return Ok(Talk::of_promise(person, &callback));
        }
        let is_inbound: bool = row.get(6)?;
        let number: Option<String> = row.get(if is_inbound { 2 } else { 3 })?;
        let group: Option<GroupId> = name(row, 0)?;
        Ok(Some(Talk {
            group: group.filter(|_| is_inbound),
            person,
            number: number.and_then(|text| Number::parse(&text, Country(*b"ZZ"))),
            ended_at: instant(row.get(4)?),
            talked: Duration::from_millis(unsigned(row.get(5)?)),
        }))
    })?;
    let found = found.collect::<rusqlite::Result<Vec<Option<Talk>>>>()?;
    let mut found: Vec<Talk> = found.into_iter().flatten().collect();
    found.sort_by_key(|talk| talk.ended_at);
    Ok(found)
}

/// The contacts with a promise that is open, oldest first.
pub(super) fn promises_open(connection: &Connection) -> rusqlite::Result<Vec<Contact>> {
    let condition = "WHERE promised > 0 ORDER BY promised DESC, id DESC LIMIT ?1";
    let mut found = contacts(connection, condition, [PROMISED_MAX])?;
    found.sort_unstable_by_key(|contact| contact.id);
    Ok(found)
}

/// The latest contacts with a message that somebody is done with, newest first.
pub(super) fn messages_done(connection: &Connection) -> rusqlite::Result<Vec<Contact>> {
    const MESSAGES_MAX: u32 = 200;
    let condition = "WHERE message IS NOT NULL AND promised <> 1 ORDER BY id DESC LIMIT ?1";
    contacts(connection, condition, [MESSAGES_MAX])
}

/// The callbacks that say whether a number may be promised another, oldest first ([`callback::is_measured`]).
fn measured(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Callback>> {
    const CALLBACKS_MAX: u32 = 20_000;
    let mut statement = connection.prepare(
        "SELECT callback FROM contact WHERE callback IS NOT NULL AND started_at >= ?1 \
         ORDER BY started_at DESC LIMIT ?2",
    )?;
    let since = callback::measured_since(now).as_millisecond();
    let found =
        statement.query_map(params![since, CALLBACKS_MAX], |row| maybe(row, 0, promises::read_callback))?;
    let found = found.collect::<rusqlite::Result<Vec<Option<Callback>>>>()?;
    let mut found: Vec<Callback> = found.into_iter().flatten().collect();
    found.retain(|callback| callback::is_measured(callback, now));
    found.reverse();
    Ok(found)
}

fn overrides(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Override>> {
    let sql = "SELECT group_id, kind, until FROM hours_override WHERE until > ?1 ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([now.as_millisecond()], |row| {
        let (group, kind) = (name(row, 0)?, meaning(OVERRIDES, row, 1)?);
        Ok(Override { group, kind, until: instant(row.get(2)?) })
    })?;
    found.collect()
}

/// Where callers go; a word that is not known to this version is passed over.
fn sent_on(connection: &Connection) -> rusqlite::Result<Vec<SentOn>> {
    let mut statement = connection.prepare("SELECT group_id, goal, since FROM sent_on ORDER BY group_id")?;
    let found = statement.query_map([], |row| {
        let to = Callers::of(row.get_ref(1)?.as_str()?);
        let (group, since) = (row.get_ref(0)?.as_str()?.into(), instant(row.get(2)?));
        Ok(to.map(|to| SentOn { group, to, since }))
    })?;
    found.filter_map(Result::transpose).collect()
}

/// Contacts by a condition.
pub(super) fn contacts(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Contact>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {CONTACT} FROM contact {condition}"))?;
    statement.query_map(values, contact)?.collect()
}

/// Reads every contact and keeps none: can all of them be read?
pub(super) fn read_every_contact(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("SELECT {CONTACT} FROM contact"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        contact(row)?;
    }
    Ok(())
}

fn contact(row: &Row<'_>) -> rusqlite::Result<Contact> {
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
    let lasted = |column: usize| row.get(column).map(|ms| Duration::from_millis(unsigned(ms)));
    Ok(Contact {
        id: CallId(unsigned(row.get(0)?)),
        kind: meaning(KINDS, row, 1)?,
        started_at: instant(row.get(2)?),
        entered_at: at(3)?,
        answered_at: at(4)?,
        ended_at: at(5)?,
        from: party(row, 6)?,
        to: party(row, 9)?,
        group: name(row, 12)?,
        person: name(row, 13)?,
        outcome: match row.get_ref(14)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(meaning(OUTCOMES, row, 14)?),
        },
        waited: lasted(15)?,
        talked: lasted(16)?,
        held: lasted(17)?,
        wrapped: lasted(18)?,
        legs: record::read_legs(row.get_ref(19)?.as_str()?).map_err(|error| unreadable(19, error))?,
        story: record::read_story(row.get_ref(20)?.as_str()?).map_err(|error| unreadable(20, error))?,
        callback: maybe(row, 21, promises::read_callback)?,
        message: maybe(row, 22, promises::read_message)?,
    })
}

/// A cell of JSON that may be empty.
fn maybe<T>(
    row: &Row<'_>,
    column: usize,
    read: impl FnOnce(&str) -> serde_json::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(read).transpose().map_err(|error| unreadable(column, error))
}

fn party(row: &Row<'_>, first: usize) -> rusqlite::Result<Party> {
    let number: Option<String> = row.get(first)?;
    // What was kept is in its normal form already, which reads the same in every country.
    let number = number.and_then(|text| Number::parse(&text, Country(*b"ZZ")));
    Ok(Party { number, name: row.get(first + 1)?, person: name(row, first + 2)? })
}

pub(super) fn name<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.map(T::from))
}

fn people(connection: &Connection) -> rusqlite::Result<Vec<(crate::ids::PersonId, PersonMemory)>> {
    let mut statement = connection.prepare(
        "SELECT person, state, since, until, reason, last_talked_at, misses FROM person_memory ORDER BY person",
    )?;
    let at = |row: &Row<'_>, column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
    let people = statement.query_map([], |row| {
        let memory = PersonMemory {
            state: meaning(STATES, row, 1)?,
            since: instant(row.get(2)?),
            until: at(row, 3)?,
            reason: row.get(4)?,
            last_talked_at: at(row, 5)?,
            misses: row.get(6)?,
        };
        Ok((row.get_ref(0)?.as_str()?.into(), memory))
    })?;
    people.collect()
}

/// The words of INTERFACES.md §3.
const KINDS: &[(&str, Kind)] =
    &[("inbound", Kind::Inbound), ("outbound", Kind::Outbound), ("internal", Kind::Internal)];

pub(super) const OUTCOMES: &[(&str, Outcome)] = &[
    ("answered", Outcome::Answered),
    ("abandoned_short", Outcome::AbandonedShort),
    ("abandoned", Outcome::Abandoned),
    ("callback_requested", Outcome::CallbackRequested),
    ("voicemail", Outcome::Voicemail),
    ("overflowed", Outcome::Overflowed),
    ("after_hours", Outcome::AfterHours),
    ("rejected", Outcome::Rejected),
    ("failed_technical", Outcome::FailedTechnical),
    ("unreached", Outcome::Unreached),
    ("internal", Outcome::Internal),
];

const OVERRIDES: &[(&str, OverrideKind)] = &[("open", OverrideKind::Open), ("closed", OverrideKind::Closed)];

const STATES: &[(&str, PersonState)] = &[
    ("available", PersonState::Available),
    ("ringing", PersonState::Ringing),
    ("talking", PersonState::Talking),
    ("wrap_up", PersonState::WrapUp),
    ("paused", PersonState::Paused),
    ("phone_offline", PersonState::PhoneOffline),
    ("off", PersonState::Off),
];

/// The word a value is kept under; a value without one would be a hole in the tables above.
pub(super) fn word<T: Copy + PartialEq + std::fmt::Debug>(
    words: &[(&'static str, T)],
    value: T,
) -> &'static str {
    let found = words.iter().find(|(_, meaning)| *meaning == value);
    debug_assert!(found.is_some(), "{value:?} has no word");
    found.map_or("", |(word, _)| word)
}

pub(super) fn meaning<T: Copy>(words: &[(&str, T)], row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let word = row.get_ref(column)?.as_str()?;
    let found = words.iter().find(|(known, _)| *known == word);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| unreadable(column, UnknownWord))
}

#[derive(Debug, thiserror::Error)]
#[error("a word this version does not know")]
struct UnknownWord;

pub(super) fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

fn milliseconds(lasted: Duration) -> i64 {
    i64::try_from(lasted.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
