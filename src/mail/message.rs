//! Pure. One mail as it is read: raw bytes in, what it says out. Never fails on what is only strange.
//!
//! `mail-parser` reads header fields and character sets, on cut bytes; taking the mail apart into its
//! parts is our own (`split`), because its work must not grow faster than the mail.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod attachment;
mod body;
mod bounce;
mod calendar;
pub mod decode;
mod headers;
mod labels;
pub mod split;
mod tnef;

pub use attachment::{Attachment, attachment_to, file_name, pictures};
pub use bounce::{Failed, Fate, Report};
pub use calendar::Meeting;
pub use headers::{MessageId, ReturnPath};
pub use labels::Network;

use crate::mail::address::{Address, Party};
use headers::Headers;
use jiff::Timestamp;

/// Bytes without a single header field: nothing that could be shown as a mail. It belongs in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no header field in it")]
pub struct NoMail;

/// What a mail says.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its own name.
    pub id: Option<MessageId>,
    /// The mails it answers.
    pub in_reply_to: Vec<MessageId>,
    /// The mails before it, the oldest first; of very many, the first and the last.
    pub references: Vec<MessageId>,
    /// Who wrote it.
    pub from: Vec<Party>,
    /// Where answers are wanted, if elsewhere.
    pub reply_to: Vec<Party>,
    /// To whom it was written.
    pub to: Vec<Party>,
    /// Who got a copy.
    pub cc: Vec<Party>,
    /// One line, decoded, without control or direction characters.
    pub subject: String,
    /// When its writer's machine says it was written.
    pub date: Option<Timestamp>,
    /// Its text; made from the HTML where it has none.
    pub text: String,
    /// Its HTML as written: hostile, for `safe` only.
    pub html: Option<String>,
    /// Text or HTML were cut to what is shown.
    pub is_cut: bool,
    /// Whatever is not its text, in order.
    pub attachments: Vec<Attachment>,
    /// Invitations in it.
    pub meetings: Vec<Meeting>,
    /// The first word of `Auto-Submitted`, in lower case (RFC 3834 §5).
    pub auto_submitted: Option<String>,
    /// It has a `List-…` field.
    pub is_from_list: bool,
    /// `Precedence`, in lower case.
    pub precedence: Option<String>,
    /// Where bounces go.
    pub return_path: ReturnPath,
    /// A spam filter on the way marked it.
    pub is_marked_spam: bool,
    /// What a server reports about mails of ours.
    pub report: Option<Report>,
    /// The social network it comes from.
    pub network: Option<Network>,
    /// Some of it lies beyond the limits of spec/mail.md §2; the raw bytes are whole.
    pub too_complex: bool,
}

impl Message {
    /// Reads a mail.
    pub fn read(raw: &[u8]) -> Result<Message, NoMail> {
        let parts = split::split(raw);
        let headers = Headers::read(&raw[parts.parts[0].header.clone()]).ok_or(NoMail)?;
        let body = body::read(raw, &parts);
        let from = headers.parties("From");
        let subject = headers.subject();
        Ok(Message {
            id: headers.ids("Message-ID").into_iter().next(),
            in_reply_to: headers.ids("In-Reply-To"),
            references: headers.ids("References"),
            reply_to: headers.parties("Reply-To"),
            to: headers.parties("To"),
            cc: headers.parties("Cc"),
            date: headers.date(),
            attachments: attachment::list(raw, &parts, &body),
            meetings: calendar::read(raw, &parts),
            auto_submitted: headers.word("Auto-Submitted"),
            is_from_list: headers.begins_with("List-"),
            precedence: headers.word("Precedence"),
            return_path: headers.return_path(),
            is_marked_spam: labels::is_marked_spam(&headers, &subject),
            report: bounce::read(raw, &parts, &headers, &body.text),
            network: labels::network(&from),
            too_complex: parts.too_complex,
            text: body.text,
            html: body.html,
            is_cut: body.is_cut,
            subject,
            from,
        })
    }

    /// Whom an answer goes to: `Reply-To` where it names somebody, else the writer.
    pub fn answer_to(&self) -> Option<&Address> {
        let first = |parties: &'_ [Party]| parties.iter().position(|party| party.address.is_some());
        match (first(&self.reply_to), first(&self.from)) {
            (Some(at), _) => self.reply_to[at].address.as_ref(),
            (None, Some(at)) => self.from[at].address.as_ref(),
            (None, None) => None,
        }
    }

    /// The writer's address.
    pub fn sender(&self) -> Option<&Address> {
        self.from.iter().find_map(|party| party.address.as_ref())
    }
}
