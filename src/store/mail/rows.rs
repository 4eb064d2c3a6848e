//! Shell. Rows of conversations and items: written by the office's word, read for it and for the screens.

use super::uploads;
use super::words::{self, KINDS, STATES};
use crate::ids::{CallId, ConversationId, ItemId, PersonId};
use crate::mail::grams;
use crate::office::inbox::{
    Conversation, Correspondent, Item, KEPT_MAX, MERGES_MAX, Mention, Moving, PRESENT_MAX, Settled,
};
use crate::store::record::instant;
use crate::store::rows::{meaning, name, signed, unsigned, word};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::{Deserialize, Serialize};

/// The columns [`conversation`] reads, in its order.
pub(super) const CONVERSATION: &str = "id, version, state, mailbox, group_id, subject, customer_address, \
    customer_name, assigned, owed_since, due_at, snoozed_until, last_at, merged_into, settled_at, \
    settled_owed_since, settled_due_at, awaits";

/// Mails made to be found in one commit: a call's row waits for no more.
const PAIRED_AT_ONCE: u32 = 50;

/// A part of a mail that can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Made fit for a file.
    pub name: String,
    /// As the sender calls it, such as `image/png`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes when decoded.
    pub size: u64,
    /// Which part of the mail it is.
    pub part: usize,
    /// Of a reply that is not written out: the file its bytes lie in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
}

/// Writes a conversation over an earlier value; what threads are found by stays.
pub(in crate::store) fn put_conversation(
    connection: &Connection,
    one: &Conversation,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO conversation (id, version, state, mailbox, group_id, subject, thread_subject, \
            customer_address, customer_name, assigned, owed_since, due_at, snoozed_until, last_at, merged_into, \
            settled_at, settled_owed_since, settled_due_at, awaits) \
         VALUES (:id, :version, :state, :mailbox, :group_id, :subject, lower(:subject), :customer_address, \
            :customer_name, :assigned, :owed_since, :due_at, :snoozed_until, :last_at, :merged_into, :settled_at, \
            :settled_owed_since, :settled_due_at, :awaits) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state, \
            group_id = excluded.group_id, assigned = excluded.assigned, owed_since = excluded.owed_since, \
            due_at = excluded.due_at, snoozed_until = excluded.snoozed_until, last_at = excluded.last_at, \
            merged_into = excluded.merged_into, settled_at = excluded.settled_at, \
            settled_owed_since = excluded.settled_owed_since, settled_due_at = excluded.settled_due_at, \
            awaits = excluded.awaits",
    )?;
    let ms = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
    statement.execute(named_params! {
        ":id": signed(one.id.0),
        ":version": signed(one.version),
        ":state": word(STATES, one.state),
        ":mailbox": one.mailbox.as_str(),
        ":group_id": one.group.as_str(),
        ":subject": one.subject,
        ":customer_address": one.customer.address,
        ":customer_name": one.customer.name,
        ":assigned": one.assigned.as_ref().map(|id| id.as_str()),
        ":owed_since": ms(one.owed_since),
        ":due_at": ms(one.due_at),
        ":snoozed_until": ms(one.snoozed_until),
        ":last_at": one.last_at.as_millisecond(),
        ":merged_into": one.merged_into.map(|id| signed(id.0)),
        ":settled_at": ms(one.settled.map(|settled| settled.at)),
        ":settled_owed_since": ms(one.settled.and_then(|settled| settled.owed_since)),
        ":settled_due_at": ms(one.settled.and_then(|settled| settled.due_at)),
        ":awaits": one.awaits.map(|call| signed(call.0)),
    })?;
    Ok(())
}

