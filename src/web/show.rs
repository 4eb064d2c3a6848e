//! Shell. Office types as the JSON types of `wire`: words for enums, milliseconds, masked numbers.

pub mod customers;
pub mod mail;
mod promises;
pub mod tables;

pub use promises::{done_voicemail, open_callback, owed, voicemail};

use super::wire::{self, Instant};
use crate::i18n;
use crate::ids::CustomerId;
use crate::number::Number;
use crate::office::board::{self, Board, CallRowState, PersonState};
use crate::office::contact::{Contact, Device, Kind, LegRecord, Outcome, Party};
use crate::office::desk::Done;
use crate::office::memory::{Override, OverrideKind};
use crate::report::mail::MailFigure;
use crate::report::{self, Unit};
use crate::settings::{Language, Settings};
use jiff::Timestamp;
use std::time::Duration;

/// Contacts named behind one figure.
const CONTACTS_MAX: usize = 2_000;

/// Whose eyes: the TV hangs where visitors stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Eyes {
    Staff,
    Tv,
}

/// An instant as RFC 3339 in UTC, to the millisecond.
pub fn instant(at: Timestamp) -> Instant {
    format!("{at:.3}")
}

/// A length in milliseconds.
pub fn ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// The board for these eyes in this language, as it stands `now`: it is made when something changes, and
/// the longest wait grows meanwhile.
pub fn board(
    board: &Board,
    now: Timestamp,
    settings: Option<&Settings>,
    eyes: Eyes,
    language: Language,
) -> wire::Board {
    let age = Duration::try_from(now.duration_since(board.now)).unwrap_or_default();
    let number = |number: &Option<Number>| number.as_ref().map(|number| seen(number, eyes));
    let call = |row: &board::CallRow| wire::Call {
        contact: row.contact.to_string(),
        customer: row.customer.clone().filter(|_| eyes == Eyes::Staff),
        customer_id: shown_id(row.customer_id, eyes),
        number: number(&row.number),
        group: row.group.as_ref().map(ToString::to_string),
        person: row.person.as_ref().map(ToString::to_string),
        ringing: row.ringing.iter().map(ToString::to_string).collect(),
        since: instant(row.since),
        state: match row.state {
            CallRowState::Ringing => "ringing",
            CallRowState::Talking => "talking",
            CallRowState::Held => "held",
        },
    };
    let parked = |row: &board::ParkedRow| wire::Parked {
        slot: row.slot,
        contact: row.contact.to_string(),
        customer: row.customer.clone().filter(|_| eyes == Eyes::Staff),
        customer_id: shown_id(row.customer_id, eyes),
        number: number(&row.number),
        by: row.by.to_string(),
        since: instant(row.since),
    };
    wire::Board {
        version: board.version,
        customers: board.customers,
        now: instant(board.now.max(now)),
        groups: board.groups.iter().map(|row| group(row, age, settings)).collect(),
        line: board.line.iter().map(|row| waiting(row, settings, eyes)).collect(),
        calls: board.calls.iter().map(call).collect(),
        people: board.people.iter().map(person).collect(),
        parked: board.parked.iter().map(parked).collect(),
        overrides: board.overrides.iter().map(hours_override).collect(),
        mail: mail::board(&board.mail),
        owed: board.owed,
        alarms: board.alarms.iter().map(|one| alarm(one, settings, language)).collect(),
    }
}

fn hours_override(word: &Override) -> wire::HoursOverride {
    wire::HoursOverride {
        group: word.group.as_ref().map(ToString::to_string),
        open: word.kind == OverrideKind::Open,
        until: instant(word.until),
    }
}

fn waiting(row: &board::LineRow, settings: Option<&Settings>, eyes: Eyes) -> wire::Waiting {
    let promise = row.kind == board::LineKind::Callback;
    let group = settings.and_then(|settings| settings.groups.iter().find(|group| group.id == row.group));
    wire::Waiting {
        contact: row.contact.to_string(),
        kind: if promise { "callback" } else { "live" },
        customer: row.customer.clone().filter(|_| eyes == Eyes::Staff),
        customer_id: shown_id(row.customer_id, eyes),
        number: row.number.as_ref().map(|number| seen(number, eyes)),
        group: row.group.to_string(),
        joined_at: instant(row.joined_at),
        place: row.place,
        promised_from: row.promised.map(|window| instant(window.from)),
        promised_to: row.promised.map(|window| instant(window.to)),
        attempt: row.attempt,
        attempts: group.filter(|_| promise).map(|group| usize::from(group.callback.attempts)),
        state: row.state.map(promises::state),
        not_before: row.not_before.map(instant),
        person: row.given_to.as_ref().map(ToString::to_string),
    }
}

