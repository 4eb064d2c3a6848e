//! Shell. The thread that carries sound: sockets, an epoll loop, a beat of 20 ms while something plays.
//!
//! One packet is one `recvfrom`, a rewrite in place and one `sendto`: no allocation, no lock, and one
//! look at the clock a wake-up. Recordings are read and written by threads of their own.

mod exchange;
mod loader;
mod recorder;

use super::ports::Ports;
use super::sounds::Bank;
use super::{Counters, MediaCommand, MediaEvent};
use crate::time::Tick;
use exchange::{Exchange, Readable, WAKE};
use loader::Loader;
use recorder::Recorder;
use rustix::event::epoll;
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::fd::OwnedFd;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tracing::{error, warn};

/// Commands, and events, that may wait: hundreds of calls set up at once stay far below.
const WAITING_MAX: usize = 4096;
/// Sockets served between two looks at the clock.
const SOCKETS_AT_ONCE: usize = 32;
const SOCKETS_A_WAKE_UP: usize = 256;
/// From here on a packet counts as late.
const LATE: Duration = Duration::from_millis(5);

/// How the engine is set up.
#[derive(Debug)]
pub struct EngineConfig {
    /// The address of the RTP ports; unspecified for all.
    pub bind: IpAddr,
    /// The ports, in pairs of RTP and RTCP.
    pub ports: RangeInclusive<u16>,
    /// Where prompts and music come from, and messages go to.
    pub sounds: Bank,
    /// After which silence [`MediaEvent::Silent`] is told.
    pub silent_after: Duration,
    /// The figures it keeps.
    pub counters: Arc<Counters>,
}

