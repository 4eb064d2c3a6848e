//! Shell. The shared mailbox as the JSON types of `wire`.

use super::{contact, customers, instant};
use crate::office::contact::Contact;
use crate::office::inbox::{
    Begun, Conversation, Correspondent, Doing, ItemKind, MailBoard, Mention, SentState, State, Upload,
};
use crate::settings::Settings;
use crate::store::mail::StoredItem;
use crate::web::wire;
use jiff::Timestamp;

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
        owed: mail.owed,
        next_due_at: mail.next_due_at.map(instant),
        version: mail.version,
        mailboxes: mail.mailboxes.iter().map(mailbox).collect(),
        present: mail.present.iter().map(present).collect(),
        mentions: mail.mentions.iter().map(mention).collect(),
    }
}

fn mention(one: &Mention) -> wire::Mention {
    wire::Mention {
        conversation: one.conversation.to_string(),
        person: one.person.to_string(),
        item: one.item.to_string(),
        by: one.by.as_ref().map(ToString::to_string),
    }
}

/// A conversation, and who is in it at this moment.
pub fn conversation(one: &Conversation, mail: &MailBoard) -> wire::Conversation {
    let doing = |doing: Doing| {
        let here = mail.present.iter().filter(|row| row.conversation == one.id && row.doing == doing);
        here.map(|row| row.person.to_string()).collect()
    };
    wire::Conversation {
        id: one.id.to_string(),
        version: one.version,
        state: state(one.state),
        subject: one.subject.clone(),
        customer: correspondent(&one.customer),
        customer_name: None,
        customer_id: None,
        mailbox: one.mailbox.to_string(),
        group: one.group.to_string(),
        assigned: one.assigned.as_ref().map(ToString::to_string),
        due_at: one.due_at.map(instant),
        owed_since: one.owed_since.map(instant),
        snoozed_until: one.snoozed_until.map(instant),
        last_at: instant(one.last_at),
        merged_into: one.merged_into.map(|id| id.to_string()),
        viewing: doing(Doing::Looking),
        writing: doing(Doing::Writing),
    }
}

/// One thing in a conversation. What is ours comes from the mailbox's address.
pub fn item(item: &StoredItem, own: &str, settings: Option<&Settings>) -> wire::ConversationItem {
    let base = format!("/api/v1/conversations/{}/items/{}", item.conversation, item.id);
    let attachment = |one: &crate::store::mail::Attachment| wire::MailAttachment {
        id: one.part.to_string(),
        name: one.name.clone(),
        kind: one.kind.clone(),
        size: one.size,
        url: format!("{base}/attachments/{}", one.part),
    };
    let sent = item.sent.as_ref();
    wire::ConversationItem {
        id: item.id.to_string(),
        kind: kind(item.kind),
        at: instant(item.at),
        from: from(item, own, settings),
        person: item.person.as_ref().map(ToString::to_string),
        to: item.to.iter().map(correspondent).collect(),
        subject: item.subject.clone(),
        text: item.text.clone(),
        html_url: item.has_html.then(|| format!("{base}/html")),
        attachments: item.attachments.iter().map(attachment).collect(),
        raw_url: item.has_raw.then(|| format!("{base}/raw")),
        sent_state: sent.map(|sent| sent_state(sent.state)),
        sent_at: sent.filter(|sent| sent.state == SentState::Held).map(|sent| instant(sent.due_at)),
        sent_error: sent.and_then(|sent| sent.said.clone()),
        mentions: item.mentions.iter().map(ToString::to_string).collect(),
        labels: item.labels.clone(),
        contact: None,
    }
}

/// A file that goes along with what is being written.
pub fn attached(file: &Upload) -> wire::Attached {
    let Upload { id, name, kind, size } = file.clone();
    wire::Attached { id, name, kind, size }
}

/// A mail somebody has begun, with its files.
pub fn begun(one: Begun, files: &[Upload]) -> wire::MailDraft {
    let Begun { id, address, mailbox, to, subject, text } = one;
    let attached = files.iter().map(attached).collect();
    wire::MailDraft { id, address, mailbox: mailbox.map(|id| id.to_string()), to, subject, text, attached }
}

/// A call, a message or a promise among the mails.
pub fn spoken(known: &Contact) -> wire::ConversationItem {
    wire::ConversationItem {
        id: known.id.to_string(),
        kind: customers::kind_of_contact(known),
        at: instant(known.started_at),
        from: None,
        person: known.person.as_ref().map(ToString::to_string),
        to: Vec::new(),
        subject: String::new(),
        text: String::new(),
        html_url: None,
        attachments: Vec::new(),
        raw_url: None,
        sent_state: None,
        sent_at: None,
        sent_error: None,
        mentions: Vec::new(),
        labels: Vec::new(),
        contact: Some(contact(known)),
    }
}

fn from(item: &StoredItem, own: &str, settings: Option<&Settings>) -> Option<wire::Correspondent> {
    if !item.from.address.is_empty() {
        return Some(correspondent(&item.from));
    }
    let person = item.person.as_ref().and_then(|id| settings?.person(id));
    let name = person.map(|person| person.name.clone()).unwrap_or_default();
    let is_note = item.kind == ItemKind::Note;
    (!is_note || !name.is_empty())
        .then(|| wire::Correspondent { name, address: if is_note { String::new() } else { own.to_owned() } })
}

/// A conversation among what the office owes.
pub fn owed(one: &Conversation, now: Timestamp) -> Option<(Timestamp, wire::Owed)> {
    let since = one.owed_since?;
    let name = if one.customer.name.is_empty() { &one.customer.address } else { &one.customer.name };
    let row = wire::Owed {
        contact: one.id.to_string(),
        kind: "mail",
        since: instant(since),
        number: None,
        customer: Some(name.clone()),
        customer_id: None,
        group: Some(one.group.to_string()),
        contacts: Vec::new(),
        late: one.due_at.is_some_and(|due| due <= now),
        callback: None,
        message: None,
        conversation: Some(one.id.to_string()),
        address: Some(one.customer.address.clone()),
        suggested: None,
    };
    Some((since, row))
}

fn correspondent(one: &Correspondent) -> wire::Correspondent {
    wire::Correspondent { name: one.name.clone(), address: one.address.clone() }
}

/// A state's word.
pub fn state(state: State) -> &'static str {
    STATES.iter().find(|(_, known)| *known == state).map_or("closed", |(word, _)| word)
}

/// The state of a word.
pub fn state_of(word: &str) -> Option<State> {
    STATES.iter().find(|(known, _)| *known == word).map(|(_, state)| *state)
}

const STATES: &[(&str, State)] = &[
    ("new", State::New),
    ("open", State::Open),
    ("waiting", State::Waiting),
    ("snoozed", State::Snoozed),
    ("closed", State::Closed),
];

/// A kind's word.
pub fn kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Mail => "mail",
        ItemKind::Reply => "reply",
        ItemKind::AutoReply => "auto_reply",
        ItemKind::Note => "note",
    }
}

/// How far an outward mail is, in a word.
pub fn sent_state(state: SentState) -> &'static str {
    match state {
        SentState::Held => "held",
        SentState::Queued => "queued",
        SentState::Sending => "sending",
        SentState::Sent => "sent",
        SentState::Failed => "failed",
        SentState::Unsure => "unsure",
        SentState::Undone => "undone",
    }
}

/// Sent or not: a person must say.
pub fn is_to_be_looked_at(state: SentState) -> bool {
    matches!(state, SentState::Failed | SentState::Unsure)
}
