//! One tone per party: who hears whom, through bridges, hold, transfers and different codecs.

use super::phone::{Exchange, FRAME, LOCALHOST, Phone};
use frontdesk::ids::LegId;
use frontdesk::media::engine::{EngineConfig, start};
use frontdesk::media::rtp::Marker;
use frontdesk::media::sounds::Bank;
use frontdesk::media::{Codec, Direction, MediaCommand, MediaEvent, Plan};
use std::net::UdpSocket;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The finding of every call test: sound in both directions, each with the tone of the other.
fn both_hear(a: &mut Phone, b: &mut Phone) -> Result<(), &'static str> {
    a.sing(10);
    b.sing(10);
    for (listener, singer) in [(&*a, &*b), (&*b, &*a)] {
        if listener.hears_nothing() {
            return Err("one way is silent");
        }
        // The packet that told us so is gone; nine are left.
        if !listener.listen(9).is(singer.hz) {
            return Err("one hears something else");
        }
    }
    Ok(())
}

#[test]
fn two_bridged_phones_hear_each_other() {
    for (first, second) in
        [(Codec::Pcma, Codec::Pcma), (Codec::Pcmu, Codec::Pcma), (Codec::Pcma, Codec::Pcmu)]
    {
        let mut exchange = Exchange::start();
        let (mut a, mut b) = (exchange.phone(first, 440), exchange.phone(second, 1000));
        exchange.bridge(&a, &b);
        exchange.settle();
        assert_eq!(both_hear(&mut a, &mut b), Ok(()), "{first:?} {second:?}");
    }
}

/// The check itself: with one direction cut it must fail, whichever it is.
#[test]
fn one_way_audio_is_noticed() {
    for cut in [0, 1] {
        let mut exchange = Exchange::start();
        let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
        let deaf = if cut == 0 { &a } else { &b };
        exchange.connect(deaf.leg, Plan { direction: Direction::RecvOnly, ..deaf.plan() });
        exchange.bridge(&a, &b);
        exchange.settle();
        assert_eq!(both_hear(&mut a, &mut b), Err("one way is silent"));
    }
}

#[test]
fn a_third_phone_hears_nothing_and_is_not_heard() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    let mut third = exchange.phone(Codec::Pcma, 1700);
    exchange.bridge(&a, &b);
    exchange.settle();
    third.sing(10);
    assert_eq!(both_hear(&mut a, &mut b), Ok(()));
    assert!(third.hears_nothing());
}

#[test]
fn a_transferred_caller_hears_the_next_person_on_the_same_timeline() {
    let mut exchange = Exchange::start();
    let (mut caller, mut first) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    let mut second = exchange.phone(Codec::Pcmu, 1700);
    exchange.bridge(&caller, &first);
    exchange.settle();
    first.sing(5);
    let before = caller.receive(5);
    exchange.bridge(&caller, &second);
    exchange.settle();
    second.sing(5);
    let after = caller.receive(5);
    let (last, next) = (before[4].0, after[0].0);
    assert_eq!((next.ssrc, next.sequence), (last.ssrc, last.sequence.wrapping_add(1)));
    let passed = next.timestamp.wrapping_sub(last.timestamp);
    assert!((FRAME as u32..80_000).contains(&passed), "{passed}");
    assert_eq!(
        (before[0].0.marker, next.marker, after[1].0.marker),
        (Marker::Set, Marker::Set, Marker::Clear)
    );
    first.sing(3);
    assert!(caller.hears_nothing(), "the first person is no longer heard");
    assert_eq!(both_hear(&mut caller, &mut second), Ok(()));
}

#[test]
fn parted_phones_do_not_hear_each_other() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.send(MediaCommand::Unbridge { leg: b.leg });
    exchange.settle();
    a.sing(3);
    b.sing(3);
    assert!(a.hears_nothing() && b.hears_nothing());
}

#[test]
fn who_holds_is_sent_nothing_and_expected_to_send_nothing() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    for (direction, a_hears, b_hears) in [
        (Direction::SendOnly, true, false),
        (Direction::RecvOnly, false, true),
        (Direction::Inactive, false, false),
        (Direction::SendRecv, true, true),
    ] {
        exchange.connect(a.leg, Plan { direction, ..a.plan() });
        exchange.settle();
        a.sing(3);
        b.sing(3);
        for (phone, hears) in [(&a, a_hears), (&b, b_hears)] {
            if hears {
                phone.receive(3);
            }
            assert!(phone.hears_nothing(), "{direction:?}");
        }
    }
}

