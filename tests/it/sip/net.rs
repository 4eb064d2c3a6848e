//! Two stacks and a network between them that loses, doubles and reorders, in virtual time.

use frontdesk::ids::{LegId, TrunkId};
use frontdesk::settings::parse_toml;
use frontdesk::sip::stack::{Config, Stack};
use frontdesk::sip::{Command, Destination, Event, Flow, HangupReason, Placement, Sdp, Transport};
use frontdesk::time::{Now, Tick};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub const OFFICE: usize = 0;
pub const FAR: usize = 1;

/// How bad the network is, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub lost: u32,
    pub doubled: u32,
    /// Longest delay; 0 keeps the order.
    pub delay_ms: u32,
}

/// Keys: when, then in order of sending.
type Mail = BTreeMap<(Tick, u64), (usize, Flow, Vec<u8>)>;

pub struct World {
    pub tick: Tick,
    pub stacks: [Stack; 2],
    pub events: [Vec<Event>; 2],
    /// Start lines of everything sent: who, first line.
    pub sent: Vec<(usize, String)>,
    pub weather: Weather,
    addresses: [SocketAddr; 2],
    mail: Mail,
    sequence: u64,
    random: ChaCha20Rng,
    next_leg: u64,
}

const PEOPLE: &str = r#"
[office]
name = "A"
country = "DK"
time_zone = "Europe/Copenhagen"
[[person]]
id = "anna"
name = "Anna"
role = "owner"
[[person.phone]]
id = "anna-desk"
secret = "correct horse"
[[person.phone]]
id = "anna-lab"
secret = "battery staple"
"#;

/// The office, with the far end as an address trunk.
pub fn address_trunk(host: &str) -> String {
    format!(
        "{PEOPLE}[[trunk]]\nid = \"far\"\nhost = \"{host}\"\nregister = false\nfrom = [\"{}/32\"]\nnumbers = [\"+4533445566\"]\n",
        host.split(':').next().unwrap()
    )
}

/// The far end logs in at the office as a phone.
pub fn as_phone(host: &str, phone: &str, secret: &str) -> String {
    format!(
        "[office]\nname = \"B\"\ncountry = \"DK\"\ntime_zone = \"Europe/Copenhagen\"\n[[trunk]]\nid = \"far\"\nhost = \"{host}\"\nregister = true\nuser = \"{phone}\"\nsecret = \"{secret}\"\n"
    )
}

pub fn office_only() -> String {
    PEOPLE.to_owned()
}

pub fn stack(toml: &str, local: SocketAddr, seed: u64) -> Stack {
    let settings = parse_toml(toml, "office.toml", None).unwrap_or_else(|p| panic!("{p:?}"));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    Stack::new(Config {
        settings: Arc::new(settings),
        listening: vec![(Transport::Udp, local)],
        advertise: None,
        seed: bytes,
    })
}

impl World {
    pub fn new(tomls: [&str; 2], seed: u64, weather: Weather) -> World {
        let addresses = ["10.0.0.1:5060".parse().unwrap(), "10.0.0.2:5060".parse().unwrap()];
        let mut world = World {
            tick: Tick::ZERO,
            stacks: [stack(tomls[0], addresses[0], seed), stack(tomls[1], addresses[1], seed + 1000)],
            events: Default::default(),
            sent: Vec::new(),
            weather,
            addresses,
            mail: BTreeMap::new(),
            sequence: 0,
            random: ChaCha20Rng::seed_from_u64(seed),
            next_leg: 1,
        };
        world.drain();
        world
    }

    /// Both ends are address trunks of each other.
    pub fn trunks(seed: u64, weather: Weather) -> World {
        let mut world =
            World::new([&address_trunk("10.0.0.2:5060"), &address_trunk("10.0.0.1:5060")], seed, weather);
        world.run_for(Duration::from_secs(1));
        world
    }

    /// The far end is registered at the office as `anna-desk`.
    pub fn phone(seed: u64, weather: Weather) -> World {
        let far = as_phone("10.0.0.1:5060", "anna-desk", "correct horse");
        let mut world = World::new([&office_only(), &far], seed, weather);
        world.run_for(Duration::from_secs(60));
        world
    }

    pub fn now(&self) -> Now {
        let wall = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::try_from(self.tick.0).unwrap();
        Now { tick: self.tick, wall }
    }

    pub fn command(&mut self, who: usize, command: Command) {
        let now = self.now();
        self.stacks[who].command(now, command);
        self.drain();
    }

