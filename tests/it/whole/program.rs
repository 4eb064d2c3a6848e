//! Shell. The real program in a process of its own: what it says when it cannot start, and what it knows
//! again after a kill.

use super::office::{At, PATIENCE, Scene, all, both_heard, office_toml, order, phone_at, registered, until};
use crate::cli::{frontdesk, told};
use frontdesk::office::contact::{Happened, Outcome};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const LOCAL: &str = "127.0.0.1:0";

/// `serve` under a limit of the shell's, on ports of the system's choice where `flags` name none.
fn serve(data: &Path, limit: &str, flags: &[&str]) -> Command {
    let script = format!("{limit} exec \"$0\" serve \"$@\"");
    let mut command = Command::new("timeout");
    command.args(["--foreground", "120", "sh", "-c", &script, env!("CARGO_BIN_EXE_frontdesk")]);
    for flag in ["--http", "--https", "--sip", "--sips"] {
        if !flags.contains(&flag) {
            command.args([flag, LOCAL]);
        }
    }
    command.arg("--data").arg(data).args(flags).env("FRONTDESK_LOG", "off");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// It does not start: exit code 1, one sentence; which.
fn refuses(data: &Path, flags: &[&str]) -> String {
    let output = serve(data, "", flags).output().unwrap();
    let (code, out, err) = told(output);
    assert_eq!((code, out.as_str()), (1, ""), "{flags:?}: {err}");
    assert_eq!(err.lines().count(), 1, "{flags:?}: {err}");
    assert!(err.ends_with(".\n") && !err.contains("panic") && !err.contains("Error"), "{err}");
    err
}

#[test]
fn a_port_that_is_taken_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let tcp = TcpListener::bind(LOCAL).unwrap();
    let taken = tcp.local_addr().unwrap().to_string();
    for flag in ["--http", "--https", "--sip", "--sips"] {
        let sentence = refuses(&folder.path().join(&flag[2..]), &[flag, &taken]);
        assert!(sentence.contains(&taken), "{flag}: {sentence}");
    }
    let udp = UdpSocket::bind(LOCAL).unwrap();
    let taken = udp.local_addr().unwrap().to_string();
    assert!(refuses(&folder.path().join("udp"), &["--sip", &taken]).contains(&taken));

    let (first, _held) = a_range_of_four();
    let range = format!("{first}-{}", first + 3);
    let sentence = refuses(&folder.path().join("rtp"), &["--rtp-ports", &range]);
    assert!(sentence.contains(&format!("from {first} to {}", first + 3)), "{sentence}");
}

/// Four ports whose even ones are held.
fn a_range_of_four() -> (u16, [UdpSocket; 2]) {
    let bind = |port: u16| UdpSocket::bind(("127.0.0.1", port)).ok();
    let found = (32_000..32_700_u16).step_by(4).find_map(|port| Some((port, [bind(port)?, bind(port + 2)?])));
    found.unwrap()
}

#[test]
fn a_folder_that_cannot_be_used_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for data in [file.join("data"), "/proc/frontdesk".into(), "/dev/null".into()] {
        let sentence = refuses(&data, &[]);
        assert!(sentence.contains(&data.display().to_string()) && sentence.contains("--data"), "{sentence}");
    }
}

