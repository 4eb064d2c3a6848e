//! Session descriptions as telephones and trunks really write them.

use frontdesk::media::negotiate::{self, NoCodecInCommon, SessionLine, Unsettled};
use frontdesk::media::{Codec, CodecChoice, Direction, Plan};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

const SESSION: SessionLine = SessionLine { id: 42, version: 3 };
const PREFER: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];
const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));

fn local() -> SocketAddr {
    "192.0.2.1:16384".parse().unwrap()
}

/// A description with this head and these lines behind it.
fn description(lines: &[&str]) -> Vec<u8> {
    let head = ["v=0", "o=- 20518 20518 IN IP4 192.0.2.50", "s=-", "c=IN IP4 192.0.2.50", "t=0 0"];
    head.iter().chain(lines).flat_map(|line| format!("{line}\r\n").into_bytes()).collect()
}

fn answered(offer: &[u8]) -> Result<(String, Plan), NoCodecInCommon> {
    let offer = negotiate::read(offer).unwrap();
    let (sdp, plan) = negotiate::answer(&offer, local(), &PREFER, Direction::SendRecv, SESSION)?;
    Ok((String::from_utf8(sdp.to_vec()).unwrap(), plan))
}

fn plan_for(offer: &[u8]) -> Plan {
    answered(offer).unwrap().1
}

const DESK_PHONE: [&str; 11] = [
    "m=audio 11780 RTP/AVP 9 0 8 18 101",
    "a=rtpmap:9 G722/8000",
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:18 G729/8000",
    "a=fmtp:18 annexb=no",
    "a=fmtp:101 0-15",
    "a=rtpmap:101 telephone-event/8000",
    "a=ptime:20",
    "a=sendrecv",
    "a=rtcp:11781 IN IP4 192.0.2.50",
];

#[test]
fn a_desk_phone_gets_our_preferred_codec_and_its_events() {
    let (sdp, plan) = answered(&description(&DESK_PHONE)).unwrap();
    let expected = Plan {
        remote: Some("192.0.2.50:11780".parse().unwrap()),
        signalling: "192.0.2.50".parse().unwrap(),
        codec: CodecChoice { codec: Codec::Pcma, payload_type: 8 },
        events: Some(101),
        direction: Direction::SendRecv,
        ptime: Duration::from_millis(20),
    };
    assert_eq!(plan, expected);
    let lines = [
        "v=0",
        "o=- 42 3 IN IP4 192.0.2.1",
        "s=frontdesk",
        "c=IN IP4 192.0.2.1",
        "t=0 0",
        "m=audio 16384 RTP/AVP 8 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
    ];
    assert_eq!(sdp, lines.map(|line| format!("{line}\r\n")).concat());
}

#[test]
fn a_codec_without_rtpmap_and_events_of_another_number_are_understood() {
    let plan = plan_for(&description(&["m=audio 4000 RTP/AVP 0 96", "a=rtpmap:96 TELEPHONE-EVENT/8000"]));
    assert_eq!((plan.codec.codec, plan.events), (Codec::Pcmu, Some(96)));
}

#[test]
fn events_at_another_rate_are_not_ours() {
    let lines = [
        "m=audio 4000 RTP/AVP 8 100 101",
        "a=rtpmap:100 telephone-event/48000",
        "a=rtpmap:101 telephone-event/8000",
    ];
    assert_eq!(plan_for(&description(&lines)).events, Some(101));
    assert_eq!(plan_for(&description(&lines[..2])).events, None);
}

#[test]
fn a_codec_may_travel_under_a_dynamic_number() {
    let lines = ["m=audio 4000 RTP/AVP 97 0", "a=rtpmap:97 pcma/8000/1", "a=rtpmap:0 PCMU/8000"];
    let (sdp, plan) = answered(&description(&lines)).unwrap();
    assert_eq!(plan.codec, CodecChoice { codec: Codec::Pcma, payload_type: 97 });
    assert!(sdp.contains("a=rtpmap:97 PCMA/8000\r\n"));
}

