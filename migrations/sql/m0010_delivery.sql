-- Long lists of recipients, and mails that leave by the hundred.

ALTER TABLE notices ADD COLUMN list_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN list_digest TEXT NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE notices ADD COLUMN on_uncertain TEXT NOT NULL DEFAULT 'resend';

-- Who is on the long list of a notice, in the order of its digest; each address once.
CREATE TABLE recipients (
    notice_id TEXT NOT NULL REFERENCES notices (id),
    address_key TEXT NOT NULL,
    place BIGINT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (notice_id, address_key)
);
CREATE UNIQUE INDEX recipients_in_order ON recipients (notice_id, place);

-- How far the sending of a notice is: `sealed` of `people` have their mail in the outbox. Nothing leaves before all do.
CREATE TABLE deliveries (
    notice_id TEXT PRIMARY KEY REFERENCES notices (id),
    people BIGINT NOT NULL,
    sealed BIGINT NOT NULL,
    digest TEXT NOT NULL,
    message_domain TEXT NOT NULL,
    revision BIGINT NOT NULL,
    paused_at BIGINT,
    paused_by TEXT,
    paused_why TEXT,
    warned_at BIGINT
);
INSERT INTO deliveries (notice_id, people, sealed, digest, message_domain, revision)
SELECT s.notice_id, COUNT(o.id), COUNT(o.id), '', 'breachdesk.invalid', 0
FROM sendings s LEFT JOIN outbox o ON o.notice_id = s.notice_id
GROUP BY s.notice_id;

-- What waits, by notice: the only rows a claim looks at.
CREATE INDEX outbox_waiting ON outbox (notice_id, next_at) WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_in_hand ON outbox (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX outbox_by_recipient ON outbox (notice_id, recipient);
DROP INDEX outbox_due;
