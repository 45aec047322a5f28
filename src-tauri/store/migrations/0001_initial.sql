-- Version 1: cases and offers as rows with JSON bodies, the undo log, settings.

-- The one counter of changes. It orders events where the clock cannot, because clocks are set back.
CREATE TABLE sequence (
    only  INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT;
INSERT INTO sequence (only, value) VALUES (1, 0);

-- A candidate has one client, "Me"; a coach will have many.
CREATE TABLE client (
    id   TEXT NOT NULL PRIMARY KEY, -- UUIDv7
    name TEXT NOT NULL
) STRICT;

CREATE TABLE case_file (
    id           TEXT NOT NULL PRIMARY KEY, -- UUIDv7
    client_id    TEXT NOT NULL REFERENCES client (id),
    name         TEXT NOT NULL,
    revision     INTEGER NOT NULL,          -- the value of `sequence` at its last change
    changed_at   TEXT NOT NULL,             -- RFC 3339, UTC, milliseconds
    body_version INTEGER NOT NULL,          -- version of the case document
    body         TEXT NOT NULL              -- the case as JSON, without its offers
) STRICT;
CREATE INDEX case_file_client ON case_file (client_id);

CREATE TABLE offer (
    id       TEXT NOT NULL PRIMARY KEY,     -- UUIDv7 of the row; the offer's own id is in its body
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    position INTEGER NOT NULL,              -- 0 is the first
    company  TEXT NOT NULL,
    body     TEXT NOT NULL                  -- the offer as JSON
) STRICT;
CREATE INDEX offer_case ON offer (case_id, position);

-- One entry per mutation. The case may be gone: that is how a deletion is taken back.
CREATE TABLE undo_entry (
    id       INTEGER NOT NULL PRIMARY KEY,
    case_id  TEXT NOT NULL,
    label    TEXT NOT NULL,                 -- what was done, in words
    at       TEXT NOT NULL,                 -- RFC 3339, UTC, milliseconds
    source   TEXT NOT NULL,                 -- the window that did it
    revision INTEGER NOT NULL,              -- of the case after it
    undone   INTEGER NOT NULL CHECK (undone IN (0, 1))
) STRICT;
CREATE INDEX undo_entry_case ON undo_entry (case_id, undone, id);

-- The rows of an entry as JSON images; NULL where the row did not exist.
CREATE TABLE undo_row (
    entry_id    INTEGER NOT NULL REFERENCES undo_entry (id) ON DELETE CASCADE,
    table_name  TEXT NOT NULL CHECK (table_name IN ('case_file', 'offer')),
    pk          TEXT NOT NULL,
    before_json TEXT,
    after_json  TEXT,
    PRIMARY KEY (entry_id, table_name, pk),
    CHECK (before_json IS NOT NULL OR after_json IS NOT NULL)
) STRICT;

CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
