//! Tests of this part; see tests/README.md.

mod calls;
mod net;
mod office;
mod presence;
mod raw;
mod sockets;
mod torture;
mod trunks;
