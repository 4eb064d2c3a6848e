//! Pure. The transactions in progress: which message belongs to which, repetition, answers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Drop, Stack, Timer};
use crate::ids::{LegId, TrunkId};
use crate::sip::random::{hex, read_hex};
use crate::sip::transaction::{
    ClientInvite, ClientRequest, Reliability, Send, ServerInvite, ServerRequest, Step, Tell,
};
use crate::sip::wire::via::MAGIC_COOKIE;
use crate::sip::wire::{Message, Method, Start, name};
use crate::sip::{Flow, Outgoing, Transport};
use crate::time::Tick;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Server transactions kept; beyond it new requests are dropped (and repeated by their senders).
const SERVERS_MAX: usize = 16_384;
/// ACKs kept per accepted INVITE: one for each device behind a forking proxy.
const ACKS_MAX: usize = 8;

/// A request of theirs (RFC 3261 §17.2.3): branch, sent-by and method as one text.
pub(super) type ServerKey = Arc<str>;

/// A request of theirs as it goes through judgement.
pub(super) struct Asked<'a> {
    pub(super) now: Tick,
    pub(super) key: ServerKey,
    pub(super) flow: Flow,
    /// Bytes it came in.
    pub(super) length: usize,
    pub(super) message: &'a Message,
}

/// A request of ours; a CANCEL bears the branch of the INVITE it cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ClientKey {
    Request(u64),
    Cancel(u64),
}

/// Who is told about responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A fork of a placed leg.
    Fork(LegId),
    /// A request within an established leg.
    Within(LegId),
    /// REGISTER of a trunk.
    Register(TrunkId),
    /// OPTIONS to a trunk.
    Ping(TrunkId),
    /// OPTIONS to a phone.
    Pulse(Flow),
    /// NOTIFY to a key that is watched.
    Watch(u64),
    /// Nobody minds (CANCEL, BYE of a stray 2xx).
    Nobody,
}

#[derive(Debug)]
enum ClientMachine {
    Invite(ClientInvite),
    Other(ClientRequest),
}

#[derive(Debug)]
pub(super) struct Client {
    machine: ClientMachine,
    flow: Flow,
    bytes: Vec<u8>,
    owner: Owner,
    /// ACKs by far tag: a repeated 2xx gets the same one again (RFC 3261 §13.2.2.4).
    acks: Vec<(String, Outgoing)>,
}

#[derive(Debug)]
enum ServerMachine {
    Invite(ServerInvite),
    Other(ServerRequest),
}

#[derive(Debug)]
pub(super) struct Server {
    machine: ServerMachine,
    flow: Flow,
    /// The request's head, as responses copy it, with the top Via stamped; until the final answer.
    request: Option<Box<Message>>,
    last: Vec<u8>,
    /// The leg an INVITE made, for CANCEL.
    pub(super) leg: Option<LegId>,
    merged: Option<Merged>,
}

/// Call-ID, From tag and CSeq: the same request by another way (RFC 3261 §8.2.2.2).
pub(super) type Merged = (String, String, u32);

/// All transactions.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    clients: BTreeMap<ClientKey, Client>,
    servers: BTreeMap<ServerKey, Server>,
    merged: BTreeMap<Merged, ServerKey>,
}

impl Exchange {
    pub(super) fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }
}

impl Stack {
    pub(super) fn send(&mut self, flow: Flow, bytes: Vec<u8>) {
        self.outgoing.push_back(Outgoing { flow, bytes });
    }

    /// The Via of a request of ours.
    pub(super) fn via(&self, flow: Flow, branch: u64) -> String {
        let transport = transport_name(flow.transport);
        format!("SIP/2.0/{transport} {};rport;branch={MAGIC_COOKIE}{}", self.sent_by(flow), hex(branch))
    }

    /// Sends a request of ours under a new branch and watches it. The Via is put in front here.
    pub(super) fn ask(&mut self, now: Tick, flow: Flow, mut request: Message, owner: Owner) -> ClientKey {
        let branch = self.random.tag();
        let via = self.via(flow, branch);
        request.headers.push_front(name::VIA, &via);
        let key = ClientKey::Request(branch);
        self.watch(now, key, flow, &request, owner);
        key
    }

