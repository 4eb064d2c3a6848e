//! Pure. Us logging in to providers.
