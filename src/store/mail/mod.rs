//! Shell. The SQL of the shared mailbox: what was fetched, conversations and their items, the outbox.

mod arriving;
pub(super) mod outbox;
mod reading;
pub(super) mod rows;
pub mod uploads;
mod words;

pub use arriving::{Arriving, MailFact};
pub use outbox::{Copy, Due};
pub use reading::{Came, ConversationFilter, Sent, StoredItem};
pub use rows::Attachment;