    pub fn call(&mut self, who: usize, to: Destination) -> LegId {
        let leg = LegId(self.next_leg);
        self.next_leg += 2;
        let placement = Placement {
            leg,
            to,
            caller: "+4533445566".into(),
            caller_name: "Hansen \"Sales\"".into(),
            sdp: sdp("offer"),
            max_forwards: 69,
        };
        self.command(who, Command::Place(Box::new(placement)));
        leg
    }

    pub fn hangup(&mut self, who: usize, leg: LegId) {
        self.command(who, Command::Hangup { leg, because: HangupReason::Normal });
    }

    /// Lets everything happen for a while.
    pub fn run_for(&mut self, time: Duration) {
        let until = self.tick + time;
        while let Some(next) = self.next_instant().filter(|next| *next <= until) {
            self.tick = self.tick.max(next);
            self.step();
        }
        self.tick = until;
    }

    fn next_instant(&self) -> Option<Tick> {
        let mail = self.mail.first_key_value().map(|((at, _), _)| *at);
        let wakes = self.stacks.iter().filter_map(|s| s.next_wake().map(|(at, _)| at));
        mail.into_iter().chain(wakes).min()
    }

    fn step(&mut self) {
        let now = self.now();
        while let Some(entry) = self.mail.first_entry().filter(|e| e.key().0 <= self.tick) {
            let (to, flow, bytes) = entry.remove();
            self.stacks[to].receive(now, flow, &bytes);
        }
        for stack in &mut self.stacks {
            stack.wake(now);
            let due = stack.next_wake().map(|(at, _)| at);
            assert!(due.is_none_or(|at| at > now.tick), "a deadline stays in the past");
        }
        self.drain();
    }

    pub fn drain(&mut self) {
        for who in 0..2 {
            while let Some(lookup) = self.stacks[who].poll_lookup() {
                let peer = format!("{}:{}", lookup.host, lookup.port.unwrap()).parse().unwrap();
                let flow =
                    Flow { transport: Transport::Udp, local: self.addresses[who], peer, connection: 0 };
                let now = self.now();
                self.stacks[who].resolved(now, &TrunkId::from("far"), vec![flow]);
            }
            while let Some(event) = self.stacks[who].poll_event() {
                self.events[who].push(event);
            }
            while let Some(outgoing) = self.stacks[who].poll_outgoing() {
                let first = outgoing.bytes.split(|b| *b == b'\r').next().unwrap();
                self.sent.push((who, String::from_utf8_lossy(first).into_owned()));
                self.post(outgoing.flow, outgoing.bytes);
            }
        }
    }

    fn post(&mut self, flow: Flow, bytes: Vec<u8>) {
        let Some(to) = self.addresses.iter().position(|a| *a == flow.peer) else { return };
        let arrived = Flow { local: flow.peer, peer: flow.local, ..flow };
        let copies = match self.roll() {
            roll if roll < self.weather.lost => 0,
            roll if roll < self.weather.lost + self.weather.doubled => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let delay = 1 + if self.weather.delay_ms > 0 {
                self.random.next_u32() % self.weather.delay_ms
            } else {
                0
            };
            self.sequence += 1;
            let at = self.tick + Duration::from_millis(delay.into());
            self.mail.insert((at, self.sequence), (to, arrived, bytes.clone()));
        }
    }

    fn roll(&mut self) -> u32 {
        self.random.next_u32() % 100
    }

    /// The legs that arrived at `who`, in order.
    pub fn arrived(&self, who: usize) -> Vec<LegId> {
        let legs = self.events[who].iter().filter_map(|event| match event {
            Event::Arrived(arrival) => Some(arrival.leg),
            _ => None,
        });
        legs.collect()
    }

    /// How often something was sent, by the start of its first line.
    pub fn count(&self, who: usize, start: &str) -> usize {
        self.sent.iter().filter(|(w, line)| *w == who && line.starts_with(start)).count()
    }

    /// Nothing may be left behind once all timers have run.
    pub fn assert_clean(&mut self) {
        self.weather = Weather::default();
        self.run_for(Duration::from_secs(400));
        for who in [OFFICE, FAR] {
            let figures = self.stacks[who].figures();
            assert_eq!(figures.dialogs, 0, "legs left at {who}");
            // A trunk's own REGISTER or OPTIONS may be under way.
            assert!(figures.transactions <= 2, "{} transactions left at {who}", figures.transactions);
        }
    }
}

pub fn sdp(text: &str) -> Sdp {
    format!("v=0\r\ns={text}\r\n").into_bytes().into()
}

pub fn trunk(number: &str) -> Destination {
    Destination::Trunk { trunk: "far".into(), number: number.to_owned() }
}
