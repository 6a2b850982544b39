-- name: Role :one
SELECT * FROM roles WHERE name = $1;

-- name: Roles :many
SELECT * FROM roles ORDER BY name;

-- name: CountRoles :one
SELECT COUNT(*) FROM roles;

-- name: AddRole :exec
INSERT INTO roles (name, permissions, dialects) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING;

-- name: PutRole :exec
INSERT INTO roles (name, permissions, dialects)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions, dialects = excluded.dialects;
