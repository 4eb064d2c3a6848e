//! Streams: TLS both ways, whom we trust, and connections nobody says anything over.

use super::sockets::{LONG, address, anywhere, message, options};
use frontdesk::sip::stack::Acquaintance;
use frontdesk::sip::transport::{Incoming, Listen, open};
use frontdesk::sip::{Flow, Outgoing, Transport};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A listener with a fresh certificate for 127.0.0.1, and that certificate.
fn listener() -> (Listen, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    let sips = Some(("127.0.0.1:0".parse().unwrap(), Arc::new(config)));
    (Listen { sips, ..anywhere() }, cert.der().clone())
}

/// One who believes this certificate alone.
fn caller(trusted: CertificateDer<'static>) -> Listen {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Listen { tls_client: Some(Arc::new(config)), ..anywhere() }
}

#[tokio::test]
async fn tls_carries_messages_both_ways_to_whom_we_trust_and_to_nobody_else() {
    let (listen, certificate) = listener();
    let (server, mut inbox) = open(listen).await.unwrap();
    let peer = address(&server, Transport::Tls);
    let (client, mut answers) = open(caller(certificate)).await.unwrap();
    let flow =
        Flow { transport: Transport::Tls, local: address(&client, Transport::Tcp), peer, connection: 0 };
    let request = options("TLS", peer, 1);
    client.send(Outgoing { flow, bytes: request.clone().into_bytes() });
    let (from, bytes) = message(&mut inbox).await;
    assert_eq!((from.transport, bytes), (Transport::Tls, request.into_bytes()));
    let back = options("TLS", peer, 2);
    server.send(Outgoing { flow: from, bytes: back.clone().into_bytes() });
    let (same, bytes) = message(&mut answers).await;
    assert_eq!((same.peer, bytes), (peer, back.into_bytes()));

    let (_, another) = listener();
    let (wary, mut lost) = open(caller(another)).await.unwrap();
    wary.send(Outgoing { flow, bytes: options("TLS", peer, 3).into_bytes() });
    let told = tokio::time::timeout(LONG, lost.next()).await.unwrap().unwrap();
    assert_eq!(told, Incoming::Lost(flow), "a certificate nobody vouches for");
}

/// Half a message does not count, else a few hundred silent connections would fill the table.
#[tokio::test]
async fn a_strangers_silent_connection_is_closed_after_ten_seconds_a_phones_is_not() {
    let (sockets, _inbox) = open(anywhere()).await.unwrap();
    let at = address(&sockets, Transport::Tcp);
    let mut phone = TcpStream::connect(at).await.unwrap();
    sockets.acquaint(Acquaintance::Met(phone.local_addr().unwrap()));
    let begin = tokio::time::Instant::now();
    let (mut reading, mut writing) = TcpStream::connect(at).await.unwrap().into_split();
    let drip = tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_secs(3));
        while writing.write_all(b"OPTIONS").await.is_ok() {
            beat.tick().await;
        }
    });
    let mut rest = Vec::new();
    let _closed = reading.read_to_end(&mut rest).await; // with an error, where bytes were left unread
    let lasted = begin.elapsed();
    assert!((10..16).contains(&lasted.as_secs()), "{lasted:?}");
    drip.abort();
    phone.write_all(b"\r\n\r\n").await.unwrap();
    let mut pong = [0; 2];
    phone.read_exact(&mut pong).await.unwrap();
    assert_eq!(&pong, b"\r\n");
}

/// What `nc` and simple probes do: ask, close their half, wait for the answer.
#[tokio::test]
async fn who_asks_and_closes_its_half_still_gets_the_answer() {
    let (sockets, mut inbox) = open(anywhere()).await.unwrap();
    let at = address(&sockets, Transport::Tcp);
    let mut asker = TcpStream::connect(at).await.unwrap();
    asker.write_all(options("TCP", at, 1).as_bytes()).await.unwrap();
    asker.shutdown().await.unwrap();
    let (flow, _) = message(&mut inbox).await;
    sockets.send(Outgoing { flow, bytes: b"the answer".to_vec() });
    let mut heard = String::new();
    asker.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "the answer");
}