fn group(row: &board::GroupRow, age: Duration, settings: Option<&Settings>) -> wire::Group {
    let known = settings.and_then(|settings| settings.groups.iter().find(|group| group.id == row.id));
    let estimate = |(low, high): (Duration, Duration)| wire::Estimate { low: ms(low), high: ms(high) };
    wire::Group {
        id: row.id.to_string(),
        name: row.name.clone(),
        open: row.open,
        waiting: row.waiting,
        longest_wait_ms: row.longest_wait.map(|wait| ms(wait + age)),
        open_callbacks: row.open_callbacks,
        answered_today: row.answered_today,
        abandoned_today: row.abandoned_today,
        service_level_today: row.service_level_today,
        estimate_ms: row.estimate.map(estimate),
        target_ms: known.map(|group| ms(group.target.within)),
        target_percent: known.map(|group| group.target.percent),
        takes: known.map(|group| group.rung().map(ToString::to_string).collect()),
    }
}

fn person(row: &board::PersonRow) -> wire::Person {
    wire::Person {
        id: row.id.to_string(),
        name: row.name.clone(),
        state: match row.state {
            PersonState::Available => "available",
            PersonState::Ringing => "ringing",
            PersonState::Talking => "talking",
            PersonState::WrapUp => "wrap_up",
            PersonState::Paused => "paused",
            PersonState::PhoneOffline => "phone_offline",
            PersonState::Off => "off",
        },
        since: instant(row.since),
        until: row.until.map(instant),
        reason: row.reason.clone(),
    }
}

fn alarm(alarm: &board::Alarm, settings: Option<&Settings>, language: Language) -> wire::Alarm {
    let key = format!("alarm.{}", alarm.code);
    let named = alarm.parameters.iter().map(|(hole, id)| (*hole, name(id, settings)));
    let text = i18n::say(language, &key, &named.collect::<Vec<_>>());
    wire::Alarm { code: alarm.code, text, since: instant(alarm.since) }
}

/// The TV tells nobody who calls.
fn shown_id(id: Option<CustomerId>, eyes: Eyes) -> Option<String> {
    id.filter(|_| eyes == Eyes::Staff).map(|id| id.to_string())
}

/// Whole for staff; on the TV the last two digits are enough to recognise somebody by.
fn seen(number: &Number, eyes: Eyes) -> String {
    match eyes {
        Eyes::Staff => number.to_string(),
        Eyes::Tv => {
            let text = number.as_str();
            let tail = text.len().saturating_sub(2);
            format!("•• {}", text.get(tail..).unwrap_or_default())
        }
    }
}

/// A contact as a row.
pub fn contact(contact: &Contact) -> wire::Contact {
    let outside = if contact.kind == Kind::Outbound { &contact.to } else { &contact.from };
    wire::Contact {
        id: contact.id.to_string(),
        kind: match contact.kind {
            Kind::Inbound => "inbound",
            Kind::Outbound => "outbound",
            Kind::Internal => "internal",
        },
        started_at: instant(contact.started_at),
        ended_at: contact.ended_at.map(instant),
        from: party(&contact.from),
        to: party(&contact.to),
        customer: name_of(outside),
        customer_id: None,
        group: contact.group.as_ref().map(ToString::to_string),
        person: contact.person.as_ref().map(ToString::to_string),
        outcome: contact.outcome.map(outcome),
        waited_ms: ms(contact.waited),
        talked_ms: ms(contact.talked),
        held_ms: ms(contact.held),
        wrapped_ms: ms(contact.wrapped),
        callback: promises::callback(contact),
        message: contact.message.as_ref().map(promises::message),
        disposition: None,
        resolved_first: None,
        recording: None,
    }
}

/// A contact with legs and story.
pub fn detail(known: &Contact, settings: Option<&Settings>, language: Language) -> wire::ContactDetail {
    let name = |id: &str| name(id, settings);
    let story = known
        .story
        .iter()
        .map(|line| wire::Sentence { at: instant(line.at), text: i18n::story(language, &line.what, name) });
    wire::ContactDetail {
        contact: contact(known),
        legs: known.legs.iter().map(leg).collect(),
        story: story.collect(),
    }
}

/// A person's or group's name, by id or as a goal (`person:anna`); anything else stays as it is.
fn name(goal: &str, settings: Option<&Settings>) -> String {
    let id = goal.strip_prefix("person:").or_else(|| goal.strip_prefix("group:")).unwrap_or(goal);
    let found = settings.and_then(|settings| {
        let person = settings.people.iter().find(|person| person.id.as_str() == id);
        let group = settings.groups.iter().find(|group| group.id.as_str() == id);
        person.map(|person| person.name.clone()).or_else(|| group.map(|group| group.name.clone()))
    });
    found.unwrap_or_else(|| id.to_owned())
}

