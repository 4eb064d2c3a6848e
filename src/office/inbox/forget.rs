//! Pure. Conversations with somebody who is forgotten leave the memory, and no held reply goes out to them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{ConversationId, ItemId};
use crate::office::Office;
use std::collections::BTreeSet;

impl Office {
    /// Nothing of these addresses is written down again.
    pub(in crate::office) fn forget_mail(&mut self, addresses: &BTreeSet<String>) {
        let theirs = self.inbox.all.values().filter(|one| addresses.contains(&one.customer.address));
        let ids: BTreeSet<ConversationId> = theirs.map(|one| one.id).collect();
        let held = self.inbox.held.values().filter(|(outgoing, _)| ids.contains(&outgoing.conversation));
        let held: Vec<ItemId> = held.map(|(_, item)| item.id).collect();
        for item in held {
            self.withdraw_reply(item);
        }
        self.inbox.all.retain(|id, _| !ids.contains(id));
        self.inbox.closed.retain(|id| !ids.contains(id));
        self.inbox.present.retain(|(id, _), _| !ids.contains(id));
        if !ids.is_empty() {
            self.inbox.version += 1;
        }
    }
}
