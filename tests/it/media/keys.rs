//! Keys: as RFC 4733 events and as tones, told once, relayed and sent.

use super::phone::{Exchange, FRAME, Phone};
use frontdesk::media::dtmf::Detector;
use frontdesk::media::events::{KeyEvent, Press, code_of, frequencies};
use frontdesk::media::rtp::Header;
use frontdesk::media::{Codec, MediaCommand, MediaEvent, Plan, g711, tone};
use std::time::Duration;

/// A press of 100 ms as a phone sends it: five packets, the release three times.
fn press(phone: &mut Phone, events: u8, digit: char) -> usize {
    let code = code_of(digit).unwrap();
    let downs = (1..=5).map(|n| KeyEvent { code, press: Press::Down, lasted: n * FRAME as u16 });
    let release = KeyEvent { code, press: Press::Released, lasted: 960 };
    let packets: Vec<_> =
        downs.chain([release; 3]).map(|event| phone.packet(events, &event.bytes())).collect();
    for datagram in &packets {
        phone.socket.send_to(datagram, phone.engine).unwrap();
    }
    phone.timestamp = phone.timestamp.wrapping_add(960);
    packets.len()
}

/// A press as a tone within the sound.
fn press_in_band(phone: &mut Phone, digit: char, milliseconds: u32) {
    let (low, high) = frequencies(code_of(digit).unwrap()).unwrap();
    let sound =
        |at: u32| if at < milliseconds * 8 { tone::sample(low, at) + tone::sample(high, at) } else { 0 };
    for packet in 0..milliseconds.div_ceil(20) + 4 {
        let payload: Vec<u8> =
            (0..160).map(|at| g711::encode(phone.codec, sound(packet * 160 + at))).collect();
        let datagram = phone.packet(phone.payload_type, &payload);
        phone.timestamp = phone.timestamp.wrapping_add(160);
        phone.socket.send_to(&datagram, phone.engine).unwrap();
    }
}

fn told(exchange: &Exchange, phone: &Phone) -> char {
    match exchange.event() {
        MediaEvent::Digit { leg, digit } if leg == phone.leg => digit,
        other => panic!("expected a digit, got {other:?}"),
    }
}

fn keys_in(packets: &[(Header, Vec<u8>)]) -> String {
    let mut detector = Detector::default();
    let sound = packets.iter().flat_map(|(header, payload)| {
        let codec = if header.payload_type == 8 { Codec::Pcma } else { Codec::Pcmu };
        payload.iter().map(move |&byte| g711::decode(codec, byte))
    });
    sound.chain([0; 320]).filter_map(|sample| detector.hear(sample)).collect()
}

#[test]
fn each_press_is_told_once_and_relayed_under_the_partners_type() {
    let mut exchange = Exchange::start();
    let (mut a, b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.connect(b.leg, Plan { events: Some(96), ..b.plan() });
    exchange.bridge(&a, &b);
    exchange.settle();
    for digit in ['5', '5', '#'] {
        let packets = press(&mut a, 101, digit);
        assert_eq!(told(&exchange, &a), digit);
        let relayed = b.receive(packets);
        let first = relayed[0].0;
        for (n, (header, payload)) in relayed.iter().enumerate() {
            assert_eq!((header.payload_type, header.timestamp), (96, first.timestamp));
            assert_eq!(header.sequence, first.sequence.wrapping_add(n as u16));
            assert_eq!(KeyEvent::read(payload).unwrap().digit(), Some(digit));
        }
    }
    exchange.close(a.leg); // the next event is the verdict, not a further digit
}

#[test]
fn a_partner_without_events_hears_the_key_as_a_tone() {
    let mut exchange = Exchange::start();
    let (mut a, b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcmu, 1000));
    exchange.connect(b.leg, Plan { events: None, ..b.plan() });
    exchange.bridge(&a, &b);
    exchange.settle();
    press(&mut a, 101, '7');
    assert_eq!(told(&exchange, &a), '7');
    let heard = b.receive(6);
    assert_eq!(keys_in(&heard), "7");
    let samples: usize = heard.iter().map(|(_, payload)| payload.len()).sum();
    assert_eq!(samples, 960, "as long as the press");
}

#[test]
fn keys_in_the_sound_are_told_only_where_no_events_were_agreed() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcmu, 1000));
    exchange.connect(b.leg, Plan { events: None, ..b.plan() });
    exchange.settle();
    press_in_band(&mut a, '1', 40);
    for digit in "159D*0#3".chars() {
        press_in_band(&mut b, digit, 40);
        assert_eq!(told(&exchange, &b), digit);
    }
    assert_eq!(exchange.close(a.leg).packets_in, 6);
}

#[test]
fn keys_we_send_arrive_as_events_or_as_tones() {
    let mut exchange = Exchange::start();
    let a = exchange.phone(Codec::Pcma, 440);
    for digit in ['1', '#'] {
        exchange.send(MediaCommand::SendDigit { leg: a.leg, digit });
    }
    let packets = a.receive(16);
    let events: Vec<KeyEvent> = packets.iter().map(|(_, payload)| KeyEvent::read(payload).unwrap()).collect();
    assert!(events[..8].iter().all(|event| event.digit() == Some('1')));
    assert!(events[8..].iter().all(|event| event.digit() == Some('#')));
    let released = events[..8].iter().filter(|event| event.press == Press::Released).count();
    assert_eq!((released, events[7].lasted), (3, 800));
    exchange.connect(a.leg, Plan { events: None, ..a.plan() });
    exchange.send(MediaCommand::SendDigit { leg: a.leg, digit: '9' });
    assert_eq!(keys_in(&a.receive(8)), "9");
}

#[test]
fn a_partner_is_not_heard_while_we_send_a_key_and_is_heard_again_after_it() {
    let mut exchange = Exchange::start();
    let (a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.send(MediaCommand::SendDigit { leg: a.leg, digit: '1' });
    exchange.settle();
    b.sing(1);
    let packets = a.receive(8);
    assert!(packets.iter().all(|(header, _)| header.payload_type == 101));
    exchange.settle();
    a.socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let mut buffer = [0; 512];
    let mut tries = 0;
    while a.socket.recv(&mut buffer).is_err() {
        b.sing(1);
        tries += 1;
        assert!(tries < 100, "never heard again");
    }
    assert_eq!(buffer[1] & 0x7F, 8);
}
