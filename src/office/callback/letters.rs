//! Pure. What a customer whose mail address we know is told by mail of a promise: that it stands, that it came to
//! nothing; and "STOP" in their answer (spec/callback.md §3, §6, §7, §8). All of it only where the owner wants it.
//!
//! The subject names the contact, so that an answer finds its promise, whatever was restarted since.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::i18n::say;
use crate::ids::{CallId, GroupId, ItemId, MailboxId};
use crate::office::Office;
use crate::office::call::Call;
use crate::office::contact::{By, Happened};
use crate::office::customers::book::only;
use crate::office::inbox::{AutoReply, Correspondent};
use crate::office::promise::{Callback, CallbackState, CameTo, SettledBy};
use crate::settings::CallbackSettings;
use jiff::Timestamp;

impl Office {
    /// A promise that is on the disk is confirmed (§3).
    pub(super) fn confirm_by_mail(&mut self, id: CallId) {
        if self.wants(id, |wanted| wanted.mail_confirm) {
            self.write_about(id, "mail.callback_confirmed");
        }
    }

    /// After the last attempt: when we tried (§6). It stays a person's task.
    pub(super) fn tell_unreached(&mut self, id: CallId) {
        if self.wants(id, |wanted| wanted.mail_unreached) {
            self.write_about(id, "mail.callback_unreached");
        }
    }

    /// Left over after closing: we could not call (§8). Where there is nobody to write to, no mailbox, or a disk that
    /// keeps no mail, it stays a person's task.
    pub(super) fn write_off(&mut self, id: CallId) {
        if let Some(item) = self.write_about(id, "mail.callback_not_called") {
            self.callbacks.written_off.insert(item, id);
        }
    }

    /// Such a mail is on the disk: with it the promise ends. Or it is not.
    pub(in crate::office) fn letter_answered(&mut self, item: ItemId, kept: bool) {
        let Some(id) = self.callbacks.written_off.remove(&item).filter(|_| kept) else { return };
        let state = self.promise(id).map(|(_, _, callback)| callback.state);
        if state == Some(CallbackState::Expired) {
            self.settle_promise(id, CallbackState::Cancelled, SettledBy::Callback);
        }
    }

    fn wants(&self, id: CallId, what: impl Fn(&CallbackSettings) -> bool) -> bool {
        let group = self.calls.get(&id).and_then(|call| call.contact.group.as_ref());
        group.and_then(|group| self.directory.group(group)).is_some_and(|group| what(&group.callback))
    }

    fn write_about(&mut self, id: CallId, key: &'static str) -> Option<ItemId> {
        let (call, callback) = self.calls.get(&id).and_then(with_promise)?;
        let to = self.reader_of(callback).filter(|_| self.keeps_promises())?;
        let (mailbox, group) = self.mailbox_for(call.contact.group.as_ref())?;
        let words = [
            ("office", self.directory.settings.office.name.clone()),
            ("number", callback.number.to_string()),
            ("times", self.tried_at(callback)),
            ("contact", id.to_string()),
        ];
        let subject = say(callback.language, "mail.callback_subject", &words);
        let text = say(callback.language, key, &words);
        let item = self.write_by_itself(mailbox, group, AutoReply { to, subject, text });
        self.tell(id, Happened::CustomerWritten);
        item
    }

    /// The one customer of this number, at the first of their addresses; of a number that several call from, nobody
    /// knows who it was.
    fn reader_of(&self, callback: &Callback) -> Option<Correspondent> {
        if self.is_switchboard(&callback.number) {
            return None;
        }
        let card = only(&self.customers.of_number(&callback.number))?;
        let address = self.customers.addresses(card).into_iter().next()?;
        let name = self.customers.title_of(&callback.number).unwrap_or_default();
        let blocked = self.customers.is_address_blocked(&address, self.now.wall);
        (!blocked).then_some(Correspondent { address, name })
    }

    /// The group's own mailbox, else the first one.
    fn mailbox_for(&self, group: Option<&GroupId>) -> Option<(MailboxId, GroupId)> {
        let all = &self.directory.settings.mailboxes;
        let own = all.iter().find(|one| Some(&one.group) == group);
        own.or(all.first()).map(|one| (one.id.clone(), one.group.clone()))
    }

    /// "10:41, 10:52, 11:20": when the customer was tried, on the office's clock.
    fn tried_at(&self, callback: &Callback) -> String {
        let zone = &self.directory.settings.office.time_zone;
        let ours = |came_to| matches!(came_to, CameTo::Fault | CameTo::Nothing);
        let clock = |at: Timestamp| zone.to_datetime(at).strftime("%H:%M").to_string();
        let tried = callback.tries.iter().filter(|one| !ours(one.came_to)).map(|one| clock(one.at));
        tried.collect::<Vec<_>>().join(", ")
    }

    /// "STOP" in the answer to a mail of this subject: its writer takes the promise back (§7). `None`: there is
    /// none of theirs, or they are on the line.
    pub(in crate::office) fn stop_by_mail(&mut self, subject: &str, writer: &str) -> Option<CallId> {
        let id = contact_in(subject)?;
        let (_, _, callback) = self.promise(id)?;
        let number = callback.number.clone();
        let theirs = self.reader_of(callback).is_some_and(|one| one.address.eq_ignore_ascii_case(writer));
        if !theirs || !(callback.is_open() || callback.state.is_task()) {
            return None;
        }
        self.count_no(&number);
        self.tell(id, Happened::CallbackClosed { by: By::Customer, reason: String::new() });
        self.settle_promise(id, CallbackState::Cancelled, SettledBy::Customer);
        Some(id)
    }
}

fn with_promise(call: &Call) -> Option<(&Call, &Callback)> {
    Some((call, call.contact.callback.as_ref()?))
}

/// The contact a subject names, wherever the language puts it: "Your call back (C-2041)".
fn contact_in(subject: &str) -> Option<CallId> {
    let (_, behind) = subject.rsplit_once("C-")?;
    let digits = behind.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().map(CallId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_its_contact() {
        for (subject, id) in [
            ("Re: Your call back from Hansen VVS (C-2041)", Some(2041)),
            ("回覆：Hansen 的回電（C-7）", Some(7)),
            ("C-12 or C-13?", Some(13)),
            ("C-", None),
            ("C-99999999999999999999", None),
            ("Offer", None),
        ] {
            assert_eq!(contact_in(subject), id.map(CallId), "{subject}");
        }
    }
}
