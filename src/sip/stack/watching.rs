//! Pure. SUBSCRIBE of a phone's key, and what its lamp is told (RFC 6665, package `dialog` of RFC 4235).
//!
//! One NOTIFY at a time for each key: what changes meanwhile is told with the next, as it then is.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::arriving::RETRY_AFTER_SECONDS;
use super::exchange::{Asked, Owner};
use super::talking::{bad_event, not_allowed};
use super::{Stack, Timer};
use crate::ids::PhoneId;
use crate::sip::dialog::{Dialog, Hop};
use crate::sip::lamp::{EXPIRES_MAX, EXPIRES_MIN, Watch};
use crate::sip::random::{hex, read_hex};
use crate::sip::wire::scan::{is_token, trim};
use crate::sip::wire::{Message, Method, NameAddr, Params, name};
use crate::sip::{Flow, Source};
use crate::sip::{Lamp, Lamps};
use crate::time::Tick;
use std::time::Duration;

const PACKAGE: &str = "dialog";
const PICTURE: &str = "application/dialog-info+xml";
/// Why the last NOTIFY is the last (RFC 6665 §4.1.3).
const TIMEOUT: &str = "timeout";
const NO_RESOURCE: &str = "noresource";
const REJECTED: &str = "rejected";
/// We stop for a moment: come back soon.
const PROBATION: &str = "probation;retry-after=10";

impl Stack {
    /// SUBSCRIBE outside a dialog, of an authenticated phone.
    pub(super) fn on_subscribe(&mut self, asked: &Asked<'_>, phone: &PhoneId) {
        let lasts = match self.wish(asked) {
            Ok(lasts) => lasts,
            Err(reply) => return self.answer(asked, reply),
        };
        let request = asked.message;
        let Some(lamp) = self.lamp_of(request) else { return self.answer(asked, request.reply(404)) };
        let tag = self.random.tag();
        let dialog = Dialog::answering(request, tag, asked.flow, Hop::Flow);
        let entity = request.uri().map_or("", |uri| uri.as_str()).split([';', '?']).next().unwrap_or("");
        let mut watch = Watch::new(phone.clone(), &lamp, dialog, entity);
        watch.event_id = event_id(request);
        self.make_room(asked.now, &watch);
        self.watches.insert(tag, watch);
        self.watch_for(asked, tag, lasts);
    }

    /// A phone that asks anew for a key it watches has forgotten; one with too many loses one.
    fn make_room(&mut self, now: Tick, watch: &Watch) {
        let is_again = |old: &Watch| old.dialog.call_id == watch.dialog.call_id && old.lamp == watch.lamp;
        let again = self.watches.of(&watch.phone).find(|(_, old)| is_again(old)).map(|(tag, _)| tag);
        again.into_iter().for_each(|old| self.forget_watch(old));
        if let Some(old) = self.watches.giving_way(&watch.phone) {
            self.end_watch(now, old, REJECTED);
        }
    }

