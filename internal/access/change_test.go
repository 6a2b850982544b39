package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// detail gives the detail of the newest audit row of an action.
func (w *world) detail(action string) string {
	w.t.Helper()
	rows, err := w.Audit.List(w.ctx, access.AuditFilter{Action: action})
	w.must(err)
	if len(rows) == 0 {
		return ""
	}
	return rows[len(rows)-1].Detail
}

// unchanged asserts that a call is refused and leaves everything as it was.
func (w *world) unchanged(code problem.Code, call func() error) {
	w.t.Helper()
	before := storetest.Everything(w.t, w.store)
	w.wants(call(), code)
	if diff := cmp.Diff(before, storetest.Everything(w.t, w.store), cmpopts.EquateComparable(here.Peer)); diff != "" {
		w.t.Errorf("it was refused, and yet:\n%s", diff)
	}
}

func TestAnAccountIsChanged(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.user("jane", nil)
		w.user("omar", func(a *access.Account) { a.LoginName = "omar@example.com" })
		foreign, err := w.Agents.Add(w.ctx, w.operator(), access.Agent{TenantID: w.tenant("OTHER", 0).ID, Number: "F", Name: "F"})
		w.must(err)
		session := w.open(login("jane"))
		change := func(edit func(a *access.Account)) ([]string, error) {
			return w.Accounts.Change(w.ctx, w.operator(), jane.ID, edit)
		}
		w.run("in what is given only", func() {
			changed, err := change(func(a *access.Account) { a.Role, a.SessionCap, a.Name, a.Version = "none", 3, "ignored", 9 })
			w.must(err)
			if diff := cmp.Diff([]string{"role from api to none", "session cap from 0 to 3"}, changed); diff != "" {
				w.t.Error(diff)
			}
			got, err := w.Accounts.ByName(w.ctx, w.acme.ID, "jane")
			w.must(err)
			if got.ID != jane.ID || got.Role != "none" || got.SessionCap != 3 || got.AgentID != jane.AgentID || got.Version != 1 {
				w.t.Errorf("it is %+v", got)
			}
			if got := w.detail("account.change"); got != strings.Join(changed, "; ") {
				w.t.Errorf("the audit row says %q", got)
			}
		})
		w.run("with rights that hold from the next call on", func() {
			_, err := w.Gate.SignedIn(w.ctx, here, access.Proof{SessionKey: session.Key})
			w.wants(err, problem.PermissionDenied)
			_, err = change(func(a *access.Account) { a.Role = "api" })
			w.must(err)
			if !w.alive(session.Key) {
				w.t.Error("the session is gone")
			}
		})
		w.run("in everything", func() {
			changed, err := change(func(a *access.Account) {
				a.AgentID, a.LoginName, a.SessionIdle, a.CapPolicy = 0, " jane@example.com ", time.Hour, access.CapEndOldest
			})
			w.must(err)
			if diff := cmp.Diff([]string{
				"agent from A-1 to none", "login name from none to jane@example.com", "session idle from 0s to 1h0m0s",
				"cap policy from refuse to end_oldest",
			}, changed); diff != "" {
				w.t.Error(diff)
			}
		})
		w.run("not when it is so already", func() {
			rows := w.rows("account.change")
			changed, err := change(func(a *access.Account) { a.Role, a.AgentID = "api", 0 })
			w.must(err)
			if len(changed) != 0 || w.rows("account.change") != rows {
				w.t.Errorf("changed %v, %d rows", changed, w.rows("account.change")-rows)
			}
		})
		w.run("not into what cannot be", func() {
			for code, c := range map[problem.Code]func(a *access.Account){
				problem.NoSuchRole:    func(a *access.Account) { a.Role = "king" },
				problem.NoSuchAgent:   func(a *access.Account) { a.AgentID = foreign.ID },
				problem.AlreadyExists: func(a *access.Account) { a.LoginName = "OMAR@example.com" },
				problem.InvalidInput:  func(a *access.Account) { a.Role, a.SessionIdle = "none", 48*time.Hour },
			} {
				w.unchanged(code, func() error { _, err := change(c); return err })
			}
			w.unchanged(problem.NoSuchAccount, func() error {
				_, err := w.Accounts.Change(w.ctx, w.operator(), 99, func(a *access.Account) { a.Role = "none" })
				return err
			})
		})
	})
}

