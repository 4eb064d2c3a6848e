//! Tests of this part; see tests/README.md.

mod calls;
mod dialogs;
mod lamps;
mod net;
mod office;
mod presence;
mod raw;
mod sockets;
mod streams;
pub mod torture;
mod trunks;
