-- InsertOptOut gives no row when there is such an entry.
-- name: InsertOptOut :one
INSERT INTO opt_outs (tenant_id, number_key, person, profile_id, shown, source, words, subject_id, actor_id, name, door, peer,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (tenant_id, number_key, person, profile_id) DO NOTHING
RETURNING id;

-- name: DeleteOptOuts :execrows
DELETE FROM opt_outs
WHERE tenant_id = @tenant_id AND number_key = @number_key AND person = @person
    AND (CAST(@profile_id AS BIGINT) = 0 OR profile_id IN (0, CAST(@profile_id AS BIGINT)));

-- name: Closing :one
SELECT * FROM opt_outs
WHERE tenant_id = @tenant_id AND number_key IN (CAST(@number AS TEXT), CAST(@plain AS TEXT)) AND (
    person = 1 AND profile_id IN (0, @profile_id) OR person = 0 AND CAST(@obeys_list AS BIGINT) = 1
)
ORDER BY person DESC, id
LIMIT 1;

-- LockEvidence makes the end of a chain where there is none, and makes every other transaction that locks it wait until this
-- one ends.
-- name: LockEvidence :one
INSERT INTO evidence_heads (tenant_id, number_key, seq, last, seal, key_id)
VALUES ($1, $2, 0, $3, $3, '')
ON CONFLICT (tenant_id, number_key) DO UPDATE SET seq = evidence_heads.seq
RETURNING seq, last;

-- name: InsertEvidence :exec
INSERT INTO evidence (tenant_id, number_key, seq, kind, source, profile_id, message_id, inbound_id, words, subject_id, actor_id,
    name, door, peer, at, previous, seal, key_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: MoveEvidenceHead :execrows
UPDATE evidence_heads SET seq = $3, last = $4, seal = $5, key_id = $6 WHERE tenant_id = $1 AND number_key = $2;

-- name: EvidenceRecords :many
SELECT * FROM evidence
WHERE (tenant_id, number_key, seq) > (CAST(@tenant_id AS BIGINT), CAST(@number_key AS TEXT), CAST(@seq AS BIGINT))
ORDER BY tenant_id, number_key, seq
LIMIT CAST(@batch AS BIGINT);

-- name: EvidenceHeads :many
SELECT * FROM evidence_heads
WHERE (tenant_id, number_key) > (CAST(@tenant_id AS BIGINT), CAST(@number_key AS TEXT))
ORDER BY tenant_id, number_key
LIMIT CAST(@batch AS BIGINT);
