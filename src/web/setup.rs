//! Shell. The first run: the one-time code printed on the console opens the set-up, once.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;

/// The code that proves that somebody sees the console: 8 letters, about 37 bits.
#[derive(Clone)]
pub struct SetUpCode(String);

impl SetUpCode {
    /// A new one from the system's randomness.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        // No letter that looks like another; 24 of them.
        const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
        let mut bytes = [0_u8; 64];
        getrandom::fill(&mut bytes)?;
        // Bytes from 240 on would favour some letters.
        let fair = bytes.iter().filter(|byte| **byte < 240).take(8);
        Ok(Self(fair.map(|byte| char::from(LETTERS[usize::from(byte % 24)])).collect()))
    }
}

/// As printed on the console: `ABCD-EFGH`.
impl fmt::Display for SetUpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.0.split_at(self.0.len() / 2);
        write!(f, "{left}-{right}")
    }
}

/// Whether the set-up is open.
pub struct SetUp {
    code: Mutex<Option<SetUpCode>>,
    turn: tokio::sync::Mutex<()>,
}

impl SetUp {
    /// Open with a code, closed without one.
    pub fn new(code: Option<SetUpCode>) -> Self {
        Self { code: Mutex::new(code), turn: tokio::sync::Mutex::new(()) }
    }

    /// One set-up after the other: of two with the right code, the second finds the office made.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Is this the code? Compared in constant time; case and dashes do not matter.
    pub fn is_code(&self, typed: &str) -> bool {
        let typed: String = typed.chars().filter(char::is_ascii_alphabetic).take(64).collect();
        let typed = typed.to_ascii_uppercase();
        let code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        code.as_ref().is_some_and(|code| code.0.as_bytes().ct_eq(typed.as_bytes()).into())
    }

    /// Never opens again.
    pub fn close(&self) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
