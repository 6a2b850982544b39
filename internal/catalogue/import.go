package catalogue

import (
	"cmp"
	"context"
	"slices"
	"time"

	"latchkey/internal/access"
)

// Import is what is to be written into a catalogue: entries that are new or that replace those of the same kind and id.
// Nothing is deleted: an entry that is no longer sold is Closed.
type Import struct {
	Entries Entries
	// Zips are codes for the table of ZIP codes; with ReplaceZips it holds them alone afterwards.
	Zips        []string
	ReplaceZips bool
	// At is when a new program was created that doesn't say so itself.
	At time.Time
	// Progress is told how many of the entries and ZIP codes are written, now and then; nil tells nobody. A transaction that
	// is run once more begins anew.
	Progress func(done, total int)
}

// Report is what an import wrote.
type Report struct {
	Revision  int64
	Written   map[string]int // how many entries of each kind, by the names of Kinds; a kind without any is left out
	Zips      int
	Catalogue *Catalogue // as it is after the import
}

// Load writes an import in a transaction: all of it, or nothing, as the transaction ends. It looks at the whole first, against
// the catalogue as it would be. InvalidInput tells every fault it finds, each with its entry and with what to do. An import
// with nothing in it makes no revision.
func Load(ctx context.Context, tx Tx, tenant access.TenantID, l Import) (Report, error) {
	if l.empty() {
		return Check(ctx, tx, tenant, l)
	}
	// Before anything is read, so that of two imports at once the second is held against what the first made.
	revision, err := tx.NextCatalogueRevision(ctx, tenant)
	if err != nil {
		return Report{}, err
	}
	l, report, err := l.prepared(ctx, tx, tenant, revision)
	if err != nil {
		return Report{}, err
	}
	return report, write(ctx, tx, tenant, l)
}

// Check says what Load would write, under the revision that it would make, and is refused as Load would be.
func Check(ctx context.Context, r Records, tenant access.TenantID, l Import) (Report, error) {
	revision, err := r.CatalogueRevision(ctx, tenant)
	if err != nil {
		return Report{}, err
	}
	if !l.empty() {
		revision++
	}
	_, report, err := l.prepared(ctx, r, tenant, revision)
	return report, err
}

// empty reports whether there is nothing to be written.
func (l Import) empty() bool {
	return len(l.Entries.Count()) == 0 && l.Entries.TaxEngine == "" && len(l.Zips) == 0 && !l.ReplaceZips
}

// prepared gives an import as it is to be written, and the report of it, or what is wrong with it.
func (l Import) prepared(ctx context.Context, r Records, tenant access.TenantID, revision int64) (Import, Report, error) {
	entries, err := r.CatalogueEntries(ctx, tenant)
	if err != nil {
		return l, Report{}, err
	}
	before := Build(0, entries)
	l.Entries = before.completed(l.Entries, l.At)
	l.Zips = slices.Compact(slices.Sorted(slices.Values(l.Zips)))
	report := Report{
		Revision: revision, Written: l.Entries.Count(), Zips: len(l.Zips),
		Catalogue: Build(revision, before.with(l.Entries)),
	}
	return l, report, check(ctx, r, tenant, before, report.Catalogue, l)
}

// completed gives new entries with what they don't say of themselves: when and by whom a program was created.
func (c *Catalogue) completed(e Entries, at time.Time) Entries {
	e.Programs = slices.Clone(e.Programs)
	for i := range e.Programs {
		p := &e.Programs[i]
		was, known := c.Program(p.ID)
		if p.CreatedAt.IsZero() {
			p.CreatedAt = was.CreatedAt
		}
		if p.CreatedAt.IsZero() && !known {
			p.CreatedAt = at
		}
		p.CreatedBy = cmp.Or(p.CreatedBy, was.CreatedBy)
	}
	return e
}

// with gives the entries of a catalogue as they are with new ones in their places.
func (c *Catalogue) with(e Entries) Entries {
	old := c.entries
	return Entries{
		TaxEngine:          cmp.Or(e.TaxEngine, old.TaxEngine),
		Providers:          merged(old.Providers, e.Providers, func(p Provider) ProviderID { return p.ID }),
		ProviderAccounts:   merged(old.ProviderAccounts, e.ProviderAccounts, func(a ProviderAccount) ProviderAccountID { return a.ID }),
		ServiceTypes:       merged(old.ServiceTypes, e.ServiceTypes, func(t ServiceType) ServiceTypeID { return t.ID }),
		ProductTypes:       merged(old.ProductTypes, e.ProductTypes, func(t ProductType) ProductTypeID { return t.ID }),
		Products:           merged(old.Products, e.Products, func(p Product) ProductID { return p.ID }),
		Packages:           merged(old.Packages, e.Packages, func(p Package) PackageID { return p.ID }),
		Programs:           merged(old.Programs, e.Programs, func(p Program) ProgramID { return p.ID }),
		BillProfiles:       merged(old.BillProfiles, e.BillProfiles, func(p BillProfile) BillProfileID { return p.ID }),
		Processes:          merged(old.Processes, e.Processes, func(p Process) ProcessID { return p.ID }),
		UnavailableReasons: merged(old.UnavailableReasons, e.UnavailableReasons, func(r UnavailableReason) ReasonID { return r.ID }),
		CustomFields:       merged(old.CustomFields, e.CustomFields, func(f CustomField) FieldID { return f.ID }),
		InventoryTypes:     merged(old.InventoryTypes, e.InventoryTypes, func(t InventoryType) InventoryTypeID { return t.ID }),
		LifelineTypes:      merged(old.LifelineTypes, e.LifelineTypes, func(t LifelineType) LifelineTypeID { return t.ID }),
		ProofTypes:         merged(old.ProofTypes, e.ProofTypes, func(t ProofType) ProofTypeID { return t.ID }),
		Agents:             merged(old.Agents, e.Agents, func(a AgentDetails) string { return a.Number }),
	}
}

