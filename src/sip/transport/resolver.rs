//! Shell. Looks up trunks: SRV where no port is given, else A and AAAA (RFC 3263 §4).

use super::Sockets;
use crate::ids::TrunkId;
use crate::sip::stack::Lookup;
use crate::sip::{Flow, Transport};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::rdata::SRV;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::sync::mpsc;

/// Lookups and answers waiting: one per trunk is the usual.
const QUEUE: usize = 64;
/// SRV targets followed.
const TARGETS_MAX: usize = 8;
/// A name server that says nothing for this long has no answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// For `Stack::resolved`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    pub trunk: TrunkId,
    /// Best first; empty: unknown host.
    pub flows: Vec<Flow>,
}

/// Starts the task; it ends when either end is dropped.
pub fn resolver(sockets: Sockets) -> (mpsc::Sender<Lookup>, mpsc::Receiver<Resolved>) {
    let (ask, questions) = mpsc::channel(QUEUE);
    let (answers, told) = mpsc::channel(QUEUE);
    tokio::spawn(work(sockets, questions, answers));
    (ask, told)
}

async fn work(sockets: Sockets, mut questions: mpsc::Receiver<Lookup>, answers: mpsc::Sender<Resolved>) {
    while let Some(lookup) = questions.recv().await {
        let (sockets, answers) = (sockets.clone(), answers.clone());
        // Each on its own: a dead name server of one provider does not delay another's.
        tokio::spawn(async move {
            let found = tokio::time::timeout(PATIENCE, addresses(&lookup)).await.unwrap_or_default();
            let flows = found.into_iter().filter_map(|peer| flow(&sockets, &lookup, peer)).collect();
            // An error says that the switchboard has stopped.
            let _stopped = answers.send(Resolved { trunk: lookup.trunk, flows }).await;
        });
    }
}

fn flow(sockets: &Sockets, lookup: &Lookup, peer: SocketAddr) -> Option<Flow> {
    // TLS out needs no TLS listener; its Contact then names the plain port.
    let local = sockets
        .local_towards(lookup.transport, peer.ip())
        .or_else(|| sockets.local_towards(Transport::Tcp, peer.ip()))?;
    if lookup.transport == Transport::Tls {
        sockets.remember_name(peer, &lookup.host);
    }
    Some(Flow { transport: lookup.transport, local, peer, connection: 0 })
}

async fn addresses(lookup: &Lookup) -> Vec<SocketAddr> {
    let port = lookup.port.unwrap_or(default_port(lookup.transport));
    if let Ok(ip) = lookup.host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return vec![SocketAddr::new(ip, port)];
    }
    let resolver = match TokioResolver::builder_tokio().and_then(|builder| builder.build()) {
        Ok(resolver) => resolver,
        Err(error) => {
            tracing::warn!(%error, "could not read the system's name servers");
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    if lookup.port.is_none() {
        for (host, port) in services(&resolver, lookup).await {
            found.extend(hosts(&resolver, &host, port).await);
        }
    }
    if found.is_empty() {
        found = hosts(&resolver, &lookup.host, port).await;
    }
    found
}

/// Targets by priority, then by weight: the heaviest first.
async fn services(resolver: &TokioResolver, lookup: &Lookup) -> Vec<(String, u16)> {
    let name = format!("{}.{}.", service(lookup.transport), lookup.host.trim_end_matches('.'));
    let Ok(answer) = resolver.lookup(name, RecordType::SRV).await else { return Vec::new() };
    in_order(answer.answers().iter().filter_map(|record| match &record.data {
        RData::SRV(srv) => Some(srv.clone()),
        _ => None,
    }))
}

/// Hosts and ports as they are to be tried; a lone "." says that there is no such service (RFC 2782).
fn in_order(records: impl Iterator<Item = SRV>) -> Vec<(String, u16)> {
    let mut targets: Vec<_> = records
        .filter(|srv| !srv.target.is_root())
        .map(|srv| (srv.priority, std::cmp::Reverse(srv.weight), srv.target.to_string(), srv.port))
        .collect();
    targets.sort();
    targets.into_iter().take(TARGETS_MAX).map(|(_, _, host, port)| (host, port)).collect()
}

async fn hosts(resolver: &TokioResolver, host: &str, port: u16) -> Vec<SocketAddr> {
    match resolver.lookup_ip(host).await {
        Ok(found) => found.iter().map(|ip| SocketAddr::new(ip, port)).collect(),
        Err(error) => {
            tracing::debug!(%error, "could not look up a trunk");
            Vec::new()
        }
    }
}

fn service(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
    }
}

fn default_port(transport: Transport) -> u16 {
    match transport {
        Transport::Udp | Transport::Tcp => 5060,
        Transport::Tls => 5061,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::rr::Name;

    fn srv(priority: u16, weight: u16, port: u16, target: &str) -> SRV {
        SRV::new(priority, weight, port, Name::from_ascii(target).unwrap())
    }

    #[test]
    fn services_come_by_priority_then_weight() {
        let records = [
            srv(20, 0, 5060, "spare.example."),
            srv(10, 5, 5070, "light.example."),
            srv(10, 60, 5080, "heavy.example."),
        ];
        let hosts = in_order(records.into_iter());
        let expected = [("heavy.example.", 5080), ("light.example.", 5070), ("spare.example.", 5060)];
        assert_eq!(hosts, expected.map(|(host, port)| (host.to_owned(), port)));
    }

    #[test]
    fn no_more_than_eight_and_a_lone_dot_is_none() {
        assert!(in_order([srv(0, 0, 0, ".")].into_iter()).is_empty());
        assert_eq!(in_order((0..50).map(|n| srv(n, 0, 5060, "a.example."))).len(), TARGETS_MAX);
    }

    #[tokio::test]
    async fn an_address_needs_no_name_server() {
        let lookup =
            |host: &str, port, transport| Lookup { trunk: "t".into(), host: host.into(), port, transport };
        let found = addresses(&lookup("192.0.2.1", None, Transport::Tls)).await;
        assert_eq!(found, ["192.0.2.1:5061".parse().unwrap()]);
        let found = addresses(&lookup("[2001:db8::1]", Some(5070), Transport::Udp)).await;
        assert_eq!(found, ["[2001:db8::1]:5070".parse().unwrap()]);
    }
}
