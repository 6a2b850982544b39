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
			w.Run(what, func() {
				_, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "NEXT", Name: name})
				w.Wants(err, problem.InvalidInput)
				_, err = w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: name, Name: "Next"})
				w.Wants(err, problem.InvalidInput)
				_, err = w.Agents.Add(w.Ctx, w.Operator(), access.Agent{TenantID: w.Acme.ID, Number: name, Name: "Second"})
				w.Wants(err, problem.InvalidInput)
				_, err = w.Agents.Add(w.Ctx, w.Operator(), access.Agent{TenantID: w.Acme.ID, Number: "A-2", Name: name})
				w.Wants(err, problem.InvalidInput)
				w.Wants(w.Roles.Put(w.Ctx, w.Operator(), access.Role{Name: name}), problem.InvalidInput)
				account := access.Account{TenantID: w.Acme.ID, Kind: access.User, Role: "api", Name: name}
				_, err = w.Accounts.Add(w.Ctx, w.Operator(), account, access.NewPassword{})
				w.Wants(err, problem.InvalidInput)
				if strings.TrimSpace(name) != "" {
					account.Name, account.LoginName = "jane", name
					_, err = w.Accounts.Add(w.Ctx, w.Operator(), account, access.NewPassword{})
					w.Wants(err, problem.InvalidInput)
				}
				if w.Rows("account.add") != 0 || w.Rows("role.put") != 0 || w.Rows("agent.add") != 1 || w.Rows("tenant.add") != 1 {
					w.T.Error("something was added")
				}
			})
		}
		w.Run("any script is welcome", func() { w.User("Ægir Ólafsdóttir 王", nil) })
	})
}
