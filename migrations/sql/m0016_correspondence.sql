-- What others ask us about a case, and how many people reply to a communication.

CREATE TABLE questions (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    state TEXT NOT NULL,
    due_at BIGINT,
    task_id TEXT NOT NULL REFERENCES tasks (id),
    asked TEXT NOT NULL,
    answer TEXT NOT NULL,
    sent TEXT,
    withdrawn_reason TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX questions_by_incident ON questions (incident_id, recorded_at);

CREATE TABLE reply_counts (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    notice_id TEXT NOT NULL REFERENCES notices (id),
    topic TEXT NOT NULL,
    way TEXT NOT NULL,
    number BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    counted_at BIGINT NOT NULL,
    counted_by TEXT NOT NULL,
    taken_back_at BIGINT,
    taken_back_by TEXT,
    taken_back_reason TEXT NOT NULL
);
CREATE INDEX reply_counts_by_notice ON reply_counts (notice_id, counted_at);
