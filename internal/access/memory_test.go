package access_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// slowReads is a store whose next read, once armed, waits after it has read and before it gives the result.
type slowReads struct {
	*sqlstore.Store
	armed         *atomic.Bool
	read, proceed chan struct{}
}

func (s slowReads) View(ctx context.Context, read func(access.Records) error) error {
	err := s.Store.View(ctx, read)
	if s.armed.CompareAndSwap(true, false) {
		s.read <- struct{}{}
		<-s.proceed
	}
	return err
}

func TestAReadThatAnInvalidationOvertookIsNotKept(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		key := w.Open(accesstest.Login("jane")).Key
		slow := slowReads{w.Store, new(atomic.Bool), make(chan struct{}), make(chan struct{})}
		other := w.Build(slow, access.DefaultSettings())
		_, err := other.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane")) // so that only the session is left to be read
		w.Must(err)

		slow.armed.Store(true)
		admitted := make(chan error)
		go func() {
			_, err := other.Gate.BySession(w.Ctx, accesstest.Here, key)
			admitted <- err
		}()
		<-slow.read // the live session has been read, and is not kept yet
		caller, err := w.Gate.BySession(w.Ctx, accesstest.Here, key)
		w.Must(err)
		w.Must(w.Sessions.End(w.Ctx, caller))
		slow.proceed <- struct{}{}
		w.Must(<-admitted) // it came in before the end, and may be let in
		if _, err := other.Gate.BySession(w.Ctx, accesstest.Here, key); err == nil {
			w.T.Error("the stale read was kept: an ended session is let in")
		}
	})
}

func TestChangesReachOtherNodes(t *testing.T) {
	data := storetest.PostgreSQL(t)
	w := newWorld(t, data, func(s *access.Settings) { s.Recheck = time.Hour })
	settings := access.DefaultSettings()
	settings.Recheck = time.Hour // so that only the news can tell
	elsewhere := storetest.OpenWith(t, sqlstore.Options{Data: data, Now: w.Clock.Now})
	b := w.Build(elsewhere, settings)
	jane := w.User("jane", nil)
	soon := func(what string, gone func() bool) {
		t.Helper()
		begun := time.Now()
		for !gone() {
			if time.Since(begun) > time.Minute {
				t.Fatalf("%s didn't reach the other node", what)
			}
			time.Sleep(100 * time.Microsecond)
		}
		t.Logf("%s reached the other node after %v", what, time.Since(begun))
	}
	alive := func(key access.Secret) func() bool {
		return func() bool {
			_, err := b.Gate.BySession(w.Ctx, accesstest.Here, key)
			return err != nil
		}
	}
	first, second := w.Open(accesstest.Login("jane")), w.Open(accesstest.Login("jane"))
	for _, caller := range []access.Caller{first, second} {
		if alive(caller.Key)() {
			t.Fatal("the other node doesn't know the session")
		}
	}
	ending, err := w.Gate.BySession(w.Ctx, accesstest.Here, first.Key)
	w.Must(err)
	w.Must(w.Sessions.End(w.Ctx, ending))
	soon("the end of a session", alive(first.Key))
	if alive(second.Key)() {
		t.Error("the wrong session ended")
	}
	_, err = w.Accounts.Disable(w.Ctx, w.Operator(), jane.ID, "")
	w.Must(err)
	soon("the disabling of an account", alive(second.Key))
}
