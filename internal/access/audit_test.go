package access_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func TestTheAuditTrailHasNoGap(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", func(a *access.Account) { a.SessionCap = 10 })
		caller, err := w.Gate.Prove(w.ctx, here, login("jane"))
		w.must(err)
		counts := atOnce(50, func(int) error { // 40 of them fail and roll back
			_, err := w.Sessions.Open(w.ctx, caller)
			return err
		})
		if counts[""] != 10 {
			w.t.Fatalf("answers %v", counts)
		}
		w.must(w.Audit.Seal(w.ctx))
		rows, err := w.Audit.List(w.ctx, access.AuditFilter{})
		w.must(err)
		seen := map[int64]bool{}
		for _, row := range rows {
			if row.Seq < 1 || row.Seq > int64(len(rows)) || seen[row.Seq] {
				w.t.Errorf("row %d has number %d of %d", row.ID, row.Seq, len(rows))
			}
			seen[row.Seq] = true
		}
		if n := w.rows("session.open"); n != 10 {
			w.t.Errorf("%d rows for 10 sessions", n)
		}
	})
}

func TestEveryChangeLeavesARow(t *testing.T) {
	byEngine(t, func(w *world) {
		jane, omar := w.user("jane", nil), w.user("omar", nil)
		session := w.open(login("jane"))
		grant, _ := w.lend(session, "omar")
		_, err := w.Grants.Withdraw(w.ctx, w.operator(), grant.ID)
		w.must(err)
		w.must(w.Sessions.End(w.ctx, w.admit(session.Key)))
		_, err = w.Accounts.SetPassword(w.ctx, w.operator(), jane.ID, access.NewPassword{Imported: hillsHash})
		w.must(err)
		_, err = w.Accounts.Disable(w.ctx, w.operator(), omar.ID)
		w.must(err)
		w.must(w.Accounts.Enable(w.ctx, w.operator(), omar.ID))
		for action, want := range map[string]int{
			"tenant.add": 1, "agent.add": 1, "account.": 5, "login.proved": 1, "session.open": 1, "session.end": 1,
			"grant.give": 1, "grant.withdraw": 1, "account.password": 1, "account.disable": 1, "account.enable": 1,
		} {
			if got := w.rows(action); got != want {
				w.t.Errorf("%d rows of %s, want %d", got, action, want)
			}
		}
	})
}

// admit admits a session's caller once more.
func (w *world) admit(key access.Secret) access.Caller {
	w.t.Helper()
	caller, err := w.Gate.BySession(w.ctx, here, key)
	w.must(err)
	return caller
}

func TestTheEndOfASessionConcernsItsTenant(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", func(a *access.Account) { a.SessionCap, a.CapPolicy = 3, access.CapEndOldest })
		own, operators, oldest := w.open(login("jane")), w.open(login("jane")), w.open(login("jane"))
		w.must(w.Sessions.End(w.ctx, w.admit(own.Key)))
		w.must(w.Sessions.EndByID(w.ctx, w.operator(), w.admit(operators.Key).Session.ID))
		for range 2 {
			w.open(login("jane"))
		}
		w.clock.Advance(20 * time.Minute)
		w.open(login("jane"))
		if w.alive(oldest.Key) {
			w.t.Fatal("nothing made room")
		}
		rows, err := w.Audit.List(w.ctx, access.AuditFilter{Action: "session.end"})
		w.must(err)
		var details []string
		for _, row := range rows {
			details = append(details, row.Detail)
			if row.Tenant != w.acme.ID {
				w.t.Errorf("the row %q is about tenant %d, want %d", row.Detail, row.Tenant, w.acme.ID)
			}
		}
		want := []string{access.EndedByCaller, access.EndedByOperator, access.EndedByCap}
		if diff := cmp.Diff(want, details); diff != "" {
			w.t.Error(diff)
		}
	})
}

func TestAnAccountIsDisabledOnce(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.user("jane", nil)
		for _, change := range []struct {
			action string
			call   func() error
		}{
			{"account.disable", func() error {
				_, err := w.Accounts.Disable(w.ctx, w.operator(), jane.ID)
				return err
			}},
			{"account.enable", func() error { return w.Accounts.Enable(w.ctx, w.operator(), jane.ID) }},
		} {
			counts := atOnce(20, func(int) error { return change.call() })
			if counts[""] != 1 || counts[problem.InvalidInput] != 19 || w.rows(change.action) != 1 {
				w.t.Errorf("%s: answers %v, %d rows", change.action, counts, w.rows(change.action))
			}
		}
	})
}

func TestATenantIsDisabledOnce(t *testing.T) {
	byEngine(t, func(w *world) {
		for _, change := range []struct {
			action string
			call   func() error
		}{
			{"tenant.disable", func() error {
				_, err := w.Tenants.Disable(w.ctx, w.operator(), w.acme.ID)
				return err
			}},
			{"tenant.enable", func() error { return w.Tenants.Enable(w.ctx, w.operator(), w.acme.ID) }},
		} {
			counts := atOnce(20, func(int) error { return change.call() })
			if counts[""] != 1 || counts[problem.InvalidInput] != 19 || w.rows(change.action) != 1 {
				w.t.Errorf("%s: answers %v, %d rows", change.action, counts, w.rows(change.action))
			}
		}
	})
}
