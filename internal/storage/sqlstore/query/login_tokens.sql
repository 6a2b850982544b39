-- InsertLoginToken gives no row when a token with the digest is there.
-- name: InsertLoginToken :one
INSERT INTO login_tokens (account_id, issuer_id, door, digest, key_id, account_version, issuer_version, only_from,
    created_at, expires_at, redeemed_at, redeemed_from, redeemed_by, withdrawn_at, opened, scanned, issuer_session)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (digest) DO NOTHING
RETURNING id;

-- RedeemLoginToken is the one guarded statement that spends a token (rules N-16). An account that was disabled, changed
-- its password or lost its tenant since has another version. What it says of accounts and session, sound says for lists.
-- name: RedeemLoginToken :execrows
UPDATE login_tokens
SET redeemed_at = CAST(@redeemed_at AS BIGINT), redeemed_from = @redeemed_from, redeemed_by = sqlc.narg(redeemed_by)
WHERE login_tokens.id = @id AND redeemed_at IS NULL AND withdrawn_at IS NULL
    AND expires_at > CAST(@redeemed_at AS BIGINT)
    AND EXISTS (
        SELECT 1 FROM accounts AS a
        WHERE a.id = login_tokens.account_id AND a.version = login_tokens.account_version AND a.disabled_at IS NULL
    )
    AND EXISTS (
        SELECT 1 FROM accounts AS i
        WHERE i.id = login_tokens.issuer_id AND i.version = login_tokens.issuer_version AND i.disabled_at IS NULL
    )
    AND NOT EXISTS (
        SELECT 1 FROM sessions AS s
        WHERE s.id = login_tokens.issuer_session AND s.ended_at IS NOT NULL AND s.end_reason <> CAST(@harmless AS TEXT)
    );

-- name: WithdrawLoginToken :execrows
UPDATE login_tokens SET withdrawn_at = CAST(@withdrawn_at AS BIGINT)
WHERE id = @id AND redeemed_at IS NULL AND withdrawn_at IS NULL;

-- name: CountVisit :exec
UPDATE login_tokens
SET opened = opened + CAST(@opened AS BIGINT), scanned = scanned + CAST(@scanned AS BIGINT)
WHERE id = @id;

-- name: DeleteLoginTokens :execrows
DELETE FROM login_tokens
WHERE expires_at < CAST(@expired_before AS BIGINT) AND id IN (
    SELECT t.id FROM login_tokens AS t WHERE t.expires_at < CAST(@expired_before AS BIGINT)
    ORDER BY t.expires_at
    LIMIT CAST(@batch AS BIGINT)
);
