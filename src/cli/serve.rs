//! Shell. `frontdesk serve`: opens the desks, joins them, runs the office until it is told to stop.

use super::args::ServeArgs;
use super::control;
use crate::figures::Figures;
use crate::mail::desk::{Numbers, Tools};
use crate::mail::socket::Network;
use crate::mail::{self, Pace, World};
use crate::media::engine::{self, EngineConfig};
use crate::media::sounds::Bank;
use crate::office::Office;
use crate::office::memory::Memory;
use crate::settings::Settings;
use crate::sip::Transport;
use crate::sip::stack::{Config, Stack};
use crate::sip::transport::{self, Listen};
use crate::speaker;
use crate::store::backup::nightly::Nights;
use crate::store::retention::Keeping;
use crate::store::settings_desk::SettingsDesk;
use crate::store::{self, Opened};
use crate::switchboard::clock::Clock;
use crate::switchboard::handle::{Handle, Health, REQUESTS_MAX};
use crate::switchboard::publish::Publisher;
use crate::switchboard::{Arrivals, Desks, Switchboard};
use crate::web::{self, Deps, Early, Serving, SetUpCode, WebConfig};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// A phone that sends no sound for this long is asked whether it is still there.
const SILENT_AFTER: Duration = Duration::from_secs(30);

/// Mails to send on their way to the mail desk; beyond it the desk finds them in the outbox by itself.
const OUTBOX_MAX: usize = 64;

/// A running office.
pub struct Running {
    listening: BTreeMap<&'static str, SocketAddr>,
    setup_code: Option<SetUpCode>,
    handle: Handle,
    reader: store::Reader,
    figures: Figures,
    desk: SettingsDesk,
    stop: watch::Sender<bool>,
    switchboard: JoinHandle<()>,
    web: Serving,
    writer: store::Writer,
    nights: JoinHandle<()>,
    mail: JoinHandle<()>,
}

/// The command.
pub(super) fn run(args: ServeArgs) -> Result<()> {
    start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.context("could not start the program's threads")?.block_on(async {
        let running = start(&args).await?;
        running.greet()?;
        let mut terminated = signal(SignalKind::terminate()).context("could not listen for signals")?;
        let ended = tokio::select! {
            _ = terminated.recv() => Ok(()),
            _ = tokio::signal::ctrl_c() => Ok(()),
            () = running.broken() => Err(anyhow::anyhow!("the office stopped by itself; its log says why")),
        };
        running.stop().await?;
        ended
    })
}

/// Starts an office; it answers calls when this returns.
pub async fn start(args: &ServeArgs) -> Result<Running> {
    start_probing(args, SILENT_AFTER).await
}

