//! The mailbox's tasks against a real Dovecot and a real Postfix; `tests/mail/run` starts them and this.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../it/mailbox/desk.rs"]
mod desk;

use desk::{Desk, account, tls, world};
use frontdesk::mail::compose::{By, Draft, File, Person, Thread, compose};
use frontdesk::mail::message::{Message, MessageId, attachment_to};
use frontdesk::mail::socket::Network;
use frontdesk::mail::{
    Account, Attempt, Copied, Folder, Key, MailCommand, MailEvent, OutboxId, Outcome, Outgoing, Pace, Sender,
    Trouble, World,
};
use frontdesk::settings::{Secret, Security};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The usual pace, but both folders are listed whole every three seconds.
const PACE: Pace = Pace { whole: Duration::from_secs(3), look: Duration::from_secs(2), ..Pace::USUAL };

fn place(name: &str) -> String {
    std::env::var(name).expect("tests/mail/run starts the servers and says where they are")
}

fn port(name: &str) -> u16 {
    place(name).parse().unwrap()
}

fn mail_folder(user: &str) -> PathBuf {
    PathBuf::from(place("MAIL_FOLDER")).join("mail").join(user)
}

fn user(name: &str) -> Account {
    let mut account = account();
    account.address = format!("{name}@localhost");
    for (server, port) in [(&mut account.imap, port("MAIL_IMAP")), (&mut account.smtp, port("MAIL_SMTP"))] {
        (server.host, server.port, server.user) = ("localhost".into(), port, format!("{name}@localhost"));
        server.security = Security::Starttls;
    }
    account
}

#[allow(clippy::disallowed_methods)] // the servers have the world's time
fn world_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap()
}

fn real_world(folder: &tempfile::TempDir, pace: Pace) -> World {
    let pem = PathBuf::from(place("MAIL_FOLDER")).join("cert.pem");
    let authority = CertificateDer::from_pem_file(pem).unwrap();
    World { tls: tls(Some(&authority)), wall: Arc::new(world_now), ..world(Network, folder.path(), pace) }
}

fn write(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    file
}

async fn send(desk: &mut Desk, folder: &tempfile::TempDir, to: &[&str], from: Sender, text: &str) -> Outcome {
    let outgoing = Outgoing {
        id: OutboxId(1),
        from,
        to: to.iter().map(|to| (*to).to_owned()).collect(),
        message_id: "<1@localhost>".into(),
        file: write(folder, "out.eml", text),
        attempt: Attempt::Fresh,
    };
    desk.mailbox().tell(MailCommand::Send(outgoing)).unwrap();
    match desk.until_event(|_, event| matches!(event, MailEvent::Sent { .. })).await {
        MailEvent::Sent { outcome, .. } => outcome,
        other => panic!("{other:?}"),
    }
}

fn all_taken() -> Outcome {
    Outcome::Sent { later: Vec::new(), refused: Vec::new() }
}

/// Sent through Postfix, read from Dovecot by IDLE within five seconds, byte for byte, flags untouched.
#[tokio::test]
async fn a_mail_goes_round() {
    let folder = tempfile::tempdir().unwrap();
    // only IDLE can bring it in time
    let pace = Pace { look: Duration::from_secs(300), whole: Duration::from_secs(300), ..PACE };
    let mut desk = Desk::open(user("anna"), real_world(&folder, pace));
    desk.until(|_| true).await;
    let text = "Message-ID: <1@localhost>\r\nFrom: anna@localhost\r\nDate: Mon, 4 May 2026 09:00:00 +0200\r\nSubject: r\r\n\r\n.\r\n..dots\r\nLa\u{e6}s mig\r\n";
    assert_eq!(send(&mut desk, &folder, &["anna@localhost"], Sender::Own, text).await, all_taken());
    let waited = tokio::time::Instant::now();
    desk.until(|desk| desk.contents(Folder::Inbox).len() == 1).await;
    assert!(waited.elapsed() < Duration::from_secs(5), "{:?}", waited.elapsed());
    let raw = String::from_utf8(desk.kept[0].raw.clone()).unwrap();
    assert!(raw.ends_with(text), "{raw}");
    assert!(raw.contains("Return-Path: <anna@localhost>"), "{raw}");
    let seen = std::fs::read_dir(mail_folder("anna").join("cur"))
        .unwrap()
        .any(|entry| entry.unwrap().file_name().to_string_lossy().ends_with('S'));
    assert!(!seen, "nobody has read it");
}

/// What `compose` makes of files comes out of Postfix, Dovecot and the folder for sent mail byte for byte.
#[tokio::test]
async fn files_go_round() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(user("files"), real_world(&folder, PACE));
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n * 31 % 251) as u8).collect();
    let person = |name: &str| Person { name: name.into(), address: "files@localhost.localdomain".into() };
    let draft = Draft {
        id: MessageId::read("<files@localhost>").unwrap(),
        date: world_now(),
        from: person("Hansen VVS"),
        to: vec![person("Kim")],
        cc: Vec::new(),
        subject: "Tilbud".into(),
        text: "See inside.".into(),
        thread: Thread::default(),
        by: By::Person,
        files: vec![
            File {
                name: "tilbud p\u{e5} \u{e6}bler.bin".into(),
                media_type: "application/pdf".into(),
                bytes: bytes.clone(),
            },
            File {
                name: "../../x".into(),
                media_type: "text/plain".into(),
                bytes: b"From here.\n.\n".to_vec(),
            },
        ],
    };
    let text = String::from_utf8(compose(&draft).unwrap().bytes).unwrap();
    assert_eq!(send(&mut desk, &folder, &["files@localhost"], Sender::Own, &text).await, all_taken());
    let file = write(&folder, "copy.eml", &text);
    let copy = MailCommand::Copy { id: OutboxId(1), message_id: "<files@localhost>".into(), file };
    desk.mailbox().tell(copy).unwrap();
    desk.until(|desk| desk.kept.len() == 2).await;
    for kept in &desk.kept {
        let message = Message::read(&kept.raw).unwrap();
        let names: Vec<&str> = message.attachments.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["tilbud p\u{e5} \u{e6}bler.bin", "x"], "{:?}", kept.folder);
        for (index, file) in draft.files.iter().enumerate() {
            let mut out = Vec::new();
            let taken = attachment_to(&kept.raw, index, |block| {
                out.extend_from_slice(block);
                Ok::<_, ()>(())
            });
            assert!(taken == Some(Ok(())) && out == file.bytes, "{:?} {}", kept.folder, file.name);
        }
    }
}

