//! Shell. The mail desk: between the tasks of the mailboxes, the store and the office.
//!
//! What is fetched is read, stored and only then announced; what the office queued is written out, sent and
//! told. One task, one thing after the other: mail is the patient one.

mod announce;
mod left;
mod post;
mod take;

use super::address::Address;
use super::oauth::Grant;
use super::{Account, Folder, Key, MailEvent, Mailbox, Server, Side, Taken, Trouble, World};
use crate::figures::Figures;
use crate::ids::{ConversationId, ItemId, MailboxId};
use crate::office::Input;
use crate::office::inbox::{MailSide, MailTrouble, MailboxNews};
use crate::settings::{self, Settings};
use crate::store::mail::MailFact;
use crate::store::settings_desk::SettingsDesk;
use crate::store::{Reader, Writer};
use crate::switchboard::handle::Handle;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

/// Days of mail a first connection takes (spec/mail.md §1).
const FIRST_DAYS: u16 = 30;
/// Events of all mailboxes waiting; their tasks wait, for they have time.
const EVENTS_MAX: usize = 128;
/// Mails stored in one commit.
const BATCH_MAX: usize = 64;
/// So often the outbox is looked through for what was not told: retries, and what a full queue left out.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// What the desk touches.
#[derive(Clone)]
pub struct Tools {
    pub data: PathBuf,
    pub writer: Writer,
    pub reader: Reader,
    pub switchboard: Handle,
    pub settings: SettingsDesk,
    pub figures: Figures,
    /// For the tasks of the mailboxes.
    pub world: World,
}

/// The desk at work.
pub struct Desk {
    tools: Tools,
    mailboxes: BTreeMap<MailboxId, (settings::Mailbox, Mailbox)>,
    events: mpsc::Sender<MailEvent>,
    numbers: Numbers,
    /// The last mail the office was told of.
    announced: ItemId,
    /// What is with a server at this moment.
    under_way: BTreeMap<ItemId, post::UnderWay>,
    /// Copies for Sent folders that are with a task.
    copying: BTreeSet<ItemId>,
    /// Automatic replies the office was asked for, and calls that were asked for by mail: to whom, about what,
    /// when. Of the last seven days.
    told_now: Vec<(Address, String, Timestamp)>,
}

/// Numbers for what arrives: even ones, so that the office needs no word about them.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    item: u64,
    conversation: u64,
}

impl Numbers {
    /// Goes on after the highest numbers ever given.
    pub fn after(conversation: u64, item: u64) -> Numbers {
        Numbers { item: item & !1, conversation: conversation & !1 }
    }

    fn next(&mut self) -> (ItemId, ConversationId) {
        self.item += 2;
        self.conversation += 2;
        (ItemId(self.item), ConversationId(self.conversation))
    }
}

/// Runs the desk until `stop` turns true.
pub async fn run(
    tools: Tools,
    numbers: Numbers,
    outbox: mpsc::Receiver<ItemId>,
    stop: watch::Receiver<bool>,
) {
    let (events, arriving) = mpsc::channel(EVENTS_MAX);
    let mut desk = Desk {
        tools,
        mailboxes: BTreeMap::new(),
        events,
        numbers,
        announced: ItemId(0),
        under_way: BTreeMap::new(),
        copying: BTreeSet::new(),
        told_now: Vec::new(),
    };
    desk.announce().await; // what was stored before a fall and not told
    desk.work(arriving, outbox, stop).await;
    for (_, (_, mailbox)) in std::mem::take(&mut desk.mailboxes) {
        mailbox.stop().await;
    }
}

