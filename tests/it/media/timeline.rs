//! One outgoing timeline a leg, whoever is heard: never a step back, never a hole of our own making.

use frontdesk::media::rtp::{Header, Marker};
use frontdesk::media::timeline::{Origin, Timeline};
use frontdesk::time::Tick;
use std::time::Duration;

fn at(milliseconds: u64) -> Tick {
    Tick(Duration::from_millis(milliseconds))
}

fn from_partner(ssrc: u32, sequence: u16, timestamp: u32) -> Header {
    Header { marker: Marker::Clear, payload_type: 8, sequence, timestamp, ssrc }
}

fn new() -> Timeline {
    Timeline::new(Origin { ssrc: 1, sequence: 65_534, timestamp: u32::MAX - 100 })
}

/// Prompt, bridge, key, prompt, other partner, the first again: sequence without a gap, time in step with the clock.
#[test]
fn it_goes_on_across_everything_a_leg_hears() {
    let mut line = new();
    let mut sent = Vec::new();
    let mut now = 0;
    for round in 0..50u32 {
        for _ in 0..7 {
            sent.push((now, line.own(8, 160, at(now))));
            now += 20;
        }
        for n in 0..9 {
            let sequence = 65_530u16.wrapping_add(n);
            let timestamp = (round << 24).wrapping_sub(800).wrapping_add(160 * u32::from(n));
            let packet = from_partner(100 + round % 3, sequence, timestamp);
            sent.push((now, line.relay(&packet, 8, 160, at(now)).unwrap()));
            now += 20;
        }
        sent.push((now, line.begin_event(101, at(now))));
        for _ in 0..7 {
            now += 20;
            sent.push((now, line.go_on_with_event(101, 800, at(now))));
        }
        now += 20 + u64::from(round) * 7;
    }
    for pair in sent.windows(2) {
        let ((earlier, a), (later, b)) = (pair[0], pair[1]);
        assert_eq!(b.sequence, a.sequence.wrapping_add(1));
        let step = b.timestamp.wrapping_sub(a.timestamp);
        assert!(step < 8 * (later - earlier) as u32 + 1200, "time jumps by {step} at {later} ms");
        assert_eq!(b.ssrc, 1);
    }
    let (first, last) = (sent[0], sent[sent.len() - 1]);
    let whole = last.1.timestamp.wrapping_sub(first.1.timestamp);
    let clock = 8 * (last.0 - first.0) as u32;
    assert!(whole.abs_diff(clock) < 1600, "{whole} samples in {clock}");
}

#[test]
fn a_change_is_marked_and_what_follows_is_not() {
    let mut line = new();
    let marks: Vec<Marker> = vec![
        line.own(8, 160, at(0)).marker,
        line.own(8, 160, at(20)).marker,
        line.relay(&from_partner(5, 10, 0), 8, 160, at(40)).unwrap().marker,
        line.relay(&from_partner(5, 11, 160), 8, 160, at(60)).unwrap().marker,
        line.relay(&from_partner(6, 11, 160), 8, 160, at(80)).unwrap().marker,
        line.own(8, 160, at(100)).marker,
    ];
    use Marker::{Clear, Set};
    assert_eq!(marks, [Set, Clear, Set, Clear, Set, Set]);
}

#[test]
fn packets_from_before_the_join_are_left_out() {
    let mut line = new();
    line.own(8, 160, at(0));
    line.relay(&from_partner(5, 10, 1600), 8, 160, at(20)).unwrap();
    assert_eq!(line.relay(&from_partner(5, 9, 1440), 8, 160, at(21)), None);
    let next = line.relay(&from_partner(5, 12, 1920), 8, 160, at(60)).unwrap();
    let between = line.relay(&from_partner(5, 11, 1760), 8, 160, at(61)).unwrap();
    assert_eq!(between.sequence, next.sequence.wrapping_sub(1));
}

#[test]
fn a_partner_that_restarts_its_numbers_is_followed_without_a_jump() {
    for (sequence, timestamp) in [(30_000, 4960), (11, 2_000_000_000), (12, 0x8000_0000)] {
        let mut line = new();
        let first = line.relay(&from_partner(5, 10, 4800), 8, 160, at(0)).unwrap();
        let next = line.relay(&from_partner(5, sequence, timestamp), 8, 160, at(20)).unwrap();
        assert_eq!(next.sequence, first.sequence.wrapping_add(1));
        assert_eq!(next.timestamp, first.timestamp.wrapping_add(160));
    }
}

#[test]
fn silence_suppressed_by_the_partner_stays_a_pause() {
    let mut line = new();
    let first = line.relay(&from_partner(5, 10, 0), 8, 160, at(0)).unwrap();
    let next = line.relay(&from_partner(5, 11, 80_000), 8, 160, at(10_000)).unwrap();
    assert_eq!(next.timestamp, first.timestamp.wrapping_add(80_000));
    assert_eq!(next.sequence, first.sequence.wrapping_add(1));
}

#[test]
fn a_pause_in_our_own_sound_is_a_pause_on_the_line() {
    let mut line = new();
    let first = line.own(8, 160, at(0));
    let next = line.own(8, 160, at(1000));
    assert_eq!(next.timestamp, first.timestamp.wrapping_add(8000));
    assert_eq!((next.marker, line.own(8, 160, at(1021)).marker), (Marker::Set, Marker::Clear));
}
