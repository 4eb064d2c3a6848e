//! Pure. Bytes and commands in, events and datagrams out.
