//! Shell. The office itself: is it running, on which ports, with which providers and phones.

use super::Finding;
use crate::cli::control::{self, Request, Response, Shown};
use crate::cli::page::page;
use crate::media::prompts::{self, HOW_TO_RECORD};
use crate::media::sounds::Bank;
use crate::office::hours::has_holidays;
use crate::settings::{self, Phone, Settings, Trunk};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs, UdpSocket};
use std::path::Path;
use std::time::Duration;

/// The ports of `serve` without flags: name, port, and whether UDP is wanted beside TCP.
const PORTS: &[(&str, u16, Kinds)] = &[
    ("SIP", 5060, Kinds::Both),
    ("SIP over TLS", 5061, Kinds::Tcp),
    ("HTTP", 8080, Kinds::Tcp),
    ("HTTPS", 8443, Kinds::Tcp),
];

/// How long a provider may take to answer.
const PROVIDER_PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinds {
    Tcp,
    Both,
}

/// Looks at all of it, asking the running office if there is one.
pub(super) fn look(data: &Path) -> Vec<Finding> {
    let health = match control::ask(data, &Request::Health) {
        Ok(Some(Response::Health { ready, keeps_promises, listening, trunks, .. })) => {
            Health { ready, keeps_promises, listening, trunks }
        }
        Ok(_) => return not_running(),
        Err(problem) => {
            let remedy = "See its log: journalctl -u frontdesk. Then: sudo systemctl restart frontdesk.";
            return vec![Finding::wrong("Office", format!("{problem}."), remedy)];
        }
    };
    let settings = settings(data);
    let mut findings = health.findings();
    if let Some(settings) = &settings {
        findings.extend(
            settings.trunks.iter().map(|trunk| provider(trunk, health.trunks.get(&trunk.id.to_string()))),
        );
        findings.extend(health.phones(settings));
        findings.extend(country(settings));
        findings.extend(recordings(&Bank::with_data(data.to_owned()), settings));
    } else {
        findings.push(Finding::notice(
            "Set-up",
            "the office has no settings yet.",
            "Open the dashboard, or apply an office.toml.",
        ));
    }
    findings
}

fn not_running() -> Vec<Finding> {
    let remedy = "Start it: sudo systemctl start frontdesk, or frontdesk serve.";
    let mut findings =
        vec![Finding::wrong("Office", "is not running on this folder; nobody can call.", remedy)];
    findings.extend(PORTS.iter().map(|(name, port, kinds)| port_free(name, *port, *kinds)));
    findings
}

/// Whether a port could be taken now.
fn port_free(name: &str, port: u16, kinds: Kinds) -> Finding {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let tcp = TcpListener::bind(address).map(drop);
    let udp = if kinds == Kinds::Both { UdpSocket::bind(address).map(drop) } else { Ok(()) };
    match tcp.and(udp) {
        Ok(()) => Finding::well(name, format!("port {port} is free.")),
        Err(problem) if problem.kind() == ErrorKind::AddrInUse => Finding::wrong(
            name,
            format!("port {port} is used by another program."),
            format!("See which: sudo ss -lntup 'sport = :{port}'. Stop it, or give frontdesk another port."),
        ),
        Err(problem) => Finding::wrong(
            name,
            format!("port {port} cannot be taken ({problem})."),
            "Give frontdesk a port above 1023, or run it as the installed service.",
        ),
    }
}

/// The office's settings, as it exports them.
fn settings(data: &Path) -> Option<Settings> {
    let Ok(Some(Response::Office { toml })) = control::ask(data, &Request::Export { secrets: Shown::Shown })
    else {
        return None;
    };
    settings::parse_toml(&toml, "office.toml", None).ok()
}

/// What the running office says of itself.
struct Health {
    ready: bool,
    keeps_promises: bool,
    listening: BTreeMap<String, String>,
    trunks: BTreeMap<String, String>,
}

impl Health {
    fn findings(&self) -> Vec<Finding> {
        let ports: Vec<String> =
            self.listening.iter().map(|(name, address)| format!("{name} {address}")).collect();
        let running = if self.ready {
            Finding::well("Office", format!("runs and takes calls ({}).", ports.join(", ")))
        } else {
            Finding::wrong(
                "Office",
                "runs, but cannot take calls yet.",
                "Wait half a minute; then see its log: journalctl -u frontdesk.",
            )
        };
        let promises = if self.keeps_promises {
            Finding::well("Promises", "are kept on the disk.")
        } else {
            let remedy = "Look at the disk and the database above; calls go on meanwhile.";
            Finding::wrong("Promises", "cannot be kept: the disk does not take them.", remedy)
        };
        vec![running, promises]
    }

    /// How many of the phones are logged in.
    fn phones(&self, settings: &Settings) -> Option<Finding> {
        let wanted =
            settings.people.iter().flat_map(|p| &p.phones).filter(|p| matches!(p, Phone::Sip { .. })).count();
        let page = self.listening.get("http").and_then(|address| page(address, "/metrics"))?;
        Some(phones(wanted, registered(&page)?))
    }
}

fn phones(wanted: usize, here: usize) -> Finding {
    let says = format!("{here} of {wanted} are logged in.");
    match (wanted, here) {
        (0, _) => Finding::notice(
            "Phones",
            "nobody has a phone yet.",
            "Give people phones under People, or in office.toml.",
        ),
        (_, 0) => Finding::wrong(
            "Phones",
            says,
            "No phone rings. Check their power, network, server address and secret.",
        ),
        _ if here < wanted => Finding::notice("Phones", says, "The board shows whose phone is offline."),
        _ => Finding::well("Phones", says),
    }
}

