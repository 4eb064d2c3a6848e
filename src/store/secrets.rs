//! Shell. Passwords, phone secrets and tokens: made from the system's randomness, kept as hashes.

use crate::settings::Secret;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Longer passwords would only be work for the hash.
pub const PASSWORD_CHARACTERS_MAX: usize = 256;

/// The system could not give random bytes, or the password cannot be hashed.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the system has no randomness to give")]
    Randomness,
    #[error("the password cannot be hashed; use at most {PASSWORD_CHARACTERS_MAX} characters")]
    Unhashable,
}

/// Argon2id in PHC form; takes about 30 ms and 19 MiB, so never on an async thread.
pub fn hash(password: &str) -> Result<Secret, SecretError> {
    if password.chars().count() > PASSWORD_CHARACTERS_MAX {
        return Err(SecretError::Unhashable);
    }
    let salt = SaltString::encode_b64(&random::<16>()?).map_err(|_| SecretError::Unhashable)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| Secret(hash.to_string().into())).map_err(|_| SecretError::Unhashable)
}

/// Is this the password behind the hash? As slow as [`hash`].
pub fn verify(hash: &Secret, password: &str) -> bool {
    let fits = password.chars().count() <= PASSWORD_CHARACTERS_MAX;
    let known = PasswordHash::new(&hash.0);
    fits && known.is_ok_and(|known| Argon2::default().verify_password(password.as_bytes(), &known).is_ok())
}

/// A secret for a phone: 24 characters, 144 bits.
pub fn phone_secret() -> Result<Secret, SecretError> {
    Ok(Secret(URL_SAFE_NO_PAD.encode(random::<18>()?).into()))
}

/// A bearer token: 43 characters, 256 bits, with a prefix that scanners of leaked secrets can know.
pub fn bearer() -> Result<String, SecretError> {
    Ok(format!("fd_{}", URL_SAFE_NO_PAD.encode(random::<32>()?)))
}

/// What opens an invite: 43 characters, 256 bits, with a prefix of its own.
pub fn invite() -> Result<String, SecretError> {
    Ok(format!("fdi_{}", URL_SAFE_NO_PAD.encode(random::<32>()?)))
}

/// A name that nothing else has: 16 letters.
pub fn receipt() -> Result<String, SecretError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<12>()?))
}

/// What is kept of a token.
pub fn bearer_hash(bearer: &str) -> [u8; 32] {
    Sha256::digest(bearer.as_bytes()).into()
}

/// Bytes of the system's randomness.
pub fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::Randomness)?;
    Ok(bytes)
}
