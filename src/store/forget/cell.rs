//! Shell. A receipt as it lies in the database and in a line of the file beside it.

use crate::ids::{CallId, ConversationId, CustomerId, ItemId, MailboxId, PersonId};
use crate::office::customers::forget::{Counts, MailPlace, Receipt, Things};
use crate::store::record::instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Cell {
    receipt: String,
    customer: Option<u64>,
    at: i64,
    person: Option<String>,
    counts: CountsCell,
    contacts: Vec<(u64, i64)>,
    #[serde(default)]
    promises: Vec<(u64, i64)>,
    messages: Vec<(u64, i64)>,
    conversations: Vec<u64>,
    items: Vec<(u64, i64)>,
    customers: Vec<(u64, i64)>,
    #[serde(default)]
    begun: Vec<String>,
    #[serde(default)]
    uploads: Vec<String>,
    /// Item, mailbox, folder, UID and hash.
    #[serde(default)]
    mails: Vec<(u64, String, String, u32, [u8; 32])>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Counts")]
struct CountsCopy {
    contacts: u64,
    recordings: u64,
    voicemails: u64,
    conversations: u64,
    mails: u64,
    attachments: u64,
    notes: u64,
}

#[derive(Serialize, Deserialize)]
struct CountsCell(#[serde(with = "CountsCopy")] Counts);

/// A receipt as text.
pub(super) fn print(receipt: &Receipt) -> String {
    let things = &receipt.things;
    let ms = |at: Timestamp| at.as_millisecond();
    let cell = Cell {
        receipt: receipt.id.clone(),
        customer: receipt.customer.map(|id| id.0),
        at: ms(receipt.at),
        person: receipt.person.as_ref().map(PersonId::to_string),
        counts: CountsCell(receipt.counts),
        contacts: things.contacts.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        promises: things.promises.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        messages: things.messages.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        conversations: things.conversations.iter().map(|id| id.0).collect(),
        items: things.items.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        customers: things.customers.iter().map(|(id, at)| (id.0, ms(*at))).collect(),
        begun: things.begun.clone(),
        uploads: things.uploads.clone(),
        mails: things
            .mails
            .iter()
            .map(|one| (one.item.0, one.mailbox.to_string(), one.folder.clone(), one.uid, one.hash))
            .collect(),
    };
    serde_json::to_string(&cell).expect("numbers and texts are always JSON")
}

/// What [`print`] wrote; a torn line is nothing.
pub(super) fn read(text: &str) -> Option<Receipt> {
    let cell: Cell = serde_json::from_str(text).ok()?;
    Some(Receipt {
        id: cell.receipt,
        customer: cell.customer.map(CustomerId),
        at: instant(cell.at),
        person: cell.person.as_deref().map(PersonId::from),
        counts: cell.counts.0,
        things: Things {
            contacts: cell.contacts.into_iter().map(|(id, at)| (CallId(id), instant(at))).collect(),
            promises: cell.promises.into_iter().map(|(id, at)| (CallId(id), instant(at))).collect(),
            messages: cell.messages.into_iter().map(|(id, at)| (CallId(id), instant(at))).collect(),
            conversations: cell.conversations.into_iter().map(ConversationId).collect(),
            joined: Vec::new(),
            items: cell.items.into_iter().map(|(id, at)| (ItemId(id), instant(at))).collect(),
            customers: cell.customers.into_iter().map(|(id, at)| (CustomerId(id), instant(at))).collect(),
            begun: cell.begun,
            uploads: cell.uploads,
            mails: cell.mails.into_iter().map(read_mail).collect(),
        },
    })
}

fn read_mail((item, mailbox, folder, uid, hash): (u64, String, String, u32, [u8; 32])) -> MailPlace {
    MailPlace { item: ItemId(item), mailbox: MailboxId::from(mailbox.as_str()), folder, uid, hash }
}
