-- People and firms we deal with. Instants are UTC milliseconds.
CREATE TABLE customer (
    id            INTEGER PRIMARY KEY,
    version       INTEGER NOT NULL,
    name          TEXT NOT NULL,
    company       TEXT NOT NULL,
    about         TEXT NOT NULL,
    vip           INTEGER NOT NULL,
    blocked_since INTEGER,
    blocked_until INTEGER,
    blocked_by    TEXT,
    -- JSON: what may belong to them.
    maybes        TEXT NOT NULL,
    last_maybe    INTEGER NOT NULL,
    last_note     INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    -- They go on in another one; what was theirs stays theirs, so that it can be undone.
    merged_into   INTEGER,
    merged_at     INTEGER,
    merged_by     TEXT,
    -- In lower case: what lists are ordered by, and what the search looks at.
    sort_key      TEXT NOT NULL,
    search        TEXT NOT NULL
) STRICT;
CREATE INDEX customer_by_name ON customer (sort_key, id) WHERE merged_into IS NULL;
CREATE INDEX customer_by_merge ON customer (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE customer_number (
    customer INTEGER NOT NULL,
    number   TEXT NOT NULL,
    place    INTEGER NOT NULL,
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_by_number ON customer_number (number);

CREATE TABLE customer_address (
    customer INTEGER NOT NULL,
    address  TEXT NOT NULL,
    place    INTEGER NOT NULL,
    PRIMARY KEY (customer, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_by_address ON customer_address (address);

CREATE TABLE customer_note (
    customer INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    person   TEXT,
    text     TEXT NOT NULL,
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_by_caller ON contact (from_number, started_at) WHERE from_number IS NOT NULL;
CREATE INDEX contact_by_called ON contact (to_number, started_at) WHERE kind = 'outbound';

INSERT INTO counter VALUES ('customer', 0);

-- What was forgotten, without a word of whom: which rows of which kind, as JSON.
CREATE TABLE forgotten (
    receipt TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    cell    TEXT NOT NULL
) STRICT;
