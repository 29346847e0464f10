-- Instants (`…_at`, `until`) are microseconds since 1970-01-01T00:00:00Z. Ids are 26 characters.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    zone TEXT NOT NULL,
    password_hash TEXT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE sessions (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE links (
    digest TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX api_tokens_by_account ON api_tokens (account_id);

-- One row a subject of throttling: an account's address, or a source address.
CREATE TABLE throttles (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    event_at BIGINT,
    received_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    incident_id TEXT,
    revision BIGINT NOT NULL
);
CREATE INDEX alerts_by_state ON alerts (state, received_at);
CREATE INDEX alerts_by_incident ON alerts (incident_id);

CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    phase TEXT NOT NULL,
    severity TEXT NOT NULL,
    tlp TEXT NOT NULL,
    lead_id TEXT NOT NULL REFERENCES accounts (id),
    restricted BOOLEAN NOT NULL,
    declared_at BIGINT NOT NULL,
    declared_by TEXT NOT NULL,
    first_hint_at BIGINT,
    detected_at BIGINT,
    investigation_started_at BIGINT,
    contained_at BIGINT,
    closed_at BIGINT,
    outcome TEXT,
    revision BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX incidents_by_number ON incidents (year, number);
-- Everything that counting and cutting a list asks, so that no row is read for it.
CREATE INDEX incidents_by_declared ON incidents (declared_at DESC, id, restricted, closed_at);

CREATE TABLE members (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    until BIGINT,
    -- The incident's own, which never changes: a member's list is counted and cut on the memberships alone.
    declared_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, incident_id)
);
CREATE INDEX members_by_incident ON members (incident_id);
CREATE INDEX members_by_account ON members (account_id, declared_at DESC, until);

-- Derived: the due times a list sorts by. Never read by an incident's own page.
CREATE TABLE clock_rows (
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    rule TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    notified_at BIGINT,
    rules_version BIGINT NOT NULL,
    PRIMARY KEY (incident_id, rule)
);

CREATE TABLE entries (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL,
    event_at BIGINT NOT NULL,
    known_to TEXT NOT NULL,
    offset_minutes INTEGER NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT,
    text TEXT NOT NULL,
    withdrawn_at BIGINT,
    reason TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX entries_by_incident ON entries (incident_id, event_at);

CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    title TEXT NOT NULL,
    owner_id TEXT,
    due_at BIGINT,
    done_at BIGINT,
    done_by TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX tasks_by_incident ON tasks (incident_id, created_at);
CREATE INDEX tasks_by_owner ON tasks (owner_id, done_at);

CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX notes_by_incident ON notes (incident_id, updated_at);

-- What somebody is typing. Not journaled; saving is.
CREATE TABLE drafts (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    form TEXT NOT NULL,
    body TEXT NOT NULL,
    base_revision BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, form)
);

CREATE TABLE evidence (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    collected_by TEXT NOT NULL,
    collected_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    method TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    uploaded_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_reason TEXT NOT NULL,
    verified_at BIGINT,
    verified_ok BOOLEAN,
    revision BIGINT NOT NULL
);
CREATE INDEX evidence_by_incident ON evidence (incident_id, uploaded_at);
CREATE INDEX evidence_by_digest ON evidence (sha256);

-- Every version of every fact; the newest holds. incident_id is empty for the organisation's own.
CREATE TABLE facts (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL,
    key TEXT NOT NULL,
    about_kind TEXT NOT NULL,
    about_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    certainty TEXT NOT NULL,
    value TEXT,
    promised_on TEXT,
    holds_from BIGINT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    superseded_at BIGINT
);
CREATE UNIQUE INDEX facts_by_version ON facts (incident_id, key, about_kind, about_id, version);
CREATE INDEX facts_current ON facts (incident_id, superseded_at);

CREATE TABLE awareness (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    version BIGINT NOT NULL,
    aware_at BIGINT NOT NULL,
    judged_by TEXT NOT NULL,
    why TEXT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE UNIQUE INDEX awareness_by_version ON awareness (incident_id, version);

-- A playbook as it was when the incident began to follow it.
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    playbook TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL
);
CREATE UNIQUE INDEX runs_by_incident ON runs (incident_id, playbook);

CREATE TABLE run_steps (
    run_id TEXT NOT NULL REFERENCES runs (id),
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    owner_id TEXT,
    remark TEXT NOT NULL,
    since BIGINT,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (run_id, step)
);
CREATE INDEX run_steps_by_owner ON run_steps (owner_id, state);

CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    stage TEXT NOT NULL,
    statements TEXT NOT NULL,
    recipients TEXT NOT NULL,
    authors TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    remark TEXT NOT NULL,
    approved_digest TEXT,
    approved_at BIGINT,
    approved_by TEXT,
    sent_at BIGINT,
    sent_by TEXT,
    first_accepted_at BIGINT,
    revision BIGINT NOT NULL
);
CREATE INDEX notices_by_incident ON notices (incident_id, created_at);
CREATE INDEX notices_by_stage ON notices (stage, created_at);

-- What left, word for word: written once when sending was decided.
CREATE TABLE sendings (
    notice_id TEXT PRIMARY KEY REFERENCES notices (id),
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    digest TEXT NOT NULL,
    dated_at BIGINT NOT NULL
);

-- The outbox: one row a mail, whatever it is for.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    unique_key TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    notice_id TEXT,
    recipient TEXT NOT NULL,
    subject TEXT,
    text TEXT,
    dated_at BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    boundary TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    lease_owner TEXT,
    attempt_id TEXT,
    uncertain_count INTEGER NOT NULL,
    last_code INTEGER,
    last_reply TEXT,
    relay TEXT,
    tls TEXT,
    accepted_at BIGINT,
    sent_sha256 TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX outbox_by_notice ON outbox (notice_id, state);

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE answers (
    account_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);
CREATE INDEX answers_oldest ON answers (created_at);

CREATE TABLE journal (
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE heads (
    stream TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
