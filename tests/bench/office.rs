//! What the office costs an event: `cargo bench --bench office [events]`.
//!
//! Prints, asserts nothing. First a line of 10 to 10,000 waiting callers before a group of three, who are
//! told their place and how long it takes, and some of whom give up; then the same with as many promises to
//! call back; then an office of 503 people who call each other, as in the bench of call set-ups. One thread,
//! no sockets; time on a core, so that what else the machine does is left out. What matters is how a column
//! grows from row to row.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use frontdesk::ids::{CallId, LegId, PhoneId, PlayId, TrunkId};
use frontdesk::media::{Repeat, Verdict};
use frontdesk::number::{Country, Number};
use frontdesk::office::contact::{Contact, Kind, Outcome, Party};
use frontdesk::office::memory::Memory;
use frontdesk::office::promise::{Asked, Callback};
use frontdesk::office::queue::talks::Talk;
use frontdesk::office::{Action, Arrived, Input, Office};
use frontdesk::settings::{Language, Settings, parse_toml};
use frontdesk::sip::{Ending, Source};
use frontdesk::time::{Now, Tick};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

const LENGTHS: [usize; 4] = [10, 100, 1_000, 10_000];

fn main() {
    let events = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(300);
    println!("µs an event; `told`: a caller hears something; `sweep`: what the clock changed is looked at");
    println!("| office | waiting | arrives | answers | ends | gives up | told | sweep | board |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for waiting in LENGTHS {
        let mut bench = Bench::new(3, Memory { talks: talks(), ..Memory::default() });
        for _ in 0..waiting {
            bench.customer();
        }
        bench.line(events).print("callers, a group of 3", waiting);
    }
    for waiting in LENGTHS {
        let memory = Memory { promised: promised(waiting), last_call: waiting as u64, ..Memory::default() };
        Bench::new(3, memory).line(events).print("promises, a group of 3", waiting);
    }
    Bench::new(503, Memory::default()).colleagues(events).print("503 people", 0);
}

struct Bench {
    office: Office,
    tick: Duration,
    arriving: u64,
    /// Who waits, oldest first.
    waiting: VecDeque<LegId>,
    /// Phones that ring, and for whom.
    rung: BTreeMap<LegId, LegId>,
    /// What is being said, to be heard out.
    said: Vec<(LegId, PlayId)>,
    spent: Spent,
}

/// Time by kind of event, and how often.
#[derive(Default)]
struct Spent {
    arrives: (Duration, usize),
    answers: (Duration, usize),
    ends: (Duration, usize),
    gives_up: (Duration, usize),
    told: (Duration, usize),
    sweep: (Duration, usize),
    board: (Duration, usize),
}

impl Spent {
    fn print(&self, office: &str, waiting: usize) {
        let all = [self.arrives, self.answers, self.ends, self.gives_up, self.told, self.sweep, self.board];
        let micros = |(time, n): (Duration, usize)| time.as_secs_f64() * 1e6 / n.max(1) as f64;
        let columns: Vec<String> = all.into_iter().map(|spent| format!("{:.2}", micros(spent))).collect();
        println!("| {office} | {waiting} | {} |", columns.join(" | "));
    }
}

impl Bench {
    fn new(people: usize, memory: Memory) -> Bench {
        let office = Office::new(Arc::new(settings(people)), memory, now(Duration::ZERO));
        let mut bench = Bench {
            office,
            tick: Duration::ZERO,
            arriving: 0,
            waiting: VecDeque::new(),
            rung: BTreeMap::new(),
            said: Vec::new(),
            spent: Spent::default(),
        };
        bench.handle(Input::Trunk { trunk: TrunkId::from("provider"), usable: true });
        for person in 0..people {
            let phone = PhoneId::from(format!("p{person}-desk").as_str());
            bench.handle(Input::Registered { phone, contacts: 1 });
        }
        bench
    }

    /// The three answer in turn, and now and then somebody in the middle gives up; for each who goes a new
    /// one comes, so the line stays as long.
    fn line(mut self, events: u32) -> Spent {
        self.customer();
        self.spent = Spent::default();
        for _ in 0..events {
            let (placed, caller) = self.rung.pop_first().expect("a phone rings while callers wait");
            self.waiting.retain(|leg| *leg != caller);
            self.timed(Input::Answered { leg: placed }, |spent| &mut spent.answers);
            self.customer();
            self.pass(Duration::from_secs(2));
            self.timed(ended(caller), |spent| &mut spent.ends);
            self.over(caller);
            self.somebody_gives_up();
            self.pass(Duration::from_secs(1));
            self.look();
        }
        self.spent
    }

    fn somebody_gives_up(&mut self) {
        let middle = self.waiting.len() / 2;
        if middle < 4 {
            return;
        }
        let leg = self.waiting.remove(middle).expect("somebody waits in the middle");
        self.timed(ended(leg), |spent| &mut spent.gives_up);
        self.over(leg);
        self.customer();
    }