    fn watch(&mut self, now: Tick, key: ClientKey, flow: Flow, request: &Message, owner: Owner) {
        let reliability = reliability(flow.transport);
        let machine = match &request.start {
            Start::Request { method: Method::Invite, .. } => {
                ClientMachine::Invite(ClientInvite::start(now, reliability))
            }
            _ => ClientMachine::Other(ClientRequest::start(now, reliability)),
        };
        let sent = request.print();
        // What is kept for half a minute is a copy without the room left for writing.
        let bytes = sent.clone();
        self.send(flow, sent);
        let client = Client { machine, flow, bytes, owner, acks: Vec::new() };
        self.timers.set(&Timer::Client(key), client.due());
        self.exchange.clients.insert(key, client);
    }

    /// Cancels an INVITE of ours that has had a provisional answer (RFC 3261 §9.1).
    pub(super) fn cancel(&mut self, now: Tick, invite: ClientKey, reason: Option<&str>) {
        let (ClientKey::Request(branch), Some(client)) = (invite, self.exchange.clients.get(&invite)) else {
            return;
        };
        let flow = client.flow;
        let Some(mut cancel) = echo(&client.bytes, Method::Cancel, None) else { return };
        if let Some(reason) = reason {
            cancel.headers.push(name::REASON, reason);
        }
        self.watch(now, ClientKey::Cancel(branch), flow, &cancel, Owner::Nobody);
    }

    /// A provisional answer to this INVITE has come, and no final one.
    pub(super) fn may_cancel(&self, invite: ClientKey) -> bool {
        let client = self.exchange.clients.get(&invite).map(|c| &c.machine);
        matches!(client, Some(ClientMachine::Invite(machine)) if machine.is_proceeding())
    }

    /// Forgets a request of ours whose answer no longer matters.
    pub(super) fn forget(&mut self, key: ClientKey) {
        self.exchange.clients.remove(&key);
        self.timers.set(&Timer::Client(key), None);
    }

    /// The request behind a key, as it was sent.
    pub(super) fn sent(&self, key: ClientKey) -> Option<(Message, Flow)> {
        let client = self.exchange.clients.get(&key)?;
        Some((crate::sip::wire::parse(&client.bytes).ok()?, client.flow))
    }

    /// Sends the ACK of a 2xx and keeps it for repetitions.
    pub(super) fn acknowledge(&mut self, invite: ClientKey, far_tag: &str, flow: Flow, mut ack: Message) {
        let branch = self.random.tag();
        let via = self.via(flow, branch);
        ack.headers.push_front(name::VIA, &via);
        let outgoing = Outgoing { flow, bytes: ack.print() };
        if let Some(client) = self.exchange.clients.get_mut(&invite)
            && client.acks.len() < ACKS_MAX
        {
            client.acks.reserve_exact(1);
            client.acks.push((far_tag.to_owned(), outgoing.clone()));
            client.forget_offer();
        }
        self.outgoing.push_back(outgoing);
    }

    /// A response came from `flow`.
    pub(super) fn on_response(&mut self, now: Tick, flow: Flow, response: &Message) {
        let key = client_key(response);
        let found = key.and_then(|key| Some((key, self.exchange.clients.get_mut(&key)?)));
        let (Some((key, client)), Some(status)) = (found, response.status()) else {
            return self.drop(Drop::Stray);
        };
        let step = match &mut client.machine {
            ClientMachine::Invite(machine) => machine.response(now, status),
            ClientMachine::Other(machine) => machine.response(now, status),
        };
        let owner = client.owner.clone();
        if step.send == Send::Ack {
            let to = response.headers.value(name::TO);
            let ack = echo(&client.bytes, Method::Ack, to).map(|ack| (client.flow, ack.print()));
            if let Some((flow, bytes)) = ack {
                self.send(flow, bytes);
            }
        }
        if step.tell == Tell::Message && !self.repeats_ack(key, response, status) {
            self.tell(now, key, owner, Some((flow, response)));
        }
        self.settle_client(key);
    }

