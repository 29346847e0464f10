-- Versions of the organisation's own texts of notices. Of a kind and a language at most one is published.

CREATE TABLE notice_texts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- JSON: texts by the statement's code, and the digests of the built-in texts that they stand for.
    statements TEXT NOT NULL,
    built_in TEXT NOT NULL,
    state TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    begun_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    authors TEXT NOT NULL,
    declined_at BIGINT,
    declined_by TEXT,
    declined_reason TEXT NOT NULL,
    published_at BIGINT,
    published_by TEXT,
    ended_at BIGINT,
    ended_by TEXT,
    ended_reason TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX notice_texts_by_version ON notice_texts (kind, language, version);
CREATE INDEX notice_texts_by_state ON notice_texts (state, kind, language);
