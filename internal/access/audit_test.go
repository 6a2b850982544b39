package access_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

func TestTheAuditTrailHasNoGap(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", func(a *access.Account) { a.SessionCap = 10 })
		caller, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
		w.Must(err)
		counts := accesstest.AtOnce(50, func(int) error { // 40 of them fail and roll back
			_, err := w.Sessions.Open(w.Ctx, caller)
			return err
		})
		if counts[""] != 10 {
			w.T.Fatalf("answers %v", counts)
		}
		w.Must(w.Audit.Seal(w.Ctx))
		rows, err := w.Audit.List(w.Ctx, access.AuditFilter{})
		w.Must(err)
		seen := map[int64]bool{}
		for _, row := range rows {
			if row.Seq < 1 || row.Seq > int64(len(rows)) || seen[row.Seq] {
				w.T.Errorf("row %d has number %d of %d", row.ID, row.Seq, len(rows))
			}
			seen[row.Seq] = true
		}
		if n := w.Rows("session.open"); n != 10 {
			w.T.Errorf("%d rows for 10 sessions", n)
		}
	})
}

func TestEveryChangeLeavesARow(t *testing.T) {
	byEngine(t, func(w *world) {
		jane, omar := w.User("jane", nil), w.User("omar", nil)
		session := w.Open(accesstest.Login("jane"))
		grant, _ := w.Lend(session, "omar")
		_, err := w.Grants.Withdraw(w.Ctx, w.Operator(), grant.ID)
		w.Must(err)
		w.Must(w.Sessions.End(w.Ctx, w.admit(session.Key)))
		_, err = w.Accounts.SetPassword(w.Ctx, w.Operator(), jane.ID, access.NewPassword{Imported: accesstest.PasswordHash})
		w.Must(err)
		_, err = w.Accounts.Disable(w.Ctx, w.Operator(), omar.ID, "")
		w.Must(err)
		w.Must(w.Accounts.Enable(w.Ctx, w.Operator(), omar.ID))
		for action, want := range map[string]int{
			"tenant.add": 1, "agent.add": 1, "account.": 5, "login.proved": 1, "session.open": 1, "session.end": 1,
			"grant.give": 1, "grant.withdraw": 1, "account.password": 1, "account.disable": 1, "account.enable": 1,
		} {
			if got := w.Rows(action); got != want {
				w.T.Errorf("%d rows of %s, want %d", got, action, want)
			}
		}
	})
}

// admit admits a session's caller once more.
func (w *world) admit(key access.Secret) access.Caller {
	w.T.Helper()
	caller, err := w.Gate.BySession(w.Ctx, accesstest.Here, key)
	w.Must(err)
	return caller
}

func TestTheEndOfASessionConcernsItsTenant(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", func(a *access.Account) { a.SessionCap, a.CapPolicy = 3, access.CapEndOldest })
		own, operators, oldest := w.Open(accesstest.Login("jane")), w.Open(accesstest.Login("jane")), w.Open(accesstest.Login("jane"))
		w.Must(w.Sessions.End(w.Ctx, w.admit(own.Key)))
		w.Must(w.Sessions.EndByID(w.Ctx, w.Operator(), w.admit(operators.Key).Session.ID))
		for range 2 {
			w.Open(accesstest.Login("jane"))
		}
		w.Clock.Advance(20 * time.Minute)
		w.Open(accesstest.Login("jane"))
		if w.Alive(oldest.Key) {
			w.T.Fatal("nothing made room")
		}
		rows, err := w.Audit.List(w.Ctx, access.AuditFilter{Action: "session.end"})
		w.Must(err)
		var details []string
		for _, row := range rows {
			details = append(details, row.Detail)
			if row.Tenant != w.Acme.ID {
				w.T.Errorf("the row %q is about tenant %d, want %d", row.Detail, row.Tenant, w.Acme.ID)
			}
		}
		want := []string{access.EndedByCaller, access.EndedByOperator, access.EndedByCap}
		if diff := cmp.Diff(want, details); diff != "" {
			w.T.Error(diff)
		}
	})
}

func TestAnAccountIsDisabledOnce(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.User("jane", nil)
		for _, change := range []struct {
			action string
			call   func() error
		}{
			{"account.disable", func() error {
				_, err := w.Accounts.Disable(w.Ctx, w.Operator(), jane.ID, "")
				return err
			}},
			{"account.enable", func() error { return w.Accounts.Enable(w.Ctx, w.Operator(), jane.ID) }},
		} {
			counts := accesstest.AtOnce(20, func(int) error { return change.call() })
			if counts[""] != 1 || counts[problem.InvalidInput] != 19 || w.Rows(change.action) != 1 {
				w.T.Errorf("%s: answers %v, %d rows", change.action, counts, w.Rows(change.action))
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
				_, err := w.Tenants.Disable(w.Ctx, w.Operator(), w.Acme.ID)
				return err
			}},
			{"tenant.enable", func() error { return w.Tenants.Enable(w.Ctx, w.Operator(), w.Acme.ID) }},
		} {
			counts := accesstest.AtOnce(20, func(int) error { return change.call() })
			if counts[""] != 1 || counts[problem.InvalidInput] != 19 || w.Rows(change.action) != 1 {
				w.T.Errorf("%s: answers %v, %d rows", change.action, counts, w.Rows(change.action))
			}
		}
	})
}
