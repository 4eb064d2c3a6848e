//! Shell. The mailbox for the screens and for the mail desk: lists, one conversation, the search.

use super::arriving::gone_on;
use super::outbox::{self, Due};
use super::rows::{self, Attachment};
use super::words::{self, KINDS, SENT, STATES};
use crate::ids::{ConversationId, ItemId, MailboxId, PersonId};
use crate::mail::grams;
use crate::mail::place::{Known, Standing};
use crate::office::inbox::{Conversation, Correspondent, ItemKind, SentState, State};
use crate::report::mail::Turn;
use crate::store::record::instant;
use crate::store::rows::{meaning, name, signed, unsigned, word};
use crate::store::{Reader, StoreError};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

/// Items of a conversation that are shown, the latest.
const ITEMS_MAX: u32 = 2_000;
/// Finds the search looks at, the latest.
const FOUND_MAX: u32 = 5_000;
/// Words of a search that count.
const WORDS_MAX: usize = 10;

const ITEM: &str = "i.id, i.conversation, i.version, i.kind, i.at, i.person, i.from_address, i.from_name, \
    i.recipients, i.subject, i.text, i.message_id, i.refs, i.mentions, i.attachments, i.labels, i.has_html, \
    i.has_raw, o.state, o.due_at, o.said";

/// Which conversations; everything that is `None` lets all through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConversationFilter {
    /// Any of these; empty: all.
    pub states: Vec<State>,
    pub assigned: Option<PersonId>,
    /// Words of a mail, a note, a name or an address.
    pub search: Option<String>,
    /// Only what comes after this in the list: the last one of the page shown.
    pub before: Option<(Timestamp, ConversationId)>,
}

/// An item as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem {
    pub id: ItemId,
    pub conversation: ConversationId,
    pub version: u64,
    pub kind: ItemKind,
    pub at: Timestamp,
    pub person: Option<PersonId>,
    pub from: Correspondent,
    pub to: Vec<Correspondent>,
    pub subject: String,
    pub text: String,
    pub message_id: Option<String>,
    pub refs: Vec<String>,
    pub mentions: Vec<PersonId>,
    pub attachments: Vec<Attachment>,
    pub labels: Vec<String>,
    pub has_html: bool,
    /// Its raw bytes are kept.
    pub has_raw: bool,
    /// `None`: it did not leave from here.
    pub sent: Option<Sent>,
}

/// How far an outward mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub state: SentState,
    /// Not before.
    pub due_at: Timestamp,
    /// The server's sentence.
    pub said: Option<String>,
}

/// A mail that the office has not taken note of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    pub item: StoredItem,
    pub conversation: Conversation,
    /// When the customer first wrote after it.
    pub wrote_since: Option<Timestamp>,
}

impl Reader {
    /// What is known of a folder; `None`: it was never read.
    pub fn folder(&self, mailbox: &MailboxId, folder: &str) -> Result<Option<Standing>, StoreError> {
        self.read(|connection| standing(connection, mailbox.as_str(), folder))
    }

    /// Conversations, the latest first, at most `limit`.
    pub fn conversations(
        &self,
        filter: &ConversationFilter,
        limit: u32,
    ) -> Result<Vec<Conversation>, StoreError> {
        let (condition, mut values) = condition(filter);
        values.push(Value::Integer(limit.into()));
        let condition = format!("WHERE {condition} ORDER BY last_at DESC, id DESC LIMIT ?");
        self.read(|connection| rows::conversations(connection, &condition, params_from_iter(values)))
    }

    /// The conversations that wait for an answer of ours, oldest debt first.
    pub fn mail_owed(&self) -> Result<Vec<Conversation>, StoreError> {
        let condition = "WHERE state IN ('new', 'open') AND owed_since IS NOT NULL ORDER BY owed_since, id";
        self.read(|connection| rows::conversations(connection, condition, []))
    }