    /// A 2xx whose ACK we have: send that again, nobody need know.
    fn repeats_ack(&mut self, key: ClientKey, response: &Message, status: u16) -> bool {
        if !(200..300).contains(&status) {
            return false;
        }
        let tag = response.to().and_then(|to| to.tag().map(str::to_owned)).unwrap_or_default();
        let client = self.exchange.clients.get(&key);
        let ack = client.and_then(|c| c.acks.iter().find(|(t, _)| *t == tag)).map(|(_, ack)| ack.clone());
        let is_repeated = ack.is_some();
        self.outgoing.extend(ack);
        is_repeated
    }

    /// The timer of a request of ours.
    pub(super) fn wake_client(&mut self, now: Tick, key: ClientKey) {
        let Some(client) = self.exchange.clients.get_mut(&key) else { return };
        let step = match &mut client.machine {
            ClientMachine::Invite(machine) => machine.wake(now),
            ClientMachine::Other(machine) => machine.wake(now),
        };
        let (owner, flow) = (client.owner.clone(), client.flow);
        if step.send == Send::Request {
            let bytes = client.bytes.clone();
            self.send(flow, bytes);
        }
        if step.tell == Tell::TimedOut {
            self.tell(now, key, owner, None);
        }
        self.settle_client(key);
    }

    /// A stream was lost: whatever was asked over it will not be answered (RFC 3261 §17.1.4).
    pub(super) fn fail_clients(&mut self, now: Tick, lost: Flow) {
        let is_lost = |c: &Client| {
            let same = c.flow.transport == lost.transport && c.flow.peer == lost.peer;
            same && (c.flow.connection == lost.connection || lost.connection == 0 || c.flow.connection == 0)
        };
        let failed: Vec<_> = self
            .exchange
            .clients
            .iter()
            .filter(|(_, c)| is_lost(c))
            .map(|(k, c)| (*k, c.owner.clone()))
            .collect();
        for (key, owner) in failed {
            self.forget(key);
            self.tell(now, key, owner, None);
        }
    }

    fn tell(&mut self, now: Tick, key: ClientKey, owner: Owner, news: Option<(Flow, &Message)>) {
        match owner {
            Owner::Fork(leg) => self.on_fork(now, leg, key, news),
            Owner::Within(leg) => self.on_within(now, leg, key, news.map(|(_, message)| message)),
            Owner::Register(trunk) => self.on_registered(now, &trunk, news.map(|(_, message)| message)),
            Owner::Ping(trunk) => self.on_pinged(now, &trunk, news.map(|(_, message)| message)),
            Owner::Watch(tag) => self.on_watch_told(now, tag, news.map(|(_, message)| message)),
            // Silence is judged by its own clock.
            Owner::Pulse(flow) if news.is_some() => self.phone_heard(now, flow),
            Owner::Pulse(_) | Owner::Nobody => {}
        }
    }

    fn settle_client(&mut self, key: ClientKey) {
        let Some(client) = self.exchange.clients.get(&key) else { return };
        let (is_over, due) = (client.is_over(), client.due());
        self.timers.set(&Timer::Client(key), due);
        if is_over {
            self.exchange.clients.remove(&key);
        }
    }
}

/// Their requests.
impl Stack {
    /// A request that repeats one in progress, or the ACK of a refusal: dealt with here. `true` when so.
    pub(super) fn absorbs(&mut self, now: Tick, key: &ServerKey, method: &Method) -> bool {
        let Some(server) = self.exchange.servers.get_mut(key) else { return false };
        let step = match (&mut server.machine, method) {
            (ServerMachine::Invite(machine), Method::Ack) => {
                if machine.is_accepted() {
                    return false;
                }
                machine.ack(now)
            }
            (ServerMachine::Invite(machine), _) => machine.request(),
            (ServerMachine::Other(machine), _) => machine.request(),
        };
        self.do_server(key, step);
        true
    }

