//! Shell. The demonstration: an office, its provider, its staff and a stream of customers.

use super::api::Api;
use super::exchange::{CallReport, Exchange, Manner, Order, Told};
use crate::cli::args::{DataArgs, PortRange, ServeArgs};
use crate::cli::serve::{self, Running};
use crate::ids::PhoneId;
use crate::settings::{self, Role, Settings};
use crate::sip::Destination;
use crate::store::settings_desk::SettingsSource;
use crate::switchboard::clock::Clock;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

/// The number customers call.
const OFFICE_NUMBER: &str = "33445566";
/// Who works here, with the tone of their phone.
const STAFF: [(&str, &str, u16); 3] =
    [("anna", "Anna Berg", 500), ("bo", "Bo Holm", 650), ("carla", "Carla Dam", 800)];
/// The tones of customers, one call after the other.
const CUSTOMERS: [u16; 8] = [1_000, 1_150, 1_300, 1_450, 1_600, 1_750, 1_900, 2_050];
/// The tone of somebody outside who is called from the office.
const OUTSIDE: u16 = 2_300;
/// How long phones may take to register.
const REGISTERED_WITHIN: Duration = Duration::from_secs(10);
/// How long the last calls may take to end.
const ENDED_WITHIN: Duration = Duration::from_secs(60);

/// How long the office may take to write the last call down.
const SETTLED_WITHIN: Duration = Duration::from_secs(10);

/// How the demonstration runs.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Customers come and talk this much faster.
    pub speed: f64,
    /// Stop after this long; `None`: when told to.
    pub lasts: Option<Duration>,
}

/// What was heard in the town.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Customers who called.
    pub called: usize,
    /// Calls with the right tone heard at both ends.
    pub carried: usize,
    /// Calls that were answered, with sound missing one way or both.
    pub deaf: usize,
    /// Customers who gave up waiting.
    pub gave_up: usize,
}

/// The office and the town around it.
pub struct Town {
    office: Running,
    provider: mpsc::Sender<Order>,
    /// Kept: a staff phone lives as long as its orders may come.
    _staff: Vec<mpsc::Sender<Order>>,
    told: mpsc::UnboundedReceiver<Told>,
    pace: Pace,
    calls: BTreeMap<String, Heard>,
}

/// Both ends of one customer's call.
#[derive(Debug, Default)]
struct Heard {
    spoke: u16,
    answered: bool,
    by_customer: Option<u16>,
    by_staff: BTreeSet<u16>,
    is_over: bool,
}

impl Town {
    /// Builds the office in `folder` and the town around it; ready when every phone is registered.
    pub async fn open(folder: &Path, password: &str, pace: Pace, http: SocketAddr) -> Result<Town> {
        let (tell, told) = mpsc::unbounded_channel();
        let outside = Manner {
            hz: OUTSIDE,
            name: "provider".into(),
            rings: pace.of(1_500),
            talks: None,
            listens: STAFF.iter().map(|(_, _, hz)| *hz).collect(),
        };
        let provider = exchange(&provider_toml(), outside, 1, &tell).await?;
        let office = serve::start(&on_loopback(folder, http)).await.context("the office did not start")?;
        let toml = SettingsSource::Toml {
            text: office_toml(provider.address(), password),
            file: "the demonstration".into(),
        };
        office.settings().apply(toml).await.context("the office could not be set up")?;
        let sip = office.address("sip").context("the office has no SIP address")?;
        let mut staff = Vec::new();
        for (index, (id, _, hz)) in (2..).zip(STAFF) {
            let listens = CUSTOMERS.iter().copied().chain([OUTSIDE]).collect();
            let manner =
                Manner { hz, name: id.into(), rings: pace.of(1_200), talks: Some(pace.of(5_000)), listens };
            staff.push(spawn(exchange(&phone_toml(id, sip), manner, index, &tell).await?));
        }
        let provider = spawn(provider);
        let mut town = Town { office, provider, _staff: staff, told, pace, calls: BTreeMap::new() };
        town.wait_for_registrations().await?;
        Ok(town)
    }

    /// The dashboard's address.
    pub fn dashboard(&self) -> Option<SocketAddr> {
        self.office.address("http")
    }

