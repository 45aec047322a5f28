-- Version 2: what was really used, kept because the logs it was read from are deleted after some weeks. Only counts,
-- times and names of models; never what was said. Not part of any case, and no step of its undo.

-- Texts by their 64-bit hash, which is the same in every run: models, providers, and projects if they are kept.
CREATE TABLE usage_name (
    id   INTEGER NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
-- 0 stands for what the source does not say.
INSERT INTO usage_name (id, text) VALUES (0, '');

-- Sums of the answers of one session in a quarter of an hour that are priced alike.
CREATE TABLE usage_row (
    client            TEXT NOT NULL,
    session           INTEGER NOT NULL,                              -- hash of its id; the id itself is not kept
    start             INTEGER NOT NULL,                              -- seconds since 1970, UTC
    whole_day         INTEGER NOT NULL CHECK (whole_day IN (0, 1)),  -- the source only gives days
    model             INTEGER NOT NULL REFERENCES usage_name (id),
    provider          INTEGER NOT NULL REFERENCES usage_name (id),
    tier              TEXT NOT NULL,
    fast              INTEGER NOT NULL CHECK (fast IN (0, 1)),
    us_only           INTEGER NOT NULL CHECK (us_only IN (0, 1)),
    free              INTEGER NOT NULL CHECK (free IN (0, 1)),
    prompt_size       TEXT NOT NULL,
    size              INTEGER NOT NULL,                              -- step of the prompts' sizes
    project           INTEGER NOT NULL REFERENCES usage_name (id),   -- 0 unless asked for
    records           INTEGER NOT NULL,
    requests          INTEGER NOT NULL,
    input             INTEGER NOT NULL,
    cache_read        INTEGER NOT NULL,
    cache_write_5m    INTEGER NOT NULL,
    cache_write_1h    INTEGER NOT NULL,
    output            INTEGER NOT NULL,
    web_searches      INTEGER NOT NULL,
    billed_nanodollar INTEGER,                                       -- NULL where the source does not say
    fingerprint       INTEGER NOT NULL,
    PRIMARY KEY (client, session, start, whole_day, model, provider, tier, fast, us_only, free, prompt_size, size)
) STRICT, WITHOUT ROWID;

-- When what was imported, so that a person sees how far the history reaches.
CREATE TABLE usage_import (
    id      INTEGER NOT NULL PRIMARY KEY,
    at      TEXT NOT NULL,                                           -- RFC 3339, UTC, milliseconds
    added   INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    kept    INTEGER NOT NULL,
    files   INTEGER NOT NULL,
    refused INTEGER NOT NULL,                                        -- files, folders and lines
    grade   TEXT NOT NULL                                            -- of completeness
) STRICT;
