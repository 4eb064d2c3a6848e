//! Shell. Forgetting on the disk: rows lose names and numbers and keep their figures, mails, messages and
//! recordings go whole.
//!
//! Every receipt lies twice: in the database, and in a file beside it that no restore replaces. At every start
//! the two are compared: what an older backup brought back is forgotten again.

use super::folder;
use super::record::instant;
use super::rows::{signed, unsigned};
use super::{Reader, StoreError};
use crate::ids::{CallId, ConversationId, CustomerId, ItemId, PersonId};
use crate::number::Number;
use crate::office::customers::forget::{Counts, Receipt, Things, Wanted};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// The receipts, one a line.
const RECEIPTS: &str = "forgotten.jsonl";
/// What stands for the number of a promise that was forgotten.
const NO_NUMBER: &str = "0";
/// Rows that one receipt is about.
const AT_ONCE: u32 = 2_000;

/// Up to when things are kept; `None`: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    pub contacts: Option<Timestamp>,
    pub voicemail: Option<Timestamp>,
    pub mail: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Cell {
    receipt: String,
    customer: Option<u64>,
    at: i64,
    person: Option<String>,
    counts: CountsCell,
    contacts: Vec<(u64, i64)>,
    messages: Vec<(u64, i64)>,
    conversations: Vec<u64>,
    items: Vec<(u64, i64)>,
    customers: Vec<(u64, i64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Counts")]
struct CountsCopy {
    contacts: u64,
    recordings: u64,
    voicemails: u64,
    conversations: u64,
    mails: u64,
    attachments: u64,
    notes: u64,
}

#[derive(Serialize, Deserialize)]
struct CountsCell(#[serde(with = "CountsCopy")] Counts);

fn print(receipt: &Receipt) -> String {
    let things = &receipt.things;
    let ms = |at: Timestamp| at.as_millisecond();
    let cell = Cell {
        receipt: receipt.id.clone(),
        customer: receipt.customer.map(|id| id.0),
        at: ms(receipt.at),
        person: receipt.person.as_ref().map(PersonId::to_string),
        counts: CountsCell(receipt.counts),
        contacts: things.contacts.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        messages: things.messages.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        conversations: things.conversations.iter().map(|id| id.0).collect(),
        items: things.items.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        customers: things.customers.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
    };
    serde_json::to_string(&cell).expect("numbers and texts are always JSON")
}

fn read(text: &str) -> Option<Receipt> {
    let cell: Cell = serde_json::from_str(text).ok()?;
    Some(Receipt {
        id: cell.receipt,
        customer: cell.customer.map(CustomerId),
        at: instant(cell.at),
        person: cell.person.as_deref().map(PersonId::from),
        counts: cell.counts.0,
        things: Things {
            contacts: cell.contacts.into_iter().map(|(id, at)| (CallId(id), instant(at))).collect(),
            messages: cell.messages.into_iter().map(|(id, at)| (CallId(id), instant(at))).collect(),
            conversations: cell.conversations.into_iter().map(ConversationId).collect(),
            items: cell.items.into_iter().map(|(id, at)| (ItemId(id), instant(at))).collect(),
            customers: cell.customers.into_iter().map(|(id, at)| (CustomerId(id), instant(at))).collect(),
        },
    })
}

/// Forgets what a receipt names, in the writer's transaction.
pub(super) fn put(connection: &Connection, receipt: &Receipt) -> rusqlite::Result<()> {
    // Deleted words are not to stay in the index's own pages either.
    connection.execute("INSERT INTO item_search (item_search, rank) VALUES ('secure-delete', 1)", [])?;
    let things = &receipt.things;
    for (id, at) in &things.contacts {
        blank_contact(connection, signed(id.0), at.as_millisecond())?;
    }
    for (id, at) in things.contacts.iter().chain(&things.messages) {
        let sql = "UPDATE contact SET message = NULL, promised = CASE promised WHEN 1 THEN 0 ELSE promised END \
                   WHERE id = ?1 AND started_at = ?2 AND message IS NOT NULL";
        connection.prepare_cached(sql)?.execute([signed(id.0), at.as_millisecond()])?;
    }
    for (id, at) in &things.items {
        let sql = "DELETE FROM item WHERE id = ?1 AND at = ?2";
        if connection.prepare_cached(sql)?.execute([signed(id.0), at.as_millisecond()])? > 0 {
            connection.prepare_cached("DELETE FROM outbox WHERE item = ?1")?.execute([signed(id.0)])?;
        }
    }
    for id in &things.conversations {
        blank_conversation(connection, signed(id.0))?;
    }
    for (id, at) in &things.customers {
        delete_customer(connection, signed(id.0), at.as_millisecond())?;
    }
    let sql = "INSERT OR IGNORE INTO forgotten (receipt, at, cell) VALUES (?1, ?2, ?3)";
    connection.execute(sql, params![receipt.id, receipt.at.as_millisecond(), print(receipt)]).map(drop)
}

/// A row without names, numbers and what people wrote: its figures stay.
fn blank_contact(connection: &Connection, id: i64, at: i64) -> rusqlite::Result<()> {
    let sql = "SELECT story, outcome, kind FROM contact WHERE id = ?1 AND started_at = ?2";
    let found = connection
        .prepare_cached(sql)?
        .query_row([id, at], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))
        .optional()?;
    let Some((story, outcome)) = found else { return Ok(()) };
    let sql = "UPDATE contact SET \
            from_number = CASE WHEN from_person IS NULL THEN NULL ELSE from_number END, \
            from_name = CASE WHEN from_person IS NULL THEN '' ELSE from_name END, \
            to_number = CASE kind WHEN 'outbound' THEN NULL ELSE to_number END, \
            to_name = CASE kind WHEN 'outbound' THEN '' ELSE to_name END, \
            callback = CASE WHEN callback IS NULL THEN NULL ELSE json_set(callback, '$.number', ?3) END, \
            promised = 0, story = ?2 WHERE id = ?1";
    let story = blank_story(&story, outcome.as_deref(), at);
    connection.prepare_cached(sql)?.execute(params![id, story, NO_NUMBER]).map(drop)
}

/// The story without numbers dialled and reasons written; and nothing is owed for it, for nobody could be called.
fn blank_story(story: &str, outcome: Option<&str>, at: i64) -> String {
    let Ok(mut lines) = serde_json::from_str::<Vec<serde_json::Value>>(story) else { return "[]".to_owned() };
    for line in lines.iter_mut().filter_map(serde_json::Value::as_object_mut) {
        for field in ["to", "reason"] {
            if line.get(field).is_some_and(serde_json::Value::is_string) {
                line.insert(field.to_owned(), "".into());
            }
        }
    }
    let owed = outcome.is_some_and(|word| {
        super::rows::OUTCOMES.iter().any(|(known, outcome)| *known == word && outcome.is_owed())
    });
    if owed {
        lines.push(serde_json::json!({ "at": at, "what": "missed_settled", "person": null }));
    }
    serde_json::to_string(&lines).expect("what was JSON is JSON")
}

/// A conversation without a mail of whom it is called after says nothing of them; one with nothing left in it is
/// closed.
fn blank_conversation(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE conversation SET subject = '', thread_subject = '', customer_address = '', customer_name = '' \
        WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM item i WHERE i.conversation = ?1 AND i.kind = 'mail' \
            AND i.from_address = conversation.customer_address)";
    connection.prepare_cached(sql)?.execute([id])?;
    let sql = "UPDATE conversation SET state = 'closed', owed_since = NULL, due_at = NULL, snoozed_until = NULL \
        WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM item WHERE conversation = ?1)";
    if connection.prepare_cached(sql)?.execute([id])? > 0 {
        connection.prepare_cached("DELETE FROM draft WHERE conversation = ?1")?.execute([id])?;
    }
    Ok(())
}

fn delete_customer(connection: &Connection, id: i64, created_at: i64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM customer WHERE id = ?1 AND created_at = ?2";
    if connection.prepare_cached(sql)?.execute([id, created_at])? > 0 {
        for table in ["customer_number", "customer_address", "customer_note"] {
            connection.execute(&format!("DELETE FROM {table} WHERE customer = ?1"), [id])?;
        }
    }
    Ok(())
}

/// The log of the database still has what was deleted: it is folded in and emptied, now or, while somebody reads,
/// at the next start.
pub(super) fn empty_log(connection: &Connection) {
    let emptied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    tracing::debug!(?emptied, "the log of the database was folded in");
}

/// After the commit: the bytes, then the receipt beside the database, which says that they are gone: until it is
/// there every start removes them again. Blocks.
pub fn finish(data: &Path, receipt: &Receipt) -> Result<(), StoreError> {
    let failed = |source| StoreError::Folder { path: data.to_owned(), source };
    remove_files(data, &receipt.things).map_err(failed)?;
    note(data, receipt).map_err(failed)
}

fn note(data: &Path, receipt: &Receipt) -> io::Result<()> {
    let path = data.join(RECEIPTS);
    let is_new = !path.exists();
    let mut options = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.create(true).append(true), 0o600);
    let mut file = options.open(&path)?;
    if is_new {
        folder::own(&path)?;
    }
    file.write_all(format!("{}\n", print(receipt)).as_bytes())?;
    file.sync_all()?;
    folder::sync(data)
}

