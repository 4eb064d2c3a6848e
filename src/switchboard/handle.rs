//! Shell. What the other shells hold of the switchboard: a bounded way in, and the latest picture out.

use crate::office::Input;
use crate::office::board::{Board, LineRow};
use crate::office::desk::{Actor, Command, Done, Refusal};
use crate::office::promise::CallbackState;
use crate::settings::Settings;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Requests waiting for the loop; beyond it the answer is [`Unanswered::TooBusy`] (503).
pub const REQUESTS_MAX: usize = 64;

/// A loop that does not answer for so long takes no calls.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);

/// What a shell can ask of the loop.
#[derive(Debug)]
pub enum Request {
    /// A command from a screen or a program.
    Desk { who: Actor, command: Command, reply: oneshot::Sender<Result<Done, Refusal>> },
    /// New settings, already validated and stored; calls go on.
    Configure { settings: Arc<Settings>, reply: oneshot::Sender<()> },
    /// The owner's own prompts changed.
    ReloadSounds,
    /// What the mail desk tells the office.
    Tell(Input),
    /// Is the loop alive?
    Ping { reply: oneshot::Sender<()> },
}

/// The loop could not take the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The bounded queue is full.
    #[error("the switchboard is busy, try again")]
    TooBusy,
    /// The program is stopping.
    #[error("the switchboard has stopped")]
    Stopped,
}

/// How the program is, for `/healthz`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// Calls can be taken.
    pub ready: bool,
    /// `false`: the store refuses promises (full, read-only, damaged).
    pub keeps_promises: bool,
    /// Name of the listener (`sip`, `sips`, `http`, `https`) → address in use.
    pub listening: BTreeMap<&'static str, SocketAddr>,
    /// Trunk id → `up`, or why not, in one word of [`crate::sip::TrunkFault`].
    pub trunks: BTreeMap<String, String>,
    /// Mailbox id → its state.
    pub mailboxes: BTreeMap<String, String>,
}

/// A way to the switchboard; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
    board: watch::Receiver<Arc<Board>>,
    health: watch::Receiver<Arc<Health>>,
}

impl Handle {
    /// Joins the ends; the loop keeps the others.
    pub fn new(
        requests: mpsc::Sender<Request>,
        board: watch::Receiver<Arc<Board>>,
        health: watch::Receiver<Arc<Health>>,
    ) -> Self {
        Self { requests, board, health }
    }

    /// Asks the office; the inner result is its answer.
    pub async fn desk(&self, who: Actor, command: Command) -> Result<Result<Done, Refusal>, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Desk { who, command, reply })?;
        answer.await.map_err(|_| Unanswered::Stopped)
    }

    /// Puts new settings into effect; waits its turn, because they are on the disk already.
    pub async fn configure(&self, settings: Arc<Settings>) -> Result<(), Unanswered> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Configure { settings, reply };
        self.requests.send(request).await.map_err(|_| Unanswered::Stopped)?;
        answer.await.map_err(|_| Unanswered::Stopped)
    }

    /// The owner's own prompts changed: calls hear the new ones from now on.
    pub async fn reload_sounds(&self) -> Result<(), Unanswered> {
        self.requests.send(Request::ReloadSounds).await.map_err(|_| Unanswered::Stopped)
    }

    /// Tells the office something of the mailbox; waits its turn, for mail has time.
    pub async fn tell(&self, input: Input) -> Result<(), Unanswered> {
        self.requests.send(Request::Tell(input)).await.map_err(|_| Unanswered::Stopped)
    }

    /// Does the loop still turn? Calls cannot be taken without it.
    pub async fn is_alive(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.requests.send(Request::Ping { reply }).await.map_err(drop)?;
            answer.await.map_err(drop)
        };
        tokio::time::timeout(ALIVE_WITHIN, asked).await.is_ok_and(|turned| turned.is_ok())
    }

    /// Conversations, and those who wait or are being called back at this moment.
    pub fn calls(&self) -> usize {
        use CallbackState as S;
        let under_way = |row: &&LineRow| match row.state {
            None => true,
            Some(state) => {
                matches!(state, S::Reserved | S::Confirmed | S::Dialing | S::Reached | S::Connected)
            }
        };
        let board = self.board.borrow();
        board.calls.len() + board.line.iter().filter(under_way).count() + board.parked.len()
    }

    /// The picture as it is, and a way to wait for the next one.
    pub fn board(&self) -> watch::Receiver<Arc<Board>> {
        self.board.clone()
    }

    /// How the program is.
    pub fn health(&self) -> Arc<Health> {
        self.health.borrow().clone()
    }

    fn send(&self, request: Request) -> Result<(), Unanswered> {
        self.requests.try_send(request).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => Unanswered::TooBusy,
            mpsc::error::TrySendError::Closed(_) => Unanswered::Stopped,
        })
    }
}
