//go:build !weak_invalidation

package sqlstore

import (
	"context"
	"fmt"
)

// notify tells the other nodes, by the transaction itself: they hear of it if and when it is committed.
func (e *postgresEngine) notify(ctx context.Context, t *tx) error {
	for _, payload := range payloads(e.node, t.changes) {
		if _, err := t.db.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, payload); err != nil {
			return fmt.Errorf("telling the other nodes: %w", err)
		}
		e.announced.Store(true)
	}
	return nil
}
