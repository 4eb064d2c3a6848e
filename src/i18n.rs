//! Pure. Texts the server itself makes, in the five languages: notices, stories, problems.
