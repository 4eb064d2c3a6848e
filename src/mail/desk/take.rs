//! Shell. Mails that were fetched: read, stored, and only then done with.

use super::{Desk, word};
use crate::barrier::shielded;
use crate::ids::{ConversationId, ItemId};
use crate::mail::address::Party;
use crate::mail::message::{Fate, Message, MessageId, Report};
use crate::mail::{Fetched, Folder, Taken, Whole, room};
use crate::office::inbox::{Correspondent, ItemKind};
use crate::settings;
use crate::store::mail::{Arriving, Attachment, MailFact};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Of a mail's text so much is kept for reading and searching; the raw bytes are whole.
const TEXT_BYTES_MAX: usize = 256 * 1024;
/// References kept of one mail.
const REFS_MAX: usize = 100;

/// A mail that is ready to be stored, and how its task is answered.
struct Ready {
    fetched: Fetched,
    arriving: Arriving,
    file: PathBuf,
}

impl Desk {
    /// Stores a batch in one commit and tells the office of it.
    pub(super) async fn keep_mails(&mut self, batch: Vec<Fetched>) {
        if batch.is_empty() {
            return;
        }
        let mut ready = Vec::with_capacity(batch.len());
        for fetched in batch {
            if let Some(one) = self.make_ready(fetched).await {
                ready.push(one);
            }
        }
        if !ready.is_empty() {
            self.store(ready).await;
            self.announce().await;
        }
    }

    /// Moves the bytes to their place and reads them; answers at once where that is not possible.
    async fn make_ready(&mut self, fetched: Fetched) -> Option<Ready> {
        let settings = self.current();
        let mailboxes = settings.as_ref().map_or(&[][..], |settings| settings.mailboxes.as_slice());
        let Some(mailbox) = mailboxes.iter().find(|one| one.id == fetched.mailbox).cloned() else {
            let _ended = fetched.ack.send(Taken::NotStored);
            return None;
        };
        let (item, begins) = self.numbers.next();
        let file = self.tools.data.join("mail").join(format!("{item}.eml"));
        let (from, to) = (fetched.file.clone(), file.clone());
        let moved = tokio::task::spawn_blocking(move || fs::rename(&from, &to)).await;
        if !matches!(moved, Ok(Ok(()))) {
            let _ended = fetched.ack.send(Taken::NotStored);
            return None;
        }
        let look = fetched.quarantine.is_none();
        let message = match look {
            false => None,
            true => match read(&file).await {
                Ok(message) => Some(message),
                Err(Unread::NoMail) => return self.hand_back(fetched, &file, Taken::Poison),
                Err(Unread::Disk) => return self.hand_back(fetched, &file, Taken::NotStored),
            },
        };
        let mut arriving = arriving(&mailbox, &fetched, item, begins, message.as_ref());
        if mailbox.is_ours(&arriving.from.address) {
            self.join_own(&mut arriving).await;
        }
        self.join_report(&mut arriving, message.as_ref()).await;
        Some(Ready { fetched, arriving, file })
    }

    fn hand_back(&self, fetched: Fetched, file: &Path, answer: Taken) -> Option<Ready> {
        // For the quarantine its bytes are fetched once more.
        remove(file);
        let _ended = fetched.ack.send(answer);
        None
    }

    /// What came back to us under our own address is ours if it left from here.
    async fn join_own(&self, arriving: &mut Arriving) {
        let Some(id) = arriving.message_id.clone() else { return };
        let reader = self.tools.reader.clone();
        let found = tokio::task::spawn_blocking(move || reader.item_by_message_id(&id)).await;
        if let Ok(Ok(Some(_))) = found {
            arriving.kind = ItemKind::Reply;
        }
    }

    /// A server's report about a mail of ours belongs where that mail is, whoever sends it.
    async fn join_report(&self, arriving: &mut Arriving, message: Option<&Message>) {
        let report = message.and_then(|message| message.report.as_ref());
        let Some(about) = report.and_then(|report| report.about.as_ref()) else { return };
        let (reader, id) = (self.tools.reader.clone(), bracketed(about));
        let found = tokio::task::spawn_blocking(move || reader.item_by_message_id(&id)).await;
        if let Ok(Ok(Some((item, conversation)))) = found {
            arriving.customer = conversation.customer;
            arriving.refs.push(bracketed(about));
            if let Some(said) = report.and_then(not_delivered) {
                arriving.labels.push("undeliverable".to_owned());
                arriving.returns = Some((item.id, said));
            }
        }
    }

    async fn store(&mut self, ready: Vec<Ready>) {
        let mails = ready.iter().map(|one| one.arriving.clone()).collect();
        let folder = self.tools.data.join("mail");
        let answer = match tokio::task::spawn_blocking(move || sync_names(&folder)).await {
            Ok(Ok(())) => self.keep(MailFact::Mails(mails)).await,
            Ok(Err(_)) | Err(_) => Taken::NotStored,
        };
        let new = self.stored_of(&ready).await;
        if answer == Taken::Stored {
            self.tools.figures.mail_fetched.inc_by(new.len() as u64);
        }
        for Ready { fetched, file, arriving } in ready {
            if !new.contains(&arriving.item) {
                remove(&file); // it was known already, or could not be stored
            }
            let _ended = fetched.ack.send(answer);
        }
    }

