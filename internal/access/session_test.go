package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestSessions(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		w.Run("a key is 120 characters of base64 and never the same twice", func() {
			first, second := w.Open(accesstest.Login("jane")), w.Open(accesstest.Login("jane"))
			for _, key := range []access.Secret{first.Key, second.Key} {
				if len(key) != 120 || !strings.HasSuffix(key.Reveal(), "==") {
					w.T.Errorf("key %q", key.Reveal())
				}
			}
			if first.Key == second.Key || !w.Alive(first.Key) || !w.Alive(second.Key) {
				w.T.Error("the two keys are one, or dead")
			}
		})
		w.Run("ending one leaves the others alive (features S-4, S-16)", func() {
			first, second, third := w.Open(accesstest.Login("jane")), w.Open(accesstest.Login("jane")), w.Open(accesstest.Login("jane"))
			caller, err := w.Gate.BySession(w.Ctx, accesstest.Here, second.Key)
			w.Must(err)
			w.Must(w.Sessions.End(w.Ctx, caller))
			if !w.Alive(first.Key) || w.Alive(second.Key) || !w.Alive(third.Key) {
				w.T.Error("the wrong session ended")
			}
			w.Wants(w.Sessions.End(w.Ctx, caller), problem.UnknownSession)
		})
		w.Run("a session belongs to its dialect (design §9)", func() {
			key := w.Open(accesstest.Login("jane")).Key
			_, err := w.Gate.BySession(w.Ctx, access.Entry{Dialect: access.SOSBackup, Peer: accesstest.Here.Peer}, key)
			w.Wants(err, problem.UnknownSession)
			if !w.Alive(key) {
				w.T.Error("the attempt ended the session")
			}
		})
		w.Run("N-8: a key that was never issued is unknown, whatever its form", func() {
			key := w.Open(accesstest.Login("jane")).Key.Reveal()
			for _, forged := range []string{"", "x", strings.Repeat("A", 118) + "==", key[:119], key + "=", "B" + key[1:], key[1:] + "A"} {
				if forged != key && w.Alive(access.Secret(forged)) {
					w.T.Errorf("%q was let in", forged)
				}
			}
		})
		w.Run("it ends when unused for its idle time, and every use counts", func() {
			key := w.Open(accesstest.Login("jane")).Key
			for range 3 {
				w.Clock.Advance(29 * time.Minute)
				if !w.Alive(key) {
					w.T.Fatal("ended while in use")
				}
			}
			w.Clock.Advance(30 * time.Minute)
			if w.Alive(key) {
				w.T.Error("alive after 30 idle minutes")
			}
		})
		w.Run("last uses reach the store", func() {
			caller := w.Open(accesstest.Login("jane"))
			w.Clock.Advance(20 * time.Minute)
			w.Alive(caller.Key)
			w.Must(w.Finish(w.Ctx))
			listed, err := w.Sessions.List(w.Ctx, access.SessionFilter{LiveAt: w.Clock.Now()})
			w.Must(err)
			if last := listed[len(listed)-1]; !last.LastUsedAt.Equal(w.Clock.Now()) {
				w.T.Errorf("last used %v, now %v", last.LastUsedAt, w.Clock.Now())
			}
		})
	})
}

func TestN5ASessionEndsAfterThirtyDays(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, nil)
		w.User("jane", func(a *access.Account) { a.SessionIdle = 24 * time.Hour })
		key := w.Open(accesstest.Login("jane")).Key
		for range 29 {
			w.Clock.Advance(23 * time.Hour)
			if !w.Alive(key) {
				t.Fatal("ended while in use")
			}
		}
		w.Clock.Advance(23 * time.Hour)
		w.Alive(key)
		w.Clock.Advance(23 * time.Hour)
		w.Alive(key)
		w.Clock.Advance(8 * time.Hour)
		if w.Alive(key) {
			t.Error("alive after 30 days")
		}
	})
}

