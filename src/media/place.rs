//! Pure. Where in the data folder sound may lie; whatever else a name says leads nowhere.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::path::PathBuf;

/// Folders of the data folder that hold recordings.
pub const FOLDERS: [&str; 3] = ["voicemail", "recordings", "sounds"];
/// Folders below `sounds`.
pub const LANGUAGES: [&str; 5] = ["en", "sv", "da", "nl", "zh-Hant"];

const NAME_BYTES_MAX: usize = 100;

/// Letters, digits, `-` and `_`: nothing that could lead out of a folder.
pub fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.chars().all(is_plain)
}

/// `voicemail/C-12.wav`, `recordings/C-12.wav`, `sounds/front.wav`, `sounds/da/welcome.wav` as a path below the data folder.
pub fn of(file: &str) -> Option<PathBuf> {
    let parts: Vec<&str> = file.split('/').collect();
    let (folders, name) = match parts[..] {
        [folder @ ("voicemail" | "recordings"), name] => (PathBuf::from(folder), name),
        ["sounds", name] => (PathBuf::from("sounds"), name),
        ["sounds", lang, name] if LANGUAGES.contains(&lang) => (PathBuf::from("sounds").join(lang), name),
        _ => return None,
    };
    let plain = name.strip_suffix(".wav").is_some_and(is_plain);
    plain.then(|| folders.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folders_of_sound_are_reached() {
        for fine in
            ["voicemail/C-12.wav", "recordings/C-12_b.wav", "sounds/front.wav", "sounds/zh-Hant/welcome.wav"]
        {
            assert_eq!(of(fine), Some(PathBuf::from(fine)));
        }
        for wrong in [
            "",
            "C-12.wav",
            "voicemail/C-12",
            "voicemail/.wav",
            "voicemail/../frontdesk.sqlite",
            "voicemail/../x.wav",
            "voicemail/a/b.wav",
            "voicemail//b.wav",
            "/etc/x.wav",
            "sounds/.wav",
            "sounds/../welcome.wav",
            "sounds/xx/welcome.wav",
            "sounds/../en/welcome.wav",
            "tls/key.wav",
            "voicemail/a\0.wav",
            "voicemail/å.wav",
        ] {
            assert_eq!(of(wrong), None, "{wrong:?}");
        }
        assert_eq!(of(&format!("voicemail/{}.wav", "a".repeat(101))), None);
    }
}
