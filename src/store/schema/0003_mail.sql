-- How far a mailbox's folder was read (spec/mail.md §1). Instants are UTC milliseconds.
CREATE TABLE mail_folder (
    mailbox          TEXT NOT NULL,
    folder           TEXT NOT NULL,
    uid_validity     INTEGER NOT NULL,
    epoch            INTEGER NOT NULL,
    first_contact_at INTEGER NOT NULL,
    first_uid_next   INTEGER NOT NULL,
    PRIMARY KEY (mailbox, folder)
) STRICT;

-- Where each stored mail lies on its server. The hash is SHA-256 of the raw bytes.
CREATE TABLE mail_place (
    item          INTEGER PRIMARY KEY,
    mailbox       TEXT NOT NULL,
    folder        TEXT NOT NULL,
    epoch         INTEGER NOT NULL,
    uid           INTEGER NOT NULL,
    uid_validity  INTEGER NOT NULL,
    stated_size   INTEGER NOT NULL,
    internal_date INTEGER NOT NULL,
    hash          BLOB NOT NULL
) STRICT;
CREATE INDEX mail_place_by_uid ON mail_place (mailbox, folder, epoch, uid);
CREATE INDEX mail_place_by_hash ON mail_place (mailbox, folder, hash);

-- One exchange with one customer.
CREATE TABLE conversation (
    id               INTEGER PRIMARY KEY,
    version          INTEGER NOT NULL,
    state            TEXT NOT NULL,
    mailbox          TEXT NOT NULL,
    group_id         TEXT NOT NULL,
    subject          TEXT NOT NULL,
    -- The subject without "Re:" and the like, in lower case: what threads are found by.
    thread_subject   TEXT NOT NULL,
    customer_address TEXT NOT NULL,
    customer_name    TEXT NOT NULL,
    assigned         TEXT,
    owed_since       INTEGER,
    due_at           INTEGER,
    snoozed_until    INTEGER,
    last_at          INTEGER NOT NULL,
    merged_into      INTEGER
) STRICT;
CREATE INDEX conversation_by_last ON conversation (last_at, id);
CREATE INDEX conversation_by_state ON conversation (state, last_at, id);
CREATE INDEX conversation_by_assigned ON conversation (assigned, last_at, id) WHERE assigned IS NOT NULL;
CREATE INDEX conversation_by_thread ON conversation (customer_address, thread_subject, last_at);

-- Mails, replies and notes. The raw bytes of a mail lie in mail/<id>.eml.
CREATE TABLE item (
    id            INTEGER PRIMARY KEY,
    conversation  INTEGER NOT NULL,
    -- The conversation it was first in: a merge is undone by it.
    home          INTEGER NOT NULL,
    -- The conversation's version with it; 0: the office has not taken note of it.
    version       INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    at            INTEGER NOT NULL,
    person        TEXT,
    from_address  TEXT NOT NULL,
    from_name     TEXT NOT NULL,
    -- JSON: [[address, name], …]
    recipients    TEXT NOT NULL,
    subject       TEXT NOT NULL,
    -- Everybody in it and the names of what is attached, for the search.
    people        TEXT NOT NULL,
    text          TEXT NOT NULL,
    message_id    TEXT,
    -- JSON: message ids, the oldest first.
    refs          TEXT NOT NULL,
    -- JSON: ids of colleagues.
    mentions      TEXT NOT NULL,
    -- JSON: [{name, type, size}, …]
    attachments   TEXT NOT NULL,
    -- JSON: words about it, such as "quarantined".
    labels        TEXT NOT NULL,
    has_html      INTEGER NOT NULL,
    has_raw       INTEGER NOT NULL
) STRICT;
CREATE INDEX item_by_conversation ON item (conversation, at, id);
CREATE INDEX item_by_home ON item (home);
CREATE INDEX item_by_message_id ON item (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX item_automatic ON item (at) WHERE kind = 'auto_reply';
CREATE INDEX item_not_noted ON item (id) WHERE version = 0;

CREATE VIRTUAL TABLE item_search USING fts5(
    subject, people, text,
    content = 'item', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE TRIGGER item_search_in AFTER INSERT ON item BEGIN
    INSERT INTO item_search (rowid, subject, people, text) VALUES (new.id, new.subject, new.people, new.text);
END;
CREATE TRIGGER item_search_out AFTER DELETE ON item BEGIN
    INSERT INTO item_search (item_search, rowid, subject, people, text)
        VALUES ('delete', old.id, old.subject, old.people, old.text);
END;
CREATE TRIGGER item_search_new AFTER UPDATE OF subject, people, text ON item BEGIN
    INSERT INTO item_search (item_search, rowid, subject, people, text)
        VALUES ('delete', old.id, old.subject, old.people, old.text);
    INSERT INTO item_search (rowid, subject, people, text) VALUES (new.id, new.subject, new.people, new.text);
END;

-- Mails on their way out: a row before the socket opens (spec/mail.md §5).
CREATE TABLE outbox (
    item         INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL,
    state        TEXT NOT NULL,
    -- Not before.
    due_at       INTEGER NOT NULL,
    queued_at    INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    -- The server's sentence.
    said         TEXT,
    -- Its copy in the Sent folder is there, or needs no more tries.
    copied       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, due_at);

-- What somebody has written so far.
CREATE TABLE draft (
    conversation INTEGER NOT NULL,
    person       TEXT NOT NULL,
    text         TEXT NOT NULL,
    PRIMARY KEY (conversation, person)
) STRICT;

-- Replies to be used again.
CREATE TABLE saved_reply (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

INSERT INTO counter VALUES ('conversation', 0), ('item', 0);
