//! What relaying costs beside the least it can cost: `cargo bench --bench relay [seconds] [runs] [calls ...]`.
//!
//! The same load goes in turn through the engine and through a bare forwarder (one epoll, one `recvfrom`
//! and one `sendto` a packet, nothing else). Both are threads of this process; their processor time is
//! read from `/proc`. Loopback only, bounded in time.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use frontdesk::ids::LegId;
use frontdesk::media::engine::{EngineConfig, start};
use frontdesk::media::sounds::Bank;
use frontdesk::media::{Codec, CodecChoice, Direction, MediaCommand, MediaEvent, Plan};
use rustix::event::epoll;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PACKET_BYTES: usize = 172;

fn main() {
    let figures: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (seconds, runs) = (figures.first().map_or(8, |s| *s), figures.get(1).map_or(3, |r| *r));
    let calls = figures.get(2..).filter(|calls| !calls.is_empty()).unwrap_or(&[200, 400]).to_vec();
    println!(
        "| calls | engine µs/packet | forwarder µs/packet | ratio | lost | delay p50 | p99 | p99.9 | max |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for calls in calls {
        for _ in 0..runs {
            let floor = forwarder(calls as usize, seconds);
            let engine = engine(calls as usize, seconds);
            let ms = |share: f64| engine.delay(share).as_secs_f64() * 1e3;
            println!(
                "| {calls} | {:.2} | {:.2} | {:.2} | {} | {:.2} | {:.2} | {:.2} | {:.2} |",
                engine.cost(),
                floor.cost(),
                engine.cost() / floor.cost(),
                engine.sent - engine.delays.len() as u64,
                ms(0.5),
                ms(0.99),
                ms(0.999),
                ms(1.0)
            );
        }
    }
}

/// What a run came to.
struct Run {
    processor: Duration,
    sent: u64,
    /// Of every packet that arrived, ascending.
    delays: Vec<Duration>,
}

impl Run {
    fn cost(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.delays.len() as f64
    }

    fn delay(&self, share: f64) -> Duration {
        self.delays[((self.delays.len() - 1) as f64 * share) as usize]
    }
}

/// The two sockets all callers and all staff phones share.
struct Phones {
    sockets: [UdpSocket; 2],
}

impl Phones {
    fn new() -> Self {
        let socket = || {
            let socket = UdpSocket::bind((LOCALHOST, 0)).unwrap();
            socket2::SockRef::from(&socket).set_recv_buffer_size(8 << 20).unwrap();
            socket
        };
        Phones { sockets: [socket(), socket()] }
    }

    fn addresses(&self) -> [SocketAddr; 2] {
        [0, 1].map(|side: usize| self.sockets[side].local_addr().unwrap())
    }

    /// 50 packets a second to every port; the sending time travels in the payload.
    fn load(&self, ports: &[[SocketAddr; 2]], seconds: u64, thread: &str) -> Run {
        let stop = AtomicBool::new(false);
        let begun = Instant::now();
        let before = processor_time(thread);
        let (sent, mut delays) = std::thread::scope(|scope| {
            let listeners =
                self.sockets.each_ref().map(|socket| scope.spawn(|| listen(socket, begun, &stop)));
            let sent = self.send(ports, begun, Duration::from_secs(seconds));
            std::thread::sleep(Duration::from_millis(300));
            stop.store(true, Ordering::Relaxed);
            (sent, listeners.map(|listener| listener.join().unwrap()).concat())
        });
        delays.sort_unstable();
        Run { processor: processor_time(thread) - before, sent, delays }
    }

    fn send(&self, ports: &[[SocketAddr; 2]], begun: Instant, length: Duration) -> u64 {
        let mut packet = [0xD5; PACKET_BYTES];
        packet[0] = 0x80;
        packet[1] = 8;
        let slots = length.as_millis() as u32;
        let mut sent = 0;
        for slot in 0..slots {
            let due = begun + Duration::from_millis(1) * slot;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            packet[2..4].copy_from_slice(&((slot / 20) as u16).to_be_bytes());
            packet[4..8].copy_from_slice(&(slot / 20 * 160).to_be_bytes());
            for (at, pair) in ports.iter().enumerate().skip(slot as usize % 20).step_by(20) {
                for side in [0, 1] {
                    packet[8..12].copy_from_slice(&((at * 2 + side) as u32).to_be_bytes());
                    let now = begun.elapsed().as_nanos() as u64;
                    packet[12..20].copy_from_slice(&now.to_be_bytes());
                    sent += u64::from(self.sockets[side].send_to(&packet, pair[side]).is_ok());
                }
            }
        }
        sent
    }
}

