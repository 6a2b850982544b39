-- name: Role :one
SELECT * FROM roles WHERE name = $1;

-- name: Roles :many
SELECT * FROM roles ORDER BY name;

-- name: CountRoles :one
SELECT COUNT(*) FROM roles;

-- name: AddRole :exec
INSERT INTO roles (name, permissions, dialects) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING;

-- AllowLogins does for an older archive what the migration 00003 does for an older store.
-- name: AllowLogins :exec
UPDATE roles SET permissions = permissions || ' issue_logins' WHERE name IN ('admin', 'super-admin');

-- AllowReading and AllowChanges do for an older archive what the migration 00005 does for an older store.
-- name: AllowReading :exec
UPDATE roles SET permissions = permissions || ' read_records'
WHERE name IN ('api', 'admin', 'super-admin', 'Rev.io') AND ' ' || permissions || ' ' NOT LIKE '% read_records %';

-- name: AllowChanges :exec
UPDATE roles SET permissions = permissions || ' change_records'
WHERE name IN ('api', 'admin', 'super-admin', 'Rev.io') AND ' ' || permissions || ' ' NOT LIKE '% change_records %';

-- name: PutRole :exec
INSERT INTO roles (name, permissions, dialects)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions, dialects = excluded.dialects;
