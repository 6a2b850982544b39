package sqlstore

import (
	"context"

	"latchkey/internal/keyring"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

// ServerKeys lists the keys the store has been written under, oldest first.
func (t *tx) ServerKeys(ctx context.Context) ([]keyring.ServerKey, error) {
	rows, err := t.q.ServerKeys(ctx)
	if err != nil {
		return nil, writing("listing server keys", err)
	}
	keys := make([]keyring.ServerKey, len(rows))
	for i, r := range rows {
		keys[i] = keyring.ServerKey{ID: r.ID, Fingerprint: r.Fingerprint, FirstUsedAt: timeOf(r.FirstUsedAt)}
	}
	return keys, nil
}

// InsertServerKey records a key; one that is recorded already stays as it was.
func (t *tx) InsertServerKey(ctx context.Context, k keyring.ServerKey) error {
	err := t.q.InsertServerKey(ctx, sqlgen.InsertServerKeyParams{
		ID: k.ID, Fingerprint: k.Fingerprint, FirstUsedAt: micros(k.FirstUsedAt),
	})
	return writing("recording a server key", err)
}
