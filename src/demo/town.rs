//! Shell. The demonstration: an office, its provider, its staff and a stream of customers.

use super::api::{Api, Said};
use super::cards;
use super::exchange::{CallReport, Exchange, Manner, Order, Told};
use super::letterbox::{Letterbox, Letters};
use super::papers::{office_toml, phone_toml, provider_toml};
use super::tone::Ear;
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
pub(super) const OFFICE_NUMBER: &str = "33445566";
/// The one for messages.
pub(super) const MESSAGE_NUMBER: &str = "33445567";
/// Who works here, with the tone of their phone.
pub(super) const STAFF: [(&str, &str, u16); 3] =
    [("anna", "Anna Berg", 500), ("bo", "Bo Holm", 650), ("carla", "Carla Dam", 800)];
/// The tones of customers, one call after the other.
const CUSTOMERS: [u16; 8] = [1_000, 1_150, 1_300, 1_450, 1_600, 1_750, 1_900, 2_050];
/// The tone of somebody outside who is called from the office.
const OUTSIDE: u16 = 2_300;
/// How long phones may take to register.
const REGISTERED_WITHIN: Duration = Duration::from_secs(10);
/// How long the last calls may take to end.
const ENDED_WITHIN: Duration = Duration::from_secs(60);
/// A call back lasts so long at any speed: a shorter talk may have been with a machine.
const TALKS_BACK: Duration = Duration::from_secs(11);
/// Two customers soon ask to be called back, then one more every four minutes: an office dials by itself
/// twenty times an hour.
const FIRST_REQUESTS: usize = 2;
const A_REQUEST_EVERY: Duration = Duration::from_secs(240);
/// One leaves a message, and one more every ten minutes.
const A_MESSAGE_EVERY: Duration = Duration::from_secs(600);
/// "1", "1": call me back, on this number. Then a while of listening to what is promised.
const ASKS: [(Duration, char); 2] = [(Duration::from_millis(400), '1'), (Duration::from_millis(1_000), '1')];
const LISTENS: Duration = Duration::from_secs(6);
/// Any key: to the tone at once. Then a few words.
const SKIPS: [(Duration, char); 1] = [(Duration::from_millis(400), '5')];
const SPEAKS: Duration = Duration::from_secs(5);
/// The head of a WAV file.
const WAV_HEAD: usize = 44;

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
    /// Customers who were promised a call back.
    pub promised: usize,
    /// Promises kept: called back, with the right tone heard at both ends.
    pub kept: usize,
    /// Customers who left a message.
    pub messages: usize,
    /// What came by mail, and what became of it.
    pub mail: Letters,
}

/// The office and the town around it.
pub struct Town {
    office: Running,
    provider: mpsc::Sender<Order>,
    /// Kept: a staff phone lives as long as its orders may come.
    _staff: Vec<mpsc::Sender<Order>>,
    told: mpsc::UnboundedReceiver<Told>,
    letterbox: Letterbox,
    pace: Pace,
    began: Instant,
    calls: BTreeMap<String, Heard>,
}

/// The number a turn's customer calls from: everyone has their own.
pub(super) fn caller_of(turn: u32) -> String {
    format!("+4520{:06}", 100_000 + turn)
}

/// What a customer calls for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Wants {
    #[default]
    Somebody,
    /// To be called back.
    Callback,
    /// To leave a message.
    Message,
}

/// Both ends of one customer's call.
#[derive(Debug, Default)]
struct Heard {
    spoke: u16,
    wants: Wants,
    answered: bool,
    by_customer: Option<u16>,
    by_staff: BTreeSet<u16>,
    is_over: bool,
    /// Called back: what the customer heard.
    back: Option<Option<u16>>,
}

impl Heard {
    /// Nobody spoke to this customer, who was promised that somebody will.
    fn is_promised(&self) -> bool {
        self.is_over && self.wants == Wants::Callback && self.by_customer.is_none()
    }

    /// Did they hear each other?
    fn both(&self, by_customer: Option<u16>) -> bool {
        by_customer.is_some() && self.by_staff.contains(&self.spoke)
    }

