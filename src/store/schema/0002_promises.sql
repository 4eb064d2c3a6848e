-- What is promised lies in its contact's row, whole: a callback and a message, each as JSON.
ALTER TABLE contact ADD COLUMN callback TEXT;
ALTER TABLE contact ADD COLUMN message TEXT;
-- 2: a callback is open or a person's task; 1: a message is not done with; 0: nothing is owed by promise.
ALTER TABLE contact ADD COLUMN promised INTEGER NOT NULL DEFAULT 0;
CREATE INDEX contact_promised ON contact (promised, id) WHERE promised > 0;

-- The owner's word over the opening hours; no group: the whole office.
CREATE TABLE hours_override (
    id       INTEGER PRIMARY KEY,
    group_id TEXT,
    kind     TEXT NOT NULL,
    until    INTEGER NOT NULL
) STRICT;

-- The oldest schema whose programs can work on this one: an upgrade that went wrong goes back by the
-- program alone. Later steps raise it only when they must.
CREATE TABLE compatible (
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO compatible VALUES (2);
