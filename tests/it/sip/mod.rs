//! Tests of this part; see tests/README.md.

mod torture;
