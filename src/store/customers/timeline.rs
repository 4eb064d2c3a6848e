//! Shell. One timeline per customer: calls with what was promised in them, mails and notes, the latest first.

use crate::ids::{CallId, CustomerId, ItemId, PersonId};
use crate::number::Number;
use crate::office::contact::Contact;
use crate::office::customers::Note;
use crate::office::inbox::Conversation;
use crate::store::mail::StoredItem;
use crate::store::record::instant;
use crate::store::rows::{name, signed, unsigned};
use crate::store::{Reader, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Notes have two numbers, of the customer and of the note: one place in the order.
const NOTES: i64 = 1 << 24;
/// Conversations of a customer that are looked at.
const CONVERSATIONS_MAX: u32 = 200;

/// A place in the order of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub at: Timestamp,
    pub source: u8,
    pub id: i64,
}

/// One thing that happened with a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub mark: Mark,
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    Contact(Box<Contact>),
    /// A mail, a reply or a note in a conversation, with the conversation as it stands.
    Item(Box<StoredItem>, Box<Conversation>),
    Note(Note),
}

/// Who a timeline is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub customers: BTreeSet<CustomerId>,
    pub numbers: Vec<Number>,
    pub addresses: Vec<String>,
}

impl Reader {
    /// What happened with a customer before this mark, the latest first, at most `limit`.
    pub fn timeline(
        &self,
        about: &About,
        before: Option<Mark>,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let marks = self.read(|connection| marks(connection, about, before, limit))?;
        let mut events = Vec::with_capacity(marks.len());
        for mark in marks {
            let kind = match mark.source {
                0 => self.contact(CallId(unsigned(mark.id)))?.map(Box::new).map(EventKind::Contact),
                1 => self.item_of_timeline(ItemId(unsigned(mark.id)))?,
                _ => self.read(|connection| note(connection, mark.id))?.map(EventKind::Note),
            };
            events.extend(kind.map(|kind| Event { mark, kind }));
        }
        Ok(events)
    }

    fn item_of_timeline(&self, id: ItemId) -> Result<Option<EventKind>, StoreError> {
        let Some(item) = self.item(id)? else { return Ok(None) };
        let conversation = self.conversation(item.conversation)?;
        Ok(conversation.map(|one| EventKind::Item(Box::new(item), Box::new(one))))
    }

    /// The conversations with a customer that are not closed, the latest first.
    pub fn conversations_with(&self, addresses: &[String]) -> Result<Vec<Conversation>, StoreError> {
        let found = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id FROM conversation WHERE customer_address IN (SELECT value FROM json_each(?1)) \
                 AND state <> 'closed' AND merged_into IS NULL ORDER BY last_at DESC LIMIT ?2",
            )?;
            let ids = statement.query_map(params![list(addresses), CONVERSATIONS_MAX], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<Vec<i64>>>()
        })?;
        let mut all = Vec::with_capacity(found.len());
        for id in found {
            all.extend(self.conversation(crate::ids::ConversationId(unsigned(id)))?);
        }
        Ok(all)
    }
}

/// A customer was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    pub at: Timestamp,
    pub person: Option<PersonId>,
    /// The contact, or the item.
    pub id: String,
}

impl Reader {
    /// The latest talk with a customer that began after this.
    pub fn spoken_since(&self, about: &About, since: Timestamp) -> Result<Option<Reached>, StoreError> {
        let sql = "WITH mine (number) AS (SELECT value FROM json_each(?1)) \
            SELECT id, answered_at, person FROM contact WHERE outcome = 'answered' AND answered_at > ?2 AND \
            (from_number IN mine AND kind = 'inbound' OR to_number IN mine AND kind = 'outbound') \
            ORDER BY answered_at DESC LIMIT 1";
        let numbers: Vec<&str> = about.numbers.iter().map(Number::as_str).collect();
        self.read(|connection| reached(connection, sql, &list(&numbers), since, |id| CallId(id).to_string()))
    }

    /// The latest mail of ours to a customer that left after this.
    pub fn written_since(&self, about: &About, since: Timestamp) -> Result<Option<Reached>, StoreError> {
        let sql = "SELECT i.id, i.at, i.person FROM conversation c JOIN item i ON i.conversation = c.id \
            LEFT JOIN outbox o ON o.item = i.id \
            WHERE c.customer_address IN (SELECT value FROM json_each(?1)) AND i.at > ?2 AND i.kind = 'reply' \
            AND ifnull(o.state, 'sent') = 'sent' ORDER BY i.at DESC LIMIT 1";
        self.read(|connection| {
            reached(connection, sql, &list(&about.addresses), since, |id| ItemId(id).to_string())
        })
    }
}

fn reached(
    connection: &Connection,
    sql: &str,
    who: &str,
    since: Timestamp,
    spell: impl Fn(u64) -> String,
) -> rusqlite::Result<Option<Reached>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![who, since.as_millisecond()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Reached { at: instant(row.get(1)?), person: name(row, 2)?, id: spell(unsigned(row.get(0)?)) }))
}

/// Texts as one value of a query.
fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    serde_json::to_string(&texts).expect("texts are always JSON")
}

fn marks(
    connection: &Connection,
    about: &About,
    before: Option<Mark>,
    limit: u32,
) -> rusqlite::Result<Vec<Mark>> {
    let mut statement = connection.prepare_cached(
        "WITH mine (number) AS (SELECT value FROM json_each(?1)), event (at, source, id) AS ( \
            SELECT started_at, 0, id FROM contact WHERE from_number IN mine AND kind = 'inbound' UNION ALL \
            SELECT started_at, 0, id FROM contact WHERE to_number IN mine AND kind = 'outbound' UNION ALL \
            SELECT i.at, 1, i.id FROM conversation c JOIN item i ON i.conversation = c.id \
                LEFT JOIN outbox o ON o.item = i.id \
                WHERE c.customer_address IN (SELECT value FROM json_each(?2)) AND ifnull(o.state, '') <> 'undone' UNION ALL \
            SELECT at, 2, customer * ?7 + number FROM customer_note \
                WHERE customer IN (SELECT value FROM json_each(?3))) \
         SELECT at, source, id FROM event WHERE (at, source, id) < (?4, ?5, ?6) \
         ORDER BY at DESC, source DESC, id DESC LIMIT ?8",
    )?;
    let numbers: Vec<&str> = about.numbers.iter().map(Number::as_str).collect();
    let customers: Vec<i64> = about.customers.iter().map(|id| signed(id.0)).collect();
    let customers = serde_json::to_string(&customers).expect("numbers are always JSON");
    let mark = before.unwrap_or(Mark { at: Timestamp::MAX, source: u8::MAX, id: i64::MAX });
    let values = params![
        list(&numbers),
        list(&about.addresses),
        customers,
        mark.at.as_millisecond(),
        mark.source,
        mark.id,
        NOTES,
        limit
    ];
    let found = statement.query_map(values, |row| {
        Ok(Mark { at: instant(row.get(0)?), source: row.get(1)?, id: row.get(2)? })
    })?;
    found.collect()
}

fn note(connection: &Connection, id: i64) -> rusqlite::Result<Option<Note>> {
    let sql = "SELECT at, person, text FROM customer_note WHERE customer = ?1 AND number = ?2";
    let (customer, number) = (id / NOTES, id % NOTES);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([customer, number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Note {
        customer: CustomerId(unsigned(customer)),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        at: instant(row.get(0)?),
        person: name(row, 1)?,
        text: row.get(2)?,
    }))
}