/// What we do not know of the office's country.
fn country(settings: &Settings) -> Option<Finding> {
    let country = settings.office.country;
    let name = String::from_utf8_lossy(&country.0).into_owned();
    let plan = "has no number plan here: numbers are read with + and the country's code only, and 112 alone calls help.";
    let holidays = "has no public holidays here.";
    let (says, remedy) = match (country.has_plan(), has_holidays(country)) {
        (true, true) => return None,
        (true, false) => (format!("{name} {holidays}"), "Write them down under [hours] closed."),
        (false, true) => (format!("{name} {plan}"), "Write numbers with + in office.toml."),
        (false, false) => (
            format!("{name} {plan} It {holidays}"),
            "Write numbers with + in office.toml, and the holidays down under [hours] closed.",
        ),
    };
    Some(Finding::notice("Country", says, remedy))
}

/// Recordings that menus and groups name, and nobody hears.
fn recordings(bank: &Bank, settings: &Settings) -> Vec<Finding> {
    let finding =
        |name: String| Finding::notice("Recordings", format!("\"{name}\" does not exist."), HOW_TO_RECORD);
    prompts::missing(bank, settings).into_iter().map(finding).collect()
}

/// The figure of `/metrics`.
fn registered(page: &str) -> Option<usize> {
    let value = page.lines().find_map(|line| line.strip_prefix("frontdesk_registered_phones "))?;
    value.trim().parse().ok()
}

/// A provider: what the office says of it, and why it may be so.
fn provider(trunk: &Trunk, state: Option<&String>) -> Finding {
    let about = format!("Provider {}", trunk.id);
    if state.is_some_and(|state| state == "up") {
        return Finding::well(&about, "is reached.");
    }
    let said = state.map_or("has not been reached", String::as_str);
    let port = trunk.port.unwrap_or(5060);
    let Some(address) = (trunk.host.as_str(), port).to_socket_addrs().ok().and_then(|mut found| found.next())
    else {
        let says = format!("{} has no address ({said}).", trunk.host);
        return Finding::wrong(
            &about,
            says,
            "Check the host's name under Lines, and that this machine reaches the internet.",
        );
    };
    if answers(address) {
        let says = format!("{} answers, but the line does not work ({said}).", trunk.host);
        return Finding::wrong(&about, says, "Check the user and the password under Lines.");
    }
    let says = format!("{} does not answer ({said}).", trunk.host);
    Finding::wrong(&about, says, "Check the internet connection and the firewall; then ask the provider.")
}

/// Whether anything comes back for an OPTIONS (RFC 3261 §11) over UDP.
fn answers(address: SocketAddr) -> bool {
    ask_options(address).is_ok_and(|length| length > 0)
}

fn ask_options(address: SocketAddr) -> std::io::Result<usize> {
    let socket = UdpSocket::bind(if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" })?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(PROVIDER_PATIENCE))?;
    let own = socket.local_addr()?;
    let id = own.port();
    let request = format!(
        "OPTIONS sip:{address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bKdoctor{id}\r\n\
         Max-Forwards: 70\r\nFrom: <sip:doctor@{own}>;tag={id}\r\nTo: <sip:{address}>\r\n\
         Call-ID: doctor-{id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    socket.send(request.as_bytes())?;
    socket.recv(&mut [0; 2_048])
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn a_busy_port_is_named_with_what_to_do() {
        let taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let finding = port_free("HTTP", port, Kinds::Tcp);
        assert_eq!(finding.state, State::Wrong);
        assert!(finding.remedy.unwrap().contains(&port.to_string()));
        drop(taken);
        assert_eq!(port_free("HTTP", port, Kinds::Tcp).state, State::Well);
    }

    #[test]
    fn a_country_we_know_little_of_is_named() {
        let of = |code: &str| {
            let mut settings = Settings::not_set_up();
            settings.office.country = crate::number::Country::read(code).unwrap();
            country(&settings).map(|finding| finding.says)
        };
        assert_eq!(of("DK"), None);
        assert_eq!(of("AT").unwrap().matches("number plan").count(), 1, "holidays are known");
        let says = of("PL").unwrap();
        assert!(says.starts_with("PL has no number plan") && says.contains("no public holidays"), "{says}");
    }

    #[test]
    fn phones_are_counted() {
        assert_eq!(registered("# HELP x\nfrontdesk_registered_phones 3\n"), Some(3));
        assert_eq!(phones(3, 3).state, State::Well);
        assert_eq!(phones(3, 2).state, State::Notice);
        assert_eq!(phones(3, 0).state, State::Wrong);
        assert_eq!(phones(0, 0).state, State::Notice);
    }

    #[test]
    fn a_provider_that_answers_is_told_from_one_that_does_not() {
        let provider = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = provider.local_addr().unwrap();
        let there = std::thread::spawn(move || {
            let mut asked = [0; 2_048];
            let (length, from) = provider.recv_from(&mut asked).unwrap();
            assert!(asked[..length].starts_with(b"OPTIONS sip:"));
            provider.send_to(b"SIP/2.0 200 OK\r\n\r\n", from).unwrap();
        });
        assert!(answers(address));
        there.join().unwrap();
        assert!(!answers(address), "nobody is there any more");
    }
}
