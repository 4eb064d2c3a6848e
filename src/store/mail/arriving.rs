//! Shell. What the mail desk writes down: how far folders were read, mails with their place in a
//! conversation, and how sending goes.
//!
//! A mail is stored exactly once, whatever the server does with its numbers; where it belongs is looked up
//! in the same transaction, so two mails of one thread find each other however fast they come.

use super::outbox;
use super::rows::{self, Attachment, found_by, with_pairs};
use super::uploads;
use super::words::{self, KINDS, STATES};
use crate::ids::{ConversationId, GroupId, ItemId, MailboxId};
use crate::mail::place::{Place, Settled, Standing, settle};
use crate::office::inbox::{Correspondent, ItemKind, SentState, State};
use crate::store::rows::{Counters, signed, unsigned, word};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params, params};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Without References, mails of one customer with the same subject belong together for so long
/// (spec/mail.md §2).
const SAME_SUBJECT_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// References looked up, from the newest on.
const REFS_MAX: usize = 50;

/// A fact of the mail desk's.
#[derive(Clone, Debug)]
pub enum MailFact {
    Folder {
        mailbox: MailboxId,
        folder: &'static str,
        standing: Standing,
    },
    Mails(Vec<Arriving>),
    /// Its Message-ID is fixed before the first attempt, and its files are parts of it from now on.
    Composed {
        item: ItemId,
        message_id: String,
        attachments: Vec<Attachment>,
    },
    Sending {
        item: ItemId,
        state: SentState,
        due_at: Timestamp,
        attempts: u32,
        said: Option<String>,
    },
    Copied {
        item: ItemId,
    },
    /// Some more mails of an earlier version are made to be found ([`Reader::has_unpaired`](crate::store::Reader)).
    Pairs,
    /// Its copy could not be made yet.
    CopyLater {
        item: ItemId,
        again_at: Timestamp,
    },
}

/// A mail whose raw bytes lie in `mail/<id>.eml`.
#[derive(Clone, Debug)]
pub struct Arriving {
    pub item: ItemId,
    /// The conversation it begins if it belongs to none.
    pub begins: ConversationId,
    pub mailbox: MailboxId,
    pub group: GroupId,
    pub folder: &'static str,
    pub place: Place,
    pub internal_date: Timestamp,
    pub hash: [u8; 32],
    /// UIDs of its epoch that are stored and in the folder no more.
    pub gone: Arc<BTreeSet<u32>>,
    /// Older than the first connection: it arrives closed.
    pub history: bool,
    /// [`ItemKind::Mail`] from outside, [`ItemKind::Reply`] from one of us.
    pub kind: ItemKind,
    /// Who it is about: the sender, or whom we wrote to.
    pub customer: Correspondent,
    pub from: Correspondent,
    pub to: Vec<Correspondent>,
    pub subject: String,
    /// What threads are found by.
    pub thread_subject: String,
    pub text: String,
    pub message_id: Option<String>,
    /// The oldest first.
    pub refs: Vec<String>,
    pub attachments: Vec<Attachment>,
    pub labels: Vec<String>,
    pub has_html: bool,
    /// It reports that a mail of ours does not arrive: which, and why.
    pub returns: Option<(ItemId, String)>,
}

impl MailFact {
    pub(in crate::store) fn noted_by(&self, counters: &mut Counters) {
        let MailFact::Mails(mails) = self else { return };
        for mail in mails {
            counters.item = counters.item.max(mail.item.0);
            counters.conversation = counters.conversation.max(mail.begins.0);
        }
    }

    pub(in crate::store) fn put(&self, connection: &Connection) -> rusqlite::Result<()> {
        match self {
            MailFact::Folder { mailbox, folder, standing } => {
                put_folder(connection, mailbox, folder, standing)
            }
            MailFact::Mails(mails) => mails.iter().try_for_each(|mail| put_mail(connection, mail)),
            MailFact::Composed { item, message_id, attachments } => {
                connection.execute(
                    "UPDATE item SET message_id = ?2, has_raw = 1, attachments = ?3 WHERE id = ?1",
                    params![signed(item.0), message_id, words::cell(attachments)],
                )?;
                uploads::written_out(connection, *item)
            }
            MailFact::Sending { item, state, due_at, attempts, said } => {
                outbox::tell(connection, *item, *state, *due_at, *attempts, said.as_deref())
            }
            MailFact::Pairs => rows::pair(connection),
            MailFact::Copied { item } => outbox::copied(connection, *item),
            MailFact::CopyLater { item, again_at } => outbox::copy_later(connection, *item, *again_at),
        }
    }
}

