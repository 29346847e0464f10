-- What a repeated step of a playbook is worked for, one by one.

CREATE TABLE run_items (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id),
    step TEXT NOT NULL,
    label TEXT NOT NULL,
    done_at BIGINT,
    done_by TEXT,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL
);
CREATE INDEX run_items_by_step ON run_items (run_id, step, added_at);