    /// One conversation.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.read(|connection| rows::conversation_by_id(connection, signed(id.0)))
    }

    /// Are there mails of an earlier version that are not found by all they say?
    pub fn has_unpaired(&self) -> Result<bool, StoreError> {
        self.read(|connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM unpaired)", [], |row| row.get(0))
        })
    }

    /// What is in it, oldest first, without what was taken back.
    pub fn items(&self, id: ConversationId) -> Result<Vec<StoredItem>, StoreError> {
        let condition = "WHERE i.conversation = ?1 AND ifnull(o.state, '') <> 'undone' ORDER BY i.at DESC, i.id DESC LIMIT ?2";
        let mut items =
            self.read(|connection| items(connection, condition, params![signed(id.0), ITEMS_MAX]))?;
        items.reverse();
        Ok(items)
    }

    /// One item.
    pub fn item(&self, id: ItemId) -> Result<Option<StoredItem>, StoreError> {
        Ok(self.read(|connection| items(connection, "WHERE i.id = ?1", [signed(id.0)]))?.pop())
    }

    /// Mails after this one that the office has not taken note of, in the order they were stored.
    pub fn came_after(&self, last: ItemId, limit: u32) -> Result<Vec<Came>, StoreError> {
        self.read(|connection| {
            let condition = "WHERE i.version = 0 AND i.id > ?1 ORDER BY i.id LIMIT ?2";
            let found = items(connection, condition, params![signed(last.0), limit])?;
            let mut all = Vec::with_capacity(found.len());
            for item in found {
                if let Some(conversation) = gone_on(connection, signed(item.conversation.0))? {
                    let wrote_since = wrote_since(connection, &item, conversation.id)?;
                    all.push(Came { item, conversation, wrote_since });
                }
            }
            Ok(all)
        })
    }

    /// What somebody has written so far.
    pub fn draft(&self, id: ConversationId, person: &PersonId) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT text FROM draft WHERE conversation = ?1 AND person = ?2";
            connection.query_row(sql, params![signed(id.0), person.as_str()], |row| row.get(0)).optional()
        })
    }

    /// Replies to be used again, by name.
    pub fn saved_replies(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT name, text FROM saved_reply ORDER BY name")?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// The mail of ours with this Message-ID, and its conversation.
    pub fn item_by_message_id(&self, id: &str) -> Result<Option<(StoredItem, Conversation)>, StoreError> {
        self.read(|connection| {
            let condition = "WHERE i.message_id = ?1 AND o.item IS NOT NULL LIMIT 1";
            let Some(item) = items(connection, condition, [id])?.pop() else { return Ok(None) };
            let conversation = gone_on(connection, signed(item.conversation.0))?;
            Ok(conversation.map(|conversation| (item, conversation)))
        })
    }

    /// Mails and replies of every conversation that anything happened in since then, whole, one after the other;
    /// without history, and without what did not leave.
    pub fn mail_turns(&self, since: Timestamp) -> Result<Vec<Turn>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT c.id, c.mailbox, c.group_id, i.at, i.kind = 'reply', \
                    c.owed_since IS NOT NULL AND c.state IN ('new', 'open') \
                 FROM conversation c JOIN item i ON i.conversation = c.id LEFT JOIN outbox o ON o.item = i.id \
                 WHERE c.last_at >= ?1 AND (i.kind = 'mail' AND i.version <> 1 \
                    OR i.kind = 'reply' AND ifnull(o.state, 'sent') NOT IN ('held', 'undone', 'failed')) \
                 ORDER BY c.id, i.at, i.id",
            )?;
            let turn = |row: &Row<'_>| {
                Ok(Turn {
                    conversation: ConversationId(unsigned(row.get(0)?)),
                    mailbox: row.get_ref(1)?.as_str()?.into(),
                    group: row.get_ref(2)?.as_str()?.into(),
                    at: instant(row.get(3)?),
                    ours: row.get(4)?,
                    owed: row.get(5)?,
                })
            };
            statement.query_map([since.as_millisecond()], turn)?.collect()
        })
    }

    /// What is to be sent now.
    pub fn outbox_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        self.read(|connection| outbox::due(connection, now, limit))
    }

    /// Copies for Sent folders that are to be made now.
    pub fn copies_due(&self, now: Timestamp, limit: u32) -> Result<Vec<outbox::Copy>, StoreError> {
        self.read(|connection| outbox::copies(connection, now, limit))
    }

    /// One mail of the outbox.
    pub fn outbox_of(&self, item: ItemId) -> Result<Option<Due>, StoreError> {
        self.read(|connection| outbox::of(connection, item))
    }

    /// What was told automatically since: to whom, under which subject, and when; the latest first.
    pub fn auto_replies(&self, since: Timestamp) -> Result<Vec<(String, String, Timestamp)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT recipients, subject, at FROM item WHERE kind = 'auto_reply' AND at >= ?1 \
                 ORDER BY at DESC LIMIT 10000",
            )?;
            let found = statement.query_map([since.as_millisecond()], |row| {
                let to = words::people(row, 0)?.pop().unwrap_or_default();
                Ok((to.address, row.get(1)?, instant(row.get(2)?)))
            })?;
            found.collect()
        })
    }
}