    fn is_done(&self) -> bool {
        self.is_over && (!self.is_promised() || self.back.is_some())
    }
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
            calls_back: None,
            listens: STAFF.iter().map(|(_, _, hz)| *hz).collect(),
        };
        let provider = exchange(&provider_toml(), outside, 1, &tell).await?;
        let letterbox = Letterbox::open().await?;
        let office = serve::start(&on_loopback(folder, http)).await.context("the office did not start")?;
        let toml = SettingsSource::Toml {
            text: office_toml(provider.address(), password, &letterbox.toml()),
            file: "the demonstration".into(),
        };
        office.settings().apply(toml).await.context("the office could not be set up")?;
        let sip = office.address("sip").context("the office has no SIP address")?;
        let mut staff = Vec::new();
        for (index, (id, _, hz)) in (2..).zip(STAFF) {
            let listens = CUSTOMERS.iter().copied().chain([OUTSIDE]).collect();
            let manner = Manner {
                hz,
                name: id.into(),
                rings: pace.of(1_200),
                talks: Some(pace.of(5_000)),
                calls_back: Some(TALKS_BACK),
                listens,
            };
            staff.push(spawn(exchange(&phone_toml(id, sip), manner, index, &tell).await?));
        }
        let provider = spawn(provider);
        let began = Instant::now();
        let calls = BTreeMap::new();
        let mut town = Town { office, provider, _staff: staff, told, letterbox, pace, began, calls };
        town.wait_for_registrations().await?;
        town.letterbox.wait_for_contact(&town.office).await?;
        cards::keep(&town.office).await?;
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

    /// Customers call until the time is over or `stop` resolves; then the last calls end and the last
    /// promises are kept.
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
                () = self.listen_until(next) => {
                    self.somebody_calls(turn).await;
                    self.letterbox.turn(&self.office, turn, self.began.elapsed()).await;
                }
            }
        }
        let last = Instant::now() + ENDED_WITHIN;
        while self.calls.values().any(|call| !call.is_done()) {
            let Ok(Some(told)) = timeout_at(last, self.told.recv()).await else { break };
            self.note(told);
        }
        self.letterbox.settle(&self.office).await;
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
        let count = |outcomes: &[&str]| outcomes.iter().filter_map(|o| said.outcomes.get(*o)).sum::<usize>();
        let agree = [
            ("calls were made", tally.called, said.outcomes.values().sum()),
            ("calls were answered", tally.carried + tally.deaf, count(&["answered"])),
            ("gave up", tally.gave_up, count(&["abandoned", "abandoned_short"])),
            ("were promised a call", tally.promised, count(&["callback_requested"])),
            ("promises were kept", tally.kept, said.kept),
            ("left a message", tally.messages, count(&["voicemail"])),
        ];
        for (what, heard, says) in agree {
            ensure!(heard == says, "{heard} {what}, the office says {says}: {said:?}");
        }
        let (letters, says) = (&tally.mail, api.mail().await?);
        ensure!(*letters == says, "{letters:?} by mail, the office says {says:?}");
        ensure!(letters.answered > 0 || letters.written == 0, "no letter was answered: {letters:?}");
        ensure!(tally.deaf == 0, "{} calls had sound one way or not at all", tally.deaf);
        ensure!(tally.kept == tally.promised, "{} of {} promises were kept", tally.kept, tally.promised);
        let messages = api.messages().await?;
        let clear = messages.iter().filter(|sound| holds_a_customer(sound)).count();
        ensure!(clear == tally.messages, "{} messages were left, {clear} can be heard", tally.messages);
        Ok(())
    }

    /// What was heard so far.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally { called: self.calls.len(), mail: self.letterbox.tally(), ..Tally::default() };
        for call in self.calls.values().filter(|call| call.is_over) {
            if call.is_promised() {
                tally.promised += 1;
                tally.kept += usize::from(call.both(call.back.flatten()));
                continue;
            }
            match (call.answered, call.both(call.by_customer)) {
                (true, true) => tally.carried += 1,
                (true, false) => tally.deaf += 1,
                (false, _) if call.wants == Wants::Message => tally.messages += 1,
                (false, _) => tally.gave_up += 1,
            }
        }
        tally
    }

    async fn wait_for_registrations(&mut self) -> Result<()> {
        let mut missing: BTreeSet<&str> = STAFF.iter().map(|(id, ..)| *id).collect();
        missing.extend([OFFICE_NUMBER, MESSAGE_NUMBER]);
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

    /// Customers come unevenly: the pattern is fixed, so that two runs are alike. Of every ten the last
    /// four come at once, so that some wait; in the long run three people manage (7 s of theirs a call, one call
    /// in 3 s), so that the picture is that of an office and not of a flood.
    fn gap(&self, turn: u32) -> Duration {
        const GAPS_MS: [u64; 10] = [4_200, 3_000, 6_600, 1_500, 5_300, 8_000, 250, 250, 250, 250];
        self.pace.of(GAPS_MS[turn as usize % GAPS_MS.len()])
    }

    /// Now and then somebody asks to be called back, at the end of a rush, or leaves a message.
    fn wants(&self, turn: u32) -> Wants {
        let so_far = |wants| self.calls.values().filter(|call| call.wants == wants).count();
        let due = |every: Duration| (self.began.elapsed().as_secs() / every.as_secs()) as usize;
        match turn % 10 {
            9 if so_far(Wants::Callback) < FIRST_REQUESTS + due(A_REQUEST_EVERY) => Wants::Callback,
            3 if so_far(Wants::Message) <= due(A_MESSAGE_EVERY) => Wants::Message,
            _ => Wants::Somebody,
        }
    }

    async fn listen_until(&mut self, until: Instant) {
        while let Ok(Some(told)) = timeout_at(until, self.told.recv()).await {
            self.note(told);
        }
    }

    async fn somebody_calls(&mut self, turn: u32) {
        let spoke = CUSTOMERS[turn as usize % CUSTOMERS.len()];
        let caller = caller_of(turn);
        let wants = self.wants(turn);
        let (number, patience, keys) = match wants {
            Wants::Callback => (OFFICE_NUMBER, LISTENS, ASKS.to_vec()),
            Wants::Message => (MESSAGE_NUMBER, SPEAKS, SKIPS.to_vec()),
            // Shorter than any phone rings: nobody gives up in the moment of the answer, which would
            // look like a call without sound.
            Wants::Somebody if turn % 9 == 8 => (OFFICE_NUMBER, self.pace.of(900), Vec::new()),
            Wants::Somebody => (OFFICE_NUMBER, self.pace.of(60_000), Vec::new()),
        };
        let order = Order {
            to: Destination::Phone(PhoneId::from(number)),
            caller: caller.clone(),
            hz: spoke,
            patience,
            talks: self.pace.of(8_000),
            keys,
        };
        if self.provider.send(order).await.is_ok() {
            self.calls.insert(caller, Heard { spoke, wants, ..Heard::default() });
        }
    }

    fn note(&mut self, told: Told) {
        let Told::CallOver(CallReport { by, customer, back, answered, heard, .. }) = told else { return };
        let Some(call) = self.calls.get_mut(&customer) else { return };
        if back {
            call.back = Some(heard);
        } else if by == "provider" {
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

/// Is one of the customers' tones in this WAV file?
fn holds_a_customer(file: &[u8]) -> bool {
    let (samples, _) = file.get(WAV_HEAD..).unwrap_or_default().as_chunks();
    let samples: Vec<i16> = samples.iter().map(|bytes| i16::from_le_bytes(*bytes)).collect();
    CUSTOMERS.iter().any(|hz| {
        let mut ear = Ear::new(*hz);
        samples.chunks(160).for_each(|packet| ear.listen(packet));
        ear.is_sure()
    })
}

/// What the office says once every contact has its outcome, and every promise its end, on the disk.
async fn settled(api: &Api) -> Result<Said> {
    let last = Instant::now() + SETTLED_WITHIN;
    loop {
        let said = api.said().await?;
        if said.open == 0 || Instant::now() > last {
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
        calls_back_any_time: true,
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
