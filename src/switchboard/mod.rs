//! Shell. The loop in the middle: the only place where anything meets anything.
//!
//! It owns `sip::Stack` and `office::Office`, reads the clock once per input and hands actions to the
//! desks. It decides nothing: an `if` about the business belongs in `office`, one about message order
//! in `plumbing`.

pub mod clock;
pub mod handle;
pub mod plumbing;
pub mod publish;
pub mod recorder;

use crate::figures::Figures;
use crate::ids::{ItemId, Ticket};
use crate::media::engine::{Engine, NotTaken};
use crate::media::{MediaCommand, MediaEvent};
use crate::office::desk::{Done, Refusal};
use crate::office::{Action, Input, Office};
use crate::sip::stack::{Lookup, Stack, Toward};
use crate::sip::transport::{Inbox, Incoming, Resolved, Sockets};
use crate::sip::{Command, HangupReason};
use crate::speaker::Speaker;
use crate::store::{StoreEvent, Writer};
use crate::time::Now;
use clock::Clock;
use handle::Request;
use plumbing::{Plumbing, Step};
use publish::Publisher;
use recorder::Recorder;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Longest sleep; bounds what a lost wake-up can cost.
const NAP_MAX: Duration = Duration::from_secs(60);
/// How long those we part from may take to answer.
const FAREWELL: Duration = Duration::from_secs(1);
/// How many inputs are taken in one go before the screens and the sockets get their turn.
const BATCH_MAX: usize = 64;

/// Everything the loop hands things to.
#[derive(Debug)]
pub struct Desks {
    /// SIP sockets.
    pub sockets: Sockets,
    /// Host names of trunks.
    pub resolver: mpsc::Sender<Lookup>,
    /// Sound in calls.
    pub engine: Engine,
    /// The database.
    pub store: Writer,
    /// Sound in the room.
    pub speaker: Speaker,
    /// Mails of the outbox that are to be sent, for the mail desk.
    pub post: mpsc::Sender<ItemId>,
    /// `/metrics`.
    pub figures: Figures,
    /// Where the flight recorder writes.
    pub data: PathBuf,
}

/// Everything that wakes the loop.
#[derive(Debug)]
pub struct Arrivals {
    /// SIP messages.
    pub inbox: Inbox,
    /// Ports, digits, playbacks that ended.
    pub media: mpsc::Receiver<MediaEvent>,
    /// Receipts.
    pub store: mpsc::Receiver<StoreEvent>,
    /// Screens and programs.
    pub requests: mpsc::Receiver<Request>,
    /// Answers of the resolver.
    pub lookups: mpsc::Receiver<Resolved>,
    /// Turns `true` once: stop.
    pub stop: watch::Receiver<bool>,
}

/// The loop.
pub struct Switchboard {
    clock: Clock,
    stack: Stack,
    office: Office,
    plumbing: Plumbing,
    desks: Desks,
    publisher: Publisher,
    steps: VecDeque<Step>,
    tickets: BTreeMap<Ticket, oneshot::Sender<Result<Done, Refusal>>>,
    last_ticket: u64,
    clock_trusted: Option<bool>,
    recorder: Recorder,
}

/// What woke the loop.
#[derive(Debug)]
enum Woken {
    Sip(Incoming),
    Media(MediaEvent),
    Store(StoreEvent),
    Request(Request),
    Lookup(Resolved),
    Time,
    Stop,
}

impl Switchboard {
    /// Joins the machines and the desks.
    pub fn new(
        clock: Clock,
        stack: Stack,
        office: Office,
        desks: Desks,
        publisher: Publisher,
    ) -> Switchboard {
        Switchboard {
            clock,
            stack,
            office,
            plumbing: Plumbing::default(),
            desks,
            publisher,
            steps: VecDeque::new(),
            tickets: BTreeMap::new(),
            last_ticket: 0,
            clock_trusted: None,
            recorder: Recorder::default(),
        }
    }

    /// Runs until it is told to stop; then says good-bye on every leg.
    pub async fn run(mut self, mut arrivals: Arrivals) {
        self.take(Woken::Time);
        self.publish();
        loop {
            let nap = self.nap();
            match arrivals.next(nap).await {
                Woken::Stop => break,
                woken => self.take(woken),
            }
            for _ in 1..BATCH_MAX {
                let Some(woken) = arrivals.waiting() else { break };
                self.take(woken);
            }
            if self.next_deadline(self.clock.now()).is_zero() {
                self.take(Woken::Time); // a flood of messages holds up no deadline
            }
            self.publish();
        }
        self.say_goodbye(&mut arrivals.inbox).await;
    }

