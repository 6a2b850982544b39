package cli

import (
	"context"

	"latchkey/internal/access"
)

type agentCommands struct {
	Add  agentAdd  `cmd:"" help:"Add an agent to a tenant."`
	List agentList `cmd:"" help:"List agents."`
}

type agentAdd struct {
	whose
	Tenant string `arg:"" help:"The tenant's code."`
	Number string `arg:"" help:"The agent's account number, unique within the tenant (on the Rev.io wire, AgentNumber)."`
	Name   string `required:"" placeholder:"NAME" help:"The agent's name."`
}

// Help shows examples.
func (agentAdd) Help() string {
	return examples(`latchkey agent add ACME A-1001 --name "Lakeside Agency"`)
}

func (c *agentAdd) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.house.Access.Tenants.ByCode(ctx, c.Tenant)
	if err != nil {
		return err
	}
	agent, err := d.house.Access.Agents.Add(ctx, d.by, access.Agent{TenantID: tenant.ID, Number: c.Number, Name: c.Name})
	if err != nil {
		return err
	}
	d.say("Agent %s of tenant %s was added with id %d.", agent.Number, tenant.Code, agent.ID)
	return nil
}

type agentList struct {
	whose
	listing
	Tenant string `placeholder:"CODE" help:"Only those of one tenant."`
}

// Help shows examples.
func (agentList) Help() string {
	return examples("latchkey agent list", "latchkey agent list --tenant ACME --json")
}

type agentRow struct {
	ID     int64  `json:"id" column:"ID"`
	Tenant string `json:"tenant" column:"TENANT"`
	Number string `json:"number" column:"NUMBER"`
	Name   string `json:"name" column:"NAME"`
}

func (c *agentList) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	agents, err := d.house.Access.Agents.List(ctx, tenant)
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, agents, func(n *names, a access.Agent) (agentRow, error) {
		tenant, err := n.tenant(ctx, a.TenantID)
		return agentRow{ID: int64(a.ID), Tenant: tenant, Number: a.Number, Name: a.Name}, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}
