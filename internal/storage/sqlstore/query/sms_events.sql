-- name: SMSEvent :one
SELECT * FROM sms_events WHERE id = $1;

-- name: SMSEventByName :one
SELECT * FROM sms_events WHERE tenant_id = $1 AND name_key = $2 AND disabled_at IS NULL;

-- InsertSMSEvent gives no row when an active event of the tenant has the name.
-- name: InsertSMSEvent :one
INSERT INTO sms_events (tenant_id, name, name_key, template, profile_id, fired_by, created_by, created_role, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: DisableSMSEvent :execrows
UPDATE sms_events SET disabled_at = CAST(@disabled_at AS BIGINT) WHERE id = @id AND disabled_at IS NULL;

-- InsertAnnouncement keeps an announcement that an active event of the tenant waits for, and no other.
-- name: InsertAnnouncement :execrows
INSERT INTO announcements (tenant_id, name, subject, details, at)
SELECT CAST(@tenant_id AS BIGINT), CAST(@name AS TEXT), CAST(@subject AS TEXT), CAST(@details AS TEXT), CAST(@at AS BIGINT)
WHERE EXISTS (
    SELECT 1 FROM sms_events AS e
    WHERE e.tenant_id = CAST(@tenant_id AS BIGINT) AND e.fired_by = CAST(@name AS TEXT) AND e.disabled_at IS NULL
);

-- name: AnnouncementsWait :one
SELECT CAST(EXISTS (SELECT 1 FROM announcements) AS INTEGER) AS waiting;

-- TakeAnnouncements gives each to one transaction only: whoever comes second to a row finds it gone.
-- name: TakeAnnouncements :many
DELETE FROM announcements
WHERE id IN (SELECT a.id FROM announcements AS a ORDER BY a.id LIMIT CAST(@batch AS BIGINT))
RETURNING *;
