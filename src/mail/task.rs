//! Shell. The tasks of one mailbox: one stays on IMAP, one sends. Each is supervised: a fall is logged, told,
//! and followed by a new start.

use super::imap::{Memory, Pass, Pulse, Session, Taking, copy, is_in_sent, said, stay};
use super::oauth::{Grant, Token, ends_soon, renew};
use super::shelf::{Falls, Shelf};
use super::smtp;
use super::socket::{Broken, Dial};
use super::wire::{
    Account, Attempt, Copied, Key, MailCommand, MailEvent, OutboxId, Outcome, Outgoing, Server, Side, Trouble,
};
use crate::settings::Secret;
use crate::sip::random::Random;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Faults in a row before an unreachable server is worth an alarm.
const FAULTS: u32 = 3;
/// Commands waiting; the outbox is a table, nothing is lost when this is full.
const COMMANDS: usize = 64;

/// The times of a mailbox's tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The first wait after a broken connection; it doubles.
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// The same after a refused log-in: providers lock accounts that knock too often.
    pub first_wait_refused: Duration,
    pub longest_wait_refused: Duration,
    /// IDLE ends and everything is looked at: a server that says nothing any more is found out with it.
    pub look: Duration,
    /// Between two looks without IDLE.
    pub poll: Duration,
    /// One answer of the server, whole.
    pub answer: Duration,
    /// Both folders are listed whole again: what was missed without anybody knowing is found.
    pub whole: Duration,
    /// After a server stumbled over IDLE it is left in peace with it for so long.
    pub without_idle: Duration,
    /// Two epochs because of contradictions are at least this far apart: a server that states another size
    /// each time would be fetched whole again and again.
    pub between_contradictions: Duration,
    /// Before a task that fell begins again.
    pub after_fall: Duration,
}

impl Pace {
    /// As spec/mail.md §1 has it: within a minute without IDLE, a half-open IDLE noticed within ten.
    pub const USUAL: Pace = Pace {
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(30),
        first_wait_refused: Duration::from_secs(60),
        longest_wait_refused: Duration::from_secs(900),
        look: Duration::from_secs(50),
        poll: Duration::from_secs(25),
        answer: Duration::from_secs(60),
        whole: Duration::from_secs(1800),
        without_idle: Duration::from_secs(3600),
        between_contradictions: Duration::from_secs(6 * 3600),
        after_fall: Duration::from_secs(5),
    };
}

/// What the tasks of a mailbox touch.
#[derive(Clone)]
pub struct World {
    pub dial: Arc<dyn Dial>,
    /// Whose certificates are believed.
    pub tls: Arc<rustls::ClientConfig>,
    pub wall: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// `DATA/mail/incoming`.
    pub folder: PathBuf,
    pub seed: [u8; 32],
    pub pace: Pace,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl World {
    /// What the clock on the wall says.
    pub fn now(&self) -> Timestamp {
        (self.wall)()
    }
}

/// A mailbox at work; dropping it ends its tasks.
#[derive(Debug)]
pub struct Mailbox {
    commands: mpsc::Sender<MailCommand>,
    tasks: JoinSet<()>,
    shelf: (PathBuf, crate::ids::MailboxId),
}

impl Mailbox {
    /// Begins.
    pub fn start(account: Account, world: World, events: mpsc::Sender<MailEvent>) -> Self {
        let shelf = (world.folder.clone(), account.id.clone());
        let after_fall = world.pace.after_fall;
        let (commands, queue) = mpsc::channel(COMMANDS);
        let shared = Arc::new(Shared {
            account,
            world,
            events,
            pulse: Pulse::default(),
            tokens: tokio::sync::Mutex::default(),
            troubles: Mutex::default(),
            sending: Mutex::default(),
        });
        let queue = Arc::new(tokio::sync::Mutex::new(queue));
        let mut tasks = JoinSet::new();
        let fetching = shared.clone();
        tasks.spawn(supervise("mail-fetch", after_fall, move || fetch(fetching.clone())));
        tasks.spawn(supervise("mail-send", after_fall, move || serve(shared.clone(), queue.clone())));
        Self { commands, tasks, shelf }
    }

