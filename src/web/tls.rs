//! Shell. HTTPS from the first start: the box's own certificate authority, good for local names and
//! private addresses only, and a server certificate that follows the machine's addresses.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A server certificate lives a year; browsers refuse more than 825 days.
const LIFE_DAYS: i64 = 365;
/// A new one is made this long before the end.
const RENEW_DAYS: i64 = 60;

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("could not keep the certificate authority in {}", .0.display())]
    Keep(PathBuf, #[source] io::Error),
    #[error("could not make a certificate")]
    Make(#[from] rcgen::Error),
    #[error("could not use the certificate")]
    Use(#[from] rustls::Error),
    #[error("the certificate authority on the disk cannot be read")]
    Damaged(#[source] rustls_pki_types::pem::Error),
}

/// The box's own authority.
pub struct Authority {
    key: KeyPair,
    /// Its certificate in PEM: what people install.
    pub pem: String,
    der: CertificateDer<'static>,
}

/// What a server certificate is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    hosts: BTreeSet<String>,
    addresses: BTreeSet<IpAddr>,
}

/// A certificate of the box's own authority for this machine, for SIP over TLS.
pub fn certificate(data: &Path, now: Timestamp) -> Result<Arc<ServerConfig>, TlsError> {
    Authority::open(data)?.server(&Names::of_machine(), now)
}

/// An address other machines of this network reach this one by.
pub fn address_of_machine() -> Option<IpAddr> {
    Names::of_machine().addresses.into_iter().find(|address| !address.is_loopback())
}

impl Authority {
    /// Reads the authority from `DATA/tls`, or makes it once.
    pub fn open(data: &Path) -> Result<Authority, TlsError> {
        let folder = data.join("tls");
        let (key_path, pem_path) = (folder.join("ca.key"), folder.join("ca.crt"));
        let kept = |cause| TlsError::Keep(folder.clone(), cause);
        if !key_path.exists() || !pem_path.exists() {
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
            let certificate = authority()?.self_signed(&key)?;
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(kept)?;
            write(&key_path, &key.serialize_pem()).map_err(kept)?;
            write(&pem_path, &certificate.pem()).map_err(kept)?;
        }
        let key = KeyPair::from_pem(&std::fs::read_to_string(&key_path).map_err(kept)?)?;
        let pem = std::fs::read_to_string(&pem_path).map_err(kept)?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(TlsError::Damaged)?;
        Ok(Authority { key, pem, der })
    }

    /// A fresh server certificate for these names, ready to serve.
    pub fn server(&self, names: &Names, now: Timestamp) -> Result<Arc<ServerConfig>, TlsError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let issuer = Issuer::from_ca_cert_der(&self.der, &self.key)?;
        let certificate = server(names, now)?.signed_by(&key, &issuer)?;
        let chain = vec![certificate.der().clone(), self.der.clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth();
        let mut config = config.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Is a certificate made at `made` near its end, or from a future the clock has left?
pub fn is_old(made: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(made);
    age.is_negative() || age.as_hours() > (LIFE_DAYS - RENEW_DAYS) * 24
}

impl Names {
    /// The machine's name and its local addresses as they are.
    pub fn of_machine() -> Names {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let name: String = read("/proc/sys/kernel/hostname").trim().to_ascii_lowercase();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let name: String =
            name.split('.').next().unwrap_or_default().chars().filter(|c| is_name(*c)).collect();
        let mut hosts = BTreeSet::from(["localhost".to_owned(), "frontdesk.local".to_owned()]);
        if !name.is_empty() {
            hosts.extend([format!("{name}.local"), name]);
        }
        let v4 = addresses_v4(&read("/proc/net/fib_trie"));
        let v6 = addresses_v6(&read("/proc/net/if_inet6"));
        let local = v4.into_iter().chain(v6).filter(|address| is_local(*address));
        let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        Names { hosts, addresses: local.chain(loopback).collect() }
    }
}

fn authority() -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "frontdesk in this office");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let mut permitted =
        vec![GeneralSubtree::DnsName("local".into()), GeneralSubtree::DnsName("localhost".into())];
    permitted.extend(Names::of_machine().hosts.into_iter().map(GeneralSubtree::DnsName));
    let nets = LOCAL_V4.iter().map(|(net, bits)| CidrSubnet::from_v4_prefix(*net, *bits));
    permitted.extend(nets.map(GeneralSubtree::IpAddress));
    let nets = LOCAL_V6.iter().map(|(net, bits)| CidrSubnet::from_v6_prefix(net.octets(), *bits));
    permitted.extend(nets.map(GeneralSubtree::IpAddress));
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() });
    Ok(params)
}

