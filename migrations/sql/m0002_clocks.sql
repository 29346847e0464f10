-- Clocks of many rules, what starts them, who is reminded of them.

ALTER TABLE awareness ADD COLUMN exactness TEXT NOT NULL DEFAULT 'minute';
ALTER TABLE awareness ADD COLUMN investigated_from BIGINT;
ALTER TABLE awareness ADD COLUMN correction TEXT NOT NULL DEFAULT '';
ALTER TABLE awareness ADD COLUMN adoption TEXT NOT NULL DEFAULT 'adopted';
ALTER TABLE awareness ADD COLUMN decided_at BIGINT;
ALTER TABLE awareness ADD COLUMN decided_by TEXT;
ALTER TABLE awareness ADD COLUMN decision TEXT NOT NULL DEFAULT '';

ALTER TABLE notices ADD COLUMN authority_id TEXT;
-- When it was last given to a second person, and not taken back since.
ALTER TABLE notices ADD COLUMN submitted_at BIGINT;

-- Derived: every due time, for what lists clocks. Never read by an incident's own page. Made anew by opening the data.
DROP TABLE clock_rows;
CREATE TABLE clock_rows (
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    rule TEXT NOT NULL,
    stage TEXT NOT NULL,
    -- The authority of the case, or empty.
    recipient TEXT NOT NULL,
    title TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    unverified BOOLEAN NOT NULL,
    started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- The law gives no number: due_at is when the organisation reminds itself.
    ours BOOLEAN NOT NULL,
    submitted_at BIGINT,
    -- When the next reminder comes due; none where nothing is left to remind of.
    next_reminder_at BIGINT,
    PRIMARY KEY (incident_id, rule, stage, recipient)
);
CREATE INDEX clock_rows_open ON clock_rows (submitted_at, due_at, incident_id);
CREATE INDEX clock_rows_to_remind ON clock_rows (next_reminder_at);

-- Every version of every instant that starts a clock; the newest holds.
CREATE TABLE trigger_instants (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    event TEXT NOT NULL,
    version BIGINT NOT NULL,
    happened_at BIGINT,
    exactness TEXT NOT NULL,
    why TEXT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE UNIQUE INDEX trigger_instants_by_version ON trigger_instants (incident_id, event, version);

CREATE TABLE candidates (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    exactness TEXT NOT NULL,
    what TEXT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT,
    withdrawn_reason TEXT NOT NULL
);
CREATE INDEX candidates_by_incident ON candidates (incident_id, happened_at);

CREATE TABLE case_authorities (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    name TEXT NOT NULL,
    calendar TEXT NOT NULL,
    capacity TEXT NOT NULL,
    rule TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_reason TEXT NOT NULL
);
CREATE INDEX case_authorities_by_incident ON case_authorities (incident_id, added_at);

-- Rules that are switched on for one case in addition to the organisation's.
CREATE TABLE case_rules (
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    rule TEXT NOT NULL,
    PRIMARY KEY (incident_id, rule)
);

-- Reports that reached their recipient by another way than a notice.
CREATE TABLE submissions (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    rule TEXT NOT NULL,
    stage TEXT NOT NULL,
    authority_id TEXT,
    submitted_at BIGINT NOT NULL,
    how TEXT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_reason TEXT NOT NULL
);
CREATE INDEX submissions_by_incident ON submissions (incident_id, submitted_at);

-- Clocks of the organisation's own: the input as it was taken.
CREATE TABLE own_clocks (
    code TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    revision BIGINT NOT NULL
);

CREATE TABLE reminders (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    rule TEXT NOT NULL,
    stage TEXT NOT NULL,
    recipient TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    mark TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    escalates_at BIGINT NOT NULL,
    escalated_at BIGINT,
    acknowledged_at BIGINT,
    acknowledged_by TEXT
);
-- Whoever comes second finds it sent.
CREATE UNIQUE INDEX reminders_once ON reminders (incident_id, rule, stage, recipient, due_at, mark);
CREATE INDEX reminders_waiting ON reminders (acknowledged_at, escalated_at, escalates_at);

-- Links in reminders: each opens one reminder for one person, and only its digest is kept.
CREATE TABLE acknowledgements (
    digest TEXT PRIMARY KEY,
    reminder_id TEXT NOT NULL REFERENCES reminders (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    expires_at BIGINT NOT NULL
);

-- Secret addresses of calendars.
CREATE TABLE feeds (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX feeds_by_account ON feeds (account_id);