/// The engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The range holds no pair of an even and an odd port.
    #[error("the RTP port range holds no pair of ports")]
    NoPorts,
    /// Other programs have every port of the range.
    #[error("every port for sound from {low} to {high} is taken; free some, or give others with --rtp-ports")]
    PortsTaken {
        /// The first of the range.
        low: u16,
        /// The last.
        high: u16,
    },
    /// The system refused a descriptor.
    #[error("could not prepare the sound thread")]
    Prepare(#[source] std::io::Error),
    /// The system gave no random bytes.
    #[error("could not get random bytes for the sound thread")]
    Random,
    /// The system refused a thread.
    #[error("could not start the sound thread")]
    Thread(#[source] std::io::Error),
}

/// The handle of the running engine; clones speak to the same one.
#[derive(Clone, Debug)]
pub struct Engine {
    posts: Sender<Post>,
    /// Commands on their way.
    waiting: Arc<AtomicUsize>,
    wake: Arc<OwnedFd>,
    counters: Arc<Counters>,
}

/// A command that was not taken, because [`WAITING_MAX`] wait. Its legs no longer have the sound the office
/// thinks they have: they are to be ended.
#[derive(Debug)]
pub struct NotTaken(pub MediaCommand);

/// What the thread is told.
#[derive(Debug)]
enum Post {
    Command(MediaCommand),
    Loaded(loader::Loaded),
}

impl Engine {
    /// Hands over a command; never waits. Commands are carried out in order.
    ///
    /// A leg's end is always taken: there is one for each leg, and a lost one would keep its ports for ever.
    pub fn send(&self, command: MediaCommand) -> Result<(), NotTaken> {
        let ends = matches!(command, MediaCommand::Close { .. } | MediaCommand::Quit);
        if !ends && self.waiting.load(Ordering::Relaxed) >= WAITING_MAX {
            self.counters.commands_lost.fetch_add(1, Ordering::Relaxed);
            return Err(NotTaken(command));
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // The thread ends with the program; then nobody hears anything any more.
        let _ = self.posts.send(Post::Command(command));
        wake(&self.wake);
        Ok(())
    }
}

/// Starts the thread. It ends with [`MediaCommand::Quit`]; then the receiver ends.
pub fn start(config: EngineConfig) -> Result<(Engine, mpsc::Receiver<MediaEvent>), EngineError> {
    if *config.ports.end() == 0 || config.ports.start().next_multiple_of(2) >= *config.ports.end() {
        return Err(EngineError::NoPorts);
    }
    let (low, high) = config.ports.clone().into_inner();
    Ports::new(config.bind, &config.ports, 0).open().ok_or(EngineError::PortsTaken { low, high })?;
    raise_descriptor_limit();
    let (posts, inbox) = channel();
    let (events, outbox) = mpsc::channel(WAITING_MAX);
    let prepare = |errno: rustix::io::Errno| EngineError::Prepare(errno.into());
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(prepare)?;
    let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(prepare)?);
    epoll::add(&epoll, &*wake, WAKE.data(), epoll::EventFlags::IN).map_err(prepare)?;
    let waiting = Arc::<AtomicUsize>::default();
    let counters = config.counters.clone();
    let engine = Engine { posts: posts.clone(), waiting: waiting.clone(), wake: wake.clone(), counters };
    let data = config.sounds.data().map(Path::to_owned);
    let recorder = Recorder::start(data, events.clone(), engine.clone()).map_err(EngineError::Thread)?;
    let loader = Loader::start(config.sounds, posts, wake.clone()).map_err(EngineError::Thread)?;
    let exchange = Exchange::new(
        exchange::Setup {
            bind: config.bind,
            ports: config.ports,
            silent_after: config.silent_after,
            counters: config.counters,
        },
        epoll,
        (loader, recorder),
        events,
    )
    .map_err(|_| EngineError::Random)?;
    let inbox = Inbox { posts: inbox, waiting, wake };
    let run = move || run(exchange, &inbox);
    std::thread::Builder::new().name("sound".into()).spawn(run).map_err(EngineError::Thread)?;
    Ok((engine, outbox))
}

/// What the thread takes from.
struct Inbox {
    posts: Receiver<Post>,
    waiting: Arc<AtomicUsize>,
    wake: Arc<OwnedFd>,
}

fn run(mut exchange: Exchange, inbox: &Inbox) {
    #[allow(clippy::disallowed_methods)] // the one clock of the sound thread
    let started = Instant::now();
    let clock = || Tick(started.elapsed());
    let mut ready = Vec::with_capacity(SOCKETS_A_WAKE_UP);
    loop {
        let wait = exchange.wake_at().map(|at| timespec(at.since(clock())));
        ready.clear();
        let waited = epoll::wait(exchange.epoll(), rustix::buffer::spare_capacity(&mut ready), wait.as_ref());
        if waited.is_err_and(|errno| errno != rustix::io::Errno::INTR) {
            error!("the sound thread cannot wait for its sockets");
            return;
        }
        let now = clock();
        serve_sockets(&mut exchange, &ready, now, clock);
        let woken = ready.iter().any(|event| Readable::from_data(event.data) == WAKE);
        if woken && take_posts(&mut exchange, inbox, now) == Went::Quit {
            return;
        }
        exchange.pass_time(clock());
        exchange.publish();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Went {
    On,
    Quit,
}

/// A packet that waited behind many others is counted as late.
fn serve_sockets(exchange: &mut Exchange, ready: &[epoll::Event], woken: Tick, clock: impl Fn() -> Tick) {
    let mut now = woken;
    for some in ready.chunks(SOCKETS_AT_ONCE) {
        let before = exchange.packets_out();
        for event in some {
            exchange.receive(Readable::from_data(event.data), now);
        }
        if some.len() == SOCKETS_AT_ONCE {
            now = clock();
            if now.since(woken) > LATE {
                exchange.count_late(exchange.packets_out() - before);
            }
        }
    }
}

fn take_posts(exchange: &mut Exchange, inbox: &Inbox, now: Tick) -> Went {
    let _ = rustix::io::read(&inbox.wake, &mut [0u8; 8]); // resets the counter; nothing to read is fine too
    for post in inbox.posts.try_iter() {
        match post {
            Post::Command(MediaCommand::Quit) => return Went::Quit,
            Post::Command(command) => {
                inbox.waiting.fetch_sub(1, Ordering::Relaxed);
                exchange.command(command, now);
            }
            Post::Loaded(loaded) => exchange.loaded(loaded),
        }
    }
    Went::On
}

/// A full counter wakes as well, so a refused write is no loss.
fn wake(wake: &OwnedFd) {
    let _ = rustix::io::write(wake, &1u64.to_ne_bytes());
}

fn timespec(wait: Duration) -> Timespec {
    // Rounded up to the next millisecond by kernels without epoll_pwait2; a beat is 20 of them.
    Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: i64::from(wait.subsec_nanos()) }
}

/// Four descriptors a call: the usual soft limit of 1,024 would end at 250.
fn raise_descriptor_limit() {
    let limit = getrlimit(Resource::Nofile);
    if setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).is_err() {
        warn!("could not raise the limit of open files; many calls at once may fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LegId;

    /// An engine whose thread takes nothing.
    fn stuck() -> (Engine, Receiver<Post>) {
        let (posts, inbox) = channel();
        let wake = Arc::new(eventfd(0, EventfdFlags::NONBLOCK).unwrap());
        (Engine { posts, waiting: Arc::default(), wake, counters: Arc::default() }, inbox)
    }

    #[test]
    fn a_full_queue_takes_nothing_but_the_ends_of_legs() {
        let (engine, inbox) = stuck();
        let leg = LegId(1);
        for _ in 0..WAITING_MAX {
            assert!(engine.send(MediaCommand::Stop { leg }).is_ok());
        }
        let refused = engine.send(MediaCommand::Bridge { a: leg, b: LegId(2) });
        assert_eq!(refused.unwrap_err().0.legs(), [leg, LegId(2)]);
        assert_eq!(engine.counters.commands_lost.load(Ordering::Relaxed), 1);
        assert!(engine.send(MediaCommand::Close { leg }).is_ok());
        assert!(matches!(inbox.try_iter().last(), Some(Post::Command(MediaCommand::Close { .. }))));
    }
}
