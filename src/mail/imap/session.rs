//! Shell. One IMAP connection: commands, answers, log-in. Mails go from the socket to the disk.

use super::words::{Answer, Item, Part, Said, Verdict, Word, announces_mail, answer, item, literal};
use crate::mail::shelf::{Laid, Shelf};
use crate::mail::socket::{Broken, Socket, sentence};
use crate::mail::task::World;
use crate::mail::wire::Server;
use crate::settings::Security;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::time::Duration;

/// The longest line, a list of UIDs of half a million mails.
const LINE: usize = 4 * 1024 * 1024;
/// The largest literal that is not a mail: a folder's name.
const SMALL: u64 = 64 * 1024;
/// Pieces of one answer.
const PARTS: usize = 64;
/// The most bytes of one mail that are taken (spec/mail.md §2).
pub const MAIL_MAX: u64 = 64 * 1024 * 1024;

/// What opens a mailbox, resolved: never logged.
pub enum Pass<'a> {
    Password(&'a str),
    /// An access token.
    Token(&'a str),
}

/// A connection that is logged in, or about to be.
#[derive(Debug)]
pub struct Session {
    pub socket: Socket,
    /// One answer, whole.
    pub answer: Duration,
    serial: u32,
    capabilities: BTreeSet<String>,
}

/// One answer, and the mail that came in it.
#[derive(Debug)]
pub struct Heard {
    pub answer: Answer,
    pub laid: Option<Laid>,
}

/// How a command ended: what was said with OK.
pub type Done = Result<Said, Broken>;

impl Session {
    /// Connects, protects the connection as the settings say, logs in.
    pub async fn open(world: &World, server: &Server, pass: &Pass<'_>) -> Result<Self, Broken> {
        let tls = &world.tls;
        let mut socket = Socket::open(&*world.dial, &server.host, server.port).await?;
        if server.security == Security::Tls {
            socket = socket.protect(tls, &server.host).await?;
        }
        let mut session =
            Self { socket, answer: world.pace.answer, serial: 0, capabilities: BTreeSet::new() };
        let preauth = session.greeting().await?;
        session.ask_capabilities().await?;
        if server.security == Security::Starttls {
            // a log-in given away before the handshake is somebody's in between (RFC 9051 §11.3)
            if preauth || !session.can("STARTTLS") {
                return Err(Broken::Unprotected);
            }
            session.run("STARTTLS").await?;
            session.socket = session.socket.protect(tls, &server.host).await?;
            session.ask_capabilities().await?;
        }
        if !preauth {
            session.log_in(&server.user, pass).await?;
            session.ask_capabilities().await?;
        }
        Ok(session)
    }

    /// Whether the server offers this.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    async fn greeting(&mut self) -> Result<bool, Broken> {
        match self.hear(&mut None).await?.answer {
            Answer::Said(said) if said.tag.is_none() => match said.verdict {
                Verdict::Ok => Ok(false),
                Verdict::Preauth => Ok(true),
                _ => Err(Broken::Refused(sentence(&said.text))),
            },
            _ => Err(Broken::Strange("no greeting")),
        }
    }

    async fn ask_capabilities(&mut self) -> Result<(), Broken> {
        let mut offered = BTreeSet::new();
        self.run_hearing("CAPABILITY", &mut None, |heard| {
            if let Answer::Told(words) = heard.answer
                && words.first().is_some_and(|word| word.is("CAPABILITY"))
            {
                offered.extend(words.iter().filter_map(Word::name).map(|name| name.to_ascii_uppercase()));
            }
        })
        .await?;
        self.capabilities = offered;
        Ok(())
    }

    async fn log_in(&mut self, user: &str, pass: &Pass<'_>) -> Result<(), Broken> {
        let result = match pass {
            Pass::Token(token) => {
                self.authenticate("XOAUTH2", &crate::mail::oauth::xoauth2(user, token)).await
            }
            Pass::Password(password) if self.can("AUTH=PLAIN") => {
                self.authenticate("PLAIN", &format!("\0{user}\0{password}")).await
            }
            Pass::Password(_) if self.can("LOGINDISABLED") => Err(Broken::Unprotected),
            Pass::Password(password) => {
                let (user, password) = (quote(user), quote(password));
                self.run(&format!("LOGIN {user} {password}")).await
            }
        };
        match result {
            Ok(_) => Ok(()),
            Err(Broken::Refused(said)) if !is_passing(&said) => Err(Broken::LogInRefused(said)),
            Err(other) => Err(other),
        }
    }

    /// The secret is sent at the server's invitation; a further question is answered with nothing, so that the
    /// refusal comes with its sentence (XOAUTH2 asks once more).
    async fn authenticate(&mut self, mechanism: &str, secret: &str) -> Done {
        let tag = self.send(&format!("AUTHENTICATE {mechanism}")).await?;
        let mut answers = [STANDARD.encode(secret), String::new()].into_iter();
        loop {
            match self.hear(&mut None).await?.answer {
                Answer::GoOn(_) => {
                    let next = answers.next().ok_or(Broken::Strange("questions without end"))?;
                    self.socket.write(format!("{next}\r\n").as_bytes()).await?;
                }
                Answer::Said(said) if said.tag.as_deref() == Some(&tag) => return verdict(said),
                Answer::Said(said) => refuse_end(&said)?,
                Answer::Told(_) => {}
            }
        }
    }

    /// Sends a command; its tag.
    pub async fn send(&mut self, command: &str) -> Result<String, Broken> {
        self.serial += 1;
        let tag = format!("f{}", self.serial);
        self.socket.write(format!("{tag} {command}\r\n").as_bytes()).await?;
        Ok(tag)
    }

    /// A command whose untagged answers do not matter.
    pub async fn run(&mut self, command: &str) -> Done {
        self.run_hearing(command, &mut None, |_| {}).await
    }

    /// A command; every untagged answer is handed on.
    pub async fn run_hearing(
        &mut self,
        command: &str,
        shelf: &mut Option<&mut Shelf>,
        mut each: impl FnMut(Heard),
    ) -> Done {
        let tag = self.send(command).await?;
        loop {
            let heard = self.hear(shelf).await?;
            match &heard.answer {
                Answer::Said(said) if said.tag.as_deref() == Some(&tag) => return verdict(said.clone()),
                Answer::Said(said) => {
                    refuse_end(said)?;
                    each(heard);
                }
                Answer::Told(_) => each(heard),
                Answer::GoOn(_) => return Err(Broken::Strange("an invitation nobody asked for")),
            }
        }
    }

    /// The next answer; a mail in it goes to the shelf.
    pub async fn hear(&mut self, shelf: &mut Option<&mut Shelf>) -> Result<Heard, Broken> {
        let mut parts = Vec::new();
        let mut laid = None;
        loop {
            let mut line = self.socket.line(LINE, self.answer).await?;
            let Some((open, length)) = literal(&line) else {
                parts.push(Part::Line(line));
                break;
            };
            line.truncate(open);
            let is_mail = announces_mail(&line) && laid.is_none();
            parts.push(Part::Line(line));
            match shelf {
                Some(shelf) if is_mail && length <= MAIL_MAX => {
                    laid = Some(shelf.lay(&mut self.socket, length, self.answer).await?);
                    parts.push(Part::Streamed);
                }
                _ if length <= SMALL && parts.len() < PARTS => {
                    parts.push(Part::Literal(self.small(length).await?));
                }
                _ => return Err(Broken::Strange("a literal over all bounds")),
            }
        }
        let answer = answer(&parts).ok_or(Broken::Strange("an answer that is none"))?;
        Ok(Heard { answer, laid })
    }

    async fn small(&mut self, length: u64) -> Result<Vec<u8>, Broken> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < length {
            let left = length - bytes.len() as u64;
            let more = tokio::time::timeout(self.answer, self.socket.some(left)).await;
            bytes.extend_from_slice(more.unwrap_or(Err(Broken::Slow))?);
        }
        Ok(bytes)
    }

    /// Says good-bye without waiting for the answer.
    pub async fn leave(mut self) {
        let _gone = self.send("LOGOUT").await;
    }
}

