//! Shell. A page of our own dashboard, over loopback: health and figures for the commands that look at them.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(5);
const BYTES_MAX: u64 = 1 << 20;

/// The whole answer, its status line first; `None` when there is none.
pub(super) fn page(address: &str, path: &str) -> Option<String> {
    let port = address.parse::<SocketAddr>().ok()?.port();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.take(BYTES_MAX).read_to_string(&mut text).ok()?;
    Some(text)
}
