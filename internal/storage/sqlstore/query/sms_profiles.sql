-- name: SMSProfile :one
SELECT * FROM sms_profiles WHERE id = $1;

-- InsertSMSProfile gives no row when an active profile of the tenant has the number or is the default.
-- name: InsertSMSProfile :one
INSERT INTO sms_profiles (tenant_id, from_number, from_key, gateway, rate, parts_per_day, most_parts, default_at, created_at,
    disabled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: UpdateSMSProfile :execrows
UPDATE sms_profiles
SET from_number = $2, from_key = $3, gateway = $4, rate = $5, parts_per_day = $6, most_parts = $7, default_at = $8,
    disabled_at = $9
WHERE id = $1;

-- name: ClearDefaultSMSProfile :exec
UPDATE sms_profiles SET default_at = NULL WHERE tenant_id = $1 AND default_at IS NOT NULL AND disabled_at IS NULL;

-- name: InsertPace :exec
INSERT INTO sms_pace (profile_id, next_at, day_began, parts) VALUES ($1, 0, 0, 0);

-- LockPace makes every other transaction that locks the pace wait until this one ends.
-- name: LockPace :one
UPDATE sms_pace SET parts = parts WHERE profile_id = $1 RETURNING next_at, day_began, parts;

-- name: SetPace :exec
UPDATE sms_pace SET next_at = $2, day_began = $3, parts = $4 WHERE profile_id = $1;

-- PendingSMSProfiles leaves out what belongs to a disabled tenant, or to one below it.
-- name: PendingSMSProfiles :many
WITH RECURSIVE waiting (id, tenant_id, first_at) AS (
    SELECT due.id, due.tenant_id, due.first_at
    FROM (
        SELECT p.id, p.tenant_id,
            (SELECT MIN(m.due_at) FROM sms_messages AS m WHERE m.profile_id = p.id AND m.due_at IS NOT NULL) AS first_at
        FROM sms_profiles AS p
        WHERE p.gateway = CAST(@gateway AS TEXT) AND p.disabled_at IS NULL
    ) AS due
    WHERE due.first_at IS NOT NULL
), above (profile_id, parent_id, disabled_at) AS (
    SELECT waiting.id, own.parent_id, own.disabled_at FROM waiting JOIN tenants AS own ON own.id = waiting.tenant_id
    UNION
    SELECT above.profile_id, up.parent_id, up.disabled_at FROM tenants AS up JOIN above ON up.id = above.parent_id
)
SELECT sqlc.embed(sms_profiles),
    CAST(CASE WHEN sms_pace.next_at > waiting.first_at THEN sms_pace.next_at ELSE waiting.first_at END AS BIGINT) AS ready_at
FROM sms_profiles
JOIN sms_pace ON sms_pace.profile_id = sms_profiles.id
JOIN waiting ON waiting.id = sms_profiles.id
WHERE NOT EXISTS (SELECT 1 FROM above WHERE above.profile_id = sms_profiles.id AND above.disabled_at IS NOT NULL)
ORDER BY sms_profiles.id;
