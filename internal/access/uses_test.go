package access_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/storage/sqlstore"
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

// failing is a store that does so many more writes, and then none.
type failing struct {
	*sqlstore.Store
	left atomic.Int64
}

func (f *failing) Update(ctx context.Context, write func(access.Tx) error) error {
	if f.left.Add(-1) < 0 {
		return errDown
	}
	return f.Store.Update(ctx, write)
}

func TestManyUsesAreRecordedSomeAtATimeAndNoneIsForgotten(t *testing.T) {
	const many = 1100 // of which one transaction takes 1000
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		var keys []access.Secret
		for range many {
			keys = append(keys, w.Open(accesstest.Login("jane")).Key)
		}
		store := &failing{Store: w.Store}
		services := w.Build(store, access.DefaultSettings())
		w.Clock.Advance(20 * time.Minute)
		var ids []access.SessionID
		for _, key := range keys {
			caller, err := services.Gate.BySession(w.Ctx, accesstest.Here, key)
			w.Must(err)
			ids = append(ids, caller.Session.ID)
		}
		recorded := func() (n int) {
			for _, id := range ids {
				if w.stored(id).LastUsedAt.Equal(w.Clock.Now()) {
					n++
				}
			}
			return n
		}
		store.left.Store(1)
		if err := services.Finish(w.Ctx); !errors.Is(err, errDown) || recorded() == 0 || recorded() == many {
			w.T.Fatalf("error %v, and %d uses are recorded", err, recorded())
		}
		store.left.Store(many)
		w.Must(services.Finish(w.Ctx))
		if n := recorded(); n != many {
			w.T.Errorf("%d uses are recorded, want %d", n, many)
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
