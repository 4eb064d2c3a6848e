//! Prompts, music and tones to a leg, and how they give way to a bridge.

use super::phone::{Exchange, FRAME, Heard, stopwatch};
use frontdesk::ids::PlayId;
use frontdesk::media::sounds::Bank;
use frontdesk::media::{Codec, MediaCommand, MediaEvent, Piece, Plan, Repeat, tone};
use std::path::Path;
use std::time::Duration;

fn tone_of(hz: u16, milliseconds: u64) -> Piece {
    Piece::Tone { hz, length: Duration::from_millis(milliseconds) }
}

fn prompt(name: &str) -> Piece {
    Piece::Prompt { lang: "en", name: name.into() }
}

/// A recording of one tone, 16 kHz, 16 bit.
fn write_recording(path: &Path, hz: u16, milliseconds: u32) {
    let samples = (0..16 * milliseconds).map(|n| {
        let turn = std::f32::consts::TAU * f32::from(hz) * n as f32 / 16_000.0;
        (8000.0 * turn.sin()) as i16
    });
    let sound: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let mut file = Vec::new();
    file.extend(b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(16_000u32.to_le_bytes());
    file.extend(32_000u32.to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend((sound.len() as u32).to_le_bytes());
    file.extend(sound);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, file).unwrap();
}

fn played(exchange: &Exchange, id: u64) {
    let event = exchange.event();
    assert!(matches!(event, MediaEvent::Played { id: played, .. } if played == PlayId(id)), "{event:?}");
}

#[test]
fn pieces_follow_each_other_without_a_gap_and_the_end_is_told() {
    let mut exchange = Exchange::start();
    let a = exchange.phone(Codec::Pcmu, 440);
    exchange.play(&a, 7, vec![tone_of(600, 50), tone_of(1200, 50)], Repeat::Once);
    let packets = a.receive(5);
    played(&exchange, 7);
    assert!(a.hears_nothing());
    for pair in packets.windows(2) {
        assert_eq!(pair[1].0.sequence, pair[0].0.sequence.wrapping_add(1));
        assert_eq!(pair[1].0.timestamp, pair[0].0.timestamp.wrapping_add(FRAME as u32));
    }
}

#[test]
fn packets_come_every_twenty_milliseconds() {
    let mut exchange = Exchange::start();
    let a = exchange.phone(Codec::Pcma, 440);
    let begun = stopwatch();
    exchange.play(&a, 1, vec![tone_of(600, 500)], Repeat::Once);
    a.receive(25);
    let took = begun.elapsed().as_millis();
    assert!((470..2000).contains(&took), "25 packets took {took} ms");
}

#[test]
fn a_far_end_that_asks_for_long_packets_gets_them() {
    let mut exchange = Exchange::start();
    let a = exchange.phone(Codec::Pcma, 440);
    exchange.connect(a.leg, Plan { ptime: Duration::from_millis(40), ..a.plan() });
    exchange.play(&a, 1, vec![tone_of(600, 200)], Repeat::Once);
    let packets = a.receive(5);
    assert!(packets.iter().all(|(_, payload)| payload.len() == 320));
    played(&exchange, 1);
}

#[test]
fn music_begins_again_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("sounds/music.wav"), 600, 50);
    let mut exchange = Exchange::with(Bank::with_data(folder.path().into()), Duration::from_secs(30));
    let a = exchange.phone(Codec::Pcma, 440);
    exchange.play(&a, 1, vec![Piece::Music], Repeat::Forever);
    let heard = a.listen(20);
    let quietest = heard.0.chunks(40).map(tone::energy).fold(f32::MAX, f32::min);
    assert!(quietest > 40.0 * 1e6, "a gap: {quietest}");
    exchange.send(MediaCommand::Stop { leg: a.leg });
    exchange.settle();
    while !a.hears_nothing() {}
}

#[test]
fn the_owners_recording_wins_and_is_read_again_when_he_changed_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sounds/en/welcome.wav");
    write_recording(&path, 700, 200);
    let mut exchange = Exchange::with(Bank::with_data(folder.path().into()), Duration::from_secs(30));
    let a = exchange.phone(Codec::Pcma, 440);
    for (id, hz) in [(1, 700), (2, 700), (3, 1500)] {
        if id == 3 {
            write_recording(&path, 1500, 200);
            exchange.send(MediaCommand::ReloadSounds);
        }
        exchange.play(&a, id, vec![prompt("welcome")], Repeat::Once);
        assert!(a.listen(10).is(hz), "playback {id}");
        played(&exchange, id);
    }
}