    /// Which of them were new.
    async fn stored_of(&self, ready: &[Ready]) -> BTreeSet<ItemId> {
        let ids: Vec<ItemId> = ready.iter().map(|one| one.arriving.item).collect();
        let all: BTreeSet<ItemId> = ids.iter().copied().collect();
        let reader = self.tools.reader.clone();
        let found = tokio::task::spawn_blocking(move || {
            ids.into_iter()
                .map(|id| Ok(reader.item(id)?.map(|_| id)))
                .collect::<Result<Vec<_>, crate::store::StoreError>>()
        })
        .await;
        match found {
            Ok(Ok(found)) => found.into_iter().flatten().collect(),
            // When in doubt the bytes stay.
            Ok(Err(_)) | Err(_) => all,
        }
    }
}

/// The servers' sentences about those who do not get it.
fn not_delivered(report: &Report) -> Option<String> {
    let failed = report.recipients.iter().filter(|one| one.fate == Fate::Failed);
    let said = failed.map(|one| match &one.recipient {
        Some(recipient) => format!("{recipient}: {}", one.sentence),
        None => one.sentence.clone(),
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// Why a mail was not read.
enum Unread {
    NoMail,
    Disk,
}

/// A reader that falls over a mail takes nothing else with it.
async fn read(file: &Path) -> Result<Message, Unread> {
    match room::read(file.to_owned(), |raw| shielded(|| Message::read(raw))).await {
        Ok(Some(Ok(message))) => Ok(message),
        Ok(Some(Err(_)) | None) => Err(Unread::NoMail),
        Err(_) => Err(Unread::Disk),
    }
}

/// The bytes are synced; their names must be, too, before a row speaks of them. Once for a batch.
pub(super) fn sync_names(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

fn remove(file: &Path) {
    if let Err(error) = fs::remove_file(file) {
        tracing::warn!(%error, "a mail's bytes could not be removed");
    }
}

/// A name as it stands in headers.
pub(super) fn bracketed(id: &MessageId) -> String {
    format!("<{id}>")
}

fn arriving(
    mailbox: &settings::Mailbox,
    fetched: &Fetched,
    item: ItemId,
    begins: ConversationId,
    message: Option<&Message>,
) -> Arriving {
    let (from, to) = message.map_or_else(Default::default, |message| {
        let from = message.from.first().map(correspondent).unwrap_or_default();
        let to: Vec<Correspondent> = message.to.iter().chain(&message.cc).map(correspondent).collect();
        (from, to)
    });
    // Our name on what came to us proves nothing: contact forms write in it (spec/mail.md §6), and forgers.
    let kind = if fetched.folder == Folder::Sent { ItemKind::Reply } else { ItemKind::Mail };
    let customer = match (kind, message) {
        (ItemKind::Reply, _) => {
            let others = to.iter().find(|one| !mailbox.is_ours(&one.address));
            others.or(to.first()).cloned().unwrap_or_default()
        }
        (_, Some(message)) => answer_to(message, &from),
        (_, None) => from.clone(),
    };
    let subject = message.map(|message| message.subject.clone()).unwrap_or_default();
    Arriving {
        item,
        begins,
        mailbox: mailbox.id.clone(),
        group: mailbox.group.clone(),
        folder: word(fetched.folder),
        place: fetched.place,
        internal_date: fetched.internal_date,
        hash: fetched.hash,
        gone: fetched.gone.clone(),
        history: fetched.history,
        kind,
        customer,
        from,
        to,
        thread_subject: crate::mail::thread::plain_subject(&subject),
        subject,
        text: message.map(|message| cut(&message.text)).unwrap_or_default(),
        message_id: message.and_then(|message| message.id.as_ref()).map(bracketed),
        refs: message.map(refs).unwrap_or_default(),
        attachments: message.map(attachments).unwrap_or_default(),
        labels: labels(fetched, message),
        has_html: message.is_some_and(|message| message.html.is_some()),
        returns: None,
    }
}

/// Whom an answer goes to; the name stays the writer's.
fn answer_to(message: &Message, from: &Correspondent) -> Correspondent {
    let address = message.answer_to().map(|address| address.as_str().to_owned());
    Correspondent { address: address.unwrap_or_default(), name: from.name.clone() }
}

/// A name that deceives is not kept (spec/mail.md §2).
fn correspondent(party: &Party) -> Correspondent {
    let name = if party.shown_bare { String::new() } else { party.name.clone() };
    let address = party.address.as_ref().map(|address| address.as_str().to_owned()).unwrap_or_default();
    Correspondent { address, name }
}

fn refs(message: &Message) -> Vec<String> {
    let all = message.references.iter().chain(&message.in_reply_to);
    let mut all: Vec<String> = all.map(bracketed).collect();
    all.dedup();
    all.split_off(all.len().saturating_sub(REFS_MAX))
}

/// A mail's files, as they are found in its bytes.
pub(super) fn attachments(message: &Message) -> Vec<Attachment> {
    let one = |file: &crate::mail::message::Attachment| Attachment {
        name: file.name.clone(),
        kind: file.media_type.clone(),
        size: file.size,
        part: file.index,
        upload: None,
    };
    message.attachments.iter().map(one).collect()
}

/// Words about a mail that screens show beside it.
fn labels(fetched: &Fetched, message: Option<&Message>) -> Vec<String> {
    let mut labels = Vec::new();
    let mut add = |label: &str, holds: bool| {
        if holds {
            labels.push(label.to_owned());
        }
    };
    add("quarantined", fetched.quarantine.is_some());
    add("not-whole", fetched.whole != Whole::Yes);
    add("too-complex", message.is_some_and(|message| message.too_complex || message.is_cut));
    add("spam", message.is_some_and(|message| message.is_marked_spam));
    if let Some(network) = message.and_then(|message| message.network) {
        labels.push(format!("network:{}", network.name()));
    }
    labels
}

fn cut(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=TEXT_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..end].to_owned()
}
