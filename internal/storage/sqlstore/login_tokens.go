package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

// sound holds for a token whose account, issuer and session are as RedeemLoginToken wants them.
const sound = "EXISTS (SELECT 1 FROM accounts AS a WHERE a.id = login_tokens.account_id " +
	"AND a.version = login_tokens.account_version AND a.disabled_at IS NULL) " +
	"AND EXISTS (SELECT 1 FROM accounts AS i WHERE i.id = login_tokens.issuer_id " +
	"AND i.version = login_tokens.issuer_version AND i.disabled_at IS NULL) " +
	"AND NOT EXISTS (SELECT 1 FROM sessions AS s WHERE s.id = login_tokens.issuer_session " +
	"AND s.ended_at IS NOT NULL AND s.end_reason <> '" + access.EndedByCaller + "')"

const loginTokenColumns = "id, account_id, issuer_id, issuer_session, door, digest, key_id, account_version, issuer_version, " +
	"only_from, created_at, expires_at, redeemed_at, redeemed_from, redeemed_by, withdrawn_at, opened, scanned, " +
	"CASE WHEN " + sound + " THEN 0 ELSE 1 END"

func scanLoginToken(row scanner) (n access.LoginToken, err error) {
	var (
		digest                                     []byte
		onlyFrom, redeemedFrom                     string
		created, expires, worthless                int64
		session, redeemedAt, redeemedBy, withdrawn sql.NullInt64
	)
	err = row.Scan(&n.ID, &n.AccountID, &n.IssuerID, &session, &n.Door, &digest, &n.KeyID, &n.AccountVersion, &n.IssuerVersion,
		&onlyFrom, &created, &expires, &redeemedAt, &redeemedFrom, &redeemedBy, &withdrawn, &n.Opened, &n.Scanned, &worthless)
	if err != nil {
		return n, err
	}
	if n.Digest, err = digestOf(digest); err != nil {
		return n, fmt.Errorf("reading the login token %d: %w", n.ID, err)
	}
	n.IssuerSession, n.Worthless = access.SessionID(session.Int64), worthless != 0
	n.OnlyFrom, n.CreatedAt, n.ExpiresAt = peerOf(onlyFrom), timeOf(created), timeOf(expires)
	n.RedeemedAt, n.RedeemedFrom, n.RedeemedBy = nullTimeOf(redeemedAt), peerOf(redeemedFrom), access.AccountID(redeemedBy.Int64)
	n.WithdrawnAt = nullTimeOf(withdrawn)
	return n, nil
}

// LoginToken finds a token by its id, a used, withdrawn or expired one too, or NoSuchLoginToken.
func (t *tx) LoginToken(ctx context.Context, id access.LoginTokenID) (access.LoginToken, error) {
	s := search{columns: loginTokenColumns, table: "login_tokens"}
	s.where("id = ?", int64(id))
	token, err := scanLoginToken(t.db.QueryRowContext(ctx, s.text(), s.args...))
	if err != nil {
		return access.LoginToken{}, missing(err, problem.NoSuchLoginToken, "there is no login token %d", id)
	}
	return token, nil
}

// LoginTokens lists tokens in order of id, or the newest first.
func (t *tx) LoginTokens(ctx context.Context, filter access.LoginTokenFilter) ([]access.LoginToken, error) {
	s := search{columns: loginTokenColumns, table: "login_tokens"}
	whereID(&s, "account_id = ?", filter.Account)
	whereID(&s, "issuer_id = ?", filter.Issuer)
	whereID(&s, "account_id IN (SELECT a.id FROM accounts AS a WHERE a.tenant_id = ?)", filter.Tenant)
	if !filter.OpenAt.IsZero() {
		s.where("redeemed_at IS NULL AND withdrawn_at IS NULL AND expires_at > ? AND "+sound, micros(filter.OpenAt))
	}
	text := s.page(filter.Page, filter.Newest)
	return list(ctx, t, text, s.args, scanLoginToken)
}

// InsertLoginToken adds a token; AlreadyExists when one with its digest is there, NoSuchAccount when its account or issuer
// isn't.
func (t *tx) InsertLoginToken(ctx context.Context, n access.LoginToken) (access.LoginTokenID, error) {
	for _, id := range []access.AccountID{n.AccountID, n.IssuerID} {
		if _, err := t.Account(ctx, id); err != nil {
			return 0, err
		}
	}
	id, err := t.q.InsertLoginToken(ctx, sqlgen.InsertLoginTokenParams{
		AccountID:      int64(n.AccountID),
		IssuerID:       int64(n.IssuerID),
		IssuerSession:  nullID(n.IssuerSession),
		Door:           string(n.Door),
		Digest:         n.Digest[:],
		KeyID:          n.KeyID,
		AccountVersion: int64(n.AccountVersion),
		IssuerVersion:  int64(n.IssuerVersion),
		OnlyFrom:       peerText(n.OnlyFrom),
		CreatedAt:      micros(n.CreatedAt),
		ExpiresAt:      micros(n.ExpiresAt),
		RedeemedAt:     nullMicros(n.RedeemedAt),
		RedeemedFrom:   peerText(n.RedeemedFrom),
		RedeemedBy:     nullID(n.RedeemedBy),
		WithdrawnAt:    nullMicros(n.WithdrawnAt),
		Opened:         int64(n.Opened),
		Scanned:        int64(n.Scanned),
	})
	return access.LoginTokenID(id), taken(err, "adding a login token", "a login token with this digest is there already")
}

// WithdrawLoginToken withdraws a token that was neither used nor withdrawn before; false when it was, or isn't there.
func (t *tx) WithdrawLoginToken(ctx context.Context, id access.LoginTokenID, at time.Time) (bool, error) {
	rows, err := t.q.WithdrawLoginToken(ctx, sqlgen.WithdrawLoginTokenParams{ID: int64(id), WithdrawnAt: micros(at)})
	return rows == 1, writing("withdrawing a login token", err)
}

// CountVisit counts a look at a token: by a browser, or by a scanner.
func (t *tx) CountVisit(ctx context.Context, id access.LoginTokenID, scanner bool) error {
	err := t.q.CountVisit(ctx, sqlgen.CountVisitParams{ID: int64(id), Opened: number(!scanner), Scanned: number(scanner)})
	return writing("counting a visit", err)
}

// DeleteLoginTokens removes at most limit tokens that expired before the given time, and says how many.
func (t *tx) DeleteLoginTokens(ctx context.Context, expiredBefore time.Time, limit int) (int64, error) {
	n, err := t.q.DeleteLoginTokens(ctx, sqlgen.DeleteLoginTokensParams{
		ExpiredBefore: micros(expiredBefore), Batch: int64(limit),
	})
	return n, writing("deleting old login tokens", err)
}
