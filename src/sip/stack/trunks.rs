//! Pure. Providers: REGISTER and OPTIONS of ours, and which provider an address belongs to.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::compose::host_part;
use super::exchange::Owner;
use super::{Acquaintance, Lookup, Stack, Timer};
use crate::ids::TrunkId;
use crate::settings::{Settings, SourceRange, Trunk};
use crate::sip::random::hex;
use crate::sip::trunk::{Line, Reply, Want};
use crate::sip::wire::{Message, Method, NameAddr, name};
use crate::sip::{Event, Flow, Source, Transport, TrunkState};
use crate::time::{Now, Tick};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

/// How far apart offices of one street ask their provider.
const JITTER: Duration = Duration::from_secs(3);

/// A trunk with its place in the settings.
#[derive(Debug)]
pub(super) struct Provider {
    index: usize,
    pub(super) line: Line,
    call_id: String,
    cseq: u32,
    /// The request that waits for its answer.
    asking: Option<super::exchange::ClientKey>,
}

impl Provider {
    /// Our unregistering waits for its answer.
    pub(super) fn is_parting(&self) -> bool {
        self.line.has_left() && self.asking.is_some()
    }
}

impl Stack {
    /// Takes up the trunks of the settings; those that stay as they were go on undisturbed.
    pub(super) fn take_trunks(&mut self, now: Tick, before: Option<&Settings>) {
        let settings = self.config.settings.clone();
        let mut old = std::mem::take(&mut self.providers);
        for (index, trunk) in settings.trunks.iter().enumerate() {
            let was = before.and_then(|b| b.trunks.iter().find(|t| t.id == trunk.id));
            let kept = old.remove(&trunk.id).filter(|_| was == Some(trunk));
            let is_new = kept.is_none();
            let provider = kept.map(|kept| Provider { index, ..kept }).unwrap_or_else(|| Provider {
                index,
                line: Line::start(now),
                call_id: self.random.call_id(),
                cseq: 0,
                asking: None,
            });
            self.timers.set(&Timer::Trunk(trunk.id.clone()), provider.line.due());
            self.providers.insert(trunk.id.clone(), provider);
            if is_new {
                self.events.push_back(Event::Trunk {
                    trunk: trunk.id.clone(),
                    state: TrunkState::Down(crate::sip::TrunkFault::Starting),
                });
                self.look_up(trunk);
            }
        }
        for gone in old.keys() {
            self.timers.set(&Timer::Trunk(gone.clone()), None);
        }
        let ranges: Vec<SourceRange> = settings.trunks.iter().flat_map(|t| t.from.iter().copied()).collect();
        self.acquaintances.push_back(Acquaintance::Ranges(ranges));
    }

    /// The answer to a [`Lookup`]: flows to try, best first, each with the local address that reaches
    /// it; empty for an unknown host.
    pub fn resolved(&mut self, now: Now, trunk: &TrunkId, flows: Vec<Flow>) {
        let jitter = self.jitter();
        for flow in &flows {
            self.acquaintances.push_back(Acquaintance::Met(flow.peer));
        }
        self.with_line(now.tick, trunk, |line| line.resolved(now.tick, flows, jitter));
    }

    pub(super) fn wake_trunk(&mut self, now: Tick, trunk: &TrunkId) {
        let jitter = self.jitter();
        self.with_line(now, trunk, |line| line.wake(now, jitter));
    }

    /// A call came from a trunk.
    pub(super) fn trunk_heard(&mut self, now: Tick, trunk: &TrunkId) {
        self.with_line(now, trunk, |line| {
            line.heard();
            Want::Nothing
        });
    }

    /// Tells every provider that holds a registration of ours that we are gone.
    pub(super) fn sign_off(&mut self, now: Tick) {
        let registered: Vec<TrunkId> =
            self.providers.iter().filter(|(_, p)| p.line.is_registered()).map(|(id, _)| id.clone()).collect();
        for trunk in registered {
            self.ask_trunk(now, &trunk, Duration::ZERO);
            self.with_line(now, &trunk, |line| {
                line.leave();
                Want::Nothing
            });
        }
    }

    /// Moves a trunk and does what it then wants.
    fn with_line(&mut self, now: Tick, trunk: &TrunkId, step: impl FnOnce(&mut Line) -> Want) {
        let Some(provider) = self.providers.get_mut(trunk) else { return };
        let before = provider.line.state().clone();
        let want = step(&mut provider.line);
        let (after, due, expires) =
            (provider.line.state().clone(), provider.line.due(), provider.line.expires);
        self.timers.set(&Timer::Trunk(trunk.clone()), due);
        if after != before {
            self.events.push_back(Event::Trunk { trunk: trunk.clone(), state: after });
        }
        match want {
            Want::Nothing => {}
            Want::Ask => self.ask_trunk(now, trunk, expires),
            Want::Lookup => {
                let settings = self.config.settings.clone();
                if let Some(trunk) = settings.trunks.iter().find(|t| t.id == *trunk) {
                    self.look_up(trunk);
                }
            }
        }
    }

