CREATE TABLE search_docs (
    rowid INTEGER PRIMARY KEY,
    target TEXT NOT NULL UNIQUE,
    incident_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE VIRTUAL TABLE search_fts USING fts5 (words, content = 'search_docs', tokenize = 'unicode61 remove_diacritics 0');
CREATE TRIGGER search_docs_added AFTER INSERT ON search_docs BEGIN
    INSERT INTO search_fts (rowid, words) VALUES (new.rowid, new.words);
END;
CREATE TRIGGER search_docs_removed AFTER DELETE ON search_docs BEGIN
    INSERT INTO search_fts (search_fts, rowid, words) VALUES ('delete', old.rowid, old.words);
END;
CREATE TRIGGER search_docs_changed AFTER UPDATE ON search_docs BEGIN
    INSERT INTO search_fts (search_fts, rowid, words) VALUES ('delete', old.rowid, old.words);
    INSERT INTO search_fts (rowid, words) VALUES (new.rowid, new.words);
END;
CREATE TRIGGER journal_unchanged BEFORE UPDATE ON journal BEGIN
    SELECT RAISE (ABORT, 'the journal is only added to');
END;
CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN
    SELECT RAISE (ABORT, 'the journal is only added to');
END;
