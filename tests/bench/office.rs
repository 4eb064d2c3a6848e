//! What the office costs an event: `cargo bench --bench office [events]`.
//!
//! Prints, asserts nothing. First a line of 10 to 10,000 waiting callers before a group of three, who are
//! told their place and how long it takes; then an office of 503 people who call each other, as in the bench
//! of call set-ups. One thread, no sockets.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use frontdesk::ids::{LegId, PhoneId, PlayId, TrunkId};
use frontdesk::media::{Repeat, Verdict};
use frontdesk::office::memory::Memory;
use frontdesk::office::queue::talks::Talk;
use frontdesk::office::{Action, Arrived, Input, Office};
use frontdesk::settings::{Settings, parse_toml};
use frontdesk::sip::{Ending, Source};
use frontdesk::time::{Now, Tick};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() {
    let events = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(2_000);
    println!("| office | waiting | arrives µs | answers µs | ends µs | told µs | board µs |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for waiting in [10, 100, 1_000, 10_000] {
        let mut bench = Bench::new(3);
        for _ in 0..waiting {
            bench.customer();
        }
        bench.line(events).print("a group of 3", waiting);
    }
    Bench::new(503).colleagues(events).print("503 people", 0);
}

struct Bench {
    office: Office,
    tick: Duration,
    arriving: u64,
    /// What is being said, to be heard out.
    said: Vec<(LegId, PlayId)>,
    spent: Spent,
}

/// Time by kind of event, and how often.
#[derive(Default)]
struct Spent {
    arrives: (Duration, u32),
    answers: (Duration, u32),
    ends: (Duration, u32),
    /// Somebody is told where they stand.
    told: (Duration, u32),
    board: (Duration, u32),
}

impl Spent {
    fn print(&self, office: &str, waiting: usize) {
        let micros = |(time, n): (Duration, u32)| time.as_secs_f64() * 1e6 / f64::from(n.max(1));
        println!(
            "| {office} | {waiting} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
            micros(self.arrives),
            micros(self.answers),
            micros(self.ends),
            micros(self.told),
            micros(self.board)
        );
    }
}

impl Bench {
    fn new(people: usize) -> Bench {
        let memory = Memory { talks: talks(), ..Memory::default() };
        let office = Office::new(Arc::new(settings(people)), memory, now(Duration::ZERO));
        let mut bench =
            Bench { office, tick: Duration::ZERO, arriving: 0, said: Vec::new(), spent: Spent::default() };
        bench.handle(Input::Trunk { trunk: TrunkId::from("provider"), usable: true });
        for person in 0..people {
            let phone = PhoneId::from(format!("p{person}-desk").as_str());
            bench.handle(Input::Registered { phone, contacts: 1 });
        }
        bench
    }

    /// The three answer in turn; each call that ends is followed by a new one, so the line stays as long.
    fn line(mut self, events: u32) -> Spent {
        let mut rung = self.customer().1;
        for _ in 0..events {
            let (placed, like) = rung.pop().expect("a phone rings while callers wait");
            let out = self.timed(Input::Answered { leg: placed }, |spent| &mut spent.answers);
            rung.retain(|(leg, _)| !hung_up(&out).any(|gone| gone == *leg));
            self.tick += Duration::from_secs(60);
            self.over(&out);
            let out = self.timed(ended(like), |spent| &mut spent.ends);
            self.over(&out);
            rung.extend(placed_in(&out));
            rung.extend(self.customer().1);
            self.tick += Duration::from_secs(1);
            let out = self.handle(Input::Tick);
            rung.extend(placed_in(&out));
            rung.retain(|(leg, _)| !hung_up(&out).any(|gone| gone == *leg));
            self.hear();
            self.look();
        }
        self.spent
    }

    /// What was said is over: music, or the next word.
    fn hear(&mut self) {
        for (leg, id) in std::mem::take(&mut self.said) {
            self.timed(Input::Played { leg, id }, |spent| &mut spent.told);
        }
    }

    /// One calls the next: rings, is answered, hangs up.
    fn colleagues(mut self, events: u32) -> Spent {
        for n in 0..u64::from(events) {
            let (caller, callee) = (n % 251, 251 + n % 251);
            let leg = self.next_leg();
            let from = Source::Phone(PhoneId::from(format!("p{caller}-desk").as_str()));
            let input = arrived(leg, from, &format!("{}", 1000 + callee));
            let out = self.timed(input, |spent| &mut spent.arrives);
            let placed = placed_in(&out).first().expect("a colleague's phone rings").0;
            self.timed(Input::Answered { leg: placed }, |spent| &mut spent.answers);
            self.tick += Duration::from_millis(20);
            let out = self.timed(ended(leg), |spent| &mut spent.ends);
            self.over(&out);
            self.handle(Input::Heard { leg, verdict: Verdict::default() });
            self.look();
        }
        self.spent
    }

