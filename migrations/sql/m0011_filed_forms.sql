-- What was copied into an authority's form when a submission was filed, to the letter.
CREATE TABLE filed_forms (
    submission_id TEXT PRIMARY KEY REFERENCES submissions (id),
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    form TEXT NOT NULL,
    language TEXT NOT NULL,
    as_of BIGINT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE INDEX filed_forms_by_incident ON filed_forms (incident_id);
