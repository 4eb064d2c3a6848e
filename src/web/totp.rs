//! Pure. The second factor of a log-in: time-based codes of an authenticator app (RFC 6238), and recovery codes for the
//! day the phone is gone.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::settings::Secret;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use jiff::Timestamp;
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A code holds for so long.
const STEP_SECONDS: i64 = 30;
/// A clock that is a step off is still right.
const STEPS_AROUND: i64 = 1;
const MODULUS: u32 = 1_000_000;
/// The key, as RFC 4226 recommends: 160 bits.
pub const KEY_BYTES: usize = 20;
/// One recovery code: 80 bits.
pub const RECOVERY_BYTES: usize = 10;
/// How many are handed out.
pub const RECOVERY_CODES: usize = 10;

/// The key of somebody's app, and what is left of their recovery codes, as hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    key: Vec<u8>,
    recovery: Vec<[u8; 32]>,
}

/// What a text typed at the log-in was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The app's code of this step; it is good once.
    Code(i64),
    /// A recovery code: what is left without it is to be kept.
    Recovery(SecondFactor),
    Wrong,
}

impl SecondFactor {
    /// A new one, with the recovery codes that are shown once.
    pub fn new(key: [u8; KEY_BYTES], codes: [[u8; RECOVERY_BYTES]; RECOVERY_CODES]) -> (Self, Vec<String>) {
        let codes = codes.map(|code| BASE32_NOPAD.encode(&code));
        let recovery = codes.iter().map(|code| hash(code)).collect();
        (Self { key: key.to_vec(), recovery }, codes.iter().map(|code| grouped(code)).collect())
    }

    /// As it is kept with the person's settings; `None`: it cannot be read, and nothing typed is right.
    pub fn read(kept: &Secret) -> Option<Self> {
        let mut parts = kept.0.split(' ');
        let key = BASE32_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
        let hash = |part: &str| HEXLOWER.decode(part.as_bytes()).ok()?.try_into().ok();
        Some(Self { key, recovery: parts.map(hash).collect::<Option<_>>()? })
    }

    /// The same to be kept.
    pub fn print(&self) -> Secret {
        let hashes = self.recovery.iter().map(|hash| HEXLOWER.encode(hash));
        let parts: Vec<String> = std::iter::once(BASE32_NOPAD.encode(&self.key)).chain(hashes).collect();
        Secret(parts.join(" ").into())
    }

    /// What was typed at this time. Codes up to the step used last are no good any more.
    pub fn check(&self, typed: &str, now: Timestamp, used: Option<i64>) -> Typed {
        let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let step = now.as_second().div_euclid(STEP_SECONDS);
        let fits = |step: &i64| bool::from(code(&self.key, *step).as_bytes().ct_eq(typed.as_bytes()));
        let steps =
            (step - STEPS_AROUND..=step + STEPS_AROUND).filter(|step| used.is_none_or(|used| *step > used));
        match steps.into_iter().find(fits) {
            Some(step) => Typed::Code(step),
            None => self.recover(&typed.to_ascii_uppercase()),
        }
    }

    fn recover(&self, typed: &str) -> Typed {
        let typed = hash(typed);
        let left: Vec<[u8; 32]> =
            self.recovery.iter().filter(|known| !bool::from(known.ct_eq(&typed))).copied().collect();
        match left.len() < self.recovery.len() {
            true => Typed::Recovery(Self { key: self.key.clone(), recovery: left }),
            false => Typed::Wrong,
        }
    }

    /// How many recovery codes are left.
    pub fn recovery_left(&self) -> usize {
        self.recovery.len()
    }
}

/// Nothing of it belongs in a log.
impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecondFactor({} recovery codes)", self.recovery.len())
    }
}

/// The key as it is typed into an app that reads no picture: groups of four.
pub fn spelt(key: &[u8]) -> String {
    grouped(&BASE32_NOPAD.encode(key))
}

/// The same as a link that opens an app on this device.
pub fn link(key: &[u8], office: &str, person: &str) -> String {
    let (office, person) = (escaped(office), escaped(person));
    let key = BASE32_NOPAD.encode(key);
    format!("otpauth://totp/{office}:{person}?secret={key}&issuer={office}")
}

fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect()).collect::<Vec<String>>().join(" ")
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The code an app with this key, as [`spelt`], shows at this time.
pub fn shown(key: &str, now: Timestamp) -> Option<String> {
    let letters: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = BASE32_NOPAD.decode(letters.as_bytes()).ok()?;
    Some(code(&key, now.as_second().div_euclid(STEP_SECONDS)))
}

/// RFC 4226 §5.3: six digits of the HMAC of the step.
fn code(key: &[u8], step: i64) -> String {
    let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    let mac = hmac::sign(&key, &step.to_be_bytes());
    let mac = mac.as_ref();
    let offset = usize::from(mac.last().copied().unwrap_or(0) & 0x0f);
    let four = mac.get(offset..offset + 4).and_then(|four| four.try_into().ok()).unwrap_or([0; 4]);
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % MODULUS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8; KEY_BYTES] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn factor() -> (SecondFactor, Vec<String>) {
        let mut codes = [[0; RECOVERY_BYTES]; RECOVERY_CODES];
        codes.iter_mut().zip(1..).for_each(|(code, n)| code.fill(n));
        SecondFactor::new(*KEY, codes)
    }

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn the_codes_of_the_rfc() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = second / STEP_SECONDS;
            assert_eq!(super::code(KEY, step), code);
            assert_eq!(factor().0.check(code, at(second), None), Typed::Code(step));
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_around_and_once() {
        let (factor, _) = factor();
        for (off, good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let checked = factor.check("287 082", at(59 + off), None);
            assert_eq!(checked != Typed::Wrong, good, "{off} s");
        }
        assert_eq!(factor.check("287082", at(59), Some(1)), Typed::Wrong, "used");
        assert_eq!(factor.check("", at(59), None), Typed::Wrong);
    }

    #[test]
    fn a_recovery_code_is_good_once() {
        let (factor, codes) = factor();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let Typed::Recovery(left) = factor.check(&codes[3].to_lowercase(), at(0), None) else { panic!() };
        assert_eq!(left.recovery_left(), RECOVERY_CODES - 1);
        assert_eq!(left.check(&codes[3], at(0), None), Typed::Wrong);
        assert!(matches!(left.check(&codes[4], at(0), None), Typed::Recovery(_)));
    }

    #[test]
    fn what_is_kept_reads_back_and_shows_nothing() {
        let (factor, _) = factor();
        assert_eq!(SecondFactor::read(&factor.print()), Some(factor.clone()));
        assert_eq!(SecondFactor::read(&Secret("!".into())), None);
        assert_eq!(format!("{factor:?}"), "SecondFactor(10 recovery codes)");
    }

    #[test]
    fn an_app_is_told_by_link_or_by_letters() {
        let link = link(KEY, "Hansen & Søn", "anna");
        assert_eq!(
            link,
            "otpauth://totp/Hansen%20%26%20S%C3%B8n:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hansen%20%26%20S%C3%B8n"
        );
        assert_eq!(spelt(KEY), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
