//! Pure. Challenges and answers (RFC 8760, RFC 2617).
