//! Calls between two stacks: how they begin, change and end, on a good network and on bad ones.

use super::net::{FAR, OFFICE, Weather, World, sdp, trunk};
use frontdesk::ids::{LegId, PhoneId};
use frontdesk::sip::{
    Command, Destination, Ending, Event, Failure, HangupReason, Refusal, Source, TrunkState,
};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn run(world: &mut World, seconds: u64) {
    world.run_for(SECOND * u32::try_from(seconds).unwrap());
}

/// A call from the office through the trunk, answered by the far end: both legs.
fn talking(world: &mut World) -> (LegId, LegId) {
    let out = world.call(OFFICE, trunk("12345678"));
    run(world, 1);
    let back = *world.arrived(FAR).last().unwrap();
    world.command(FAR, Command::Answer { leg: back, sdp: sdp("answer") });
    run(world, 1);
    (out, back)
}

fn has(world: &World, who: usize, wanted: impl Fn(&Event) -> bool) -> bool {
    world.events[who].iter().any(wanted)
}

fn ended(world: &World, who: usize, leg: LegId, how: Ending) -> bool {
    has(world, who, |e| *e == Event::Ended { leg, how })
}

#[test]
fn a_call_rings_is_answered_and_hung_up() {
    let mut world = World::trunks(1, Weather::default());
    let out = world.call(OFFICE, trunk("12345678"));
    run(&mut world, 1);
    let Some(Event::Arrived(arrival)) =
        world.events[FAR].iter().find(|e| matches!(e, Event::Arrived(_))).cloned()
    else {
        panic!("nothing arrived")
    };
    assert_eq!(arrival.from, Source::Trunk("far".into()));
    assert_eq!((arrival.caller.as_str(), arrival.dialled.as_str()), ("+4533445566", "12345678"));
    assert_eq!(arrival.caller_name, "Hansen \"Sales\"");
    assert_eq!((arrival.sdp, arrival.max_forwards), (Some(sdp("offer")), 69));
    world.command(FAR, Command::Progress { leg: arrival.leg, sdp: None });
    run(&mut world, 1);
    assert!(has(&world, OFFICE, |e| matches!(e, Event::Rang { leg, early: None, .. } if *leg == out)));
    world.command(FAR, Command::Answer { leg: arrival.leg, sdp: sdp("answer") });
    run(&mut world, 1);
    assert!(has(
        &world,
        OFFICE,
        |e| matches!(e, Event::Answered { sdp: Some(s), .. } if *s == sdp("answer"))
    ));
    assert!(has(&world, FAR, |e| *e == Event::Confirmed { leg: arrival.leg, sdp: None }));
    world.hangup(FAR, arrival.leg);
    run(&mut world, 1);
    assert!(ended(&world, OFFICE, out, Ending::Bye));
    assert_eq!(
        (world.count(OFFICE, "INVITE"), world.count(OFFICE, "ACK"), world.count(FAR, "BYE")),
        (1, 1, 1)
    );
    world.assert_clean();
}

#[test]
fn a_refusal_comes_back_with_its_status() {
    for (refusal, status) in
        [(Refusal::Busy, 486), (Refusal::NotFound, 404), (Refusal::Overloaded, 503), (Refusal::Declined, 603)]
    {
        let mut world = World::trunks(2, Weather::default());
        let out = world.call(OFFICE, trunk("1"));
        run(&mut world, 1);
        let leg = world.arrived(FAR)[0];
        world.command(FAR, Command::Refuse { leg, refusal });
        run(&mut world, 1);
        let why = Failure { status, cause: None };
        assert!(has(&world, OFFICE, |e| *e == Event::Failed { leg: out, why }), "{refusal:?}");
        assert_eq!(world.count(OFFICE, "ACK"), 1);
        world.assert_clean();
    }
}

#[test]
fn a_caller_who_gives_up_cancels() {
    let mut world = World::trunks(3, Weather::default());
    let out = world.call(OFFICE, trunk("1"));
    run(&mut world, 1);
    world.hangup(OFFICE, out);
    run(&mut world, 1);
    let leg = world.arrived(FAR)[0];
    assert!(ended(&world, FAR, leg, Ending::Cancelled));
    assert_eq!(world.count(FAR, "SIP/2.0 487"), 1);
    assert!(!has(&world, OFFICE, |e| matches!(e, Event::Failed { .. } | Event::Ended { .. })));
    world.assert_clean();
}

#[test]
fn an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up() {
    let mut world = World::trunks(4, Weather::default());
    let out = world.call(OFFICE, trunk("1"));
    run(&mut world, 1);
    let leg = world.arrived(FAR)[0];
    world.command(FAR, Command::Answer { leg, sdp: sdp("answer") });
    world.hangup(OFFICE, out);
    run(&mut world, 2);
    assert!(ended(&world, FAR, leg, Ending::Bye));
    assert!(!has(&world, OFFICE, |e| matches!(e, Event::Answered { .. })));
    world.assert_clean();
}

