-- What is said about a notice before it leaves, and what it said before.

CREATE TABLE notice_versions (
    notice_id TEXT NOT NULL REFERENCES notices (id),
    revision BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT,
    what TEXT NOT NULL,
    statements TEXT NOT NULL,
    PRIMARY KEY (notice_id, revision)
);
-- Of what was written before, only the last words are left.
INSERT INTO notice_versions (notice_id, revision, saved_at, saved_by, what, statements)
SELECT id, revision, created_at, created_by, 'earlier', statements FROM notices;

CREATE TABLE notice_comments (
    id TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notices (id),
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    statement TEXT NOT NULL,
    text TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    said_by TEXT NOT NULL,
    resolved_at BIGINT,
    resolved_by TEXT
);
CREATE INDEX notice_comments_by_notice ON notice_comments (notice_id, said_at);

-- What is between counsel and the organisation: seen by members only, and never part of what leaves.
ALTER TABLE notes ADD COLUMN privileged BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE evidence ADD COLUMN privileged BOOLEAN NOT NULL DEFAULT FALSE;