func TestFreshKeys(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.User("jane", func(a *access.Account) { a.SessionCap = 1 })
		fresh := func() access.Secret {
			caller, err := w.Gate.SignedIn(w.Ctx, accesstest.Here, access.Proof{Credentials: accesstest.Login("jane")})
			w.Must(err)
			return caller.Key
		}
		count := func() int {
			sessions, err := w.Sessions.List(w.Ctx, access.SessionFilter{LiveAt: w.Clock.Now()})
			w.Must(err)
			return len(sessions)
		}
		first, second := fresh(), fresh()
		w.Run("unused ones differ, cost nothing and count toward no cap", func() {
			if first == second || count() != 0 {
				w.T.Errorf("same %v, %d sessions", first == second, count())
			}
		})
		w.Run("the first use stores a session, once", func() {
			counts := accesstest.AtOnce(50, func(int) error {
				_, err := w.Gate.BySession(w.Ctx, accesstest.Here, first)
				return err
			})
			if counts[""] != 50 || count() != 1 {
				w.T.Errorf("answers %v, %d sessions", counts, count())
			}
		})
		w.Run("its first use counts toward the cap", func() {
			_, err := w.Gate.BySession(w.Ctx, accesstest.Here, second)
			w.Wants(err, problem.SessionRefused)
			if count() != 1 {
				w.T.Errorf("%d sessions", count())
			}
		})
		w.Run("200 ends of one that was never used: one succeeds", func() {
			caller, err := w.Gate.BySession(w.Ctx, accesstest.Here, first)
			w.Must(err)
			w.Must(w.Sessions.End(w.Ctx, caller))
			never := fresh()
			counts := accesstest.AtOnce(200, func(int) error {
				caller, err := w.Gate.BySession(w.Ctx, accesstest.Here, never)
				if err != nil {
					return err
				}
				return w.Sessions.End(w.Ctx, caller)
			})
			if counts[""] != 1 || counts[problem.UnknownSession] != 199 {
				w.T.Errorf("answers %v", counts)
			}
			if w.Alive(never) {
				w.T.Error("it came back to life")
			}
		})
		w.Run("it dies unused after 30 minutes", func() {
			key := fresh()
			w.Clock.Advance(30 * time.Minute)
			if w.Alive(key) || count() != 0 {
				w.T.Error("alive")
			}
		})
		w.Run("it dies with the password it was proved by", func() {
			key := fresh()
			_, err := w.Accounts.SetPassword(w.Ctx, w.Operator(), jane.ID, access.NewPassword{Imported: accesstest.PasswordHash})
			w.Must(err)
			if w.Alive(key) {
				w.T.Error("alive")
			}
		})
	})
}

func TestN6Caps(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("refusing", func(a *access.Account) { a.SessionCap = 2 })
		w.User("ending", func(a *access.Account) { a.SessionCap, a.CapPolicy = 2, access.CapEndOldest })
		openFor := func(name string) (access.Caller, error) {
			caller, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login(name))
			w.Must(err)
			return w.Sessions.Open(w.Ctx, caller)
		}
		w.Run("refuse refuses the new one", func() {
			counts := accesstest.AtOnce(20, func(int) error {
				_, err := openFor("refusing")
				return err
			})
			if counts[""] != 2 || counts[problem.SessionRefused] != 18 {
				w.T.Errorf("answers %v", counts)
			}
		})
		w.Run("end_oldest spares what was used in the last 15 minutes", func() {
			first, err := openFor("ending")
			w.Must(err)
			w.Clock.Advance(time.Minute)
			second, err := openFor("ending")
			w.Must(err)
			_, err = openFor("ending")
			w.Wants(err, problem.SessionRefused)
			w.Clock.Advance(16 * time.Minute)
			third, err := openFor("ending")
			w.Must(err)
			if w.Alive(first.Key) || !w.Alive(second.Key) || !w.Alive(third.Key) {
				w.T.Error("the wrong session made room")
			}
		})
		w.User("busy", func(a *access.Account) { a.SessionCap, a.CapPolicy = 1, access.CapEndOldest })
		w.Run("end_oldest spares it too when its last use is not recorded yet", func() {
			first, err := openFor("busy")
			w.Must(err)
			w.Clock.Advance(50 * time.Second)
			w.admit(first.Key) // less than a minute after the one that was recorded
			w.Must(w.Finish(w.Ctx))
			w.Clock.Advance(14*time.Minute + 30*time.Second)
			_, err = openFor("busy")
			w.Wants(err, problem.SessionRefused)
			w.Clock.Advance(2 * time.Minute)
			_, err = openFor("busy")
			w.Must(err)
		})
	})
}

