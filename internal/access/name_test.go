package access_test

import (
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func TestNamesThatCannotBeWrittenAreRefused(t *testing.T) {
	byEngine(t, func(w *world) {
		for what, name := range map[string]string{
			"no name":                  " ",
			"a line break":             "jane\ndoe",
			"a terminal's control":     "jane\x1b[2J",
			"a byte that is no letter": "jane\xff",
			"a NUL":                    "jane\x00",
			"a whole book":             strings.Repeat("j", 300),
		} {
			w.run(what, func() {
				_, err := w.Tenants.Add(w.ctx, w.operator(), access.Tenant{Kind: access.Company, Code: "NEXT", Name: name})
				w.wants(err, problem.InvalidInput)
				_, err = w.Tenants.Add(w.ctx, w.operator(), access.Tenant{Kind: access.Company, Code: name, Name: "Next"})
				w.wants(err, problem.InvalidInput)
				_, err = w.Agents.Add(w.ctx, w.operator(), access.Agent{TenantID: w.acme.ID, Number: name, Name: "Second"})
				w.wants(err, problem.InvalidInput)
				_, err = w.Agents.Add(w.ctx, w.operator(), access.Agent{TenantID: w.acme.ID, Number: "A-2", Name: name})
				w.wants(err, problem.InvalidInput)
				w.wants(w.Roles.Put(w.ctx, w.operator(), access.Role{Name: name}), problem.InvalidInput)
				account := access.Account{TenantID: w.acme.ID, Kind: access.User, Role: "api", Name: name}
				_, err = w.Accounts.Add(w.ctx, w.operator(), account, access.NewPassword{})
				w.wants(err, problem.InvalidInput)
				if strings.TrimSpace(name) != "" {
					account.Name, account.LoginName = "jane", name
					_, err = w.Accounts.Add(w.ctx, w.operator(), account, access.NewPassword{})
					w.wants(err, problem.InvalidInput)
				}
				if w.rows("account.add") != 0 || w.rows("role.put") != 0 || w.rows("agent.add") != 1 || w.rows("tenant.add") != 1 {
					w.t.Error("something was added")
				}
			})
		}
		w.run("any script is welcome", func() { w.user("Ægir Ólafsdóttir 王", nil) })
	})
}
