package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
)

type tenantCommands struct {
	Add     tenantAdd     `cmd:"" help:"Add a tenant."`
	List    tenantList    `cmd:"" help:"List every tenant."`
	Set     tenantSet     `cmd:"" help:"Change a tenant."`
	Disable tenantDisable `cmd:"" help:"Disable a tenant and all below it, and end their sessions."`
	Enable  tenantEnable  `cmd:"" help:"Make a disabled tenant active again."`
}

type tenantAdd struct {
	whose
	Code            string `arg:"" help:"Its code, with which its accounts sign in (on the Rev.io wire, Client): one word, unique."`
	Name            string `required:"" placeholder:"NAME" help:"Its name."`
	Kind            string `default:"company" enum:"operator,distributor,partner,company" placeholder:"KIND" help:"What it is: operator, distributor, partner or company."`
	Parent          string `placeholder:"CODE" help:"The tenant above it in the tree; none for a root."`
	TimeZone        string `placeholder:"ZONE" help:"Zone of the times on its wire, such as America/New_York; UTC when not given."`
	NoImpersonation bool   `help:"Nobody of it may act as another, whatever grants there are."`
}

// Help shows examples.
func (tenantAdd) Help() string {
	return examples(`latchkey tenant add ACME --name "Acme Telecom"`,
		`latchkey tenant add NORTH --name "Acme North" --parent ACME --time-zone America/Chicago`)
}

func (c *tenantAdd) runInside(ctx context.Context, d *desk) error {
	parent, err := d.tenantID(ctx, c.Parent)
	if err != nil {
		return err
	}
	tenant, err := d.house.Access.Tenants.Add(ctx, d.by, access.Tenant{
		ParentID: parent, Kind: access.TenantKind(c.Kind), Code: c.Code, Name: c.Name,
		TimeZone: c.TimeZone, ImpersonationOff: c.NoImpersonation,
	})
	if err != nil {
		return err
	}
	d.say("Tenant %s was added with id %d.", tenant.Code, tenant.ID)
	return nil
}

type tenantList struct {
	whose
	listing
}

// Help shows examples.
func (tenantList) Help() string {
	return examples("latchkey tenant list", "latchkey tenant list --json")
}

type tenantRow struct {
	ID            int64      `json:"id" column:"ID"`
	Code          string     `json:"code" column:"CODE"`
	Name          string     `json:"name" column:"NAME"`
	Kind          string     `json:"kind" column:"KIND"`
	Parent        string     `json:"parent,omitempty" column:"PARENT"`
	TimeZone      string     `json:"time_zone,omitempty" column:"ZONE"`
	Active        bool       `json:"active" column:"ACTIVE"`
	Impersonation bool       `json:"impersonation"`
	CreatedAt     time.Time  `json:"created_at" column:"CREATED"`
	DisabledAt    *time.Time `json:"disabled_at,omitempty"`
}

func (c *tenantList) runInside(ctx context.Context, d *desk) error {
	tenants, err := d.house.Access.Tenants.List(ctx)
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, tenants, func(n *names, t access.Tenant) (tenantRow, error) {
		parent, err := n.tenant(ctx, t.ParentID)
		return tenantRow{
			ID: int64(t.ID), Code: t.Code, Name: t.Name, Kind: string(t.Kind), Parent: parent, TimeZone: t.TimeZone,
			Active: t.Active(), Impersonation: !t.ImpersonationOff, CreatedAt: t.CreatedAt.UTC(), DisabledAt: moment(t.DisabledAt),
		}, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

type tenantDisable struct {
	whose
	Code string `arg:"" help:"The tenant's code."`
}

// Help shows examples.
func (tenantDisable) Help() string {
	return examples("latchkey tenant disable ACME")
}

func (c *tenantDisable) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.house.Access.Tenants.ByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	sessions, err := d.house.Access.Tenants.Disable(ctx, d.by, tenant.ID)
	if err != nil {
		return err
	}
	d.say("Tenant %s is disabled; %s ended.", tenant.Code, count(sessions, "session"))
	return nil
}

type tenantEnable struct {
	whose
	Code string `arg:"" help:"The tenant's code."`
}

// Help shows examples.
func (tenantEnable) Help() string {
	return "Sessions that ended with the disabling stay ended.\n\n" + examples("latchkey tenant enable ACME")
}

func (c *tenantEnable) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.house.Access.Tenants.ByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	if err := d.house.Access.Tenants.Enable(ctx, d.by, tenant.ID); err != nil {
		return err
	}
	d.say("Tenant %s is active.", tenant.Code)
	return nil
}
