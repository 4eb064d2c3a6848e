//! Shell. `frontdesk demo`: a living office on loopback, with its provider, staff phones and customers.

use super::args::DemoArgs;
use crate::demo::api::Api;
use crate::demo::town::{Pace, Tally, Town};
use crate::settings::Role;
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use tokio::signal::unix::{SignalKind, signal};

/// The dashboard's port when it is free.
const HTTP_PORT: u16 = 8080;
/// With `--for`: at least one call carried in this many seconds of the demonstration.
const SECONDS_A_CALL: u64 = 5;

pub(super) fn run(args: DemoArgs) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.context("could not start the program's threads")?.block_on(show(args))
}

async fn show(args: DemoArgs) -> Result<()> {
    // Before there is anything to tidy away.
    let ended = ended()?;
    let folder = Folder::make()?;
    let password = crate::store::secrets::bearer()?[..10].to_owned();
    let pace = Pace { speed: f64::from(args.speed), lasts: args.lasting };
    let mut town = Town::open(&folder.0, &password, pace, http_address()).await?;
    let at = town.dashboard().context("the dashboard has no address")?;
    super::say(&format!(
        "A living office: http://{at}\nLog in as anna with the password {password}\nEvery call is real SIP and sound on this machine, checked by ear both ways; every mail real IMAP and SMTP. Ctrl-C ends it."
    ))?;
    let token = town.token("demo", Role::Owner).await?;
    let tally = town.run(ended).await;
    super::say(&sentence(&tally))?;
    town.check(&tally, &Api { at, token }).await?;
    let wanted = args.lasting.map_or(0, |lasting| lasting.as_secs() / SECONDS_A_CALL);
    if (tally.carried as u64) < wanted {
        bail!("only {} calls were carried, {wanted} were expected", tally.carried);
    }
    super::say("Everything that was heard agrees with what the office says about it.")
}

/// Resolves when somebody ends the demonstration: Ctrl-C, `kill`, a terminal that closes.
fn ended() -> Result<impl Future<Output = ()>> {
    let listen = |kind| signal(kind).context("could not listen for signals");
    let mut interrupted = listen(SignalKind::interrupt())?;
    let mut terminated = listen(SignalKind::terminate())?;
    let mut hung_up = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
            _ = hung_up.recv() => {}
        }
    })
}

fn sentence(tally: &Tally) -> String {
    format!(
        "{} customers called: {} were served with sound both ways, {} gave up waiting, {} had sound one way or none.\n{} were promised a call back: {} promises were kept, heard at both ends. {} left a message.\n{} wrote a mail: {} were answered, and the answer arrived; {} wait longer than promised.",
        tally.called,
        tally.carried,
        tally.gave_up,
        tally.deaf,
        tally.promised,
        tally.kept,
        tally.messages,
        tally.mail.written,
        tally.mail.answered,
        tally.mail.late
    )
}

/// The usual port, or any free one when something else has it.
fn http_address() -> SocketAddr {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, HTTP_PORT));
    match TcpListener::bind(usual) {
        Ok(_) => usual,
        Err(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    }
}

/// A folder that goes with the demonstration.
struct Folder(std::path::PathBuf);

impl Folder {
    fn make() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("frontdesk-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("could not make {}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // the system cleans its temporary folder too
    }
}