impl Desk {
    async fn work(
        &mut self,
        mut arriving: mpsc::Receiver<MailEvent>,
        mut outbox: mpsc::Receiver<ItemId>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut changes = self.tools.settings.changes();
        self.follow_settings().await;
        let mut sweep = tokio::time::interval(SWEEP_EVERY);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return,
                Ok(()) = changes.changed() => self.follow_settings().await,
                Some(item) = outbox.recv() => self.post(item).await,
                Some(event) = arriving.recv() => self.take_up(event, &mut arriving).await,
                _ = sweep.tick() => self.sweep().await,
            }
        }
    }

    /// Starts, stops and restarts the tasks of mailboxes as the settings say.
    async fn follow_settings(&mut self) {
        let settings = self.tools.settings.current();
        let wanted = settings.as_ref().map_or(&[][..], |settings| settings.mailboxes.as_slice());
        let is_wanted = |id: &MailboxId, known: &settings::Mailbox| {
            wanted.iter().any(|one| one.id == *id && is_same_account(one, known))
        };
        let gone: Vec<MailboxId> = self
            .mailboxes
            .iter()
            .filter(|(id, (known, _))| !is_wanted(id, known))
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            self.under_way.retain(|_, way| way.mailbox != id);
            self.copying.clear(); // what its task had in hand is found again
            if let Some((_, mailbox)) = self.mailboxes.remove(&id) {
                mailbox.stop().await;
            }
        }
        for one in wanted {
            if !self.mailboxes.contains_key(&one.id) {
                let world = World { seed: fresh_seed(), ..self.tools.world.clone() };
                let mailbox = Mailbox::start(account(one), world, self.events.clone());
                self.mailboxes.insert(one.id.clone(), (one.clone(), mailbox));
            }
        }
    }

    /// One event; mails that came with it are stored together.
    async fn take_up(&mut self, event: MailEvent, arriving: &mut mpsc::Receiver<MailEvent>) {
        let mut next = Some(event);
        let mut batch = Vec::new();
        while let Some(event) = next {
            match event {
                MailEvent::Fetched(fetched) => batch.push(*fetched),
                other => {
                    self.keep_mails(std::mem::take(&mut batch)).await;
                    self.hear(other).await;
                }
            }
            next = if batch.len() < BATCH_MAX { arriving.try_recv().ok() } else { None };
        }
        self.keep_mails(batch).await;
    }

    async fn hear(&mut self, event: MailEvent) {
        match event {
            MailEvent::Fetched(_) => {}
            MailEvent::Opened { mailbox, folder, answer } => {
                let reader = self.tools.reader.clone();
                let known = tokio::task::spawn_blocking(move || reader.folder(&mailbox, word(folder))).await;
                match known {
                    // A task that has ended needs no answer.
                    Ok(Ok(standing)) => drop(answer.send(standing)),
                    // Without an answer it asks again; "never seen" would fetch everything anew.
                    Ok(Err(_)) | Err(_) => drop(answer),
                }
            }
            MailEvent::Stands { mailbox, folder, standing, ack } => {
                let fact = MailFact::Folder { mailbox, folder: word(folder), standing };
                let _ended = ack.send(self.keep(fact).await);
            }
            MailEvent::Progress { mailbox, done, of, folder: Folder::Inbox } => {
                self.tell(Input::Mailbox { mailbox, news: MailboxNews::Fetching { done, of } }).await;
            }
            MailEvent::Progress { .. } => {}
            MailEvent::Checked { mailbox, at } => {
                self.tell(Input::Mailbox { mailbox, news: MailboxNews::Checked(at) }).await;
            }
            MailEvent::QuotaWell { mailbox } => {
                self.tell(Input::Mailbox { mailbox, news: MailboxNews::QuotaWell }).await;
            }
            MailEvent::Trouble { mailbox, side, trouble } => {
                let side = match side {
                    Side::Imap => MailSide::Fetching,
                    Side::Smtp => MailSide::Sending,
                };
                let (code, detail) = (trouble.code(), detail(&trouble));
                let news = MailboxNews::Trouble(MailTrouble { side, code, detail });
                self.tell(Input::Mailbox { mailbox, news }).await;
            }
            MailEvent::Sent { id, outcome, .. } => self.sent(ItemId(id.0), outcome).await,
            MailEvent::Copied { id, copied, .. } => self.copied(ItemId(id.0), &copied).await,
            MailEvent::Renewed { mailbox, grant, .. } => self.renewed(mailbox, grant).await,
        }
    }

    /// A provider gave new tokens: the old ones may be void. The task that got them goes on with them.
    async fn renewed(&mut self, id: MailboxId, grant: Grant) {
        let known = self.mailboxes.get_mut(&id).and_then(|(known, _)| known.oauth.as_mut());
        if let Some(oauth) = known.filter(|oauth| grant.is_of(oauth)) {
            (oauth.refresh_token, oauth.ends_at) = (Some(grant.refresh_token.clone()), grant.ends_at);
        }
        if let Err(error) = self.tools.settings.keep_grant(&id, grant).await {
            tracing::warn!(mailbox = %id, %error, "new tokens of a mailbox could not be kept");
        }
    }

    /// Keeps a fact; what the disk refuses is handed over again.
    async fn keep(&self, fact: MailFact) -> Taken {
        match self.tools.writer.keep_mail(fact).await {
            Ok(Ok(())) => Taken::Stored,
            Ok(Err(_)) | Err(_) => Taken::NotStored,
        }
    }

    /// Tells the office; without one there is nobody to tell.
    async fn tell(&self, input: Input) {
        if self.tools.switchboard.tell(input).await.is_err() {
            tracing::debug!("the switchboard has stopped; the mail is told of at the next start");
        }
    }

    fn current(&self) -> Option<Arc<Settings>> {
        self.tools.settings.current()
    }
}

/// Resolves when the program ends; also when nobody is left who could say so.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The same servers and keys: what else changed needs no new connection.
fn is_same_account(a: &settings::Mailbox, b: &settings::Mailbox) -> bool {
    (&a.address, &a.imap, &a.smtp, &a.oauth) == (&b.address, &b.imap, &b.smtp, &b.oauth)
}

fn account(mailbox: &settings::Mailbox) -> Account {
    let server = |server: &settings::Server| Server {
        host: server.host.clone(),
        port: server.port,
        security: server.security,
        user: server.user.clone(),
        key: match &mailbox.oauth {
            Some(oauth) => Key::Grant(Grant::of(oauth)),
            None => Key::Password(server.password.clone()),
        },
    };
    Account {
        id: mailbox.id.clone(),
        address: mailbox.address.clone(),
        imap: server(&mailbox.imap),
        smtp: server(&mailbox.smtp),
        first_days: FIRST_DAYS,
    }
}

/// Waits need no secret: without randomness they are only more alike.
fn fresh_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    let _ = getrandom::fill(&mut seed);
    seed
}

fn word(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "inbox",
        Folder::Sent => "sent",
    }
}

/// What the server said, for the alarm's sentence.
fn detail(trouble: &Trouble) -> String {
    match trouble {
        Trouble::LogInRefused { said }
        | Trouble::CertificateWrong { said }
        | Trouble::Unreachable { said }
        | Trouble::QuotaFull { said }
        | Trouble::Strange { said }
        | Trouble::GrantRefused { said } => said.clone(),
        Trouble::GrantEnds { at } => at.strftime("%Y-%m-%d").to_string(),
        Trouble::Unprotected | Trouble::DiskFull => String::new(),
    }
}
