package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestSessions(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		w.run("a key is 120 characters of base64 and never the same twice", func() {
			first, second := w.open(login("jane")), w.open(login("jane"))
			for _, key := range []access.Secret{first.Key, second.Key} {
				if len(key) != 120 || !strings.HasSuffix(key.Reveal(), "==") {
					w.t.Errorf("key %q", key.Reveal())
				}
			}
			if first.Key == second.Key || !w.alive(first.Key) || !w.alive(second.Key) {
				w.t.Error("the two keys are one, or dead")
			}
		})
		w.run("ending one leaves the others alive (features S-4, S-16)", func() {
			first, second, third := w.open(login("jane")), w.open(login("jane")), w.open(login("jane"))
			caller, err := w.Gate.BySession(w.ctx, here, second.Key)
			w.must(err)
			w.must(w.Sessions.End(w.ctx, caller))
			if !w.alive(first.Key) || w.alive(second.Key) || !w.alive(third.Key) {
				w.t.Error("the wrong session ended")
			}
			w.wants(w.Sessions.End(w.ctx, caller), problem.UnknownSession)
		})
		w.run("a session belongs to its dialect (design §9)", func() {
			key := w.open(login("jane")).Key
			_, err := w.Gate.BySession(w.ctx, access.Entry{Dialect: access.SOSBackup, Peer: here.Peer}, key)
			w.wants(err, problem.UnknownSession)
			if !w.alive(key) {
				w.t.Error("the attempt ended the session")
			}
		})
		w.run("N-8: a key that was never issued is unknown, whatever its form", func() {
			key := w.open(login("jane")).Key.Reveal()
			for _, forged := range []string{"", "x", strings.Repeat("A", 118) + "==", key[:119], key + "=", "B" + key[1:], key[1:] + "A"} {
				if forged != key && w.alive(access.Secret(forged)) {
					w.t.Errorf("%q was let in", forged)
				}
			}
		})
		w.run("it ends when unused for its idle time, and every use counts", func() {
			key := w.open(login("jane")).Key
			for range 3 {
				w.clock.Advance(29 * time.Minute)
				if !w.alive(key) {
					w.t.Fatal("ended while in use")
				}
			}
			w.clock.Advance(30 * time.Minute)
			if w.alive(key) {
				w.t.Error("alive after 30 idle minutes")
			}
		})
		w.run("last uses reach the store", func() {
			caller := w.open(login("jane"))
			w.clock.Advance(20 * time.Minute)
			w.alive(caller.Key)
			w.must(w.Finish(w.ctx))
			listed, err := w.Sessions.List(w.ctx, access.SessionFilter{LiveAt: w.clock.Now()})
			w.must(err)
			if last := listed[len(listed)-1]; !last.LastUsedAt.Equal(w.clock.Now()) {
				w.t.Errorf("last used %v, now %v", last.LastUsedAt, w.clock.Now())
			}
		})
	})
}

func TestN5ASessionEndsAfterThirtyDays(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, nil)
		w.user("jane", func(a *access.Account) { a.SessionIdle = 24 * time.Hour })
		key := w.open(login("jane")).Key
		for range 29 {
			w.clock.Advance(23 * time.Hour)
			if !w.alive(key) {
				t.Fatal("ended while in use")
			}
		}
		w.clock.Advance(23 * time.Hour)
		w.alive(key)
		w.clock.Advance(23 * time.Hour)
		w.alive(key)
		w.clock.Advance(8 * time.Hour)
		if w.alive(key) {
			t.Error("alive after 30 days")
		}
	})
}

func TestFreshKeys(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.user("jane", func(a *access.Account) { a.SessionCap = 1 })
		fresh := func() access.Secret {
			caller, err := w.Gate.SignedIn(w.ctx, here, access.Proof{Credentials: login("jane")})
			w.must(err)
			return caller.Key
		}
		count := func() int {
			sessions, err := w.Sessions.List(w.ctx, access.SessionFilter{LiveAt: w.clock.Now()})
			w.must(err)
			return len(sessions)
		}
		first, second := fresh(), fresh()
		w.run("unused ones differ, cost nothing and count toward no cap", func() {
			if first == second || count() != 0 {
				w.t.Errorf("same %v, %d sessions", first == second, count())
			}
		})
		w.run("the first use stores a session, once", func() {
			counts := atOnce(50, func(int) error {
				_, err := w.Gate.BySession(w.ctx, here, first)
				return err
			})
			if counts[""] != 50 || count() != 1 {
				w.t.Errorf("answers %v, %d sessions", counts, count())
			}
		})
		w.run("its first use counts toward the cap", func() {
			_, err := w.Gate.BySession(w.ctx, here, second)
			w.wants(err, problem.SessionRefused)
			if count() != 1 {
				w.t.Errorf("%d sessions", count())
			}
		})
		w.run("200 ends of one that was never used: one succeeds", func() {
			caller, err := w.Gate.BySession(w.ctx, here, first)
			w.must(err)
			w.must(w.Sessions.End(w.ctx, caller))
			never := fresh()
			counts := atOnce(200, func(int) error {
				caller, err := w.Gate.BySession(w.ctx, here, never)
				if err != nil {
					return err
				}
				return w.Sessions.End(w.ctx, caller)
			})
			if counts[""] != 1 || counts[problem.UnknownSession] != 199 {
				w.t.Errorf("answers %v", counts)
			}
			if w.alive(never) {
				w.t.Error("it came back to life")
			}
		})
		w.run("it dies unused after 30 minutes", func() {
			key := fresh()
			w.clock.Advance(30 * time.Minute)
			if w.alive(key) || count() != 0 {
				w.t.Error("alive")
			}
		})
		w.run("it dies with the password it was proved by", func() {
			key := fresh()
			_, err := w.Accounts.SetPassword(w.ctx, w.operator(), jane.ID, access.NewPassword{Imported: hillsHash})
			w.must(err)
			if w.alive(key) {
				w.t.Error("alive")
			}
		})
	})
}

