-- name: InsertAudit :exec
INSERT INTO audit (at, subject_id, actor_id, name, door, peer, tenant_id, action, object, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: AuditWaiting :one
SELECT CAST(EXISTS (SELECT 1 FROM audit WHERE seq IS NULL) AS INTEGER) AS waiting;

-- LockSeal makes every other sealer wait until this transaction ends.
-- name: LockSeal :one
UPDATE audit_seal SET last_seq = last_seq WHERE id = 1 RETURNING last_seq;

-- SealAudit must be a statement of its own after LockSeal: on PostgreSQL only then does it see what the last sealer did.
-- That lock is also why the outer condition need not ask again for rows without a number; asking would lead SQLite to
-- walk all of them for each row of the batch, which is quadratic in the backlog.
-- name: SealAudit :execrows
UPDATE audit SET seq = CAST(@last_seq AS BIGINT) + numbered.place
FROM (
    SELECT unsealed.id, ROW_NUMBER() OVER (ORDER BY unsealed.id) AS place
    FROM (SELECT a.id FROM audit AS a WHERE a.seq IS NULL ORDER BY a.id LIMIT CAST(@batch AS BIGINT)) AS unsealed
) AS numbered
WHERE audit.id = numbered.id;

-- name: MoveSeal :exec
UPDATE audit_seal SET last_seq = last_seq + CAST(@sealed AS BIGINT) WHERE id = 1;

-- name: DeleteAudit :execrows
DELETE FROM audit
WHERE seq IS NOT NULL AND id IN (
    SELECT a.id FROM audit AS a WHERE a.seq IS NOT NULL AND a.at < CAST(@written_before AS BIGINT)
    ORDER BY a.at
    LIMIT CAST(@batch AS BIGINT)
);
