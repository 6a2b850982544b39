package sqlstore

import (
	"context"

	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

// Telecom gives the store as package telecom uses it. It is the same store: its transactions are the same type.
func (s *Store) Telecom() telecom.Store { return telecomStore{s} }

// Catalogue gives the store as package catalogue uses it. It is the same store, too.
func (s *Store) Catalogue() catalogue.Store { return catalogueStore{s} }

var _ telecom.Tx = (*tx)(nil)

// telecomStore is a Store with the records and transactions of package telecom.
type telecomStore struct{ *Store }

// View reads one consistent state.
func (s telecomStore) View(ctx context.Context, read func(telecom.Records) error) error {
	return s.engine.view(ctx, func(t *tx) error { return read(t) })
}

// Update applies one transaction or nothing.
func (s telecomStore) Update(ctx context.Context, write func(telecom.Tx) error) error {
	return s.engine.update(ctx, func(t *tx) error { return write(t) })
}

// catalogueStore is a Store with the records and transactions of package catalogue.
type catalogueStore struct{ *Store }

// View reads one consistent state.
func (s catalogueStore) View(ctx context.Context, read func(catalogue.Records) error) error {
	return s.engine.view(ctx, func(t *tx) error { return read(t) })
}

// Update applies one transaction or nothing.
func (s catalogueStore) Update(ctx context.Context, write func(catalogue.Tx) error) error {
	return s.engine.update(ctx, func(t *tx) error { return write(t) })
}
