//! Shell. Somebody the office has not met: raw bytes over UDP and TCP, and the statuses that come back.

use super::office::PATIENCE;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};
use tokio::time::timeout;

/// An OPTIONS that is always answered 200: what was sent before it has been judged when its answer comes.
pub fn options(via: &str, office: SocketAddr, call_id: &str) -> String {
    request("OPTIONS", via, office, call_id, "")
}

/// A small request; `headers` end with a line end each.
pub fn request(method: &str, via: &str, office: SocketAddr, call_id: &str, headers: &str) -> String {
    format!(
        "{method} sip:{office} SIP/2.0\r\nVia: SIP/2.0/{via} 127.0.0.2:9;rport;branch=z9hG4bK{call_id}\r\n\
         Max-Forwards: 70\r\nFrom: <sip:kim@{office}>;tag=1\r\nTo: <sip:kim@{office}>\r\nCall-ID: {call_id}\r\n\
         CSeq: 1 {method}\r\n{headers}Content-Length: 0\r\n\r\n"
    )
}

/// Over UDP, from an address of its own.
pub struct Udp {
    socket: UdpSocket,
    office: SocketAddr,
    markers: u32,
}

impl Udp {
    pub async fn from(ip: &str, office: SocketAddr) -> Udp {
        Udp { socket: UdpSocket::bind(format!("{ip}:0")).await.unwrap(), office, markers: 0 }
    }

    pub async fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.office).await.unwrap();
    }

    /// The next message that comes back.
    pub async fn receive(&self) -> String {
        let mut buffer = vec![0; 65_536];
        let (length, _) = timeout(PATIENCE, self.socket.recv_from(&mut buffer)).await.unwrap().unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    /// The statuses of everything answered so far.
    pub async fn statuses(&mut self) -> Vec<u16> {
        self.markers += 1;
        let marker = format!("marker{}", self.markers);
        self.send(options("UDP", self.office, &marker).as_bytes()).await;
        let mut statuses = Vec::new();
        loop {
            let answer = self.receive().await;
            if answer.contains(&marker) {
                return statuses;
            }
            statuses.push(status(&answer));
        }
    }
}

/// A TCP connection from an address.
pub async fn connect(ip: &str, office: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(ip.parse().unwrap(), 0)).unwrap();
    socket.connect(office).await.unwrap()
}

/// Reads until `wanted` answers are there, or the office closed; says which answers.
pub async fn answers(stream: &mut TcpStream, wanted: usize) -> Vec<u16> {
    let (mut text, mut buffer) = (String::new(), vec![0; 65_536]);
    loop {
        let found: Vec<u16> =
            text.split("SIP/2.0 ").skip(1).filter_map(|rest| rest[..3].parse().ok()).collect();
        let whole = text.matches("\r\n\r\n").count() >= wanted;
        let read = match whole && found.len() >= wanted {
            true => return found,
            false => timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap(),
        };
        match read {
            Ok(0) | Err(_) => return found,
            Ok(length) => text.push_str(&String::from_utf8_lossy(&buffer[..length])),
        }
    }
}

/// Everything up to an answer with this in it, or up to the end.
pub async fn until_told(stream: &mut TcpStream, wanted: &str) -> String {
    let (mut text, mut buffer) = (String::new(), vec![0; 65_536]);
    while !text.split_once(wanted).is_some_and(|(_, rest)| rest.contains("\r\n\r\n")) {
        match timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap() {
            Ok(0) | Err(_) => break,
            Ok(length) => text.push_str(&String::from_utf8_lossy(&buffer[..length])),
        }
    }
    text
}

/// Everything up to the end of the stream.
pub async fn to_the_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    match timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("the office closes") {
        Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
        _ => all,
    }
}

/// A peer that was closed upon in the middle of a write has been told enough.
pub async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
}

fn status(answer: &str) -> u16 {
    answer.strip_prefix("SIP/2.0 ").and_then(|rest| rest.get(..3)).unwrap().parse().unwrap()
}
