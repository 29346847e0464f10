-- Assessments of the risk: every version, none overwritten.

CREATE TABLE assessments (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    version BIGINT NOT NULL,
    -- The answers to the ENISA method and what they came to; none where it wasn't reckoned.
    enisa TEXT,
    factors TEXT NOT NULL,
    note TEXT NOT NULL,
    -- The facts as they stood.
    basis TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE UNIQUE INDEX assessments_by_version ON assessments (incident_id, version);