fn server(names: &Names, now: Timestamp) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(names.hosts.iter().cloned().collect::<Vec<_>>())?;
    params.subject_alt_names.extend(names.addresses.iter().copied().map(SanType::IpAddress));
    params.distinguished_name.push(DnType::CommonName, "frontdesk");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let day = now.to_zoned(TimeZone::UTC).date();
    let at = |days: i64| {
        let date = day.saturating_add(days.days());
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    (params.not_before, params.not_after) = (at(-1), at(LIFE_DAYS));
    Ok(params)
}

/// Loopback, private, link-local and shared ranges.
const LOCAL_V4: [([u8; 4], u8); 6] = [
    ([127, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([169, 254, 0, 0], 16),
    ([100, 64, 0, 0], 10),
];
const LOCAL_V6: [(Ipv6Addr, u8); 3] = [
    (Ipv6Addr::LOCALHOST, 128),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
];

fn is_local(address: IpAddr) -> bool {
    let within = |net: IpAddr, bits: u8| ipnet::IpNet::new(net, bits).is_ok_and(|net| net.contains(&address));
    LOCAL_V4.iter().any(|(net, bits)| within(IpAddr::from(*net), *bits))
        || LOCAL_V6.iter().any(|(net, bits)| within((*net).into(), *bits))
}

/// Own addresses in the kernel's routing table: each stands on the line before `/32 host LOCAL`.
fn addresses_v4(trie: &str) -> Vec<IpAddr> {
    let lines: Vec<&str> = trie.lines().map(str::trim).collect();
    let own = lines.windows(2).filter(|pair| pair[1] == "/32 host LOCAL");
    own.filter_map(|pair| pair[0].trim_start_matches(['|', '-', '+', ' ']).parse().ok()).collect()
}

/// One address per line, 32 hexadecimal digits first.
fn addresses_v6(table: &str) -> Vec<IpAddr> {
    let first = table.lines().filter_map(|line| line.split_whitespace().next());
    let bits = first.filter_map(|digits| u128::from_str_radix(digits, 16).ok());
    bits.map(|bits| Ipv6Addr::from_bits(bits).into()).collect()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_read_from_the_kernels_tables() {
        let trie = "Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 192.168.1.7\n        /32 host LOCAL\n     \
                    |-- 192.168.1.255\n        /32 link BROADCAST\n";
        assert_eq!(addresses_v4(trie), [IpAddr::from([192, 168, 1, 7])]);
        let table = "fe800000000000000000000000000001 02 40 20 80     eth0\n";
        assert_eq!(addresses_v6(table), ["fe80::1".parse::<IpAddr>().unwrap()]);
    }

    #[test]
    fn a_public_address_is_not_local() {
        let is = |text: &str| is_local(text.parse().unwrap());
        assert!(is("10.1.2.3") && is("172.31.0.1") && is("fd00::1") && is("::1"));
        assert!(!is("172.32.0.1") && !is("8.8.8.8") && !is("2001:db8::1"));
    }

    #[test]
    fn the_authority_is_made_once_and_its_key_is_nobody_elses() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        let first = Authority::open(data.path()).unwrap();
        let again = Authority::open(data.path()).unwrap();
        assert_eq!(first.pem, again.pem);
        let mode = std::fs::metadata(data.path().join("tls/ca.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_certificate_is_renewed_before_its_end_and_after_a_clock_that_ran_ahead() {
        let made: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert!(!is_old(made, "2026-10-01T00:00:00Z".parse().unwrap()));
        assert!(is_old(made, "2026-11-15T00:00:00Z".parse().unwrap()));
        assert!(is_old(made, "2025-12-31T00:00:00Z".parse().unwrap()));
    }
}
