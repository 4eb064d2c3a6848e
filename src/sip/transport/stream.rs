//! Shell. TCP and TLS connections: accepted, or opened when something is to be sent.
//!
//! Each has one task that frames what comes in and writes what is queued. A connection nobody has
//! logged in over is closed after ten seconds without a whole message; half of one does not count.

use super::Sockets;
use crate::sip::wire::{Frame, frame, limits};
use crate::sip::{Flow, Transport};
use rustls::pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Silence allowed before anybody has logged in (spec/reliability.md §1).
const STRANGER_IDLE: Duration = Duration::from_secs(10);
/// Silence allowed to peers we know: longer than any registration.
const KNOWN_IDLE: Duration = Duration::from_secs(7200);
/// Opening a connection, and a TLS handshake.
const OPENING: Duration = Duration::from_secs(5);
/// One write; a peer that does not read is gone.
const WRITING: Duration = Duration::from_secs(10);
/// How long a stream without framing stays for its answer.
const FAREWELL: Duration = Duration::from_millis(500);
/// A pause after the system could not give us a connection.
const NO_SOCKET: Duration = Duration::from_millis(100);
/// RFC 5626 §3.5.1.
const PONG: &[u8] = b"\r\n";

/// Accepts until the program ends.
pub(super) async fn accept(sockets: Sockets, listener: TcpListener, tls: Option<TlsAcceptor>) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok((stream, peer)) => (stream, super::udp::canonical(peer)),
            Err(error) => {
                tracing::warn!(%error, "could not accept a SIP connection");
                tokio::time::sleep(NO_SOCKET).await;
                continue;
            }
        };
        if sockets.0.admission.enter(peer.ip()) {
            tokio::spawn(serve(sockets.clone(), stream, peer, tls.clone()));
        }
    }
}

async fn serve(sockets: Sockets, stream: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>) {
    let transport = if tls.is_some() { Transport::Tls } else { Transport::Tcp };
    if let Some(local) = local(&sockets, transport, &stream) {
        let flow = Flow { transport, local, peer, connection: 0 };
        // Small messages, each an answer somebody waits for.
        let _hint = stream.set_nodelay(true);
        match tls {
            None => converse(&sockets, stream, flow).await,
            Some(tls) => {
                if let Ok(Ok(stream)) = tokio::time::timeout(OPENING, tls.accept(stream)).await {
                    converse(&sockets, stream, flow).await;
                }
            }
        }
    }
    sockets.0.admission.leave(peer.ip());
}

/// The address the peer reached, with the port we listen on.
fn local(sockets: &Sockets, transport: Transport, stream: &TcpStream) -> Option<SocketAddr> {
    let ip = stream.local_addr().ok()?.ip().to_canonical();
    let (_, bound) = sockets.listening().iter().find(|(t, _)| *t == transport)?;
    Some(SocketAddr::new(ip, bound.port()))
}

async fn converse(sockets: &Sockets, stream: impl AsyncRead + AsyncWrite + Unpin, flow: Flow) {
    let (flow, queue) = sockets.streams().add(flow);
    run(sockets, stream, flow, queue).await;
    sockets.streams().close(flow);
    sockets.0.doors.lost(flow);
}

/// Opens the connection that `first` has been queued for.
pub(super) async fn connect(sockets: Sockets, asked: Flow, flow: Flow, queue: mpsc::Receiver<Vec<u8>>) {
    let opened = tokio::time::timeout(OPENING, TcpStream::connect(flow.peer)).await;
    let is_open = match opened {
        Ok(Ok(stream)) if flow.transport == Transport::Tcp => {
            let _hint = stream.set_nodelay(true);
            run(&sockets, stream, flow, queue).await;
            true
        }
        Ok(Ok(stream)) => connect_tls(&sockets, stream, flow, queue).await,
        Ok(Err(_)) | Err(_) => false,
    };
    sockets.streams().close(flow);
    sockets.0.doors.lost(if is_open { flow } else { asked });
}

