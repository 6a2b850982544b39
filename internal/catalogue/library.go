package catalogue

import (
	"context"

	"github.com/maypok86/otter/v2"

	"latchkey/internal/access"
)

// Library remembers the catalogues that were read last. What it gives is never stale: the number of the revision is read
// anew each time, in the transaction of who asks.
type Library struct {
	catalogues *otter.Cache[access.TenantID, *Catalogue]
}

// NewLibrary gives an empty library that keeps the catalogues of so many tenants at most.
func NewLibrary(most int) *Library {
	return &Library{otter.Must(&otter.Options[access.TenantID, *Catalogue]{
		MaximumSize: most,
		Executor:    func(tidy func()) { tidy() }, // at once, as catalogues are large; left for later they pile up on a busy machine
	})}
}

// Of gives a tenant's catalogue as a view sees it; an empty one when nothing was ever loaded. A transaction that writes asks
// Within.
func (l *Library) Of(ctx context.Context, r Records, tenant access.TenantID) (*Catalogue, error) {
	c, known, err := l.find(ctx, r, tenant)
	if err == nil && !known {
		l.catalogues.Set(tenant, c)
	}
	return c, err
}

// Within gives a tenant's catalogue as a transaction that may write sees it, its own changes too. It is remembered with the
// commit at the earliest: a revision that never came to be leaves its number to another one. And what a transaction reads of
// the revision that it makes itself is never remembered, as more may follow.
func (l *Library) Within(ctx context.Context, tx Tx, tenant access.TenantID) (*Catalogue, error) {
	c, known, err := l.find(ctx, tx, tenant)
	if err == nil && !known && !tx.RaisedCatalogue(tenant) {
		tx.AfterCommit(func() { l.catalogues.Set(tenant, c) })
	}
	return c, err
}

// find gives the catalogue from memory, or reads it.
func (l *Library) find(ctx context.Context, r Records, tenant access.TenantID) (c *Catalogue, known bool, err error) {
	revision, err := r.CatalogueRevision(ctx, tenant)
	for err == nil {
		if c, known = l.catalogues.GetIfPresent(tenant); known && c.revision == revision {
			return c, true, nil
		}
		var entries Entries
		if entries, err = r.CatalogueEntries(ctx, tenant); err != nil {
			break
		}
		// Where a transaction that writes is no snapshot (PostgreSQL), an import may have come between. What stands between two
		// readings of one number belongs to it.
		before := revision
		if revision, err = r.CatalogueRevision(ctx, tenant); err == nil && revision == before {
			return Build(revision, entries), false, nil
		}
	}
	return nil, false, err
}
