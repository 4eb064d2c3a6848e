//! Messages recorded, played back and echoed: what lies on the disk is what was said.

use super::phone::{Exchange, Heard, Phone};
use frontdesk::ids::{LegId, PlayId};
use frontdesk::media::sounds::Bank;
use frontdesk::media::{Codec, MediaCommand, MediaEvent, Piece, Repeat, tone};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An exchange with a data folder.
fn exchange() -> (Exchange, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let exchange = Exchange::with(Bank::with_data(data.path().into()), Duration::from_secs(30));
    (exchange, data)
}

fn record(exchange: &Exchange, leg: LegId, file: &str) {
    let at_most = Duration::from_secs(60);
    exchange.send(MediaCommand::Record { leg, file: file.into(), at_most });
}

fn recorded(exchange: &Exchange, leg: LegId) -> Option<Duration> {
    match exchange.event() {
        MediaEvent::Recorded { leg: told, length } if told == leg => length,
        other => panic!("expected a recording, got {other:?}"),
    }
}

/// The samples of a file written here: 8 kHz, 16 bit, one channel.
fn samples(path: &Path) -> Vec<i16> {
    let file = std::fs::read(path).unwrap();
    assert_eq!(&file[..4], b"RIFF");
    assert_eq!(file[24..28], 8000u32.to_le_bytes());
    let length = u32::from_le_bytes([file[40], file[41], file[42], file[43]]) as usize;
    file[44..44 + length].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

fn files(folder: PathBuf) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Sends sound, and waits until the exchange has taken it.
fn sing(exchange: &Exchange, phone: &mut Phone, packets: usize) {
    let before = exchange.packets_in();
    phone.sing(packets);
    exchange.wait_for_packets(before + packets as u64);
}

/// Waits until the recorder has taken all that was sent: it takes orders one after the other.
fn wait_for_recorder(exchange: &Exchange, idle: LegId) {
    record(exchange, idle, "");
    assert_eq!(recorded(exchange, idle), None);
}

/// Sends so much silence, faster than in life, but never more than five seconds ahead of the recorder.
fn keep_silent(exchange: &mut Exchange, phone: &mut Phone, packets: usize) {
    let quiet = vec![0xD5; 160]; // A-law
    let idle = exchange.phone(Codec::Pcma, 440).leg;
    for packet in 0..packets {
        if packet % 100 == 0 {
            wait_for_recorder(exchange, idle);
        }
        let datagram = phone.packet(8, &quiet);
        phone.timestamp = phone.timestamp.wrapping_add(160);
        let before = exchange.packets_in();
        phone.socket.send_to(&datagram, phone.engine).unwrap();
        exchange.wait_for_packets(before + 1);
    }
}

#[test]
fn a_message_on_the_disk_is_what_was_said() {
    let (mut exchange, data) = exchange();
    for (codec, hz) in [(Codec::Pcma, 600), (Codec::Pcmu, 900)] {
        let mut caller = exchange.phone(codec, hz);
        record(&exchange, caller.leg, "voicemail/C-12.wav");
        exchange.settle();
        sing(&exchange, &mut caller, 100);
        exchange.send(MediaCommand::StopRecording { leg: caller.leg });
        assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_secs(2)), "{codec:?}");
        let path = data.path().join("voicemail/C-12.wav");
        assert!(Heard(samples(&path)).is(hz), "{codec:?}");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
    assert_eq!(files(data.path().join("voicemail")), ["C-12.wav"]);
}

#[test]
fn silence_ends_a_message_and_is_cut_off() {
    let (mut exchange, data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    record(&exchange, caller.leg, "voicemail/C-1.wav");
    exchange.settle();
    sing(&exchange, &mut caller, 50);
    keep_silent(&mut exchange, &mut caller, 250);
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_millis(1300)));
    let kept = samples(&data.path().join("voicemail/C-1.wav"));
    assert_eq!(kept.len(), 10_400);
    assert!(Heard(kept[..8000].to_vec()).is(600));
}

