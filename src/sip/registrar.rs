//! Pure. Phones that log in to us.