/// Writes what the office added.
pub(in crate::store) fn put_item(connection: &Connection, item: &Item) -> rusqlite::Result<()> {
    let files = uploads::cells(&item.files);
    let people = found_by(&Correspondent::default(), &item.to, &files);
    let mut statement = connection.prepare_cached(
        "INSERT INTO item (id, conversation, home, version, kind, at, person, from_address, from_name, recipients, \
            subject, people, text, refs, mentions, attachments, labels, has_html, has_raw) \
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, '', '', ?7, ?8, ?9, ?10, '[]', ?11, ?12, '[]', 0, 0) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, text = excluded.text",
    )?;
    statement.execute(params![
        signed(item.id.0),
        signed(item.conversation.0),
        signed(item.version),
        word(KINDS, item.kind),
        item.at.as_millisecond(),
        item.person.as_ref().map(|id| id.as_str()),
        words::pairs(&item.to),
        item.subject,
        with_pairs(people, [&item.subject, &item.text]),
        item.text,
        words::cell(&item.mentions.iter().map(PersonId::as_str).collect::<Vec<_>>()),
        words::cell(&files),
    ])?;
    uploads::send(connection, item.id, &item.files)
}

/// People as the search finds them.
pub(super) fn spoken(people: &[Correspondent]) -> String {
    let each = people.iter().map(|one| format!("{} {}", one.name, one.address));
    each.collect::<Vec<_>>().join(" ")
}

/// By whom and by what a mail is found beside its words.
pub(super) fn found_by(from: &Correspondent, to: &[Correspondent], attachments: &[Attachment]) -> String {
    let names = attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(" ");
    format!("{} {} {names}", spoken(std::slice::from_ref(from)), spoken(to))
}

/// Makes some more mails of an earlier version be found, the latest first.
pub(super) fn pair(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("SELECT item FROM unpaired ORDER BY item DESC LIMIT ?1")?;
    let some = statement.query_map([PAIRED_AT_ONCE], |row| row.get(0))?;
    for item in some.collect::<rusqlite::Result<Vec<i64>>>()? {
        pair_one(connection, item)?;
        connection.prepare_cached("DELETE FROM unpaired WHERE item = ?1")?.execute([item])?;
    }
    Ok(())
}

fn pair_one(connection: &Connection, item: i64) -> rusqlite::Result<()> {
    let sql =
        "SELECT from_address, from_name, recipients, attachments, subject, text FROM item WHERE id = ?1";
    let read = |row: &Row<'_>| {
        let from = Correspondent { address: row.get(0)?, name: row.get(1)? };
        let people = found_by(&from, &words::people(row, 2)?, &words::list(row, 3)?);
        Ok(with_pairs(people, [&row.get(4)?, &row.get(5)?]))
    };
    let Some(people) = connection.prepare_cached(sql)?.query_row([item], read).optional()? else {
        return Ok(());
    };
    let sql = "UPDATE item SET people = ?2 WHERE id = ?1 AND people <> ?2";
    connection.prepare_cached(sql)?.execute(params![item, people]).map(drop)
}

/// The same with what the search needs of writing without blanks.
pub(super) fn with_pairs(people: String, texts: [&String; 2]) -> String {
    let pairs =
        texts.into_iter().chain([&people]).map(|text| grams::pairs(text)).filter(|some| !some.is_empty());
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { people } else { format!("{people} {}", pairs.join(" ")) }
}

/// The office has taken note of a mail.
pub(in crate::store) fn note(connection: &Connection, item: ItemId, version: u64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("UPDATE item SET version = ?2 WHERE id = ?1")?;
    statement.execute(params![signed(item.0), signed(version)]).map(drop)
}

/// Items go from one conversation to another.
pub(in crate::store) fn move_items(
    connection: &Connection,
    from: ConversationId,
    to: ConversationId,
    what: &Moving,
) -> rusqlite::Result<()> {
    let (from, to) = (signed(from.0), signed(to.0));
    let all = "UPDATE item SET conversation = ?2 WHERE conversation = ?1";
    match what {
        Moving::All => connection.execute(all, [from, to]).map(drop),
        Moving::Home => come_home(connection, gone_on_in(connection, from)?, to),
        Moving::These(items) => {
            let mut statement = connection.prepare_cached(&format!("{all} AND id = ?3"))?;
            items.iter().try_for_each(|item| statement.execute([from, to, signed(item.0)]).map(drop))
        }
    }
}

