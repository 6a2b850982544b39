package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

// entryKind is one kind of catalogue entry on its way into the store and out.
type entryKind struct {
	name string // in the store
	put  func(from catalogue.Entries, put func(id int64, entry any) error) error
	add  func(to *catalogue.Entries, body string) error
}

// kindOf gives the kind whose entries stand in a list of catalogue.Entries.
func kindOf[E any, ID ~int64](name string, list func(*catalogue.Entries) *[]E, id func(E) ID) entryKind {
	return entryKind{
		name: name,
		put: func(from catalogue.Entries, put func(int64, any) error) error {
			for _, entry := range *list(&from) {
				if err := put(int64(id(entry)), entry); err != nil {
					return err
				}
			}
			return nil
		},
		add: func(to *catalogue.Entries, body string) error {
			var entry E
			err := jsonOf("a "+name, body, &entry)
			*list(to) = append(*list(to), entry)
			return err
		},
	}
}

// entryKinds lists every kind.
func entryKinds() []entryKind {
	return []entryKind{
		kindOf("provider", func(e *catalogue.Entries) *[]catalogue.Provider { return &e.Providers },
			func(p catalogue.Provider) catalogue.ProviderID { return p.ID }),
		kindOf("provider_account", func(e *catalogue.Entries) *[]catalogue.ProviderAccount { return &e.ProviderAccounts },
			func(a catalogue.ProviderAccount) catalogue.ProviderAccountID { return a.ID }),
		kindOf("service_type", func(e *catalogue.Entries) *[]catalogue.ServiceType { return &e.ServiceTypes },
			func(t catalogue.ServiceType) catalogue.ServiceTypeID { return t.ID }),
		kindOf("product_type", func(e *catalogue.Entries) *[]catalogue.ProductType { return &e.ProductTypes },
			func(t catalogue.ProductType) catalogue.ProductTypeID { return t.ID }),
		kindOf("product", func(e *catalogue.Entries) *[]catalogue.Product { return &e.Products },
			func(p catalogue.Product) catalogue.ProductID { return p.ID }),
		kindOf("package", func(e *catalogue.Entries) *[]catalogue.Package { return &e.Packages },
			func(p catalogue.Package) catalogue.PackageID { return p.ID }),
		kindOf("program", func(e *catalogue.Entries) *[]catalogue.Program { return &e.Programs },
			func(p catalogue.Program) catalogue.ProgramID { return p.ID }),
		kindOf("bill_profile", func(e *catalogue.Entries) *[]catalogue.BillProfile { return &e.BillProfiles },
			func(p catalogue.BillProfile) catalogue.BillProfileID { return p.ID }),
		kindOf("process", func(e *catalogue.Entries) *[]catalogue.Process { return &e.Processes },
			func(p catalogue.Process) catalogue.ProcessID { return p.ID }),
		kindOf("unavailable_reason", func(e *catalogue.Entries) *[]catalogue.UnavailableReason { return &e.UnavailableReasons },
			func(r catalogue.UnavailableReason) catalogue.ReasonID { return r.ID }),
		kindOf("custom_field", func(e *catalogue.Entries) *[]catalogue.CustomField { return &e.CustomFields },
			func(f catalogue.CustomField) catalogue.FieldID { return f.ID }),
		kindOf("inventory_type", func(e *catalogue.Entries) *[]catalogue.InventoryType { return &e.InventoryTypes },
			func(t catalogue.InventoryType) catalogue.InventoryTypeID { return t.ID }),
		kindOf("lifeline_type", func(e *catalogue.Entries) *[]catalogue.LifelineType { return &e.LifelineTypes },
			func(t catalogue.LifelineType) catalogue.LifelineTypeID { return t.ID }),
		kindOf("proof_type", func(e *catalogue.Entries) *[]catalogue.ProofType { return &e.ProofTypes },
			func(t catalogue.ProofType) catalogue.ProofTypeID { return t.ID }),
		kindOf(agentKind, func(e *catalogue.Entries) *[]catalogue.AgentDetails { return &e.Agents },
			func(catalogue.AgentDetails) access.AgentID { return 0 }),
	}
}

// agentKind is the kind of the details of agents, which are stored under the ids of the agents.
const agentKind = "agent"

// CatalogueRevision gives the number of the tenant's current revision; zero when nothing was ever loaded.
func (t *tx) CatalogueRevision(ctx context.Context, tenant access.TenantID) (int64, error) {
	revision, err := t.q.CatalogueRevision(ctx, int64(tenant))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return revision, writing("reading the revision of a catalogue", err)
}

