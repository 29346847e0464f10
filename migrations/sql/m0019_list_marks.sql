-- What the names, telephone numbers and own numbers of the people on a long list are found by, when a notice to somebody
-- else is looked at: 64 bits of an HMAC each. They go when what is known of the people goes.
CREATE TABLE list_marks (
    edition TEXT NOT NULL REFERENCES list_editions (edition),
    mark BIGINT NOT NULL,
    PRIMARY KEY (edition, mark)
);
