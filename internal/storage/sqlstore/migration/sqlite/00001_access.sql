-- Times are microseconds UTC, lengths of time microseconds; a null time means "not". Text compares by bytes,
-- as it does on PostgreSQL with COLLATE "C". Columns that end in _key hold the folded form in which names are compared.

-- +goose Up
CREATE TABLE tenants (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id            INTEGER REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    kind                 TEXT NOT NULL,
    code                 TEXT NOT NULL,
    code_key             TEXT NOT NULL,
    name                 TEXT NOT NULL,
    time_zone            TEXT NOT NULL,
    impersonation_off_at INTEGER,
    created_at           INTEGER NOT NULL,
    disabled_at          INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX tenants_code ON tenants (code_key);
CREATE INDEX tenants_parent ON tenants (parent_id);

CREATE TABLE agents (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    number    TEXT NOT NULL,
    name      TEXT NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX agents_number ON agents (tenant_id, number);

-- Permissions and dialects are lists of words with a space between.
CREATE TABLE roles (
    name        TEXT NOT NULL PRIMARY KEY,
    permissions TEXT NOT NULL,
    dialects    TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id        INTEGER NOT NULL REFERENCES tenants (id),
    agent_id         INTEGER REFERENCES agents (id),
    kind             TEXT NOT NULL,
    name             TEXT NOT NULL,
    name_key         TEXT NOT NULL,
    login_name       TEXT NOT NULL,
    login_key        TEXT, -- null when there is no login name, so that any number may have none
    role             TEXT NOT NULL REFERENCES roles (name),
    password_hash    TEXT NOT NULL,
    password_weak_at INTEGER,
    version          INTEGER NOT NULL,
    session_idle     INTEGER NOT NULL,
    session_cap      INTEGER NOT NULL,
    cap_policy       TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    disabled_at      INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX accounts_name ON accounts (tenant_id, name_key);
CREATE UNIQUE INDEX accounts_login_name ON accounts (kind, login_key);
CREATE INDEX accounts_agent ON accounts (agent_id);

CREATE TABLE grants (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    granter_id   INTEGER NOT NULL REFERENCES accounts (id),
    receiver_id  INTEGER NOT NULL REFERENCES accounts (id),
    digest       BLOB NOT NULL,
    key_id       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    withdrawn_at INTEGER,
    last_used_at INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX grants_digest ON grants (digest);
CREATE INDEX grants_granter ON grants (granter_id);
CREATE INDEX grants_receiver ON grants (receiver_id);

-- live_until is when the session dies if nobody uses it again: the earlier of its idle end and its expiry, or the
-- greatest number for never; ending a session brings it down to that moment.
CREATE TABLE sessions (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    dialect         TEXT NOT NULL,
    subject_id      INTEGER NOT NULL REFERENCES accounts (id),
    actor_id        INTEGER NOT NULL REFERENCES accounts (id),
    grant_id        INTEGER REFERENCES grants (id),
    subject_version INTEGER NOT NULL,
    actor_version   INTEGER NOT NULL,
    digest          BLOB NOT NULL,
    key_id          TEXT NOT NULL,
    peer            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    last_used_at    INTEGER NOT NULL,
    idle            INTEGER NOT NULL,
    expires_at      INTEGER,
    ended_at        INTEGER,
    end_reason      TEXT NOT NULL,
    live_until      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sessions_digest ON sessions (digest);
CREATE INDEX sessions_subject ON sessions (subject_id);
CREATE INDEX sessions_actor ON sessions (actor_id, live_until);
CREATE INDEX sessions_grant ON sessions (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX sessions_live_until ON sessions (live_until);

CREATE TABLE tries (
    key      TEXT NOT NULL PRIMARY KEY,
    tries    INTEGER NOT NULL,
    tried_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tries_tried_at ON tries (tried_at);

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    seq        INTEGER,
    at         INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    door       TEXT NOT NULL,
    peer       TEXT NOT NULL,
    tenant_id  INTEGER NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    detail     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE INDEX audit_unsealed ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_subject ON audit (subject_id, id);
CREATE INDEX audit_actor ON audit (actor_id, id);

-- The last number given to an audit row: one row, which whoever gives the next numbers locks.
CREATE TABLE audit_seal (
    id       INTEGER PRIMARY KEY,
    last_seq INTEGER NOT NULL
) STRICT;
INSERT INTO audit_seal (id, last_seq) VALUES (1, 0);

CREATE TABLE server_keys (
    id            TEXT NOT NULL PRIMARY KEY,
    fingerprint   TEXT NOT NULL,
    first_used_at INTEGER NOT NULL
) STRICT;

-- Numbers begin at 1001.
INSERT INTO sqlite_sequence (name, seq)
VALUES ('tenants', 1000), ('agents', 1000), ('accounts', 1000), ('grants', 1000), ('sessions', 1000), ('audit', 1000);

-- +goose Down
DROP TABLE server_keys;
DROP TABLE audit_seal;
DROP TABLE audit;
DROP TABLE tries;
DROP TABLE sessions;
DROP TABLE grants;
DROP TABLE accounts;
DROP TABLE roles;
DROP TABLE agents;
DROP TABLE tenants;
