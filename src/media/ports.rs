//! Shell. Pairs of UDP ports: RTP on the even one, RTCP on the next (RFC 3550 §11).

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;

/// Half a second of sound may wait in the kernel while the program waits for a processor.
const RECEIVE_BYTES: usize = 256 << 10;
/// Expedited forwarding (RFC 4594 §4.1), as the upper six bits of the old TOS byte.
const EXPEDITED: u32 = 46 << 2;

/// A leg's sockets.
#[derive(Debug)]
pub struct Pair {
    /// Sound.
    pub rtp: UdpSocket,
    /// Reports.
    pub rtcp: UdpSocket,
    /// Where sound arrives.
    pub address: SocketAddr,
}

/// Hands out pairs from a range, one after the other, so that a port rests as long as possible before
/// late packets of its last call could reach the next.
#[derive(Debug)]
pub struct Ports {
    bind: IpAddr,
    first: u16,
    pairs: u16,
    next: u16,
}

impl Ports {
    /// Pairs within `range`, beginning with a random one.
    pub fn new(bind: IpAddr, range: &RangeInclusive<u16>, random: u16) -> Self {
        let first = u32::from(*range.start()).next_multiple_of(2);
        let pairs = ((u32::from(*range.end()) + 1).saturating_sub(first) / 2) as u16;
        Ports { bind, first: first as u16, pairs, next: random % pairs.max(1) }
    }

    /// The next free pair; `None` when every port of the range is taken.
    pub fn open(&mut self) -> Option<Pair> {
        (0..self.pairs).find_map(|_| {
            let port = self.first + 2 * self.next;
            self.next = (self.next + 1) % self.pairs;
            self.try_open(port).ok()
        })
    }

    fn try_open(&self, port: u16) -> std::io::Result<Pair> {
        let address = SocketAddr::new(self.bind, port);
        let rtp = bind(address)?;
        let rtcp = bind(SocketAddr::new(self.bind, port + 1))?;
        Ok(Pair { rtp, rtcp, address })
    }
}

fn bind(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    let socket = UdpSocket::from(socket);
    prefer(&socket, address);
    Ok(socket)
}

/// Buffers and priority are wishes: a kernel that refuses them still carries calls.
fn prefer(socket: &UdpSocket, address: SocketAddr) {
    let socket = SockRef::from(socket);
    let _ = socket.set_recv_buffer_size(RECEIVE_BYTES);
    let _ = if address.is_ipv4() { socket.set_tos_v4(EXPEDITED) } else { socket.set_tclass_v6(EXPEDITED) };
}
