//! Who takes the mail in these tests: a store in memory that obeys the rules of `mail::place`, and counts.

use frontdesk::demo::mail::{IMAP_PORT, Provider};
use frontdesk::ids::MailboxId;
use frontdesk::mail::place::{Known, Settled, Standing, settle};
use frontdesk::mail::socket::Dial;
use frontdesk::mail::{
    Account, ContentHash, Fetched, Folder, Key, MailEvent, Mailbox, Pace, Quarantine, Server, Taken, Trouble,
    World,
};
use frontdesk::settings::{Secret, Security};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// The moment of the tests.
pub const NOW: &str = "2026-05-04T09:00:00Z";
/// Nothing in these tests may take longer, however busy the disk is; a test of very many mails has more.
pub const PATIENCE: Duration = Duration::from_secs(120);

pub const ADDRESS: &str = "info@hansen.example";

/// Faults are gone through in milliseconds; only what a server must answer has time.
pub const QUICK: Pace = Pace {
    first_wait: Duration::from_millis(1),
    longest_wait: Duration::from_millis(20),
    first_wait_refused: Duration::from_millis(20),
    longest_wait_refused: Duration::from_millis(50),
    look: Duration::from_millis(100),
    poll: Duration::from_millis(10),
    answer: Duration::from_secs(5),
    whole: Duration::from_millis(300),
    without_idle: Duration::from_millis(50),
    between_contradictions: Duration::from_millis(1),
    after_fall: Duration::from_millis(10),
};

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// So many hours before now.
pub fn ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

/// A provider whose one mailbox opens with the usual password.
pub fn provider() -> Provider {
    Provider::new(ADDRESS, "geheim", None, Box::new(now))
}

pub fn account() -> Account {
    let server = |port| Server {
        host: "post.example".into(),
        port,
        security: Security::None,
        user: ADDRESS.into(),
        key: Key::Password(Secret("geheim".into())),
    };
    Account {
        id: MailboxId::from("info"),
        address: ADDRESS.into(),
        imap: server(IMAP_PORT),
        smtp: server(25),
        first_days: 30,
    }
}

pub fn world(dial: impl Dial + 'static, folder: &Path, pace: Pace) -> World {
    World {
        dial: Arc::new(dial),
        tls: tls(None),
        wall: Arc::new(now),
        folder: folder.join("incoming"),
        seed: [7; 32],
        pace,
    }
}

/// Believes the certificates of this authority, or none.
pub fn tls(authority: Option<&rustls::pki_types::CertificateDer<'static>>) -> Arc<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(authority) = authority {
        roots.add(authority.clone()).unwrap();
    }
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

pub fn mail(number: usize) -> Vec<u8> {
    format!("From: kim@kunde.example\r\nTo: {ADDRESS}\r\nSubject: mail {number}\r\n\r\nText of {number}\r\n")
        .into_bytes()
}

/// A stored mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub folder: Folder,
    pub epoch: u32,
    pub uid: u32,
    pub hash: ContentHash,
    pub raw: Vec<u8>,
    pub history: bool,
    pub quarantine: Option<Quarantine>,
    known: Known,
}

/// What the taker does with a mail.
pub type Manners = Box<dyn FnMut(&Fetched, &[u8]) -> Manner + Send>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Take,
    /// Falls while it looks inside.
    Fall,
    Poison,
    DiskFull,
}

/// How a fetched mail is told from a stored one.
pub type Settle = fn(&[(u32, u32)], u32, u32, &BTreeSet<u32>) -> Settled;

/// The store.
pub struct Desk {
    pub kept: Vec<Kept>,
    standings: BTreeMap<Folder, Standing>,
    pub manners: Manners,
    /// A mutant puts another in its place.
    pub settle: Settle,
    pub told: Vec<String>,
    pub order: Vec<u32>,
    /// How long it is waited for anything.
    pub patience: Duration,
    events: mpsc::Receiver<MailEvent>,
    mailbox: Option<Mailbox>,
    sender: mpsc::Sender<MailEvent>,
}

impl Desk {
    pub fn open(account: Account, world: World) -> Desk {
        let (sender, events) = mpsc::channel(64);
        let mailbox = Some(Mailbox::start(account, world, sender.clone()));
        Desk {
            kept: Vec::new(),
            standings: BTreeMap::new(),
            manners: Box::new(|_, _| Manner::Take),
            settle,
            told: Vec::new(),
            order: Vec::new(),
            patience: PATIENCE,
            events,
            mailbox,
            sender,
        }
    }

    pub fn mailbox(&self) -> &Mailbox {
        self.mailbox.as_ref().unwrap()
    }

