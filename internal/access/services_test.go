package access_test

import (
	"fmt"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestSweepRemovesWhatHasOutlivedItsRetention(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) {
			s.Retention, s.AuditLife = time.Minute, 24*time.Hour // shorter than a fresh key may wait for its first use
		})
		w.user("jane", func(a *access.Account) { a.SessionIdle = 24 * time.Hour })
		live := w.open(login("jane"))
		fresh, err := w.Gate.SignedIn(w.ctx, here, access.Proof{Credentials: login("jane")})
		w.must(err)
		w.must(w.Sessions.End(w.ctx, w.admit(fresh.Key)))
		_, err = w.Gate.Prove(w.ctx, here, login("nobody"))
		w.wants(err, problem.BadLogin)
		sessions := func() int {
			list, err := w.Sessions.List(w.ctx, access.SessionFilter{})
			w.must(err)
			return len(list)
		}
		sweep := func() {
			w.must(w.Finish(w.ctx)) // only numbered rows of the audit trail are removed
			w.must(w.Sweep(w.ctx))
		}
		w.run("not before", func() {
			w.clock.Advance(2 * time.Minute)
			sweep()
			if n := sessions(); n != 2 || w.rows("login.refused") != 1 {
				w.t.Errorf("%d sessions and %d refusals are left, want 2 and 1", n, w.rows("login.refused"))
			}
		})
		w.run("a fresh key that was destroyed stays dead", func() {
			for range 16 {
				if w.alive(fresh.Key) {
					w.t.Fatalf("it opens again at %v", w.clock.Now())
				}
				w.clock.Advance(2 * time.Minute)
				sweep()
			}
			if n := sessions(); n != 1 {
				w.t.Errorf("%d sessions are left, want the live one", n)
			}
		})
		w.run("what still lives stays", func() {
			w.clock.Advance(23 * time.Hour)
			if !w.alive(live.Key) {
				w.t.Error("the live session is gone")
			}
		})
		w.run("old audit rows go", func() {
			w.clock.Advance(2 * time.Hour)
			sweep()
			if w.rows("login.refused") != 0 {
				w.t.Error("the refusal is still there")
			}
		})
	})
}

func TestSweepRemovesManyRowsSomeAtATime(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.AuditLife = 24 * time.Hour })
		const many = 2001
		w.must(w.store.Update(w.ctx, func(tx access.Tx) error {
			for i := range many {
				if err := tx.Audit(w.ctx, access.AuditRow{At: w.clock.Now(), Action: "test.row"}); err != nil {
					return err
				}
				if _, err := tx.TakeTry(w.ctx, access.Try{Key: fmt.Sprint(i), At: w.clock.Now(), Free: 1}); err != nil {
					return err
				}
			}
			return nil
		}))
		w.must(w.Finish(w.ctx))
		w.clock.Advance(25 * time.Hour)
		w.must(w.Sweep(w.ctx))
		if n := w.rows("test.row"); n != 0 {
			w.t.Errorf("%d rows are left", n)
		}
		w.must(w.store.Update(w.ctx, func(tx access.Tx) error {
			n, err := tx.DeleteTries(w.ctx, w.clock.Now(), many)
			if n != 0 {
				w.t.Errorf("%d tries are left", n)
			}
			return err
		}))
	})
}
