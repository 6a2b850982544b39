-- live_until is when a session is dead at the latest if nobody uses it again, or the greatest number for never. It lies
-- up to half an idle time behind the true end: it is in two indexes, and would otherwise be moved with each use. So
-- whoever asks for live sessions finds them by live_until and compares last_used_at as well.

-- name: Session :one
SELECT * FROM sessions WHERE id = $1;

-- name: SessionByDigest :one
SELECT * FROM sessions WHERE digest = $1;

-- InsertSession gives no row when a session with the digest is there.
-- name: InsertSession :one
INSERT INTO sessions (dialect, subject_id, actor_id, grant_id, subject_version, actor_version, digest, key_id, peer,
    created_at, last_used_at, idle, expires_at, ended_at, end_reason, live_until, door)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (digest) DO NOTHING
RETURNING id;

-- name: EndSession :one
UPDATE sessions
SET ended_at = CAST(@ended_at AS BIGINT), end_reason = @end_reason,
    live_until = CASE WHEN live_until < CAST(@ended_at AS BIGINT) THEN live_until ELSE CAST(@ended_at AS BIGINT) END
WHERE id = @id AND ended_at IS NULL
RETURNING digest;

-- name: EndSessionsOfAccount :many
UPDATE sessions
SET ended_at = CAST(@ended_at AS BIGINT), end_reason = @end_reason,
    live_until = CASE WHEN live_until < CAST(@ended_at AS BIGINT) THEN live_until ELSE CAST(@ended_at AS BIGINT) END
WHERE ended_at IS NULL AND (subject_id = @account_id OR actor_id = @account_id)
RETURNING digest;

-- name: EndLiveSessions :many
UPDATE sessions
SET ended_at = CAST(@ended_at AS BIGINT), end_reason = @end_reason, live_until = CAST(@ended_at AS BIGINT)
WHERE ended_at IS NULL AND live_until > CAST(@ended_at AS BIGINT) AND id <> @but
    AND (idle = 0 OR last_used_at + idle > CAST(@ended_at AS BIGINT))
    AND (subject_id = @account_id OR actor_id = @account_id)
RETURNING digest;

-- name: EndSessionsOfGrant :many
UPDATE sessions
SET ended_at = CAST(@ended_at AS BIGINT), end_reason = @end_reason,
    live_until = CASE WHEN live_until < CAST(@ended_at AS BIGINT) THEN live_until ELSE CAST(@ended_at AS BIGINT) END
WHERE ended_at IS NULL AND grant_id = CAST(@grant_id AS BIGINT)
RETURNING digest;

-- name: CountLiveSessions :one
SELECT COUNT(*) FROM sessions
WHERE actor_id = @actor_id AND ended_at IS NULL AND live_until > CAST(@now AS BIGINT)
    AND (idle = 0 OR last_used_at + idle > CAST(@now AS BIGINT))
    AND CASE WHEN door = '' THEN 0 ELSE 1 END = CAST(@web AS BIGINT);

-- The outer conditions repeat the inner ones for PostgreSQL, which checks only them again after waiting for a row.
-- name: EndOldestSession :one
UPDATE sessions
SET ended_at = CAST(@now AS BIGINT), end_reason = @end_reason, live_until = CAST(@now AS BIGINT)
WHERE ended_at IS NULL AND last_used_at < CAST(@idle_before AS BIGINT) AND id = (
    SELECT s.id FROM sessions AS s
    WHERE s.actor_id = @actor_id AND s.ended_at IS NULL AND s.live_until > CAST(@now AS BIGINT)
        AND s.last_used_at < CAST(@idle_before AS BIGINT)
        AND (s.idle = 0 OR s.last_used_at + s.idle > CAST(@now AS BIGINT))
        AND CASE WHEN s.door = '' THEN 0 ELSE 1 END = CAST(@web AS BIGINT)
    ORDER BY s.last_used_at, s.id
    LIMIT 1
)
RETURNING digest;

-- TouchSession says whether live_until has to be moved, which ProlongSession does.
-- name: TouchSession :one
UPDATE sessions SET last_used_at = CAST(@used_at AS BIGINT)
WHERE id = @id AND last_used_at < CAST(@used_at AS BIGINT)
RETURNING CAST(CASE
    WHEN ended_at IS NULL AND idle > 0 AND live_until < last_used_at + idle
        AND (expires_at IS NULL OR live_until < expires_at) THEN 1
    ELSE 0
END AS BIGINT) AS due;

-- name: ProlongSession :exec
UPDATE sessions
SET live_until = CASE
    WHEN expires_at < last_used_at + idle + idle / 2 THEN expires_at
    ELSE last_used_at + idle + idle / 2
END
WHERE id = @id AND ended_at IS NULL;

-- name: DeleteSessions :execrows
DELETE FROM sessions
WHERE live_until < CAST(@ended_before AS BIGINT) AND id IN (
    SELECT s.id FROM sessions AS s WHERE s.live_until < CAST(@ended_before AS BIGINT)
    ORDER BY s.live_until
    LIMIT CAST(@batch AS BIGINT)
);
