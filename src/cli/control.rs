//! Shell. `DATA/control.sock`: while the office runs, every command speaks to it, because there is one
//! writer. One JSON line each way. Without a running office the command does the same work itself.

use super::backup::cut;
use crate::i18n;
use crate::media::prompts;
use crate::media::sounds::Bank;
use crate::office::hours::{instant_of, preview::preview};
use crate::settings::{Draft, Role, Secrets, draft_toml, explained, print_toml};
use crate::store::backup::{self, BackupError, Whole};
use crate::store::invites::Invited;
use crate::store::settings_desk::{ApplyError, SettingsDesk, SettingsSource};
use crate::switchboard::clock::Clock;
use crate::web;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::Semaphore;

/// The socket inside the data folder.
pub const SOCKET: &str = "control.sock";
/// No office.toml is larger.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Commands served at once; more wait their turn.
const COMMANDS_MAX: usize = 8;
/// Where browsers come in unless `serve` is told otherwise.
const HTTP_PORT: u16 = 8080;
/// Longest wait for a command to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest wait for the office's answer; a slow disk has its time.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// What a command asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    Apply {
        file: String,
        toml: String,
        how: How,
    },
    Export {
        secrets: Shown,
    },
    Passwd {
        person: String,
        password: String,
    },
    Invite {
        person: String,
    },
    NewToken {
        name: String,
        role: String,
    },
    Hours {
        at: Option<String>,
    },
    Health,
    /// The answer is a line, and after [`Response::Backup`] the backup itself.
    Backup,
}

/// Do it, or only say what would be done.
///
/// | | where the last of a kind would go |
/// | --- | --- |
/// | `ForReal` | nothing is done, and [`Response::Unsure`] says what |
/// | `Agreed` | it goes |
/// | `DryRun` | it is said |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    ForReal,
    Agreed,
    DryRun,
}

/// Whether secrets are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    Hidden,
    Shown,
}

/// What it is told.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Response {
    /// Done; what changed, a sentence each.
    Changed {
        lines: Vec<String>,
        /// What is taken all the same and worth a word, a sentence each.
        notices: Vec<String>,
    },
    /// Not done yet: what would change, and what the office would be left without, a sentence each.
    Unsure {
        changes: Vec<String>,
        losses: Vec<String>,
    },
    Office {
        toml: String,
    },
    Token {
        bearer: String,
    },
    /// What happens if someone calls then, a sentence each.
    Hours {
        lines: Vec<String>,
    },
    Health {
        ready: bool,
        keeps_promises: bool,
        /// Listener → address.
        listening: std::collections::BTreeMap<String, String>,
        /// Trunk → `up`, or why not.
        trunks: std::collections::BTreeMap<String, String>,
        /// Calls going on, whoever talks, waits or is dialled.
        #[serde(default)]
        calls: usize,
    },
    Backup,
    /// Not done; why, a sentence each.
    Refused {
        lines: Vec<String>,
    },
}

/// Why the running office gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("the running office does not answer on {path}; see its log, or restart it")]
pub struct NoAnswer {
    path: PathBuf,
    source: io::Error,
}

/// Asks the office that runs on this folder; `None` when none runs. Blocks.
pub fn ask(data: &Path, request: &Request) -> Result<Option<Response>, NoAnswer> {
    let path = data.join(SOCKET);
    let Ok(stream) = UnixStream::connect(&path) else { return Ok(None) };
    exchange(stream, request).map(Some).map_err(|source| NoAnswer { path, source })
}

fn exchange(mut stream: UnixStream, request: &Request) -> io::Result<Response> {
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut answer)?;
    Ok(serde_json::from_str(&answer)?)
}

/// Whether an office runs on a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Told,
    Nobody,
}

/// Has the office that runs on this folder write a backup of itself. Blocks.
pub(super) fn ask_for_backup(data: &Path, out: &mut dyn Write) -> Result<Asked, BackupError> {
    let Ok(stream) = UnixStream::connect(data.join(SOCKET)) else { return Ok(Asked::Nobody) };
    let copied = take_backup(stream, out).map_err(cut)?;
    copied.map(|()| Asked::Told).map_err(|lines| cut(io::Error::other(lines.join(" "))))
}

