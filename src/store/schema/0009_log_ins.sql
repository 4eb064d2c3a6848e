-- Who is logged in: a restart ends no log-in. Of the cookie only its SHA-256 is kept, and of the password it was
-- opened by the SHA-256 of its hash. Instants are UTC milliseconds.
CREATE TABLE log_in (
    hash     BLOB PRIMARY KEY,
    person   TEXT NOT NULL,
    password BLOB NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
