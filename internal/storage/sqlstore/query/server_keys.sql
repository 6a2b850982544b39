-- name: ServerKeys :many
SELECT * FROM server_keys ORDER BY first_used_at, id;

-- name: InsertServerKey :exec
INSERT INTO server_keys (id, fingerprint, first_used_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING;
