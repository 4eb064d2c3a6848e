//! OAuth (spec/mail.md §1) and what protects a connection (§5), against local servers with a certificate.

use super::desk::{ADDRESS, Desk, QUICK, account, mail, now, provider, tls, world};
use frontdesk::demo::mail::{Faults, Provider};
use frontdesk::mail::oauth::Provider as TokenProvider;
use frontdesk::mail::oauth::{Consent, Grant, ask_consent, begin_device_code, ends_soon};
use frontdesk::mail::socket::{Dial, Dialling, Stream};
use frontdesk::mail::{
    Attempt, Key, MailCommand, MailEvent, OutboxId, Outcome, Outgoing, Sender, Side, Trouble, World,
};
use frontdesk::settings::{Secret, Security};
use jiff::SignedDuration;
use rustls::pki_types::CertificateDer;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// An acceptor for these names, and the certificate to believe.
fn certificate(names: &[&str]) -> (TlsAcceptor, CertificateDer<'static>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), made.cert.der().clone())
}

/// Instead of an answer: the question is heard, and nothing follows.
pub const NEVER: &str = "never";

/// A token endpoint that gives its answers in turn, beside the mail provider.
#[derive(Clone)]
pub struct Endpoint {
    tls: TlsAcceptor,
    answers: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<Vec<String>>>,
    mail: Provider,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Endpoint")
    }
}

