-- The organisation's own versions of playbooks, and which version of each is offered.

CREATE TABLE playbook_editions (
    id TEXT PRIMARY KEY,
    playbook TEXT NOT NULL,
    -- As the text says; 0 while it can't be read.
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    -- What it was copied from, as it was then.
    base_playbook TEXT,
    base_version BIGINT,
    base_digest TEXT,
    base_source TEXT,
    begun_at BIGINT NOT NULL,
    begun_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
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
CREATE INDEX playbook_editions_by_playbook ON playbook_editions (playbook, begun_at);
CREATE INDEX playbook_editions_by_state ON playbook_editions (state, playbook);

-- Without a row: the version that comes with the program, where there is one.
CREATE TABLE playbook_places (
    playbook TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    edition_id TEXT REFERENCES playbook_editions (id),
    digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    placed_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);
