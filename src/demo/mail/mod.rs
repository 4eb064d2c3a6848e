//! Shell. A mail provider of our own: IMAP and SMTP over a mailbox in memory, with faults on demand.
//!
//! The other end of the demonstration's mailbox and of the tests: what a real server will not do when asked
//! (a cut after any byte, lying literals, an IDLE that dies silently) this one does by plan.

mod faults;
mod folders;
mod imap;
mod line;
mod smtp;

pub use faults::{Faults, Idle, Lie, Step};
pub use folders::{Folders, Letter};

use crate::mail::socket::{Dial, Dialling, Stream};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use line::Line;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Bytes on the way in a connection within the process.
const PIPE: usize = 64 * 1024;
/// The IMAP port of [`Provider::dial`]; every other is SMTP.
pub const IMAP_PORT: u16 = 143;

/// What goes wrong on the n-th connection.
pub type Plan = Box<dyn FnMut(Protocol, u64) -> Faults + Send>;

/// Which protocol a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Imap,
    Smtp,
}

/// The provider. Clones are the same one.
#[derive(Clone)]
pub struct Provider {
    state: Arc<Mutex<State>>,
    news: watch::Sender<u64>,
    tls: Option<TlsAcceptor>,
}

struct State {
    folders: Folders,
    user: String,
    password: String,
    plan: Plan,
    connections: u64,
    quota: Option<(u64, u64)>,
    wall: Wall,
    sent: Vec<Sent>,
    tasks: JoinSet<()>,
}

/// What the clock on the wall says, for mails that arrive.
pub type Wall = Box<dyn Fn() -> Timestamp + Send>;

/// A mail that came over SMTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Empty for a null sender.
    pub from: String,
    pub to: Vec<String>,
    pub raw: Vec<u8>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}

impl Provider {
    /// A provider with one mailbox, an inbox and a Sent folder. With an acceptor it offers STARTTLS.
    pub fn new(user: &str, password: &str, tls: Option<TlsAcceptor>, wall: Wall) -> Self {
        let state = State {
            folders: Folders::new(),
            user: user.to_owned(),
            password: password.to_owned(),
            plan: Box::new(|_, _| Faults::default()),
            connections: 0,
            quota: None,
            wall,
            sent: Vec::new(),
            tasks: JoinSet::new(),
        };
        Self { state: Arc::new(Mutex::new(state)), news: watch::Sender::new(0), tls }
    }

    /// From the next connection on these faults.
    pub fn plan(&self, plan: impl FnMut(Protocol, u64) -> Faults + Send + 'static) {
        self.state().plan = Box::new(plan);
    }

    /// Changes the mailbox; who idles hears of it.
    pub fn change<T>(&self, change: impl FnOnce(&mut Folders) -> T) -> T {
        let result = change(&mut self.state().folders);
        self.news.send_modify(|version| *version += 1);
        result
    }

    /// What a quota says: (used, limit) in KiB.
    pub fn fill(&self, used: u64, limit: u64) {
        self.state().quota = Some((used, limit));
    }

    /// What came over SMTP so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// Whether these credentials open the mailbox: the answer to a PLAIN or XOAUTH2 question, base64.
    fn knows(&self, mechanism: &str, secret: &str) -> bool {
        let state = self.state();
        let said = STANDARD.decode(secret).unwrap_or_default();
        let wanted = match mechanism.to_ascii_uppercase().as_str() {
            "XOAUTH2" => crate::mail::oauth::xoauth2(&state.user, &state.password),
            _ => format!("\0{}\0{}", state.user, state.password),
        };
        said == wanted.as_bytes()
    }

    /// Connections opened so far.
    pub fn connections(&self) -> u64 {
        self.state().connections
    }

    /// Cuts every connection.
    pub fn cut_all(&self) {
        self.state().tasks.abort_all();
    }

    /// Serves one protocol on a port of its own.
    pub async fn listen(&self, protocol: Protocol, at: SocketAddr) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(at).await?;
        let address = listener.local_addr()?;
        let provider = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                provider.meet(protocol, Box::new(stream));
            }
        });
        Ok(address)
    }

    fn meet(&self, protocol: Protocol, stream: Box<dyn Stream>) {
        let mut state = self.state();
        state.connections += 1;
        let number = state.connections;
        let faults = (state.plan)(protocol, number);
        let provider = self.clone();
        state.tasks.spawn(async move {
            let line = Line::new(stream, &faults);
            // A connection ends as it likes: the far end's test sees it.
            let _ended = match protocol {
                Protocol::Imap => imap::serve(provider, line, faults).await,
                Protocol::Smtp => smtp::serve(provider, line, faults).await,
            };
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Dial for Provider {
    fn dial<'a>(&'a self, _host: &'a str, port: u16) -> Dialling<'a> {
        let protocol = if port == IMAP_PORT { Protocol::Imap } else { Protocol::Smtp };
        let (ours, theirs) = tokio::io::duplex(PIPE);
        self.meet(protocol, Box::new(theirs));
        Box::pin(async move { Ok(Box::new(ours) as Box<dyn Stream>) })
    }
}
