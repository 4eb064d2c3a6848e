//! Shell. A whole office on loopback: provider, callers, phones, mailbox; also the other end of the tests.
//!
//! The office is the real program on real sockets. The town around it is made of [`exchange`]s: the same
//! SIP stack turned around, with one tone per party, so that every call is checked by ear both ways.

pub mod api;
mod cards;
pub mod exchange;
pub mod letterbox;
pub mod mail;
mod papers;
pub mod talk;
pub mod tone;
pub mod town;
