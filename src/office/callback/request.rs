//! Pure. A caller asks to be called back: stored first, spoken then; and what a hang-up leaves behind
//! (spec/callback.md §3, §9).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Promised;
use crate::ids::CallId;
use crate::number::Number;
use crate::office::Office;
use crate::office::call::{Entry, Phase};
use crate::office::contact::{Happened, Kind, Outcome};
use crate::office::promise::{Asked, Callback, CallbackState, Window};
use crate::office::receipts::Pledge;
use crate::sip::HangupReason;

impl Office {
    /// A waiting caller asks to be called back. [`request_kept`](Office::request_kept) follows when the
    /// promise is on the disk, [`request_refused`](Office::request_refused) when it is not in time; phones
    /// ring on meanwhile, and who is answered first needs no call back.
    pub(in crate::office) fn take_request(
        &mut self,
        id: CallId,
        number: Number,
        asked: Asked,
        promised: Option<Window>,
    ) {
        let now = self.now;
        let language = self.directory.settings.office.language;
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.contact.callback.is_none()) else {
            return;
        };
        if let Some(entered) = call.entered {
            call.contact.waited = now.tick.since(entered);
        }
        call.contact.callback = Some(Callback {
            state: CallbackState::Waiting,
            number,
            asked,
            requested_at: now.wall,
            order_at: call.contact.entered_at.unwrap_or(now.wall),
            promised,
            connected_at: None,
            tries: Vec::new(),
            not_before: None,
            given_to: None,
            settled: None,
            language,
        });
        self.tell(id, Happened::CallbackAsked);
        self.pledge(id, Pledge::Request);
        self.changed();
    }

    /// The promise is on the disk and may be spoken, or it is not, and who listens stays on the line
    /// without one. Who hung up after the key keeps it either way.
    pub(in crate::office) fn request_answered(&mut self, id: CallId, kept: bool) {
        let promised = self.calls.get(&id).is_some_and(|call| call.open_promise().is_some());
        match (promised && self.waiting(id).is_some(), kept) {
            (true, true) => self.request_kept(id),
            (true, false) => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.contact.callback = None;
                }
                self.save(id);
                self.request_refused(id);
            }
            (false, true) => {}
            (false, false) => self.save(id),
        }
    }

    /// A call with an open promise loses its legs: the entry stays in the line. `false`: it has none.
    pub(in crate::office) fn promise_stays(&mut self, id: CallId, because: &HangupReason) -> bool {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.open_promise().is_some()) else {
            return false;
        };
        let (Some(group), Some(order)) = (call.contact.group.clone(), call.order) else { return false };
        let promised = Phase::Promised(Promised::new(Entry::new(group.clone())));
        let live = std::mem::replace(&mut call.phase, promised);
        for leg in live.legs() {
            self.hang_up(leg, because.clone());
        }
        self.line.entry(group.clone()).or_default().insert((order, id));
        self.close_live_leg(id);
        self.dirty.insert(group);
        self.save(id);
        true
    }

    /// The live leg of a contact ends with the request, once: not answered, not abandoned (§10).
    fn close_live_leg(&mut self, id: CallId) {
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
