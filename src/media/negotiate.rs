//! Pure. Session descriptions: reading what a far end says, offering, answering, settling on a [`Plan`].
//!
//! Audio over plain RTP only. Everything else in a description (video, encryption keys, ICE candidates)
//! is read past, and refused with port 0 where an answer must mention it (RFC 3264 §6).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Codec, CodecChoice, Direction, Plan};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// The payload type under which we offer RFC 4733 events.
pub const EVENTS_PAYLOAD_TYPE: u8 = 101;

const DESCRIPTION_BYTES_MAX: usize = 16 * 1024; // spec/reliability.md §1
const STREAMS_MAX: usize = 32;
const PTIME: Duration = Duration::from_millis(20);

/// A session description, ready to be sent as a body of type `application/sdp`.
pub type Sdp = Arc<[u8]>;

/// What the `o=` line says of us: the same id for a whole call, a version that rises with every change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// Same in every description of a dialog.
    pub id: u64,
    /// One more whenever the description changed (RFC 3264 §8).
    pub version: u64,
}

/// A far end's description, as far as it concerns us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    streams: Vec<Stream>,
    audio: Option<Audio>,
}

impl Description {
    /// The audio stream we would use; `None` when there is none that we speak.
    pub fn audio(&self) -> Option<&Audio> {
        self.audio.as_ref()
    }

    /// The codecs of ours it offers, in its order; empty when there is nothing to talk over.
    pub fn codecs(&self) -> Vec<Codec> {
        self.audio.iter().flat_map(|audio| &audio.codecs).map(|choice| choice.codec).collect()
    }
}

/// The one audio stream of a description that we use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Where they want to hear us; `None` for a hold without an address (`c=0.0.0.0`).
    pub remote: Option<SocketAddr>,
    /// The codecs we speak too, in their order.
    pub codecs: Vec<CodecChoice>,
    /// Their payload type for RFC 4733 events at 8 kHz.
    pub events: Option<u8>,
    /// Seen from us: their `sendonly` is our `RecvOnly`.
    pub direction: Direction,
    /// The packet length they ask for.
    pub ptime: Duration,
    stream: usize,
}

/// A line `m=` as far as an answer must repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stream {
    kind: String,
    proto: String,
    formats: String,
}

/// Bytes that are no session description we could answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a readable session description")]
pub struct Unreadable;

/// An offer without an audio stream in a codec of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no codec in common")]
pub struct NoCodecInCommon;

/// An answer that leaves nothing to talk over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    /// The far end refused the audio stream (port 0), or does not mention it.
    #[error("the far end refused audio")]
    AudioRefused,
    /// It answered with codecs we did not offer.
    #[error("the far end answered with a codec that was not offered")]
    NoCodecInCommon,
}

/// Reads a description from the network.
pub fn read(sdp: &[u8]) -> Result<Description, Unreadable> {
    if sdp.len() > DESCRIPTION_BYTES_MAX {
        return Err(Unreadable);
    }
    let session = sdp_types::Session::parse(sdp).map_err(|_| Unreadable)?;
    if session.medias.len() > STREAMS_MAX {
        return Err(Unreadable);
    }
    let mut audios = session.medias.iter().enumerate().filter_map(|(at, media)| audio(&session, media, at));
    let audio = audios.next();
    Ok(Description { streams: session.medias.iter().map(stream).collect(), audio })
}

/// Our offer: `codecs` in order of preference.
pub fn offer(local: SocketAddr, codecs: &[Codec], direction: Direction, session: SessionLine) -> Sdp {
    let choices: Vec<CodecChoice> =
        codecs.iter().map(|&codec| CodecChoice { codec, payload_type: static_type(codec) }).collect();
    let mut text = head(local.ip(), session);
    write_audio(&mut text, "RTP/AVP", local.port(), &choices, Some(EVENTS_PAYLOAD_TYPE), direction);
    text.into_bytes().into()
}

