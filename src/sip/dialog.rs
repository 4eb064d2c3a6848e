//! Pure. A dialog (RFC 3261 §12): tags, route set, target, CSeq, and the way to the far end.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::random::hex;
use super::registrar::is_private;
use super::wire::{CSeq, Message, Method, NameAddr, Uri, name};
use super::{Flow, Transport};
use std::net::{IpAddr, SocketAddr};

/// Record-Route entries kept; a longer set is no office's provider.
const ROUTES_MAX: usize = 16;

/// What every request within a call needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// Call-ID.
    pub call_id: String,
    /// Ours; see [`hex`].
    pub local_tag: u64,
    /// Theirs; empty for an RFC 2543 peer.
    pub remote_tag: String,
    /// The way to the far end: where it was last heard from, or its next hop.
    pub flow: Flow,
    local: String,
    remote: String,
    target: String,
    routes: Vec<String>,
    local_cseq: u32,
    remote_cseq: Option<u32>,
}

/// How the next hop of a dialog is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// A phone: always the flow it came by (NAT).
    Flow,
    /// A trunk: its first Route or its Contact where that is an address, else the flow.
    Routed,
}

impl Dialog {
    /// The dialog an arriving INVITE makes (RFC 3261 §12.1.1).
    pub fn answering(invite: &Message, local_tag: u64, flow: Flow, hop: Hop) -> Dialog {
        let value = |name| invite.headers.value(name).unwrap_or("");
        let remote = value(name::FROM).to_owned();
        let mut dialog = Dialog {
            call_id: value(name::CALL_ID).to_owned(),
            local_tag,
            remote_tag: tag_of(&remote),
            flow,
            local: format!("{};tag={}", value(name::TO), hex(local_tag)),
            remote,
            target: String::new(),
            routes: routes(invite),
            local_cseq: 0,
            remote_cseq: cseq(invite),
        };
        dialog.retarget(invite, hop);
        dialog
    }

    /// The dialog a response to our INVITE makes (RFC 3261 §12.1.2).
    pub fn placed(invite: &Message, response: &Message, local_tag: u64, flow: Flow, hop: Hop) -> Dialog {
        let value = |m: &Message, name| m.headers.value(name).unwrap_or("").to_owned();
        let remote = value(response, name::TO);
        let mut dialog = Dialog {
            call_id: value(invite, name::CALL_ID),
            local_tag,
            remote_tag: tag_of(&remote),
            flow,
            local: value(invite, name::FROM),
            remote,
            target: invite.uri().map(|uri| uri.as_str().to_owned()).unwrap_or_default(),
            routes: routes(response),
            local_cseq: cseq(invite).unwrap_or(1),
            remote_cseq: None,
        };
        dialog.routes.reverse();
        dialog.retarget(response, hop);
        dialog
    }

    /// The number of our next request.
    pub fn next_cseq(&mut self) -> u32 {
        self.local_cseq += 1;
        self.local_cseq
    }

    /// A request of theirs is in order (RFC 3261 §12.2.2); remembers its number.
    pub fn takes(&mut self, number: u32) -> bool {
        if self.remote_cseq.is_some_and(|last| number <= last) {
            return false;
        }
        self.remote_cseq = Some(number);
        true
    }

    /// A target refresh: their Contact may have moved.
    pub fn retarget(&mut self, message: &Message, hop: Hop) {
        if let Some(contact) = message.headers.items(name::CONTACT).next().and_then(NameAddr::read) {
            self.target = contact.uri.to_owned();
        }
        if hop == Hop::Routed
            && let Some(flow) = self.next_hop()
        {
            self.flow = flow;
        }
    }

    /// A request within the dialog, without Via, Contact and body (RFC 3261 §12.2.1.1).
    pub fn request(&self, method: &Method, cseq: u32) -> Message {
        let (uri, routes) = self.route();
        let mut request = Message::request(method.clone(), uri);
        let headers = &mut request.headers;
        for route in routes {
            headers.push(name::ROUTE, &route);
        }
        headers.push(name::MAX_FORWARDS, "70");
        headers.push(name::FROM, &self.local);
        headers.push(name::TO, &self.remote);
        headers.push(name::CALL_ID, &self.call_id);
        headers.push(name::CSEQ, &format!("{cseq} {method}"));
        request
    }

    /// Addresses of the far end's nodes, as its Record-Route and Contact name them.
    pub fn hosts(&self) -> impl Iterator<Item = IpAddr> {
        let routes = self.routes.iter().filter_map(|route| NameAddr::read(route)?.uri()?.host_ip());
        routes.chain(Uri::read(&self.target).and_then(|uri| uri.host_ip()))
    }

    /// Request-URI and Route headers; a strict router comes first (RFC 3261 §12.2.1.1).
    fn route(&self) -> (&str, Vec<String>) {
        let first = self.routes.first().and_then(|route| NameAddr::read(route));
        match first {
            Some(first) if !first.uri().is_some_and(|uri| uri.params.has("lr")) => {
                let rest = self.routes[1..].iter().cloned();
                let uri = self.routes[0]
                    .find(first.uri)
                    .map_or(self.target.as_str(), |at| &self.routes[0][at..at + first.uri.len()]);
                (uri, rest.chain([format!("<{}>", self.target)]).collect())
            }
            _ => (&self.target, self.routes.clone()),
        }
    }

    fn next_hop(&self) -> Option<Flow> {
        let route = self.routes.first().and_then(|route| NameAddr::read(route));
        let uri = match &route {
            Some(route) => route.uri()?,
            None => Uri::read(&self.target)?,
        };
        let ip = uri.host_ip()?;
        let is_behind_nat = is_private(ip) && !is_private(self.flow.peer.ip());
        let transport = match uri.params.value("transport").map(str::to_ascii_lowercase).as_deref() {
            Some("tcp") => Transport::Tcp,
            Some("tls") => Transport::Tls,
            Some("udp") => Transport::Udp,
            _ if uri.is_secure() => Transport::Tls,
            _ => self.flow.transport,
        };
        let peer = SocketAddr::new(ip, uri.port.unwrap_or(default_port(transport)));
        if is_behind_nat || transport != self.flow.transport || peer == self.flow.peer {
            return None;
        }
        Some(Flow { peer, connection: 0, ..self.flow })
    }
}

fn default_port(transport: Transport) -> u16 {
    match transport {
        Transport::Udp | Transport::Tcp => 5060,
        Transport::Tls => 5061,
    }
}

/// The CSeq number of a message that has been judged.
pub fn cseq(message: &Message) -> Option<u32> {
    message.headers.value(name::CSEQ).and_then(CSeq::read).map(|cseq| cseq.number)
}

/// The tag of a From or To value; empty when there is none.
pub fn tag_of(value: &str) -> String {
    NameAddr::read(value).and_then(|addr| addr.tag().map(str::to_owned)).unwrap_or_default()
}

fn routes(message: &Message) -> Vec<String> {
    message.headers.items(name::RECORD_ROUTE).take(ROUTES_MAX).map(str::to_owned).collect()
}