/// The same, with another patience for phones that send no sound.
pub async fn start_probing(args: &ServeArgs, silent_after: Duration) -> Result<Running> {
    let clock = Clock::start();
    let data = super::data_folder(args.data.data.clone())?;
    let figures = Figures::new();
    // Opening a large database, or putting a backup in its place, takes a while: monitors are told.
    let early = Early::open(args.http)?;
    let opened = store::open_or_recover(&data, clock, figures.clone())?;
    let Opened { writer, events, reports, reader, memory, settings } = opened;
    let settings = settings.map(Arc::new);
    let in_effect = settings.clone().unwrap_or_else(|| Arc::new(Settings::not_set_up()));

    let (sockets, inbox) = transport::open(listen(args, &data, clock)?).await?;
    let (engine, media) = engine::start(sound(args, &data, silent_after, &figures))?;
    let stack = stack(args, &in_effect, &sockets)?;
    let numbers = Numbers::after(memory.last_conversation, memory.last_item);
    let mut office = office(args, in_effect, memory, clock);
    let board = watch::Sender::new(Arc::new(office.board(clock.now())));
    let health = watch::Sender::new(Arc::new(Health { keeps_promises: true, ..Health::default() }));
    let (requests_in, requests) = mpsc::channel(REQUESTS_MAX);
    let handle = Handle::new(requests_in, board.subscribe(), health.subscribe());
    let desk = SettingsDesk::new(writer.clone(), reader.clone(), Some(handle.clone()), settings);
    let (resolver, lookups) = transport::resolver(sockets.clone());
    let (stop, stopped) = watch::channel(false);

    let mut listening = sip_addresses(&sockets);
    let publisher = Publisher::new(board, health.clone(), figures.clone());
    let (post, outbox) = mpsc::channel(OUTBOX_MAX);
    let desks = Desks {
        sockets,
        resolver,
        engine,
        store: writer.clone(),
        speaker: speaker::start(),
        post,
        figures: figures.clone(),
        data: data.clone(),
    };
    let arrivals = Arrivals { inbox, media, store: events, requests, lookups, stop: stopped };
    let switchboard = tokio::spawn(Switchboard::new(clock, stack, office, desks, publisher).run(arrivals));
    control::listen(&data, desk.clone(), clock).context("could not open the control socket")?;
    let setup_code = set_up_code(&desk)?;
    let config = WebConfig { https: args.https, data_dir: data.clone() };
    let deps = Deps {
        handle: handle.clone(),
        reader: reader.clone(),
        figures: figures.clone(),
        settings: desk.clone(),
        now: Arc::new(move || clock.now()),
        setup_code: setup_code.clone(),
        mail: mail_world(&data, clock)?,
        data,
    };
    let nights = day_by_day(&deps, clock, reports);
    let mail = mail::desk::run(mail_tools(&deps, &writer), numbers, outbox, stop.subscribe());
    let mail = tokio::spawn(mail);
    let web = web::serve(&config, early, deps)?;
    listening.extend([("http", web.bound.http), ("https", web.bound.https)]);
    say_ready(&health, &listening);
    Ok(Running {
        listening,
        setup_code,
        handle,
        reader,
        figures,
        desk,
        stop,
        switchboard,
        web,
        writer,
        nights,
        mail,
    })
}

impl Running {
    /// The address in use by `sip`, `sips`, `http` or `https`.
    pub fn address(&self, listener: &str) -> Option<SocketAddr> {
        self.listening.get(listener).copied()
    }

    /// The way to change the settings.
    pub fn settings(&self) -> &SettingsDesk {
        &self.desk
    }

    /// The way to the switchboard.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// What is written down.
    pub fn reader(&self) -> &store::Reader {
        &self.reader
    }

    /// What is counted.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Says good-bye on every call, and closes the store when everything is written.
    pub async fn stop(self) -> Result<()> {
        self.nights.abort();
        self.web.stop(Duration::from_secs(1));
        self.stop.send_replace(true);
        let ended = self.switchboard.await;
        // A fault of the mail desk's is in the log; what it left is in the store.
        let _ = self.mail.await;
        self.writer.close();
        // What the fault was is in the flight log; a person is told in a sentence.
        ended.map_err(|_| {
            anyhow::anyhow!("the switchboard stopped by a fault of its own; what led to it is in the data folder, please report it")
        })
    }

    /// Resolves when the switchboard ended without being asked to: it alone listens for `stop`.
    async fn broken(&self) {
        self.stop.closed().await;
    }

    /// The ready line, and before the first set-up the code that opens it.
    fn greet(&self) -> Result<()> {
        super::say(&self.ready_line())?;
        let (Some(code), Some(http)) = (&self.setup_code, self.address("http")) else { return Ok(()) };
        super::say(&format!(
            "This office is not set up yet. Open http://<this machine>:{}/setup in a browser of this network and type the code {code}.",
            http.port()
        ))
    }

    fn ready_line(&self) -> String {
        let parts = self.listening.iter().map(|(name, address)| format!("{name}={address}"));
        format!("listening {}", parts.collect::<Vec<_>>().join(" "))
    }
}

/// What is done once a day, a backup, and forgetting what is older than it is kept; and what is looked at now
/// and then.
fn day_by_day(deps: &Deps, clock: Clock, reports: mpsc::Sender<store::StoreEvent>) -> JoinHandle<()> {
    let (data, desk, switchboard) = (deps.data.clone(), deps.settings.clone(), deps.handle.clone());
    let (reader, figures) = (deps.reader.clone(), deps.figures.clone());
    let keeping = Keeping {
        data: data.clone(),
        clock,
        desk: desk.clone(),
        reader,
        switchboard: switchboard.clone(),
        figures,
    };
    let nights = Nights { data, clock, desk, switchboard, reports };
    let recordings = super::recordings::watch(deps.data.clone(), deps.settings.clone(), deps.handle.clone());
    tokio::spawn(async move {
        tokio::join!(nights.watch(), keeping.watch(), recordings);
    })
}

