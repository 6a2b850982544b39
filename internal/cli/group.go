package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
)

type groupCommands struct {
	List groupList `cmd:"" help:"List groups with their members."`
}

type groupList struct {
	whose
	listing
	Tenant string `placeholder:"CODE" help:"Only those of one tenant."`
}

// Help shows examples.
func (groupList) Help() string {
	return "Groups are made and changed by a tenant's administrators, over Intelliview.\n\n" +
		examples("latchkey group list", "latchkey group list --tenant ACME --json")
}

type groupRow struct {
	ID          int64     `json:"id" column:"ID"`
	Tenant      string    `json:"tenant" column:"TENANT"`
	Name        string    `json:"name" column:"NAME"`
	Description string    `json:"description,omitempty" column:"DESCRIPTION"`
	Members     []string  `json:"members" column:"MEMBERS"`
	CreatedAt   time.Time `json:"created_at" column:"CREATED"`
	ModifiedAt  time.Time `json:"modified_at"`
}

func (c *groupList) runInside(ctx context.Context, d *desk) error {
	only, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	tenants, err := d.house.Access.Tenants.List(ctx)
	if err != nil {
		return err
	}
	var rows []groupRow
	err = d.house.Store.View(ctx, func(r access.Records) error {
		rows = nil
		for _, tenant := range tenants {
			if only != 0 && tenant.ID != only {
				continue
			}
			groups, err := describeGroups(ctx, newNames(r), tenant)
			if err != nil {
				return err
			}
			rows = append(rows, groups...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func describeGroups(ctx context.Context, n *names, tenant access.Tenant) ([]groupRow, error) {
	groups, err := n.groups(ctx, tenant.ID)
	if err != nil {
		return nil, err
	}
	rows := make([]groupRow, 0, len(groups))
	for _, g := range groups {
		row := groupRow{
			ID: int64(g.ID), Tenant: tenant.Code, Name: g.Name, Description: g.Description, Members: []string{},
			CreatedAt: g.CreatedAt.UTC(), ModifiedAt: g.ModifiedAt.UTC(),
		}
		for _, id := range g.Members {
			member, err := n.records.Account(ctx, id)
			if err != nil {
				return nil, err
			}
			row.Members = append(row.Members, member.Name)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
