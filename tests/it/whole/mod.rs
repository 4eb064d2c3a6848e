//! The whole thing on real sockets: phones, providers and the office, checked by ear.

mod exchange;
mod goodbye;
mod town;
