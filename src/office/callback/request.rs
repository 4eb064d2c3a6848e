//! Pure. A caller asks to be called back: stored first, spoken then; and what a hang-up leaves behind
//! (spec/callback.md §3, §9).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::CallId;
use crate::number::Number;
use crate::office::contact::{By, Happened, Kind, Outcome};
use crate::office::promise::{Asked, Callback, Window};
use crate::office::receipts::Pledge;
use crate::office::{Office, prompts};
use crate::settings::ReadBack;
use crate::speech::Saying;
use jiff::Timestamp;
use std::time::Duration;

/// What a caller asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::office) struct Request {
    /// What is to be dialled.
    pub(in crate::office) number: Number,
    pub(in crate::office) asked: Asked,
    /// The window that is promised.
    pub(in crate::office) promised: Option<Window>,
    /// Asked for while it is closed: not before it opens.
    pub(in crate::office) not_before: Option<Timestamp>,
    /// How long they said what it is about.
    pub(in crate::office) matter: Option<Duration>,
}

impl Office {
    /// A caller asks to be called back. [`request_kept`](Office::request_kept) follows when the
    /// promise is on the disk, [`request_refused`](Office::request_refused) when it is not in time; phones
    /// ring on meanwhile, and who is answered first needs no call back.
    pub(in crate::office) fn take_request(&mut self, id: CallId, request: Request) {
        let Request { number, asked, promised, not_before, matter } = request;
        let now = self.now;
        let contact = self.calls.get(&id).map(|call| &call.contact);
        let language = contact.map_or(self.directory.settings.office.language, |one| self.language_of(one));
        let group = contact.and_then(|contact| contact.group.clone());
        // One open promise a number and group: a second one is not made, the first stands (§1).
        if group.is_some_and(|group| self.promise_to(&number, &group).is_some_and(|other| other != id)) {
            return self.request_refused(id);
        }
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.contact.callback.is_none()) else {
            return;
        };
        if let Some(entered) = call.entered {
            call.contact.waited = now.tick.since(entered);
        }
        let order_at = call.order.map_or(now.wall, |order| order.joined_at(now));
        let callback = Callback::new(number.clone(), asked, now.wall, order_at, language);
        call.contact.callback = Some(Callback { promised, not_before, matter, ..callback });
        self.file(id);
        self.count_request(&number);
        self.tell(id, Happened::CallbackAsked { by: By::Customer });
        self.pledge(id, Pledge::Request);
        self.changed();
    }

    /// "We call you on 12 34 56 78"; the last four digits alone where others may hear (§3).
    pub(in crate::office) fn call_you_on(&self, number: &Number) -> Saying {
        let digits = match self.directory.settings.callback.read_back {
            ReadBack::Whole => Saying::Digits(number.clone()),
            ReadBack::LastFour => Saying::LastDigits(number.clone()),
        };
        Saying::Filled(prompts::CALL_YOU_ON, vec![digits])
    }

    /// The promise is on the disk and may be spoken, or it is not, and who listens stays on the line
    /// without one. Who hung up after the key keeps it either way.
    pub(in crate::office) fn request_answered(&mut self, id: CallId, kept: bool) {
        let promised = self.calls.get(&id).is_some_and(|call| call.open_promise().is_some());
        if promised && kept {
            self.confirm_by_mail(id);
        }
        let listens = self.waiting(id).is_some() || self.is_at_door(id);
        match (promised && listens, kept) {
            (true, true) if self.is_at_door(id) => self.kept_at_door(id, true),
            (true, true) => self.request_kept(id),
            (true, false) => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.contact.callback = None;
                }
                self.save(id);
                self.request_refused(id);
                self.kept_at_door(id, false);
            }
            (false, true) => {}
            (false, false) => {
                if promised {
                    self.callbacks.unkept.insert(id);
                }
                self.save(id);
            }
        }
    }

    /// The live leg of a contact ends with the request, once: not answered, not abandoned (§10).
    pub(super) fn close_live_leg(&mut self, id: CallId) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.contact.kind != Kind::Inbound || call.contact.outcome.is_some() {
            return;
        }
        let waited = call.contact.waited;
        call.close_row(now, Outcome::CallbackRequested);
        call.contact.waited = waited;
        self.count_day(id);
    }
}
