-- The bytes of mails to typed recipients, as they were handed to a relay. A mail that was handed over again with other
-- bytes has several rows.
CREATE TABLE sent_mails (
    delivery_id TEXT NOT NULL REFERENCES outbox (id),
    -- Of the bytes, lower-case hexadecimal.
    sha256 TEXT NOT NULL,
    -- Base64.
    bytes TEXT NOT NULL,
    PRIMARY KEY (delivery_id, sha256)
);