fn listen(socket: &UdpSocket, begun: Instant, stop: &AtomicBool) -> Vec<Duration> {
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut delays = Vec::new();
    let mut packet = [0; 2048];
    while !stop.load(Ordering::Relaxed) {
        if socket.recv(&mut packet).is_ok_and(|length| length == PACKET_BYTES) {
            let sent = u64::from_be_bytes(packet[12..20].try_into().unwrap());
            delays.push(begun.elapsed().saturating_sub(Duration::from_nanos(sent)));
        }
    }
    delays
}

fn engine(calls: usize, seconds: u64) -> Run {
    let phones = Phones::new();
    let (engine, mut events) = start(EngineConfig {
        bind: LOCALHOST,
        ports: 16_384..=20_479,
        sounds: Bank::shipped(),
        silent_after: Duration::from_secs(30),
        counters: Default::default(),
    })
    .unwrap();
    let mut open = |leg: u64, side: usize| {
        engine.send(MediaCommand::Open { leg: LegId(leg) }).expect("the engine keeps up");
        let Some(MediaEvent::Ready { rtp, .. }) = events.blocking_recv() else { panic!("no port") };
        let plan = Plan {
            remote: Some(phones.addresses()[side]),
            signalling: LOCALHOST,
            codec: CodecChoice { codec: Codec::Pcma, payload_type: 8 },
            events: Some(101),
            direction: Direction::SendRecv,
            ptime: Duration::from_millis(20),
        };
        engine
            .send(MediaCommand::Connect { leg: LegId(leg), plan: Arc::new(plan) })
            .expect("the engine keeps up");
        rtp
    };
    let mut ports = Vec::new();
    for call in 0..calls as u64 {
        ports.push([open(2 * call, 0), open(2 * call + 1, 1)]);
        engine
            .send(MediaCommand::Bridge { a: LegId(2 * call), b: LegId(2 * call + 1) })
            .expect("the engine keeps up");
    }
    let run = phones.load(&ports, seconds, "sound");
    let _ = engine.send(MediaCommand::Quit);
    while events.blocking_recv().is_some() {}
    run
}

/// The least: what comes in on one socket goes out of its partner.
fn forwarder(calls: usize, seconds: u64) -> Run {
    let phones = Phones::new();
    let sockets: Vec<UdpSocket> = (0..2 * calls)
        .map(|_| {
            let socket = UdpSocket::bind((LOCALHOST, 0)).unwrap();
            socket.set_nonblocking(true).unwrap();
            socket
        })
        .collect();
    let ports: Vec<_> =
        sockets.chunks(2).map(|pair| [0, 1].map(|side: usize| pair[side].local_addr().unwrap())).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let thread = std::thread::Builder::new().name("forwarder".into());
    let thread = thread.spawn(move || forward(&sockets, &stopped)).unwrap();
    let run = phones.load(&ports, seconds, "forwarder");
    stop.store(true, Ordering::Relaxed);
    thread.join().unwrap();
    run
}

fn forward(sockets: &[UdpSocket], stop: &AtomicBool) {
    let poll = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    for (at, socket) in sockets.iter().enumerate() {
        let data = epoll::EventData::new_u64(at as u64);
        epoll::add(&poll, socket, data, epoll::EventFlags::IN).unwrap();
    }
    let mut far_ends: Vec<Option<SocketAddr>> = vec![None; sockets.len()];
    let mut packet = [0; 2048];
    let mut ready = Vec::with_capacity(512);
    let wait = rustix::event::Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    while !stop.load(Ordering::Relaxed) {
        ready.clear();
        let _ = epoll::wait(&poll, rustix::buffer::spare_capacity(&mut ready), Some(&wait));
        for event in &ready {
            let at = event.data.u64() as usize;
            let Ok((length, from)) = sockets[at].recv_from(&mut packet) else { continue };
            far_ends[at] = Some(from);
            if let Some(to) = far_ends[at ^ 1] {
                let _ = sockets[at ^ 1].send_to(&packet[..length], to);
            }
        }
    }
}

/// The processor time of the thread of this name; none for one that has not begun.
fn processor_time(name: &str) -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let task = tasks
        .into_iter()
        .find(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim_end() == name));
    let Some(task) = task else { return Duration::ZERO };
    let figures = std::fs::read_to_string(task.join("schedstat")).unwrap();
    Duration::from_nanos(figures.split(' ').next().unwrap().parse().unwrap())
}
