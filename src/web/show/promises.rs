//! Shell. Callbacks, messages and what the office owes as the JSON types of `wire`.

use super::{instant, ms, name_of};
use crate::number::Number;
use crate::office::contact::{Contact, Kind, Party};
use crate::office::inbox::Conversation;
use crate::office::owed::Beside;
use crate::office::promise::{Asked, Callback, CallbackState, CameTo, Message, Settled, SettledBy};
use crate::report;
use crate::web::sheet::Cell;
use crate::web::wire;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The promise in a contact's row.
pub fn callback(contact: &Contact) -> Option<wire::Callback> {
    let callback = contact.callback.as_ref()?;
    Some(wire::Callback {
        state: state(callback.state),
        requested_at: instant(callback.requested_at),
        promised_from: callback.promised.map(|window| instant(window.from)),
        promised_to: callback.promised.map(|window| instant(window.to)),
        connected_at: callback.connected_at.map(instant),
        attempts: report::promises::attempts(callback),
        settled_by: callback.settled.as_ref().map(settled_by),
        cut: cut(callback),
        called_from: called_from(contact, callback).map(ToString::to_string),
        seems: seems(callback),
        matter: callback.matter.map(|length| wire::Matter {
            length_ms: ms(length),
            audio: format!("/api/v1/callbacks/{}/audio", contact.id),
        }),
    })
}

/// What is tried where the number a customer typed does not exist (spec/callback.md §6).
fn called_from<'a>(contact: &'a Contact, callback: &Callback) -> Option<&'a Number> {
    let shown = outside(contact).number.as_ref().filter(|shown| **shown != callback.number);
    shown.filter(|_| callback.state == CallbackState::Invalid)
}

/// What a person may do instead is written beside the task (spec/callback.md §6).
fn seems(callback: &Callback) -> Option<&'static str> {
    let turned_down = callback.tries.last().is_some_and(|last| last.came_to == CameTo::Rejected);
    (callback.state == CallbackState::Unreached && turned_down).then_some("blocked")
}

/// What a power cut broke off (spec/callback.md §9).
fn cut(callback: &Callback) -> Option<&'static str> {
    match (callback.state, callback.connected_at) {
        (CallbackState::Perhaps, Some(_)) => Some("talk"),
        (CallbackState::Perhaps, None) => Some("dial"),
        _ => None,
    }
}

/// The cells of a contact's promise in the table of promises, in the order of its columns (§10).
pub fn callback_cells(contact: &Contact) -> Option<Vec<Cell>> {
    let promise = contact.callback.as_ref()?;
    let at = |at: Option<Timestamp>| at.map_or(Cell::Empty, |at| Cell::At(instant(at)));
    Some(vec![
        Cell::Text(contact.id.to_string()),
        at(contact.entered_at.or(Some(promise.requested_at))),
        at(Some(promise.requested_at)),
        at(promise.promised.map(|window| window.from)),
        at(promise.promised.map(|window| window.to)),
        at(promise.connected_at),
        Cell::Number(report::promises::attempts(promise) as f64),
        Cell::from(state(promise.state)),
        promise.settled.as_ref().map_or(Cell::Empty, |settled| Cell::Text(settled_by(settled))),
        Cell::from(channel(promise.asked)),
    ])
}

/// How it was asked for.
fn channel(asked: Asked) -> &'static str {
    match asked {
        Asked::Key => "key",
        Asked::Implicit => "implicit",
        Asked::Staff => "staff",
        Asked::Cut => "cut",
    }
}

/// The message in a contact's row.
pub fn message(message: &Message) -> wire::Message {
    wire::Message {
        length_ms: ms(message.length),
        saved_at: instant(message.saved_at),
        heard_at: message.heard_at.map(instant),
        assigned: message.assigned.as_ref().map(ToString::to_string),
        done_at: message.done.as_ref().map(|done| instant(done.at)),
        settled_by: message.done.as_ref().map(settled_by),
    }
}

/// One row of `GET /callbacks`; `None`: the contact holds no promise.
pub fn open_callback(contact: &Contact, now: Timestamp) -> Option<wire::OpenCallback> {
    let promise = contact.callback.as_ref().filter(|one| one.state.is_open() || one.state.is_task())?;
    let tries = promise.tries.iter();
    Some(wire::OpenCallback {
        id: contact.id.to_string(),
        customer: name_of(outside(contact)),
        customer_id: None,
        number: promise.number.to_string(),
        group: contact.group.as_ref().map(ToString::to_string),
        order_at: instant(promise.order_at),
        not_before: promise.not_before.map(instant),
        given_to: promise.given_to.as_ref().map(ToString::to_string),
        tries: tries.map(|one| wire::Try { at: instant(one.at), came_to: came_to(one.came_to) }).collect(),
        callback: callback(contact)?,
        late: is_overdue(promise, now),
    })
}

/// One row of `GET /voicemails`; `None`: no message, or one that somebody is done with.
pub fn voicemail(contact: &Contact) -> Option<wire::Voicemail> {
    voicemail_row(contact, contact.message.as_ref().filter(|message| message.done.is_none())?)
}

/// The same of one that somebody is done with.
pub fn done_voicemail(contact: &Contact) -> Option<wire::Voicemail> {
    voicemail_row(contact, contact.message.as_ref().filter(|message| message.done.is_some())?)
}