    fn customer(&mut self) -> (LegId, Vec<(LegId, LegId)>) {
        let leg = self.next_leg();
        let input = arrived(leg, Source::Trunk(TrunkId::from("provider")), "+4533445566");
        let out = self.timed(input, |spent| &mut spent.arrives);
        (leg, placed_in(&out))
    }

    fn next_leg(&mut self) -> LegId {
        self.arriving += 2;
        LegId(self.arriving)
    }

    fn look(&mut self) {
        let start = Instant::now();
        std::hint::black_box(self.office.board(now(self.tick)));
        add(&mut self.spent.board, start.elapsed());
    }

    /// Legs the office hung up are over at once.
    fn over(&mut self, out: &[Action]) {
        let legs: Vec<LegId> = hung_up(out).collect();
        for leg in legs {
            self.handle(Input::Ended { leg, how: Ending::Bye });
            self.handle(Input::Heard { leg, verdict: Verdict::default() });
        }
    }

    fn timed(&mut self, input: Input, of: fn(&mut Spent) -> &mut (Duration, u32)) -> Vec<Action> {
        let start = Instant::now();
        let out = self.handle(input);
        add(of(&mut self.spent), start.elapsed());
        out
    }

    fn handle(&mut self, input: Input) -> Vec<Action> {
        let mut out = Vec::new();
        self.office.handle(now(self.tick), input, &mut out);
        self.said.extend(out.iter().filter_map(|action| match action {
            Action::Play { leg, id, what } if what.repeat == Repeat::Once => Some((*leg, *id)),
            _ => None,
        }));
        out
    }
}

fn add(sum: &mut (Duration, u32), time: Duration) {
    sum.0 += time;
    sum.1 += 1;
}

fn placed_in(out: &[Action]) -> Vec<(LegId, LegId)> {
    let placed = |action: &Action| match action {
        Action::Place(place) => Some((place.leg, place.like?)),
        _ => None,
    };
    out.iter().filter_map(placed).collect()
}

fn hung_up(out: &[Action]) -> impl Iterator<Item = LegId> {
    out.iter().filter_map(|action| match action {
        Action::Hangup { leg, .. } => Some(*leg),
        _ => None,
    })
}

fn ended(leg: LegId) -> Input {
    Input::Ended { leg, how: Ending::Bye }
}

fn arrived(leg: LegId, from: Source, dialled: &str) -> Input {
    Input::Arrived(Box::new(Arrived {
        leg,
        from,
        caller: "+4520000001".into(),
        caller_name: String::new(),
        dialled: dialled.into(),
        replaces: None,
        max_forwards: 70,
    }))
}

/// Talks of half a minute to ten.
fn talks() -> Vec<Talk> {
    let talk = |n: u64| Talk {
        group: Some("main".into()),
        person: "p0".into(),
        number: None,
        ended_at: now(Duration::ZERO).wall,
        talked: Duration::from_secs(30 + n % 570),
    };
    (0..500).map(|n| talk(n * 37)).collect()
}

fn settings(people: usize) -> Settings {
    let mut text = String::from(
        "[office]\nname = \"Bench\"\nlanguage = \"en\"\ncountry = \"DK\"\ntime_zone = \"Europe/Copenhagen\"\n\
         [[trunk]]\nid = \"provider\"\nhost = \"127.0.0.1:5080\"\nregister = false\nfrom = [\"127.0.0.1/32\"]\n\
         numbers = [\"+4533445566\"]\nchannels = 10000\n\
         [[group]]\nid = \"main\"\nname = \"Main\"\nstrategy = \"take-turns\"\nwrap_up = \"0s\"\n\
         members = [{ person = \"p0\" }, { person = \"p1\" }, { person = \"p2\" }]\n\
         [[number]]\nnumber = \"+4533445566\"\nto = \"group:main\"\n",
    );
    for n in 0..people {
        text.push_str(&format!(
            "[[person]]\nid = \"p{n}\"\nname = \"Person {n}\"\nextension = \"{}\"\n\
             phone = [{{ id = \"p{n}-desk\", secret = \"a-long-secret\" }}]\n",
            1000 + n
        ));
    }
    parse_toml(&text, "bench", None).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn now(tick: Duration) -> Now {
    let start: jiff::Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    Now { tick: Tick(tick), wall: start + tick }
}