func TestN6Caps(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("refusing", func(a *access.Account) { a.SessionCap = 2 })
		w.user("ending", func(a *access.Account) { a.SessionCap, a.CapPolicy = 2, access.CapEndOldest })
		openFor := func(name string) (access.Caller, error) {
			caller, err := w.Gate.Prove(w.ctx, here, login(name))
			w.must(err)
			return w.Sessions.Open(w.ctx, caller)
		}
		w.run("refuse refuses the new one", func() {
			counts := atOnce(20, func(int) error {
				_, err := openFor("refusing")
				return err
			})
			if counts[""] != 2 || counts[problem.SessionRefused] != 18 {
				w.t.Errorf("answers %v", counts)
			}
		})
		w.run("end_oldest spares what was used in the last 15 minutes", func() {
			first, err := openFor("ending")
			w.must(err)
			w.clock.Advance(time.Minute)
			second, err := openFor("ending")
			w.must(err)
			_, err = openFor("ending")
			w.wants(err, problem.SessionRefused)
			w.clock.Advance(16 * time.Minute)
			third, err := openFor("ending")
			w.must(err)
			if w.alive(first.Key) || !w.alive(second.Key) || !w.alive(third.Key) {
				w.t.Error("the wrong session made room")
			}
		})
		w.user("busy", func(a *access.Account) { a.SessionCap, a.CapPolicy = 1, access.CapEndOldest })
		w.run("end_oldest spares it too when its last use is not recorded yet", func() {
			first, err := openFor("busy")
			w.must(err)
			w.clock.Advance(50 * time.Second)
			w.admit(first.Key) // less than a minute after the one that was recorded
			w.must(w.Finish(w.ctx))
			w.clock.Advance(14*time.Minute + 30*time.Second)
			_, err = openFor("busy")
			w.wants(err, problem.SessionRefused)
			w.clock.Advance(2 * time.Minute)
			_, err = openFor("busy")
			w.must(err)
		})
	})
}

func TestTwoHundredEndsOfOneSession(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		key := w.open(login("jane")).Key
		counts := atOnce(200, func(int) error {
			caller, err := w.Gate.BySession(w.ctx, here, key)
			if err != nil {
				return err
			}
			return w.Sessions.End(w.ctx, caller)
		})
		if counts[""] != 1 || counts[problem.UnknownSession] != 199 {
			w.t.Errorf("answers %v", counts)
		}
		if n := w.rows("session.end"); n != 1 {
			w.t.Errorf("%d audit rows", n)
		}
	})
}

func TestN9N10SessionsEndWithTheirAccount(t *testing.T) {
	for _, e := range []struct {
		name string
		end  func(w *world, jane, omar access.Account) (int64, error)
		ends []string // of jane's own session, omar's own, and omar's as jane
	}{
		{"a new password of the granter", func(w *world, jane, _ access.Account) (int64, error) {
			return w.Accounts.SetPassword(w.ctx, w.operator(), jane.ID, access.NewPassword{Imported: hillsHash})
		}, []string{"jane", "acting"}},
		{"disabling the receiver", func(w *world, _, omar access.Account) (int64, error) {
			return w.Accounts.Disable(w.ctx, w.operator(), omar.ID)
		}, []string{"omar", "acting"}},
		{"disabling the tenant", func(w *world, _, _ access.Account) (int64, error) {
			return w.Tenants.Disable(w.ctx, w.operator(), w.acme.ID)
		}, []string{"jane", "omar", "acting"}},
	} {
		t.Run(e.name+" ends what it has to before it returns", func(t *testing.T) {
			byEngine(t, func(w *world) {
				jane, omar := w.user("jane", nil), w.user("omar", nil)
				own := w.open(login("jane"))
				_, lent := w.lend(own, "omar")
				acting := login("omar")
				acting.GrantKey = lent
				keys := map[string]access.Secret{"jane": own.Key, "omar": w.open(login("omar")).Key, "acting": w.open(acting).Key}
				for name, key := range keys {
					if !w.alive(key) {
						w.t.Fatalf("the session of %s is dead from the start", name)
					}
				}
				ended, err := e.end(w, jane, omar)
				w.must(err)
				if int(ended) != len(e.ends) {
					w.t.Errorf("%d sessions ended, want %d", ended, len(e.ends))
				}
				for name, key := range keys {
					if w.alive(key) == slices.Contains(e.ends, name) {
						w.t.Errorf("the session of %s is alive: %v", name, w.alive(key))
					}
				}
				w.comeBack(omar)
				for _, name := range e.ends {
					if w.alive(keys[name]) {
						w.t.Errorf("enabling brought the session of %s back", name)
					}
				}
			})
		})
	}
}

// comeBack enables whatever is disabled.
func (w *world) comeBack(account access.Account) {
	w.t.Helper()
	if tenant, err := w.Tenants.ByCode(w.ctx, "ACME"); err == nil && !tenant.Active() {
		w.must(w.Tenants.Enable(w.ctx, w.operator(), tenant.ID))
	}
	if a, err := w.Accounts.ByName(w.ctx, w.acme.ID, account.Name); err == nil && !a.Active() {
		w.must(w.Accounts.Enable(w.ctx, w.operator(), a.ID))
	}
}