/// Sound and mail of these rows.
fn remove_files(data: &Path, things: &Things) -> io::Result<()> {
    for (id, _) in things.contacts.iter().chain(&things.messages) {
        remove(&data.join("voicemail").join(format!("{id}.wav")))?;
    }
    for (id, _) in &things.items {
        remove(&data.join("mail").join(format!("{id}.eml")))?;
    }
    for name in recordings_of(data, things) {
        remove(&data.join("recordings").join(name))?;
    }
    let folders = ["voicemail", "mail", "recordings"].map(|name| data.join(name));
    folders.iter().filter(|folder| folder.is_dir()).try_for_each(|folder| folder::sync(folder))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// `C-7.wav`, `C-7-2.wav` of these contacts.
fn recordings_of(data: &Path, things: &Things) -> Vec<String> {
    let ids: BTreeSet<String> = things.contacts.iter().map(|(id, _)| id.to_string()).collect();
    let entries = fs::read_dir(data.join("recordings")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let contact = |name: &str| {
        let digits = name.strip_prefix("C-")?.find(|c: char| !c.is_ascii_digit())?;
        Some(name[..digits + 2].to_owned())
    };
    names.filter(|name| contact(name).is_some_and(|id| ids.contains(&id))).collect()
}

/// At the start: what a restored backup brought back is forgotten again, and a receipt whose bytes a power cut
/// may have left is ended.
pub(super) fn again(connection: &mut Connection, data: &Path) -> Result<(), StoreError> {
    let text = match fs::read_to_string(data.join(RECEIPTS)) {
        Ok(text) => text,
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(StoreError::Folder { path: data.to_owned(), source }),
    };
    let beside: Vec<Receipt> = text.lines().filter_map(read).collect();
    let kept = receipts(connection).map_err(StoreError::while_("reading"))?;
    let has = |all: &[Receipt], one: &Receipt| all.iter().any(|known| known.id == one.id);
    for receipt in beside.iter().filter(|one| !has(&kept, one)) {
        let there = there(connection, &receipt.things).map_err(StoreError::while_("reading"))?;
        let failed = |source| StoreError::Folder { path: data.to_owned(), source };
        remove_files(data, &there).map_err(failed)?;
        let transaction = connection.transaction().map_err(StoreError::while_("forgetting"))?;
        put(&transaction, receipt).map_err(StoreError::while_("forgetting"))?;
        transaction.commit().map_err(StoreError::while_("forgetting"))?;
        tracing::info!(receipt = %receipt.id, "what had been forgotten is forgotten again");
    }
    kept.iter().filter(|one| !has(&beside, one)).try_for_each(|receipt| finish(data, receipt))
}

/// Those of these rows that this database has: another row may have a number by now.
fn there(connection: &Connection, things: &Things) -> rusqlite::Result<Things> {
    let has = |sql: &str, id: u64, at: Timestamp| -> rusqlite::Result<bool> {
        connection.prepare_cached(sql)?.exists([signed(id), at.as_millisecond()])
    };
    let contact = "SELECT 1 FROM contact WHERE id = ?1 AND started_at = ?2";
    let item = "SELECT 1 FROM item WHERE id = ?1 AND at = ?2";
    let mut there = Things::default();
    for (id, at) in things.contacts.iter().filter(|(id, at)| has(contact, id.0, *at).unwrap_or(false)) {
        there.contacts.push((*id, *at));
    }
    for (id, at) in things.messages.iter().filter(|(id, at)| has(contact, id.0, *at).unwrap_or(false)) {
        there.messages.push((*id, *at));
    }
    for (id, at) in things.items.iter().filter(|(id, at)| has(item, id.0, *at).unwrap_or(false)) {
        there.items.push((*id, *at));
    }
    Ok(there)
}

fn receipts(connection: &Connection) -> rusqlite::Result<Vec<Receipt>> {
    let mut statement = connection.prepare("SELECT cell FROM forgotten ORDER BY at DESC, receipt")?;
    let texts = statement.query_map([], |row| row.get::<_, String>(0))?;
    let texts = texts.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(texts.iter().filter_map(|text| read(text)).collect())
}

impl Reader {
    /// Every receipt, the newest first.
    pub fn forgotten(&self) -> Result<Vec<Receipt>, StoreError> {
        self.read(receipts)
    }

    /// Everything there is of somebody, and how much that is.
    pub fn things_of(&self, data: &Path, wanted: &Wanted) -> Result<(Things, Counts), StoreError> {
        let numbers: Vec<&str> = wanted.numbers.iter().map(Number::as_str).collect();
        let numbers = serde_json::to_string(&numbers).expect("texts are always JSON");
        let addresses = serde_json::to_string(&wanted.addresses).expect("texts are always JSON");
        let ids: Vec<i64> = wanted.customers.iter().map(|id| signed(id.0)).collect();
        let ids = serde_json::to_string(&ids).expect("numbers are always JSON");
        let things = self.read(|connection| {
            let contacts = "SELECT id, started_at FROM contact WHERE kind = 'inbound' AND from_number IN \
                    (SELECT value FROM json_each(?1)) OR kind = 'outbound' AND to_number IN \
                    (SELECT value FROM json_each(?1)) OR json_extract(callback, '$.number') IN \
                    (SELECT value FROM json_each(?1)) ORDER BY id";
            let conversations = "SELECT id, 0 FROM conversation WHERE customer_address IN \
                    (SELECT value FROM json_each(?1)) AND customer_address <> ''";
            // Wherever they are by now: two customers' conversations may have been joined.
            let items = "SELECT i.id, i.at FROM item i JOIN conversation c ON c.id = i.home \
                    WHERE c.customer_address IN (SELECT value FROM json_each(?1)) AND c.customer_address <> '' \
                    UNION SELECT id, at FROM item WHERE kind = 'mail' AND from_address <> '' AND from_address IN \
                    (SELECT value FROM json_each(?1))";
            let customers = "SELECT id, created_at FROM customer WHERE id IN (SELECT value FROM json_each(?1))";
            Ok(Things {
                contacts: pairs(connection, contacts, &numbers)?.map(|(id, at)| (CallId(id), at)).collect(),
                messages: Vec::new(),
                conversations: pairs(connection, conversations, &addresses)?.map(|(id, _)| ConversationId(id)).collect(),
                items: pairs(connection, items, &addresses)?.map(|(id, at)| (ItemId(id), at)).collect(),
                customers: pairs(connection, customers, &ids)?.map(|(id, at)| (CustomerId(id), at)).collect(),
            })
        })?;
        let counts = self.counts(data, &things)?;
        Ok((things, counts))
    }

    /// What is older than the owner keeps, a part of it. What is promised, open or work stays until it is not.
    pub fn things_before(&self, data: &Path, before: Before) -> Result<(Things, Counts), StoreError> {
        let ms = |at: Option<Timestamp>| at.map_or(i64::MIN, Timestamp::as_millisecond).to_string();
        let things = self.read(|connection| {
            let contacts = format!(
                "SELECT id, started_at FROM contact WHERE started_at < CAST(?1 AS INTEGER) AND ended_at IS NOT NULL AND promised = 0 \
                 AND kind <> 'internal' AND (CASE kind WHEN 'outbound' THEN to_number ELSE from_number END IS NOT NULL \
                 OR CASE kind WHEN 'outbound' THEN to_name ELSE from_name END <> '') ORDER BY id LIMIT {AT_ONCE}"
            );
            let messages = format!(
                "SELECT id, started_at FROM contact WHERE started_at < CAST(?1 AS INTEGER) AND message IS NOT NULL AND promised <> 1 \
                 ORDER BY id LIMIT {AT_ONCE}"
            );
            let old = "FROM conversation c WHERE c.last_at < CAST(?1 AS INTEGER) AND c.state IN ('closed', 'waiting') \
                       AND c.customer_address <> ''";
            let conversations = format!("SELECT c.id, 0 {old} ORDER BY c.last_at LIMIT {AT_ONCE}");
            let items = format!(
                "SELECT i.id, i.at FROM item i WHERE i.conversation IN (SELECT c.id {old} ORDER BY c.last_at LIMIT {AT_ONCE})"
            );
            Ok(Things {
                contacts: pairs(connection, &contacts, &ms(before.contacts))?.map(|(id, at)| (CallId(id), at)).collect(),
                messages: pairs(connection, &messages, &ms(before.voicemail))?.map(|(id, at)| (CallId(id), at)).collect(),
                conversations: pairs(connection, &conversations, &ms(before.mail))?.map(|(id, _)| ConversationId(id)).collect(),
                items: pairs(connection, &items, &ms(before.mail))?.map(|(id, at)| (ItemId(id), at)).collect(),
                customers: Vec::new(),
            })
        })?;
        let counts = self.counts(data, &things)?;
        Ok((things, counts))
    }

    fn counts(&self, data: &Path, things: &Things) -> Result<Counts, StoreError> {
        let items: Vec<i64> = things.items.iter().map(|(id, _)| signed(id.0)).collect();
        let items = serde_json::to_string(&items).expect("numbers are always JSON");
        let customers: Vec<i64> = things.customers.iter().map(|(id, _)| signed(id.0)).collect();
        let customers = serde_json::to_string(&customers).expect("numbers are always JSON");
        let heard: BTreeSet<CallId> =
            things.contacts.iter().chain(&things.messages).map(|(id, _)| *id).collect();
        let heard = heard.iter().filter(|id| data.join("voicemail").join(format!("{id}.wav")).exists());
        let (voicemails, recordings) = (heard.count() as u64, recordings_of(data, things).len() as u64);
        self.read(|connection| {
            let one = |sql: &str, ids: &str| -> rusqlite::Result<u64> {
                connection.query_row(sql, [ids], |row| row.get::<_, Option<i64>>(0)).map(|n| unsigned(n.unwrap_or(0)))
            };
            let attachments =
                "SELECT sum(json_array_length(attachments)) FROM item WHERE id IN (SELECT value FROM json_each(?1))";
            let mails = "SELECT count(*) FROM item WHERE kind <> 'note' AND id IN (SELECT value FROM json_each(?1))";
            let notes = "SELECT count(*) FROM item WHERE kind = 'note' AND id IN (SELECT value FROM json_each(?1))";
            let own = "SELECT count(*) FROM customer_note WHERE customer IN (SELECT value FROM json_each(?1))";
            Ok(Counts {
                contacts: things.contacts.len() as u64,
                recordings,
                voicemails,
                conversations: things.conversations.len() as u64,
                mails: one(mails, &items)?,
                attachments: one(attachments, &items)?,
                notes: one(notes, &items)? + one(own, &customers)?,
            })
        })
    }
}

fn pairs(
    connection: &Connection,
    sql: &str,
    value: &str,
) -> rusqlite::Result<impl Iterator<Item = (u64, Timestamp)> + use<>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([value], |row| Ok((unsigned(row.get(0)?), instant(row.get(1)?))))?;
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter())
}
