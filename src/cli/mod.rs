//! Shell. What a person can type.
