-- Mails whose search does not know yet what `mail::grams` adds: they are indexed anew, a few at a time, the latest first.
CREATE TABLE unpaired (item INTEGER PRIMARY KEY) STRICT;
INSERT INTO unpaired SELECT id FROM item;

-- Who was named in a note and has not looked since.
CREATE TABLE mention (
    conversation INTEGER NOT NULL,
    person       TEXT NOT NULL,
    item         INTEGER NOT NULL,
    -- Who wrote the note.
    by           TEXT,
    PRIMARY KEY (conversation, person)
) STRICT, WITHOUT ROWID;
