package access_test

import (
	"fmt"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/throttle"
)

func TestSweepRemovesWhatHasOutlivedItsRetention(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) {
			s.Retention, s.AuditLife = time.Minute, 24*time.Hour // shorter than a fresh key may wait for its first use
		})
		w.User("jane", func(a *access.Account) { a.SessionIdle = 24 * time.Hour })
		live := w.Open(accesstest.Login("jane"))
		fresh, err := w.Gate.SignedIn(w.Ctx, accesstest.Here, access.Proof{Credentials: accesstest.Login("jane")})
		w.Must(err)
		w.Must(w.Sessions.End(w.Ctx, w.admit(fresh.Key)))
		_, err = w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("nobody"))
		w.Wants(err, problem.BadLogin)
		sessions := func() int {
			list, err := w.Sessions.List(w.Ctx, access.SessionFilter{})
			w.Must(err)
			return len(list)
		}
		sweep := func() {
			w.Must(w.Finish(w.Ctx)) // only numbered rows of the audit trail are removed
			w.Must(w.Sweep(w.Ctx))
		}
		w.Run("not before", func() {
			w.Clock.Advance(2 * time.Minute)
			sweep()
			if n := sessions(); n != 2 || w.Rows("login.refused") != 1 {
				w.T.Errorf("%d sessions and %d refusals are left, want 2 and 1", n, w.Rows("login.refused"))
			}
		})
		w.Run("a fresh key that was destroyed stays dead", func() {
			for range 16 {
				if w.Alive(fresh.Key) {
					w.T.Fatalf("it opens again at %v", w.Clock.Now())
				}
				w.Clock.Advance(2 * time.Minute)
				sweep()
			}
			if n := sessions(); n != 1 {
				w.T.Errorf("%d sessions are left, want the live one", n)
			}
		})
		w.Run("what still lives stays", func() {
			w.Clock.Advance(23 * time.Hour)
			if !w.Alive(live.Key) {
				w.T.Error("the live session is gone")
			}
		})
		w.Run("old audit rows go", func() {
			w.Clock.Advance(2 * time.Hour)
			sweep()
			if w.Rows("login.refused") != 0 {
				w.T.Error("the refusal is still there")
			}
		})
	})
}

func TestSweepRemovesManyRowsSomeAtATime(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.AuditLife = 24 * time.Hour })
		const many = 2001
		w.Must(w.Store.Update(w.Ctx, func(tx access.Tx) error {
			for i := range many {
				if err := tx.Audit(w.Ctx, access.AuditRow{At: w.Clock.Now(), Action: "test.row"}); err != nil {
					return err
				}
				if _, err := tx.TakeTry(w.Ctx, throttle.Try{Key: fmt.Sprint(i), At: w.Clock.Now(), Free: 1}); err != nil {
					return err
				}
			}
			return nil
		}))
		w.Must(w.Finish(w.Ctx))
		w.Clock.Advance(25 * time.Hour)
		w.Must(w.Sweep(w.Ctx))
		if n := w.Rows("test.row"); n != 0 {
			w.T.Errorf("%d rows are left", n)
		}
		w.Must(w.Store.Update(w.Ctx, func(tx access.Tx) error {
			n, err := tx.DeleteTries(w.Ctx, w.Clock.Now(), many)
			if n != 0 {
				w.T.Errorf("%d tries are left", n)
			}
			return err
		}))
	})
}