#[test]
fn a_call_is_recorded_with_its_silence() {
    let (mut exchange, _data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    record(&exchange, caller.leg, "recordings/C-1.wav");
    exchange.settle();
    keep_silent(&mut exchange, &mut caller, 300);
    exchange.send(MediaCommand::StopRecording { leg: caller.leg });
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_secs(6)));
}

#[test]
fn lost_packets_leave_their_time() {
    let (mut exchange, data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    record(&exchange, caller.leg, "recordings/C-1.wav");
    exchange.settle();
    sing(&exchange, &mut caller, 10);
    for _ in 0..10 {
        caller.next_packet();
    }
    sing(&exchange, &mut caller, 10);
    exchange.send(MediaCommand::StopRecording { leg: caller.leg });
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_millis(600)));
    let kept = samples(&data.path().join("recordings/C-1.wav"));
    assert!(kept[1600..3200].iter().all(|sample| *sample == 0));
    assert!(Heard(kept[3200..].to_vec()).is(600));
}

#[test]
fn the_longest_a_leg_may_speak_is_kept_to() {
    let (mut exchange, data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    let file = "voicemail/C-1.wav".into();
    exchange.send(MediaCommand::Record { leg: caller.leg, file, at_most: Duration::from_millis(990) });
    exchange.settle();
    caller.sing(100);
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_millis(990)));
    assert_eq!(samples(&data.path().join("voicemail/C-1.wav")).len(), 7920);
}

#[test]
fn the_end_of_a_leg_ends_its_recording() {
    let (mut exchange, data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    record(&exchange, caller.leg, "voicemail/C-1.wav");
    exchange.settle();
    sing(&exchange, &mut caller, 50);
    exchange.close(caller.leg);
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_secs(1)));
    assert!(Heard(samples(&data.path().join("voicemail/C-1.wav"))).is(600));
}

#[test]
fn a_second_recording_ends_the_first() {
    let (mut exchange, data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    record(&exchange, caller.leg, "voicemail/C-1.wav");
    exchange.settle();
    sing(&exchange, &mut caller, 50);
    record(&exchange, caller.leg, "voicemail/C-2.wav");
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_secs(1)));
    exchange.settle();
    sing(&exchange, &mut caller, 50);
    exchange.send(MediaCommand::StopRecording { leg: caller.leg });
    assert_eq!(recorded(&exchange, caller.leg), Some(Duration::from_secs(1)));
    assert_eq!(files(data.path().join("voicemail")), ["C-1.wav", "C-2.wav"]);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let (mut exchange, data) = exchange();
    let folder = data.path().join("voicemail");
    std::fs::create_dir(&folder).unwrap();
    let mut caller = exchange.phone(Codec::Pcma, 600);
    wait_for_recorder(&exchange, caller.leg); // it has tidied up
    std::os::unix::fs::symlink("/dev/full", folder.join("C-1.wav.part")).unwrap();
    record(&exchange, caller.leg, "voicemail/C-1.wav");
    exchange.settle();
    sing(&exchange, &mut caller, 50);
    exchange.send(MediaCommand::StopRecording { leg: caller.leg });
    assert_eq!(recorded(&exchange, caller.leg), None);
    assert_eq!(files(folder), [""; 0]);
    caller.sing(1);
    exchange.close(caller.leg);
}

#[test]
fn a_folder_that_cannot_be_made_and_a_name_that_leads_elsewhere_are_told_at_once() {
    let (mut exchange, data) = exchange();
    std::fs::write(data.path().join("voicemail"), "a file").unwrap();
    let caller = exchange.phone(Codec::Pcma, 600);
    for name in ["voicemail/C-1.wav", "../C-1.wav", "recordings/../../C-1.wav", "frontdesk.sqlite"] {
        record(&exchange, caller.leg, name);
        assert_eq!(recorded(&exchange, caller.leg), None, "{name}");
    }
    record(&exchange, LegId(99), "recordings/C-1.wav");
    assert_eq!(recorded(&exchange, LegId(99)), None, "no such leg");
    assert_eq!(files(data.path().into()), ["voicemail"]);
}

