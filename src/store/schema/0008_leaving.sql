-- Where callers go of groups that nobody is in, as their last one has said.
CREATE TABLE sent_on (
    group_id TEXT PRIMARY KEY,
    -- callback, voicemail or owner.
    goal     TEXT NOT NULL,
    since    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
