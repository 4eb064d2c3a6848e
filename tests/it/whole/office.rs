//! Shell. A whole office in this process: the real `serve` on loopback ports, a provider and a phone of
//! the town around it.

use frontdesk::cli::args::{DataArgs, ServeArgs};
use frontdesk::cli::serve::{self, Running};
use frontdesk::demo::exchange::{CallReport, Exchange, Manner, Order, Told};
use frontdesk::office::board::{Board, CallRowState};
use frontdesk::office::contact::{Contact, Kind, Outcome};
use frontdesk::settings;
use frontdesk::sip::Destination;
use frontdesk::store::settings_desk::{ApplyError, SettingsSource};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Generous: what takes this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// The tone callers speak, and the one the staff speak.
pub const CALLER_HZ: u16 = 1000;
pub const STAFF_HZ: u16 = 500;
/// Packets both ways together in which an ear is sure of a tone: two seconds.
const A_WHILE: u64 = 200;
/// The number customers dial.
pub const NUMBER: &str = "+4533445566";
const SECRET: &str = "s3cret-enough";
const HEAD: &str = "[office]\nname = \"Town\"\nlanguage = \"en\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n";

/// `serve` on ports of the system's choice.
pub fn args(data: &Path) -> ServeArgs {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    ServeArgs {
        data: DataArgs { data: Some(data.to_owned()) },
        http: anywhere,
        https: anywhere,
        sip: anywhere,
        sips: anywhere,
        rtp_ports: "16384-31999".parse().unwrap(),
        advertise: None,
        calls_back_any_time: true,
    }
}

/// One group with kim in it, who has one phone, and a provider at this address.
pub fn office_toml(provider: SocketAddr) -> String {
    format!(
        "{HEAD}[[person]]\nid = \"kim\"\nname = \"Kim\"\nrole = \"agent\"\n\
         [[person.phone]]\nid = \"kim\"\nsecret = \"{SECRET}\"\n\
         [[group]]\nid = \"main\"\nname = \"Main\"\nmembers = [{{ person = \"kim\" }}]\nwrap_up = \"1s\"\n\
         [[number]]\nnumber = \"{NUMBER}\"\nto = \"group:main\"\n\
         [[trunk]]\nid = \"provider\"\nhost = \"{provider}\"\ntransport = \"udp\"\nregister = false\n\
         from = [\"{}/32:{}\"]\nnumbers = [\"{NUMBER}\"]\n",
        provider.ip(),
        provider.port(),
    )
}

/// How kim's phone takes calls, and how those beyond the provider do.
pub fn staff() -> Manner {
    manner("phone", STAFF_HZ, CALLER_HZ)
}

pub fn customers() -> Manner {
    manner("provider", CALLER_HZ, STAFF_HZ)
}

fn manner(name: &str, hz: u16, listens: u16) -> Manner {
    let rings = Duration::from_millis(100);
    Manner { hz, name: name.into(), rings, talks: None, calls_back: None, listens: vec![listens] }
}

/// An exchange that registers at the office as kim's phone.
pub async fn phone_at(office: SocketAddr, tell: &mpsc::UnboundedSender<Told>) -> Exchange {
    phone_so(office, staff(), tell).await
}

/// The same in a manner of its own.
pub async fn phone_so(office: SocketAddr, manner: Manner, tell: &mpsc::UnboundedSender<Told>) -> Exchange {
    let trunk = format!(
        "[[trunk]]\nid = \"office\"\nhost = \"{office}\"\ntransport = \"udp\"\nregister = true\nuser = \"kim\"\nsecret = \"{SECRET}\"\n"
    );
    exchange(&trunk, manner, tell).await
}

async fn exchange(rest: &str, manner: Manner, tell: &mpsc::UnboundedSender<Told>) -> Exchange {
    let settings = Arc::new(settings::parse_toml(&format!("{HEAD}{rest}"), "town", None).unwrap());
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let seed = [manner.hz as u8; 32];
    Exchange::open(at, settings, manner, seed, tell.clone()).await.unwrap()
}

/// An exchange at work. Its sockets go with the task.
pub struct At {
    pub address: SocketAddr,
    pub orders: mpsc::Sender<Order>,
    pub task: JoinHandle<()>,
}

impl At {
    pub fn work(exchange: Exchange) -> At {
        let address = exchange.address();
        let (orders, incoming) = mpsc::channel(8);
        At { address, orders, task: tokio::spawn(exchange.run(incoming)) }
    }

    /// Nobody; stands where somebody was.
    pub fn idle() -> At {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        At { address, orders: mpsc::channel(1).0, task: tokio::spawn(async {}) }
    }