    /// One input, to the end of everything it causes.
    fn take(&mut self, woken: Woken) {
        let now = self.clock.now();
        match woken {
            Woken::Sip(Incoming::Message { flow, bytes }) => self.stack.receive(now, flow, &bytes),
            Woken::Sip(Incoming::Lost(flow)) => self.stack.flow_lost(now, flow),
            Woken::Media(event) => self.plumb(|plumbing, out| plumbing.media_event(event, out)),
            Woken::Store(event) => self.store_event(event),
            Woken::Request(request) => self.request(now, request),
            Woken::Lookup(Resolved { trunk, flows }) => self.stack.resolved(now, &trunk, flows),
            Woken::Time | Woken::Stop => {
                self.stack.wake(now);
                self.look_at_clock();
                self.steps.push_back(Step::Office(Input::Tick));
            }
        }
        self.settle(now);
    }

    /// Tells the office, once and whenever it changes, whether the clock on the wall is right.
    fn look_at_clock(&mut self) {
        let trusted = clock::is_trusted();
        if self.clock_trusted != Some(trusted) {
            self.clock_trusted = Some(trusted);
            self.steps.push_back(Step::Office(Input::Clock { trusted }));
        }
    }

    /// Carries steps between the machines until nothing is left, then lets the sockets send.
    fn settle(&mut self, now: Now) {
        loop {
            while let Some(event) = self.stack.poll_event() {
                self.publisher.note(&event);
                self.plumb(|plumbing, out| plumbing.sip_event(event, out));
            }
            let Some(step) = self.steps.pop_front() else { break };
            match step {
                Step::Sip(command) => self.stack.command(now, command),
                Step::Media(command) => {
                    if let Err(NotTaken(command)) = self.desks.engine.send(command) {
                        tracing::error!("the sound thread takes no commands; the call it was for is ended");
                        self.plumb(|plumbing, out| plumbing.sound_refused(&command, out));
                    }
                }
                Step::Office(input) => self.decide(now, input),
            }
        }
        self.send();
        while let Some(change) = self.stack.poll_acquaintance() {
            self.desks.sockets.acquaint(change);
        }
        while let Some(lookup) = self.stack.poll_lookup() {
            if self.desks.resolver.try_send(lookup).is_err() {
                tracing::warn!("too many names to look up at once; the trunk tries again");
            }
        }
    }

    fn decide(&mut self, now: Now, input: Input) {
        let mut actions = Vec::new();
        self.recorder.note(now, &input);
        self.office.handle(now, input, &mut actions);
        for action in actions {
            self.hand_over(action);
        }
    }

