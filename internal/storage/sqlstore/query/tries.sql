-- TakeTry gives no row while a wait is on. The wait that follows the try number n (n >= free) is first_wait doubled
-- n - free times; beyond 20 doublings it is the longest in any case, which keeps the shift from overflowing.
-- name: TakeTry :one
INSERT INTO tries (key, tries, tried_at)
VALUES (@key, 1, CAST(@tried_at AS BIGINT))
ON CONFLICT (key) DO UPDATE
SET tries = CASE
        WHEN tries.tried_at + CAST(@forget AS BIGINT) <= CAST(@tried_at AS BIGINT) THEN 1
        ELSE tries.tries + 1
    END,
    tried_at = CAST(@tried_at AS BIGINT)
WHERE tries.tries < CAST(@free AS BIGINT)
    OR tries.tried_at + CAST(@forget AS BIGINT) <= CAST(@tried_at AS BIGINT)
    OR tries.tried_at + CASE
        WHEN tries.tries - CAST(@free AS BIGINT) > 20 THEN CAST(@longest_wait AS BIGINT)
        WHEN (CAST(@first_wait AS BIGINT) << CAST(tries.tries - CAST(@free AS BIGINT) AS INTEGER))
            > CAST(@longest_wait AS BIGINT) THEN CAST(@longest_wait AS BIGINT)
        ELSE CAST(@first_wait AS BIGINT) << CAST(tries.tries - CAST(@free AS BIGINT) AS INTEGER)
    END <= CAST(@tried_at AS BIGINT)
RETURNING tries;

-- name: ForgiveTries :exec
UPDATE tries SET tries = CASE WHEN tries > CAST(@forgiven AS BIGINT) THEN tries - CAST(@forgiven AS BIGINT) ELSE 0 END
WHERE key = @key;

-- name: ForgetTries :exec
DELETE FROM tries WHERE key = $1;

-- name: DeleteTries :execrows
DELETE FROM tries
WHERE tried_at < CAST(@tried_before AS BIGINT) AND key IN (
    SELECT t.key FROM tries AS t WHERE t.tried_at < CAST(@tried_before AS BIGINT)
    ORDER BY t.tried_at
    LIMIT CAST(@batch AS BIGINT)
);