impl Endpoint {
    pub fn new(answers: &[&str]) -> (Endpoint, CertificateDer<'static>) {
        let (tls, authority) = certificate(&["login.microsoftonline.com", "oauth2.googleapis.com"]);
        let answers = answers.iter().rev().map(|answer| (*answer).to_owned()).collect();
        let asked = Arc::default();
        (Endpoint { tls, answers: Arc::new(Mutex::new(answers)), asked, mail: provider() }, authority)
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn answer(self, host: String, stream: tokio::io::DuplexStream) {
        let mut stream = self.tls.accept(stream).await.unwrap();
        let mut text = String::new();
        while !text.contains("\r\n\r\n") || text.len() < length(&text) {
            let mut some = [0; 1024];
            let read = stream.read(&mut some).await.unwrap();
            text.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        let path = text.split(' ').nth(1).unwrap().to_owned();
        self.asked.lock().unwrap().push(format!("{host}{path} {}", text.rsplit("\r\n").next().unwrap()));
        let body = self.answers.lock().unwrap().pop().unwrap_or_default();
        if body == NEVER {
            return std::future::pending().await;
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    }
}

/// How long a request with this head is in all.
fn length(text: &str) -> usize {
    let head = text.find("\r\n\r\n").map_or(0, |at| at + 4);
    let length = text.to_ascii_lowercase().split_once("content-length: ").map(|(_, rest)| rest.to_owned());
    head + length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok()).unwrap_or(0)
}

impl Dial for Endpoint {
    fn dial<'a>(&'a self, host: &'a str, port: u16) -> Dialling<'a> {
        if port != 443 {
            return self.mail.dial(host, port);
        }
        let (ours, theirs) = tokio::io::duplex(4096);
        tokio::spawn(self.clone().answer(host.to_owned(), theirs));
        Box::pin(async move { Ok(Box::new(ours) as Box<dyn Stream>) })
    }
}

fn token_world(
    endpoint: &Endpoint,
    authority: &CertificateDer<'static>,
    folder: &tempfile::TempDir,
) -> World {
    token_world_in(endpoint, authority, folder.path())
}

/// A world in which the providers' token endpoints are this one.
pub fn token_world_in(
    endpoint: &Endpoint,
    authority: &CertificateDer<'static>,
    folder: &std::path::Path,
) -> World {
    World { tls: tls(Some(authority)), ..world(endpoint.clone(), folder, QUICK) }
}

fn grant() -> Grant {
    Grant {
        provider: TokenProvider::Microsoft,
        client_id: "our-own".into(),
        client_secret: None,
        refresh_token: Secret("first".into()),
        ends_at: None,
    }
}

#[tokio::test]
async fn a_device_code_becomes_a_grant() {
    let (endpoint, authority) = Endpoint::new(&[
        r#"{"device_code":"d1","user_code":"ABCD-EFGH","verification_uri":"https://microsoft.com/devicelogin","interval":5,"expires_in":900}"#,
        r#"{"error":"authorization_pending"}"#,
        r#"{"error":"slow_down"}"#,
        r#"{"access_token":"a1","refresh_token":"r1","expires_in":3600,"refresh_token_expires_in":7776000}"#,
        r#"{"error":"expired_token","error_description":"The code has expired.\r\nTrace: x"}"#,
    ]);
    let folder = tempfile::tempdir().unwrap();
    let world = token_world(&endpoint, &authority, &folder);
    let code = begin_device_code(&world, "our-own").await.unwrap();
    assert_eq!(
        (code.user_code.as_str(), code.page.as_str()),
        ("ABCD-EFGH", "https://microsoft.com/devicelogin")
    );
    let mut waits = Vec::new();
    let grant = loop {
        match ask_consent(&world, "our-own", &code).await.unwrap() {
            Consent::Pending { interval } => waits.push(interval.as_secs()),
            Consent::Given(grant) => break grant,
            Consent::Refused { said } => panic!("{said}"),
        }
    };
    assert_eq!(waits, [5, 10]);
    assert_eq!(grant.refresh_token, Secret("r1".into()));
    assert_eq!(grant.ends_at, Some(now() + SignedDuration::from_hours(90 * 24)));
    let refused = ask_consent(&world, "our-own", &code).await.unwrap();
    assert_eq!(refused, Consent::Refused { said: "The code has expired.  Trace: x".into() });
    assert!(
        endpoint.asked()[1]
            .starts_with("login.microsoftonline.com/common/oauth2/v2.0/token grant_type=urn%3Aietf%3A")
    );
}

#[tokio::test]
async fn a_grant_opens_the_mailbox_and_is_renewed() {
    // the provider's mailbox opens with the password "geheim": here it is the access token
    let (endpoint, authority) =
        Endpoint::new(&[r#"{"access_token":"geheim","refresh_token":"second","expires_in":3600}"#]);
    let folder = tempfile::tempdir().unwrap();
    let mut account = account();
    account.imap.key = Key::Grant(grant());
    endpoint.mail.change(|f| f.deliver("INBOX", &mail(1), now()));
    let mut desk = Desk::open(account, token_world(&endpoint, &authority, &folder));
    let renewed = desk.until_event(|_, event| matches!(event, MailEvent::Renewed { .. })).await;
    let MailEvent::Renewed { side: Side::Imap, grant, .. } = renewed else { panic!() };
    assert_eq!(grant.refresh_token, Secret("second".into()));
    desk.until(|desk| desk.kept.len() == 1).await;
    endpoint.mail.cut_all();
    desk.until(|_| true).await;
    assert_eq!(endpoint.asked().len(), 1, "a token that is good is used again");
}

#[tokio::test]
async fn a_refused_grant_is_told_and_so_is_one_that_ends() {
    let (endpoint, authority) =
        Endpoint::new(&[r#"{"error":"invalid_grant","error_description":"The owner took it back."}"#]);
    let folder = tempfile::tempdir().unwrap();
    let mut account = account();
    account.imap.key = Key::Grant(grant());
    let mut desk = Desk::open(account.clone(), token_world(&endpoint, &authority, &folder));
    assert_eq!(desk.until_trouble().await, Trouble::GrantRefused { said: "The owner took it back.".into() });

    let (endpoint, authority) =
        Endpoint::new(&[r#"{"access_token":"geheim","expires_in":3600,"refresh_token_expires_in":1209600}"#]);
    let mut desk = Desk::open(account, token_world(&endpoint, &authority, &folder));
    assert_eq!(
        desk.until_trouble().await,
        Trouble::GrantEnds { at: now() + SignedDuration::from_hours(14 * 24) }
    );
}

#[test]
fn the_warning_comes_fourteen_days_before() {
    let ends_at = now() + SignedDuration::from_hours(14 * 24);
    let grant = Grant { ends_at: Some(ends_at), ..grant() };
    assert_eq!(ends_soon(&grant, now()), Some(ends_at));
    assert_eq!(ends_soon(&grant, now() - SignedDuration::from_secs(1)), None);
    assert_eq!(ends_soon(&Grant { ends_at: None, ..grant }, now()), None);
}

fn protected() -> (Provider, CertificateDer<'static>) {
    let (tls, authority) = certificate(&["post.example"]);
    (Provider::new(ADDRESS, "geheim", Some(tls), Box::new(now)), authority)
}

fn starttls() -> frontdesk::mail::Account {
    let mut account = account();
    account.imap.security = Security::Starttls;
    account.smtp.security = Security::Starttls;
    account
}

fn outgoing(folder: &tempfile::TempDir) -> Outgoing {
    let file = folder.path().join("out.eml");
    std::fs::write(&file, mail(1)).unwrap();
    Outgoing {
        id: OutboxId(1),
        from: Sender::Own,
        to: vec!["kim@kunde.example".into()],
        message_id: "<1@x>".into(),
        file,
        attempt: Attempt::Fresh,
    }
}

async fn sent(desk: &mut Desk, folder: &tempfile::TempDir) -> Outcome {
    desk.mailbox().tell(MailCommand::Send(outgoing(folder))).unwrap();
    match desk.until_event(|_, event| matches!(event, MailEvent::Sent { .. })).await {
        MailEvent::Sent { outcome, .. } => outcome,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn starttls_protects_both_ways() {
    let (provider, authority) = protected();
    let folder = tempfile::tempdir().unwrap();
    provider.change(|f| f.deliver("INBOX", &mail(1), now()));
    let world = World { tls: tls(Some(&authority)), ..world(provider.clone(), folder.path(), QUICK) };
    let mut desk = Desk::open(starttls(), world);
    desk.until(|desk| desk.kept.len() == 1).await;
    assert!(matches!(sent(&mut desk, &folder).await, Outcome::Sent { .. }));
}

#[tokio::test]
async fn what_came_before_the_handshake_is_not_believed() {
    let (provider, authority) = protected();
    let folder = tempfile::tempdir().unwrap();
    provider.change(|f| f.deliver("INBOX", &mail(1), now()));
    // believed, these would let the client in without the server having said a word under TLS
    let injected = "* CAPABILITY IMAP4rev1\r\nf3 OK done\r\nf4 OK welcome\r\n250 ok\r\n250 ok\r\n";
    provider.plan(move |_, _| Faults { injected: Some(injected.into()), ..Faults::default() });
    let world = World { tls: tls(Some(&authority)), ..world(provider.clone(), folder.path(), QUICK) };
    let mut desk = Desk::open(starttls(), world);
    assert!(matches!(desk.until_trouble().await, Trouble::Strange { .. }));
    assert!(matches!(sent(&mut desk, &folder).await, Outcome::Later { .. }));
    assert_eq!((desk.kept.len(), provider.sent().len()), (0, 0));
}

#[tokio::test]
async fn no_protection_and_a_wrong_certificate_end_before_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let plain = provider();
    let mut desk = Desk::open(starttls(), world(plain.clone(), folder.path(), QUICK));
    assert_eq!(desk.until_trouble().await, Trouble::Unprotected);
    assert!(matches!(sent(&mut desk, &folder).await, Outcome::Later { .. }));
    assert_eq!(plain.sent().len(), 0);
    let (stranger, _unknown) = protected();
    let mut desk = Desk::open(starttls(), world(stranger, folder.path(), QUICK));
    assert!(matches!(desk.until_trouble().await, Trouble::CertificateWrong { .. }));
}