    fn hand_over(&mut self, action: Action) {
        let mut rest = None;
        self.plumb(|plumbing, out| rest = plumbing.action(action, out));
        match rest {
            None => {}
            Some(Action::Place(place)) => {
                let local = self.stack.local_ip_for(Toward::Destination(&place.to));
                let local = local.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)); // unreachable: the stack says so
                self.plumb(|plumbing, out| plumbing.place(*place, local, out));
            }
            Some(Action::Save(change)) => {
                self.publisher.note_saved(&change);
                self.desks.store.save(vec![change]);
            }
            Some(Action::SaveThen { receipt, change }) => self.desks.store.save_then(receipt, change),
            Some(Action::Reply { ticket, result }) => self.reply(ticket, result),
            Some(Action::Chime(chime)) => self.desks.speaker.chime(chime),
            // A desk that is busy finds it by itself: it is in the outbox.
            Some(Action::Post { item }) => drop(self.desks.post.try_send(item)),
            Some(other) => tracing::error!(?other, "an action nobody does"),
        }
    }

    fn plumb(&mut self, work: impl FnOnce(&mut Plumbing, &mut Vec<Step>)) {
        let mut out = Vec::new();
        work(&mut self.plumbing, &mut out);
        self.steps.extend(out);
    }

    fn store_event(&mut self, event: StoreEvent) {
        self.publisher.note_store(&event);
        self.steps.push_back(Step::Office(match event {
            StoreEvent::Stored(receipt) => Input::Stored { receipt },
            StoreEvent::NotStored(receipt) => Input::NotStored { receipt },
            StoreEvent::KeepsPromises(keeps_promises) => Input::Store { keeps_promises },
            StoreEvent::Concern { what, stands } => Input::Concern { what, stands },
        }));
    }

    fn request(&mut self, now: Now, request: Request) {
        match request {
            Request::Desk { who, command, reply } => {
                self.last_ticket += 1;
                let ticket = Ticket(self.last_ticket);
                self.tickets.insert(ticket, reply);
                self.steps.push_back(Step::Office(Input::Desk { ticket, who, command }));
            }
            Request::Configure { settings, reply } => {
                self.stack.command(now, Command::Configure(settings.clone()));
                self.steps.push_back(Step::Office(Input::Configured(settings)));
                let _ = reply.send(()); // the asker may have gone; the settings are in effect all the same
            }
            Request::ReloadSounds => self.steps.push_back(Step::Media(MediaCommand::ReloadSounds)),
            Request::Tell(input) => {
                self.publisher.note_told(&input);
                self.steps.push_back(Step::Office(input));
            }
            Request::Ping { reply } => drop(reply.send(())), // whoever asked may have given up
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Done, Refusal>) {
        if let Some(asker) = self.tickets.remove(&ticket) {
            let _ = asker.send(result); // a browser that closed its tab does not want to know
        }
    }

    fn nap(&self) -> Duration {
        let now = self.clock.now();
        self.next_deadline(now).min(self.publisher.nap(now)).min(NAP_MAX)
    }

    /// How long until one of the machines must be woken.
    fn next_deadline(&self, now: Now) -> Duration {
        let (office, _why) = self.office.next_wake(now);
        let stack = self.stack.next_wake().map_or(NAP_MAX, |(at, _why)| at.0.saturating_sub(now.tick.0));
        office.min(stack)
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        self.publisher.note_doors(&self.desks.sockets);
        if let Some(lamps) = self.publisher.publish(now, &mut self.office, &self.stack) {
            self.stack.command(now, Command::Light(lamps));
            self.send();
        }
    }

    fn send(&mut self) {
        while let Some(outgoing) = self.stack.poll_outgoing() {
            self.desks.sockets.send(outgoing);
        }
    }

    /// The program ends: no far end is left talking to nobody, no provider sends calls into the void.
    /// Stays a moment, so that what is lost is repeated and a provider's challenge answered.
    async fn say_goodbye(&mut self, inbox: &mut Inbox) {
        let begin = self.clock.now();
        self.stack.command(begin, Command::CloseDoor { closed: true });
        for leg in self.plumbing.leg_ids() {
            self.stack.command(begin, Command::Hangup { leg, because: HangupReason::Fault });
        }
        self.stack.command(begin, Command::SignOff);
        let _ = self.desks.engine.send(MediaCommand::Quit); // always taken
        loop {
            self.send();
            let now = self.clock.now();
            let left = FAREWELL.saturating_sub(now.tick.since(begin.tick));
            if self.stack.has_parted() || left.is_zero() {
                break;
            }
            let due = self.stack.next_wake().map_or(left, |(at, _why)| at.0.saturating_sub(now.tick.0));
            match tokio::time::timeout(due.min(left), inbox.next()).await {
                Ok(Some(Incoming::Message { flow, bytes })) => {
                    self.stack.receive(self.clock.now(), flow, &bytes)
                }
                Ok(Some(Incoming::Lost(flow))) => self.stack.flow_lost(self.clock.now(), flow),
                Ok(None) => break,
                Err(_time) => self.stack.wake(self.clock.now()),
            }
        }
    }
}

impl Arrivals {
    /// Waits for the next thing, at most `nap`.
    async fn next(&mut self, nap: Duration) -> Woken {
        tokio::select! {
            biased;
            _ = self.stop.wait_for(|stop| *stop) => Woken::Stop,
            // Without the sound thread there are no calls: end, and be started again.
            event = self.media.recv() => event.map_or(Woken::Stop, Woken::Media),
            Some(event) = self.store.recv() => Woken::Store(event),
            Some(incoming) = self.inbox.next() => Woken::Sip(incoming),
            Some(request) = self.requests.recv() => Woken::Request(request),
            Some(resolved) = self.lookups.recv() => Woken::Lookup(resolved),
            () = tokio::time::sleep(nap) => Woken::Time,
        }
    }

    /// Something that is there already.
    fn waiting(&mut self) -> Option<Woken> {
        let media = |arrivals: &mut Self| arrivals.media.try_recv().ok().map(Woken::Media);
        let request = |arrivals: &mut Self| arrivals.requests.try_recv().ok().map(Woken::Request);
        let sip = |arrivals: &mut Self| arrivals.inbox.try_next().map(Woken::Sip);
        media(self).or_else(|| request(self)).or_else(|| sip(self))
    }
}

/// A fault of the loop ends the program (the service manager starts it again); what led to it is kept.
impl Drop for Switchboard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            match self.recorder.write(&self.desks.data) {
                Ok(path) => tracing::error!(path = %path.display(), "the last inputs are written down"),
                Err(error) => tracing::error!(%error, "the last inputs could not be written down"),
            }
        }
    }
}
