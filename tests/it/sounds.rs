//! The sounds that ship: every sentence there, in its language, at its level, and none that says something else.

use expect_test::expect_file;
use frontdesk::media::{Codec, g711};
use frontdesk::settings::Language;
use frontdesk::speech;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// RMS of the frames that carry speech (sounds/README.md), in dBFS.
const SPEECH: std::ops::RangeInclusive<f64> = -24.0..=-22.0;
/// RMS of the whole loop, in dBFS.
const MUSIC: std::ops::RangeInclusive<f64> = -28.0..=-26.0;
/// No sample above this, in dBFS.
const PEAK: f64 = -3.0;
/// Characters a second; slower is padding, faster is cut off. Mandarin writes a syllable with one.
const PACE: std::ops::RangeInclusive<f64> = 5.0..=25.0;
const PACE_OF_MANDARIN: std::ops::RangeInclusive<f64> = 1.5..=8.0;
/// A single word takes no less and no longer than this, in seconds.
const WORD: std::ops::RangeInclusive<f64> = 0.1..=1.8;
/// What all files of a language weigh together.
const BYTES_MAX: usize = 8 << 20;

const RATE: usize = 16_000;
const MUSIC_RATE: usize = 8_000;
const FRAME: usize = RATE / 50;
const LANGUAGES: [Language; 5] = [Language::En, Language::Sv, Language::Da, Language::Nl, Language::ZhHant];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sounds")
}

/// (language, name) → what is said, by the tables of the program.
fn sentences() -> BTreeMap<(String, String), String> {
    let of = |language| {
        let rows = speech::recorded(language).into_iter();
        rows.map(move |row| ((speech::folder(language).to_owned(), row.name), row.text))
    };
    LANGUAGES.into_iter().flat_map(of).collect()
}

/// The samples of a sentence.
fn samples(file: &[u8]) -> Result<Vec<i16>, String> {
    samples_at(RATE as u32, file)
}

/// The samples of an A-law, mono WAV file of this rate with nothing before its sound but what must be.
fn samples_at(rate: u32, file: &[u8]) -> Result<Vec<i16>, String> {
    let header = file.get(..44).ok_or("no WAV file")?;
    let expected: [(usize, &[u8]); 6] = [
        (0, b"RIFF"),
        (8, b"WAVEfmt \x10\0\0\0"),
        (20, b"\x06\0\x01\0"), // A-law, mono
        (24, &rate.to_le_bytes()),
        (34, b"\x08\0"),
        (36, b"data"),
    ];
    for (at, bytes) in expected {
        if !header[at..].starts_with(bytes) {
            return Err(format!("not A-law, {rate} Hz, mono: byte {at}"));
        }
    }
    let length = u32::from_le_bytes([header[40], header[41], header[42], header[43]]) as usize;
    let sound = file.get(44..44 + length).ok_or("cut off")?;
    Ok(sound.iter().map(|&byte| g711::decode(Codec::Pcma, byte)).collect())
}

/// What a file says it says.
fn words(file: &[u8]) -> Option<String> {
    let at = file.windows(8).position(|bytes| bytes == b"INFOICMT")? + 12;
    let end = file[at..].iter().position(|byte| *byte == 0)?;
    String::from_utf8(file[at..at + end].to_vec()).ok()
}

fn decibels(square: f64) -> f64 {
    10.0 * (square.max(1e-9) / 32_768.0f64.powi(2)).log10()
}

fn power(samples: &[i16]) -> f64 {
    samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len().max(1) as f64
}

/// RMS over the frames within 25 dB of the loudest.
fn speech_level(samples: &[i16]) -> f64 {
    let powers: Vec<f64> = samples.chunks_exact(FRAME).map(power).collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let spoken: Vec<f64> = powers.into_iter().filter(|p| *p > loudest / 10f64.powf(2.5)).collect();
    decibels(spoken.iter().sum::<f64>() / spoken.len().max(1) as f64)
}

fn peak(samples: &[i16]) -> f64 {
    decibels(samples.iter().map(|s| f64::from(*s).powi(2)).fold(0.0, f64::max))
}

/// What is wrong with a spoken file.
fn faults(file: &[u8], lang: &str, sentence: &str) -> Vec<String> {
    let samples = match samples(file) {
        Ok(samples) => samples,
        Err(why) => return vec![why],
    };
    let mut wrong = Vec::new();
    if words(file).as_deref() != Some(sentence) {
        wrong.push(format!("says {:?}", words(file).unwrap_or_default()));
    }
    if !SPEECH.contains(&speech_level(&samples)) {
        wrong.push(format!("speech at {:.1} dBFS", speech_level(&samples)));
    }
    if peak(&samples) > PEAK {
        wrong.push(format!("peak at {:.1} dBFS", peak(&samples)));
    }
    let seconds = samples.len() as f64 / RATE as f64;
    let characters = sentence.chars().count() as f64;
    let (word, pace) = if lang == "zh-Hant" { (4.0, PACE_OF_MANDARIN) } else { (16.0, PACE) };
    let is_word = characters <= word;
    if is_word && !WORD.contains(&seconds) || !is_word && !pace.contains(&(characters / seconds)) {
        wrong.push(format!("{seconds:.2} s for {characters} characters"));
    }
    wrong
}

