//! A telephone exchange with nothing but sound, and phones that each sing one tone.

use frontdesk::ids::{LegId, PlayId};
use frontdesk::media::engine::{Engine, EngineConfig, start};
use frontdesk::media::rtp::{HEADER_BYTES, Header, Marker, Packet};
use frontdesk::media::sounds::Bank;
use frontdesk::media::{
    Codec, CodecChoice, Counters, Direction, MediaCommand, MediaEvent, Piece, Plan, Playlist, Repeat,
    Verdict, g711, tone,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

pub const PATIENCE: Duration = Duration::from_secs(5);
/// How long a phone listens before it is sure that nothing comes.
const CERTAIN: Duration = Duration::from_millis(60);
pub const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub const FRAME: usize = 160;

/// An engine of its own for each test.
pub struct Exchange {
    pub engine: Engine,
    pub counters: Arc<Counters>,
    events: mpsc::Receiver<MediaEvent>,
    legs: u64,
}

impl Exchange {
    pub fn start() -> Self {
        Self::with(Bank::shipped(), Duration::from_secs(30))
    }

    pub fn with(sounds: Bank, silent_after: Duration) -> Self {
        // Ranges apart from each other: tests run side by side in one process.
        static NEXT: AtomicU16 = AtomicU16::new(20_000);
        let first = NEXT.fetch_add(40, Ordering::Relaxed);
        Self::on_ports(first..=first + 39, sounds, silent_after)
    }

    pub fn on_ports(ports: RangeInclusive<u16>, sounds: Bank, silent_after: Duration) -> Self {
        let counters = Arc::new(Counters::default());
        let config =
            EngineConfig { bind: LOCALHOST, ports, sounds, silent_after, counters: counters.clone() };
        let (engine, mut outbox) = start(config).unwrap();
        let (pump, events) = mpsc::channel();
        std::thread::spawn(move || {
            while let Some(event) = outbox.blocking_recv() {
                let _ = pump.send(event);
            }
        });
        Exchange { engine, counters, events, legs: 0 }
    }

    pub fn send(&self, command: MediaCommand) {
        self.engine.send(command).unwrap();
    }

    pub fn event(&self) -> MediaEvent {
        self.events.recv_timeout(PATIENCE).expect("the engine tells something")
    }

    /// Opens a leg.
    pub fn open(&mut self) -> (LegId, SocketAddr) {
        self.legs += 1;
        let leg = LegId(self.legs);
        self.send(MediaCommand::Open { leg });
        match self.event() {
            MediaEvent::Ready { leg: ready, rtp } if ready == leg => (leg, rtp),
            other => panic!("expected a port, got {other:?}"),
        }
    }

    /// A phone with a leg of its own, agreed on `codec`.
    pub fn phone(&mut self, codec: Codec, hz: u16) -> Phone {
        let (leg, rtp) = self.open();
        let phone = Phone::new(leg, rtp, codec, hz);
        self.connect(leg, phone.plan());
        phone
    }

    pub fn connect(&self, leg: LegId, plan: Plan) {
        self.send(MediaCommand::Connect { leg, plan: Arc::new(plan) });
    }

    pub fn bridge(&self, a: &Phone, b: &Phone) {
        self.send(MediaCommand::Bridge { a: a.leg, b: b.leg });
    }

    pub fn play(&self, phone: &Phone, id: u64, pieces: Vec<Piece>, repeat: Repeat) {
        let what = Playlist { pieces, repeat };
        self.send(MediaCommand::Play { leg: phone.leg, id: PlayId(id), what });
    }

    /// Waits until all commands so far are carried out.
    pub fn settle(&mut self) {
        let (leg, _) = self.open();
        self.close(leg);
    }

    /// Packets of sound taken so far.
    pub fn packets_in(&self) -> u64 {
        self.counters.packets_in.load(Ordering::Relaxed)
    }

    pub fn wait_for_packets(&self, packets: u64) {
        let begun = stopwatch();
        while self.packets_in() < packets {
            assert!(begun.elapsed() < PATIENCE, "{} packets of {packets} arrived", self.packets_in());
            std::thread::yield_now();
        }
    }

    pub fn close(&self, leg: LegId) -> Verdict {
        self.send(MediaCommand::Close { leg });
        match self.event() {
            MediaEvent::Closed { leg: closed, verdict } if closed == leg => verdict,
            other => panic!("expected a verdict, got {other:?}"),
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let _ = self.engine.send(MediaCommand::Quit);
    }
}

/// A phone that sings its tone.
pub struct Phone {
    pub leg: LegId,
    pub engine: SocketAddr,
    pub socket: UdpSocket,
    pub codec: Codec,
    pub payload_type: u8,
    pub hz: u16,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    place: u32,
}

impl Phone {
    pub fn new(leg: LegId, engine: SocketAddr, codec: Codec, hz: u16) -> Self {
        let socket = UdpSocket::bind((LOCALHOST, 0)).unwrap();
        let payload_type = if codec == Codec::Pcma { 8 } else { 0 };
        let ssrc = 0x5000_0000 + u32::from(hz);
        let (sequence, timestamp) = (65_530, u32::MAX - 400); // both wrap soon
        Phone { leg, engine, socket, codec, payload_type, hz, ssrc, sequence, timestamp, place: 0 }
    }

    pub fn plan(&self) -> Plan {
        Plan {
            remote: Some(self.socket.local_addr().unwrap()),
            signalling: LOCALHOST,
            codec: CodecChoice { codec: self.codec, payload_type: self.payload_type },
            events: Some(101),
            direction: Direction::SendRecv,
            ptime: Duration::from_millis(20),
        }
    }

    /// Sings so many packets of 20 ms.
    pub fn sing(&mut self, packets: usize) {
        for _ in 0..packets {
            let datagram = self.next_packet();
            self.socket.send_to(&datagram, self.engine).unwrap();
        }
    }

    /// Sings from another socket.
    pub fn sing_from(&mut self, socket: &UdpSocket, packets: usize) {
        for _ in 0..packets {
            let datagram = self.next_packet();
            socket.send_to(&datagram, self.engine).unwrap();
        }
    }

    /// The next packet of the song.
    pub fn next_packet(&mut self) -> Vec<u8> {
        let sound = (self.place..self.place + FRAME as u32).map(|at| tone::sample(self.hz, at));
        let payload: Vec<u8> = sound.map(|sample| g711::encode(self.codec, sample)).collect();
        let datagram = self.packet(self.payload_type, &payload);
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        self.place += FRAME as u32;
        datagram
    }

    /// A packet with this payload; the sequence goes on, the timestamp stays.
    pub fn packet(&mut self, payload_type: u8, payload: &[u8]) -> Vec<u8> {
        let header = Header {
            marker: Marker::Clear,
            payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        };
        self.sequence = self.sequence.wrapping_add(1);
        let mut datagram = vec![0; HEADER_BYTES];
        header.write(&mut datagram);
        datagram.extend(payload);
        datagram
    }

    /// The next so many packets that arrive.
    pub fn receive(&self, packets: usize) -> Vec<(Header, Vec<u8>)> {
        receive(&self.socket, packets)
    }

    /// Listens to so many packets.
    pub fn listen(&self, packets: usize) -> Heard {
        let sound = self.receive(packets).into_iter().flat_map(|(header, payload)| {
            let codec = if header.payload_type == 8 { Codec::Pcma } else { Codec::Pcmu };
            payload.into_iter().map(move |byte| g711::decode(codec, byte))
        });
        Heard(sound.collect())
    }

    /// Whether nothing arrives for a while.
    pub fn hears_nothing(&self) -> bool {
        is_quiet(&self.socket)
    }
}

/// The next so many packets that arrive at a socket.
pub fn receive(socket: &UdpSocket, packets: usize) -> Vec<(Header, Vec<u8>)> {
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut buffer = [0; 2048];
    let mut next = || {
        let length = socket.recv(&mut buffer).expect("sound arrives");
        let packet = Packet::read(&buffer[..length]).expect("what arrives is RTP");
        (packet.header, buffer[packet.payload()].to_vec())
    };
    (0..packets).map(|_| next()).collect()
}

/// Whether nothing arrives at a socket for a while.
pub fn is_quiet(socket: &UdpSocket) -> bool {
    socket.set_read_timeout(Some(CERTAIN)).unwrap();
    socket.recv(&mut [0; 2048]).is_err()
}

/// Real time, for what is promised in milliseconds.
#[allow(clippy::disallowed_methods)]
pub fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}

/// What a phone heard.
pub struct Heard(pub Vec<i16>);

impl Heard {
    /// Whether it was this tone and hardly anything else.
    pub fn is(&self, hz: u16) -> bool {
        tone::share(&self.0, hz) > 0.95
    }
}
