//! Shell. SIP sockets: they frame bytes and nothing else.
//!
//! [`open`] binds; messages come out of the [`Inbox`], answers go in at [`Sockets::send`], which never
//! waits. Those the stack has met come first, strangers second behind a token bucket; when a queue is
//! full the message is dropped and counted, because SIP repeats itself.

mod admission;
mod inbox;
mod resolver;
mod stream;
mod udp;

pub use inbox::{Inbox, Incoming};
pub use resolver::{Resolved, resolver};

use super::stack::Acquaintance;
use super::{Flow, Outgoing, Transport};
use admission::Admission;
use inbox::Doors;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;

/// Messages waiting for one stream; a peer that does not read loses its connection.
const STREAM_QUEUE: usize = 256;

/// Addresses of TLS trunks remembered by name.
const NAMES_MAX: usize = 1024;

/// What to listen on.
#[derive(Clone, Debug)]
pub struct Listen {
    /// `--sip`: UDP and TCP on the same port.
    pub sip: SocketAddr,
    /// `--sips`, with our certificate.
    pub sips: Option<(SocketAddr, Arc<rustls::ServerConfig>)>,
    /// Whom we believe when we call a trunk over TLS; `None`: no TLS trunks.
    pub tls_client: Option<Arc<rustls::ClientConfig>>,
}

/// A socket that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Most often: the port is taken.
    #[error("could not listen for SIP over {transport} on {address}")]
    Bind {
        transport: &'static str,
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
}

/// The way out, and what the tasks share.
#[derive(Clone, Debug)]
pub struct Sockets(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    udp: Arc<UdpSocket>,
    listening: Vec<(Transport, SocketAddr)>,
    streams: Mutex<Streams>,
    admission: Arc<Admission>,
    doors: Doors,
    tls_client: Option<Arc<rustls::ClientConfig>>,
    unsent: AtomicU64,
}

#[derive(Debug, Default)]
struct Streams {
    next: u64,
    open: BTreeMap<u64, Stream>,
    by_peer: BTreeMap<(Transport, SocketAddr), u64>,
    /// The name each TLS trunk's certificate must bear.
    names: BTreeMap<SocketAddr, String>,
}

#[derive(Debug)]
struct Stream {
    flow: Flow,
    queue: mpsc::Sender<Vec<u8>>,
}

/// Binds everything and starts the tasks; ports 0 become real ones (see [`Sockets::listening`]).
pub async fn open(listen: Listen) -> Result<(Sockets, Inbox), Error> {
    let (tcp, udp) = bind_pair(listen.sip).await?;
    let sips = match &listen.sips {
        Some((address, config)) => Some((bind_tcp(*address, "TLS").await?, config.clone())),
        None => None,
    };
    let mut listening = Vec::from([(Transport::Udp, local(&udp)), (Transport::Tcp, local_tcp(&tcp))]);
    listening.extend(sips.iter().map(|(socket, _)| (Transport::Tls, local_tcp(socket))));
    let admission = Arc::new(Admission::default());
    let (doors, inbox) = inbox::channel(admission.clone());
    let shared = Shared {
        udp: Arc::new(udp),
        listening,
        streams: Mutex::default(),
        admission,
        doors,
        tls_client: listen.tls_client,
        unsent: AtomicU64::new(0),
    };
    let sockets = Sockets(Arc::new(shared));
    tokio::spawn(udp::read(sockets.clone()));
    tokio::spawn(admission::refill(Arc::downgrade(&sockets.0.admission)));
    tokio::spawn(stream::accept(sockets.clone(), tcp, None));
    if let Some((socket, config)) = sips {
        tokio::spawn(stream::accept(sockets.clone(), socket, Some(stream::acceptor(config))));
    }
    Ok((sockets, inbox))
}

impl Sockets {
    /// The addresses in use.
    pub fn listening(&self) -> &[(Transport, SocketAddr)] {
        &self.0.listening
    }

    /// Sends without waiting: a full UDP buffer drops, a full stream is closed.
    pub fn send(&self, outgoing: Outgoing) {
        match outgoing.flow.transport {
            Transport::Udp => udp::send(&self.0, &outgoing),
            Transport::Tcp | Transport::Tls => self.send_stream(outgoing),
        }
    }