#[test]
fn a_prompt_is_heard_alike_in_both_codecs() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("sounds/en/welcome.wav"), 700, 200);
    let mut exchange = Exchange::with(Bank::with_data(folder.path().into()), Duration::from_secs(30));
    for codec in [Codec::Pcma, Codec::Pcmu] {
        let a = exchange.phone(codec, 440);
        exchange.play(&a, 1, vec![prompt("welcome")], Repeat::Once);
        assert!(a.listen(10).is(700), "{codec:?}");
        played(&exchange, 1);
    }
}

#[test]
fn a_missing_prompt_and_one_outside_the_folder_are_short_silences_that_end() {
    let mut exchange = Exchange::start();
    let a = exchange.phone(Codec::Pcma, 440);
    for (id, name) in [(1, "no-such-prompt"), (2, "../../../etc/passwd"), (3, "")] {
        exchange.play(&a, id, vec![prompt(name)], Repeat::Once);
        let heard = a.listen(10);
        assert!(heard.0.iter().all(|sample| sample.abs() < 16));
        played(&exchange, id);
    }
    exchange.play(&a, 4, vec![], Repeat::Once);
    played(&exchange, 4);
}

/// A group's name that nobody recorded is said with what the program has; a recording in another language is
/// heard before that.
#[test]
fn what_the_owner_has_not_recorded_is_said_with_prompts() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("sounds/en/n-2.wav"), 700, 200);
    let mut exchange = Exchange::with(Bank::with_data(folder.path().into()), Duration::from_secs(30));
    let a = exchange.phone(Codec::Pcma, 440);
    let own = Piece::Own { lang: "en", name: "group-sales".into(), or: ["n-2".into()].into() };
    for (id, hz) in [(1, 700), (2, 1500)] {
        if id == 2 {
            write_recording(&folder.path().join("sounds/da/group-sales.wav"), 1500, 200);
            exchange.send(MediaCommand::ReloadSounds);
        }
        exchange.play(&a, id, vec![own.clone()], Repeat::Once);
        assert!(a.listen(10).is(hz), "playback {id}");
        played(&exchange, id);
    }
}

#[test]
fn the_tones_have_the_cadence_of_the_table() {
    let mut exchange = Exchange::start();
    let a = exchange.phone(Codec::Pcma, 440);
    exchange.play(&a, 1, vec![Piece::Busy], Repeat::Once);
    let heard = a.listen(50);
    assert!(Heard(heard.0[..4000].to_vec()).is(425));
    assert!(heard.0[4000..].iter().all(|sample| sample.abs() < 16));
    played(&exchange, 1);
}

#[test]
fn a_bridge_ends_the_music_and_the_next_packet_is_the_partners() {
    let mut exchange = Exchange::start();
    let (caller, mut agent) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.play(&caller, 1, vec![tone_of(2000, 60_000)], Repeat::Forever);
    let music = caller.receive(3);
    exchange.bridge(&caller, &agent);
    exchange.settle();
    caller.socket.set_nonblocking(true).unwrap();
    let mut late = 0;
    let mut buffer = [0; 512];
    while caller.socket.recv(&mut buffer).is_ok() {
        late += 1; // the music of the moments before the bridge
    }
    caller.socket.set_nonblocking(false).unwrap();
    agent.sing(5);
    let heard = caller.receive(5);
    let missed = heard[0].0.sequence.wrapping_sub(music[2].0.sequence);
    assert_eq!(missed, late + 1, "one timeline, no gap");
    assert_eq!(heard[0].0.ssrc, music[0].0.ssrc);
    assert!(caller_hears(&heard, 1000));
    assert!(caller.hears_nothing(), "no music behind the bridge");
}

fn caller_hears(packets: &[(frontdesk::media::rtp::Header, Vec<u8>)], hz: u16) -> bool {
    let sound = packets.iter().flat_map(|(_, payload)| payload);
    Heard(sound.map(|&byte| frontdesk::media::g711::decode(Codec::Pcma, byte)).collect()).is(hz)
}

#[test]
fn a_bridged_leg_hears_a_playback_instead_of_its_partner_until_it_ends() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.play(&a, 1, vec![tone_of(2000, 200)], Repeat::Once);
    exchange.settle();
    b.sing(3);
    a.sing(3);
    b.receive(3); // the partner goes on hearing the leg
    assert!(a.listen(10).is(2000));
    played(&exchange, 1);
    b.sing(5);
    assert!(a.listen(5).is(1000));
}

#[test]
fn a_prompt_waits_for_the_first_description() {
    let mut exchange = Exchange::start();
    let (leg, rtp) = exchange.open();
    let a = super::phone::Phone::new(leg, rtp, Codec::Pcma, 440);
    exchange.play(&a, 1, vec![tone_of(700, 100)], Repeat::Once);
    exchange.settle();
    exchange.connect(leg, a.plan());
    assert!(a.listen(5).is(700));
    played(&exchange, 1);
}
