//! Shell. SQLite: one writer thread, a few readers. Only this folder knows tables.