fn stack(args: &ServeArgs, settings: &Arc<Settings>, sockets: &transport::Sockets) -> Result<Stack> {
    Ok(Stack::new(Config {
        settings: settings.clone(),
        listening: sockets.listening().to_vec(),
        advertise: args.advertise,
        seed: seed()?,
    }))
}

fn office(args: &ServeArgs, settings: Arc<Settings>, memory: Memory, clock: Clock) -> Office {
    let mut office = Office::new(settings, memory, clock.now());
    if args.calls_back_any_time {
        office.call_back_any_time();
    }
    office
}

fn sound(args: &ServeArgs, data: &Path, silent_after: Duration, figures: &Figures) -> EngineConfig {
    EngineConfig {
        bind: args.sip.ip(),
        ports: args.rtp_ports.low..=args.rtp_ports.high,
        sounds: Bank::with_data(data.to_owned()),
        silent_after,
        counters: figures.sound(),
    }
}

/// From here on `/healthz` says that calls are taken.
fn say_ready(health: &watch::Sender<Arc<Health>>, listening: &BTreeMap<&'static str, SocketAddr>) {
    health.send_modify(|health| {
        let health = Arc::make_mut(health);
        health.ready = true;
        health.listening = listening.clone();
    });
}

/// The first run is opened by a code that only the console shows.
fn set_up_code(desk: &SettingsDesk) -> Result<Option<SetUpCode>> {
    if desk.current().is_some() {
        return Ok(None);
    }
    let code =
        SetUpCode::new().map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    Ok(Some(code))
}

/// SIP over TLS stands beside the rest with the box's own certificate; trunks are believed by the
/// system's authorities.
fn listen(args: &ServeArgs, data: &Path, clock: Clock) -> Result<Listen> {
    let server = web::certificate(data, clock.now().wall)?;
    Ok(Listen { sip: args.sip, sips: Some((args.sips, server)), tls_client: Some(tls_client()?) })
}

/// What the tasks of the mailboxes touch.
fn mail_world(data: &Path, clock: Clock) -> Result<World> {
    Ok(World {
        dial: Arc::new(Network),
        tls: tls_client()?,
        wall: Arc::new(move || clock.now().wall),
        folder: data.join("mail").join("incoming"),
        seed: seed()?,
        pace: Pace::USUAL,
    })
}

/// What the mail desk touches.
fn mail_tools(deps: &Deps, writer: &store::Writer) -> Tools {
    Tools {
        data: deps.data.clone(),
        writer: writer.clone(),
        reader: deps.reader.clone(),
        switchboard: deps.handle.clone(),
        settings: deps.settings.clone(),
        figures: deps.figures.clone(),
        world: deps.mail.clone(),
    }
}

/// Other machines are believed by the system's authorities.
fn tls_client() -> Result<Arc<rustls::ClientConfig>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let client =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .context("could not prepare TLS")?
            .with_root_certificates(roots)
            .with_no_client_auth();
    Ok(Arc::new(client))
}

fn seed() -> Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    Ok(seed)
}

fn sip_addresses(sockets: &transport::Sockets) -> BTreeMap<&'static str, SocketAddr> {
    let name = |transport| match transport {
        Transport::Udp | Transport::Tcp => "sip",
        Transport::Tls => "sips",
    };
    sockets.listening().iter().map(|(transport, address)| (name(*transport), *address)).collect()
}

/// The log, on the standard error; `FRONTDESK_LOG` sets levels per module (`sip=debug`).
fn start_log() {
    let levels = tracing_subscriber::EnvFilter::try_from_env("FRONTDESK_LOG");
    let levels = levels.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let log =
        tracing_subscriber::fmt().with_env_filter(levels).with_writer(std::io::stderr).with_target(false);
    // A file or a journal is read without colours.
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // A second start in the same process (tests) keeps the first log.
    let _ = log.try_init();
}
