//! Pure. The lamps beside the keys of a phone: what each shows, and which phones watch it (RFC 4235,
//! RFC 6665).
//!
//! A lamp is known by what its key dials. Who may watch and what is sent is decided in `stack/watching`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Lamp;
use super::dialog::Dialog;
use crate::ids::PhoneId;
use crate::time::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Keys one phone may watch: two modules of sixty. A further one replaces the one that ends first, so that a
/// phone that started anew is not refused for what it watched before.
pub const WATCHES_PER_PHONE: usize = 128;
/// Keys watched in all; beyond it the answer is 503.
pub const WATCHES_MAX: usize = 2048;
/// The shortest subscription taken; below it the answer is 423.
pub const EXPIRES_MIN: Duration = Duration::from_secs(60);
/// The longest; a wish for more is cut. Short, because a phone learns by its next one that we were started
/// anew.
pub const EXPIRES_MAX: Duration = Duration::from_secs(600);

/// One key of a phone that watches a lamp.
#[derive(Clone, Debug)]
pub struct Watch {
    pub phone: PhoneId,
    pub lamp: Box<str>,
    pub dialog: Dialog,
    /// The lamp's address as the phone wrote it.
    pub entity: String,
    /// The `id` the phone gave its Event, to be repeated.
    pub event_id: Option<String>,
    pub until: Tick,
    /// The number of the next picture.
    version: u32,
    /// A NOTIFY waits for its answer; the next one waits for that.
    is_underway: bool,
    /// What the phone was told is old.
    is_outdated: bool,
    way: Way,
}

/// Can the phone be told?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    There,
    /// Its stream closed; it will register by another.
    Lost,
}

impl Watch {
    /// A key that has been told nothing.
    pub fn new(phone: PhoneId, lamp: &str, dialog: Dialog, entity: &str) -> Watch {
        Watch {
            phone,
            lamp: lamp.into(),
            dialog,
            entity: escaped(entity),
            event_id: None,
            until: Tick::ZERO,
            version: 0,
            is_underway: false,
            is_outdated: false,
            way: Way::There,
        }
    }

    /// Something is to be told. `false`: not yet, it is kept in mind.
    pub fn may_tell(&mut self) -> bool {
        let is_free = !self.is_underway && self.way == Way::There;
        (self.is_underway, self.is_outdated) = (self.is_underway || is_free, !is_free);
        is_free
    }

    /// The phone answered, or cannot. `true`: there is news that waited for it.
    pub fn heard(&mut self) -> bool {
        self.is_underway = false;
        self.is_outdated && self.way == Way::There
    }

    /// The stream it came by closed: it is told when the phone is back.
    pub fn lose_way(&mut self) {
        (self.way, self.is_outdated) = (Way::Lost, true);
    }

    /// Is it waiting for the phone to come back?
    pub fn is_lost(&self) -> bool {
        self.way == Way::Lost
    }

    /// The phone is there by this way.
    pub fn found(&mut self, flow: super::Flow) {
        self.dialog.flow = flow;
        self.way = Way::There;
    }

    /// The next picture for the phone: all there is to know (RFC 4235 §4.1).
    pub fn picture(&mut self, lamp: Lamp) -> String {
        let version = self.version;
        self.version = self.version.wrapping_add(1);
        let (towards, state) = match lamp {
            Lamp::Dark => ("", "terminated"),
            Lamp::Blinking => (" direction=\"recipient\"", "early"),
            Lamp::Lit => ("", "confirmed"),
        };
        format!(
            "<?xml version=\"1.0\"?>\r\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" \
             version=\"{version}\" state=\"full\" entity=\"{}\">\r\n<dialog id=\"{}\"{towards}>\
             <state>{state}</state></dialog>\r\n</dialog-info>\r\n",
            self.entity,
            escaped(&self.lamp)
        )
    }
}

/// All watched keys, by our tag.
#[derive(Debug, Default)]
pub struct Watches {
    by_tag: BTreeMap<u64, Watch>,
    by_phone: BTreeMap<PhoneId, BTreeSet<u64>>,
}

impl Watches {
    /// Takes a key.
    pub fn insert(&mut self, tag: u64, watch: Watch) {
        self.by_phone.entry(watch.phone.clone()).or_default().insert(tag);
        self.by_tag.insert(tag, watch);
    }

    /// The keys of a phone.
    pub fn of(&self, phone: &PhoneId) -> impl Iterator<Item = (u64, &Watch)> {
        let tags = self.by_phone.get(phone).into_iter().flatten();
        tags.filter_map(|tag| Some((*tag, self.by_tag.get(tag)?)))
    }

    /// Who gives way to a further key of this phone: the one that ends first, when it has all it may have.
    pub fn giving_way(&self, phone: &PhoneId) -> Option<u64> {
        let is_too_many = self.of(phone).count() >= WATCHES_PER_PHONE;
        let first = self.of(phone).min_by_key(|(_, watch)| watch.until);
        first.filter(|_| is_too_many).map(|(tag, _)| tag)
    }

    /// No further one is taken.
    pub fn is_full(&self) -> bool {
        self.by_tag.len() >= WATCHES_MAX
    }

    /// One of them.
    pub fn get(&self, tag: u64) -> Option<&Watch> {
        self.by_tag.get(&tag)
    }

    /// One of them, to be changed.
    pub fn change(&mut self, tag: u64) -> Option<&mut Watch> {
        self.by_tag.get_mut(&tag)
    }

    /// It is over.
    pub fn remove(&mut self, tag: u64) {
        let Some(watch) = self.by_tag.remove(&tag) else { return };
        let Some(own) = self.by_phone.get_mut(&watch.phone) else { return };
        own.remove(&tag);
        if own.is_empty() {
            self.by_phone.remove(&watch.phone);
        }
    }

    /// Those that are meant.
    pub fn tags(&self, is_meant: impl Fn(&Watch) -> bool) -> Vec<u64> {
        self.by_tag.iter().filter(|(_, watch)| is_meant(watch)).map(|(tag, _)| *tag).collect()
    }
}

/// Text inside an attribute of XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
