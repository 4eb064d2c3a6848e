//! Shell. The loop in the middle: the only place where anything meets anything.
//!
//! It owns `sip::Stack` and `office::Office`, reads the clock once per input and hands actions to the
//! desks. It decides nothing: an `if` about the business belongs in `office`, one about message order
//! in `plumbing`.

pub mod clock;
pub mod handle;
pub mod recorder;