    /// Hands a command over; the command comes back where the queue is full.
    pub fn tell(&self, command: MailCommand) -> Result<(), MailCommand> {
        self.commands.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(command) | mpsc::error::TrySendError::Closed(command) => command,
        })
    }

    /// Ends in order: mails that were with the taker are not blamed for it.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        let (folder, mailbox) = self.shelf;
        if let Ok(shelf) = Shelf::open(&folder, mailbox).await
            && let Err(error) = shelf.remember(&Falls::new()).await
        {
            tracing::warn!(%error, "could not note that the mailbox ended in order");
        }
    }
}

struct Shared {
    account: Account,
    world: World,
    events: mpsc::Sender<MailEvent>,
    pulse: Pulse,
    tokens: tokio::sync::Mutex<BTreeMap<Side, (Grant, Option<Token>)>>,
    troubles: Mutex<BTreeMap<Side, Trouble>>,
    /// The mail that is with a server.
    sending: Mutex<Option<OutboxId>>,
}

/// Runs a task again whenever it falls, until it ends by itself.
async fn supervise<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    after_fall: Duration,
    mut begin: impl FnMut() -> F,
) {
    loop {
        // its own set: ending this task ends that one
        let mut one = JoinSet::new();
        one.spawn(begin());
        match one.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                tracing::error!(task = name, "a task fell and begins again");
                sleep(after_fall).await;
            }
            _ => return,
        }
    }
}

async fn fetch(shared: Arc<Shared>) {
    let Some((mut shelf, falls)) = open_shelf(&shared).await else { return };
    let mut memory = Memory::new(falls);
    let mut random = Random::new(shared.world.seed);
    let mut faults = 0;
    loop {
        let mut checked = false;
        let Err(broken) = connect_and_stay(&shared, &mut shelf, &mut memory, &mut checked).await;
        if matches!(broken, Broken::NobodyTakes) {
            return;
        }
        faults = if checked { 1 } else { faults + 1 };
        tracing::debug!(mailbox = %shared.account.id, %broken, faults, "the mailbox connects again");
        shared.tell_broken(Side::Imap, &broken, faults).await;
        let wait = wait_after(&shared.world.pace, &broken, faults, &mut random);
        // Somebody who presses "check now" need not wait.
        let _over = timeout(wait, shared.pulse.check_now.notified()).await;
    }
}

/// A folder that cannot be opened is tried again: the disk may be full for a while.
async fn open_shelf(shared: &Shared) -> Option<(Shelf, Falls)> {
    loop {
        match Shelf::open(&shared.world.folder, shared.account.id.clone()).await {
            Ok(shelf) => {
                let falls = shelf.falls().await;
                return Some((shelf, falls));
            }
            Err(error) => shared.tell_broken(Side::Imap, &Broken::Disk(error), FAULTS).await,
        }
        if shared.events.is_closed() {
            return None;
        }
        sleep(shared.world.pace.longest_wait).await;
    }
}

async fn connect_and_stay(
    shared: &Shared,
    shelf: &mut Shelf,
    memory: &mut Memory,
    checked: &mut bool,
) -> Result<std::convert::Infallible, Broken> {
    let session = shared.log_in().await?;
    let mut taking = Taking {
        account: &shared.account,
        world: &shared.world,
        events: &shared.events,
        memory,
        shelf,
        session,
    };
    let result = stay(&mut taking, &shared.pulse, checked).await;
    if *checked {
        shared.forget_trouble(Side::Imap);
    }
    result
}

/// Doubling with jitter: offices that lost the same provider do not come back in one second.
fn wait_after(pace: &Pace, broken: &Broken, faults: u32, random: &mut Random) -> Duration {
    let (first, longest) = match broken {
        Broken::LogInRefused(_) | Broken::GrantRefused(_) => {
            (pace.first_wait_refused, pace.longest_wait_refused)
        }
        _ => (pace.first_wait, pace.longest_wait),
    };
    let doubled = first.saturating_mul(1 << faults.saturating_sub(1).min(10)).min(longest);
    doubled / 2 + random.wait(doubled / 2, Duration::from_millis(1))
}

