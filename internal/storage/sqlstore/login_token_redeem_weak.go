//go:build weak_redemption

package sqlstore

import (
	"context"

	"latchkey/internal/access"
)

// RedeemLoginToken believes what its caller has read a moment ago, and writes. This build is for drills, which have to notice.
func (t *tx) RedeemLoginToken(ctx context.Context, id access.LoginTokenID, r access.Redemption) (bool, error) {
	_, err := t.db.ExecContext(ctx, "UPDATE login_tokens SET redeemed_at = $1, redeemed_from = $2, redeemed_by = $3 WHERE id = $4",
		micros(r.At), peerText(r.From), nullID(r.By), int64(id))
	return true, writing("spending a login token", err)
}