#[tokio::test]
async fn a_null_sender_and_a_refusal_in_the_servers_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(user("null"), real_world(&folder, PACE));
    let text = "Subject: auto\r\n\r\nWe are back at nine.\r\n";
    assert_eq!(send(&mut desk, &folder, &["null@localhost"], Sender::Null, text).await, all_taken());
    desk.until(|desk| desk.kept.len() == 1).await;
    assert!(String::from_utf8_lossy(&desk.kept[0].raw).contains("Return-Path: <>"));
    let refused = send(&mut desk, &folder, &["nobody@localhost"], Sender::Own, text).await;
    let Outcome::Refused { said } = refused else { panic!("{refused:?}") };
    assert!(said.starts_with("550 5.1.1") && said.contains("nobody@localhost"), "{said}");
    let partly = send(&mut desk, &folder, &["nobody@localhost", "null@localhost"], Sender::Own, text).await;
    assert!(matches!(partly, Outcome::Sent { refused, .. } if refused.len() == 1));
}

/// The folder is marked as the one for sent mail, whatever its name.
#[tokio::test]
async fn a_copy_goes_to_sent_once_and_is_fetched_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(user("bo"), real_world(&folder, PACE));
    let text = "Message-ID: <2@localhost>\r\nSubject: copy\r\n\r\ntext\r\n";
    for expected in [Copied::Appended, Copied::WasThere] {
        let file = write(&folder, "copy.eml", text);
        let copy = MailCommand::Copy { id: OutboxId(1), message_id: "<2@localhost>".into(), file };
        desk.mailbox().tell(copy).unwrap();
        let event = desk.until_event(|_, event| matches!(event, MailEvent::Copied { .. })).await;
        let MailEvent::Copied { copied, .. } = event else { panic!() };
        assert_eq!(copied, expected);
    }
    desk.until(|desk| desk.contents(Folder::Sent) == [text.as_bytes()]).await;
}

#[tokio::test]
async fn tls_and_a_wrong_password() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = user("tls");
    (account.imap.port, account.imap.security) = (port("MAIL_IMAPS"), Security::Tls);
    let mut desk = Desk::open(account.clone(), real_world(&folder, PACE));
    desk.until(|_| true).await;
    account.imap.key = Key::Password(Secret("falsch".into()));
    let mut desk = Desk::open(account.clone(), real_world(&folder, PACE));
    assert!(matches!(desk.until_trouble().await, Trouble::LogInRefused { .. }));
    let unbelieving = World { tls: tls(None), ..real_world(&folder, PACE) };
    let mut desk = Desk::open(account, unbelieving);
    assert!(matches!(desk.until_trouble().await, Trouble::CertificateWrong { .. }));
}

/// 10,000 mails at the first contact: at least 200 a second, in at most 96 MiB.
#[tokio::test]
async fn ten_thousand_mails() {
    let folder = tempfile::tempdir().unwrap();
    let pace = Pace { whole: Duration::from_secs(600), ..PACE };
    let began = tokio::time::Instant::now();
    let mut desk = Desk::open(user("many"), real_world(&folder, pace));
    desk.until(|desk| desk.kept.len() == 10_000).await;
    let rate = 10_000.0 / began.elapsed().as_secs_f64();
    println!("{rate:.0} mails a second, {} KiB at most", most_memory());
    assert!(rate >= 200.0, "{rate:.0} mails a second");
    assert!(most_memory() <= 96 * 1024, "{} KiB", most_memory());
}

/// The server loses its index and its notes of what has which number, in the middle of a connection: it may go
/// on under its UIDVALIDITY with higher UIDs. Nothing comes twice.
#[tokio::test]
async fn a_lost_index() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(user("lost"), real_world(&folder, PACE));
    desk.until(|desk| desk.kept.len() == 200).await;
    let before = (desk.kept[0].epoch, 200);
    let is_renumbered = |desk: &Desk| desk.kept.iter().all(|kept| (kept.epoch, kept.uid) > before);
    // the server's end of the last connection may write down once more what it had in memory
    for _ in 0..5 {
        lose_index(&mail_folder("lost"));
        desk.fall_and_rise(user("lost"), real_world(&folder, PACE));
        desk.until(|_| true).await;
        if is_renumbered(&desk) {
            break;
        }
    }
    desk.until(is_renumbered).await;
    assert_eq!(desk.kept.len(), 200);
}

fn lose_index(folder: &Path) {
    let lists = ["dovecot-uidlist", "dovecot-uidvalidity"];
    for name in lists.into_iter().chain(["dovecot.index", "dovecot.index.log", "dovecot.index.cache"]) {
        let _absent = std::fs::remove_file(folder.join(name));
    }
}

/// The most memory this process ever had, in KiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
