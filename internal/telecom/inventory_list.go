package telecom

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// List gives inventory items in order of id; the filter's Tenant is set here. Without a Limit all of them, or InvalidInput
// when there are too many.
func (s *Inventory) List(ctx context.Context, who access.Principal, filter InventoryFilter) (found []InventoryItem, err error) {
	filter.Tenant = who.Tenant.ID
	page := filter.Limit > 0 && filter.Limit <= s.most
	if !page {
		filter.Limit = s.limit()
	}
	err = s.view(ctx, who, func(r Records, _ *catalogue.Catalogue) error {
		if found, err = r.InventoryItems(ctx, filter); err != nil || page {
			return err
		}
		return s.fits(len(found), "customer, kind or status")
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