#[test]
fn a_damaged_database_is_told_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    set_up(&data, "127.0.0.1:9".parse().unwrap());
    let path = data.join(frontdesk::store::FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    let sentence = refuses(&data, &[]);
    assert!(sentence.contains("damaged") && sentence.contains("backup"), "{sentence}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

/// An office.toml put into a folder where nothing runs yet, or into the office that runs there.
pub fn set_up(data: &Path, provider: SocketAddr) {
    let bo =
        "[[person]]\nid = \"bo\"\nname = \"Bo\"\n[[person.phone]]\nid = \"bo\"\nsecret = \"bo-is-secret\"\n";
    set_up_so(data, &(office_toml(provider) + bo));
}

/// The same with this office.toml.
pub fn set_up_so(data: &Path, text: &str) {
    let file = data.with_extension("toml");
    std::fs::write(&file, text).unwrap();
    let (code, _, err) = told(frontdesk(data, &["apply", file.to_str().unwrap()], ""));
    assert_eq!((code, err.as_str()), (0, ""));
}

/// Its API, and a token for it.
pub struct WayIn {
    http: SocketAddr,
    token: String,
}

impl WayIn {
    /// One request; the whole answer.
    pub fn ask(&self, what: &str, body: &str) -> std::io::Result<String> {
        self.ask_as(&format!("Authorization: Bearer {}", self.token), what, body)
    }

    /// The same by whoever this header names.
    pub fn ask_as(&self, who: &str, what: &str, body: &str) -> std::io::Result<String> {
        let http = self.http;
        let mut stream = TcpStream::connect(http)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let text = format!(
            "{what} HTTP/1.1\r\nHost: {http}\r\nOrigin: http://{http}\r\n{who}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(text.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

/// The program at work.
pub struct Program {
    child: Child,
    listening: BTreeMap<String, SocketAddr>,
    token: String,
}

impl Program {
    pub fn start(data: &Path, limit: &str) -> Program {
        Program::start_with(data, limit, &[])
    }

    /// The same with flags of its own.
    pub fn start_with(data: &Path, limit: &str, flags: &[&str]) -> Program {
        let mut child = serve(data, limit, flags).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let parts = line.trim().strip_prefix("listening ").expect(&line).split(' ');
        let listening = parts.map(|part| part.split_once('=').unwrap());
        let listening = listening.map(|(name, at)| (name.to_owned(), at.parse().unwrap())).collect();
        let (_, token, _) = told(frontdesk(data, &["token", "new", "tests", "--role", "owner"], ""));
        Program { child, listening, token: token.trim().to_owned() }
    }

    pub fn sip(&self) -> SocketAddr {
        self.listening["sip"]
    }

    /// One request to its API; the whole answer.
    pub fn ask(&self, what: &str, body: &str) -> String {
        self.way_in().ask(what, body).unwrap()
    }

    /// A way to its API for somebody who outlives it.
    pub fn way_in(&self) -> WayIn {
        WayIn { http: self.listening["http"], token: self.token.clone() }
    }

    fn board(&self) -> String {
        self.ask("GET /api/v1/board", "")
    }

    /// As the power goes. `timeout` stands before it: the program is its only child.
    pub fn kill(mut self) {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        for child in children.split_whitespace() {
            let killed = Command::new("kill").args(["-9", child]).status().unwrap();
            assert!(killed.success());
        }
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SIGTERM is handed on by `timeout`; one that is gone already is no failure.
        let _ = Command::new("kill").arg(self.child.id().to_string()).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_kill_in_a_call_states_are_back_and_numbers_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut scene = Scene::set();
    let program = Program::start(&data, "");
    let (second, _, sentence) = told(serve(&data, "", &[]).output().unwrap());
    assert!(second == 1 && sentence.contains("another frontdesk works on"), "{second} {sentence}");

    let provider = scene.provider(program.sip()).await;
    set_up(&data, provider.address);
    let phone = At::work(phone_at(program.sip(), &scene.tell).await);
    registered(&mut scene.told).await;
    let paused = program.ask("POST /api/v1/people/bo/state", "{\"state\":\"paused\",\"reason\":\"lunch\"}");
    assert!(paused.starts_with("HTTP/1.1 200"), "{paused}");
    provider.orders.send(order(Duration::from_secs(3600))).await.unwrap();
    until(|| program.board().contains("\"talking\"")).await;
    // Facts that are no promises may be 200 ms on their way to the disk.
    until(|| program.ask("GET /api/v1/contacts", "").contains("\"C-1\"")).await;
    program.kill();
    phone.vanish().await;
    provider.vanish().await;

    let program = Program::start(&data, "");
    let board = program.board();
    assert!(board.contains("\"paused\"") && board.contains("lunch"), "{board}");
    let mut scene = Scene::set();
    let provider = scene.provider(program.sip()).await;
    set_up(&data, provider.address);
    let _phone = At::work(phone_at(program.sip(), &scene.tell).await);
    registered(&mut scene.told).await;
    provider.orders.send(order(Duration::from_millis(300))).await.unwrap();
    both_heard(scene.reports().await);
    until(|| program.ask("GET /api/v1/contacts", "").contains("\"answered\"")).await;
    drop(program);

    let contacts = all(&crate::store::open(&data).unwrap().reader);
    let mut ids: Vec<u64> = contacts.iter().map(|contact| contact.id.0).collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2]);
    let outcome = |id| contacts.iter().find(|contact| contact.id.0 == id).unwrap().outcome;
    assert_eq!((outcome(1), outcome(2)), (Some(Outcome::FailedTechnical), Some(Outcome::Answered)));
    let cut = contacts.iter().find(|contact| contact.id.0 == 1).unwrap();
    assert!(cut.story.iter().any(|line| line.what == Happened::CutByPowerFailure), "{:?}", cut.story);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_calls_go_on_and_the_office_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut scene = Scene::set();
    drop(Program::start(&data, "")); // makes keys and certificates while there is room
    // SIGXFSZ ignored: writes beyond the limit fail, as they do on a full disk.
    let program = Program::start(&data, "trap '' XFSZ; ulimit -f 512;");
    let provider = scene.provider(program.sip()).await;
    set_up(&data, provider.address);
    let phone = At::work(phone_at(program.sip(), &scene.tell).await);
    registered(&mut scene.told).await;
    let people: String = (0..14_000).map(|n| format!("[[person]]\nid = \"p{n}\"\nname = \"P\"\n")).collect();
    let file = folder.path().join("large.toml");
    std::fs::write(&file, office_toml(provider.address) + &people).unwrap();
    let (code, _, err) = told(frontdesk(&data, &["apply", file.to_str().unwrap()], ""));
    assert!(code == 1 && err.contains("it could not be stored: the disk"), "{code} {err}");
    until(|| program.ask("GET /healthz", "").contains("refusing promises")).await;
    provider.orders.send(order(Duration::from_millis(300))).await.unwrap();
    both_heard(scene.reports().await);
    drop((phone, provider));
}
