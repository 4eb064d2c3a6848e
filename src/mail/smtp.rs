//! Shell. Sends one mail, and says exactly how it ended: what was certainly not taken may be tried again,
//! what was cut between the final dot and the answer may not (spec/mail.md §5).

use super::imap::Pass;
use super::oauth::xoauth2;
use super::socket::{Broken, Dial, Socket, sentence};
use super::wire::{Outcome, Outgoing, Recipient, Sender, Server};
use crate::settings::Security;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// The longest line of an answer (RFC 5321 §4.5.3.1.5 says 512; servers say more).
const LINE: usize = 4096;
/// Lines of one answer.
const LINES: usize = 100;
/// An answer to a command, and to the final dot: a server may scan the mail first (RFC 5321 §4.5.3.2).
const ANSWER: Duration = Duration::from_secs(120);
const AFTER_DOT: Duration = Duration::from_secs(600);
/// What is read of the mail at once.
const CHUNK: usize = 32 * 1024;
/// The longest address (RFC 5321 §4.5.3.1).
const ADDRESS: usize = 254;

/// An answer: its code and its sentence.
#[derive(Debug)]
struct Reply {
    code: u16,
    lines: Vec<Vec<u8>>,
}

impl Reply {
    fn is_good(&self) -> bool {
        matches!(self.code, 200..=399)
    }

    fn is_final(&self) -> bool {
        self.code >= 500
    }

    /// With its code, as people quote it to their provider.
    fn said(&self) -> String {
        sentence(format!("{} {}", self.code, String::from_utf8_lossy(&self.lines.join(&b' '))).as_bytes())
    }

    fn outcome(&self) -> Outcome {
        if self.is_final() {
            Outcome::Refused { said: self.said() }
        } else {
            Outcome::Later { said: self.said() }
        }
    }
}

/// How an attempt went wrong before the mail could have been taken.
#[derive(Debug)]
pub enum Failed {
    /// The connection or the log-in: the mail is as good as before.
    Connection(Broken),
    /// The server's answer about this mail.
    Answered(Outcome),
}

impl From<Broken> for Failed {
    fn from(broken: Broken) -> Self {
        Self::Connection(broken)
    }
}

/// Sends. `own` is the mailbox's address.
pub async fn send(
    dial: &dyn Dial,
    tls: &Arc<rustls::ClientConfig>,
    server: &Server,
    pass: &Pass<'_>,
    own: &str,
    outgoing: &Outgoing,
) -> Result<Outcome, Broken> {
    let bad = outgoing.to.iter().map(String::as_str).chain([own]).find(|address| !is_address(address));
    if let Some(bad) = bad {
        return Ok(Outcome::BadAddress { to: sentence(bad.as_bytes()) });
    }
    let mut client = Client::open(dial, tls, server, pass).await?;
    let result = client.transfer(own, outgoing).await;
    // A goodbye that does not arrive changes nothing.
    let _gone = client.socket.write(b"QUIT\r\n").await;
    match result {
        Ok(outcome) | Err(Failed::Answered(outcome)) => Ok(outcome),
        Err(Failed::Connection(broken)) => Err(broken),
    }
}

/// Whether a mail can go there: one `@`, no space, no control character, nothing that ends a command.
pub fn is_address(address: &str) -> bool {
    let plain =
        |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '\\');
    let parts = address.rsplit_once('@');
    let filled = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !local.contains('@') && !domain.is_empty() && !domain.starts_with(['.', '-'])
    });
    filled && address.len() <= ADDRESS && address.chars().all(plain)
}

struct Client {
    socket: Socket,
    offered: BTreeSet<String>,
}

impl Client {
    async fn open(
        dial: &dyn Dial,
        tls: &Arc<rustls::ClientConfig>,
        server: &Server,
        pass: &Pass<'_>,
    ) -> Result<Self, Broken> {
        let mut socket = Socket::open(dial, &server.host, server.port).await?;
        if server.security == Security::Tls {
            socket = socket.protect(tls, &server.host).await?;
        }
        let mut client = Self { socket, offered: BTreeSet::new() };
        let greeting = client.reply(ANSWER).await?;
        if !greeting.is_good() {
            return Err(Broken::Refused(greeting.said()));
        }
        client.hello().await?;
        if server.security == Security::Starttls {
            client = client.protect(tls, &server.host).await?;
        }
        client.log_in(server, pass).await?;
        Ok(client)
    }

    async fn protect(mut self, tls: &Arc<rustls::ClientConfig>, host: &str) -> Result<Self, Broken> {
        if !self.offers("STARTTLS") || !self.ask("STARTTLS").await?.is_good() {
            return Err(Broken::Unprotected);
        }
        self.socket = self.socket.protect(tls, host).await?;
        self.hello().await?;
        Ok(self)
    }