/// Our answer to `offer`, and the plan it settles: the first codec of `prefer` that was offered.
/// `direction` is what we wish; the offer may leave less of it. The offer does not know who sent it:
/// [`Plan::signalling`] is the address it names itself, until the caller says better.
pub fn answer(
    offer: &Description,
    local: SocketAddr,
    prefer: &[Codec],
    direction: Direction,
    session: SessionLine,
) -> Result<(Sdp, Plan), NoCodecInCommon> {
    let audio = offer.audio.as_ref().ok_or(NoCodecInCommon)?;
    let codec = choose(audio, prefer).ok_or(NoCodecInCommon)?;
    let signalling = audio.remote.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |remote| remote.ip());
    let plan = plan(audio, codec, common(direction, audio.direction), signalling);
    let mut text = head(local.ip(), session);
    for (at, stream) in offer.streams.iter().enumerate() {
        if at == audio.stream {
            write_audio(&mut text, &stream.proto, local.port(), &[codec], audio.events, plan.direction);
        } else {
            push(&mut text, format_args!("m={} 0 {} {}", stream.kind, stream.proto, stream.formats));
        }
    }
    Ok((text.into_bytes().into(), plan))
}

/// The plan after the far end answered our offer of `our_codecs`.
pub fn settle(our_codecs: &[Codec], answer: &Description, signalling: IpAddr) -> Result<Plan, Unsettled> {
    let audio = answer.audio.as_ref().ok_or(Unsettled::AudioRefused)?;
    let codec = audio.codecs.iter().find(|choice| our_codecs.contains(&choice.codec));
    let codec = codec.ok_or(Unsettled::NoCodecInCommon)?;
    Ok(plan(audio, *codec, audio.direction, signalling))
}

fn plan(audio: &Audio, codec: CodecChoice, direction: Direction, signalling: IpAddr) -> Plan {
    let Audio { remote, events, ptime, .. } = *audio;
    Plan { remote, signalling, codec, events, direction, ptime }
}

fn choose(audio: &Audio, prefer: &[Codec]) -> Option<CodecChoice> {
    prefer.iter().find_map(|codec| audio.codecs.iter().find(|choice| choice.codec == *codec)).copied()
}

/// The payload types every end knows without `rtpmap` (RFC 3551 §6).
fn static_type(codec: Codec) -> u8 {
    match codec {
        Codec::Pcma => 8,
        Codec::Pcmu => 0,
    }
}

fn encoding(codec: Codec) -> &'static str {
    match codec {
        Codec::Pcma => "PCMA",
        Codec::Pcmu => "PCMU",
    }
}

fn stream(media: &sdp_types::Media) -> Stream {
    Stream { kind: media.media.clone(), proto: media.proto.clone(), formats: media.fmt.clone() }
}

/// A stream of ours has a port, plain RTP and a codec we speak.
fn audio(session: &sdp_types::Session, media: &sdp_types::Media, at: usize) -> Option<Audio> {
    let plain = matches!(media.proto.as_str(), "RTP/AVP" | "RTP/AVPF");
    if media.media != "audio" || media.port == 0 || !plain {
        return None;
    }
    let types: Vec<u8> = media.fmt.split_ascii_whitespace().filter_map(payload_type).collect();
    let mut codecs: Vec<CodecChoice> = types.iter().filter_map(|&pt| codec_of(media, pt)).collect();
    codecs.dedup_by_key(|choice| choice.codec);
    let events = types.iter().copied().find(|&pt| is_mapped_to(media, pt, "telephone-event"));
    let remote = address(session, media)?;
    let direction = if remote.is_unspecified() { Direction::Inactive } else { direction(session, media) };
    let remote = (!remote.is_unspecified()).then(|| SocketAddr::new(remote, media.port));
    (!codecs.is_empty()).then(|| Audio { remote, codecs, events, direction, ptime: ptime(media), stream: at })
}

fn payload_type(format: &str) -> Option<u8> {
    format.parse().ok().filter(|pt| *pt < 128)
}

fn codec_of(media: &sdp_types::Media, payload_type: u8) -> Option<CodecChoice> {
    let named = |codec| is_mapped_to(media, payload_type, encoding(codec));
    let assumed = |codec| static_type(codec) == payload_type && rtpmap(media, payload_type).is_none();
    let codec = [Codec::Pcma, Codec::Pcmu].into_iter().find(|&codec| named(codec) || assumed(codec))?;
    Some(CodecChoice { codec, payload_type })
}

