//! Shell. Staying on a connection: IDLE where the server has it, and a look every minute whatever it says.

use super::folder::{Seen, sent_folder};
use super::session::Session;
use super::take::Taking;
use super::words::Answer;
use crate::mail::place::Standing;
use crate::mail::socket::Broken;
use crate::mail::task::Pace;
use crate::mail::wire::{Folder, MailEvent, Side, Trouble};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

/// A mailbox this full is soon one that refuses mail, in hundredths.
const FULL: u64 = 95;

/// What one connection and the next have in common.
#[derive(Debug, Default)]
pub struct Pulse {
    /// Somebody wants a look at once.
    pub check_now: Notify,
    idle_failed_at: std::sync::Mutex<Option<Instant>>,
}

impl Pulse {
    fn may_idle(&self, pace: &Pace) -> bool {
        let failed = self.idle_failed_at.lock().ok().and_then(|at| *at);
        failed.is_none_or(|at| at.elapsed() > pace.without_idle)
    }

    fn idle_failed(&self) {
        if let Ok(mut at) = self.idle_failed_at.lock() {
            *at = Some(Instant::now());
        }
    }
}

/// Takes what is missing and stays until the connection breaks. `checked` is set once all was well.
pub async fn stay(taking: &mut Taking<'_>, pulse: &Pulse, checked: &mut bool) -> Result<Infallible, Broken> {
    let sent = sent_folder(&taking.session.folders().await?);
    loop {
        let began = Instant::now();
        warn_of_quota(taking).await?;
        let mut seen = Seen::default();
        if let Some(name) = &sent {
            taking.visit(Folder::Sent, name).await?;
            seen = taking.session.status(name).await.unwrap_or_default();
        }
        let mut inbox = taking.visit(Folder::Inbox, "INBOX").await?;
        tell_checked(taking).await?;
        *checked = true;
        while began.elapsed() < taking.world.pace.whole {
            wait(&mut taking.session, pulse, &taking.world.pace).await?;
            inbox = look(taking, inbox, sent.as_deref(), &mut seen).await?;
            tell_checked(taking).await?;
        }
    }
}

/// The inbox for certain, the Sent folder where its numbers moved.
async fn look(
    taking: &mut Taking<'_>,
    mut inbox: Standing,
    sent: Option<&str>,
    seen: &mut Seen,
) -> Result<Standing, Broken> {
    taking.session.run("NOOP").await?;
    taking.look(Folder::Inbox, &mut inbox).await?;
    let Some(name) = sent else { return Ok(inbox) };
    let now = taking.session.status(name).await?;
    if now == *seen {
        return Ok(inbox);
    }
    *seen = now;
    taking.visit(Folder::Sent, name).await?;
    taking.visit(Folder::Inbox, "INBOX").await
}

async fn tell_checked(taking: &Taking<'_>) -> Result<(), Broken> {
    let checked = MailEvent::Checked { mailbox: taking.account.id.clone(), at: taking.world.now() };
    taking.events.send(checked).await.map_err(|_| Broken::NobodyTakes)
}

async fn warn_of_quota(taking: &mut Taking<'_>) -> Result<(), Broken> {
    let quota = match taking.session.quota().await {
        // a server that offers quotas and refuses to tell is no trouble
        Err(Broken::Refused(_)) => None,
        other => other?,
    };
    let Some((used, limit)) = quota.filter(|(_, limit)| *limit > 0) else { return Ok(()) };
    let mailbox = taking.account.id.clone();
    let event = if used.saturating_mul(100) < limit.saturating_mul(FULL) {
        MailEvent::QuotaWell { mailbox }
    } else {
        let trouble = Trouble::QuotaFull { said: format!("{} / {} MiB", used / 1024, limit / 1024) };
        MailEvent::Trouble { mailbox, side: Side::Imap, trouble }
    };
    taking.events.send(event).await.map_err(|_| Broken::NobodyTakes)
}

/// Until there is news, somebody asks, or it is time to look anyway.
async fn wait(session: &mut Session, pulse: &Pulse, pace: &Pace) -> Result<(), Broken> {
    if !(session.can("IDLE") && pulse.may_idle(pace)) {
        // Both ends of the wait are a reason to look.
        let _over = timeout(pace.poll, pulse.check_now.notified()).await;
        return Ok(());
    }
    let idled = idle(session, pulse, pace.look).await;
    match idled {
        Err(Broken::Strange(_)) => {
            pulse.idle_failed();
            idled
        }
        // NO: as if it were not offered
        Err(Broken::Refused(_)) => {
            pulse.idle_failed();
            Ok(())
        }
        other => other,
    }
}

async fn idle(session: &mut Session, pulse: &Pulse, look: Duration) -> Result<(), Broken> {
    let tag = session.send("IDLE").await?;
    let until = Instant::now() + look;
    let mut invited = false;
    let mut news = false;
    while !(invited && news) {
        let heard = tokio::select! {
            ready = session.socket.ready() => ready.map(|()| true)?,
            () = sleep_until(until) => break,
            () = pulse.check_now.notified() => false,
        };
        if !heard {
            news = true;
            continue;
        }
        match session.hear(&mut None).await?.answer {
            Answer::GoOn(_) => invited = true,
            Answer::Told(words) => news |= words.get(1).is_some_and(|word| word.is("EXISTS")),
            Answer::Said(said) => heard_instead(said, &tag)?,
        }
    }
    if !invited {
        return Err(Broken::Slow);
    }
    session.socket.write(b"DONE\r\n").await?;
    timeout(session.answer, end_of_idle(session, &tag)).await.unwrap_or(Err(Broken::Slow))
}

/// In IDLE a server may say "still here"; everything else ends it.
fn heard_instead(said: super::words::Said, tag: &str) -> Result<(), Broken> {
    use super::words::Verdict;
    match (said.verdict, said.tag.as_deref()) {
        (Verdict::Bye, _) => Err(Broken::Ended),
        (Verdict::Ok, None) | (Verdict::No, None) => Ok(()),
        (Verdict::No | Verdict::Bad, Some(theirs)) if theirs == tag => {
            Err(Broken::Refused(crate::mail::socket::sentence(&said.text)))
        }
        _ => Err(Broken::Strange("an answer that does not belong into IDLE")),
    }
}

async fn end_of_idle(session: &mut Session, tag: &str) -> Result<(), Broken> {
    loop {
        match session.hear(&mut None).await?.answer {
            Answer::Said(said) if said.tag.as_deref() == Some(tag) => {
                return super::session::verdict(said).map(|_| ());
            }
            Answer::Said(said) => heard_instead(said, tag)?,
            Answer::Told(_) | Answer::GoOn(_) => {}
        }
    }
}
