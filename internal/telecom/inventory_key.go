package telecom

import (
	"cmp"
	"context"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// InventoryKey says which inventory item is wanted: by exactly one of ID, Identifier and MDN.
type InventoryKey struct {
	ID         InventoryID
	Identifier string                  // compared by access.Fold
	Kind       catalogue.InventoryKind // of the item with the identifier; empty: of any kind
	MDN        string                  // compared by NumberKey
}

// Find finds an inventory item. A number that several items have is that of one that is ASSIGNED, of several the newest.
// NoSuchInventoryItem: there is none. InvalidInput: the key names none or several, or items of several kinds have the
// identifier and the key says no kind.
func (s *Inventory) Find(ctx context.Context, who access.Principal, key InventoryKey) (i InventoryItem, used *catalogue.Catalogue, err error) {
	err = s.view(ctx, who, func(r Records, c *catalogue.Catalogue) (err error) {
		used = c
		i, err = key.find(ctx, r, who.Tenant.ID, s.limit())
		return err
	})
	if err != nil {
		return InventoryItem{}, nil, err
	}
	return i, used, nil
}

func (k InventoryKey) find(ctx context.Context, r Records, tenant access.TenantID, limit int) (InventoryItem, error) {
	named := 0
	for _, is := range []bool{k.ID != 0, access.Fold(k.Identifier) != "", access.Fold(k.MDN) != ""} {
		if is {
			named++
		}
	}
	switch {
	case named != 1:
		return InventoryItem{}, problem.New(problem.InvalidInput, "An inventory item is named by its id, its identifier or its MDN, by one of them.")
	case k.ID != 0:
		return r.InventoryItem(ctx, tenant, k.ID)
	}
	filter := InventoryFilter{Tenant: tenant, Identifier: k.Identifier, MDN: k.MDN, Limit: limit}
	if k.Kind != "" && k.MDN == "" {
		filter.Kinds = []catalogue.InventoryKind{k.Kind}
	}
	items, err := r.InventoryItems(ctx, filter)
	switch {
	case err != nil:
		return InventoryItem{}, err
	case len(items) == 0:
		return InventoryItem{}, problem.New(problem.NoSuchInventoryItem, "There is no inventory item %q.", cmp.Or(k.Identifier, k.MDN))
	case len(items) > 1 && k.MDN == "":
		return InventoryItem{}, problem.New(problem.InvalidInput, "Several inventory items are called %q; say of which type.", k.Identifier)
	}
	return slices.MaxFunc(items, compareAssigned), nil
}

// compareAssigned puts an item that is assigned after one that is not, and of two such the newer one after the older.
func compareAssigned(a, b InventoryItem) int {
	rank := func(i InventoryItem) int {
		if i.Status == Assigned {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
}

// available gives an item that nobody has and that may be handed out. NoSuchInventoryItem; InvalidInput when it may not.
func (c *change) available(identifier string, kind catalogue.InventoryKind) (InventoryItem, error) {
	key := InventoryKey{Identifier: identifier, Kind: kind}
	i, err := key.find(c.ctx, c.tx, c.tenant, c.most)
	if err == nil && i.Status != Available {
		err = problem.New(problem.InvalidInput, "Inventory item %q is %s.", identifier, i.Status)
	}
	return i, err
}
