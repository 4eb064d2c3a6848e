//! Shell. Forgetting on the disk: rows lose names and numbers and keep their figures, mails, messages and
//! recordings go whole.
//!
//! Every receipt lies twice: in the database, and in a file beside it that no restore replaces. At every start
//! the two are compared: what an older backup brought back is forgotten again.

mod cell;
mod finding;

pub use finding::Before;

use super::mail::uploads;
use super::rows::{OUTCOMES, signed};
use super::{StoreError, folder};
use crate::ids::CallId;
use crate::office::contact::Outcome;
use crate::office::customers::forget::{MailPlace, Receipt, Things};
use cell::{print, read};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// The receipts, one a line.
const RECEIPTS: &str = "forgotten.jsonl";
/// What stands for the number of a promise that was forgotten.
const NO_NUMBER: &str = "0";

/// Forgets what a receipt names, in the writer's transaction.
pub(super) fn put(connection: &Connection, receipt: &Receipt) -> rusqlite::Result<()> {
    // Deleted words are not to stay in the index's own pages either.
    connection.execute("INSERT INTO item_search (item_search, rank) VALUES ('secure-delete', 1)", [])?;
    let things = &receipt.things;
    for (id, at) in &things.contacts {
        blank_contact(connection, signed(id.0), at.as_millisecond())?;
    }
    for (id, at) in &things.promises {
        blank_promise(connection, signed(id.0), at.as_millisecond())?;
    }
    for (id, at) in things.contacts.iter().chain(&things.messages) {
        let sql = "UPDATE contact SET message = NULL, promised = CASE promised WHEN 1 THEN 0 ELSE promised END \
                   WHERE id = ?1 AND started_at = ?2 AND message IS NOT NULL";
        connection.prepare_cached(sql)?.execute([signed(id.0), at.as_millisecond()])?;
        let sql = "UPDATE contact SET callback = json_set(callback, '$.matter_ms', NULL) \
                   WHERE id = ?1 AND started_at = ?2 AND callback IS NOT NULL";
        connection.prepare_cached(sql)?.execute([signed(id.0), at.as_millisecond()])?;
    }
    for (id, at) in &things.items {
        let sql = "DELETE FROM item WHERE id = ?1 AND at = ?2";
        if connection.prepare_cached(sql)?.execute([signed(id.0), at.as_millisecond()])? > 0 {
            connection.prepare_cached("DELETE FROM outbox WHERE item = ?1")?.execute([signed(id.0)])?;
        }
    }
    for (sql, ids) in [
        ("DELETE FROM upload WHERE id = ?1", &things.uploads),
        ("DELETE FROM begun WHERE id = ?1", &things.begun),
    ] {
        ids.iter().try_for_each(|id| connection.prepare_cached(sql)?.execute([id]).map(drop))?;
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
    let sql = "SELECT story, outcome, answered_at FROM contact WHERE id = ?1 AND started_at = ?2";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, owed(row)?));
    let Some((story, owed)) = connection.prepare_cached(sql)?.query_row([id, at], read).optional()? else {
        return Ok(());
    };
    let sql = "UPDATE contact SET \
            from_number = CASE WHEN from_person IS NULL THEN NULL ELSE from_number END, \
            from_name = CASE WHEN from_person IS NULL THEN '' ELSE from_name END, \
            to_number = CASE kind WHEN 'outbound' THEN NULL ELSE to_number END, \
            to_name = CASE kind WHEN 'outbound' THEN '' ELSE to_name END, \
            callback = CASE WHEN callback IS NULL THEN NULL ELSE json_set(callback, '$.number', ?3, '$.matter_ms', NULL) END, \
            promised = 0, story = ?2 WHERE id = ?1";
    let story = blank_story(&story, owed, at);
    connection.prepare_cached(sql)?.execute(params![id, story, NO_NUMBER]).map(drop)
}