fn put_folder(
    connection: &Connection,
    mailbox: &MailboxId,
    folder: &str,
    standing: &Standing,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO mail_folder \
            (mailbox, folder, uid_validity, epoch, first_contact_at, first_uid_next) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let first = standing.first_contact_at.as_millisecond();
    let (validity, epoch, next) = (standing.uid_validity, standing.epoch, standing.first_uid_next);
    statement.execute(params![mailbox.as_str(), folder, validity, epoch, first, next]).map(drop)
}

/// Keeps a mail once: new, under another number, or known already.
fn put_mail(connection: &Connection, mail: &Arriving) -> rusqlite::Result<()> {
    match settled(connection, mail)? {
        Settled::Already => Ok(()),
        Settled::Moved { epoch, uid } => {
            let item: i64 = connection.prepare_cached(
                "SELECT item FROM mail_place WHERE mailbox = ?1 AND folder = ?2 AND hash = ?3 AND epoch = ?4 AND uid = ?5 LIMIT 1",
            )?
            .query_row(params![mail.mailbox.as_str(), mail.folder, mail.hash, epoch, uid], |row| row.get(0))?;
            put_place(connection, mail, item)
        }
        Settled::New => match our_own(connection, mail)? {
            Some(item) => {
                put_place(connection, mail, item)?;
                outbox::copied(connection, ItemId(unsigned(item)))
            }
            None => put_new(connection, mail),
        },
    }
}

fn settled(connection: &Connection, mail: &Arriving) -> rusqlite::Result<Settled> {
    let mut statement = connection.prepare_cached(
        "SELECT epoch, uid FROM mail_place WHERE mailbox = ?1 AND folder = ?2 AND hash = ?3",
    )?;
    let same = statement.query_map(params![mail.mailbox.as_str(), mail.folder, mail.hash], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let same = same.collect::<rusqlite::Result<Vec<(u32, u32)>>>()?;
    Ok(settle(&same, mail.place.epoch, mail.place.uid, &mail.gone))
}

/// A mail in the Sent folder that left from here.
fn our_own(connection: &Connection, mail: &Arriving) -> rusqlite::Result<Option<i64>> {
    let Some(id) = mail.message_id.as_ref().filter(|_| mail.kind == ItemKind::Reply) else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT i.id FROM item i JOIN outbox o ON o.item = i.id WHERE i.message_id = ?1 LIMIT 1",
    )?;
    statement.query_row([id], |row| row.get(0)).optional()
}

fn put_place(connection: &Connection, mail: &Arriving, item: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO mail_place \
            (item, mailbox, folder, epoch, uid, uid_validity, stated_size, internal_date, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let place = mail.place;
    statement
        .execute(params![
            item,
            mail.mailbox.as_str(),
            mail.folder,
            place.epoch,
            place.uid,
            place.uid_validity,
            signed(place.stated_size),
            mail.internal_date.as_millisecond(),
            mail.hash,
        ])
        .map(drop)
}

fn put_new(connection: &Connection, mail: &Arriving) -> rusqlite::Result<()> {
    let conversation = match belongs_to(connection, mail)? {
        Some(id) => id,
        None => begin(connection, mail)?,
    };
    let mut labels = mail.labels.clone();
    if is_reused(connection, mail)? {
        labels.push("message-id-reused".to_owned());
    }
    insert(connection, mail, conversation, &labels)?;
    if let Some((item, said)) = &mail.returns {
        outbox::returned(connection, *item, said)?;
    }
    put_place(connection, mail, signed(mail.item.0))
}

/// Another mail has this Message-ID, with another body.
fn is_reused(connection: &Connection, mail: &Arriving) -> rusqlite::Result<bool> {
    let Some(id) = &mail.message_id else { return Ok(false) };
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM item i JOIN mail_place p ON p.item = i.id \
         WHERE i.message_id = ?1 AND p.mailbox = ?2 AND p.hash <> ?3)",
    )?;
    statement.query_row(params![id, mail.mailbox.as_str(), mail.hash], |row| row.get(0))
}

