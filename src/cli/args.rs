//! Shell. The commands and flags of INTERFACES.md §1.

use crate::settings::Role;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// A small office's phone line, shared mailbox and dashboard in one program.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the office.
    Serve(ServeArgs),
    /// Show a whole office in a temporary folder: provider, callers and phones on loopback.
    Demo(DemoArgs),
    /// Make the office exactly what a file says, all or nothing.
    Apply(ApplyArgs),
    /// Print the office as office.toml.
    Export(ExportArgs),
    /// Say what happens if someone calls at a time.
    Hours(HoursArgs),
    /// People and their log-ins.
    Person {
        #[command(subcommand)]
        command: PersonCommand,
    },
    /// Keys for programs that use the API.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Write the whole office into one file, while calls go on.
    Backup(BackupArgs),
    /// Bring the office of a backup back; the present one is kept beside it.
    Restore(RestoreArgs),
    /// Check that a backup can be restored; without a file, that the office and its last backup are sound.
    Verify(VerifyArgs),
    /// Check everything and say in words what to do.
    Doctor(DoctorArgs),
    /// Wait until nobody is on the phone, or until the office takes calls (for upgrades).
    Wait(WaitArgs),
}

/// Which data folder.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// Data folder [default: the service's state folder, else this user's]
    #[arg(long, value_name = "DIR", env = "FRONTDESK_DATA")]
    pub data: Option<PathBuf>,
}

/// The flags of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Where browsers come in over plain HTTP; port 0 picks a free one
    #[arg(long, value_name = "ADDR", env = "FRONTDESK_HTTP", default_value = "0.0.0.0:8080")]
    pub http: SocketAddr,
    /// Where browsers come in over HTTPS
    #[arg(long, value_name = "ADDR", env = "FRONTDESK_HTTPS", default_value = "0.0.0.0:8443")]
    pub https: SocketAddr,
    /// Where phones and providers come in over UDP and TCP
    #[arg(long, value_name = "ADDR", env = "FRONTDESK_SIP", default_value = "0.0.0.0:5060")]
    pub sip: SocketAddr,
    /// Where they come in over TLS
    #[arg(long, value_name = "ADDR", env = "FRONTDESK_SIPS", default_value = "0.0.0.0:5061")]
    pub sips: SocketAddr,
    /// UDP ports for sound
    #[arg(long, value_name = "LOW-HIGH", env = "FRONTDESK_RTP_PORTS", default_value = "16384-20479")]
    pub rtp_ports: PortRange,
    /// Address put in SIP and SDP [default: that of the interface which reaches the peer]
    #[arg(long, value_name = "IP", env = "FRONTDESK_ADVERTISE")]
    pub advertise: Option<IpAddr>,
    /// Calls customers back at any hour, and right after the start: for demonstrations and tests
    #[arg(long, hide = true)]
    pub calls_back_any_time: bool,
}

/// UDP ports, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    pub low: u16,
    pub high: u16,
}

/// The text is not a range of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two ports such as 16384-20479, the first from 1024, with room for at least one call (4 ports)")]
pub struct NotPorts;

impl FromStr for PortRange {
    type Err = NotPorts;

    fn from_str(text: &str) -> Result<Self, NotPorts> {
        let (low, high) = text.split_once('-').ok_or(NotPorts)?;
        let range = PortRange {
            low: low.trim().parse().map_err(|_| NotPorts)?,
            high: high.trim().parse().map_err(|_| NotPorts)?,
        };
        let holds_a_call = range.high.checked_sub(range.low).is_some_and(|more| more >= 3);
        (range.low >= 1024 && holds_a_call).then_some(range).ok_or(NotPorts)
    }
}

/// The flags of `demo`.
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// How many times faster than life
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub speed: u32,
    /// Stop after this long, and say whether every call was handled
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub lasting: Option<Duration>,
}

/// The flags of `apply`.
#[derive(Clone, Debug, Args)]
pub struct ApplyArgs {
    /// An office.toml
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataArgs,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before the last trunk, group, number or log-in goes
    #[arg(long)]
    pub yes: bool,
}

/// The flags of `export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// With secrets and password hashes
    #[arg(long)]
    pub secrets: bool,
}

/// The flags of `hours`.
#[derive(Clone, Debug, Args)]
pub struct HoursArgs {
    /// When, on the office's clock (2026-12-24T14:00) or as an instant [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    #[command(flatten)]
    pub data: DataArgs,
}

/// What can be done with a person.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Give a person a password; it is asked for, or read from the standard input.
    Passwd(PasswdArgs),
    /// Print a link by which a person chooses a password, once and within 7 days; an earlier one ends.
    Invite(InviteArgs),
}

/// The flags of `person invite`.
#[derive(Clone, Debug, Args)]
pub struct InviteArgs {
    /// The person's id
    pub id: String,
    #[command(flatten)]
    pub data: DataArgs,
}

/// The flags of `person passwd`.
#[derive(Clone, Debug, Args)]
pub struct PasswdArgs {
    /// The person's id
    pub id: String,
    #[command(flatten)]
    pub data: DataArgs,
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a bearer token and print it once; an earlier one of the same name ends.
    New(NewTokenArgs),
}

/// The flags of `token new`.
#[derive(Clone, Debug, Args)]
pub struct NewTokenArgs {
    /// What it is for
    pub name: String,
    /// What it may do: owner, lead, agent or viewer
    #[arg(long, value_parser = role)]
    pub role: Role,
    #[command(flatten)]
    pub data: DataArgs,
}

/// The flags of `backup`.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// Where to; another disk is best
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataArgs,
}

/// The flags of `restore`.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// A backup
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataArgs,
}

/// The flags of `verify`.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// A backup [default: the office itself]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub data: DataArgs,
}

/// The flags of `wait`.
#[derive(Clone, Debug, Args)]
pub struct WaitArgs {
    pub what: WaitFor,
    /// At most this long; then it fails
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, default_value = "60s")]
    pub at_most: Duration,
    #[command(flatten)]
    pub data: DataArgs,
}

/// What `wait` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WaitFor {
    /// Nobody talks, waits or is dialled; also when no office runs
    Idle,
    /// /healthz says that calls are taken
    Healthy,
}

/// The flags of `doctor`.
#[derive(Clone, Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    crate::settings::duration(text).ok_or("a duration such as 60s or 5m")
}

fn role(word: &str) -> Result<Role, &'static str> {
    Role::from_word(word).ok_or("one of owner, lead, agent, viewer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_ranges_hold_a_call() {
        assert_eq!("16384-20479".parse(), Ok(PortRange { low: 16384, high: 20479 }));
        assert_eq!("65532-65535".parse(), Ok(PortRange { low: 65532, high: 65535 }));
        for wrong in ["", "1", "20-10", "80-90", "20000-20002", "60000-70000", "a-b", "1-2-3"] {
            assert_eq!(wrong.parse::<PortRange>(), Err(NotPorts), "{wrong}");
        }
    }

    #[test]
    fn the_definition_holds_together() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
