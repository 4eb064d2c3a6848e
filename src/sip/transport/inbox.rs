//! Shell. Two bounded queues towards the switchboard: flows we know, then strangers.

use super::admission::Admission;
use crate::sip::Flow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Messages waiting in each queue (DESIGN: the wires between them).
const QUEUE: usize = 1024;

/// What a socket has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// For `Stack::receive`.
    Message { flow: Flow, bytes: Vec<u8> },
    /// For `Stack::flow_lost`.
    Lost(Flow),
}

/// The switchboard's end.
#[derive(Debug)]
pub struct Inbox {
    known: mpsc::Receiver<Incoming>,
    strangers: mpsc::Receiver<Incoming>,
    lost: mpsc::UnboundedReceiver<Flow>,
}

/// The sockets' end.
#[derive(Debug)]
pub(super) struct Doors {
    known: mpsc::Sender<Incoming>,
    strangers: mpsc::Sender<Incoming>,
    /// Bounded by the number of connections there can be; a lost flow must not be dropped.
    lost: mpsc::UnboundedSender<Flow>,
    admission: Arc<Admission>,
    dropped: Arc<AtomicU64>,
}

pub(super) fn channel(admission: Arc<Admission>) -> (Doors, Inbox) {
    let (known_in, known) = mpsc::channel(QUEUE);
    let (strangers_in, strangers) = mpsc::channel(QUEUE);
    let (lost_in, lost) = mpsc::unbounded_channel();
    let dropped = Arc::new(AtomicU64::new(0));
    let inbox = Inbox { known, strangers, lost };
    (Doors { known: known_in, strangers: strangers_in, lost: lost_in, admission, dropped }, inbox)
}

impl Doors {
    /// Hands a message on, or drops and counts it.
    pub(super) fn let_in(&self, flow: Flow, bytes: Vec<u8>) {
        let queue = match self.admission.has_met(flow.peer) {
            true => Some(&self.known),
            false => self.admission.take_token().then_some(&self.strangers),
        };
        let is_in = queue.is_some_and(|q| q.try_send(Incoming::Message { flow, bytes }).is_ok());
        if !is_in {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Messages dropped at the door, since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn lost(&self, flow: Flow) {
        // An error says that the switchboard has stopped; then nobody minds.
        let _stopped = self.lost.send(flow);
    }
}

impl Inbox {
    /// The next message; `None` when the sockets are gone. Safe to drop and call again.
    pub async fn next(&mut self) -> Option<Incoming> {
        tokio::select! {
            biased;
            Some(flow) = self.lost.recv() => Some(Incoming::Lost(flow)),
            Some(message) = self.known.recv() => Some(message),
            Some(message) = self.strangers.recv() => Some(message),
            else => None,
        }
    }

    /// What is there without waiting, in the same order.
    pub fn try_next(&mut self) -> Option<Incoming> {
        if let Ok(flow) = self.lost.try_recv() {
            return Some(Incoming::Lost(flow));
        }
        self.known.try_recv().or_else(|_| self.strangers.try_recv()).ok()
    }
}
