-- The ledger's memory: who finds out what isn't known yet, what was overwritten, what was decided and what was filed.

-- The key whose answer the task is to find out.
ALTER TABLE tasks ADD COLUMN fact_key TEXT;

-- The head of an incident as every revision left it: the incident's own row holds only the last.
CREATE TABLE incident_versions (
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    revision BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    first_hint_at BIGINT,
    detected_at BIGINT,
    PRIMARY KEY (incident_id, revision)
);

-- Every switching of a rule for one case; the case's present rules follow from it.
CREATE TABLE case_rule_switches (
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    rule TEXT NOT NULL,
    -- 1 for the first switching of this rule.
    number BIGINT NOT NULL,
    switched_at BIGINT NOT NULL,
    is_on BOOLEAN NOT NULL,
    PRIMARY KEY (incident_id, rule, number)
);

-- Decisions on risk, notification and communication. The newest that waits or is in force counts; all stay.
CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    version BIGINT NOT NULL,
    -- What was decided, as it was taken.
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    settled_words TEXT NOT NULL,
    reopened_at BIGINT,
    reopened_because TEXT NOT NULL
);
CREATE UNIQUE INDEX decisions_by_version ON decisions (incident_id, version);

-- An authority's order to tell data subjects, or somebody's request to wait with it.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL,
    -- Who ordered or asked, when, and until when they asked to wait.
    who TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    until BIGINT,
    why TEXT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    ended_at BIGINT,
    ended_reason TEXT NOT NULL
);
CREATE INDEX orders_by_incident ON orders (incident_id, recorded_at);

-- What a submission was, where it is one of a supervisory authority: Art. 33(4).
ALTER TABLE submissions ADD COLUMN kind TEXT NOT NULL DEFAULT 'new';
ALTER TABLE submissions ADD COLUMN extent TEXT NOT NULL DEFAULT 'complete';
ALTER TABLE submissions ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- What came back for a notice or a submission: the authority's reference and the receipt.
CREATE TABLE receipts (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    -- The id of the notice or the submission.
    filing_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    evidence_id TEXT,
    evidence_sha256 TEXT,
    evidence_place TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE INDEX receipts_by_incident ON receipts (incident_id, recorded_at);
