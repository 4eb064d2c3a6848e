//! Shell. The loop in the middle: the only place where anything meets anything.

pub mod clock;
pub mod handle;
pub mod plumbing;
pub mod recorder;
