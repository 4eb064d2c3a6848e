//! Shell. A whole office on loopback: provider, callers, phones; also the other end of the tests.

pub mod tone;
