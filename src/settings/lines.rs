//! Pure. From a tree to checked [`Settings`]: what connects the office with the outside — trunks,
//! mailboxes, privacy, network and the limits on calls out.

use super::parse::Parser;
use super::read::Section;
use super::values;
use super::*;
use crate::sip::Transport;

impl<'a> Parser<'a> {
    pub(super) fn trunk(&mut self, at: &Section<'a>) -> Trunk {
        let id = TrunkId::new(self.reader.id(at, "id"));
        self.reader.claim("trunk", id.as_str(), at, "id");
        let (host, port) = self.reader.form(at, "host", values::host).unwrap_or_default();
        let register = self.reader.flag(at, "register");
        let user = self.reader.text(at, "user");
        if register && user.is_empty() {
            let (found, expected) = ("nothing", "the user name at the provider, or register = false");
            self.reader.wrong(at.node.line, &at.shown("user"), found.to_owned(), expected.to_owned());
        }
        let kept = self.previous.and_then(|old| old.trunks.iter().find(|trunk| trunk.id == id));
        let secret = self.reader.secret(at, "secret").or_else(|| Some(kept?.secret.clone()));
        Trunk {
            host,
            port,
            transport: self.reader.word(at, "transport").unwrap_or(Transport::Udp),
            register,
            user,
            secret: secret.unwrap_or_else(|| Secret("".into())),
            from: self.ranges(at),
            numbers: self.trunk_numbers(at),
            channels: self.reader.whole(at, "channels").unwrap_or_default(),
            id,
        }
    }

    fn ranges(&mut self, at: &Section<'a>) -> Vec<SourceRange> {
        let ranges = self.reader.forms(at, "from", values::source_range).unwrap_or_default();
        ranges.into_iter().map(|(range, _)| range).collect()
    }

    fn trunk_numbers(&mut self, at: &Section<'a>) -> Vec<Number> {
        let home = self.home;
        let numbers = self.reader.forms(at, "numbers", |text| values::number(text, home));
        let path = at.shown("numbers");
        let mut kept = Vec::new();
        for (number, line) in numbers.unwrap_or_default() {
            self.reader.claim_at("number of a trunk", number.as_str(), line, &path);
            kept.push(number);
        }
        kept
    }

    pub(super) fn mailbox(&mut self, at: &Section<'a>) -> Mailbox {
        let id = self.reader.id(at, "id");
        self.reader.claim("mailbox", &id, at, "id");
        let address = self.reader.form(at, "address", mail_address).unwrap_or_default();
        self.reader.claim("mail address", &address.to_lowercase(), at, "address");
        let aliases = self.aliases(at);
        let id = MailboxId::new(id);
        let old = self.previous.and_then(|old| old.mailboxes.iter().find(|mailbox| mailbox.id == id));
        Mailbox {
            address,
            group: self.group_id(at, "group"),
            imap: self.server(at, "imap", "mailbox.imap", old.map(|old| &old.imap)),
            smtp: self.server(at, "smtp", "mailbox.smtp", old.map(|old| &old.smtp)),
            oauth: self.oauth(at, old.and_then(|old| old.oauth.as_ref())),
            aliases,
            first_reply: self.reader.duration(at, "first_reply"),
            auto_reply: self.reader.flag(at, "auto_reply"),
            call_back: self.reader.flag(at, "call_back"),
            id,
        }
    }

    /// The tokens stay for the client they were given to.
    fn oauth(&mut self, at: &Section<'a>, old: Option<&OAuth>) -> Option<OAuth> {
        let at = self.reader.section(at, "oauth", "mailbox.oauth")?;
        let provider = self.reader.word(&at, "provider")?;
        let client_id = self.reader.name(&at, "client_id");
        let old = old.filter(|old| old.provider == provider && old.client_id == client_id);
        let client_secret = self.reader.secret(&at, "client_secret");
        let refresh_token = self.reader.secret(&at, "refresh_token");
        let ends_at = self.reader.form(&at, "ends_at", |text| text.parse().ok());
        let is_old = refresh_token.is_none()
            || refresh_token.as_ref() == old.and_then(|old| old.refresh_token.as_ref());
        Some(OAuth {
            provider,
            client_id,
            client_secret: client_secret.or_else(|| old?.client_secret.clone()),
            ends_at: ends_at.or_else(|| old?.ends_at.filter(|_| is_old)),
            refresh_token: refresh_token.or_else(|| old?.refresh_token.clone()),
        })
    }

