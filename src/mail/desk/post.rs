//! Shell. The outbox: mails the office queued are written out, handed to a server, and what becomes of them is
//! written down before anything else happens.

use super::take::{attachments, bracketed, sync_names};
use super::{Desk, left};
use crate::ids::{ItemId, MailboxId};
use crate::mail::address::Address;
use crate::mail::compose::{self, By, Draft, File, Person, Thread};
use crate::mail::message::{Message, MessageId};
use crate::mail::outbox::{self, Ended, Look, Next, Row, Writer};
use crate::mail::{Attempt, Copied, MailCommand, OutboxId, Outcome, Outgoing, Recipient, Sender, Taken};
use crate::office::Input;
use crate::office::inbox::{Conversation, Correspondent, ItemKind, MailboxNews, Posted, SentState};
use crate::settings::Settings;
use crate::store::mail::{Attachment, Copy, Due, MailFact, StoredItem, uploads};
use jiff::{SignedDuration, Timestamp};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Mails looked at in one sweep.
const SWEEP_MAX: u32 = 100;
/// A copy for the Sent folder that could not be made is tried again after so long.
const COPY_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// Bytes of an original that are quoted.
const QUOTED_MAX: usize = 32 * 1024;

/// A mail that is with a server.
#[derive(Clone, Debug)]
pub(super) struct UnderWay {
    pub(super) mailbox: MailboxId,
    due: Due,
    conversation: Conversation,
    message_id: String,
    file: PathBuf,
}

/// A mail as it is written out.
struct Written {
    message_id: String,
    raw: Vec<u8>,
    /// Its files, as they are found in it.
    attachments: Vec<Attachment>,
}

/// Why a mail is not written out.
enum NotWritten {
    /// The office has no such mailbox at present, or the system gives no random bytes: later.
    NotNow,
    /// It could never be sent; why.
    Unfit(outbox::Why),
}

impl Desk {
    /// What is due by now: retries, what a full queue left out, and what an earlier run left behind.
    pub(super) async fn sweep(&mut self) {
        let (reader, now) = (self.tools.reader.clone(), self.tools.world.now());
        let due = tokio::task::spawn_blocking(move || reader.outbox_due(now, SWEEP_MAX)).await;
        for one in due.ok().and_then(Result::ok).unwrap_or_default() {
            self.post_due(one).await;
        }
        self.sweep_copies().await;
        let reader = self.tools.reader.clone();
        if let Ok(Ok(true)) = tokio::task::spawn_blocking(move || reader.has_unpaired()).await {
            self.keep(MailFact::Pairs).await;
        }
    }

    /// The office queued this one.
    pub(super) async fn post(&mut self, item: ItemId) {
        let reader = self.tools.reader.clone();
        let due = tokio::task::spawn_blocking(move || reader.outbox_of(item)).await;
        if let Ok(Ok(Some(due))) = due
            && due.state == SentState::Queued
        {
            self.post_due(due).await;
        }
    }

    async fn post_due(&mut self, due: Due) {
        if self.under_way.contains_key(&due.item) {
            return;
        }
        // With a server when the program fell: an automatic reply is not repeated.
        let fell = due.state == SentState::Sending;
        if fell && outbox::after_fall(&row(&due), self.tools.world.now()) == Next::Dropped {
            self.note(&due, SentState::Unsure, self.tools.world.now(), None).await;
            return;
        }
        let Some((item, conversation)) = self.whole(&due).await else { return };
        if let Some(why) = self.has_no_mailbox(&conversation) {
            self.failed(&due, &conversation, &why).await;
            return;
        }
        let Some((message_id, file)) = self.written(&due, &item, &conversation).await else { return };
        let to = match left::read(&file).await {
            Ok(left) => left.unwrap_or_else(|| item.to.iter().map(|one| one.address.clone()).collect()),
            Err(error) => {
                tracing::warn!(item = %due.item, %error, "who has a mail already cannot be read; it is tried again");
                return;
            }
        };
        let outgoing = Outgoing {
            id: OutboxId(due.item.0),
            from: if due.kind == ItemKind::AutoReply { Sender::Null } else { Sender::Own },
            to,
            message_id: message_id.clone(),
            file: file.clone(),
            attempt: match due.state {
                SentState::Sending => Attempt::AfterUnknown,
                _ => Attempt::Fresh,
            },
        };
        // On the disk before the socket opens: after a cut nobody takes it for never sent.
        if !self.note(&due, SentState::Sending, self.tools.world.now(), None).await {
            return;
        }
        let mailbox = conversation.mailbox.clone();
        let told = self.mailboxes.get(&mailbox).map(|(_, tasks)| tasks.tell(MailCommand::Send(outgoing)));
        if let Some(Ok(())) = told {
            let way = UnderWay { mailbox, due: due.clone(), conversation, message_id, file };
            self.under_way.insert(due.item, way);
        } else {
            let later = plus(self.tools.world.now(), SignedDuration::from_secs(30));
            self.note(&due, due.state, later, None).await;
        }
    }

