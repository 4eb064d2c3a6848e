-- What a talk settled is owed as before by one press, for a while; and the call a writer asked for by mail.
ALTER TABLE conversation ADD COLUMN settled_at INTEGER;
ALTER TABLE conversation ADD COLUMN settled_owed_since INTEGER;
ALTER TABLE conversation ADD COLUMN settled_due_at INTEGER;
ALTER TABLE conversation ADD COLUMN awaits INTEGER;
CREATE INDEX conversation_by_call ON conversation (awaits) WHERE awaits IS NOT NULL;

-- Mails that somebody has begun and that answer none.
CREATE TABLE begun (
    id         TEXT PRIMARY KEY,
    person     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    -- Whom it was begun for; empty: to be typed.
    address    TEXT NOT NULL,
    mailbox    TEXT,
    recipients TEXT NOT NULL,
    subject    TEXT NOT NULL,
    text       TEXT NOT NULL
) STRICT;
CREATE INDEX begun_by_person ON begun (person, at);

-- Files that were put to what somebody writes. The bytes lie in mail/upload-<id>.
CREATE TABLE upload (
    id     TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    -- 'M-12', or the id of what is begun.
    place  TEXT NOT NULL,
    at     INTEGER NOT NULL,
    name   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    size   INTEGER NOT NULL,
    -- The reply it goes along with; its bytes are the mail's once that is written out.
    item   INTEGER
) STRICT;
CREATE INDEX upload_by_place ON upload (place);
CREATE INDEX upload_by_item ON upload (item) WHERE item IS NOT NULL;
