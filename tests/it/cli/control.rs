//! Shell. While the office runs, commands speak to it; there is one writer.

use super::{OFFICE, frontdesk, office_file, told};
use crate::store::open;
use frontdesk::cli::control;
use frontdesk::store::settings_desk::{SettingsDesk, SettingsSource};
use frontdesk::switchboard::clock::Clock;
use frontdesk::switchboard::handle::{Handle, Request};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// The part of `serve` that commands meet, with the other end of the switchboard's channel.
pub struct Running {
    runtime: tokio::runtime::Runtime,
    desk: SettingsDesk,
    requests: mpsc::Receiver<Request>,
    data: PathBuf,
    _folder: tempfile::TempDir,
}

pub fn running() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let opened = open(&data).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (sender, requests) = mpsc::channel(4);
    let (_, board) = watch::channel(Arc::new(empty_board()));
    let (_, health) = watch::channel(Arc::default());
    let handle = Handle::new(sender, board, health);
    let desk = SettingsDesk::new(opened.writer, opened.reader, Some(handle), None);
    let _context = runtime.enter();
    control::listen(&data, desk.clone(), Clock::start()).unwrap();
    drop(_context);
    Running { runtime, desk, requests, data, _folder: folder }
}

impl Running {
    pub fn data(&self) -> &std::path::Path {
        &self.data
    }
}

fn empty_board() -> frontdesk::office::board::Board {
    frontdesk::office::board::Board {
        customers: 0,
        version: 0,
        now: jiff::Timestamp::UNIX_EPOCH,
        groups: vec![],
        line: vec![],
        calls: vec![],
        people: vec![],
        parked: vec![],
        overrides: vec![],
        callbacks: vec![],
        mail: Default::default(),
        owed: 0,
        alarms: vec![],
    }
}

#[test]
fn a_running_office_takes_new_settings_and_puts_them_into_effect() {
    let mut office = running();
    let file = office_file(&office.data, OFFICE);
    let (data, arguments) = (office.data.clone(), vec!["apply".to_owned(), file]);
    let command = std::thread::spawn(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        told(frontdesk(&data, &arguments, ""))
    });
    let asked = office.runtime.block_on(office.requests.recv()).unwrap();
    let Request::Configure { settings, reply } = asked else { panic!("{asked:?}") };
    assert_eq!(settings.office.name, "Hansen VVS");
    assert!(!command.is_finished(), "the command waits until it is in effect");
    reply.send(()).unwrap();
    let (code, out, err) = command.join().unwrap();
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("Hansen VVS is set up"), "{out}");
    assert_eq!(office.desk.current().as_deref(), Some(&*settings));

    let (code, out, _) = told(frontdesk(&office.data, &["export"], ""));
    assert_eq!(code, 0);
    assert!(out.contains("name = \"Hansen VVS\""));
    let (code, token, _) = told(frontdesk(&office.data, &["token", "new", "tv", "--role", "viewer"], ""));
    assert_eq!((code, token.trim().len()), (0, 46));
    assert_eq!(office.desk.tokens().unwrap().len(), 1);
}

#[test]
fn wrong_settings_never_reach_the_switchboard() {
    let mut office = running();
    let source = SettingsSource::Toml { text: "[office]\n".into(), file: "f".into() };
    assert!(office.runtime.block_on(office.desk.apply(source)).is_err());
    assert!(office.requests.try_recv().is_err());
    assert_eq!(office.desk.current(), None);
}

#[test]
fn the_socket_is_private_and_a_dead_one_is_no_obstacle() {
    let office = running();
    let mode = std::fs::metadata(office.data.join(control::SOCKET)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let folder = tempfile::tempdir().unwrap();
    drop(std::os::unix::net::UnixListener::bind(folder.path().join(control::SOCKET)).unwrap());
    let file = office_file(folder.path(), OFFICE);
    let (code, _, err) = told(frontdesk(folder.path(), &["apply", &file], ""));
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn nonsense_on_the_socket_gets_an_answer_or_a_closed_door() {
    use std::io::{Read, Write};
    let office = running();
    let mut stream = std::os::unix::net::UnixStream::connect(office.data.join(control::SOCKET)).unwrap();
    stream.write_all(b"{\"ask\":\"fly\"}\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("refused"), "{answer}");
}
