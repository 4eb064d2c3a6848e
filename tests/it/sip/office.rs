//! One office stack, and whoever writes to it by hand: phones, strangers, providers.

use super::net::{sdp, stack};
use frontdesk::ids::LegId;
use frontdesk::sip::digest::{self, Challenge, Login};
use frontdesk::sip::stack::Stack;
use frontdesk::sip::wire::{Message, name, parse};
use frontdesk::sip::{Command, Destination, Event, Flow, Placement, Transport};
use frontdesk::time::{Now, Tick};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

const LOCAL: &str = "10.0.0.1:5060";

/// An office, and whatever it sends by the address it goes to.
pub struct Office {
    pub stack: Stack,
    pub tick: Tick,
    pub mail: BTreeMap<SocketAddr, Vec<Message>>,
    pub events: Vec<Event>,
    /// Length of the last thing sent.
    pub bytes: usize,
    pub branch: u32,
    /// What every peer speaks.
    pub transport: Transport,
}

impl Office {
    pub fn new(toml: &str) -> Office {
        let stack = stack(toml, LOCAL.parse().unwrap(), 7);
        Office {
            stack,
            tick: Tick::ZERO,
            mail: BTreeMap::new(),
            events: Vec::new(),
            bytes: 0,
            branch: 0,
            transport: Transport::Udp,
        }
    }

    pub fn now(&self) -> Now {
        Now { tick: self.tick, wall: jiff::Timestamp::UNIX_EPOCH }
    }

    pub fn pass(&mut self, time: Duration) {
        let until = self.tick + time;
        while let Some((at, _)) = self.stack.next_wake().filter(|(at, _)| *at <= until) {
            self.tick = at;
            let now = self.now();
            self.stack.wake(now);
        }
        self.tick = until;
        self.drain();
    }

    pub fn receive(&mut self, from: &str, bytes: &[u8]) {
        let peer = from.parse().unwrap();
        let flow = self.flow(peer);
        let now = self.now();
        self.stack.receive(now, flow, bytes);
        self.drain();
    }

    /// The way to a peer; a stream's number is its port.
    pub fn flow(&self, peer: SocketAddr) -> Flow {
        let connection = if self.transport == Transport::Udp { 0 } else { peer.port().into() };
        Flow { transport: self.transport, local: LOCAL.parse().unwrap(), peer, connection }
    }

    /// A trunk's name was looked up.
    pub fn resolve(&mut self, addresses: &[&str]) {
        let flows = addresses.iter().map(|at| Flow { connection: 0, ..self.flow(at.parse().unwrap()) });
        let flows = flows.collect();
        let now = self.now();
        let lookup = self.stack.poll_lookup().expect("a name to look up");
        self.stack.resolved(now, &lookup.trunk, flows);
        self.drain();
    }

    pub fn command(&mut self, command: Command) {
        let now = self.now();
        self.stack.command(now, command);
        self.drain();
    }

    pub fn drain(&mut self) {
        while let Some(outgoing) = self.stack.poll_outgoing() {
            self.bytes = outgoing.bytes.len();
            // What cannot be read back copies a header that could not be read in the first place.
            let message = parse(&outgoing.bytes).unwrap_or_else(|error| Message {
                start: error.start.unwrap(),
                headers: error.headers,
                body: Vec::new(),
            });
            self.mail.entry(outgoing.flow.peer).or_default().push(message);
        }
        while let Some(event) = self.stack.poll_event() {
            self.events.push(event);
        }
    }

    pub fn take(&mut self, from: &str) -> Vec<Message> {
        self.mail.remove(&from.parse().unwrap()).unwrap_or_default()
    }

    /// Sends a request and returns the last answer.
    pub fn ask(&mut self, from: &str, method: &str, extra: &[(&str, &str)]) -> Option<Message> {
        self.branch += 1;
        let mut text = format!(
            "{method} sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bKx{}\r\nMax-Forwards: 70\r\nCall-ID: c{from}\r\nCSeq: {} {method}\r\n",
            self.branch, self.branch
        );
        for (name, value) in [("From", "<sip:anna-desk@10.0.0.1>;tag=1"), ("To", "<sip:anna-desk@10.0.0.1>")]
        {
            if !extra.iter().any(|(n, _)| *n == name) {
                text += &format!("{name}: {value}\r\n");
            }
        }
        for (name, value) in extra {
            text += &format!("{name}: {value}\r\n");
        }
        text += "Content-Length: 0\r\n\r\n";
        self.receive(from, text.as_bytes());
        self.take(from).pop()
    }