    /// The program falls, and begins again with what it had stored.
    pub fn fall_and_rise(&mut self, account: Account, world: World) {
        let (sender, events) = mpsc::channel(64);
        (self.sender, self.events) = (sender.clone(), events);
        self.mailbox = None;
        self.mailbox = Some(Mailbox::start(account, world, sender));
    }

    /// Until the mailbox was checked and this holds.
    pub async fn until(&mut self, holds: impl Fn(&Desk) -> bool) {
        let patience = self.patience;
        let held = self.until_event(|desk, event| matches!(event, MailEvent::Checked { .. }) && holds(desk));
        if timeout(patience, held).await.is_err() {
            panic!("checked and checked, but only {} mails are stored", self.kept.len());
        }
    }

    /// Until something is told.
    pub async fn until_event(&mut self, wanted: impl Fn(&Desk, &MailEvent) -> bool) -> MailEvent {
        loop {
            let event =
                timeout(self.patience, self.events.recv()).await.expect("nothing more happens").unwrap();
            if let Some(event) = self.handle(event)
                && wanted(self, &event)
            {
                return event;
            }
        }
    }

    /// Until an alarm of this kind.
    pub async fn until_trouble(&mut self) -> Trouble {
        match self.until_event(|_, event| matches!(event, MailEvent::Trouble { .. })).await {
            MailEvent::Trouble { trouble, .. } => trouble,
            other => panic!("{other:?}"),
        }
    }

    /// What the store does; the rest is handed back.
    fn handle(&mut self, event: MailEvent) -> Option<MailEvent> {
        match event {
            MailEvent::Opened { folder, answer, .. } => {
                let _gone = answer.send(self.standing(folder));
                None
            }
            MailEvent::Stands { folder, standing, ack, .. } => {
                self.standings.insert(folder, standing);
                let _gone = ack.send(Taken::Stored);
                None
            }
            MailEvent::Fetched(fetched) => {
                self.take(*fetched);
                None
            }
            other => {
                if let MailEvent::Trouble { trouble, .. } = &other {
                    self.told.push(trouble.code().to_owned());
                }
                Some(other)
            }
        }
    }

    fn standing(&self, folder: Folder) -> Option<Standing> {
        let stored = self.standings.get(&folder)?;
        let here = |kept: &&Kept| kept.folder == folder && kept.epoch == stored.epoch;
        let known = self.kept.iter().filter(here).map(|kept| kept.known).collect();
        Some(Standing { known, ..stored.clone() })
    }

    fn take(&mut self, fetched: Fetched) {
        let raw = std::fs::read(&fetched.file).unwrap();
        let taken = match (self.manners)(&fetched, &raw) {
            Manner::Take => {
                self.keep(&fetched, raw);
                Taken::Stored
            }
            Manner::Poison => Taken::Poison,
            Manner::DiskFull => Taken::NotStored,
            // the answer is never given
            Manner::Fall => return,
        };
        let _gone = fetched.ack.send(taken);
    }

    fn keep(&mut self, fetched: &Fetched, raw: Vec<u8>) {
        let (folder, place) = (fetched.folder, fetched.place);
        let same: Vec<(u32, u32)> = self
            .kept
            .iter()
            .filter(|kept| kept.folder == folder && kept.hash == fetched.hash)
            .map(|kept| (kept.epoch, kept.uid))
            .collect();
        let known =
            Known { uid: place.uid, internal_date: fetched.internal_date, stated_size: place.stated_size };
        match (self.settle)(&same, place.epoch, place.uid, &fetched.gone) {
            Settled::Already => {}
            Settled::Moved { epoch, uid } => {
                let at = |kept: &&mut Kept| kept.folder == folder && (kept.epoch, kept.uid) == (epoch, uid);
                let kept = self.kept.iter_mut().find(at).unwrap();
                (kept.epoch, kept.uid, kept.known) = (place.epoch, place.uid, known);
            }
            Settled::New => {
                self.order.push(place.uid);
                self.kept.push(Kept {
                    folder,
                    epoch: place.epoch,
                    uid: place.uid,
                    hash: fetched.hash,
                    raw,
                    history: fetched.history,
                    quarantine: fetched.quarantine,
                    known,
                });
            }
        }
    }

    /// The stored mails of a folder, sorted by content.
    pub fn contents(&self, folder: Folder) -> Vec<Vec<u8>> {
        let mut raw: Vec<Vec<u8>> =
            self.kept.iter().filter(|kept| kept.folder == folder).map(|kept| kept.raw.clone()).collect();
        raw.sort();
        raw
    }
}
