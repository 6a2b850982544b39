-- name: Grant :one
SELECT * FROM grants WHERE id = $1;

-- name: GrantByDigest :one
SELECT * FROM grants WHERE digest = $1;

-- InsertGrant gives no row when a grant with the digest is there.
-- name: InsertGrant :one
INSERT INTO grants (granter_id, receiver_id, digest, key_id, created_at, expires_at, withdrawn_at, last_used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (digest) DO NOTHING
RETURNING id;

-- name: WithdrawGrant :execrows
UPDATE grants SET withdrawn_at = CAST(@withdrawn_at AS BIGINT) WHERE id = @id AND withdrawn_at IS NULL;

-- name: TouchGrant :exec
UPDATE grants SET last_used_at = CAST(@used_at AS BIGINT)
WHERE id = @id AND (last_used_at IS NULL OR last_used_at < CAST(@used_at AS BIGINT));
