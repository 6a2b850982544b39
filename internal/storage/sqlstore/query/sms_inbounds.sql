-- InsertInbound gives no row when the tenant has it already, by the gateway's id, who wrote it and what it says.
-- name: InsertInbound :one
INSERT INTO sms_inbounds (tenant_id, profile_id, gateway, provider_id, from_number, from_shown, to_number, text, meaning, word,
    digest, received_at, reviewed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')
ON CONFLICT DO NOTHING
RETURNING id;

-- name: ReviewInbound :execrows
UPDATE sms_inbounds SET reviewed_at = CAST(@reviewed_at AS BIGINT), reviewed_by = @reviewed_by
WHERE id = @id AND meaning = 'wish' AND reviewed_at IS NULL;

-- name: InsertSMSReport :exec
INSERT INTO sms_reports (gateway, provider_id, state, code, from_number, to_number, text_start, reported_at, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: WaitingSMSReports :many
SELECT * FROM sms_reports ORDER BY id LIMIT $1;

-- name: DeleteSMSReport :execrows
DELETE FROM sms_reports WHERE id = $1;
