//! Whose packets are a leg's sound (spec/reliability.md §1): strangers neither speak nor redirect.

use super::phone::{Exchange, LOCALHOST, Phone, is_quiet, receive, stopwatch};
use frontdesk::media::{Codec, Plan};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn bridged() -> (Exchange, Phone, Phone) {
    let mut exchange = Exchange::start();
    let (a, b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    exchange.bridge(&a, &b);
    exchange.settle();
    (exchange, a, b)
}

fn other_port() -> UdpSocket {
    UdpSocket::bind((LOCALHOST, 0)).unwrap()
}

#[test]
fn a_stranger_is_not_forwarded_and_redirects_nothing() {
    let (exchange, mut a, mut b) = bridged();
    let stranger = UdpSocket::bind((STRANGER, 0)).unwrap();
    a.sing_from(&stranger, 10);
    assert!(b.hears_nothing());
    b.sing(2);
    a.receive(2);
    assert!(is_quiet(&stranger));
    let verdict = exchange.close(a.leg);
    assert_eq!((verdict.packets_in, verdict.strangers), (0, 10));
}

#[test]
fn the_port_is_learnt_within_five_packets_and_then_locked() {
    let (exchange, mut a, mut b) = bridged();
    let (behind_nat, third) = (other_port(), other_port());
    a.sing_from(&behind_nat, 5);
    b.receive(5);
    b.sing(2);
    assert_eq!(receive(&behind_nat, 2).len(), 2);
    a.sing_from(&third, 3);
    assert!(b.hears_nothing(), "locked after five");
    b.sing(2);
    assert_eq!(receive(&behind_nat, 2).len(), 2);
    assert!(is_quiet(&third) && a.hears_nothing());
    assert_eq!(exchange.close(a.leg).strangers, 3);
}

#[test]
fn a_port_may_change_before_five_packets_came() {
    let (_exchange, mut a, mut b) = bridged();
    let (first, second) = (other_port(), other_port());
    a.sing_from(&first, 4);
    a.sing_from(&second, 1);
    b.receive(5);
    b.sing(1);
    assert_eq!(receive(&second, 1).len(), 1);
}

#[test]
fn the_port_of_the_description_is_locked_at_once() {
    let (_exchange, mut a, mut b) = bridged();
    a.sing(1);
    a.sing_from(&other_port(), 1);
    b.receive(1);
    assert!(b.hears_nothing());
    b.sing(1);
    a.receive(1);
}

#[test]
fn invalid_packets_teach_nothing() {
    let (_exchange, mut a, b) = bridged();
    let other = other_port();
    for _ in 0..5 {
        let unknown = a.packet(77, &[1, 2, 3]);
        other.send_to(&unknown, a.engine).unwrap();
        other.send_to(&[0x80; 8], a.engine).unwrap();
    }
    a.sing(1);
    assert_eq!(b.receive(1)[0].1.len(), 160);
}

#[test]
fn sound_from_the_signalling_peer_is_taken_where_the_description_names_another_address() {
    let mut exchange = Exchange::start();
    let (mut a, mut b) = (exchange.phone(Codec::Pcma, 440), exchange.phone(Codec::Pcma, 1000));
    // What a phone behind an address translation says of itself.
    let private: SocketAddr = "192.0.2.7:4000".parse().unwrap();
    exchange.connect(a.leg, Plan { remote: Some(private), ..a.plan() });
    exchange.bridge(&a, &b);
    exchange.settle();
    a.sing(5);
    b.receive(5);
    b.sing(2);
    a.receive(2);
}

#[test]
fn a_new_description_is_learnt_anew() {
    let (mut exchange, mut a, mut b) = bridged();
    a.sing(5);
    b.receive(5);
    let moved = other_port();
    exchange.connect(a.leg, Plan { remote: Some(moved.local_addr().unwrap()), ..a.plan() });
    exchange.settle();
    b.sing(1);
    assert_eq!(receive(&moved, 1).len(), 1, "the new address is used before anything came from it");
    a.sing_from(&moved, 5);
    b.receive(5);
    a.sing(1);
    assert!(b.hears_nothing(), "the old port is a stranger now");
}

#[test]
fn the_same_description_again_keeps_the_learnt_port() {
    let (mut exchange, mut a, mut b) = bridged();
    let behind_nat = other_port();
    a.sing_from(&behind_nat, 5);
    b.receive(5);
    exchange.connect(a.leg, a.plan());
    exchange.settle();
    b.sing(1);
    assert_eq!(receive(&behind_nat, 1).len(), 1);
}

#[test]
fn a_source_silent_for_two_seconds_may_continue_from_another_port() {
    let (_exchange, mut a, mut b) = bridged();
    let (moved, other_song) = (other_port(), other_port());
    a.sing(5);
    b.receive(5);
    let silent_since = stopwatch();
    let mut stranger = Phone::new(a.leg, a.engine, Codec::Pcma, 1700);
    // Both knock until one is let in: the other timeline never, the same one after two seconds.
    b.socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut buffer = [0; 512];
    while b.socket.recv(&mut buffer).is_err() {
        assert!(silent_since.elapsed() < Duration::from_secs(4), "never let in");
        stranger.sing_from(&other_song, 1);
        a.sing_from(&moved, 1);
    }
    assert!(silent_since.elapsed() >= Duration::from_millis(1900), "let in too early");
    b.sing(1);
    assert_eq!(receive(&moved, 1).len(), 1);
    assert!(is_quiet(&other_song));
}