#[test]
fn a_number_mapped_to_something_else_is_not_the_static_codec() {
    let lines = ["m=audio 4000 RTP/AVP 8 0", "a=rtpmap:8 G729/8000"];
    assert_eq!(plan_for(&description(&lines)).codec.codec, Codec::Pcmu);
}

#[test]
fn each_way_of_holding_is_understood() {
    let with = |attribute: &str| plan_for(&description(&["m=audio 4000 RTP/AVP 8", attribute]));
    assert_eq!(with("a=sendonly").direction, Direction::RecvOnly);
    assert_eq!(with("a=recvonly").direction, Direction::SendOnly);
    assert_eq!(with("a=inactive").direction, Direction::Inactive);
    assert_eq!(with("a=sendrecv").direction, Direction::SendRecv);
    let session_wide = plan_for(&description(&["a=sendonly", "m=audio 4000 RTP/AVP 8"]));
    assert_eq!(session_wide.direction, Direction::RecvOnly);
    let old = plan_for(&description(&["m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0"]));
    assert_eq!((old.remote, old.direction), (None, Direction::Inactive));
}

#[test]
fn the_answer_never_allows_more_than_was_offered_or_wished() {
    use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
    let offer = negotiate::read(&description(&["m=audio 4000 RTP/AVP 8", "a=recvonly"])).unwrap();
    for (wish, common) in
        [(SendRecv, SendOnly), (SendOnly, SendOnly), (RecvOnly, Inactive), (Inactive, Inactive)]
    {
        let (_, plan) = negotiate::answer(&offer, local(), &PREFER, wish, SESSION).unwrap();
        assert_eq!(plan.direction, common, "{wish:?}");
    }
}

#[test]
fn other_streams_are_refused_in_their_places() {
    let lines = [
        "a=group:BUNDLE 0 1",
        "m=video 5000 RTP/AVP 96 34",
        "a=rtpmap:96 H264/90000",
        "m=audio 4000 RTP/AVP 8",
        "m=application 6000 UDP/BFCP *",
        "m=audio 4002 RTP/AVP 8",
    ];
    let (sdp, plan) = answered(&description(&lines)).unwrap();
    let streams: Vec<&str> = sdp.lines().filter(|line| line.starts_with("m=")).collect();
    let expected = [
        "m=video 0 RTP/AVP 96 34",
        "m=audio 16384 RTP/AVP 8",
        "m=application 0 UDP/BFCP *",
        "m=audio 0 RTP/AVP 8",
    ];
    assert_eq!((streams, plan.remote.unwrap().port()), (expected.to_vec(), 4000));
}

#[test]
fn encryption_beside_plain_sound_is_read_past_and_alone_is_refused() {
    let keyed = [
        "m=audio 4000 RTP/SAVP 8",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
        "m=audio 4002 RTP/AVP 8",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
    ];
    let (sdp, plan) = answered(&description(&keyed)).unwrap();
    assert_eq!(plan.remote.unwrap().port(), 4002);
    assert!(sdp.contains("m=audio 0 RTP/SAVP 8\r\n") && !sdp.contains("crypto"));
    assert_eq!(answered(&description(&keyed[..2])), Err(NoCodecInCommon));
}

#[test]
fn candidates_and_feedback_attributes_are_read_past() {
    let lines = [
        "a=ice-lite",
        "m=audio 4000 RTP/AVPF 8 101",
        "c=IN IP4 203.0.113.4",
        "b=AS:80",
        "a=ice-ufrag:h3f2",
        "a=candidate:1 1 UDP 2130706431 203.0.113.4 4000 typ host",
        "a=rtcp-mux",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=maxptime:150",
        "a=ptime:30",
    ];
    let (sdp, plan) = answered(&description(&lines)).unwrap();
    assert_eq!(plan.remote, Some("203.0.113.4:4000".parse().unwrap()), "the stream's own address wins");
    assert_eq!(plan.ptime, Duration::from_millis(30));
    assert!(sdp.contains("m=audio 16384 RTP/AVPF 8 101\r\n") && !sdp.contains("rtcp-mux"));
}