// tenant adds a tenant below another, zero for none.
func (w *world) tenant(code string, parent access.TenantID) access.Tenant {
	w.t.Helper()
	tenant, err := w.Tenants.Add(w.ctx, w.operator(), access.Tenant{
		Kind: access.Company, Code: code, Name: code, ParentID: parent,
	})
	w.must(err)
	return tenant
}

func TestATenantIsChanged(t *testing.T) {
	byEngine(t, func(w *world) {
		top := w.tenant("TOP", 0)
		north := w.tenant("NORTH", w.acme.ID)
		change := func(id access.TenantID, edit func(t *access.Tenant)) ([]string, error) {
			return w.Tenants.Change(w.ctx, w.operator(), id, edit)
		}
		w.run("in what is given only", func() {
			changed, err := change(w.acme.ID, func(t *access.Tenant) {
				t.Name, t.TimeZone, t.ImpersonationOff, t.ParentID = " Acme Telecom ", "Europe/Berlin", true, top.ID
				t.Code, t.Kind = "IGNORED", access.Operator
			})
			w.must(err)
			want := []string{
				"name from Acme to Acme Telecom", "time zone from none to Europe/Berlin", "impersonation from on to off",
				"parent from none to TOP",
			}
			if diff := cmp.Diff(want, changed); diff != "" {
				w.t.Error(diff)
			}
			if got := w.detail("tenant.change"); got != strings.Join(want, "; ") {
				w.t.Errorf("the audit row says %q", got)
			}
			changed, err = change(w.acme.ID, func(t *access.Tenant) { t.ImpersonationOff = false })
			w.must(err)
			got, err := w.Tenants.ByCode(w.ctx, "ACME")
			w.must(err)
			if len(changed) != 1 || got.ImpersonationOff || got.Name != "Acme Telecom" || got.ParentID != top.ID {
				w.t.Errorf("changed %v, it is %+v", changed, got)
			}
		})
		w.run("not when it is so already", func() {
			rows := w.rows("tenant.change")
			changed, err := change(w.acme.ID, func(t *access.Tenant) { t.ParentID, t.ImpersonationOff = top.ID, false })
			w.must(err)
			if len(changed) != 0 || w.rows("tenant.change") != rows {
				w.t.Errorf("changed %v", changed)
			}
		})
		w.run("not into what cannot be", func() {
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
				w.unchanged(c.code, func() error { _, err := change(c.id, c.edit); return err })
			}
		})
		w.run("not to a place below a disabled one while it is active", func() {
			off := w.tenant("OFF", 0)
			_, err := w.Tenants.Disable(w.ctx, w.operator(), off.ID)
			w.must(err)
			w.unchanged(problem.InvalidInput, func() error {
				_, err := change(north.ID, func(t *access.Tenant) { t.ParentID = off.ID })
				return err
			})
			_, err = w.Tenants.Disable(w.ctx, w.operator(), north.ID)
			w.must(err)
			_, err = change(north.ID, func(t *access.Tenant) { t.ParentID = off.ID })
			w.must(err)
		})
	})
}

func TestMovesAtOnceMakeNoCircle(t *testing.T) {
	byEngine(t, func(w *world) {
		for round := range 20 {
			a, b := w.tenant(fmt.Sprint("A", round), 0), w.tenant(fmt.Sprint("B", round), 0)
			c, d := w.tenant("C"+a.Code, b.ID), w.tenant("D"+a.Code, a.ID)
			counts := atOnce(2, func(i int) error {
				if i == 0 {
					_, err := w.Tenants.Change(w.ctx, w.operator(), a.ID, func(t *access.Tenant) { t.ParentID = c.ID })
					return err
				}
				_, err := w.Tenants.Change(w.ctx, w.operator(), b.ID, func(t *access.Tenant) { t.ParentID = d.ID })
				return err
			})
			if counts[""] != 1 || counts[problem.InvalidInput] != 1 {
				w.t.Errorf("answers %v", counts)
			}
		}
	})
}
