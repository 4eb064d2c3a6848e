//! Shell. The outbox: the office puts mails in, the mail desk writes down what becomes of them.

use super::uploads;
use super::words::{self, SENT};
use crate::ids::{ConversationId, ItemId, MailboxId};
use crate::mail::outbox::TRIED_FOR;
use crate::office::inbox::{Item, ItemKind, Outgoing, SentState};
use crate::store::record::instant;
use crate::store::rows::{meaning, signed, unsigned, word};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A mail to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub item: ItemId,
    pub conversation: ConversationId,
    pub kind: ItemKind,
    /// [`SentState::Sending`]: an attempt was cut, and nobody knows how it ended.
    pub state: SentState,
    pub queued_at: Timestamp,
    pub attempts: u32,
    /// Set with the first attempt.
    pub message_id: Option<String>,
}

/// A copy of a sent mail that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    pub item: ItemId,
    pub mailbox: MailboxId,
    pub message_id: String,
}

/// The office's word; what is being sent, or was, it cannot change any more.
pub(in crate::store) fn put(connection: &Connection, outgoing: &Outgoing) -> rusqlite::Result<()> {
    let queued_at = (outgoing.state == SentState::Queued).then(|| outgoing.due_at.as_millisecond());
    let mut statement = connection.prepare_cached(
        "INSERT INTO outbox (item, conversation, state, due_at, queued_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (item) DO UPDATE SET state = excluded.state, due_at = excluded.due_at, \
            queued_at = excluded.queued_at WHERE outbox.state NOT IN ('sending', 'sent')",
    )?;
    let item = signed(outgoing.item.0);
    let state = word(SENT, outgoing.state);
    let due_at = outgoing.due_at.as_millisecond();
    statement.execute(params![item, signed(outgoing.conversation.0), state, due_at, queued_at])?;
    match outgoing.state {
        SentState::Undone => uploads::give_back(connection, outgoing.item, None),
        _ => Ok(()),
    }
}

/// The mail desk's word: how far it is, when it is tried again, and what the server said.
pub(super) fn tell(
    connection: &Connection,
    item: ItemId,
    state: SentState,
    due_at: Timestamp,
    attempts: u32,
    said: Option<&str>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE outbox SET state = ?2, due_at = ?3, attempts = ?4, said = ?5 WHERE item = ?1",
    )?;
    let item = signed(item.0);
    statement.execute(params![item, word(SENT, state), due_at.as_millisecond(), attempts, said]).map(drop)
}

/// Its copy in the Sent folder is not tried before this instant.
pub(super) fn copy_later(connection: &Connection, item: ItemId, at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE outbox SET due_at = ?2 WHERE item = ?1 AND state = 'sent'";
    connection.execute(sql, params![signed(item.0), at.as_millisecond()]).map(drop)
}

/// Copies for Sent folders that are to be made, of what left lately.
pub(super) fn copies(connection: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Copy>> {
    let lately = now.checked_sub(TRIED_FOR).unwrap_or(Timestamp::MIN);
    let mut statement = connection.prepare_cached(
        "SELECT o.item, c.mailbox, i.message_id FROM outbox o JOIN item i ON i.id = o.item \
            JOIN conversation c ON c.id = o.conversation \
         WHERE o.state = 'sent' AND o.due_at BETWEEN ?1 AND ?2 AND o.copied = 0 AND o.queued_at >= ?1 \
            AND i.message_id IS NOT NULL ORDER BY o.due_at LIMIT ?3",
    )?;
    let copy = |row: &Row<'_>| {
        let item = ItemId(unsigned(row.get(0)?));
        Ok(Copy { item, mailbox: row.get_ref(1)?.as_str()?.into(), message_id: row.get(2)? })
    };
    statement.query_map(params![lately.as_millisecond(), now.as_millisecond(), limit], copy)?.collect()
}

/// It was taken, and came back since.
pub(super) fn returned(connection: &Connection, item: ItemId, said: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE outbox SET state = 'failed', said = ?2 WHERE item = ?1 AND state = 'sent'";
    connection.execute(sql, params![signed(item.0), said]).map(drop)
}