    pub fn challenge(&mut self, from: &str) -> Challenge {
        let reply = self.ask(from, "REGISTER", &[]).unwrap();
        assert_eq!(reply.status(), Some(401));
        Challenge::pick(&reply.headers, name::WWW_AUTHENTICATE).unwrap()
    }

    /// REGISTER with an answer to a challenge.
    pub fn register_with(
        &mut self,
        from: &str,
        challenge: &Challenge,
        secret: &str,
        count: u32,
        extra: &[(&str, &str)],
    ) -> Option<Message> {
        let login = Login { username: "anna-desk", password: secret };
        let asked = digest::Asked { method: "REGISTER", uri: "sip:10.0.0.1", body: b"" };
        let answer = challenge.answer(&login, &asked, count, "abc");
        let mut all = vec![("Authorization", answer.as_str())];
        all.extend_from_slice(extra);
        self.ask(from, "REGISTER", &all)
    }

    pub fn register(&mut self, from: &str, extra: &[(&str, &str)]) -> Message {
        let challenge = self.challenge(from);
        self.register_with(from, &challenge, "correct horse", 1, extra).unwrap()
    }

    /// Another phone with the same secret logs in.
    pub fn login(&mut self, from: &str, user: &str) -> Message {
        let challenge = self.challenge(from);
        let login = Login { username: user, password: "correct horse" };
        let asked = digest::Asked { method: "REGISTER", uri: "sip:10.0.0.1", body: b"" };
        let answer = challenge.answer(&login, &asked, 1, "abc");
        let (to, contact) = (format!("<sip:{user}@10.0.0.1>"), format!("<sip:{user}@{from}>"));
        let all = [("Authorization", answer.as_str()), ("To", &to), ("Contact", &contact)];
        self.ask(from, "REGISTER", &all).unwrap()
    }

    pub fn status(&mut self, from: &str, method: &str, extra: &[(&str, &str)]) -> Option<u16> {
        self.ask(from, method, extra).and_then(|reply| reply.status())
    }

    /// A device of anna-desk at this address.
    pub fn device(&mut self, at: &str) {
        let contact = format!("<sip:anna-desk@{at}>");
        assert_eq!(self.register(at, &[("Contact", &contact)]).status(), Some(200));
    }

    pub fn ring(&mut self, leg: LegId) {
        let placement = Placement {
            leg,
            to: Destination::Phone("anna-desk".into()),
            caller: "12345678".into(),
            caller_name: "Kim".into(),
            sdp: sdp("offer"),
            max_forwards: 69,
        };
        self.command(Command::Place(Box::new(placement)));
    }

    /// A device answers the INVITE it was sent.
    pub fn reply(&mut self, at: &str, invite: &Message, status: u16, tag: &str) {
        let reply = invite.reply(status).with_to_tag(tag).header("Contact", &format!("<sip:anna-desk@{at}>"));
        self.receive(at, &reply.with_body("application/sdp", b"v=0\r\n".as_slice()).print());
    }
}

pub fn methods(mail: &[Message]) -> Vec<String> {
    mail.iter().map(|m| m.method().unwrap().to_string()).collect()
}

/// An answered call to anna-desk; what the phone needs to speak within it.
pub fn answered(office: &mut Office, leg: LegId, at: &str) -> (Message, String) {
    office.ring(leg);
    let invite = office.take(at).into_iter().find(|m| m.method().unwrap().as_str() == "INVITE").unwrap();
    let tag = format!("far{}", leg.0);
    office.reply(at, &invite, 200, &tag);
    office.take(at);
    (invite, tag)
}

pub fn within(
    office: &mut Office,
    at: &str,
    (invite, tag): &(Message, String),
    method: &str,
    extra: &[(&str, &str)],
) -> Option<u16> {
    let call_id = invite.call_id().unwrap().to_owned();
    office.branch += 1;
    let mut text = format!(
        "{method} sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch=z9hG4bKy{b}\r\nMax-Forwards: 70\r\nCall-ID: {call_id}\r\nCSeq: {b} {method}\r\nFrom: <sip:anna-desk@x>;tag={tag}\r\nTo: {}\r\n",
        invite.headers.value("From").unwrap(),
        b = office.branch
    );
    for (name, value) in extra {
        text += &format!("{name}: {value}\r\n");
    }
    text += "Content-Length: 0\r\n\r\n";
    office.receive(at, text.as_bytes());
    let mail = office.mail.get(&at.parse().unwrap()).cloned().unwrap_or_default();
    mail.iter().filter_map(Message::status).next_back()
}