/// `a=rtpmap:101 telephone-event/8000`; names compare without case (RFC 4855 §3).
fn is_mapped_to(media: &sdp_types::Media, payload_type: u8, encoding: &str) -> bool {
    let mut parts = rtpmap(media, payload_type).unwrap_or_default().split('/');
    let name = parts.next().unwrap_or_default().trim();
    let rate = parts.next().unwrap_or_default().trim();
    name.eq_ignore_ascii_case(encoding) && rate == "8000"
}

fn rtpmap(media: &sdp_types::Media, payload_type: u8) -> Option<&str> {
    let maps = media.attributes.iter().filter(|attribute| attribute.attribute == "rtpmap");
    maps.filter_map(|attribute| attribute.value.as_deref()?.trim().split_once(' '))
        .find(|(number, _)| number.parse() == Ok(payload_type))
        .map(|(_, encoding)| encoding)
}

/// The stream's own `c=` line wins over the session's (RFC 4566 §5.7).
fn address(session: &sdp_types::Session, media: &sdp_types::Media) -> Option<IpAddr> {
    let connection = media.connections.first().or(session.connection.as_ref())?;
    connection.connection_address.parse().ok()
}

fn direction(session: &sdp_types::Session, media: &sdp_types::Media) -> Direction {
    let theirs = |attributes: &[sdp_types::Attribute]| {
        attributes.iter().find_map(|attribute| match attribute.attribute.as_str() {
            "sendrecv" => Some(Direction::SendRecv),
            "sendonly" => Some(Direction::RecvOnly),
            "recvonly" => Some(Direction::SendOnly),
            "inactive" => Some(Direction::Inactive),
            _ => None,
        })
    };
    theirs(&media.attributes).or_else(|| theirs(&session.attributes)).unwrap_or(Direction::SendRecv)
}

fn ptime(media: &sdp_types::Media) -> Duration {
    let value = media.attributes.iter().find(|attribute| attribute.attribute == "ptime");
    let value = value.and_then(|attribute| attribute.value.as_deref()?.trim().parse().ok());
    value.filter(|ms| (10..=120).contains(ms)).map_or(PTIME, Duration::from_millis)
}

/// What both wish (RFC 3264 §6.1).
fn common(ours: Direction, theirs: Direction) -> Direction {
    match (ours.sends() && theirs.sends(), ours.hears() && theirs.hears()) {
        (true, true) => Direction::SendRecv,
        (true, false) => Direction::SendOnly,
        (false, true) => Direction::RecvOnly,
        (false, false) => Direction::Inactive,
    }
}

fn head(address: IpAddr, session: SessionLine) -> String {
    let family = if address.is_ipv4() { "IP4" } else { "IP6" };
    let mut text = String::with_capacity(320);
    push(&mut text, format_args!("v=0"));
    push(&mut text, format_args!("o=- {} {} IN {family} {address}", session.id, session.version));
    push(&mut text, format_args!("s=frontdesk"));
    push(&mut text, format_args!("c=IN {family} {address}"));
    push(&mut text, format_args!("t=0 0"));
    text
}

fn write_audio(
    text: &mut String,
    proto: &str,
    port: u16,
    codecs: &[CodecChoice],
    events: Option<u8>,
    direction: Direction,
) {
    let formats = codecs.iter().map(|choice| choice.payload_type).chain(events);
    let formats: String = formats.map(|pt| format!(" {pt}")).collect();
    push(text, format_args!("m=audio {port} {proto}{formats}"));
    for choice in codecs {
        push(text, format_args!("a=rtpmap:{} {}/8000", choice.payload_type, encoding(choice.codec)));
    }
    if let Some(pt) = events {
        push(text, format_args!("a=rtpmap:{pt} telephone-event/8000"));
        push(text, format_args!("a=fmtp:{pt} 0-15"));
    }
    push(text, format_args!("a=ptime:20"));
    push(text, format_args!("a={}", word(direction)));
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("writing to a String cannot fail");
    text.push_str("\r\n");
}
