//! Shell. The listeners on real sockets: the feed as it streams, HTTPS by the box's own authority.

use super::{Office, empty_board};
use frontdesk::settings::Role;
use frontdesk::web::{self, Early, Serving, WebConfig};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;

const PATIENCE: Duration = Duration::from_secs(20);

fn serve(office: &Office) -> Serving {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = WebConfig { https: any, data_dir: office.data.path().to_owned() };
    web::serve(&config, Early::open(any).unwrap(), office.deps.clone()).unwrap()
}

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The `data:` of the next event.
fn next_board(feed: &mut BufReader<TcpStream>) -> serde_json::Value {
    let mut line = String::new();
    while !line.starts_with("data: ") {
        line.clear();
        assert_ne!(feed.read_line(&mut line).unwrap(), 0, "the feed ended");
    }
    serde_json::from_str(&line["data: ".len()..]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_brings_the_board_at_once_and_every_change_after_it() {
    let office = Office::open(None).await;
    let serving = serve(&office);
    let (http, token) = (serving.bound.http, office.token(Role::Viewer).await);
    let open = move || {
        let mut stream = connect(http);
        let request =
            format!("GET /api/v1/live HTTP/1.1\r\nHost: {http}\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut feed = BufReader::new(stream);
        (next_board(&mut feed)["version"].clone(), feed)
    };
    let (first, mut feed) = spawn_blocking(open).await.unwrap();
    assert_eq!(first, 1);
    let mut next = empty_board();
    next.version = 2;
    office.board.send_replace(Arc::new(next));
    let second = spawn_blocking(move || next_board(&mut feed)["version"].clone()).await.unwrap();
    assert_eq!(second, 2);
}

/// The status line of `GET /healthz` over TLS, believing only `authority`.
fn ask_securely(https: SocketAddr, authority: &[u8]) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::from(https.ip());
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, connect(https));
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_believed_with_the_boxs_own_authority_and_with_no_other() {
    let (office, stranger) = (Office::open(None).await, Office::open(None).await);
    let (serving, other) = (serve(&office), serve(&stranger));
    let authority = fetch_authority(serving.bound.http).await;
    let foreign = fetch_authority(other.bound.http).await;
    let https = serving.bound.https;
    let (right, wrong) =
        spawn_blocking(move || (ask_securely(https, &authority), ask_securely(https, &foreign)))
            .await
            .unwrap();
    // No switchboard has said it is ready: 503 is an answer.
    assert_eq!(right.unwrap(), "HTTP/1.1 503");
    let refusal = wrong.unwrap_err().to_string();
    assert!(refusal.contains("certificate"), "{refusal}");
}

/// `/ca.crt` as a browser fetches it.
async fn fetch_authority(http: SocketAddr) -> Vec<u8> {
    let fetch = move || {
        let mut stream = connect(http);
        let request = format!("GET /ca.crt HTTP/1.1\r\nHost: {http}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.as_bytes().to_vec()
    };
    spawn_blocking(fetch).await.unwrap()
}

/// What the port answers to a request for this path.
fn asked(at: SocketAddr, path: &str) -> String {
    let mut stream = connect(at);
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// While the database opens, `/healthz` says so; then the same port is the office's.
#[tokio::test(flavor = "multi_thread")]
async fn the_port_answers_before_the_office_does() {
    let early = Early::open(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let at = early.address().unwrap();
    let answer = spawn_blocking(move || asked(at, "/healthz")).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    let health: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&health["status"], &health["listening"]), (&"starting".into(), &serde_json::json!({})));
    let office = Office::open(None).await;
    let https = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = WebConfig { https, data_dir: office.data.path().to_owned() };
    let serving = web::serve(&config, early, office.deps.clone()).unwrap();
    assert_eq!(serving.bound.http, at);
    let page = spawn_blocking(move || asked(at, "/login")).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
}
