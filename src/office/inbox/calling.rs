//! Pure. Mail to callback: a number in the answer to an automatic reply is called, in the line since that mail came
//! (spec/mail.md §4); and "STOP" in the answer to a confirmation (spec/callback.md §7).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::AutoReply;
use crate::i18n::say;
use crate::ids::{CallId, ConversationId};
use crate::number::Number;
use crate::office::Office;
use crate::office::callback::NoCallback;
use crate::office::contact::{By, Party};
use crate::office::receipts::Pledge;
use jiff::Timestamp;

/// Somebody wrote where they want to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallMe {
    pub number: Number,
    /// What they are told once it is promised; `None`: enough was said automatically this hour.
    pub told: Option<AutoReply>,
}

impl Office {
    /// Promises the call under the rules of every other one, and says so only when it is on the disk. Where it
    /// cannot be, the mail is work like any other, with the reason beside it.
    pub(super) fn call_as_written(&mut self, id: ConversationId, at: Timestamp, wish: CallMe) {
        let Some(known) = self.inbox.all.get(&id) else { return };
        let (group, writer) = (known.group.clone(), known.customer.clone());
        let customer = Party { number: Some(wish.number.clone()), name: writer.name, ..Party::default() };
        if self.is_awaited_by(&writer.address) {
            return self.note_not_called(id, &wish.number, NoCallback::Asked.rule());
        }
        match self.promise_outward((By::Customer, Party::default()), customer, &group, at) {
            Ok(call) => {
                self.inbox.awaited.insert(writer.address, call);
                self.inbox.wishes.insert(call, (id, wish));
                if let Some(known) = self.inbox.all.get_mut(&id) {
                    known.awaits = Some(call);
                }
                self.keep(id);
                self.pledge(call, Pledge::Written);
            }
            Err(no) => self.note_not_called(id, &wish.number, no.rule()),
        }
    }

    /// A call that was asked for by mail is promised on the disk, or is not made.
    pub(in crate::office) fn written_answered(&mut self, call: CallId, kept: bool) {
        let Some((id, CallMe { number, told })) = self.inbox.wishes.remove(&call) else { return };
        let id = self.gone_on(id);
        if !self.promise_is_made(call, kept) {
            return self.note_not_called(id, &number, NoCallback::NotKept.rule());
        }
        let language = self.directory.settings.office.language;
        let parameters = [("number", number.to_string()), ("contact", call.to_string())];
        self.add_own_note(id, say(language, "mail.called-in-turn", &parameters));
        if let Some(told) = told {
            self.auto_reply(id, told);
        }
    }

    /// Does this writer wait for a call already? A stranger's mails name any number; one open promise a sender.
    fn is_awaited_by(&mut self, address: &str) -> bool {
        let mut awaited = std::mem::take(&mut self.inbox.awaited);
        awaited.retain(|_, call| self.calls.get(call).is_some_and(|call| call.open_promise().is_some()));
        self.inbox.awaited = awaited;
        self.inbox.awaited.contains_key(address)
    }

    /// "STOP": the call that its conversation was about, if it was this customer's to take back.
    pub(super) fn stops_a_call(&mut self, id: ConversationId) -> Option<CallId> {
        let known = self.inbox.all.get(&id)?;
        let (subject, writer) = (known.subject.clone(), known.customer.address.clone());
        self.stop_by_mail(&subject, &writer)
    }

    pub(super) fn note_stopped(&mut self, id: ConversationId, call: CallId) {
        let language = self.directory.settings.office.language;
        self.add_own_note(id, say(language, "mail.callback_stopped", &[("contact", call.to_string())]));
        self.look_at_mail();
    }

    fn note_not_called(&mut self, id: ConversationId, number: &Number, rule: &str) {
        let language = self.directory.settings.office.language;
        let why = say(language, &format!("policy.{rule}"), &[]);
        let parameters = [("number", number.to_string()), ("why", why)];
        self.add_own_note(id, say(language, "mail.not-called", &parameters));
    }
}
