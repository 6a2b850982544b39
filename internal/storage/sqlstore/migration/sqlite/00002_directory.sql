-- Who people are, what companies say of themselves, and groups of users (contract/intelliview).

-- +goose Up
ALTER TABLE tenants ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE tenants ADD COLUMN web_url TEXT NOT NULL DEFAULT '';
ALTER TABLE tenants ADD COLUMN modified_at INTEGER;
ALTER TABLE accounts ADD COLUMN first_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN last_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN department TEXT NOT NULL DEFAULT '';

CREATE TABLE account_groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL REFERENCES tenants (id),
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX account_groups_name ON account_groups (tenant_id, name_key);

CREATE TABLE group_members (
    group_id   INTEGER NOT NULL REFERENCES account_groups (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (group_id, account_id)
) STRICT;
CREATE INDEX group_members_account ON group_members (account_id);
INSERT INTO sqlite_sequence (name, seq) VALUES ('account_groups', 1000);

-- +goose Down
DROP TABLE group_members;
DROP TABLE account_groups;
ALTER TABLE accounts DROP COLUMN department;
ALTER TABLE accounts DROP COLUMN phone;
ALTER TABLE accounts DROP COLUMN email;
ALTER TABLE accounts DROP COLUMN last_name;
ALTER TABLE accounts DROP COLUMN first_name;
ALTER TABLE tenants DROP COLUMN modified_at;
ALTER TABLE tenants DROP COLUMN web_url;
ALTER TABLE tenants DROP COLUMN description;
