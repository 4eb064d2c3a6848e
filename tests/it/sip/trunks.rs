//! Providers: pings, calls over addresses that answer and that do not, what a challenge is worth.

use super::net::{address_trunk, sdp, trunk};
use super::office::{Office, methods};
use frontdesk::ids::LegId;
use frontdesk::sip::wire::{Message, Method};
use frontdesk::sip::{Command, Event, Placement, TrunkFault, TrunkState};
use std::time::Duration;

const FIRST: &str = "10.0.0.2:5060";
const SECOND: &str = "10.0.0.3:5060";

fn office(addresses: &[&str]) -> Office {
    let mut office = Office::new(&address_trunk(FIRST));
    office.resolve(addresses);
    office
}

fn call(office: &mut Office, leg: u64) {
    let placement = Placement {
        leg: LegId(leg),
        to: trunk("12345678"),
        caller: "+4533445566".into(),
        caller_name: String::new(),
        sdp: sdp("offer"),
        max_forwards: 69,
    };
    office.command(Command::Place(Box::new(placement)));
}

fn invite(office: &mut Office, at: &str) -> Option<Message> {
    office.take(at).into_iter().find(|m| m.status().is_none() && m.method() == Some(Method::Invite))
}

fn failed(office: &Office, leg: u64) -> Option<u16> {
    office.events.iter().find_map(|event| match event {
        Event::Failed { leg: l, why } if l.0 == leg => Some(why.status),
        _ => None,
    })
}

fn states(office: &Office) -> Vec<TrunkState> {
    let states = office.events.iter().filter_map(|event| match event {
        Event::Trunk { state, .. } => Some(state.clone()),
        _ => None,
    });
    states.collect()
}

fn pass(office: &mut Office, seconds: u64) {
    for _ in 0..seconds {
        office.pass(Duration::from_secs(1));
        while office.stack.poll_lookup().is_some() {
            let flow = office.flow(FIRST.parse().unwrap());
            let now = office.now();
            office.stack.resolved(now, &"far".into(), vec![flow]);
            office.drain();
        }
    }
}

#[test]
fn any_answer_to_a_ping_shows_life() {
    for status in [200, 404, 405, 501, 503] {
        let mut office = office(&[FIRST]);
        let ping = office.take(FIRST).pop().unwrap();
        assert_eq!(methods(std::slice::from_ref(&ping)), ["OPTIONS"]);
        office.receive(FIRST, &ping.reply(status).with_to_tag("t").print());
        assert_eq!(states(&office).last(), Some(&TrunkState::Up), "{status}");
    }
}

#[test]
fn a_trunk_that_answers_no_ping_is_called_all_the_same() {
    let mut office = office(&[FIRST]);
    pass(&mut office, 60);
    assert_eq!(states(&office).last(), Some(&TrunkState::Down(TrunkFault::Unreachable)));
    office.take(FIRST);
    call(&mut office, 1);
    let invite = invite(&mut office, FIRST).expect("down is an alarm, not a lock");
    office.reply(FIRST, &invite, 200, "t");
    assert!(office.events.iter().any(|e| matches!(e, Event::Answered { leg: LegId(1), .. })));
}

#[test]
fn lost_pings_make_no_alarm_until_three_in_a_row() {
    let mut office = office(&[FIRST]);
    let ping = office.take(FIRST).pop().unwrap();
    office.receive(FIRST, &ping.reply(200).with_to_tag("t").print());
    pass(&mut office, 45);
    assert_eq!(states(&office).last(), Some(&TrunkState::Up), "one ping unanswered");
    pass(&mut office, 60);
    assert_eq!(states(&office).last(), Some(&TrunkState::Down(TrunkFault::Unreachable)));
    assert_eq!(states(&office).len(), 3, "starting, up, down");
}

#[test]
fn a_lone_address_has_all_the_time_of_timer_b() {
    let mut office = office(&[FIRST]);
    call(&mut office, 1);
    office.pass(Duration::from_secs(20));
    let invite = invite(&mut office, FIRST).unwrap();
    office.reply(FIRST, &invite, 200, "t");
    assert!(office.events.iter().any(|e| matches!(e, Event::Answered { leg: LegId(1), .. })));
    call(&mut office, 3);
    office.pass(Duration::from_secs(31));
    assert_eq!(failed(&office, 3), None);
    office.pass(Duration::from_secs(2));
    assert_eq!(failed(&office, 3), Some(408));
}

#[test]
fn four_silent_seconds_lead_to_the_next_address_and_a_late_answer_is_not_left_ringing() {
    let mut office = office(&[FIRST, SECOND]);
    call(&mut office, 1);
    let first = invite(&mut office, FIRST).unwrap();
    office.pass(Duration::from_millis(3900));
    assert!(invite(&mut office, SECOND).is_none());
    office.pass(Duration::from_millis(200));
    let second = invite(&mut office, SECOND).unwrap();
    assert_ne!(first.call_id(), second.call_id());
    assert_ne!(first.via().unwrap().branch(), second.via().unwrap().branch());
    office.take(FIRST);
    office.reply(FIRST, &first, 180, "late");
    assert_eq!(methods(&office.take(FIRST)), ["CANCEL"]);
    office.reply(SECOND, &second, 200, "t");
    assert_eq!(methods(&office.take(SECOND)), ["ACK"]);
    assert!(office.events.iter().any(|e| matches!(e, Event::Answered { leg: LegId(1), .. })));
    assert_eq!(failed(&office, 1), None);
}

#[test]
fn trying_keeps_the_first_address_and_503_leads_to_the_next() {
    let mut office = office(&[FIRST, SECOND]);
    call(&mut office, 1);
    let first = invite(&mut office, FIRST).unwrap();
    office.reply(FIRST, &first, 100, "t");
    office.pass(Duration::from_secs(20));
    assert!(invite(&mut office, SECOND).is_none(), "it has the call");
    office.reply(FIRST, &first, 503, "t");
    let second = invite(&mut office, SECOND).unwrap();
    office.reply(SECOND, &second, 486, "t");
    assert_eq!(failed(&office, 1), Some(486));
}

#[test]
fn a_session_too_brief_for_the_provider_is_asked_for_again_as_long_as_it_wants() {
    let mut office = office(&[FIRST]);
    call(&mut office, 1);
    let first = invite(&mut office, FIRST).unwrap();
    let reply = first.reply(422).with_to_tag("t").header("Min-SE", "3600");
    office.receive(FIRST, &reply.print());
    let mail = office.take(FIRST);
    let second = mail.iter().find(|m| m.method() == Some(Method::Invite)).unwrap();
    assert_eq!(second.session_expires().unwrap().seconds, 3600, "longer than we would take ourselves");
    assert_eq!(second.min_se().unwrap().0, 3600);
    assert_eq!(second.cseq().unwrap().number, first.cseq().unwrap().number + 1);
    assert_eq!(second.call_id(), first.call_id());
    office.receive(FIRST, &second.reply(422).with_to_tag("t").print());
    assert_eq!(failed(&office, 1), Some(422), "without a Min-SE there is nothing to try");
}
