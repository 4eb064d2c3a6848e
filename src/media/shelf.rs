//! Pure. Recordings ready to be played, kept within a bound of memory: what was not played for longest goes first.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Codec;
use std::sync::Arc;

/// Which recording.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoundKey {
    /// A prompt by language and name.
    Prompt { lang: &'static str, name: Arc<str> },
    /// The owner's own, or prompts in its place.
    Own { lang: &'static str, name: Arc<str>, or: Arc<[Arc<str>]> },
    /// A file of the data folder.
    File(Arc<str>),
    /// Music on hold.
    Music,
}

/// A recording in a leg's codec, 8 kHz.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The codec of `sound`.
    pub codec: Codec,
    /// One byte a sample.
    pub sound: Arc<[u8]>,
}

/// The recordings at hand.
#[derive(Debug)]
pub struct Shelf {
    items: Vec<Item>,
    bytes_max: usize,
    uses: u64,
}

#[derive(Debug)]
struct Item {
    key: SoundKey,
    recording: Recording,
    used: u64,
}

impl Shelf {
    /// An empty shelf.
    pub fn new(bytes_max: usize) -> Self {
        Shelf { items: Vec::new(), bytes_max, uses: 0 }
    }

    /// A recording at hand.
    pub fn find(&mut self, key: &SoundKey, codec: Codec) -> Option<Recording> {
        self.uses += 1;
        let found = self.items.iter_mut().find(|item| item.recording.codec == codec && item.key == *key)?;
        found.used = self.uses;
        Some(found.recording.clone())
    }

    /// Keeps a recording, if it is not larger than the whole shelf.
    pub fn keep(&mut self, key: SoundKey, recording: Recording) {
        if recording.sound.len() > self.bytes_max || self.find(&key, recording.codec).is_some() {
            return;
        }
        while self.bytes() + recording.sound.len() > self.bytes_max {
            let oldest = (0..self.items.len()).min_by_key(|&at| self.items[at].used);
            self.items.swap_remove(oldest.expect("the recording alone fits, so there is another"));
        }
        self.items.push(Item { key, recording, used: self.uses });
    }

    /// Forgets everything: the owner changed his recordings.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    fn bytes(&self) -> usize {
        self.items.iter().map(|item| item.recording.sound.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> SoundKey {
        SoundKey::Prompt { lang: "en", name: name.into() }
    }

    fn recording(bytes: usize) -> Recording {
        Recording { codec: Codec::Pcma, sound: vec![0; bytes].into() }
    }

    #[test]
    fn the_one_not_played_for_longest_goes_first() {
        let mut shelf = Shelf::new(100);
        shelf.keep(key("a"), recording(40));
        shelf.keep(key("b"), recording(40));
        assert!(shelf.find(&key("a"), Codec::Pcma).is_some());
        shelf.keep(key("c"), recording(40));
        assert!(shelf.find(&key("b"), Codec::Pcma).is_none());
        assert!(shelf.find(&key("a"), Codec::Pcma).is_some());
        assert!(shelf.find(&key("a"), Codec::Pcmu).is_none());
    }

    #[test]
    fn what_is_larger_than_the_shelf_is_not_kept() {
        let mut shelf = Shelf::new(100);
        shelf.keep(key("a"), recording(60));
        shelf.keep(key("long"), recording(101));
        assert!(shelf.find(&key("long"), Codec::Pcma).is_none());
        assert!(shelf.find(&key("a"), Codec::Pcma).is_some());
    }
}
