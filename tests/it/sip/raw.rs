//! One office stack against messages written by hand: judgement, registrar, passwords, forks.

use super::net::office_only;
use super::office::{Office, answered, methods, within};
use super::torture::{Outcome, cases};
use frontdesk::ids::{LegId, PhoneId};
use frontdesk::sip::digest::Challenge;
use frontdesk::sip::stack::Drop;
use frontdesk::sip::wire::{Frame, Message, frame, name};
use frontdesk::sip::{Command, Ending, Event, HangupReason, TransferTarget, Transport};
use std::time::Duration;

#[test]
fn torture_ends_as_the_rfc_says_through_the_whole_stack() {
    for case in cases() {
        let mut office = Office::new(&office_only());
        office.receive("10.0.0.9:5060", &case.bytes);
        let answers: Vec<u16> = office.mail.values().flatten().filter_map(Message::status).collect();
        match case.udp {
            Outcome::Answered(406 | 415) => {
                assert_eq!(answers, [401], "{}: passwords before bodies", case.name)
            }
            Outcome::Answered(status) => assert_eq!(answers, [status], "{}", case.name),
            Outcome::Dropped => assert!(answers.is_empty(), "{} {answers:?}", case.name),
            // Readable: our own order of judgement goes on; nobody has a password here.
            Outcome::Accepted => {
                assert!(
                    answers.iter().all(|s| [200, 401, 405, 481, 483].contains(s)),
                    "{} {answers:?}",
                    case.name
                );
            }
            Outcome::Waits | Outcome::AnsweredAndClosed(_) => panic!("{}: not over UDP", case.name),
        }
        assert!(office.events.is_empty(), "{}", case.name);
        office.pass(Duration::from_secs(64));
        assert_eq!(office.stack.figures().transactions, 0, "{}", case.name);
    }
}

#[test]
fn torture_over_a_stream_ends_as_the_rfc_says_through_the_whole_stack() {
    for case in cases() {
        let mut office = Office::new(&office_only());
        office.transport = Transport::Tcp;
        let framed = frame(&case.bytes);
        match framed {
            Frame::Message { len } => office.receive("10.0.0.9:5060", &case.bytes[..len]),
            Frame::Broken => office.receive("10.0.0.9:5060", &case.bytes),
            Frame::NeedMore => {}
            other => panic!("{}: {other:?}", case.name),
        }
        let answers: Vec<u16> = office.mail.values().flatten().filter_map(Message::status).collect();
        match case.tcp {
            Outcome::Waits => assert_eq!((framed, answers.len()), (Frame::NeedMore, 0), "{}", case.name),
            Outcome::AnsweredAndClosed(status) => {
                assert_eq!((framed, answers), (Frame::Broken, vec![status]), "{}", case.name);
            }
            Outcome::Answered(406 | 415) => assert_eq!(answers, [401], "{}", case.name),
            Outcome::Answered(status) => assert_eq!(answers, [status], "{}", case.name),
            Outcome::Dropped => assert!(answers.is_empty(), "{} {answers:?}", case.name),
            Outcome::Accepted => {
                let ours = |status: &u16| [200, 401, 405, 481, 483].contains(status);
                assert!(answers.iter().all(ours), "{} {answers:?}", case.name);
            }
        }
        assert!(office.events.is_empty(), "{}", case.name);
    }
}

#[test]
fn bindings_are_kept_listed_and_ended() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    let reply = office.register(
        at,
        &[("Contact", "<sip:anna-desk@192.168.1.9>;expires=120;+sip.instance=\"<urn:uuid:1>\"")],
    );
    assert_eq!(reply.status(), Some(200));
    let contacts = reply.contacts().unwrap();
    assert_eq!((contacts[0].uri, contacts[0].expires()), ("sip:anna-desk@192.168.1.9", Some(120)));
    assert_eq!(contacts[0].instance().as_deref(), Some("urn:uuid:1"));
    assert_eq!(office.register(at, &[("Contact", "<sip:a@b>;expires=30")]).status(), Some(423));
    assert_eq!(office.register(at, &[("Contact", "*")]).status(), Some(400), "a star needs Expires: 0");
    assert_eq!(
        office.register(at, &[("To", "<sip:anna-lab@10.0.0.1>")]).status(),
        Some(403),
        "not one's own"
    );
    office.pass(Duration::from_secs(121));
    let phone = PhoneId::from("anna-desk");
    let told = |contacts| Event::Registered { phone: phone.clone(), contacts };
    assert_eq!(office.events, [told(1), told(0)]);
    office.register(at, &[("Contact", "<sip:a@1>")]);
    office.register(at, &[("Contact", "*"), ("Expires", "0")]);
    assert_eq!(office.stack.figures().registered_phones, 0);
}

