//! Pure. A reply, an automatic reply or a new mail as bytes (RFC 5322), so that Gmail, Outlook and
//! Thunderbird put it where it belongs. Addresses that could leave a header or a command are refused.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::address::{Address, clean};
use super::message::{Message, MessageId};
use super::thread;
use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address as Mailboxes;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId as Ids;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;
use sha2::{Digest, Sha256};

/// Names of earlier mails that are passed on: the first, and the last ones. Gmail and Outlook want both
/// ends, and a server may refuse a header of many kilobytes.
const REFERENCES_MAX: usize = 20;
/// Recipients of one mail.
const RECIPIENTS_MAX: usize = 50;
/// Characters of a name and a subject.
const NAME_MAX: usize = 100;
const SUBJECT_MAX: usize = 250;

/// A name and an address as somebody typed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// May be empty.
    pub name: String,
    /// `local@domain`.
    pub address: String,
}

/// A file that goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Who writes (RFC 3834).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody.
    Person,
    /// Nobody: marked so that no program answers it.
    Automatic,
}

/// A mail to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its name, from [`message_id`].
    pub id: MessageId,
    /// When it is written.
    pub date: Timestamp,
    /// The office: its name and the mailbox's address.
    pub from: Person,
    /// To whom.
    pub to: Vec<Person>,
    /// Copies.
    pub cc: Vec<Person>,
    /// Its subject, from [`reply_subject`] for a reply.
    pub subject: String,
    /// Its text, with the quoted original where wanted.
    pub text: String,
    /// What it answers, from [`answering`].
    pub thread: Thread,
    /// Who writes.
    pub by: By,
    /// Files that go along.
    pub files: Vec<File>,
}

/// The mails before one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The mail it answers.
    pub in_reply_to: Option<MessageId>,
    /// That, and those before it, the oldest first.
    pub references: Vec<MessageId>,
}

/// A mail that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not an address anything can be sent to.
    #[error("not a mail address: {0:?}")]
    Address(String),
    /// Nobody would get it.
    #[error("a mail needs somebody to go to")]
    Nobody,
    /// Too many would get it.
    #[error("more than {RECIPIENTS_MAX} recipients")]
    TooMany,
}

/// A mail ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Envelope recipients.
    pub to: Vec<Address>,
    /// The mail.
    pub bytes: Vec<u8>,
}

/// The name of an outward mail: the same row gives the same name, whatever falls in between. `secret` keeps
/// strangers from guessing it.
pub fn message_id(row: u64, secret: &[u8], address: &Address) -> MessageId {
    let mut hash = Sha256::new();
    hash.update(row.to_be_bytes());
    hash.update(secret);
    let mark: String = hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect();
    let id = MessageId::read(&format!("{row}.{mark}@{}", address.domain()));
    id.expect("digits, letters and a domain are a name")
}

/// How a reply to `original` names the mails before it (RFC 5322 §3.6.4).
pub fn answering(original: &Message) -> Thread {
    let mut references = original.references.clone();
    if references.is_empty() && original.in_reply_to.len() == 1 {
        references = original.in_reply_to.clone();
    }
    after(original.id.clone(), references)
}

/// The same where the mail has this name and named these before it, the oldest first.
pub fn after(id: Option<MessageId>, mut references: Vec<MessageId>) -> Thread {
    let Some(id) = id else { return Thread::default() };
    references.retain(|known| *known != id);
    references.push(id.clone());
    if references.len() > REFERENCES_MAX {
        references.drain(1..=references.len() - REFERENCES_MAX);
    }
    Thread { in_reply_to: Some(id), references }
}

/// `Re:` before a subject that has nothing of the kind: Gmail parts a conversation whose subject changes.
pub fn reply_subject(subject: &str) -> String {
    let subject = clean(subject, SUBJECT_MAX);
    if thread::is_answer(&subject) { subject } else { format!("Re: {subject}") }
}

/// The original behind a reply, each line marked, under a line that says whose it is.
pub fn quoted(introduction: &str, text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| {
        let blank = if line.is_empty() || line.starts_with('>') { "" } else { " " };
        format!("\n>{blank}{line}")
    });
    format!("\n\n{}{}\n", clean(introduction, 300), lines.collect::<String>())
}

