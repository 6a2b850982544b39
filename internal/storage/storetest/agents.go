package storetest

import (
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func agents() []promise {
	return []promise{
		{"an agent comes back as it was written, by id and by number", agentComesBack},
		{"a number is taken within its tenant only", agentNumberTaken},
		{"an agent needs its tenant", agentTenant},
		{"agents are listed by tenant, or all of them", agentList},
	}
}

func agentComesBack(t *testing.T, w *world) {
	want := access.Agent{ID: w.agent, TenantID: w.tenant, Number: "A-1", Name: "Agency"}
	w.same(get(w, func(r access.Records) (access.Agent, error) { return r.Agent(t.Context(), w.agent) }), want)
	w.same(get(w, func(r access.Records) (access.Agent, error) {
		return r.AgentByNumber(t.Context(), w.tenant, "A-1")
	}), want)
	standing := get(w, func(r access.Records) (access.Standing, error) { return r.Standing(t.Context(), w.alice) })
	w.same(standing.Agent, want)
	w.missing(problem.NoSuchAgent, func(r access.Records) error {
		_, err := r.Agent(t.Context(), 5)
		return err
	})
	w.missing(problem.NoSuchAgent, func(r access.Records) error {
		_, err := r.AgentByNumber(t.Context(), w.tenant+1, "A-1")
		return err
	})
}

func agentNumberTaken(t *testing.T, w *world) {
	w.refused(problem.AlreadyExists, func(tx access.Tx) error {
		_, err := tx.InsertAgent(t.Context(), access.Agent{TenantID: w.tenant, Number: "A-1", Name: "Second"})
		return err
	})
	other := w.newTenant("other", 0)
	w.update(func(tx access.Tx) error {
		_, err := tx.InsertAgent(t.Context(), access.Agent{TenantID: other, Number: "A-1", Name: "Second"})
		return err
	})
}

func agentTenant(t *testing.T, w *world) {
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error {
		_, err := tx.InsertAgent(t.Context(), access.Agent{TenantID: 5, Number: "A-2"})
		return err
	})
}

func agentList(t *testing.T, w *world) {
	other := w.newTenant("other", 0)
	second := made(w, func(tx access.Tx) (access.AgentID, error) {
		return tx.InsertAgent(t.Context(), access.Agent{TenantID: other, Number: "B"})
	})
	list := func(tenant access.TenantID) []access.AgentID {
		found := get(w, func(r access.Records) ([]access.Agent, error) { return r.Agents(t.Context(), tenant) })
		return ids(found, func(a access.Agent) access.AgentID { return a.ID })
	}
	w.same(list(other), []access.AgentID{second})
	w.same(list(0), []access.AgentID{w.agent, second})
}
