//! Pure. Conversations with somebody who is forgotten leave the memory, no held reply goes out to them, and what was
//! under way about them is not written down again.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Conversation, Correspondent, Inbox, State};
use crate::ids::{ConversationId, ItemId};
use crate::office::Office;
use crate::office::customers::forget::Things;
use std::collections::BTreeSet;

/// Ids kept of what was forgotten; the oldest are let go of, long after anything that spoke of them has ended.
const GONE_MAX: usize = 50_000;

/// What was forgotten since the start: a mail that was being sent, a page that is still open, may speak of it yet.
#[derive(Debug, Default)]
pub(super) struct Gone {
    conversations: BTreeSet<ConversationId>,
    items: BTreeSet<ItemId>,
}

impl Gone {
    fn note(&mut self, things: &Things) {
        self.conversations.extend(&things.conversations);
        self.items.extend(things.items.iter().map(|(id, _)| *id));
        while self.conversations.len() > GONE_MAX {
            self.conversations.pop_first();
        }
        while self.items.len() > GONE_MAX {
            self.items.pop_first();
        }
    }
}

impl Inbox {
    /// Speaks of somebody who was forgotten since it was read, or of what there is nothing left in. A joined one in
    /// which another customer's mails stayed is read without a name, and goes on.
    pub(super) fn is_gone(&self, known: &Conversation) -> bool {
        let says_nothing = known.customer.address.is_empty();
        self.gone.conversations.contains(&known.id) && (!says_nothing || known.state == State::Closed)
    }

    /// A mail that was forgotten before it was told of. Another one in its conversation came after: it is theirs
    /// again.
    pub(super) fn is_mail_gone(&mut self, item: ItemId, conversation: ConversationId) -> bool {
        let is_gone = self.gone.items.contains(&item);
        if !is_gone {
            self.gone.conversations.remove(&conversation);
        }
        is_gone
    }
}

impl Office {
    /// Nobody took up a conversation that is only old, and none began with who is to be forgotten, since somebody
    /// looked what there is.
    pub(in crate::office) fn is_mail_as_seen(&self, addresses: &BTreeSet<String>, things: &Things) -> bool {
        let theirs = |one: &Conversation| addresses.contains(&one.customer.address);
        let is_old = addresses.is_empty();
        self.inbox.all.values().all(|one| match things.conversations.contains(&one.id) {
            true => !is_old || !one.state.is_work(),
            false => !theirs(one),
        })
    }

    /// Nothing of these is written down again. A reply that is held goes with them, and its files. Where another
    /// customer's mails stay the work goes on, without a name.
    pub(in crate::office) fn forget_mail(&mut self, things: &mut Things) {
        let ids: BTreeSet<ConversationId> = things.conversations.iter().copied().collect();
        let items: BTreeSet<ItemId> = things.items.iter().map(|(id, _)| *id).collect();
        let held = self.inbox.held.values();
        let held =
            held.filter(|(outgoing, item)| ids.contains(&outgoing.conversation) || items.contains(&item.id));
        let held: Vec<ItemId> = held.map(|(_, item)| item.id).collect();
        for item in held.into_iter().filter_map(|id| self.withdraw_reply(id)) {
            things.uploads.extend(item.files.into_iter().map(|file| file.id));
            if !items.contains(&item.id) {
                things.items.push((item.id, item.at));
            }
        }
        let inbox = &mut self.inbox;
        let (rest, gone): (BTreeSet<ConversationId>, BTreeSet<ConversationId>) =
            ids.iter().copied().partition(|id| things.joined.contains(id));
        inbox.all.retain(|id, _| !gone.contains(id));
        inbox.all.iter_mut().filter(|(id, _)| rest.contains(id)).for_each(|(_, one)| {
            (one.customer, one.subject, one.awaits) = (Correspondent::default(), String::new(), None);
        });
        inbox.closed.retain(|id| !gone.contains(id));
        inbox.present.retain(|(id, _), _| !ids.contains(id));
        inbox.mentions.retain(|(id, _), _| !ids.contains(id));
        inbox.drafts.retain(|(id, _)| !gone.contains(id));
        inbox.gone.note(things);
        inbox.version += u64::from(!ids.is_empty());
    }

    /// Nobody knows any more who waits for a call they asked for by mail.
    pub(in crate::office) fn forget_awaited(&mut self, addresses: &BTreeSet<String>) {
        self.inbox.awaited.retain(|address, _| !addresses.contains(address));
    }
}
