package access

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"latchkey/internal/naming"
)

// AgentID names an agent; on the Rev.io wire it is AgentID.
type AgentID int64

// Agent is a sales or service organisation an account works for.
type Agent struct {
	ID       AgentID
	TenantID TenantID
	Number   string // the account number, unique within the tenant; on the Rev.io wire AgentNumber
	Name     string
}

// Agents owns the rules about agents.
type Agents struct {
	store Store
	now   func() time.Time
}

// Add adds an agent and gives it with its id. InvalidInput when it has no number or name; AlreadyExists when its
// tenant has the number; NoSuchTenant when there is no such tenant.
func (a *Agents) Add(ctx context.Context, by By, agent Agent) (Agent, error) {
	agent.Number, agent.Name = strings.TrimSpace(agent.Number), strings.TrimSpace(agent.Name)
	err := cmp.Or(naming.Check("the agent's number", agent.Number), naming.Check("the agent's name", agent.Name))
	if err != nil {
		return Agent{}, err
	}
	err = a.store.Update(ctx, func(tx Tx) error {
		if _, err := tx.Tenant(ctx, agent.TenantID); err != nil {
			return err
		}
		var err error
		if agent.ID, err = tx.InsertAgent(ctx, agent); err != nil {
			return err
		}
		return tx.Audit(ctx, AuditRow{
			At: a.now(), By: by, Tenant: agent.TenantID, Action: "agent.add",
			Object: fmt.Sprintf("agent:%d", agent.ID), Detail: agent.Number,
		})
	})
	return agent, err
}

// ByNumber finds a tenant's agent by its number.
func (a *Agents) ByNumber(ctx context.Context, tenant TenantID, number string) (Agent, error) {
	return Read(ctx, a.store, func(r Records) (Agent, error) { return r.AgentByNumber(ctx, tenant, number) })
}

// List lists a tenant's agents in order of id, or every tenant's for tenant zero.
func (a *Agents) List(ctx context.Context, tenant TenantID) ([]Agent, error) {
	return Read(ctx, a.store, func(r Records) ([]Agent, error) { return r.Agents(ctx, tenant) })
}
