package catalogue

import (
	"context"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Reader answers questions about catalogues. Whoever asks needs access.ReadRecords, and is answered from the catalogue of
// the own tenant. Answers come in order of id.
type Reader struct {
	store    Store
	library  *Library
	mostRows int
}

// NewReader gives a reader whose answers hold at most so many entries; to more it says how to narrow the question.
func NewReader(store Store, library *Library, mostRows int) *Reader {
	return &Reader{store, library, mostRows}
}

// Current gives the catalogue of the principal's tenant.
func (r *Reader) Current(ctx context.Context, who access.Principal) (*Catalogue, error) {
	return r.current(ctx, who, func(Records) error { return nil })
}

// current gives the catalogue, after a check in the same transaction.
func (r *Reader) current(ctx context.Context, who access.Principal, check func(Records) error) (*Catalogue, error) {
	if err := who.Require(access.ReadRecords); err != nil {
		return nil, err
	}
	var c *Catalogue
	err := r.store.View(ctx, func(records Records) (err error) {
		if err := check(records); err != nil {
			return err
		}
		c, err = r.library.Of(ctx, records, who.Tenant.ID)
		return err
	})
	return c, err
}

// isFor reports whether a list that is for everything when it is empty has a value.
func isFor[V comparable](list []V, value V) bool {
	return len(list) == 0 || slices.Contains(list, value)
}

// pick gives the entries that fit; InvalidInput, which says how to narrow the question, when they are too many.
func pick[E any](r *Reader, entries []E, fits func(E) bool, narrow string) ([]E, error) {
	var found []E
	for _, e := range entries {
		if !fits(e) {
			continue
		}
		if len(found) == r.mostRows {
			return nil, problem.New(problem.InvalidInput, "more than %d are found; %s", r.mostRows, narrow)
		}
		found = append(found, e)
	}
	return found, nil
}

// Programs finds programs: of the given ids, or any; those that are still sold, or those that aren't any more. InvalidInput
// names an id that no program has.
func (r *Reader) Programs(ctx context.Context, who access.Principal, ids []ProgramID, active bool) ([]Program, *Catalogue, error) {
	c, err := r.Current(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if _, ok := c.Program(id); !ok {
			return nil, nil, problem.New(problem.InvalidInput, "there is no program %d", id)
		}
	}
	found, err := pick(r, c.entries.Programs, func(p Program) bool {
		return p.Closed != active && isFor(ids, p.ID)
	}, "name the programs")
	return found, c, err
}

// BillProfiles finds bill profiles by id, by name (compared by access.Fold), by both, or all of them. NoSuchBillProfile when
// id or name is given and nothing fits.
func (r *Reader) BillProfiles(ctx context.Context, who access.Principal, id BillProfileID, name string) ([]BillProfile, error) {
	c, err := r.Current(ctx, who)
	if err != nil {
		return nil, err
	}
	found, err := pick(r, c.entries.BillProfiles, func(p BillProfile) bool {
		return (id == 0 || id == p.ID) && (name == "" || access.Fold(name) == access.Fold(p.Name))
	}, "name the bill profile")
	if err == nil && len(found) == 0 && (id != 0 || name != "") {
		return nil, problem.New(problem.NoSuchBillProfile, "there is no such bill profile")
	}
	return found, err
}

// InventoryTypeQuery narrows a list of inventory types; zero fields don't narrow.
type InventoryTypeQuery struct {
	Type       InventoryTypeID
	Kind       InventoryKind
	Package    PackageID // the types of the package and of its products
	Product    ProductID
	FieldLabel string // a custom field of scope OfInventoryType has FieldValue; both compared by access.Fold
	FieldValue string
}

// InventoryTypes finds inventory types, closed ones too: answers show which they are. NoSuchPackage and NoSuchProduct when
// there is none of what the query names; InvalidInput names an inventory type or a custom field that isn't there.
func (r *Reader) InventoryTypes(ctx context.Context, who access.Principal, q InventoryTypeQuery) ([]InventoryType, *Catalogue, error) {
	c, err := r.Current(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := c.InventoryType(q.Type); q.Type != 0 && !ok {
		return nil, nil, problem.New(problem.InvalidInput, "there is no inventory type %d", q.Type)
	}
	ofPackage, err := c.typesOfPackage(q.Package)
	if err != nil {
		return nil, nil, err
	}
	product, ok := c.Product(q.Product)
	if q.Product != 0 && !ok {
		return nil, nil, problem.New(problem.NoSuchProduct, "there is no product %d", q.Product)
	}
	field, ok := c.FieldByLabel(OfInventoryType, q.FieldLabel)
	if q.FieldLabel != "" && !ok {
		return nil, nil, problem.New(problem.InvalidInput, "inventory types have no custom field %q", q.FieldLabel)
	}
	found, err := pick(r, c.entries.InventoryTypes, func(t InventoryType) bool {
		return (q.Type == 0 || q.Type == t.ID) && (q.Kind == "" || q.Kind == t.Kind) &&
			(q.Package == 0 || slices.Contains(ofPackage, t.ID)) &&
			(q.Product == 0 || slices.Contains(product.InventoryTypes, t.ID)) &&
			(q.FieldLabel == "" || access.Fold(t.value(field.ID)) == access.Fold(q.FieldValue))
	}, "name a kind")
	return found, c, err
}

// value gives an inventory type's value of a custom field; empty when it has none.
func (t InventoryType) value(id FieldID) string {
	for _, f := range t.Fields {
		if f.Field == id {
			return f.Value
		}
	}
	return ""
}

// typesOfPackage gives the inventory types of a package and of its products; none for package zero.
func (c *Catalogue) typesOfPackage(id PackageID) ([]InventoryTypeID, error) {
	if id == 0 {
		return nil, nil
	}
	p, ok := c.Package(id)
	if !ok {
		return nil, problem.New(problem.NoSuchPackage, "there is no package %d", id)
	}
	types := slices.Clone(p.InventoryTypes)
	for _, in := range p.Products {
		product, _ := c.Product(in.Product)
		types = append(types, product.InventoryTypes...)
	}
	return types, nil
}

// Agent finds an agent by id, by number or by both, with what the catalogue tells of it. NoSuchAgent when there is none, or
// when id and number are of two; InvalidInput when neither is given.
func (r *Reader) Agent(ctx context.Context, who access.Principal, id access.AgentID, number string) (access.Agent, AgentDetails, error) {
	if id == 0 && number == "" {
		return access.Agent{}, AgentDetails{}, problem.New(problem.InvalidInput, "name the agent by id or by number")
	}
	var agent access.Agent
	c, err := r.current(ctx, who, func(records Records) (err error) {
		if id != 0 {
			agent, err = records.Agent(ctx, id)
		} else {
			agent, err = records.AgentByNumber(ctx, who.Tenant.ID, number)
		}
		if err != nil {
			return err
		}
		if agent.TenantID != who.Tenant.ID || number != "" && agent.Number != number {
			return problem.New(problem.NoSuchAgent, "there is no such agent")
		}
		return nil
	})
	if err != nil {
		return access.Agent{}, AgentDetails{}, err
	}
	details, _ := c.Agent(agent.Number)
	return agent, details, nil
}
