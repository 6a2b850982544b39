package access_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// acting gives the credentials of somebody who uses a grant.
func acting(name string, key access.Secret) access.Credentials {
	c := accesstest.Login(name)
	c.GrantKey = key
	return c
}

func TestGrants(t *testing.T) {
	byEngine(t, func(w *world) {
		jane, omar := w.User("jane", nil), w.User("omar", nil)
		w.User("lone", nil)
		granter := w.Open(accesstest.Login("jane"))
		grant, key := w.Lend(granter, "omar")
		w.Run("G-1: the key is 64 hexadecimal characters, and only a digest is kept", func() {
			if len(key) != 64 || grant.Digest == (access.Digest{}) {
				w.T.Errorf("key of %d characters, digest %x", len(key), grant.Digest)
			}
		})
		w.Run("the receiver acts with the granter's rights, and both are kept", func() {
			caller := w.Open(acting("omar", key))
			if caller.Subject.Account.ID != jane.ID || caller.Actor.Account.ID != omar.ID || !caller.Impersonating() {
				w.T.Errorf("subject %d, actor %d", caller.Subject.Account.ID, caller.Actor.Account.ID)
			}
			rows, err := w.Audit.List(w.Ctx, access.AuditFilter{Action: "session.open"})
			w.Must(err)
			if by := rows[len(rows)-1].By; by.Subject != jane.ID || by.Actor != omar.ID {
				w.T.Errorf("audit row by %+v", by)
			}
		})
		w.Run("G-2: the key is worth nothing with another login", func() {
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, acting("lone", key))
			w.Wants(err, problem.BadLogin)
		})
		w.Run("G-2: a second grant for the same pair adds to the first", func() {
			_, second := w.Lend(granter, "omar")
			w.Open(acting("omar", key))
			w.Open(acting("omar", second))
		})
		w.Run("G-5: one who acts as another lends nothing", func() {
			before, err := w.Grants.List(w.Ctx, access.GrantFilter{})
			w.Must(err)
			_, _, err = w.Grants.Give(w.Ctx, w.Open(acting("omar", key)), access.Receiver{Name: "lone"}, time.Time{})
			w.Wants(err, problem.PermissionDenied)
			after, err := w.Grants.List(w.Ctx, access.GrantFilter{})
			w.Must(err)
			if len(after) != len(before) {
				w.T.Error("a grant was given")
			}
		})
		w.Run("G-7: rights are those of the granter at the moment of the call", func() {
			session := w.Open(acting("omar", key))
			w.Must(w.Roles.Put(w.Ctx, w.Operator(), access.Role{Name: "api"}))
			_, err := w.Gate.BySession(w.Ctx, accesstest.Here, session.Key)
			w.Wants(err, problem.PermissionDenied)
			w.Must(w.Roles.Put(w.Ctx, w.Operator(), access.BuiltInRoles()[0]))
			if !w.Alive(session.Key) {
				w.T.Error("the session didn't come back with the rights")
			}
		})
		w.Run("withdrawing ends its sessions and its remembered logins before it returns", func() {
			_, second := w.Lend(granter, "omar")
			session := w.Open(acting("omar", second))
			listed, err := w.Grants.List(w.Ctx, access.GrantFilter{Receiver: omar.ID})
			w.Must(err)
			id := listed[len(listed)-1].ID
			ended, err := w.Grants.Withdraw(w.Ctx, w.Operator(), id)
			w.Must(err)
			if ended != 1 || w.Alive(session.Key) {
				w.T.Errorf("%d ended", ended)
			}
			_, err = w.Gate.Prove(w.Ctx, accesstest.Here, acting("omar", second))
			w.Wants(err, problem.BadLogin)
			_, err = w.Grants.Withdraw(w.Ctx, w.Operator(), id)
			w.Wants(err, problem.InvalidInput)
			if !w.Alive(granter.Key) {
				w.T.Error("the granter's own session ended too")
			}
		})
	})
}

func TestAGrantExpires(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		w.User("omar", nil)
		granter := w.Open(accesstest.Login("jane"))
		_, key, err := w.Grants.Give(w.Ctx, granter, access.Receiver{Name: "omar"}, w.Clock.Now().Add(10*time.Minute))
		w.Must(err)
		session := w.Open(acting("omar", key))
		w.Clock.Advance(10*time.Minute - time.Microsecond)
		if !w.Alive(session.Key) {
			w.T.Error("ended early")
		}
		w.Clock.Advance(time.Microsecond)
		if w.Alive(session.Key) {
			w.T.Error("its session outlives it")
		}
		_, err = w.Gate.Prove(w.Ctx, accesstest.Here, acting("omar", key))
		w.Wants(err, problem.BadLogin)
	})
}

func TestG4ImpersonationCanBeSwitchedOff(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, nil)
		w.User("jane", nil)
		w.User("omar", nil)
		granter := w.Open(accesstest.Login("jane"))
		_, key := w.Lend(granter, "omar")
		session := w.Open(acting("omar", key))
		settings := access.DefaultSettings()
		settings.Impersonation = false
		off := w.Build(w.Store, settings)
		w.Run("for the installation", func() {
			_, err := off.Gate.BySession(w.Ctx, accesstest.Here, session.Key)
			w.Wants(err, problem.UnknownSession)
			_, _, err = off.Grants.Give(w.Ctx, granter, access.Receiver{Name: "omar"}, time.Time{})
			w.Wants(err, problem.PermissionDenied)
		})
		w.Run("for a tenant", func() {
			w.Must(w.Store.Update(w.Ctx, func(tx access.Tx) error {
				changed := w.Acme
				changed.ImpersonationOff = true
				return tx.UpdateTenant(w.Ctx, changed)
			}))
			if w.Alive(session.Key) {
				w.T.Error("the session goes on")
			}
			if !w.Alive(granter.Key) {
				w.T.Error("an ordinary session ended too")
			}
		})
	})
}

func TestAGrantWithdrawnUnderTwoHundredUses(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		w.User("omar", nil)
		grant, key := w.Lend(w.Open(accesstest.Login("jane")), "omar")
		session := w.Open(acting("omar", key))
		var (
			acknowledged   atomic.Bool
			late, accepted atomic.Int64
			users          sync.WaitGroup
		)
		stop := make(chan struct{})
		for i := range 200 {
			users.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					after := acknowledged.Load()
					var err error
					if i%2 == 0 {
						_, err = w.Gate.BySession(w.Ctx, accesstest.Here, session.Key)
					} else {
						_, err = w.Gate.SignedIn(w.Ctx, accesstest.Here, access.Proof{Credentials: acting("omar", key)})
					}
					switch {
					case err == nil && after:
						late.Add(1)
					case err == nil:
						accepted.Add(1)
					}
					if after {
						return
					}
				}
			})
		}
		for accepted.Load() < 1000 {
			time.Sleep(time.Millisecond)
		}
		_, err := w.Grants.Withdraw(w.Ctx, w.Operator(), grant.ID)
		acknowledged.Store(true)
		w.Must(err)
		time.AfterFunc(20*time.Second, func() { close(stop) })
		users.Wait()
		if late.Load() != 0 {
			w.T.Errorf("%d calls were accepted after the acknowledgement", late.Load())
		}
		w.T.Logf("%d calls accepted before the withdrawal, %d after its acknowledgement", accepted.Load(), late.Load())
	})
}
