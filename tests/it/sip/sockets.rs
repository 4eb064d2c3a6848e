//! The sockets on loopback: UDP, TCP, framing, limits, losing a connection.

use super::net::office_only;
use frontdesk::settings::parse_toml;
use frontdesk::sip::stack::{Config, Stack};
use frontdesk::sip::transport::{Inbox, Incoming, Listen, Sockets, open, resolver};
use frontdesk::sip::{Event, Flow, Outgoing, Transport};
use frontdesk::time::{Now, Tick};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

pub const LONG: Duration = Duration::from_secs(20);

pub fn anywhere() -> Listen {
    Listen { sip: "127.0.0.1:0".parse().unwrap(), sips: None, tls_client: None }
}

pub fn address(sockets: &Sockets, transport: Transport) -> SocketAddr {
    sockets.listening().iter().find(|(t, _)| *t == transport).unwrap().1
}

pub async fn message(inbox: &mut Inbox) -> (Flow, Vec<u8>) {
    loop {
        match tokio::time::timeout(LONG, inbox.next()).await.unwrap().unwrap() {
            Incoming::Message { flow, bytes } => return (flow, bytes),
            Incoming::Lost(_) => {}
        }
    }
}

pub fn options(via: &str, at: SocketAddr, n: usize) -> String {
    format!(
        "OPTIONS sip:{at} SIP/2.0\r\nVia: SIP/2.0/{via} 127.0.0.1:9;rport;branch=z9hG4bK{n}\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:{at}>\r\nCall-ID: {n}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
}

#[tokio::test]
async fn udp_and_tcp_share_a_port_of_the_systems_choice_and_answer_on_their_flow() {
    let (sockets, mut inbox) = open(anywhere()).await.unwrap();
    let at = address(&sockets, Transport::Udp);
    assert_eq!(at, address(&sockets, Transport::Tcp));
    assert_ne!(at.port(), 0);
    let settings = Arc::new(parse_toml(&office_only(), "office.toml", None).unwrap());
    let listening = sockets.listening().to_vec();
    let mut stack = Stack::new(Config { settings, listening, advertise: None, seed: [1; 32] });
    let now = Now { tick: Tick::ZERO, wall: jiff::Timestamp::UNIX_EPOCH };
    let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    udp.send_to(b"\r\n\r\n", at).await.unwrap();
    udp.send_to(options("UDP", at, 1).as_bytes(), at).await.unwrap();
    let (flow, bytes) = message(&mut inbox).await;
    assert_eq!(
        (flow.transport, flow.peer),
        (Transport::Udp, udp.local_addr().unwrap()),
        "keep-alives are eaten"
    );
    stack.receive(now, flow, &bytes);
    sockets.send(stack.poll_outgoing().unwrap());
    let mut buffer = [0; 2048];
    let length = udp.recv(&mut buffer).await.unwrap();
    assert!(buffer[..length].starts_with(b"SIP/2.0 200"));

    let mut tcp = TcpStream::connect(at).await.unwrap();
    let (first, second) = (options("TCP", at, 2), options("TCP", at, 3));
    let both = format!("\r\n\r\n{first}{second}");
    let (start, rest) = both.split_at(first.len() / 2);
    tcp.write_all(start.as_bytes()).await.unwrap();
    let mut pong = [0; 2];
    tcp.read_exact(&mut pong).await.unwrap();
    assert_eq!(&pong, b"\r\n");
    tcp.write_all(rest.as_bytes()).await.unwrap();
    for expected in [first, second] {
        let (flow, bytes) = message(&mut inbox).await;
        assert_eq!(bytes, expected.as_bytes());
        stack.receive(now, flow, &bytes);
        sockets.send(stack.poll_outgoing().unwrap());
        let length = tcp.read(&mut buffer).await.unwrap();
        assert!(buffer[..length].starts_with(b"SIP/2.0 200"));
    }
}

#[tokio::test]
async fn a_stream_without_framing_is_told_and_closed_and_reported_lost() {
    let (sockets, mut inbox) = open(anywhere()).await.unwrap();
    let at = address(&sockets, Transport::Tcp);
    let mut tcp = TcpStream::connect(at).await.unwrap();
    let broken = options("TCP", at, 1).replace("Content-Length: 0", "Content-Length: many");
    tcp.write_all(broken.as_bytes()).await.unwrap();
    let (flow, _) = message(&mut inbox).await;
    sockets.send(Outgoing { flow, bytes: b"SIP/2.0 400 Bad Request\r\n\r\n".to_vec() });
    let mut all = Vec::new();
    tokio::time::timeout(LONG, tcp.read_to_end(&mut all)).await.unwrap().unwrap();
    assert!(all.starts_with(b"SIP/2.0 400"));
    let lost = tokio::time::timeout(LONG, inbox.next()).await.unwrap().unwrap();
    assert_eq!(lost, Incoming::Lost(flow));
    assert_eq!(sockets.connections(), 0);
}

#[tokio::test]
async fn connections_of_one_address_are_limited() {
    let (sockets, _inbox) = open(anywhere()).await.unwrap();
    let at = address(&sockets, Transport::Tcp);
    let mut streams = Vec::new();
    for _ in 0..33 {
        streams.push(TcpStream::connect(at).await.unwrap());
    }
    // The one too many is closed at once; the others stay.
    let mut last = streams.pop().unwrap();
    let read = tokio::time::timeout(LONG, last.read(&mut [0; 8])).await.unwrap();
    assert!(matches!(read, Ok(0) | Err(_)));
    assert_eq!(sockets.connections(), 32);
}

#[tokio::test]
async fn a_connection_is_opened_on_demand_and_a_dead_end_is_reported() {
    let (sockets, mut inbox) = open(anywhere()).await.unwrap();
    let local = address(&sockets, Transport::Tcp);
    let (other, mut other_inbox) = open(anywhere()).await.unwrap();
    let peer = address(&other, Transport::Tcp);
    let flow = Flow { transport: Transport::Tcp, local, peer, connection: 0 };
    for n in 0..2 {
        sockets.send(Outgoing { flow, bytes: options("TCP", peer, n).into_bytes() });
    }
    let (first, _) = message(&mut other_inbox).await;
    let (second, _) = message(&mut other_inbox).await;
    assert_eq!(first, second, "one connection for both");
    other.send(Outgoing { flow: second, bytes: options("TCP", local, 9).into_bytes() });
    let (back, _) = message(&mut inbox).await;
    assert_eq!((back.peer, back.transport), (peer, Transport::Tcp));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = Flow { peer: closed, ..flow };
    sockets.send(Outgoing { flow: dead, bytes: b"x".to_vec() });
    let lost = tokio::time::timeout(LONG, inbox.next()).await.unwrap().unwrap();
    assert_eq!(lost, Incoming::Lost(dead));
}

#[tokio::test]
async fn a_taken_port_is_named_in_the_error() {
    let (sockets, _inbox) = open(anywhere()).await.unwrap();
    let at = address(&sockets, Transport::Udp);
    let error = open(Listen { sip: at, ..anywhere() }).await.unwrap_err();
    assert_eq!(error.to_string(), format!("could not listen for SIP over TCP on {at}"));
}

/// Two whole stacks over real sockets: one logs in at the other and is called.
#[tokio::test]
async fn a_phone_logs_in_over_real_sockets() {
    let (near, mut near_inbox) = open(anywhere()).await.unwrap();
    let (far, mut far_inbox) = open(anywhere()).await.unwrap();
    let host = address(&near, Transport::Udp).to_string();
    let tomls = [office_only(), super::net::as_phone(&host, "anna-desk", "correct horse")];
    let [mut office, mut phone] = [(&near, &tomls[0]), (&far, &tomls[1])].map(|(sockets, toml)| {
        let settings = Arc::new(parse_toml(toml, "office.toml", None).unwrap());
        Stack::new(Config {
            settings,
            listening: sockets.listening().to_vec(),
            advertise: None,
            seed: [2; 32],
        })
    });
    let now = Now { tick: Tick::ZERO, wall: jiff::Timestamp::UNIX_EPOCH };
    let (ask, mut told) = resolver(far.clone());
    ask.send(phone.poll_lookup().unwrap()).await.unwrap();
    let resolved = tokio::time::timeout(LONG, told.recv()).await.unwrap().unwrap();
    phone.resolved(now, &resolved.trunk, resolved.flows);
    let registered = async {
        loop {
            while let Some(outgoing) = phone.poll_outgoing() {
                far.send(outgoing);
            }
            let (flow, bytes) = message(&mut near_inbox).await;
            office.receive(now, flow, &bytes);
            while let Some(outgoing) = office.poll_outgoing() {
                near.send(outgoing);
            }
            if let Some(event) = office.poll_event() {
                return event;
            }
            let (flow, bytes) = message(&mut far_inbox).await;
            phone.receive(now, flow, &bytes);
        }
    };
    let event = tokio::time::timeout(LONG, registered).await.unwrap();
    assert_eq!(event, Event::Registered { phone: "anna-desk".into(), contacts: 1 });
}
