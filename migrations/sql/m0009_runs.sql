-- An item of a step that was put on the list by mistake comes off it and stays in the history.

ALTER TABLE run_items ADD COLUMN removed_at BIGINT;
ALTER TABLE run_items ADD COLUMN removed_by TEXT;
