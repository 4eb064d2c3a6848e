//! Shell. What the tasks of a mailbox and the rest of the program say to each other.
//!
//! The side that keeps mail is called the taker here. Nothing moves on before the taker has answered: a mail
//! whose `ack` was dropped or says [`Taken::NotStored`] is handed over again.

use super::place::{Place, Standing};
use crate::ids::MailboxId;
use crate::settings::{Secret, Security};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A mailbox as its tasks need it.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: MailboxId,
    /// The address customers write to, and the sender where a server refuses a null one.
    pub address: String,
    pub imap: Server,
    pub smtp: Server,
    /// Days of mail the first connection takes (spec/mail.md §1: 30).
    pub first_days: u16,
}

/// Where a server is and how to log in.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub key: Key,
}

/// What opens a mailbox.
#[derive(Clone, Debug)]
pub enum Key {
    /// A password or an app password.
    Password(Secret),
    /// XOAUTH2: tokens are renewed from this grant.
    Grant(super::oauth::Grant),
}

/// Which of the two folders a mail lies in; the name on the server may change, this does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    Inbox,
    Sent,
}

/// SHA-256 over the raw bytes of a mail.
pub type ContentHash = [u8; 32];

/// What a mailbox's tasks tell.
#[derive(Debug)]
pub enum MailEvent {
    /// A folder was opened: what is stored of it? `None`: nothing ever was. Asked again on every connection.
    Opened { mailbox: MailboxId, folder: Folder, answer: oneshot::Sender<Option<Standing>> },
    /// The folder has a new standing (its first, or a new epoch): keep it, then answer.
    Stands { mailbox: MailboxId, folder: Folder, standing: Standing, ack: oneshot::Sender<Taken> },
    /// A mail lies on the disk.
    Fetched(Box<Fetched>),
    /// Many mails are being taken: so many of so many.
    Progress { mailbox: MailboxId, folder: Folder, done: usize, of: usize },
    /// The server answered and nothing is missing; every trouble of [`Side::Imap`] is over, but a full quota
    /// and a grant that ends.
    Checked { mailbox: MailboxId, at: Timestamp },
    /// The quota is not full (any more).
    QuotaWell { mailbox: MailboxId },
    /// Something a person must read; said once when it begins, and again when its sentence changes.
    Trouble { mailbox: MailboxId, side: Side, trouble: Trouble },
    /// How an [`Outgoing`] ended.
    Sent { mailbox: MailboxId, id: OutboxId, outcome: Outcome },
    /// How a copy to the Sent folder ended.
    Copied { mailbox: MailboxId, id: OutboxId, copied: Copied },
    /// A provider gave new tokens for the grant: keep them, the old ones may be void.
    Renewed { mailbox: MailboxId, side: Side, grant: super::oauth::Grant },
}

/// A mail that was fetched and lies on the disk, synced.
#[derive(Debug)]
pub struct Fetched {
    pub mailbox: MailboxId,
    pub folder: Folder,
    pub place: Place,
    /// When the server took it in.
    pub internal_date: Timestamp,
    pub hash: ContentHash,
    /// The raw bytes. The taker moves the file away when it keeps it; otherwise it is removed here.
    pub file: PathBuf,
    pub whole: Whole,
    /// Older than the first connection: arrives closed.
    pub history: bool,
    /// UIDs of this epoch whose mails are not in the folder any more: one of them may be this mail.
    pub gone: Arc<BTreeSet<u32>>,
    /// Keep the raw bytes and a notice, and do not look inside.
    pub quarantine: Option<Quarantine>,
    pub ack: oneshot::Sender<Taken>,
}

/// Whether the file holds all of the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Yes,
    /// The mail is over the limit of 64 MiB: its beginning, of so many bytes.
    Beginning {
        of: u64,
    },
}

/// Why a mail may not be looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quarantine {
    /// Twice the program fell while this mail was with the taker.
    Crashed,
    /// The taker said [`Taken::Poison`].
    Unparsable,
    /// The server does not hand it out in a way that can be read; the file is empty.
    Unreadable,
}

/// The taker's answer about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on the disk, as a new mail, one already known, or in quarantine.
    Stored,
    /// It cannot be parsed: hand it over again for the quarantine.
    Poison,
    /// The disk refuses; try later.
    NotStored,
}

/// Which connection something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Imap,
    Smtp,
}

/// What an owner must hear of. Sentences are the server's own, made safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    LogInRefused {
        said: String,
    },
    CertificateWrong {
        said: String,
    },
    /// The server offers no protection although the settings ask for it.
    Unprotected,
    Unreachable {
        said: String,
    },
    QuotaFull {
        said: String,
    },
    /// Our own disk takes nothing more.
    DiskFull,
    /// The server breaks the protocol.
    Strange {
        said: String,
    },
    /// The provider states when the grant ends (warned 14 days before).
    GrantEnds {
        at: Timestamp,
    },
    GrantRefused {
        said: String,
    },
}

impl Trouble {
    /// The code of the alarm and of its sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LogInRefused { .. } => "mail.log_in_refused",
            Self::CertificateWrong { .. } => "mail.certificate_wrong",
            Self::Unprotected => "mail.unprotected",
            Self::Unreachable { .. } => "mail.unreachable",
            Self::QuotaFull { .. } => "mail.quota_full",
            Self::DiskFull => "mail.disk_full",
            Self::Strange { .. } => "mail.strange",
            Self::GrantEnds { .. } => "mail.grant_ends",
            Self::GrantRefused { .. } => "mail.grant_refused",
        }
    }
}

/// A row of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutboxId(pub u64);

/// What a mailbox's tasks are told.
#[derive(Debug)]
pub enum MailCommand {
    Send(Outgoing),
    /// Put a copy of a sent mail into the Sent folder, unless one with its Message-ID lies there.
    Copy {
        id: OutboxId,
        message_id: String,
        file: PathBuf,
    },
    /// Somebody pressed "check now".
    CheckNow,
}

/// One mail to send: a row of the outbox that is on the disk.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub id: OutboxId,
    pub from: Sender,
    /// Envelope recipients, `local@domain`.
    pub to: Vec<String>,
    /// With its angle brackets, as in the mail's header.
    pub message_id: String,
    /// The raw mail.
    pub file: PathBuf,
    pub attempt: Attempt,
}

/// The envelope sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The mailbox's address.
    Own,
    /// `<>`, or the mailbox's address where the server refuses that (RFC 3834 §3.3).
    Null,
}

/// Whether this mail may already be with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It was never sent, or the last attempt certainly failed.
    Fresh,
    /// The last attempt was cut after the final dot: look for it in the Sent folder first.
    AfterUnknown,
}

/// How sending ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it, for all but these.
    Sent { later: Vec<Recipient>, refused: Vec<Recipient> },
    /// It was found in the Sent folder: an earlier attempt had arrived.
    FoundInSent,
    /// Nothing was taken; worth another try.
    Later { said: String },
    /// Nothing was taken, and nothing will be.
    Refused { said: String },
    /// Refused before the connection: no address a mail can go to.
    BadAddress { to: String },
    /// The connection ended after the final dot and before the answer; or it had, and Sent could not be looked
    /// at now. Nothing was sent again.
    Unknown,
    /// An earlier attempt may have arrived, and the mailbox has no Sent folder that could tell. Nothing was
    /// sent again.
    NoSentFolder,
}

/// A recipient the server did not take, with its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub to: String,
    pub said: String,
}

/// How a copy to the Sent folder ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    Appended,
    /// The provider had put one there itself.
    WasThere,
    /// No folder is marked or named as Sent.
    NoFolder,
    Later {
        said: String,
    },
}
