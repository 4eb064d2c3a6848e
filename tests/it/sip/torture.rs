//! RFC 4475 and RFC 5118 through the reader and the judge; the cases are in tests/fixtures/torture.

use frontdesk::sip::wire::judge::{Abilities, judge_body};
use frontdesk::sip::wire::{Frame, Method, frame, judge, name, parse};
use std::path::PathBuf;

/// One case: its bytes, and what has to come of it.
pub struct Case {
    pub name: String,
    pub udp: Outcome,
    pub tcp: Outcome,
    pub bytes: Vec<u8>,
}

/// What has to come of a case; see tests/fixtures/torture/README.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Readable and possible; then authentication and the request itself decide.
    Accepted,
    /// Answered with this status.
    Answered(u16),
    /// Nothing is answered.
    Dropped,
    /// A stream waits for more bytes.
    Waits,
    /// Answered with this status, then the stream is closed.
    AnsweredAndClosed(u16),
}

/// All cases, in order of name.
pub fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/torture");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|e| e == "txt")).map(read_case).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn read_case(path: PathBuf) -> Case {
    let text = std::fs::read_to_string(&path).unwrap();
    let (title, message) = text.split_once('\n').unwrap();
    let outcome = |transport: &str| {
        let parts = title.split("; ").find_map(|part| part.strip_prefix(transport));
        read_outcome(parts.unwrap_or_else(|| panic!("{title} lacks {transport}")))
    };
    Case {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        udp: outcome("UDP: "),
        tcp: outcome("TCP: "),
        bytes: on_the_wire(message),
    }
}

fn read_outcome(text: &str) -> Outcome {
    match text {
        "accepted" => Outcome::Accepted,
        "dropped" => Outcome::Dropped,
        "waits" => Outcome::Waits,
        _ => match text.strip_suffix(" and closed") {
            Some(status) => Outcome::AnsweredAndClosed(status.parse().unwrap()),
            None => Outcome::Answered(text.parse().unwrap()),
        },
    }
}

/// CRLF, `\xNN` and `{length}` put in.
fn on_the_wire(message: &str) -> Vec<u8> {
    let (head, body) = message.split_once("\n\n").unwrap();
    let body = unescape(body);
    let nested = find(&body, b"{length}").map(|_| body_length(&body));
    let body = nested.map_or(body.clone(), |length| fill(&body, length));
    let length = body.len();
    [fill(&unescape(&format!("{head}\n\n")), length), body].concat()
}

