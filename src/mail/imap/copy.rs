//! Shell. The Sent folder: is a mail in it, and putting a copy there.

use super::folder::{said, sent_folder};
use super::session::{Session, quote, verdict};
use super::words::Answer;
use crate::mail::socket::Broken;
use crate::mail::wire::Copied;
use std::path::Path;
use tokio::io::AsyncReadExt;

/// What is read of the file at once.
const CHUNK: usize = 32 * 1024;

/// Whether a mail with this Message-ID lies in the Sent folder; `None`: there is no such folder.
pub async fn is_in_sent(session: &mut Session, message_id: &str) -> Result<Option<bool>, Broken> {
    let Some(name) = sent_folder(&session.folders().await?) else { return Ok(None) };
    session.examine(&name).await?;
    let found = session.search_for(&format!("HEADER Message-ID {}", quote(message_id))).await?;
    Ok(Some(!found.is_empty()))
}

/// Appends a copy unless one is there (spec/mail.md §1).
pub async fn copy(session: &mut Session, message_id: &str, file: &Path) -> Result<Copied, Broken> {
    match is_in_sent(session, message_id).await? {
        None => return Ok(Copied::NoFolder),
        Some(true) => return Ok(Copied::WasThere),
        Some(false) => {}
    }
    let Some(name) = sent_folder(&session.folders().await?) else { return Ok(Copied::NoFolder) };
    match append(session, &name, file).await {
        Ok(()) => Ok(Copied::Appended),
        Err(broken @ Broken::Refused(_)) => Ok(Copied::Later { said: said(&broken) }),
        Err(other) => Err(other),
    }
}

async fn append(session: &mut Session, name: &str, path: &Path) -> Result<(), Broken> {
    let mut file = tokio::fs::File::open(path).await.map_err(Broken::Disk)?;
    let length = file.metadata().await.map_err(Broken::Disk)?.len();
    let tag = session.send(&format!("APPEND {} (\\Seen) {{{length}}}", quote(name))).await?;
    loop {
        match session.hear(&mut None).await?.answer {
            Answer::GoOn(_) => break,
            Answer::Said(said) if said.tag.as_deref() == Some(&tag) => return verdict(said).map(|_| ()),
            Answer::Said(_) | Answer::Told(_) => {}
        }
    }
    let mut left = length;
    let mut chunk = vec![0; CHUNK];
    while left > 0 {
        let read = file.read(&mut chunk).await.map_err(Broken::Disk)?;
        let some = usize::try_from(left).map_or(read, |left| left.min(read));
        if some == 0 {
            return Err(Broken::Disk(std::io::ErrorKind::UnexpectedEof.into()));
        }
        session.socket.write(&chunk[..some]).await?;
        left -= some as u64;
    }
    session.socket.write(b"\r\n").await?;
    loop {
        match session.hear(&mut None).await?.answer {
            Answer::Said(said) if said.tag.as_deref() == Some(&tag) => return verdict(said).map(|_| ()),
            _ => {}
        }
    }
}