fn standing(connection: &Connection, mailbox: &str, folder: &str) -> rusqlite::Result<Option<Standing>> {
    let sql = "SELECT uid_validity, epoch, first_contact_at, first_uid_next FROM mail_folder \
               WHERE mailbox = ?1 AND folder = ?2";
    let found = connection.query_row(sql, [mailbox, folder], |row| {
        Ok(Standing {
            uid_validity: row.get(0)?,
            epoch: row.get(1)?,
            first_contact_at: instant(row.get(2)?),
            first_uid_next: row.get(3)?,
            known: Vec::new(),
        })
    });
    let Some(mut standing) = found.optional()? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT uid, internal_date, stated_size FROM mail_place WHERE mailbox = ?1 AND folder = ?2 AND epoch = ?3",
    )?;
    let known = statement.query_map(params![mailbox, folder, standing.epoch], |row| {
        let internal_date = instant(row.get(1)?);
        Ok(Known { uid: row.get(0)?, internal_date, stated_size: unsigned(row.get(2)?) })
    })?;
    standing.known = known.collect::<rusqlite::Result<Vec<Known>>>()?;
    Ok(Some(standing))
}

/// When the customer first wrote after a mail, in its conversation or the one that has gone on in.
fn wrote_since(
    connection: &Connection,
    item: &StoredItem,
    goes_on: ConversationId,
) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT min(at) FROM item WHERE conversation IN (?1, ?2) AND kind = 'mail' AND at > ?3";
    let key = params![signed(item.conversation.0), signed(goes_on.0), item.at.as_millisecond()];
    let at: Option<i64> = connection.prepare_cached(sql)?.query_row(key, |row| row.get(0))?;
    Ok(at.map(instant))
}

fn items(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<StoredItem>> {
    let sql = format!("SELECT {ITEM} FROM item i LEFT JOIN outbox o ON o.item = i.id {condition}");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(values, item)?.collect()
}

fn item(row: &Row<'_>) -> rusqlite::Result<StoredItem> {
    let mentions: Vec<String> = words::list(row, 13)?;
    let state: Option<String> = row.get(18)?;
    let sent = match state {
        None => None,
        Some(_) => {
            Some(Sent { state: meaning(SENT, row, 18)?, due_at: instant(row.get(19)?), said: row.get(20)? })
        }
    };
    Ok(StoredItem {
        id: ItemId(unsigned(row.get(0)?)),
        conversation: ConversationId(unsigned(row.get(1)?)),
        version: unsigned(row.get(2)?),
        kind: meaning(KINDS, row, 3)?,
        at: instant(row.get(4)?),
        person: name(row, 5)?,
        from: Correspondent { address: row.get(6)?, name: row.get(7)? },
        to: words::people(row, 8)?,
        subject: row.get(9)?,
        text: row.get(10)?,
        message_id: row.get(11)?,
        refs: words::list(row, 12)?,
        mentions: mentions.iter().map(|id| PersonId::from(id.as_str())).collect(),
        attachments: words::list(row, 14)?,
        labels: words::list(row, 15)?,
        has_html: row.get(16)?,
        has_raw: row.get(17)?,
        sent,
    })
}

/// The filter as SQL with its values, in order; texts only ever travel as values.
fn condition(filter: &ConversationFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["merged_into IS NULL".to_owned()];
    let mut values = Vec::new();
    if !filter.states.is_empty() {
        parts.push(format!("state IN ({})", vec!["?"; filter.states.len()].join(", ")));
        values.extend(filter.states.iter().map(|state| Value::Text(word(STATES, *state).to_owned())));
    }
    if let Some(person) = &filter.assigned {
        parts.push("assigned = ?".to_owned());
        values.push(Value::Text(person.as_str().to_owned()));
    }
    if let Some((at, id)) = filter.before {
        parts.push("(last_at, id) < (?, ?)".to_owned());
        values.extend([Value::Integer(at.as_millisecond()), Value::Integer(signed(id.0))]);
    }
    if let Some(search) = &filter.search {
        parts.push(format!(
            "id IN (SELECT conversation FROM item WHERE id IN (SELECT rowid FROM item_search \
             WHERE item_search MATCH ? ORDER BY rowid DESC LIMIT {FOUND_MAX}))"
        ));
        values.push(Value::Text(matching(search)));
    }
    (parts.join(" AND "), values)
}

/// Every word, or its beginning, somewhere in one item; nothing a searcher types is a command.
fn matching(search: &str) -> String {
    let words = search.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let parts = words.flat_map(grams::wanted).take(WORDS_MAX);
    let words: Vec<String> = parts.map(|part| format!("\"{part}\"*")).collect();
    if words.is_empty() { "\"\"".to_owned() } else { words.join(" ") }
}