    /// Its power is gone: no BYE, no sound, no answer.
    pub async fn vanish(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// Where those around an office tell what they see.
pub struct Scene {
    pub tell: mpsc::UnboundedSender<Told>,
    pub told: mpsc::UnboundedReceiver<Told>,
}

impl Scene {
    pub fn set() -> Scene {
        let (tell, told) = mpsc::unbounded_channel();
        Scene { tell, told }
    }

    /// A provider that hands its calls to this office.
    pub async fn provider(&self, office: SocketAddr) -> At {
        self.provider_so(office, customers()).await
    }

    /// The same whose customers take calls in a manner of their own.
    pub async fn provider_so(&self, office: SocketAddr, manner: Manner) -> At {
        let trunk = format!(
            "[[trunk]]\nid = \"office\"\nhost = \"{office}\"\ntransport = \"udp\"\nregister = false\n"
        );
        At::work(exchange(&trunk, manner, &self.tell).await)
    }

    /// How both ends saw the next call that is over: the customer's, the staff's.
    pub async fn reports(&mut self) -> (CallReport, CallReport) {
        let reports = [self.report().await, self.report().await];
        let by = |name: &str| reports.iter().find(|report| report.by == name).unwrap().clone();
        (by("provider"), by("phone"))
    }

    /// The next call that is over, from one end.
    pub async fn report(&mut self) -> CallReport {
        loop {
            if let Told::CallOver(report) = next(&mut self.told).await {
                return report;
            }
        }
    }
}

/// The office, its provider and kim's phone.
pub struct Town {
    pub office: Running,
    pub provider: At,
    pub phone: At,
    pub scene: Scene,
    /// Last, so that the office has closed its files.
    data: TempDir,
}

impl Town {
    pub async fn open() -> Town {
        Town::probing(Duration::from_secs(30)).await
    }

    /// `silent_after`: how soon a phone without sound is asked whether it is there.
    pub async fn probing(silent_after: Duration) -> Town {
        let data = tempfile::tempdir().unwrap();
        let office = serve::start_probing(&args(data.path()), silent_after).await.unwrap();
        let mut scene = Scene::set();
        let sip = office.address("sip").unwrap();
        let provider = scene.provider(sip).await;
        apply(&office, office_toml(provider.address)).await.unwrap();
        let phone = At::work(phone_at(sip, &scene.tell).await);
        registered(&mut scene.told).await;
        Town { office, provider, phone, scene, data }
    }

    pub fn sip(&self) -> SocketAddr {
        self.office.address("sip").unwrap()
    }

    /// A customer calls and would talk for an hour; returns when kim and they have talked for a while.
    pub async fn call(&mut self) {
        self.provider.orders.send(order(Duration::from_secs(3600))).await.unwrap();
        self.board(|board| board.calls.iter().any(|call| call.state == CallRowState::Talking)).await;
        self.listen(A_WHILE).await;
    }

    /// Lets sound flow: this many more packets, both directions together.
    pub async fn listen(&self, packets: u64) {
        let counters = self.office.figures().sound();
        let now = || counters.packets_out.load(Ordering::Relaxed);
        let enough = now() + packets;
        until(|| now() >= enough).await;
    }

    /// The first board that looks so.
    pub async fn board(&self, looks: impl FnMut(&Arc<Board>) -> bool) -> Arc<Board> {
        let mut boards = self.office.handle().board();
        let seen = timeout(PATIENCE, boards.wait_for(looks)).await;
        let last = self.office.handle().board().borrow().clone();
        seen.unwrap_or_else(|_| panic!("the board never looked so; it is {last:?}")).unwrap().clone()
    }

    /// The customer hangs up; how each end saw the call.
    pub async fn hang_up(&mut self) -> (CallReport, CallReport) {
        self.provider.orders = mpsc::channel(1).0;
        self.scene.reports().await
    }

    /// Stops the office; everything it wrote down.
    pub async fn close(self) -> Vec<Contact> {
        let reader = self.office.reader().clone();
        let is_heard = |contact: &Contact| contact.legs.iter().all(|leg| leg.verdict.is_some());
        until(|| all(&reader).iter().all(|contact| contact.ended_at.is_some() && is_heard(contact))).await;
        self.office.stop().await.unwrap();
        let contacts = all(&reader);
        self.data.close().unwrap();
        contacts
    }
}

/// Waits for something that no channel tells.
pub async fn until(mut is_so: impl FnMut() -> bool) {
    let look = async {
        let mut beat = tokio::time::interval(Duration::from_millis(10));
        while !is_so() {
            beat.tick().await;
        }
    };
    timeout(PATIENCE, look).await.expect("it came about in time");
}

/// Every contact there is.
pub fn all(reader: &frontdesk::store::Reader) -> Vec<Contact> {
    let (from, to) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::MAX);
    reader.contacts_between(from, to).unwrap()
}

/// A call to the office's number.
pub fn order(talks: Duration) -> Order {
    Order {
        to: Destination::Trunk { trunk: "office".into(), number: NUMBER.into() },
        caller: "+4520304050".into(),
        hz: CALLER_HZ,
        patience: PATIENCE,
        talks,
        keys: Vec::new(),
    }
}

pub async fn apply(office: &Running, text: String) -> Result<Vec<String>, ApplyError> {
    office.settings().apply(SettingsSource::Toml { text, file: "office.toml".into() }).await
}

pub async fn registered(told: &mut mpsc::UnboundedReceiver<Told>) {
    while next(told).await != (Told::Registered { name: "phone".into(), usable: true }) {}
}

async fn next(told: &mut mpsc::UnboundedReceiver<Told>) -> Told {
    timeout(PATIENCE, told.recv()).await.expect("told in time").expect("exchanges live")
}

/// Both ends of a call heard each other.
pub fn both_heard((customer, staff): (CallReport, CallReport)) {
    assert_eq!((customer.answered, customer.heard), (true, Some(STAFF_HZ)));
    assert_eq!((staff.answered, staff.heard), (true, Some(CALLER_HZ)));
}

/// One customer was answered, and next to no packet of either side was lost.
pub fn unhurt(contacts: &[Contact]) {
    let [contact] = contacts else { panic!("one contact, not {contacts:?}") };
    assert_eq!((contact.kind, contact.outcome), (Kind::Inbound, Some(Outcome::Answered)));
    let verdicts: Vec<_> = contact.legs.iter().filter_map(|leg| leg.verdict).collect();
    assert_eq!(verdicts.len(), 2, "{contact:?}");
    for verdict in verdicts {
        assert!(verdict.packets_in >= A_WHILE / 2 && verdict.lost * 100 <= verdict.packets_in, "{verdict:?}");
    }
}
