//! The source obeys its own rules (DESIGN of the crate: src/README.md).