#[test]
fn a_nonce_counts_upwards_grows_old_and_belongs_to_one_address() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    let challenge = office.challenge(at);
    let status = |reply: Option<Message>| reply.unwrap().status();
    let stale = |reply: Option<Message>| {
        let reply = reply.unwrap();
        assert_eq!(reply.status(), Some(401));
        Challenge::pick(&reply.headers, name::WWW_AUTHENTICATE).unwrap().stale
    };
    assert_eq!(status(office.register_with(at, &challenge, "correct horse", 1, &[])), Some(200));
    assert!(stale(office.register_with(at, &challenge, "correct horse", 1, &[])), "replayed count");
    assert_eq!(status(office.register_with(at, &challenge, "correct horse", 2, &[])), Some(200));
    assert!(
        stale(office.register_with("10.0.0.8:5062", &challenge, "correct horse", 3, &[])),
        "other address"
    );
    office.pass(Duration::from_secs(61));
    assert!(stale(office.register_with(at, &challenge, "correct horse", 4, &[])), "61 s old");
    let fresh = office.challenge(at);
    assert!(!stale(office.register_with(at, &fresh, "wrong", 1, &[])));
}

#[test]
fn a_phone_that_gives_up_at_sha_256_gets_in_at_its_second_try() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    let mut hashes = || {
        let reply = office.ask(at, "REGISTER", &[]).unwrap();
        let values: Vec<String> = reply.headers.values(name::WWW_AUTHENTICATE).map(str::to_owned).collect();
        office.pass(Duration::from_secs(30));
        ["SHA-256", "MD5"].map(|hash| values.iter().any(|v| v.contains(&format!("algorithm={hash},"))))
    };
    assert_eq!(hashes(), [true, true]);
    assert_eq!(hashes(), [false, true]);
    office.device(at);
}

#[test]
fn guessing_blocks_the_address_but_not_the_phone_registered_there() {
    let mut office = Office::new(&office_only());
    let (phone, guesser) = ("10.0.0.7:5062", "10.0.0.7:40000");
    office.device(phone);
    for _ in 0..10 {
        let challenge = office.challenge(guesser);
        office.register_with(guesser, &challenge, "guess", 1, &[]);
    }
    assert_eq!(office.status(guesser, "REGISTER", &[]), None, "blocked");
    assert_eq!(office.stack.figures().dropped[&Drop::Blocked], 1);
    office.device(phone);
    office.pass(Duration::from_secs(601));
    assert_eq!(office.status(guesser, "REGISTER", &[]), Some(401));
}

#[test]
fn strangers_get_one_small_answer_and_leave_nothing() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.9:5060";
    assert_eq!(office.status(at, "INVITE", &[]), Some(401));
    assert!(office.bytes <= 900, "{} bytes", office.bytes);
    let unknown = office.ask(at, "INVITE", &[("From", "<sip:nobody@10.0.0.1>;tag=1")]).unwrap();
    assert_eq!(unknown.headers.count(name::WWW_AUTHENTICATE), 2);
    let first = unknown.headers.value(name::WWW_AUTHENTICATE).unwrap();
    assert!(first.contains("algorithm=MD5"), "old phones read the first challenge only: {first}");
    assert_eq!(office.status(at, "OPTIONS", &[]), Some(200));
    assert_eq!(office.status(at, "BYE", &[("To", "<sip:a@b>;tag=zz")]), Some(481));
    assert_eq!(office.status(at, "PING", &[]), Some(501));
    assert_eq!(office.status(at, "INVITE", &[("Require", "100rel")]), Some(420));
    assert_eq!(office.stack.figures().transactions, 0);
    let outside = "203.0.113.9:5060";
    assert_eq!(office.status(outside, "REGISTER", &[]), Some(403), "not from the office's network");
    for _ in 0..3000 {
        office.ask(at, "REGISTER", &[]);
    }
    assert!(office.stack.figures().dropped[&Drop::TooMany] > 1500);
}