// CatalogueEntries gives everything of the tenant's catalogue, each kind in order of id.
func (t *tx) CatalogueEntries(ctx context.Context, tenant access.TenantID) (catalogue.Entries, error) {
	var entries catalogue.Entries
	engine, err := t.q.TaxEngine(ctx, int64(tenant))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return entries, writing("reading a catalogue", err)
	}
	entries.TaxEngine = catalogue.TaxEngine(engine)
	rows, err := t.q.CatalogueEntries(ctx, int64(tenant))
	if err != nil {
		return entries, writing("reading a catalogue", err)
	}
	kinds := make(map[string]entryKind)
	for _, k := range entryKinds() {
		kinds[k.name] = k
	}
	for _, row := range rows {
		kind, ok := kinds[row.Kind]
		if !ok {
			return entries, fmt.Errorf("reading a catalogue: it holds the unknown kind %q", row.Kind)
		}
		if err := kind.add(&entries, row.Body); err != nil {
			return entries, err
		}
	}
	return entries, nil
}

// ZipCode reports whether the tenant's table of ZIP codes has a code, and whether there is a table at all.
func (t *tx) ZipCode(ctx context.Context, tenant access.TenantID, zip string) (known, table bool, err error) {
	if !storable(zip) {
		zip = ""
	}
	row, err := t.q.ZipCode(ctx, sqlgen.ZipCodeParams{TenantID: int64(tenant), Zip: zip})
	return row.Known != 0, row.Listed != 0, writing("looking for a ZIP code", err)
}

// NextCatalogueRevision makes the revision one higher and gives it. It makes every other transaction that does the same
// for the tenant wait until this one ends.
func (t *tx) NextCatalogueRevision(ctx context.Context, tenant access.TenantID) (int64, error) {
	revision, err := t.q.NextCatalogueRevision(ctx, int64(tenant))
	return revision, writing("raising the revision of a catalogue", err)
}

// PutCatalogueEntries adds entries, or replaces those of the same kind and id. NoSuchAgent: the tenant has no agent of the
// number of an agent's details.
func (t *tx) PutCatalogueEntries(ctx context.Context, tenant access.TenantID, entries catalogue.Entries) error {
	if entries.TaxEngine != "" {
		err := t.q.SetTaxEngine(ctx, sqlgen.SetTaxEngineParams{TenantID: int64(tenant), TaxEngine: string(entries.TaxEngine)})
		if err != nil {
			return writing("writing a catalogue", err)
		}
	}
	for _, kind := range entryKinds() {
		err := kind.put(entries, func(id int64, entry any) error {
			if details, ok := entry.(catalogue.AgentDetails); ok {
				agent, err := t.AgentByNumber(ctx, tenant, details.Number)
				if err != nil {
					return err
				}
				id = int64(agent.ID)
			}
			body, err := jsonText("a "+kind.name, entry, false)
			if err != nil {
				return err
			}
			return t.q.PutCatalogueEntry(ctx, sqlgen.PutCatalogueEntryParams{
				TenantID: int64(tenant), Kind: kind.name, ID: id, Body: body,
			})
		})
		if err != nil {
			return fmt.Errorf("writing a catalogue: %w", err)
		}
	}
	return nil
}

// PutZipCodes adds codes to the tenant's table; with replace the table holds them alone afterwards.
func (t *tx) PutZipCodes(ctx context.Context, tenant access.TenantID, zips []string, replace bool) error {
	if replace {
		if err := t.q.DeleteZipCodes(ctx, int64(tenant)); err != nil {
			return writing("emptying a table of ZIP codes", err)
		}
	}
	// WHERE keeps SQLite from reading ON as the beginning of a join.
	text := "INSERT INTO zip_codes (tenant_id, zip) SELECT CAST($1 AS BIGINT), value FROM json_each($2) WHERE true ON CONFLICT DO NOTHING"
	if t.arrays {
		text = "INSERT INTO zip_codes (tenant_id, zip) SELECT CAST($1 AS BIGINT), UNNEST(CAST($2 AS TEXT[])) ON CONFLICT DO NOTHING"
	}
	_, err := t.db.ExecContext(ctx, text, int64(tenant), t.list(zips))
	return writing("filling a table of ZIP codes", err)
}