    fn look_up(&mut self, trunk: &Trunk) {
        self.lookups.push_back(Lookup {
            trunk: trunk.id.clone(),
            host: trunk.host.clone(),
            port: trunk.port,
            transport: trunk.transport,
        });
    }

    /// REGISTER to a registering trunk, OPTIONS to an address trunk.
    fn ask_trunk(&mut self, now: Tick, id: &TrunkId, expires: Duration) {
        let (tag, call_id) = (hex(self.random.tag()), self.random.call_id());
        // An earlier question nobody answered must not be taken for silence to this one.
        if let Some(before) = self.providers.get_mut(id).and_then(|provider| provider.asking.take()) {
            self.forget(before);
        }
        let Some(provider) = self.providers.get_mut(id) else { return };
        let settings = self.config.settings.trunks.get(provider.index);
        let (Some(flow), Some(trunk)) = (provider.line.flow(), settings) else { return };
        provider.cseq += 1;
        let host = host_of(trunk);
        let us = match trunk.user.is_empty() {
            true => {
                format!("<sip:frontdesk@{}>", host_part(self.config.advertise.unwrap_or(flow.local.ip())))
            }
            false => format!("<sip:{}@{host}>", super::compose::user_part(&trunk.user)),
        };
        let method = if trunk.register { Method::Register } else { Method::Options };
        let uri = format!("sip:{host}");
        let mut request = Message::request(method.clone(), uri.as_str());
        let headers = &mut request.headers;
        headers.push(name::MAX_FORWARDS, "70");
        headers.push(name::FROM, &format!("{us};tag={tag}"));
        let to = if trunk.register { us } else { format!("<{uri}>") };
        headers.push(name::TO, &to);
        headers.push(name::CALL_ID, if trunk.register { &provider.call_id } else { &call_id });
        headers.push(name::CSEQ, &format!("{} {method}", provider.cseq));
        let owner = match trunk.register {
            true => Owner::Register(id.clone()),
            false => Owner::Ping(id.clone()),
        };
        let is_registering = trunk.register;
        let contact = self.contact_for(&Source::Trunk(id.clone()), flow);
        request.headers.push(name::CONTACT, &contact);
        if is_registering {
            request.headers.push(name::EXPIRES, &expires.as_secs().to_string());
        }
        let key = self.ask(now, flow, request, owner);
        if let Some(provider) = self.providers.get_mut(id) {
            provider.asking = Some(key);
        }
    }

    /// The answer to REGISTER; `None`: nobody answered.
    pub(super) fn on_registered(&mut self, now: Tick, id: &TrunkId, response: Option<&Message>) {
        let status = response.and_then(Message::status);
        let reply = match (status, response) {
            (Some(..=199), _) => return,
            (Some(200..=299), Some(response)) => Reply::Registered(self.granted(id, response)),
            (Some(401 | 407 | 423), Some(response)) if self.register_again(now, id, response) => return,
            (Some(status), Some(response)) => {
                let retry_after = response.retry_after().map(|s| Duration::from_secs(s.min(86_400).into()));
                Reply::Refused { status, retry_after }
            }
            _ => Reply::Nothing,
        };
        if let Some(provider) = self.providers.get_mut(id) {
            provider.asking = None;
        }
        let jitter = self.jitter();
        self.with_line(now, id, |line| line.answered(now, reply, jitter));
    }

    /// The answer to OPTIONS: any shows life, also a provider's 404, 405 or 501.
    pub(super) fn on_pinged(&mut self, now: Tick, id: &TrunkId, response: Option<&Message>) {
        let reply = match response.and_then(Message::status) {
            Some(..=199) => return,
            Some(_) => Reply::Alive,
            None => Reply::Nothing,
        };
        let jitter = self.jitter();
        self.with_line(now, id, |line| line.answered(now, reply, jitter));
    }

    /// How long the registration is good for: our contact's `expires`, Expires, or what we asked for.
    fn granted(&self, id: &TrunkId, response: &Message) -> Duration {
        let ours = self.trunk_user(id).unwrap_or("");
        let is_ours = |c: &NameAddr<'_>| c.uri().is_some_and(|uri| uri.user_text() == ours);
        let contacts = response.contacts().unwrap_or_default();
        let seconds = contacts.iter().find(|c| is_ours(c)).and_then(NameAddr::expires).or(response.expires());
        let asked = self.providers.get(id).map_or(crate::sip::trunk::EXPIRES, |p| p.line.expires);
        seconds.map_or(asked, |s| Duration::from_secs(s.clamp(30, 86_400).into()))
    }

