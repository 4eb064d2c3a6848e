//! Pure. Passwords both ways: phones prove themselves to us, we to providers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Stack;
use super::exchange::Asked;
use crate::ids::PhoneId;
use crate::sip::Source;
use crate::sip::digest::{self, Algorithm, Challenge, Credentials, Login, Staleness, Verdict};
use crate::sip::random::hex;
use crate::sip::wire::{Message, Method, Start, name};

/// What phones are asked to log in to.
pub(super) const REALM: &str = "frontdesk";

impl Stack {
    /// The phone whose password this request carries; `None`: it has been answered (challenge or refusal).
    pub(super) fn authenticate(&mut self, asked: &Asked<'_>) -> Option<PhoneId> {
        let Start::Request { method, .. } = &asked.message.start else { return None };
        if *method == Method::Register && !self.may_register_from(asked.flow) {
            self.answer_stranger(asked.flow, asked.length, asked.message.reply(403));
            return None;
        }
        let Some(credentials) = Credentials::pick(&asked.message.headers, name::AUTHORIZATION, REALM) else {
            self.challenge(asked, Staleness::Fresh);
            return None;
        };
        let ip = asked.flow.peer.ip();
        let phone = PhoneId::from(credentials.username);
        let user = self.phones.get(&phone).map(|secret| (&*secret.0, Algorithm::Md5));
        match digest::verify(&credentials, method.as_str(), user, &mut self.nonces, ip, asked.now) {
            Verdict::Right => {
                self.guard.right_password(ip);
                self.abilities.answered(asked.now, ip, credentials.username, credentials.algorithm());
                Some(phone)
            }
            Verdict::Stale => {
                self.challenge(asked, Staleness::Stale);
                None
            }
            Verdict::Wrong => {
                // A phone registered from exactly here feels nothing of others behind its address.
                if !self.registrar.knows(asked.flow.peer) && self.guard.wrong_password(asked.now, ip) {
                    tracing::warn!("an address guessed passwords and is shut out for a while");
                }
                self.challenge(asked, Staleness::Fresh);
                None
            }
        }
    }

    /// 401, the same for known and unknown names.
    fn challenge(&mut self, asked: &Asked<'_>, staleness: Staleness) {
        let ip = asked.flow.peer.ip();
        let nonce = self.nonces.mint(ip, self.random.tag(), asked.now);
        let from = asked.message.from().and_then(|from| Some(from.uri()?.user_text().into_owned()));
        let program = asked.message.headers.value(name::USER_AGENT).unwrap_or_default();
        let mut reply = asked.message.reply(401);
        for algorithm in self.abilities.ask(asked.now, ip, &from.unwrap_or_default(), program) {
            let challenge = digest::challenge(REALM, &nonce, *algorithm, staleness);
            reply.headers.push(name::WWW_AUTHENTICATE, &challenge);
        }
        self.answer_stranger(asked.flow, asked.length, reply);
    }

    /// A request of ours again, with the answer to the provider's challenge. `None` for a phone's
    /// challenge (phones do not get our secrets), and when our answer has just been refused.
    pub(super) fn with_credentials(
        &mut self,
        party: &Source,
        request: &Message,
        refusal: &Message,
        cseq: u32,
    ) -> Option<Message> {
        let Source::Trunk(trunk) = party else { return None };
        let (asking, answering) = match refusal.status()? {
            401 => (name::WWW_AUTHENTICATE, name::AUTHORIZATION),
            _ => (name::PROXY_AUTHENTICATE, name::PROXY_AUTHORIZATION),
        };
        let challenge = Challenge::pick(&refusal.headers, asking)?;
        if request.headers.value(answering).is_some() && !challenge.stale {
            return None;
        }
        let cnonce = hex(self.random.tag());
        let Start::Request { method, uri } = &request.start else { return None };
        let asked = digest::Asked { method: method.as_str(), uri: uri.as_str(), body: &request.body };
        let settings = self.trunk_settings(trunk)?;
        let login = Login { username: &settings.user, password: &settings.secret.0 };
        let answer = challenge.answer(&login, &asked, 1, &cnonce);
        let mut again = request.clone();
        again.headers.remove(name::VIA);
        again.headers.set(name::CSEQ, &format!("{cseq} {method}"));
        again.headers.set(answering, &answer);
        Some(again)
    }
}