/// The conversation a mail belongs to: by References, else the same customer and subject within 14 days; never
/// another customer's (spec/mail.md §2).
fn belongs_to(connection: &Connection, mail: &Arriving) -> rusqlite::Result<Option<i64>> {
    let mut by_ref = connection.prepare_cached(
        "SELECT c.id FROM item i JOIN conversation c ON c.id = i.conversation \
         WHERE i.message_id = ?1 AND c.mailbox = ?2 AND c.customer_address = ?3 ORDER BY c.last_at DESC LIMIT 1",
    )?;
    for id in mail.refs.iter().rev().take(REFS_MAX) {
        let key = params![id, mail.mailbox.as_str(), mail.customer.address];
        if let Some(found) = by_ref.query_row(key, |row| row.get(0)).optional()? {
            return rows::gone_on_in(connection, found).map(Some);
        }
    }
    if mail.customer.address.is_empty() || mail.thread_subject.is_empty() {
        return Ok(None);
    }
    let mut by_subject = connection.prepare_cached(
        "SELECT id FROM conversation WHERE customer_address = ?1 AND thread_subject = ?2 \
         AND mailbox = ?3 AND last_at BETWEEN ?4 AND ?5 ORDER BY last_at DESC LIMIT 1",
    )?;
    let apart = |at: Result<Timestamp, jiff::Error>| at.unwrap_or(mail.internal_date).as_millisecond();
    let key = params![
        mail.customer.address,
        mail.thread_subject,
        mail.mailbox.as_str(),
        apart(mail.internal_date.checked_sub(SAME_SUBJECT_WITHIN)),
        apart(mail.internal_date.checked_add(SAME_SUBJECT_WITHIN)),
    ];
    let found = by_subject.query_row(key, |row| row.get(0)).optional()?;
    found.map(|id| rows::gone_on_in(connection, id)).transpose()
}

/// A conversation of its own: closed if it is history, with the customer's word if we wrote first.
fn begin(connection: &Connection, mail: &Arriving) -> rusqlite::Result<i64> {
    let state = match (mail.history, mail.kind) {
        (true, _) => State::Closed,
        (false, ItemKind::Mail) => State::New,
        (false, _) => State::Waiting,
    };
    let id = signed(mail.begins.0);
    let mut statement = connection.prepare_cached(
        "INSERT INTO conversation (id, version, state, mailbox, group_id, subject, thread_subject, customer_address, \
            customer_name, last_at) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    statement.execute(params![
        id,
        word(STATES, state),
        mail.mailbox.as_str(),
        mail.group.as_str(),
        mail.subject,
        mail.thread_subject,
        mail.customer.address,
        mail.customer.name,
        mail.internal_date.as_millisecond(),
    ])?;
    Ok(id)
}

fn insert(
    connection: &Connection,
    mail: &Arriving,
    conversation: i64,
    labels: &[String],
) -> rusqlite::Result<()> {
    let people = found_by(&mail.from, &mail.to, &mail.attachments);
    let people = with_pairs(people, [&mail.subject, &mail.text]);
    let mut statement = connection.prepare_cached(
        "INSERT INTO item (id, conversation, home, version, kind, at, from_address, from_name, recipients, subject, \
            people, text, message_id, refs, mentions, attachments, labels, has_html, has_raw) \
         VALUES (:id, :conversation, :conversation, :version, :kind, :at, :from_address, :from_name, :recipients, \
            :subject, :people, :text, :message_id, :refs, '[]', :attachments, :labels, :has_html, 1)",
    )?;
    statement.execute(named_params! {
        ":id": signed(mail.item.0),
        ":conversation": conversation,
        // History is nobody's to take note of.
        ":version": i64::from(mail.history),
        ":kind": word(KINDS, mail.kind),
        ":at": mail.internal_date.as_millisecond(),
        ":from_address": mail.from.address,
        ":from_name": mail.from.name,
        ":recipients": words::pairs(&mail.to),
        ":subject": mail.subject,
        ":people": people,
        ":text": mail.text,
        ":message_id": mail.message_id,
        ":refs": words::cell(&mail.refs),
        ":attachments": words::cell(&mail.attachments),
        ":labels": words::cell(labels),
        ":has_html": mail.has_html,
    })?;
    let mut last =
        connection.prepare_cached("UPDATE conversation SET last_at = max(last_at, ?2) WHERE id = ?1")?;
    last.execute([conversation, mail.internal_date.as_millisecond()])?;
    Ok(())
}

/// A conversation as the office and its screens know it, whatever became of it.
pub(super) fn gone_on(
    connection: &Connection,
    id: i64,
) -> rusqlite::Result<Option<crate::office::inbox::Conversation>> {
    rows::conversation_by_id(connection, rows::gone_on_in(connection, id)?)
}
