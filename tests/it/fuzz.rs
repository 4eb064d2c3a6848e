//! The fuzz corpora through the functions the fuzzer drives; no fuzzer needed.

#[path = "../fuzz/src/lib.rs"]
mod harness;

use std::path::PathBuf;

/// Every file of a target's corpus, whole, and cut and flipped at every byte.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 1, "{target} has seeds");
    for bytes in files.iter().map(|path| std::fs::read(path).unwrap()) {
        run(&bytes);
        for at in 0..bytes.len() {
            run(&bytes[..at]);
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x80 >> (at % 8);
            run(&flipped);
        }
    }
}

#[test]
fn sip_messages() {
    replay("sip_message", harness::sip_message);
}

#[test]
fn descriptions() {
    replay("sdp", harness::sdp);
}

#[test]
fn sound_packets() {
    replay("rtp", harness::rtp);
}

#[test]
fn settings_files() {
    replay("office_toml", harness::office_toml);
}

#[test]
fn mails() {
    replay("mail", harness::mail);
}

#[test]
fn cards_of_customers() {
    replay("cards", harness::cards);
}