/// Writes a mail.
pub fn compose(draft: &Draft) -> Result<Letter, Unfit> {
    let (from, _) = mailbox(&draft.from)?;
    let (to, to_envelope) = mailboxes(&draft.to)?;
    let (cc, cc_envelope) = mailboxes(&draft.cc)?;
    let envelope = envelope(to_envelope, cc_envelope)?;
    let mut mail = MessageBuilder::new()
        .header("Date", Date::new(draft.date.as_second()))
        .header("From", from)
        .header("To", to)
        .message_id(draft.id.to_string())
        .subject(clean(&draft.subject, SUBJECT_MAX));
    if !draft.cc.is_empty() {
        mail = mail.header("Cc", cc);
    }
    for (name, value) in marks(draft.by) {
        mail = mail.header(*name, Raw::new(*value));
    }
    mail = before(mail, &draft.thread);
    let mut bytes = Vec::new();
    mail.body(body(draft)).serialize(&mut bytes);
    Ok(Letter { to: envelope, bytes })
}

/// What keeps programs from answering an automatic mail: RFC 3834 §5, and Exchange, which knows its own.
fn marks(by: By) -> &'static [(&'static str, &'static str)] {
    match by {
        By::Person => &[],
        By::Automatic => &[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
    }
}

fn before<'x>(mut mail: MessageBuilder<'x>, thread: &Thread) -> MessageBuilder<'x> {
    if let Some(id) = &thread.in_reply_to {
        mail = mail.header("In-Reply-To", Ids::new(id.to_string()));
    }
    if !thread.references.is_empty() {
        mail = mail.header("References", Ids::new_list(thread.references.iter().map(ToString::to_string)));
    }
    mail
}

fn body(draft: &Draft) -> MimePart<'_> {
    let text = draft.text.replace("\r\n", "\n").replace(['\r', '\0'], "");
    let text = MimePart::new(ContentType::new("text/plain").attribute("charset", "utf-8"), text);
    if draft.files.is_empty() {
        return text;
    }
    let mark: String =
        Sha256::digest(draft.id.as_str()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let mixed = ContentType::new("multipart/mixed").attribute("boundary", format!("=_{mark}"));
    let files = draft.files.iter().map(attached);
    MimePart::new(mixed, std::iter::once(text).chain(files).collect::<Vec<_>>())
}

fn attached(file: &File) -> MimePart<'_> {
    let is_type = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    let named = file.media_type.contains('/') && file.media_type.chars().all(is_type);
    let kind = file.media_type.split('/').next().unwrap_or_default();
    // Text may be wrapped and mails re-encoded on the way; only bytes arrive as they are.
    let media_type = match named && !["text", "message", "multipart"].contains(&kind) {
        true => file.media_type.clone(),
        false => "application/octet-stream".to_owned(),
    };
    let name = super::message::file_name(&file.name, &media_type);
    MimePart::new(ContentType::new(media_type), file.bytes.as_slice()).attachment(name)
}

fn mailbox(person: &Person) -> Result<(Mailboxes<'static>, Address), Unfit> {
    let address =
        Address::read(&person.address).ok_or_else(|| Unfit::Address(clean(&person.address, 100)))?;
    let name = clean(&person.name, NAME_MAX);
    let name = Some(name).filter(|name| !name.is_empty());
    Ok((Mailboxes::new_address(name, address.to_string()), address))
}

fn mailboxes(people: &[Person]) -> Result<(Mailboxes<'static>, Vec<Address>), Unfit> {
    let each: Vec<_> = people.iter().map(mailbox).collect::<Result<_, _>>()?;
    let (written, envelope): (Vec<_>, Vec<_>) = each.into_iter().unzip();
    Ok((Mailboxes::new_list(written), envelope))
}

fn envelope(mut to: Vec<Address>, cc: Vec<Address>) -> Result<Vec<Address>, Unfit> {
    to.extend(cc);
    to.sort();
    to.dedup();
    match to.len() {
        0 => Err(Unfit::Nobody),
        1..=RECIPIENTS_MAX => Ok(to),
        _ => Err(Unfit::TooMany),
    }
}

#[cfg(test)]
mod tests;
