//! Pure. Texts the server itself makes, in the five languages: notices, stories, problems.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
