//go:build !weak_redemption

package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

// RedeemLoginToken spends a token in one guarded statement: at most one call ever returns true (rules N-16).
func (t *tx) RedeemLoginToken(ctx context.Context, id access.LoginTokenID, r access.Redemption) (bool, error) {
	rows, err := t.q.RedeemLoginToken(ctx, sqlgen.RedeemLoginTokenParams{
		ID: int64(id), RedeemedAt: micros(r.At), RedeemedFrom: peerText(r.From), RedeemedBy: nullID(r.By),
		Harmless: access.EndedByCaller,
	})
	return rows == 1, writing("spending a login token", err)
}