#[test]
fn the_first_device_to_answer_wins_and_the_others_log_no_missed_call() {
    let mut office = Office::new(&office_only());
    let devices = ["10.0.0.7:5062", "10.0.0.8:5062", "10.0.0.9:5062"];
    for at in devices {
        office.device(at);
    }
    office.ring(LegId(1));
    let invites: Vec<Message> = devices.iter().map(|at| office.take(at).pop().unwrap()).collect();
    for (at, invite) in devices.iter().zip(&invites) {
        office.reply(at, invite, 180, at);
    }
    office.reply(devices[1], &invites[1], 200, "t1");
    let answered = office.events.iter().filter(|e| matches!(e, Event::Answered { .. })).count();
    assert_eq!(answered, 1);
    assert_eq!(methods(&office.take(devices[1])), ["ACK"]);
    for (n, at) in [(0, devices[0]), (2, devices[2])] {
        let cancel = office.take(at).pop().unwrap();
        assert_eq!(cancel.method().unwrap().as_str(), "CANCEL");
        assert_eq!(cancel.reason_cause("SIP"), Some(200), "completed elsewhere");
        office.reply(at, &cancel, 200, "c");
        // One obeys, the other had just been picked up.
        office.reply(at, &invites[n], if n == 0 { 487 } else { 200 }, at);
    }
    assert_eq!(methods(&office.take(devices[0])), ["ACK"]);
    assert_eq!(methods(&office.take(devices[2])), ["ACK", "BYE"]);
    office.reply(devices[1], &invites[1], 200, "t1");
    assert_eq!(methods(&office.take(devices[1])), ["ACK"], "a repeated 2xx gets its ACK again");
    assert!(!office.events.iter().any(|e| matches!(e, Event::Failed { .. } | Event::Ended { .. })));
}

#[test]
fn the_best_refusal_is_told_when_all_have_refused() {
    let mut office = Office::new(&office_only());
    let devices = ["10.0.0.7:5062", "10.0.0.8:5062"];
    devices.iter().for_each(|at| office.device(at));
    office.ring(LegId(1));
    let invites: Vec<Message> = devices.iter().map(|at| office.take(at).pop().unwrap()).collect();
    office.reply(devices[0], &invites[0], 486, "a");
    let failed = |office: &Office| {
        office.events.iter().find_map(|e| match e {
            Event::Failed { why, .. } => Some(why.status),
            _ => None,
        })
    };
    assert_eq!(failed(&office), None, "the other still rings");
    office.reply(devices[1], &invites[1], 480, "b");
    assert_eq!(failed(&office), Some(486));
}

#[test]
fn a_phone_transfers_blind_and_attended() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    office.device(at);
    let first = answered(&mut office, LegId(1), at);
    let second = answered(&mut office, LegId(3), at);
    let refer_to = ("Refer-To", "<sip:22@10.0.0.1>");
    assert_eq!(within(&mut office, at, &first, "REFER", &[refer_to]), Some(202));
    assert!(
        office
            .events
            .contains(&Event::TransferAsked { leg: LegId(1), to: TransferTarget::Dial("22".into()) })
    );
    office.command(Command::TransferProgress { leg: LegId(1), status: 486 });
    let notifies: Vec<_> = office.take(at).into_iter().filter(|m| m.status().is_none()).collect();
    let bodies: Vec<_> = notifies.iter().map(|n| String::from_utf8(n.body.clone()).unwrap()).collect();
    assert_eq!(bodies, ["SIP/2.0 100 Trying\r\n", "SIP/2.0 486 Busy Here\r\n"]);
    let our_tag = second.0.from().unwrap().tag().unwrap().to_owned();
    let replaces = format!(
        "<sip:kim@10.0.0.1?Replaces={}%3Bto-tag%3D{our_tag}%3Bfrom-tag%3D{}>",
        second.0.call_id().unwrap(),
        second.1
    );
    assert_eq!(
        within(&mut office, at, &first, "REFER", &[("Refer-To", &replaces), ("Refer-Sub", "false")]),
        Some(200)
    );
    assert!(
        office.events.contains(&Event::TransferAsked { leg: LegId(1), to: TransferTarget::Leg(LegId(3)) })
    );
    office.command(Command::TransferProgress { leg: LegId(1), status: 200 });
    assert!(office.take(at).iter().all(|m| m.status().is_some()), "asked not to be told");
}