impl Heard {
    /// The mail of a FETCH answer.
    pub fn item(&self) -> Option<Item> {
        if let Answer::Told(words) = &self.answer { item(words) } else { None }
    }
}

/// OK, or the server's sentence.
pub fn verdict(said: Said) -> Done {
    match said.verdict {
        Verdict::Ok | Verdict::Preauth => Ok(said),
        Verdict::No | Verdict::Bad | Verdict::Bye => {
            let code = if said.code.is_empty() { String::new() } else { format!("[{}] ", said.code) };
            Err(Broken::Refused(sentence(&[code.as_bytes(), &said.text].concat())))
        }
    }
}

/// BYE ends a connection. A BAD or a foreign tag means that the two sides lost each other.
fn refuse_end(said: &Said) -> Result<(), Broken> {
    match (said.verdict, &said.tag) {
        (Verdict::Bye, _) => Err(Broken::Ended),
        (Verdict::Bad, _) => Err(Broken::Strange("BAD without a command")),
        (_, Some(_)) => Err(Broken::Strange("an answer to no command")),
        (_, None) => Ok(()),
    }
}

/// Refusals that say nothing of the password (RFC 5530).
fn is_passing(said: &str) -> bool {
    ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"].iter().any(|code| said.starts_with(code))
}

/// A quoted string. What it cannot hold is left out: such a name fits no account.
pub fn quote(text: &str) -> String {
    let plain = text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0'));
    let escaped: String =
        plain.flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}
