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

-- name: PutRole :exec
INSERT INTO roles (name, permissions, dialects)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions, dialects = excluded.dialects;