fn name_of(party: &Party) -> Option<String> {
    (!party.name.is_empty()).then(|| party.name.clone())
}

fn party(party: &Party) -> wire::Party {
    wire::Party {
        number: party.number.as_ref().map(ToString::to_string),
        name: party.name.clone(),
        person: party.person.as_ref().map(ToString::to_string),
    }
}

fn leg(leg: &LegRecord) -> wire::Leg {
    let verdict = leg.verdict.map(|heard| wire::Verdict {
        packets_in: heard.packets_in,
        packets_out: heard.packets_out,
        lost: heard.lost,
        strangers: heard.strangers,
        jitter_ms: heard.jitter.as_secs_f64() * 1_000.0,
        expected_ms: ms(heard.expected),
    });
    wire::Leg {
        leg: leg.leg.to_string(),
        device: match &leg.device {
            Device::Phone(phone) => phone.to_string(),
            Device::Trunk(trunk) => trunk.to_string(),
        },
        person: leg.person.as_ref().map(ToString::to_string),
        began_at: instant(leg.began_at),
        answered_at: leg.answered_at.map(instant),
        ended_at: leg.ended_at.map(instant),
        verdict,
    }
}

/// A figure with its formula; `previous` is the same figure earlier.
pub fn figure(figure: &report::Figure, previous: Option<f64>, language: Language) -> wire::Figure {
    let id = figure.id.word();
    wire::Figure {
        id,
        metric: figure.id.metric(),
        unit: unit(figure.id.unit()),
        value: figure.value,
        previous,
        parts: figure.parts.iter().map(|(id, value)| wire::Part { id, value: *value }).collect(),
        formula: i18n::say(language, &format!("formula.{id}"), &[]),
        n: figure.contacts.len(),
        contacts: figure.contacts.iter().take(CONTACTS_MAX).map(ToString::to_string).collect(),
    }
}

/// A figure of the mailbox; `previous` is the same figure earlier.
pub fn mail_figure(figure: &MailFigure, previous: Option<f64>, language: Language) -> wire::MailFigure {
    let id = figure.id.word();
    wire::MailFigure {
        id,
        metric: figure.id.metric(),
        unit: unit(figure.id.unit()),
        value: figure.value,
        previous,
        parts: figure.parts.iter().map(|(id, value)| wire::Part { id, value: *value }).collect(),
        formula: i18n::say(language, &format!("formula.{id}"), &[]),
        n: figure.conversations.len(),
        conversations: figure.conversations.iter().take(CONTACTS_MAX).map(ToString::to_string).collect(),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent => "percent",
        Unit::Milliseconds => "ms",
        Unit::Count => "count",
    }
}

/// What was done.
pub fn done(done: Done) -> wire::Done {
    match done {
        Done::Ok | Done::Added(_) => wire::Done::default(),
        Done::Call(call) => wire::Done { contact: Some(call.to_string()), ..wire::Done::default() },
        Done::Slot(slot) => wire::Done { slot: Some(slot), ..wire::Done::default() },
        Done::Conversation(id) => wire::Done { conversation: Some(id.to_string()), ..wire::Done::default() },
        Done::Customer(id) => wire::Done { customer: Some(id.to_string()), ..wire::Done::default() },
        Done::Mail(id, item) => wire::Done {
            conversation: Some(id.to_string()),
            item: Some(item.to_string()),
            ..wire::Done::default()
        },
        Done::Item(id) => wire::Done { item: Some(id.to_string()), ..wire::Done::default() },
    }
}

/// An outcome's word (INTERFACES.md §3).
pub fn outcome(outcome: Outcome) -> &'static str {
    OUTCOMES.iter().find(|(known, _)| *known == outcome).map_or("failed_technical", |(_, word)| word)
}

/// The outcome of a word.
pub fn outcome_of(word: &str) -> Option<Outcome> {
    OUTCOMES.iter().find(|(_, known)| *known == word).map(|(outcome, _)| *outcome)
}

const OUTCOMES: &[(Outcome, &str)] = &[
    (Outcome::Answered, "answered"),
    (Outcome::AbandonedShort, "abandoned_short"),
    (Outcome::Abandoned, "abandoned"),
    (Outcome::CallbackRequested, "callback_requested"),
    (Outcome::Voicemail, "voicemail"),
    (Outcome::Overflowed, "overflowed"),
    (Outcome::AfterHours, "after_hours"),
    (Outcome::Rejected, "rejected"),
    (Outcome::FailedTechnical, "failed_technical"),
    (Outcome::Unreached, "unreached"),
    (Outcome::Internal, "internal"),
];