    /// A token for asking the office by its API.
    pub async fn token(&self, name: &str, role: Role) -> Result<String> {
        let now = Clock::start().now().wall;
        Ok(self.office.settings().new_token(name.into(), role, now).await?)
    }

    /// Customers call until the time is over or `stop` resolves; then the last calls end.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) -> Tally {
        let end = self.pace.lasts.map(|lasts| Instant::now() + lasts);
        let mut next = Instant::now();
        tokio::pin!(stop);
        for turn in 0.. {
            next += self.gap(turn);
            if end.is_some_and(|end| next >= end) {
                break;
            }
            tokio::select! {
                () = &mut stop => break,
                () = self.listen_until(next) => self.somebody_calls(turn).await,
            }
        }
        let last = Instant::now() + ENDED_WITHIN;
        while self.calls.values().any(|call| !call.is_over) {
            let Ok(Some(told)) = timeout_at(last, self.told.recv()).await else { break };
            self.note(told);
        }
        self.tally()
    }

    /// Compares, then closes everything.
    pub async fn check(self, tally: &Tally, api: &Api) -> Result<()> {
        let compared = self.compare(tally, api).await;
        self.office.stop().await?;
        compared
    }

    /// Compares what was heard with what the office says about it.
    pub async fn compare(&self, tally: &Tally, api: &Api) -> Result<()> {
        let said = settled(api).await?;
        let count = |outcomes: &[&str]| outcomes.iter().filter_map(|o| said.get(*o)).sum::<usize>();
        let all: usize = said.values().sum();
        let answered = count(&["answered"]);
        let abandoned = count(&["abandoned", "abandoned_short"]);
        ensure!(all == tally.called, "{} calls were made, the office knows {all}", tally.called);
        ensure!(
            answered == tally.carried + tally.deaf,
            "{} calls were answered, the office says {said:?}",
            tally.carried + tally.deaf
        );
        ensure!(abandoned == tally.gave_up, "{} gave up, the office says {abandoned}", tally.gave_up);
        ensure!(tally.deaf == 0, "{} calls had sound one way or not at all", tally.deaf);
        Ok(())
    }

    /// What was heard so far.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally { called: self.calls.len(), ..Tally::default() };
        for call in self.calls.values().filter(|call| call.is_over) {
            let both = call.by_customer.is_some() && call.by_staff.contains(&call.spoke);
            match (call.answered, both) {
                (true, true) => tally.carried += 1,
                (true, false) => tally.deaf += 1,
                (false, _) => tally.gave_up += 1,
            }
        }
        tally
    }

    async fn wait_for_registrations(&mut self) -> Result<()> {
        let mut missing: BTreeSet<&str> = STAFF.iter().map(|(id, ..)| *id).chain(["provider"]).collect();
        timeout(REGISTERED_WITHIN, async {
            while !missing.is_empty() {
                if let Some(Told::Registered { name, usable: true }) = self.told.recv().await {
                    missing.remove(name.as_str());
                }
            }
        })
        .await
        .with_context(|| "the phones of the demonstration could not register")
    }

    /// Customers come unevenly: the pattern is fixed, so that two runs are alike.
    fn gap(&self, turn: u32) -> Duration {
        const GAPS_MS: [u64; 7] = [2_500, 1_200, 4_000, 900, 3_200, 5_000, 1_800];
        self.pace.of(GAPS_MS[turn as usize % GAPS_MS.len()])
    }

    async fn listen_until(&mut self, until: Instant) {
        while let Ok(Some(told)) = timeout_at(until, self.told.recv()).await {
            self.note(told);
        }
    }

    async fn somebody_calls(&mut self, turn: u32) {
        let spoke = CUSTOMERS[turn as usize % CUSTOMERS.len()];
        let caller = format!("+4520{:06}", 100_000 + turn);
        let order = Order {
            to: Destination::Phone(PhoneId::from(OFFICE_NUMBER)),
            caller: caller.clone(),
            hz: spoke,
            // Shorter than any phone rings: nobody gives up in the moment of the answer, which would
            // look like a call without sound.
            patience: self.pace.of(if turn % 9 == 8 { 900 } else { 60_000 }),
            talks: self.pace.of(8_000),
        };
        if self.provider.send(order).await.is_ok() {
            self.calls.insert(caller, Heard { spoke, ..Heard::default() });
        }
    }

    fn note(&mut self, told: Told) {
        let Told::CallOver(CallReport { by, caller, answered, heard, .. }) = told else { return };
        let Some(call) = self.calls.get_mut(&caller) else { return };
        if by == "provider" {
            call.by_customer = heard;
            call.is_over = true;
        } else {
            call.answered |= answered;
            call.by_staff.extend(heard);
        }
    }
}