#[test]
fn what_a_crash_left_half_written_is_gone_after_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    for name in ["voicemail/C-1.wav.part", "voicemail/C-2.wav", "sounds/da/welcome.wav.part"] {
        let path = data.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "half").unwrap();
    }
    let mut exchange = Exchange::with(Bank::with_data(data.path().into()), Duration::from_secs(30));
    let caller = exchange.phone(Codec::Pcma, 600);
    wait_for_recorder(&exchange, caller.leg); // it has tidied up
    assert_eq!(files(data.path().join("voicemail")), ["C-2.wav"]);
    assert_eq!(files(data.path().join("sounds/da")), [""; 0]);
}

#[test]
fn a_message_is_played_back() {
    let (mut exchange, _data) = exchange();
    let mut caller = exchange.phone(Codec::Pcma, 700);
    record(&exchange, caller.leg, "voicemail/C-7.wav");
    exchange.settle();
    sing(&exchange, &mut caller, 25);
    exchange.send(MediaCommand::StopRecording { leg: caller.leg });
    assert!(recorded(&exchange, caller.leg).is_some());
    let listener = exchange.phone(Codec::Pcmu, 440);
    let message = Piece::File("voicemail/C-7.wav".into());
    exchange.play(&listener, 1, vec![message.clone(), message], Repeat::Once);
    assert!(listener.listen(50).is(700));
    assert!(matches!(exchange.event(), MediaEvent::Played { id: PlayId(1), .. }));
    exchange.play(&listener, 2, vec![Piece::File("../voicemail/C-7.wav".into())], Repeat::Once);
    assert!(listener.listen(10).0.iter().all(|sample| sample.abs() < 16), "outside is silence");
}

#[test]
fn a_prompt_recorded_by_telephone_is_heard_from_then_on() {
    let (mut exchange, _data) = exchange();
    let mut owner = exchange.phone(Codec::Pcma, 0);
    for hz in [600, 1000] {
        owner.hz = hz;
        record(&exchange, owner.leg, "sounds/en/welcome.wav");
        exchange.settle();
        sing(&exchange, &mut owner, 25);
        exchange.send(MediaCommand::StopRecording { leg: owner.leg });
        assert!(recorded(&exchange, owner.leg).is_some());
        let welcome = Piece::Prompt { lang: "en", name: "welcome".into() };
        exchange.play(&owner, u64::from(hz), vec![welcome], Repeat::Once);
        let heard = owner.listen(25);
        let loudest = heard.0.iter().copied().max();
        assert!(heard.is(hz) && loudest.is_some_and(|peak| (3_000..3_600).contains(&peak)), "{loudest:?}");
        assert!(matches!(exchange.event(), MediaEvent::Played { .. }));
    }
}

#[test]
fn an_echo_is_heard_until_a_bridge_or_a_playback() {
    let (mut exchange, _data) = exchange();
    let (mut caller, mut agent) = (exchange.phone(Codec::Pcma, 600), exchange.phone(Codec::Pcma, 1000));
    exchange.send(MediaCommand::Echo { leg: caller.leg });
    exchange.settle();
    caller.sing(10);
    assert!(caller.listen(10).is(600));
    exchange.bridge(&caller, &agent);
    exchange.settle();
    caller.sing(5);
    assert!(agent.listen(5).is(600));
    assert!(caller.hears_nothing());
    exchange.send(MediaCommand::Echo { leg: caller.leg });
    exchange.settle();
    agent.sing(5);
    assert!(caller.hears_nothing(), "the partner is parted");
    exchange.play(
        &caller,
        1,
        vec![Piece::Tone { hz: 1500, length: Duration::from_millis(100) }],
        Repeat::Once,
    );
    assert!(tone::share(&caller.listen(5).0, 1500) > 0.9);
    assert!(matches!(exchange.event(), MediaEvent::Played { .. }));
    caller.sing(5);
    assert!(caller.hears_nothing(), "no echo behind the playback");
}