#[test]
fn hold_and_resume_pass_both_ways() {
    let mut world = World::trunks(5, Weather::default());
    let (out, back) = talking(&mut world);
    for (asks, answers, leg, other) in [(OFFICE, FAR, out, back), (FAR, OFFICE, back, out)] {
        world.command(asks, Command::Reoffer { leg, sdp: sdp("hold") });
        run(&mut world, 1);
        assert!(has(&world, answers, |e| *e == Event::Reoffered { leg: other, sdp: Some(sdp("hold")) }));
        world.command(answers, Command::Reanswer { leg: other, result: Ok(sdp("held")) });
        run(&mut world, 1);
        assert!(has(&world, asks, |e| *e == Event::Reanswered { leg, result: Ok(Some(sdp("held"))) }));
    }
    world.command(FAR, Command::Reoffer { leg: back, sdp: sdp("video") });
    run(&mut world, 1);
    world.command(OFFICE, Command::Reanswer { leg: out, result: Err(488) });
    run(&mut world, 1);
    assert!(has(&world, FAR, |e| *e == Event::Reanswered { leg: back, result: Err(488) }));
    world.hangup(OFFICE, out);
    world.assert_clean();
}

#[test]
fn glare_is_settled_by_waiting() {
    let mut world = World::trunks(6, Weather::default());
    let (out, back) = talking(&mut world);
    world.command(OFFICE, Command::Reoffer { leg: out, sdp: sdp("mine") });
    world.command(FAR, Command::Reoffer { leg: back, sdp: sdp("yours") });
    run(&mut world, 1);
    assert_eq!((world.count(OFFICE, "SIP/2.0 491"), world.count(FAR, "SIP/2.0 491")), (1, 1));
    // Each answers what it is offered; the callee's second try comes first, the caller's after it.
    for _ in 0..50 {
        world.run_for(Duration::from_millis(100));
        for (who, leg) in [(OFFICE, out), (FAR, back)] {
            let offered = |e: &&Event| matches!(e, Event::Reoffered { .. });
            if world.events[who].iter().filter(offered).count() > 0 {
                world.command(who, Command::Reanswer { leg, result: Ok(sdp("fine")) });
            }
        }
    }
    for (who, leg) in [(OFFICE, out), (FAR, back)] {
        let done = Event::Reanswered { leg, result: Ok(Some(sdp("fine"))) };
        assert_eq!(world.events[who].iter().filter(|e| **e == done).count(), 1, "at {who}");
    }
    world.hangup(OFFICE, out);
    world.assert_clean();
}

#[test]
fn sessions_are_refreshed_and_a_silent_far_end_is_noticed() {
    let mut world = World::trunks(7, Weather::default());
    let (out, back) = talking(&mut world);
    run(&mut world, 4000);
    assert!(world.count(OFFICE, "UPDATE") >= 4, "refreshed each 900 s");
    assert!(!has(&world, FAR, |e| matches!(e, Event::Ended { .. })));
    world.weather.lost = 100;
    run(&mut world, 1900);
    assert!(ended(&world, OFFICE, out, Ending::Lost), "no answer to the refresh");
    assert!(ended(&world, FAR, back, Ending::Lost), "no refresh came");
    world.assert_clean();
}

#[test]
fn an_answer_nobody_acknowledges_ends_after_64_t1() {
    let mut world = World::trunks(8, Weather::default());
    world.call(OFFICE, trunk("1"));
    run(&mut world, 1);
    let leg = world.arrived(FAR)[0];
    world.weather.lost = 100;
    world.command(FAR, Command::Answer { leg, sdp: sdp("answer") });
    run(&mut world, 31);
    assert!(!ended(&world, FAR, leg, Ending::Lost));
    assert!(world.count(FAR, "SIP/2.0 200") >= 10, "repeated until the ACK");
    run(&mut world, 2);
    assert!(ended(&world, FAR, leg, Ending::Lost));
    assert!(world.count(FAR, "BYE") >= 1);
}