async fn connect_tls(
    sockets: &Sockets,
    stream: TcpStream,
    flow: Flow,
    queue: mpsc::Receiver<Vec<u8>>,
) -> bool {
    let Some(config) = sockets.0.tls_client.clone() else {
        tracing::warn!("a trunk wants TLS, and there is no list of certificate authorities");
        return false;
    };
    let name = sockets.streams().names.get(&flow.peer).cloned();
    let name = name.and_then(|name| ServerName::try_from(name).ok()).unwrap_or(flow.peer.ip().into());
    let opening = TlsConnector::from(config).connect(name, stream);
    match tokio::time::timeout(OPENING, opening).await {
        Ok(Ok(stream)) => {
            run(sockets, stream, flow, queue).await;
            true
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "a trunk's TLS could not be trusted");
            false
        }
        Err(_) => false,
    }
}

/// Reads and writes until either side has had enough.
async fn run(
    sockets: &Sockets,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    flow: Flow,
    mut queue: mpsc::Receiver<Vec<u8>>,
) {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let mut buffer = Vec::with_capacity(4096);
    let mut deadline = tokio::time::Instant::now() + STRANGER_IDLE;
    let mut unanswered = false;
    loop {
        let to_write = tokio::select! {
            // A closed queue says that the peer did not read.
            message = queue.recv() => match message {
                Some(message) => {
                    unanswered = false;
                    message
                }
                None => return,
            },
            read = reading.read_buf(&mut buffer) => {
                match read {
                    Ok(1..) => {}
                    // It has said all it wants to; what it asked last is still answered.
                    Ok(0) if unanswered => return farewell(&mut writing, &mut queue).await,
                    Ok(_) | Err(_) => return,
                }
                let Some(took) = take(sockets, flow, &mut buffer) else {
                    return farewell(&mut writing, &mut queue).await;
                };
                if took.messages > 0 {
                    deadline = tokio::time::Instant::now() + STRANGER_IDLE;
                    unanswered = true;
                }
                if took.pings == 0 {
                    continue;
                }
                PONG.repeat(took.pings)
            }
            () = tokio::time::sleep_until(deadline) => {
                if !sockets.0.admission.has_met(flow.peer) {
                    return;
                }
                deadline = tokio::time::Instant::now() + KNOWN_IDLE;
                continue;
            }
        };
        match tokio::time::timeout(WRITING, writing.write_all(&to_write)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
}

/// The framing is lost, or the sender has closed its half: what it is told last still goes out.
async fn farewell(writing: &mut (impl AsyncWrite + Unpin), queue: &mut mpsc::Receiver<Vec<u8>>) {
    if let Ok(Some(message)) = tokio::time::timeout(FAREWELL, queue.recv()).await {
        // It was the last we had to say; whether it arrives changes nothing.
        let _sent = tokio::time::timeout(FAREWELL, writing.write_all(&message)).await;
    }
}

/// What a read brought.
#[derive(Default)]
struct Took {
    messages: usize,
    pings: usize,
}

/// Hands on every whole message; `None` when the framing is lost.
fn take(sockets: &Sockets, flow: Flow, buffer: &mut Vec<u8>) -> Option<Took> {
    let mut took = Took::default();
    loop {
        let used = match frame(buffer) {
            Frame::NeedMore if buffer.len() > limits::MESSAGE_BYTES => return None,
            Frame::NeedMore => return Some(took),
            Frame::Message { len } => {
                sockets.0.doors.let_in(flow, buffer[..len].to_vec());
                took.messages += 1;
                len
            }
            Frame::KeepAlive { len } => {
                took.pings += 1;
                len
            }
            Frame::Blank { len } => len,
            Frame::Broken => {
                sockets.0.doors.let_in(flow, std::mem::take(buffer));
                return None;
            }
        };
        buffer.drain(..used);
    }
}

/// The configuration of a listener.
pub(super) fn acceptor(config: Arc<rustls::ServerConfig>) -> TlsAcceptor {
    config.into()
}
