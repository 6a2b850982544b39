-- Texts, who sends them, who is not to be written to, and the evidence of that (rules P-13, L-11, L-13).

-- +goose Up
CREATE TABLE sms_profiles (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id     INTEGER NOT NULL REFERENCES tenants (id),
    from_number   TEXT NOT NULL, -- as given
    from_key      TEXT NOT NULL, -- the form in which it is compared
    gateway       TEXT NOT NULL,
    rate          INTEGER NOT NULL, -- thousandths of a part per second; 0: no limit
    parts_per_day INTEGER NOT NULL, -- 0: no limit
    most_parts    INTEGER NOT NULL,
    default_at    INTEGER,
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX sms_profiles_from ON sms_profiles (tenant_id, from_key) WHERE disabled_at IS NULL;
CREATE UNIQUE INDEX sms_profiles_default ON sms_profiles (tenant_id) WHERE default_at IS NOT NULL AND disabled_at IS NULL;
CREATE INDEX sms_profiles_key ON sms_profiles (from_key);
CREATE INDEX sms_profiles_gateway ON sms_profiles (gateway);

-- When a profile may send its next part, over all nodes, and how many it sent on the day that began at day_began.
CREATE TABLE sms_pace (
    profile_id INTEGER PRIMARY KEY REFERENCES sms_profiles (id),
    next_at    INTEGER NOT NULL,
    day_began  INTEGER NOT NULL,
    parts      INTEGER NOT NULL
) STRICT;

CREATE TABLE sms_events (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id    INTEGER NOT NULL REFERENCES tenants (id),
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    template     TEXT NOT NULL,
    profile_id   INTEGER NOT NULL, -- 0: the tenant's default
    fired_by     TEXT NOT NULL, -- "fire", or the name of an announcement
    created_by   INTEGER NOT NULL, -- 0: an operator
    created_role TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    disabled_at  INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX sms_events_name ON sms_events (tenant_id, name_key) WHERE disabled_at IS NULL;

-- due_at is set while a text waits to be sent and says from when on it may; settle_at is set until a text is in a
-- state for good and says when waiting for something better ends.
CREATE TABLE sms_messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL REFERENCES tenants (id),
    profile_id  INTEGER NOT NULL REFERENCES sms_profiles (id),
    event_id    INTEGER NOT NULL, -- 0: none
    subject_id  INTEGER NOT NULL,
    actor_id    INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    purpose     TEXT NOT NULL,
    obeys_list  INTEGER NOT NULL, -- 1: the list kept through the API applies to it
    to_number   TEXT NOT NULL, -- E.164
    to_shown    TEXT NOT NULL,
    text        TEXT NOT NULL,
    coding      TEXT NOT NULL,
    parts       INTEGER NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    repeats     INTEGER NOT NULL, -- how many of the same came before it within the window
    accepted_at INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    due_at      INTEGER,
    settle_at   INTEGER,
    tries       INTEGER NOT NULL,
    claimed_at  INTEGER,
    claimed_by  TEXT NOT NULL,
    changed_at  INTEGER NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX sms_messages_due ON sms_messages (profile_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX sms_messages_settle ON sms_messages (settle_at) WHERE settle_at IS NOT NULL;
CREATE INDEX sms_messages_claimed ON sms_messages (claimed_by) WHERE state = 'submitting';
CREATE INDEX sms_messages_doubt ON sms_messages (to_number) WHERE state IN ('submitting', 'unknown');
CREATE INDEX sms_messages_tenant ON sms_messages (tenant_id, id);

-- What became of each part that a gateway answered for.
CREATE TABLE sms_parts (
    message_id   INTEGER NOT NULL REFERENCES sms_messages (id),
    part         INTEGER NOT NULL,
    state        TEXT NOT NULL,
    gateway      TEXT NOT NULL,
    provider_id  TEXT NOT NULL,
    provider_key TEXT, -- the form in which ids are compared; null when there is none
    code         TEXT NOT NULL,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (message_id, part)
) STRICT;
CREATE INDEX sms_parts_provider ON sms_parts (provider_key, gateway) WHERE provider_key IS NOT NULL;

-- Receipts that came before anybody knew whose they are.
CREATE TABLE sms_reports (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway     TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    state       TEXT NOT NULL,
    code        TEXT NOT NULL,
    from_number TEXT NOT NULL,
    to_number   TEXT NOT NULL,
    text_start  TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sms_reports_received ON sms_reports (received_at);

-- The last text of each kind, for telling repeats (the duplicate shield).
CREATE TABLE sms_repeats (
    digest     BLOB NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL,
    sent_at    INTEGER NOT NULL,
    repeats    INTEGER NOT NULL
) STRICT;
CREATE INDEX sms_repeats_sent_at ON sms_repeats (sent_at);

-- Who sends texts at the moment, and when it was last seen doing so.
CREATE TABLE sms_dispatchers (
    name    TEXT NOT NULL PRIMARY KEY,
    seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sms_inbounds (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL, -- 0: nobody's
    profile_id  INTEGER NOT NULL, -- 0: no profile has the number it was sent to
    gateway     TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    from_number TEXT NOT NULL, -- the form in which it is compared
    from_shown  TEXT NOT NULL,
    to_number   TEXT NOT NULL,
    text        TEXT NOT NULL,
    meaning     TEXT NOT NULL,
    word        TEXT NOT NULL,
    digest      BLOB NOT NULL, -- of who wrote it and what it says
    received_at INTEGER NOT NULL,
    reviewed_at INTEGER,
    reviewed_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sms_inbounds_provider ON sms_inbounds (gateway, provider_id, tenant_id, digest) WHERE provider_id <> '';
CREATE INDEX sms_inbounds_review ON sms_inbounds (id) WHERE meaning = 'wish' AND reviewed_at IS NULL;

CREATE TABLE opt_outs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (id),
    number_key TEXT NOT NULL, -- the form in which it is compared
    person     INTEGER NOT NULL, -- 1: the person said so; 0: it is on the list that is kept
    profile_id INTEGER NOT NULL, -- 0: every profile
    shown      TEXT NOT NULL, -- as received
    source     TEXT NOT NULL,
    words      TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    door       TEXT NOT NULL,
    peer       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX opt_outs_number ON opt_outs (tenant_id, number_key, person, profile_id);

-- Never deleted from. Each record holds the seal of the one before it of the same number.
CREATE TABLE evidence (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    number_key TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    source     TEXT NOT NULL,
    profile_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    inbound_id INTEGER NOT NULL,
    words      TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    door       TEXT NOT NULL,
    peer       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    previous   BLOB NOT NULL,
    seal       BLOB NOT NULL,
    key_id     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX evidence_chain ON evidence (tenant_id, number_key, seq);

-- The end of each chain, so that a missing tail shows.
CREATE TABLE evidence_heads (
    tenant_id  INTEGER NOT NULL,
    number_key TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    last       BLOB NOT NULL,
    seal       BLOB NOT NULL,
    key_id     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, number_key)
) STRICT;

-- What other parts of the product tell in their own transactions, until events have answered it.
CREATE TABLE announcements (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL,
    name      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    details   TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

INSERT INTO sqlite_sequence (name, seq) VALUES
    ('sms_profiles', 1000), ('sms_events', 1000), ('sms_messages', 1000), ('sms_reports', 1000), ('sms_inbounds', 1000), ('opt_outs', 1000), ('evidence', 1000), ('announcements', 1000);

-- +goose Down
DROP TABLE announcements;
DROP TABLE evidence_heads;
DROP TABLE evidence;
DROP TABLE opt_outs;
DROP TABLE sms_inbounds;
DROP TABLE sms_dispatchers;
DROP TABLE sms_repeats;
DROP TABLE sms_reports;
DROP TABLE sms_parts;
DROP TABLE sms_messages;
DROP TABLE sms_events;
DROP TABLE sms_pace;
DROP TABLE sms_profiles;