func TestTwoHundredEndsOfOneSession(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		key := w.Open(accesstest.Login("jane")).Key
		counts := accesstest.AtOnce(200, func(int) error {
			caller, err := w.Gate.BySession(w.Ctx, accesstest.Here, key)
			if err != nil {
				return err
			}
			return w.Sessions.End(w.Ctx, caller)
		})
		if counts[""] != 1 || counts[problem.UnknownSession] != 199 {
			w.T.Errorf("answers %v", counts)
		}
		if n := w.Rows("session.end"); n != 1 {
			w.T.Errorf("%d audit rows", n)
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
			return w.Accounts.SetPassword(w.Ctx, w.Operator(), jane.ID, access.NewPassword{Imported: accesstest.PasswordHash})
		}, []string{"jane", "acting"}},
		{"disabling the receiver", func(w *world, _, omar access.Account) (int64, error) {
			return w.Accounts.Disable(w.Ctx, w.Operator(), omar.ID, "")
		}, []string{"omar", "acting"}},
		{"disabling the tenant", func(w *world, _, _ access.Account) (int64, error) {
			return w.Tenants.Disable(w.Ctx, w.Operator(), w.Acme.ID)
		}, []string{"jane", "omar", "acting"}},
	} {
		t.Run(e.name+" ends what it has to before it returns", func(t *testing.T) {
			byEngine(t, func(w *world) {
				jane, omar := w.User("jane", nil), w.User("omar", nil)
				own := w.Open(accesstest.Login("jane"))
				_, lent := w.Lend(own, "omar")
				acting := accesstest.Login("omar")
				acting.GrantKey = lent
				keys := map[string]access.Secret{"jane": own.Key, "omar": w.Open(accesstest.Login("omar")).Key, "acting": w.Open(acting).Key}
				for name, key := range keys {
					if !w.Alive(key) {
						w.T.Fatalf("the session of %s is dead from the start", name)
					}
				}
				ended, err := e.end(w, jane, omar)
				w.Must(err)
				if int(ended) != len(e.ends) {
					w.T.Errorf("%d sessions ended, want %d", ended, len(e.ends))
				}
				for name, key := range keys {
					if w.Alive(key) == slices.Contains(e.ends, name) {
						w.T.Errorf("the session of %s is alive: %v", name, w.Alive(key))
					}
				}
				w.comeBack(omar)
				for _, name := range e.ends {
					if w.Alive(keys[name]) {
						w.T.Errorf("enabling brought the session of %s back", name)
					}
				}
			})
		})
	}
}

// comeBack enables whatever is disabled.
func (w *world) comeBack(account access.Account) {
	w.T.Helper()
	if tenant, err := w.Tenants.ByCode(w.Ctx, "ACME"); err == nil && !tenant.Active() {
		w.Must(w.Tenants.Enable(w.Ctx, w.Operator(), tenant.ID))
	}
	if a, err := w.Accounts.ByName(w.Ctx, w.Acme.ID, account.Name); err == nil && !a.Active() {
		w.Must(w.Accounts.Enable(w.Ctx, w.Operator(), a.ID))
	}
}
