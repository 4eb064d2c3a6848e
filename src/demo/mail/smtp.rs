//! Shell. The SMTP side of our own mail provider.

use super::faults::{Faults, Step};
use super::folders::INBOX;
use super::line::{Line, cut};
use super::{Provider, Sent};
use std::io;

/// Answers to one connection.
pub(super) async fn serve(provider: Provider, mut line: Line, faults: Faults) -> io::Result<()> {
    line.tell(instead(&faults, "greeting").unwrap_or("220 post.example")).await?;
    let mut envelope = Sent::default();
    let mut protected = false;
    loop {
        let command = line.hear().await?;
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        if let Some(answer) = wrong(&faults, &verb, &command) {
            line.tell(answer).await?;
            continue;
        }
        match verb.as_str() {
            "EHLO" => line.say(offers(provider.tls.is_some() && !protected).as_bytes()).await?,
            "STARTTLS" => {
                let Some(tls) = &provider.tls else { return Err(cut()) };
                let injected = faults.injected.as_deref().unwrap_or_default();
                line.say(format!("220 go on\r\n{injected}").as_bytes()).await?;
                line = line.protect(tls).await?;
                protected = true;
            }
            "AUTH" => authenticate(&provider, &mut line, &command).await?,
            "MAIL" => {
                envelope = Sent { from: address(&command), ..Sent::default() };
                line.tell("250 ok").await?;
            }
            "RCPT" => {
                envelope.to.push(address(&command));
                line.tell("250 ok").await?;
            }
            "DATA" => data(&provider, &mut line, &faults, &mut envelope).await?,
            "QUIT" => return line.tell("221 bye").await,
            _ => line.tell("250 ok").await?,
        }
    }
}

/// A planned answer: for a verb, or for a verb with just this argument (`MAIL FROM:<>`).
fn wrong<'a>(faults: &'a Faults, verb: &str, command: &str) -> Option<&'a str> {
    let whole = command.split(" BODY=").next().unwrap_or(command);
    instead(faults, whole).or_else(|| instead(faults, verb))
}

fn instead<'a>(faults: &'a Faults, what: &str) -> Option<&'a str> {
    faults.instead.get(what).map(String::as_str)
}

fn offers(starttls: bool) -> String {
    let more = if starttls { "250-STARTTLS\r\n" } else { "" };
    format!("250-post.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n{more}250 AUTH PLAIN LOGIN XOAUTH2\r\n")
}

async fn authenticate(provider: &Provider, line: &mut Line, command: &str) -> io::Result<()> {
    line.tell("334 ").await?;
    let secret = line.hear().await?;
    if provider.knows(command.rsplit(' ').next().unwrap_or_default(), &secret) {
        line.tell("235 welcome").await
    } else {
        line.tell("535 5.7.8 wrong password").await
    }
}

/// `MAIL FROM:<a@b> BODY=8BITMIME` → `a@b`.
fn address(command: &str) -> String {
    let inner = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

async fn data(provider: &Provider, line: &mut Line, faults: &Faults, envelope: &mut Sent) -> io::Result<()> {
    line.tell("354 go on").await?;
    let mut raw = Vec::new();
    loop {
        let text = line.hear_bytes().await?;
        if text == b"." {
            break;
        }
        raw.extend_from_slice(text.strip_prefix(b".").unwrap_or(&text));
        raw.extend_from_slice(b"\r\n");
    }
    if faults.after_dot != Some(Step::Lost) && !faults.instead.contains_key(".") {
        provider.accept(Sent { raw, ..std::mem::take(envelope) });
    }
    if faults.after_dot.is_some() {
        return Err(cut());
    }
    line.tell(instead(faults, ".").unwrap_or("250 queued")).await
}

impl Provider {
    /// A mail for the mailbox itself goes into its inbox; all are kept for who asks.
    fn accept(&self, sent: Sent) {
        let mut state = self.state();
        if sent.to.contains(&state.user) {
            let at = (state.wall)();
            let _uid = state.folders.deliver(INBOX, &sent.raw, at);
        }
        state.sent.push(sent);
        drop(state);
        self.news.send_modify(|version| *version += 1);
    }
}
