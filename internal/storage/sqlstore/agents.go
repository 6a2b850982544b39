package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

func agentOf(r sqlgen.Agent) access.Agent {
	return access.Agent{ID: access.AgentID(r.ID), TenantID: access.TenantID(r.TenantID), Number: r.Number, Name: r.Name}
}

// Agent finds an agent by its id, or NoSuchAgent.
func (t *tx) Agent(ctx context.Context, id access.AgentID) (access.Agent, error) {
	row, err := t.q.Agent(ctx, int64(id))
	if err != nil {
		return access.Agent{}, missing(err, problem.NoSuchAgent, "there is no agent %d", id)
	}
	return agentOf(row), nil
}

// AgentByNumber finds a tenant's agent by its exact number, or NoSuchAgent.
func (t *tx) AgentByNumber(ctx context.Context, tenant access.TenantID, number string) (access.Agent, error) {
	row, err := t.q.AgentByNumber(ctx, sqlgen.AgentByNumberParams{TenantID: int64(tenant), Number: number})
	if err != nil {
		return access.Agent{}, missing(err, problem.NoSuchAgent, "there is no agent with the number %q", number)
	}
	return agentOf(row), nil
}

// Agents lists a tenant's agents in order of id, or every tenant's for tenant zero.
func (t *tx) Agents(ctx context.Context, tenant access.TenantID) ([]access.Agent, error) {
	s := search{columns: "id, tenant_id, number, name", table: "agents"}
	whereID(&s, "tenant_id = ?", tenant)
	return list(ctx, t, s.text()+" ORDER BY id", s.args, func(row scanner) (access.Agent, error) {
		var r sqlgen.Agent
		err := row.Scan(&r.ID, &r.TenantID, &r.Number, &r.Name)
		return agentOf(r), err
	})
}

// InsertAgent adds an agent; AlreadyExists when the tenant has one of that number, NoSuchTenant without the tenant.
func (t *tx) InsertAgent(ctx context.Context, a access.Agent) (access.AgentID, error) {
	if _, err := t.Tenant(ctx, a.TenantID); err != nil {
		return 0, err
	}
	id, err := t.q.InsertAgent(ctx, sqlgen.InsertAgentParams{TenantID: int64(a.TenantID), Number: a.Number, Name: a.Name})
	return access.AgentID(id), taken(err, "adding an agent", "the agent number %q is taken", a.Number)
}