    /// The owner took its mailbox out of the settings: nothing will ever send it, and its writer believes it left.
    fn has_no_mailbox(&self, conversation: &Conversation) -> Option<outbox::Why> {
        let settings = self.current()?;
        let id = &conversation.mailbox;
        let is_there = settings.mailboxes.iter().any(|one| one.id == *id);
        let words =
            || crate::i18n::say(settings.office.language, "mail.no-mailbox", &[("id", id.to_string())]);
        (!is_there).then(|| outbox::Why::Stuck(words()))
    }

    async fn whole(&self, due: &Due) -> Option<(StoredItem, Conversation)> {
        let (reader, item, conversation) = (self.tools.reader.clone(), due.item, due.conversation);
        let found = tokio::task::spawn_blocking(move || {
            Ok::<_, crate::store::StoreError>((reader.item(item)?, reader.conversation(conversation)?))
        });
        match found.await {
            Ok(Ok((Some(item), Some(conversation)))) => Some((item, conversation)),
            _ => None,
        }
    }

    /// Its bytes and its name, made with the first attempt and the same in every later one.
    async fn written(
        &mut self,
        due: &Due,
        item: &StoredItem,
        conversation: &Conversation,
    ) -> Option<(String, PathBuf)> {
        let file = self.tools.data.join("mail").join(format!("{}.eml", due.item));
        if let Some(id) = &due.message_id {
            return Some((id.clone(), file));
        }
        let Written { message_id, raw, attachments } = match self.compose(due, item, conversation).await {
            Ok(written) => written,
            Err(NotWritten::NotNow) => return None,
            Err(NotWritten::Unfit(why)) => {
                self.failed(due, conversation, &why).await;
                return None;
            }
        };
        let path = file.clone();
        let kept = tokio::task::spawn_blocking(move || put(&path, &raw)).await;
        if !matches!(kept, Ok(Ok(()))) {
            tracing::warn!(item = %due.item, "a mail could not be written out; it is tried again");
            return None;
        }
        let fact = MailFact::Composed { item: due.item, message_id: message_id.clone(), attachments };
        let kept = self.keep(fact).await == Taken::Stored;
        if kept {
            self.drop_uploads(item).await;
        }
        (kept && !self.is_forgotten(due, &file).await).then_some((message_id, file))
    }

    /// Its customer was forgotten while it was being written or sent: then its bytes, and to whom it was to go, are
    /// not left behind.
    async fn is_forgotten(&self, due: &Due, file: &Path) -> bool {
        let (reader, item) = (self.tools.reader.clone(), due.item);
        let found = tokio::task::spawn_blocking(move || reader.item(item)).await;
        let is_forgotten = matches!(found, Ok(Ok(None)));
        if is_forgotten {
            for path in [file, &file.with_extension("left")] {
                // Mostly there is none.
                let _ = tokio::fs::remove_file(path).await;
            }
        }
        is_forgotten
    }