#[test]
fn a_registered_phone_rings_and_calls() {
    let mut world = World::phone(9, Weather::default());
    let phone = PhoneId::from("anna-desk");
    assert!(has(&world, OFFICE, |e| *e == Event::Registered { phone: phone.clone(), contacts: 1 }));
    assert!(has(&world, FAR, |e| matches!(e, Event::Trunk { state: TrunkState::Up, .. })));
    let ring = world.call(OFFICE, Destination::Phone(phone.clone()));
    run(&mut world, 1);
    let leg = world.arrived(FAR)[0];
    world.command(FAR, Command::Answer { leg, sdp: sdp("answer") });
    run(&mut world, 1);
    assert!(has(&world, OFFICE, |e| matches!(e, Event::Answered { leg, .. } if *leg == ring)));
    let out = world.call(FAR, trunk("600"));
    run(&mut world, 1);
    assert_eq!(world.count(OFFICE, "SIP/2.0 401"), 2, "REGISTER and INVITE are challenged");
    let Some(Event::Arrived(arrival)) =
        world.events[OFFICE].iter().find(|e| matches!(e, Event::Arrived(_))).cloned()
    else {
        panic!("the call was not let in")
    };
    assert_eq!(arrival.from, Source::Phone(phone));
    assert_eq!((arrival.caller.as_str(), arrival.caller_name.as_str()), ("anna-desk", ""));
    world.command(OFFICE, Command::Refuse { leg: arrival.leg, refusal: Refusal::Busy });
    run(&mut world, 1);
    assert!(has(&world, FAR, |e| matches!(e, Event::Failed { leg, .. } if *leg == out)));
    world.hangup(FAR, leg);
    world.assert_clean();
}

#[test]
fn a_wrong_password_is_rejected_and_reported_as_such() {
    let far = super::net::as_phone("10.0.0.1:5060", "anna-desk", "wrong");
    let mut world = World::new([&super::net::office_only(), &far], 10, Weather::default());
    run(&mut world, 2);
    let down = frontdesk::sip::TrunkFault::Rejected(401);
    assert!(has(&world, FAR, |e| matches!(e, Event::Trunk { state: TrunkState::Down(f), .. } if *f == down)));
    assert!(!has(&world, OFFICE, |e| matches!(e, Event::Registered { .. })));
}

#[test]
fn leaving_unregisters() {
    let mut world = World::phone(11, Weather::default());
    world.command(FAR, Command::SignOff);
    run(&mut world, 2);
    let gone = Event::Registered { phone: "anna-desk".into(), contacts: 0 };
    assert!(has(&world, OFFICE, |e| *e == gone));
    run(&mut world, 4000);
    assert_eq!(world.events[OFFICE].iter().filter(|e| matches!(e, Event::Registered { .. })).count(), 2);
}

#[test]
fn a_closed_door_turns_new_calls_away_and_keeps_running_ones() {
    let mut world = World::trunks(12, Weather::default());
    let (out, back) = talking(&mut world);
    world.command(FAR, Command::CloseDoor { closed: true });
    let second = world.call(OFFICE, trunk("2"));
    run(&mut world, 1);
    let why = Failure { status: 503, cause: None };
    assert!(has(&world, OFFICE, |e| *e == Event::Failed { leg: second, why }));
    world.hangup(OFFICE, out);
    run(&mut world, 1);
    assert!(ended(&world, FAR, back, Ending::Bye));
    world.assert_clean();
}

#[test]
fn keys_travel_by_info() {
    let mut world = World::trunks(13, Weather::default());
    let (out, back) = talking(&mut world);
    for digit in ['5', '#', '*', 'D'] {
        world.command(OFFICE, Command::SendDigit { leg: out, digit });
        run(&mut world, 1);
        assert!(has(&world, FAR, |e| *e == Event::Digit { leg: back, digit }), "{digit}");
    }
    world.hangup(OFFICE, out);
    world.assert_clean();
}

/// Whatever the network does, both ends agree in the end that the call is over, and nothing is left.
#[test]
fn every_call_ends_on_both_sides_in_any_weather() {
    for seed in 0..12 {
        let weather = Weather { lost: 20, doubled: 15, delay_ms: 900 };
        let mut world = World::trunks(100 + seed, Weather::default());
        world.weather = weather;
        let mut legs = Vec::new();
        for n in 0..6_u32 {
            legs.push(world.call(OFFICE, trunk(&n.to_string())));
            run(&mut world, 3);
        }
        let arrived = world.arrived(FAR);
        for (n, leg) in arrived.iter().enumerate() {
            match n % 3 {
                0 => world.command(FAR, Command::Refuse { leg: *leg, refusal: Refusal::Busy }),
                1 => world.command(FAR, Command::Answer { leg: *leg, sdp: sdp("answer") }),
                _ => world.command(FAR, Command::Progress { leg: *leg, sdp: None }),
            }
            run(&mut world, 1);
        }
        for leg in &legs {
            world.command(OFFICE, Command::Reoffer { leg: *leg, sdp: sdp("hold") });
            world.command(OFFICE, Command::Hangup { leg: *leg, because: HangupReason::AnsweredElsewhere });
            run(&mut world, 2);
        }
        run(&mut world, 40);
        for leg in world.arrived(FAR) {
            let refused = arrived.iter().position(|l| *l == leg).is_some_and(|n| n % 3 == 0);
            let is_ended = has(&world, FAR, |e| matches!(e, Event::Ended { leg: l, .. } if *l == leg));
            assert!(is_ended || refused, "{leg} never ended, seed {seed}");
        }
        world.assert_clean();
    }
}