fn take_backup(mut stream: UnixStream, out: &mut dyn Write) -> io::Result<Result<(), Vec<String>>> {
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    let mut line = serde_json::to_vec(&Request::Backup)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut reader = BufReader::new(stream);
    let mut answer = String::new();
    (&mut reader).take(LINE_BYTES_MAX).read_line(&mut answer)?;
    match serde_json::from_str(&answer)? {
        Response::Backup => io::copy(&mut reader, out).map(|_| Ok(())),
        Response::Refused { lines } => Ok(Err(lines)),
        _ => Ok(Err(vec!["the running frontdesk is of another version; restart it".to_owned()])),
    }
}

/// Opens the socket of a folder whose lock is held, and answers until the task is dropped or aborted.
pub fn listen(data: &Path, desk: SettingsDesk, clock: Clock) -> io::Result<tokio::task::JoinHandle<()>> {
    let path = data.join(SOCKET);
    match std::fs::remove_file(&path) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
        _ => {} // left behind by a crash, or not there
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(tokio::spawn(accept(listener, data.to_owned(), desk, clock)))
}

async fn accept(listener: UnixListener, data: PathBuf, desk: SettingsDesk, clock: Clock) {
    let turns = Arc::new(Semaphore::new(COMMANDS_MAX));
    loop {
        let Ok(turn) = turns.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let (desk, data) = (desk.clone(), data.clone());
                tokio::spawn(async move {
                    let _turn = turn;
                    if let Err(problem) = serve(stream, data, &desk, clock).await {
                        tracing::debug!(%problem, "a command went away before its answer");
                    }
                });
            }
            Err(problem) => {
                tracing::warn!(%problem, "a command could not be taken");
                // Out of descriptors: trying at once again would spin.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn serve(
    mut stream: tokio::net::UnixStream,
    data: PathBuf,
    desk: &SettingsDesk,
    clock: Clock,
) -> io::Result<()> {
    let mut line = String::new();
    let mut reader = tokio::io::BufReader::new((&mut stream).take(LINE_BYTES_MAX));
    tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await??;
    let response = match serde_json::from_str(&line) {
        Ok(Request::Backup) => return write_backup(stream.into_std()?, data, clock).await,
        Ok(request) => answer(&data, desk, request, clock).await,
        Err(_) => refused("the running frontdesk is of another version; restart it".to_owned()),
    };
    tokio::time::timeout(PATIENCE, stream.write_all(&line_of(&response)?)).await?
}

fn line_of(response: &Response) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(response)?;
    text.push(b'\n');
    Ok(text)
}

/// The line that says so, then the backup; one that ends early is not whole, and who asked sees that.
async fn write_backup(stream: UnixStream, data: PathBuf, clock: Clock) -> io::Result<()> {
    let write = move || -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(ANSWER_MAX))?;
        let mut out = io::BufWriter::new(stream);
        out.write_all(&line_of(&Response::Backup)?)?;
        match backup::write(&data, Whole::Everything, clock.now().wall, out) {
            Ok((mut out, _)) => out.flush(),
            Err(problem) => {
                tracing::error!(%problem, "the backup was not made");
                Ok(())
            }
        }
    };
    tokio::task::spawn_blocking(write).await.map_err(io::Error::other)?
}

/// Does what a command asks, here or in the running office.
pub async fn answer(data: &Path, desk: &SettingsDesk, request: Request, clock: Clock) -> Response {
    let done = match request {
        Request::Apply { file, toml, how } => {
            let notices = notices(data, desk, &toml, &file);
            apply(desk, SettingsSource::Toml { text: toml, file }, how, notices, clock).await
        }
        Request::Export { secrets } => export(desk, secrets),
        Request::Passwd { person, password } => {
            let set = desk.set_password(&person.as_str().into(), password).await;
            set.map(|()| changed(format!("person {person} has a new password")))
        }
        Request::Invite { person } => {
            let made = desk.invite(&person.as_str().into(), clock.now().wall).await;
            made.map(|made| changed(invited(desk, &made)))
        }
        Request::NewToken { name, role } => {
            // Only our own commands write here; an unknown role gets the least.
            let role = Role::from_word(&role).unwrap_or(Role::Viewer);
            desk.new_token(name, role, clock.now().wall).await.map(|bearer| Response::Token { bearer })
        }
        Request::Hours { at } => hours(desk, at.as_deref(), clock),
        Request::Health => return health(desk),
        // Only a running office is asked over the socket, where the bytes follow.
        Request::Backup => return refused("a backup is written by the running office".to_owned()),
    };
    done.unwrap_or_else(|error| match error {
        ApplyError::Problems(problems) => {
            Response::Refused { lines: problems.iter().map(ToString::to_string).collect() }
        }
        other => refused(other.to_string()),
    })
}

