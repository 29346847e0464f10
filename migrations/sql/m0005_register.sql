-- Derived: what the register lists and filters by, of each incident of which any of it is known. Never read by a
-- record itself.
CREATE TABLE register_rows (
    incident_id TEXT PRIMARY KEY REFERENCES incidents (id),
    aware_at BIGINT,
    -- The end of the 72 hours.
    due_at BIGINT,
    notified_at BIGINT,
    communicated_at BIGINT,
    -- The code of the answer to risk.outcome.
    risk TEXT
);
-- Everything that counting and cutting the register asks, so that no row is read for it.
CREATE INDEX incidents_in_register ON incidents (declared_at DESC, id, restricted, outcome, closed_at, phase, reference, title);

-- A date of its own for one record. Without one the organisation's years count.
CREATE TABLE review_dates (
    incident_id TEXT PRIMARY KEY REFERENCES incidents (id),
    review_at BIGINT,
    reason TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE legal_holds (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    placed_at BIGINT NOT NULL,
    placed_by TEXT NOT NULL,
    why TEXT NOT NULL,
    lifted_at BIGINT,
    lifted_by TEXT,
    lifted_why TEXT NOT NULL
);
CREATE INDEX legal_holds_by_incident ON legal_holds (incident_id, lifted_at);
