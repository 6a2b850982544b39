-- The statuses of SOS accounts, web sessions, and the one-time tokens that open them (contract/sos, rules N-14).

-- +goose Up
ALTER TABLE accounts ADD COLUMN disabled_as TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN door TEXT NOT NULL DEFAULT '';

CREATE TABLE login_tokens (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id      INTEGER NOT NULL REFERENCES accounts (id),
    issuer_id       INTEGER NOT NULL REFERENCES accounts (id),
    door            TEXT NOT NULL,
    digest          BLOB NOT NULL,
    key_id          TEXT NOT NULL,
    issuer_session  INTEGER, -- null: it was not asked for from a web session
    account_version INTEGER NOT NULL,
    issuer_version  INTEGER NOT NULL,
    only_from       TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    redeemed_at     INTEGER,
    redeemed_from   TEXT NOT NULL,
    redeemed_by     INTEGER, -- null: nobody yet, or a browser
    withdrawn_at    INTEGER,
    opened          INTEGER NOT NULL,
    scanned         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX login_tokens_digest ON login_tokens (digest);
CREATE INDEX login_tokens_account ON login_tokens (account_id);
CREATE INDEX login_tokens_issuer ON login_tokens (issuer_id);
CREATE INDEX login_tokens_expires_at ON login_tokens (expires_at);
INSERT INTO sqlite_sequence (name, seq) VALUES ('login_tokens', 1000);

-- What happened to an account, for its own page.
CREATE INDEX audit_object ON audit (object, id);

UPDATE roles SET permissions = permissions || ' issue_logins' WHERE name IN ('admin', 'super-admin');
-- A new store gets its roles later; one that has some gets the new one here.
INSERT INTO roles (name, permissions, dialects)
SELECT 'login-issuer', 'use_api issue_logins', 'sosbackup' WHERE EXISTS (SELECT 1 FROM roles)
ON CONFLICT (name) DO NOTHING;

-- +goose Down
UPDATE roles SET permissions = REPLACE(permissions, ' issue_logins', '') WHERE name IN ('admin', 'super-admin');
DROP INDEX audit_object;
DROP TABLE login_tokens;
DELETE FROM sessions WHERE door <> ''; -- what is older knows no sessions without a dialect
ALTER TABLE sessions DROP COLUMN door;
ALTER TABLE accounts DROP COLUMN disabled_as;