    /// How long a key is to be watched, or why it is not.
    fn wish(&self, asked: &Asked<'_>) -> Result<Duration, Message> {
        let request = asked.message;
        let is_new = request.to().is_some_and(|to| to.tag().is_none());
        if !is_dialog_event(request) {
            return Err(bad_event(request));
        }
        if !takes_picture(request) {
            return Err(request.reply(406));
        }
        if is_new && (self.door_is_closed || self.watches.is_full()) {
            return Err(request.reply(503).header(name::RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        if is_new && request.headers.items(name::CONTACT).next().and_then(NameAddr::read).is_none() {
            return Err(request.reply(400));
        }
        let wanted = request.expires().map_or(EXPIRES_MAX, |s| Duration::from_secs(s.into()));
        if !wanted.is_zero() && wanted < EXPIRES_MIN {
            return Err(request.reply(423).header(name::MIN_EXPIRES, &EXPIRES_MIN.as_secs().to_string()));
        }
        Ok(wanted.min(EXPIRES_MAX))
    }

    fn lamp_of(&self, request: &Message) -> Option<Box<str>> {
        let uri = request.uri().and_then(|uri| uri.read())?;
        self.lamps.get_key_value(&*uri.user_text()).map(|(lamp, _)| lamp.clone())
    }

    /// 200, and at once what the lamp shows; no time at all is one look, or the end.
    fn watch_for(&mut self, asked: &Asked<'_>, tag: u64, lasts: Duration) {
        let Some(watch) = self.watches.change(tag) else { return };
        watch.until = asked.now + lasts;
        let party = Source::Phone(watch.phone.clone());
        let contact = self.contact_for(&party, asked.flow);
        let reply = asked.message.reply(200).header(name::CONTACT, &contact);
        let reply = reply.header(name::EXPIRES, &lasts.as_secs().to_string());
        let is_new = reply.to().is_some_and(|to| to.tag().is_none());
        self.answer(asked, if is_new { reply.with_to_tag(&hex(tag)) } else { reply });
        if lasts.is_zero() {
            return self.end_watch(asked.now, tag, TIMEOUT);
        }
        self.timers.set(&Timer::Watch(tag), Some(asked.now + lasts));
        self.tell_watch(asked.now, tag);
    }

    /// The key whose dialog a request names; Call-ID and both tags must match.
    pub(super) fn watch_within(&self, message: &Message) -> Option<u64> {
        let tag = read_hex(message.to()?.tag()?)?;
        let dialog = &self.watches.get(tag)?.dialog;
        let is_same = message.call_id() == Some(&dialog.call_id)
            && message.from()?.tag().unwrap_or("") == dialog.remote_tag;
        is_same.then_some(tag)
    }

    /// A request within a key's dialog: watch on, or no longer.
    pub(super) fn on_within_watch(&mut self, asked: &Asked<'_>, tag: u64, method: &Method) {
        if !self.is_from_watcher(asked, tag) {
            return;
        }
        let number = super::cseq_of(asked.message);
        let Some(watch) = self.watches.change(tag) else { return };
        if !watch.dialog.takes(number) {
            return self.answer(asked, asked.message.reply(500));
        }
        if *method != Method::Subscribe {
            return self.answer(asked, not_allowed(asked.message));
        }
        watch.dialog.retarget(asked.message, Hop::Flow);
        watch.found(asked.flow);
        match self.wish(asked) {
            Ok(lasts) => self.watch_for(asked, tag, lasts),
            Err(reply) => self.answer(asked, reply),
        }
    }

    /// The same address as before, or the phone's password. `false`: it has been answered.
    fn is_from_watcher(&mut self, asked: &Asked<'_>, tag: u64) -> bool {
        let Some(watch) = self.watches.get(tag) else { return false };
        let phone = watch.phone.clone();
        if watch.dialog.flow.peer.ip() == asked.flow.peer.ip() {
            return true;
        }
        match self.authenticate(asked) {
            Some(who) if who == phone => true,
            Some(_) => {
                self.answer_stranger(asked.flow, asked.length, asked.message.reply(403));
                false
            }
            None => false,
        }
    }

    /// What the lamps show; only keys whose lamp changed are told.
    pub(super) fn light(&mut self, now: Tick, lamps: Lamps) {
        let before = std::mem::replace(&mut self.lamps, lamps);
        let is_other = |watch: &Watch| before.get(&watch.lamp) != self.lamps.get(&watch.lamp);
        for tag in self.watches.tags(is_other) {
            let is_there = self.watches.get(tag).is_some_and(|watch| self.lamps.contains_key(&watch.lamp));
            match is_there {
                true => self.tell_watch(now, tag),
                false => self.end_watch(now, tag, NO_RESOURCE),
            }
        }
    }

    fn tell_watch(&mut self, now: Tick, tag: u64) {
        let Some(watch) = self.watches.change(tag) else { return };
        if watch.may_tell() {
            let left = watch.until.since(now).as_secs();
            self.notify_watch(now, tag, &format!("active;expires={left}"));
        }
    }

    /// The last word to a key.
    fn end_watch(&mut self, now: Tick, tag: u64, why: &str) {
        if self.watches.get(tag).is_some_and(|watch| !watch.is_lost()) {
            self.notify_watch(now, tag, &format!("terminated;reason={why}"));
        }
        self.forget_watch(tag);
    }

    fn forget_watch(&mut self, tag: u64) {
        self.watches.remove(tag);
        self.timers.set(&Timer::Watch(tag), None);
    }

    fn notify_watch(&mut self, now: Tick, tag: u64, state: &str) {
        let Some(watch) = self.watches.change(tag) else { return };
        let shows = self.lamps.get(&watch.lamp).copied().unwrap_or(Lamp::Dark);
        let (number, flow) = (watch.dialog.next_cseq(), watch.dialog.flow);
        let id = watch.event_id.as_ref().map(|id| format!(";id={id}")).unwrap_or_default();
        let request = watch.dialog.request(&Method::Notify, number);
        let (body, party) = (watch.picture(shows), Source::Phone(watch.phone.clone()));
        let notify = request
            .header(name::EVENT, &format!("{PACKAGE}{id}"))
            .header(name::SUBSCRIPTION_STATE, state)
            .header(name::CONTACT, &self.contact_for(&party, flow))
            .with_body(PICTURE, body.as_bytes());
        self.ask(now, flow, notify, Owner::Watch(tag));
    }

    /// The phone's answer to a NOTIFY; `None`: there was none.
    pub(super) fn on_watch_told(&mut self, now: Tick, tag: u64, response: Option<&Message>) {
        let status = response.map_or(Some(408), Message::status).unwrap_or(0);
        let Some(watch) = self.watches.change(tag).filter(|_| status >= 200) else { return };
        if ends(status) && !watch.is_lost() {
            return self.forget_watch(tag);
        }
        if watch.heard() {
            self.tell_watch(now, tag);
        }
    }

    /// The phone did not ask again in time.
    pub(super) fn wake_watch(&mut self, now: Tick, tag: u64) {
        if self.watches.get(tag).is_some_and(|watch| watch.until <= now) {
            self.end_watch(now, tag, TIMEOUT);
        }
    }

    /// A stream closed: its keys wait for the phone to come back by another.
    pub(super) fn lose_watches(&mut self, lost: Flow) {
        for tag in self.watches.tags(|watch| watch.dialog.flow == lost) {
            self.watches.change(tag).into_iter().for_each(Watch::lose_way);
        }
    }

    /// A phone is back: its keys that waited are told.
    pub(super) fn find_watches(&mut self, now: Tick, phone: &PhoneId, flow: Flow) {
        let is_device = |watch: &Watch| watch.dialog.flow.peer.ip() == flow.peer.ip();
        let waits = |watch: &Watch| watch.is_lost() && watch.phone == *phone && is_device(watch);
        for tag in self.watches.tags(waits) {
            let Some(watch) = self.watches.change(tag) else { continue };
            watch.found(flow);
            if watch.heard() {
                self.tell_watch(now, tag);
            }
        }
    }

    /// This phone may watch nothing any more.
    pub(super) fn reject_watches(&mut self, now: Tick, phone: &PhoneId) {
        for tag in self.watches.tags(|watch| watch.phone == *phone) {
            self.end_watch(now, tag, REJECTED);
        }
    }

    /// We stop: every key is told to ask again in a while.
    pub(super) fn end_watches(&mut self, now: Tick) {
        for tag in self.watches.tags(|_| true) {
            self.end_watch(now, tag, PROBATION);
        }
    }
}

fn is_dialog_event(request: &Message) -> bool {
    let package = request.headers.value(name::EVENT).map(|event| event.split(';').next().unwrap_or(event));
    package.is_some_and(|package| trim(package).eq_ignore_ascii_case(PACKAGE))
}

fn event_id(request: &Message) -> Option<String> {
    let (_, params) = request.headers.value(name::EVENT)?.split_once(';')?;
    Params(params).value("id").filter(|id| is_token(id)).map(str::to_owned)
}

/// Whether the phone reads our pictures; who names no kind reads the package's own (RFC 4235 §3.5).
fn takes_picture(request: &Message) -> bool {
    let mut kinds = request.headers.items(name::ACCEPT).peekable();
    let fits = |item: &str| {
        let kind = trim(item.split(';').next().unwrap_or(item));
        [PICTURE, "application/*", "*/*"].iter().any(|k| kind.eq_ignore_ascii_case(k))
    };
    kinds.peek().is_none() || kinds.any(fits)
}

/// Answers after which nobody is there to be told (RFC 6665 §4.2.2).
fn ends(status: u16) -> bool {
    matches!(status, 404 | 405 | 408 | 410 | 416 | 480..=485 | 489 | 501 | 604)
}
