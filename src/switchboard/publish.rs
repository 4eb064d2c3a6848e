//! Shell. The latest picture for the screens, at most ten times a second; health and gauges with it.

use super::handle::Health;
use crate::figures::{Dropped, Figures};
use crate::ids::CallId;
use crate::office::board::Board;
use crate::office::inbox::MailboxNews;
use crate::office::memory::Change;
use crate::office::{Input, Office};
use crate::sip::Lamps;
use crate::sip::stack::{Figures as Signalling, Stack};
use crate::sip::transport::Sockets;
use crate::sip::{Event, TrunkFault, TrunkState};
use crate::store::StoreEvent;
use crate::time::{Now, Tick};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Least time between two pictures; the first change after a pause goes out at once.
const APART: Duration = Duration::from_millis(100);

/// Publishes boards and health.
#[derive(Debug)]
pub struct Publisher {
    board: watch::Sender<Arc<Board>>,
    health: watch::Sender<Arc<Health>>,
    figures: Figures,
    version: u64,
    last: Option<Tick>,
    pending: Pending,
    /// Contacts that go on: each is counted once, when it gets its outcome.
    open: BTreeSet<CallId>,
    /// What was last counted of the signalling.
    signalling: Signalling,
}

/// Has something changed that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Yes,
    No,
}

impl Publisher {
    /// Keeps the sending ends.
    pub fn new(
        board: watch::Sender<Arc<Board>>,
        health: watch::Sender<Arc<Health>>,
        figures: Figures,
    ) -> Publisher {
        Publisher {
            board,
            health,
            figures,
            version: 0,
            last: None,
            pending: Pending::Yes,
            open: BTreeSet::new(),
            signalling: Signalling::default(),
        }
    }

    /// How long until a picture that had to wait may go out.
    pub fn nap(&self, now: Now) -> Duration {
        match (self.pending, self.last) {
            (Pending::Yes, Some(last)) => APART.saturating_sub(now.tick.since(last)),
            (Pending::Yes, None) => Duration::ZERO,
            (Pending::No, _) => Duration::MAX,
        }
    }

    /// Counts what found no room at the door, either way.
    pub fn note_doors(&self, sockets: &Sockets) {
        self.figures.datagrams_dropped(Dropped::QueueFull, sockets.turned_away());
        self.figures.datagrams_dropped(Dropped::SendFull, sockets.unsent());
    }

    /// Publishes what changed, unless the last picture is too fresh; gives back what the lamps show then.
    pub fn publish(&mut self, now: Now, office: &mut Office, stack: &Stack) -> Option<Lamps> {
        self.count(stack);
        if office.version() != self.version {
            self.pending = Pending::Yes;
        }
        if self.pending == Pending::No || self.last.is_some_and(|last| now.tick.since(last) < APART) {
            return None;
        }
        (self.version, self.last, self.pending) = (office.version(), Some(now.tick), Pending::No);
        let board = Arc::new(office.board(now));
        self.figures.calls_active.set(board.calls.len() as i64);
        self.figures.waiting.set(board.callers_waiting() as i64);
        self.board.send_replace(board);
        Some(office.lamps())
    }

    /// The signalling moves without the office: a dialog ends when its BYE is answered.
    fn count(&mut self, stack: &Stack) {
        let signalling = stack.figures();
        if signalling == self.signalling {
            return;
        }
        self.figures.registered_phones.set(signalling.registered_phones as i64);
        self.figures.transactions.set(signalling.transactions as i64);
        self.figures.dialogs.set(signalling.dialogs as i64);
        for (why, total) in &signalling.dropped {
            self.figures.datagrams_dropped(Dropped::Unanswered(*why), *total);
        }
        self.signalling = signalling;
    }

    /// Notes what `/healthz` shows of the store.
    pub fn note_store(&mut self, event: &StoreEvent) {
        if let StoreEvent::KeepsPromises(keeps_promises) = *event {
            self.change_health(|health| health.keeps_promises = keeps_promises);
        }
    }

    /// Notes what `/healthz` shows of an event.
    pub fn note(&mut self, event: &Event) {
        if let Event::Trunk { trunk, state } = event {
            self.change_health(|health| {
                health.trunks.insert(trunk.to_string(), word(state));
            });
        }
    }

    /// Notes what `/healthz` shows of a mailbox.
    pub fn note_told(&mut self, input: &Input) {
        let Input::Mailbox { mailbox, news } = input else { return };
        let word = match news {
            MailboxNews::Checked(_) => "ok".to_owned(),
            MailboxNews::Fetching { done, of } => format!("fetching {done} of {of}"),
            MailboxNews::Trouble(trouble) => trouble.code.to_owned(),
            MailboxNews::Sends | MailboxNews::QuotaWell => return,
        };
        if self.health.borrow().mailboxes.get(mailbox.as_str()) != Some(&word) {
            self.change_health(|health| drop(health.mailboxes.insert(mailbox.to_string(), word)));
        }
    }

    /// Counts a contact when it ends; it is saved more often than that.
    pub fn note_saved(&mut self, change: &Change) {
        let Change::Contact(contact) = change else { return };
        match contact.outcome {
            None => {
                self.open.insert(contact.id);
            }
            Some(outcome) if self.open.remove(&contact.id) => self.figures.call_ended(outcome),
            Some(_) => {}
        }
    }

    fn change_health(&mut self, change: impl FnOnce(&mut Health)) {
        let mut health = Health::clone(&self.health.borrow());
        change(&mut health);
        self.health.send_replace(Arc::new(health));
    }
}

/// A trunk's state in one word, with the provider's status where it gave one.
fn word(state: &TrunkState) -> String {
    match state {
        TrunkState::Up => "up".into(),
        TrunkState::Down(TrunkFault::Starting) => "starting".into(),
        TrunkState::Down(TrunkFault::Rejected(status)) => format!("rejected {status}"),
        TrunkState::Down(TrunkFault::Unreachable) => "unreachable".into(),
        TrunkState::Down(TrunkFault::UnknownHost) => "unknown host".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::memory::Memory;
    use crate::settings::Settings;
    use crate::sip::stack::Config;
    use crate::sip::{Flow, Transport};
    use jiff::Timestamp;

    #[test]
    fn signalling_is_counted_though_the_office_stands_still() {
        let now = Now { tick: Tick::ZERO, wall: Timestamp::UNIX_EPOCH };
        let settings = Arc::new(Settings::not_set_up());
        let mut office = Office::new(settings.clone(), Memory::default(), now);
        let mut stack =
            Stack::new(Config { settings, listening: Vec::new(), advertise: None, seed: [7; 32] });
        let figures = Figures::new();
        let board = watch::Sender::new(Arc::new(office.board(now)));
        let health = watch::Sender::new(Arc::new(Health::default()));
        let mut publisher = Publisher::new(board, health, figures.clone());
        publisher.publish(now, &mut office, &stack);
        let before = figures.text();

        let (local, peer) = ("127.0.0.1:5060".parse().unwrap(), "127.0.0.1:40000".parse().unwrap());
        let flow = Flow { transport: Transport::Udp, local, peer, connection: 0 };
        stack.receive(now, flow, b"nothing of SIP");
        publisher.publish(now, &mut office, &stack);
        assert_ne!(figures.text(), before);
    }
}
