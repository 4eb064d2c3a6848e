-- Calls a person did not answer in a row: a restart does not begin to count anew.
ALTER TABLE person_memory ADD COLUMN misses INTEGER NOT NULL DEFAULT 0;