    /// Time passes; what was said is heard out.
    fn pass(&mut self, time: Duration) {
        self.tick += time;
        let start = spent();
        self.handle(Input::Tick);
        let said = std::mem::take(&mut self.said);
        for (leg, id) in &said {
            self.handle(Input::Played { leg: *leg, id: *id });
        }
        let of = if said.is_empty() { &mut self.spent.sweep } else { &mut self.spent.told };
        of.0 += spent() - start;
        of.1 += said.len().max(1);
    }

    /// One calls the next: rings, is answered, hangs up.
    fn colleagues(mut self, events: u32) -> Spent {
        for n in 0..u64::from(events) {
            let (caller, callee) = (n % 251, 251 + n % 251);
            let leg = self.next_leg();
            let from = Source::Phone(PhoneId::from(format!("p{caller}-desk").as_str()));
            let input = arrived(leg, from, "", &format!("{}", 1000 + callee));
            self.timed(input, |spent| &mut spent.arrives);
            let (placed, _) = self.rung.pop_first().expect("a colleague's phone rings");
            self.timed(Input::Answered { leg: placed }, |spent| &mut spent.answers);
            self.tick += Duration::from_millis(20);
            self.timed(ended(leg), |spent| &mut spent.ends);
            self.over(leg);
            self.look();
        }
        self.spent
    }

    fn customer(&mut self) {
        let leg = self.next_leg();
        self.waiting.push_back(leg);
        let caller = format!("+45200{:05}", leg.0 % 100_000);
        let from = Source::Trunk(TrunkId::from("provider"));
        self.timed(arrived(leg, from, &caller, "+4533445566"), |spent| &mut spent.arrives);
    }

    fn next_leg(&mut self) -> LegId {
        self.arriving += 2;
        LegId(self.arriving)
    }

    fn look(&mut self) {
        let start = spent();
        std::hint::black_box(self.office.board(now(self.tick)));
        add(&mut self.spent.board, spent() - start);
    }

    /// A leg is over for good.
    fn over(&mut self, leg: LegId) {
        self.handle(Input::Heard { leg, verdict: Verdict::default() });
    }

    fn timed(&mut self, input: Input, of: fn(&mut Spent) -> &mut (Duration, usize)) {
        let start = spent();
        let hung_up = self.handle(input);
        add(of(&mut self.spent), spent() - start);
        for leg in hung_up {
            self.handle(Input::Ended { leg, how: Ending::Bye });
            self.over(leg);
        }
    }

    /// Told which legs were hung up.
    fn handle(&mut self, input: Input) -> Vec<LegId> {
        let mut out = Vec::new();
        self.office.handle(now(self.tick), input, &mut out);
        let mut hung_up = Vec::new();
        for action in out {
            match action {
                Action::Place(place) => drop(self.rung.insert(place.leg, place.like.unwrap_or(place.leg))),
                Action::Hangup { leg, .. } => {
                    self.rung.remove(&leg);
                    hung_up.push(leg);
                }
                Action::Play { leg, id, what } if what.repeat == Repeat::Once => self.said.push((leg, id)),
                _ => {}
            }
        }
        hung_up
    }
}

/// Time this thread was on a core.
fn spent() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn add(sum: &mut (Duration, usize), time: Duration) {
    sum.0 += time;
    sum.1 += 1;
}

fn ended(leg: LegId) -> Input {
    Input::Ended { leg, how: Ending::Bye }
}

fn arrived(leg: LegId, from: Source, caller: &str, dialled: &str) -> Input {
    Input::Arrived(Box::new(Arrived {
        leg,
        from,
        caller: caller.into(),
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

/// Customers who were promised a call an hour ago, and want it tomorrow.
fn promised(many: usize) -> Vec<Contact> {
    let now = now(Duration::ZERO).wall;
    let hour = Duration::from_secs(3600);
    let one = |n: usize| {
        let number = Number::parse(&format!("+45300{n:05}"), Country(*b"DK"));
        let asked = now - hour;
        let callback = Callback::new(number.clone().unwrap(), Asked::Key, asked, asked, Language::En);
        Contact {
            id: CallId(n as u64),
            kind: Kind::Inbound,
            started_at: asked,
            entered_at: Some(asked),
            answered_at: None,
            ended_at: Some(asked),
            from: Party { number, ..Party::default() },
            to: Party::default(),
            group: Some("main".into()),
            person: None,
            outcome: Some(Outcome::CallbackRequested),
            waited: Duration::ZERO,
            talked: Duration::ZERO,
            held: Duration::ZERO,
            wrapped: Duration::ZERO,
            callback: Some(Callback { not_before: Some(now + 24 * hour), ..callback }),
            message: None,
            legs: Vec::new(),
            story: Vec::new(),
        }
    };
    (1..=many).map(one).collect()
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