    /// Whom to let in first.
    pub fn acquaint(&self, change: Acquaintance) {
        self.0.admission.acquaint(change);
    }

    /// Messages that could not be sent, since the start.
    pub fn unsent(&self) -> u64 {
        self.0.unsent.load(Ordering::Relaxed)
    }

    /// Messages that found no room on their way in, since the start.
    pub fn turned_away(&self) -> u64 {
        self.0.doors.dropped()
    }

    /// Open connections.
    pub fn connections(&self) -> usize {
        self.streams().open.len()
    }

    /// The address of ours that reaches `peer`.
    pub(super) fn local_towards(&self, transport: Transport, peer: IpAddr) -> Option<SocketAddr> {
        let (_, bound) = self.0.listening.iter().find(|(t, _)| *t == transport)?;
        udp::interface(*bound, peer)
    }

    /// The name a TLS trunk's certificate must bear.
    pub(super) fn remember_name(&self, peer: SocketAddr, host: &str) {
        let names = &mut self.streams().names;
        if names.len() < NAMES_MAX || names.contains_key(&peer) {
            names.insert(peer, host.to_owned());
        }
    }

    fn send_stream(&self, outgoing: Outgoing) {
        let Outgoing { flow, bytes } = outgoing;
        let mut streams = self.streams();
        let number = match flow.connection {
            0 => streams.by_peer.get(&(flow.transport, flow.peer)).copied(),
            number => Some(number),
        };
        match number.and_then(|n| streams.open.get(&n)).map(|s| (s.flow, s.queue.try_send(bytes.clone()))) {
            Some((_, Ok(()))) => {}
            Some((stuck, Err(_))) => {
                streams.close(stuck);
                self.0.unsent.fetch_add(1, Ordering::Relaxed);
            }
            None if flow.connection == 0 => {
                let (mine, queue) = streams.add(flow);
                drop(streams);
                let first = self.streams().open.get(&mine.connection).map(|s| s.queue.try_send(bytes));
                debug_assert!(matches!(first, Some(Ok(()))), "a fresh queue has room");
                tokio::spawn(stream::connect(self.clone(), flow, mine, queue));
            }
            None => drop(self.0.unsent.fetch_add(1, Ordering::Relaxed)),
        }
    }

    fn streams(&self) -> std::sync::MutexGuard<'_, Streams> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Streams {
    /// A number and a queue for a new connection.
    fn add(&mut self, flow: Flow) -> (Flow, mpsc::Receiver<Vec<u8>>) {
        self.next += 1;
        let flow = Flow { connection: self.next, ..flow };
        let (queue, messages) = mpsc::channel(STREAM_QUEUE);
        self.open.insert(self.next, Stream { flow, queue });
        self.by_peer.insert((flow.transport, flow.peer), self.next);
        (flow, messages)
    }

    /// Drops the queue, which ends the connection's task.
    fn close(&mut self, flow: Flow) {
        self.open.remove(&flow.connection);
        let key = (flow.transport, flow.peer);
        if self.by_peer.get(&key) == Some(&flow.connection) {
            self.by_peer.remove(&key);
        }
    }
}

/// UDP and TCP on one port, also when the port is ours to choose.
async fn bind_pair(address: SocketAddr) -> Result<(TcpListener, UdpSocket), Error> {
    for _ in 0..16 {
        let tcp = bind_tcp(address, "TCP").await?;
        let same = local_tcp(&tcp);
        match udp::bind(same) {
            Ok(udp) => return Ok((tcp, udp)),
            // Another program has the UDP port of a number the system gave us for TCP: take another.
            Err(_) if address.port() == 0 => {}
            Err(source) => return Err(Error::Bind { transport: "UDP", address, source }),
        }
    }
    let source = std::io::ErrorKind::AddrInUse.into();
    Err(Error::Bind { transport: "UDP", address, source })
}

async fn bind_tcp(address: SocketAddr, transport: &'static str) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Bind { transport, address, source })
}

fn local(socket: &UdpSocket) -> SocketAddr {
    socket.local_addr().expect("a bound socket has an address")
}

fn local_tcp(socket: &TcpListener) -> SocketAddr {
    socket.local_addr().expect("a bound socket has an address")
}
