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
	return &Library{otter.Must(&otter.Options[access.TenantID, *Catalogue]{MaximumSize: most})}
}

// Of gives a tenant's catalogue as it is in a transaction; an empty one when nothing was ever loaded. A transaction that
// changes the catalogue doesn't ask here: what it reads may never come to be.
func (l *Library) Of(ctx context.Context, r Records, tenant access.TenantID) (*Catalogue, error) {
	revision, err := r.CatalogueRevision(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if c, ok := l.catalogues.GetIfPresent(tenant); ok && c.revision == revision {
		return c, nil
	}
	entries, err := r.CatalogueEntries(ctx, tenant)
	if err != nil {
		return nil, err
	}
	c := Build(revision, entries)
	l.catalogues.Set(tenant, c)
	return c, nil
}
