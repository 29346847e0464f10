-- How many people of a list ask for which language. Who asks for none isn't counted.
CREATE TABLE list_languages (
    edition TEXT NOT NULL REFERENCES list_editions (edition),
    language TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (edition, language)
);

-- A communication that was begun for those people of another one's list who ask for its language.
CREATE TABLE list_origins (
    notice_id TEXT PRIMARY KEY REFERENCES notices (id),
    from_notice TEXT NOT NULL REFERENCES notices (id)
);
CREATE INDEX list_origins_by_notice ON list_origins (from_notice);
