//! Shell. The UDP socket.

use super::{Shared, Sockets};
use crate::sip::wire::limits::MESSAGE_BYTES;
use crate::sip::{Flow, Outgoing, Transport};
use socket2::{Domain, Protocol, Socket, Type};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::UdpSocket;

/// Kernel buffers: a burst of a few thousand messages (the system may grant less).
const BUFFER_BYTES: usize = 4 << 20;
/// Peers whose local address is remembered; beyond it all are asked anew.
const INTERFACES_MAX: usize = 4096;

pub(super) fn bind(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // Smaller buffers only drop sooner; SIP repeats.
    let _granted = socket.set_recv_buffer_size(BUFFER_BYTES);
    let _granted = socket.set_send_buffer_size(BUFFER_BYTES);
    if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Reads datagrams until the program ends.
pub(super) async fn read(sockets: Sockets) {
    let bound = super::local(&sockets.0.udp);
    let mut buffer = vec![0; MESSAGE_BYTES + 1];
    let mut interfaces = BTreeMap::new();
    loop {
        match sockets.0.udp.recv_from(&mut buffer).await {
            // Keep-alives (RFC 5626 §4.4.1, and what phones make of it) open the NAT and say nothing.
            Ok((length, _)) if buffer[..length].iter().all(|b| matches!(b, b'\r' | b'\n' | 0)) => {}
            Ok((length, peer)) => {
                let peer = canonical(peer);
                let local = remembered(&mut interfaces, bound, peer.ip());
                let flow = Flow { transport: Transport::Udp, local, peer, connection: 0 };
                sockets.0.doors.let_in(flow, buffer[..length].to_vec());
            }
            // An ICMP refusal of something sent earlier, or no memory: neither may spin or end the loop.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {}
            Err(error) => {
                tracing::warn!(%error, "could not read from the SIP socket");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

pub(super) fn send(shared: &Shared, outgoing: &Outgoing) {
    let to = reachable(super::local(&shared.udp), outgoing.flow.peer);
    if let Err(error) = shared.udp.try_send_to(&outgoing.bytes, to) {
        tracing::debug!(%error, "could not send a SIP datagram");
        shared.unsent.fetch_add(1, Ordering::Relaxed);
    }
}

/// The address of ours the system would use towards `peer`, with the bound port.
pub(super) fn interface(bound: SocketAddr, peer: IpAddr) -> Option<SocketAddr> {
    if !bound.ip().is_unspecified() {
        return Some(bound);
    }
    let any: IpAddr = match peer {
        IpAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let probe = std::net::UdpSocket::bind((any, 0)).ok()?;
    // Connecting a UDP socket sends nothing; it only asks the routing table.
    probe.connect((peer, 9)).ok()?;
    Some(SocketAddr::new(probe.local_addr().ok()?.ip(), bound.port()))
}

fn remembered(interfaces: &mut BTreeMap<IpAddr, SocketAddr>, bound: SocketAddr, peer: IpAddr) -> SocketAddr {
    if !bound.ip().is_unspecified() {
        return bound;
    }
    if interfaces.len() >= INTERFACES_MAX {
        interfaces.clear();
    }
    *interfaces.entry(peer).or_insert_with(|| interface(bound, peer).unwrap_or(bound))
}

/// An IPv4 peer of a dual-stack socket as IPv4.
pub(super) fn canonical(peer: SocketAddr) -> SocketAddr {
    SocketAddr::new(peer.ip().to_canonical(), peer.port())
}

/// The other way round.
fn reachable(bound: SocketAddr, peer: SocketAddr) -> SocketAddr {
    match (bound, peer.ip()) {
        (SocketAddr::V6(_), IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), peer.port()),
        _ => peer,
    }
}
