//! Shell. How a promise lies in its contact's row: JSON, because it is read and written whole.
//!
//! The copies below follow `office::promise`; the compiler refuses them when a variant is missing.

use super::record::instant;
use crate::ids::PersonId;
use crate::number::{Country, Number};
use crate::office::promise::{
    Asked, Callback, CallbackState, CameTo, Message, Settled, SettledBy, Try, Window,
};
use crate::settings::Language;
use jiff::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::time::Duration;

#[derive(Serialize, Deserialize)]
struct CallbackCell {
    #[serde(serialize_with = "StateCopy::serialize", deserialize_with = "state")]
    state: CallbackState,
    number: String,
    #[serde(with = "AskedCopy")]
    asked: Asked,
    requested_at: i64,
    order_at: i64,
    promised: Option<[i64; 2]>,
    connected_at: Option<i64>,
    tries: Vec<TryCell>,
    not_before: Option<i64>,
    given_to: Option<String>,
    settled: Option<SettledCell>,
    #[serde(with = "LanguageCopy")]
    language: Language,
    #[serde(default)]
    matter_ms: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct TryCell {
    at: i64,
    #[serde(with = "CameToCopy")]
    came_to: CameTo,
}

#[derive(Serialize, Deserialize)]
struct SettledCell {
    at: i64,
    #[serde(with = "SettledByCopy")]
    by: SettledBy,
}

#[derive(Serialize, Deserialize)]
struct MessageCell {
    length_ms: u64,
    saved_at: i64,
    heard_at: Option<i64>,
    #[serde(default)]
    assigned: Option<String>,
    done: Option<SettledCell>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CallbackState", rename_all = "snake_case")]
enum StateCopy {
    Waiting,
    Reserved,
    Confirmed,
    Dialing,
    Reached,
    Connected,
    Snoozed,
    Merged,
    Done,
    Cancelled,
    Unreached,
    Expired,
    Invalid,
    Perhaps,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Asked", rename_all = "snake_case")]
enum AskedCopy {
    Key,
    Implicit,
    Staff,
    Cut,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CameTo", rename_all = "snake_case")]
pub(super) enum CameToCopy {
    Nothing,
    Reached,
    Voicemail,
    NoAnswer,
    Busy,
    Rejected,
    Invalid,
    Fault,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "SettledBy", rename_all = "snake_case")]
enum SettledByCopy {
    Callback,
    CustomerCalled,
    OtherCall,
    Person(#[serde(with = "super::record::named")] PersonId),
    Customer,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Language", rename_all = "snake_case")]
enum LanguageCopy {
    En,
    Sv,
    Da,
    Nl,
    ZhHant,
}

/// A state this version does not know is for a person to decide (an upgrade that was taken back).
fn state<'de, D: Deserializer<'de>>(from: D) -> Result<CallbackState, D::Error> {
    let word = serde_json::Value::deserialize(from)?;
    Ok(StateCopy::deserialize(word).unwrap_or(CallbackState::Perhaps))
}

pub(super) fn print_callback(callback: &Callback) -> String {
    let cell = CallbackCell {
        state: callback.state,
        number: callback.number.as_str().to_owned(),
        asked: callback.asked,
        requested_at: callback.requested_at.as_millisecond(),
        order_at: callback.order_at.as_millisecond(),
        promised: callback.promised.map(|window| [window.from, window.to].map(Timestamp::as_millisecond)),
        connected_at: callback.connected_at.map(Timestamp::as_millisecond),
        tries: callback.tries.iter().map(write_try).collect(),
        not_before: callback.not_before.map(Timestamp::as_millisecond),
        given_to: callback.given_to.as_ref().map(PersonId::to_string),
        settled: callback.settled.as_ref().map(write_settled),
        language: callback.language,
        matter_ms: callback.matter.map(whole_ms),
    };
    serde_json::to_string(&cell).expect("numbers and texts are always JSON")
}

pub(super) fn read_callback(text: &str) -> serde_json::Result<Callback> {
    let cell: CallbackCell = serde_json::from_str(text)?;
    // What was kept is in its normal form already, which reads the same in every country.
    let number = Number::parse(&cell.number, Country(*b"ZZ"));
    Ok(Callback {
        state: cell.state,
        number: number.ok_or_else(|| serde_json::Error::custom("no number"))?,
        asked: cell.asked,
        requested_at: instant(cell.requested_at),
        order_at: instant(cell.order_at),
        promised: cell.promised.map(|[from, to]| Window { from: instant(from), to: instant(to) }),
        connected_at: cell.connected_at.map(instant),
        tries: cell.tries.iter().map(read_try).collect(),
        not_before: cell.not_before.map(instant),
        given_to: cell.given_to.as_deref().map(PersonId::from),
        settled: cell.settled.map(read_settled),
        language: cell.language,
        matter: cell.matter_ms.map(Duration::from_millis),
    })
}

pub(super) fn print_message(message: &Message) -> String {
    let cell = MessageCell {
        length_ms: whole_ms(message.length),
        saved_at: message.saved_at.as_millisecond(),
        heard_at: message.heard_at.map(Timestamp::as_millisecond),
        assigned: message.assigned.as_ref().map(ToString::to_string),
        done: message.done.as_ref().map(write_settled),
    };
    serde_json::to_string(&cell).expect("numbers and texts are always JSON")
}

pub(super) fn read_message(text: &str) -> serde_json::Result<Message> {
    let cell: MessageCell = serde_json::from_str(text)?;
    Ok(Message {
        length: Duration::from_millis(cell.length_ms),
        saved_at: instant(cell.saved_at),
        heard_at: cell.heard_at.map(instant),
        assigned: cell.assigned.as_deref().map(PersonId::from),
        done: cell.done.map(read_settled),
    })
}

fn whole_ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

fn write_try(one: &Try) -> TryCell {
    TryCell { at: one.at.as_millisecond(), came_to: one.came_to }
}

fn read_try(cell: &TryCell) -> Try {
    Try { at: instant(cell.at), came_to: cell.came_to }
}

fn write_settled(settled: &Settled) -> SettledCell {
    SettledCell { at: settled.at.as_millisecond(), by: settled.by.clone() }
}

fn read_settled(cell: SettledCell) -> Settled {
    Settled { at: instant(cell.at), by: cell.by }
}
