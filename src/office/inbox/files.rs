//! Pure. Files that go with what somebody writes, and mails that are begun and answer none: both are kept while they
//! are written, at every desk and over a restart (spec/mail.md §3).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Conversation;
use super::orders::TEXT_BYTES_MAX;
use super::send::Pledge;
use crate::ids::{ConversationId, MailboxId, PersonId, Ticket};
use crate::office::desk::{Actor, Done, Refusal};
use crate::office::memory::Change;
use crate::office::{Action, Office};
use crate::settings::Role;

/// Files of one mail.
pub const FILES_MAX: usize = 20;
/// Bytes of all of them: written as a mail they are a third more, and most servers take 25 MB.
pub const FILES_BYTES_MAX: u64 = 18_000_000;
/// Addresses and a subject that are only begun are no longer.
const LINE_BYTES_MAX: usize = 4_000;

/// A file that somebody has put to what they write; its bytes lie on the disk under its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Random: two databases never mean two files by one id.
    pub id: String,
    /// Fit for a file.
    pub name: String,
    /// `application/pdf`, as the browser says; not to be believed.
    pub kind: String,
    /// Bytes.
    pub size: u64,
}

/// A mail that somebody has begun and that answers none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Random.
    pub id: String,
    /// Whom it was begun for; empty: to be typed.
    pub address: String,
    /// `None`: nobody has chosen.
    pub mailbox: Option<MailboxId>,
    /// As typed so far.
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// What is written: an answer, or a mail that answers none.
#[derive(Clone, Debug, PartialEq)]
pub enum Draft {
    /// The conversation as the store has it.
    Answer(Box<Conversation>),
    /// By its id.
    Begun(String),
}

/// What can be done with what is being written (`/drafts`, `/conversations/{id}/attachments`).
#[derive(Clone, Debug, PartialEq)]
pub enum Writing {
    /// A mail that answers none is begun; answered when it is on the disk.
    Begin(Begun),
    /// It stands so now: kept on every keystroke.
    Keep(Begun),
    /// Neither it nor its files.
    Drop(String),
    /// A file whose bytes are on the disk, beside those that are there.
    Attach { draft: Draft, upload: Upload, beside: Vec<Upload> },
    /// Not this file.
    Detach(String),
}

/// Where a file belongs until it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Answer(ConversationId),
    Begun(String),
}

impl Office {
    /// Does it for a person who may, in their own drafts alone.
    pub(in crate::office) fn write_draft(&mut self, ticket: Ticket, who: &Actor, writing: Writing) {
        let result = match (&who.person, who.role) {
            (None, _) | (_, Role::Viewer) => Err(Refusal::NotAllowed),
            (Some(person), _) => self.written(person.clone(), writing),
        };
        match result {
            Ok((change, Kept::First)) => self.keep_then(Pledge::Done(ticket, Done::Ok), change),
            Ok((change, Kept::Soon)) => {
                self.act(Action::Save(change));
                self.act(Action::Reply { ticket, result: Ok(Done::Ok) });
            }
            Err(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
        }
    }

    fn written(&self, person: PersonId, writing: Writing) -> Result<(Change, Kept), Refusal> {
        let at = self.now.wall;
        let begun = |person, begun| Change::Begun { person, at, begun: Box::new(begun) };
        match writing {
            Writing::Begin(one) => Ok((begun(person, is_fit(one)?), Kept::First)),
            Writing::Keep(one) => Ok((begun(person, is_fit(one)?), Kept::Soon)),
            Writing::Drop(id) => Ok((Change::NotBegun { person, id }, Kept::First)),
            Writing::Detach(id) => Ok((Change::NoUpload { person, id }, Kept::First)),
            Writing::Attach { draft, upload, beside } => {
                let place = self.kept_with(draft)?;
                if !self.keeps_promises() {
                    return Err(Refusal::NotKept);
                }
                goes_with(&upload, &beside)?;
                Ok((Change::Upload { person, at, place, upload: Box::new(upload) }, Kept::First))
            }
        }
    }

    fn kept_with(&self, draft: Draft) -> Result<Place, Refusal> {
        match draft {
            Draft::Begun(id) => Ok(Place::Begun(id)),
            Draft::Answer(known) if self.inbox.is_gone(&known) => Err(Refusal::NoSuchConversation),
            Draft::Answer(known) => Ok(Place::Answer(known.id)),
        }
    }
}

/// Before the answer, or soon after it.
enum Kept {
    First,
    Soon,
}

/// Does one more file go with a mail that has these?
pub fn goes_with(upload: &Upload, beside: &[Upload]) -> Result<(), Refusal> {
    let all = beside.iter().fold(upload.size, |sum, one| sum.saturating_add(one.size));
    match upload.size {
        0 => Err(Refusal::EmptyFile),
        _ if all > FILES_BYTES_MAX => Err(Refusal::FilesTooLarge),
        _ if beside.len() >= FILES_MAX => Err(Refusal::TooManyFiles),
        _ => Ok(()),
    }
}

/// Do all of these go together?
pub(super) fn are_fit(files: &[Upload]) -> Result<(), Refusal> {
    files.iter().enumerate().try_for_each(|(at, one)| goes_with(one, &files[..at]))
}

fn is_fit(begun: Begun) -> Result<Begun, Refusal> {
    let lines = [&begun.address, &begun.to, &begun.subject];
    let fits = begun.text.len() <= TEXT_BYTES_MAX && lines.iter().all(|line| line.len() <= LINE_BYTES_MAX);
    if fits { Ok(begun) } else { Err(Refusal::BadText) }
}

impl Place {
    /// The word it is kept under: `M-12`, or the id of what is begun.
    pub fn word(&self) -> String {
        match self {
            Place::Answer(id) => id.to_string(),
            Place::Begun(id) => id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(size: u64) -> Upload {
        Upload { id: "u".into(), name: "offer.pdf".into(), kind: "application/pdf".into(), size }
    }

    #[test]
    fn a_mail_takes_twenty_files_of_eighteen_megabytes_together_and_none_that_is_empty() {
        assert_eq!(goes_with(&file(0), &[]), Err(Refusal::EmptyFile));
        assert_eq!(goes_with(&file(18_000_000), &[]), Ok(()));
        assert_eq!(goes_with(&file(18_000_001), &[]), Err(Refusal::FilesTooLarge));
        assert_eq!(goes_with(&file(9_000_000), &[file(9_000_000)]), Ok(()));
        assert_eq!(goes_with(&file(9_000_001), &[file(9_000_000)]), Err(Refusal::FilesTooLarge));
        assert_eq!(goes_with(&file(u64::MAX), &[file(u64::MAX)]), Err(Refusal::FilesTooLarge));
        let many: Vec<Upload> = (0..20).map(|_| file(1)).collect();
        assert_eq!(
            (goes_with(&file(1), &many[1..]), goes_with(&file(1), &many)),
            (Ok(()), Err(Refusal::TooManyFiles))
        );
    }
}