    /// What was offered before the handshake is forgotten: the set is made anew.
    async fn hello(&mut self) -> Result<(), Broken> {
        // our own name would tell the inside of the office; an address literal is always right (RFC 5321 §4.1.3)
        let reply = self.ask("EHLO [127.0.0.1]").await?;
        if !reply.is_good() {
            return Err(Broken::Refused(reply.said()));
        }
        let word = |line: &Vec<u8>| String::from_utf8_lossy(line).to_ascii_uppercase();
        self.offered = reply.lines.iter().skip(1).map(word).collect();
        Ok(())
    }

    fn offers(&self, extension: &str) -> bool {
        self.offered.iter().any(|line| line.split_whitespace().next() == Some(extension))
    }

    fn offers_log_in(&self, mechanism: &str) -> bool {
        let auth = |line: &&String| line.starts_with("AUTH ") || line.starts_with("AUTH=");
        let mut lines = self.offered.iter().filter(auth);
        lines.any(|line| line.split([' ', '=']).any(|word| word == mechanism))
    }

    async fn log_in(&mut self, server: &Server, pass: &Pass<'_>) -> Result<(), Broken> {
        let user = &server.user;
        let reply = match pass {
            Pass::Token(token) => self.auth("XOAUTH2", &[xoauth2(user, token)]).await?,
            // a relay that knows us by our address asks for no log-in
            Pass::Password("") => return Ok(()),
            Pass::Password(password) if self.offers_log_in("PLAIN") || !self.offers_log_in("LOGIN") => {
                self.auth("PLAIN", &[format!("\0{user}\0{password}")]).await?
            }
            Pass::Password(password) => self.auth("LOGIN", &[user.clone(), (*password).to_owned()]).await?,
        };
        match reply.code {
            200..=299 => Ok(()),
            500..=599 => Err(Broken::LogInRefused(reply.said())),
            _ => Err(Broken::Refused(reply.said())),
        }
    }

    /// Each secret at the server's invitation, then nothing, so that a refusal comes with its sentence.
    async fn auth(&mut self, mechanism: &str, secrets: &[String]) -> Result<Reply, Broken> {
        let mut reply = self.ask(&format!("AUTH {mechanism}")).await?;
        for secret in secrets.iter().map(String::as_str).chain([""]) {
            if reply.code != 334 {
                break;
            }
            reply = self.ask(&STANDARD.encode(secret)).await?;
        }
        Ok(reply)
    }

    async fn transfer(&mut self, own: &str, outgoing: &Outgoing) -> Result<Outcome, Failed> {
        self.mail_from(own, outgoing).await?;
        let (mut later, mut refused, mut taken) = (Vec::new(), Vec::new(), 0);
        for to in &outgoing.to {
            let reply = self.ask(&format!("RCPT TO:<{to}>")).await?;
            let whom = || Recipient { to: to.clone(), said: reply.said() };
            match reply.code {
                200..=299 => taken += 1,
                500.. => refused.push(whom()),
                _ => later.push(whom()),
            }
        }
        if taken == 0 {
            return Err(Failed::Answered(nobody(later, refused)));
        }
        let reply = self.ask("DATA").await?;
        if reply.code != 354 {
            return Err(Failed::Answered(reply.outcome()));
        }
        self.body(&outgoing.file).await?;
        // From the first byte of this on nobody but the server knows.
        if self.socket.write(b".\r\n").await.is_err() {
            return Ok(Outcome::Unknown);
        }
        match self.reply(AFTER_DOT).await {
            Ok(reply) if reply.is_good() => Ok(Outcome::Sent { later, refused }),
            Ok(reply) if reply.code == 421 => Ok(Outcome::Unknown),
            Ok(reply) => Err(Failed::Answered(reply.outcome())),
            Err(_) => Ok(Outcome::Unknown),
        }
    }

    async fn mail_from(&mut self, own: &str, outgoing: &Outgoing) -> Result<(), Failed> {
        let foreign = outgoing.to.iter().any(|to| !to.is_ascii()) || !own.is_ascii();
        let parameters = match (foreign, self.offers("SMTPUTF8"), self.offers("8BITMIME")) {
            (true, false, _) => {
                let said = "SMTPUTF8?".to_owned();
                return Err(Failed::Answered(Outcome::Refused { said }));
            }
            (true, true, _) => " SMTPUTF8 BODY=8BITMIME",
            (false, _, true) => " BODY=8BITMIME",
            (false, _, false) => "",
        };
        let mut senders = match outgoing.from {
            Sender::Own => vec![own],
            Sender::Null => vec!["", own],
        }
        .into_iter();
        loop {
            let Some(sender) = senders.next() else { return Err(Broken::Strange("no sender").into()) };
            let reply = self.ask(&format!("MAIL FROM:<{sender}>{parameters}")).await?;
            if reply.is_good() {
                return Ok(());
            }
            if senders.len() == 0 || !reply.is_final() {
                return Err(Failed::Answered(reply.outcome()));
            }
        }
    }

