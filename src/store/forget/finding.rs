//! Shell. What there is of somebody, and what is older than the owner keeps.

use super::{receipts, recordings_of};
use crate::ids::{CallId, ConversationId, CustomerId, ItemId, MailboxId};
use crate::number::Number;
use crate::office::customers::forget::{Counts, MailPlace, Receipt, Things, Wanted};
use crate::store::record::instant;
use crate::store::rows::{signed, unsigned};
use crate::store::{Reader, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;
use std::path::Path;

/// Contacts, conversations and mails that one part of what is old is about: a promise never waits long behind it.
const AT_ONCE: usize = 50;
const MAILS_AT_ONCE: usize = 200;

/// Up to when things are kept; `None`: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    pub contacts: Option<Timestamp>,
    pub voicemail: Option<Timestamp>,
    pub mail: Option<Timestamp>,
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
            // Who withheld their number and wanted to be called there is taken for them.
            let party = "CASE kind WHEN 'inbound' THEN from_number WHEN 'outbound' THEN to_number END";
            let called_back = "json_extract(callback, '$.number') IN (SELECT value FROM json_each(?1))";
            let theirs = format!(
                "({party} IN (SELECT value FROM json_each(?1)) OR {party} IS NULL AND ifnull({called_back}, 0))"
            );
            let contacts = format!("SELECT id, started_at FROM contact WHERE kind <> 'internal' AND {theirs} ORDER BY id");
            let promises = format!("SELECT id, started_at FROM contact WHERE {called_back} AND NOT ifnull({theirs}, 0) ORDER BY id");
            let conversations = "SELECT id, 0 FROM conversation WHERE customer_address IN \
                    (SELECT value FROM json_each(?1)) AND customer_address <> ''";
            // Wherever they are by now: two customers' conversations may have been joined.
            let items = "SELECT i.id, i.at FROM item i JOIN conversation c ON c.id = i.home \
                    WHERE c.customer_address IN (SELECT value FROM json_each(?1)) AND c.customer_address <> '' \
                    UNION SELECT id, at FROM item WHERE kind = 'mail' AND from_address <> '' AND from_address IN \
                    (SELECT value FROM json_each(?1))";
            let items: Vec<_> = pairs(connection, items, &addresses)?.map(|(id, at)| (ItemId(id), at)).collect();
            let conversations: Vec<_> =
                pairs(connection, conversations, &addresses)?.map(|(id, _)| ConversationId(id)).collect();
            // Whole addresses: another's may end in one of theirs.
            let begun = "SELECT id FROM begun WHERE EXISTS (SELECT 1 FROM json_each(?1) AS one WHERE \
                    begun.address = one.value OR instr(' ' || replace(replace(replace(replace(replace(replace( \
                    lower(begun.recipients), ',', ' '), ';', ' '), '<', ' '), '>', ' '), char(9), ' '), \
                    char(10), ' ') || ' ', ' ' || one.value || ' ') > 0)";
            let begun = words(connection, begun, &addresses)?;
            let customers = "SELECT id, created_at FROM customer WHERE id IN (SELECT value FROM json_each(?1))";
            Ok(Things {
                contacts: pairs(connection, &contacts, &numbers)?.map(|(id, at)| (CallId(id), at)).collect(),
                promises: pairs(connection, &promises, &numbers)?.map(|(id, at)| (CallId(id), at)).collect(),
                messages: Vec::new(),
                joined: joined(connection, &conversations, &items)?,
                uploads: uploads(connection, &conversations, &begun, &items)?,
                mails: places(connection, &items)?,
                conversations,
                begun,
                items,
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
                "SELECT id, started_at FROM contact WHERE started_at < CAST(?1 AS INTEGER) AND (message IS NOT NULL AND promised <> 1 \
                 OR json_extract(callback, '$.matter_ms') IS NOT NULL AND promised = 0) \
                 ORDER BY id LIMIT {AT_ONCE}"
            );
            let mail = old_mail(connection, &ms(before.mail))?;
            let begun = format!("SELECT id FROM begun WHERE at < CAST(?1 AS INTEGER) ORDER BY at LIMIT {AT_ONCE}");
            let begun = words(connection, &begun, &ms(before.mail))?;
            Ok(Things {
                uploads: uploads(connection, &mail.conversations, &begun, &mail.items)?,
                begun,
                contacts: pairs(connection, &contacts, &ms(before.contacts))?.map(|(id, at)| (CallId(id), at)).collect(),
                messages: pairs(connection, &messages, &ms(before.voicemail))?.map(|(id, at)| (CallId(id), at)).collect(),
                ..mail
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
        let heard = heard.into_iter().flat_map(super::spoken_by);
        let heard = heard.filter(|file| data.join("voicemail").join(file).exists());
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

/// Old conversations as long as their mails fit in one part. Of one that is larger than a part only mails go at
/// first, so that what is left of it is found the next time.
fn old_mail(connection: &Connection, before: &str) -> rusqlite::Result<Things> {
    let sql = format!(
        "SELECT c.id FROM conversation c WHERE c.last_at < CAST(?1 AS INTEGER) AND c.state IN ('closed', 'waiting') \
         AND c.customer_address <> '' ORDER BY c.last_at LIMIT {AT_ONCE}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let old = statement.query_map([before], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let sql = format!(
        "SELECT id, at FROM item WHERE conversation = CAST(?1 AS INTEGER) ORDER BY id LIMIT {}",
        MAILS_AT_ONCE + 1
    );
    let mut found = Things::default();
    for id in old {
        let more: Vec<_> =
            pairs(connection, &sql, &id.to_string())?.map(|(id, at)| (ItemId(id), at)).collect();
        if found.items.len() + more.len() <= MAILS_AT_ONCE {
            found.conversations.push(ConversationId(unsigned(id)));
            found.items.extend(more);
        } else if found.items.is_empty() {
            found.items.extend(more.into_iter().take(MAILS_AT_ONCE));
        } else {
            break;
        }
    }
    Ok(found)
}

/// Those conversations in which something stays: another customer's was joined to them.
fn joined(
    connection: &Connection,
    conversations: &[ConversationId],
    items: &[(ItemId, Timestamp)],
) -> rusqlite::Result<Vec<ConversationId>> {
    let gone: BTreeSet<i64> = items.iter().map(|(id, _)| signed(id.0)).collect();
    let mut statement = connection.prepare_cached("SELECT id FROM item WHERE conversation = ?1")?;
    let mut joined = Vec::new();
    for one in conversations {
        let there = statement.query_map([signed(one.0)], |row| row.get(0))?;
        let there = there.collect::<rusqlite::Result<Vec<i64>>>()?;
        joined.extend(there.iter().any(|id| !gone.contains(id)).then_some(*one));
    }
    Ok(joined)
}

/// The files of what was being written there, and of replies among these that are not written out.
fn uploads(
    connection: &Connection,
    conversations: &[ConversationId],
    begun: &[String],
    items: &[(ItemId, Timestamp)],
) -> rusqlite::Result<Vec<String>> {
    let places: Vec<String> =
        conversations.iter().map(ToString::to_string).chain(begun.iter().cloned()).collect();
    let places = serde_json::to_string(&places).expect("texts are always JSON");
    let items: Vec<i64> = items.iter().map(|(id, _)| signed(id.0)).collect();
    let items = serde_json::to_string(&items).expect("numbers are always JSON");
    let mut found =
        words(connection, "SELECT id FROM upload WHERE place IN (SELECT value FROM json_each(?1))", &places)?;
    found.extend(words(
        connection,
        "SELECT id FROM upload WHERE item IN (SELECT value FROM json_each(?1))",
        &items,
    )?);
    found.sort();
    found.dedup();
    Ok(found)
}

fn words(connection: &Connection, sql: &str, value: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(sql)?.query_map([value], |row| row.get(0))?.collect()
}

/// Where these mails lay.
fn places(connection: &Connection, items: &[(ItemId, Timestamp)]) -> rusqlite::Result<Vec<MailPlace>> {
    let mut statement =
        connection.prepare_cached("SELECT mailbox, folder, uid, hash FROM mail_place WHERE item = ?1")?;
    let mut places = Vec::new();
    for (item, _) in items {
        let place = statement.query_row([signed(item.0)], |row| {
            let mailbox = MailboxId::from(row.get_ref(0)?.as_str()?);
            Ok(MailPlace { item: *item, mailbox, folder: row.get(1)?, uid: row.get(2)?, hash: row.get(3)? })
        });
        places.extend(place.optional()?);
    }
    Ok(places)
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