/// Somebody else's row, who wanted to be called there: the number goes, and nobody is called.
fn blank_promise(connection: &Connection, id: i64, at: i64) -> rusqlite::Result<()> {
    let sql = "SELECT story FROM contact WHERE id = ?1 AND started_at = ?2";
    let found =
        connection.prepare_cached(sql)?.query_row([id, at], |row| row.get::<_, String>(0)).optional()?;
    let Some(story) = found else { return Ok(()) };
    let sql = "UPDATE contact SET callback = json_set(callback, '$.number', ?3), promised = 0, story = ?2 \
               WHERE id = ?1 AND callback IS NOT NULL";
    let story = print_story(&without(&story, &["to"]));
    connection.prepare_cached(sql)?.execute(params![id, story, NO_NUMBER]).map(drop)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owed {
    Yes,
    No,
}

/// Whether a row is one of a missed call, by its outcome and when it was answered.
fn owed(row: &Row<'_>) -> rusqlite::Result<Owed> {
    let (word, answered_at) = (row.get::<_, Option<String>>(1)?, row.get::<_, Option<i64>>(2)?);
    let outcome =
        OUTCOMES.iter().find(|(known, _)| Some(*known) == word.as_deref()).map(|(_, outcome)| *outcome);
    let is_owed: fn(Outcome) -> bool =
        if answered_at.is_some() { Outcome::is_owed } else { Outcome::is_owed_unanswered };
    Ok(if outcome.is_some_and(is_owed) { Owed::Yes } else { Owed::No })
}

/// The story without numbers dialled and reasons written; and nothing is owed for it, for nobody could be called.
fn blank_story(story: &str, owed: Owed, at: i64) -> String {
    let mut lines = without(story, &["to", "reason"]);
    if owed == Owed::Yes {
        lines.push(serde_json::json!({ "at": at, "what": "missed_settled", "person": null }));
    }
    print_story(&lines)
}

fn without(story: &str, fields: &[&str]) -> Vec<serde_json::Value> {
    let mut lines: Vec<serde_json::Value> = serde_json::from_str(story).unwrap_or_default();
    for line in lines.iter_mut().filter_map(serde_json::Value::as_object_mut) {
        for field in fields {
            if line.get(*field).is_some_and(serde_json::Value::is_string) {
                line.insert((*field).to_owned(), "".into());
            }
        }
    }
    lines
}

fn print_story(lines: &[serde_json::Value]) -> String {
    serde_json::to_string(lines).expect("what was JSON is JSON")
}

/// A conversation without a mail of whom it is called after says nothing of them; one with nothing left in it is
/// closed.
fn blank_conversation(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM mention WHERE conversation = ?1")?.execute([id])?;
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
    std::os::unix::fs::OpenOptionsExt::mode(options.read(true).create(true).append(true), 0o600);
    let mut file = options.open(&path)?;
    if is_new {
        folder::own(&path)?;
    }
    // A cut may have left half a line: it is not to swallow this one.
    let end = if is_torn(&mut file)? { "\n" } else { "" };
    file.write_all(format!("{end}{}\n", print(receipt)).as_bytes())?;
    file.sync_all()?;
    folder::sync(data)
}

/// The last line has no end.
fn is_torn(file: &mut fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(io::SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Sound and mail of these rows.
fn remove_files(data: &Path, things: &Things) -> io::Result<()> {
    for (id, _) in things.contacts.iter().chain(&things.messages) {
        for file in spoken_by(*id) {
            remove(&data.join("voicemail").join(file))?;
        }
    }
    for (id, _) in &things.items {
        for ending in ["eml", "left", "left-half"] {
            remove(&data.join("mail").join(format!("{id}.{ending}")))?;
        }
    }
    for id in &things.uploads {
        remove(&uploads::path(data, id))?;
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

/// What a caller said of themselves: a message, and what a call back is about.
fn spoken_by(id: CallId) -> [String; 2] {
    [format!("{id}.wav"), format!("{id}-matter.wav")]
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
    let text = match fs::read(data.join(RECEIPTS)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(StoreError::Folder { path: data.to_owned(), source }),
    };
    // A line that a cut tore is none; its receipt is in the database, and written once more.
    let beside: Vec<Receipt> = text.lines().filter_map(read).collect();
    let kept = receipts(connection).map_err(StoreError::while_("reading"))?;
    let has = |all: &[Receipt], one: &Receipt| all.iter().any(|known| known.id == one.id);
    for receipt in beside.iter().filter(|one| !has(&kept, one)) {
        let there = there(connection, &receipt.things).map_err(StoreError::while_("reading"))?;
        let failed = |source| StoreError::Folder { path: data.to_owned(), source };
        remove_files(data, &there).map_err(failed)?;
        let transaction = connection.transaction().map_err(StoreError::while_("forgetting"))?;
        put(&transaction, receipt).map_err(StoreError::while_("forgetting"))?;
        receipt
            .things
            .mails
            .iter()
            .try_for_each(|mail| know(&transaction, mail))
            .map_err(StoreError::while_("forgetting"))?;
        transaction.commit().map_err(StoreError::while_("forgetting"))?;
        tracing::info!(receipt = %receipt.id, "what had been forgotten is forgotten again");
    }
    kept.iter().filter(|one| !has(&beside, one)).try_for_each(|receipt| finish(data, receipt))
}

/// A mail that this database never had, and that a server may have yet, is known to it: it is found by its
/// content when it is fetched, as after a renumbering (`mail/place`). No row of an item has such a number.
fn know(connection: &Connection, mail: &MailPlace) -> rusqlite::Result<()> {
    let sql = "INSERT INTO mail_place (item, mailbox, folder, epoch, uid, uid_validity, stated_size, internal_date, hash) \
         SELECT (SELECT min(0, min(item)) - 1 FROM mail_place), ?2, ?3, 0, ?4, 0, 0, 0, ?5 \
         WHERE NOT EXISTS (SELECT 1 FROM mail_place WHERE item = ?1 AND hash = ?5)";
    let values = params![signed(mail.item.0), mail.mailbox.as_str(), mail.folder, mail.uid, mail.hash];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Those of these rows that this database has: another row may have a number by now.
fn there(connection: &Connection, things: &Things) -> rusqlite::Result<Things> {
    let has = |sql: &str, id: u64, at: Timestamp| -> rusqlite::Result<bool> {
        connection.prepare_cached(sql)?.exists([signed(id), at.as_millisecond()])
    };
    let contact = "SELECT 1 FROM contact WHERE id = ?1 AND started_at = ?2";
    let item = "SELECT 1 FROM item WHERE id = ?1 AND at = ?2";
    // An id of these is random, and no other row's.
    let mut there = Things { uploads: things.uploads.clone(), ..Things::default() };
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
