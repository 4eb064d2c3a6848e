//! Pure. Our own words: addresses, identities, what we can do, session timers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::leg::{Clock, Duty, TimerWish};
use crate::sip::wire::judge::Abilities;
use crate::sip::wire::value::{Refresher, SessionExpires};
use crate::sip::wire::{Message, Method, addr, name, scan};
use crate::sip::{Flow, Sdp, Source, Transport};
use crate::time::Tick;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// What the stack knows; a method here that [`ALLOW`] does not name is answered 405 or 489.
pub(super) const ABILITIES: Abilities<'static> = Abilities {
    methods: &[
        Method::Invite,
        Method::Ack,
        Method::Bye,
        Method::Cancel,
        Method::Options,
        Method::Register,
        Method::Update,
        Method::Info,
        Method::Refer,
        Method::Notify,
        Method::Subscribe,
    ],
    extensions: &["timer", "replaces", "norefersub"],
    bodies: &[SDP],
};
/// Methods that do something.
pub(super) const ALLOW: &str =
    "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, UPDATE, INFO, REFER, NOTIFY, SUBSCRIBE";
/// Extensions we offer.
pub(super) const SUPPORTED: &str = "timer, replaces, norefersub";
pub(super) const SDP: &str = "application/sdp";
/// The session interval we ask for and the longest we take (RFC 4028 §4).
pub(super) const SESSION_SECONDS: u32 = 1800;
/// The longest we are made to take by a far end's Min-SE.
pub(super) const SESSION_SECONDS_MAX: u32 = 24 * 3600;
/// The shortest interval we take (RFC 4028 §5).
pub(super) const MIN_SE_SECONDS: u32 = 90;

impl Stack {
    /// Our address as `flow`'s far end is to see it.
    pub(super) fn public_ip(&self, flow: Flow) -> IpAddr {
        self.config.advertise.unwrap_or(flow.local.ip())
    }

    /// Host and port for Via and Contact.
    pub(super) fn sent_by(&self, flow: Flow) -> SocketAddr {
        SocketAddr::new(self.public_ip(flow), flow.local.port())
    }

    /// Our Contact on this flow.
    pub(super) fn contact(&self, flow: Flow, user: &str) -> String {
        let transport = match flow.transport {
            Transport::Udp => "",
            Transport::Tcp => ";transport=tcp",
            Transport::Tls => ";transport=tls",
        };
        format!("<sip:{}@{}{transport}>", user_part(user), self.sent_by(flow))
    }

    /// The Contact of a leg: a provider finds us by the user it registered, a phone by any.
    pub(super) fn contact_for(&self, party: &Source, flow: Flow) -> String {
        let user = match party {
            Source::Phone(_) => "frontdesk",
            Source::Trunk(trunk) => self.trunk_user(trunk).unwrap_or("frontdesk"),
        };
        self.contact(flow, user)
    }
}

/// Text as the user part of a URI.
pub(super) fn user_part(user: &str) -> String {
    scan::escape(user, b"+*-._")
}

/// An address as the host part of a URI.
pub(super) fn host_part(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// From as the callee sees it, without a tag; an empty number is a withheld one (RFC 3323 §4.1.1.3).
pub(super) fn identity(display: &str, number: &str, host: &str) -> String {
    match number.is_empty() {
        true if display.is_empty() => "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned(),
        true => addr::write(display, "sip:anonymous@anonymous.invalid", None),
        false => addr::write(display, &format!("sip:{}@{host}", user_part(number)), None),
    }
}

/// The description a message carries.
pub(super) fn description(message: &Message) -> Option<Sdp> {
    let is_sdp = message.content_type().is_none_or(|kind| kind == SDP);
    (is_sdp && !message.body.is_empty()).then(|| message.body.as_slice().into())
}

/// The far end allows UPDATE.
pub(super) fn allows_update(message: &Message) -> bool {
    message.headers.lists(name::ALLOW, "UPDATE")
}

/// The caller's number and name of an arriving INVITE from a trunk.
pub(super) fn caller(message: &Message) -> (String, String) {
    let shown = message.identity().or_else(|| message.from());
    let Some(shown) = shown else { return Default::default() };
    let user = shown.uri().map(|uri| uri.user_text().into_owned()).unwrap_or_default();
    let is_withheld = user.eq_ignore_ascii_case("anonymous") || asks_privacy(message);
    let display = shown.display.into_owned();
    if is_withheld { Default::default() } else { (user, display) }
}

/// `Privacy: id` and its like bind whoever shows the number (RFC 3325 §9.3).
fn asks_privacy(message: &Message) -> bool {
    let values = message.headers.values(name::PRIVACY).flat_map(|v| v.split([';', ',']));
    values.map(scan::trim).any(|v| ["id", "user", "header"].iter().any(|p| v.eq_ignore_ascii_case(p)))
}

impl TimerWish {
    pub(super) fn of(request: &Message) -> TimerWish {
        let asked = request.session_expires();
        TimerWish {
            seconds: asked.map(|asked| asked.seconds),
            least: request.min_se().map_or(0, |least| least.0.min(SESSION_SECONDS_MAX)),
            refresher: asked.and_then(|asked| asked.refresher),
            is_supported: request.headers.lists(name::SUPPORTED, "timer"),
        }
    }

    /// Shorter than we take: 422 (only a peer that knows session timers can be told).
    pub(super) fn is_too_brief(self) -> bool {
        self.is_supported && self.seconds.is_some_and(|s| s < MIN_SE_SECONDS)
    }

    /// What our 2xx says (RFC 4028 §9), and what we then do.
    pub(super) fn agree(self, now: Tick) -> (SessionExpires, Clock) {
        let wanted = self.seconds.unwrap_or(SESSION_SECONDS).clamp(MIN_SE_SECONDS, SESSION_SECONDS);
        // Lowering it below their Min-SE is not ours to do (RFC 4028 §9).
        let seconds = wanted.max(self.least);
        let refresher = match self.is_supported {
            true => self.refresher.unwrap_or(Refresher::Uac),
            false => Refresher::Uas,
        };
        let duty = if refresher == Refresher::Uas { Duty::Ours } else { Duty::Theirs };
        let expires = SessionExpires { seconds, refresher: Some(refresher) };
        (expires, Clock::start(now, duty, Duration::from_secs(seconds.into())))
    }
}

impl Clock {
    /// What a 2xx to our request says about the session (RFC 4028 §7.2); `None`: no timer runs.
    pub(super) fn told(now: Tick, response: &Message) -> Option<Clock> {
        let told = response.session_expires()?;
        let duty = if told.refresher == Some(Refresher::Uas) { Duty::Theirs } else { Duty::Ours };
        let seconds = told.seconds.clamp(MIN_SE_SECONDS, SESSION_SECONDS_MAX);
        Some(Clock::start(now, duty, Duration::from_secs(seconds.into())))
    }

    fn start(now: Tick, duty: Duty, interval: Duration) -> Clock {
        let wait = match duty {
            Duty::Ours => interval / 2,
            // RFC 4028 §10: a little before the end.
            Duty::Theirs => interval.saturating_sub((interval / 3).min(Duration::from_secs(32))),
        };
        Clock { interval, duty, at: now + wait }
    }
}

/// Writes what a 2xx says about the session timer.
pub(super) fn write_timer(response: &mut Message, agreed: SessionExpires) {
    response.headers.push(name::SESSION_EXPIRES, &agreed.to_string());
    if agreed.refresher == Some(Refresher::Uac) {
        response.headers.push(name::REQUIRE, "timer");
    }
}