impl Shared {
    async fn log_in(&self) -> Result<Session, Broken> {
        let Account { imap, .. } = &self.account;
        let secret = self.secret(Side::Imap, imap).await?;
        let session = Session::open(&self.world, imap, &pass(&imap.key, &secret)).await;
        self.forget_refused_token(Side::Imap, &session).await;
        session
    }

    /// The password, or a token that is good for a while.
    async fn secret(&self, side: Side, server: &Server) -> Result<Secret, Broken> {
        let grant = match &server.key {
            Key::Password(secret) => return Ok(secret.clone()),
            Key::Grant(grant) => grant,
        };
        let mut tokens = self.tokens.lock().await;
        let (grant, token) = tokens.entry(side).or_insert_with(|| (grant.clone(), None));
        if let Some(token) = token.as_ref().filter(|token| token.is_good()) {
            return Ok(token.secret.clone());
        }
        let (fresh, renewed) = renew(&self.world, grant).await?;
        if let Some(renewed) = renewed {
            *grant = renewed.clone();
            let event = MailEvent::Renewed { mailbox: self.account.id.clone(), side, grant: renewed };
            self.tell(event).await?;
        }
        if let Some(at) = ends_soon(grant, self.world.now()) {
            self.tell_trouble(side, Trouble::GrantEnds { at }).await;
        }
        let secret = fresh.secret.clone();
        *token = Some(fresh);
        Ok(secret)
    }

    /// A token a server refused is not offered again.
    async fn forget_refused_token<T>(&self, side: Side, result: &Result<T, Broken>) {
        if matches!(result, Err(Broken::LogInRefused(_)))
            && let Some((_, token)) = self.tokens.lock().await.get_mut(&side)
        {
            *token = None;
        }
    }

    async fn tell(&self, event: MailEvent) -> Result<(), Broken> {
        self.events.send(event).await.map_err(|_| Broken::NobodyTakes)
    }

    async fn tell_broken(&self, side: Side, broken: &Broken, faults: u32) {
        if let Some(trouble) = trouble(broken, faults) {
            self.tell_trouble(side, trouble).await;
        }
    }

    /// Said once, and again when it is something else.
    async fn tell_trouble(&self, side: Side, trouble: Trouble) {
        let before = self.troubles.lock().ok().and_then(|mut told| told.insert(side, trouble.clone()));
        if before.as_ref() != Some(&trouble) {
            let event = MailEvent::Trouble { mailbox: self.account.id.clone(), side, trouble };
            // Where nobody listens any more the task ends by itself.
            let _nobody = self.tell(event).await;
        }
    }

    fn forget_trouble(&self, side: Side) {
        if let Ok(mut told) = self.troubles.lock() {
            told.remove(&side);
        }
    }
}

fn pass<'a>(key: &Key, secret: &'a Secret) -> Pass<'a> {
    match key {
        Key::Password(_) => Pass::Password(&secret.0),
        Key::Grant(_) => Pass::Token(&secret.0),
    }
}

/// What an owner must hear of: refusals at once, a network that stumbles only when it goes on.
fn trouble(broken: &Broken, faults: u32) -> Option<Trouble> {
    let said = said(broken);
    match broken {
        Broken::LogInRefused(_) => Some(Trouble::LogInRefused { said }),
        Broken::GrantRefused(_) => Some(Trouble::GrantRefused { said }),
        Broken::Certificate(_) => Some(Trouble::CertificateWrong { said }),
        Broken::Unprotected => Some(Trouble::Unprotected),
        Broken::Disk(_) | Broken::NotStored => Some(Trouble::DiskFull),
        Broken::Strange(_) if faults >= FAULTS => Some(Trouble::Strange { said }),
        Broken::Unreachable(_) | Broken::Ended | Broken::Slow | Broken::Refused(_) if faults >= FAULTS => {
            Some(Trouble::Unreachable { said })
        }
        _ => None,
    }
}