/// The length for a second message that stands in the body of the first.
fn body_length(message: &[u8]) -> usize {
    message.len() - (find(message, b"\r\n\r\nv=").unwrap() + 4)
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend(before.replace('\n', "\r\n").bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend(rest.replace('\n', "\r\n").bytes());
    bytes
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn fill(bytes: &[u8], length: usize) -> Vec<u8> {
    match find(bytes, b"{length}") {
        Some(at) => [&bytes[..at], length.to_string().as_bytes(), &bytes[at + 8..]].concat(),
        None => bytes.to_vec(),
    }
}

const CAN: Abilities<'_> = Abilities {
    methods: &[Method::Invite, Method::Ack, Method::Bye, Method::Cancel, Method::Options, Method::Register],
    extensions: &["replaces", "timer"],
    bodies: &["application/sdp"],
};

/// What reading and judging make of one message; a readable response is nothing we asked for.
fn judged(bytes: &[u8]) -> Outcome {
    let message = match parse(bytes) {
        Ok(message) => message,
        Err(error) => {
            return error
                .reply()
                .map_or(Outcome::Dropped, |reply| Outcome::Answered(reply.status().unwrap()));
        }
    };
    if message.status().is_some() {
        return Outcome::Dropped;
    }
    match judge(&message, &CAN).and_then(|()| judge_body(&message, &CAN)) {
        Ok(()) => Outcome::Accepted,
        Err(rejection) => Outcome::Answered(rejection.reply(&message, &CAN).status().unwrap()),
    }
}

fn judged_in_a_stream(bytes: &[u8]) -> Outcome {
    match (frame(bytes), judged(bytes)) {
        (Frame::NeedMore, _) => Outcome::Waits,
        (Frame::Broken, Outcome::Answered(status)) => Outcome::AnsweredAndClosed(status),
        (Frame::Message { len }, _) => judged(&bytes[..len]),
        (other, _) => panic!("unexpected {other:?}"),
    }
}

#[test]
fn every_case_ends_as_its_rfc_says() {
    let cases = cases();
    assert_eq!(cases.len(), 61, "49 of RFC 4475 and 12 of RFC 5118");
    let mut wrong = Vec::new();
    for case in &cases {
        let (udp, tcp) = (judged(&case.bytes), judged_in_a_stream(&case.bytes));
        if (udp, tcp) != (case.udp, case.tcp) {
            let fault = parse(&case.bytes).err().map(|error| error.fault);
            wrong.push(format!(
                "{}: {udp:?} {tcp:?}, not {:?} {:?} ({fault:?})",
                case.name, case.udp, case.tcp
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn bytes_of(name: &str) -> Vec<u8> {
    cases().into_iter().find(|case| case.name == name).unwrap().bytes
}

#[test]
fn what_is_odd_but_valid_is_understood() {
    let spaced = parse(&bytes_of("wsinv")).unwrap();
    assert_eq!(spaced.to().unwrap().tag(), Some("4711"));
    assert_eq!(spaced.from().unwrap().display, r#"Kim \""#);
    assert_eq!(
        spaced.vias().map(|via| via.host).collect::<Vec<_>>(),
        ["192.0.2.40", "edge.shop.example", "192.168.9.9"]
    );
    assert_eq!(spaced.contacts().unwrap()[0].q(), Some(500));
    assert_eq!(spaced.headers.value("novelty"), Some("one half the other half"));

    let escaped = parse(&bytes_of("esc01")).unwrap();
    assert_eq!(escaped.uri().unwrap().read().unwrap().user_text(), "sip:desk@inner.example");

    let semicolon = parse(&bytes_of("semiuri")).unwrap();
    assert_eq!(semicolon.uri().unwrap().read().unwrap().host, "office.example");

    let long = parse(&bytes_of("longreq")).unwrap();
    assert_eq!(long.vias().count(), 25);

    let parts = parse(&bytes_of("mpart01")).unwrap();
    assert!(find(&parts.body, b"\x00\x82\xff\n\r\x1b").is_some());

    let inside =
        |case: &str| parse(&bytes_of(case)).unwrap().contacts().unwrap()[0].uri.contains("unheardof");
    assert!(!inside("cparam01") && inside("cparam02"));
}

#[test]
fn only_required_extensions_are_named_as_unsupported() {
    let request = parse(&bytes_of("bext01")).unwrap();
    let reply = judge(&request, &CAN).unwrap_err().reply(&request, &CAN);
    assert_eq!(reply.headers.value(name::UNSUPPORTED), Some("telepathy, clairvoyance"));
}

#[test]
fn after_a_first_request_a_stream_holds_the_second() {
    let both = bytes_of("dblreq");
    let Frame::Message { len } = frame(&both) else { panic!("no first message") };
    let Frame::Blank { len: blank } = frame(&both[len..]) else { panic!("no line ends") };
    let Frame::Message { len: second } = frame(&both[len + blank..]) else { panic!("no second message") };
    assert_eq!(len + blank + second, both.len());
    assert_eq!(parse(&both[len + blank..]).unwrap().method(), Some(Method::Invite));
}

/// Bytes flipped, cut out, doubled and swapped in, by a seeded generator: whatever comes, nothing panics,
/// and whatever is read can be printed and read again.
#[test]
fn a_hundred_thousand_mutations_do_no_harm() {
    let seeds: Vec<_> = cases().into_iter().map(|case| case.bytes).collect();
    let mut random = Lcg(0x5eed);
    for round in 0..100_000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..=random.below(4) {
            mutate(&mut bytes, &seeds, &mut random);
        }
        frame(&bytes);
        touch(&bytes);
    }
}

/// Uses every accessor, and checks that what is printed reads back the same.
fn touch(bytes: &[u8]) {
    let message = match parse(bytes) {
        Ok(message) => message,
        Err(error) => {
            error.reply().map(|reply| reply.print());
            return;
        }
    };
    let _ = (message.identity(), message.session_expires(), message.refer_to(), message.replaces());
    let _ = (message.expires(), message.retry_after(), message.content_type(), message.reason_cause("Q.850"));
    for contact in message.contacts().unwrap_or_default() {
        let _ = (contact.q(), contact.instance(), contact.expires(), contact.uri());
    }
    let again = parse(&message.print())
        .unwrap_or_else(|e| panic!("{:?} of {:?}", e.fault, String::from_utf8_lossy(bytes)));
    assert_eq!(again.start, message.start);
    assert_eq!(again.body, message.body);
    assert_eq!(again.from().map(|from| from.uri.to_owned()), message.from().map(|from| from.uri.to_owned()));
}

fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Lcg) {
    const ODD: &[u8] = b"\r\n\0 \t:;,<>\"\\@%?=/[]\xff\xc3-0";
    let at = random.below(bytes.len().max(1));
    match random.below(5) {
        _ if bytes.is_empty() => {}
        0 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        1 => bytes[at] = ODD[random.below(ODD.len())],
        2 => bytes.insert(at, ODD[random.below(ODD.len())]),
        3 => drop(bytes.drain(at..(at + random.below(40)).min(bytes.len()))),
        _ => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len());
            let piece = other[from..(from + random.below(60)).min(other.len())].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

/// Knuth's 64-bit linear congruential generator.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
