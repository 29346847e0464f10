-- Mail that comes back after a relay took it.

ALTER TABLE outbox ADD COLUMN bounced_at BIGINT;
ALTER TABLE outbox ADD COLUMN bounce_status TEXT;
ALTER TABLE outbox ADD COLUMN bounce_diagnosis TEXT;
-- Since when somebody wants it sent although an earlier mail to its address came back.
ALTER TABLE outbox ADD COLUMN insisted_at BIGINT;

-- Addresses that don't exist, as a report said: by a code over the address, not by the address.
CREATE TABLE suppressions (
    address_code TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES outbox (id),
    since BIGINT NOT NULL
);

-- What became of mails that came to the return addresses, counted.
CREATE TABLE returned_mail (
    fate TEXT PRIMARY KEY,
    count BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
