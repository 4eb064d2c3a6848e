//! Phones that are there, gone, behind NAT, on a stream that dies.

use super::net::office_only;
use super::office::{Office, answered, methods, within};
use frontdesk::ids::LegId;
use frontdesk::sip::wire::{Message, Method};
use frontdesk::sip::{Ending, Event, Transport};
use std::time::Duration;

const PHONE: &str = "10.0.0.7:5062";

fn contacts(office: &Office) -> Vec<usize> {
    let told = office.events.iter().filter_map(|event| match event {
        Event::Registered { contacts, .. } => Some(*contacts),
        _ => None,
    });
    told.collect()
}

/// Time passes; the phones at these addresses answer our OPTIONS with this status.
fn pass(office: &mut Office, seconds: u64, answering: &[(&str, u16)]) -> usize {
    let mut answered = 0;
    for _ in 0..seconds * 2 {
        office.pass(Duration::from_millis(500));
        for (at, status) in answering {
            for ping in office.take(at).iter().filter(|m| m.status().is_none()) {
                assert_eq!(ping.method(), Some(Method::Options));
                answered += 1;
                office.receive(at, &ping.reply(*status).with_to_tag("p").print());
            }
        }
    }
    answered
}

#[test]
fn an_unplugged_phone_is_told_within_a_minute_and_comes_back_by_itself() {
    let mut office = Office::new(&office_only());
    office.device(PHONE);
    pass(&mut office, 100, &[(PHONE, 404)]);
    assert_eq!(contacts(&office), [1], "any answer shows life");
    pass(&mut office, 60, &[]);
    assert_eq!((contacts(&office), office.stack.figures().registered_phones), (vec![1, 0], 0));
    office.ring(LegId(1));
    assert!(office.events.iter().any(|e| matches!(e, Event::Failed { leg: LegId(1), .. })), "fails at once");
    office.take(PHONE);
    pass(&mut office, 5, &[(PHONE, 200)]);
    assert_eq!((contacts(&office), office.stack.figures().registered_phones), (vec![1, 0, 1], 1));
}

#[test]
fn registering_again_or_calling_brings_a_silent_phone_back() {
    let mut office = Office::new(&office_only());
    office.device(PHONE);
    pass(&mut office, 100, &[(PHONE, 200)]);
    pass(&mut office, 60, &[]);
    office.take(PHONE);
    office.device(PHONE);
    assert_eq!(contacts(&office), [1, 0, 1]);
}

#[test]
fn only_the_silent_device_of_several_is_passed_over() {
    let mut office = Office::new(&office_only());
    let other = "10.0.0.8:5062";
    office.device(PHONE);
    office.device(other);
    pass(&mut office, 100, &[(PHONE, 200), (other, 200)]);
    pass(&mut office, 60, &[(other, 200)]);
    assert_eq!(contacts(&office), [1, 2, 1]);
    office.take(PHONE);
    office.ring(LegId(1));
    assert!(office.take(PHONE).iter().all(|m| m.method() != Some(Method::Invite)));
    assert_eq!(methods(&office.take(other)), ["INVITE"]);
}

#[test]
fn a_phone_that_never_answers_stays_as_long_as_it_is_registered() {
    let mut office = Office::new(&office_only());
    office.device(PHONE);
    pass(&mut office, 3000, &[]);
    assert_eq!(contacts(&office), [1]);
    let pings = office.take(PHONE).iter().filter(|m| m.status().is_none()).count();
    assert!(pings < 3000 / 28 * 6, "{pings}");
}

/// The load of the benchmark: many phones behind one port are one way to ask along.
#[test]
fn many_phones_at_one_address_are_asked_once() {
    let mut toml = office_only();
    for n in 0..200 {
        toml += &format!("[[person.phone]]\nid = \"p{n}\"\nsecret = \"correct horse\"\n");
    }
    let mut office = Office::new(&toml);
    for n in 0..200 {
        let name = format!("p{n}");
        assert_eq!(office.login(PHONE, &name).status(), Some(200), "{name}");
    }
    let asked = pass(&mut office, 100, &[(PHONE, 200)]);
    assert!(asked < 10, "{asked}");
    assert_eq!(office.stack.figures().registered_phones, 200);
    pass(&mut office, 60, &[]);
    assert_eq!(office.stack.figures().registered_phones, 0);
}

#[test]
fn a_phone_behind_nat_is_rung_and_answered_where_it_came_from() {
    let mut office = Office::new(&office_only());
    let contact = [("Contact", "<sip:anna-desk@192.168.1.9:5060>")];
    let reply = office.register(PHONE, &contact);
    assert_eq!(reply.status(), Some(200));
    office.ring(LegId(1));
    let invite = office.take(PHONE).pop().expect("rung at its source address");
    assert_eq!(invite.uri().unwrap().as_str(), "sip:anna-desk@192.168.1.9:5060");
    let reply = invite.reply(200).with_to_tag("t").header("Contact", "<sip:anna-desk@192.168.1.9:5060>");
    office.receive(PHONE, &reply.print());
    assert_eq!(methods(&office.take(PHONE)), ["ACK"]);
    let via = "SIP/2.0/UDP 192.168.1.9:5060;rport;branch=z9hG4bKnat";
    let text = format!(
        "OPTIONS sip:10.0.0.1 SIP/2.0\r\nVia: {via}\r\nMax-Forwards: 70\r\nCall-ID: n\r\nCSeq: 1 OPTIONS\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:10.0.0.1>\r\nContent-Length: 0\r\n\r\n"
    );
    office.receive(PHONE, text.as_bytes());
    let reply: Message = office.take(PHONE).pop().unwrap();
    let stamped = reply.headers.value("Via").unwrap();
    assert!(stamped.contains("received=10.0.0.7") && stamped.contains("rport=5062"), "{stamped}");
}

/// The phone's stream dies with the phone: it is offline at once; its call ends when nothing it is
/// asked gets through.
#[test]
fn a_stream_that_dies_takes_registration_and_call_along() {
    let mut office = Office::new(&office_only());
    office.transport = Transport::Tcp;
    office.device(PHONE);
    let call = answered(&mut office, LegId(1), PHONE);
    let (now, flow) = (office.now(), office.flow(PHONE.parse().unwrap()));
    office.stack.flow_lost(now, flow);
    office.drain();
    assert_eq!(contacts(&office), [1, 0]);
    office.pass(Duration::from_secs(31));
    assert!(!office.events.iter().any(|e| matches!(e, Event::Ended { .. })), "it may come back");
    office.pass(Duration::from_secs(2));
    assert!(office.events.contains(&Event::Ended { leg: LegId(1), how: Ending::Lost }));
    drop(call);
}

#[test]
fn a_phone_that_comes_back_by_another_stream_keeps_its_call() {
    let mut office = Office::new(&office_only());
    office.transport = Transport::Tcp;
    office.device(PHONE);
    let call = answered(&mut office, LegId(1), PHONE);
    let (now, flow) = (office.now(), office.flow(PHONE.parse().unwrap()));
    office.stack.flow_lost(now, flow);
    let other = "10.0.0.7:40001";
    office.device(other);
    pass(&mut office, 60, &[(other, 200)]);
    assert!(!office.events.iter().any(|e| matches!(e, Event::Ended { .. })));
    assert_eq!(within(&mut office, other, &call, "BYE", &[]), Some(200));
}
