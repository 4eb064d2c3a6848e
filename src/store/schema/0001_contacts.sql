-- One row per contact, whatever rang (spec: one contact, one row). Instants are UTC milliseconds.
CREATE TABLE contact (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    entered_at  INTEGER,
    answered_at INTEGER,
    ended_at    INTEGER,
    from_number TEXT,
    from_name   TEXT NOT NULL,
    from_person TEXT,
    to_number   TEXT,
    to_name     TEXT NOT NULL,
    to_person   TEXT,
    group_id    TEXT,
    person      TEXT,
    outcome     TEXT,
    waited_ms   INTEGER NOT NULL,
    talked_ms   INTEGER NOT NULL,
    held_ms     INTEGER NOT NULL,
    wrapped_ms  INTEGER NOT NULL,
    legs        TEXT NOT NULL,
    story       TEXT NOT NULL
) STRICT;
CREATE INDEX contact_by_start ON contact (started_at);
CREATE INDEX contact_open ON contact (id) WHERE ended_at IS NULL;

-- What a restart must find of a person.
CREATE TABLE person_memory (
    person         TEXT PRIMARY KEY,
    state          TEXT NOT NULL,
    since          INTEGER NOT NULL,
    until          INTEGER,
    reason         TEXT,
    last_talked_at INTEGER
) STRICT;

-- The highest numbers ever given.
CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counter VALUES ('call', 0), ('leg', 0);

-- The office as office.toml, secrets included.
CREATE TABLE office (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    toml TEXT NOT NULL
) STRICT;

-- Bearer tokens, by their SHA-256.
CREATE TABLE token (
    name       TEXT PRIMARY KEY,
    role       TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