/// The commands of a mailbox, one after the other.
async fn serve(shared: Arc<Shared>, queue: Arc<tokio::sync::Mutex<mpsc::Receiver<MailCommand>>>) {
    let mut queue = queue.lock().await;
    // With a server when this task fell: it may have arrived.
    if let Some(id) = shared.now_with(None)
        && shared.ended(id, Outcome::Unknown).await.is_err()
    {
        return;
    }
    while let Some(command) = queue.recv().await {
        let told = match command {
            MailCommand::CheckNow => {
                shared.pulse.check_now.notify_one();
                Ok(())
            }
            MailCommand::Send(outgoing) => shared.send(outgoing).await,
            MailCommand::Copy { id, message_id, file } => shared.copy(id, &message_id, &file).await,
        };
        if told.is_err() {
            return;
        }
    }
}

impl Shared {
    async fn send(&self, outgoing: Outgoing) -> Result<(), Broken> {
        let id = outgoing.id;
        self.now_with(Some(id));
        let outcome = match outgoing.attempt {
            Attempt::Fresh => self.try_now(&outgoing).await,
            Attempt::AfterUnknown => self.look_and_try(&outgoing).await,
        };
        self.now_with(None);
        self.ended(id, outcome).await
    }

    async fn ended(&self, id: OutboxId, outcome: Outcome) -> Result<(), Broken> {
        self.tell(MailEvent::Sent { mailbox: self.account.id.clone(), id, outcome }).await
    }

    /// Notes what is with a server; the one noted before.
    fn now_with(&self, id: Option<OutboxId>) -> Option<OutboxId> {
        self.sending.lock().ok().and_then(|mut sending| std::mem::replace(&mut *sending, id))
    }

    async fn try_now(&self, outgoing: &Outgoing) -> Outcome {
        match self.send_now(outgoing).await {
            Ok(outcome) => {
                self.forget_trouble(Side::Smtp);
                outcome
            }
            Err(broken) => {
                self.tell_broken(Side::Smtp, &broken, FAULTS).await;
                Outcome::Later { said: said(&broken) }
            }
        }
    }

    /// It may have arrived: sent again only after a look that found nothing (spec/mail.md §5).
    async fn look_and_try(&self, outgoing: &Outgoing) -> Outcome {
        match self.arrived_before(&outgoing.message_id).await {
            Ok(Some(true)) => Outcome::FoundInSent,
            Ok(Some(false)) => self.try_now(outgoing).await,
            Ok(None) => Outcome::NoSentFolder,
            // "Later" would mean that nothing was taken, and that is what nobody knows.
            Err(broken) => {
                self.tell_broken(Side::Imap, &broken, 1).await;
                Outcome::Unknown
            }
        }
    }

    async fn arrived_before(&self, message_id: &str) -> Result<Option<bool>, Broken> {
        let mut session = self.log_in().await?;
        let found = is_in_sent(&mut session, message_id).await?;
        session.leave().await;
        Ok(found)
    }

    async fn send_now(&self, outgoing: &Outgoing) -> Result<Outcome, Broken> {
        let Account { smtp, address, .. } = &self.account;
        let secret = self.secret(Side::Smtp, smtp).await?;
        let pass = pass(&smtp.key, &secret);
        let result = smtp::send(&*self.world.dial, &self.world.tls, smtp, &pass, address, outgoing).await;
        self.forget_refused_token(Side::Smtp, &result).await;
        result
    }

    async fn copy(&self, id: OutboxId, message_id: &str, file: &Path) -> Result<(), Broken> {
        let copied = match self.copy_now(message_id, file).await {
            Ok(copied) => copied,
            Err(broken) => Copied::Later { said: said(&broken) },
        };
        if let Copied::Later { said } = &copied
            && said.contains("[OVERQUOTA]")
        {
            self.tell_trouble(Side::Imap, Trouble::QuotaFull { said: said.clone() }).await;
        }
        self.tell(MailEvent::Copied { mailbox: self.account.id.clone(), id, copied }).await
    }

    async fn copy_now(&self, message_id: &str, file: &Path) -> Result<Copied, Broken> {
        let mut session = self.log_in().await?;
        let copied = copy(&mut session, message_id, file).await?;
        session.leave().await;
        Ok(copied)
    }
}