    /// A mail with a name of its own, in the thread of what it answers.
    async fn compose(
        &self,
        due: &Due,
        item: &StoredItem,
        conversation: &Conversation,
    ) -> Result<Written, NotWritten> {
        let settings = self.current().ok_or(NotWritten::NotNow)?;
        let mailbox = settings.mailboxes.iter().find(|one| one.id == conversation.mailbox);
        let mailbox = mailbox.ok_or(NotWritten::NotNow)?;
        let own = Address::read(&mailbox.address).ok_or(NotWritten::NotNow)?;
        let mut secret = [0; 16];
        getrandom::fill(&mut secret).map_err(|_| NotWritten::NotNow)?;
        let id = compose::message_id(due.item.0, &secret, &own);
        let person = |one: &Correspondent| Person { name: one.name.clone(), address: one.address.clone() };
        let answered = self.answered(item, conversation).await;
        let text = match &answered {
            Some((_, original)) if due.kind == ItemKind::Reply && goes_back(item, original) => {
                item.text.clone() + &quote(&settings, original)
            }
            _ => item.text.clone(),
        };
        let draft = Draft {
            id,
            date: self.tools.world.now(),
            from: Person { name: settings.office.name.clone(), address: mailbox.address.clone() },
            to: item.to.iter().map(person).collect(),
            cc: Vec::new(),
            subject: match &answered {
                Some(_) => compose::reply_subject(&conversation.subject),
                None => conversation.subject.clone(),
            },
            text,
            thread: answered.map(|(thread, _)| thread).unwrap_or_default(),
            by: if due.kind == ItemKind::AutoReply { By::Automatic } else { By::Person },
            files: self.files(&settings, item).await?,
        };
        // Eighteen megabytes take a while.
        let written = tokio::task::spawn_blocking(move || write_out(&draft)).await;
        written.unwrap_or(Err(NotWritten::NotNow))
    }

    /// What goes along: all of it, or the mail does not leave.
    async fn files(&self, settings: &Settings, item: &StoredItem) -> Result<Vec<File>, NotWritten> {
        let mut files = Vec::new();
        for one in &item.attachments {
            let Some(id) = &one.upload else { continue };
            let (name, media_type) = (one.name.clone(), one.kind.clone());
            match tokio::fs::read(uploads::path(&self.tools.data, id)).await {
                Ok(bytes) => files.push(File { name, media_type, bytes }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let language = settings.office.language;
                    let why = crate::i18n::say(language, "mail.file-gone", &[("name", name)]);
                    return Err(NotWritten::Unfit(outbox::Why::Stuck(why)));
                }
                Err(_) => return Err(NotWritten::NotNow),
            }
        }
        Ok(files)
    }

    /// The mail has their bytes; what a fall leaves the next start removes.
    async fn drop_uploads(&self, item: &StoredItem) {
        for id in item.attachments.iter().filter_map(|one| one.upload.as_ref()) {
            if let Err(error) = tokio::fs::remove_file(uploads::path(&self.tools.data, id)).await {
                tracing::warn!(item = %item.id, %error, "a file that was sent could not be removed");
            }
        }
    }

    /// The latest mail in a conversation that was there when this one was written, and how to name it; `None`:
    /// we write first. What it names is what it was stored with: its bytes may be many.
    async fn answered(
        &self,
        answer: &StoredItem,
        conversation: &Conversation,
    ) -> Option<(Thread, StoredItem)> {
        let (reader, id, at) = (self.tools.reader.clone(), conversation.id, answer.at);
        let look = move || {
            let items = reader.items(id).ok()?;
            let is_before = |item: &StoredItem| item.kind == ItemKind::Mail && item.at <= at;
            let last = items.iter().rev().find(|item| is_before(item));
            last.or_else(|| items.iter().rev().find(|item| item.kind == ItemKind::Mail)).cloned()
        };
        let last = tokio::task::spawn_blocking(look).await.ok().flatten()?;
        let ids = |names: &[String]| names.iter().filter_map(|name| MessageId::read(name)).collect();
        let thread = compose::after(last.message_id.as_deref().and_then(MessageId::read), ids(&last.refs));
        Some((thread, last))
    }

    /// What became of a mail.
    pub(super) async fn sent(&mut self, item: ItemId, outcome: Outcome) {
        let Some(way) = self.under_way.remove(&item) else { return };
        let now = self.tools.world.now();
        let ended = match outcome {
            Outcome::Sent { later, refused } => match self.partly(&way, later, refused).await {
                Some(ended) => ended,
                None => return,
            },
            Outcome::FoundInSent => match left::read(&way.file).await {
                Ok(None) => Ended::FoundInSent,
                Ok(Some(_)) | Err(_) => Ended::FoundForSome,
            },
            Outcome::Later { said } => Ended::Later(said),
            Outcome::Refused { said } => Ended::Refused(said),
            Outcome::BadAddress { to } => Ended::Refused(to),
            Outcome::Unknown => Ended::Unknown,
            Outcome::NoSentFolder => Ended::NoSentFolder,
        };
        let tried = Due { attempts: way.due.attempts + 1, ..way.due.clone() };
        match outbox::after(&row(&tried), ended, now, luck()) {
            Next::Sent => self.went(&way, &tried, now).await,
            Next::Again { at, look } => {
                self.note(
                    &tried,
                    if look == Look::AtSent { SentState::Sending } else { SentState::Queued },
                    at,
                    None,
                )
                .await;
            }
            Next::Item(why) => self.failed(&tried, &way.conversation, &why).await,
            Next::Dropped => {
                self.note(&tried, SentState::Unsure, now, None).await;
            }
        }
    }

