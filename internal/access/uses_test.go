package access_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"latchkey/internal/access"
)

// stored reads a session as the store has it, whatever memories know.
func (w *world) stored(id access.SessionID) access.Session {
	w.t.Helper()
	var s access.Session
	w.must(w.store.View(w.ctx, func(r access.Records) error {
		var err error
		s, err = r.Session(w.ctx, id)
		return err
	}))
	return s
}

func TestAUseThatCouldNotBeRecordedIsRecordedLater(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		key := w.open(login("jane")).Key
		store := &faulty{Store: w.store}
		services := w.services(store, access.DefaultSettings())
		w.clock.Advance(20 * time.Minute)
		used := w.clock.Now()
		caller, err := services.Gate.BySession(w.ctx, here, key)
		w.must(err)
		store.writes.Store(true)
		if err := services.Finish(w.ctx); !errors.Is(err, errDown) {
			w.t.Fatalf("error %v", err)
		}
		store.writes.Store(false)
		stopped, stop := context.WithCancel(w.ctx) // as when a stop catches the housekeeping at work
		stop()
		_ = services.Finish(stopped)
		w.must(services.Finish(w.ctx))
		if got := w.stored(caller.Session.ID).LastUsedAt; !got.Equal(used) {
			w.t.Errorf("last used at %v, want %v", got, used)
		}
	})
}

func TestC3ALoginWithAnImpersonationKeyIsAUseOfItsGrant(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		w.user("omar", nil)
		grant, key := w.lend(w.open(login("jane")), "omar")
		lastUsed := func() time.Time {
			w.must(w.Finish(w.ctx))
			grants, err := w.Grants.List(w.ctx, access.GrantFilter{Granter: grant.GranterID})
			w.must(err)
			return grants[0].LastUsedAt
		}
		if !lastUsed().IsZero() {
			w.t.Error("used before it was")
		}
		use := func() {
			_, err := w.Gate.SignedIn(w.ctx, here, access.Proof{Credentials: acting("omar", key)})
			w.must(err)
		}
		use()
		first := w.clock.Now()
		if got := lastUsed(); !got.Equal(first) {
			w.t.Errorf("last used at %v, want %v", got, first)
		}
		w.clock.Advance(30 * time.Second)
		use()
		if got := lastUsed(); !got.Equal(first) {
			w.t.Errorf("recorded twice in a minute: at %v and %v", first, got)
		}
		w.clock.Advance(40 * time.Second)
		use()
		if got := lastUsed(); !got.Equal(w.clock.Now()) {
			w.t.Errorf("last used at %v, want %v", got, w.clock.Now())
		}
	})
}