    /// Begins to answer a request; `false` when there is no room.
    pub(super) fn accept(&mut self, asked: &Asked<'_>, leg: Option<LegId>) -> bool {
        let Asked { key, flow, message: request, .. } = asked;
        let flow = *flow;
        if self.exchange.servers.len() >= SERVERS_MAX {
            self.drop(Drop::Full);
            return false;
        }
        let reliability = reliability(flow.transport);
        let machine = match request.method() {
            Some(Method::Invite) => ServerMachine::Invite(ServerInvite::start(reliability)),
            _ => ServerMachine::Other(ServerRequest::start(reliability)),
        };
        let merged = merged(request);
        if let Some(merged) = &merged {
            self.exchange.merged.insert(merged.clone(), key.clone());
        }
        let request = Some(Box::new(head(request)));
        self.exchange
            .servers
            .insert(key.clone(), Server { machine, flow, request, last: Vec::new(), leg, merged });
        true
    }

    /// The same request is in progress under another branch (RFC 3261 §8.2.2.2).
    pub(super) fn is_merged(&self, key: &ServerKey, request: &Message) -> bool {
        let other = merged(request).and_then(|merged| self.exchange.merged.get(&merged));
        other.is_some_and(|other| other != key)
    }

    /// The bones of an answer to a request in progress; `None` when it is over.
    pub(super) fn reply(&self, key: &ServerKey, status: u16) -> Option<Message> {
        Some(self.exchange.servers.get(key)?.request.as_ref()?.reply(status))
    }

    /// Sends an answer; returns the bytes and the flow, for those who repeat a 2xx themselves.
    pub(super) fn respond(&mut self, now: Tick, key: &ServerKey, response: &Message) -> Option<Outgoing> {
        let status = response.status()?;
        let server = self.exchange.servers.get_mut(key)?;
        let bytes = response.print();
        server.last = bytes.clone();
        let step = match &mut server.machine {
            ServerMachine::Invite(machine) => machine.respond(now, status),
            ServerMachine::Other(machine) => machine.respond(now, status),
        };
        let outgoing = Outgoing { flow: server.flow, bytes };
        if status >= 200 {
            server.request = None;
        }
        self.do_server(key, step);
        Some(outgoing)
    }

    /// The leg of an INVITE that has no final answer, for CANCEL.
    pub(super) fn cancellable(&self, key: &ServerKey) -> Option<LegId> {
        let server = self.exchange.servers.get(key)?;
        let is_open = matches!(&server.machine, ServerMachine::Invite(machine) if machine.is_proceeding());
        if is_open { server.leg } else { None }
    }

    /// The INVITE is known, whatever its state, and came from this address.
    pub(super) fn has_server(&self, key: &ServerKey, flow: Flow) -> bool {
        self.exchange.servers.get(key).is_some_and(|server| server.flow.peer.ip() == flow.peer.ip())
    }

    /// The timer of a request of theirs. A refusal nobody acknowledged (timer H) is over all the same.
    pub(super) fn wake_server(&mut self, now: Tick, key: &ServerKey) {
        let Some(server) = self.exchange.servers.get_mut(key) else { return };
        let step = match &mut server.machine {
            ServerMachine::Invite(machine) => machine.wake(now),
            ServerMachine::Other(machine) => machine.wake(now),
        };
        self.do_server(key, step);
    }

    fn do_server(&mut self, key: &ServerKey, step: Step) {
        let Some(server) = self.exchange.servers.get_mut(key) else { return };
        if step.send == Send::Response && !server.last.is_empty() {
            let outgoing = Outgoing { flow: server.flow, bytes: server.last.clone() };
            self.outgoing.push_back(outgoing);
        }
        if matches!(&server.machine, ServerMachine::Invite(machine) if machine.is_accepted()) {
            server.last = Vec::new(); // its leg repeats a 2xx
        }
        let (is_over, due) = (server.is_over(), server.due());
        self.timers.set(&Timer::Server(key.clone()), due);
        if is_over
            && let Some(server) = self.exchange.servers.remove(key)
            && let Some(merged) = server.merged
        {
            self.exchange.merged.remove(&merged);
        }
    }
}

