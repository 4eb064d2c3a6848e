//! Shell. The shared mailbox as the JSON types of `wire`.

use super::instant;
use crate::office::inbox::{Doing, MailBoard};
use crate::web::wire;

/// The mailbox at a glance.
pub fn board(mail: &MailBoard) -> wire::Mail {
    let mailbox = |row: &crate::office::inbox::MailboxRow| wire::Mailbox {
        id: row.id.to_string(),
        checked_at: row.checked_at.map(instant),
        fetching: row.fetching.map(|(done, of)| wire::Fetching { done, of }),
        trouble: row.trouble,
    };
    let present = |one: &crate::office::inbox::Present| wire::Present {
        conversation: one.conversation.to_string(),
        person: one.person.to_string(),
        doing: match one.doing {
            Doing::Looking => "looking",
            Doing::Writing => "writing",
        },
    };
    wire::Mail {
        unassigned: mail.unassigned,
        oldest_at: mail.oldest_at.map(instant),
        overdue: mail.overdue,
        version: mail.version,
        mailboxes: mail.mailboxes.iter().map(mailbox).collect(),
        present: mail.present.iter().map(present).collect(),
    }
}
