package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
)

// Messaging gives the store as package messaging uses it. It is the same store: its transactions are the same type.
func (s *Store) Messaging() messaging.Store { return messagingStore{s} }

// messagingStore is a Store with the records and transactions of package messaging.
type messagingStore struct{ *Store }

var _ messaging.Tx = (*tx)(nil)

// View reads one consistent state.
func (s messagingStore) View(ctx context.Context, read func(messaging.Records) error) error {
	return s.engine.view(ctx, func(t *tx) error { return read(t) })
}

// Update applies one transaction or nothing.
func (s messagingStore) Update(ctx context.Context, write func(messaging.Tx) error) error {
	return s.engine.update(ctx, func(t *tx) error { return write(t) })
}

// AnnounceQueue tells the dispatchers of every process that texts wait.
func (t *tx) AnnounceQueue() {
	queue := access.Change{Kind: access.ChangedQueue}
	for _, c := range t.changes {
		if c == queue {
			return
		}
	}
	t.announce(queue)
}