    /// Some have it: from now on it goes to the others alone. Who is refused for good is told of at once, and
    /// who may be taken later is tried again. `None`: that could not be written down, and nothing is done.
    async fn partly(
        &mut self,
        way: &UnderWay,
        later: Vec<Recipient>,
        refused: Vec<Recipient>,
    ) -> Option<Ended> {
        let said = |some: &[Recipient]| {
            let each = some.iter().map(|one| format!("{}: {}", one.to, one.said));
            each.collect::<Vec<_>>().join(" ")
        };
        let open = if later.is_empty() { &refused } else { &later };
        let others: Vec<String> = open.iter().map(|one| one.to.clone()).collect();
        if let Err(error) = left::write(&way.file, &others).await {
            // An attempt whose end is not known is looked for in Sent before another.
            tracing::warn!(item = %way.due.item, %error, "who has a mail could not be written down");
            return None;
        }
        self.is_forgotten(&way.due, &way.file).await;
        if later.is_empty() {
            return Some(if refused.is_empty() { Ended::Taken } else { Ended::Refused(said(&refused)) });
        }
        if !refused.is_empty() {
            self.tell_failed(&way.conversation, &outbox::Why::Refused(said(&refused)), &refused).await;
        }
        Some(Ended::Later(said(&later)))
    }

    async fn tell_failed(&self, conversation: &Conversation, why: &outbox::Why, to: &[Recipient]) {
        let to = to.iter().map(|one| one.to.as_str()).collect::<Vec<_>>().join(", ");
        let (key, said) = why.words();
        let how = Posted::Failed { key, to, said: said.to_owned() };
        self.tell(Input::Posted { conversation: Box::new(conversation.clone()), how }).await;
    }

    async fn went(&mut self, way: &UnderWay, tried: &Due, now: Timestamp) {
        self.note(tried, SentState::Sent, now, None).await;
        let (mailbox, conversation) = (way.mailbox.clone(), Box::new(way.conversation.clone()));
        self.copy(&Copy { item: tried.item, mailbox: mailbox.clone(), message_id: way.message_id.clone() });
        self.tell(Input::Mailbox { mailbox, news: MailboxNews::Sends }).await;
        self.tell(Input::Posted { conversation, how: Posted::Sent }).await;
    }

    /// Nobody takes it, or nobody knows whether somebody did: for a reply somebody must look.
    async fn failed(&mut self, due: &Due, conversation: &Conversation, why: &outbox::Why) {
        let state = if *why == outbox::Why::Unclear { SentState::Unsure } else { SentState::Failed };
        self.note(due, state, self.tools.world.now(), Some(why.words().1)).await;
        if due.kind == ItemKind::Reply {
            let conversation = Box::new(conversation.clone());
            let to = self.recipients(due).await;
            let (key, said) = why.words();
            let how = Posted::Failed { key, to, said: said.to_owned() };
            self.tell(Input::Posted { conversation, how }).await;
        }
    }

    /// To whom it should have gone, as a person reads it.
    async fn recipients(&self, due: &Due) -> String {
        let file = self.tools.data.join("mail").join(format!("{}.eml", due.item));
        if let Ok(Some(left)) = left::read(&file).await {
            return left.join(", ");
        }
        let found = self.whole(due).await;
        let to = found.map(|(item, _)| item.to.into_iter().map(|one| one.address).collect::<Vec<_>>());
        to.unwrap_or_default().join(", ")
    }

    /// Writes down how far a mail is.
    async fn note(&self, due: &Due, state: SentState, due_at: Timestamp, said: Option<&str>) -> bool {
        let (item, attempts, said) = (due.item, due.attempts, said.map(str::to_owned));
        let fact = MailFact::Sending { item, state, due_at, attempts, said };
        self.keep(fact).await == Taken::Stored
    }