/// Its copy in the Sent folder needs no more tries.
pub(super) fn copied(connection: &Connection, item: ItemId) -> rusqlite::Result<()> {
    connection.execute("UPDATE outbox SET copied = 1 WHERE item = ?1", [signed(item.0)]).map(drop)
}

/// What is to be sent at this instant, and what an earlier run of the program left under way.
pub(super) fn due(connection: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Due>> {
    let mut statement = connection.prepare_cached(
        "SELECT o.item, o.conversation, i.kind, o.state, ifnull(o.queued_at, o.due_at), o.attempts, i.message_id \
         FROM outbox o JOIN item i ON i.id = o.item \
         WHERE o.state IN ('queued', 'sending') AND o.due_at <= ?1 ORDER BY o.due_at, o.item LIMIT ?2",
    )?;
    statement.query_map(params![now.as_millisecond(), limit], read_due)?.collect()
}

/// One of them, whatever its time.
pub(super) fn of(connection: &Connection, item: ItemId) -> rusqlite::Result<Option<Due>> {
    let mut statement = connection.prepare_cached(
        "SELECT o.item, o.conversation, i.kind, o.state, ifnull(o.queued_at, o.due_at), o.attempts, i.message_id \
         FROM outbox o JOIN item i ON i.id = o.item WHERE o.item = ?1",
    )?;
    statement.query_row([signed(item.0)], read_due).optional()
}

fn read_due(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        item: ItemId(unsigned(row.get(0)?)),
        conversation: ConversationId(unsigned(row.get(1)?)),
        kind: meaning(super::words::KINDS, row, 2)?,
        state: meaning(SENT, row, 3)?,
        queued_at: instant(row.get(4)?),
        attempts: row.get(5)?,
        message_id: row.get(6)?,
    })
}

/// A backup does not know what went out since: nothing it was about to send goes by itself, and somebody
/// looks (spec/reliability.md §3, "none done twice").
pub(in crate::store) fn age(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let under_way = "state IN ('held', 'queued', 'sending')";
    let owed = format!(
        "UPDATE conversation SET version = version + 1, owed_since = ifnull(owed_since, ?1), due_at = ?1, \
            state = iif(assigned IS NULL, 'new', 'open'), snoozed_until = NULL \
         WHERE id IN (SELECT i.conversation FROM item i JOIN outbox o ON o.item = i.id WHERE o.{under_way})"
    );
    connection.execute(&owed, [now.as_millisecond()])?;
    connection.execute(&format!("UPDATE outbox SET state = 'unsure' WHERE {under_way}"), []).map(drop)
}

/// Replies that can still be taken back, or go later: the office must know them again.
pub(in crate::store) fn held(connection: &Connection) -> rusqlite::Result<Vec<(Outgoing, Item)>> {
    let mut statement = connection.prepare(
        "SELECT o.item, o.conversation, o.due_at, i.version, i.at, i.person, i.recipients, i.subject, i.text, \
            i.attachments \
         FROM outbox o JOIN item i ON i.id = o.item WHERE o.state = 'held' ORDER BY o.due_at LIMIT 1000",
    )?;
    let found = statement.query_map([], |row| {
        let (id, conversation) = (ItemId(unsigned(row.get(0)?)), ConversationId(unsigned(row.get(1)?)));
        let item = Item {
            id,
            conversation,
            version: unsigned(row.get(3)?),
            kind: ItemKind::Reply,
            at: instant(row.get(4)?),
            person: crate::store::rows::name(row, 5)?,
            to: words::people(row, 6)?,
            subject: row.get(7)?,
            text: row.get(8)?,
            mentions: Vec::new(),
            files: uploads::files(words::list(row, 9)?),
        };
        let due_at = instant(row.get(2)?);
        Ok((Outgoing { item: id, conversation, state: SentState::Held, due_at }, item))
    })?;
    found.collect()
}
