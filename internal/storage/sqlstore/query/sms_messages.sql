-- name: SMSMessage :one
SELECT * FROM sms_messages WHERE id = $1;

-- InsertSMSMessage stores a text and asks in the same statement whether it may be stored: it gives no row when the profile is
-- disabled or the number is closed to the text (rules L-10).
-- name: InsertSMSMessage :one
INSERT INTO sms_messages (tenant_id, profile_id, event_id, subject_id, actor_id, customer_id, purpose, obeys_list, to_number,
    to_shown, text, coding, parts, state, reason, repeats, accepted_at, expires_at, due_at, settle_at, tries, claimed_by,
    changed_at)
SELECT p.tenant_id, p.id, CAST(@event_id AS BIGINT), CAST(@subject_id AS BIGINT), CAST(@actor_id AS BIGINT),
    CAST(@customer_id AS BIGINT), CAST(@purpose AS TEXT), CAST(@obeys_list AS BIGINT), CAST(@to_number AS TEXT),
    CAST(@to_shown AS TEXT), CAST(@text AS TEXT), CAST(@coding AS TEXT), CAST(@parts AS BIGINT), 'accepted', '', 0,
    CAST(@accepted_at AS BIGINT), CAST(@expires_at AS BIGINT), CAST(@due_at AS BIGINT), CAST(@settle_at AS BIGINT), 0, '',
    CAST(@accepted_at AS BIGINT)
FROM sms_profiles AS p
WHERE p.id = @profile_id AND p.tenant_id = @tenant_id AND p.disabled_at IS NULL AND (
    CAST(@purpose AS TEXT) <> '' OR NOT EXISTS (
        SELECT 1 FROM opt_outs AS o
        WHERE o.tenant_id = @tenant_id AND o.number_key IN (CAST(@to_number AS TEXT), CAST(@to_plain AS TEXT)) AND (
            o.person = 1 AND o.profile_id IN (0, @profile_id) OR o.person = 0 AND CAST(@obeys_list AS BIGINT) = 1
        )
    )
)
RETURNING id;

-- name: InsertBlockedSMS :one
INSERT INTO sms_messages (tenant_id, profile_id, event_id, subject_id, actor_id, customer_id, purpose, obeys_list, to_number,
    to_shown, text, coding, parts, state, reason, repeats, accepted_at, expires_at, tries, claimed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, 0, '', $18)
RETURNING id;

-- name: MoveSMSMessage :execrows
UPDATE sms_messages SET state = $2, reason = $3, due_at = $4, settle_at = $5, changed_at = $6 WHERE id = $1;

-- name: MarkSMSRepeat :exec
UPDATE sms_messages SET repeats = $2 WHERE id = $1;

-- name: SMSParts :many
SELECT * FROM sms_parts WHERE message_id = $1 ORDER BY part;

-- name: SMSPartsByProvider :many
SELECT * FROM sms_parts
WHERE provider_key = CAST(@provider_key AS TEXT) AND provider_key IS NOT NULL AND gateway = @gateway
ORDER BY message_id DESC, part
LIMIT 10;

-- name: PutSMSPart :exec
INSERT INTO sms_parts (message_id, part, state, gateway, provider_id, provider_key, code, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (message_id, part) DO UPDATE
SET state = excluded.state, gateway = excluded.gateway, provider_id = excluded.provider_id,
    provider_key = excluded.provider_key, code = excluded.code, changed_at = excluded.changed_at;

-- TakeRepeat is the duplicate shield's one guarded statement. Where there may be only one it gives no row while there is one.
-- name: TakeRepeat :one
INSERT INTO sms_repeats (digest, message_id, sent_at, repeats)
VALUES (@digest, @message_id, CAST(@sent_at AS BIGINT), 0)
ON CONFLICT (digest) DO UPDATE
SET message_id = excluded.message_id, sent_at = excluded.sent_at,
    repeats = CASE WHEN sms_repeats.sent_at > CAST(@since AS BIGINT) THEN sms_repeats.repeats + 1 ELSE 0 END
WHERE CAST(@single AS BIGINT) = 0 OR sms_repeats.sent_at <= CAST(@since AS BIGINT)
RETURNING repeats;

-- name: LastRepeat :one
SELECT message_id FROM sms_repeats WHERE digest = $1;

-- name: DeleteRepeats :execrows
DELETE FROM sms_repeats
WHERE sent_at < CAST(@sent_before AS BIGINT) AND digest IN (
    SELECT r.digest FROM sms_repeats AS r WHERE r.sent_at < CAST(@sent_before AS BIGINT)
    ORDER BY r.sent_at
    LIMIT CAST(@batch AS BIGINT)
);

-- name: SeeDispatcher :exec
INSERT INTO sms_dispatchers (name, seen_at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at;

-- name: ForgetDispatchers :exec
DELETE FROM sms_dispatchers WHERE name = $1 OR seen_at < $2;