    /// The mail with CRLF at every line's end and dots doubled: whatever its bytes are, none ends it early.
    async fn body(&mut self, path: &Path) -> Result<(), Broken> {
        let mut file = tokio::fs::File::open(path).await.map_err(Broken::Disk)?;
        let mut chunk = vec![0; CHUNK];
        let mut stuffing = Stuffing::default();
        loop {
            let length = file.read(&mut chunk).await.map_err(Broken::Disk)?;
            if length == 0 {
                break;
            }
            self.socket.write(&stuffing.pass(&chunk[..length])).await?;
        }
        self.socket.write(stuffing.end()).await
    }

    async fn ask(&mut self, command: &str) -> Result<Reply, Broken> {
        self.socket.write(format!("{command}\r\n").as_bytes()).await?;
        self.reply(ANSWER).await
    }

    async fn reply(&mut self, within: Duration) -> Result<Reply, Broken> {
        let mut lines = Vec::new();
        while lines.len() < LINES {
            let line = self.socket.line(LINE, within).await?;
            let code =
                line.get(..3).and_then(|code| std::str::from_utf8(code).ok()).and_then(|c| c.parse().ok());
            let Some(code @ 200..=599) = code else { return Err(Broken::Strange("no code")) };
            lines.push(line.get(4..).unwrap_or_default().to_vec());
            if line.get(3) != Some(&b'-') {
                return Ok(Reply { code, lines });
            }
        }
        Err(Broken::Strange("an answer without an end"))
    }
}

/// Nobody was taken: refused for good only where everybody was.
fn nobody(later: Vec<Recipient>, refused: Vec<Recipient>) -> Outcome {
    let said = |recipients: Vec<Recipient>| {
        recipients.into_iter().next().map(|first| first.said).unwrap_or_default()
    };
    if later.is_empty() {
        Outcome::Refused { said: said(refused) }
    } else {
        Outcome::Later { said: said(later) }
    }
}

/// Line ends and dots of a mail on its way (RFC 5321 §4.5.2). A lone CR or LF becomes CRLF: servers that
/// disagree about lone ones could be made to see two mails.
#[derive(Debug, Default)]
struct Stuffing {
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    LineBegins,
    InLine,
    /// A CR was passed on as CRLF; an LF that follows belongs to it.
    AfterCr,
}

impl Stuffing {
    fn pass(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        for byte in bytes {
            match (self.state, byte) {
                (State::AfterCr, b'\n') => self.state = State::LineBegins,
                (_, b'\r' | b'\n') => {
                    out.extend_from_slice(b"\r\n");
                    self.state = if *byte == b'\r' { State::AfterCr } else { State::LineBegins };
                }
                (state, byte) => {
                    if *byte == b'.' && state != State::InLine {
                        out.push(b'.');
                    }
                    out.push(*byte);
                    self.state = State::InLine;
                }
            }
        }
        out
    }

    /// What brings the text to the beginning of a line.
    fn end(&self) -> &'static [u8] {
        if self.state == State::InLine { b"\r\n" } else { b"" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_of_a_mail_ends_it_early() {
        let stuffed = |pieces: &[&str]| {
            let mut stuffing = Stuffing::default();
            let mut out: Vec<u8> = pieces.iter().flat_map(|piece| stuffing.pass(piece.as_bytes())).collect();
            out.extend_from_slice(stuffing.end());
            String::from_utf8(out).unwrap()
        };
        assert_eq!(stuffed(&["a\r\n.\r\nb"]), "a\r\n..\r\nb\r\n");
        assert_eq!(stuffed(&["a\n.\nb\n"]), "a\r\n..\r\nb\r\n");
        assert_eq!(stuffed(&["a\r.\rb\r"]), "a\r\n..\r\nb\r\n");
        assert_eq!(stuffed(&["a\r", "\n.", "\r\nb"]), "a\r\n..\r\nb\r\n");
        assert_eq!(stuffed(&[".a", ".b"]), "..a.b\r\n");
        assert_eq!(stuffed(&["a\r\n\r\n\r\n"]), "a\r\n\r\n\r\n");
        assert_eq!(stuffed(&[]), "");
    }

    #[test]
    fn nonsense_is_no_address() {
        for good in ["a@b", "anna.berg+x@hansen.example", "håkan@exämple.se", "a@[192.0.2.1]", "o'neil@b.c"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\r\nRCPT TO:<x@y>",
            "a@b\0",
            "<a@b>",
            "a@b>",
            "a@.b",
            "a@-b",
            "a,b@c",
            "\"a\"@b",
            "a@b\u{85}",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
        assert!(!is_address(&format!("{}@b", "a".repeat(253))));
    }
}
