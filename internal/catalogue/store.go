package catalogue

import (
	"context"

	"latchkey/internal/access"
)

// Store keeps catalogues; see access.Store for what the methods promise.
type Store interface {
	View(ctx context.Context, read func(Records) error) error
	Update(ctx context.Context, write func(Tx) error) error
}

// Records is what can be read.
type Records interface {
	access.Records

	// CatalogueRevision gives the number of the tenant's current revision; zero when nothing was ever loaded.
	CatalogueRevision(ctx context.Context, tenant access.TenantID) (int64, error)
	// CatalogueEntries gives everything of the tenant's catalogue, each kind in order of id.
	CatalogueEntries(ctx context.Context, tenant access.TenantID) (Entries, error)
	// ZipCode reports whether the tenant's table of ZIP codes has a code, and whether there is a table at all.
	ZipCode(ctx context.Context, tenant access.TenantID, zip string) (known, table bool, err error)
}

// Tx is a transaction: what can be read, and what can be written.
type Tx interface {
	Records
	access.Auditor

	// AfterCommit runs f once this transaction is durable, before Update returns; never when it fails.
	AfterCommit(f func())

	// NextCatalogueRevision makes the revision one higher and gives it. It makes every other transaction that does the same
	// for the tenant wait until this one ends.
	NextCatalogueRevision(ctx context.Context, tenant access.TenantID) (int64, error)
	// RaisedCatalogue reports whether this transaction has made a revision of the tenant's.
	RaisedCatalogue(tenant access.TenantID) bool
	// PutCatalogueEntries adds entries, or replaces those of the same kind and id.
	PutCatalogueEntries(ctx context.Context, tenant access.TenantID, entries Entries) error
	// PutZipCodes adds codes to the tenant's table; with replace the table holds them alone afterwards.
	PutZipCodes(ctx context.Context, tenant access.TenantID, zips []string, replace bool) error
}
