//! Shell. The thread that reads recordings, so that running calls never wait for a disk or a filter.

use super::{Post, wake};
use crate::media::Codec;
use crate::media::shelf::{Recording, SoundKey};
use crate::media::sounds::Bank;
use rustix::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};

const WAITING_MAX: usize = 1024;

/// Asks the thread.
#[derive(Debug)]
pub struct Loader {
    requests: SyncSender<Request>,
}

#[derive(Debug)]
enum Request {
    Read { key: SoundKey, codec: Codec, edition: u64 },
    Reload,
}

/// A recording that was read.
#[derive(Debug)]
pub struct Loaded {
    /// Which.
    pub key: SoundKey,
    /// The sound.
    pub recording: Recording,
    /// Of the owner's recordings: they may have changed since.
    pub edition: u64,
}

/// The loader has more to read than it takes.
#[derive(Clone, Copy, Debug)]
pub struct Overloaded;

impl Loader {
    /// Starts the thread; it ends when this handle is dropped.
    pub fn start(bank: Bank, posts: Sender<Post>, waker: Arc<OwnedFd>) -> std::io::Result<Loader> {
        let (requests, inbox) = sync_channel(WAITING_MAX);
        let run = move || run(bank, &inbox, &posts, &waker);
        std::thread::Builder::new().name("recordings".into()).spawn(run)?;
        Ok(Loader { requests })
    }

    /// Asks for a recording; it comes as [`Post::Loaded`].
    pub fn read(&self, key: SoundKey, codec: Codec, edition: u64) -> Result<(), Overloaded> {
        self.requests.try_send(Request::Read { key, codec, edition }).map_err(|_| Overloaded)
    }

    /// The owner changed his recordings.
    pub fn reload(&self) {
        // With a full queue the only loss is that a missing recording is not complained of a second time.
        let _ = self.requests.try_send(Request::Reload);
    }
}

fn run(mut bank: Bank, inbox: &Receiver<Request>, posts: &Sender<Post>, waker: &OwnedFd) {
    for request in inbox {
        match request {
            Request::Reload => bank.reload(),
            Request::Read { key, codec, edition } => {
                let recording = bank.record(&key, codec);
                if posts.send(Post::Loaded(Loaded { key, recording, edition })).is_err() {
                    return;
                }
                wake(waker);
            }
        }
    }
}
