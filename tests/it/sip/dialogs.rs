//! What an INVITE may carry beside an offer: nothing, a dialog to take over, a route, a short session;
//! and calls that go in circles.

use super::net::{FAR, OFFICE, Weather, World, address_trunk, office_only, sdp, trunk};
use super::office::{Office, answered, methods, within};
use frontdesk::ids::LegId;
use frontdesk::sip::wire::{Message, Method};
use frontdesk::sip::{Arrival, Command, Ending, Event, Placement};
use std::time::Duration;

const PHONE: &str = "10.0.0.7:5062";
const TRUNK: &str = "10.0.0.2:5060";

/// An office with a trunk at [`TRUNK`], which sends INVITEs.
fn with_trunk() -> Office {
    let mut office = Office::new(&address_trunk(TRUNK));
    office.resolve(&[TRUNK]);
    office.take(TRUNK);
    office
}

/// An INVITE of the trunk; `body` empty: a delayed offer.
fn invite(branch: &str, extra: &str, body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    format!(
        "INVITE sip:33445566@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {TRUNK};branch=z9hG4bK{branch}\r\nCall-ID: {branch}\r\nCSeq: 1 INVITE\r\nFrom: <sip:12345678@x>;tag=far\r\nTo: <sip:33445566@x>\r\nContact: <sip:gw@{TRUNK}>\r\n{extra}{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn arrivals(office: &Office) -> Vec<&Arrival> {
    let arrived = office.events.iter().filter_map(|event| match event {
        Event::Arrived(arrival) => Some(&**arrival),
        _ => None,
    });
    arrived.collect()
}

/// A request of the trunk within the call that `ok` answered.
fn ack(ok: &Message, body: &str) -> String {
    format!(
        "ACK sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {TRUNK};branch=z9hG4bKack\r\nMax-Forwards: 70\r\nCall-ID: {}\r\nCSeq: {} ACK\r\nFrom: {}\r\nTo: {}\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        ok.call_id().unwrap(),
        ok.cseq().unwrap().number,
        ok.headers.value("From").unwrap(),
        ok.headers.value("To").unwrap(),
        body.len()
    )
}

fn last(office: &mut Office, status: u16) -> Message {
    office
        .take(TRUNK)
        .into_iter()
        .rfind(|m| m.status() == Some(status))
        .unwrap_or_else(|| panic!("no {status}"))
}

#[test]
fn a_call_without_an_offer_gets_ours_and_answers_in_its_ack() {
    let mut office = with_trunk();
    office.receive(TRUNK, invite("late", "Max-Forwards: 70\r\n", "").as_bytes());
    let leg = arrivals(&office)[0].leg;
    assert_eq!(arrivals(&office)[0].sdp, None);
    office.command(Command::Answer { leg, sdp: sdp("our offer") });
    let ok = last(&mut office, 200);
    assert_eq!(ok.body, *sdp("our offer"));
    office.receive(TRUNK, ack(&ok, "v=0\r\ns=answer\r\n").as_bytes());
    assert!(office.events.contains(&Event::Confirmed { leg, sdp: Some(sdp("answer")) }));
}

#[test]
fn a_re_invite_without_an_offer_gets_ours_too() {
    let mut office = Office::new(&office_only());
    office.device(PHONE);
    let call = answered(&mut office, LegId(1), PHONE);
    within(&mut office, PHONE, &call, "INVITE", &[("Contact", "<sip:anna-desk@10.0.0.7:5062>")]);
    assert!(office.events.contains(&Event::Reoffered { leg: LegId(1), sdp: None }));
    office.take(PHONE);
    office.command(Command::Reanswer { leg: LegId(1), result: Ok(sdp("our offer")) });
    let ok = office.take(PHONE).pop().unwrap();
    assert_eq!((ok.status(), ok.body.as_slice()), (Some(200), &*sdp("our offer")));
    let text = ack(&ok, "v=0\r\ns=answer\r\n").replace(TRUNK, PHONE);
    office.receive(PHONE, text.as_bytes());
    assert!(office.events.contains(&Event::Confirmed { leg: LegId(1), sdp: Some(sdp("answer")) }));
}

#[test]
fn replaces_names_an_answered_call_by_all_three_of_its_names() {
    let mut office = with_trunk();
    office.device(PHONE);
    let (placed, tag) = answered(&mut office, LegId(1), PHONE);
    let (call_id, ours) =
        (placed.call_id().unwrap().to_owned(), placed.from().unwrap().tag().unwrap().to_owned());
    let mut ask = |branch: &str, replaces: String| {
        let extra = format!("Max-Forwards: 70\r\nReplaces: {replaces}\r\n");
        office.receive(TRUNK, invite(branch, &extra, "v=0\r\n").as_bytes());
        let status = office.take(TRUNK).iter().filter_map(Message::status).next_back();
        (status, arrivals(&office).last().and_then(|arrival| arrival.replaces))
    };
    assert_eq!(ask("a", format!("{call_id};to-tag={ours};from-tag=other")), (Some(481), None));
    assert_eq!(ask("b", format!("other;to-tag={ours};from-tag={tag}")), (Some(481), None));
    assert_eq!(ask("c", format!("{call_id};to-tag={ours};from-tag={tag};early-only")), (Some(486), None));
    assert_eq!(ask("d", format!("{call_id};to-tag={ours}")), (Some(400), None));
    assert_eq!(ask("e", format!("{call_id};to-tag={ours};from-tag={tag}")), (Some(100), Some(LegId(1))));
}

#[test]
fn a_strict_router_gets_its_own_address_as_request_uri_and_a_loose_one_the_target() {
    for (route, uri, routes) in [
        ("<sip:10.0.0.2:5060>", "sip:10.0.0.2:5060", vec!["<sip:gw@10.0.0.2:5060>"]),
        ("<sip:10.0.0.2:5060;lr>", "sip:gw@10.0.0.2:5060", vec!["<sip:10.0.0.2:5060;lr>"]),
    ] {
        let mut office = with_trunk();
        let extra = format!("Max-Forwards: 70\r\nRecord-Route: {route}\r\n");
        office.receive(TRUNK, invite("route", &extra, "v=0\r\n").as_bytes());
        let leg = arrivals(&office)[0].leg;
        office.command(Command::Answer { leg, sdp: sdp("answer") });
        let ok = last(&mut office, 200);
        assert_eq!(ok.headers.value("Record-Route"), Some(route), "copied back");
        office.receive(TRUNK, ack(&ok, "").as_bytes());
        office.command(Command::Hangup { leg, because: frontdesk::sip::HangupReason::Normal });
        let bye = office.take(TRUNK).pop().unwrap();
        assert_eq!(methods(std::slice::from_ref(&bye)), ["BYE"]);
        assert_eq!(bye.uri().unwrap().as_str(), uri);
        assert_eq!(bye.headers.values("Route").collect::<Vec<_>>(), routes);
    }
}

#[test]
fn sessions_too_brief_are_refused_and_long_ones_cut() {
    let mut office = with_trunk();
    let timer = |seconds: u32, min: &str| {
        format!("Max-Forwards: 70\r\nSupported: timer\r\nSession-Expires: {seconds}\r\n{min}")
    };
    office.receive(TRUNK, invite("brief", &timer(60, ""), "v=0\r\n").as_bytes());
    assert_eq!(last(&mut office, 422).min_se().unwrap().0, 90);
    office.receive(TRUNK, invite("long", &timer(7200, ""), "v=0\r\n").as_bytes());
    let leg = arrivals(&office)[0].leg;
    office.command(Command::Answer { leg, sdp: sdp("answer") });
    assert_eq!(last(&mut office, 200).session_expires().unwrap().seconds, 1800);
    office.receive(TRUNK, invite("least", &timer(7200, "Min-SE: 3600\r\n"), "v=0\r\n").as_bytes());
    let leg = arrivals(&office)[1].leg;
    office.command(Command::Answer { leg, sdp: sdp("answer") });
    assert_eq!(
        last(&mut office, 200).session_expires().unwrap().seconds,
        3600,
        "RFC 4028 §9: not below Min-SE"
    );
}

/// RFC 4028 §9: a caller that does not know session timers is refreshed by us.
#[test]
fn a_far_end_without_session_timers_is_asked_by_us() {
    let mut office = with_trunk();
    office.receive(TRUNK, invite("plain", "Max-Forwards: 70\r\n", "v=0\r\n").as_bytes());
    let leg = arrivals(&office)[0].leg;
    office.command(Command::Answer { leg, sdp: sdp("answer") });
    let ok = last(&mut office, 200);
    assert_eq!(ok.headers.value("Require"), None);
    office.receive(TRUNK, ack(&ok, "").as_bytes());
    office.pass(Duration::from_secs(901));
    let mail = office.take(TRUNK);
    let refresh = mail.iter().find(|m| m.method() == Some(Method::Invite)).expect("no UPDATE in its Allow");
    assert_eq!(refresh.body, *sdp("answer"), "the same description again");
    let reply = refresh.reply(200).header("Contact", &format!("<sip:gw@{TRUNK}>"));
    office.receive(TRUNK, &reply.with_body("application/sdp", b"v=0\r\n".as_slice()).print());
    assert_eq!(methods(&office.take(TRUNK)), ["ACK"]);
    assert!(!office.events.iter().any(|e| matches!(e, Event::Reanswered { .. } | Event::Ended { .. })));
    office.pass(Duration::from_secs(1000));
    office.take(TRUNK);
    assert!(
        office.events.contains(&Event::Ended { leg, how: Ending::Lost }),
        "the next refresh had no answer"
    );
}

#[test]
fn a_probe_finds_out_who_is_gone() {
    for (status, is_over) in
        [(Some(481), true), (Some(408), true), (None, true), (Some(488), false), (Some(500), false)]
    {
        let mut office = Office::new(&office_only());
        office.device(PHONE);
        answered(&mut office, LegId(1), PHONE);
        office.command(Command::Reoffer { leg: LegId(1), sdp: sdp("there?") });
        let probe = office.take(PHONE).pop().unwrap();
        assert_eq!(methods(std::slice::from_ref(&probe)), ["INVITE"]);
        match status {
            Some(status) => office.receive(PHONE, &probe.reply(status).print()),
            None => office.pass(Duration::from_secs(33)),
        }
        let ended = office.events.contains(&Event::Ended { leg: LegId(1), how: Ending::Lost });
        assert_eq!(ended, is_over, "{status:?}");
        let sent = methods(&office.take(PHONE));
        assert_eq!(sent.contains(&"BYE".to_owned()), is_over, "{status:?} {sent:?}");
    }
}

/// Two offices whose numbers point at each other: each hands the call on with one hop less.
#[test]
fn a_call_in_circles_ends_with_483() {
    let mut world = World::trunks(40, Weather::default());
    let first = world.call(OFFICE, trunk("1"));
    let mut handed_on: Vec<(usize, LegId, LegId)> = Vec::new();
    let mut next = 1001;
    for _ in 0..100 {
        world.run_for(Duration::from_millis(100));
        for who in [FAR, OFFICE] {
            for arrival in arrived(&world, who) {
                if handed_on.iter().any(|(w, came, _)| (*w, *came) == (who, arrival.leg)) {
                    continue;
                }
                next += 2;
                handed_on.push((who, arrival.leg, LegId(next)));
                let placement = Placement {
                    leg: LegId(next),
                    to: trunk("1"),
                    caller: arrival.caller,
                    caller_name: String::new(),
                    sdp: sdp("offer"),
                    max_forwards: arrival.max_forwards - 1,
                };
                world.command(who, Command::Place(Box::new(placement)));
            }
        }
    }
    assert_eq!(handed_on.len(), 69, "one leg for every hop");
    let refused = |e: &Event| matches!(e, Event::Failed { why, .. } if why.status == 483);
    assert_eq!(world.events.iter().flatten().filter(|e| refused(e)).count(), 1);
    assert!(
        !world.events[OFFICE].iter().any(|e| matches!(e, Event::Failed { leg, .. } if *leg == first)),
        "not told yet"
    );
}

fn arrived(world: &World, who: usize) -> Vec<Arrival> {
    let arrived = world.events[who].iter().filter_map(|event| match event {
        Event::Arrived(arrival) => Some((**arrival).clone()),
        _ => None,
    });
    arrived.collect()
}
