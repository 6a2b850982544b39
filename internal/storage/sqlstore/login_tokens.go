package sqlstore

import (
	"context"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const loginTokenColumns = "id, account_id, issuer_id, door, digest, key_id, account_version, issuer_version, only_from, " +
	"created_at, expires_at, redeemed_at, redeemed_from, redeemed_by, withdrawn_at, opened, scanned"

func scanLoginToken(row scanner) (access.LoginToken, error) {
	var r sqlgen.LoginToken
	err := row.Scan(&r.ID, &r.AccountID, &r.IssuerID, &r.Door, &r.Digest, &r.KeyID, &r.AccountVersion, &r.IssuerVersion,
		&r.OnlyFrom, &r.CreatedAt, &r.ExpiresAt, &r.RedeemedAt, &r.RedeemedFrom, &r.RedeemedBy, &r.WithdrawnAt, &r.Opened,
		&r.Scanned)
	if err != nil {
		return access.LoginToken{}, err
	}
	return loginTokenOf(r)
}

func loginTokenOf(r sqlgen.LoginToken) (access.LoginToken, error) {
	digest, err := digestOf(r.Digest)
	if err != nil {
		return access.LoginToken{}, fmt.Errorf("reading the login token %d: %w", r.ID, err)
	}
	return access.LoginToken{
		ID:             access.LoginTokenID(r.ID),
		AccountID:      access.AccountID(r.AccountID),
		IssuerID:       access.AccountID(r.IssuerID),
		Door:           access.Door(r.Door),
		Digest:         digest,
		KeyID:          r.KeyID,
		AccountVersion: uint32(r.AccountVersion),
		IssuerVersion:  uint32(r.IssuerVersion),
		OnlyFrom:       peerOf(r.OnlyFrom),
		CreatedAt:      timeOf(r.CreatedAt),
		ExpiresAt:      timeOf(r.ExpiresAt),
		RedeemedAt:     nullTimeOf(r.RedeemedAt),
		RedeemedFrom:   peerOf(r.RedeemedFrom),
		RedeemedBy:     access.AccountID(r.RedeemedBy.Int64),
		WithdrawnAt:    nullTimeOf(r.WithdrawnAt),
		Opened:         int(r.Opened),
		Scanned:        int(r.Scanned),
	}, nil
}

// LoginToken finds a token by its id, a used, withdrawn or expired one too, or NoSuchLoginToken.
func (t *tx) LoginToken(ctx context.Context, id access.LoginTokenID) (access.LoginToken, error) {
	row, err := t.q.LoginToken(ctx, int64(id))
	if err != nil {
		return access.LoginToken{}, missing(err, problem.NoSuchLoginToken, "there is no login token %d", id)
	}
	return loginTokenOf(row)
}

// LoginTokens lists tokens in order of id, or the newest first.
func (t *tx) LoginTokens(ctx context.Context, filter access.LoginTokenFilter) ([]access.LoginToken, error) {
	s := search{columns: loginTokenColumns, table: "login_tokens"}
	whereID(&s, "account_id = ?", filter.Account)
	whereID(&s, "issuer_id = ?", filter.Issuer)
	whereID(&s, "account_id IN (SELECT a.id FROM accounts AS a WHERE a.tenant_id = ?)", filter.Tenant)
	if !filter.OpenAt.IsZero() {
		s.where("redeemed_at IS NULL AND withdrawn_at IS NULL AND expires_at > ?", micros(filter.OpenAt))
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

// RedeemLoginToken spends a token in one guarded statement: at most one call ever returns true (rules N-16).
func (t *tx) RedeemLoginToken(ctx context.Context, id access.LoginTokenID, r access.Redemption) (bool, error) {
	rows, err := t.q.RedeemLoginToken(ctx, sqlgen.RedeemLoginTokenParams{
		ID: int64(id), RedeemedAt: micros(r.At), RedeemedFrom: peerText(r.From), RedeemedBy: nullID(r.By),
	})
	return rows == 1, writing("spending a login token", err)
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
