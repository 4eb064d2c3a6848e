//! What the stage writes down, in words.

use frontdesk::ids::{GroupId, PersonId, PhoneId};
use frontdesk::media::Piece;
use frontdesk::office::desk::{Command, WantedState};
use frontdesk::office::memory::{Change, Override, OverrideKind};
use frontdesk::office::promise::Callback;
use frontdesk::office::{Callers, Input, SentOn};
use jiff::Timestamp;
use std::time::Duration;

pub fn words_over_hours(words: &[Override]) -> String {
    let words: Vec<String> = words.iter().map(word_over_hours).collect();
    if words.is_empty() { "as planned".to_owned() } else { words.join(", ") }
}

fn word_over_hours(word: &Override) -> String {
    let whom = word.group.as_ref().map_or("the office", |group| group.as_str());
    format!("{whom} {:?} until {}", word.kind, word.until)
}

pub fn callback_in_words(callback: &Callback) -> String {
    let mut words = format!("{:?}", callback.state);
    if !callback.tries.is_empty() {
        let tries: Vec<String> = callback.tries.iter().map(|one| format!("{:?}", one.came_to)).collect();
        words.push_str(&format!(" [{}]", tries.join(" ")));
    }
    if let Some(at) = callback.not_before {
        words.push_str(&format!(" not before {}", at.strftime("%H:%M:%S")));
    }
    if let Some(settled) = &callback.settled {
        words.push_str(&format!(" by {:?}", settled.by));
    }
    words
}

/// What is kept before something else happens: a mail of ours in one line.
pub fn kept_first(change: &Change) -> String {
    match change {
        Change::Sending(mail) => {
            let item = &mail.1;
            format!("mail to {}: {}: {:?}", item.to[0].address, item.subject, item.text)
        }
        _ => "save then".to_owned(),
    }
}

pub fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Prompt { lang: "en", name } | Piece::File(name) => name.to_string(),
        Piece::Prompt { lang, name } => format!("{lang}/{name}"),
        Piece::Own { name, or, .. } => format!("{name} (or {})", or.join(" ")),
        Piece::Tone { .. } => "tone".to_owned(),
        Piece::Pause(length) => format!("({length:?})"),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// `closed-until 2026-11-23T13:00:00Z main`, `as-planned -`.
pub fn over_hours(rest: &[&str], kind: Option<OverrideKind>) -> Command {
    let set = kind.map(|kind| (kind, rest[0].parse().unwrap()));
    Command::Override { group: rest.get(1).map(|group| GroupId::from(*group)), set }
}

/// Whoever is the last one says that callers wait, as they would if nobody were asked.
pub fn becomes(verb: &str, person: PersonId, until: Option<&str>) -> Command {
    let state = match verb {
        "available" => WantedState::Available,
        "off" => WantedState::Off,
        _ => {
            let until = until.map(|time| time.parse().unwrap());
            WantedState::Paused { reason: "lunch".into(), until }
        }
    };
    Command::SetState { person, state, callers: Some(Callers::Wait) }
}

/// Off duty: nothing is said of callers, or where they shall go.
pub fn goes(who: &str, callers: &str) -> Command {
    Command::SetState { person: who.into(), state: WantedState::Off, callers: Callers::of(callers) }
}

pub fn where_callers_go(sent: &[SentOn]) -> String {
    let sent: Vec<String> = sent.iter().map(|one| format!("{} {:?}", one.group, one.to)).collect();
    if sent.is_empty() { "to the phones".to_owned() } else { sent.join(", ") }
}

pub fn registered(who: &str, contacts: usize) -> Input {
    Input::Registered { phone: PhoneId::from(format!("{who}-desk").as_str()), contacts }
}

pub fn seconds(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_secs)
}

pub fn time_of(text: &str) -> Duration {
    let parts: Vec<u64> = text.split(':').map(|part| part.parse().unwrap()).collect();
    Duration::from_secs(parts[0] * 3600 + parts[1] * 60 + parts[2])
}

pub fn midnight() -> Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}