#[test]
fn every_sentence_is_spoken_well() {
    let mut wrong = Vec::new();
    for ((lang, name), sentence) in sentences() {
        let path = folder().join(&lang).join(format!("{name}.wav"));
        match std::fs::read(&path) {
            Ok(file) => wrong.extend(
                faults(&file, &lang, &sentence).into_iter().map(|fault| format!("{lang}/{name}: {fault}")),
            ),
            Err(_) => wrong.push(format!("{lang}/{name}: not spoken")),
        }
    }
    assert!(wrong.is_empty(), "run ./sounds/make:\n{}", wrong.join("\n"));
}

/// `UPDATE_EXPECT=1 cargo test --test it sounds` writes it anew; then `./sounds/make` speaks what is new.
#[test]
fn the_list_to_be_spoken_is_todays() {
    let lines = sentences().into_iter().map(|((lang, name), text)| format!("{lang}\t{name}\t{text}\n"));
    expect_file!["../../sounds/spoken.tsv"].assert_eq(&lines.collect::<String>());
}

#[test]
fn no_sound_is_unknown_or_twice_or_too_much() {
    let known: BTreeSet<String> =
        sentences().into_keys().map(|(lang, name)| format!("{lang}/{name}.wav")).collect();
    let mut seen = BTreeMap::new();
    for language in LANGUAGES {
        let mut bytes = 0;
        let lang = folder().join(speech::folder(language));
        for file in std::fs::read_dir(lang).into_iter().flatten().map(|e| e.unwrap().path()) {
            let name = file.strip_prefix(folder()).unwrap().to_str().unwrap().to_owned();
            assert!(known.contains(&name), "{name}: nobody says this");
            let file = std::fs::read(&file).unwrap();
            bytes += file.len();
            // "and" is a word, and in some sentence all that stands between two values
            let text = words(&file);
            let before = seen.insert(samples(&file).unwrap(), text.clone());
            assert!(before.is_none() || before == Some(text), "{name} sounds like {before:?}");
        }
        assert!(bytes < BYTES_MAX, "{language:?}: {bytes} bytes");
    }
}

#[test]
fn the_music_can_be_borne() {
    let music = samples_at(MUSIC_RATE as u32, &std::fs::read(folder().join("music.wav")).unwrap()).unwrap();
    let seconds = music.len() / MUSIC_RATE;
    assert!((60..=120).contains(&seconds), "{seconds} s");
    assert!(MUSIC.contains(&decibels(power(&music))), "{:.1} dBFS", decibels(power(&music)));
    assert!(peak(&music) < PEAK);
    // no hole that sounds like a lost call, no second louder than a voice
    let levels: Vec<f64> = music.chunks_exact(MUSIC_RATE).map(|second| decibels(power(second))).collect();
    assert!(levels.iter().all(|level| (-40.0..=-22.0).contains(level)), "{levels:.1?}");
    // dynamics: the middle lifts, the end comes home
    let middle = levels[seconds / 3..2 * seconds / 3].iter().copied().fold(f64::MIN, f64::max);
    assert!(middle - levels[seconds - 2] > 4.0);
    // no seam: the step from end to beginning is one that the music makes anyway
    let step = |pair: &[i16]| i32::from(pair[1]).abs_diff(i32::from(pair[0]));
    let usual = music.windows(2).map(step).max().unwrap();
    assert!(step(&[music[music.len() - 1], music[0]]) <= usual / 2);
}

#[test]
fn bad_sounds_are_heard() {
    let good = std::fs::read(folder().join("en/welcome.wav")).unwrap();
    let sentence = sentences()[&("en".to_owned(), "welcome".to_owned())].clone();
    assert_eq!(faults(&good, "en", &sentence), Vec::<String>::new());
    assert!(!faults(&good, "en", "Something else.").is_empty(), "not heard: another sentence");
    let changed = |change: fn(i16) -> i16| {
        let mut file = good.clone();
        for (byte, sample) in file[44..].iter_mut().zip(samples(&good).unwrap()) {
            *byte = g711::encode(Codec::Pcma, change(sample));
        }
        file
    };
    let mutants = [
        ("silence", changed(|_| 0)),
        ("too quiet", changed(|s| s / 4)),
        ("too loud", changed(|s| s.saturating_mul(3))),
        ("clipped", changed(|s| s.saturating_mul(30).clamp(-32_768, 32_767))),
        ("cut off", good[..good.len() / 3].to_vec()),
        ("too short", {
            let mut file = good.clone();
            file[40..44].copy_from_slice(&2_000u32.to_le_bytes());
            file
        }),
        ("another format", {
            let mut f = good.clone();
            f[24] = 0x40; // 8 kHz
            f
        }),
        ("no sound at all", Vec::new()),
    ];
    for (what, mutant) in mutants {
        assert!(!faults(&mutant, "en", &sentence).is_empty(), "not heard: {what}");
    }
}
