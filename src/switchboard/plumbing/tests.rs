//! Pure. Message order as stories: what comes from either half, what is done about it.

use super::*;
use crate::ids::{PhoneId, PlayId};
use crate::media::negotiate::SessionLine;
use crate::media::{Codec, Direction, Playlist, Repeat};
use crate::sip::{Destination, Source};

const CALLER: LegId = LegId(2);
const ANNA: LegId = LegId(3);

fn here() -> IpAddr {
    IpAddr::from([127, 0, 0, 1])
}

fn port(number: u16) -> SocketAddr {
    SocketAddr::new(here(), number)
}

fn far_offer(codecs: &[Codec], direction: Direction) -> Sdp {
    negotiate::offer(port(40_000), codecs, direction, SessionLine { id: 9, version: 9 })
}

/// The plumbing with everything it wanted, one line a step.
#[derive(Default)]
struct Bench {
    plumbing: Plumbing,
}

impl Bench {
    fn with(&mut self, work: impl FnOnce(&mut Plumbing, &mut Vec<Step>)) -> Vec<String> {
        let mut out = Vec::new();
        work(&mut self.plumbing, &mut out);
        out.iter().map(name).collect()
    }

    fn sip(&mut self, event: Event) -> Vec<String> {
        self.with(|plumbing, out| plumbing.sip_event(event, out))
    }

    fn media(&mut self, event: MediaEvent) -> Vec<String> {
        self.with(|plumbing, out| plumbing.media_event(event, out))
    }

    fn act(&mut self, action: Action) -> Vec<String> {
        self.with(|plumbing, out| assert_eq!(plumbing.action(action, out), None))
    }

    fn arrives(&mut self, sdp: Option<Sdp>) -> Vec<String> {
        self.sip(Event::Arrived(Box::new(Arrival {
            leg: CALLER,
            from: Source::Phone(PhoneId::from("kim")),
            caller: "12345678".into(),
            caller_name: String::new(),
            dialled: "11".into(),
            sdp,
            replaces: None,
            peer: port(5_060),
            local: here(),
            max_forwards: 70,
        })))
    }

    fn place(&mut self) -> Vec<String> {
        let place = Place {
            leg: ANNA,
            to: Destination::Phone(PhoneId::from("anna-desk")),
            like: Some(CALLER),
            caller: "12345678".into(),
            caller_name: String::new(),
            max_forwards: 69,
        };
        self.with(|plumbing, out| plumbing.place(place, here(), out))
    }

    fn port_ready(&mut self, leg: LegId) -> Vec<String> {
        self.media(MediaEvent::Ready { leg, rtp: port(16_384 + leg.0 as u16 * 2) })
    }

    /// A caller on an answered call with `codecs` offered.
    fn answered_caller(codecs: &[Codec]) -> Bench {
        let mut bench = Bench::default();
        bench.arrives(Some(far_offer(codecs, Direction::SendRecv)));
        bench.port_ready(CALLER);
        bench.act(Action::Accept { leg: CALLER });
        bench
    }
}

fn name(step: &Step) -> String {
    let text = match step {
        Step::Sip(command) => format!("sip {command:?}"),
        Step::Media(command) => format!("media {command:?}"),
        Step::Office(input) => format!("office {input:?}"),
    };
    text.split([' ', '(', '{']).filter(|word| !word.is_empty()).take(2).collect::<Vec<_>>().join(" ")
}

fn first_codec(step: &Step) -> Option<Codec> {
    let sdp = match step {
        Step::Sip(Command::Place(placement)) => &placement.sdp,
        Step::Sip(Command::Answer { sdp, .. }) => sdp,
        _ => return None,
    };
    negotiate::read(sdp).ok()?.codecs().first().copied()
}

#[test]
fn an_answer_waits_for_its_port() {
    let mut bench = Bench::default();
    let arrives = bench.arrives(Some(far_offer(&[Codec::Pcma], Direction::SendRecv)));
    assert_eq!(arrives, ["media Open", "office Arrived"]);
    assert_eq!(bench.act(Action::Accept { leg: CALLER }), [""; 0]);
    assert_eq!(bench.port_ready(CALLER), ["media Connect", "sip Answer"]);
    assert_eq!(bench.act(Action::Accept { leg: CALLER }), [""; 0], "answered once");
}

