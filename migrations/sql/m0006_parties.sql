-- Parties: an address book, who of it takes part in a case, and as what we handle the case.

CREATE TABLE parties (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    contact TEXT NOT NULL,
    email TEXT NOT NULL,
    telephone TEXT NOT NULL,
    address TEXT NOT NULL,
    notes TEXT NOT NULL,
    -- Within how many hours the contract has the other side told.
    hours BIGINT,
    contract TEXT NOT NULL,
    -- The clock of our own that counts them.
    clock TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    retired_at BIGINT,
    retired_reason TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX parties_by_name ON parties (name, id);

-- Taken out, a party stays here with the reason.
CREATE TABLE case_parties (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    party_id TEXT NOT NULL REFERENCES parties (id),
    role TEXT NOT NULL,
    notifies BOOLEAN NOT NULL,
    informed_at BIGINT,
    informed_by TEXT NOT NULL,
    informed_how TEXT NOT NULL,
    reference TEXT NOT NULL,
    notes TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    removed_at BIGINT,
    removed_by TEXT,
    removed_reason TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX case_parties_by_incident ON case_parties (incident_id, added_at);
CREATE INDEX case_parties_by_party ON case_parties (party_id, added_at);

-- As what a case is handled. Without a row: as the controller.
CREATE TABLE processing (
    incident_id TEXT PRIMARY KEY REFERENCES incidents (id),
    capacity TEXT NOT NULL,
    why TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);

-- The controller that a notice goes to.
ALTER TABLE notices ADD COLUMN controller_id TEXT;
