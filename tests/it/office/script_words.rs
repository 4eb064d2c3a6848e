//! What the stage writes down, in words.

use frontdesk::media::Piece;
use frontdesk::office::memory::Override;
use frontdesk::office::promise::Callback;

pub fn word_over_hours(word: &Override) -> String {
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
