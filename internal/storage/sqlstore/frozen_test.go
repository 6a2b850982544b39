package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// wire stands between a store and its database server, and can stop passing anything on: to the store that looks like
// a server whose processes are stopped, or a network that swallows everything.
type wire struct {
	mu     sync.Mutex
	moving *sync.Cond
	frozen bool
	last   func() // called once the next commit is on its way, before anything else moves; nil: nothing
}

// newWire gives the wire and the URL that leads through it.
func newWire(t *testing.T, data string) (*wire, string) {
	t.Helper()
	config, err := pgconn.ParseConfig(data)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	w := &wire{}
	w.moving = sync.NewCond(&w.mu)
	t.Cleanup(func() { w.freeze(false) })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			network, address := pgconn.NetworkAddress(config.Host, config.Port)
			far, err := net.Dial(network, address)
			if err != nil {
				_ = near.Close()
				continue
			}
			go w.carry(near, far, false)
			go w.carry(far, near, true)
		}
	}()
	u, err := url.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = listener.Addr().String(), query.Encode()
	return w, u.String()
}

func (w *wire) freeze(yes bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frozen = yes
	w.moving.Broadcast()
}

// freezeAfterCommit lets the next commit reach the server, but not its answer the store, and calls then.
func (w *wire) freezeAfterCommit(then func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = then
}

func (w *wire) carry(to io.WriteCloser, from io.Reader, toServer bool) {
	defer func() { _ = to.Close() }()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		w.mu.Lock()
		for w.frozen {
			w.moving.Wait()
		}
		if toServer && w.last != nil && bytes.Contains(buffer[:n], []byte("commit")) {
			w.frozen = true
			w.last()
			w.last = nil
		}
		w.mu.Unlock()
		if err == nil {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// soon runs f and fails when it takes longer than a frozen server may make it.
func soon(t *testing.T, what string, f func() error) (err error) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = f()
	}()
	select {
	case <-done:
		return err
	case <-time.After(time.Minute):
		t.Fatalf("%s hangs", what)
		return nil
	}
}

func TestAFrozenServerHoldsNoWriteForEverOnPostgreSQL(t *testing.T) {
	w, data := newWire(t, storetest.PostgreSQL(t))
	s, heard := node(t, sqlstore.Options{Data: data})
	sqlstore.SetCommitGrace(s, 300*time.Millisecond)
	alice := anAccount(t, s, "alice")
	disable := func(ctx context.Context) error {
		return s.Update(ctx, func(tx access.Tx) error {
			_, err := tx.DisableAccount(ctx, alice, access.StatusInactive, noon())
			return err
		})
	}
	want := []access.Change{{Kind: access.ChangedAccount, ID: int64(alice)}}
	t.Run("at its beginning", func(t *testing.T) {
		w.freeze(true)
		defer w.freeze(false)
		var callers sync.WaitGroup
		for range 40 { // more than the pool has connections
			callers.Go(func() {
				ctx, done := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer done()
				if err := disable(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the write ended with %v", err)
				}
			})
		}
		_ = soon(t, "a write", func() error { callers.Wait(); return nil })
	})
	t.Run("after which everything goes on", func(t *testing.T) {
		within(t, "the store is current again", s.Current)
		heard.take()
		if err := soon(t, "a write", func() error { return disable(t.Context()) }); err != nil {
			t.Fatal(err)
		}
		same(t, heard.take(), want)
	})
	commit := func(t *testing.T, ctx context.Context, frozen func()) (reached bool) {
		within(t, "the store is current again", s.Current)
		if err := s.Update(t.Context(), func(tx access.Tx) error { return tx.EnableAccount(t.Context(), alice) }); err != nil {
			t.Fatal(err)
		}
		heard.take()
		var arrived atomic.Bool
		w.freezeAfterCommit(func() { arrived.Store(true); frozen() })
		err := soon(t, "a commit", func() error { return disable(ctx) })
		w.freezeAfterCommit(nil)
		w.freeze(false)
		if !arrived.Load() {
			return false
		}
		if err == nil {
			t.Error("a commit that nobody answered is acknowledged")
		}
		if told := heard.take(); len(told) == 0 || told[0] != want[0] {
			t.Errorf("told %v of a commit in doubt, want %v", told, want)
		}
		return true
	}
	t.Run("at its commit, which is in doubt, hanging up", func(t *testing.T) {
		ctx, hangUp := context.WithCancel(t.Context())
		defer hangUp()
		if !commit(t, ctx, hangUp) {
			t.Error("the commit was not reached")
		}
	})
	t.Run("at its commit, which is in doubt, deadline", func(t *testing.T) {
		for patience := 200 * time.Millisecond; ; patience *= 4 { // on a busy machine the time may be up before the commit
			ctx, done := context.WithTimeout(t.Context(), patience)
			reached := commit(t, ctx, func() {})
			done()
			if reached {
				return
			}
			if patience > time.Minute {
				t.Fatal("the commit was not reached")
			}
		}
	})
}

func TestACommitUnderWayIsWaitedForOnPostgreSQL(t *testing.T) {
	w, data := newWire(t, storetest.PostgreSQL(t))
	s, _ := node(t, sqlstore.Options{Data: data})
	alice := anAccount(t, s, "alice")
	ctx, hangUp := context.WithCancel(t.Context())
	w.freezeAfterCommit(func() {
		hangUp()
		time.AfterFunc(300*time.Millisecond, func() { w.freeze(false) })
	})
	err := soon(t, "a commit", func() error {
		return s.Update(ctx, func(tx access.Tx) error {
			_, err := tx.DisableAccount(ctx, alice, access.StatusInactive, noon())
			return err
		})
	})
	if err != nil {
		t.Errorf("the commit came late, and is lost: %v", err)
	}
}
