//! The sounds that ship: every sentence there, in its language, at its level, and none that says something else.

use frontdesk::office::prompts::PROMPTS;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// RMS of the frames that carry speech (sounds/README.md), in dBFS.
const SPEECH: std::ops::RangeInclusive<f64> = -24.0..=-22.0;
/// RMS of the whole loop, in dBFS.
const MUSIC: std::ops::RangeInclusive<f64> = -28.0..=-26.0;
/// No sample above this, in dBFS.
const PEAK: f64 = -3.0;
/// Characters a second; slower is padding, faster is cut off.
const PACE: std::ops::RangeInclusive<f64> = 7.0..=25.0;

const RATE: usize = 16_000;
const FRAME: usize = RATE / 50;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sounds")
}

/// language → name → sentence, as the office says it.
fn sentences() -> BTreeMap<(String, String), String> {
    let rows = PROMPTS.iter().flat_map(|p| [("en", p.name, p.en), ("da", p.name, p.da)]);
    rows.map(|(lang, name, text)| ((lang.into(), name.into()), text.into())).collect()
}

/// The samples of a 16 kHz, 16 bit, mono WAV file with nothing but the two chunks it needs.
fn samples(file: &[u8]) -> Result<Vec<i16>, String> {
    let header = file.get(..44).ok_or("no WAV file")?;
    let expected: [(usize, &[u8]); 6] = [
        (0, b"RIFF"),
        (8, b"WAVEfmt \x10\0\0\0"),
        (20, b"\x01\0\x01\0"),          // PCM, mono
        (24, &16_000u32.to_le_bytes()), // a second
        (34, b"\x10\0"),
        (36, b"data"),
    ];
    for (at, bytes) in expected {
        if !header[at..].starts_with(bytes) {
            return Err(format!("not 16 kHz, 16 bit, mono: byte {at}"));
        }
    }
    Ok(file[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
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
fn faults(file: &[u8], sentence: &str) -> Vec<String> {
    let samples = match samples(file) {
        Ok(samples) => samples,
        Err(why) => return vec![why],
    };
    let seconds = samples.len() as f64 / RATE as f64;
    // what the polish leaves before and after the words
    let pace = sentence.chars().count() as f64 / (seconds - 0.24).max(0.01);
    let mut wrong = Vec::new();
    if !SPEECH.contains(&speech_level(&samples)) {
        wrong.push(format!("speech at {:.1} dBFS", speech_level(&samples)));
    }
    if peak(&samples) > PEAK {
        wrong.push(format!("peak at {:.1} dBFS", peak(&samples)));
    }
    if !PACE.contains(&pace) {
        wrong.push(format!("{pace:.0} characters a second"));
    }
    wrong
}

#[test]
fn every_sentence_is_spoken_well() {
    for ((lang, name), sentence) in sentences() {
        let path = folder().join(&lang).join(format!("{name}.wav"));
        let file = std::fs::read(&path)
            .unwrap_or_else(|_| panic!("{lang}/{name}: not spoken; run sounds/make {lang}"));
        assert_eq!(faults(&file, &sentence), Vec::<String>::new(), "{lang}/{name}");
    }
}

#[test]
fn every_file_says_the_sentence_of_today() {
    let list = std::fs::read_to_string(folder().join("spoken.tsv")).unwrap();
    let spoken: BTreeMap<(String, String), String> = list
        .lines()
        .map(|line| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            let mut next = || parts.next().unwrap();
            ((next(), next()), next())
        })
        .collect();
    assert_eq!(spoken, sentences(), "run sounds/make");
}

#[test]
fn no_sound_is_unknown_or_twice() {
    let known: BTreeSet<String> =
        sentences().into_keys().map(|(lang, name)| format!("{lang}/{name}.wav")).collect();
    let mut seen = BTreeMap::new();
    for lang in std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        for file in std::fs::read_dir(lang).unwrap().map(|e| e.unwrap().path()) {
            let name = file.strip_prefix(folder()).unwrap().to_str().unwrap().to_owned();
            assert!(known.contains(&name), "{name}: nobody says this");
            let before = seen.insert(std::fs::read(&file).unwrap(), name.clone());
            assert_eq!(before, None, "{name} sounds the same");
        }
    }
    assert_eq!(seen.len(), known.len());
}

#[test]
fn the_music_can_be_borne() {
    let music = samples(&std::fs::read(folder().join("music.wav")).unwrap()).unwrap();
    let seconds = music.len() / RATE;
    assert!((60..=120).contains(&seconds), "{seconds} s");
    assert!(MUSIC.contains(&decibels(power(&music))), "{:.1} dBFS", decibels(power(&music)));
    assert!(peak(&music) < PEAK);
    // no hole that sounds like a lost call, no second louder than a voice
    let levels: Vec<f64> = music.chunks_exact(RATE).map(|second| decibels(power(second))).collect();
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
    assert_eq!(faults(&good, &sentence), Vec::<String>::new());
    let changed = |change: fn(i16) -> i16| {
        let mut file = good[..44].to_vec();
        file.extend(samples(&good).unwrap().into_iter().flat_map(|s| change(s).to_le_bytes()));
        file
    };
    let mutants = [
        ("silence", changed(|_| 0)),
        ("too quiet", changed(|s| s / 4)),
        ("too loud", changed(|s| s.saturating_mul(3))),
        ("clipped", changed(|s| s.saturating_mul(30).clamp(-32_768, 32_767))),
        ("cut off", good[..good.len() / 3].to_vec()),
        ("another format", {
            let mut f = good.clone();
            f[24] = 0x40;
            f
        }),
        ("no sound at all", Vec::new()),
    ];
    for (what, mutant) in mutants {
        assert!(!faults(&mutant, &sentence).is_empty(), "not heard: {what}");
    }
}
