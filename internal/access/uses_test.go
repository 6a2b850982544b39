package access_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
)

// stored reads a session as the store has it, whatever memories know.
func (w *world) stored(id access.SessionID) access.Session {
	w.T.Helper()
	var s access.Session
	w.Must(w.Store.View(w.Ctx, func(r access.Records) error {
		var err error
		s, err = r.Session(w.Ctx, id)
		return err
	}))
	return s
}

func TestAUseThatCouldNotBeRecordedIsRecordedLater(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		key := w.Open(accesstest.Login("jane")).Key
		store := &faulty{Store: w.Store}
		services := w.Build(store, access.DefaultSettings())
		w.Clock.Advance(20 * time.Minute)
		used := w.Clock.Now()
		caller, err := services.Gate.BySession(w.Ctx, accesstest.Here, key)
		w.Must(err)
		store.writes.Store(true)
		if err := services.Finish(w.Ctx); !errors.Is(err, errDown) {
			w.T.Fatalf("error %v", err)
		}
		store.writes.Store(false)
		stopped, stop := context.WithCancel(w.Ctx) // as when a stop catches the housekeeping at work
		stop()
		_ = services.Finish(stopped)
		w.Must(services.Finish(w.Ctx))
		if got := w.stored(caller.Session.ID).LastUsedAt; !got.Equal(used) {
			w.T.Errorf("last used at %v, want %v", got, used)
		}
	})
}

func TestC3ALoginWithAnImpersonationKeyIsAUseOfItsGrant(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		w.User("omar", nil)
		grant, key := w.Lend(w.Open(accesstest.Login("jane")), "omar")
		lastUsed := func() time.Time {
			w.Must(w.Finish(w.Ctx))
			grants, err := w.Grants.List(w.Ctx, access.GrantFilter{Granter: grant.GranterID})
			w.Must(err)
			return grants[0].LastUsedAt
		}
		if !lastUsed().IsZero() {
			w.T.Error("used before it was")
		}
		use := func() {
			_, err := w.Gate.SignedIn(w.Ctx, accesstest.Here, access.Proof{Credentials: acting("omar", key)})
			w.Must(err)
		}
		use()
		first := w.Clock.Now()
		if got := lastUsed(); !got.Equal(first) {
			w.T.Errorf("last used at %v, want %v", got, first)
		}
		w.Clock.Advance(30 * time.Second)
		use()
		if got := lastUsed(); !got.Equal(first) {
			w.T.Errorf("recorded twice in a minute: at %v and %v", first, got)
		}
		w.Clock.Advance(40 * time.Second)
		use()
		if got := lastUsed(); !got.Equal(w.Clock.Now()) {
			w.T.Errorf("last used at %v, want %v", got, w.Clock.Now())
		}
	})
}