impl Pace {
    fn of(self, milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds).div_f64(self.speed)
    }
}

/// What the office says once every contact has its outcome on the disk.
async fn settled(api: &Api) -> Result<BTreeMap<String, usize>> {
    let last = Instant::now() + SETTLED_WITHIN;
    loop {
        let said = api.outcomes().await?;
        if !said.contains_key("open") || Instant::now() > last {
            return Ok(said);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn on_loopback(folder: &Path, http: SocketAddr) -> ServeArgs {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    ServeArgs {
        data: DataArgs { data: Some(folder.to_owned()) },
        http,
        https: any,
        sip: any,
        sips: any,
        rtp_ports: PortRange { low: 20_480, high: 24_575 },
        advertise: None,
    }
}

async fn exchange(
    toml: &str,
    manner: Manner,
    number: u8,
    tell: &mpsc::UnboundedSender<Told>,
) -> Result<Exchange> {
    let settings = read(toml)?;
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Exchange::open(at, settings, manner, [number; 32], tell.clone()).await.context("no socket for the town")
}

fn spawn(exchange: Exchange) -> mpsc::Sender<Order> {
    let (orders, incoming) = mpsc::channel(64);
    tokio::spawn(exchange.run(incoming));
    orders
}

fn read(toml: &str) -> Result<Arc<Settings>> {
    let parsed = settings::parse_toml(toml, "the demonstration", None);
    Ok(Arc::new(parsed.map_err(|problems| anyhow::anyhow!("{problems:?}"))?))
}

const ALWAYS_OPEN: &str = r#"
[hours]
mon = ["00:00-24:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
thu = ["00:00-24:00"]
fri = ["00:00-24:00"]
sat = ["00:00-24:00"]
sun = ["00:00-24:00"]
holidays = false
"#;

fn office_toml(provider: SocketAddr, password: &str) -> String {
    let people: String = STAFF.iter().enumerate().map(|(index, (id, name, _))| {
        let role = if index == 0 { "owner" } else { "agent" };
        format!("\n[[person]]\nid = \"{id}\"\nname = \"{name}\"\nrole = \"{role}\"\npassword = \"{password}\"\nextension = \"{}\"\n[[person.phone]]\nid = \"{id}-desk\"\nsecret = \"demo-{id}\"\n", 11 + index)
    }).collect();
    format!(
        r#"[office]
name = "Hansen VVS"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
{ALWAYS_OPEN}{people}
[[trunk]]
id = "provider"
host = "{provider}"
transport = "udp"
register = true
user = "{OFFICE_NUMBER}"
secret = "demo-provider"
numbers = ["+45{OFFICE_NUMBER}"]
channels = 20

[[group]]
id = "main"
name = "Main line"
strategy = "everyone"
wrap_up = "1s"
members = [{{ person = "anna" }}, {{ person = "bo" }}, {{ person = "carla" }}]

[[number]]
number = "+45{OFFICE_NUMBER}"
to = "group:main"
welcome = true
"#
    )
}

fn provider_toml() -> String {
    format!(
        r#"[office]
name = "Provider"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
{ALWAYS_OPEN}
[[person]]
id = "office"
name = "The office"
role = "agent"
[[person.phone]]
id = "{OFFICE_NUMBER}"
secret = "demo-provider"
"#
    )
}

fn phone_toml(id: &str, office: SocketAddr) -> String {
    format!(
        r#"[office]
name = "{id}"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
{ALWAYS_OPEN}
[[trunk]]
id = "office"
host = "{office}"
transport = "udp"
register = true
user = "{id}-desk"
secret = "demo-{id}"
channels = 4
"#
    )
}
