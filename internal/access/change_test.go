package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

// detail gives the detail of the newest audit row of an action.
func (w *world) detail(action string) string {
	w.T.Helper()
	rows, err := w.Audit.List(w.Ctx, access.AuditFilter{Action: action})
	w.Must(err)
	if len(rows) == 0 {
		return ""
	}
	return rows[len(rows)-1].Detail
}

func TestAnAccountIsChanged(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.User("jane", nil)
		w.User("omar", func(a *access.Account) { a.LoginName = "omar@example.com" })
		foreign, err := w.Agents.Add(w.Ctx, w.Operator(), access.Agent{TenantID: w.tenant("OTHER", 0).ID, Number: "F", Name: "F"})
		w.Must(err)
		session := w.Open(accesstest.Login("jane"))
		change := func(edit func(a *access.Account)) ([]string, error) {
			return w.Accounts.Change(w.Ctx, w.Operator(), jane.ID, edit)
		}
		w.Run("in what is given only", func() {
			changed, err := change(func(a *access.Account) { a.Role, a.SessionCap, a.Name, a.Version = "none", 3, "ignored", 9 })
			w.Must(err)
			if diff := cmp.Diff([]string{"role from api to none", "session cap from 0 to 3"}, changed); diff != "" {
				w.T.Error(diff)
			}
			got, err := w.Accounts.ByName(w.Ctx, w.Acme.ID, "jane")
			w.Must(err)
			if got.ID != jane.ID || got.Role != "none" || got.SessionCap != 3 || got.AgentID != jane.AgentID || got.Version != 1 {
				w.T.Errorf("it is %+v", got)
			}
			if got := w.detail("account.change"); got != strings.Join(changed, "; ") {
				w.T.Errorf("the audit row says %q", got)
			}
		})
		w.Run("with rights that hold from the next call on", func() {
			_, err := w.Gate.SignedIn(w.Ctx, accesstest.Here, access.Proof{SessionKey: session.Key})
			w.Wants(err, problem.PermissionDenied)
			_, err = change(func(a *access.Account) { a.Role = "api" })
			w.Must(err)
			if !w.Alive(session.Key) {
				w.T.Error("the session is gone")
			}
		})
		w.Run("in everything", func() {
			changed, err := change(func(a *access.Account) {
				a.AgentID, a.LoginName, a.SessionIdle, a.CapPolicy = 0, " jane@example.com ", time.Hour, access.CapEndOldest
			})
			w.Must(err)
			if diff := cmp.Diff([]string{
				"agent from A-1 to none", "login name from none to jane@example.com", "session idle from 0s to 1h0m0s",
				"cap policy from refuse to end_oldest",
			}, changed); diff != "" {
				w.T.Error(diff)
			}
		})
		w.Run("not when it is so already", func() {
			rows := w.Rows("account.change")
			changed, err := change(func(a *access.Account) { a.Role, a.AgentID = "api", 0 })
			w.Must(err)
			if len(changed) != 0 || w.Rows("account.change") != rows {
				w.T.Errorf("changed %v, %d rows", changed, w.Rows("account.change")-rows)
			}
		})
		w.Run("not into what cannot be", func() {
			for code, c := range map[problem.Code]func(a *access.Account){
				problem.NoSuchRole:    func(a *access.Account) { a.Role = "king" },
				problem.NoSuchAgent:   func(a *access.Account) { a.AgentID = foreign.ID },
				problem.AlreadyExists: func(a *access.Account) { a.LoginName = "OMAR@example.com" },
				problem.InvalidInput:  func(a *access.Account) { a.Role, a.SessionIdle = "none", 48*time.Hour },
			} {
				w.Refuses(code, func() error { _, err := change(c); return err })
			}
			w.Refuses(problem.NoSuchAccount, func() error {
				_, err := w.Accounts.Change(w.Ctx, w.Operator(), 99, func(a *access.Account) { a.Role = "none" })
				return err
			})
		})
	})
}

// tenant adds a tenant below another, zero for none.
func (w *world) tenant(code string, parent access.TenantID) access.Tenant {
	w.T.Helper()
	tenant, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{
		Kind: access.Company, Code: code, Name: code, ParentID: parent,
	})
	w.Must(err)
	return tenant
}