// merged gives old entries with new ones in their places, in order of key.
func merged[K cmp.Ordered, E any](old, added []E, key func(E) K) []E {
	if len(added) == 0 {
		return old
	}
	replaced := newIndex(added, key)
	all := slices.Clone(added)
	for _, e := range old {
		if _, ok := replaced.find(key(e)); !ok {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b E) int { return cmp.Compare(key(a), key(b)) })
	return all
}

// parcel is how many entries or ZIP codes are written between two words of progress.
const parcel = 500

// write writes an import, in parcels.
func write(ctx context.Context, tx Tx, tenant access.TenantID, l Import) error {
	done, total := 0, len(l.Zips)
	for _, k := range l.Entries.kinds() {
		total += k.count
	}
	tell := func(more int) {
		done += more
		if l.Progress != nil {
			l.Progress(done, total)
		}
	}
	tell(0)
	if l.Entries.TaxEngine != "" {
		if err := tx.PutCatalogueEntries(ctx, tenant, Entries{TaxEngine: l.Entries.TaxEngine}); err != nil {
			return err
		}
	}
	for _, k := range l.Entries.kinds() {
		for from := 0; from < k.count; from += parcel {
			to := min(from+parcel, k.count)
			if err := tx.PutCatalogueEntries(ctx, tenant, k.part(from, to)); err != nil {
				return err
			}
			tell(to - from)
		}
	}
	return writeZips(ctx, tx, tenant, l, tell)
}

func writeZips(ctx context.Context, tx Tx, tenant access.TenantID, l Import, tell func(more int)) error {
	replace := l.ReplaceZips
	if replace && len(l.Zips) == 0 {
		return tx.PutZipCodes(ctx, tenant, nil, true)
	}
	for part := range slices.Chunk(l.Zips, parcel) {
		if err := tx.PutZipCodes(ctx, tenant, part, replace); err != nil {
			return err
		}
		replace = false
		tell(len(part))
	}
	return nil
}

// kind is the entries of one kind in Entries.
type kind struct {
	name  string
	count int
	part  func(from, to int) Entries // some of them, alone
}

func kindOf[E any](name string, entries []E, alone func([]E) Entries) kind {
	return kind{name, len(entries), func(from, to int) Entries { return alone(entries[from:to]) }}
}

// kinds gives the entries by kind, what others refer to before those others.
func (e Entries) kinds() []kind {
	return []kind{
		kindOf("providers", e.Providers, func(part []Provider) Entries { return Entries{Providers: part} }),
		kindOf("provider_accounts", e.ProviderAccounts, func(part []ProviderAccount) Entries { return Entries{ProviderAccounts: part} }),
		kindOf("service_types", e.ServiceTypes, func(part []ServiceType) Entries { return Entries{ServiceTypes: part} }),
		kindOf("product_types", e.ProductTypes, func(part []ProductType) Entries { return Entries{ProductTypes: part} }),
		kindOf("bill_profiles", e.BillProfiles, func(part []BillProfile) Entries { return Entries{BillProfiles: part} }),
		kindOf("custom_fields", e.CustomFields, func(part []CustomField) Entries { return Entries{CustomFields: part} }),
		kindOf("inventory_types", e.InventoryTypes, func(part []InventoryType) Entries { return Entries{InventoryTypes: part} }),
		kindOf("products", e.Products, func(part []Product) Entries { return Entries{Products: part} }),
		kindOf("programs", e.Programs, func(part []Program) Entries { return Entries{Programs: part} }),
		kindOf("packages", e.Packages, func(part []Package) Entries { return Entries{Packages: part} }),
		kindOf("processes", e.Processes, func(part []Process) Entries { return Entries{Processes: part} }),
		kindOf("unavailable_reasons", e.UnavailableReasons, func(part []UnavailableReason) Entries { return Entries{UnavailableReasons: part} }),
		kindOf("lifeline_types", e.LifelineTypes, func(part []LifelineType) Entries { return Entries{LifelineTypes: part} }),
		kindOf("proof_types", e.ProofTypes, func(part []ProofType) Entries { return Entries{ProofTypes: part} }),
		kindOf("agents", e.Agents, func(part []AgentDetails) Entries { return Entries{Agents: part} }),
	}
}

// Kinds names the kinds of entries, what others refer to before those others.
func Kinds() []string {
	var names []string
	for _, k := range (Entries{}).kinds() {
		names = append(names, k.name)
	}
	return names
}

// Count says how many entries of each kind there are, by the names of Kinds; a kind without any is left out.
func (e Entries) Count() map[string]int {
	counts := map[string]int{}
	for _, k := range e.kinds() {
		if k.count > 0 {
			counts[k.name] = k.count
		}
	}
	return counts
}