/// Whoever is new and has no password gets a link.
async fn apply(
    desk: &SettingsDesk,
    source: SettingsSource,
    how: How,
    notices: Vec<String>,
    clock: Clock,
) -> Result<Response, ApplyError> {
    let losses: Vec<String> = desk.losses(&source)?.into_iter().map(str::to_owned).collect();
    let lines = match (how, losses.is_empty()) {
        (How::DryRun, _) => desk.what_if(&source).await?.into_iter().chain(losses).collect(),
        (How::ForReal, false) => {
            return Ok(Response::Unsure { changes: desk.what_if(&source).await?, losses });
        }
        (How::ForReal, true) | (How::Agreed, _) => {
            let (mut lines, made) = desk.apply_and_invite(source, clock.now().wall).await?;
            lines.extend(made.iter().map(|made| invited(desk, made)));
            lines
        }
    };
    Ok(Response::Changed { lines, notices })
}

fn changed(line: String) -> Response {
    Response::Changed { lines: vec![line], notices: Vec::new() }
}

fn invited(desk: &SettingsDesk, made: &Invited) -> String {
    let (person, link) = (&made.person, made.link(&screens(desk)));
    format!("person {person} chooses a password within 7 days, once, at {link}")
}

/// Where browsers find this machine.
fn screens(desk: &SettingsDesk) -> String {
    let http = desk.health().and_then(|health| health.listening.get("http").copied());
    let named = http.map(|http| http.ip()).filter(|ip| !ip.is_unspecified());
    let host = named.or_else(web::address_of_machine).map_or("localhost".to_owned(), |ip| match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    });
    format!("http://{host}:{}", http.map_or(HTTP_PORT, |http| http.port()))
}

/// What is taken, and worth a word; nothing of a file that is refused.
fn notices(data: &Path, desk: &SettingsDesk, toml: &str, file: &str) -> Vec<String> {
    let draft = draft_toml(toml, file, desk.current().as_deref());
    let of = |draft: Draft| prompts::notices(&Bank::with_data(data.to_owned()), &draft.settings);
    draft.map(of).unwrap_or_default()
}

fn export(desk: &SettingsDesk, secrets: Shown) -> Result<Response, ApplyError> {
    let office = desk.current().ok_or(ApplyError::NoOffice)?;
    let secrets = match secrets {
        Shown::Hidden => Secrets::Hidden,
        Shown::Shown => Secrets::Shown,
    };
    Ok(Response::Office { toml: explained(&print_toml(&office, secrets)) })
}

fn hours(desk: &SettingsDesk, at: Option<&str>, clock: Clock) -> Result<Response, ApplyError> {
    let office = desk.current().ok_or(ApplyError::NoOffice)?;
    let at = match at {
        None => Some(clock.now().wall),
        Some(text) => instant_of(text, &office.office.time_zone),
    };
    let Some(at) = at else {
        return Ok(refused("a time is written like 2026-12-24T14:00, on the office's clock".to_owned()));
    };
    let preview = preview(&office, &desk.overrides(), at);
    Ok(Response::Hours { lines: i18n::preview(office.office.language, &office, &preview) })
}

fn health(desk: &SettingsDesk) -> Response {
    let Some(health) = desk.health() else {
        return refused("the office does not run".to_owned());
    };
    let listening = health.listening.iter();
    Response::Health {
        ready: health.ready,
        keeps_promises: health.keeps_promises,
        listening: listening.map(|(name, address)| ((*name).to_owned(), address.to_string())).collect(),
        trunks: health.trunks.clone(),
        calls: desk.calls(),
    }
}

fn refused(line: String) -> Response {
    Response::Refused { lines: vec![line] }
}