func TestATenantIsChanged(t *testing.T) {
	byEngine(t, func(w *world) {
		top := w.tenant("TOP", 0)
		north := w.tenant("NORTH", w.Acme.ID)
		change := func(id access.TenantID, edit func(t *access.Tenant)) ([]string, error) {
			return w.Tenants.Change(w.Ctx, w.Operator(), id, edit)
		}
		w.Run("in what is given only", func() {
			changed, err := change(w.Acme.ID, func(t *access.Tenant) {
				t.Name, t.TimeZone, t.ImpersonationOff, t.ParentID = " Acme Telecom ", "Europe/Berlin", true, top.ID
				t.Code, t.Kind = "IGNORED", access.Operator
			})
			w.Must(err)
			want := []string{
				"name from Acme to Acme Telecom", "time zone from none to Europe/Berlin", "impersonation from on to off",
				"parent from none to TOP",
			}
			if diff := cmp.Diff(want, changed); diff != "" {
				w.T.Error(diff)
			}
			if got := w.detail("tenant.change"); got != strings.Join(want, "; ") {
				w.T.Errorf("the audit row says %q", got)
			}
			changed, err = change(w.Acme.ID, func(t *access.Tenant) { t.ImpersonationOff = false })
			w.Must(err)
			got, err := w.Tenants.ByCode(w.Ctx, "ACME")
			w.Must(err)
			if len(changed) != 1 || got.ImpersonationOff || got.Name != "Acme Telecom" || got.ParentID != top.ID {
				w.T.Errorf("changed %v, it is %+v", changed, got)
			}
		})
		w.Run("not when it is so already", func() {
			rows := w.Rows("tenant.change")
			changed, err := change(w.Acme.ID, func(t *access.Tenant) { t.ParentID, t.ImpersonationOff = top.ID, false })
			w.Must(err)
			if len(changed) != 0 || w.Rows("tenant.change") != rows {
				w.T.Errorf("changed %v", changed)
			}
		})
		w.Run("not into what cannot be", func() {
			for _, c := range []struct {
				code problem.Code
				id   access.TenantID
				edit func(t *access.Tenant)
			}{
				{problem.InvalidInput, top.ID, func(t *access.Tenant) { t.Name = " " }},
				{problem.InvalidInput, top.ID, func(t *access.Tenant) { t.TimeZone = "Mars/Olympus" }},
				{problem.InvalidInput, top.ID, func(t *access.Tenant) { t.ParentID = top.ID }},
				{problem.InvalidInput, top.ID, func(t *access.Tenant) { t.ParentID, t.Name = north.ID, "Other" }},
				{problem.NoSuchTenant, top.ID, func(t *access.Tenant) { t.ParentID = 99 }},
				{problem.NoSuchTenant, 99, func(t *access.Tenant) { t.Name = "x" }},
			} {
				w.Refuses(c.code, func() error { _, err := change(c.id, c.edit); return err })
			}
		})
		w.Run("not to a place below a disabled one while it is active", func() {
			off := w.tenant("OFF", 0)
			_, err := w.Tenants.Disable(w.Ctx, w.Operator(), off.ID)
			w.Must(err)
			w.Refuses(problem.InvalidInput, func() error {
				_, err := change(north.ID, func(t *access.Tenant) { t.ParentID = off.ID })
				return err
			})
			_, err = w.Tenants.Disable(w.Ctx, w.Operator(), north.ID)
			w.Must(err)
			_, err = change(north.ID, func(t *access.Tenant) { t.ParentID = off.ID })
			w.Must(err)
		})
	})
}

func TestMovesAtOnceMakeNoCircle(t *testing.T) {
	byEngine(t, func(w *world) {
		for round := range 20 {
			a, b := w.tenant(fmt.Sprint("A", round), 0), w.tenant(fmt.Sprint("B", round), 0)
			c, d := w.tenant("C"+a.Code, b.ID), w.tenant("D"+a.Code, a.ID)
			counts := accesstest.AtOnce(2, func(i int) error {
				if i == 0 {
					_, err := w.Tenants.Change(w.Ctx, w.Operator(), a.ID, func(t *access.Tenant) { t.ParentID = c.ID })
					return err
				}
				_, err := w.Tenants.Change(w.Ctx, w.Operator(), b.ID, func(t *access.Tenant) { t.ParentID = d.ID })
				return err
			})
			if counts[""] != 1 || counts[problem.InvalidInput] != 1 {
				w.T.Errorf("answers %v", counts)
			}
		}
	})
}