/// What came with a conversation leaves with it: its own items, and of those merged into it before.
fn come_home(connection: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    let sql = "WITH RECURSIVE part (id) AS (SELECT ?2 UNION \
            SELECT c.id FROM part JOIN conversation c ON c.merged_into = part.id) \
         UPDATE item SET conversation = ?2 WHERE conversation = ?1 AND home IN (SELECT id FROM part)";
    connection.execute(sql, [from, to]).map(drop)
}

/// Where a conversation goes on after all its merges; itself if there were none.
pub(super) fn gone_on_in(connection: &Connection, id: i64) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE way (id, step) AS (SELECT ?1, 0 UNION ALL \
            SELECT c.merged_into, way.step + 1 FROM way JOIN conversation c ON c.id = way.id \
            WHERE c.merged_into IS NOT NULL AND way.step < ?2) \
         SELECT id FROM way ORDER BY step DESC LIMIT 1",
    )?;
    statement.query_row(params![id, MERGES_MAX], |row| row.get(0))
}

/// What somebody has written so far.
pub(in crate::store) fn put_draft(
    connection: &Connection,
    conversation: ConversationId,
    person: &PersonId,
    text: &str,
) -> rusqlite::Result<()> {
    let key = params![signed(conversation.0), person.as_str(), text];
    let sql = match text.is_empty() {
        true => "DELETE FROM draft WHERE conversation = ?1 AND person = ?2 AND ?3 = ''",
        false => "INSERT OR REPLACE INTO draft (conversation, person, text) VALUES (?1, ?2, ?3)",
    };
    connection.prepare_cached(sql)?.execute(key).map(drop)
}

/// What was to be sent goes below what its writer has written since; what stands there already is not
/// written twice.
pub(in crate::store) fn add_to_draft(
    connection: &Connection,
    conversation: ConversationId,
    person: &PersonId,
    text: &str,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO draft (conversation, person, text) VALUES (?1, ?2, ?3) \
         ON CONFLICT (conversation, person) DO UPDATE SET text = draft.text || char(10, 10) || excluded.text \
            WHERE instr(draft.text, excluded.text) = 0",
    )?;
    statement.execute(params![signed(conversation.0), person.as_str(), text]).map(drop)
}

/// Somebody was named in a note, or has looked.
pub(in crate::store) fn put_mention(
    connection: &Connection,
    (conversation, person): (ConversationId, &PersonId),
    note: Option<&Mention>,
) -> rusqlite::Result<()> {
    let (id, person) = (signed(conversation.0), person.as_str());
    let Some(note) = note else {
        let sql = "DELETE FROM mention WHERE conversation = ?1 AND person = ?2";
        return connection.prepare_cached(sql)?.execute(params![id, person]).map(drop);
    };
    let sql = "INSERT OR REPLACE INTO mention (conversation, person, item, by) VALUES (?1, ?2, ?3, ?4)";
    let by = note.by.as_ref().map(|by| by.as_str());
    connection.prepare_cached(sql)?.execute(params![id, person, signed(note.item.0), by]).map(drop)
}

/// Who was named in a note and has not looked since.
pub(in crate::store) fn mentions(connection: &Connection) -> rusqlite::Result<Vec<Mention>> {
    let sql = "SELECT conversation, person, item, by FROM mention ORDER BY item LIMIT ?1";
    let mention = |row: &Row<'_>| {
        Ok(Mention {
            conversation: ConversationId(unsigned(row.get(0)?)),
            person: row.get_ref(1)?.as_str()?.into(),
            item: ItemId(unsigned(row.get(2)?)),
            by: name(row, 3)?,
        })
    };
    connection.prepare(sql)?.query_map([i64::try_from(PRESENT_MAX).unwrap_or(i64::MAX)], mention)?.collect()
}

/// A conversation that never began leaves nothing.
pub(in crate::store) fn drop_conversation(
    connection: &Connection,
    id: ConversationId,
) -> rusqlite::Result<()> {
    let sql =
        "DELETE FROM conversation WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM item WHERE conversation = ?1)";
    connection.prepare_cached(sql)?.execute([signed(id.0)]).map(drop)
}

