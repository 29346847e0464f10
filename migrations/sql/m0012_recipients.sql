-- Lists of recipients: who is on them is sealed under the key file; files of them that wait to be taken over; when they
-- are removed.

-- One state of a notice's list: 'building' until an import is whole, then 'current'; 'dropped' until its rows are swept.
CREATE TABLE list_editions (
    edition TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notices (id),
    state TEXT NOT NULL,
    begun_at BIGINT NOT NULL
);
CREATE INDEX list_editions_by_notice ON list_editions (notice_id);

-- Who is on a list, in the order of its digest, each once. What is known of them is sealed, and null once it was removed.
CREATE TABLE list_people (
    edition TEXT NOT NULL REFERENCES list_editions (edition),
    place BIGINT NOT NULL,
    digest TEXT NOT NULL,
    channel TEXT NOT NULL,
    sealed TEXT,
    PRIMARY KEY (edition, place)
);
CREATE UNIQUE INDEX list_people_once ON list_people (edition, digest);
CREATE INDEX list_people_by_channel ON list_people (edition, channel, place);

-- Files of recipients. Their rows lie in parts, sealed, until they are taken over; afterwards those that were wrong.
CREATE TABLE recipient_files (
    id TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notices (id),
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    headings TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    mapping TEXT NOT NULL,
    counts TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    read_by TEXT NOT NULL,
    taken_at BIGINT
);
CREATE INDEX recipient_files_by_notice ON recipient_files (notice_id, read_at);
CREATE TABLE recipient_file_parts (
    file_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    part BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (file_id, kind, part)
);

-- When the last mail of a notice had its outcome, and since when what is known of its people is being removed and gone.
ALTER TABLE deliveries ADD COLUMN finished_at BIGINT;
ALTER TABLE deliveries ADD COLUMN purging_at BIGINT;
ALTER TABLE deliveries ADD COLUMN purged_at BIGINT;
UPDATE deliveries SET finished_at = (SELECT COALESCE(n.first_accepted_at, n.sent_at) FROM notices n WHERE n.id = deliveries.notice_id)
WHERE notice_id IN (SELECT id FROM notices WHERE stage IN ('sent', 'partly_sent', 'failed', 'cancelled'));

-- What came of telling somebody without a mail: those who are told so, and those whom no mail has reached.
CREATE TABLE told_otherwise (
    notice_id TEXT NOT NULL REFERENCES notices (id),
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    told_by TEXT NOT NULL,
    PRIMARY KEY (notice_id, digest)
);

-- The fields of the text that are filled in for each person, with commas between.
ALTER TABLE sendings ADD COLUMN merge TEXT NOT NULL DEFAULT '';
