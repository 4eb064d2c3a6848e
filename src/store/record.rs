//! Shell. How legs and story lie in a contact's row: JSON, because they are read and written whole.
//!
//! The copies below follow `office::contact`; the compiler refuses them when a variant is missing.

use crate::ids::{GroupId, LegId, MenuId, PersonId, PhoneId, TrunkId};
use crate::media::Verdict;
use crate::office::contact::{By, Device, Happened, LegRecord, StoryLine};
use crate::office::promise::CameTo;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A leg's record as text.
#[derive(Serialize, Deserialize)]
struct Leg {
    leg: u64,
    #[serde(with = "DeviceCopy")]
    device: Device,
    #[serde(with = "maybe_named", default, skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    began_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<u64>,
    verdict: Option<VerdictCell>,
}

#[derive(Serialize, Deserialize)]
struct VerdictCell(#[serde(with = "VerdictCopy")] Verdict);

#[derive(Serialize, Deserialize)]
struct Line {
    at: i64,
    #[serde(with = "HappenedCopy", flatten)]
    what: Happened,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Device", rename_all = "snake_case")]
enum DeviceCopy {
    Phone(#[serde(with = "named")] PhoneId),
    Trunk(#[serde(with = "named")] TrunkId),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Verdict")]
struct VerdictCopy {
    packets_in: u64,
    packets_out: u64,
    lost: u64,
    strangers: u64,
    #[serde(with = "micros")]
    jitter: Duration,
    #[serde(with = "micros")]
    expected: Duration,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Happened", tag = "what", rename_all = "snake_case")]
enum HappenedCopy {
    CalledIn,
    DialledOut,
    HeardWelcome,
    About {
        topic: String,
    },
    EnteredGroup {
        #[serde(with = "named")]
        group: GroupId,
        place: usize,
    },
    Rang {
        #[serde(with = "named")]
        person: PersonId,
        #[serde(with = "maybe_micros")]
        free: Option<Duration>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skill: Option<(String, u8)>,
        #[serde(default)]
        knows: bool,
    },
    RangOut {
        #[serde(with = "named")]
        person: PersonId,
        #[serde(with = "micros")]
        rang: Duration,
    },
    Declined {
        #[serde(with = "named")]
        person: PersonId,
    },
    PhoneUnreachable {
        #[serde(with = "named")]
        person: PersonId,
    },
    Answered {
        #[serde(with = "named")]
        person: PersonId,
    },
    ToldWait {
        place: u32,
        #[serde(with = "micros")]
        low: Duration,
        #[serde(with = "micros")]
        high: Duration,
    },
    WaitCame {
        as_told: bool,
    },
    StoppedRinging {
        #[serde(with = "named")]
        person: PersonId,
    },
    Held {
        #[serde(with = "maybe_named")]
        person: Option<PersonId>,
    },
    Resumed {
        #[serde(with = "maybe_named")]
        person: Option<PersonId>,
    },
    Parked {
        slot: u8,
        #[serde(with = "named")]
        person: PersonId,
    },
    Fetched {
        slot: u8,
        #[serde(with = "named")]
        person: PersonId,
    },
    TransferredBy {
        #[serde(with = "named")]
        person: PersonId,
        to: String,
    },
    TransferReturned {
        to: String,
    },
    CallerHungUp,
    PersonHungUp {
        #[serde(with = "named")]
        person: PersonId,
    },
    LineLost,
    NoCommonCodec,
    ReachedOutside,
    NotReached {
        status: u16,
    },
    RefusedByPolicy {
        why: String,
    },
    Closed,
    EnteredMenu {
        #[serde(with = "named")]
        menu: MenuId,
    },
    ChoseInMenu {
        #[serde(with = "named")]
        menu: MenuId,
        key: char,
    },
    NoKeyInMenu {
        #[serde(with = "named")]
        menu: MenuId,
    },
    LeftMessage {
        #[serde(with = "micros")]
        length: Duration,
    },
    MessageNotKept,
    MessageHeard {
        #[serde(with = "named")]
        person: PersonId,
    },
    MessageDone {
        #[serde(with = "named")]
        person: PersonId,
    },
    MobileNotTaken {
        #[serde(with = "named")]
        person: PersonId,
    },
    CutByPowerFailure,
    CallbackAsked {
        #[serde(rename = "person", with = "whom", default)]
        by: By,
    },
    CallbackTaken {
        #[serde(with = "named")]
        person: PersonId,
    },
    CallbackPutOff {
        #[serde(rename = "person", with = "whom")]
        by: By,
    },
    CallbackTried {
        #[serde(with = "super::promises::CameToCopy")]
        came_to: CameTo,
    },
    CalledAgain,
    CallbackClosed {
        #[serde(rename = "person", with = "whom")]
        by: By,
        reason: String,
    },
    CallbackExpired,
    CallbackLeft,
    CustomerWritten,
    MissedSettled {
        #[serde(with = "maybe_named")]
        person: Option<PersonId>,
    },
}

pub(super) fn print_legs(legs: &[LegRecord]) -> String {
    let legs: Vec<Leg> = legs.iter().map(write_leg).collect();
    serde_json::to_string(&legs).expect("numbers and texts are always JSON")
}

pub(super) fn print_story(story: &[StoryLine]) -> String {
    let lines: Vec<Line> = story.iter().map(write_line).collect();
    serde_json::to_string(&lines).expect("numbers and texts are always JSON")
}

pub(super) fn read_legs(text: &str) -> serde_json::Result<Vec<LegRecord>> {
    Ok(serde_json::from_str::<Vec<Leg>>(text)?.into_iter().map(read_leg).collect())
}

pub(super) fn read_story(text: &str) -> serde_json::Result<Vec<StoryLine>> {
    let lines = serde_json::from_str::<Vec<Line>>(text).or_else(|_| lines_we_know(text))?;
    Ok(lines.into_iter().map(read_line).collect())
}

/// Without what only a later version can tell (an upgrade that was taken back).
fn lines_we_know(text: &str) -> serde_json::Result<Vec<Line>> {
    let lines = serde_json::from_str::<Vec<serde_json::Value>>(text)?;
    Ok(lines.into_iter().filter_map(|line| Line::deserialize(line).ok()).collect())
}

fn write_line(line: &StoryLine) -> Line {
    Line { at: line.at.as_millisecond(), what: line.what.clone() }
}

fn read_line(line: Line) -> StoryLine {
    StoryLine { at: instant(line.at), what: line.what }
}

fn write_leg(leg: &LegRecord) -> Leg {
    Leg {
        leg: leg.leg.0,
        device: leg.device.clone(),
        person: leg.person.clone(),
        began_at: leg.began_at.as_millisecond(),
        answered_at: leg.answered_at.map(Timestamp::as_millisecond),
        ended_at: leg.ended_at.map(Timestamp::as_millisecond),
        price: leg.price,
        verdict: leg.verdict.map(VerdictCell),
    }
}

fn read_leg(leg: Leg) -> LegRecord {
    LegRecord {
        leg: LegId(leg.leg),
        device: leg.device,
        person: leg.person,
        began_at: instant(leg.began_at),
        answered_at: leg.answered_at.map(instant),
        ended_at: leg.ended_at.map(instant),
        price: leg.price,
        verdict: leg.verdict.map(|cell| cell.0),
    }
}

/// Milliseconds since 1970; one that no calendar knows becomes 1970.
pub(super) fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Names the owner chose, as plain texts.
pub(super) mod named {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::store) fn serialize<T: std::fmt::Display, S: Serializer>(
        id: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(in crate::store) fn deserialize<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        String::deserialize(from).map(|text| T::from(&text))
    }
}

mod maybe_named {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T: std::fmt::Display, S: Serializer>(
        id: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        id.as_ref().map(T::to_string).serialize(to)
    }

    pub(super) fn deserialize<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map(|text| T::from(&text)))
    }
}

/// `null`: the customer; nobody's name: a program.
mod whom {
    use crate::office::contact::By;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(by: &By, to: S) -> Result<S::Ok, S::Error> {
        let name = match by {
            By::Customer => None,
            By::Person(id) => Some(id.as_str()),
            By::Program => Some(""),
        };
        name.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<By, D::Error> {
        Ok(match Option::<String>::deserialize(from)?.as_deref() {
            None => By::Customer,
            Some("") => By::Program,
            Some(id) => By::Person(id.into()),
        })
    }
}

mod micros {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(lasted: &Duration, to: S) -> Result<S::Ok, S::Error> {
        u64::try_from(lasted.as_micros()).unwrap_or(u64::MAX).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_micros)
    }
}

mod maybe_micros {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(lasted: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        lasted.map(|lasted| u64::try_from(lasted.as_micros()).unwrap_or(u64::MAX)).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Duration::from_micros))
    }
}