    /// With credentials, or for as long as the provider wants; `false` when that is no use.
    fn register_again(&mut self, now: Tick, id: &TrunkId, response: &Message) -> bool {
        let Some(provider) = self.providers.get_mut(id) else { return false };
        let Some(key) = provider.asking.filter(|_| provider.line.may_try_again(now)) else { return false };
        provider.cseq += 1;
        let cseq = provider.cseq;
        let least = response.headers.value(name::MIN_EXPIRES).and_then(|v| v.trim().parse().ok());
        let Some((request, flow)) = self.sent(key) else { return false };
        let again = match (response.status(), least) {
            (Some(423), Some(least)) => {
                let least = Duration::from_secs(least).min(Duration::from_secs(86_400));
                if let Some(provider) = self.providers.get_mut(id) {
                    provider.line.expires = least;
                }
                let mut longer = request;
                longer.headers.remove(name::VIA);
                longer.headers.set(name::EXPIRES, &least.as_secs().to_string());
                longer.headers.set(name::CSEQ, &format!("{cseq} REGISTER"));
                Some(longer)
            }
            (Some(423), None) => None,
            _ => self.with_credentials(&Source::Trunk(id.clone()), &request, response, cseq),
        };
        let Some(again) = again else { return false };
        let key = self.ask(now, flow, again, Owner::Register(id.clone()));
        if let Some(provider) = self.providers.get_mut(id) {
            provider.asking = Some(key);
        }
        true
    }

    fn jitter(&mut self) -> Duration {
        self.random.wait(JITTER, Duration::from_millis(10))
    }
}

/// Which provider is meant.
impl Stack {
    pub(super) fn trunk_settings(&self, id: &TrunkId) -> Option<&Trunk> {
        self.config.settings.trunks.get(self.providers.get(id)?.index)
    }

    /// The user we registered as, for our Contact.
    pub(super) fn trunk_user(&self, id: &TrunkId) -> Option<&str> {
        self.trunk_settings(id).map(|trunk| trunk.user.as_str()).filter(|user| !user.is_empty())
    }

    /// Host and port for URIs.
    pub(super) fn trunk_host(&self, id: &TrunkId) -> Option<String> {
        self.trunk_settings(id).map(host_of)
    }

    /// Where to send a call, also when the trunk is said to be down: that is an alarm, and an emergency
    /// call is tried all the same.
    pub(super) fn trunk_flows(&self, id: &TrunkId) -> VecDeque<Flow> {
        self.providers.get(id).map(|p| p.line.flows().collect()).unwrap_or_default()
    }

    /// The trunk whose call this may be, by source; several at one address are told apart by the number.
    pub(super) fn trunk_at(&self, flow: Flow, request: &Message) -> Option<TrunkId> {
        let mut here = self.providers.keys().filter(|id| self.is_address_of(id, flow)).peekable();
        let first = (*here.peek()?).clone();
        let uri = request.uri().and_then(|uri| uri.read());
        let called = uri.map(|uri| uri.user_text().into_owned()).unwrap_or_default();
        let fits = |id: &&TrunkId| self.trunk_settings(id).is_some_and(|trunk| is_number_of(trunk, &called));
        Some(here.find(fits).cloned().unwrap_or(first))
    }

    pub(super) fn is_any_trunk(&self, flow: Flow) -> bool {
        self.providers.keys().any(|id| self.is_address_of(id, flow))
    }

    /// In the trunk's `from`, or one of its resolved addresses (over a stream whatever the port).
    pub(super) fn is_address_of(&self, id: &TrunkId, flow: Flow) -> bool {
        let Some(trunk) = self.trunk_settings(id) else { return false };
        let (ip, port) = (flow.peer.ip().to_canonical(), flow.peer.port());
        let is_within = |range: &SourceRange| range.net.contains(&ip) && range.port.is_none_or(|p| p == port);
        let is_resolved = |known: Flow| {
            known.transport == flow.transport
                && known.peer.ip() == ip
                && (known.peer.port() == port || flow.transport != Transport::Udp)
        };
        trunk.from.iter().any(is_within)
            || self.providers.get(id).is_some_and(|p| p.line.flows().any(is_resolved))
    }
}

fn is_number_of(trunk: &Trunk, called: &str) -> bool {
    let called = called.trim_start_matches(['+', '0']);
    called == trunk.user.trim_start_matches(['+', '0'])
        || (called.len() >= 4 && trunk.numbers.iter().any(|number| number.as_str().ends_with(called)))
}

fn host_of(trunk: &Trunk) -> String {
    let host = match trunk.host.parse::<IpAddr>() {
        Ok(ip) => host_part(ip),
        Err(_) => trunk.host.clone(),
    };
    match trunk.port {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}