#[test]
fn within_a_call_tags_and_source_must_match() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    office.device(at);
    let call = answered(&mut office, LegId(1), at);
    assert_eq!(within(&mut office, "10.0.0.66:5060", &call, "BYE", &[]), Some(401), "another address");
    let guessed = (call.0.clone(), "guessed".to_owned());
    assert_eq!(within(&mut office, at, &guessed, "BYE", &[]), Some(481), "another tag");
    assert_eq!(within(&mut office, at, &call, "MESSAGE", &[]), Some(501));
    assert_eq!(within(&mut office, at, &call, "SUBSCRIBE", &[("Event", "presence")]), Some(489));
    assert!(!office.events.iter().any(|e| matches!(e, Event::Ended { .. })));
    assert_eq!(within(&mut office, at, &call, "BYE", &[]), Some(200));
    assert!(office.events.contains(&Event::Ended { leg: LegId(1), how: Ending::Bye }));
}

#[test]
fn giving_up_before_any_provisional_cancels_when_one_comes() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    office.device(at);
    office.ring(LegId(1));
    let invite = office.take(at).pop().unwrap();
    office.command(Command::Hangup { leg: LegId(1), because: HangupReason::CallerGone });
    assert!(office.take(at).is_empty(), "RFC 3261 §9.1: not before a provisional");
    office.reply(at, &invite, 180, "t");
    let cancel = office.take(at).pop().unwrap();
    assert_eq!(methods(std::slice::from_ref(&cancel)), ["CANCEL"]);
    assert_eq!(cancel.reason_cause("SIP"), None, "the phone may log a missed call");
    assert_eq!(cancel.via().unwrap().branch(), invite.via().unwrap().branch());
}

#[test]
fn who_answers_a_moment_too_late_is_told_that_it_was_answered_elsewhere() {
    let mut office = Office::new(&office_only());
    let at = "10.0.0.7:5062";
    office.device(at);
    office.ring(LegId(1));
    let invite = office.take(at).pop().unwrap();
    office.reply(at, &invite, 180, "t");
    office.command(Command::Hangup { leg: LegId(1), because: HangupReason::AnsweredElsewhere });
    assert_eq!(methods(&office.take(at)), ["CANCEL"]);
    office.reply(at, &invite, 200, "t");
    let late = office.take(at);
    assert_eq!(methods(&late), ["ACK", "BYE"]);
    assert_eq!(late[1].reason_cause("SIP"), Some(200));
}

#[test]
fn a_password_wins_over_a_trunks_address_and_only_the_caller_may_cancel() {
    let mut office = Office::new(&super::net::address_trunk("10.0.0.7:5062"));
    let at = "10.0.0.7:5062";
    let invite = "INVITE sip:11@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7:5062;branch=z9hG4bKi\r\nMax-Forwards: 70\r\nCall-ID: i\r\nCSeq: 1 INVITE\r\nFrom: <sip:12345678@x>;tag=1\r\nTo: <sip:11@x>\r\nContact: <sip:10.0.0.7:5062>\r\nContent-Length: 0\r\n\r\n";
    office.receive(at, invite.as_bytes());
    let from = |office: &Office| {
        office.events.iter().rev().find_map(|e| match e {
            Event::Arrived(arrival) => Some(arrival.from.clone()),
            _ => None,
        })
    };
    assert_eq!(from(&office), Some(frontdesk::sip::Source::Trunk("far".into())));
    let cancel = invite.replace("INVITE", "CANCEL");
    office.receive("10.0.0.66:5060", cancel.as_bytes());
    assert_eq!(office.take("10.0.0.66:5060").pop().unwrap().status(), Some(481));
    office.receive(at, cancel.as_bytes());
    let statuses: Vec<_> = office.take(at).iter().filter_map(Message::status).collect();
    assert_eq!(statuses, [100, 200, 487]);
    office.device(at);
    let again = invite.replace("z9hG4bKi", "z9hG4bKj").replace("Call-ID: i", "Call-ID: j");
    office.receive(at, again.as_bytes());
    assert_eq!(office.take(at).pop().unwrap().status(), Some(401), "now it is a phone's address");
}
