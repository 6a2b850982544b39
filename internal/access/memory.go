package access

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"latchkey/internal/problem"
)

// memory is what the gate keeps at hand of the store: sessions, standings and grants (design §6). Whatever changes
// is dropped before the call that changed it returns, on other nodes as the news arrives; while news doesn't arrive
// nothing is served from here.
type memory struct {
	store   Store
	now     func() time.Time
	begun   time.Time     // where the memory's clock begins
	recheck time.Duration // how long an entry is trusted when other processes share the store

	sessions  *shelf
	standings *otter.Cache[AccountID, held[*Standing]]
	grants    *otter.Cache[GrantID, held[Grant]]

	// A read fills the memory only if nothing was dropped since it began. Fills share the lock, drops take it
	// alone, so that no fill can slip in behind the drop that should have prevented it.
	fill  sync.RWMutex
	epoch atomic.Uint64
}

// held is a value and when it was read.
type held[V any] struct {
	value  V
	readAt time.Duration // by the memory's clock
}

func newMemory(store Store, now func() time.Time, recheck time.Duration, sessions int) *memory {
	m := &memory{
		store: store, now: now, begun: now(), recheck: recheck,
		sessions:  newShelf(sessions),
		standings: otter.Must(&otter.Options[AccountID, held[*Standing]]{MaximumSize: sessions}),
		grants:    otter.Must(&otter.Options[GrantID, held[Grant]]{MaximumSize: sessions}),
	}
	store.Subscribe(m.forget)
	return m
}

// forget drops what a change made stale.
func (m *memory) forget(c Change) {
	if c.Kind == ChangedQueue {
		return
	}
	m.fill.Lock()
	defer m.fill.Unlock()
	m.epoch.Add(1)
	switch c.Kind {
	case ChangedSession:
		m.sessions.drop(c.Digest)
	case ChangedAccount:
		m.standings.Invalidate(AccountID(c.ID))
	case ChangedGrant:
		m.grants.Invalidate(GrantID(c.ID))
	default:
		m.sessions.clear()
		m.standings.InvalidateAll()
		m.grants.InvalidateAll()
	}
}

// clock gives the time since the memory began, which no change of the machine's time moves.
func (m *memory) clock() time.Duration { return m.now().Sub(m.begun) }

// trusts reports whether something read at the given time of the memory's clock may still be served.
func (m *memory) trusts(readAt time.Duration) bool {
	if !m.store.Shared() {
		return true
	}
	return m.store.Current() && m.clock()-readAt < m.recheck
}

// keep runs set unless something was dropped since the epoch.
func (m *memory) keep(epoch uint64, set func()) {
	m.fill.RLock()
	defer m.fill.RUnlock()
	if m.epoch.Load() == epoch && m.store.Current() {
		set()
	}
}

// session finds a stored session by its digest, live or not. Its problem is UnknownSession.
func (m *memory) session(ctx context.Context, digest Digest) (*heldSession, error) {
	before, found := m.sessions.find(digest)
	if found && m.trusts(before.readAt) {
		return before, nil
	}
	epoch, readAt := m.epoch.Load(), m.clock()
	s, err := Read(ctx, m.store, func(r Records) (Session, error) { return r.SessionByDigest(ctx, digest) })
	if err != nil {
		return nil, err
	}
	entry := holdSession(s, readAt)
	if found {
		entry.inherit(before)
	}
	m.keep(epoch, func() { m.sessions.put(digest, entry) })
	return entry, nil
}

// standing finds an account's standing. Its problem is NoSuchAccount.
func (m *memory) standing(ctx context.Context, id AccountID) (*Standing, error) {
	if entry, ok := m.standings.GetIfPresent(id); ok && m.trusts(entry.readAt) {
		return entry.value, nil // without making the function below, which is for the rare case
	}
	return recall(ctx, m, m.standings, id, func(r Records) (*Standing, error) {
		standing, err := r.Standing(ctx, id)
		standing.label = standing.Label() // made once, not for every request's log line
		return &standing, err
	})
}

// grant finds a grant. Its problem is NoSuchGrant.
func (m *memory) grant(ctx context.Context, id GrantID) (Grant, error) {
	return recall(ctx, m, m.grants, id, func(r Records) (Grant, error) { return r.Grant(ctx, id) })
}

// recall serves a value from memory or reads and keeps it.
func recall[K comparable, V any](
	ctx context.Context, m *memory, cache *otter.Cache[K, held[V]], key K, read func(Records) (V, error),
) (V, error) {
	if entry, ok := cache.GetIfPresent(key); ok && m.trusts(entry.readAt) {
		return entry.value, nil
	}
	epoch, readAt := m.epoch.Load(), m.clock()
	value, err := Read(ctx, m.store, read)
	if err != nil {
		return value, err
	}
	m.keep(epoch, func() { cache.Set(key, held[V]{value, readAt}) })
	return value, nil
}

// Read reads one value in one consistent state.
func Read[V any](ctx context.Context, store Store, read func(Records) (V, error)) (V, error) {
	var value V
	err := store.View(ctx, func(r Records) error {
		var err error
		value, err = read(r)
		return err
	})
	return value, err
}

// missing reports whether a record was not there, as opposed to a store that failed.
func missing(err error) bool {
	if err == nil {
		return false
	}
	switch problem.Of(err).Code {
	case problem.NoSuchTenant, problem.NoSuchAccount, problem.NoSuchGrant, problem.UnknownSession:
		return true
	default:
		return false
	}
}
