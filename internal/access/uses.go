package access

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// recordUseEvery is how often a session's last use is handed to the store at most (design §6), and a grant's.
const recordUseEvery = time.Minute

// recordAtOnce bounds how many uses one transaction writes, so that whoever signs in meanwhile doesn't wait for them all.
const recordAtOnce = 1000

// SessionUse is when a session was used last.
type SessionUse struct {
	ID SessionID
	At time.Time
}

// uses collects last uses until they are written, many in one transaction. Losing some in a crash costs a session at
// most a minute of its idle time.
type uses struct {
	store Store
	now   func() time.Time

	lock     sync.Mutex
	sessions []SessionUse
	grants   map[GrantID]time.Time
	noted    map[GrantID]time.Time // the grants of the last minute, written or not
}

func newUses(store Store, now func() time.Time) *uses {
	return &uses{
		store: store, now: now, grants: map[GrantID]time.Time{}, noted: map[GrantID]time.Time{},
	}
}

// note marks a session as used now.
func (u *uses) note(session *heldSession, now time.Time) {
	at := now.UnixMicro()
	session.lastUsed.Store(at)
	recorded := session.recorded.Load()
	if at-recorded < recordUseEvery.Microseconds() || !session.recorded.CompareAndSwap(recorded, at) {
		return
	}
	u.lock.Lock()
	u.sessions = append(u.sessions, SessionUse{session.id, now})
	u.lock.Unlock()
	u.noteGrant(session.grant, now)
}

// noteGrant marks a grant as used now; zero is no grant.
func (u *uses) noteGrant(id GrantID, now time.Time) {
	if id == 0 {
		return
	}
	u.lock.Lock()
	defer u.lock.Unlock()
	if last, found := u.noted[id]; found && now.Sub(last) < recordUseEvery {
		return
	}
	u.grants[id], u.noted[id] = now, now
}

// flush writes what has been collected; what could not be written is kept for the next time.
func (u *uses) flush(ctx context.Context) error {
	sessions, grants := u.take()
	if err := u.flushGrants(ctx, grants); err != nil {
		u.putBack(sessions, grants)
		return err
	}
	// In one order on every node, so that none waits for ever; and neighbours in the store are written together.
	slices.SortFunc(sessions, func(a, b SessionUse) int { return cmp.Compare(a.ID, b.ID) })
	for len(sessions) > 0 {
		some := sessions[:min(recordAtOnce, len(sessions))]
		if err := u.store.Update(ctx, func(tx Tx) error { return tx.TouchSessions(ctx, some) }); err != nil {
			u.putBack(sessions, map[GrantID]time.Time{})
			return err
		}
		sessions = sessions[len(some):]
	}
	return nil
}

func (u *uses) flushGrants(ctx context.Context, grants map[GrantID]time.Time) error {
	if len(grants) == 0 {
		return nil
	}
	return u.store.Update(ctx, func(tx Tx) error {
		for _, id := range slices.Sorted(maps.Keys(grants)) { // in one order, as above
			if err := tx.TouchGrant(ctx, id, grants[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (u *uses) take() ([]SessionUse, map[GrantID]time.Time) {
	u.lock.Lock()
	defer u.lock.Unlock()
	sessions, grants := u.sessions, u.grants
	u.sessions, u.grants = nil, map[GrantID]time.Time{}
	now := u.now()
	maps.DeleteFunc(u.noted, func(_ GrantID, at time.Time) bool { return now.Sub(at) >= recordUseEvery })
	return sessions, grants
}

// putBack keeps the last use of each for the next time.
func (u *uses) putBack(sessions []SessionUse, grants map[GrantID]time.Time) {
	u.lock.Lock()
	defer u.lock.Unlock()
	u.sessions = slices.Concat(sessions, u.sessions)
	slices.SortFunc(u.sessions, func(a, b SessionUse) int { return cmp.Or(cmp.Compare(a.ID, b.ID), b.At.Compare(a.At)) })
	u.sessions = slices.CompactFunc(u.sessions, func(a, b SessionUse) bool { return a.ID == b.ID })
	maps.Copy(grants, u.grants) // what came meanwhile is later
	u.grants = grants
}