/// A reply to be used again; `None`: not any more.
pub(in crate::store) fn put_saved_reply(
    connection: &Connection,
    name: &str,
    text: Option<&str>,
) -> rusqlite::Result<()> {
    match text {
        Some(text) => connection
            .execute("INSERT OR REPLACE INTO saved_reply (name, text) VALUES (?1, ?2)", [name, text])
            .map(drop),
        None => connection.execute("DELETE FROM saved_reply WHERE name = ?1", [name]).map(drop),
    }
}

/// Who has begun an answer, and in which conversation.
pub(in crate::store) fn drafts(connection: &Connection) -> rusqlite::Result<Vec<(ConversationId, PersonId)>> {
    let sql = "SELECT conversation, person FROM draft WHERE conversation > 0 ORDER BY conversation LIMIT ?1";
    let key = |row: &Row<'_>| {
        Ok((ConversationId(unsigned(row.get(0)?)), PersonId::from(row.get_ref(1)?.as_str()?)))
    };
    connection.prepare(sql)?.query_map([i64::try_from(KEPT_MAX).unwrap_or(i64::MAX)], key)?.collect()
}

/// Who asked by mail for a call that is promised still.
pub(in crate::store) fn awaited(connection: &Connection) -> rusqlite::Result<Vec<(String, CallId)>> {
    let sql = "SELECT c.customer_address, c.awaits FROM contact p JOIN conversation c ON c.awaits = p.id \
               WHERE p.promised > 0 AND c.customer_address <> '' LIMIT ?1";
    let one = |row: &Row<'_>| Ok((row.get(0)?, CallId(unsigned(row.get(1)?))));
    connection.prepare(sql)?.query_map([i64::try_from(KEPT_MAX).unwrap_or(i64::MAX)], one)?.collect()
}

/// The conversations with something left to do, and those that wait: what the office keeps in memory.
pub(in crate::store) fn working(connection: &Connection) -> rusqlite::Result<Vec<Conversation>> {
    // What the office itself would let go of first is left out first.
    let condition = "WHERE state <> 'closed' ORDER BY state = 'waiting', last_at DESC LIMIT ?1";
    conversations(connection, condition, [i64::try_from(KEPT_MAX).unwrap_or(i64::MAX)])
}

/// Conversations by a condition.
pub(super) fn conversations(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Conversation>> {
    let sql = format!("SELECT {CONVERSATION} FROM conversation {condition}");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(values, |row| conversation(row, 0))?.collect()
}

/// One of them.
pub(super) fn conversation_by_id(connection: &Connection, id: i64) -> rusqlite::Result<Option<Conversation>> {
    let sql = format!("SELECT {CONVERSATION} FROM conversation WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([id], |row| conversation(row, 0)).optional()
}

/// Reads [`CONVERSATION`] from this column on.
pub(super) fn conversation(row: &Row<'_>, first: usize) -> rusqlite::Result<Conversation> {
    let at = |column: usize| row.get::<_, Option<i64>>(first + column).map(|at| at.map(instant));
    let merged: Option<i64> = row.get(first + 13)?;
    let awaits: Option<i64> = row.get(first + 17)?;
    let settled = at(14)?;
    Ok(Conversation {
        id: ConversationId(unsigned(row.get(first)?)),
        version: unsigned(row.get(first + 1)?),
        state: meaning(STATES, row, first + 2)?,
        mailbox: row.get_ref(first + 3)?.as_str()?.into(),
        group: row.get_ref(first + 4)?.as_str()?.into(),
        subject: row.get(first + 5)?,
        customer: Correspondent { address: row.get(first + 6)?, name: row.get(first + 7)? },
        assigned: name(row, first + 8)?,
        owed_since: at(9)?,
        due_at: at(10)?,
        snoozed_until: at(11)?,
        last_at: instant(row.get(first + 12)?),
        merged_into: merged.map(|id| ConversationId(unsigned(id))),
        settled: match settled {
            Some(then) => Some(Settled { at: then, owed_since: at(15)?, due_at: at(16)? }),
            None => None,
        },
        awaits: awaits.map(|id| CallId(unsigned(id))),
    })
}
