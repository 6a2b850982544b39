package access_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// acting gives the credentials of somebody who uses a grant.
func acting(name string, key access.Secret) access.Credentials {
	c := login(name)
	c.GrantKey = key
	return c
}

func TestGrants(t *testing.T) {
	byEngine(t, func(w *world) {
		jane, omar := w.user("jane", nil), w.user("omar", nil)
		w.user("lone", nil)
		granter := w.open(login("jane"))
		grant, key := w.lend(granter, "omar")
		w.run("G-1: the key is 64 hexadecimal characters, and only a digest is kept", func() {
			if len(key) != 64 || grant.Digest == (access.Digest{}) {
				w.t.Errorf("key of %d characters, digest %x", len(key), grant.Digest)
			}
		})
		w.run("the receiver acts with the granter's rights, and both are kept", func() {
			caller := w.open(acting("omar", key))
			if caller.Subject.Account.ID != jane.ID || caller.Actor.Account.ID != omar.ID || !caller.Impersonating() {
				w.t.Errorf("subject %d, actor %d", caller.Subject.Account.ID, caller.Actor.Account.ID)
			}
			rows, err := w.Audit.List(w.ctx, access.AuditFilter{Action: "session.open"})
			w.must(err)
			if by := rows[len(rows)-1].By; by.Subject != jane.ID || by.Actor != omar.ID {
				w.t.Errorf("audit row by %+v", by)
			}
		})
		w.run("G-2: the key is worth nothing with another login", func() {
			_, err := w.Gate.Prove(w.ctx, here, acting("lone", key))
			w.wants(err, problem.BadLogin)
		})
		w.run("G-2: a second grant for the same pair adds to the first", func() {
			_, second := w.lend(granter, "omar")
			w.open(acting("omar", key))
			w.open(acting("omar", second))
		})
		w.run("G-5: one who acts as another lends nothing", func() {
			before, err := w.Grants.List(w.ctx, access.GrantFilter{})
			w.must(err)
			_, _, err = w.Grants.Give(w.ctx, w.open(acting("omar", key)), access.Receiver{Name: "lone"}, time.Time{})
			w.wants(err, problem.PermissionDenied)
			after, err := w.Grants.List(w.ctx, access.GrantFilter{})
			w.must(err)
			if len(after) != len(before) {
				w.t.Error("a grant was given")
			}
		})
		w.run("G-7: rights are those of the granter at the moment of the call", func() {
			session := w.open(acting("omar", key))
			w.must(w.Roles.Put(w.ctx, w.operator(), access.Role{Name: "api"}))
			_, err := w.Gate.BySession(w.ctx, here, session.Key)
			w.wants(err, problem.PermissionDenied)
			w.must(w.Roles.Put(w.ctx, w.operator(), access.BuiltInRoles()[0]))
			if !w.alive(session.Key) {
				w.t.Error("the session didn't come back with the rights")
			}
		})
		w.run("withdrawing ends its sessions and its remembered logins before it returns", func() {
			_, second := w.lend(granter, "omar")
			session := w.open(acting("omar", second))
			listed, err := w.Grants.List(w.ctx, access.GrantFilter{Receiver: omar.ID})
			w.must(err)
			id := listed[len(listed)-1].ID
			ended, err := w.Grants.Withdraw(w.ctx, w.operator(), id)
			w.must(err)
			if ended != 1 || w.alive(session.Key) {
				w.t.Errorf("%d ended", ended)
			}
			_, err = w.Gate.Prove(w.ctx, here, acting("omar", second))
			w.wants(err, problem.BadLogin)
			_, err = w.Grants.Withdraw(w.ctx, w.operator(), id)
			w.wants(err, problem.InvalidInput)
			if !w.alive(granter.Key) {
				w.t.Error("the granter's own session ended too")
			}
		})
	})
}

func TestAGrantExpires(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		w.user("omar", nil)
		granter := w.open(login("jane"))
		_, key, err := w.Grants.Give(w.ctx, granter, access.Receiver{Name: "omar"}, w.clock.Now().Add(10*time.Minute))
		w.must(err)
		session := w.open(acting("omar", key))
		w.clock.Advance(10*time.Minute - time.Microsecond)
		if !w.alive(session.Key) {
			w.t.Error("ended early")
		}
		w.clock.Advance(time.Microsecond)
		if w.alive(session.Key) {
			w.t.Error("its session outlives it")
		}
		_, err = w.Gate.Prove(w.ctx, here, acting("omar", key))
		w.wants(err, problem.BadLogin)
	})
}

func TestG4ImpersonationCanBeSwitchedOff(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, nil)
		w.user("jane", nil)
		w.user("omar", nil)
		granter := w.open(login("jane"))
		_, key := w.lend(granter, "omar")
		session := w.open(acting("omar", key))
		settings := access.DefaultSettings()
		settings.Impersonation = false
		off := w.services(w.store, settings)
		w.run("for the installation", func() {
			_, err := off.Gate.BySession(w.ctx, here, session.Key)
			w.wants(err, problem.UnknownSession)
			_, _, err = off.Grants.Give(w.ctx, granter, access.Receiver{Name: "omar"}, time.Time{})
			w.wants(err, problem.PermissionDenied)
		})
		w.run("for a tenant", func() {
			w.must(w.store.Update(w.ctx, func(tx access.Tx) error {
				changed := w.acme
				changed.ImpersonationOff = true
				return tx.UpdateTenant(w.ctx, changed)
			}))
			if w.alive(session.Key) {
				w.t.Error("the session goes on")
			}
			if !w.alive(granter.Key) {
				w.t.Error("an ordinary session ended too")
			}
		})
	})
}

func TestAGrantWithdrawnUnderTwoHundredUses(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		w.user("omar", nil)
		grant, key := w.lend(w.open(login("jane")), "omar")
		session := w.open(acting("omar", key))
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
						_, err = w.Gate.BySession(w.ctx, here, session.Key)
					} else {
						_, err = w.Gate.SignedIn(w.ctx, here, access.Proof{Credentials: acting("omar", key)})
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
		_, err := w.Grants.Withdraw(w.ctx, w.operator(), grant.ID)
		acknowledged.Store(true)
		w.must(err)
		time.AfterFunc(20*time.Second, func() { close(stop) })
		users.Wait()
		if late.Load() != 0 {
			w.t.Errorf("%d calls were accepted after the acknowledgement", late.Load())
		}
		w.t.Logf("%d calls accepted before the withdrawal, %d after its acknowledgement", accepted.Load(), late.Load())
	})
}
