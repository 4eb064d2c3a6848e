//! The owner's own prompts: sent in, listed, heard, and taken back.

use frontdesk::media::prompts::{Listed, NotChanged, Whose, forget, heard, keep, list, missing, notices};
use frontdesk::media::sounds::Bank;
use frontdesk::settings::Language;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// A second of a tone: 8 kHz, 16 bit, one channel.
fn recording() -> Vec<u8> {
    let turn = |n: u32| (std::f32::consts::TAU * 500.0 * n as f32 / 8000.0).sin();
    let sound: Vec<u8> = (0..8000).flat_map(|n| ((3000.0 * turn(n)) as i16).to_le_bytes()).collect();
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    file.extend(8_000u32.to_le_bytes());
    file.extend(16_000u32.to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend((sound.len() as u32).to_le_bytes());
    file.extend(sound);
    file
}

fn listed(bank: &Bank, name: &str) -> Option<Listed> {
    list(bank, Language::Da).into_iter().find(|row| row.name == name)
}

#[test]
fn the_owners_prompt_takes_the_place_of_the_shipped_one_and_gives_it_back() {
    let data = tempfile::tempdir().unwrap();
    let bank = Bank::with_data(data.path().into());
    let shipped = listed(&bank, "welcome").unwrap();
    assert_eq!(shipped.whose, Whose::Shipped);
    assert!(shipped.length > Duration::from_secs(1));
    keep(&bank, Language::Da, "welcome", &recording()).unwrap();
    let own = listed(&bank, "welcome").unwrap();
    assert_eq!((own.whose, &own.text), (Whose::Own, &shipped.text));
    assert!((900..=1000).contains(&own.length.as_millis()), "{own:?}");
    let path = data.path().join("sounds/da/welcome.wav");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(heard(&bank, Language::Da, "welcome"), Some(std::fs::read(path).unwrap()));
    forget(&bank, Language::Da, "welcome").unwrap();
    forget(&bank, Language::Da, "welcome").unwrap();
    assert_eq!(listed(&bank, "welcome"), Some(shipped));
}

#[test]
fn a_prompt_that_only_the_owner_has_is_listed_without_a_text() {
    let data = tempfile::tempdir().unwrap();
    let bank = Bank::with_data(data.path().into());
    keep(&bank, Language::Da, "front-menu", &recording()).unwrap();
    assert_eq!(listed(&bank, "front-menu").unwrap().text, None);
    assert_eq!(list(&bank, Language::En).iter().find(|row| row.name == "front-menu"), None);
    assert!(heard(&bank, Language::Da, "no-such").is_none());
}

#[test]
fn what_is_no_use_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let bank = Bank::with_data(data.path().into());
    for name in ["", "../welcome", "a/b", "å", "welcome.wav"] {
        let refused = keep(&bank, Language::Da, name, &recording());
        assert!(matches!(refused, Err(NotChanged::Name)), "{name:?}: {refused:?}");
        assert!(heard(&bank, Language::Da, name).is_none());
    }
    let refused = keep(&bank, Language::Da, "welcome", b"ID3");
    assert_eq!(
        refused.unwrap_err().to_string(),
        "This is no WAV file but MP3. Save the recording as WAV and send that."
    );
    assert!(!data.path().join("sounds/da/welcome.wav").exists());
}

/// A file, the owner's name in another language, a shipped sentence: found. Its parts are no sentence.
#[test]
fn what_the_settings_name_and_nobody_recorded_is_missing() {
    let data = tempfile::tempdir().unwrap();
    let bank = Bank::with_data(data.path().into());
    let mut office = crate::sim::town::with_keys(crate::sim::town::settings(vec![crate::sim::town::group(
        "main",
        frontdesk::settings::Strategy::Everyone,
        &[],
    )]));
    office.menus[0].prompt = "front.wav".into();
    office.menus[1].prompt = "welcome inner-menu ../tls/key.wav x".into();
    office.groups[0].info = vec!["spring-offer".into(), "closed-until".into()];
    assert_eq!(
        missing(&bank, &office),
        ["../tls/key.wav", "closed-until", "front.wav", "inner-menu", "spring-offer", "x"]
    );
    std::fs::create_dir_all(data.path().join("sounds")).unwrap();
    std::fs::write(data.path().join("sounds/front.wav"), recording()).unwrap();
    keep(&bank, Language::Sv, "inner-menu", &recording()).unwrap();
    assert_eq!(missing(&bank, &office), ["../tls/key.wav", "closed-until", "spring-offer", "x"]);
    let said = notices(&bank, &office);
    assert!(
        said[2].starts_with("notice: the recording \"spring-offer\" does not exist yet. Record it"),
        "{said:?}"
    );
    assert!(said[3].contains("callers of the menu inner go on to its `otherwise` at once"), "{said:?}");
}