    /// A copy for the Sent folder; what finds no room in the queue is found by the next sweep.
    fn copy(&mut self, copy: &Copy) {
        let file = self.tools.data.join("mail").join(format!("{}.eml", copy.item));
        let id = OutboxId(copy.item.0);
        let command = MailCommand::Copy { id, message_id: copy.message_id.clone(), file };
        let told = self.mailboxes.get(&copy.mailbox).map(|(_, tasks)| tasks.tell(command));
        if let Some(Ok(())) = told {
            self.copying.insert(copy.item);
        }
    }

    /// Copies that are still to be made. One that is looked up there by its Message-ID is never made twice.
    async fn sweep_copies(&mut self) {
        let (reader, now) = (self.tools.reader.clone(), self.tools.world.now());
        let due = tokio::task::spawn_blocking(move || reader.copies_due(now, SWEEP_MAX)).await;
        for copy in due.ok().and_then(Result::ok).unwrap_or_default() {
            if !self.copying.contains(&copy.item) {
                self.copy(&copy);
            }
        }
    }

    /// How a copy for the Sent folder ended: one that could not be made is tried again for as long as a mail is.
    pub(super) async fn copied(&mut self, item: ItemId, copied: &Copied) {
        self.copying.remove(&item);
        match copied {
            Copied::Later { said } => {
                tracing::warn!(%item, %said, "a sent mail could not be copied to the Sent folder yet");
                let again_at = plus(self.tools.world.now(), COPY_AGAIN);
                self.keep(MailFact::CopyLater { item, again_at }).await;
            }
            Copied::Appended | Copied::WasThere | Copied::NoFolder => {
                self.keep(MailFact::Copied { item }).await;
            }
        }
    }
}

fn write_out(draft: &Draft) -> Result<Written, NotWritten> {
    let unfit = |unfit: compose::Unfit| NotWritten::Unfit(outbox::Why::Refused(unfit.to_string()));
    let letter = compose::compose(draft).map_err(unfit)?;
    let found = match draft.files.is_empty() {
        true => Vec::new(),
        false => Message::read(&letter.bytes).map(|message| attachments(&message)).unwrap_or_default(),
    };
    Ok(Written { message_id: bracketed(&draft.id), raw: letter.bytes, attachments: found })
}

fn plus(at: Timestamp, length: SignedDuration) -> Timestamp {
    at.checked_add(length).unwrap_or(at)
}

fn row(due: &Due) -> Row {
    let writer = if due.kind == ItemKind::AutoReply { Writer::Automatic } else { Writer::Person };
    Row { writer, first_try: due.queued_at, tries: due.attempts }
}

/// Retries of many mails part company; without randomness they do not, and no harm is done.
fn luck() -> u32 {
    let mut bytes = [0; 4];
    let _ = getrandom::fill(&mut bytes);
    u32::from_ne_bytes(bytes)
}

/// What somebody wrote is quoted to themselves and to nobody else: an answer may go to a third, a conversation may
/// have been joined from two customers' mails, and a server's report is none of the customer's.
fn goes_back(answer: &StoredItem, original: &StoredItem) -> bool {
    let is_theirs = |one: &Correspondent| one.address.eq_ignore_ascii_case(&original.from.address);
    original.at <= answer.at && answer.to.iter().all(is_theirs)
}

/// The original below an answer, under a line that says whose it is.
fn quote(settings: &Settings, original: &StoredItem) -> String {
    let language = settings.office.language;
    let date = crate::i18n::whole_moment(language, settings.office.time_zone.to_datetime(original.at));
    let from = &original.from;
    let name = if from.name.is_empty() { from.address.clone() } else { from.name.clone() };
    let introduction = crate::i18n::say(language, "mail.quote", &[("date", date), ("name", name)]);
    let text = &original.text;
    let end = (0..=text.len().min(QUOTED_MAX)).rev().find(|at| text.is_char_boundary(*at));
    compose::quoted(&introduction, &text[..end.unwrap_or(0)])
}

/// Written whole under another name first: an attempt never sends half a mail.
fn put(path: &Path, raw: &[u8]) -> io::Result<()> {
    let half = path.with_extension("half");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(raw)?;
    file.sync_all()?;
    fs::rename(&half, path)?;
    sync_names(path.parent().ok_or(io::ErrorKind::NotFound)?)
}