    fn aliases(&mut self, at: &Section<'a>) -> Vec<String> {
        let given = self.reader.forms(at, "aliases", mail_address).unwrap_or_default();
        let path = at.shown("aliases");
        for (address, line) in &given {
            self.reader.claim_at("mail address", &address.to_lowercase(), *line, &path);
        }
        given.into_iter().map(|(address, _)| address).collect()
    }

    fn server(
        &mut self,
        at: &Section<'a>,
        key: &'static str,
        kind: &'static str,
        old: Option<&Server>,
    ) -> Server {
        let Some(at) = self.reader.section(at, key, kind) else { return Server::stand_in() };
        let name = |text: &str| values::host(text).filter(|(_, port)| port.is_none()).map(|(host, _)| host);
        let password = self.reader.secret(&at, "password").or_else(|| Some(old?.password.clone()));
        Server {
            host: self.reader.form(&at, "host", name).unwrap_or_default(),
            port: self.reader.whole(&at, "port").unwrap_or_default(),
            security: self.reader.word(&at, "security").unwrap_or(Security::Tls),
            user: self.reader.name(&at, "user"),
            password: password.unwrap_or_else(|| Secret("".into())),
        }
    }

    pub(super) fn privacy(&mut self, root: &Section<'a>) -> Privacy {
        let at = self.or_empty(root, "privacy", "privacy");
        let mut kept = |key| self.reader.form(&at, key, values::retention).flatten();
        Privacy { contacts: kept("contacts"), voicemail: kept("voicemail"), mail: kept("mail") }
    }

    pub(super) fn network(&mut self, root: &Section<'a>) -> Network {
        let at = self.or_empty(root, "network", "network");
        Network {
            remote_phones: self.reader.flag(&at, "remote_phones"),
            https_only: self.reader.flag(&at, "https_only"),
        }
    }

    pub(super) fn outbound(&mut self, root: &Section<'a>) -> Outbound {
        let at = self.or_empty(root, "outbound", "outbound");
        let countries = self.reader.forms(&at, "countries", values::country);
        let countries = countries.map(|list| list.into_iter().map(|(country, _)| country).collect());
        let nothing = || Money { hundredths: 0, currency: String::new() };
        Outbound {
            countries: countries.unwrap_or_else(|| vec![self.home]),
            daily_cost_limit: self
                .reader
                .form(&at, "daily_cost_limit", values::money)
                .unwrap_or_else(nothing),
            foreign_at_once: self.reader.whole(&at, "foreign_at_once").unwrap_or_default(),
            new_calls_per_minute: self.reader.whole(&at, "new_calls_per_minute").unwrap_or_default(),
            night: self.reader.form(&at, "night", values::night).flatten(),
        }
    }
}

impl Server {
    /// In place of a section that is missing; never leaves the parser.
    fn stand_in() -> Server {
        let (host, user) = (String::new(), String::new());
        Server { host, port: 0, security: Security::Tls, user, password: Secret("".into()) }
    }
}

/// Enough to catch a slip of the finger; whether it works shows at the first mail.
fn mail_address(text: &str) -> Option<String> {
    let (name, domain) = text.rsplit_once('@')?;
    let plain = |c: char| c.is_ascii_graphic() && !"<>(),;:\\\"[]@".contains(c);
    let named = !name.is_empty() && name.len() <= 64 && name.chars().all(plain);
    (named && domain.contains('.') && values::is_host_name(domain)).then(|| text.to_owned())
}
