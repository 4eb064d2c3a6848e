//! Pure. The timers A to M, each in virtual time.

use super::*;

fn at(ms: u64) -> Tick {
    Tick(Duration::from_millis(ms))
}

/// Wakes whenever it is due, up to `until`; returns what happened when, in milliseconds.
macro_rules! run {
    ($machine:expr, $until:expr) => {{
        let mut seen = Vec::new();
        while let Some(due) = $machine.due().filter(|due| *due <= at($until)) {
            let step = $machine.wake(due);
            if step != Step::NOTHING {
                seen.push((due.0.as_millis() as u64, step));
            }
        }
        seen
    }};
}

fn sends(steps: &[(u64, Step)], send: Send) -> Vec<u64> {
    steps.iter().filter(|(_, s)| s.send == send).map(|(t, _)| *t).collect()
}

#[test]
fn timer_a_doubles_and_timer_b_gives_up() {
    let mut invite = ClientInvite::start(at(0), Reliability::Unreliable);
    let steps = run!(invite, 100_000);
    assert_eq!(sends(&steps, Send::Request), [500, 1500, 3500, 7500, 15500, 31500]);
    assert_eq!(steps.last(), Some(&(32_000, Step::TIMED_OUT)));
    assert!(invite.is_over());
}

#[test]
fn a_stream_repeats_nothing_but_gives_up_all_the_same() {
    let mut invite = ClientInvite::start(at(0), Reliability::Reliable);
    assert_eq!(run!(invite, 100_000), [(32_000, Step::TIMED_OUT)]);
    let mut request = ClientRequest::start(at(0), Reliability::Reliable);
    assert_eq!(run!(request, 100_000), [(32_000, Step::TIMED_OUT)]);
}

#[test]
fn a_provisional_stops_timers_a_and_b() {
    let mut invite = ClientInvite::start(at(0), Reliability::Unreliable);
    assert_eq!(invite.response(at(100), 100), Step::NEWS);
    assert!(invite.is_proceeding());
    assert_eq!(invite.due(), None);
    assert_eq!(invite.response(at(200), 180), Step::NEWS);
}

#[test]
fn a_refusal_is_acknowledged_each_time_and_told_once_until_timer_d() {
    let mut invite = ClientInvite::start(at(0), Reliability::Unreliable);
    assert_eq!(invite.response(at(100), 486), Step { send: Send::Ack, tell: Tell::Message });
    assert_eq!(invite.response(at(600), 486), Step::sending(Send::Ack));
    assert_eq!(invite.response(at(700), 200), Step::NOTHING, "too late to accept");
    assert_eq!(invite.due(), Some(at(32_100)));
    invite.wake(at(32_100));
    assert!(invite.is_over());
    let mut stream = ClientInvite::start(at(0), Reliability::Reliable);
    stream.response(at(100), 486);
    assert_eq!(stream.due(), Some(at(100)), "timer D is zero over a stream");
}

#[test]
fn every_2xx_reaches_the_user_until_timer_m() {
    let mut invite = ClientInvite::start(at(0), Reliability::Reliable);
    assert_eq!(invite.response(at(100), 200), Step::NEWS);
    assert_eq!(invite.response(at(600), 200), Step::NEWS);
    assert_eq!(invite.response(at(700), 486), Step::NOTHING);
    assert_eq!(invite.due(), Some(at(32_100)), "timer M also over a stream");
    invite.wake(at(32_100));
    assert!(invite.is_over());
    assert_eq!(invite.response(at(32_200), 200), Step::NOTHING);
}

#[test]
fn timer_e_grows_to_t2_and_timer_f_gives_up() {
    let mut request = ClientRequest::start(at(0), Reliability::Unreliable);
    let steps = run!(request, 100_000);
    let repeats = sends(&steps, Send::Request);
    assert_eq!(repeats, [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    assert_eq!(steps.last(), Some(&(32_000, Step::TIMED_OUT)));
}

#[test]
fn a_provisional_slows_timer_e_and_keeps_timer_f() {
    let mut request = ClientRequest::start(at(0), Reliability::Unreliable);
    assert_eq!(request.response(at(100), 100), Step::NEWS);
    let steps = run!(request, 100_000);
    assert_eq!(sends(&steps, Send::Request)[..2], [4_100, 8_100]);
    assert_eq!(steps.last(), Some(&(32_000, Step::TIMED_OUT)));
}

#[test]
fn timer_k_soaks_up_repeated_answers() {
    let mut request = ClientRequest::start(at(0), Reliability::Unreliable);
    assert_eq!(request.response(at(100), 200), Step::NEWS);
    assert_eq!(request.response(at(200), 200), Step::NOTHING);
    assert_eq!(request.due(), Some(at(5_100)));
    request.wake(at(5_100));
    assert!(request.is_over());
}

#[test]
fn timer_g_repeats_a_refusal_to_t2_and_timer_h_gives_up() {
    let mut invite = ServerInvite::start(Reliability::Unreliable);
    assert_eq!(invite.request(), Step::sending(Send::Response));
    assert_eq!(invite.respond(at(0), 486), Step::sending(Send::Response));
    let steps = run!(invite, 100_000);
    let repeats = sends(&steps, Send::Response);
    assert_eq!(repeats, [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    assert_eq!(steps.last(), Some(&(32_000, Step::TIMED_OUT)));
}

#[test]
fn an_ack_ends_timer_g_and_timer_i_soaks_up_the_rest() {
    let mut invite = ServerInvite::start(Reliability::Unreliable);
    invite.respond(at(0), 603);
    assert_eq!(invite.request(), Step::sending(Send::Response));
    invite.ack(at(50));
    assert_eq!(invite.due(), Some(at(5_050)));
    assert_eq!(invite.request(), Step::NOTHING);
    invite.wake(at(5_050));
    assert!(invite.is_over());
}

#[test]
fn after_a_2xx_timer_l_soaks_up_the_invite_and_lets_the_user_repeat() {
    let mut invite = ServerInvite::start(Reliability::Unreliable);
    assert_eq!(invite.respond(at(0), 180), Step::sending(Send::Response));
    assert_eq!(invite.respond(at(10), 200), Step::sending(Send::Response));
    assert_eq!(invite.request(), Step::NOTHING);
    assert_eq!(invite.respond(at(500), 200), Step::sending(Send::Response));
    assert_eq!(invite.respond(at(600), 486), Step::NOTHING);
    assert_eq!(invite.due(), Some(at(32_010)));
    invite.wake(at(32_010));
    assert!(invite.is_over());
}

#[test]
fn timer_j_answers_repetitions_over_udp_only() {
    let mut request = ServerRequest::start(Reliability::Unreliable);
    assert_eq!(request.request(), Step::NOTHING, "nothing to repeat yet");
    assert_eq!(request.respond(at(0), 200), Step::sending(Send::Response));
    assert_eq!(request.request(), Step::sending(Send::Response));
    assert_eq!(request.respond(at(10), 500), Step::NOTHING, "one final answer");
    assert_eq!(request.due(), Some(at(32_000)));
    request.wake(at(32_000));
    assert!(request.is_over());
    let mut stream = ServerRequest::start(Reliability::Reliable);
    stream.respond(at(0), 200);
    assert_eq!(stream.due(), Some(at(0)));
}

#[test]
fn a_late_waking_repeats_once() {
    let mut request = ClientRequest::start(at(0), Reliability::Unreliable);
    assert_eq!(request.wake(at(20_000)), Step::sending(Send::Request));
    assert_eq!(request.wake(at(20_000)), Step::NOTHING);
}