fn voicemail_row(contact: &Contact, left: &Message) -> Option<wire::Voicemail> {
    let party = outside(contact);
    Some(wire::Voicemail {
        id: contact.id.to_string(),
        customer: name_of(party),
        customer_id: None,
        number: party.number.as_ref().map(ToString::to_string),
        group: contact.group.as_ref().map(ToString::to_string),
        message: message(left),
        audio: format!("/api/v1/voicemails/{}/audio", contact.id),
    })
}

/// What the office owes, oldest first: promises to call back, messages, and callers who were missed. Who has
/// a promise or a message is owed by that; the missed calls beside it are no debt of their own.
pub fn owed(
    contacts: &[Contact],
    beside: &Beside,
    mails: &[Conversation],
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<wire::Owed> {
    let mut rows: Vec<(Timestamp, wire::Owed)> = Vec::new();
    for owed in report::owed(contacts, beside) {
        let promised = owed.missed.iter().filter_map(|contact| promised_row(contact, now, zone));
        let before = rows.len();
        rows.extend(promised);
        if rows.len() == before {
            rows.extend(missed_row(&owed, now, zone));
        }
    }
    rows.extend(mails.iter().filter_map(|one| super::mail::owed(one, now)));
    rows.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.contact.cmp(&other.contact)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn promised_row(contact: &Contact, now: Timestamp, zone: &TimeZone) -> Option<(Timestamp, wire::Owed)> {
    let promise = contact.callback.as_ref().filter(|one| one.state.is_open() || one.state.is_task());
    let left = contact.message.as_ref().filter(|message| message.done.is_none());
    let (kind, since, late) = match (promise, left) {
        (Some(promise), _) => ("callback", promise.requested_at, is_overdue(promise, now)),
        (None, Some(left)) => ("voicemail", left.saved_at, is_of_earlier_day(left.saved_at, now, zone)),
        (None, None) => return None,
    };
    let party = outside(contact);
    let number = promise.map(|promise| &promise.number).or(party.number.as_ref());
    let row = wire::Owed {
        contact: contact.id.to_string(),
        kind,
        since: instant(since),
        number: number.map(ToString::to_string),
        customer: name_of(party),
        customer_id: None,
        group: contact.group.as_ref().map(ToString::to_string),
        contacts: vec![contact.id.to_string()],
        late,
        callback: promise.and_then(|_| callback(contact)),
        message: left.map(message),
        conversation: None,
        address: None,
        suggested: None,
    };
    Some((since, row))
}

fn missed_row(owed: &report::Owed<'_>, now: Timestamp, zone: &TimeZone) -> Option<(Timestamp, wire::Owed)> {
    let first = owed.missed.first()?;
    let row = wire::Owed {
        contact: first.id.to_string(),
        kind: "missed",
        since: instant(first.started_at),
        number: first.from.number.as_ref().map(ToString::to_string),
        customer: name_of(&first.from),
        customer_id: None,
        group: first.group.as_ref().map(ToString::to_string),
        contacts: owed.missed.iter().map(|contact| contact.id.to_string()).collect(),
        late: is_of_earlier_day(first.started_at, now, zone),
        callback: None,
        message: None,
        conversation: None,
        address: None,
        suggested: None,
    };
    Some((first.started_at, row))
}

fn outside(contact: &Contact) -> &Party {
    if contact.kind == Kind::Outbound { &contact.to } else { &contact.from }
}

/// The time that was spoken has passed; a task of a person's is late from the start.
fn is_overdue(callback: &Callback, now: Timestamp) -> bool {
    callback.state.is_task() || callback.promised.is_some_and(|window| window.to < now)
}

/// Nobody promised a time for it: the day it came is the one to answer it on.
fn is_of_earlier_day(since: Timestamp, now: Timestamp, zone: &TimeZone) -> bool {
    zone.to_datetime(since).date() < zone.to_datetime(now).date()
}

fn settled_by(settled: &Settled) -> String {
    match &settled.by {
        SettledBy::Callback => "callback".to_owned(),
        SettledBy::CustomerCalled => "customer_called".to_owned(),
        SettledBy::OtherCall => "other_call".to_owned(),
        SettledBy::Person(person) => format!("person:{person}"),
        SettledBy::Customer => "customer".to_owned(),
    }
}

/// A state's word.
pub fn state(state: CallbackState) -> &'static str {
    match state {
        CallbackState::Waiting => "waiting",
        CallbackState::Reserved => "reserved",
        CallbackState::Confirmed => "confirmed",
        CallbackState::Dialing => "dialing",
        CallbackState::Reached => "reached",
        CallbackState::Connected => "connected",
        CallbackState::Snoozed => "snoozed",
        CallbackState::Merged => "merged",
        CallbackState::Done => "done",
        CallbackState::Cancelled => "cancelled",
        CallbackState::Unreached => "unreached",
        CallbackState::Expired => "expired",
        CallbackState::Invalid => "invalid",
        CallbackState::Perhaps => "perhaps",
    }
}

fn came_to(came_to: CameTo) -> &'static str {
    match came_to {
        CameTo::Nothing => "nothing",
        CameTo::Reached => "reached",
        CameTo::Voicemail => "voicemail",
        CameTo::NoAnswer => "no_answer",
        CameTo::Busy => "busy",
        CameTo::Rejected => "rejected",
        CameTo::Invalid => "invalid",
        CameTo::Fault => "fault",
    }
}