impl Client {
    /// An INVITE that was accepted is not sent again; how to answer a further 2xx is in its head.
    fn forget_offer(&mut self) {
        if let Ok(mut invite) = crate::sip::wire::parse(&self.bytes)
            && !invite.body.is_empty()
        {
            invite.body = Vec::new();
            self.bytes = invite.print();
            self.bytes.shrink_to_fit();
        }
    }

    fn due(&self) -> Option<Tick> {
        match &self.machine {
            ClientMachine::Invite(machine) => machine.due(),
            ClientMachine::Other(machine) => machine.due(),
        }
    }

    fn is_over(&self) -> bool {
        match &self.machine {
            ClientMachine::Invite(machine) => machine.is_over(),
            ClientMachine::Other(machine) => machine.is_over(),
        }
    }
}

impl Server {
    fn due(&self) -> Option<Tick> {
        match &self.machine {
            ServerMachine::Invite(machine) => machine.due(),
            ServerMachine::Other(machine) => machine.due(),
        }
    }

    fn is_over(&self) -> bool {
        match &self.machine {
            ServerMachine::Invite(machine) => machine.is_over(),
            ServerMachine::Other(machine) => machine.is_over(),
        }
    }
}

/// Which transaction a request of theirs is (RFC 3261 §17.2.3); an ACK or CANCEL names its INVITE.
pub(super) fn server_key(request: &Message, method: &Method) -> Option<ServerKey> {
    let via = request.via()?;
    let port = via.port.unwrap_or(0);
    if via.has_cookie() {
        let branch = via.branch()?;
        return Some(format!("{branch} {}:{port} {method}", via.host).into());
    }
    // RFC 2543: the parts that make a request unique.
    let from = request.from()?.tag().unwrap_or("").to_owned();
    let (call_id, cseq) = (request.call_id()?, request.cseq()?.number);
    Some(format!("{call_id} {from} {cseq} {}:{port} {method}", via.host).into())
}

fn client_key(response: &Message) -> Option<ClientKey> {
    let branch = response.via()?.branch()?.strip_prefix(MAGIC_COOKIE)?;
    let branch = read_hex(branch)?;
    match response.cseq()?.method {
        Method::Cancel => Some(ClientKey::Cancel(branch)),
        _ => Some(ClientKey::Request(branch)),
    }
}

fn merged(request: &Message) -> Option<Merged> {
    if request.to()?.tag().is_some() {
        return None;
    }
    let tag = request.from()?.tag()?.to_owned();
    Some((request.call_id()?.to_owned(), tag, request.cseq()?.number))
}

/// The headers of a request that its responses copy.
fn head(request: &Message) -> Message {
    let mut head = Message { start: request.start.clone(), headers: Default::default(), body: Vec::new() };
    let copied = [name::VIA, name::FROM, name::TO, name::CALL_ID, name::CSEQ, name::RECORD_ROUTE];
    for (name, value) in
        request.headers.iter().filter(|(n, _)| copied.iter().any(|c| c.eq_ignore_ascii_case(n)))
    {
        head.headers.push(name, value);
    }
    head
}

/// ACK of a refusal, or CANCEL: the INVITE's own Request-URI, Via, Route, From and Call-ID
/// (RFC 3261 §9.1, §17.1.1.3); the ACK has the To of the refusal.
fn echo(invite: &[u8], method: Method, to: Option<&str>) -> Option<Message> {
    let invite = crate::sip::wire::parse(invite).ok()?;
    let mut request = Message::request(method.clone(), invite.uri()?.as_str());
    let copied = [name::VIA, name::ROUTE, name::MAX_FORWARDS, name::FROM, name::CALL_ID];
    for (name, value) in invite.headers.iter().filter(|(n, _)| copied.contains(n)) {
        request.headers.push(name, value);
    }
    request.headers.push(name::TO, to.or(invite.headers.value(name::TO))?);
    request.headers.push(name::CSEQ, &format!("{} {method}", invite.cseq()?.number));
    Some(request)
}

pub(super) fn reliability(transport: Transport) -> Reliability {
    match transport {
        Transport::Udp => Reliability::Unreliable,
        Transport::Tcp | Transport::Tls => Reliability::Reliable,
    }
}

pub(super) fn transport_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
        Transport::Tls => "TLS",
    }
}
