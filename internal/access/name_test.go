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
			"a turn of direction":      "\u202ejane",
			"an isolate":               "jane\u2066",
			"a blank without width":    "ja\u200bne",
			"a soft hyphen":            "ja\u00adne",
			"a byte order mark":        "\ufeffjane",
			"a joiner at the end":      "jane\u200d",
			"a joiner after a digit":   "jane 7\u200cb",
			"two joiners":              "ja\u200d\u200dne",
			"a tag":                    "jane\U000e0061",
			"a mark of direction":      "ja\u200fne",
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
		w.Run("any script is welcome", func() {
			for _, name := range []string{"Ægir Ólafsdóttir 王", "می\u200cخواهم", "क्\u200dष", "👩\u200d👧", "עברית_\u200f(ימין)\u200f_abc"} {
				w.User(name, nil)
			}
		})
	})
}

func TestNamesThatAreThereStayWhateverTheyHold(t *testing.T) {
	byEngine(t, func(w *world) {
		const hidden = "\u202ejane"
		account := access.Account{TenantID: w.Acme.ID, Kind: access.User, Role: "api", Name: hidden, LoginName: hidden, CreatedAt: w.Clock.Now()}
		tenant := access.Tenant{Kind: access.Company, Code: hidden, Name: hidden, CreatedAt: w.Clock.Now()}
		w.Must(w.Store.Update(w.Ctx, func(tx access.Tx) (err error) {
			if account.ID, err = tx.InsertAccount(w.Ctx, account); err != nil {
				return err
			}
			tenant.ID, err = tx.InsertTenant(w.Ctx, tenant)
			return err
		}))
		_, err := w.Accounts.Change(w.Ctx, w.Operator(), account.ID, func(a *access.Account) { a.SessionCap = 3 })
		w.Must(err)
		_, err = w.Tenants.Change(w.Ctx, w.Operator(), tenant.ID, func(t *access.Tenant) { t.TimeZone = "Europe/Vienna" })
		w.Must(err)
		w.Refuses(problem.InvalidInput, func() error {
			_, err := w.Accounts.Change(w.Ctx, w.Operator(), account.ID, func(a *access.Account) { a.LoginName += "t" })
			return err
		})
		w.Refuses(problem.InvalidInput, func() error {
			_, err := w.Tenants.Change(w.Ctx, w.Operator(), tenant.ID, func(t *access.Tenant) { t.Name += "t" })
			return err
		})
	})
}