#[test]
fn a_call_without_a_codec_of_ours_is_refused_and_the_office_hears_of_it() {
    let mut bench = Bench::default();
    let video_only = Sdp::from(b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 3\r\n".as_slice());
    let refused = ["sip Refuse", "office Unsound"];
    assert_eq!(bench.arrives(Some(video_only)), refused);
    assert_eq!(bench.arrives(Some(Sdp::from(b"\xffnonsense".as_slice()))), refused);
}

#[test]
fn an_offer_to_a_phone_begins_with_what_the_caller_likes() {
    for codec in [Codec::Pcmu, Codec::Pcma] {
        let mut bench = Bench::answered_caller(&[codec]);
        assert_eq!(bench.place(), ["media Open"]);
        let mut out = Vec::new();
        let ready = MediaEvent::Ready { leg: ANNA, rtp: port(16_400) };
        bench.plumbing.media_event(ready, &mut out);
        assert_eq!(first_codec(&out[0]), Some(codec), "relayed, not transcoded");
    }
}

#[test]
fn a_caller_answered_late_gets_the_codec_the_phone_chose() {
    let mut bench = Bench::default();
    bench.arrives(Some(far_offer(&[Codec::Pcmu, Codec::Pcma], Direction::SendRecv)));
    bench.port_ready(CALLER);
    bench.place();
    bench.port_ready(ANNA);
    let answer = far_offer(&[Codec::Pcma], Direction::SendRecv);
    let answered = bench.sip(Event::Answered { leg: ANNA, sdp: Some(answer), peer: port(5_062) });
    assert_eq!(answered, ["media Connect", "office Answered"]);
    let mut out = Vec::new();
    bench.plumbing.action(Action::Accept { leg: CALLER }, &mut out);
    assert_eq!(out.iter().find_map(first_codec), Some(Codec::Pcma));
}

#[test]
fn a_hang_up_before_the_port_sends_no_invite() {
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    bench.place();
    let because = HangupReason::CallerGone;
    assert_eq!(bench.act(Action::Hangup { leg: ANNA, because }), ["media Close", "office Failed"]);
    assert_eq!(bench.port_ready(ANNA), [""; 0]);
}

#[test]
fn a_leg_ends_once_whoever_is_first() {
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    let because = HangupReason::Normal;
    let ours = bench.act(Action::Hangup { leg: CALLER, because });
    assert_eq!(ours, ["sip Hangup", "media Close", "office Ended"]);
    assert_eq!(bench.sip(Event::Ended { leg: CALLER, how: Ending::Bye }), [""; 0]);
    assert_eq!(bench.plumbing.legs(), 0);
}

#[test]
fn an_answer_nobody_can_use_is_hung_up_on() {
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    bench.place();
    bench.port_ready(ANNA);
    let answered = bench.sip(Event::Answered { leg: ANNA, sdp: None, peer: port(5_062) });
    assert_eq!(answered, ["sip Hangup", "media Close", "office Failed"]);
}

#[test]
fn hold_and_resume_are_told_once_each() {
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    let offer = |direction| Event::Reoffered { leg: CALLER, sdp: Some(far_offer(&[Codec::Pcma], direction)) };
    assert_eq!(bench.sip(offer(Direction::SendOnly)), ["sip Reanswer", "media Connect", "office Held"]);
    assert_eq!(bench.sip(offer(Direction::Inactive)), ["sip Reanswer", "media Connect"]);
    assert_eq!(bench.sip(offer(Direction::SendRecv)), ["sip Reanswer", "media Connect", "office Resumed"]);
    let refused = Event::Reoffered { leg: CALLER, sdp: Some(Sdp::from(b"?".as_slice())) };
    assert_eq!(bench.sip(refused), ["sip Reanswer"], "488, and the call goes on");
}

#[test]
fn without_ports_a_caller_is_asked_to_come_back_and_a_phone_counts_as_failed() {
    let mut bench = Bench::default();
    bench.arrives(Some(far_offer(&[Codec::Pcma], Direction::SendRecv)));
    assert_eq!(bench.media(MediaEvent::NoPort { leg: CALLER }), ["sip Refuse", "office Ended"]);
    bench.place();
    assert_eq!(bench.media(MediaEvent::NoPort { leg: ANNA }), ["office Failed"]);
}

#[test]
fn a_key_sent_both_ways_is_told_once() {
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    assert_eq!(bench.media(MediaEvent::Digit { leg: CALLER, digit: '1' }), ["office Digit"]);
    assert_eq!(bench.sip(Event::Digit { leg: CALLER, digit: '1' }), [""; 0]);
    assert_eq!(bench.media(MediaEvent::Digit { leg: CALLER, digit: '1' }), ["office Digit"]);
}

#[test]
fn a_delayed_offer_is_answered_with_ours_and_connected_by_the_ack() {
    let mut bench = Bench::default();
    bench.arrives(None);
    bench.port_ready(CALLER);
    assert_eq!(bench.act(Action::Accept { leg: CALLER }), ["sip Answer"]);
    let answer = far_offer(&[Codec::Pcmu], Direction::SendRecv);
    assert_eq!(bench.sip(Event::Confirmed { leg: CALLER, sdp: Some(answer) }), ["media Connect"]);
}

#[test]
fn a_providers_early_sound_reaches_the_caller_before_the_answer() {
    let mut bench = Bench::default();
    bench.arrives(Some(far_offer(&[Codec::Pcma], Direction::SendRecv)));
    bench.port_ready(CALLER);
    bench.place();
    bench.port_ready(ANNA);
    let early = Some(far_offer(&[Codec::Pcma], Direction::SendRecv));
    let rang = bench.sip(Event::Rang { leg: ANNA, early, peer: port(5_062) });
    assert_eq!(rang, ["office Rang", "media Connect", "media Connect", "media Bridge", "sip Progress"]);
    assert_eq!(bench.act(Action::Progress { leg: CALLER }), [""; 0], "183 is not taken back by 180");
    assert_eq!(bench.act(Action::Accept { leg: CALLER }), ["sip Answer"]);
}

#[test]
fn nothing_is_played_to_a_leg_that_is_gone() {
    let mut bench = Bench::default();
    let what = Playlist { pieces: Vec::new(), repeat: Repeat::Once };
    assert_eq!(bench.act(Action::Play { leg: CALLER, id: PlayId(1), what }), [""; 0]);
    assert_eq!(bench.act(Action::Bridge { a: CALLER, b: ANNA }), [""; 0]);
}

#[test]
fn a_long_silence_is_probed_by_signalling() {
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    let silent = MediaEvent::Silent { leg: CALLER, lasting: std::time::Duration::from_secs(30) };
    assert_eq!(bench.media(silent.clone()), ["sip Reoffer"]);
    let mut ringing = Bench::default();
    ringing.arrives(Some(far_offer(&[Codec::Pcma], Direction::SendRecv)));
    assert_eq!(ringing.media(silent), [""; 0], "before the answer nobody has to speak");
}

#[test]
fn a_command_the_engine_does_not_take_ends_its_legs() {
    let refused =
        |bench: &mut Bench, command| bench.with(|plumbing, out| plumbing.sound_refused(&command, out));
    let mut bench = Bench::answered_caller(&[Codec::Pcma]);
    let ended = refused(&mut bench, MediaCommand::Bridge { a: CALLER, b: ANNA });
    assert_eq!(ended, ["sip Hangup", "media Close", "office Ended"]);
    assert_eq!(bench.plumbing.legs(), 0);
    let mut arriving = Bench::default();
    arriving.arrives(Some(far_offer(&[Codec::Pcma], Direction::SendRecv)));
    assert_eq!(refused(&mut arriving, MediaCommand::Open { leg: CALLER }), ["sip Refuse", "office Ended"]);
}
