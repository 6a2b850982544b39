package cli

import (
	"context"

	"latchkey/internal/access"
)

type tenantSet struct {
	whose
	Code          string  `arg:"" help:"The tenant's code."`
	Name          *string `placeholder:"NAME" help:"Its name."`
	TimeZone      *string `placeholder:"ZONE" help:"Zone of the times on its wire, such as America/New_York; an empty one is UTC."`
	Impersonation *bool   `negatable:"" help:"Whether its accounts may act as others under grants; --no-impersonation forbids it."`
	Parent        *string `placeholder:"CODE" help:"The tenant above it in the tree; none makes it a root."`
}

// Help shows examples.
func (tenantSet) Help() string {
	return "Only what is given changes. Its code and kind stay; `latchkey tenant disable` and `enable` change the rest.\n\n" +
		examples(`latchkey tenant set ACME --name "Acme Telecom" --time-zone America/Chicago`,
			"latchkey tenant set ACME --no-impersonation",
			"latchkey tenant set NORTH --parent none")
}

func (c *tenantSet) runInside(ctx context.Context, d *desk) error {
	if c.Name == nil && c.TimeZone == nil && c.Impersonation == nil && c.Parent == nil {
		return errNothingGiven
	}
	tenant, err := d.house.Access.Tenants.ByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	var parent access.Tenant
	if c.Parent != nil && *c.Parent != noneGiven {
		if parent, err = d.house.Access.Tenants.ByCode(ctx, *c.Parent); err != nil {
			return err
		}
	}
	changed, err := d.house.Access.Tenants.Change(ctx, d.by, tenant.ID, func(t *access.Tenant) {
		set(&t.Name, c.Name)
		set(&t.TimeZone, c.TimeZone)
		if c.Impersonation != nil {
			t.ImpersonationOff = !*c.Impersonation
		}
		if c.Parent != nil {
			t.ParentID = parent.ID
		}
	})
	if err != nil {
		return err
	}
	d.sayChanged("Tenant "+tenant.Code, changed)
	return nil
}