#[test]
fn ipv6_is_spoken() {
    let offer = b"v=0\r\no=- 1 1 IN IP6 2001:db8::7\r\ns=-\r\nc=IN IP6 2001:db8::7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
    let offer = negotiate::read(offer).unwrap();
    let local = "[2001:db8::1]:16384".parse().unwrap();
    let (sdp, plan) = negotiate::answer(&offer, local, &PREFER, Direction::SendRecv, SESSION).unwrap();
    assert_eq!(plan.remote, Some("[2001:db8::7]:4000".parse().unwrap()));
    assert!(String::from_utf8_lossy(&sdp).contains("c=IN IP6 2001:db8::1\r\n"));
}

#[test]
fn bare_line_feeds_and_a_missing_end_are_understood() {
    let text = String::from_utf8(description(&DESK_PHONE)).unwrap().replace('\r', "");
    assert_eq!(plan_for(text.trim_end().as_bytes()).codec.codec, Codec::Pcma);
}

#[test]
fn an_offer_without_anything_of_ours_has_no_codec_in_common() {
    for lines in [
        vec!["m=audio 4000 RTP/AVP 9 18"],
        vec!["m=audio 0 RTP/AVP 8"],
        vec!["m=video 4000 RTP/AVP 34"],
        vec![],
    ] {
        assert_eq!(answered(&description(&lines)), Err(NoCodecInCommon), "{lines:?}");
        assert!(negotiate::read(&description(&lines)).unwrap().codecs().is_empty());
    }
}

#[test]
fn what_is_no_description_is_unreadable_and_nothing_panics() {
    assert!(negotiate::read(b"").is_err());
    assert!(negotiate::read(b"hello").is_err());
    assert!(negotiate::read(&[b'a'; 20_000]).is_err());
    let many = vec!["m=audio 4000 RTP/AVP 8"; 40];
    assert!(negotiate::read(&description(&many)).is_err());
    let whole = description(&DESK_PHONE);
    for at in 0..whole.len() {
        let _ = negotiate::read(&whole[..at]);
        for byte in [0, b' ', b'9', b'=', b'\n', 0xFF] {
            let mut changed = whole.clone();
            changed[at] = byte;
            if let Ok(offer) = negotiate::read(&changed) {
                let _ = negotiate::answer(&offer, local(), &PREFER, Direction::SendRecv, SESSION);
            }
        }
    }
}

#[test]
fn our_offer_is_read_by_ourselves_and_settled_by_the_answer_to_it() {
    let offer = negotiate::offer(local(), &PREFER, Direction::SendRecv, SESSION);
    let read = negotiate::read(&offer).unwrap();
    assert_eq!(read.codecs(), PREFER);
    let theirs = "198.51.100.9:4000".parse().unwrap();
    let (answer, their_plan) =
        negotiate::answer(&read, theirs, &[Codec::Pcmu], Direction::SendOnly, SESSION).unwrap();
    let plan = negotiate::settle(&PREFER, &negotiate::read(&answer).unwrap(), PEER).unwrap();
    assert_eq!((plan.remote, plan.signalling, plan.events), (Some(theirs), PEER, Some(101)));
    assert_eq!((plan.codec.codec, their_plan.codec.codec), (Codec::Pcmu, Codec::Pcmu));
    assert_eq!((plan.direction, their_plan.direction), (Direction::RecvOnly, Direction::SendOnly));
}

#[test]
fn an_answer_that_refuses_or_changes_the_codec_settles_nothing() {
    let settle = |lines: &[&str], ours: &[Codec]| {
        negotiate::settle(ours, &negotiate::read(&description(lines)).unwrap(), PEER)
    };
    assert_eq!(settle(&["m=audio 0 RTP/AVP 8"], &PREFER), Err(Unsettled::AudioRefused));
    assert_eq!(settle(&["m=audio 4000 RTP/AVP 8"], &[Codec::Pcmu]), Err(Unsettled::NoCodecInCommon));
}
