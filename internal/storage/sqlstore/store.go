package sqlstore

import (
	"context"
	"sync"

	"latchkey/internal/access"
)

// Store keeps everything, in one SQLite file or one PostgreSQL database. It implements access.Store. Every method may
// be called from any number of goroutines. A write function must not call Update of the same store: on SQLite it would
// wait for itself.
type Store struct {
	engine      engine
	subscribers *subscribers
}

var _ access.Store = (*Store)(nil)

// engine is what the two databases do differently.
type engine interface {
	// view runs read on one consistent state; it may run it twice.
	view(ctx context.Context, read func(*tx) error) error
	// snapshot runs read on one consistent state, once.
	snapshot(ctx context.Context, read func(*tx) error) error
	// update runs write in one transaction, again when the database asks for it, and settles the transaction.
	update(ctx context.Context, write func(*tx) error) error
	// once is update without a second run.
	once(ctx context.Context, write func(*tx) error) error
	// awaitNodes returns once every other process has heard of what was committed before.
	awaitNodes(ctx context.Context) error
	current() bool
	shared() bool
	// sequences gives and sets the last numbers given to the rows of the numbered tables.
	sequences(ctx context.Context, t *tx, tables []string) (map[string]int64, error)
	setSequence(ctx context.Context, t *tx, table string, last int64) error
	close() error
}

// View reads one consistent state. The function may run a second time from its beginning, so it must set what it
// gives out rather than add to it.
func (s *Store) View(ctx context.Context, read func(access.Records) error) error {
	return s.engine.view(ctx, func(t *tx) error { return read(t) })
}

// Update applies one transaction or nothing and returns once it is durable. On SQLite its commit is shared with
// whatever else waited at that moment; the function runs on the writer's goroutine. A panic in the function comes back
// as an error.
func (s *Store) Update(ctx context.Context, write func(access.Tx) error) error {
	return s.engine.update(ctx, func(t *tx) error { return write(t) })
}

// Subscribe calls f for every access.Change: for one of this process after its commit and before its Update returns,
// for one of another process as it arrives. f must be quick; several goroutines may call it at once.
func (s *Store) Subscribe(f func(access.Change)) { s.subscribers.add(f) }

// Current reports whether changes of other processes reach this one at the moment. It is true for SQLite always, for
// PostgreSQL while the listener is connected and proved, for a store opened for reading never.
func (s *Store) Current() bool { return s.engine.current() }

// Shared reports whether other processes may change the store too: true for PostgreSQL and for a store opened for
// reading.
func (s *Store) Shared() bool { return s.engine.shared() }

// Ping reports whether the store can be read at the moment.
func (s *Store) Ping(ctx context.Context) error {
	return s.engine.view(ctx, func(t *tx) error {
		var one int64
		return writing("reading the store", t.db.QueryRowContext(ctx, "SELECT 1").Scan(&one))
	})
}

// Close lets what is being written finish, refuses what comes after, and gives the store back to others.
func (s *Store) Close() error { return s.engine.close() }

// subscribers are the memories to be told of changes. The zero value has none.
type subscribers struct {
	mu  sync.RWMutex
	all []func(access.Change)
}

func (s *subscribers) add(f func(access.Change)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all[:len(s.all):len(s.all)], f)
}

func (s *subscribers) tell(changes ...access.Change) {
	if len(changes) == 0 {
		return
	}
	s.mu.RLock()
	all := s.all
	s.mu.RUnlock()
	for _, f := range all {
		for _, c := range changes {
			f(c)
		}
	}
}