#[test]
fn a_hold_without_an_address_is_sent_nothing() {
    let mut exchange = Exchange::start();
    let (a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.connect(a.leg, Plan { remote: None, ..a.plan() });
    exchange.settle();
    b.sing(3);
    assert!(a.hears_nothing());
}

#[test]
fn payload_types_and_headers_of_one_leg_do_not_reach_the_other() {
    let mut exchange = Exchange::start();
    let (mut a, b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    a.payload_type = 97;
    exchange.connect(a.leg, a.plan());
    exchange.bridge(&a, &b);
    exchange.settle();
    let mut datagram = a.next_packet();
    datagram[0] |= 0x10;
    datagram.splice(12..12, [0xBE, 0xDE, 0, 1, 1, 2, 3, 4]); // a header extension
    a.socket.send_to(&datagram, a.engine).unwrap();
    let (header, payload) = b.receive(1).remove(0);
    assert_eq!((header.payload_type, payload.len()), (8, FRAME));
    assert_ne!(header.ssrc, a.ssrc);
}

#[test]
fn loss_and_reordering_stay_visible_to_the_far_end() {
    let mut exchange = Exchange::start();
    let (mut a, b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.settle();
    let packets: Vec<_> = (0..5).map(|_| a.next_packet()).collect();
    for at in [0, 2, 1, 4] {
        a.socket.send_to(&packets[at], a.engine).unwrap();
    }
    let heard = b.receive(4);
    let first = heard[0].0.sequence;
    let sequences: Vec<u16> = heard.iter().map(|(header, _)| header.sequence.wrapping_sub(first)).collect();
    assert_eq!(sequences, [0, 2, 1, 4]);
    let verdict = exchange.close(a.leg);
    assert_eq!((verdict.packets_in, verdict.lost, verdict.strangers), (4, 1, 0));
    assert_eq!(exchange.close(b.leg).packets_out, 4);
}

#[test]
fn garbage_on_both_ports_changes_nothing() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.settle();
    let rtcp = (a.engine.ip(), a.engine.port() + 1);
    let mut seed = 1u32;
    for length in (0..300).chain([1500, 2048, 9000]) {
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        })
        .take(length)
        .collect();
        a.socket.send_to(&bytes, rtcp).unwrap();
        let bytes: Vec<u8> = bytes.iter().map(|byte| byte & 0x3F).collect(); // never version 2
        a.socket.send_to(&bytes, a.engine).unwrap();
        if length % 50 == 0 {
            exchange.settle(); // keeps the kernel's queue from overflowing
        }
    }
    assert_eq!(both_hear(&mut a, &mut b), Ok(()));
}

#[test]
fn every_leg_is_told_when_the_ports_are_exhausted_and_a_closed_one_frees_its_pair() {
    let mut exchange = Exchange::on_ports(19_000..=19_005, Bank::shipped(), Duration::from_secs(30));
    let legs: Vec<_> = (0..3).map(|_| exchange.open()).collect();
    for (_, rtp) in &legs {
        assert!(rtp.port() % 2 == 0 && (19_000..19_005).contains(&rtp.port()));
    }
    exchange.send(MediaCommand::Open { leg: LegId(99) });
    assert_eq!(exchange.event(), MediaEvent::NoPort { leg: LegId(99) });
    exchange.close(legs[1].0);
    assert_eq!(exchange.open().1, legs[1].1);
}

#[test]
fn a_range_without_a_pair_is_refused() {
    for ports in [19_101..=19_101, 19_100..=19_100, 19_101..=19_102] {
        let config = EngineConfig {
            bind: LOCALHOST,
            ports,
            sounds: Bank::shipped(),
            silent_after: Duration::from_secs(30),
            counters: Default::default(),
        };
        assert!(start(config).is_err());
    }
}

#[test]
fn silence_is_told_once_until_sound_came_again() {
    let mut exchange = Exchange::with(Bank::shipped(), Duration::from_millis(300));
    let mut a = exchange.phone(Codec::Pcma, 440);
    for _ in 0..2 {
        let event = exchange.event();
        assert!(
            matches!(event, MediaEvent::Silent { leg, lasting } if leg == a.leg && lasting.as_millis() >= 300)
        );
        a.sing(1);
    }
}

#[test]
fn a_flood_of_commands_is_taken_whole() {
    let exchange = Exchange::on_ports(12_000..=16_000, Bank::shipped(), Duration::from_secs(30));
    for leg in 0..1000 {
        exchange.send(MediaCommand::Open { leg: LegId(leg) });
    }
    for leg in (0..1000).step_by(2) {
        exchange.send(MediaCommand::Bridge { a: LegId(leg), b: LegId(leg + 1) });
    }
    let ready = (0..1000).filter(|_| matches!(exchange.event(), MediaEvent::Ready { .. })).count();
    assert_eq!(ready, 1000);
    assert_eq!(exchange.counters.commands_lost.load(Ordering::Relaxed), 0);
}

#[test]
fn reports_tell_of_the_timeline_and_of_nobody() {
    let mut exchange = Exchange::start();
    let (leg, rtp) = exchange.open();
    let (phone, reports) = neighbours();
    let mut a = Phone::new(leg, rtp, Codec::Pcma, 440);
    a.socket = phone;
    exchange.connect(leg, a.plan());
    a.sing(3);
    exchange.settle();
    exchange.close(leg);
    reports.set_read_timeout(Some(super::phone::PATIENCE)).unwrap();
    let mut buffer = [0; 256];
    let length = reports.recv(&mut buffer).unwrap();
    assert_eq!(buffer[..2], [0x81, 201], "a receiver report on one source");
    assert_eq!(buffer[8..12], a.ssrc.to_be_bytes());
    assert_eq!(buffer[length - 8..length - 6], [0x81, 203], "and a goodbye");
}

/// Two sockets on ports one after the other.
fn neighbours() -> (UdpSocket, UdpSocket) {
    loop {
        let first = UdpSocket::bind((LOCALHOST, 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        if let Some(second) = port.checked_add(1).and_then(|port| UdpSocket::bind((LOCALHOST, port)).ok()) {
            return (first, second);
        }
    }
}
